"""What a question says is so, held against the measure that answers it: right, wrong, or said of something else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant.english import same_unit
from assistant.evidence import Evidence
from assistant.features import MONEY
from assistant.question import Question
from assistant.sentences import is_unit_list, printed_day
from corpus import Amount, Date, Facts, Measure, Unit, find_names, read_figures

# Ages are of who asks.
_UNCHECKED = ("岁", "周岁")
# A number without a unit says what it counts only where it is large: 50万.
_LARGE = 1000
_LED = re.compile(r"牵头|主责|\b(?:led by|leads?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A figure, day, phone number or unit that a question names, and what the text prints in its place."""

    holds: Literal["right", "wrong", "elsewhere"]
    """elsewhere: the text prints another one here, and the one named somewhere else among what was read."""
    said: Amount | Date | str
    printed: tuple[Amount | Date | Unit | str, ...]


def check_claims(question: Question, main: Evidence, read: Sequence[Measure]) -> list[Verdict]:
    """Return a verdict on each thing that a question claims and the text speaks of; none where it claims nothing.

    A figure is compared with those of its unit in the sentence that bears on the question most.

    Args:
        question: What was asked.
        main: The measure that answers.
        read: What else was found: a figure that one of these prints is not called wrong.
    """
    if not question.claim:
        return []
    order = sorted(range(len(main.parts)), key=lambda i: -main.weights[i])
    facts = [_facts_of(main.parts[i]) for i in order if not is_unit_list(main.parts[i])]
    known = [fact for measure in (main.measure, *read) for fact in (measure.amounts, measure.dates)]
    everything = {_key(fact) for group in known for fact in group}
    amounts = (a for a in question.figures.amounts if a.unit not in _UNCHECKED and (a.unit or a.value >= _LARGE))
    claims: list[Amount | Date] = [*amounts, *question.figures.dates]
    verdicts = [_verdict(claim, _alike(claim, facts), everything) for claim in claims]
    return [v for v in (*verdicts, *_phones(question, main.measure), *_units(question, main.measure)) if v]


def _facts_of(sentence: str) -> Facts:
    facts = read_figures(sentence)
    return replace(facts, dates=tuple(replace(day, text=printed_day(day, sentence)) for day in facts.dates))


def _alike(claim: Amount | Date, facts: Iterable[Facts]) -> list[Amount | Date]:
    """Return the figures like a claimed one in the first sentence that has any."""
    for sentence in facts:
        found: list[Amount | Date] = (
            list(sentence.dates) if isinstance(claim, Date) else [a for a in sentence.amounts if _alike_units(claim, a)]
        )
        if found:
            return found
    return []


def _alike_units(claim: Amount, printed: Amount) -> bool:
    """Whether two figures count alike; 50万 alone may be of anything that comes in such numbers."""
    if not claim.unit:
        return printed.value >= _LARGE
    return same_unit(printed.unit) == same_unit(claim.unit) or {printed.unit, claim.unit} <= set(MONEY)


def _verdict(
    claim: Amount | Date, near: Sequence[Amount | Date], everything: set[tuple[object, ...]]
) -> Verdict | None:
    if not near:
        return None
    if any(_same(claim, fact) for fact in near):
        # Of several figures, which one is meant is not known.
        return Verdict("right", claim, tuple(near)) if len({_key(fact) for fact in near}) == 1 else None
    elsewhere = any(_matches(_key(claim), key) for key in everything)
    return Verdict("elsewhere" if elsewhere else "wrong", claim, tuple(near))


def _same(claim: Amount | Date, fact: Amount | Date) -> bool:
    return _matches(_key(claim), _key(fact))


def _key(fact: Amount | Date) -> tuple[object, ...]:
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
    units = measure.units
    if _LED.search(question.asked) and any(unit.role == "lead" for unit in units):
        units = tuple(unit for unit in units if unit.role == "lead")
    if not question.units or not units:
        return []
    named = any(name in unit.name for name in question.units for unit in units)
    typed = (
        question.asked[at : at + len(name)] for term, name, at in find_names(question.asked) if term.kind == "unit"
    )
    return [Verdict("right" if named else "wrong", next(typed, question.units[0]), units)]
