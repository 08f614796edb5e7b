"""Small stand-ins that more than one test file needs."""

from __future__ import annotations

from typing import Any

from eval.records import Record


def record(**fields: Any) -> Record:
    """Return the record of a question that d:1 answers, and of which nothing was found or said unless the fields say so."""
    given = {
        "id": "q-1", "language": "zh", "register": "formal", "question": "补贴多少？", "history": [], "kind": "how_much",
        "persona": "applicant", "relevant": {"d:1": 2}, "phrases": [], "outcome": "answered", "ranking": [], "bm25": [],
        "expected": [], "scores": {}, "bm25_scores": {},
    }  # fmt: skip
    return Record.model_validate({**given, **fields})
