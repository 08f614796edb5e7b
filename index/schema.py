"""What the index returns, and what a search can be narrowed to."""

from __future__ import annotations

from dataclasses import dataclass

from corpus import Measure, PolicyAssistantError


@dataclass(frozen=True, slots=True)
class Passage:
    """A row of the index: a measure in context, or one of its sentences."""

    text: str
    measure_id: str


@dataclass(frozen=True, slots=True)
class Signals:
    """What each ranking says of a measure; but for `fused`, comparable between questions."""

    fused: float
    """Sum of the rankings, each standardised over the candidates: the retriever's score."""
    dense: float
    """Best cosine of its passages."""
    late: float
    """Late interaction; the cosine again where the encoder has no token vectors."""
    sparse: float
    """BM25."""
    memory: float
    """Best cosine of its passages to the provisions that answer like questions; the cosine again without a memory."""
    surprise: float = 0.0
    """How surprising its best two sentences would be as a chance find (`index/late.py`); 0 beyond the first 20."""
    phrased: bool = False
    """Whether ways of asking for it stand beside it, to which a question comes nearer than to a text."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A measure found; scores compare only within one ranking."""

    measure: Measure
    score: float
    signals: Signals | None = None
    """None where the measure was looked up, not ranked."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Exact constraints on the measures searched; None or empty leaves a field free."""

    places: frozenset[str] = frozenset()
    """Full names; measures of documents of any of these places."""
    doc_ids: frozenset[str] = frozenset()
    unit: str | None = None
    """A responsible unit, as part of its printed name: "市科协"."""
    kind: str | None = None
    """Kind of text, as part of its printed name: "条例"."""
    since: str | None = None
    """Published on this ISO date or later; documents without a date are left out."""
    until: str | None = None
    """Published on this ISO date or earlier; documents without a date are left out."""


class UnusableIndexError(PolicyAssistantError):
    """Root of what can be wrong with an index."""


class NoIndexError(UnusableIndexError):
    """There is no index where one was looked for."""

    hint = "Run: policyqa build"


class StaleIndexError(UnusableIndexError):
    """The index was built from another corpus, with another model or by another version."""

    hint = "Run: policyqa build"


class EncodingError(PolicyAssistantError):
    """A model cannot be loaded, or cannot encode."""
