"""What a question says is so, held against the measure that answers it: right, wrong, or said of something else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from assistant.english import cap_classes, same_unit
from assistant.evidence import Evidence
from assistant.features import MONEY
from assistant.mentions import without_places
from assistant.question import Question
from assistant.sentences import is_unit_list, printed_day
from corpus import Amount, Date, Measure, Unit, find_names, fold, read_figures

# Ages are of who asks.
_UNCHECKED = ("岁", "周岁")
# A number without a unit says what it counts only where it is large: 50万.
_LARGE = 1000
_LED = re.compile(r"牵头|主责|\b(?:led by|leads?|leader)\b", re.IGNORECASE)
_CLAUSE_END = re.compile(r"(?<=[，、；;。？?])|(?<=,)(?!\d{3})")
_UPPER, _LOWER = frozenset({"max", "under"}), frozenset({"min", "over"})
_PERIODS = frozenset({"month", "quarter", "year", "total", "area"})
_YEAR = 1900


@dataclass(frozen=True, slots=True)
class Verdict:
    """A figure, day, phone number or unit that a question names, and what the text prints in its place."""

    holds: Literal["right", "wrong", "elsewhere"]
    """elsewhere: the text prints another one here, and the one named somewhere else beside it."""
    said: Amount | Date | str
    printed: tuple[Amount | Date | Unit | str, ...]


@dataclass(frozen=True, slots=True)
class _Clause:
    """A part of a sentence between its stops, with its figures."""

    figures: tuple[Amount | Date, ...]
    shared: int
    """So many pairs of characters of the question stand in it, or in its sentence."""
    weight: float
    """How much its sentence bears on the question."""


def check_claims(question: Question, main: Evidence, read: Sequence[Measure]) -> list[Verdict]:
    """Return a verdict on each thing that a question claims and the text speaks of; none where it claims nothing.

    A figure is compared with those of its kind in the clause that shares most words with the question, where none does in
    the sentence that bears on it most. Where that leaves open which figure is meant, there is no verdict on any.

    Args:
        question: What was asked.
        main: The measure that answers.
        read: What else was found that may answer: a figure that one of these prints is not called wrong.
    """
    if not question.claim:
        return []
    printed: list[Amount | Date] = [fact for measure in read for fact in measure.amounts]
    printed += [fact for measure in read for fact in measure.dates]
    beside = {_key(fact) for fact in printed}
    amounts = (a for a in question.figures.amounts if a.unit not in _UNCHECKED and _counts(a, question))
    claims: list[Amount | Date] = [*amounts, *question.figures.dates]
    verdicts = [_verdict(claim, _clauses(claim, question, main), beside) for claim in claims]
    found = [*filter(None, verdicts), *_phones(question, main.measure), *_units(question, main.measure)]
    # Of two claims, one of which is not judged, neither is confirmed.
    return found if None not in verdicts else [verdict for verdict in found if verdict.holds != "right"]


def _counts(claim: Amount, question: Question) -> bool:
    return bool(claim.unit) or claim.value >= _LARGE or question.language == "en"


def _clauses(claim: Amount | Date, question: Question, main: Evidence) -> list[_Clause]:
    """Return the clauses of a measure, with what they share of the words around a claim."""
    words = _pairs(_around(claim, question))
    found = []
    for sentence, weight in zip(main.parts, main.weights, strict=True):
        if is_unit_list(sentence):
            continue
        facts = read_figures(sentence)
        figures: list[Amount | Date] = [replace(day, text=printed_day(day, sentence)) for day in facts.dates]
        figures += facts.amounts
        of_sentence = len(words & _pairs(sentence))
        start = 0
        # English shares no word with a clause, so that its sentence stands whole.
        for text in _CLAUSE_END.split(sentence) if words else [sentence]:
            inside = [f for f in figures if start <= f.start < start + len(text)]
            found.append(_Clause(tuple(inside), 2 * len(words & _pairs(text)) + of_sentence, weight))
            start += len(text)
    return found


def _around(claim: Amount | Date, question: Question) -> str:
    """Return the clause of the question in which a claim stands, without its figure; all of it where that says nothing."""
    asked, start = question.asked, 0
    for clause in _CLAUSE_END.split(asked):
        if start <= claim.start < start + len(clause):
            own = clause[: claim.start - start] + "，" + clause[max(0, claim.end - start) :]
            if len(_pairs(without_places(own))) > 1:
                return without_places(own)
        start += len(clause)
    return without_places(asked[: claim.start] + "，" + asked[claim.end :])


def _pairs(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"(?=([\u4e00-\u9fff]{2}))", fold(text)))


def _verdict(claim: Amount | Date, clauses: Sequence[_Clause], beside: set[tuple[object, ...]]) -> Verdict | None:
    stating = [(clause, alike) for clause in clauses if (alike := [f for f in clause.figures if _alike(claim, f)])]
    if not stating:
        return None
    best, near = max(stating, key=lambda pair: (pair[0].shared, pair[0].weight))
    others = [(clause, alike) for clause, alike in stating if clause is not best]
    # Sure of the clause where it alone shares so many words, or no other states such a figure.
    sure = all(clause.shared < best.shared for clause, _ in others)
    distinct = {_key(fact) for fact in near}
    if not best.shared and (any(clause.shared for clause in clauses) or _open_count(claim, stating)):
        return None  # what the question names, and this figure, are two matters
    if any(_matches(_key(claim), _key(fact)) for fact in near):
        same = [fact for fact in near if _matches(_key(claim), _key(fact))]
        if isinstance(claim, Amount) and all(isinstance(f, Amount) and _conflict(claim, f) for f in same):
            return Verdict("wrong", claim, tuple(same)) if sure else None
        return Verdict("right", claim, tuple(near)) if sure and len(distinct) == 1 else None
    if any(_matches(_key(claim), _key(fact)) for _, alike in others for fact in alike):
        return Verdict("elsewhere", claim, tuple(near)) if sure else None
    if any(_matches(_key(claim), key) for key in beside):
        return Verdict("elsewhere", claim, tuple(near))
    return Verdict("wrong", claim, tuple(near)) if len(distinct) == 1 or best.shared else None


def _open_count(claim: Amount | Date, stating: Sequence[tuple[_Clause, list[Amount | Date]]]) -> bool:
    """Whether a number without a unit may count any of several things."""
    counted = {_key(fact) for _, alike in stating for fact in alike}
    return isinstance(claim, Amount) and not claim.unit and len(counted) > 1


def _alike(claim: Amount | Date, printed: Amount | Date) -> bool:
    """Whether two figures are of a kind: days with days, years with years, and amounts that count alike."""
    if isinstance(claim, Date) or isinstance(printed, Date):
        years = [isinstance(f, Date) and _key(f)[0] >= _YEAR and len(_key(f)) == 1 for f in (claim, printed)]
        return isinstance(claim, Date) and isinstance(printed, Date) and years[0] == years[1]
    if claim.unit:
        return same_unit(printed.unit) == same_unit(claim.unit) or {printed.unit, claim.unit} <= set(MONEY)
    # 50万 alone may be of anything that comes in such numbers; 30 talent stations are of what is counted.
    return printed.value >= _LARGE if claim.value >= _LARGE else printed.unit not in (*MONEY, "%", *_TIME)


_TIME = ("年", "个月", "月", "日", "天", "工作日", "个工作日", "小时", "岁", "周岁")


def _conflict(claim: Amount, printed: Amount) -> bool:
    """Whether a figure is said as a ceiling where it is a floor, or for another period."""
    said, stated = cap_classes(claim.cap), cap_classes(printed.cap)
    bounds = said & _LOWER and stated & _UPPER or said & _UPPER and stated & _LOWER
    periods = said & _PERIODS and stated & _PERIODS and not said & stated & _PERIODS
    return bool(bounds or periods)


def _key(fact: Amount | Date) -> tuple[Any, ...]:
    if isinstance(fact, Date):
        return tuple(int(number) for number in re.findall(r"\d+", fact.text))
    return (same_unit(fact.unit), fact.value) if fact.unit else (fact.value,)


def _matches(claimed: tuple[object, ...], printed: tuple[object, ...]) -> bool:
    """Whether two keys are one; 9月28日 is a day of any year, 30万 of any unit."""
    return bool(claimed) and printed[-len(claimed) :] == claimed


def _phones(question: Question, measure: Measure) -> list[Verdict]:
    printed = [contact.text for contact in measure.contacts if contact.kind == "phone"]
    digits = [re.sub(r"\D", "", number) for number in printed]
    return [
        Verdict("right" if re.sub(r"\D", "", claim.text) in digits else "wrong", claim.text, tuple(printed))
        for claim in question.figures.contacts
        if claim.kind == "phone" and printed
    ]


def _units(question: Question, measure: Measure) -> list[Verdict]:
    """Judge the unit that a question says is in charge: of one that it says leads, the text must say so too."""
    units, typed = measure.units, [found for found in find_names(question.asked) if found[0].kind == "unit"]
    if not question.units or not units or (question.language == "en" and not typed):
        return []
    named = any(name in unit.name for name in question.units for unit in units)
    if _LED.search(question.asked):
        leads = tuple(unit for unit in units if unit.role == "lead")
        if named and not leads:
            return []
        units = leads or units
        named = any(name in unit.name for name in question.units for unit in units)
    said = next((question.asked[at : at + len(name)] for _, name, at in typed), question.units[0])
    shown = tuple(unit for unit in units if any(name in unit.name for name in question.units)) if named else units
    return [Verdict("right" if named else "wrong", said, shown)]
