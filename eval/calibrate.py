"""Fit and publish the assistant's calibration: which measures bear on a question, and whether it is answered at all.

Cross-validated by topic on the development questions, so that no curve shows a question to the model that it was fitted
on; the test halves are never read.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant import FEATURES, Assistant, Request, question_features
from corpus import load_corpus
from eval.questions import QUESTIONS, QuestionRow, corpus_of, read_questions
from eval.runs import open_assistant

FOLDS = 5
CALIBRATION = Path(__file__).parents[1] / "assistant" / "calibration.json"
# Chosen by hand: of the pairs tried for cite and share, the one with which the most answers hold a relevant measure at
# 0.7 of their citations being relevant.
THRESHOLDS = {"cite": 0.2, "share": 0.7, "list_share": 0.25, "mention": 0.1}
FALSE_REFUSALS = 0.03
"""Share of the answerable development questions, cross-validated, that the threshold may refuse."""


@dataclass(frozen=True)
class Case:
    """A development question that is weighed: the features of its hits, which of them are relevant, its topic."""

    question: QuestionRow
    matrix: NDArray[np.float64]
    relevant: NDArray[np.bool_]
    topic: str

    @property
    def answerable(self) -> bool:
        """Whether the texts answer it, wholly or in part."""
        return self.question.outcome in ("answered", "partial")


def collect(assistant: Assistant, name: str, questions: Sequence[QuestionRow]) -> list[Case]:
    """Return the cases of a question set; exact look-ups and outright refusals need no weighing and are left out."""
    cases = []
    for question in questions:
        ids, matrix = assistant.features(Request(question=question.question, history=question.history))
        if ids:
            relevant = np.array([question.relevant.get(found, 0) > 0 for found in ids])
            first = next(iter(question.relevant), question.id)
            cases.append(Case(question, matrix, relevant, f"{name}/{first}"))
    return cases


@dataclass(frozen=True)
class Logistic:
    """A logistic regression as weights of the raw features."""

    weights: NDArray[np.float64]
    bias: float

    def __call__(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probability of each row, shape (n,)."""
        return 1 / (1 + np.exp(-(rows @ self.weights + self.bias)))

    def to_json(self) -> dict[str, Any]:
        """Return it as `calibration.json` holds it."""
        return {"weights": [round(float(w), 5) for w in self.weights], "bias": round(self.bias, 5)}


def _fit(rows: NDArray[np.float64], labels: NDArray[np.bool_], weights: NDArray[np.float64], c: float) -> Logistic:
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(rows)
    model = LogisticRegression(C=c, max_iter=3000).fit(scaler.transform(rows), labels, sample_weight=weights)
    raw = model.coef_[0] / scaler.scale_
    return Logistic(raw, float(model.intercept_[0] - raw @ scaler.mean_))


def fit_bearing(cases: Sequence[Case]) -> Logistic:
    """Fit which measures bear on a question; the many that do not count a quarter each, but for a wrong first one."""
    rows = np.concatenate([case.matrix for case in cases])
    labels = np.concatenate([case.relevant for case in cases])
    weights = []
    for case in cases:
        weight = np.where(case.relevant, 1.0, 0.25)
        weight[0] = 1.0 if not case.answerable else weight[0]
        weights.append(weight)
    return _fit(rows, labels, np.concatenate(weights), 0.3)


def fit_answered(cases: Sequence[Case]) -> Logistic:
    """Fit whether a question is answered."""
    rows = np.array([question_features(case.matrix) for case in cases])
    return _fit(rows, np.array([case.answerable for case in cases]), np.ones(len(cases)), 0.03)


def cross_validate(cases: Sequence[Case]) -> tuple[NDArray[np.float64], list[NDArray[np.float64]]]:
    """Return (probability that each question is answered, probabilities of its hits), each by a model that saw neither."""
    topics = sorted({case.topic for case in cases})
    folds = dict(
        zip(np.random.default_rng(0).permutation(topics).tolist(), np.arange(len(topics)) % FOLDS, strict=True)
    )
    answered, bearing = np.zeros(len(cases)), [np.zeros(0)] * len(cases)
    for fold in range(FOLDS):
        seen = [case for case in cases if folds[case.topic] != fold]
        first, second = fit_answered(seen), fit_bearing(seen)
        for k, case in enumerate(cases):
            if folds[case.topic] == fold:
                answered[k] = first(question_features(case.matrix)[None])[0]
                bearing[k] = second(case.matrix)
    return answered, bearing


