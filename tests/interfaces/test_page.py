"""Every page in a real browser, without a network: flows in both languages, on a phone and a wide screen, `axe` clean.

Screenshots of each run lie in build/screens, to be looked at.
"""

from __future__ import annotations

from typing import Any

import pytest

from assistant import Assistant
from assistant.interfaces.feedback import Feedback

PHONE, WIDE = 360, 1280
HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>武昌意见第9条'

pytestmark = pytest.mark.browser
SCREEN = pytest.mark.parametrize(
    "visit", [(PHONE, "light"), (WIDE, "light"), (WIDE, "dark"), (PHONE, "dark")], indirect=True,
    ids=["phone", "wide", "wide-dark", "phone-dark"],
)  # fmt: skip


@SCREEN
@pytest.mark.parametrize(
    ("path", "question", "word"),
    [
        ("/", "长沙对人才住房有什么保障？", "已回答"),
        ("/hant/", "比较武昌和株洲的科技成果转化支持", "已回答"),
        ("/en/", "What does Wuchang do for skilled workers?", "Answered"),
        ("/", "深圳有什么补贴", "未收录"),
        ("/en/", "今天天气怎么样", "Out of scope"),
    ],
)
def test_a_question_is_answered_on_every_screen(visit: Any, path: str, question: str, word: str) -> None:
    page = visit.go(path)
    visit.ask(question)
    assert word in page.locator("#now .outcome").inner_text()
    outcome = page.locator("#now .outcome").get_attribute("class").split()[-1]
    visit.check(f"ask-{path.strip('/') or 'zh'}-{outcome}")


def test_a_card_opens_the_measure_in_its_document(visit: Any) -> None:
    page = visit.go("/")
    visit.ask("武昌意见第9条")
    assert "依托重点单位建设高技能人才培养平台" in page.locator("#now .said").inner_text()
    assert page.locator("#now .card mark").first.inner_text().startswith("9.依托重点单位")
    link = page.locator("#now .card a").first.get_attribute("href")
    assert link == "/c/wuchang-2022:9#here"
    page = visit.go(link)
    assert page.locator("#here mark").inner_text().startswith("9.依托重点单位")
    visit.check("measure")


def test_a_follow_up_leans_on_the_turn_before_and_both_stay(visit: Any) -> None:
    page = visit.go("/")
    visit.ask("长沙对人才住房有什么保障？")
    visit.ask("那株洲呢？")
    assert "株洲市" in page.locator("#now .card").first.inner_text()
    assert page.locator("#past .turn").count() == 1
    page.locator("#new").click()
    page.locator("#now .turn").wait_for(state="detached")
    assert page.locator(".turn").count() == 0


def test_a_link_reopens_its_question_at_its_place(visit: Any) -> None:
    page = visit.go("/?q=人才住房有什么保障&region=长沙市")
    page.locator("#now .disclaimer").wait_for()
    assert "长沙市" in page.locator("#now .card").first.inner_text()
    page.locator("#now [data-link]").click()
    page.wait_for_function("() => document.querySelector('#now .told').textContent !== ''")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"{visit.address}/?q=")
    assert "region=" in copied


def test_an_answer_is_copied_with_its_citations(visit: Any) -> None:
    page = visit.go("/")
    visit.ask("武昌意见第9条")
    page.locator("#now [data-copy]").click()
    page.wait_for_function("() => document.querySelector('#now .told').textContent !== ''")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("问：武昌意见第9条\n答：9.依托")
    assert f"{visit.address}/c/wuchang-2022:9" in copied


def test_a_rating_is_sent_with_its_reason(visit: Any, ratings: Feedback) -> None:
    page = visit.go("/")
    visit.ask("武昌意见第9条")
    assert list(ratings.export()) == []
    page.locator("#now [data-thumb=down]").click()
    page.keyboard.type("太长")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('#now .told').textContent.includes('已保存')")
    assert ['"reason": "太长"' in line for line in ratings.export()] == [True]


def test_an_empty_question_is_explained(visit: Any) -> None:
    page = visit.go("/en/")
    page.locator("#ask").click()
    assert "no question yet" in page.locator("#now [role=alert]").inner_text()


def test_a_hostile_question_runs_no_script(visit: Any) -> None:
    page = visit.go("/")
    visit.ask(HOSTILE)
    page.goto(f"{visit.address}/desk?q={HOSTILE}")
    page.locator("#found [role=status]").wait_for()
    page.wait_for_timeout(300)
    assert page.evaluate("window.hacked") is None
    assert visit.page.locator("main img").count() == 0


def test_the_language_chosen_is_remembered(visit: Any) -> None:
    page = visit.go("/desk")
    page.get_by_role("link", name="English").click()
    page.locator("text=Look up").first.wait_for()
    page = visit.go("/")
    page.locator("#question textarea").wait_for()
    assert page.url == f"{visit.address}/en/"
    page.get_by_role("link", name="繁體").click()
    page.locator("text=提問").first.wait_for()


@SCREEN
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_desk_is_clean_on_every_screen(visit: Any, language: str) -> None:
    page = visit.go(f"/desk?lang={language}&q=住房")
    page.locator("#clause #here").wait_for()
    visit.check(f"desk-{language}")


