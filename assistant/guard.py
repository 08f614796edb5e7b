"""The figure guard: no figure reaches a user that the cited text does not hold, with its unit and its cap."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from assistant.english import cap_classes, read_english, same_unit
from corpus import fold_width, han_to_int, read_figures

_MARKER = re.compile(r"\[\d+\]")
# What limits a figure, and must not be lost; 每人 or 一次性 may stand elsewhere in the sentence.
_LIMITS = frozenset({"max", "min", "under", "over", "near", "about"})
BINDING = _LIMITS | {"month", "quarter", "year"}


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it is compared: 三万元, 3万元 and 30,000元 are one, and so are 百分之五十 and 50%."""

    value: float | str
    unit: str
    caps: frozenset[str] = frozenset()


def without_breaks(text: str) -> str:
    """Return a text read on over its line breaks, which a PDF puts anywhere; two numbers do not become one."""
    return re.sub(r"\s*\n\s*", "", re.sub(r"(?<=\d)\s*\n\s*(?=\d)", " ", text))


@lru_cache(maxsize=4096)  # an answer reads each measure that it cites once a section
def figures_of(text: str) -> tuple[tuple[str, Figure], ...]:
    """Return (as printed, figure) of every amount, date, phone number and bare number in a Chinese text."""
    text = without_breaks(_MARKER.sub("", text))
    facts = read_figures(text)
    found: list[tuple[str, Figure]] = []
    covered: list[tuple[int, int]] = []
    for contact in facts.contacts:
        if contact.kind in ("phone", "email", "url"):
            found.append((contact.text, Figure(re.sub(r"[\s—-]", "", contact.text), contact.kind)))
            covered.append((contact.start, contact.end))
    for day in facts.dates:
        numbers = "-".join(str(int(n)) for n in re.findall(r"\d+", fold_width(day.text)))
        found.append((day.text, Figure(numbers, "date", frozenset({"deadline"} if day.deadline else ()))))
        covered.append((day.start, day.end))
    for amount in facts.amounts:
        if any(start < amount.end and amount.start < end for start, end in covered):
            continue
        caps = cap_classes(amount.cap) | ({"over"} if "余" in amount.text else frozenset())
        for value in _ends(amount.text, amount.value):
            # 100万 counts something; a bare 100 may be half of anything.
            found.append((amount.text, Figure(value, same_unit(amount.unit) or "count", caps & BINDING)))
        covered.append((amount.start, amount.end))
    for match in re.finditer(r"\d+(?:\.\d+)?", fold_width(text)):
        if not any(start <= match.start() < end for start, end in covered):
            found.append((match[0], Figure(float(match[0]), "")))
    return tuple(found)


def _ends(text: str, upper: float) -> tuple[float, ...]:
    """Return the value of a figure, or both ends of a range, each in the unit of the whole."""
    ends = re.split(r"[-~—–至到]", fold_width(text))
    if len(ends) != 2:
        return (upper,)
    high = _plain(re.match(r"[\d.,]+|[一二三四五六七八九十百千两零〇]+", ends[1].strip()))
    low = _plain(re.match(r"[\d.,]+|[一二三四五六七八九十百千两零〇]+", ends[0].strip()))
    return (low * upper / high, upper) if low is not None and high else (upper,)


def _plain(match: re.Match[str] | None) -> float | None:
    if match is None:
        return None
    return float(match[0].replace(",", "")) if match[0][0].isdigit() else han_to_int(match[0])


def unsupported(sentence: str, evidence: Iterable[str], allowed: Iterable[str] = ()) -> list[str]:
    """Return the figures of a sentence, as printed, that no cited text holds with the same unit and cap.

    Args:
        sentence: Chinese, English, or an English frame around a Chinese quote; its markers [n] do not count.
        evidence: The texts that it cites.
        allowed: Texts whose figures may stand in it besides, such as the day for which validity was judged.
    """
    sentence = _MARKER.sub("", sentence)
    allowed = list(allowed)
    held = {figure for text in (*evidence, *allowed) for _, figure in figures_of(text)}
    # A question may name them in English words.
    held |= {Figure(f.value, f.unit, f.caps & BINDING) for text in allowed for f in read_english(text) if f.unit}
    # Numbers may be read apart from their word on one side: 30 of "30条", 9 of 6月9日.
    numbers = {str(figure.value) for figure in held} | {part for f in held for part in str(f.value).split("-")}
    missing = []
    chinese = list(sentence)
    for english in read_english(sentence):
        chinese[english.start : english.end] = " " * (english.end - english.start)
        alike = [f for f in held if (f.value, f.unit) == (english.value, english.unit)]
        if (
            not any(english.caps & BINDING == f.caps & _LIMITS for f in alike)
            if english.unit
            else not _among(english.value, numbers)
        ):
            missing.append(sentence[english.start : english.end])
    for printed, figure in figures_of("".join(chinese)):
        if figure not in held and not (figure.unit == "" and _among(figure.value, numbers)):
            missing.append(printed)
    return missing


def _among(value: float | str, numbers: set[str]) -> bool:
    return str(value) in numbers or (isinstance(value, float) and f"{value:.15g}" in numbers)
