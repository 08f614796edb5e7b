"""Plain, permanent, printable pages of a document and of a measure in its place; no script, everything escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from corpus import Document, Measure

_STYLE = """
body{max-width:44rem;margin:2rem auto;padding:0 1rem;font:1rem/1.9 system-ui,"Noto Sans CJK SC","PingFang SC",sans-serif;
color:#1c2733;background:#fff}
h1{font-size:1.25rem;line-height:1.5}.about{color:#566;font-size:.9rem}.text{white-space:pre-wrap}
mark{background:#fff3c4;color:inherit;padding:.1em 0}a{color:#0b57a4}
@media (prefers-color-scheme:dark){body{background:#14181d;color:#e3e8ee}mark{background:#5a4a10}a{color:#8ab8ef}.about{color:#9ab}}
@media print{a{color:inherit;text-decoration:none}}
"""


def quoted_title(title: str) -> str:
    """Return a title in 《》, unless it holds such marks already."""
    return title if "《" in title else f"《{title}》"


def about(document: Document) -> str:
    """Return what is known of a document as one escaped line."""
    reprint = f"转载：{document.publisher}" if document.publisher else None
    term = document.validity.statement
    facts = [document.place, document.level, document.issuer, document.number, document.published, term, reprint]
    return escape(" · ".join(fact for fact in facts if fact))


def _page(title: str, body: str, canonical: str) -> str:
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="canonical" href="{escape(canonical)}">'
        f"<style>{_STYLE}</style></head><body>{body}</body></html>"
    )


def measure_page(measure: Measure, document: Document) -> str:
    """Return a measure highlighted in the whole text of its document."""
    text = document.text
    path = escape(" / ".join((*measure.path, measure.label)))
    body = (
        f"<h1>{escape(document.title)}</h1><p class=about>{about(document)}<br>{path} · "
        f'<a href="#here">定位到本条</a> · <a href="/d/{escape(document.doc_id)}">全文</a></p>'
        f"<div class=text>{escape(text[: measure.start].lstrip())}"
        f'<mark id="here">{escape(measure.text)}</mark>{escape(text[measure.end :].rstrip())}</div>'
    )
    return _page(f"{measure.label} {measure.title} · {document.title}", body, f"/c/{measure.measure_id}")


def document_page(document: Document, measures: Sequence[Measure]) -> str:
    """Return the text of a document, each measure with a link to its own page."""
    parts, position = [], 0
    for measure in measures:
        parts.append(escape(document.text[position : measure.start]))
        parts.append(
            f'<a href="/c/{escape(measure.measure_id)}" id="{escape(measure.measure_id)}">§</a> {escape(measure.text)}'
        )
        position = measure.end
    parts.append(escape(document.text[position:]))
    body = f"<h1>{escape(document.title)}</h1><p class=about>{about(document)}</p><div class=text>{''.join(parts).strip()}</div>"
    return _page(document.title, body, f"/d/{document.doc_id}")
