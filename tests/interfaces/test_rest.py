"""REST: contract, errors, bounds, and a fuzzing pass over its own schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from assistant import Assistant
from assistant.interfaces.feedback import Feedback
from assistant.interfaces.rest import create_api

GOLDEN = Path(__file__).parent / "openapi.json"


@pytest.fixture(scope="module")
def client(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    ratings = Feedback(tmp_path_factory.mktemp("ratings") / "feedback.sqlite")
    return TestClient(create_api(assistant, ratings), raise_server_exceptions=False)


def test_an_answer_carries_its_citations_with_exact_spans(client: TestClient, assistant: Assistant) -> None:
    answer = client.post("/v1/ask", json={"question": "武昌意见第9条"}).json()
    assert answer["status"] == "answered"
    assert [c["measure_id"] for c in answer["citations"]] == ["wuchang-2022:9"]
    citation = answer["citations"][0]
    text = assistant.document("wuchang-2022").text
    assert text[citation["start"] : citation["end"]] == citation["text"]
    assert "[1]" in answer["answer"]


def test_a_measure_and_its_document_are_found_by_id(client: TestClient) -> None:
    measure = client.get("/v1/measures/zhuzhou-30:15").json()
    assert [unit["name"] for unit in measure["units"]] == ["市科技局", "市财政局"]
    document = client.get("/v1/documents/zhuzhou-30").json()
    assert document["text"][measure["start"] : measure["end"]] == measure["text"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/v1/ask", {"question": "  "}, 422),
        ("POST", "/v1/ask", {"question": "补贴", "region": "亚特兰蒂斯"}, 422),
        ("POST", "/v1/ask", {"question": "x" * 3000}, 422),
        ("POST", "/v1/ask", {}, 422),
        ("GET", "/v1/measures/none:1", None, 404),
        ("GET", "/v1/documents/none", None, 404),
        ("GET", "/v1/nothing", None, 404),
        ("GET", "/v1/search?q=人才&since=tomorrow", None, 422),
        ("DELETE", "/v1/ask", None, 405),
        ("GET", "/c/none", None, 404),
    ],
)
def test_every_failure_has_one_shape(client: TestClient, method: str, path: str, body: object, status: int) -> None:
    response = client.request(method, path, json=body)
    assert response.status_code == status
    assert set(response.json()) == {"error", "message", "hint"}


def test_a_search_is_narrowed_to_a_unit_of_one_document(client: TestClient) -> None:
    hits = client.get("/v1/search", params={"q": "活动", "doc_id": "zhuzhou-30", "unit": "市科协", "k": 50}).json()
    assert sorted(hit["label"] for hit in hits) == ["1", "23", "7"]


def test_an_oversized_body_is_refused(client: TestClient) -> None:
    assert client.post("/v1/ask", content=b"x" * 2_000_000).status_code == 413


def test_the_openapi_schema_is_the_golden_file(client: TestClient, request: pytest.FixtureRequest) -> None:
    schema = client.get("/openapi.json").json()
    if request.config.getoption("--update-golden"):
        GOLDEN.write_text(json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    assert schema == json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_the_page_of_a_measure_marks_it_in_its_document(client: TestClient) -> None:
    page = client.get("/c/wuchang-2022:9").text
    assert '<span class="here" id="here"><mark>9.依托重点单位建设高技能人才培养平台。' in page
    assert "10.完善人才创新创业支持政策" in page
    part = client.get("/c/wuchang-2022:9?mark=0-2,2-6,5-9,9000-9001").text
    assert "<mark>9.</mark><mark>依托重点</mark>单位建设" in part
    assert client.get("/c/wuchang-2022:9?mark=<b>").status_code == 422


OPERATIONS = ["/v1/ask", "/v1/search", "/v1/measures/{measure_id}", "/v1/documents/{doc_id}"]


@pytest.mark.parametrize("path", OPERATIONS)
def test_the_schema_survives_fuzzing(assistant: Assistant, path: str, tmp_path: Path) -> None:
    application = create_api(assistant, Feedback(tmp_path / "feedback.sqlite"))
    schema = schemathesis.openapi.from_asgi("/openapi.json", application)
    operation = schema[path]["POST" if path == "/v1/ask" else "GET"]

    @given(case=operation.as_strategy())
    @settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def call(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=[not_a_server_error, status_code_conformance, response_schema_conformance])

    call()
