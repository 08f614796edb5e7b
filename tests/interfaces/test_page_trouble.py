"""What goes wrong is said in the words of the display, nothing typed is lost, and hostile texts stay texts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from assistant import Answer, Assistant, Request
from assistant.interfaces.feedback import Feedback
from assistant.interfaces.rest import create_api
from corpus import Corpus, Document, split_document
from index import NoIndexError, build_index, make_encoder, open_index

pytestmark = pytest.mark.browser
Serving = Callable[..., AbstractContextManager[str]]
EVIL = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>{{7*7}}${window.hacked=1}'
DISPLAYS = ["/", "/hant/", "/en/"]


@dataclass(frozen=True)
class Ailing(Assistant):
    """An assistant that waits, fails or finds its index gone, as the question says."""

    go_on = threading.Event()

    def ask(self, request: Request) -> Answer:
        if "慢" in request.question:
            self.go_on.wait(60)
        if "缺" in request.question:
            raise NoIndexError("There is no index in /data")
        if "坏" in request.question:
            raise RuntimeError("a bug")
        return super().ask(request)


@pytest.fixture(scope="module")
def ail(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], FastAPI]:
    """Make the application of an ailing assistant, anew for each server."""
    ratings = Feedback(tmp_path_factory.mktemp("ratings") / "feedback.sqlite")
    return lambda: create_api(Ailing(assistant.retriever), ratings, page=True)


@pytest.fixture(scope="module")
def address(ail: Callable[[], FastAPI], serving: Serving) -> Iterator[str]:
    with serving(ail()) as at:
        yield at


def typed(page: Any) -> str:
    return str(page.locator("#question textarea").input_value())


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("", ("还没有输入问题", "還沒有輸入問題", "There is no question yet")),
        ("长" * 2001, ("“问题”最多2000字，请缩短", "“問題”最多2000字，請縮短", "at most 2000 characters: shorten")),
        ("缺索引", ("索引缺失或已过期", "索引缺失或已過期", "index is missing or out of date")),
        ("坏了", ("没有完成，请稍后再试", "沒有完成，請稍後再試", "That did not work. Try again later")),
    ],
    ids=["empty", "long", "no-index", "bug"],
)
def test_a_question_that_fails_is_explained_and_kept(visit: Any, question: str, words: tuple[str, ...]) -> None:
    for path, said in zip(DISPLAYS, words, strict=True):
        page = visit.go(path)
        page.locator("#question textarea").fill(question)
        page.keyboard.press("Enter")
        page.locator("#now [role=alert]").wait_for()
        assert said in page.locator("#now [role=alert]").inner_text()
        assert typed(page) == question
        assert page.locator("[data-testid=toast-body]:visible").count() == 0
        page.locator("#question textarea").fill("")  # else it would be waiting on the next page


def test_stopping_ends_the_wait_and_keeps_the_question(visit: Any) -> None:
    page = visit.go("/")
    page.locator("#question textarea").fill("慢：武昌意见第9条")
    page.keyboard.press("Enter")
    page.locator("#now .skeleton").wait_for()
    page.locator("#stop").click()
    page.locator("#now [role=alert]").wait_for()
    assert page.locator("#now").inner_text().startswith("已停止。")
    assert not page.locator("#stop").is_visible()
    Ailing.go_on.set()
    page.wait_for_timeout(500)
    assert page.locator("#now .turn").count() == 0
    assert typed(page) == "慢：武昌意见第9条"
    page.keyboard.press("Enter")
    page.locator("#now .disclaimer").wait_for()
    page.wait_for_function("() => document.querySelector('#question textarea').value === ''")


def test_what_is_typed_while_an_answer_comes_is_kept(visit: Any) -> None:
    Ailing.go_on.clear()
    page = visit.go("/")
    page.locator("#question textarea").fill("慢：武昌意见第9条")
    page.keyboard.press("Enter")
    page.locator("#now .skeleton").wait_for()
    page.locator("#question textarea").fill("下一个问题")
    Ailing.go_on.set()
    page.locator("#now .disclaimer").wait_for()
    page.wait_for_timeout(300)
    assert typed(page) == "下一个问题"


@pytest.mark.parametrize(
    ("path", "words"), [("/", "可能正在重启"), ("/hant/", "可能正在重啓"), ("/en/", "may be restarting")]
)
def test_a_server_that_restarts_loses_nothing_typed(
    visitor: Any, ail: Callable[[], FastAPI], serving: Serving, path: str, words: str
) -> None:
    with serving(ail()) as at:
        visit = visitor(at)
        page = visit.go(path)
        visit.ask("武昌意见第9条")
    page.locator("#question textarea").fill("长沙对人才住房有什么保障？")
    page.keyboard.press("Enter")
    page.locator(".banner").wait_for()
    assert words in page.locator(".banner").inner_text()
    assert typed(page) == "长沙对人才住房有什么保障？"
    with serving(ail(), int(at.rpartition(":")[2])):
        page.locator(".banner").wait_for(state="detached")
        page.wait_for_function(
            "() => document.querySelector('#question textarea')?.value === '长沙对人才住房有什么保障？'"
        )
        page.locator("#now .disclaimer").wait_for()
        page.locator("#ask").click()
        page.wait_for_function(
            "() => document.querySelector('#now .turn').dataset.question === '长沙对人才住房有什么保障？'"
        )


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "网络已断开"), ("zh-Hant", "網絡已斷開"), ("en", "No connection")]
)
def test_a_lost_connection_is_told_until_it_is_back(visit: Any, language: str, words: str) -> None:
    page = visit.go(f"/desk?lang={language}&q=住房")
    page.locator("#clause #here").wait_for()
    visit.context.set_offline(True)
    page.locator(".banner").wait_for()
    assert words in page.locator(".banner").inner_text()
    assert page.locator("#line").input_value() == "住房"
    visit.context.set_offline(False)
    page.locator(".banner").wait_for(state="detached")


@pytest.mark.parametrize(
    ("language", "bound", "away"),
    [
        ("zh", "“年龄”不能大于120。", "服务器没有回应"),
        ("zh-Hant", "“年齡”不能大於120。", "服務器沒有回應"),
        ("en", "Age must be at most 120.", "The server does not reply"),
    ],
)
def test_a_form_that_fails_is_explained_and_kept(visit: Any, language: str, bound: str, away: str) -> None:
    page = visit.go(f"/qualify?lang={language}")
    page.locator("summary").first.click()
    page.locator("[name=title]").fill("技师")
    page.locator("[name=age]").fill("300")
    page.locator("button.main").click()
    page.locator("#result [role=alert]").wait_for()
    assert bound in page.locator("#result [role=alert]").inner_text()
    visit.check(f"qualify-bad-{language}")
    visit.context.route("**/qualify", lambda route: route.abort())
    page.locator("button.main").click()
    page.get_by_text(away).wait_for()
    assert [page.locator(f"[name={name}]").input_value() for name in ("title", "age")] == ["技师", "300"]


@pytest.mark.parametrize("language", ["zh", "zh-Hant", "en"])
def test_a_link_to_what_is_gone_says_so(visit: Any, language: str) -> None:
    page = visit.go(f"/c/none?lang={language}")
    words = {"zh": "没有这份文件或这一条", "zh-Hant": "沒有這份文件或這一條", "en": "no such document or measure"}
    assert words[language] in page.locator("[role=alert]").inner_text()
    visit.check(f"gone-{language}")


def test_another_language_takes_along_what_is_not_yet_sent(visit: Any) -> None:
    page = visit.go("/")
    page.locator("#question textarea").fill("还没有问")
    page.get_by_role("link", name="English").click()
    page.wait_for_function("() => document.querySelector('#question textarea')?.value === '还没有问'")
    page = visit.go("/desk")
    page.locator("#line").fill("住房")
    page.locator(".row").first.wait_for()
    page.get_by_role("link", name="繁體").click()
    page.get_by_text("查條款").wait_for()
    assert page.locator("#line").input_value() == "住房"
    page = visit.go("/qualify")
    page.locator("textarea").fill("我29岁")
    page.get_by_role("link", name="English").click()
    page.get_by_text("Which measures").wait_for()
    assert page.locator("textarea").input_value() == "我29岁"


def test_a_hostile_document_runs_nothing_on_any_page(visitor: Any, serving: Serving, tmp_path: Path) -> None:
    text = f"{EVIL}办法\n第一条 {EVIL}给予高级技师补贴30万元。\n第二条 由{EVIL}市科技局办理。\n"
    document = Document(
        "d", f"{EVIL}办法", text, f"{EVIL}.txt", place="株洲市", issuer=EVIL, number=EVIL, url=f"javascript:{EVIL}"
    )
    encoder = make_encoder("shipped")
    build_index(Corpus((split_document(document),)), encoder, tmp_path / "index")
    api = create_api(Assistant(open_index(tmp_path / "index", encoder)), Feedback(tmp_path / "f.sqlite"), page=True)
    with serving(api) as at:
        visit = visitor(at)
        for path in DISPLAYS:
            page = visit.go(path)
            visit.ask("高级技师补贴多少？")
            assert page.locator("#now .card").count() == 1
            harmless(page)
        for path, there in (
            ("/desk?q=补贴", "#clause #here"), ("/qualify", "#form"), ("/c/d:1", "#here"), ("/d/d", ".text"),
        ):  # fmt: skip
            page = visit.go(path)
            page.locator(there).wait_for()
            if path == "/qualify":
                page.locator("textarea").fill("我是高级技师")
                page.locator("button.main").click()
                page.locator(".match").first.wait_for()
            harmless(page)
            visit.check(f"hostile-{path[1]}")


def harmless(page: Any) -> None:
    page.wait_for_timeout(200)
    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src=x]").count() == 0
    assert "{{7*7}}" in page.locator("body").inner_text()
    assert page.locator("a[href^='javascript']").count() == 0
