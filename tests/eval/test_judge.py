"""Judging: what is kept of each mark, the page under the keyboard alone, and agreement by hand-computed values."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from eval.judge import (
    JudgingError,
    Mark,
    Verdict,
    agreement,
    create_page,
    judge_command,
    kappa,
    marks_file,
    read_answers,
    read_marks,
    save_mark,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HOSTILE = '</script><script>window.hacked=1</script><img src=x onerror="window.hacked=1">'
ROWS: list[dict[str, Any]] = [
    {
        "id": "1",
        "question": "安家费多少？",
        "status": "answered",
        "answer": "给予10万元。[1]另见[2]。",
        "citations": [
            {"marker": 1, "title": "甲办法", "label": "第三条", "text": "第三条 给予10万元。", "quote": "给予10万元。"},
            {"marker": 2, "title": "乙办法", "label": "第一条", "text": "第一条 目的。", "quote": "目的。"},
        ],
    },
    {"id": 2, "question": f"谁负责？{HOSTILE}", "status": "not_covered", "answer": HOSTILE, "citations": []},
]


def write(file: Path, rows: list[dict[str, Any]]) -> Path:
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return file


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    return write(tmp_path / "answers.jsonl", ROWS)


def mark(verdict: Verdict | None, id: str = "1", citation: int | None = None, note: str = "") -> Mark:
    return Mark(id=id, answer="f", citation=citation, mark=verdict, note=note, at=datetime(2026, 1, 1, tzinfo=UTC))


def kept(file: Path) -> list[tuple[str, int | None, str | None, str]]:
    return [(m.id, m.citation, m.mark, m.note) for m in read_marks(file).values()] if file.exists() else []


# --- files ---


def test_a_malformed_line_is_named(tmp_path: Path) -> None:
    file = write(tmp_path / "a.jsonl", [ROWS[0], {"id": "2"}])
    with pytest.raises(JudgingError, match=r"a\.jsonl, line 2, answer: Field required"):
        read_answers(file)


def test_an_id_that_occurs_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JudgingError, match="the id '1' occurs twice"):
        read_answers(write(tmp_path / "a.jsonl", [ROWS[0], ROWS[0]]))


def test_a_file_without_answers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JudgingError, match="holds no answer"):
        read_answers(write(tmp_path / "a.jsonl", []))


def test_questions_are_lent_to_answers_that_carry_none(tmp_path: Path) -> None:
    file = write(tmp_path / "a.jsonl", [{"id": "x", "answer": "甲"}, {"id": "2", "answer": "乙", "question": "有"}])
    asked = write(tmp_path / "q.jsonl", [{"id": "x", "question": "问"}, {"question": "另"}])
    assert [a.question for a in read_answers(file, asked)] == ["问", "有"]


def test_line_separators_inside_json_do_not_cut_a_row(tmp_path: Path) -> None:
    file = write(tmp_path / "a.jsonl", [{"id": "1", "answer": "一\u2028二\x85三"}])
    assert read_answers(file)[0].answer == "一\u2028二\x85三"


def test_the_later_mark_replaces_the_earlier_and_an_empty_one_takes_it_out(tmp_path: Path) -> None:
    file = tmp_path / "m.jsonl"
    for given in (mark("right"), mark("wrong", citation=1), mark("partly", note="不全")):
        save_mark(file, given)
    assert kept(file) == [("1", 1, "wrong", ""), ("1", None, "partly", "不全")]
    save_mark(file, mark(None, citation=1))
    save_mark(file, mark(None, note="不全"))
    assert kept(file) == [("1", None, None, "不全")]


def test_a_full_disk_leaves_the_old_marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "m.jsonl"
    save_mark(file, mark("right"))

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        save_mark(file, mark("wrong"))
    assert kept(file) == [("1", None, "right", "")]


def test_an_answer_written_anew_under_the_same_id_has_another_fingerprint(tmp_path: Path) -> None:
    old, new = (read_answers(write(tmp_path / "a.jsonl", [{"id": "1", "answer": text}]))[0] for text in ("旧", "新"))
    assert old.keys != new.keys


# --- the application ---


def client(answers: Path) -> TestClient:
    app = create_page(read_answers(answers), marks_file(answers, "anna"), "anna")
    return TestClient(app, base_url="http://127.0.0.1:7861")


def test_the_page_may_run_only_its_own_script_and_ask_only_its_own_server(answers: Path) -> None:
    first, second = (client(answers).get("/") for _ in range(2))
    policy = first.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert policy != second.headers["content-security-policy"]
    assert HOSTILE not in first.text


def test_another_host_name_is_refused(answers: Path) -> None:
    assert client(answers).get("/", headers={"Host": "evil.example"}).status_code == 400


def test_other_sites_may_not_write_marks(answers: Path) -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "PUT"}
    reply = client(answers).options("/marks", headers=asked)
    assert reply.status_code == 405
    assert "access-control-allow-origin" not in reply.headers


def test_a_mark_on_an_answer_that_is_not_there_is_refused(answers: Path) -> None:
    reply = client(answers).put("/marks", json=mark("right").model_dump(mode="json"))
    assert (reply.status_code, kept(marks_file(answers, "anna"))) == (409, [])


def test_a_mark_is_in_the_file_when_the_reply_comes(answers: Path) -> None:
    answer = read_answers(answers)[0]
    given = mark("partly", citation=2, note="只说目的").model_copy(update={"answer": answer.fingerprint})
    assert client(answers).put("/marks", json=given.model_dump(mode="json")).status_code == 204
    assert kept(marks_file(answers, "anna")) == [("1", 2, "partly", "只说目的")]


# --- the page, keyboard only ---


@pytest.fixture
def page(browser: Browser, serving: Callable[..., AbstractContextManager[str]], answers: Path) -> Iterator[Page]:
    with serving(create_page(read_answers(answers), marks_file(answers, "anna"), "anna")) as address:
        context = browser.new_context(locale="en-US", viewport={"width": 360, "height": 740})
        page = context.new_page()
        page.goto(f"{address}/")
        yield page
        context.close()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def all_saved(page: Page) -> None:
    page.get_by_text("All saved").wait_for()


@pytest.mark.browser
def test_every_answer_and_citation_is_marked_with_the_keyboard_and_saved(page: Page, answers: Path) -> None:
    press(page, "1", "2", "3", "4")
    all_saved(page)
    assert kept(marks_file(answers, "anna")) == [
        ("1", None, "right", ""),
        ("1", 1, "partly", ""),
        ("1", 2, "wrong", ""),
        ("2", None, "missing", ""),
    ]
    assert page.locator("#count").inner_text() == "All marked · answers.marks-anna.jsonl"


@pytest.mark.browser
def test_judging_resumes_at_the_first_item_without_a_mark(page: Page) -> None:
    press(page, "1", "2")
    all_saved(page)
    page.reload()
    assert page.locator("[aria-current=true] h2").inner_text() == "[2] 乙办法"
    assert page.locator("#count").inner_text() == "0 / 2 answers · 2 / 4"


@pytest.mark.browser
def test_arrows_move_and_enter_seeks_what_has_no_mark(page: Page) -> None:
    current = page.locator("[aria-current=true]")
    seen = []
    for key in ("ArrowDown", "ArrowUp", "ArrowRight", "ArrowRight", "ArrowLeft", "1", "Enter"):
        press(page, key)
        seen.append(current.get_attribute("data-item"))
    assert seen == ["1", "0", "3", "3", "0", "1", "2"]


@pytest.mark.browser
def test_undo_restores_marks_and_notes_one_by_one(page: Page, answers: Path) -> None:
    file = marks_file(answers, "anna")
    press(page, "1", "ArrowUp", "3", "ArrowUp", "n")
    page.keyboard.type("不对 1 2 u")
    press(page, "Enter")
    all_saved(page)
    assert kept(file) == [("1", None, "wrong", "不对 1 2 u")]
    press(page, "u")
    all_saved(page)
    assert kept(file) == [("1", None, "wrong", "")]
    press(page, "Control+z")
    all_saved(page)
    assert kept(file) == [("1", None, "right", "")]
    press(page, "0")
    all_saved(page)
    assert kept(file) == []


@pytest.mark.browser
def test_a_mark_outlives_a_server_that_is_away(page: Page, answers: Path) -> None:
    page.route("**/marks", lambda route: route.abort())
    press(page, "1", "2")
    page.get_by_text("Not saved, trying again").wait_for()
    assert kept(marks_file(answers, "anna")) == []
    page.unroute("**/marks")
    all_saved(page)
    assert kept(marks_file(answers, "anna")) == [("1", None, "right", ""), ("1", 1, "partly", "")]


@pytest.mark.browser
def test_hostile_text_is_shown_as_it_is_and_runs_nothing(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    press(page, "ArrowRight", "n")
    page.keyboard.type(HOSTILE)
    press(page, "Escape")
    assert HOSTILE in page.locator("h1").inner_text()
    assert [p.inner_text() for p in page.locator("article p").all()] == [HOSTILE, HOSTILE]
    assert page.evaluate("window.hacked") is None
    assert [url for url in asked if not url.startswith((page.url, "data:"))] == []


@pytest.mark.browser
def test_the_page_speaks_both_languages_and_fits_a_phone(page: Page) -> None:
    assert page.locator("#title").inner_text() == "Judging answers"
    press(page, "l")
    assert page.locator("#title").inner_text() == "评判答案"
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.reload()
    assert page.locator("#title").inner_text() == "评判答案"


# --- agreement ---


def test_kappa_equals_the_value_computed_by_hand() -> None:
    pairs: list[tuple[Verdict, Verdict]] = [
        ("right", "right"),
        ("right", "wrong"),
        ("wrong", "wrong"),
        ("partly", "partly"),
    ]
    # They agree on 3/4; chance gives (2·1 + 1·2 + 1·1) / 16 = 5/16; (3/4 - 5/16) / (1 - 5/16) = 7/11.
    assert kappa(pairs) == pytest.approx(7 / 11)


def test_kappa_is_undefined_where_there_is_one_verdict_only() -> None:
    assert kappa([("right", "right")] * 3) is None
    assert kappa([]) is None


def test_agreement_counts_what_both_marked_and_lists_where_they_differ(tmp_path: Path) -> None:
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    for given in (
        mark("right"),
        mark("right", citation=1),
        mark("wrong", "2"),
        mark("partly", "3"),
        mark("right", "4"),
    ):
        save_mark(first, given)
    for given in (
        mark("right"),
        mark("wrong", citation=1, note="a|b\nc"),
        mark("wrong", "2"),
        mark("partly", "3"),
        mark(None, "4", note="?"),
    ):
        save_mark(second, given)
    assert agreement(first, second).splitlines() == [
        "| | marked by both | agree | Cohen's kappa |",
        "|---|--:|--:|--:|",
        "| answers | 3 | 100.0% | 1.000 |",
        "| citations | 1 | 0.0% | 0.000 |",
        "| both | 4 | 75.0% | 0.636 |",
        "",
        "| a ↓ b → | right | partly | wrong | missing |",
        "|---|--:|--:|--:|--:|",
        "| right | 1 | 0 | 1 | 0 |",
        "| partly | 0 | 1 | 0 | 0 |",
        "| wrong | 0 | 0 | 1 | 0 |",
        "| missing | 0 | 0 | 0 | 0 |",
        "",
        "Marked by one judge only and left out: 1 in a.jsonl, 0 in b.jsonl.",
        "",
        "| id | what | first | second | notes |",
        "|---|---|---|---|---|",
        r"| 1 | [1] | right | wrong | a\|b c |",
    ]


def test_judges_of_different_answers_cannot_be_compared(tmp_path: Path) -> None:
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    save_mark(first, mark("right"))
    save_mark(second, mark("right", "2"))
    with pytest.raises(JudgingError, match="No answer was marked by both judges"):
        agreement(first, second)


def test_the_command_compares_two_files_and_refuses_odd_use(tmp_path: Path) -> None:
    app = typer.Typer()
    app.command()(judge_command)
    file = tmp_path / "a.marks-anna.jsonl"
    save_mark(file, mark("right"))
    run = CliRunner().invoke
    assert "| both | 1 | 100.0% | undefined |" in run(app, [str(file), str(file), "--agreement"]).stdout
    assert run(app, [str(file), str(file)]).exit_code == 2
    assert run(app, [str(file), "--judge", "../x"]).exit_code == 2
