"""The one object that interfaces and evaluation use: questions to cited answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from assistant import frames
from assistant.answerer import Answerer
from assistant.asks import is_introduction
from assistant.compose import Composer, text_of
from assistant.eligibility import ASK, Match, match_profile, next_field, to_match
from assistant.errors import UnknownMeasureError
from assistant.evidence import WEIGHED, calibration, features_of, in_full
from assistant.features import FEATURES, RANKING, ranking_features
from assistant.finder import Finder
from assistant.outcome import refuse_outright
from assistant.profile import merge, read_profile
from assistant.question import Question, understand
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
from corpus import Document, Measure, related
from index import Filters, Hit, HybridRetriever, is_chinese

_WELCOMED = 3
"""Who only introduces themselves is told of so many measures at most."""
_PERSONAL = ("age", "education", "graduated", "title", "overseas", "nationality")
"""That somebody works for an employer of some kind, as everybody does, makes no measure theirs."""


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
    def finder(self) -> Finder:
        """What finds in the index."""
        return Finder(self.retriever)

    @property
    def places(self) -> tuple[str, ...]:
        """The places that the corpus covers, in its order."""
        return self.finder.places

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
        return self.finder.candidates(self._understand(request), request.k, filters)[: request.k]

    def features(self, request: Request) -> tuple[list[str], NDArray[np.float64], NDArray[np.float64]]:
        """Return (measure ids, ranking features, features) of the hits that a request weighs; none where it weighs none.

        For calibration.
        """
        question = self._understand(request)
        hits = [] if refuse_outright(question) else self.finder.candidates(question, WEIGHED)[:WEIGHED]
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
        hits = [] if refused else self.finder.candidates(question, max(request.k, 10))
        evidence, answered = self.finder.weigh(question, hits)
        composer = Composer(question, self.document)
        Answerer(self.finder).compose(composer, hits, evidence, answered)
        if not (refused or composer.quoted) and is_introduction(question.asked):
            self._welcome(composer)
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

    def _welcome(self, composer: Composer) -> None:
        """Answer who says who they are, and asks nothing, with the measures whose stated conditions they meet."""
        question = composer.question
        matches = self._match(read_profile(question.asked, question.as_of), question.as_of)
        met = [
            m
            for m in matches
            if m.verdict == "met" and any(c.mark == "met" and c.field in _PERSONAL for c in m.provision.conditions)
        ][:_WELCOMED]
        if met:
            checked = [(m.measure, m.provision.conditions) for m in met]
            composer.answer([in_full(m.measure) for m in met], (), checked)

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
        evidence, _ = self.finder.weigh(question, self.finder.candidates(question, 30))
        needed = {e.measure.measure_id: e.measure for e in evidence if e.odds >= calibration().mention}
        others = [m for m in every if m.measure_id not in needed]
        met = [m for m in match_profile(profile, others, self.documents, as_of) if m.verdict == "met"]
        return [*match_profile(profile, needed.values(), self.documents, as_of), *met]

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

    def _understand(self, request: Request) -> Question:
        """Return what a request asks about; where no text is known to be of any place, a place named limits nothing."""
        question = understand(request)
        return question if self.places else replace(question, places=())
