"""The page in a real browser, without a network."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn

from assistant import Assistant
from assistant.interfaces.rest import create_api

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")]


@pytest.fixture(scope="module")
def address(assistant: Assistant) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(create_api(assistant, page=True), port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


def test_a_question_is_answered_with_a_card_that_opens_the_measure_in_place(address: str) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        requested: list[str] = []
        page.on("request", lambda request: requested.append(request.url))
        page.goto(address)
        box = page.locator("#question textarea, #question input").first
        box.wait_for(timeout=60_000)
        box.fill("武昌意见第9条")
        page.locator("#ask").click()
        page.locator("#cards .card").first.wait_for(timeout=30_000)
        assert "依托重点单位建设高技能人才培养平台" in page.locator("#answer").inner_text()
        link = page.locator("#cards .card a").first.get_attribute("href")
        assert link == "/c/wuchang-2022:9#here"
        page.goto(address + link)
        assert page.locator("mark#here").inner_text().startswith("9.依托重点单位")
        outside = [url for url in requested if not url.startswith((address, "data:", "blob:"))]
        assert outside == []
        browser.close()


def test_a_hostile_question_runs_no_script(address: str) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        page.goto(address)
        box = page.locator("#question textarea, #question input").first
        box.wait_for(timeout=60_000)
        box.fill('<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>武昌意见第9条')
        page.locator("#ask").click()
        page.locator("#answer").wait_for(timeout=30_000)
        assert page.evaluate("window.hacked") is None
        browser.close()
