"""A page of text as lines, and what may be read off it before any number is: sentences, wrapped lines, titles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from corpus.noise import chrome_reason, front_matter_reason, is_signature, tail_chrome_start
from corpus.normalize import fold_width
from corpus.outline import Line, read_lines, read_mark
from corpus.titles import is_collected_title, is_title, run_on_title

_TITLE_LINES = 5
_TITLE_REST = 30
_GOES_ON = re.compile(r"[(》〉”\"]|的|等|及|和")
_GLUED = re.compile(r"(?<=[。;])(?=第[一二三四五六七八九十百]+条)")
_TITLE_DATE = re.compile(r"\(\s*\d{4}\s*年[^()]{2,12}\)")


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a document; `lines[tail:]` is site chrome."""

    lines: Sequence[Line]
    tail: int
    wrapped: bool
    """Whether line breaks fall inside sentences, as in the text layer of a PDF."""
    folded: str
    """The whole text in its half-width form."""
    printed_above: Sequence[int]
    """For each line, the last one above it that is not blank; -1 without one."""

    def text(self, i: int) -> str:
        """Return line i, half-width and stripped."""
        return self.lines[i].stripped

    def start(self, i: int) -> int:
        """Return the offset of the first printed character of line i."""
        folded = self.lines[i].folded
        return self.lines[i].start + len(folded) - len(folded.lstrip())

    def before(self, i: int) -> str:
        """Return the last line above line i that is not blank; "" at the top."""
        above = self.printed_above[i]
        return self.text(above) if above >= 0 else ""

    def sentence_ended_before(self, i: int) -> bool:
        """Whether a sentence, or something that is none, ended above line i."""
        before = self.before(i)
        formal = front_matter_reason(before) or chrome_reason(before) or is_signature(before)
        return before[-1:] in "。)]〕;:!?" or bool(formal)

    def is_broken_before(self, i: int) -> bool:
        """Whether line i, formal as it may look, is but the end of a sentence that a PDF broke."""
        return self.wrapped and not self.sentence_ended_before(i)

    def goes_on(self, i: int) -> bool:
        """Whether line i goes on with the paragraph of the line above it."""
        before, text = self.before(i), self.text(i)
        if re.match(r"[-*•|]", text):
            return bool(re.match(r"[-*•|]", before))
        if before.endswith((";", "…")) or text.startswith("…"):
            return True
        return self.wrapped and before[-1:] not in "。!?:"

    def paragraph(self, i: int, last: int) -> str:
        """Return the paragraph that begins with line i and ends before line last at the latest."""
        text = self.text(i)
        for j in range(i + 1, last):
            if not self.text(j) or not self.goes_on(j):
                break
            text += self.text(j)
        return text

    def title_end(self, i: int, last: int) -> int:
        """Return the line after the title that begins with line i, and i where none does.

        A title may be broken over several lines, and the date of its text may follow it.
        """
        joined, end = "", i
        for j in range(i, min(i + _TITLE_LINES, last)):
            text = self.text(j)
            if not text or (j > i and read_mark(self.lines[j])):
                break
            if self._is_dated_title(joined, text) and end == i:
                return j + 1
            quoting = joined.count("《") > joined.count("》")
            if (self._is_formal(j) and not quoting) or (j == i + 1 and self._is_signed(i, text)):
                break
            if end > i and not _GOES_ON.match(text):
                break
            joined += text
            if self.wrapped and run_on_title(joined):
                return j if end == i else end
            if len(joined) > 160 or re.search(r"[。;!]", joined):
                break
            if is_collected_title(joined) or (is_title(joined) and (j == i or _is_bare(self.text(i)))):
                end = j + 1
        return self._date_end("".join(map(self.text, range(i, end))), end, last) if end > i else i

    def _is_dated_title(self, joined: str, text: str) -> bool:
        """Whether a line of a PDF ends the title of a collection with its date, whatever else it holds."""
        both = joined + text
        return self.wrapped and bool(joined) and is_collected_title(both) and bool(_TITLE_DATE.search(both))

    def is_short_heading(self, i: int) -> bool:
        """Whether line i may be an unnumbered heading: a few words and no full stop."""
        text = self.text(i)
        return (
            2 <= len(text) <= 30
            and text[-1] not in "。;:,、!…?"
            and not self._is_formal(i)
            and not re.match(r"[-*•|\d(]|\[|http", text)
        )

    def _date_end(self, title: str, i: int, last: int) -> int:
        """Return the line after the date in brackets that ends a title or follows it; i without one."""
        opened = title.rfind("(")
        joined = title[opened:] if opened > title.rfind(")") else ""
        for j in range(i, min(i + 4, last)):
            joined += self.text(j)
            if (date := _TITLE_DATE.match(joined)) and len(joined) - date.end() < _TITLE_REST:
                return j + 1
        return i

    def _is_formal(self, i: int) -> bool:
        return bool(front_matter_reason(self.text(i)) or chrome_reason(self.text(i)))

    def _is_signed(self, i: int, following: str) -> bool:
        """Whether line i signs the text above it, rather than opening a title that goes on with 关于, 印发."""
        return is_signature(self.text(i)) and not re.match(r"关于|印发|等", following)


def read_page(text: str, source: str) -> Page:
    """Return the page of a text that was read from the file `source`."""
    lines = read_lines(text)
    wrapped = _is_wrapped(source, lines)
    if wrapped:
        lines = [piece for line in lines for piece in _unglued(line)]
    above = accumulate((i if line.stripped else -1 for i, line in enumerate(lines)), max, initial=-1)
    return Page(lines, tail_chrome_start(lines), wrapped, fold_width(text), list(above))


def _unglued(line: Line) -> list[Line]:
    """Break a line of a PDF before an article that its text layer left behind the end of another."""
    pieces, start = [], 0
    for match in _GLUED.finditer(line.folded):
        pieces.append(Line(line.start + start, line.start + match.start(), line.folded[start : match.start()]))
        start = match.start()
    return [*pieces, Line(line.start + start, line.end, line.folded[start:])]


def opens_with_title(page: Page, i: int, last: int) -> bool:
    """Whether a title begins with line i, on lines of its own or run on into the text."""
    return page.title_end(i, last) > i or (page.wrapped and bool(run_on_title(page.text(i))))


def _is_bare(text: str) -> bool:
    return len(text) <= 60 and not re.search(r"[。;:,?!…]", text)


def _is_wrapped(source: str, lines: Sequence[Line]) -> bool:
    texts = [line.stripped for line in lines]
    long = [text for text, line in zip(texts, lines, strict=True) if len(text) >= 15 and not read_mark(line)]
    broken = sum(text[-1] not in '。！？!?…:;)）】〕”"|' for text in long)
    commas = sum(text.endswith((",", "、")) for text in texts)
    return not source.endswith((".html", ".docx")) and len(long) >= 6 and broken > 0.2 * len(long) and commas > 1
