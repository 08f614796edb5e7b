"""The page in a real browser, and twenty people at once: `python -m eval.page [--index FOLDER] [--json FILE]`.

It serves an index on loopback in a process of its own, then measures with Chromium: time until a page can be used,
what it weighs, from a key press to its result, ten look-ups at the desk by keyboard, and a question from press to the
whole answer; last, without a browser, `PEOPLE` at once who ask over REST.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from eval.speed import serving
from eval.timing import describe_machine, percentiles, read_questions

PEOPLE, EACH = 20, 15
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# What must be there before a visitor can start on a page.
READY = {"/": "#question textarea", "/qualify": "button.main", "/desk": ".row", "/c/{measure}": "#here"}
LINES = [
    "第9条",
    "人才住房",
    "科技成果转化",
    "技能大师工作室",
    "子女入学",
    "创业",
    "市科协",
    "博士",
    "奖励",
    "高层次人才",
]


def open_page(browser: Any, address: str, path: str, ready: str) -> dict[str, float]:
    """Return seconds until a page can be used, first and second visit, and the KB that came over the wire."""
    context = browser.new_context()
    page = context.new_page()
    finished: list[Any] = []
    page.on("requestfinished", lambda request: finished.append(request))
    times = []
    for _ in range(2):
        started = time.perf_counter()
        page.goto(address + path)
        page.locator(ready).first.wait_for()
        times.append(time.perf_counter() - started)
        if len(times) == 1:
            # Not until the network is idle: Gradio keeps a stream open for ever.
            page.wait_for_timeout(1500)
            first = sum(sum(_sizes(request)) for request in finished) / 1024
    context.close()
    return {"first_s": times[0], "again_s": times[1], "kb": first}


def _sizes(request: Any) -> tuple[int, int]:
    sizes = request.sizes()
    return sizes["responseHeadersSize"], sizes["responseBodySize"]


def type_at_desk(browser: Any, address: str) -> dict[str, float]:
    """Return milliseconds from a key press to the list that it brings, over every character of the lines."""
    page = browser.new_context().new_page()
    page.goto(address + "/desk")
    page.locator(".row").first.wait_for()
    # In the page, so that the driver's own delay does not count.
    times = page.evaluate(
        """async (lines) => {
          const line = document.querySelector('#line'), found = document.querySelector('#found'), times = []
          for (const text of lines) for (let n = 1; n <= text.length; n++) {
            line.value = text.slice(0, n)
            const drawn = new Promise((done) => new MutationObserver((_, watch) => { watch.disconnect(); requestAnimationFrame(done) })
              .observe(found, { childList: true }))
            const started = performance.now()
            line.dispatchEvent(new InputEvent('input'))
            await drawn
            times.push(performance.now() - started)
            await new Promise((done) => setTimeout(done, 120))
          }
          return times
        }""",
        LINES,
    )
    page.context.close()
    return {**percentiles(times), "worst": max(times), "presses": len(times)}


def look_up_by_keyboard(browser: Any, address: str) -> dict[str, float]:
    """Return seconds for ten look-ups without a mouse: type a line, go down one, copy the 口径."""
    page = browser.new_context().new_page()
    page.goto(address + "/desk")
    page.locator(".row").first.wait_for()
    times = []
    for line in LINES:
        started = time.perf_counter()
        page.keyboard.press("Escape")
        page.keyboard.type(line)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Control+Enter")
        page.wait_for_function(
            "line => JSON.parse(localStorage.getItem('policyqa.recent') ?? '[]')[0] === line", arg=line
        )
        times.append(time.perf_counter() - started)
    page.context.close()
    return {**percentiles(times), "all": sum(times)}


def ask_by_hand(browser: Any, address: str) -> dict[str, float]:
    """Return milliseconds on the Ask page from the press of its button to the first section, and to the whole answer."""
    page = browser.new_context().new_page()
    page.goto(address + "/")
    page.locator("#question textarea").wait_for()
    page.wait_for_timeout(1000)
    first, whole = [], []
    for question in read_questions()[:10]:
        page.locator("#question textarea").fill(question)
        started = time.perf_counter()
        page.locator("#ask").click()
        mine = "q => { const t = document.querySelector('#now .turn[data-question]'); return t?.dataset.question === q"
        page.wait_for_function(mine + " && !!t.querySelector('.section') }", arg=question)
        first.append(1000 * (time.perf_counter() - started))
        page.wait_for_function(mine + " && !!t.querySelector('.disclaimer') }", arg=question)
        whole.append(1000 * (time.perf_counter() - started))
    page.context.close()
    return {
        "first_p50": percentiles(first)["p50"],
        "whole_p50": percentiles(whole)["p50"],
        "whole_p95": percentiles(whole)["p95"],
    }


def crowd(address: str) -> dict[str, float]:
    """Return milliseconds an answer for `PEOPLE` who ask at once, without a pause; how many failed, and answers a second."""
    import httpx

    questions = list(islice(cycle(read_questions()), PEOPLE * EACH))

    def person(number: int) -> list[tuple[float, bool]]:
        answers = []
        with httpx.Client(timeout=60) as client:
            for question in questions[number::PEOPLE]:
                started = time.perf_counter()
                reply = client.post(f"{address}/v1/ask", json={"question": question})
                answers.append((1000 * (time.perf_counter() - started), reply.status_code == 200))
        return answers

    started = time.perf_counter()
    with ThreadPoolExecutor(PEOPLE) as people:
        answers = [answer for own in people.map(person, range(PEOPLE)) for answer in own]
    seconds = time.perf_counter() - started
    failed = sum(not good for _, good in answers)
    return {**percentiles([took for took, _ in answers]), "failed": failed, "per_second": len(answers) / seconds}


def measure(index: Path) -> dict[str, object]:
    """Return every measurement of the page over an index."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    results: dict[str, object] = {"machine": describe_machine()}
    with serving(index) as (address, _):
        import httpx

        first = httpx.get(f"{address}/v1/search", params={"q": "人才", "k": 1}).json()[0]["measure_id"]
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
            results["pages"] = {
                path: open_page(browser, address, path.format(measure=first), ready) for path, ready in READY.items()
            }
            results["key to list, ms"] = type_at_desk(browser, address)
            results["look-up by keyboard, s"] = look_up_by_keyboard(browser, address)
            results["question to answer, ms"] = ask_by_hand(browser, address)
            browser.close()
        results[f"{PEOPLE} people at once, ms"] = crowd(address)
    return results


def main() -> None:
    """Build an index where none is given, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--json", type=Path, help="Write the results here too.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        index = given.index or Path(folder)
        if given.index is None:
            command = [sys.executable, "-m", "assistant.interfaces.cli", "build", "--index", folder]
            subprocess.run(command, check=True, env=dict(os.environ))
        results = measure(index)
    written = json.dumps(results, ensure_ascii=False, indent=1, default=float)
    print(written)
    if given.json:
        given.json.write_text(written + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
