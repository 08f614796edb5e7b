"""The figure guard: mutated figures never pass, what the texts print always does."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from assistant.guard import unsupported
from corpus import SHIPPED_POLICIES, Amount, Measure, figure_value, load_corpus, sentences
from eval.questions import DOCUMENTS

MEASURES = [m for folder in (SHIPPED_POLICIES, DOCUMENTS / "unseen") for m in load_corpus(folder).measures]


def figures() -> Iterator[tuple[Measure, Amount, str]]:
    """Yield every figure of the corpora with the sentence that holds it."""
    for measure in MEASURES:
        for amount in measure.amounts:
            for sentence in sentences(measure.text):
                if re.search(rf"(?<![\d.]){re.escape(amount.text)}", sentence):
                    yield measure, amount, sentence
                    break


FIGURES = list(figures())


def test_the_corpora_hold_figures_enough_to_prove_something() -> None:
    assert len(FIGURES) > 400


def test_a_verbatim_sentence_is_never_blocked() -> None:
    blocked = [(m.measure_id, s) for m in MEASURES for s in sentences(m.text) if unsupported(s, [m.text])]
    assert blocked == []


def stated(measure: Measure) -> set[tuple[float | None, str]]:
    return {figure_value(a.text) for a in measure.amounts} | {(a.value, a.unit) for a in measure.amounts}


def mutations(amount: Amount) -> Iterator[str]:
    """Yield a figure ten times as large, one more and one less, and in another unit of money."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(\D+)", amount.text)
    if match:
        number, unit = match.groups()
        yield f"{float(number) * 10:g}{unit}"
        yield f"{float(number) + 1:g}{unit}"
        yield f"{float(number) - 1:g}{unit}"
        if unit in ("万元", "元"):
            yield number + {"万元": "元", "元": "万元"}[unit]


def test_every_mutated_figure_is_caught() -> None:
    tried, passed = 0, []
    for measure, amount, sentence in FIGURES:
        for changed in mutations(amount):
            # A figure that the measure states elsewhere is no invention.
            if changed.startswith("-") or sentence.count(amount.text) > 1 or figure_value(changed) in stated(measure):
                continue
            mutated = sentence.replace(amount.text, changed)
            tried += 1
            if not unsupported(mutated, [measure.text]):
                passed.append((measure.measure_id, amount.text, changed))
    assert tried > 800
    assert passed == []


def test_a_figure_of_a_neighbouring_measure_is_caught() -> None:
    tried, passed = 0, []
    for (measure, amount, sentence), (other, foreign, _) in zip(FIGURES, FIGURES[7:], strict=False):
        if other is measure or (foreign.value, foreign.unit) in stated(measure) or sentence.count(amount.text) > 1:
            continue
        tried += 1
        if not unsupported(sentence.replace(amount.text, foreign.text), [measure.text]):
            passed.append((measure.measure_id, amount.text, foreign.text))
    assert tried > 200
    assert passed == []


def test_a_dropped_cap_is_caught() -> None:
    tried, passed = 0, []
    for measure, amount, sentence in FIGURES:
        for cap in ("最高不超过", "不超过", "最高"):
            if f"{cap}{amount.text}" in sentence and sentence.count(amount.text) == 1:
                bare = sentence.replace(f"{cap}{amount.text}", amount.text)
                # The measure may print the figure once more, without the cap.
                alike = [a for a in measure.amounts if (a.value, a.unit) == (amount.value, amount.unit)]
                if len(alike) == 1 and not re.search(r"最[高长多]|不超过|以内|以下|上限", bare):
                    tried += 1
                    passed += [] if unsupported(bare, [measure.text]) else [(measure.measure_id, amount.text)]
                break
    assert tried > 15
    assert passed == []


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        ("给予3万元资助", "给予三万元资助"),
        ("给予30,000元资助", "给予3万元资助"),
        ("按50%补贴", "按百分之五十补贴"),
        ("给予３万元资助", "给予3万元资助"),
        ("A grant of CNY 30,000 (3万元).", "给予3万元资助"),
        ("Up to CNY 10 million.", "最高不超过1000万元"),
        ("每人每月600元", "每人每月补贴600元"),
        ("电话：027-67880702", "联系人:金媛媛 027-67880702"),
    ],
)
def test_the_same_figure_in_another_form_passes(sentence: str, evidence: str) -> None:
    assert unsupported(sentence, [evidence]) == []


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        ("A grant of CNY 300,000.", "给予3万元资助"),
        ("up to CNY 30,000", "给予3万元资助"),
        ("电话：027-67880703", "联系人:金媛媛 027-67880702"),
        ("于6月10日前报送", "于6月9日前发送"),
        ("6月9日报送", "于6月9日前发送"),
        ("in 15 working days", "20个工作日内"),
        ("每年补贴600元", "每人每月补贴600元"),
    ],
)
def test_another_figure_cap_day_or_number_does_not_pass(sentence: str, evidence: str) -> None:
    assert unsupported(sentence, [evidence]) != []


def test_at_least_stands_for_a_full_span_and_for_no_bare_one() -> None:
    assert unsupported("at least 10 years", ["申请日起满10年的"]) == []
    assert unsupported("at least 10 years", ["申请日起10年的"]) == ["10 years"]
