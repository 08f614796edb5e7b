"""What a question says is so, held against the measure that answers it: right, wrong, or said of something else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from assistant.english import cap_classes, same_unit
from assistant.evidence import Evidence
from assistant.features import MONEY
from assistant.mentions import topics, without_places
from assistant.question import Question
from assistant.sentences import is_unit_list, printed_day
from corpus import Amount, Date, Measure, Unit, find_names, fold, read_figures

# Ages are of who asks, and 22条 is the name of a text.
_UNCHECKED = ("岁", "周岁", "条")
_OWN = re.compile(r"我|本人|\b(?:i|i'm|my|we|our)\b", re.IGNORECASE)
# 百亿元项目, 十亿元以上项目: a sum that tells of what kind something is.
_KIND_OF = re.compile(r"(?:以上|级)?的?(?:项目|企业|产业|规模)")
# A number without a unit says what it counts only where it is large: 50万.
_LARGE = 1000
_LED = re.compile(r"牵头|主责|\b(?:led by|leads?|leader|leading)\b", re.IGNORECASE)
_CLAUSE_END = re.compile(r"(?<=[，、；;。？?])|(?<=,)(?!\d{3})")
_UPPER, _LOWER = frozenset({"max", "under", "near"}), frozenset({"min", "over"})
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
    sentence: str


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
    amounts = (a for a in question.figures.amounts if a.unit not in _UNCHECKED and _is_claimed(a, question))
    claims: list[Amount | Date] = [*amounts, *question.figures.dates]
    verdicts = [_verdict(claim, _clauses(claim, question, main), beside) for claim in claims]
    found = [*filter(None, verdicts), *_units(question, main.measure)]
    if question.language == "en" and not _names_matter(question, main.measure):
        found = []  # no shared word would tell that it is another matter
    if None in verdicts or any(verdict.holds == "elsewhere" for verdict in found):
        # Of two claims, one of which is not judged, neither is confirmed.
        found = [verdict for verdict in found if verdict.holds != "right"]
    if len(claims) > 1:
        found = [verdict for verdict in found if verdict.holds != "elsewhere"]
    return [*found, *_phones(question, main.measure)]


def _names_matter(question: Question, measure: Measure) -> bool:
    """Whether a measure names one of the terms of a question, if it has any."""
    named = {term.key for term in topics(f"{measure.title} {measure.text}")}
    return not question.terms or bool(named & {term.key for term in question.terms})


def _is_claimed(claim: Amount, question: Question) -> bool:
    """Whether a figure is said of the text, not of who asks or of a kind, and says what it counts."""
    counts = bool(claim.unit) or claim.value >= _LARGE or question.language == "en"
    own = _OWN.search(_clause_of(claim, question.asked)) if question.language == "zh" else None
    return counts and not own and not _KIND_OF.match(question.asked, claim.end)


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
        # A number that a page broke in two (3⏎6 万) is no number.
        figures = [f for f in figures if not re.search(r"\d\s+$", sentence[: f.start]) and not _is_least(f)]
        start = 0
        # English shares no word with a clause, so that its sentence stands whole.
        for text in _CLAUSE_END.split(sentence) if words else [sentence]:
            inside = [f for f in figures if start <= f.start < start + len(text)]
            found.append(_Clause(tuple(inside), 2 * len(words & _pairs(text)) + of_sentence, weight, sentence))
            start += len(text)
    return found


def _is_least(figure: Amount | Date) -> bool:
    """Whether a figure is what something falls short of: 不足200元的按200元发放 sets no 200."""
    return isinstance(figure, Amount) and "不足" in (figure.cap or "")


def _clause_of(claim: Amount | Date, asked: str) -> str:
    """Return the clause of a question in which a claim stands, without its figure."""
    start = 0
    for clause in _CLAUSE_END.split(asked):
        if start <= claim.start < start + len(clause):
            return clause[: claim.start - start] + "，" + clause[max(0, claim.end - start) :]
        start += len(clause)
    return asked


def _around(claim: Amount | Date, question: Question) -> str:
    """Return the words around a claim: those of its clause, of the whole question where that says nothing."""
    own = without_places(_clause_of(claim, question.asked))
    if len(_pairs(own)) > 1:
        return own
    return without_places(question.asked[: claim.start] + "，" + question.asked[claim.end :])


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
        return (
            Verdict("right", claim, tuple(near))
            if sure and len(distinct) == 1 and not _shared_out(best, clauses)
            else None
        )
    holding = [c.shared for c, alike in others if any(_matches(_key(claim), _key(fact)) for fact in alike)]
    if holding:
        # A clause that holds the figure and shares nearly as many words may be the one that is meant.
        return Verdict("elsewhere", claim, tuple(near)) if sure and max(holding) < 0.6 * best.shared else None
    if any(_matches(_key(claim), key) for key in beside):
        # Without a shared word it is as likely the other measure that is meant.
        return Verdict("elsewhere", claim, tuple(near)) if best.shared else None
    return Verdict("wrong", claim, tuple(near)) if len(distinct) == 1 or best.shared else None


def _shared_out(clause: _Clause, clauses: Sequence[_Clause]) -> bool:
    """Whether a sentence shares its figures out over several things: 分别给予10万元、20万元、50万元."""
    figures = [fact for other in clauses if other.sentence == clause.sentence for fact in other.figures]
    return "分别" in clause.sentence and len({_key(fact) for fact in figures if isinstance(fact, Amount)}) > 1


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
    strict = said & {"under", "over"}
    bounds = said & _LOWER and stated & _UPPER or said & _UPPER and stated & _LOWER or strict and not strict & stated
    periods = said & _PERIODS and stated & _PERIODS and not said & stated & _PERIODS
    return bool(bounds or periods)


def _key(fact: Amount | Date) -> tuple[Any, ...]:
    if isinstance(fact, Date):
        return tuple(int(number) for number in re.findall(r"\d+", fact.text))
    value = round(fact.value, 2)  # 16.15 million is 1615万
    return (same_unit(fact.unit), value) if fact.unit else (value,)


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
    if said.endswith(("政府", "管委会", "党委")):
        return []  # which one is meant stands before the name of its kind
    shown = tuple(unit for unit in units if any(name in unit.name for name in question.units)) if named else units
    return [Verdict("right" if named else "wrong", said, shown)]
