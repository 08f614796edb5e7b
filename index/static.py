"""The shipped model without torch: token vectors looked up and averaged, read from its sentence-transformers folder."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from index.memory import Memory
from index.schema import EncodingError

_BATCH = 4096


class StaticEncoder:
    """A StaticEmbedding model of sentence-transformers: the mean of its token vectors, to unit length.

    Equal to `SentenceTransformer(folder).encode(text, normalize_embeddings=True)` up to float16 rounding.
    """

    def __init__(self, folder: Path) -> None:
        """Read a model folder.

        Raises:
            EncodingError: The folder holds no static model.
        """
        try:
            module = next(p.parent for p in sorted(folder.rglob("tokenizer.json")))
            weights = load_file(module / "model.safetensors")["embedding.weight"]
        except (StopIteration, FileNotFoundError, KeyError) as error:
            raise EncodingError(
                f"{folder}: no static model", "Give a folder saved by sentence-transformers."
            ) from error
        self._init(Tokenizer.from_file(str(module / "tokenizer.json")), weights, Memory.load(folder))
        self._file = module / "model.safetensors"

    def _init(
        self, tokenizer: Tokenizer, weights: NDArray[np.float16] | NDArray[np.float32], memory: Memory | None = None
    ) -> None:
        self._tokenizer = tokenizer
        self._tokenizer.no_padding()
        self.token_vectors = weights.astype(np.float32)
        self.memory = memory
        # `tokenize` of one text, remembered: a question is read thrice, a measure's sentences by many questions.
        self.tokens_of = lru_cache(maxsize=16_384)(lambda text: self.tokenize([text])[0])

    @classmethod
    def from_weights(cls, tokenizer: Tokenizer, weights: NDArray[np.float32]) -> StaticEncoder:
        """Return an encoder over vectors in memory, as training needs it."""
        encoder = cls.__new__(cls)
        encoder._init(tokenizer, weights)
        return encoder

    @cached_property
    def name(self) -> str:
        """The model's folder and the first digits of its weights' hash."""
        return f"static-{hashlib.sha256(self._file.read_bytes()).hexdigest()[:12]}"

    def tokenize(self, texts: Sequence[str]) -> list[NDArray[np.int32]]:
        """Return the token ids of each text; unknown tokens left out, so a text of none is empty."""
        encoded = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [np.asarray(e.ids, dtype=np.int32) for e in encoded]

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a question, shape (dim,)."""
        return self.encode_documents([text])[0]

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit-length rows, shape (len(texts), dim); zeros for a text without tokens."""
        vectors = np.zeros((len(texts), self.token_vectors.shape[1]), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            tokens = self.tokenize(texts[start : start + _BATCH])
            rows = [row for row, ids in enumerate(tokens) if len(ids)]
            if rows:
                lengths = np.array([len(tokens[row]) for row in rows])
                # reduceat sums each run of token vectors; an empty run would repeat its neighbour.
                starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
                ids = np.concatenate([tokens[row] for row in rows])
                vectors[start + np.array(rows)] = np.add.reduceat(self.token_vectors[ids], starts) / lengths[:, None]
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.divide(vectors, norms, out=vectors, where=norms > 0)
