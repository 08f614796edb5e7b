"""The documents of a page, and which of their numbers are real: those in sequence, in their place, and not cited."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from corpus.noise import front_matter_reason
from corpus.outline import Level, Mark, read_mark
from corpus.page import Page, opens_with_title
from corpus.titles import clean_title, is_collected_title, run_on_title
from corpus.tree import Node, build_tree

CONTAINERS = frozenset({Level.PART, Level.CHAPTER, Level.SECTION})
# A number at the start of a line goes on with what stands before it: 「依照⏎第十条」, 「第一、⏎（二）项」.
_UNFINISHED = re.compile(r"(?:依照|按照|根据|依据|违反|符合|适用|参照|本法|本条例|本办法|本规定|[、和及或与至第])$")
_ATTACHMENT = re.compile(r"附\s*[件表]")


@dataclass(slots=True)
class Part:
    """One document of a page: its lines, its numbers in the order of the text, and the nodes at its top."""

    first: int
    last: int = 0
    title: str = ""
    marks: list[tuple[int, Mark]] = field(default_factory=list)
    roots: list[Node] = field(default_factory=list)
    is_contents: bool = False
    """Whether it is a table of contents."""

    @property
    def nodes(self) -> list[Node]:
        """All nodes, in the order of the text."""
        return [node for root in self.roots for node in root.walk()]


def read_parts(page: Page) -> list[Part]:
    """Return the documents of a page in their order; together they are its lines up to the chrome at its end."""
    parts = _Reader(page).read()
    if sum(bool(mark.number) or mark.level is Level.QUESTION for part in parts for _, mark in part.marks) < 2:
        headed = [mark for part in parts for mark in part.marks]
        parts = [Part(0, page.tail, marks=sorted([*headed, *_headings_of_article(page, headed)], key=lambda m: m[0]))]
    for part in parts:
        part.roots = build_tree(part.marks, part.last, complete=_complete_lines(page, part))
        part.is_contents = _is_contents(page, part)
    for above, part in pairwise(parts):
        if above.is_contents and not part.title:
            part.title = above.title
    return parts


def _is_contents(page: Page, part: Part) -> bool:
    """Whether a part only lists headings, 第一章 among them, with nothing under them."""
    below = [page.text(i) for i in range(part.marks[0][0], part.last)] if part.marks else []
    listed = all(len(text) < 45 and text[-1:] not in "。;:" for text in below if text)
    return len(part.marks) > 1 and listed and any(mark.level in CONTAINERS for _, mark in part.marks)


def _complete_lines(page: Page, part: Part) -> frozenset[int]:
    return frozenset(i for i, mark in part.marks if mark.number and page.text(i).endswith(("。", ";")))


class _Reader:
    """Walks down a page and keeps the numbers that continue a sequence."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.parts = [Part(0)]
        self.stack: list[Mark] = []
        self.seen: dict[Level, int] = {}

    def read(self) -> list[Part]:
        page, listing, i = self.page, False, 0
        while i < page.tail:
            text, mark = page.text(i), read_mark(page.lines[i])
            if front_matter_reason(text) == "attachment line":
                listing = ":" in text
            elif mark is None:
                listing = listing and len(text) < 60
                self._read_unnumbered_chapter(i)
            elif (end := self._collected_title_end(i)) > i:
                self._open(i)
                listing, i = False, end
                continue
            elif not (listing and mark.level is Level.ARABIC and text[-1] not in "。;"):
                listing = False
                self._read(i, mark)
            i += 1
        self.parts[-1].last = page.tail
        return [part for part in self.parts if part.last > part.first]

    def _read(self, i: int, mark: Mark) -> None:
        if mark.level <= Level.H6:
            self.seen = {level: n for level, n in self.seen.items() if level < mark.level}
            self._keep(i, mark, seen=False)
        elif _UNFINISHED.search(self.page.before(i)) or (mark.tentative and not self._is_next(i, mark)):
            return
        elif mark.number == 1 and mark.branch == 0 and self._restarts(i, mark):
            self._open(self._title_before(i))
            self._keep(i, mark)
        elif self._in_sequence(mark):
            self._keep(i, mark)

    def _keep(self, i: int, mark: Mark, *, seen: bool = True) -> None:
        self.stack = [above for above in self.stack if above.level < mark.level] + [mark]
        if seen:
            self.seen[mark.level] = mark.number
        self.parts[-1].marks.append((i, mark))

    def _is_next(self, i: int, mark: Mark) -> bool:
        sibling = self._sibling(mark.level)
        return sibling is not None and mark.number == sibling.number + 1 and self.page.sentence_ended_before(i)

    def _sibling(self, level: Level) -> Mark | None:
        return next((above for above in self.stack if above.level == level), None)

    def _in_sequence(self, mark: Mark) -> bool:
        if mark.level is Level.QUESTION:
            return True
        sibling = self._sibling(mark.level)
        if sibling is not None:
            # One number may be missing or printed twice; a larger jump is a number in running text.
            ahead = mark.number - sibling.number
            return ahead in (1, 2) or (ahead == 0 and (mark.branch > sibling.branch or mark.level <= Level.ARABIC))
        if mark.number == 1 or (not self.seen and mark.level <= Level.PAREN_HAN):
            return True
        if mark.level <= Level.ARTICLE and min(self.seen, default=mark.level) > Level.ARTICLE:
            # An excerpt of a statute may begin in the middle of an article.
            return True
        return mark.level in self.seen and mark.number - self.seen[mark.level] in (1, 2)

    def _read_unnumbered_chapter(self, i: int) -> None:
        """Take a chapter that lost its number for one: a few words between two articles of a statute."""
        text, page = self.page.text(i), self.page
        if len(self.stack) < 2 or page.wrapped or not re.fullmatch(r"[\u4e00-\u9fff ]{2,14}", text):
            return
        chapter, article = next(((a, b) for a, b in pairwise(self.stack) if b.level is Level.ARTICLE), (None, None))
        if not (chapter and article and chapter.number):
            return
        following = next((j for j in range(i + 1, page.tail) if page.text(j)), i)
        mark = read_mark(page.lines[following])
        if mark and mark.level is Level.ARTICLE and mark.number == article.number + 1 and page.before(i).endswith("。"):
            self._keep(i, Mark(chapter.level, chapter.number, chapter.branch + 1, "", page.start(i), page.start(i)))

    # --- where another document begins ---

    def _collected_title_end(self, i: int) -> int:
        if self.page.wrapped and is_collected_title(self.page.text(i)) and run_on_title(self.page.text(i)):
            return i + 1
        end = self.page.title_end(i, self.page.tail)
        joined = "".join(self.page.text(j) for j in range(i, end))
        return end if is_collected_title(joined) else i

    def _restarts(self, i: int, mark: Mark) -> bool:
        """Whether a number 1 opens another document of the page."""
        part = self.parts[-1]
        title = self._title_before(i)
        if not part.marks:
            return part.first < title < i
        numbered = [above for above in self.stack if above.level > Level.H6]
        if title < i and (mark.level <= Level.HAN or _ATTACHMENT.match(self.page.text(title))):
            return True
        return bool(numbered) and numbered[0].level == mark.level and mark.level is not Level.CIRCLED

    def _title_before(self, i: int) -> int:
        """Return the line where the title above line i begins, its 附件 label included; i without one."""
        part, page = self.parts[-1], self.page
        found, j = i, part.marks[-1][0] + 1 if part.marks else part.first
        while j < i:
            label = bool(_ATTACHMENT.match(page.text(j))) and front_matter_reason(page.text(j)) is not None
            if label and ":" not in page.text(j) and page.text(j):
                found, j = j, j + 1
            elif not (found < j and _is_label(page, found, j)) and self._titled(j, i):
                found, j = j, max(page.title_end(j, i), j + 1)
            else:
                j += 1
        return found

    def _titled(self, j: int, i: int) -> bool:
        ended = not self.page.wrapped or self.page.sentence_ended_before(j)
        return ended and opens_with_title(self.page, j, i)

    def _open(self, first: int) -> None:
        self.parts[-1].last = first
        self.parts.append(Part(first, title=_title_at(self.page, first)))
        self.stack, self.seen = [], {}


