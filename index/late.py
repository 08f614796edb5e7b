"""Late interaction: each word of the question looks for its best match in a passage (Khattab and Zaharia, 2020)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_CACHE: dict[int, tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]] = {}


def unit_vectors(token_vectors: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return (unit rows, norms) of token vectors, computed once for each array."""
    key = id(token_vectors)
    if key not in _CACHE or _CACHE[key][0] is not token_vectors:
        norms = np.linalg.norm(token_vectors, axis=1)
        _CACHE[key] = (token_vectors, token_vectors / np.maximum(norms, 1e-9)[:, None], norms)
    return _CACHE[key][1:]


class LateInteraction:
    """MaxSim over static token vectors.

    The score of a passage is the mean over the question's tokens of the best cosine to any of the passage's tokens,
    each token of the question weighted by the norm of its vector, which training made its importance.
    """

    def __init__(
        self,
        vectors: tuple[NDArray[np.float32], NDArray[np.float32]],
        tokens: NDArray[np.int32],
        offsets: NDArray[np.int64],
    ) -> None:
        """Keep (unit vectors, norms) and the tokens of n passages: i has `tokens[offsets[i]:offsets[i + 1]]`."""
        self._units, self._norms = vectors
        # A plain view of a memory map: slices of the map itself cost twenty times as much.
        self._tokens, self._offsets = np.asarray(tokens), np.asarray(offsets)

    def scores(
        self, query: NDArray[np.int32], measures: Sequence[int] | NDArray[np.int64] | range
    ) -> NDArray[np.float32]:
        """Return the score of some passages, shape (len(measures),); 0 where a passage or the question has no token.

        The question is compared once with each distinct token of all the passages together, then gathered.
        """
        rows = np.asarray(measures, dtype=np.int64)
        result = np.zeros(len(rows), dtype=np.float32)
        filled = np.flatnonzero(self._offsets[rows + 1] > self._offsets[rows])
        if not len(query) or not len(filled):
            return result
        opens, ends = self._offsets[rows[filled]], self._offsets[rows[filled] + 1]
        starts = np.concatenate([[0], np.cumsum(ends - opens)[:-1]])
        ids = self._tokens[np.repeat(opens - starts, ends - opens) + np.arange((ends - opens).sum())]
        # Marked in a row as long as the vocabulary, not sorted: tokens are many, and few of them distinct.
        present = np.zeros(len(self._units), dtype=bool)
        present[ids] = True
        place = (np.cumsum(present) - 1)[ids]
        cosine = self._units[query] @ self._units[present].T
        best = np.stack([np.maximum.reduceat(row.take(place), starts) for row in cosine])
        weights = self._norms[query]
        result[filled] = weights @ best / max(float(weights.sum()), 1e-9)
        return result
