"""A record: what the assistant found and said to one question, how good that was, and what records come to."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel, Field

from assistant import Answer, Assistant, Request, unsupported
from corpus import Document, find_places, fold, related
from eval.metrics import GROUPS, METRICS, RANKING, Estimate, citation_scores, estimate, grouped, rank_scores
from eval.questions import ANSWERABLE, QuestionRow, squeeze

# Validity is judged as of a day; a fixed one, or a run of tomorrow would differ from that of today.
AS_OF = date(2026, 11, 25)
DEPTH = 10


class Expected(BaseModel):
    """A relevant measure, as it stood when the run was made."""

    measure_id: str
    grade: int
    title: str
    place: str | None
    label: str
    text: str


class Record(QuestionRow):
    """A question with what the assistant found and said, and how good that was."""

    ranking: list[str] = Field(description="Ids of the first measures, best first")
    bm25: list[str] = Field(description="The same by BM25 alone, to compare with")
    expected: list[Expected]
    status: str | None = Field(default=None, description="null where only the ranking was run")
    confidence: float = 0.0
    answer: str = ""
    sections: list[dict[str, Any]] = Field(default_factory=list)
    citations: list[dict[str, Any]] = Field(default_factory=list)
    figures: list[str] = Field(default_factory=list, description="Figures of the answer that no citation holds")
    strays: list[str] = Field(default_factory=list, description="Cited measures of a place that was not asked about")
    lacking: list[str] = Field(default_factory=list, description="Expected phrases that the answer lacks")
    scores: dict[str, float | None] = Field(description="By metric; null where it says nothing about this question")
    bm25_scores: dict[str, float | None]

    @property
    def answered(self) -> bool:
        """Whether the assistant answered, in whole or in part."""
        return self.status in ANSWERABLE

    @property
    def right(self) -> bool | None:
        """Whether it refused what has no answer, or cited a measure that answers; None where nobody can tell."""
        if self.status is None or self.outcome is None:
            return None
        if not self.answerable or not self.answered:
            return self.answerable == self.answered
        return not self.relevant or any(c["measure_id"] in self.relevant for c in self.citations)


# --- asking ---


def ask_row(
    row: QuestionRow, assistant: Assistant, words: Assistant, *, answers: bool
) -> tuple[Record, dict[str, float]]:
    request = Request(question=row.question, history=row.history, k=DEPTH, as_of=AS_OF)
    started = time.perf_counter()
    ranking = [hit.measure.measure_id for hit in assistant.search(request)]
    searched = time.perf_counter()
    answer = assistant.ask(request) if answers else None
    asked = time.perf_counter()
    by_words = [hit.measure.measure_id for hit in words.search(request)]
    record = Record(
        **row.model_dump(by_alias=True),
        ranking=ranking,
        bm25=by_words,
        expected=_expected(row, assistant),
        scores=_ranking_scores(row, ranking),
        bm25_scores=_ranking_scores(row, by_words),
    )
    latency = {"search": round(1000 * (searched - started), 3)}
    if answer is not None:
        _judge(record, answer, assistant)
        latency["ask"] = round(1000 * (asked - searched), 3)
    return record, latency


def _expected(row: QuestionRow, assistant: Assistant) -> list[Expected]:
    found = []
    for measure_id, grade in row.relevant.items():
        measure = assistant.measure(measure_id)
        document = assistant.document(measure.doc_id)
        found.append(
            Expected(
                measure_id=measure_id, grade=grade, title=document.title, place=document.place, label=measure.label,
                text=measure.text,
            )
        )  # fmt: skip
    return found


def _ranking_scores(row: QuestionRow, ranking: Sequence[str]) -> dict[str, float | None]:
    scores = rank_scores({row.id: ranking}, {row.id: row.relevant}).get(row.id)
    return dict(scores) if scores else dict.fromkeys(RANKING)


def _judge(record: Record, answer: Answer, assistant: Assistant) -> None:
    """Complete a record with an answer and its scores."""
    cited = {c.doc_id: assistant.document(c.doc_id) for c in answer.citations}
    record.status, record.confidence, record.answer = answer.status, answer.confidence, answer.answer
    record.sections = [section.model_dump() for section in answer.sections]
    record.citations = [citation.model_dump() for citation in answer.citations]
    if record.answered:
        evidence = [f"{c.text}\n{' '.join(c.path)} {c.label}" for c in answer.citations]
        # An answer may also repeat what was asked, the day of judgement and the hotline that every city has.
        stated = [fold(record.question), AS_OF.isoformat(), "12345热线", *map(_stated, cited.values())]
        # Line by line: a marker or a heading between two figures would join them.
        figures = [f for line in answer.answer.splitlines() for f in unsupported(line, evidence, stated)]
        record.figures = list(dict.fromkeys(figures))
        record.lacking = [p for p in record.phrases if squeeze(p) not in squeeze(answer.answer)]
        record.strays = _strays(record, answer, cited)
    precision, recall = citation_scores((c.measure_id for c in answer.citations), record.relevant)
    right_side = record.answered == record.answerable
    named = _places_asked(record)
    record.scores |= {
        "citation precision": precision if record.relevant else None,
        "citation recall": recall,
        "expected phrase": float(record.answered and not record.lacking) if record.phrases else None,
        "figure errors": float(len(record.figures)) if record.answered else None,
        "outcome": None if record.outcome is None else float(record.status == record.outcome),
        "false answer": float(not right_side) if record.outcome and not record.answerable else None,
        "false refusal": float(not right_side) if record.answerable else None,
        "wrong place": float(bool(record.strays)) if named and record.answered else None,
    }


def _stated(document: Document) -> str:
    """Return what a document says of itself, which an answer may say of it."""
    validity = document.validity
    own = (document.title, document.number, document.published, validity.start, validity.end, validity.statement)
    return "\n".join(filter(None, own))


def _places_asked(record: Record) -> frozenset[str]:
    """Return the places whose measures may answer a question that names one; empty where it names none."""
    asked = " ".join([*(turn.content for turn in record.history if turn.role == "user"), record.question])
    named = [name for name, _, _ in find_places(asked)]
    # A question may name a place in passing: where its relevant measures are known, their places are meant.
    meant = [e.place for e in record.expected if e.place] or named
    return frozenset().union(*(related(place) for place in meant)) if named else frozenset()


def _strays(record: Record, answer: Answer, cited: dict[str, Document]) -> list[str]:
    places = _places_asked(record)
    return [
        c.measure_id
        for c in answer.citations
        if places and c.place and c.place not in places and cited[c.doc_id].level != "国家"
    ]


# --- sums ---


def summarise(records: Sequence[Record], scores: str = "scores") -> dict[str, Estimate]:
    """Return the estimate of every metric over records; `scores` may be "bm25_scores"."""
    return {metric: estimate(getattr(r, scores).get(metric) for r in records) for metric in METRICS}


def by_group(records: Sequence[Record]) -> dict[str, dict[str, list[Record]]]:
    """Return the records by register, kind, language and persona."""
    key = {group: ("register_" if group == "register" else group) for group in GROUPS}
    return {group: grouped(records, lambda r, k=field: str(getattr(r, k))) for group, field in key.items()}  # type: ignore[misc]


def metrics_json(records: Sequence[Record]) -> str:
    def plain(members: Sequence[Record]) -> dict[str, Any]:
        return {
            metric: {"mean": round(e.mean, 6), "low": round(e.low, 6), "high": round(e.high, 6), "count": e.count}
            for metric, e in summarise(members).items()
            if e.count
        }

    groups = {name: {value: plain(members) for value, members in g.items()} for name, g in by_group(records).items()}
    return json.dumps({"all": plain(records), **groups}, ensure_ascii=False, indent=1) + "\n"
