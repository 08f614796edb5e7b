"""Question sets survive every format, and BEIR folders are read as they come."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from assistant import Turn
from corpus import Corpus, Document, Measure, Split
from eval.exchange import beir_corpus, beir_qrels, read_set, write_set
from eval.questions import QUESTIONS, QuestionRow, QuestionSetError, read_questions

DEVELOPMENT = QUESTIONS / "shipped-development.jsonl"


@pytest.mark.parametrize("ending", [".jsonl", ".csv", ".xlsx"])
def test_a_set_comes_back_as_it_went(ending: str, tmp_path: Path) -> None:
    rows = read_questions(DEVELOPMENT)
    odd = rows[0].model_copy(
        update={
            "id": "odd",
            "question": '=HYPERLINK("http://x")，"引号"\n第二行',
            "history": [Turn(role="user", content="武昌：\n怎么办"), Turn(role="assistant", content="答: 是")],
            "note": "+1",
        }
    )
    write_set([*rows, odd], tmp_path / f"set{ending}")
    assert read_set(tmp_path / f"set{ending}") == [*rows, odd]


def test_a_set_becomes_a_beir_folder_and_a_set_again(tmp_path: Path) -> None:
    measure = Measure("d:1", "d", "", "第一条", "补贴3万元。", 0, 6, path=("第一章",))
    corpus = Corpus((Split(Document("d", "办法", "补贴3万元。", "d.txt"), (measure,), ()),))
    row = QuestionRow.model_validate(
        {**read_questions(DEVELOPMENT)[0].model_dump(by_alias=True), "id": "x", "relevant": {"d:1": 2}}
    )
    write_set([row], tmp_path / "folder", corpus)
    assert json.loads((tmp_path / "folder" / "corpus.jsonl").read_text(encoding="utf-8")) == {
        "_id": "d:1",
        "title": "办法 第一章",
        "text": "补贴3万元。",
    }
    assert beir_qrels(tmp_path / "folder") == {"x": {"d:1": 2}}
    again = read_set(tmp_path / "folder")[0]
    assert (again.id, again.question, again.relevant) == ("x", row.question, {"d:1": 2})


def test_a_gzipped_corpus_with_plain_ids_is_read(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "corpus.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write('{"id": 7, "text": "补贴"}\n{"_id": "x", "title": null, "text": "\\ud800!"}\n')
    assert list(beir_corpus(tmp_path)) == [("7", "", "补贴"), ("x", "", "?!")]


@pytest.mark.parametrize(
    ("second", "problem"),
    [
        ('{"text": "no id"}', 'line 3: no {"_id": …, "text": …}'),
        ('{"_id": "b", "contents": "x"}', "line 3: no"),
        ("[]", "line 3: no"),
        ('{"_id": "a", "text": ', "line 3: no"),
        ('{"_id": "a", "text": "again"}', "line 3: the id 'a' stands in line 1 too"),
    ],
)
def test_a_broken_document_is_named_by_its_line(second: str, problem: str, tmp_path: Path) -> None:
    first = '\ufeff{"_id": "a", "title": null, "text": "", "metadata": {}}\r\n'
    (tmp_path / "corpus.jsonl").write_text(f"{first}\n{second}\n", encoding="utf-8", newline="")
    with pytest.raises(QuestionSetError) as raised:
        list(beir_corpus(tmp_path))
    assert problem in raised.value.message
