"""The commands as an evaluator runs them: from a spreadsheet to a report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from corpus import PolicyAssistantError
from eval.commands import app
from eval.questions import SCHEMA
from eval.readme import replace_part


def evaluate(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    file = tmp_path / "mine.csv"
    file.write_text(
        "问题,相关条款,结果\n株洲30条第12条,zhuzhou-30:12,\n深圳有什么购房补贴？,,not_covered\n", encoding="gb18030"
    )
    return file


def test_a_newcomer_gets_from_a_spreadsheet_to_a_report(sheet: Path, tmp_path: Path) -> None:
    evaluate("convert", sheet, tmp_path / "mine.xlsx")
    table = evaluate("run", tmp_path / "mine.xlsx", "--output", tmp_path / "run")
    assert "Right 2/2, false answers 0/1, false refusals 0/1" in table
    evaluate("report", tmp_path / "run")
    assert "株洲30条第12条" in (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    evaluate("run", sheet, "--config", "bm25", "--output", tmp_path / "words")
    assert "Won: 0" in evaluate("compare", tmp_path / "words", tmp_path / "run")
    evaluate("convert", tmp_path / "run", tmp_path / "run.trec")
    assert (tmp_path / "run.trec").read_text(encoding="utf-8").startswith("q-001 Q0 zhuzhou-30:12 1 1.0")


def test_answers_to_judge_carry_their_questions(sheet: Path, tmp_path: Path) -> None:
    from eval.judge import read_answers

    evaluate("questions", sheet, "--output", tmp_path / "answers.jsonl")
    answers = read_answers(tmp_path / "answers.jsonl")
    assert [(a.id, a.question, [c.label for c in a.citations]) for a in answers] == [
        ("q-001", "株洲30条第12条", ["12"]),
        ("q-002", "深圳有什么购房补贴？", []),
    ]
    assert [json.loads(line)["id"] for line in evaluate("questions", sheet).splitlines()] == ["q-001", "q-002"]


def test_a_run_is_what_the_judging_page_reads_too(sheet: Path, tmp_path: Path) -> None:
    from eval.judge import read_answers

    evaluate("run", sheet, "--output", tmp_path / "run")
    assert [a.id for a in read_answers(tmp_path / "run" / "records.jsonl")] == ["q-001", "q-002"]


def test_a_measure_that_does_not_exist_stops_a_run_before_it_starts(tmp_path: Path) -> None:
    (tmp_path / "q.csv").write_text("question,relevant\n补贴？,zhuzhou-30:99\n", encoding="utf-8")
    with pytest.raises(PolicyAssistantError, match="zhuzhou-30:99"):
        evaluate("run", tmp_path / "q.csv", "--output", tmp_path / "run")


def test_check_prints_every_error_with_its_line_and_fails(tmp_path: Path) -> None:
    row = '{"id":"a","language":"zh","register":"formal","question":"补贴？","history":[],"kind":"what","persona":"applicant","relevant":{"zhuzhou-30:99":2},"phrases":[],"outcome":"answered"}'
    (tmp_path / "shipped-mine.jsonl").write_text(f"{row}\n\nnonsense\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(tmp_path / "shipped-mine.jsonl")])
    assert result.exit_code == 1
    assert "line 3, line: Invalid JSON" in result.stdout
    assert "line 1, relevant: no measure 'zhuzhou-30:99'" in result.stdout


def test_schema_prints_the_published_schema() -> None:
    assert evaluate("schema") == SCHEMA.read_text(encoding="utf-8")


def test_only_what_stands_between_the_markers_is_rewritten() -> None:
    text = "before\n<!-- quality -->\nold \\1\n<!-- /quality -->\nafter\n"
    assert replace_part(text, "quality", "new \\1") == "before\n<!-- quality -->\nnew \\1\n<!-- /quality -->\nafter\n"
    with pytest.raises(PolicyAssistantError, match="speed"):
        replace_part(text, "speed", "")
