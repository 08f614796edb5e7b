"""An optional cross-encoder that reads question and passage together; off by default, slow without a GPU."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sentence_transformers import CrossEncoder

from index.schema import EncodingError


class CrossEncoderReranker:
    """A sentence-transformers CrossEncoder by hub id or folder."""

    def __init__(self, name: str) -> None:
        """Load the model.

        Raises:
            EncodingError: It cannot be loaded.
        """
        try:
            self._model = CrossEncoder(name)
        except Exception as error:  # every layer below raises its own kind
            raise EncodingError(
                f"The reranker {name!r} cannot be loaded: {str(error).splitlines()[0][:200]}",
                "Check POLICYQA_RERANKER, or unset it.",
            ) from error

    def score(self, query: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one score a text, higher is better, shape (len(texts),)."""
        pairs = [(query, text) for text in texts]
        return np.asarray(self._model.predict(pairs, show_progress_bar=False), dtype=np.float32)
