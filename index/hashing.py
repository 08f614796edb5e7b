"""An encoder without a model: words hashed onto dimensions. For tests, and as a floor for comparisons."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.segment import terms


class HashingEncoder:
    """Signed feature hashing (Weinberger et al., 2009) of the terms that BM25 counts."""

    name = "hashing-512"
    _dim = 512

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a question, shape (512,)."""
        return self.encode_documents([text])[0]

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit-length rows, shape (len(texts), 512)."""
        vectors = np.zeros((len(texts), self._dim), dtype=np.float32)
        for row, text in enumerate(texts):
            for term in terms(text):
                code = zlib.crc32(term.encode())
                vectors[row, code % self._dim] += 1.0 if code & 0x80000000 else -1.0
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        # A text without terms still needs a direction.
        vectors[norms[:, 0] == 0, 0] = 1.0
        return vectors / np.maximum(norms, 1e-12, where=norms > 0, out=np.ones_like(norms))
