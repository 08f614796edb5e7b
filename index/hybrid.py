"""Ranking in stages: candidates by vectors and BM25, then late interaction on them, then one fused score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from corpus import Document, find_terms
from index.fusion import first_of, standardise
from index.late import LateInteraction, unit_vectors
from index.memory import Memory
from index.protocols import Encoder, Reranker, TokenEncoder
from index.schema import Filters, Hit, Signals
from index.segment import is_chinese, terms
from index.store import StoredIndex, open_store


@dataclass(frozen=True, slots=True)
class Weights:
    """Shares of the fused score, each ranking standardised over the candidates; tuned on the development questions."""

    dense: float = 1.0
    late: float = 1.0
    sparse: float = 0.6
    memory: float = 0.8
    expansion: float = 0.3
    """Weight of a term that the vocabulary adds to the question, against one of its own."""


# BM25 knows no English, but for names and figures that the text prints in Latin letters.
CHINESE, ENGLISH = Weights(), Weights(sparse=0.2, memory=0.0)
_CANDIDATES = 300
READ = 20
"""So many of the first hits are read sentence by sentence."""


@dataclass(frozen=True)
class HybridRetriever:
    """The Retriever over a stored index."""

    store: StoredIndex
    encoder: Encoder
    reranker: Reranker | None = None
    chinese: Weights = CHINESE
    english: Weights = ENGLISH
    _late: list[LateInteraction | None] = field(default_factory=list, repr=False)

    def search(self, query: str, k: int, filters: Filters = Filters()) -> list[Hit]:
        """Return the best k measures within the filters, best first, ties by id; fewer only where fewer exist."""
        allowed = None if filters == Filters() else self.rows(filters)
        if k <= 0 or not query.strip() or (allowed is not None and not len(allowed)):
            return []
        weights = self.chinese if is_chinese(query) else self.english
        keep = max(k, 50) if self.reranker else k
        hits = self._rank(query, max(k, _CANDIDATES), allowed, weights, keep)
        if self.reranker:
            hits = self._rerank(query, hits)
        return hits[:k]

    def relevance(self, query: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return how well each text matches a question, shape (len(texts),), comparable between questions.

        Late interaction where the encoder has tokens, cosine elsewhere.
        """
        if not texts:
            return np.zeros(0, dtype=np.float32)
        if (encoder := self._token_encoder) is None:
            return self.encoder.encode_documents(texts) @ self.encoder.encode_query(query)
        tokens = [encoder.tokens_of(text) for text in texts]
        offsets = np.cumsum([0, *map(len, tokens)])
        late = LateInteraction(unit_vectors(encoder.token_vectors), np.concatenate(tokens), offsets)
        return late.scores(encoder.tokens_of(query), range(len(texts)))

    def background(self, query: str) -> float:
        """Return the best cosine of a question to the provisions that the model remembers; 0 where it has no memory."""
        return self._memory.likeness(self.encoder.encode_query(query)) if self._memory else 0.0

    @property
    def _token_encoder(self) -> TokenEncoder | None:
        """The encoder, if late interaction can compare its tokens."""
        return cast("TokenEncoder", self.encoder) if hasattr(self.encoder, "token_vectors") else None

    @property
    def _memory(self) -> Memory | None:
        return self._token_encoder.memory if self._token_encoder else None

    def _rank(
        self, query: str, count: int, allowed: NDArray[np.int64] | None, weights: Weights, keep: int
    ) -> list[Hit]:
        vector = self.encoder.encode_query(query)
        memory = self._memory
        vectors = [vector, memory.recall(vector)] if memory else [vector]
        pooled, *others = self._dense_scores(vectors, count, allowed)
        recalled = others[0] if memory else pooled
        extra = (
            [t for term in find_terms(query) for name in term.official[:4] for t in terms(name)]
            if weights.expansion
            else []
        )
        sparse = self.store.sparse.scores(query, sorted(set(extra) - set(terms(query))), weights.expansion)
        searched = np.arange(len(self.store)) if allowed is None else allowed
        # Everything searched is a candidate where that is little; else the best of both rankings.
        if len(searched) <= count:
            rows = searched
        else:
            by_words = searched[first_of(sparse[searched], count // 3)]
            rows = np.array(sorted({*pooled, *recalled, *by_words[sparse[by_words] > 0].tolist()}), dtype=np.int64)
        dense, remembered = _column(pooled, rows), _column(recalled, rows)
        scores = weights.dense * standardise(dense) + weights.sparse * standardise(sparse[rows])
        if memory:
            scores = scores + weights.memory * standardise(remembered)
        matched, matches = dense, None
        encoder, late = self._token_encoder, self._late_interaction()
        if encoder and late:
            parts = self.store.parts
            matches = late.match(encoder.tokens_of(query), parts[rows], parts[rows + 1])
            matched = matches.scores()
            scores = scores + weights.late * standardise(matched)
        best = np.argsort(-scores, kind="stable")[:keep]
        surprise = np.zeros(len(best), dtype=np.float32)
        if matches:
            surprise[:READ] = matches.surprise(best[:READ])
        columns = [array[best].tolist() for array in (scores, dense, matched, sparse[rows], remembered)]
        hits = [
            Hit(self.store.measure(row), signals[0], Signals(*signals))
            for row, *signals in zip(
                rows[best].tolist(), *columns, surprise.tolist(), self.store.phrased[rows[best]].tolist(), strict=True
            )
        ]
        return sorted(hits, key=lambda hit: (-hit.score, hit.measure.measure_id))

    def _dense_scores(
        self, queries: Sequence[NDArray[np.float32]], count: int, allowed: NDArray[np.int64] | None
    ) -> list[dict[int, float]]:
        """Return for each query the best cosine of each measure's passages, for the nearest `count` measures."""
        passages = self._passages_of(allowed) if allowed is not None else None
        found = []
        for rows, scores in self.store.dense.search(queries, count * 4, passages):
            owners = self.store.passage_rows[rows]
            # The first passage of each measure is its best one.
            first = np.sort(np.unique(owners, return_index=True)[1])[:count]
            found.append(dict(zip(owners[first].tolist(), scores[first].tolist(), strict=True)))
        return found

    def _passages_of(self, measures: NDArray[np.int64]) -> NDArray[np.int64]:
        wanted = np.zeros(len(self.store), dtype=bool)
        wanted[measures] = True
        return np.flatnonzero(wanted[self.store.passage_rows])

    def _late_interaction(self) -> LateInteraction | None:
        if not self._late:
            encoder, tokens = self._token_encoder, self.store.tokens
            known = LateInteraction(unit_vectors(encoder.token_vectors), *tokens) if encoder and tokens else None
            self._late.append(known)
        return self._late[0]

    def _rerank(self, query: str, hits: Sequence[Hit]) -> list[Hit]:
        assert self.reranker is not None
        scores = self.reranker.score(query, [f"{' '.join(hit.measure.path)} {hit.measure.text}" for hit in hits])
        pairs = zip(hits, scores.tolist(), strict=True)
        return sorted(
            (replace(hit, score=score) for hit, score in pairs), key=lambda hit: (-hit.score, hit.measure.measure_id)
        )

    def rows(self, filters: Filters) -> NDArray[np.int64]:
        """Return the sorted rows of the measures that pass the filters."""
        passing = np.zeros(len(self.store), dtype=bool)
        for document in self.store.documents.values():
            if _passes(document, filters):
                rows = self.store.document_rows.get(document.doc_id, range(0))
                passing[rows.start : rows.stop] = True
        if filters.unit:
            responsible = np.zeros(len(self.store), dtype=bool)
            for name, named in self.store.unit_rows.items():
                if filters.unit in name:
                    responsible[named] = True
            passing &= responsible
        return np.flatnonzero(passing)


def _column(found: dict[int, float], rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the scores of rows; one that was not among the nearest gets the least score that was."""
    floor = min(found.values(), default=0.0)
    return np.array([found.get(int(row), floor) for row in rows], dtype=np.float32)


def _passes(document: Document, filters: Filters) -> bool:
    return (
        # What the state says holds everywhere.
        (not filters.places or document.place in filters.places or document.level == "国家")
        and (not filters.doc_ids or document.doc_id in filters.doc_ids)
        and (not filters.kind or filters.kind in (document.kind or ""))
        and (not filters.since or (document.published or "") >= filters.since)
        and (not filters.until or (document.published is not None and document.published <= filters.until))
    )


def open_index(folder: Path, encoder: Encoder, reranker: Reranker | None = None) -> HybridRetriever:
    """Open the index that serves from a folder.

    Raises:
        NoIndexError: There is none.
        StaleIndexError: It does not fit the corpus, the model or this version.
    """
    if hasattr(encoder, "token_vectors"):
        from threadpoolctl import threadpool_limits

        # The products of one question are small: threads that wait for each other cost more than they bring.
        threadpool_limits(1, user_api="blas")
    return HybridRetriever(open_store(folder, encoder.name), encoder, reranker)
