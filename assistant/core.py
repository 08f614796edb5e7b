"""The one object that interfaces and evaluation use: questions to cited answers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import zip_longest

from assistant.clauses import find_clauses, name_documents
from assistant.compose import compose_answer, quote_measures, quote_whole, refuse
from assistant.errors import UnknownMeasureError
from assistant.question import Question, understand
from assistant.schema import Answer, Request, Status, to_citation, to_hit
from corpus import Document, Measure, related
from index import Filters, Hit, HybridRetriever

# From the development questions: 2 % of what the texts answer lies below it, and a third of what they do not.
RELEVANCE = 0.30
_CITED = 3
_LIST = re.compile(
    r"哪些|有什么|有啥|都有|列出|所有|对比|比较|区别|分别|what (?:support|measures|policies)|list|compare|all the",
    re.IGNORECASE,
)


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
        return self._search(understand(request), request.k, filters)

    def ask(self, request: Request) -> Answer:
        """Return the cited answer to a request, or a refusal that says what is covered and cites nothing."""
        question = understand(request)
        hits = [] if question.declined else self._search(question, max(request.k, 10), Filters())
        answering = self._answering(question, hits)
        status: Status = "declined" if question.declined else "answered" if answering else "not_covered"
        found = [(hit.measure, self.documents[hit.measure.doc_id]) for hit in answering]
        if question.clauses:
            quoted = quote_whole(found)
        else:
            quoted = quote_measures(question.text, found, lambda texts: self.retriever.relevance(question.text, texts))
        text = (
            compose_answer(quoted, question.language)
            if quoted
            else refuse(status, question.language, self.places, question.places)
        )
        return Answer(
            status=status,
            answer=text,
            language=question.language,
            places=list(question.places),
            citations=[to_citation(q.measure, q.document, q.marker, q.quote) for q in quoted],
            hits=[to_hit(hit, self.documents[hit.measure.doc_id]) for hit in hits[: request.k]],
            index=self.fingerprint,
        )

    def _search(self, question: Question, k: int, filters: Filters) -> list[Hit]:
        scoped = self._scope(question, filters)
        if scoped is None:
            return []
        if question.clauses and (exact := self._clauses(question, scoped)):
            return exact[:k]
        if question.unit:
            hits = self.retriever.search(question.text, max(k, 100), replace(scoped, unit=question.unit))
            if hits:
                led = [
                    hit for hit in hits if any(u.role == "lead" and question.unit in u.name for u in hit.measure.units)
                ]
                return [*led, *(hit for hit in hits if hit not in led)][:k]
        if len(question.places) > 1 and not filters.places:
            return self._search_each_place(question, k, scoped)
        return self.retriever.search(question.text, k, scoped)

    def _search_each_place(self, question: Question, k: int, scoped: Filters) -> list[Hit]:
        """Return the hits of every place that a comparison names, in turn, so that none crowds out another."""
        rankings = []
        for place in question.places:
            at = related(place) & set(self.places)
            rankings.append(
                self.retriever.search(question.text, k, replace(scoped, places=frozenset(at))) if at else []
            )
        turns = zip_longest(*rankings)
        hits = {hit.measure.measure_id: hit for turn in turns for hit in turn if hit}
        return list(hits.values())[:k]

    def _scope(self, question: Question, filters: Filters) -> Filters | None:
        """Narrow filters to the places of the question; None where the corpus holds nothing for any of them."""
        if not question.places or filters.places:
            return filters
        wanted = frozenset().union(*(related(place) for place in question.places)) & set(self.places)
        national = any(d.level == "国家" for d in self.documents.values())
        if not wanted and not national:
            return None
        return replace(filters, places=wanted or frozenset(question.places))

    def _clauses(self, question: Question, filters: Filters) -> list[Hit]:
        documents = [d for d in self.documents.values() if not filters.places or d.place in filters.places]
        if filters.doc_ids:
            documents = [d for d in documents if d.doc_id in filters.doc_ids]
        named = name_documents(question.text, documents)
        found = [m for d in named for m in find_clauses(question.clauses, self.measures_of(d.doc_id))]
        return [Hit(measure, 1.0) for measure in found] if len(named) <= 3 else []

    def _answering(self, question: Question, hits: list[Hit]) -> list[Hit]:
        """Return the hits that an answer cites: those that bear on the question nearly as well as the best does."""
        if not hits:
            return []
        if question.clauses or question.unit:
            return hits[:20]
        texts = [f"{hit.measure.title} {hit.measure.text}" for hit in hits]
        relevance = self.retriever.relevance(question.text, texts)
        if relevance[0] < RELEVANCE and max(relevance[:3]) < RELEVANCE:
            return []
        if len(question.places) > 1:
            return [hit for hit, good in zip(hits, relevance >= RELEVANCE, strict=True) if good][
                : 2 * len(question.places)
            ]
        limit, gap = (8, 1.5) if _LIST.search(question.text) else (_CITED, 0.8)
        return [hit for hit in hits if hit.score >= hits[0].score - gap][:limit]
