"""Routes of the pages beside Gradio's, the display language that a browser remembers, and what a page may load."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator
from pathlib import Path
from secrets import token_urlsafe
from typing import Annotated, Any, cast
from urllib.parse import parse_qs, urlencode

from fastapi import FastAPI, Query
from fastapi import Request as HttpRequest
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from pydantic import ValidationError
from starlette.middleware.base import RequestResponseEndpoint

from assistant.core import Assistant
from assistant.interfaces.desk import FACETS, VALIDITY, Desk
from assistant.interfaces.feedback import Feedback, Rating
from assistant.interfaces.pages import (
    LANGUAGES,
    Language,
    article,
    document_page,
    measure_page,
    quoted_title,
    render,
)
from assistant.interfaces.troubles import FIELDS, explain
from assistant.schema import MAX_QUESTION, Eligibility, EligibilityRequest, Profile
from corpus import PolicyAssistantError

_OWN = "base-uri 'self'; object-src 'none'; frame-ancestors 'none'; form-action 'self'; connect-src 'self'; font-src 'self' data:"
_YEAR = 365 * 24 * 3600
Spans = Annotated[str, Query(pattern=r"^[0-9,-]*$", max_length=200)]
Line = Annotated[str, Query(max_length=MAX_QUESTION)]


def language_of(request: HttpRequest) -> Language:
    """Return the display that an address names, else the one remembered, else simplified Chinese."""
    for asked in (request.query_params.get("lang"), request.cookies.get("lang")):
        if asked in LANGUAGES:
            return asked
    return "zh"


def _headers(policy: str) -> dict[str, str]:
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
    }


def _remember(response: Response, request: HttpRequest) -> Response:
    if (asked := request.query_params.get("lang")) in LANGUAGES:
        response.set_cookie("lang", str(asked), max_age=_YEAR, samesite="lax", httponly=True)
    return response


def _respond(html: str, nonce: str, request: HttpRequest, status: int = 200) -> Response:
    policy = f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; {_OWN}"
    return _remember(HTMLResponse(html, status, _headers(policy)), request)


def error_page(request: HttpRequest, error: Exception, status: int) -> Response:
    """Return a page that says what went wrong and what to do."""
    language = language_of(request)
    return _respond(render("error.html", language, trouble=explain(error, language)), "none", request, status)


def add_pages(api: FastAPI, assistant: Assistant, feedback: Feedback) -> None:
    """Add the desk, the eligibility form, the permanent pages and the ratings."""
    desk = Desk(assistant)
    api.mount("/site", StaticFiles(directory=Path(__file__).parent / "site"), name="site")

    @api.post("/v1/feedback", status_code=204)
    def rate(rating: Rating) -> None:
        """Keep a rating of an answer in the local file; nothing else is ever logged of a question."""
        feedback.add(rating)

    @api.get("/c/{measure_id}", response_class=HTMLResponse, include_in_schema=False)
    def measure_html(measure_id: str, request: HttpRequest, mark: Spans = "") -> Response:
        found, nonce = assistant.measure(measure_id), token_urlsafe(16)
        document = assistant.documents[found.doc_id]
        spans = [(int(start), int(end)) for start, end in re.findall(r"(\d+)-(\d+)", mark)]
        html = measure_page(found, document, language_of(request), spans=spans, nonce=nonce)
        return _respond(html, nonce, request)

    @api.get("/d/{doc_id}", response_class=HTMLResponse, include_in_schema=False)
    def document_html(doc_id: str, request: HttpRequest) -> Response:
        found, nonce = assistant.document(doc_id), token_urlsafe(16)
        html = document_page(found, assistant.measures_of(doc_id), language_of(request), nonce=nonce)
        return _respond(html, nonce, request)

    @api.get("/desk", response_class=HTMLResponse, include_in_schema=False)
    def desk_html(request: HttpRequest) -> Response:
        nonce = token_urlsafe(16)
        html = render("desk.html", language_of(request), here="desk", nonce=nonce, places=assistant.places)
        return _respond(html, nonce, request)

    @api.get("/desk/rows", response_class=HTMLResponse, include_in_schema=False)
    def desk_rows(request: HttpRequest, q: Line = "", start: Annotated[int, Query(ge=0)] = 0) -> Response:
        chosen = {name: values for name in FACETS if (values := request.query_params.getlist(name))}
        names = {d.doc_id: d.title for d in assistant.documents.values()}
        html = render(
            "rows.html", language_of(request), found=desk.look_up(q, chosen, start), chosen=chosen, names=names,
            validity=VALIDITY,
        )  # fmt: skip
        return _respond(html, "none", request)

    @api.get("/desk/clause/{measure_id}", response_class=HTMLResponse, include_in_schema=False)
    def desk_clause(request: HttpRequest, measure_id: str, q: Line = "") -> Response:
        measure = assistant.measure(measure_id)
        document = assistant.documents[measure.doc_id]
        html = render(
            "clause.html", language_of(request), measure=measure, document=document, script=desk.script(measure_id, q),
        )  # fmt: skip
        return _respond(html, "none", request)

    @api.get("/desk/compare", response_class=HTMLResponse, include_in_schema=False)
    def desk_compare(request: HttpRequest, a: str, b: str, q: Line = "") -> Response:
        sides = [(place, desk.look_up(q, {"place": [place]}).rows[:5]) for place in (a, b)]
        return _respond(render("compare.html", language_of(request), sides=sides), "none", request)

    @api.get("/qualify", response_class=HTMLResponse, include_in_schema=False)
    def qualify_html(request: HttpRequest) -> Response:
        return _qualify(request, assistant, {}, None)

    @api.post("/qualify", response_class=HTMLResponse, include_in_schema=False)
    async def qualify(request: HttpRequest) -> Response:
        fields = await _fields(request)
        try:
            found = await run_in_threadpool(assistant.qualify, _profile(fields, language_of(request)))
        except (ValidationError, PolicyAssistantError) as error:
            return _qualify(request, assistant, fields, None, error)
        return _qualify(request, assistant, fields, found)

    @api.post("/qualify/list.csv", include_in_schema=False)
    async def qualify_csv(request: HttpRequest) -> Response:
        fields = await _fields(request)
        try:
            found = await run_in_threadpool(assistant.qualify, _profile(fields, language_of(request)))
        except (ValidationError, PolicyAssistantError) as error:
            return _qualify(request, assistant, fields, None, error)
        written = _csv(found, assistant, str(request.base_url))
        disposition = {"Content-Disposition": 'attachment; filename="qualify.csv"'}
        return Response(written, media_type="text/csv; charset=utf-8", headers=disposition)


async def _fields(request: HttpRequest) -> dict[str, list[str]]:
    body = (await request.body()).decode("utf-8", errors="replace")
    return {name: values for name, values in parse_qs(body, max_num_fields=50).items() if any(values)}


def _profile(fields: dict[str, list[str]], language: Language) -> EligibilityRequest:
    """Return the request that a form makes; a field left empty stays unknown."""
    given: dict[str, Any] = {
        name: values if name == "family" else values[0]
        for name, values in fields.items()
        if name in Profile.model_fields
    }
    return EligibilityRequest(
        profile=Profile.model_validate(given),
        text=fields.get("text", [""])[0],
        language="en" if language == "en" else "zh",
    )


def _qualify(
    request: HttpRequest, assistant: Assistant, fields: dict[str, list[str]], found: Eligibility | None,
    error: Exception | None = None,
) -> Response:  # fmt: skip
    nonce, language = token_urlsafe(16), language_of(request)
    html = render(
        "qualify.html", language, here="qualify", nonce=nonce, fields=fields, found=found, names=FIELDS,
        trouble=explain(error, language) if error else "", places=assistant.places, documents=assistant.documents,
        measure=assistant.measure,
    )  # fmt: skip
    return _respond(html, nonce, request, 422 if error else 200)


def _csv(found: Eligibility, assistant: Assistant, base: str) -> str:
    """Return the matches as a table for a spreadsheet; a cell that would be a formula there is made text."""
    file = io.StringIO("\ufeff")
    file.seek(0, io.SEEK_END)
    writer = csv.writer(file)
    writer.writerow(["结论", "条件", "原文", "文件", "文号", "条", "责任单位", "链接"])
    for words, matches in (
        ("符合", found.eligible),
        ("可能符合，还需确认", found.possible),
        ("不符合", found.ineligible),
    ):
        for match in matches:
            marks = "；".join(
                f"{ {'met': '✓', 'unmet': '✗', 'unknown': '?'}[c.mark] } {c.text}" for c in match.conditions
            )
            units = "、".join(unit.name for unit in assistant.measure(match.measure_id).units)
            number = assistant.documents[match.doc_id].number or ""
            link = f"{base}c/{match.measure_id}"
            cells = [words, marks, match.text, quoted_title(match.title), number, article(match.label), units, link]
            writer.writerow([re.sub(r"^(?=[=+\-@\t\r])", "'", cell) for cell in cells])
    return file.getvalue()


def guard_ask(api: FastAPI, paths: dict[Language, str]) -> None:
    """Send a browser to the Ask page of its language, and limit what that page may run to its own scripts.

    Gradio draws its components with `new Function` and sets styles on elements, so 'unsafe-eval' for scripts and
    'unsafe-inline' for styles stay; every script needs the nonce or this server, and inline handlers never run.
    """

    @api.middleware("http")
    async def guarded(request: HttpRequest, call_next: RequestResponseEndpoint) -> Response:
        path = request.url.path
        at = f"{path.rstrip('/')}/"
        if request.method != "GET" or at not in paths.values():
            return await call_next(request)
        wanted = paths[language_of(request)] if at == "/" or "lang" in request.query_params else at
        if "lang" in request.query_params or at != path or (at == "/" and wanted != "/"):
            rest = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
            return _remember(RedirectResponse(wanted + (f"?{urlencode(rest)}" if rest else ""), 307), request)
        response = await call_next(request)
        if "text/html" not in response.headers.get("content-type", ""):
            return response
        chunks = cast("AsyncIterator[bytes]", response.body_iterator)  # type: ignore[attr-defined]
        body = b"".join([chunk async for chunk in chunks])
        nonce = token_urlsafe(16)
        policy = (
            f"default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
            f"img-src 'self' data: blob:; manifest-src 'self'; worker-src 'self' blob:; {_OWN}"
        )
        kept = {k: v for k, v in response.headers.items() if k not in ("content-length", "content-security-policy")}
        html = re.sub(rb"<script\b", f'<script nonce="{nonce}"'.encode(), body)
        return Response(html, response.status_code, {**kept, **_headers(policy)})