def expected_error(probabilities: NDArray[np.float64], labels: NDArray[np.bool_], bins: int = 10) -> float:
    """Return the expected calibration error: |mean probability - share of true| over equal-width bins, by their size."""
    index = np.minimum((probabilities * bins).astype(int), bins - 1)
    error = 0.0
    for k in range(bins):
        if (inside := index == k).any():
            error += inside.mean() * abs(probabilities[inside].mean() - labels[inside].mean())
    return float(error)


def risk_coverage(probabilities: NDArray[np.float64], right: NDArray[np.bool_]) -> list[tuple[float, float]]:
    """Return (coverage, risk) as ever less sure answers are given: the share answered, and of these the share wrong."""
    order = np.argsort(-probabilities, kind="stable")
    wrong = np.cumsum(~right[order])
    count = np.arange(1, len(order) + 1)
    return list(zip((count / len(order)).tolist(), (wrong / count).tolist(), strict=True))


def area_under_roc(probabilities: NDArray[np.float64], labels: NDArray[np.bool_]) -> float:
    """Return the share of (answerable, unanswerable) pairs that are told apart; ties count half."""
    yes, no = probabilities[labels], probabilities[~labels]
    above = (yes[:, None] > no).mean() + 0.5 * (yes[:, None] == no).mean()
    return float(above)


def calibrate_command(write: bool = False) -> None:
    """Cross-validate the calibration on the development questions; print the curves and the thresholds."""
    cases: list[Case] = []
    for file in sorted(QUESTIONS.glob("*-development.jsonl")):
        name = file.stem.removesuffix("-development")
        with open_assistant(load_corpus(corpus_of(name)), corpus_of(name)) as assistant:
            cases += collect(assistant, name, read_questions(file))
    labels = np.array([case.answerable for case in cases])
    answered, bearing = cross_validate(cases)
    threshold = float(np.quantile(answered[labels], FALSE_REFUSALS))
    first = np.array([case.relevant[np.argmax(b)] for case, b in zip(cases, bearing, strict=True)])
    print(
        f"{len(cases)} weighed development questions, {int((~labels).sum())} of them without an answer; {FOLDS}-fold by topic\n"
    )
    print(
        f"Answered at all: area under ROC {area_under_roc(answered, labels):.3f}, expected calibration error {expected_error(answered, labels):.3f}\n"
    )
    print("| false refusals | threshold | unanswerable refused |\n|---|---|---|")
    for share in (0.01, 0.02, 0.03, 0.05, 0.1, 0.15):
        limit = float(np.quantile(answered[labels], share))
        print(f"| {share:.0%} | {limit:.3f} | {(answered[~labels] < limit).mean():.1%} |")
    print("\n| reliability: probability | questions | answerable |\n|---|---|---|")
    for low in np.arange(0, 1, 0.1):
        inside = (answered >= low) & (answered < low + 0.1)
        if inside.any():
            print(f"| {low:.1f}–{low + 0.1:.1f} | {int(inside.sum())} | {labels[inside].mean():.1%} |")
    print("\n| coverage | risk: first measure wrong, or no answer exists |\n|---|---|")
    curve = risk_coverage(answered, labels & first)
    for share in (0.2, 0.4, 0.6, 0.8, 1.0):
        print(f"| {share:.0%} | {curve[min(len(curve), round(share * len(curve))) - 1][1]:.1%} |")
    if write:
        stored = {
            "features": list(FEATURES),
            "bearing": fit_bearing(cases).to_json(),
            "answered": fit_answered(cases).to_json(),
            "thresholds": {"answer": round(threshold, 3), **THRESHOLDS},
        }
        CALIBRATION.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
        print(f"\nWrote {CALIBRATION}.")
