"""Any sentence-transformers model, by hub id or folder, with the prompts that its family expects."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer

from index.schema import EncodingError

_BATCH = 64
# Prompts by family, where the model's own configuration names none.
_PROMPTS = {
    "e5": ("query: ", "passage: "),  # Wang et al., 2024
    "qwen3-embedding": (
        "Instruct: Given a question about public policy, retrieve the provisions that answer it\nQuery:",
        "",
    ),  # Zhang et al., 2025
}


class SentenceTransformerEncoder:
    """A SentenceTransformer; what is on the machine already is loaded without asking the hub."""

    def __init__(self, name: str) -> None:
        """Load a model by hub id or folder.

        Raises:
            EncodingError: It is not on this machine and the hub cannot be reached, or it is no such model.
        """
        self.name = _folder_name(Path(name)) if Path(name).exists() else name
        try:
            try:
                self._model = SentenceTransformer(name, device=None, local_files_only=True)
            except (OSError, ValueError):
                if Path(name).exists():
                    raise
                self._model = SentenceTransformer(name)
        except Exception as error:  # every layer below raises its own kind
            raise EncodingError(
                f"The model {name!r} cannot be loaded: {str(error).splitlines()[0][:200]}",
                "Check the name; without network give a folder, or unset POLICYQA_MODEL for the shipped model.",
            ) from error
        own = self._model.prompts
        family = next((prompts for key, prompts in _PROMPTS.items() if key in name.lower()), ("", ""))
        self._query_prompt = own.get("query") or family[0]
        self._document_prompt = own.get("document") or own.get("passage") or family[1]

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """Encode a question with the model's query prompt, shape (dim,)."""
        return self._encode([self._query_prompt + text])[0]

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode passages with the model's document prompt; what exceeds its limit of tokens is ignored.

        Raises:
            EncodingError: The model ran out of memory.
        """
        return self._encode([self._document_prompt + text for text in texts])

    def _encode(self, texts: list[str]) -> NDArray[np.float32]:
        try:
            vectors = self._model.encode(
                texts, batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
            )
        except (MemoryError, RuntimeError) as error:
            raise EncodingError(f"{self.name} cannot encode: {error}", "Take a smaller model.") from error
        return np.asarray(vectors, dtype=np.float32)


def _folder_name(folder: Path) -> str:
    """Return a name that changes with the weights, so that an index never serves another model's questions."""
    digest = hashlib.sha256()
    for path in sorted([*folder.rglob("*.safetensors"), *folder.rglob("*.bin")]):
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return f"{folder.resolve().name}-{digest.hexdigest()[:12]}"
