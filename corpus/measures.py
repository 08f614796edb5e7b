"""Chunking by measure: from the text of a document to the provisions that are cited on their own.

Three steps: `read_parts` finds the documents of a page and the numbers that are in sequence, and nests them; `_Cutter`
walks over the nodes and cuts the text; `_join` makes of the cuts segments that tile it, so that every character falls
to exactly one measure, heading, piece of front matter or noise.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from corpus.facts import read_facts
from corpus.leaves import find_leaves
from corpus.noise import chrome_reason
from corpus.outline import Level
from corpus.page import Page, read_page
from corpus.paragraphs import body_end, read_paragraphs
from corpus.parts import CONTAINERS, Part, read_parts
from corpus.schema import Document, Measure, Segment, SegmentKind, Split
from corpus.titles import clean_title
from corpus.tree import Node, Numbering

_BLANK = " \t\r\n\f\u3000\xa0\u200b\ufeff"
_HEADING = 60
_BRACKETED = re.compile(r"[(（〔\[].*[)）〕\]]")
_LEAD = re.compile(r"[^。]{2,40}\([^()]*(?:牵头|负责|责任)[^()]*\)(?=[^。\s])")
_TITLE_SENTENCE = re.compile(r"\s*([^。；;：:！？!?\n]{2,45}?)(?:[。：:！？!?]|\n|$)")


def split_measures(document: Document) -> list[Measure]:
    """Return the measures of a document in the order of its text; empty where it holds no policy text."""
    return list(split_document(document).measures)


def split_document(document: Document) -> Split:
    """Return a document's measures together with the segments that tile its text.

    The grammar: 第X编/章/节/条, 一、（一）1. 1）①, 第X步, questions and answers, and unnumbered articles. In statutes
    the 条 is the measure; in plans, opinions and notices it is the deepest numbered level whose items are provisions
    rather than conditions or materials; under a heading without numbered children each paragraph is one.
    """
    page = read_page(document.text, document.source)
    parts = read_parts(page)
    cutter = _Cutter(document, page)
    for number, part in enumerate(parts):
        cutter.cut_part(part, _part_prefix(parts, number))
    cutter.cut_tail()
    return _join(document, cutter.cuts)


def _part_prefix(parts: Sequence[Part], number: int) -> str:
    """Number the documents of a page from 1; what stands before the first numbered one is 0."""
    with_marks = [i for i, part in enumerate(parts) if part.marks and not part.is_contents]
    if len(with_marks) < 2:
        return ""
    return f"{with_marks.index(number) + 1}." if number in with_marks else "0."


@dataclass(frozen=True, slots=True)
class _Cut:
    """Where a segment starts, and what it is; it runs to the next cut."""

    start: int
    kind: SegmentKind
    reason: str = ""
    number: str = ""
    label: str = ""
    title: str = ""
    path: tuple[str, ...] = ()


@dataclass(slots=True)
class _Place:
    """Where in a document a stretch of free text stands: number prefix, label and headings of its measures."""

    prefix: str = ""
    label: str = ""
    path: tuple[str, ...] = ()


@dataclass(slots=True)
class _Cutter:
    """Collects the cuts of a text."""

    document: Document
    page: Page
    cuts: list[_Cut] = field(default_factory=list)
    place: _Place = field(default_factory=_Place)
    paragraphs: Counter[str] = field(default_factory=Counter)

    def cut(self, start: int, kind: SegmentKind, reason: str = "") -> None:
        self.cuts.append(_Cut(start, kind, reason))

    def measure(self, start: int, number: str, label: str, path: tuple[str, ...], title: str = "") -> None:
        self.cuts.append(_Cut(start, SegmentKind.MEASURE, "", number, label, title, path))

    def cut_tail(self) -> None:
        """Cut the chrome at the end of the page."""
        for i in range(self.page.tail, len(self.page.lines)):
            if text := self.page.text(i):
                self.cut(self.page.start(i), SegmentKind.NOISE, chrome_reason(text) or "after the end of the text")

    # --- numbered text ---

    def cut_part(self, part: Part, prefix: str) -> None:
        """Cut one document of the page; its measures' numbers begin with the prefix."""
        if part.is_contents:
            first = part.marks[0][0]
            word = next((i for i in range(part.first, first) if self.page.text(i)[:1] == "目" and first - i < 4), first)
            self._cut_free(part.first, word, _Place(prefix), head=True)
            self.cut(self.page.start(word), SegmentKind.FRONT_MATTER, "table of contents")
            return
        self.place = _Place(prefix, "", (part.title,) if prefix and part.title else ())
        self._cut_free(part.first, part.marks[0][0] if part.marks else part.last, self.place, head=True)
        leaves = find_leaves(part, self.page)
        numbering = Numbering([node for node in part.nodes if id(node) in leaves], part.nodes, prefix)
        for root in part.roots:
            self._cut_node(root, self.place.path, leaves, numbering)

    def _cut_node(self, node: Node, path: tuple[str, ...], leaves: set[int], numbering: Numbering) -> None:
        start = node.mark.start if node.mark.level > Level.H6 else self.page.lines[node.first].start
        if id(node) in leaves and not self._is_heading_of_paragraphs(node, numbering):
            self.measure(start, numbering.number(node), numbering.label(node), path, self._title_sentence(node))
            statute = node.mark.level is Level.ARTICLE
            self._cut_rest(body_end(self.page, node.first + 1, node.until, statute=statute), node.until)
            return
        end = self._heading_end(node)
        self.cut(start, SegmentKind.HEADING)
        printed = re.sub(r"\s+", " ", self.document.text[start:end].strip().strip("#* ").rstrip("。:："))
        inner = path if clean_title(printed) == self.document.title else (*path, printed)
        self._cut_body(node, end, inner, numbering)
        for child in node.children:
            self._cut_node(child, inner, leaves, numbering)

    def _cut_body(self, node: Node, heading_end: int, path: tuple[str, ...], numbering: Numbering) -> None:
        """Cut what stands between a heading and its first child, or the paragraphs of a childless heading."""
        page, text = self.page, self.document.text
        line = next(i for i in range(node.first, node.last) if page.lines[i].end >= heading_end)
        body = text[heading_end : page.lines[line].end].strip(_BLANK)
        if len(body) < 12 or _BRACKETED.fullmatch(body):
            line, body = line + 1, ""
        if line >= node.last:
            return
        start = heading_end + len(text[heading_end:]) - len(text[heading_end:].lstrip(_BLANK)) if body else None
        if not node.children or node.mark.level <= Level.H6:
            prefix = f"{numbering.full(node)}." if node.number else numbering.prefix
            label = numbering.label(node) if node.number else ""
            self._cut_free(line, node.last, _Place(prefix, label, path), start=start)
            return
        first = line if body else self._skip_chrome(line, node.last)
        end = body_end(self.page, first, node.last)
        if sum(len(page.text(i)) for i in range(first, end)) >= 12:
            self.measure(start or page.start(first), f"{numbering.full(node)}.0", numbering.label(node), path)
        self._cut_rest(end, node.last)

    def _cut_rest(self, first: int, last: int) -> None:
        """Cut what stands after the end of a measure: formal lines, and the text of attachments."""
        self._cut_free(first, last, self.place, head=True)

    def _is_heading_of_paragraphs(self, node: Node, numbering: Numbering) -> bool:
        if node.children or node.mark.level >= numbering.deepest or node.mark.level in (Level.ARTICLE, Level.QUESTION):
            return False
        title = self.page.folded[node.mark.end : self.page.lines[node.first].end].strip()
        bare = 0 < len(title) <= (25 if self.page.wrapped else 45) and not re.search(r"[。;](?=.)|[。;,?]$", title)
        end = body_end(self.page, node.first + 1, node.until)
        return bare and any(self.page.text(i) for i in range(node.first + 1, end))

    def _heading_end(self, node: Node) -> int:
        """Return where a heading ends: at its full stop, behind the unit that leads it, or with its line."""
        page, end = self.page, self.page.lines[node.first].end
        if node.mark.level is Level.H6 and not node.mark.number:
            # The headings of an article may have two lines.
            below = (i for i in range(node.first + 1, node.last) if not page.is_short_heading(i))
            return page.lines[next(below, node.last) - 1].end
        if node.children and (page.wrapped or node.mark.level in CONTAINERS):
            # A short heading may be broken over lines, as 第一章⏎总则 in a PDF.
            own = page.folded[node.mark.end : page.lines[node.children[0].first].start].rstrip(_BLANK)
            if len(own) <= _HEADING and not re.search("[。;:]", own):
                return max(end, node.mark.end + len(own))
        if lead := _LEAD.match(page.folded, node.mark.end, end):
            return lead.end()
        stop = page.folded.find("。", node.mark.end, end)
        return end if stop < 0 else stop + 1

    def _title_sentence(self, node: Node) -> str:
        if node.mark.level is Level.ARTICLE:
            return ""
        text = self.document.text[node.mark.end : self.page.lines[node.until - 1].end].strip(_BLANK)
        if self.page.wrapped:
            text = text.replace("\n", "")
        match = _TITLE_SENTENCE.match(text)
        title = match[1].strip() if match else ""
        # A sentence before the units alone is the measure, not its title.
        alone = match is None or match.end() >= len(text) or _BRACKETED.fullmatch(text[match.end() :].strip("。"))
        return "" if alone or re.search("[，,]", title[12:]) else title

    # --- free text: front matter, preambles, paragraphs ---

    def _cut_free(self, first: int, last: int, place: _Place, *, head: bool = False, start: int | None = None) -> None:
        """Cut a stretch of lines into paragraphs; `start` is where the first begins, if not with its line."""
        found = list(read_paragraphs(self.page, first, last, head=head))
        measures = [paragraph for paragraph in found if paragraph.kind is SegmentKind.MEASURE]
        if self.page.wrapped and not head:
            # Line breaks of a PDF are no paragraphs: the text under the heading is one measure.
            found = [paragraph for paragraph in found if paragraph not in measures[1:]]
            measures = measures[:1]
        if found and start is not None:
            found[0] = replace(found[0], start=start)
        ordinals = count(1)
        for paragraph in found:
            if paragraph.kind is not SegmentKind.MEASURE:
                self.cut(paragraph.start, paragraph.kind, paragraph.reason)
                continue
            self.paragraphs[place.prefix] += not place.label
            ordinal = next(ordinals) if place.label else self.paragraphs[place.prefix]
            label = place.label if place.label and len(measures) == 1 else f"{place.label} 第{ordinal}段".strip()
            self.measure(paragraph.start, f"{place.prefix}p{ordinal}", label, place.path)

    def _skip_chrome(self, first: int, last: int) -> int:
        while first < last and (not self.page.text(first) or chrome_reason(self.page.text(first))):
            first += 1
        return first


