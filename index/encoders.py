"""The one place that chooses a model."""

from __future__ import annotations

from pathlib import Path

from index.protocols import Encoder

SHIPPED_MODEL = Path(__file__).parent / "model"


def make_encoder(name: str) -> Encoder:
    """Return the shipped model, "hashing" (no model, for tests), or a sentence-transformers model by id or folder.

    Raises:
        EncodingError: The model cannot be loaded.
    """
    match name:
        case "shipped":
            from index.static import StaticEncoder  # no torch: starts in a fraction of a second

            return StaticEncoder(SHIPPED_MODEL)
        case "hashing":
            from index.hashing import HashingEncoder

            return HashingEncoder()
        case _:
            from index.sentence_transformer import SentenceTransformerEncoder  # torch, only when asked for

            return SentenceTransformerEncoder(name)
