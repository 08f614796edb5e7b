"""Ask: the Gradio page of the conversation, one for each display; what it shows is escaped by the templates."""

from __future__ import annotations

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
_CSS = """
.gradio-container{max-width:none!important;padding:0!important;background:var(--paper)!important;color:var(--ink);font-family:var(--face)!important}
.gradio-container main.fillable{max-width:76rem!important;padding:0 1.25rem 2rem!important;margin:0 auto}
.gradio-container .column{gap:.5rem}
.gradio-container .html-container{font-size:1rem;line-height:1.75;color:var(--ink);padding:0!important}
.gradio-container .block{border:0!important;background:none!important;box-shadow:none!important;padding:0!important;overflow:visible!important}
#composer{gap:.7rem}#composer .form{border:0!important;background:none!important;gap:.8rem;box-shadow:none!important}
#composer .row{gap:.5rem}
#question textarea{font-size:1.1rem!important;line-height:1.6!important;color:var(--ink)!important;background:var(--paper)!important;border:1px solid #84909d!important;border-radius:.6rem!important;padding:.6rem .8rem!important}
#question textarea::placeholder{color:var(--soft)!important}
#question label>span,#place legend,#place>span,#place span[data-testid=block-info]{color:var(--ink)!important;background:none!important;font-size:.92rem!important;padding:0!important;margin:0 0 .25rem}
#place .wrap{gap:.4rem}#place label{border-radius:1.2rem!important;border:1px solid #84909d!important;background:var(--paper)!important;color:var(--ink)!important;padding:.25rem .9rem!important;min-height:2.1rem}
#place label.selected{border-color:var(--accent)!important;box-shadow:inset 0 0 0 1px var(--accent);color:var(--accent)!important;font-weight:600}
#place label input{position:absolute;opacity:0;width:1px;height:1px;min-height:0}#place label:has(input:focus-visible){outline:3px solid var(--accent);outline-offset:2px}
#place label span{margin:0!important}#place label.selected::before{content:"✓"}
#ask,#stop,#new{min-width:5.5rem!important;width:auto;flex:0 0 auto;border-radius:.5rem;font-size:1rem;min-height:2.6rem}
#ask{background:var(--accent)!important;color:var(--on-accent)!important}
#stop,#new,#examples button{background:var(--paper)!important;color:var(--ink)!important;border:1px solid var(--line)!important;font-weight:400}
#examples{gap:.45rem;flex-wrap:wrap}#examples button{flex:0 1 auto;width:auto;min-width:0!important;font-size:.93rem;border-radius:1.2rem;padding:.3rem .9rem;text-align:left;white-space:normal}
.gradio-container button:focus-visible,.gradio-container textarea:focus-visible,.gradio-container input:focus-visible{outline:3px solid var(--accent)!important;outline-offset:2px}
.gradio-container :is(.turn,.foot,.trouble) a{color:var(--accent);text-decoration:underline}.gradio-container .turn a.ref{text-decoration:none}
.gradio-container h1{font-size:1.35rem;font-weight:700;line-height:1.45;margin:.8rem 0 .1rem}.gradio-container .turn .asked{font-size:1.15rem}
.gradio-container .turn h4{font-weight:600}.gradio-container .turn h3,.gradio-container .turn .asked{margin-bottom:.35rem}
.gradio-container .turn .outcome{margin-bottom:.6rem}.gradio-container .section{margin-bottom:.9rem}
.gradio-container :is(.tools,.reason) button{padding:.3rem .9rem;border:1px solid var(--line);border-radius:.5rem;background:var(--paper);min-height:2.4rem}
.gradio-container .thumbs [aria-pressed=true]{border-color:var(--accent);box-shadow:inset 0 0 0 1px var(--accent)}
.gradio-container .reason input{padding:.4rem .7rem;border:1px solid #84909d;border-radius:.5rem;background:var(--paper);color:var(--ink)}
.gradio-container .turn :is(th,td){border:1px solid var(--line);padding:.5rem .7rem}.gradio-container .turn ul{list-style:disc}
@media (max-width:40rem){.gradio-container main.fillable{padding:0 .9rem 1.5rem!important}.gradio-container .said :is(td,tbody th){border:0;padding:.15rem 0}}
#question textarea:focus-visible{outline-offset:-2px!important}
.gradio-container:has(.turn) #examples,.gradio-container:not(:has(#now .skeleton)) #stop,.gradio-container:not(:has(.turn)) #new{display:none}
footer:not(.foot){display:none!important}
"""


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
    except (ValidationError, PolicyAssistantError) as error:
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
        gr.HTML(render("header.html", language, here="ask"), apply_default_css=False)
        gr.HTML(render("intro.html", language), apply_default_css=False)
        with gr.Column(elem_id="composer"):
            question = gr.Textbox(
                label=t("问题", "Question"),
                placeholder=t("例如：株洲怎么支持科技成果转化？", "For example: What does Wuchang do for skilled workers?"),
                lines=1, max_lines=6, elem_id="question", autofocus=True,
            )  # fmt: skip
            choices = [
                (t("全部地区", "All places"), ""),
                *((t(place, _short(place)), place) for place in assistant.places),
            ]
            # Chips while they fit; a corpus of many places gets a list that can be typed into.
            choose = gr.Radio if len(choices) <= 14 else gr.Dropdown
            place = choose(choices, value="", label=t("地区", "Place"), elem_id="place")
            with gr.Row():
                button = gr.Button(t("提问", "Ask"), variant="primary", elem_id="ask")
                stop = gr.Button(t("停止", "Stop"), elem_id="stop")
                # A visit of its own: nothing of the old conversation can come late and stay.
                gr.Button(t("清空对话", "New conversation"), elem_id="new", link=PATHS[language])
        with gr.Row(elem_id="examples"):
            samples = [(gr.Button(text, size="sm"), text) for text in _EXAMPLES["en" if language == "en" else "zh"]]
        now = gr.HTML(elem_id="now", apply_default_css=False)
        past = gr.HTML(elem_id="past", apply_default_css=False)
        gr.HTML(
            render("coverage.html", language, documents=list(assistant.documents.values()), places=assistant.places)
        )
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
            '<link rel="stylesheet" href="/site/page.css"><script src="/site/page.js" defer></script>'
        ) + render("words.html", language)
        theme = gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"])
        gr.mount_gradio_app(
            api,
            create_ui(assistant, language),
            path=path.rstrip("/") or "/",
            css=_CSS,
            head=head,
            theme=theme,
            footer_links=[],
        )
    return api
