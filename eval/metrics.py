"""What is measured: per question, then means with bootstrap intervals, and paired tests. All of it deterministic."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

RANKING = {"recall@1": "R@1", "recall@5": "R@5", "MRR@10": "RR@10", "nDCG@10": "nDCG@10"}
"""Our names of the ranking metrics, and those of `ir_measures`, which computes them."""
ANSWERS = (
    "citation precision",
    "citation recall",
    "expected phrase",
    "figure errors",
    "outcome",
    "false answer",
    "false refusal",
    "wrong place",
)
METRICS = (*RANKING, *ANSWERS)
LOWER_IS_BETTER = frozenset({"figure errors", "false answer", "false refusal", "wrong place"})
GROUPS = ("register", "kind", "language", "persona")
_ROUNDS = 2000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its 95 % bootstrap interval over `count` questions; NaN where there are none."""

    mean: float
    low: float
    high: float
    count: int

    def __str__(self) -> str:
        return "–" if not self.count else f"{self.mean:.3f} ({self.low:.2f}–{self.high:.2f})"


def rank_scores(
    rankings: Mapping[str, Sequence[str]],
    qrels: Mapping[str, Mapping[str, int]],
    metrics: Mapping[str, str] = RANKING,
) -> dict[str, dict[str, float]]:
    """Return the ranking metrics of each query that has a relevant document; one that is not ranked at all gets zeros.

    Any grade from 1 is relevant to recall and reciprocal rank; nDCG takes the grades as gains.
    """
    import ir_measures

    measures = {ir_measures.parse_measure(code): name for name, code in metrics.items()}
    judged = {query: dict(grades) for query, grades in qrels.items() if any(grade > 0 for grade in grades.values())}
    scores = {query: dict.fromkeys(metrics, 0.0) for query in judged}
    run = {
        query: {document: 1 / rank for rank, document in enumerate(ranking, start=1)}
        for query, ranking in rankings.items()
        if query in judged and ranking
    }
    if run:
        for value in ir_measures.iter_calc(list(measures), judged, run):
            scores[value.query_id][measures[value.measure]] = round(float(value.value), 9)
    return scores


def citation_scores(cited: Iterable[str], relevant: Iterable[str]) -> tuple[float | None, float | None]:
    """Return (precision, recall) of citations; None where nothing is cited, or nothing is relevant."""
    cited, relevant = set(cited), set(relevant)
    found = len(cited & relevant)
    return (found / len(cited) if cited else None), (found / len(relevant) if relevant else None)


def estimate(values: Iterable[float | None], seed: int = 0) -> Estimate:
    """Return the mean of the values that are not None with its 95 % bootstrap interval (percentile method)."""
    sample = np.array([value for value in values if value is not None], dtype=float)
    if not len(sample):
        return Estimate(math.nan, math.nan, math.nan, 0)
    low, high = np.percentile(_resample(sample, seed), [2.5, 97.5])
    return Estimate(float(sample.mean()), float(low), float(high), len(sample))


def _resample(sample: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """Return the means of samples drawn from a sample with replacement, a block of draws at a time to save memory."""
    rng = np.random.default_rng(seed)
    block = max(1, min(_ROUNDS, 4_000_000 // len(sample)))
    sizes = [min(block, _ROUNDS - start) for start in range(0, _ROUNDS, block)]
    return np.concatenate([sample[rng.integers(len(sample), size=(n, len(sample)))].mean(axis=1) for n in sizes])


def grouped(rows: Iterable[T], key: Callable[[T], str]) -> dict[str, list[T]]:
    """Return the rows by the value of a key, in the order in which the values first come."""
    groups: dict[str, list[T]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


# --- two runs over the same questions ---


def paired_difference(first: Sequence[float], second: Sequence[float], seed: int = 0) -> tuple[Estimate, float]:
    """Return the mean of second − first with its bootstrap interval, and the two-sided p of a permutation test.

    The test flips the sign of each pair's difference: every way where there are at most 4,096, else 10,000 random ones,
    of which the observed one is counted as one more (Phipson and Smyth, 2010).
    """
    differences = np.asarray(second, dtype=float) - np.asarray(first, dtype=float)
    moved = differences[differences != 0]
    if not len(moved):
        return estimate(differences), 1.0
    observed = abs(moved.sum()) - 1e-12
    if len(moved) <= 12:
        signs = 1 - 2 * ((np.arange(2 ** len(moved))[:, None] >> np.arange(len(moved))) & 1)
        return estimate(differences, seed), float((np.abs(signs @ moved) >= observed).mean())
    rng = np.random.default_rng(seed)
    extreme = sum(abs((rng.choice([-1, 1], len(moved)) * moved).sum()) >= observed for _ in range(10_000))
    return estimate(differences, seed), float((extreme + 1) / 10_001)


def mcnemar(won: int, lost: int) -> float:
    """Return the two-sided p of McNemar's exact test: a sign test on the questions on which two runs differ."""
    changed, fewer = won + lost, min(won, lost)
    return min(1.0, 2 * sum(math.comb(changed, i) for i in range(fewer + 1)) / 2**changed)


# --- how far a stated probability can be trusted ---


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of similar confidence: how confident they were on average, and what share of them was right."""

    confidence: float
    right: float
    count: int


def reliability(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> tuple[list[Bin], float]:
    """Return the bins that hold answers, and the expected calibration error (Naeini et al., 2015)."""
    numbers = [min(bins - 1, int(confidence * bins)) for confidence in confidences]
    found = []
    for number in sorted(set(numbers)):
        members = [i for i, n in enumerate(numbers) if n == number]
        mean = float(np.mean([confidences[i] for i in members]))
        found.append(Bin(mean, float(np.mean([right[i] for i in members])), len(members)))
    error = sum(b.count * abs(b.confidence - b.right) for b in found) / len(numbers) if numbers else math.nan
    return found, error