def _is_label(page: Page, label: int, j: int) -> bool:
    """Whether only blank lines stand between a 附件 label and line j."""
    return bool(_ATTACHMENT.match(page.text(label))) and not any(page.text(k) for k in range(label + 1, j))


def _title_at(page: Page, first: int) -> str:
    """Return the title that begins with a line or, where that is a 附件 label, below it; "" without one."""
    while first < page.tail and (not page.text(first) or front_matter_reason(page.text(first)) == "attachment line"):
        first += 1
    if first >= page.tail:
        return ""
    end = page.title_end(first, page.tail)
    title = "".join(page.text(j) for j in range(first, end))
    if page.wrapped and end < page.tail:
        title = run_on_title(title + page.text(end)) or title
    return clean_title(re.sub(r"[(（]\s*(?:19|20)\d{2}\s*年\s*\d.*$", "", title))


# --- the unnumbered headings of an article ---


def _headings_of_article(page: Page, headed: Sequence[tuple[int, Mark]]) -> list[tuple[int, Mark]]:
    """Return the unnumbered headings of a news article or leaflet: short lines above longer ones, and questions."""
    texts = [page.text(i) for i in range(page.tail)]
    taken = {i for i, _ in headed}
    leaflet = sum(_asks(text) for text in texts) >= 2
    heading = [(leaflet and _asks(text)) or page.is_short_heading(i) for i, text in enumerate(texts)]
    opens = [
        (len(text) >= 30 and not short) or (leaflet and _asks(text)) for text, short in zip(texts, heading, strict=True)
    ]
    first = opens.index(True) if True in opens else len(texts)
    marks: list[tuple[int, Mark]] = []
    for i in range(first, len(texts)):
        following = next((texts[j] for j in range(i + 1, len(texts)) if texts[j]), "")
        if not heading[i] or i in taken or (_asks(texts[i]) and (_asks(following) or not following)):
            continue
        above = page.printed_above[i]
        in_answer = bool(marks) and marks[-1][1].level is Level.QUESTION
        if _asks(texts[i]) or not (in_answer or (marks and marks[-1][0] == above)):
            level = Level.QUESTION if _asks(texts[i]) else Level.H6
            marks.append((i, Mark(level, 0, 0, "", page.start(i), page.start(i))))
    # A heading has something under it: one at the very end is a signature or chrome.
    body = max((j for j, text in enumerate(texts) if text and not heading[j]), default=-1)
    return [(i, mark) for i, mark in marks if i < body]


def _asks(text: str) -> bool:
    return text.endswith("?") and len(text) < 60
