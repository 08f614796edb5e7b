"""The pages for every reader: enlarged, without motion, on paper, in Traditional characters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from opencc import OpenCC

from assistant.interfaces.pages import in_display

pytestmark = pytest.mark.browser
PATHS = ["/?q=比较武昌和株洲的科技成果转化支持", "/desk?q=住房", "/qualify", "/c/changsha-2022:15", "/d/zhuzhou-30"]
# A box that hides part of what it holds, and cannot be scrolled to it.
CLIPPED = """[...document.querySelectorAll('body *')].filter((e) => {
  const style = getComputedStyle(e)
  return ['hidden', 'clip'].includes(style.overflowX) && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 1
    && !['INPUT', 'TEXTAREA', 'SELECT'].includes(e.tagName) && e.checkVisibility()
}).map((e) => e.outerHTML.slice(0, 200))"""


def show_all(visit: Any, path: str) -> None:
    page = visit.go(path)
    if path.startswith("/?q"):
        page.locator("#now .disclaimer").wait_for()
    if path.startswith("/desk"):
        page.locator("#clause #here").wait_for()
    if path == "/qualify":
        page.locator("textarea").fill("我29岁，博士，想去长沙")
        page.locator("button.main").click()
        page.locator(".match").first.wait_for()
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true })")


def words_of(page: Any) -> set[str]:
    lines = page.evaluate("document.body.innerText").splitlines()
    return {"".join(line.split()) for line in lines if line.strip()}


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_lost_at_twice_the_size_or_on_a_phone(visitor: Callable[..., Any], address: str, path: str) -> None:
    wide = visitor(address)
    show_all(wide, path)
    for width, scale in ((640, 2), (360, 1)):
        narrow = visitor(address, width=width, device_scale_factor=scale)
        show_all(narrow, path)
        page = narrow.page
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(CLIPPED) == []
        shown = "".join(page.evaluate("document.body.innerText").split())
        # The head of a table is said again beside each of its cells on a phone.
        assert {line for line in words_of(wide.page) if line not in shown} <= {"武昌区株洲市"}


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_nothing_moves_for_who_wants_no_motion(visitor: Callable[..., Any], address: str, motion: str) -> None:
    visit = visitor(address, reduced_motion=motion)
    page = visit.go("/qualify")
    # The list never comes, so the page goes on waiting.
    visit.context.route("**/qualify", lambda route: None if route.request.method == "POST" else route.continue_())
    page.locator("button.main").click()
    page.locator(".skeleton").wait_for()
    assert bool(page.evaluate("document.getAnimations().length")) == (motion == "no-preference")
    page = visit.go("/")
    page.locator("#question textarea").wait_for()
    page.evaluate("document.querySelector('#now').innerHTML = '<p class=skeleton><i></i></p>'")
    page.locator("#ask").hover()
    page.keyboard.press("Tab")
    assert bool(page.evaluate("document.getAnimations().length")) == (motion == "no-preference")


def test_an_answer_prints_with_its_citations_and_without_the_page_around_it(visit: Any) -> None:
    page = visit.go("/")
    visit.ask("比较武昌和株洲的科技成果转化支持")
    # A card whose clause is long folds it away.
    page.evaluate(
        """() => { const card = document.querySelector('#now .card'), text = card.querySelector('.verbatim')
          const fold = document.createElement('details'); fold.innerHTML = '<summary>全文</summary>'
          text.replaceWith(fold); fold.append(text) }"""
    )
    folded = page.locator("#now .card details .verbatim")
    assert not folded.is_visible()
    page.emulate_media(media="print")
    assert folded.is_visible()
    assert [card.is_visible() for card in page.locator("#now .card").all()] == [True, True]
    assert page.locator("#now .said").is_visible()
    for around in ("nav.places", "nav.languages", "#composer", "#now .tools", "#examples"):
        assert not page.locator(around).is_visible()


def test_a_list_and_a_document_print_whole(visit: Any) -> None:
    show_all(visit, "/qualify")
    page = visit.page
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = false })")
    page.emulate_media(media="print")
    assert all(text.is_visible() for text in page.locator(".match .verbatim").all())
    assert page.locator(".group h2").first.is_visible()
    assert not page.locator("#form").is_visible()
    assert not page.locator("nav.places").is_visible()
    page = visit.go("/c/changsha-2022:15")
    assert page.locator("#here").is_visible()
    assert not page.locator("nav.places").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_is_white_whatever_the_screen_is(visitor: Callable[..., Any], address: str, scheme: str) -> None:
    visit = visitor(address, scheme=scheme)
    page = visit.go("/c/changsha-2022:15")
    page.emulate_media(media="print", color_scheme=scheme)
    ink = page.evaluate("getComputedStyle(document.querySelector('.about')).color")
    assert ink == "rgb(77, 90, 104)"


def test_all_that_a_page_says_is_traditional_and_ids_stay(visit: Any) -> None:
    """Turning it into Traditional characters once more changes nothing: text, labels, 口径, what the scripts say."""
    said = """() => [document.title, document.body.innerText, ...Object.values(document.querySelector('#words').dataset),
      ...[...document.querySelectorAll('*')].flatMap((e) =>
        ['aria-label', 'placeholder', 'title', 'data-copy', 'data-place'].map((name) => e.getAttribute(name)))
    ].filter(Boolean).join('\\n')"""
    for path in ("/hant/", *PATHS[1:]):
        show_all(visit, path if path == "/hant/" else f"{path}{'&' if '?' in path else '?'}lang=zh-Hant")
        if path == "/hant/":
            visit.ask("比較武昌和株洲的科技成果轉化支持")
        text = visit.page.evaluate(said)
        assert len(text) > 300
        # 九萬里 once more would be 九萬裏: what its Simplified form becomes is Traditional too.
        simplified = OpenCC("hk2s").convert
        changed = [line for line in text.splitlines() if in_display(line, "zh-Hant") != line]
        assert [line for line in changed if in_display(simplified(line), "zh-Hant") != line] == []
    page = visit.go("/desk?q=长沙住房")
    page.locator("#clause #here").wait_for()
    assert page.locator("#script").inner_text().endswith("/c/changsha-2022:15")
    assert "住房保障" in page.locator("#here").inner_text()
    page.keyboard.press("Control+Enter")
    page.wait_for_function("() => document.querySelector('.told').textContent === '口徑已複製'")
