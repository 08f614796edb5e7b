"""The gate: of the questions that were right, few may become wrong, and a broken ranking does not get through."""

from __future__ import annotations

import json
from dataclasses import replace

from assistant import Assistant
from eval.gate import EXPECTATIONS, SET, check, slice_of
from eval.questions import read_questions
from index import Weights


def test_what_was_right_is_right_still(assistant: Assistant) -> None:
    result = check(assistant)
    assert result.passed, str(result)


def test_a_planted_regression_is_caught_and_its_questions_are_named(assistant: Assistant) -> None:
    nothing = Weights(dense=0.0, late=0.0, sparse=0.0, memory=0.0, expansion=0.0)
    broken = Assistant(replace(assistant.retriever, chinese=nothing, english=nothing))
    result = check(broken)
    assert not result.passed
    assert all(failure.row.id in str(result) for failure in result.lost)


def test_the_slice_is_fixed_and_spread_over_kinds_and_registers() -> None:
    rows = read_questions(SET)
    chosen = slice_of(rows)
    assert len({row.id for row in chosen}) == 60
    assert list(json.loads(EXPECTATIONS.read_text(encoding="utf-8"))["right"]) == [row.id for row in chosen]
    assert {row.register_ for row in chosen} == {row.register_ for row in rows}
    assert {row.kind for row in chosen} == {row.kind for row in rows}
