"""The one object that interfaces and evaluation use: questions to cited answers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from assistant import frames
from assistant.asks import asks_for_holdings, asks_which_places, without_document_words
from assistant.clauses import (
    asked_document,
    contacts_of,
    find_clauses,
    has_references,
    name_documents,
    named_section,
    referred_clauses,
    under_named_headings,
)
from assistant.compose import Composer, text_of
from assistant.conditions import Condition, defined_conditions, provisions_of
from assistant.eligibility import ASK, Match, match_profile, next_field, to_match
from assistant.errors import UnknownMeasureError
from assistant.evidence import WEIGHED, Evidence, calibration, features_of, rank, weigh
from assistant.features import FEATURES, RANKING, ranking_features
from assistant.outcome import choose, refuse_outright
from assistant.profile import merge, read_profile
from assistant.question import Question, searchable, topics, understand, without_places
from assistant.schema import (
    Answer,
    Eligibility,
    EligibilityRequest,
    Profile,
    Request,
    Section,
    Status,
    to_citation,
    to_hit,
)
from corpus import Document, Measure, fold, related
from index import Filters, Hit, HybridRetriever, is_chinese


@dataclass(frozen=True)
class Assistant:
    """Answers from an opened index; safe under threads, holds no state between questions."""

    retriever: HybridRetriever

    # --- what is in the corpus ---

    @property
    def documents(self) -> dict[str, Document]:
        """Every document by id."""
        return self.retriever.store.documents

    @property
    def fingerprint(self) -> str:
        """What tells this index from any other."""
        return str(self.retriever.store.manifest["fingerprint"])

    @cached_property
    def places(self) -> tuple[str, ...]:
        """The places that the corpus covers, in its order."""
        return tuple(dict.fromkeys(d.place for d in self.documents.values() if d.place))

    @cached_property
    def _holds_national(self) -> bool:
        return any(d.level == "国家" for d in self.documents.values())

    def measure(self, measure_id: str) -> Measure:
        """Return a measure by id.

        Raises:
            UnknownMeasureError: There is none.
        """
        row = self.retriever.store.measure_ids.get(measure_id)
        if row is None:
            raise UnknownMeasureError(f"No measure has the id {measure_id!r}")
        return self.retriever.store.measure(row)

    def document(self, doc_id: str) -> Document:
        """Return a document by id.

        Raises:
            UnknownMeasureError: There is none.
        """
        if doc_id not in self.documents:
            raise UnknownMeasureError(f"No document has the id {doc_id!r}")
        return self.documents[doc_id]

    def measures_of(self, doc_id: str) -> list[Measure]:
        """Return a document's measures in the order of its text."""
        return list(self.retriever.store.measures_of(doc_id))

    # --- asking ---

    def search(self, request: Request, filters: Filters = Filters()) -> list[Hit]:
        """Return the hits for a request, best first: exact for clause numbers and units, ranked otherwise.

        A place that the question names, or that the request chooses, limits the hits and never leaks.
        """
        return self._candidates(self._understand(request), request.k, filters)[: request.k]

    def features(self, request: Request) -> tuple[list[str], NDArray[np.float64], NDArray[np.float64]]:
        """Return (measure ids, ranking features, features) of the hits that a request weighs; none where it weighs none.

        For calibration.
        """
        question = self._understand(request)
        hits = [] if refuse_outright(question) else self._candidates(question, WEIGHED)[:WEIGHED]
        if not hits or hits[0].signals is None:
            return [], np.zeros((0, len(RANKING))), np.zeros((0, len(FEATURES)))
        ranking = ranking_features(question, hits, self.documents)
        return (
            [hit.measure.measure_id for hit in hits],
            ranking,
            features_of(question, hits, self.documents, self.retriever),
        )

    def ask(self, request: Request) -> Answer:
        """Return the cited answer to a request, or a refusal that says what is covered and cites nothing."""
        question = self._understand(request)
        refused = refuse_outright(question)
        hits = [] if refused else self._candidates(question, max(request.k, 10))
        evidence, answered = self._weigh(question, hits)
        composer = Composer(question, self.document)
        self._compose(composer, hits, evidence, answered)
        status: Status = refused or (
            "partial" if composer.missing else "answered" if composer.quoted else "not_covered"
        )
        sections = composer.sections or self._refuse(question, status, hits)
        return Answer(
            status=status,
            kind=question.kind,
            answer=text_of(sections, question.language),
            language=question.language,
            places=list(question.places),
            as_of=question.as_of,
            confidence=1.0 if composer.looked_up else round(answered if composer.quoted else 1 - answered, 3),
            missing=list(composer.missing),
            sections=sections,
            citations=[to_citation(q.measure, q.document, q.marker, q.quote) for q in composer.quoted],
            hits=[to_hit(hit, self.documents[hit.measure.doc_id]) for hit in hits[: request.k]],
            index=self.fingerprint,
        )

    def qualify(self, request: EligibilityRequest) -> Eligibility:
        """Return the measures for a profile in groups, each condition with its mark and the words that state it.

        Raises:
            UnknownPlaceError: The profile's place is no place that is known.
        """
        as_of = request.as_of or date.today()
        profile = merge(request.profile, read_profile(request.text, as_of)) if request.text else request.profile
        matches = self._match(profile, as_of)
        language = request.language or ("en" if request.text and not is_chinese(request.text) else "zh")
        groups = {
            verdict: [m for m in matches if m.verdict == verdict][: request.k]
            for verdict in ("met", "unknown", "unmet")
        }
        field = next_field(matches)
        return Eligibility(
            profile=profile,
            eligible=[to_match(m, language) for m in groups["met"]],
            possible=[to_match(m, language) for m in groups["unknown"]],
            ineligible=[to_match(m, language) for m in groups["unmet"]],
            next_field=field,
            next_question=frames.pick(ASK[field], language) if field else None,
            as_of=as_of,
            note=frames.pick(frames.NO_TOTAL, language),
            index=self.fingerprint,
        )

    def _match(self, profile: Profile, as_of: date) -> list[Match]:
        """Return the measures for a profile: on its needs, best first, then what else of its place it surely meets."""
        place = understand(Request(question=profile.place, region=profile.place)).places if profile.place else ()
        at = frozenset().union(*(related(name) for name in place)) if place else frozenset(self.places)
        documents = [d for d in self.documents.values() if d.place in at or d.level == "国家"]
        every = [m for d in documents for m in self.measures_of(d.doc_id)]
        if not (profile.needs or profile.family):
            return match_profile(profile, every, self.documents, as_of)
        wanted = " ".join(filter(None, [profile.needs, " ".join(profile.family), profile.title, profile.industry]))
        question = self._understand(Request(question=wanted, region=profile.place))
        evidence, _ = self._weigh(question, self._candidates(question, 30))
        needed = {e.measure.measure_id: e.measure for e in evidence if e.odds >= calibration().mention}
        others = [m for m in every if m.measure_id not in needed]
        met = [m for m in match_profile(profile, others, self.documents, as_of) if m.verdict == "met"]
        return [*match_profile(profile, needed.values(), self.documents, as_of), *met]

    def _compose(self, composer: Composer, hits: list[Hit], evidence: list[Evidence], answered: float) -> None:
        """Fill a composer with the answer; it stays empty where nothing answers."""
        question = composer.question
        if asks_for_holdings(fold(question.asked)):
            held = [d for d in self.documents.values() if not question.places or d.place in question.places]
            composer.holdings([(d, self.measures_of(d.doc_id)[0]) for d in held[:_HELD]], len(held))
        elif hits and not evidence:
            measures = [hit.measure for hit in hits]
            if question.kind == "unit" and (scoped := self._scope(question, Filters())):
                unit = self._printed_unit(question, self._named_text(question, scoped))
                composer.duties(measures, unit or question.units[0])
            else:
                composer.whole(measures[:20])
        elif question.kind == "compare" and len(question.places) > 1:
            found = {place: self._best_of(place, question, hits) for place in question.places}
            # One of the places must surely have it; half as sure will do for the others.
            if max(sure for _, sure in found.values()) >= calibration().answer:
                composer.compare({place: best for place, (best, _) in found.items()})
        elif question.sides and all(sides := self._by_sides(question)):
            composer.compare({name: side for (name, _), side in zip(question.sides, sides, strict=True)})
        elif document := self._document_asked(question, hits):
            composer.about(document, self.measures_of(document.doc_id))
        elif section := self._section(question, hits):
            composer.whole(section)
        elif question.kind == "contact" and question.places and not choose(question, evidence, answered):
            # The call of another place names whom to ask about that, not about this place.
            at = [hit.measure.doc_id for hit in hits[:1] if self.document(hit.measure.doc_id).place in question.places]
            composer.whole([measure for doc_id in at for measure in contacts_of(self.measures_of(doc_id))])
        elif (
            chosen := self._by_places(question)
            or self._by_parts(question)
            or self._own(question, choose(question, evidence, answered))
        ):
            if len(chosen) > 1 and (question.kind == "list" or asks_which_places(fold(question.asked))):
                composer.list_measures(chosen)
            else:
                known = {e.measure.measure_id for e in chosen}
                main = chosen[0].measure
                around = self.measures_of(main.doc_id) if question.wants or has_references(main) else []
                referred = [m for m in referred_clauses(main, around) if m.measure_id not in known][:2]
                read = [e.measure for e in evidence[1:] if e.odds >= _BESIDE]
                composer.answer(chosen, referred, self._check(question, chosen[0]), contacts_of(around), read)

    def _document_asked(self, question: Question, hits: list[Hit]) -> Document | None:
        """Return the document whose date or term is all that a question asks for."""
        rest = without_document_words(fold(without_places(question.text)))
        if rest is None or not question.places:
            return None
        found = dict.fromkeys(hit.measure.doc_id for hit in hits)
        return asked_document(rest, (d for d in map(self.document, found) if d.place in question.places))

    def _section(self, question: Question, hits: list[Hit]) -> list[Measure]:
        """Return the measures under the heading that is all a question asks for, if one of the first hits is under it."""
        counted = question.kind == "how_much" and re.search(r"几[项条个]|多少[项条个]", question.text)
        if question.kind not in ("list", "what", "qualify", "how") and not counted:
            return []
        asked = fold(without_places(question.text))
        for hit in hits[:10]:
            measure = hit.measure
            document = self.documents[measure.doc_id]
            if question.places and document.place not in question.places:
                continue
            if found := named_section(asked, measure, document, self.measures_of):
                return found[:20]
        return []

    def _by_places(self, question: Question) -> list[Evidence]:
        """Return the best evidence of each place, where a question asks which places have something."""
        matters = {term.key for term in question.terms}
        if question.places or not matters or not asks_which_places(fold(question.asked)):
            return []
        found = []
        for place in self.places[:_PLACES]:
            alone = replace(question, places=(place,), parts=(), sides=())
            hits = [h for h in self._candidates(alone, WEIGHED) if self.document(h.measure.doc_id).place == place]
            evidence, answered = self._weigh(alone, hits)
            best = choose(alone, evidence, answered)[:1]
            # Every place has something that is nearest: what it has must name the matter.
            found += [e for e in best if matters & {t.key for t in topics(f"{e.measure.title} {e.measure.text}")}]
        return found

    def _own(self, question: Question, chosen: list[Evidence]) -> list[Evidence]:
        """Return what was chosen; whom to call only from a text of the place asked about, if it has any."""
        if question.kind != "contact" or not set(question.places) & set(self.places):
            return chosen
        return [e for e in chosen if self.document(e.measure.doc_id).place in question.places]

    def _by_parts(self, question: Question) -> list[Evidence]:
        """Return the best evidence for each of several questions, or several matters of a list, asked at once."""
        parts = question.parts if all(map(topics, question.parts)) else ()
        matters = [term.official[0] for term in question.terms if term.kind == "concept"]
        if not parts and question.kind == "list" and len(matters) > 2:
            parts = tuple(matters)
        found = {best.measure.measure_id: best for part in parts if (best := self._best_alone(question, part))}
        return list(found.values())

    def _by_sides(self, question: Question) -> list[Evidence | None]:
        """Return the best evidence for each of two matters asked about at once."""
        return [self._best_alone(question, part) for _, part in question.sides]

    def _best_alone(self, question: Question, part: str) -> Evidence | None:
        """Return the best evidence for a part of a question, asked by itself; None where nothing answers it."""
        alone = replace(question, text=part, terms=topics(part), parts=(), sides=())
        evidence, answered = self._weigh(alone, self._candidates(alone, WEIGHED))
        return next(iter(choose(alone, evidence, answered)), None)

    def _check(self, question: Question, main: Evidence) -> list[tuple[Measure, Sequence[Condition]]]:
        """Return the conditions judged for what the question says of who asks: the main measure's and those that define it."""
        if question.kind != "qualify" and not (question.kind == "true_false" and _OF_ONESELF.search(question.asked)):
            return []
        profile = read_profile(question.asked, question.as_of)
        if profile.model_copy(update={"place": None, "needs": None}) == Profile():
            return []
        # The provision of which what the question says settles most.
        provisions = [p.conditions for p in provisions_of(main.measure, profile, question.as_of) if p.conditions]
        provisions.sort(key=lambda conditions: -sum(c.mark != "unknown" for c in conditions))
        own: list[tuple[Measure, Sequence[Condition]]] = [(main.measure, found) for found in provisions[:1]]
        if profile.age is None:
            return own
        others = [
            m for m in self.measures_of(main.measure.doc_id) if not own or m.measure_id != main.measure.measure_id
        ]
        text = f"{main.measure.text} {question.asked}"
        return [*own, *defined_conditions(others, text, profile, question.as_of)]

    def _best_of(self, place: str, question: Question, hits: list[Hit]) -> tuple[Evidence | None, float]:
        """Return (the best evidence from a place, else from one around or in it; how probably that answers), weighed apart."""
        for at in ({place}, related(place)):
            own = [hit for hit in hits if self.documents[hit.measure.doc_id].place in at]
            evidence, answered = weigh(question, own, self.documents, self.retriever)
            if evidence and answered >= calibration().answer / 2:
                return evidence[0], answered
        return None, 0.0

    def _refuse(self, question: Question, status: Status, hits: list[Hit]) -> list[Section]:
        language = question.language
        text = frames.refusal(status, language, list(self.places), list(question.places))
        sections = [Section(kind="refusal", title=frames.title_of("refusal", language), text=text)]
        if status == "not_covered" and hits:
            nearest = [
                f"{self.documents[h.measure.doc_id].place or ''} {h.measure.label} {h.measure.title} ({h.measure.measure_id})"
                for h in hits[:3]
            ]
            sections.append(
                Section(kind="nearest", title=frames.title_of("nearest", language), text="；".join(nearest))
            )
        return sections

    # --- finding ---

    def _understand(self, request: Request) -> Question:
        """Return what a request asks about; where no text is known to be of any place, a place named limits nothing."""
        question = understand(request)
        return question if self.places else replace(question, places=())

    def _weigh(self, question: Question, hits: list[Hit]) -> tuple[list[Evidence], float]:
        """Return (the first ranked hits as evidence, how probably the question is answered).

        What was looked up exactly is an answer, and there is nothing to weigh.
        """
        if not hits or hits[0].signals is None:
            return [], float(bool(hits))
        return weigh(question, hits[:WEIGHED], self.documents, self.retriever)

    def _candidates(self, question: Question, k: int, filters: Filters = Filters()) -> list[Hit]:
        """Return hits before they are weighed: exact ones without signals, else ranked ones, at least `WEIGHED`."""
        k = max(k, WEIGHED)
        scoped = self._scope(question, filters)
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
        scoped = self._named_text(question, scoped)
        unit = self._printed_unit(question, scoped)
        if unit:
            named = self.retriever.search(question.text, 1000, replace(scoped, unit=unit))
            rows = [store.measure_ids[hit.measure.measure_id] for hit in named]
        else:
            allowed = {d.doc_id for d in self.documents.values() if not scoped.places or d.place in scoped.places}
            found = store.rows_with(question.units[0]) if _PROPER_UNIT.match(question.units[0]) else []
            rows = [row for row in found if store.measure(row).doc_id in allowed] if len(found) <= _SPOKEN_OF else []
        return [Hit(store.measure(row), 1.0) for row in sorted(rows)]

    def _named_text(self, question: Question, scoped: Filters) -> Filters:
        """Narrow filters to the text that a question about a unit names by two words of its title, if it names one."""
        rest = without_places(question.text)
        for name in question.units:
            rest = rest.replace(name, "")
        at = [d for d in self.documents.values() if not scoped.places or d.place in scoped.places]
        named = name_documents(f"{rest} {' '.join(o for term in question.terms for o in term.official)}", at)
        return replace(scoped, doc_ids=frozenset({named[0].doc_id})) if len(at) > len(named) == 1 else scoped

    def _printed_unit(self, question: Question, scoped: Filters) -> str | None:
        """Return the name by which the texts of the places asked about print a unit; None where they do not."""
        printed = self.retriever.store.unit_rows
        asked = _without_brackets(question.text)
        # 天心经开区管委会 is that one, not every 管委会.
        whole = sorted((unit for unit in printed if _without_brackets(unit) in asked), key=len, reverse=True)
        for name in (*whole, *(name for name in question.units if not _CLASS_OF_UNITS.fullmatch(name))):
            known = any(name in unit for unit in printed)
            if known and self.retriever.search(question.text, 1, replace(scoped, unit=name)):
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

    def _scope(self, question: Question, filters: Filters) -> Filters | None:
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
            chains = {d.doc_id: (each[d.place],) for d in named if d.place in each}
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


