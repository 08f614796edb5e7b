"""Ask: the Gradio page of the conversation, one for each display; what it shows is escaped by the templates."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr  # noqa: E402, reads its environment on import
from pydantic import ValidationError  # noqa: E402

from assistant.core import Assistant  # noqa: E402
from assistant.interfaces.pages import Language, in_display, render, render_answer  # noqa: E402
from assistant.interfaces.troubles import explain  # noqa: E402
from assistant.schema import MAX_QUESTION, Request, Turn  # noqa: E402
from corpus import PolicyAssistantError, get_place  # noqa: E402

PATHS: dict[Language, str] = {"en": "/en/", "zh-Hant": "/hant/", "zh": "/"}
_EXAMPLES = {
    "zh": [
        "株洲怎么支持科技成果转化？",
        "长沙对人才住房有什么保障？",
        "武昌意见第9条",
        "株洲哪些事由市科协负责？",
        "比较武昌和株洲的科技成果转化支持",
    ],
    "en": [
        "What does Wuchang do for skilled workers?",
        "How does Zhuzhou help with schooling for the children of talent?",
        "Which measures is 市科协 responsible for in Zhuzhou?",
        "武昌意见第9条",
    ],
}
_KEPT = 20
"""Turns of a conversation that stay on the page."""
_PAUSE = 0.04
"""Seconds between the sections of an answer, so that it grows before the reader's eyes instead of jumping."""


@dataclass(frozen=True, slots=True)
class Told:
    """A turn as it stands on the page."""

    question: str
    answer: str
    html: str


Shown = tuple[str, str, list[Told]]
"""The newest turn, the earlier ones, and the conversation; the field is its writer's alone."""


def converse(assistant: Assistant, language: Language, question: str, place: str, told: list[Told]) -> Iterator[Shown]:
    """Yield the page while an answer grows: a skeleton, section after section, the whole with its cards.

    What cannot be answered is said in words.
    """
    earlier = "".join(turn.html for turn in reversed(told))
    yield render("waiting.html", language, question=question[:MAX_QUESTION]), earlier, told
    history: list[Turn] = []
    for turn in told[-6:]:
        history += [Turn(role="user", content=turn.question), Turn(role="assistant", content=turn.answer[:20_000])]
    try:
        answer = assistant.ask(Request(question=question, region=place or None, history=history))
    except Exception as error:
        if not isinstance(error, (ValidationError, PolicyAssistantError)):
            # A bug: its traceback goes to the log, and the visitor is not left with a page that waits for ever.
            logging.getLogger(__name__).exception("A question failed")
        yield render("trouble.html", language, trouble=explain(error, language), kept=question), earlier, told
        return
    number = len(told) + 1

    def show(sections: int | None) -> str:
        return render_answer(
            answer, question, assistant.documents, language, turn=number, region=place, sections=sections
        )

    for count in range(1, len(answer.sections)):
        yield show(count), earlier, told
        time.sleep(_PAUSE)
    whole = show(None)
    yield whole, earlier, [*told, Told(question, answer.answer, whole)][-_KEPT:]


def _short(name: str) -> str:
    place = get_place(name)
    return place.english if place else name


def create_ui(assistant: Assistant, language: Language = "zh") -> gr.Blocks:
    """Return the page of the conversation in one display."""

    def t(chinese: str, english: str) -> str:
        return english if language == "en" else in_display(chinese, language)

    def ask(question: str, place: str, told: list[Told]) -> Iterator[Shown]:
        yield from converse(assistant, language, question, place, told)

    def ask_example(question: str) -> object:
        def asked(place: str, told: list[Told]) -> Iterator[Shown]:
            yield from converse(assistant, language, question, "", told)

        return asked

    def reopen(told: list[Told], request: gr.Request) -> Iterator[Shown]:
        asked = request.query_params.get("q", "")[: MAX_QUESTION + 1]
        place = request.query_params.get("region", "")
        if asked:
            yield from converse(assistant, language, asked, place, told)

    options: dict[str, Any] = {"api_visibility": "private", "concurrency_limit": 8, "show_progress": "hidden"}
    with gr.Blocks(title=t("人才政策问答", "Talent policy Q&A"), fill_width=True) as page:
        told = gr.State([])
        gr.HTML(render("header.html", language, here="ask"), apply_default_css=False, elem_id="head")
        gr.HTML(render("intro.html", language), apply_default_css=False)
        with gr.Column(elem_id="composer"):
            with gr.Row():
                question = gr.Textbox(
                    label=t("问题", "Question"),
                    placeholder=t("例如：株洲怎么支持科技成果转化？", "For example: What does Wuchang do for skilled workers?"),
                    lines=1, max_lines=6, elem_id="question", autofocus=True,
                )  # fmt: skip
                button = gr.Button(t("提问", "Ask"), variant="primary", elem_id="ask")
                stop = gr.Button(t("停止", "Stop"), elem_id="stop")
            choices = [
                (t("全部地区", "All places"), ""),
                *((t(place, _short(place)), place) for place in assistant.places),
            ]
            # Chips while they fit; a corpus of many places gets a list that can be typed into.
            choose = gr.Radio if len(choices) <= 14 else gr.Dropdown
            with gr.Row():
                place = choose(choices, value="", label=t("地区", "Place"), elem_id="place")
                # A visit of its own: nothing of the old conversation can come late and stay.
                gr.Button(t("清空对话", "New conversation"), elem_id="new", link=PATHS[language])
        with gr.Row(elem_id="examples"):
            gr.HTML(f"<p>{t('可以这样问：', 'Ask, for example:')}</p>", apply_default_css=False)
            samples = [(gr.Button(text, size="sm"), text) for text in _EXAMPLES["en" if language == "en" else "zh"]]
        now = gr.HTML(elem_id="now", apply_default_css=False)
        past = gr.HTML(elem_id="past", apply_default_css=False)
        covered = {"documents": list(assistant.documents.values()), "places": assistant.places}
        gr.HTML(render("coverage.html", language, **covered), apply_default_css=False)
        shown = [now, past, told]
        running: list[Any] = [
            event(ask, [question, place, told], shown, **options) for event in (button.click, question.submit)
        ]
        running += [sample.click(ask_example(text), [place, told], shown, **options) for sample, text in samples]
        running.append(page.load(reopen, [told], shown, **options))
        stopped = render("trouble.html", language, trouble=t("已停止。", "Stopped."), kept="")
        stop.click(lambda: stopped, None, now, cancels=running, api_visibility="private", queue=False)
    return page


def mount_page(api: FastAPI, assistant: Assistant) -> FastAPI:
    """Mount the page in each display; the one at / last, since what is mounted there takes every other path."""
    for language, path in PATHS.items():
        code = {"zh": "zh-CN"}.get(language, language)
        head = (
            f'<meta name="policyqa-language" content="{code}"><link rel="icon" href="/site/icon.svg">'
            '<link rel="stylesheet" href="/site/page.css"><link rel="stylesheet" href="/site/ask.css"><script src="/site/page.js" defer></script>'
        ) + render("words.html", language)
        theme = gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"])
        gr.mount_gradio_app(
            api,
            create_ui(assistant, language),
            path=path.rstrip("/") or "/",
            head=head,
            theme=theme,
            footer_links=[],
        )
    return api
