"""A memory of questions and the provisions that answer them: it lends a plain question the words of official texts.

Pseudo-relevance feedback (Rocchio, 1971) over the authored records instead of the corpus: the provisions whose questions
are most like the one asked are averaged into a second query vector. 老东家要我赔学费 finds nothing of its own words in
a text, but stands beside questions whose provisions speak of 培训费 and 服务期.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

NEIGHBOURS = 8
_SHARPNESS = 8.0
FILE = "memory.safetensors"


class _Encodes(Protocol):
    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]: ...


class Memory:
    """Row i of both arrays is one remembered provision: the mean of its questions, and itself."""

    def __init__(self, questions: NDArray[np.float32], provisions: NDArray[np.float32]) -> None:
        """Keep unit-length rows, both of shape (n, dim)."""
        self._questions, self._provisions = questions, provisions

    @classmethod
    def load(cls, folder: Path) -> Memory | None:
        """Return the memory beside a model, or None where it has none."""
        if not (folder / FILE).exists():
            return None
        arrays = load_file(folder / FILE)
        return cls(arrays["questions"].astype(np.float32), arrays["provisions"].astype(np.float32))

    @classmethod
    def learn(cls, encoder: _Encodes, records: Mapping[str, Sequence[str]]) -> Memory:
        """Return a memory of provisions with the questions that each answers."""
        questions = np.stack([encoder.encode_documents(asked).mean(axis=0) for asked in records.values()])
        norms = np.linalg.norm(questions, axis=1, keepdims=True)
        return cls(questions / np.maximum(norms, 1e-9), encoder.encode_documents(list(records)))

    def save(self, folder: Path) -> None:
        """Write the memory beside a model, in half precision."""
        arrays = {"questions": self._questions, "provisions": self._provisions}
        save_file({name: array.astype(np.float16) for name, array in arrays.items()}, folder / FILE)

    def likeness(self, query: NDArray[np.float32]) -> float:
        """Return the best cosine of a question to any remembered provision.

        The memory spans the field: a question that stands far nearer to it than to a corpus asks what the corpus lacks.
        """
        return float((self._provisions @ query).max())

    def recall(self, query: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the vector of the provisions that answer the nearest questions, unit length, shape (dim,)."""
        likeness = self._questions @ query
        nearest = np.argpartition(-likeness, min(NEIGHBOURS, len(likeness)) - 1)[:NEIGHBOURS]
        weights = np.exp(_SHARPNESS * (likeness[nearest] - likeness[nearest].max()))
        recalled = weights @ self._provisions[nearest]
        return recalled / max(float(np.linalg.norm(recalled)), 1e-9)
