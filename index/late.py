"""Late interaction: each word of the question looks for its best match in a passage (Khattab and Zaharia, 2020)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

_CACHE: dict[int, tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]] = {}
_BINS = 256
"""Cosines from -1 to 1 are counted in so many bins."""
# At so many nats a match counts half of what it would without saturation, as a term's frequency does in BM25.
_HALF = 8.0
_CERTAIN = 1 - 1e-9


def unit_vectors(token_vectors: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return (unit rows, norms) of token vectors, computed once for each array."""
    key = id(token_vectors)
    if key not in _CACHE or _CACHE[key][0] is not token_vectors:
        norms = np.linalg.norm(token_vectors, axis=1)
        _CACHE[key] = (token_vectors, token_vectors / np.maximum(norms, 1e-9)[:, None], norms)
    return _CACHE[key][1:]


class LateInteraction:
    """Static token vectors of passages, to be matched with those of a question."""

    def __init__(
        self,
        vectors: tuple[NDArray[np.float32], NDArray[np.float32]],
        tokens: NDArray[np.int32],
        offsets: NDArray[np.int64],
    ) -> None:
        """Keep (unit vectors, norms) and the tokens of n parts: i has `tokens[offsets[i]:offsets[i + 1]]`."""
        self._units, self._norms = vectors
        # A plain view of a memory map: slices of the map itself cost twenty times as much.
        self._tokens, self._offsets = np.asarray(tokens), np.asarray(offsets)

    def match(self, query: NDArray[np.int32], firsts: NDArray[np.int64], ends: NDArray[np.int64]) -> Matches:
        """Return the matches of a question with passages: passage i is the parts `firsts[i]:ends[i]`, headings first.

        The question is compared once with each distinct token of all the passages together.
        """
        opens, closes = self._offsets[firsts], self._offsets[ends]
        starts = np.concatenate([[0], np.cumsum(closes - opens)])
        ids = self._tokens[np.repeat(opens - starts[:-1], closes - opens) + np.arange(starts[-1])]
        counts = np.bincount(ids, minlength=len(self._units))
        # Numbered in a row as long as the vocabulary, not sorted: tokens are many, and few of them distinct.
        present = counts > 0
        place = (np.cumsum(present) - 1)[ids]
        raw = self._units[query] * self._norms[query, None]
        return Matches(
            raw, raw[:-1] + raw[1:], self._units[present], counts[present], place, starts, self._offsets, firsts, ends
        )

    def scores(
        self, query: NDArray[np.int32], passages: Sequence[int] | NDArray[np.int64] | range
    ) -> NDArray[np.float32]:
        """Return the MaxSim of some passages of one part each, shape (len(passages),)."""
        rows = np.asarray(passages, dtype=np.int64)
        return self.match(query, rows, rows + 1).scores()


