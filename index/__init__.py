"""Measures to ranked hits: encoders, FAISS, BM25, late interaction, and their store."""

from index.encoders import SHIPPED_MODEL, make_encoder
from index.hybrid import READ, HybridRetriever, Weights, open_index
from index.protocols import Encoder, Reranker, Retriever
from index.schema import (
    EncodingError,
    Filters,
    Hit,
    NoIndexError,
    Passage,
    Signals,
    StaleIndexError,
    UnusableIndexError,
)
from index.segment import is_chinese, needed, plain, terms
from index.store import build_index, check_manifest, corpus_hash, format_hash, read_manifest

__all__ = [
    "READ",
    "SHIPPED_MODEL",
    "Encoder",
    "EncodingError",
    "Filters",
    "Hit",
    "HybridRetriever",
    "NoIndexError",
    "Passage",
    "Reranker",
    "Retriever",
    "Signals",
    "StaleIndexError",
    "UnusableIndexError",
    "Weights",
    "build_index",
    "check_manifest",
    "corpus_hash",
    "format_hash",
    "is_chinese",
    "make_encoder",
    "needed",
    "open_index",
    "plain",
    "read_manifest",
    "terms",
]
