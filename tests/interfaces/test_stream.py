"""Answers by server-sent events, and eligibility over REST."""

from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient

from assistant import Assistant
from assistant.interfaces.feedback import Feedback
from assistant.interfaces.rest import create_api


@pytest.fixture(scope="module")
def client(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    ratings = Feedback(tmp_path_factory.mktemp("ratings") / "feedback.sqlite")
    return TestClient(create_api(assistant, ratings), raise_server_exceptions=False)


def test_an_answer_comes_sentence_by_sentence_and_then_whole(client: TestClient) -> None:
    body = client.post("/v1/ask/stream", json={"question": "株洲怎么支持科技成果转化？"}).text
    events = [block.split("\n", 1) for block in body.strip().split("\n\n") if "data:" in block]
    kinds = [head.removeprefix("event: ") for head, _ in events]
    payloads = [json.loads(data.removeprefix("data: ")) for _, data in events]
    assert kinds == ["sentence"] * (len(events) - 1) + ["answer"]
    whole = payloads[-1]
    assert whole == client.post("/v1/ask", json={"question": "株洲怎么支持科技成果转化？"}).json()
    assert "".join("".join(p["text"].split()) for p in payloads[:-1]) == "".join(whole["answer"].split())


def test_a_malformed_question_is_refused_before_the_stream_begins(client: TestClient) -> None:
    assert client.post("/v1/ask/stream", json={"question": "x" * 3000}).status_code == 422


def test_eligibility_groups_measures_with_marked_conditions(client: TestClient) -> None:
    found = client.post("/v1/eligibility", json={"text": "我45岁，高级技师，老家在株洲，想回去带徒弟"}).json()
    match = found["eligible"][0]
    assert (match["measure_id"], match["verdict"]) == ("zhuzhou-30:5", "met")
    assert {c["mark"] for c in match["conditions"]} == {"met"}
    assert client.post("/v1/eligibility", json={"profile": {"age": 300}}).status_code == 422


def test_an_empty_question_in_a_stream_is_an_error_with_a_hint(client: TestClient) -> None:
    response = client.post("/v1/ask/stream", json={"question": "  "})
    assert response.status_code == 422
    assert set(response.json()) == {"error", "message", "hint"}
