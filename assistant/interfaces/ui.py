"""Ask: the Gradio page of the conversation, one for each display; what it shows is escaped by the templates."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import FastAPI

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr  # noqa: E402, reads its environment on import

from assistant.core import Assistant  # noqa: E402
from assistant.interfaces.pages import Language, render, render_answer, traditional  # noqa: E402
from assistant.schema import MAX_QUESTION, Request, Turn  # noqa: E402
from corpus import PolicyAssistantError  # noqa: E402

PATHS: dict[Language, str] = {"en": "/en", "zh-Hant": "/hant", "zh": "/"}
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
_CSS = """
.gradio-container{max-width:none!important;padding:0!important;background:var(--paper)!important;color:var(--ink);font-family:var(--face)!important}
.gradio-container main.fillable{max-width:76rem!important;padding:0 1.25rem 2rem!important;margin:0 auto}
.gradio-container .html-container,.gradio-container .prose{font-size:1rem;line-height:1.75;color:var(--ink);padding:0!important}
#composer{gap:.6rem;background:none;border:0;margin-top:.3rem}#composer>*{background:none}
#question textarea{font-size:1.1rem!important;line-height:1.6!important;color:var(--ink)!important;background:var(--paper)!important;border:1px solid #84909d!important;border-radius:.6rem!important}
#question label>span,#place legend,#place>span{color:var(--ink)!important;background:none!important;font-size:.92rem!important;padding:0!important}
#place{border:0!important;padding:0!important;background:none!important}
#place .wrap{gap:.4rem}#place label{border-radius:1.2rem!important;border:1px solid #84909d!important;background:var(--paper)!important;color:var(--ink)!important;padding:.3rem .85rem!important;min-height:2.1rem}
#place label.selected{border-color:var(--accent)!important;box-shadow:inset 0 0 0 1px var(--accent);color:var(--accent)!important;font-weight:600}
#ask,#stop,#new{min-width:6rem!important;flex:0 0 auto;border-radius:.5rem;font-size:1rem;min-height:2.6rem}
#ask{background:var(--accent)!important;color:var(--on-accent)!important}
#stop,#new,#examples button{background:var(--paper)!important;color:var(--ink)!important;border:1px solid var(--line)!important}
#examples{gap:.45rem;margin-top:.2rem}#examples button{flex:0 1 auto;width:auto;min-width:0;font-weight:400;font-size:.93rem;border-radius:1.2rem;padding:.3rem .9rem;text-align:left;white-space:normal}
.gradio-container button:focus-visible,.gradio-container textarea:focus-visible,.gradio-container input:focus-visible{outline:3px solid var(--accent)!important;outline-offset:2px}
footer:not(.foot){display:none!important}
"""


@dataclass(frozen=True, slots=True)
class Told:
    """A turn as it stands on the page."""

    question: str
    answer: str
    html: str


Shown = tuple[str, str, str, list[Told]]
"""The field's text, the newest turn, the earlier ones, and the conversation."""


def converse(assistant: Assistant, language: Language, question: str, place: str, told: list[Told]) -> Iterator[Shown]:
    """Yield the page while an answer grows: a skeleton, section after section, the whole with its cards.

    What cannot be answered is said in words, and the field keeps what was typed.
    """
    earlier = "".join(turn.html for turn in reversed(told))
    if not question.strip():
        yield question, render("trouble.html", language, kind="empty"), earlier, told
        return
    if len(question) > MAX_QUESTION:
        yield question, render("trouble.html", language, kind="long", most=MAX_QUESTION), earlier, told
        return
    yield question, render("waiting.html", language, question=question), earlier, told
    turns = [
        Turn(role=role, content=text[:20_000])
        for turn in told[-6:]
        for role, text in (("user", turn.question), ("assistant", turn.answer))
    ]
    try:
        answer = assistant.ask(Request(question=question, region=place or None, history=turns))
    except PolicyAssistantError as error:
        yield question, render("trouble.html", language, kind="failed", error=error), earlier, told
        return
    number = len(told) + 1

    def show(sections: int | None) -> str:
        return render_answer(
            answer, question, assistant.documents, language, turn=number, region=place, sections=sections
        )

    for count in range(1, len(answer.sections)):
        yield question, show(count), earlier, told
        time.sleep(_PAUSE)
    whole = show(None)
    yield "", whole, earlier, [*told, Told(question, answer.answer, whole)][-_KEPT:]


def create_ui(assistant: Assistant, language: Language = "zh") -> gr.Blocks:
    """Return the page of the conversation in one display."""

    def t(chinese: str, english: str) -> str:
        return english if language == "en" else traditional(chinese) if language == "zh-Hant" else chinese

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

    def forget() -> Shown:
        return "", "", "", []

    options: dict[str, object] = {"api_visibility": "private", "concurrency_limit": 8, "show_progress": "hidden"}
    with gr.Blocks(title=t("人才政策问答", "Talent policy Q&A"), fill_width=True) as page:
        told = gr.State([])
        gr.HTML(render("header.html", language, here="ask"))
        gr.HTML(render("intro.html", language))
        with gr.Column(elem_id="composer"):
            question = gr.Textbox(
                label=t("问题", "Question"),
                placeholder=t("例如：株洲怎么支持科技成果转化？", "For example: What does Wuchang do for skilled workers?"),
                lines=1, max_lines=6, elem_id="question", autofocus=True,
            )  # fmt: skip
            choices = [(t("全部地区", "All places"), ""), *((t(place, place), place) for place in assistant.places)]
            # Chips while they fit; a corpus of many places gets a list that can be typed into.
            if len(choices) <= 14:
                place = gr.Radio(choices, value="", label=t("地区", "Place"), elem_id="place")
            else:
                place = gr.Dropdown(choices, value="", label=t("地区", "Place"), elem_id="place")
            with gr.Row():
                button = gr.Button(t("提问", "Ask"), variant="primary", elem_id="ask")
                stop = gr.Button(t("停止", "Stop"), elem_id="stop")
                new = gr.Button(t("清空对话", "New conversation"), elem_id="new")
        with gr.Row(elem_id="examples"):
            samples = [(gr.Button(text, size="sm"), text) for text in _EXAMPLES["en" if language == "en" else "zh"]]
        now = gr.HTML(elem_id="now")
        past = gr.HTML(elem_id="past")
        gr.HTML(
            render("coverage.html", language, documents=list(assistant.documents.values()), places=assistant.places)
        )
        shown = [question, now, past, told]
        running = [event(ask, [question, place, told], shown, **options) for event in (button.click, question.submit)]
        running += [sample.click(ask_example(text), [place, told], shown, **options) for sample, text in samples]
        running.append(page.load(reopen, [told], shown, **options))
        stop.click(None, cancels=running, api_visibility="private")
        new.click(forget, None, shown, cancels=running, **options)
    return page


def mount_page(api: FastAPI, assistant: Assistant) -> FastAPI:
    """Mount the page in each display; the one at / last, since what is mounted there takes every other path."""
    for language, path in PATHS.items():
        code = {"zh": "zh-CN"}.get(language, language)
        head = (
            f'<meta name="policyqa-language" content="{code}"><link rel="icon" href="/site/icon.svg">'
            '<link rel="stylesheet" href="/site/page.css"><script src="/site/page.js" defer></script>'
        )
        theme = gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"])
        gr.mount_gradio_app(
            api, create_ui(assistant, language), path=path, css=_CSS, head=head, theme=theme, footer_links=[]
        )
    return api
