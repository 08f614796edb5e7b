"""HTML of every page in three displays (简体, 繁體, English): templates that escape whatever they are given."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal

from markupsafe import Markup, escape

from assistant.english import write_place
from corpus import Document, Measure, load_vocabulary, read_figures

if TYPE_CHECKING:
    from jinja2 import Environment

    from assistant.schema import Answer, CitationOut, MatchOut

Language = Literal["zh", "zh-Hant", "en"]
LANGUAGES: dict[Language, str] = {"zh": "简体", "zh-Hant": "繁體", "en": "English"}
OUTCOMES = {
    "answered": ("✓", "已回答", "Answered"),
    "partial": ("◐", "部分回答", "Partly answered"),
    "not_covered": ("○", "未收录", "Not covered"),
    "out_of_scope": ("◇", "超出范围", "Out of scope"),
    "declined": ("✕", "不予回答", "Declined"),
}
_TELLING = ("元", "美元", "%", "平方米", "倍", "岁", "周岁", "年", "个月", "工作日", "人", "名")
"""Units of the figures that readers look for; the first five stand above the answer too."""
_PIECE = re.compile(r"(<(?:script|style|textarea)\b.*?</(?:script|style|textarea)>|<[^>]*>)|([^<]+)", re.DOTALL)


def quoted_title(title: str) -> str:
    """Return a title in 《》, unless it holds such marks already."""
    return title if "《" in title else f"《{title}》"


def about(document: Document) -> str:
    """Return what is known of a document as one line."""
    reprint = f"转载：{document.publisher}" if document.publisher else None
    term = document.validity.statement
    facts = [document.place, document.level, document.issuer, document.number, document.published, term, reprint]
    return " · ".join(fact for fact in facts if fact)


_LEVELS = {"国家": "National", "省": "Province", "市": "City", "区": "District"}


@cache
def _english_terms() -> dict[str, str]:
    return {term.official[0]: term.english[0] for term in load_vocabulary() if term.english}


def value_name(facet: str, value: str, language: Language) -> str:
    """Return how the list of a facet shows one of its values: in English, where there is a word for it."""
    if language != "en":
        return value
    if facet in ("topic", "audience"):
        return _english_terms().get(value, value)
    return write_place(value) if facet == "place" else _LEVELS.get(value, value) if facet == "level" else value


def article(label: str) -> str:
    """Return a number as one cites it: 第9条 for a bare 9, 二（一） as it is."""
    return f"第{label}条" if label.isdigit() else label


def quoted_spans(text: str, quote: str) -> list[tuple[int, int]]:
    """Return where in a text each sentence of a quote (…… between them) stands, in order."""
    spans, at = [], 0
    for sentence in filter(None, quote.split("……")):
        start = text.find(sentence, at)
        if start >= 0:
            at = start + len(sentence)
            spans.append((start, at))
    return spans


def mark_spans(text: str, spans: Sequence[tuple[int, int]]) -> Markup:
    """Return a text with some spans marked, all of it escaped; a span that overlaps one before it is left out."""
    marked, at = Markup(), 0
    for start, end in spans:
        if at <= start < end:
            marked += escape(text[at:start]) + Markup("<mark>{}</mark>").format(text[start:end])
            at = end
    return marked + escape(text[at:])


def mark_quote(text: str, quote: str) -> Markup:
    """Return a text with each sentence of a quote marked, all of it escaped."""
    return mark_spans(text, quoted_spans(text, quote))


def condition_spans(match: MatchOut) -> list[tuple[int, int]]:
    """Return where in the text of a measure its conditions stand, in order."""
    return sorted((c.start - match.start, c.end - match.start) for c in match.conditions)


def link_to(measure_id: str, text: str = "", spans: Sequence[tuple[int, int]] = ()) -> str:
    """Return the address of a measure in its document, where the spans of its text are marked, or all of it."""
    part = ",".join(f"{start}-{end}" for start, end in spans if (start, end) != (0, len(text)))
    return f"/c/{measure_id}{part and f'?mark={part}'}#here"


def mark_up(text: str, turn: int) -> Markup:
    """Return a section's text, escaped, with its figures in bold and each [n] a link to the card of that citation."""
    link = Markup('<a class="ref" href="#t{0}-{1}">[{1}]</a>')
    spans = [(*match.span(), link.format(turn, match[1])) for match in re.finditer(r"\[(\d{1,2})\]", text)]
    figures = [f for f in read_figures(text).amounts if f.unit in _TELLING]
    spans += [(f.start, f.end, Markup("<b>{}</b>").format(text[f.start : f.end])) for f in figures]
    marked, at = Markup(), 0
    for start, end, piece in sorted(spans, key=lambda span: span[:2]):
        if start >= at:
            marked, at = marked + escape(text[at:start]) + piece, end
    return marked + escape(text[at:])


def copy_text(answer: Answer, question: str, language: Language) -> str:
    """Return an answer as one pastes it: question, answer, and each citation with its words and where they stand."""
    asked, told = ("Question: ", "Answer: ") if language == "en" else ("问：", "答：")
    lines = [f"{asked}{question}", f"{told}{answer.answer}"]
    lines += [
        f"[{c.marker}] {quoted_title(c.title)} {c.place or ''} {article(c.label)}：“{c.quote}” /c/{c.measure_id}"
        for c in answer.citations
    ]
    return in_display("\n".join(lines), language)


@cache
def _converter() -> object:
    from opencc import OpenCC

    # Characters as Hong Kong and Macau print them: 為, 台; the plain table has 爲 and 臺.
    return OpenCC("s2hk")


