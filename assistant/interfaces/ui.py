"""The Gradio page: a question, a place, the answer with its citation cards, and the measure in its document."""

from __future__ import annotations

import os
from html import escape

from fastapi import FastAPI

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr  # noqa: E402, reads its environment on import

from assistant.core import Assistant  # noqa: E402
from assistant.interfaces.pages import about, quoted_title  # noqa: E402
from assistant.schema import MAX_QUESTION, Answer, Request  # noqa: E402
from corpus import PolicyAssistantError  # noqa: E402

_ALL = "全部地区 / All places"
_EXAMPLES = [
    "株洲怎么支持科技成果转化？",
    "长沙对人才住房有什么保障？",
    "武昌意见第9条",
    "株洲哪些事由市科协负责？",
    "What does Wuchang do for skilled workers?",
    "How does Zhuzhou help with schooling for the children of talent?",
]
_STATUS = {
    "answered": ("✓", "已回答 / Answered", "#0f6b3c"),
    "partial": ("◐", "部分回答 / Partly answered", "#8a5a00"),
    "not_covered": ("○", "未收录 / Not covered", "#5a6472"),
    "out_of_scope": ("◇", "超出范围 / Out of scope", "#5a6472"),
    "declined": ("✕", "不予回答 / Declined", "#a02020"),
}
_CSS = """
.answer{font-size:1.05rem;line-height:1.9;white-space:pre-wrap}.status{font-weight:600;margin-bottom:.5rem}
.card{border:1px solid var(--border-color-primary);border-radius:.6rem;padding:.8rem 1rem;margin:.7rem 0;line-height:1.8}
.card .where{font-size:.9rem;opacity:.8}.card .verbatim{white-space:pre-wrap;margin:.4rem 0}
.card mark{background:#fff3c4;color:#1c2733}
"""


def render_answer(answer: Answer) -> str:
    """Return an answer's outcome and text as HTML, everything escaped: gr.HTML sanitises nothing."""
    sign, words, colour = _STATUS[answer.status]
    return (
        f'<div class="status" style="color:{colour}">{sign} {words}</div>'
        f'<div class="answer" id="answer">{escape(answer.answer)}</div>'
    )


def render_cards(answer: Answer, assistant: Assistant) -> str:
    """Return a card for each citation: document, number, verbatim text with the quote marked, link to its place."""
    cards = []
    for citation in answer.citations:
        document = assistant.documents[citation.doc_id]
        text = escape(citation.text)
        for sentence in citation.quote.split("……"):
            quoted = escape(sentence)
            text = text.replace(quoted, f"<mark>{quoted}</mark>", 1) if quoted else text
        path = escape(" / ".join((*citation.path, citation.label)))
        cards.append(
            f'<div class="card"><strong>[{citation.marker}] {escape(quoted_title(document.title))}</strong>'
            f'<div class="where">{about(document)}<br>{path}</div><div class="verbatim">{text}</div>'
            f'<a href="/c/{escape(citation.measure_id)}#here" target="_blank">在原文中查看 / Open in the document</a></div>'
        )
    return "".join(cards)


def create_ui(assistant: Assistant) -> gr.Blocks:
    """Return the page over an assistant."""

    def answer(question: str, place: str) -> tuple[str, str]:
        try:
            region = None if place == _ALL else place
            given = assistant.ask(Request(question=question[:MAX_QUESTION], region=region))
        except PolicyAssistantError as error:
            raise gr.Error(f"{error.message}. {error.hint}") from error
        return render_answer(given), render_cards(given, assistant)

    with gr.Blocks(title="人才政策问答 · Talent policy Q&A") as page:
        gr.Markdown("# 人才政策问答 · Talent policy Q&A")
        with gr.Row():
            question = gr.Textbox(
                label="问题 / Question",
                placeholder=_EXAMPLES[0],
                scale=4,
                min_width=320,
                max_length=MAX_QUESTION,
                elem_id="question",
            )
            place = gr.Dropdown([_ALL, *assistant.places], value=_ALL, label="地区 / Place", scale=1)
        button = gr.Button("提问 / Ask", variant="primary", elem_id="ask")
        with gr.Row():
            # Columns with a least width stand below each other on a phone.
            with gr.Column(min_width=340):
                text = gr.HTML(elem_id="result")
            with gr.Column(min_width=340):
                cards = gr.HTML(elem_id="cards")
        gr.Examples(_EXAMPLES, question, label="示例 / Examples")
        covered = "、".join(assistant.places)
        gr.Markdown(f"收录 {len(assistant.documents)} 份文件：{covered}。参考回答，以主管部门解释为准。")
        for event in (button.click, question.submit):
            event(answer, [question, place], [text, cards], api_visibility="private", concurrency_limit=8)
    return page


def mount_page(api: FastAPI, assistant: Assistant) -> FastAPI:
    """Mount the page at / of an application."""
    mounted: FastAPI = gr.mount_gradio_app(api, create_ui(assistant), path="/", css=_CSS, footer_links=[])
    return mounted
