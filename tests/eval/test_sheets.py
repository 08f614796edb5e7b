"""Spreadsheets as people keep them: what they leave out is filled in, and a mistake is named by its cell."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from corpus import SHIPPED_POLICIES, load_corpus
from eval.exchange import read_set, write_set
from eval.questions import QUESTIONS, QuestionSetError, read_questions
from eval.sheets import read_sheet, write_sheet

DEVELOPMENT = QUESTIONS / "shipped-development.jsonl"


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


def csv(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    (folder / "q.csv").write_bytes(text.encode(encoding))
    return folder / "q.csv"


def test_heads_and_values_may_be_chinese_full_width_and_spaced(tmp_path: Path) -> None:
    text = " 编号,问　题,类 型,结果,ＲＥＬＥＶＡＮＴ,角色\n,,,,,\n7,补贴？ ,多少,部分回答,zhuzhou-30：1＝1，zhuzhou-30:2,热线坐席\n8,,,,,\n"
    (row,) = read_set(csv(tmp_path, f"\n{text}"))
    assert (row.id, row.question, row.kind, row.outcome, row.persona) == (
        "7",
        "补贴？",
        "how_much",
        "partial",
        "hotline",
    )
    assert row.relevant == {"zhuzhou-30:1": 1, "zhuzhou-30:2": 2}


def test_english_values_may_be_written_as_words(tmp_path: Path) -> None:
    (row,) = read_set(csv(tmp_path, "Question,Kind,Outcome\nHow much?,How much,not covered\n"))
    assert (row.kind, row.outcome) == ("how_much", "not_covered")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("question,note\r\n补贴？,甲\r\n", "utf-8-sig"),
        ("question;note\n补贴？;甲\n", "utf-8"),
        ("question\tnote\r\n补贴？\t甲\r\n", "utf-16"),
        ("question,note\r\n补贴？,甲\r\n", "gb18030"),
    ],
)
def test_a_csv_is_read_however_a_spreadsheet_writes_it(text: str, encoding: str, tmp_path: Path) -> None:
    assert [(row.question, row.note) for row in read_set(csv(tmp_path, text, encoding))] == [("补贴？", "甲")]


@pytest.mark.parametrize("text", ["=1+1", "+86", "-3", "@x", "＝1", "'quoted'", "'=1", "''", "it's"])
def test_a_cell_that_could_be_a_formula_comes_back_as_it_went(text: str, tmp_path: Path) -> None:
    row = read_questions(DEVELOPMENT)[0].model_copy(update={"question": text, "note": text})
    for name in ("q.csv", "q.xlsx"):
        write_set([row], tmp_path / name)
        assert read_set(tmp_path / name) == [row]
    assert (
        not (tmp_path / "q.csv")
        .read_text(encoding="utf-8-sig")
        .splitlines()[1]
        .split(",")[3]
        .startswith(("=", "+", "-", "@"))
    )


def test_answers_in_a_sheet_are_no_formulas_either(tmp_path: Path) -> None:
    write_sheet(tmp_path / "a.xlsx", ["answer"], [["=cmd|' /C calc'!A0"]])
    cell = load_workbook(tmp_path / "a.xlsx").active["A2"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("id,note\n1,x\n", "row 1: no column 'question'"),
        ("question,colour\n补贴？,red\n", "row 1, column B: unknown column 'colour'"),
        ("question,问题\n补贴？,x\n", "row 1: column A (question) and column B are the same"),
        ("问题,类型\n补贴？,怎么办\n\n补贴？,原因\n", "row 4, column B (类型): '原因' is none of what (内容)"),
        ("question,relevant\n补贴？,a:1=x\n", "row 2, column B (relevant).a:1"),
        ("note,question\nx,\n", "row 2, column B (question): is empty"),
        ("id,question\n1,补贴？\n1,多少？\n", "row 3, column A (id): '1' stands in row 2 too"),
        ("question\n", "holds no question"),
        ("", "holds no question"),
        (f"question\n{'x' * 200_000}\n", "cannot be read: field larger"),
    ],
)
def test_an_error_in_a_spreadsheet_names_its_cell(text: str, where: str, tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError) as raised:
        read_set(csv(tmp_path, text))
    assert where in raised.value.message


def test_every_error_is_named_at_once_up_to_twenty(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError) as raised:
        read_set(csv(tmp_path, "question,kind\n" + "补贴？,原因\n" * 30))
    assert [line.count("原因") for line in raised.value.message.splitlines()] == [1] * 20 + [0]
    assert raised.value.message.endswith("… and 10 more")


def test_what_the_texts_do_not_bear_out_is_named_by_its_cell_with_what_may_be_meant(tmp_path: Path) -> None:
    parsed = read_sheet(csv(tmp_path, "问题,相关条款,应含语句\n\n补贴？,zhuzhou-30:155,天上\n补贴？,,\n"))
    corpus = load_corpus(SHIPPED_POLICIES)
    (unknown,) = parsed.unknown_measures(corpus)
    assert unknown.endswith(
        "row 3, column B (相关条款): no measure 'zhuzhou-30:155'; there is zhuzhou-30:15, zhuzhou-30:5, zhuzhou-30:1"
    )
    assert [doubt.partition("row ")[2] for doubt in parsed.doubts(corpus)] == [
        "3, column C (应含语句): '天上' stands in no relevant measure"
    ]


@pytest.mark.parametrize(("name", "content"), [("q.xlsx", b"PK"), ("q.xls", b""), ("q.csv", b"\xff\xff\x81")])
def test_a_file_that_is_no_spreadsheet_is_refused(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(QuestionSetError, match=name):
        read_set(tmp_path / name)