@lru_cache(20_000)
def _to_traditional(text: str) -> str:
    return text if text.isascii() else str(_converter().convert(text))  # type: ignore[attr-defined]


def in_display(text: str, language: Language) -> str:
    """Return a text in the characters of a display; ids and whatever else is no Chinese stay as they are."""
    return _to_traditional(text) if language == "zh-Hant" else text


def traditional(html: str) -> str:
    """Return a page with its text in Traditional characters; attributes and fields stay as they are."""
    return _PIECE.sub(lambda piece: piece[1] or _to_traditional(piece[2]), html)


@cache
def _templates() -> Environment:
    # Imported here: the command line needs none of it.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("assistant.interfaces"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals.update(
        about=about,
        article=article,
        outcomes=OUTCOMES,
        languages=LANGUAGES,
        copy_text=copy_text,
        link_to=link_to,
        quoted_spans=quoted_spans,
        condition_spans=condition_spans,
        place_name=write_place,
        value_name=value_name,
    )
    environment.filters.update(
        title=quoted_title, mark_quote=mark_quote, mark_spans=mark_spans, mark_up=mark_up, place_name=write_place
    )
    return environment


def render(template: str, language: Language = "zh", **values: object) -> str:
    """Return a template filled; in it `t(zh, en)` picks the words of the language."""

    def t(chinese: str, english: str) -> str:
        return english if language == "en" else in_display(chinese, language)

    def display(text: str) -> str:  # for attributes, which stay as they are otherwise
        return in_display(text, language)

    chinese = "zh-Hant" if language == "zh-Hant" else "zh-CN"
    html = (
        _templates().get_template(template).render(language=language, chinese=chinese, t=t, display=display, **values)
    )
    return traditional(html) if language == "zh-Hant" else html


def render_answer(
    answer: Answer, question: str, documents: dict[str, Document], language: Language = "zh", *, turn: int = 1,
    region: str = "", sections: int | None = None,
) -> str:  # fmt: skip
    """Return one turn of a conversation: the outcome, its sections, and a card for each citation.

    Args:
        answer: What was answered.
        question: As typed.
        documents: By id, for what the cards say of them.
        language: Of the labels; the answer has its own.
        turn: Makes the ids of the cards unique on the page.
        region: The place that was chosen.
        sections: How many to show while the answer is still coming; all where it is None.
    """
    cards: list[tuple[CitationOut, Document]] = [(c, documents[c.doc_id]) for c in answer.citations]
    return render(
        "turn.html", language, answer=answer, question=question, cards=cards, turn=turn, region=region,
        shown=answer.sections[:sections], whole=sections is None, figures=_figures(answer),
    )  # fmt: skip


def _figures(answer: Answer) -> list[str]:
    """Return the figures of the conclusion with their caps, to be read at a glance."""
    if not answer.sections or answer.sections[0].kind != "conclusion":
        return []
    amounts = read_figures(answer.sections[0].text).amounts
    return list(dict.fromkeys(f"{a.cap or ''}{a.text}" for a in amounts if a.unit in _TELLING[:5]))[:4]


def _structured(measure: Measure | None, document: Document, url: str) -> str:
    """Return schema.org's `Legislation` as JSON that cannot close the element it stands in."""
    facts: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Legislation",
        "url": url,
        "inLanguage": "zh-CN",
        "name": document.title,
        "legislationIdentifier": document.number,
        "datePublished": document.published,
        "legislationPassedBy": document.issuer and {"@type": "Organization", "name": document.issuer},
        "spatialCoverage": document.place and {"@type": "Place", "name": document.place},
        "isBasedOn": document.url,
    }
    if measure:
        whole = {**{k: v for k, v in facts.items() if v and k != "@context"}, "url": f"/d/{document.doc_id}"}
        facts |= {"name": f"{document.title} {article(measure.label)} {measure.title}", "text": measure.text}
        facts |= {"legislationIdentifier": measure.measure_id, "isPartOf": whole}
    written = json.dumps({name: value for name, value in facts.items() if value}, ensure_ascii=False)
    return written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def tidy(text: str) -> str:
    """Return what stands between measures with one empty line where there are more."""
    return re.sub(r"\n\s*\n", "\n\n", text)


def measure_page(
    measure: Measure, document: Document, language: Language = "zh", *, spans: Sequence[tuple[int, int]] = (),
    **values: object,
) -> str:  # fmt: skip
    """Return a measure set off in the whole text of its document; the spans quoted of it are marked, else all of it."""
    url = f"/c/{measure.measure_id}"
    structured = Markup(_structured(measure, document, url))
    return render(
        "measure.html", language, measure=measure, document=document, spans=spans or [(0, len(measure.text))], before=tidy(document.text[: measure.start]).lstrip(),
        after=tidy(document.text[measure.end :]).rstrip(), structured=structured, canonical=url, **values,
    )  # fmt: skip


def document_page(document: Document, measures: Sequence[Measure], language: Language = "zh", **values: object) -> str:
    """Return the text of a document, each measure with a link to its own page."""
    url = f"/d/{document.doc_id}"
    parts: list[tuple[str, Measure | None]] = []
    at = 0
    for measure in measures:
        parts += [(tidy(document.text[at : measure.start]), None), (measure.text, measure)]
        at = measure.end
    parts.append((tidy(document.text[at:]), None))
    headings = {heading.strip() for measure in measures for heading in measure.path}
    structured = Markup(_structured(None, document, url))
    return render(
        "document.html", language, document=document, parts=parts, measures=measures, structured=structured,
        headings=headings, canonical=url, **values,
    )  # fmt: skip
