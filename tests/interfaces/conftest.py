"""A visitor of the pages in a real browser, and the server that they visit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from assistant import Assistant
from assistant.interfaces.feedback import Feedback
from assistant.interfaces.rest import create_api

SCREENS = Path(__file__).parents[2] / "build" / "screens"


@pytest.fixture(scope="module")
def ratings(tmp_path_factory: pytest.TempPathFactory) -> Feedback:
    return Feedback(tmp_path_factory.mktemp("ratings") / "feedback.sqlite")


@pytest.fixture(scope="module")
def address(
    assistant: Assistant, ratings: Feedback, serving: Callable[..., AbstractContextManager[str]]
) -> Iterator[str]:
    with serving(create_api(assistant, ratings, page=True)) as at:
        yield at


class Visit:
    """A visitor of one screen: what the page asked of other hosts and what broke in it are kept."""

    def __init__(self, browser: Any, address: str, width: int = 1280, scheme: str = "light", **options: Any) -> None:
        self.address = address
        self.screen = f"{width}-{scheme}"
        self.context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, **options)
        self.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
        self.page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.outside: list[str] = []
        self.broken: list[str] = []
        self.page.on("request", self._note)
        self.page.on("pageerror", lambda error: self.broken.append(str(error)))

    def _note(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.outside.append(request.url)

    def go(self, path: str) -> Any:
        """Open a page; where Gradio draws it, wait until it hears keys, which its first event tells."""
        if path.partition("?")[0] in ("/", "/hant/", "/en/"):
            with self.page.expect_response("**/queue/join**"):
                self.page.goto(self.address + path)
        else:
            self.page.goto(self.address + path)
        return self.page

    def ask(self, question: str) -> None:
        """Put a question and wait for the whole answer."""
        self.page.locator("#question textarea").fill(question)
        self.page.locator("#ask").click()
        self.page.locator("#now .turn .disclaimer").wait_for()
        self.page.wait_for_function("q => document.querySelector('#now .turn').dataset.question === q", arg=question)

    def check(self, name: str) -> None:
        """Look at the page as it stands: axe, width, errors, other hosts; leave a screenshot."""
        from axe_playwright_python.sync_playwright import Axe

        SCREENS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENS / f"{name}-{self.screen}.png", full_page=True)
        found = Axe().run(self.page).response["violations"]
        assert [(v["id"], [node["target"] for node in v["nodes"]]) for v in found] == []
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.page.evaluate("innerWidth")
        assert self.outside == []
        assert self.broken == []


@pytest.fixture
def visit(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Visit]:
    width, scheme = getattr(request, "param", (1280, "light"))
    visitor = Visit(browser, address, width, scheme)
    yield visitor
    visitor.context.close()


@pytest.fixture
def visitor(browser: Any) -> Iterator[Callable[..., Visit]]:
    """Make visitors of any address, of options of their own, until the test ends."""
    made: list[Visit] = []

    def make(address: str, **options: Any) -> Visit:
        made.append(Visit(browser, address, **options))
        return made[-1]

    yield make
    for visit in made:
        visit.context.close()
