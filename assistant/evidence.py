"""Which measures answer a question best, by a conditional logit; and whether any does, by a logistic regression.

Their weights stand in `calibration.json`, fitted on the development questions by `policyqa eval calibrate --write`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from assistant.features import RANKING, features, question_features, ranking_features
from assistant.mentions import without_places
from assistant.question import Question, searchable
from corpus import Document, Measure, sentences
from index import READ, Hit, HybridRetriever

WEIGHED = READ
"""So many of the retriever's hits are looked at: those that it has read closely."""


# The development sets hardly mix places that lie in one another, and cannot tell how much the named one is preferred.
# Set by hand: seven times the odds of what lies around or in it.
_OWN = 2.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """A hit with its sentences and their relevance."""

    hit: Hit
    odds: float
    """That it is the one that answers, against the best hit: 1 for that one."""
    parts: tuple[str, ...]
    """Its sentences, in order."""
    weights: tuple[float, ...]
    """Late-interaction relevance of each."""

    @property
    def measure(self) -> Measure:
        """The measure found."""
        return self.hit.measure


def in_full(measure: Measure) -> Evidence:
    """Return a measure that was looked up as evidence, every sentence of it alike."""
    parts = tuple(sentences(measure.text))
    return Evidence(Hit(measure, 1.0), 1.0, parts, (1.0,) * len(parts))


def rank(question: Question, hits: Sequence[Hit], documents: Mapping[str, Document]) -> list[Hit]:
    """Return the hits of a retriever with the first ranked again, best first; the rest follow in their order.

    Args:
        question: What was asked.
        hits: As the retriever ranked them.
        documents: Theirs, by id.
    """
    first, rest = hits[:WEIGHED], hits[WEIGHED:]
    own = np.array([documents[hit.measure.doc_id].place in question.places for hit in first])
    scores = (ranking_features(question, first, documents) @ calibration().ranking + _OWN * own).tolist()
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
    best = max(hit.score for hit in hits)
    evidence = [
        Evidence(hit, math.exp(hit.score - best), split, tuple(weight))
        for hit, split, weight in zip(hits, parts, weights, strict=True)
    ]
    logit = float(question_features(matrix) @ model.answered[:-1] + model.answered[-1])
    return evidence, 1 / (1 + math.exp(-logit))


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
    answered: NDArray[np.float64]
    """Weights of a question's features, the bias last."""
    answer: float
    """A question less probable to be answered than this is not."""
    answer_phrased: float
    """The same where its best measure has phrasings: what nearly asks for it comes near it too."""
    share: float
    """A measure is cited beside the best one from these odds on."""
    list_share: float
    """The same where a list is asked for."""
    mention: float
    """The same of a measure matched to a profile."""


@cache
def calibration() -> Calibration:
    """Return the stored calibration."""
    stored = json.loads(files("assistant").joinpath("calibration.json").read_text(encoding="utf-8"))
    answered = np.array([*stored["answered"]["weights"], stored["answered"]["bias"]])
    # A ranking feature that is new weighs nothing until it is fitted.
    ranking = np.array([stored["ranking"].get(name, 0.0) for name in RANKING])
    return Calibration(ranking, answered, **stored["thresholds"])
