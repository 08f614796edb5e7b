"""The rankings that are compared: by words, by the model, by both, and what the assistant makes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from assistant import Assistant
from corpus import PolicyAssistantError
from index import Filters, Hit, HybridRetriever, Weights

DEFAULT = "default"
CONFIGURATIONS = {
    "bm25": "BM25 alone, over words and bigrams",
    "model": "vectors and late interaction alone",
    "both": "their fusion",
    "no-memory": "the same without the memory of answered questions",
    "expansion": "the fusion, with the field's vocabulary added to the question",
    "reranker": "the fusion, its first 50 read again by a cross-encoder",
    DEFAULT: "the assistant as it is: the first twenty of `expansion` read closely, then answered from",
}


class _Ranked(HybridRetriever):
    """A retriever whose order stands: hits without signals are not weighed by the assistant."""

    def search(self, query: str, k: int, filters: Filters = Filters()) -> list[Hit]:
        """Return the hits of the retriever without their signals."""
        return [replace(hit, signals=None) for hit in super().search(query, k, filters)]


def configure(assistant: Assistant, name: str) -> Assistant:
    """Return an assistant over the same index that ranks as a configuration says.

    Raises:
        PolicyAssistantError: There is no such configuration, or no reranker.
    """
    retriever = assistant.retriever
    if name == DEFAULT:
        return assistant
    if name == "reranker" and retriever.reranker is None:
        raise PolicyAssistantError("No reranker is configured", "Name one: --reranker ID or POLICYQA_RERANKER")
    changes: dict[str, Callable[[Weights], Weights]] = {
        "bm25": lambda _: Weights(dense=0.0, late=0.0, sparse=1.0, memory=0.0, expansion=0.0),
        "model": lambda weights: replace(weights, sparse=0.0, expansion=0.0),
        "both": lambda weights: replace(weights, expansion=0.0),
        "no-memory": lambda weights: replace(weights, expansion=0.0, memory=0.0),
        "expansion": lambda weights: weights,
        "reranker": lambda weights: weights,
    }
    if name not in changes:
        raise PolicyAssistantError(f"No configuration is called {name!r}", f"Known: {', '.join(CONFIGURATIONS)}")
    return Assistant(
        _Ranked(
            retriever.store,
            retriever.encoder,
            retriever.reranker if name == "reranker" else None,
            changes[name](retriever.chinese),
            changes[name](retriever.english),
        )
    )