def _without_brackets(name: str) -> str:
    """Return a unit's name as people write it: 市委组织部(人才办) is 市委组织部, 长沙县人民政府 also 长沙县政府."""
    return re.sub(r"[(（].*?[)）]|人民(?=政府)", "", name)


_OF_ONESELF = re.compile(r"我|\b(?:i|i'm|my|we|our)\b", re.IGNORECASE)
# Names that many bodies bear; without the name before them they mean none.
_CLASS_OF_UNITS = re.compile(
    r"(?:[省市区县]|县区|街道|乡镇|园区|高新区|经开区)*(?:人民)?(?:政府|管委会|管理委员会|党委|党工委|组织部门|相关部门)"
)
# 省委人才办, 市科协: a body of one place, to be looked for in texts that list no responsible units.
_PROPER_UNIT = re.compile(r"[省市区县州团]")
_SPOKEN_OF = 20
"""A unit that more measures speak of than this is not looked up by its name."""
_PLACES = 40
"""So many places at most are looked through where somebody asks which of them have something."""
_HELD = 20
"""So many texts at most are told of where somebody asks which there are."""
_BESIDE = 0.3
"""A measure of such odds beside the best one may be what a figure in the question is from."""
_CLAUSES = 6
"""So many measures at most answer a clause number whose text the question does not name."""
