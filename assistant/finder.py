"""What a question looks at: exact measures for numbers and units, else the ranked ones of its places, and how they weigh."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import zip_longest

from assistant.clauses import find_clauses, name_documents, under_named_headings
from assistant.evidence import WEIGHED, Evidence, calibration, rank, weigh
from assistant.mentions import topics, without_places
from assistant.outcome import choose
from assistant.question import Question, searchable
from corpus import Document, fold, related
from index import Filters, Hit, HybridRetriever

# Names that many bodies bear; without the name before them they mean none.
_CLASS_OF_UNITS = re.compile(
    r"(?:[省市区县]|县区|街道|乡镇|园区|高新区|经开区)*(?:人民)?(?:政府|管委会|管理委员会|党委|党工委|组织部门|相关部门)"
)
# 省委人才办, 市科协: a body of one place, to be looked for in texts that list no responsible units.
_PROPER_UNIT = re.compile(r"[省市区县州团]")
LISTED = 60
"""Of so many measures at most it is told that a unit answers for them: more than any one text gives it."""
_SPOKEN_OF = 20
"""A unit that more measures speak of than this is not looked up by its name."""
_CLAUSES = 6
"""So many measures at most answer a clause number whose text the question does not name."""


@dataclass(frozen=True)
class Finder:
    """Finds in an opened index what may answer a question."""

    retriever: HybridRetriever

    @property
    def documents(self) -> dict[str, Document]:
        """Every document by id."""
        return self.retriever.store.documents

    @cached_property
    def places(self) -> tuple[str, ...]:
        """The places that the corpus covers, in its order."""
        return tuple(dict.fromkeys(d.place for d in self.documents.values() if d.place))

    @cached_property
    def _holds_national(self) -> bool:
        return any(d.level == "国家" for d in self.documents.values())

    def weigh(self, question: Question, hits: list[Hit]) -> tuple[list[Evidence], float]:
        """Return (the first ranked hits as evidence, how probably the question is answered).

        What was looked up exactly is an answer, and there is nothing to weigh.
        """
        if not hits or hits[0].signals is None:
            return [], float(bool(hits))
        return weigh(question, hits[:WEIGHED], self.documents, self.retriever)

    def candidates(self, question: Question, k: int, filters: Filters = Filters()) -> list[Hit]:
        """Return hits before they are weighed: exact ones without signals, else ranked ones, at least `WEIGHED`."""
        k = max(k, WEIGHED)
        scoped = self.scope(question, filters)
        if scoped is None:
            return []
        if question.clauses:
            return self._clauses(question, scoped)[:k]
        if question.kind == "unit" and (duties := self._duties(question, scoped)):
            return duties
        text = searchable(question)
        if len(question.places) > 1 and not filters.places:
            return self._search_each_place(question, text, k, scoped)
        return self._ranked(question, text, k, scoped)

    def _ranked(self, question: Question, text: str, k: int, filters: Filters) -> list[Hit]:
        """Return the hits of the retriever ranked again, but for an order that stands: a cross-encoder's, or a bare one."""
        hits = self.retriever.search(text, k, filters)
        stands = self.retriever.reranker or not hits or hits[0].signals is None
        return hits if stands else rank(question, hits, self.documents)

    def _duties(self, question: Question, scoped: Filters) -> list[Hit]:
        """Return the measures that name a unit as responsible, else those that speak of it, in the order of their texts."""
        store = self.retriever.store
        scoped = self.named_text(question, scoped)
        unit = self.printed_unit(question, scoped)
        if unit:
            rows = self.retriever.rows(replace(scoped, unit=unit)).tolist()
        else:
            allowed = {d.doc_id for d in self.documents.values() if not scoped.places or d.place in scoped.places}
            found = store.rows_with(question.units[0]) if _PROPER_UNIT.match(question.units[0]) else []
            rows = [row for row in found if store.measure(row).doc_id in allowed] if len(found) <= _SPOKEN_OF else []
        return [Hit(store.measure(row), 1.0) for row in rows[: LISTED + 1]]

    def named_text(self, question: Question, scoped: Filters) -> Filters:
        """Narrow filters to the text that a question about a unit names by two words of its title, if it names one."""
        rest = without_places(question.text)
        for name in question.units:
            rest = rest.replace(name, "")
        at = [d for d in self.documents.values() if not scoped.places or d.place in scoped.places]
        named = name_documents(f"{rest} {' '.join(o for term in question.terms for o in term.official)}", at)
        return replace(scoped, doc_ids=frozenset({named[0].doc_id})) if len(at) > len(named) == 1 else scoped

    def printed_unit(self, question: Question, scoped: Filters) -> str | None:
        """Return the name by which the texts of the places asked about print a unit; None where they do not."""
        printed = self.retriever.store.unit_rows
        asked = _without_brackets(question.text)
        # 天心经开区管委会 is that one, not every 管委会.
        whole = sorted((unit for unit in printed if _without_brackets(unit) in asked), key=len, reverse=True)
        for name in (*whole, *(name for name in question.units if not _CLASS_OF_UNITS.fullmatch(name))):
            known = any(name in unit for unit in printed)
            if known and len(self.retriever.rows(replace(scoped, unit=name))):
                return name
        return None

    def _search_each_place(self, question: Question, text: str, k: int, scoped: Filters) -> list[Hit]:
        """Return the hits of every place that a comparison names, in turn, so that none crowds out another."""
        rankings = []
        for place in question.places:
            at = related(place) & set(self.places)
            rankings.append(self._ranked(question, text, k, replace(scoped, places=frozenset(at))) if at else [])
        turns = zip_longest(*rankings)
        hits = {hit.measure.measure_id: hit for turn in turns for hit in turn if hit}
        return list(hits.values())[:k]

    def scope(self, question: Question, filters: Filters) -> Filters | None:
        """Narrow filters to the places of the question; None where the corpus holds nothing for any of them."""
        if not question.places or filters.places:
            return filters
        wanted = frozenset().union(*(related(place) for place in question.places)) & set(self.places)
        if not wanted and not self._holds_national:
            return None
        return replace(filters, places=wanted or frozenset(question.places))

    def _meant_text(self, question: Question, filters: Filters, doc_ids: Sequence[str]) -> str | None:
        """Return the text from which most of the first hits for a question are, or None."""
        hits = self.retriever.search(searchable(question), 5, replace(filters, doc_ids=frozenset(doc_ids)))
        first = Counter(hit.measure.doc_id for hit in hits).most_common(1)
        return first[0][0] if first and len(doc_ids) > 1 and first[0][1] > len(hits) / 2 else None

    def _clauses(self, question: Question, filters: Filters) -> list[Hit]:
        """Return the measures with the numbers named, from the texts that are meant; none where they have no such number.

        Where the question does not say which text it means, and many have the number, those that fit its words best.
        """
        documents = [d for d in self.documents.values() if not filters.places or d.place in filters.places]
        if filters.doc_ids:
            documents = [d for d in documents if d.doc_id in filters.doc_ids]
        at = [d for d in documents if d.place in question.places] or documents
        store = self.retriever.store
        # By its official name too: 公租房 is 公共租赁住房 in a title.
        called = " ".join([question.text, *(name for term in question.terms for name in term.official)])
        named = name_documents(called, at)
        chains = {d.doc_id: question.clauses for d in named}
        if len(question.places) == len(question.clauses) > 1:
            # Clause 15 of Changsha and clause 18 of Zhuzhou.
            each = dict(zip(question.places, question.clauses, strict=True))
            chains = {d.doc_id: (each[d.place],) for d in at if d.place in each}
        numbered = [m for doc_id, of in chains.items() for m in find_clauses(of, store.numbered(doc_id))]
        if len(numbered) > len(question.clauses):
            numbered = under_named_headings(fold(called), numbered)
        if len(numbered) > len(question.clauses) and (meant := self._meant_text(question, filters, list(chains))):
            numbered = [m for m in numbered if m.row in store.document_rows[meant]]
        found = [m.row for m in numbered]
        if len(found) > _CLAUSES:
            ids = frozenset(d.doc_id for d in named)
            ranked = self.retriever.search(question.text, 300, replace(filters, doc_ids=ids))
            order = {store.measure_ids[hit.measure.measure_id]: k for k, hit in enumerate(ranked)}
            found = sorted(found, key=lambda row: order.get(row, len(order)))[:_CLAUSES]
        return [Hit(store.measure(row), 1.0) for row in found]

    def best_alone(self, question: Question, part: str) -> Evidence | None:
        """Return the best evidence for a part of a question, asked by itself; None where nothing answers it."""
        alone = replace(question, text=part, terms=topics(part), parts=(), sides=())
        evidence, answered = self.weigh(alone, self.candidates(alone, WEIGHED))
        return next(iter(choose(alone, evidence, answered)), None)

    def best_of(self, place: str, question: Question, hits: list[Hit]) -> tuple[Evidence | None, float]:
        """Return (the best evidence from a place, else from one around or in it; how probably that answers), weighed apart."""
        for at in ({place}, related(place)):
            own = [hit for hit in hits if self.documents[hit.measure.doc_id].place in at]
            evidence, answered = weigh(question, own, self.documents, self.retriever)
            if evidence and answered >= calibration().answer / 2:
                return evidence[0], answered
        return None, 0.0


@lru_cache(10_000)
def _without_brackets(name: str) -> str:
    """Return a unit's name as people write it: 市委组织部(人才办) is 市委组织部, 长沙县人民政府 also 长沙县政府."""
    return re.sub(r"[(（].*?[)）]|人民(?=政府)", "", name)
