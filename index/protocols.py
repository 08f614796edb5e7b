"""What a backend must offer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.memory import Memory
from index.schema import Filters, Hit


class Encoder(Protocol):
    """Texts to unit-length float32 vectors, so that inner product is cosine."""

    @property
    def name(self) -> str:
        """What tells this model's vectors from any other's; recorded in the index."""
        ...

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a question, shape (dim,)."""
        ...

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit-length rows, shape (len(texts), dim)."""
        ...


class TokenEncoder(Encoder, Protocol):
    """An encoder whose vectors are sums of token vectors, which late interaction compares one by one."""

    token_vectors: NDArray[np.float32]
    """Shape (vocabulary, dim); the norm of a row is the weight of its token."""
    memory: Memory | None
    """Questions and the provisions that answer them; None where the model has none."""

    tokens_of: Callable[[str], NDArray[np.int32]]
    """`tokenize` of one text, remembered."""

    def tokenize(self, texts: Sequence[str]) -> list[NDArray[np.int32]]:
        """Return the token ids of each text; empty where it has no known token."""
        ...


class Reranker(Protocol):
    """Scores (question, passage) pairs together; slower and more exact than vectors."""

    def score(self, query: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one score a text, higher is better, shape (len(texts),)."""
        ...


class Retriever(Protocol):
    """Questions to ranked measures."""

    def search(self, query: str, k: int, filters: Filters = Filters()) -> list[Hit]:
        """Return the best k measures within the filters, best first, ties by id; fewer only where fewer exist."""
        ...