LINES = [
    ("武昌意见第9条", "wuchang-2022:9"),
    ("长沙人才住房", "changsha-2022:15"),
    ("“企业新型学徒制”", "wuchang-2022:9"),
    ("zhuzhou-30:15", "zhuzhou-30:15"),
    ("株洲 科技成果转化", "zhuzhou-30:15"),
    ("市住房城乡建设局", "changsha-2022:15"),
    ("“团结凝聚”", "zhuzhou-30:23"),
    ("武昌 高技能人才", "wuchang-2022:5"),
    ("株洲30条第18条", "zhuzhou-30:18"),
    ("“麓谷人才小镇”", "changsha-2022:2"),
]


def test_ten_look_ups_by_keyboard_alone(visit: Any) -> None:
    page = visit.go("/desk")
    page.locator(".row").first.wait_for()
    for line, measure_id in LINES:
        page.keyboard.press("Escape")
        page.keyboard.insert_text(line)
        row = page.locator(f'.row[data-id="{measure_id}"]')
        row.wait_for()
        while row.get_attribute("aria-selected") != "true":
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Control+Enter")
        page.wait_for_function(
            "id => document.querySelector('#script')?.textContent.includes('/c/' + id)", arg=measure_id
        )
        page.wait_for_function(
            "line => JSON.parse(localStorage.getItem('policyqa.recent') ?? '[]')[0] === line", arg=line
        )
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith(f"问：{line}\n答：")
        assert copied.endswith(f"{visit.address}/c/{measure_id}")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.id === 'here'")
    assert page.locator("#recent button").count() == len(LINES) + 1


def test_facets_and_comparison_are_reached_by_tab(visit: Any) -> None:
    page = visit.go("/desk?q=住房")
    page.locator("#clause #here").wait_for()
    page.keyboard.press("Escape")
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('#pair') && document.activeElement.tagName === 'BUTTON'"):
            break
    page.keyboard.press("Enter")
    page.locator(".two section").nth(1).wait_for()
    assert page.locator("#line").input_value() == "住房"
    visit.check("desk-compare")
    assert page.locator(".two section").count() == 2
    page.locator("#facets input[name=place]").first.focus()
    page.keyboard.press("Space")
    page.wait_for_function("() => document.querySelector('#facets input:checked')")


def test_every_measure_is_reached_by_the_arrows(visit: Any, assistant: Assistant) -> None:
    page = visit.go("/desk")
    page.locator(".row").first.wait_for()
    every = sum(len(assistant.measures_of(doc_id)) for doc_id in assistant.documents)
    assert 60 < page.locator(".row").count() + 60 < every
    for listed in (60, 120, every):
        page.wait_for_function("count => document.querySelectorAll('.row').length === count", arg=listed)
        page.wait_for_function("count => document.querySelector('#listed').textContent === String(count)", arg=listed)
        for _ in range(8):
            page.keyboard.press("PageDown")
    page.wait_for_function("() => document.querySelector('.row:last-child').ariaSelected === 'true'")
    assert page.locator(".more").count() == 0
    ids = page.locator(".row").evaluate_all("rows => rows.map((row) => row.id)")
    assert ids == [f"row-{number}" for number in range(every)]


def test_two_places_are_chosen_by_keyboard(visit: Any) -> None:
    page = visit.go("/desk?q=第9条")
    page.locator(".row").first.wait_for()
    for place in ("长沙市", "株洲市"):
        page.locator(f"#facets input[value={place}]").focus()
        page.keyboard.press("Space")
        page.wait_for_function("place => document.activeElement.value === place", arg=place)
    page.wait_for_function("() => document.querySelectorAll('.row').length === 2")
    assert all("第9条" in head for head in page.locator(".row .head").all_inner_texts())


@SCREEN
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_form_groups_measures_with_their_marks(visit: Any, language: str) -> None:
    page = visit.go(f"/qualify?lang={language}")
    page.locator("textarea").fill("我45岁，高级技师，老家在株洲，想回去带徒弟")
    page.locator("summary").first.click()
    page.locator("select[name=employer]").select_option("企业")
    page.locator("button.main").click()
    page.locator(".match").first.wait_for()
    assert page.locator(".group").count() == 3
    assert page.locator("textarea").input_value().startswith("我45岁")
    visit.check(f"qualify-{language}")


@pytest.mark.parametrize("visit", [(PHONE, "light"), (WIDE, "dark")], indirect=True)
@pytest.mark.parametrize("path", ["/c/wuchang-2022:9", "/d/zhuzhou-30"])
def test_a_permanent_page_is_clean(visit: Any, path: str) -> None:
    visit.go(path)
    visit.check(f"permanent-{path[1]}")


def test_a_lost_server_is_said_in_words_and_the_line_stays(visit: Any) -> None:
    page = visit.go("/desk?q=住房")
    page.locator(".row").first.wait_for()
    visit.context.route("**/desk/rows*", lambda route: route.abort())
    page.keyboard.type("补贴")
    assert "服务器没有回应" in page.locator("[role=alert]").inner_text()
    assert page.locator("#line").input_value() == "住房补贴"
