"""Chunking by measure: from the text of a document to the provisions that are cited on their own.

Three steps: `_accept_marks` keeps the numbers that are in sequence and opens a new part where a page holds several
documents; `_build_trees` nests them; `_Cutter` walks over the nodes and cuts the text, so that every character falls to
exactly one measure, heading, piece of front matter or noise.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from corpus.facts import read_facts
from corpus.noise import chrome_reason, front_matter_reason, is_formula, is_signature, tail_chrome_start
from corpus.outline import Level, Line, Mark, read_lines, read_mark
from corpus.schema import Document, Measure, Segment, SegmentKind, Split
from corpus.titles import clean_title, is_collected_title, is_title

_SENTENCE_END = "。！？!?…：:；;"
_LIST_WORDS = re.compile(r"条件|材料|资料|情形|下列|以下|如下|之一|包括|分别|标准|对象|范围|要求")
_LIST_HEADING = re.compile(r"条件|材料|资料|情形|对象|范围|清单|联系|地址")
_TITLE_SENTENCE = re.compile(r"\s*([^。；;：:！？!?\n]{2,45}?)(?:[。：:！？!?]|\n|$)")
# Levels that only hold others; a measure never is one.
_CONTAINERS = frozenset({*list(Level)[:6], Level.PART, Level.CHAPTER, Level.SECTION})


@dataclass(slots=True)
class _Node:
    """A numbered line that was taken for real, with the lines up to the next node of its part."""

    mark: Mark
    first: int
    """Index of its line."""
    last: int
    """Index after its own last line, children excluded."""
    children: list[_Node] = field(default_factory=list)
    parent: _Node | None = None
    ordinal: int = 0

    def ancestors(self) -> list[_Node]:
        above = self.parent.ancestors() if self.parent else []
        return [*above, self]

    def walk(self) -> Iterator[_Node]:
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def until(self) -> int:
        return self.children[-1].until if self.children else self.last


@dataclass(slots=True)
class _Part:
    """One document of a page: its lines, and the nodes at its top."""

    first: int
    last: int = 0
    title: str = ""
    wrapped: bool = False
    """Whether line breaks fall inside sentences, as in the text layer of a PDF."""
    marks: list[tuple[int, Mark]] = field(default_factory=list)
    roots: list[_Node] = field(default_factory=list)


def split_measures(document: Document) -> list[Measure]:
    """Return the measures of a document in the order of its text; empty where it holds no policy text."""
    return list(split_document(document).measures)


def split_document(document: Document) -> Split:
    """Return a document's measures together with the segments that tile its text.

    The grammar: 第X编/章/节/条, 一、（一）1. 1）①, questions and answers, and unnumbered articles. In statutes the 条 is
    the measure; in plans, opinions and notices it is the deepest numbered level whose items are provisions rather than
    conditions or materials; under a heading without numbered children each paragraph is one.
    """
    lines = read_lines(document.text)
    tail = tail_chrome_start(lines)
    parts = _accept_marks(lines, tail, wrapped=_is_wrapped(document, lines))
    if sum(len(part.marks) for part in parts) < 2:
        parts = [_Part(0, tail, marks=_headings_of_article(lines, tail))]
    for part in parts:
        _build_tree(part)
    cutter = _Cutter(document, lines, tail)
    for number, part in enumerate(parts):
        cutter.cut_part(part, _part_prefix(parts, number))
    return cutter.finish()


def _part_prefix(parts: Sequence[_Part], number: int) -> str:
    """Number the documents of a page from 1; what stands before the first numbered one is 0."""
    with_marks = [i for i, part in enumerate(parts) if part.marks]
    if len(with_marks) < 2:
        return ""
    return f"{with_marks.index(number) + 1}." if number in with_marks else "0."


# --- which numbers are real ------------------------------------------------------------------------------------------


def _accept_marks(lines: Sequence[Line], tail: int, *, wrapped: bool) -> list[_Part]:
    """Keep the marks that continue a sequence; begin a new part where a title precedes a restart at 1."""
    parts = [_Part(0, wrapped=wrapped)]
    stack: list[Mark] = []
    seen: dict[Level, int] = {}
    in_attachments = False
    for i, line in enumerate(lines[:tail]):
        if front_matter_reason(line.stripped) == "attachment line":
            in_attachments = ":" in line.stripped
        mark = read_mark(line)
        if mark is None:
            in_attachments = in_attachments and (not line.stripped or len(line.stripped) < 60)
            continue
        if in_attachments and mark.level is Level.ARABIC and line.stripped[-1] not in "。;":
            continue
        in_attachments = False
        if is_collected_title(line.stripped):
            _open_part(parts, i, lines, stack, seen)
            continue
        if mark.level <= Level.H6:
            stack = [above for above in stack if above.level < mark.level] + [mark]
            seen = {level: n for level, n in seen.items() if level < mark.level}
            parts[-1].marks.append((i, mark))
            continue
        if mark.number == 1 and mark.branch == 0 and _restarts(mark, i, parts[-1], stack, lines):
            _open_part(parts, _title_before(lines, parts[-1], i), lines, stack, seen)
        elif not _in_sequence(mark, stack, seen, first=not seen):
            continue
        stack[:] = [above for above in stack if above.level < mark.level] + [mark]
        seen[mark.level] = mark.number
        parts[-1].marks.append((i, mark))
    parts[-1].last = tail
    return [part for part in parts if part.last > part.first]


def _in_sequence(mark: Mark, stack: Sequence[Mark], seen: dict[Level, int], *, first: bool) -> bool:
    if mark.level is Level.QUESTION:
        return True
    sibling = next((above for above in stack if above.level == mark.level), None)
    if sibling is not None:
        # One number may be missing or printed twice; a larger jump is a number in running text.
        ahead = mark.number - sibling.number
        return ahead in (1, 2) or (ahead == 0 and (mark.branch > sibling.branch or mark.level <= Level.ARABIC))
    if mark.number == 1 or (first and mark.level <= Level.PAREN_HAN):
        return True
    return mark.level in seen and mark.number - seen[mark.level] in (1, 2)


def _restarts(mark: Mark, i: int, part: _Part, stack: Sequence[Mark], lines: Sequence[Line]) -> bool:
    """Whether a number 1 opens another document of the page."""
    if not part.marks:
        return _title_before(lines, part, i) > part.first
    numbered = [above for above in stack if above.level > Level.H6]
    if _title_before(lines, part, i) < i and (mark.level <= Level.HAN or _attachment_before(lines, part, i)):
        return True
    return bool(numbered) and numbered[0].level == mark.level and mark.level is not Level.CIRCLED


def _open_part(
    parts: list[_Part], first: int, lines: Sequence[Line], stack: list[Mark], seen: dict[Level, int]
) -> None:
    parts[-1].last = first
    title = lines[first].stripped
    named = is_title(title) or is_collected_title(title)
    parts.append(_Part(first, wrapped=parts[-1].wrapped, title=clean_title(title) if named else ""))
    stack.clear()
    seen.clear()


def _lines_since_mark(part: _Part, i: int) -> range:
    return range(part.marks[-1][0] + 1 if part.marks else part.first, i)


def _attachment_before(lines: Sequence[Line], part: _Part, i: int) -> bool:
    return any(re.match(r"附\s*件", lines[j].stripped) for j in _lines_since_mark(part, i))


def _title_before(lines: Sequence[Line], part: _Part, i: int) -> int:
    """Return the line of the last title between the mark before line i and line i, or i where there is none.

    A title stands after a finished sentence, and may follow its 附件 label or a first half of its own.
    """
    title = i
    for j in reversed(_lines_since_mark(part, i)):
        if is_title(lines[j].stripped) and (not part.wrapped or _sentence_finished(lines, j)):
            title = j
            break
    while title < i and title - 1 >= part.first and re.match(r"附\s*件", lines[title - 1].stripped):
        title -= 1
    return title


def _sentence_finished(lines: Sequence[Line], j: int) -> bool:
    before = next((lines[k].stripped for k in range(j - 1, -1, -1) if lines[k].stripped), "。")
    return before[-1] in "。)）】〕;:：日" or len(before) < 30


def _headings_of_article(lines: Sequence[Line], tail: int) -> list[tuple[int, Mark]]:
    """Return the unnumbered headings of a news article: short lines without a full stop above longer ones."""
    texts = [line.stripped for line in lines[:tail]]
    questions = sum(text.endswith("?") and len(text) < 60 for text in texts)
    heading = [_is_short_heading(text, questions >= 2) for text in texts]
    marks: list[tuple[int, Mark]] = []
    first_body = next((i for i, text in enumerate(texts) if len(text) >= 30 and not heading[i]), len(texts))
    for i in range(first_body, len(texts)):
        previous = next((j for j in range(i - 1, -1, -1) if texts[j]), -1)
        if heading[i] and not (marks and marks[-1][0] == previous and not texts[i].endswith("?")):
            level = Level.QUESTION if texts[i].endswith("?") else Level.H6
            marks.append((i, Mark(level, 0, 0, "", lines[i].start, lines[i].start)))
    # A heading has something under it: one at the very end is a signature or chrome.
    while marks and not any(texts[j] and not heading[j] for j in range(marks[-1][0] + 1, tail)):
        marks.pop()
    return marks


def _is_short_heading(text: str, in_leaflet: bool) -> bool:
    if text.endswith("?"):
        return in_leaflet and len(text) < 60
    return (
        2 <= len(text) <= 30
        and text[-1] not in "。；;：:，,、！!…?"
        and not chrome_reason(text)
        and not front_matter_reason(text)
        and not re.match(r"[-*•|\d(]|\[|http", text)
    )


# --- how they nest ----------------------------------------------------------------------------------------------------


def _build_tree(part: _Part) -> None:
    stack: list[_Node] = []
    for k, (i, mark) in enumerate(part.marks):
        until = part.marks[k + 1][0] if k + 1 < len(part.marks) else part.last
        node = _Node(mark, i, until, ordinal=k + 1)
        while stack and stack[-1].mark.level >= mark.level:
            stack.pop()
        if stack:
            node.parent = stack[-1]
            stack[-1].children.append(node)
        else:
            part.roots.append(node)
        stack.append(node)


class _Cutter:
    """Collects the cuts of a text: each runs from its start to the next one's."""

    def __init__(self, document: Document, lines: Sequence[Line], tail: int) -> None:
        self.document, self.lines, self.tail = document, lines, tail
        self.folded = "\n".join(line.folded for line in lines)
        self.wrapped = _is_wrapped(document, lines)
        self.cuts: list[tuple[int, SegmentKind, str]] = []
        self.drafts: dict[int, tuple[str, str, str, tuple[str, ...]]] = {}
        self.paragraphs = 0
        self.prefix, self.path = "", ()

    def cut(self, start: int, kind: SegmentKind, reason: str = "") -> None:
        self.cuts.append((start, kind, reason))

    def measure(self, start: int, number: str, label: str, title: str, path: tuple[str, ...]) -> None:
        self.drafts[start] = (number, label, title, path)
        self.cut(start, SegmentKind.MEASURE)

    # --- one part ---

    def cut_part(self, part: _Part, prefix: str) -> None:
        self.paragraphs = 0
        head_end = part.marks[0][0] if part.marks else part.last
        nodes = [node for root in part.roots for node in root.walk()]
        if nodes and _is_contents(nodes, self):
            self.cut(self.lines[part.first].start, SegmentKind.FRONT_MATTER, "table of contents")
            return
        path = (part.title,) if prefix and part.title else ()
        self.prefix, self.path = prefix, path
        self._cut_free(part.first, head_end, prefix, "", path, head=True, title_at=part.first if part.title else None)
        leaves = {id(n) for n in nodes if self._is_leaf(n)}
        inside = {id(n) for n in nodes if any(id(a) in leaves for a in n.ancestors()[:-1])}
        numbering = _Numbering([n for n in nodes if id(n) in leaves and id(n) not in inside], nodes, prefix)
        for root in part.roots:
            self._cut_node(root, path, leaves, numbering)

    def _cut_node(self, node: _Node, path: tuple[str, ...], leaves: set[int], numbering: _Numbering) -> None:
        start = node.mark.start if node.mark.level > Level.H6 else self.lines[node.first].start
        if id(node) in leaves and not self._is_heading_of_paragraphs(node, numbering):
            end = self._end_of_body(node)
            self.measure(start, numbering.number(node), numbering.label(node), self._title_sentence(node), path)
            self._cut_rest(end, node.until)
            return
        heading_end = self._heading_end(node)
        self.cut(start, SegmentKind.HEADING)
        printed = self.document.text[start:heading_end].strip().strip("#* ").rstrip("。:：")
        inner = path if clean_title(printed) == self.document.title else (*path, re.sub(r"\s+", " ", printed))
        self._cut_body(node, heading_end, inner, numbering)
        for child in node.children:
            self._cut_node(child, inner, leaves, numbering)

    def _cut_body(self, node: _Node, heading_end: int, path: tuple[str, ...], numbering: _Numbering) -> None:
        """Cut what stands between a heading and its first child, or the paragraphs of a childless heading."""
        line = node.first
        while line < node.last and self.lines[line].end < heading_end:
            line += 1
        body = self.document.text[heading_end : self.lines[line].end].strip() if line < node.last else ""
        if len(body) >= 12 and not re.fullmatch(r"[(（〔\[].*[)）〕\]]", body):
            if node.children:
                own = heading_end + len(self.document.text[heading_end:]) - len(self.document.text[heading_end:].lstrip())
                self.measure(own, numbering.own(node), numbering.label(node), "", path)
                self._cut_rest(self._end_of_lines(line, node.last), node.last)
                return
            line_start = heading_end
            self._cut_free(line, node.last, numbering.full(node) + ".", numbering.label(node), path, start=line_start)
            return
        if line + 1 >= node.last:
            return
        if node.children and not node.mark.level <= Level.H6:
            lines = [i for i in range(line + 1, node.last) if self.lines[i].stripped]
            if lines and sum(len(self.lines[i].stripped) for i in lines) >= 12:
                first = self._skip_formal(lines[0], node.last)
                if first < node.last:
                    self.measure(self._text_start(first), numbering.own(node), numbering.label(node), "", path)
                    self._cut_rest(self._end_of_lines(first, node.last), node.last)
            return
        prefix = numbering.full(node) + "." if node.mark.number else numbering.prefix
        self._cut_free(line + 1, node.last, prefix, numbering.label(node) if node.mark.number else "", path)

    # --- free text: front matter, preambles, paragraphs ---

    def _cut_free(
        self,
        first: int,
        last: int,
        prefix: str,
        label: str,
        path: tuple[str, ...],
        *,
        head: bool = False,
        title_at: int | None = None,
        start: int | None = None,
    ) -> None:
        paragraphs = list(self._paragraphs(first, last, head=head, title_at=title_at))
        measures = [p for p in paragraphs if p[1] is SegmentKind.MEASURE]
        if self.wrapped and not head and len(measures) > 1:
            # Line breaks of a PDF are no paragraphs: the text under the heading is one measure.
            paragraphs = [p for p in paragraphs if p[1] is not SegmentKind.MEASURE or p is measures[0]]
            measures = measures[:1]
        for k, (line, kind, reason) in enumerate(paragraphs):
            at = start if start is not None and k == 0 else self._text_start(line)
            if kind is not SegmentKind.MEASURE:
                self.cut(at, kind, reason)
                continue
            if label:
                ordinal = measures.index((line, kind, reason)) + 1
                printed = label if len(measures) == 1 else f"{label} 第{ordinal}段"
            else:
                self.paragraphs += 1
                ordinal, printed = self.paragraphs, f"第{self.paragraphs}段"
            self.measure(at, f"{prefix}p{ordinal}", printed, "", path)

    def _paragraphs(
        self, first: int, last: int, *, head: bool, title_at: int | None
    ) -> Iterator[tuple[int, SegmentKind, str]]:
        """Yield (line, kind, reason) for each paragraph that begins in a stretch of lines."""
        in_paragraph = False
        end = last if head else self._end_of_lines(first, last)
        for i in range(first, last):
            text = self.lines[i].stripped
            if not text:
                continue
            reason = chrome_reason(text)
            formal = front_matter_reason(text) or ("signature" if i >= end else None)
            if reason or formal:
                in_paragraph = False
                yield i, SegmentKind.NOISE if reason else SegmentKind.FRONT_MATTER, reason or formal or ""
            elif in_paragraph and self._continues(i):
                continue
            elif head and (i == title_at or self._is_head_title(i, last)):
                in_paragraph = False
                yield i, SegmentKind.HEADING, "title"
            else:
                in_paragraph = True
                formula = head and (is_formula(self._paragraph_text(i, last)) or (is_signature(text) and len(text) < 40))
                yield i, *((SegmentKind.FRONT_MATTER, "preamble") if formula else (SegmentKind.MEASURE, ""))

    def _is_head_title(self, i: int, last: int) -> bool:
        """Whether line i is a title, the first half of one, or the first words of the page."""
        text = self.lines[i].stripped
        if is_title(text) or is_collected_title(text):
            return True
        following = next((self.lines[j].stripped for j in range(i + 1, last) if self.lines[j].stripped), "")
        opens_page = not any(self.lines[j].stripped and not chrome_reason(self.lines[j].stripped) for j in range(i))
        bare = len(text) <= 40 and not re.search(r"[。;；:：,，、？?!！…]", text)
        return bare and bool(following) and (opens_page or (is_title(following) and len(text) <= 30))

    def _paragraph_text(self, i: int, last: int) -> str:
        text = self.lines[i].stripped
        for j in range(i + 1, last):
            if not self.lines[j].stripped or not self._continues(j):
                break
            text += self.lines[j].stripped
        return text

    def _continues(self, i: int) -> bool:
        """Whether line i goes on with the paragraph of the lines before it."""
        before = next((self.lines[j].stripped for j in range(i - 1, -1, -1) if self.lines[j].stripped), "")
        text = self.lines[i].stripped
        if re.match(r"[-*•|]", text):
            return bool(re.match(r"[-*•|]", before))
        if before.endswith((";", "…")) or text.startswith("…"):
            return True
        return self.wrapped and before[-1:] not in "。!?:" and not before.endswith("……")

    # --- where things begin and end ---

    def _text_start(self, line: int) -> int:
        raw = self.lines[line].folded
        return self.lines[line].start + len(raw) - len(raw.lstrip())

    def _skip_formal(self, first: int, last: int) -> int:
        while first < last and (not self.lines[first].stripped or chrome_reason(self.lines[first].stripped)):
            first += 1
        return first

    def _end_of_lines(self, first: int, last: int) -> int:
        """Return the line after the last that belongs to a body: the list of attachments, signatures and dates do not."""
        for i in range(first, last):
            if front_matter_reason(self.lines[i].stripped) == "attachment line":
                last = i
                break
        end = last
        for i in range(last - 1, first - 1, -1):
            text = self.lines[i].stripped
            if text and not front_matter_reason(text) and not chrome_reason(text) and not (last - i < 8 and is_signature(text)):
                break
            end = i
        return max(end, first)

    def _end_of_body(self, node: _Node) -> int:
        return self._end_of_lines(node.first + 1, node.until)

    def _cut_rest(self, first: int, last: int) -> None:
        """Cut what stands after the end of a measure: formal lines, and the text of attachments."""
        in_list = False
        formal = first
        while formal < last:
            text = self.lines[formal].stripped
            reason = chrome_reason(text) or front_matter_reason(text)
            in_list = (in_list and len(text) < 60 and text[-1:] not in "。;") or reason == "attachment line"
            if text and not (reason or in_list or is_signature(text)):
                break
            if text:
                kind = SegmentKind.NOISE if chrome_reason(text) else SegmentKind.FRONT_MATTER
                self.cut(self._text_start(formal), kind, reason or ("attachment list" if in_list else "signature"))
            formal += 1
        self._cut_free(formal, last, self.prefix, "", self.path, head=True)

    # --- what is a measure ---

    def own_text(self, node: _Node) -> str:
        """Return a node's half-width text without its number and its children."""
        end = self.lines[node.children[0].first].start if node.children else self._node_end(node)
        return self.folded[node.mark.end : end].strip()

    def _node_end(self, node: _Node) -> int:
        return self.lines[node.until - 1].end if node.until > node.first else self.lines[node.first].end

    def node_text(self, node: _Node) -> str:
        return self.folded[node.mark.end : self._node_end(node)].strip()

    def _is_leaf(self, node: _Node) -> bool:
        if node.mark.level in _CONTAINERS:
            return False
        return not node.children or self._holds_list(node)

    def _holds_list(self, node: _Node) -> bool:
        """Whether a node's children are conditions, materials or 项 of it, rather than provisions of their own."""
        if node.mark.level in (Level.ARTICLE, Level.QUESTION):
            return True
        own = self.own_text(node)
        texts = [self.node_text(child) for child in node.children]
        length = sum(map(len, texts)) / len(texts)
        if own.endswith(":") and (_LIST_WORDS.search(own[-40:]) or len(own) > 25 or length < 60):
            return True
        if sum(text.endswith(";") for text in texts[:-1]) * 2 >= len(texts) > 1:
            return True
        if node.children[0].mark.level >= Level.PAREN_ARABIC:
            return length < 80 or len(own) > 45
        return bool(_LIST_HEADING.search(own[:40])) and length < 45 and node.children[0].mark.level >= Level.ARABIC

    def _is_heading_of_paragraphs(self, node: _Node, numbering: _Numbering) -> bool:
        if node.children or node.mark.level >= numbering.deepest or node.mark.level in (Level.ARTICLE, Level.QUESTION):
            return False
        return self._is_title_line(node) and node.last > node.first + 1 and any(
            self.lines[i].stripped for i in range(node.first + 1, self._end_of_body(node))
        )

    def _is_title_line(self, node: _Node) -> bool:
        rest = self.folded[node.mark.end : self.lines[node.first].end].strip()
        limit = 25 if self.wrapped else 45
        return 0 < len(rest) <= limit and not re.search(r"[。;](?=.)", rest) and rest[-1] not in "。;,"

    def _heading_end(self, node: _Node) -> int:
        if not node.mark.number and node.mark.level is Level.H6:
            # The headings of an article may have two lines.
            last = node.first
            while last + 1 < node.last and _is_short_heading(self.lines[last + 1].stripped, in_leaflet=False):
                last += 1
            return self.lines[last].end
        line_end = self.lines[node.first].end
        stop = self.folded.find("。", node.mark.end, line_end)
        return line_end if stop < 0 else stop + 1

    def _title_sentence(self, node: _Node) -> str:
        if node.mark.level is Level.ARTICLE:
            return ""
        match = _TITLE_SENTENCE.match(self.document.text, node.mark.end, self._node_end(node))
        if not match:
            return ""
        title = match[1].strip()
        alone = match.end() >= self._node_end(node)
        return "" if alone or "，" in title[12:] or "," in title[12:] else title

    # --- the result ---

    def finish(self) -> Split:
        text = self.document.text
        for i in range(self.tail, len(self.lines)):
            if line := self.lines[i].stripped:
                self.cut(self._text_start(i), SegmentKind.NOISE, chrome_reason(line) or "after the end of the text")
        cuts = sorted(self.cuts)
        if not cuts or text[: cuts[0][0]].strip():
            cuts.insert(0, (0, SegmentKind.FRONT_MATTER, ""))
        segments: list[Segment] = []
        measures: list[Measure] = []
        used: Counter[str] = Counter()
        position = 0
        for (start, kind, reason), following in zip(cuts, [*cuts[1:], (len(text), None, "")], strict=True):
            end = start + len(text[start : following[0]].rstrip())
            if start > position:
                segments.append(Segment(SegmentKind.NOISE, position, start, "blank"))
            if end == start:
                position = start
                continue
            segments.append(Segment(kind, start, end, reason))
            position = end
            if kind is SegmentKind.MEASURE:
                number, label, title, path = self.drafts[start]
                used[number] += 1
                unique = number if used[number] == 1 else f"{number}~{used[number]}"
                measures.append(
                    Measure(
                        measure_id=f"{self.document.doc_id}:{unique}",
                        doc_id=self.document.doc_id,
                        title=title,
                        label=label,
                        text=text[start:end],
                        start=start,
                        end=end,
                        path=path,
                        source=self.document.source,
                    )
                )
        if position < len(text):
            segments.append(Segment(SegmentKind.NOISE, position, len(text), "blank"))
        return Split(self.document, tuple(read_facts(measures, text)), tuple(segments))


