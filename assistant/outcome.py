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


def choose(question: Question, evidence: Sequence[Evidence], answered: float) -> list[Evidence]:
    """Return the evidence that an answer cites, best first; empty where the question is too likely not answered.

    Args:
        question: What was asked.
        evidence: In the order of the ranking.
        answered: The probability that the texts answer it.
    """
    limits = calibration()
    if not evidence:
        return []
    signals = evidence[0].hit.signals
    if answered < (limits.answer_phrased if signals and signals.phrased else limits.answer):
        return []
    share = limits.list_share if question.kind == "list" else limits.share
    return [e for e in evidence if e.odds >= share][: _MOST.get(question.kind, 3)]