def _join(document: Document, cuts: Sequence[_Cut]) -> Split:
    """Make segments of the cuts; the blanks between them are noise."""
    text = document.text
    ordered = sorted(cuts, key=lambda cut: cut.start)
    if not ordered or text[: ordered[0].start].strip(_BLANK):
        ordered.insert(0, _Cut(0, SegmentKind.FRONT_MATTER))
    segments: list[Segment] = []
    measures: list[Measure] = []
    used: Counter[str] = Counter()
    position = 0
    for cut, until in zip(ordered, [*(cut.start for cut in ordered[1:]), len(text)], strict=True):
        end = cut.start + len(text[cut.start : until].rstrip(_BLANK))
        if end == cut.start:
            continue
        if cut.start > position:
            segments.append(Segment(SegmentKind.NOISE, position, cut.start, "blank"))
        segments.append(Segment(cut.kind, cut.start, end, cut.reason))
        position = end
        if cut.kind is SegmentKind.MEASURE:
            used[cut.number] += 1
            number = cut.number if used[cut.number] == 1 else f"{cut.number}~{used[cut.number]}"
            measures.append(_measure(document, cut, number, end))
    if position < len(text):
        segments.append(Segment(SegmentKind.NOISE, position, len(text), "blank"))
    return Split(document, tuple(read_facts(measures, text)), tuple(segments))


def _measure(document: Document, cut: _Cut, number: str, end: int) -> Measure:
    return Measure(
        measure_id=f"{document.doc_id}:{number}",
        doc_id=document.doc_id,
        title=cut.title,
        label=cut.label,
        text=document.text[cut.start : end],
        start=cut.start,
        end=end,
        path=cut.path,
        source=document.source,
    )
