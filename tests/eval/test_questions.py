"""Question sets: errors name the line and the field, and the published schema is the model's."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from corpus import SHIPPED_POLICIES, Corpus, Document, Measure, Split, fold, load_corpus
from eval.questions import (
    QUESTIONS,
    SCHEMA,
    QuestionRow,
    QuestionSetError,
    hash_questions,
    parse_questions,
    read_questions,
    schema_text,
)

ROW = {
    "id": "a-1", "language": "zh", "register": "formal", "question": "补贴多少？", "history": [], "kind": "how_much",
    "persona": "applicant", "relevant": {"d:1": 2}, "phrases": ["3万元"], "outcome": "answered", "note": "",
}  # fmt: skip


def write(path: Path, *rows: object) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_the_published_schema_is_the_models() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema_text()


@pytest.mark.parametrize("file", sorted(QUESTIONS.glob("*.jsonl")), ids=lambda file: file.stem)
def test_every_committed_set_is_well_formed(file: Path) -> None:
    assert parse_questions(file).problems == []


def test_no_question_stands_among_the_phrasings_that_ship_with_the_texts() -> None:
    def bigrams(text: str) -> set[str]:
        bare = "".join(filter(str.isalnum, fold(text)))
        return {bare[i : i + 2] for i in range(len(bare) - 1)}

    asked = [bigrams(q) for questions in load_corpus(SHIPPED_POLICIES).phrasings.values() for q in questions]
    for file in QUESTIONS.glob("shipped-*.jsonl"):
        for row in read_questions(file):
            own = bigrams(row.question)
            assert all(len(own & other) < 0.6 * len(own | other) for other in asked), row.question


def test_each_error_names_its_line_and_field(tmp_path: Path) -> None:
    file = write(tmp_path / "q.jsonl", ROW, "", {**ROW, "id": "a-2", "kind": "why"}, "{oops", ROW)
    parsed = parse_questions(file)
    assert [row.id for row in parsed.rows.values()] == ["a-1", "a-1"]
    assert [problem.removeprefix(str(file)).partition(": ")[0] for problem in parsed.problems] == [
        ", line 3, kind",
        ", line 4, line",
        ", line 5, id",
    ]
    with pytest.raises(QuestionSetError, match="line 3, kind"):
        read_questions(file)


def test_an_unjudged_question_says_so_with_null(tmp_path: Path) -> None:
    unjudged = read_questions(write(tmp_path / "q.jsonl", {**ROW, "outcome": None}))[0]
    assert (unjudged.outcome, unjudged.answerable) == (None, False)
    missing = {key: value for key, value in ROW.items() if key != "outcome"}
    assert "line 1, outcome" in parse_questions(write(tmp_path / "q.jsonl", missing)).problems[0]


def test_judgements_are_held_against_the_texts(tmp_path: Path) -> None:
    text = "第一条 补贴3\n万元。"
    document = Document("d", "办法", text, "d.txt")
    corpus = Corpus((Split(document, (Measure("d:1", "d", "", "第一条", text, 0, len(text)),), ()),))
    good = parse_questions(write(tmp_path / "good.jsonl", ROW))
    assert good.doubts(corpus) == []  # a line break inside a phrase is no difference
    assert good.doubts(replace(corpus, splits=())) != []
    file = write(tmp_path / "bad.jsonl", {**ROW, "relevant": {"d:2": 1}})
    bad = parse_questions(file)
    assert bad.unknown_measures(corpus) == [f"{file}, line 1, relevant: no measure 'd:2'"]
    assert bad.doubts(corpus) == [f"{file}, line 1, phrases: '3万元' stands in no relevant measure"]


def test_the_hash_of_a_set_changes_with_any_field() -> None:
    row = QuestionRow.model_validate(ROW)
    assert hash_questions([row]) == hash_questions([QuestionRow.model_validate(ROW)])
    assert hash_questions([row]) != hash_questions([row.model_copy(update={"note": "x"})])