class _Numbering:
    """Numbers and labels for the nodes of one part: short where a level runs through it, with parents elsewhere."""

    def __init__(self, leaves: Sequence[_Node], nodes: Sequence[_Node], prefix: str) -> None:
        self.prefix = prefix
        self.deepest = max((leaf.mark.level for leaf in leaves), default=Level.H1)
        counted = [node for node in nodes if node in leaves or node.mark.level < self.deepest]
        self.running = {level for level in Level if _runs_through([n for n in counted if n.mark.level is level], nodes)}
        counts = Counter(leaf.mark.level for leaf in leaves if leaf.mark.level in self.running)
        self.short = max(counts, key=lambda level: (counts[level], level), default=None)

    def full(self, node: _Node) -> str:
        parts = [_number(n) for n in node.ancestors() if n.mark.number]
        return self.prefix + ".".join(parts or [f"q{node.ordinal}"])

    def number(self, node: _Node) -> str:
        if node.mark.level is self.short and node.mark.number:
            return self.prefix + _number(node)
        full = self.full(node)
        # One number alone belongs to the level that runs through the part.
        return f"{full}.0" if self.short is not None and full.count(".") == self.prefix.count(".") else full

    def own(self, node: _Node) -> str:
        return self.full(node) + ".0"

    def label(self, node: _Node) -> str:
        if node.mark.level is Level.QUESTION and not node.mark.number:
            return f"问{node.ordinal}"
        cited = [n for n in node.ancestors() if n.mark.level > Level.H6] or [node]
        outermost = next((k for k in range(len(cited) - 1, -1, -1) if cited[k].mark.level in self.running), 0)
        return "".join(n.mark.printed for n in cited[outermost:])


