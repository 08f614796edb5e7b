"""Metrics equal hand-computed values and those of `ir_measures` on the same run file."""

from __future__ import annotations

import math
from pathlib import Path

import ir_measures
import numpy as np
import pytest

from eval.metrics import (
    RANKING,
    Bin,
    citation_scores,
    estimate,
    mcnemar,
    paired_difference,
    rank_scores,
    reliability,
)
from eval.trec import write_qrels, write_run

QRELS = {"q1": {"a": 2, "b": 1}, "q2": {"c": 2}, "q3": {"z": 2}, "q4": {}}
RUN = {"q1": ["b", "x", "a"], "q2": [*"defghijklmn", "c"], "q4": ["a"]}


def test_ranking_metrics_are_those_computed_by_hand() -> None:
    scores = rank_scores(RUN, QRELS)
    ideal = 2 + 1 / math.log2(3)
    assert scores["q1"] == pytest.approx(
        {"recall@1": 0.5, "recall@5": 1.0, "MRR@10": 1.0, "nDCG@10": (1 + 2 / math.log2(4)) / ideal}
    )
    # Found at rank 12 only: beyond every cut-off.
    assert scores["q2"] == {"recall@1": 0.0, "recall@5": 0.0, "MRR@10": 0.0, "nDCG@10": 0.0}
    # Not ranked at all counts as zero; without a relevant document there is nothing to measure.
    assert scores["q3"] == dict.fromkeys(RANKING, 0.0)
    assert "q4" not in scores


def test_ranking_metrics_are_those_of_ir_measures_on_the_run_file(tmp_path: Path) -> None:
    run = {f"q{n}": [f"d{(7 * n + 3 * i) % 40}" for i in range(40)] for n in range(25)}
    qrels = {f"q{n}": {f"d{(5 * n + i) % 40}": 1 + i % 2 for i in range(3)} for n in range(25)}
    write_run(tmp_path / "run.trec", run)
    write_qrels(tmp_path / "test.qrels", qrels)
    theirs = ir_measures.calc_aggregate(
        [ir_measures.parse_measure(code) for code in RANKING.values()],
        ir_measures.read_trec_qrels(str(tmp_path / "test.qrels")),
        ir_measures.read_trec_run(str(tmp_path / "run.trec")),
    )
    ours = rank_scores(run, qrels)
    for name, code in RANKING.items():
        mean = sum(scores[name] for scores in ours.values()) / len(ours)
        assert mean == pytest.approx(theirs[ir_measures.parse_measure(code)], abs=1e-6)


@pytest.mark.parametrize(
    ("cited", "relevant", "expected"),
    [("ab", "bc", (0.5, 0.5)), ("", "b", (None, 0.0)), ("a", "", (0.0, None)), ("aab", "ab", (1.0, 1.0))],
)
def test_citation_precision_and_recall(cited: str, relevant: str, expected: tuple[float | None, float | None]) -> None:
    assert citation_scores(cited, relevant) == expected


def test_the_interval_holds_the_mean_and_is_the_same_every_time() -> None:
    e = estimate([1.0] * 30 + [0.0] * 10 + [None])
    assert (e.mean, e.count) == (0.75, 40)
    # The normal approximation: 0.75 ± 1.96 · √(0.75 · 0.25 / 40).
    assert (e.low, e.high) == pytest.approx((0.616, 0.884), abs=0.03)
    assert e == estimate([1.0] * 30 + [0.0] * 10)
    assert estimate([]).count == 0
    assert str(estimate([None])) == "–"


def test_a_permutation_test_counts_every_flip_of_few_pairs() -> None:
    # Of the 2⁴ ways to sign four differences of one, the two extreme ones reach the sum seen.
    difference, p = paired_difference([0, 0, 0, 0, 1], [1, 1, 1, 1, 1])
    assert (difference.mean, p) == (0.8, 2 / 16)
    assert paired_difference([1, 2], [1, 2])[1] == 1.0
    assert paired_difference([0.0] * 30, [1.0] * 30)[1] < 0.001


@pytest.mark.parametrize(("won", "lost", "p"), [(0, 0, 1.0), (5, 0, 2 / 32), (1, 3, 10 / 16), (4, 4, 1.0)])
def test_mcnemar_is_the_exact_sign_test(won: int, lost: int, p: float) -> None:
    assert mcnemar(won, lost) == pytest.approx(p)


def test_reliability_bins_and_their_error() -> None:
    bins, error = reliability([0.95, 0.85, 0.15, 1.0], [True, False, False, True])
    assert bins == [Bin(0.15, 0.0, 1), Bin(0.85, 0.0, 1), Bin(pytest.approx(0.975), 1.0, 2)]
    assert error == pytest.approx((0.15 + 0.85 + 2 * 0.025) / 4)


def test_paired_tests_are_those_of_scipy() -> None:
    from scipy import stats

    rng = np.random.default_rng(3)
    before = rng.random(11).round(1)
    after = (before + rng.normal(0.1, 0.2, 11)).round(1)

    def difference(x: np.ndarray, y: np.ndarray, axis: int) -> np.ndarray:
        return np.mean(y - x, axis=axis)

    exact = stats.permutation_test((before, after), difference, permutation_type="samples", n_resamples=np.inf)
    assert paired_difference(before.tolist(), after.tolist())[1] == pytest.approx(exact.pvalue)
    for won, lost in ((0, 1), (7, 2), (23, 30)):
        assert mcnemar(won, lost) == pytest.approx(stats.binomtest(won, won + lost).pvalue)
