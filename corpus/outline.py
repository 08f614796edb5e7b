"""The numbering grammar of Chinese official texts: which lines open which level, and with what number."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
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
    STEP = 11
    """第一步：."""
    PAREN_HAN = 12
    """（一）."""
    ARABIC = 13
    """1. 1、 举措1：."""
    PAREN_ARABIC = 14
    """1） （1）."""
    CIRCLED = 15
    """①."""
    QUESTION = 16
    """问：…, or an unnumbered line that asks (…？) in a leaflet of questions and answers."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a document, without its line break; `folded` is its half-width form of the same length."""

    start: int
    end: int
    folded: str

    @property
    def stripped(self) -> str:
        """The line without the blanks around it."""
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
    tentative: bool = False
    """Whether it may be a decimal: 35.5, or number 35 before a 5."""


_HAN = "一二三四五六七八九十百零〇两"
_PATTERNS = [
    (Level.PART, re.compile(rf"第([{_HAN}\d]+)(?:编|部分|篇)(?=\s|[:、]|$)")),
    (Level.CHAPTER, re.compile(rf"第\s*([{_HAN}\d]+)\s*章(?!程)")),
    (Level.SECTION, re.compile(rf"第([{_HAN}\d]+)节")),
    (Level.ARTICLE, re.compile(rf"第\s*([{_HAN}\d]+)\s*条(?:之([{_HAN}]+))?")),
    (Level.STEP, re.compile(rf"第([{_HAN}\d]+)步\s*[:、]")),
    (Level.HAN, re.compile(rf"([{_HAN}]+)\s*[、.﹒](?![{_HAN}]+[、类级是])")),
    (Level.PAREN_HAN, re.compile(rf"\(\s*([{_HAN}]+)\s*[)〉]\s*[、.]?")),
    (Level.ARABIC, re.compile(r"(?:举措|措施|任务)?(\d{1,3})\s*(?:[.、:﹒](?!\d)|(?<=\d)\.(?=\d))")),
    (Level.PAREN_ARABIC, re.compile(r"\(?(\d{1,2})\)[、.]?")),
]
_CIRCLED = {chr(0x2460 + i): i + 1 for i in range(20)}
_SINGLE_CHARACTERS = (
    {char: (Level.CIRCLED, n) for char, n in _CIRCLED.items()}
    | {chr(0x3220 + i): (Level.PAREN_HAN, i + 1) for i in range(10)}  # ㈠
    | {chr(0x2488 + i): (Level.ARABIC, i + 1) for i in range(20)}  # ⒈
    | {chr(0x2474 + i): (Level.PAREN_ARABIC, i + 1) for i in range(20)}  # ⑴
)
# What follows a number that is only mentioned: 第十条的规定, 第五条、第六条; but 第九条项目申报 is an article.
_CROSS_REFERENCE = re.compile(
    r"\s*(?:第\S{1,3}[款项条]|的?规定|[、,)》。\]]|(?:和|及|至|或者?|与|以及)(?:第|本|其|前)|所[列称规]|中(?:的|所|规)"
    r"|的|款|项(?!目)|修改为|删去|等(?:条|规)|情形|(?:要求|执行|进行)[。,;])"
)
# A decimal or a year may follow a number's point: 35.5个地级市 is number 35, 2.5% and 1.2亿 are figures.
_YEAR = re.compile(r"\d{4}\s*[年—-]")
_MARKDOWN_HEADING = re.compile(r"\s*(#{1,6})\s+")
_BOLD_HEADING = re.compile(r"\s*\*\*[^*]{2,40}[^*。;:,]\*\*\s*")
_QUESTION = re.compile(r"(?:问|Q)\s*\d*\s*[:.、]", re.IGNORECASE)


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
    bold = _BOLD_HEADING.fullmatch(line.folded)
    while line.folded[at : at + 2] == "**":
        at += 2
    found = _read_number(line, at)
    if heading and not (found and found.level is Level.ARTICLE):
        # Numbered markdown headings nest by their #, and are cited by their number.
        level = Level(len(heading[1]) - 1)
        return replace(found, level=level) if found else _unnumbered(level, line.start + at)
    if found:
        return found
    if question := _QUESTION.match(line.folded, at):
        return Mark(Level.QUESTION, 0, 0, "", line.start + at, line.start + question.end())
    return _unnumbered(Level.H6, line.start + at) if bold else None


def _unnumbered(level: Level, at: int) -> Mark:
    return Mark(level, 0, 0, "", at, at)


def _read_number(line: Line, at: int) -> Mark | None:
    start, folded = line.start, line.folded
    if found := _SINGLE_CHARACTERS.get(folded[at : at + 1]):
        return Mark(*found, 0, folded[at], start + at, start + at + 1)
    for level, pattern in _PATTERNS:
        if not (match := pattern.match(folded, at)):
            continue
        number = han_to_int(match[1])
        if number is None or (level <= Level.ARTICLE and _CROSS_REFERENCE.match(folded, match.end())):
            return None
        branch = han_to_int(match[2]) or 0 if level is Level.ARTICLE and match[2] else 0
        decimal = level is Level.ARABIC and _is_decimal(folded, match.end())
        return Mark(level, number, branch, _as_cited(level, match), start + at, start + match.end(), decimal)
    return None


def _is_decimal(folded: str, at: int) -> bool:
    return folded[at - 1] == "." and folded[at : at + 1].isdigit() and not _YEAR.match(folded, at)


def _as_cited(level: Level, match: re.Match[str]) -> str:
    if level in (Level.PAREN_HAN, Level.PAREN_ARABIC):
        return f"（{match[1]}）"
    if level in (Level.HAN, Level.ARABIC):
        return match[1]
    return re.sub(r"[\s:、]", "", match[0])


def han_to_int(numeral: str) -> int | None:
    """Return the value of 十二, 二〇 or 12, or None where it is not a number."""
    if numeral.isdigit():
        return int(numeral)
    try:
        return int(cn2an.cn2an(numeral.replace("两", "二"), "smart"))
    except (ValueError, KeyError, IndexError):  # cn2an raises all three on numerals that are none: 十百
        return None
