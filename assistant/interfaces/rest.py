"""REST under /v1, and the application that the pages are mounted in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, FastAPI, Path, Query
from fastapi import Request as HttpRequest
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.exceptions import HTTPException
from starlette.middleware.base import RequestResponseEndpoint

from assistant.core import Assistant
from assistant.errors import EmptyQuestionError, TooLargeError, UnknownMeasureError, UnknownPlaceError
from assistant.interfaces.feedback import Feedback
from assistant.interfaces.web import add_pages, error_page, guard_ask
from assistant.schema import (
    MAX_QUESTION,
    Answer,
    DocumentOut,
    Eligibility,
    EligibilityRequest,
    ErrorOut,
    FullDocumentOut,
    FullMeasureOut,
    HitOut,
    Request,
    to_document,
    to_full_measure,
    to_hit,
    to_measure,
)
from corpus import PolicyAssistantError, sentences
from index import Filters, UnusableIndexError

MAX_BODY = 1_000_000
_STATUS = {EmptyQuestionError: 422, UnknownPlaceError: 422, UnknownMeasureError: 404, UnusableIndexError: 503}
_FAILURES: dict[int | str, dict[str, object]] = {code: {"model": ErrorOut} for code in (400, 404, 413, 422, 503)}
Day = Annotated[str, Query(pattern=r"^\d{4}-\d{2}-\d{2}$", description="ISO date")]
Identifier = Annotated[str, Path(max_length=200)]


def create_api(assistant: Assistant, feedback: Feedback, *, page: bool = False) -> FastAPI:
    """Return the application over an assistant.

    Args:
        assistant: Answers.
        feedback: Keeps the ratings of answers.
        page: Whether to mount the Gradio page at /.
    """
    api = FastAPI(title="policyqa", version="1", description="Cited answers from Chinese talent policy.")
    _handle_errors(api)

    @api.post("/v1/ask", responses=_FAILURES)
    def ask(request: Request) -> Answer:
        """Answer a question with the measures that say so."""
        return assistant.ask(request)

    @api.post("/v1/ask/stream", responses=_FAILURES, response_class=EventSourceResponse)
    def stream(answer: Answer = Depends(ask)) -> Iterator[ServerSentEvent]:
        """Answer sentence by sentence (events `sentence`), then whole (event `answer`), by server-sent events."""
        for sentence in sentences(answer.answer):
            yield ServerSentEvent(data={"text": sentence}, event="sentence")
        yield ServerSentEvent(data=answer, event="answer")

    @api.post("/v1/eligibility", responses=_FAILURES)
    def eligibility(request: EligibilityRequest) -> Eligibility:
        """Return the measures for a profile: met, open and unmet, each condition with the words that state it."""
        return assistant.qualify(request)

    @api.get("/v1/search", responses=_FAILURES)
    def search(
        q: Annotated[str, Query(max_length=MAX_QUESTION)],
        region: Annotated[str | None, Query(max_length=50)] = None,
        doc_id: Annotated[str | None, Query(max_length=200)] = None,
        unit: Annotated[str | None, Query(max_length=50)] = None,
        kind: Annotated[str | None, Query(max_length=50)] = None,
        since: Day | None = None,
        until: Day | None = None,
        k: Annotated[int, Query(ge=1, le=100)] = 10,
    ) -> list[HitOut]:
        """Return the measures that match best, of one place, document, unit, kind of text or time of publication."""
        documents = frozenset({doc_id} if doc_id else ())
        filters = Filters(doc_ids=documents, unit=unit, kind=kind, since=since, until=until)
        hits = assistant.search(Request(question=q, region=region, k=k), filters)
        return [to_hit(hit, assistant.documents[hit.measure.doc_id]) for hit in hits]

    @api.get("/v1/measures/{measure_id}", responses=_FAILURES)
    def measure(measure_id: Identifier) -> FullMeasureOut:
        """Return one measure with what was read from it."""
        found = assistant.measure(measure_id)
        return to_full_measure(found, assistant.documents[found.doc_id])

    @api.get("/v1/documents", responses=_FAILURES)
    def documents() -> list[DocumentOut]:
        """Return every document, without texts."""
        return [to_document(d, len(assistant.measures_of(d.doc_id))) for d in assistant.documents.values()]

    @api.get("/v1/documents/{doc_id}", responses=_FAILURES)
    def document(doc_id: Identifier) -> FullDocumentOut:
        """Return a document's text with the spans of its measures."""
        found = assistant.document(doc_id)
        spans = [to_measure(m, found) for m in assistant.measures_of(doc_id)]
        return FullDocumentOut(**to_document(found, len(spans)).model_dump(), text=found.text, spans=spans)

    @api.get("/v1/healthz")
    def healthz() -> dict[str, str]:
        """Say that the process runs."""
        return {"status": "ok"}

    @api.get("/v1/readyz", responses=_FAILURES)
    def readyz() -> dict[str, str]:
        """Say that questions are answered, and from which index."""
        return {"status": "ready", "index": assistant.fingerprint}

    add_pages(api, assistant, feedback)
    if page:
        from assistant.interfaces.ui import PATHS, mount_page

        guard_ask(api, PATHS)
        return mount_page(api, assistant)
    return api


def _handle_errors(api: FastAPI) -> None:
    @api.exception_handler(PolicyAssistantError)
    def expected(request: HttpRequest, error: PolicyAssistantError) -> Response:
        status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 400)
        return _failure(request, error, status, error.message, error.hint)

    @api.exception_handler(RequestValidationError)
    def malformed(request: HttpRequest, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        return _failure(request, error, 422, f"{where}: {first['msg']}", "See /docs for what is expected.")

    @api.exception_handler(HTTPException)
    def refused(request: HttpRequest, error: HTTPException) -> Response:
        return _failure(request, error, error.status_code, str(error.detail), "See /docs for what there is.")

    @api.middleware("http")
    async def bounded(request: HttpRequest, call_next: RequestResponseEndpoint) -> Response:
        if int(request.headers.get("content-length") or 0) > MAX_BODY:
            error = TooLargeError(f"The request is larger than {MAX_BODY} bytes")
            return _failure(request, error, 413, error.message, error.hint)
        return await call_next(request)


def _failure(request: HttpRequest, error: Exception, status: int, message: str, hint: str) -> Response:
    """Return a failure as a page in the reader's language where a browser asks for one, else as JSON."""
    if "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/v1/"):
        return error_page(request, error, status)
    return JSONResponse(ErrorOut(error=type(error).__name__, message=message, hint=hint).model_dump(), status)
