"""The memory lends a question the provisions that answer its like."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index import SHIPPED_MODEL, make_encoder
from index.memory import Memory


def rows(*vectors: list[float]) -> np.ndarray:
    array = np.array(vectors, dtype=np.float32)
    return array / np.linalg.norm(array, axis=1, keepdims=True)


def test_the_provision_of_the_nearest_question_weighs_most() -> None:
    memory = Memory(rows([1, 0, 0], [0, 1, 0]), rows([0, 0, 1], [0, 1, 1]))
    recalled = memory.recall(rows([1, 0.1, 0])[0])
    assert np.linalg.norm(recalled) == pytest.approx(1)
    assert recalled @ np.array([0, 0, 1], dtype=np.float32) > 0.99


def test_likeness_is_the_best_cosine_to_a_provision() -> None:
    memory = Memory(rows([1, 0], [0, 1]), rows([1, 0], [3, 4]))
    assert memory.likeness(rows([0, 1])[0]) == pytest.approx(0.8)


def test_a_saved_memory_is_the_same_to_half_precision(tmp_path: Path) -> None:
    learned = Memory.learn(make_encoder("hashing"), {"给予住房补贴": ["租房给钱吗", "房补"], "子女入学": ["娃上学"]})
    learned.save(tmp_path)
    loaded = Memory.load(tmp_path)
    query = make_encoder("hashing").encode_query("租房补贴")
    assert loaded is not None
    assert np.allclose(loaded.recall(query), learned.recall(query), atol=2e-3)


def test_a_model_without_a_memory_has_none(tmp_path: Path) -> None:
    assert Memory.load(tmp_path) is None


def test_the_shipped_memory_bridges_everyday_words_to_official_ones() -> None:
    encoder = make_encoder("shipped")
    memory = Memory.load(SHIPPED_MODEL)
    assert memory is not None
    official = encoder.encode_documents(["配偶就业", "科技成果转化"])
    recalled = memory.recall(encoder.encode_query("老婆跟过来能不能给找个活干"))
    assert official[0] @ recalled > official[1] @ recalled + 0.1
