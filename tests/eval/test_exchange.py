"""Question sets survive spreadsheets, BEIR and TREC; what a spreadsheet leaves out is filled in."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import ir_measures
import pytest
from openpyxl import Workbook, load_workbook

from assistant import Turn
from corpus import Corpus, Document, Measure, Split
from eval.exchange import beir_qrels, read_qrels, read_run, read_set, write_run, write_set
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


def test_no_cell_of_a_sheet_is_a_formula(tmp_path: Path) -> None:
    row = read_questions(DEVELOPMENT)[0].model_copy(update={"question": "=1+1"})
    write_set([row], tmp_path / "q.xlsx")
    assert load_workbook(tmp_path / "q.xlsx").active["D2"].data_type == "s"
    write_set([row], tmp_path / "q.csv")
    assert "'=1+1" in (tmp_path / "q.csv").read_text(encoding="utf-8-sig")


def test_a_question_is_all_that_a_row_needs(tmp_path: Path) -> None:
    book = Workbook()
    for line in (
        ["问题", "相关条款", "应含语句"],
        ["株洲怎么支持人才？", "zhuzhou-30:1；zhuzhou-30:2=1", "补贴|奖励"],
        ["What is it?"],
        [],
    ):
        book.active.append(line)
    book.save(tmp_path / "q.xlsx")
    first, second = read_set(tmp_path / "q.xlsx")
    assert (first.id, first.language, first.register_, first.outcome) == ("q-001", "zh", "colloquial", "answered")
    assert first.relevant == {"zhuzhou-30:1": 2, "zhuzhou-30:2": 1}
    assert first.phrases == ["补贴", "奖励"]
    assert (second.id, second.language, second.register_, second.outcome) == ("q-002", "en", "english", None)


def test_a_csv_of_a_chinese_excel_is_read(tmp_path: Path) -> None:
    (tmp_path / "q.csv").write_bytes("问题,备注\r\n武昌有补贴吗？,甲\r\n".encode("gb18030"))
    assert [(row.question, row.note) for row in read_set(tmp_path / "q.csv")] == [("武昌有补贴吗？", "甲")]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("id,note\n1,x\n", "row 1: no column 'question'"),
        ("question,colour\n补贴？,red\n", "row 1: unknown column 'colour'"),
        ("question,kind\n补贴？,how\n补贴？,why\n", "row 3, kind"),
        ("question,relevant\n补贴？,a:1=x\n", "row 2, relevant"),
        ("id,question\n1,补贴？\n1,多少？\n", "row 3, id: '1' stands in row 2 too"),
    ],
)
def test_an_error_in_a_spreadsheet_names_its_row(text: str, where: str, tmp_path: Path) -> None:
    (tmp_path / "q.csv").write_text(text, encoding="utf-8")
    with pytest.raises(QuestionSetError) as raised:
        read_set(tmp_path / "q.csv")
    assert where in raised.value.message


def test_a_run_keeps_its_order_where_trec_tools_sort_it_again(tmp_path: Path) -> None:
    rankings = {"q1": [f"d{n}" for n in range(300)], "q2": ["b", "a"]}
    write_run(tmp_path / "run.trec", rankings)
    assert read_run(tmp_path / "run.trec") == rankings
    sorted_again: dict[str, list[str]] = {}
    for hit in sorted(
        ir_measures.read_trec_run(str(tmp_path / "run.trec")), key=lambda hit: (hit.query_id, -hit.score)
    ):
        sorted_again.setdefault(hit.query_id, []).append(hit.doc_id)
    assert sorted_again == rankings


def test_qrels_are_read_with_and_without_a_header(tmp_path: Path) -> None:
    (tmp_path / "beir.tsv").write_text("query-id\tcorpus-id\tscore\nq 1\td 1\t2\n", encoding="utf-8")
    (tmp_path / "trec.qrels").write_text("q1 0 d1 1\nq1 0 d2 0\n", encoding="utf-8")
    assert read_qrels(tmp_path / "beir.tsv") == {"q 1": {"d 1": 2}}
    assert read_qrels(tmp_path / "trec.qrels") == {"q1": {"d1": 1, "d2": 0}}
    (tmp_path / "bad.tsv").write_text("query-id\tcorpus-id\tscore\nq\td\tx\n", encoding="utf-8")
    with pytest.raises(QuestionSetError, match="line 2"):
        read_qrels(tmp_path / "bad.tsv")


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
    from eval.exchange import beir_corpus

    with gzip.open(tmp_path / "corpus.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write('{"id": 7, "text": "补贴"}\n')
    assert list(beir_corpus(tmp_path)) == [("7", "", "补贴")]
    (tmp_path / "corpus.jsonl").write_text('{"_id": "a", "text": ""}\n{"text": "no id"}\n', encoding="utf-8")
    with pytest.raises(QuestionSetError, match="line 2"):
        list(beir_corpus(tmp_path))
