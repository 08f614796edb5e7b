"""Whether a question is answered, and with which measures; the thresholds are calibrated on the development questions."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.evidence import Evidence, calibration
from assistant.question import Question
from assistant.schema import Status

_MOST = {"list": 8}


def refuse_outright(question: Question) -> Status | None:
    """Return the outcome of a question that no text can answer, or None."""
    if question.declined:
        return "declined"
    return "out_of_scope" if question.out_of_scope and not question.clauses else None


def choose(question: Question, evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return the evidence that an answer cites, best first; empty where nothing is probable enough to answer."""
    limits = calibration()["thresholds"]
    if not evidence or evidence[0].probability < limits["answer"]:
        return []
    floor = max(limits["cite"], (limits["list_share"] if question.kind == "list" else limits["share"]) * evidence[0].probability)
    others = [e for e in evidence[1:] if e.probability >= floor]
    return [evidence[0], *others][: _MOST.get(question.kind, 3)]
