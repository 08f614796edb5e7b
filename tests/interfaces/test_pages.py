"""The permanent pages show a hostile document as text."""

from assistant.interfaces.pages import document_page, measure_page
from corpus import Document, split_document

HOSTILE = '恶意文件<script>alert(1)</script>办法\n一、补贴。<img src=x onerror=alert(1)>给予30万元。\n二、附则。"引号"与&符号。\n'


def test_a_hostile_document_is_shown_as_text() -> None:
    split = split_document(Document("d", "<b>办法</b>", HOSTILE, "d.txt", issuer="<i>某局</i>"))
    for page in (measure_page(split.measures[0], split.document), document_page(split.document, split.measures)):
        assert "<script" not in page
        assert "<img" not in page
        assert "<b>" not in page
        assert "<i>" not in page
        assert "&lt;img src=x onerror=alert(1)&gt;给予30万元" in page
