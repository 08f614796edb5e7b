"""What training composes, and what it must not see."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models

from corpus import load_corpus
from eval.questions import DOCUMENTS, QUESTIONS, read_questions
from index.training.parts import Composed, parts_of

INDEX = Path(__file__).parents[2] / "index"
HELD_OUT = (INDEX / "training/held_out.txt").read_text(encoding="utf-8").split("\n")


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


def test_no_question_of_the_sets_may_train_and_every_record_is_whole() -> None:
    asked = {row.question for file in QUESTIONS.glob("*.jsonl") for row in read_questions(file)}
    files = sorted((INDEX / "authored").glob("*.jsonl"))
    assert len(asked) > 1000 and len(files) > 40
    for file in files:
        for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
            fields = ("plain", "en") if file.name.startswith("plain_") else ("formal", "lay", "profile", "en")
            questions = [question for field in fields for question in row[field]]
            assert (row["official"] if "official" in row else row["clause"]) and questions
            assert not asked & set(questions), (file.name, asked & set(questions))
