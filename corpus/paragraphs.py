"""Free text: where its paragraphs begin, which of them are front matter, and where the body of a measure ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.noise import chrome_reason, front_matter_reason, is_closing, is_formula, is_signature
from corpus.page import Page
from corpus.schema import SegmentKind
from corpus.titles import run_on_title

_SIGNED_LINES = 25
# Front matter that may run over several lines.
_LONG = ("addressees", "promulgation")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of free text, by its first offset; measures are those that are neither formal nor chrome."""

    start: int
    kind: SegmentKind
    reason: str = ""


def read_paragraphs(page: Page, first: int, last: int, *, head: bool) -> Iterator[Paragraph]:
    """Yield each paragraph that begins in a stretch of lines.

    Args:
        page: The page.
        first: The first line.
        last: The line after the last.
        head: Whether titles, addressees, preambles and lists of attachments are to be expected, as above the first
            number of a document and behind its last; else only signatures and dates are, at the end.
    """
    end = last if head else body_end(page, first, last)
    in_paragraph, reason, i = False, None, first - 1
    while (i := i + 1) < last:
        text, above = page.text(i), reason
        if not text:
            continue
        reason = _formal_reason(page, i, last, above) if not in_paragraph or not page.is_broken_before(i) else None
        if i >= end:
            reason = reason or "signature"
        if reason:
            in_paragraph = page.wrapped and reason in _LONG
            yield Paragraph(
                page.start(i), SegmentKind.NOISE if chrome_reason(text) else SegmentKind.FRONT_MATTER, reason
            )
        elif in_paragraph and page.goes_on(i):
            continue
        elif head and (title_end := _title_end(page, i, last, above)) > i:
            in_paragraph = False
            yield Paragraph(page.start(i), SegmentKind.HEADING, "title")
            i = title_end - 1
        else:
            in_paragraph = True
            title = run_on_title(text) if head and page.wrapped else ""
            if title:
                yield Paragraph(page.start(i), SegmentKind.HEADING, "title")
            start = page.start(i) + len(title)
            if head and is_formula(page.paragraph(i, last)[len(title) :]):
                yield Paragraph(start, SegmentKind.FRONT_MATTER, "preamble")
            else:
                yield Paragraph(start, SegmentKind.MEASURE)


def body_end(page: Page, first: int, last: int, *, statute: bool = False) -> int:
    """Return the line after the last of a body: attachments, signatures and the term of the text are not in it."""
    for i in range(first, last):
        text = page.text(i)
        ends = front_matter_reason(text) == "attachment line" or (is_closing(text) and not statute)
        if ends and (":" in text or not page.is_broken_before(i)):
            last = i
            break
    end = last
    for i in range(last - 1, first - 1, -1):
        text = page.text(i)
        signed = last - i < _SIGNED_LINES and is_signature(text)
        if text and not (signed or chrome_reason(text) or front_matter_reason(text)):
            break
        end = i
    while end < last and page.is_broken_before(end):
        end += 1
    return max(end, first)


def _formal_reason(page: Page, i: int, last: int, above: str | None) -> str | None:
    text = page.text(i)
    if page.wrapped and run_on_title(text):
        return None
    reason = chrome_reason(text) or front_matter_reason(text)
    if reason or page.title_end(i, last) > i:
        return reason
    if above in ("attachment line", "attachment list") and _is_listed(page, i, above):
        return "attachment list"
    if (formal := front_matter_reason(page.paragraph(i, last))) in _LONG:
        return formal
    return "signature" if is_signature(text) else None


def _is_labelled(page: Page, i: int, above: str | None) -> bool:
    """Whether line i follows the label of an attachment (附件1), and not a list of attachments (附件：1.…)."""
    return above == "attachment line" and ":" not in page.before(i)


def _is_listed(page: Page, i: int, above: str) -> bool:
    text = page.text(i)
    listed = len(text) < 60 and text[-1] not in "。;" and text[0] != "|" and not is_signature(text)
    return listed and not _is_labelled(page, i, above)


def _title_end(page: Page, i: int, last: int, above: str | None) -> int:
    """Return the line after a title that begins with line i, the first words of a page among them; else i."""
    end, text = page.title_end(i, last), page.text(i)
    bare = len(text) <= 40 and not re.search(r"[。;:,?!…|]", text)
    opens_page = not any(page.text(j) and not chrome_reason(page.text(j)) for j in range(i))
    follows = any(page.text(j) for j in range(i + 1, page.tail))
    return i + 1 if end == i and bare and (_is_labelled(page, i, above) or (opens_page and follows)) else end
