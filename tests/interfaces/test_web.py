"""The pages beside Gradio's: language, forms, exports, ratings and headers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assistant import Assistant
from assistant.interfaces.feedback import Feedback
from assistant.interfaces.rest import create_api

RATING = {"rating": "down", "reason": "太短", "question": "补贴多少", "status": "answered", "measures": ["a:1"]}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ratings") / "deep" / "feedback.sqlite"


@pytest.fixture
def client(assistant: Assistant, file: Path) -> TestClient:
    return TestClient(create_api(assistant, Feedback(file)), raise_server_exceptions=False)


def test_a_language_chosen_by_hand_is_remembered(client: TestClient) -> None:
    assert "Look up" in client.get("/desk?lang=en").text
    assert "Look up" in client.get("/desk").text
    assert "查條款" in client.get("/desk?lang=zh-Hant").text
    assert '<html lang="zh-Hant">' in client.get("/c/wuchang-2022:9").text


@pytest.mark.parametrize("path", ["/desk", "/qualify", "/c/wuchang-2022:9", "/d/zhuzhou-30"])
def test_every_page_runs_scripts_with_its_nonce_alone(client: TestClient, path: str) -> None:
    reply = client.get(path)
    policy = reply.headers["content-security-policy"]
    nonce = re.search(r"script-src 'nonce-([\w-]+)';", policy)
    assert nonce and "unsafe" not in policy
    assert all(f'nonce="{nonce[1]}"' in tag for tag in re.findall(r"<script\b[^>]*>", reply.text))
    assert not re.search(r"\s(?:style|on\w+)=", re.sub(r'"[^"]*"', '""', reply.text))


def test_the_form_answers_without_scripts_and_keeps_what_was_typed(client: TestClient) -> None:
    page = client.post("/qualify", data={"text": "我45岁，高级技师，老家在株洲", "age": "46"}).text
    assert "我45岁，高级技师" in page
    assert "年龄：46" in page
    assert "株洲市" in page
    assert 'class="match"' in page


def test_a_bad_field_is_explained_and_nothing_is_lost(client: TestClient) -> None:
    reply = client.post("/qualify", data={"age": "<b>old</b>", "title": "技师"})
    assert reply.status_code == 422
    assert 'role="alert"' in reply.text
    assert "&lt;b&gt;old" in reply.text
    assert 'value="技师"' in reply.text


def test_the_list_is_exported_with_its_citations(client: TestClient) -> None:
    written = client.post("/qualify/list.csv", data={"text": "我45岁，高级技师，老家在株洲"}).text
    assert written.startswith("\ufeff结论,条件,原文,文件,文号,条,责任单位,链接")
    assert "/c/zhuzhou-30:" in written


def test_a_rating_is_kept_only_when_it_is_sent(client: TestClient, file: Path) -> None:
    client.post("/v1/ask", json={"question": "补贴多少"})
    client.get("/desk/rows?q=补贴多少")
    assert not file.exists()
    assert client.post("/v1/feedback", json=RATING).status_code == 204
    rows = [json.loads(line) for line in Feedback(file).export()]
    assert [(row["rating"], row["reason"], row["question"]) for row in rows] == [("down", "太短", "补贴多少")]
    assert client.post("/v1/feedback", json={**RATING, "rating": "sideways"}).status_code == 422


def test_a_hostile_line_changes_nothing_on_the_desk(client: TestClient) -> None:
    line = '<img src=x onerror="alert(1)">住房'
    for path in ("/desk/rows", "/desk/clause/changsha-2022:15"):
        assert "<img" not in client.get(path, params={"q": line}).text
