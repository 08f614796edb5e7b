"""Fit and publish the assistant's calibration: which measure answers a question best, and whether any does.

Cross-validated by topic on the development questions, so that no curve shows a question to the model that it was fitted
on; the test halves are never read.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray

from assistant import FEATURES, RANKING, Assistant, Request, question_features
from corpus import load_corpus
from eval.metrics import reliability
from eval.plots import calibration_plot, coverage_plot
from eval.questions import QUESTIONS, QuestionRow, corpus_of, read_questions
from eval.runs import open_assistant
from eval.words import page, translate

FOLDS = 5
CALIBRATION = Path(__file__).parents[1] / "assistant" / "calibration.json"
# Chosen by hand: with a share of 0.5, 0.82 of the citations are relevant and 0.85 of the answers hold what is expected;
# 0.35 gives 0.81 and 0.87, 0.65 gives 0.83 and 0.84. Of lists 0.06 gives 0.74 and 0.82, 0.03 gives 0.73 and 0.84.
THRESHOLDS = {"share": 0.5, "list_share": 0.06, "mention": 0.01}
_PENALTY = 0.003
FALSE_REFUSALS = 0.03
"""Share of the answerable development questions, cross-validated, that a threshold may refuse."""


@dataclass(frozen=True)
class Case:
    """A development question that is weighed: what is known of its hits, which of them are relevant, its topic."""

    question: QuestionRow
    ranking: NDArray[np.float64]
    matrix: NDArray[np.float64]
    relevant: NDArray[np.bool_]
    topic: str
    phrased: bool
    """Whether its first hit has phrasings."""

    @property
    def answerable(self) -> bool:
        """Whether the texts answer it, wholly or in part."""
        return self.question.outcome in ("answered", "partial")


def collect(assistant: Assistant, name: str, questions: Sequence[QuestionRow]) -> list[Case]:
    """Return the cases of a question set; exact look-ups and outright refusals need no weighing and are left out."""
    cases = []
    for question in questions:
        ids, ranking, matrix = assistant.features(Request(question=question.question, history=question.history))
        if ids:
            relevant = np.array([question.relevant.get(found, 0) > 0 for found in ids])
            first = next(iter(question.relevant), question.id)
            store = assistant.retriever.store
            phrased = bool(store.phrased[store.measure_ids[ids[0]]])
            cases.append(Case(question, ranking, matrix, relevant, f"{name}/{first}", phrased))
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


def fit_ranking(cases: Sequence[Case]) -> NDArray[np.float64]:
    """Fit what ranks, shape (len(RANKING),): a conditional logit (McFadden, 1974) of the relevant hit among all.

    The weights maximise the mean log-probability of a relevant hit under a softmax over the hits of its question, less
    a small multiple of their squares, the features being standardised.
    """
    from scipy.optimize import minimize

    asked = [case for case in cases if case.relevant.any() and not case.relevant.all()]
    spread = np.concatenate([case.ranking for case in asked]).std(axis=0) + 1e-9
    rows = [case.ranking / spread for case in asked]

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, slope = _PENALTY * weights @ weights, 2 * _PENALTY * weights
        for case, matrix in zip(asked, rows, strict=True):
            scores = matrix @ weights
            chances = np.exp(scores - scores.max())
            chances /= chances.sum()
            wanted = case.relevant / case.relevant.sum()
            total -= wanted @ np.log(chances) / len(asked)
            slope = slope + (chances - wanted) @ matrix / len(asked)
        return float(total), slope

    found = minimize(loss, np.zeros(rows[0].shape[1]), jac=True, method="L-BFGS-B")
    return np.asarray(found.x / spread)


def fit_answered(cases: Sequence[Case]) -> Logistic:
    """Fit whether a question is answered."""
    rows = np.array([question_features(case.matrix) for case in cases])
    return _fit(rows, np.array([case.answerable for case in cases]), np.ones(len(cases)), 0.1)


def cross_validate(cases: Sequence[Case]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return (probability that each question is answered; whether its first hit is relevant), by models that saw neither."""
    topics = sorted({case.topic for case in cases})
    folds = dict(
        zip(np.random.default_rng(0).permutation(topics).tolist(), np.arange(len(topics)) % FOLDS, strict=True)
    )
    answered, first = np.zeros(len(cases)), np.zeros(len(cases), dtype=bool)
    for fold in range(FOLDS):
        seen = [case for case in cases if folds[case.topic] != fold]
        model, weights = fit_answered(seen), fit_ranking(seen)
        for k, case in enumerate(cases):
            if folds[case.topic] == fold:
                answered[k] = model(question_features(case.matrix)[None])[0]
                first[k] = case.relevant[np.argmax(case.ranking @ weights)]
    return answered, first


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


