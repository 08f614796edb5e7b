"""Corpora of any size, grown from the shipped one, to measure speed on."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from itertools import cycle

from corpus import SHIPPED_POLICIES, Document, load_corpus


def grow(size: int, seed: int = 0) -> list[Document]:
    """Return documents of `size` measures in all: the shipped ones again and again, their sentences shuffled.

    Headings, numbers and first sentences stay, so that they split as the shipped ones do; the words are theirs too.
    """
    draw = random.Random(seed)
    splits = load_corpus(SHIPPED_POLICIES).splits
    sentences = [s for split in splits for m in split.measures for s in re.findall(r"(?<=。)[^。(（\n]+。", m.text)]
    documents: list[Document] = []
    for split in cycle(splits):
        document, measures = split.document, split.measures[:size]
        text, end = "", 0
        for measure in measures:
            mixed = re.sub(r"(?<=。)[^。(（\n]+。", lambda _: draw.choice(sentences), measure.text)
            text += document.text[end : measure.start] + mixed
            end = measure.end
        name = len(documents)
        documents.append(replace(document, doc_id=f"doc-{name}", title=f"{document.title}之{name}", text=text))
        size -= len(measures)
        if size == 0:
            return documents
    raise AssertionError("cycle never ends")
