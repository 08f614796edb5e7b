"""Two runs: what was won and lost, and whether a change is more than chance."""

from __future__ import annotations

from typing import Any

import fakes
import pytest

from eval.compare import compare_records, to_markdown
from eval.records import Record
from eval.runs import Run, RunError


def record(number: int, cited: str, recall: float, status: str | None = "answered") -> Record:
    scores = {"recall@5": recall, "outcome": float(cited == "d:1")}
    return fakes.record(
        id=f"q{number}", question=f"第{number}问？", status=status, citations=[{"measure_id": cited}], scores=scores
    )


def run_of(name: str, records: list[Record]) -> Run:
    manifest: dict[str, Any] = {"count": len(records)}
    return Run(name=name, manifest=manifest, records=records, latencies=[])


def test_won_and_lost_questions_and_their_exact_test() -> None:
    before = [record(n, "d:9", 0.0) for n in range(6)] + [record(6, "d:1", 1.0)]
    after = [record(n, "d:1", 1.0) for n in range(6)] + [record(6, "d:9", 0.0)]
    found = compare_records(before, after)
    assert [b.id for _, b in found.won] == [f"q{n}" for n in range(6)]
    assert [b.id for _, b in found.lost] == ["q6"]
    assert found.p == pytest.approx(2 * (1 + 7) / 2**7)
    change = {c.metric: c for c in found.changes}
    assert (change["recall@5"].before, change["recall@5"].after) == pytest.approx((1 / 7, 6 / 7))
    assert (change["outcome"].test, change["outcome"].p) == ("McNemar", found.p)
    text = to_markdown(run_of("a", before), run_of("b", after), found)
    assert "Won: 6" in text
    assert "- q6 (how_much, formal) 第6问？" in text


def test_a_clear_change_is_called_better_and_a_small_one_is_not() -> None:
    before, after = [record(n, "d:9", 0.0) for n in range(20)], [record(n, "d:1", 1.0) for n in range(20)]
    assert {c.verdict for c in compare_records(before, after).changes} == {"better"}
    assert {c.verdict for c in compare_records(after, before).changes} == {"worse"}
    assert {c.verdict for c in compare_records(before[:3], after[:3]).changes} == {""}


def test_a_ranking_alone_is_compared_by_what_it_finds() -> None:
    found = compare_records([record(1, "d:9", 1.0, status=None)], [record(1, "d:1", 1.0)])
    assert (found.won, found.lost) == ((), ())


def test_runs_without_a_common_question_are_refused() -> None:
    with pytest.raises(RunError):
        compare_records([record(1, "d:1", 1.0)], [record(2, "d:1", 1.0)])