def collect_all() -> list[Case]:
    """Return the cases of every development half."""
    cases: list[Case] = []
    for file in sorted(QUESTIONS.glob("*-development.jsonl")):
        name = file.stem.removesuffix("-development")
        with open_assistant(load_corpus(corpus_of(name)), corpus_of(name)) as assistant:
            cases += collect(assistant, name, read_questions(file))
    return cases


@dataclass(frozen=True)
class Curves:
    """What is published of a calibration: of each case its probability, whether it is answerable, and answered right."""

    answered: NDArray[np.float64]
    answerable: NDArray[np.bool_]
    right: NDArray[np.bool_]
    """It is answerable, and its first hit is relevant."""

    def refusing(self, share: float) -> float:
        """Return the threshold that refuses a share of the answerable questions."""
        return float(np.quantile(self.answered[self.answerable], share))

    def to_markdown(self) -> str:
        """Return the tables of reliability and of risk and coverage."""
        bins, error = reliability(self.answered.tolist(), self.answerable.tolist())
        roc = area_under_roc(self.answered, self.answerable)
        risks = risk_coverage(self.answered, self.right)
        lines = [
            f"{len(self.answered)} weighed development questions, {int((~self.answerable).sum())} of them without an "
            f"answer; {FOLDS}-fold by topic",
            f"\nAnswered at all: area under ROC {roc:.3f}, expected calibration error {error:.3f}",
            "\n| false refusals | threshold | unanswerable refused |\n|--:|--:|--:|",
        ]
        for share in (0.01, 0.02, 0.03, 0.05, 0.1, 0.15):
            limit = self.refusing(share)
            lines.append(f"| {share:.0%} | {limit:.3f} | {(self.answered[~self.answerable] < limit).mean():.1%} |")
        lines.append("\n| reliability: mean probability | questions | answerable |\n|--:|--:|--:|")
        lines += [f"| {b.confidence:.3f} | {b.count} | {b.right:.1%} |" for b in bins]
        lines.append("\n| coverage | risk: first measure wrong, or no answer exists |\n|--:|--:|")
        for share in (0.2, 0.4, 0.6, 0.8, 1.0):
            lines.append(f"| {share:.0%} | {risks[max(1, round(share * len(risks))) - 1][1]:.1%} |")
        return "\n".join(lines)

    def to_html(self) -> str:
        """Return both curves on one page that loads nothing."""
        t = translate("zh")
        bins, error = reliability(self.answered.tolist(), self.answerable.tolist())
        kept, sure, right = t("share of questions kept"), t("stated confidence"), t("share right")
        return page("calibration.html").render(
            language="zh",
            t=t,
            count=len(self.answered),
            error=error,
            reliability=calibration_plot(t("Reliability"), bins, sure, t("share answerable")),
            coverage=coverage_plot(t("Risk and coverage"), self.answered.tolist(), self.right.tolist(), kept, right),
        )


def calibrate_command(
    write: Annotated[bool, typer.Option("--write", help="Fit on all of them and write the assistant's.")] = False,
    output: Annotated[Path | None, typer.Option(help="Draw the curves as one .html file.")] = None,
) -> None:
    """Cross-validate the calibration on the development questions; print its reliability and risk-coverage curves."""
    cases = collect_all()
    answered, first = cross_validate(cases)
    answerable = np.array([case.answerable for case in cases])
    curves = Curves(answered, answerable, answerable & first)
    limits = {}
    for phrased in (False, True):
        own = np.array([case.phrased is phrased for case in cases])
        limits[phrased] = round(Curves(answered[own], answerable[own], first[own]).refusing(FALSE_REFUSALS), 3)
    print(curves.to_markdown())
    if output:
        output.write_text(curves.to_html(), encoding="utf-8")
        typer.echo(f"The curves are in {output}.", err=True)
    if write:
        # The features of a question know the order of its hits: a new order wants this command a second time.
        stored = {
            "ranking": dict(zip(RANKING, fit_ranking(cases).round(4).tolist(), strict=True)),
            "features": list(FEATURES),
            "answered": fit_answered(cases).to_json(),
            "thresholds": {"answer": limits[False], "answer_phrased": limits[True], **THRESHOLDS},
        }
        CALIBRATION.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
        typer.echo(f"Wrote {CALIBRATION}.", err=True)