@dataclass(frozen=True)
class Matches:
    """The words of a question beside n passages."""

    words: NDArray[np.float32]
    """Vectors of the question's tokens; their norms, which training made their importance, are their weights."""
    pairs: NDArray[np.float32]
    """The sums of each two that stand together: a little of what one says about the other."""
    vocabulary: NDArray[np.float32]
    """Unit vectors of the distinct tokens of the passages."""
    counts: NDArray[np.int64]
    """How often each of these occurs in all the passages."""
    tokens: NDArray[np.int64]
    """The row in the vocabulary of each token of the passages, one passage after the other."""
    starts: NDArray[np.int64]
    """Where each passage begins in `tokens`, and the end, shape (n + 1,)."""
    offsets: NDArray[np.int64]
    """Where each part of all that is indexed begins."""
    firsts: NDArray[np.int64]
    """The first part of each passage, its headings; its sentences follow, up to `ends`."""
    ends: NDArray[np.int64]

    @cached_property
    def _words(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        return _cosine(self.words, self.vocabulary)

    @cached_property
    def _pairs(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        return _cosine(self.pairs, self.vocabulary)

    def scores(self) -> NDArray[np.float32]:
        """Return the MaxSim of the passages, shape (n,): the weighted mean of each token's best cosine.

        0 where a passage or the question has no token.
        """
        result = np.zeros(len(self.starts) - 1, dtype=np.float32)
        filled = np.flatnonzero(self.starts[1:] > self.starts[:-1])
        if len(self.words) and len(filled):
            cosine, weights = self._words
            best = np.stack([np.maximum.reduceat(row.take(self.tokens), self.starts[filled]) for row in cosine])
            result[filled] = weights @ best
        return result

    def surprise(self, chosen: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return how surprising the best two sentences in a row of some passages are, shape (len(chosen),).

        The surprise of n tokens, headings included, is the self-information of finding so near a match of a word among
        as many tokens drawn from all the passages: I = -ln(1 - (1 - p)^n) nats, with p the share of tokens at least as
        near; saturated, I / (1 + I / 8); and of these the weighted mean over the tokens of the question, plus that over
        its pairs. It is divergence from randomness (Amati and van Rijsbergen, 2002) with near words for equal ones:
        what many passages hold, or a long one holds by chance, counts little.
        """
        spans = list(zip(self.firsts[chosen].tolist(), self.ends[chosen].tolist(), strict=True))
        lengths = np.concatenate([np.diff(self.offsets[first : end + 1]) for first, end in spans])
        tokens = np.concatenate([self.tokens[self.starts[passage] : self.starts[passage + 1]] for passage in chosen])
        if not len(tokens):
            return np.zeros(len(chosen), dtype=np.float32)
        # Rows of parts: each passage's headings, then its sentences; the last alone only where it is the only one.
        counts = self.ends[chosen] - self.firsts[chosen]
        heads = np.cumsum(counts) - counts
        windows = np.maximum(counts - 2, 1)
        starts = np.cumsum(windows) - windows
        head = np.repeat(heads, windows)
        first = head + 1 + np.arange(windows.sum()) - np.repeat(starts, windows)
        second = first + np.repeat(counts > 2, windows)
        sizes = lengths[head] + lengths[first] + np.where(second > first, lengths[second], 0)
        filled = np.flatnonzero(lengths)
        opens = (np.cumsum(lengths) - lengths)[filled]
        total = np.zeros(len(first))
        for (cosine, weights), tail in zip((self._words, self._pairs), self._tails, strict=True):
            best = np.full((len(cosine), len(lengths)), -1.0, dtype=np.float32)
            best[:, filled] = np.maximum.reduceat(cosine[:, tokens], opens, axis=1)
            nearest = np.maximum(best[:, head], np.maximum(best[:, first], best[:, second]))
            share = tail[np.arange(len(best))[:, None], _bin(nearest)]
            nats = -np.log(-np.expm1(np.maximum(sizes, 1) * np.log1p(-np.minimum(share, _CERTAIN))))
            total += weights @ (nats / (1 + nats / _HALF))
        return np.maximum.reduceat(total, starts).astype(np.float32)

    @cached_property
    def _tails(self) -> list[NDArray[np.float64]]:
        """For tokens and pairs: the share of all tokens whose cosine falls into a bin or above, shape (words, _BINS)."""
        tails = []
        for cosine, _ in (self._words, self._pairs):
            words = len(cosine)
            bins = _bin(cosine) + _BINS * np.arange(words)[:, None]
            repeated = np.broadcast_to(self.counts, cosine.shape)
            counted = np.bincount(bins.ravel(), weights=repeated.ravel(), minlength=words * _BINS)
            counted = counted.reshape(words, _BINS)[:, ::-1].cumsum(axis=1)[:, ::-1]
            tails.append(counted / max(1, self.counts.sum()))
        return tails


def _cosine(
    vectors: NDArray[np.float32], units: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return (cosines of vectors with unit rows; the norms of the vectors as shares of their sum)."""
    norms = np.linalg.norm(vectors, axis=1)
    return vectors / np.maximum(norms, 1e-9)[:, None] @ units.T, norms / max(float(norms.sum()), 1e-9)


def _bin(cosine: NDArray[np.float32]) -> NDArray[np.int64]:
    return np.clip((cosine + 1) * (_BINS / 2), 0, _BINS - 1).astype(np.int64)
