"""A measure to its passages, the rows of the index: itself in context, and its sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from corpus import Document, Measure
from index.schema import Passage

if TYPE_CHECKING:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

# Long enough to carry a condition with its subsidy, short enough that a mean of word vectors stays sharp.
SENTENCE_CHARACTERS = 90
_UNITS = re.compile(
    r"[(（〔\[](?:责任|牵头|配合)?(?:单位|部门)?[:：]?[^()（）〔〕]{0,20}(?:局|委|办|部|厅)[^。]*[)）〕\]]\s*$"
)


@cache
def _splitter() -> RecursiveCharacterTextSplitter:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    return RecursiveCharacterTextSplitter(
        separators=["\n", "。", "；", ";", "！", "？", "，", ",", ""],
        keep_separator="end",
        chunk_size=SENTENCE_CHARACTERS,
        chunk_overlap=0,
    )


def passages_of(measure: Measure, document: Document, phrasings: Sequence[str] = ()) -> Iterator[Passage]:
    """Yield the passages of a measure: itself with its headings, each of its sentences, and each way of asking for it.

    To index a question beside the passage that answers it is document expansion (doc2query; Nogueira et al., 2019).
    """
    body = re.sub(r"\s+", " " if measure.text.isascii() else "", _UNITS.sub("", measure.text))
    headings = " ".join(measure.path[-2:])
    yield Passage(f"{document.place or ''} {headings} {body}".strip(), measure.measure_id)
    sentences = [s for s in _splitter().split_text(body) if len(s) >= 8]
    if len(sentences) > 1:
        for sentence in sentences:
            yield Passage(
                f"{measure.title} {sentence}" if measure.title not in sentence else sentence, measure.measure_id
            )
    for question in phrasings:
        yield Passage(question, measure.measure_id)
