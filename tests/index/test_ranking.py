"""Vectors, words, late interaction and fusion against hand-computed and brute-force values."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant import Assistant
from corpus import SHIPPED_POLICIES, load_corpus
from index import Filters, HybridRetriever, build_index, make_encoder, open_index, terms
from index.dense import DenseIndex, build_dense
from index.fusion import first_of, standardise
from index.late import LateInteraction, unit_vectors


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    random = np.random.default_rng(0).standard_normal((50, 16)).astype(np.float32)
    return random / np.linalg.norm(random, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def hashing(tmp_path_factory: pytest.TempPathFactory) -> HybridRetriever:
    folder = tmp_path_factory.mktemp("hashing")
    build_index(load_corpus(SHIPPED_POLICIES), make_encoder("hashing"), folder)
    return open_index(folder, make_encoder("hashing"))


def test_dense_search_equals_brute_force(vectors: np.ndarray, tmp_path: Path) -> None:
    build_dense(vectors, tmp_path)
    _, (rows, scores) = DenseIndex(tmp_path).search([vectors[0], vectors[7]], 5)
    expected = np.argsort(-(vectors @ vectors[7]))[:5]
    assert rows.tolist() == expected.tolist()
    assert scores == pytest.approx((vectors @ vectors[7])[expected], abs=1e-3)


@pytest.mark.parametrize("gathered", [0, 50], ids=["by FAISS", "gathered"])
def test_dense_search_under_a_filter_equals_brute_force(
    vectors: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gathered: int
) -> None:
    monkeypatch.setattr("index.dense.GATHER_ROWS", gathered)
    build_dense(vectors, tmp_path)
    allowed = np.arange(3, 50, 4)
    _, (rows, _) = DenseIndex(tmp_path).search([vectors[0], vectors[7]], 100, allowed)
    assert rows.tolist() == allowed[np.argsort(-(vectors[allowed] @ vectors[7]))].tolist()


def test_more_than_there_are_returns_each_row_once(vectors: np.ndarray, tmp_path: Path) -> None:
    build_dense(vectors, tmp_path)
    [(rows, _)] = DenseIndex(tmp_path).search([vectors[0]], 500)
    assert sorted(rows.tolist()) == list(range(50))


@given(st.lists(st.integers(0, 3)), st.integers(1, 8))
def test_the_first_of_many_stand_as_a_stable_sort_puts_them(values: list[int], k: int) -> None:
    scores = np.array(values, dtype=np.float32)
    assert first_of(scores, k).tolist() == np.argsort(-scores, kind="stable")[:k].tolist()


def test_late_interaction_equals_the_naive_loop() -> None:
    table = np.random.default_rng(1).standard_normal((30, 8)).astype(np.float32)
    passages = [[1, 2, 3], [], [4, 4, 9, 29]]
    offsets = np.cumsum([0, *map(len, passages)])
    late = LateInteraction(unit_vectors(table), np.array(sum(passages, []), dtype=np.int32), offsets)
    query = np.array([5, 1, 9], dtype=np.int32)
    norms = np.linalg.norm(table, axis=1)
    unit = table / norms[:, None]
    naive = [
        sum(norms[q] * max(float(unit[q] @ unit[p]) for p in passage) for q in query) / sum(norms[query])
        if passage
        else 0.0
        for passage in passages
    ]
    assert late.scores(query, [0, 1, 2]) == pytest.approx(naive, abs=1e-5)
    assert late.scores(np.array([], dtype=np.int32), [0, 1]).tolist() == [0.0, 0.0]


def test_surprise_equals_the_naive_loop() -> None:
    table = np.random.default_rng(2).standard_normal((40, 8)).astype(np.float32)
    unit = table / np.linalg.norm(table, axis=1, keepdims=True)
    # Headings, then sentences; one passage has no headings, one a single sentence, one nothing at all.
    passages = [[[1, 2], [3, 4, 5], [6], [7, 8, 9, 1]], [[], [10, 11], [12, 3]], [[13], [14, 3]], [[], []]]
    parts = [part for passage in passages for part in passage]
    offsets = np.cumsum([0, *map(len, parts)])
    ends = np.cumsum([len(passage) for passage in passages])
    firsts = ends - [len(passage) for passage in passages]
    tokens = np.array(sum(parts, []), dtype=np.int32)
    query = np.array([3, 20, 8], dtype=np.int32)
    late = LateInteraction(unit_vectors(table), tokens, offsets)
    found = late.match(query, firsts, ends).surprise(np.array([0, 1, 2, 3]))

    def bin_of(cosine: float) -> int:
        return min(255, int((np.float32(cosine) + 1) * 128))

    def nats(word: np.ndarray, window: list[int]) -> float:
        nearest = max(bin_of(word @ unit[token]) for token in window)
        share = np.mean([bin_of(word @ unit[token]) >= nearest for token in tokens])
        information = -np.log(1 - (1 - min(share, 1 - 1e-9)) ** len(window))
        return float(information / (1 + information / 8))

    def surprise(window: list[int]) -> float:
        total = 0.0
        for words in (table[query], table[query[:-1]] + table[query[1:]]):
            norms = np.linalg.norm(words, axis=1)
            total += sum(n / norms.sum() * nats(word / n, window) for word, n in zip(words, norms, strict=True))
        return total

    for value, (head, *sentences) in zip(found, passages[:3], strict=False):
        windows = [head + a + b for a, b in itertools.pairwise(sentences)] or [head + sentences[0]]
        assert value == pytest.approx(max(map(surprise, windows)), abs=2e-3)
    assert found[3] == pytest.approx(0, abs=1e-6)


@settings(max_examples=50)
@example([3.53446626663208] * 3)  # equal, but their mean is rounded
@given(st.lists(st.floats(-10, 10, width=32), min_size=2, max_size=20))
def test_standardised_scores_keep_their_order(scores: list[float]) -> None:
    standard = standardise(np.array(scores, dtype=np.float32))
    assert standard.mean() == pytest.approx(0, abs=1e-3)
    assert all(a <= b for a, b in itertools.pairwise(standard[np.argsort(scores, kind="stable")]))


def test_figures_stay_whole_and_traditional_counts_as_simplified() -> None:
    assert "1.5万元" in terms("补贴1.5万元")
    assert "30%" in terms("比例為30%")
    assert set(terms("購房補貼")) == set(terms("购房补贴"))


def test_bm25_ranks_the_measure_with_the_rare_word_first(hashing: HybridRetriever) -> None:
    scores = hashing.store.sparse.scores("揭榜挂帅 人才团队 奖励")
    assert hashing.store.measure(int(np.argmax(scores))).measure_id == "changsha-2022:9"


def test_a_place_filter_never_leaks_and_fills_up(hashing: HybridRetriever) -> None:
    hits = hashing.search("人才", 16, Filters(places=frozenset({"武昌区"})))
    assert {h.measure.doc_id for h in hits} == {"wuchang-2022"}
    assert len(hits) == 16


def test_a_unit_filter_keeps_that_units_measures(hashing: HybridRetriever) -> None:
    hits = hashing.search("活动", 50, Filters(doc_ids=frozenset({"zhuzhou-30"}), unit="市科协"))
    assert sorted(h.measure.label for h in hits) == ["1", "23", "7"]


def test_every_measure_is_found_by_its_own_first_sentence(assistant: Assistant) -> None:
    measures = [m for d in assistant.documents for m in assistant.measures_of(d) if len(m.text) > 40]
    lost = [
        m.measure_id
        for m in measures
        if m.measure_id not in {h.measure.measure_id for h in assistant.retriever.search(m.text[:60], 10)}
    ]
    assert lost == []
