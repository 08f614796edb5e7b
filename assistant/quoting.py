"""Which sentences of a measure an answer quotes, and whether they state what was asked."""

from __future__ import annotations

import re
from collections.abc import Collection

from assistant.evidence import Evidence
from assistant.features import FIGURES, holds, states
from assistant.question import Question
from assistant.sentences import is_unit_list, roles, with_lists
from corpus import Measure, read_figures

_SMALL = 300
"""A list of so many characters is quoted whole where one item of it is."""
_SHORT = 200
"""A measure of so many characters is quoted whole even among several."""
_FIGURE_BONUS = 0.08
# A figure in a sentence of at least this share of the best one's relevance is taken for the one asked for.
_NEAR = 0.5
# A count of what stands in a list: 几个渠道.
COUNTING = re.compile(r"几[个项种类条]|多少[个项种类条]|how many (?:kinds|types|ways|channels|conditions)")
# A sentence that leaves what it speaks of to another text states no figure of it.
_LEFT_OPEN = re.compile(
    r"另行(?:规定|制定|公布|通知|发布)|见附[件表]|一定(?:标准|额度|金额|比例)|具体(?:标准|名单|清单|办法)"
)

# What is to be paid, and that nothing is.
_PAYS = re.compile(r"[交收掏花付]|费|\b(?:pay|cost|charge|fee)", re.IGNORECASE)
_FREE = re.compile(r"免费|免收|免交|免缴|不(?:得)?收取?(?:任何)?费用?|收取任何费用|不收费")


def best_sentences(item: Evidence, question: Question, most: int = 2) -> list[str]:
    """Return the sentences that bear on the question most, in order; those with the fact asked for are preferred."""
    if not item.parts:
        return [item.measure.text]
    facts = [want for want in question.wants if want in FIGURES]
    weights = [
        w + _FIGURE_BONUS * any(holds(p, want) for want in facts) - is_unit_list(p)
        for p, w in zip(item.parts, item.weights, strict=True)
    ]
    best = max(weights)
    order = sorted(range(len(weights)), key=lambda i: -weights[i])
    kept = [i for i in order[:most] if weights[i] >= 0.75 * best] or order[:1]
    # A figure of the unit asked for answers, even where another sentence speaks of the matter more.
    asked = question.units_asked
    stating = [i for i in order if weights[i] >= _NEAR * best and _states_unit(item.parts[i], asked)]
    if asked and not set(stating) & set(kept):
        kept += stating[:1]
    small = 0 if question.kind in ("true_false", "when", "how_much") and not COUNTING.search(question.asked) else _SMALL
    return [item.parts[i] for i in with_lists(item.parts, kept, small)]


def listed_sentences(item: Evidence, question: Question, most: int) -> list[str]:
    """Return what is quoted of one measure among several: its title and what bears on the question, all if it is short."""
    parts = [part for part in item.parts if not is_unit_list(part)]
    if sum(map(len, parts)) <= _SHORT:
        return parts or [item.measure.text]
    return [*(part for part in parts[:1] if is_title(part, item.measure)), *best_sentences(item, question, most)]


def of_role(item: Evidence, question: Question, role: str) -> list[str]:
    """Return the first two sentences of a role, but for those that bear on the question most."""
    best = best_sentences(item, question, most=3)
    return [
        part
        for part, its_role in zip(item.parts, roles(item.parts), strict=True)
        if its_role == role and part not in best and not is_unit_list(part) and not is_title(part, item.measure)
    ][:2]


def answers(item: Evidence, want: str, question: Question) -> bool:
    """Whether a measure states a fact, a figure in a sentence that bears on the question, not just anywhere."""
    if want not in FIGURES:
        return states(item.measure, want)
    near = _NEAR * max(item.weights, default=0.0)
    # What is shown is not called missing.
    shown = best_sentences(item, question)
    bearing = [p for p, weight in zip(item.parts, item.weights, strict=True) if weight >= near or p in shown]
    best = max(zip(item.weights, item.parts, strict=True), default=(0.0, ""))[1]
    if _LEFT_OPEN.search(best) and not holds(best, want):
        return False
    if want == "money" and _PAYS.search(question.asked) and any(map(_FREE.search, bearing)):
        return True
    if want == "money" or not question.units_asked:
        return any(holds(part, want) for part in bearing)
    return any(_states_unit(part, question.units_asked) for part in bearing) or (
        want in ("date", "contact") and any(holds(part, want) for part in bearing)
    )


def _states_unit(sentence: str, units: Collection[str]) -> bool:
    # 两次 is an idiom where nothing is counted, and the answer where times are.
    times = "次" in units and re.search(r"[一两二三四五六七八九十\d]次(?!性)", sentence)
    return bool(times) or any(amount.unit in units for amount in read_figures(sentence).amounts)


def is_title(sentence: str, measure: Measure) -> bool:
    """Whether a sentence is the measure's own heading, which says nothing by itself."""
    return bool(measure.title) and measure.title in sentence and len(sentence) <= len(measure.title) + 8
