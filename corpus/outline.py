"""The numbering grammar of Chinese official texts: which lines open which level, and with what number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

import cn2an

from corpus.normalize import fold_width


class Level(IntEnum):
    """Levels of numbering, outermost first; markdown headings (# to ######) stand above them all."""

    H1, H2, H3, H4, H5, H6 = range(6)
    PART = 6
    """第一编, 第一部分."""
    CHAPTER = 7
    """第一章."""
    SECTION = 8
    """第一节."""
    ARTICLE = 9
    """第一条, 第十条之一."""
    HAN = 10
    """一、."""
    PAREN_HAN = 11
    """（一）."""
    ARABIC = 12
    """1. 1、 举措1：."""
    PAREN_ARABIC = 13
    """1） （1）."""
    CIRCLED = 14
    """①."""
    QUESTION = 15
    """问：…, or an unnumbered line that asks (…？) in a leaflet of questions and answers."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a document, without its line break; `folded` is its half-width form of the same length."""

    start: int
    end: int
    folded: str

    @property
    def stripped(self) -> str:
        return self.folded.strip(" \t\r\f\u200b\ufeff")


@dataclass(frozen=True, slots=True)
class Mark:
    """A number that opens a line: `number` is 1-based, `branch` is the 一 of 第十条之一 (0 without)."""

    level: Level
    number: int
    branch: int
    printed: str
    """The number as it is cited: 第十条之一, 一, （一）, 15."""
    start: int
    """Where the line's number begins in the document."""
    end: int
    """Where the words after the number begin."""


_HAN = "一二三四五六七八九十百零〇两"
_PATTERNS = [
    (Level.PART, re.compile(rf"第([{_HAN}\d]+)(?:编|部分|篇)(?=\s|[:、]|$)")),
    (Level.CHAPTER, re.compile(rf"第\s*([{_HAN}\d]+)\s*章(?!程)")),
    (Level.SECTION, re.compile(rf"第([{_HAN}\d]+)节")),
    (Level.ARTICLE, re.compile(rf"第\s*([{_HAN}\d]+)\s*条(?:之([{_HAN}]+))?")),
    (Level.HAN, re.compile(rf"([{_HAN}]+)\s*[、.](?![{_HAN}]+[、类级是])")),
    (Level.PAREN_HAN, re.compile(rf"\(\s*([{_HAN}]+)\s*[)〉]\s*[、.]?")),
    (Level.ARABIC, re.compile(r"(?:举措|措施|任务)?(\d{1,3})\s*(?:[.、:](?!\d)|(?<=\d)\.(?=\d{4}年))")),
    (Level.PAREN_ARABIC, re.compile(r"\(?(\d{1,2})\)[、.]?")),
]
_CIRCLED = {chr(0x2460 + i): i + 1 for i in range(20)}
_SINGLE_CHARACTERS = (
    {char: (Level.CIRCLED, n) for char, n in _CIRCLED.items()}
    | {chr(0x3220 + i): (Level.PAREN_HAN, i + 1) for i in range(10)}  # ㈠
    | {chr(0x2488 + i): (Level.ARABIC, i + 1) for i in range(20)}  # ⒈
    | {chr(0x2474 + i): (Level.PAREN_ARABIC, i + 1) for i in range(20)}  # ⑴
)
# What follows a number that is only mentioned: 第十条的规定, 第五条、第六条, 第八条第二款.
_CROSS_REFERENCE = re.compile(
    r"(?:\s*第[^\s]{1,3}[款项条]|\s*的?规定|\s*[、,)》。]|和|及|至|或|所[列称规]|中|的|之规定|款|项|修改为|等|进行|执行|要求|情形)"
)
_MARKDOWN_HEADING = re.compile(r"\s*(#{1,6})\s+")
_QUESTION = re.compile(r"(?:问|Q)\s*\d*\s*[:：.、]", re.IGNORECASE)


def read_lines(text: str) -> list[Line]:
    """Return the lines of the text; together with the line breaks between them they are the text."""
    lines, start = [], 0
    for raw in text.split("\n"):
        lines.append(Line(start, start + len(raw), fold_width(raw)))
        start += len(raw) + 1
    return lines


def read_mark(line: Line) -> Mark | None:
    """Return the number that opens the line, or None; whether it is in sequence is not decided here."""
    heading = _MARKDOWN_HEADING.match(line.folded)
    at = heading.end() if heading else len(line.folded) - len(line.folded.lstrip())
    while line.folded[at : at + 2] == "**":
        at += 2
    found = _read_number(line.folded, at)
    if not heading:
        if found:
            level, number, branch, printed, end = found
            return Mark(level, number, branch, printed, line.start + at, line.start + end)
        if question := _QUESTION.match(line.folded, at):
            return Mark(Level.QUESTION, 0, 0, "", line.start + at, line.start + question.end())
        return None
    level = Level(len(heading[1]) - 1)
    if found and found[0] != Level.ARTICLE:
        # Numbered markdown headings nest by their #, and are cited by their number.
        return Mark(level, found[1], found[2], found[3], line.start + at, line.start + found[4])
    if found:
        return Mark(Level.ARTICLE, *found[1:4], line.start + at, line.start + found[4])
    return Mark(level, 0, 0, "", line.start + at, line.start + at)


def _read_number(folded: str, at: int) -> tuple[Level, int, int, str, int] | None:
    if folded[at : at + 1] in _SINGLE_CHARACTERS and folded[at : at + 1]:
        level, number = _SINGLE_CHARACTERS[folded[at]]
        return level, number, 0, folded[at], at + 1
    for level, pattern in _PATTERNS:
        if not (match := pattern.match(folded, at)):
            continue
        if level <= Level.ARTICLE and _CROSS_REFERENCE.match(folded, match.end()):
            return None
        number = han_to_int(match[1])
        if number is None:
            return None
        branch = han_to_int(match[2]) or 0 if level is Level.ARTICLE and match[2] else 0
        return level, number, branch, _as_cited(level, match), match.end()
    return None


def _as_cited(level: Level, match: re.Match[str]) -> str:
    if level is Level.PAREN_HAN:
        return f"（{match[1]}）"
    if level is Level.PAREN_ARABIC:
        return f"（{match[1]}）"
    if level in (Level.HAN, Level.ARABIC):
        return match[1]
    return re.sub(r"\s", "", match[0])


def han_to_int(numeral: str) -> int | None:
    """Return the value of 十二, 二〇 or 12, or None where it is not a number."""
    if numeral.isdigit():
        return int(numeral)
    try:
        return int(cn2an.cn2an(numeral.replace("两", "二"), "smart"))
    except ValueError:
        return None
