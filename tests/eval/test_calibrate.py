"""The curves that are published of a calibration, on probabilities whose curves are known."""

from __future__ import annotations

import re

import numpy as np
import pytest

from eval.calibrate import Curves, area_under_roc, cross_validate, risk_coverage


def test_risk_falls_as_the_less_sure_answers_are_left_out() -> None:
    right = np.array([True, False, True, False])
    assert risk_coverage(np.array([0.9, 0.1, 0.8, 0.7]), right) == [
        (0.25, 0.0), (0.5, 0.0), (0.75, pytest.approx(1 / 3)), (1.0, 0.5)
    ]  # fmt: skip


def test_the_area_under_roc_counts_pairs_and_halves_ties() -> None:
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(0)
    labels, scores = rng.random(200) < 0.6, rng.random(200).round(1)
    assert area_under_roc(scores, labels) == pytest.approx(roc_auc_score(labels, scores))


def curves() -> Curves:
    # Of ten answerable questions nine are surer than any of the ten others, which nothing answers.
    answered = np.concatenate([np.full(9, 0.95), [0.15], np.full(10, 0.35)])
    answerable = np.arange(20) < 10
    return Curves(answered, answerable, answerable & (np.arange(20) != 0))


def test_the_tables_hold_both_curves() -> None:
    text = curves().to_markdown()
    assert "20 weighed development questions, 10 of them without an answer" in text
    assert "| 0.350 | 10 | 0.0% |" in text
    assert "| 0.950 | 9 | 100.0% |" in text
    assert "| 40% | 12.5% |" in text  # eight answers, the first of them from the wrong measure
    assert "| 100% | 55.0% |" in text
    assert "| 10% | 0.870 | 100.0% |" in text


def test_the_page_draws_both_curves_and_loads_nothing() -> None:
    html = curves().to_html()
    assert html.count("<svg") == 2
    assert re.findall(r"""(?:src|href)=["']?(?!#|data:)[^"' >]+|url\(|@import""", html) == []


def test_no_topic_is_weighed_by_a_model_that_saw_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from eval import calibrate

    cases = [
        calibrate.Case(None, np.zeros((1, 1)), np.zeros((1, 1)), np.zeros(1, bool), topic=f"t{n % 7}", phrased=False)  # type: ignore[arg-type]
        for n in range(21)
    ]
    seen: list[set[str]] = []

    def fit(cases: list[calibrate.Case]) -> calibrate.Logistic:
        seen.append({case.topic for case in cases})
        return calibrate.Logistic(np.zeros(1), float(len(seen)))

    monkeypatch.setattr(calibrate, "fit_answered", fit)
    monkeypatch.setattr(calibrate, "fit_ranking", lambda _: np.ones(1))
    monkeypatch.setattr(calibrate, "question_features", lambda matrix: matrix[0])
    answered, _ = cross_validate(cases)
    for case, probability in zip(cases, answered, strict=True):
        fold = round(float(np.log(probability / (1 - probability))))
        assert case.topic not in seen[fold - 1]


def test_the_ranking_learns_which_column_tells_the_relevant_hit() -> None:
    from eval import calibrate

    rng = np.random.default_rng(0)
    cases = []
    for n in range(60):
        relevant = np.arange(5) == n % 5
        ranking = np.column_stack([relevant + rng.normal(0, 0.5, 5), rng.normal(0, 1, 5), np.full(5, float(n))])
        cases.append(calibrate.Case(None, ranking, ranking, relevant, topic=str(n), phrased=False))  # type: ignore[arg-type]
    telling, noise, constant = calibrate.fit_ranking(cases)
    assert telling > 2
    assert abs(noise) < 0.5
    assert abs(constant) < 1e-3
