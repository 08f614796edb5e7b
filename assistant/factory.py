"""The composition root: the only reader of Settings and the only chooser of backends."""

from __future__ import annotations

from assistant.core import Assistant
from assistant.settings import Settings
from index import make_encoder, open_index


def build_assistant(settings: Settings) -> Assistant:
    """Return an assistant over the index that the settings name.

    Raises:
        PolicyAssistantError: The model or the index cannot be opened; the hint says what to do.
    """
    reranker = None
    if settings.reranker:
        from index.reranker import CrossEncoderReranker

        reranker = CrossEncoderReranker(settings.reranker)
    return Assistant(open_index(settings.index_dir, make_encoder(settings.model), reranker))
