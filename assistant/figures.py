"""The figures that a question names, in either language."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.english import read_english
from corpus import Amount, Date, Facts, read_figures
from index import is_chinese

# 30 talent stations counts something; article 24, and 2025 plans, do not.
_COUNTED = re.compile(r"(?<!19\d\d)(?<!20\d\d) (?!in\b|of\b|and\b|or\b|to\b|for\b|is\b|on\b|at\b)[a-z]")
_NUMBERED = re.compile(
    r"(?:article|clause|measure|section|item|provision|no\.?|plan|point|paragraph|the|in) $", re.IGNORECASE
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY = re.compile(
    rf"(?:(?P<month>(?:{'|'.join(_MONTHS)})[a-z]*)\.? (?P<day>\d{{1,2}})|(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month2>(?:{'|'.join(_MONTHS)})[a-z]*))\b",
    re.IGNORECASE,
)


def read_asked_figures(text: str, folded: str) -> Facts:
    """Return the figures of a question, those in English words as the Chinese ones that they stand for."""
    facts = read_figures(re.sub("块(?=钱|[^\u4e00-\u9fff]|$)", "元", folded))
    if is_chinese(text):
        return facts
    english = [
        Amount(_with_bound(text, f.start, f.end), f.value, f.unit, _english_cap(text, f.start, f.end), f.start, f.end)
        for f in read_english(text)
        if f.unit or (_COUNTED.match(text, f.end) and not _NUMBERED.search(text[: f.start]))
    ]
    days = [
        Date(
            f"{_MONTHS.index((match['month'] or match['month2']).lower()[:3]) + 1}月{match['day'] or match['day2']}日",
            None,
            False,
            *match.span(),
        )
        for match in _DAY.finditer(text)
    ]
    # 1% is read both ways.
    chinese = [a for a in facts.amounts if not any(e.start < a.end and a.start < e.end for e in english)]
    return replace(facts, amounts=(*chinese, *english), dates=(*facts.dates, *days))


def _with_bound(text: str, start: int, end: int) -> str:
    """Return an English figure with the words before it that bound it: at least 1%."""
    bounds = "|".join(pattern for _, pattern in _BEFORE_FIGURE)
    bound = re.search(rf"\b(?:{bounds})\s*$", text[:start], re.IGNORECASE)
    return text[bound.start() if bound else start : end]


def _english_cap(text: str, start: int, end: int) -> str | None:
    """Return the words around an English figure that limit it, as a Chinese text would print them."""
    before, after = text[max(0, start - 24) : start].lower(), text[end : end + 24].lower()
    words = [word for word, pattern in _BEFORE_FIGURE if re.search(rf"(?:{pattern})\s*$", before)]
    words += [word for word, pattern in _BEHIND_FIGURE if re.match(rf"[a-z ]{{0,12}}?\b(?:{pattern})\b", after.strip())]
    return "、".join(words) or None


_BEFORE_FIGURE = [
    ("至少", r"at least|minimum(?: of)?|no less than|not less than"),
    ("最高", r"up to|at most|maximum(?: of)?|no more than|not more than"),
    ("超过", r"more than|over|above"),
    ("不到", r"fewer than|less than|below|under"),
    ("至少、最高", r"exactly"),
]
_BEHIND_FIGURE = [
    ("每月", r"(?:per|a|each|every) month|monthly"),
    ("每季", r"(?:per|a|each|every) quarter|quarterly"),
    ("每年", r"(?:per|a|each|every) year|yearly|annually"),
    ("总额", r"in total|altogether"),
]
