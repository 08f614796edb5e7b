"""What training composes, and what it must not see."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models

from corpus import load_corpus
from eval.questions import DOCUMENTS
from index.training.parts import Composed, parts_of

HELD_OUT = (Path(__file__).parents[2] / "index/training/held_out.txt").read_text(encoding="utf-8").split("\n")


@pytest.mark.parametrize(
    ("piece", "parts"),
    [("住房补贴", ["住", "房", "补", "贴"]), ("▁subsidies", ["subsi"]), ("房", []), ("▁the", []), ("2024", [])],
)
def test_a_word_is_made_of_its_characters_or_its_stem(piece: str, parts: list[str]) -> None:
    assert parts_of(piece) == parts


def test_a_vector_is_its_own_plus_the_mean_of_its_parts() -> None:
    import torch

    pieces = [("<unk>", 0.0), ("住房", -1.0), ("房", -1.0)]
    vectors = Composed(Tokenizer(models.Unigram(pieces, unk_id=0)), 4)
    table = vectors()
    assert torch.allclose(table[1], vectors.own[1] + vectors.parts.mean(dim=0))
    assert torch.allclose(table[2], vectors.own[2])


def test_joined_vectors_keep_the_mean_of_the_dot_products() -> None:
    from index.training.join import join

    rng = np.random.default_rng(0)
    tables = [rng.standard_normal((30, 6)).astype(np.float32) for _ in range(3)]
    scaled = [table / np.linalg.norm(table, axis=1).mean() for table in tables]
    wanted = np.mean([table @ table.T for table in scaled], axis=0)
    assert join(tables, 18) @ join(tables, 18).T == pytest.approx(wanted, abs=1e-4)
    # Fewer directions hold the most that so few can.
    values = np.linalg.eigvalsh(wanted)[::-1]
    rest = wanted - join(tables, 9) @ join(tables, 9).T
    assert np.linalg.norm(rest) == pytest.approx(np.sqrt((values[9:] ** 2).sum()), rel=1e-3)


@pytest.mark.parametrize("folder", sorted(path.name for path in DOCUMENTS.iterdir() if path.is_dir()))
def test_no_document_of_the_question_sets_may_train(folder: str) -> None:
    titles = [line for line in HELD_OUT if line]
    for split in load_corpus(DOCUMENTS / folder).splits:
        named = split.document.title + split.document.source
        assert any(title in named for title in titles), named