def _runs_through(nodes: Sequence[_Node], all_nodes: Sequence[_Node]) -> bool:
    """Whether the numbers of a level are unique in a part, and not only because one parent alone has any."""
    pairs = {(node.mark.number, node.mark.branch) for node in nodes}
    if not nodes or len(pairs) < len(nodes):
        return False
    parents = {id(node.parent) for node in nodes}
    siblings = [n for n in all_nodes if nodes[0].parent and n.mark.level is nodes[0].parent.mark.level]
    return len(parents) > 1 or len(siblings) < 2


def _number(node: _Node) -> str:
    return f"{node.mark.number}-{node.mark.branch}" if node.mark.branch else str(node.mark.number)


def _is_contents(nodes: Sequence[_Node], cutter: _Cutter) -> bool:
    """Whether a part is a table of contents: headings with nothing under them."""
    return len(nodes) > 1 and all(len(cutter.own_text(node)) < 40 for node in nodes) and all(
        node.mark.level in _CONTAINERS or node.last == node.first + 1 for node in nodes
    ) and any(node.mark.level in _CONTAINERS for node in nodes)


def _is_wrapped(document: Document, lines: Sequence[Line]) -> bool:
    """Whether line breaks fall inside sentences, as in the text layer of a PDF."""
    long = [text for line in lines if len(text := line.stripped) >= 15 and not read_mark(line)]
    broken = sum(text[-1] not in "。！？!?…:;)）】〕”\"|" for text in long)
    return not document.source.endswith((".html", ".docx")) and len(long) >= 6 and broken > 0.3 * len(long)
