"""The answer's text: sentences of the best measures, word for word, each followed by its citation [n]."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus import Document, Measure, get_place

Score = Callable[[Sequence[str]], NDArray[np.float32]]
_MAX_SENTENCES = 4
_SENTENCE = re.compile(r"[^。！？!?；;\n]*(?:[。！？!?；;]+|\n+|$)")
_ASKS_FIGURE = re.compile(
    r"多少|几[个名万年套家]|多久|多长|何时|什么时候|哪[天年一]|how (?:much|many|long)|when|what (?:amount|date)",
    re.IGNORECASE,
)
DISCLAIMER = {
    "zh": "参考回答，以主管部门解释为准。",
    "en": "For reference; the competent authority's interpretation prevails.",
}


@dataclass(frozen=True, slots=True)
class Quoted:
    """A measure with the sentences of it that the answer repeats."""

    measure: Measure
    document: Document
    marker: int
    quote: str


def sentences(text: str) -> list[str]:
    """Return the sentences of a measure; together, without the blanks between them, they are its text."""
    return [s for match in _SENTENCE.finditer(text) if (s := match[0].strip())]


def quote_whole(found: Sequence[tuple[Measure, Document]]) -> list[Quoted]:
    """Quote each measure in full, as a look-up by clause number wants it."""
    return [
        Quoted(measure, document, marker, measure.text) for marker, (measure, document) in enumerate(found, start=1)
    ]


def quote_measures(question: str, found: Sequence[tuple[Measure, Document]], score: Score) -> list[Quoted]:
    """Choose from each measure the sentences that bear on a question, in the order of the text.

    A sentence that only names responsible units is left to the citation card. Where a figure is asked for, sentences
    that hold one are preferred.
    """
    quoted = []
    for marker, (measure, document) in enumerate(found, start=1):
        parts = [part for part in sentences(measure.text) if not _is_unit_list(part)] or [measure.text]
        weights = score([f"{measure.title} {part}" for part in parts]) if len(parts) > 1 else np.ones(len(parts))
        if _ASKS_FIGURE.search(question):
            weights = weights + np.array([0.08 if re.search(r"\d", part) else 0.0 for part in parts])
        best = float(max(weights, default=0.0))
        order = sorted(range(len(parts)), key=lambda i: -weights[i])
        kept = sorted([i for i in order if weights[i] >= 0.6 * best][:_MAX_SENTENCES])
        quoted.append(Quoted(measure, document, marker, _join(parts, kept)))
    return quoted


def _join(parts: Sequence[str], kept: Sequence[int]) -> str:
    text = ""
    for k, i in enumerate(kept):
        text += ("……" if k and kept[k - 1] != i - 1 else "") + parts[i]
    return text


def _is_unit_list(sentence: str) -> bool:
    return bool(re.match(r"[(（〔\[].*[)）〕\]]。?$|责任单位[:：]", sentence, re.DOTALL))


def compose_answer(quoted: Sequence[Quoted], language: str) -> str:
    """Return the quotes with their citations, grouped by place where several places answer."""
    places = list(dict.fromkeys(q.document.place or "" for q in quoted))
    lines = []
    for place in places:
        if len(places) > 1 and place:
            lines.append(f"【{_place_name(place, language)}】")
        lines += [f"{q.quote}[{q.marker}]" for q in quoted if (q.document.place or "") == place]
    return "\n".join([*lines, DISCLAIMER[language]])


def refuse(status: str, language: str, covered: Sequence[str], asked: Sequence[str]) -> str:
    """Return the text of an answer that cites nothing, saying what is covered."""
    names = [_place_name(place, language) for place in covered]
    if status == "declined":
        return (
            "这类请求不予回答。本助手只根据收录的政策文本回答问题。"
            if language == "zh"
            else "This request is declined. The assistant answers questions from the policy texts it holds, nothing else."
        )
    if language == "zh":
        scope = f"（已检索：{'、'.join(asked)}）" if asked else ""
        return f"收录的政策文本中没有找到能回答这个问题的措施{scope}。目前收录的地区：{'、'.join(names) or '无'}。可拨打当地12345热线咨询。"
    scope = f" (searched: {', '.join(_place_name(p, language) for p in asked)})" if asked else ""
    return (
        f"No measure that answers this was found in the policy texts held here{scope}. "
        f"Places covered: {', '.join(names) or 'none'}. You can ask the local 12345 hotline."
    )


def _place_name(name: str, language: str) -> str:
    place = get_place(name) if language == "en" else None
    return f"{place.english} ({name})" if place else name
