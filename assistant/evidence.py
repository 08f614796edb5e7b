"""Which measure answers best, how well each bears on the question, and whether it is answered at all.

A conditional logit ranks, two logistic regressions say the rest.
Their weights stand in `calibration.json`, fitted on the development questions by `policyqa eval calibrate --write`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from assistant.features import features, question_features, ranking_features
from assistant.question import Question, searchable, without_places
from corpus import Document, Measure, sentences
from index import Hit, HybridRetriever

WEIGHED = 20
"""So many of the retriever's hits are looked at."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A hit with the probability that it bears on the question, and its sentences' relevance."""

    hit: Hit
    probability: float
    parts: tuple[str, ...]
    """Its sentences, in order."""
    weights: tuple[float, ...]
    """Late-interaction relevance of each."""

    @property
    def measure(self) -> Measure:
        """The measure found."""
        return self.hit.measure


def rank(question: Question, hits: Sequence[Hit], documents: Mapping[str, Document]) -> list[Hit]:
    """Return the hits of a retriever with the first ranked again, best first; the rest follow in their order.

    Args:
        question: What was asked.
        hits: As the retriever ranked them.
        documents: Theirs, by id.
    """
    first, rest = hits[:WEIGHED], hits[WEIGHED:]
    scores = (ranking_features(question, first, documents) @ calibration().ranking).tolist()
    found = [replace(hit, score=score) for hit, score in zip(first, scores, strict=True)]
    behind = [replace(hit, score=min(scores) + hit.score - first[-1].score) for hit in rest]
    return [*sorted(found, key=lambda hit: (-hit.score, hit.measure.measure_id)), *behind]


def weigh(
    question: Question, hits: Sequence[Hit], documents: Mapping[str, Document], retriever: HybridRetriever
) -> tuple[list[Evidence], float]:
    """Return (ranked hits as evidence, in their order; the probability that the question is answered)."""
    if not hits:
        return [], 0.0
    parts, weights, matrix = _read(question, hits, documents, retriever)
    model = calibration()
    probabilities = _probability(matrix, model.bearing).tolist()
    evidence = [
        Evidence(hit, probability, split, tuple(weight))
        for hit, probability, split, weight in zip(hits, probabilities, parts, weights, strict=True)
    ]
    answered = float(_probability(question_features(matrix)[None], model.answered)[0])
    return evidence, answered


def features_of(
    question: Question, hits: Sequence[Hit], documents: Mapping[str, Document], retriever: HybridRetriever
) -> NDArray[np.float64]:
    """Return the features of hits as `weigh` sees them, one row a hit, at least one."""
    return _read(question, hits, documents, retriever)[2]


def _read(
    question: Question, hits: Sequence[Hit], documents: Mapping[str, Document], retriever: HybridRetriever
) -> tuple[list[tuple[str, ...]], list[list[float]], NDArray[np.float64]]:
    """Return (sentences of each hit, their relevance, features of each hit)."""
    parts = [sentences(hit.measure.text) for hit in hits]
    weights = _sentence_weights(question, hits, parts, retriever)
    background = retriever.background(searchable(question))
    return parts, weights, features(question, hits, documents, weights, background)


def _sentence_weights(
    question: Question, hits: Sequence[Hit], parts: Sequence[Sequence[str]], retriever: HybridRetriever
) -> list[list[float]]:
    """Return the relevance of every sentence, each read with its measure's title; one call for all of them."""
    texts = [f"{hit.measure.title} {part}" for hit, split in zip(hits, parts, strict=True) for part in split]
    flat = iter(retriever.relevance(without_places(question.text), texts).tolist())
    return [[next(flat) for _ in split] for split in parts]


@dataclass(frozen=True, slots=True)
class Calibration:
    """The fitted weights and thresholds."""

    ranking: NDArray[np.float64]
    """Weights of what ranks."""
    bearing: NDArray[np.float64]
    """Weights of a hit's features, the bias last."""
    answered: NDArray[np.float64]
    """Weights of a question's features, the bias last."""
    answer: float
    """A question less probable to be answered than this is not."""
    cite: float
    """A measure less probable to bear on the question than this is cited only as the best one."""
    share: float
    """Nor is one below this share of the best one's probability."""
    list_share: float
    """The same where a list is asked for."""
    mention: float
    """A measure is matched to a profile from this probability on."""


@cache
def calibration() -> Calibration:
    """Return the stored calibration."""
    stored = json.loads(files("assistant").joinpath("calibration.json").read_text(encoding="utf-8"))
    bearing, answered = (np.array([*stored[name]["weights"], stored[name]["bias"]]) for name in ("bearing", "answered"))
    return Calibration(np.array(stored["ranking"]), bearing, answered, **stored["thresholds"])


def _probability(rows: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1 / (1 + np.exp(-(rows @ weights[:-1] + weights[-1])))
