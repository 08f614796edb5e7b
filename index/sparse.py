"""BM25 over the measures, by bm25s."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.segment import terms


def build_sparse(texts: Sequence[str], folder: Path) -> None:
    """Write a BM25 index (Lucene's variant, k1 1.2, b 0.75) of the texts to `folder/bm25`."""
    import bm25s

    retriever = bm25s.BM25(k1=1.2, b=0.75, method="lucene")
    corpus = [terms(text) or [""] for text in texts]
    retriever.index(corpus, show_progress=False)
    retriever.save(folder / "bm25", show_progress=False)


class SparseIndex:
    """BM25 over the measures, opened memory-mapped."""

    def __init__(self, folder: Path) -> None:
        import bm25s  # half a second: loaded when first needed

        self._bm25 = bm25s.BM25.load(folder / "bm25", mmap=True, show_progress=False)

    def scores(self, query: str, extra: Sequence[str] = (), extra_weight: float = 0.3) -> NDArray[np.float32]:
        """Return the BM25 score of every measure, shape (n,); zero where it shares no term.

        Args:
            query: The question.
            extra: Terms that expansion adds, each at a fraction of a term's weight.
            extra_weight: That fraction.
        """
        total = self._score(terms(query))
        if extra:
            total = total + extra_weight * self._score(list(extra))
        return total

    def holders(self, words: Sequence[str]) -> NDArray[np.bool_]:
        """Return which measures hold every one of some terms, shape (n,); none does where there is no term."""
        held = [self._score([word]) > 0 for word in dict.fromkeys(words)]
        return np.logical_and.reduce(held) if held else np.zeros(self._bm25.scores["num_docs"], dtype=np.bool_)

    def _score(self, words: Sequence[str]) -> NDArray[np.float32]:
        known = [word for word in dict.fromkeys(words) if word in self._bm25.vocab_dict]
        if not known:
            return np.zeros(self._bm25.scores["num_docs"], dtype=np.float32)
        return np.asarray(self._bm25.get_scores(known), dtype=np.float32)
