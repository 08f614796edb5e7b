"""The gate: a fixed slice of development questions, of which few that were right may become wrong."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant import Answer, Assistant, Request
from eval.questions import ANSWERABLE, QUESTIONS, QuestionRow, read_questions
from eval.records import AS_OF

EXPECTATIONS = Path(__file__).parent / "expectations" / "gate.json"
SET = QUESTIONS / "shipped-development.jsonl"
SLICE = 60
MARGIN = 2
"""So many questions may turn wrong: a change that helps on the whole often costs one or two."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A question that was right and is wrong, with what was said."""

    row: QuestionRow
    answer: Answer

    def __str__(self) -> str:
        cited = ", ".join(c.measure_id for c in self.answer.citations) or "nothing"
        wanted = ", ".join(self.row.relevant) or self.row.outcome
        return f"{self.row.id} {self.row.question}\n    {self.answer.status}, cites {cited}; expected {wanted}"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the slice."""

    lost: tuple[Failure, ...]
    won: tuple[str, ...]
    margin: int

    @property
    def passed(self) -> bool:
        """Whether no more questions were lost than the margin allows."""
        return len(self.lost) <= self.margin

    def __str__(self) -> str:
        lines = [
            f"{len(self.lost)} questions that were right are wrong (margin {self.margin}), {len(self.won)} were won"
        ]
        return "\n".join([*lines, *(f"- {failure}" for failure in self.lost)])


def slice_of(rows: Sequence[QuestionRow], size: int = SLICE) -> list[QuestionRow]:
    """Return rows spread evenly over the set, of every kind and register that it holds in about their shares."""
    ordered = sorted(rows, key=lambda row: (row.kind, row.register_, row.id))
    return [ordered[i * len(ordered) // size] for i in range(min(size, len(ordered)))]


def is_right(row: QuestionRow, answer: Answer) -> bool:
    """Whether what has no answer was refused, and what has one was answered with a measure that holds it."""
    answered = answer.status in ANSWERABLE
    if not row.answerable or not answered:
        return row.answerable == answered
    return any(citation.measure_id in row.relevant for citation in answer.citations)


def _ask(assistant: Assistant, row: QuestionRow) -> Answer:
    return assistant.ask(Request(question=row.question, history=row.history, as_of=AS_OF))


def check(assistant: Assistant) -> Result:
    """Ask the slice and hold it against the committed expectations."""
    expected = json.loads(EXPECTATIONS.read_text(encoding="utf-8"))
    rows = {row.id: row for row in read_questions(SET)}
    lost, won = [], []
    for question_id, was_right in expected["right"].items():
        row = rows[question_id]
        answer = _ask(assistant, row)
        if was_right and not is_right(row, answer):
            lost.append(Failure(row, answer))
        elif not was_right and is_right(row, answer):
            won.append(question_id)
    return Result(tuple(lost), tuple(won), expected["margin"])


def update(assistant: Assistant) -> dict[str, bool]:
    """Write the expectations anew from what the assistant gets right now, and return them."""
    right = {row.id: is_right(row, _ask(assistant, row)) for row in slice_of(read_questions(SET))}
    stated = {"set": SET.stem, "margin": MARGIN, "right": right}
    EXPECTATIONS.write_text(json.dumps(stated, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return right
