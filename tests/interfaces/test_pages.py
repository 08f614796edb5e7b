"""The pages show hostile documents and questions as text, in every display."""

from __future__ import annotations

import json
import re

import pytest

from assistant import Assistant, Request
from assistant.interfaces.pages import (
    LANGUAGES,
    Language,
    document_page,
    mark_quote,
    mark_up,
    measure_page,
    render_answer,
    traditional,
)
from corpus import Document, split_document

HOSTILE = '恶意文件<script>alert(1)</script>办法\n一、补贴。<img src=x onerror=alert(1)>给予30万元。\n二、附则。"引号"与&符号。{{ 7*7 }}${7*7}\n'
QUESTION = '</h2><img src=x onerror="alert(1)"><script>alert(1)</script>武昌意见第9条'


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hostile_document_is_shown_as_text(language: Language) -> None:
    split = split_document(
        Document("d", "<b>办法</b>", HOSTILE, "d.txt", issuer="<i>某局</i>", url="javascript:alert(1)")
    )
    for page in (
        measure_page(split.measures[0], split.document, language),
        document_page(split.document, split.measures, language),
    ):
        assert not re.search(r"<(?:script>|img|b>|i>)", page)
        assert "&lt;img src=x onerror=alert(1)&gt;" in page
        assert "{{ 7*7 }}" in page
        assert 'href="javascript:' not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hostile_question_is_shown_as_text(assistant: Assistant, language: Language) -> None:
    answer = assistant.ask(Request(question=QUESTION))
    html = render_answer(answer, QUESTION, assistant.documents, language, region='"><script>')
    assert "<script" not in html
    assert "<img" not in html
    assert not re.search(r"<[^>]*\sonerror\s*=", re.sub(r'"[^"]*"', '""', html))


def test_structured_data_cannot_close_its_element() -> None:
    split = split_document(Document("d", "</script><script>alert(1)</script>", HOSTILE, "d.txt"))
    page = measure_page(split.measures[0], split.document)
    written = re.findall(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert [json.loads(text)["@type"] for text in written] == ["Legislation"]
    assert json.loads(written[0])["isPartOf"]["name"] == split.document.title


def test_a_quote_is_marked_sentence_by_sentence() -> None:
    assert mark_quote("甲<。乙。丙。", "甲<。……丙。") == "<mark>甲&lt;。</mark>乙。<mark>丙。</mark>"


def test_figures_and_markers_of_a_section_stand_out() -> None:
    assert mark_up("给予30万元。[1]", 2) == '给予<b>30万元</b>。<a class="ref" href="#t2-1">[1]</a>'


def test_traditional_characters_replace_text_and_nothing_else() -> None:
    html = '<p title="硕士">硕士<textarea>硕士</textarea></p><script>"硕士"</script>'
    assert traditional(html) == '<p title="硕士">碩士<textarea>硕士</textarea></p><script>"硕士"</script>'
