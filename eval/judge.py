"""`policyqa eval judge`: a local page where a person marks answers and citations, and the agreement of two judges."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Annotated, Literal, TypeVar, get_args

import typer
from fastapi import FastAPI, HTTPException
from fastapi.responses import HTMLResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from starlette.middleware.trustedhost import TrustedHostMiddleware

from corpus import PolicyAssistantError
from eval.words import page

Verdict = Literal["right", "partly", "wrong", "missing"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
Key = tuple[str, str, int | None]
Row = TypeVar("Row", bound=BaseModel)


class JudgingError(PolicyAssistantError):
    """A file of answers or of marks cannot be judged."""


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class JudgedSection(_Row):
    """A part of an answer."""

    kind: str = ""
    title: str = ""
    text: str
    table: list[list[str]] | None = None


class JudgedCitation(_Row):
    """A measure that an answer cites as [marker]."""

    marker: int
    title: str = ""
    place: str | None = None
    path: list[str] = []
    label: str = ""
    text: str
    quote: str = ""


class JudgedAnswer(_Row):
    """A line of what `policyqa ask --file` writes, as far as a judge needs it."""

    id: str
    question: str = ""
    status: str = ""
    answer: str
    sections: list[JudgedSection] = []
    citations: list[JudgedCitation] = []

    @property
    def fingerprint(self) -> str:
        """What ties a mark to these very words: an answer written anew under the same id starts unmarked."""
        content = [self.question, self.answer, [(c.marker, c.text, c.quote) for c in self.citations]]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:12]

    @property
    def keys(self) -> list[Key]:
        """What there is to mark: the answer, then each citation."""
        return [(self.id, self.fingerprint, marker) for marker in (None, *(c.marker for c in self.citations))]


class Mark(BaseModel):
    """What a judge says of an answer (`citation` is None) or of one of its citations (by marker)."""

    id: str
    answer: str = Field(description="Fingerprint of the answer")
    citation: int | None
    mark: Verdict | None
    note: str = Field(default="", max_length=4000)
    at: AwareDatetime

    @property
    def key(self) -> Key:
        """What it is about."""
        return self.id, self.answer, self.citation


def _read_rows(file: Path, kind: type[Row]) -> list[Row]:
    try:
        # Not splitlines: JSON may hold U+2028 and its like as they are.
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise JudgingError(f"{file} cannot be read: {error}", "Give a UTF-8 file of one JSON object a line.") from error
    rows = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                rows.append(kind.model_validate_json(line))
            except ValidationError as error:
                first = error.errors()[0]
                where = ".".join(map(str, first["loc"]))
                raise JudgingError(f"{file}, line {number}, {where}: {first['msg']}", _HINTS[kind.__name__]) from error
    return rows


_HINTS = {
    "JudgedAnswer": "Give what `policyqa ask --file` wrote.",
    "Mark": "Give what `policyqa eval judge` wrote.",
    "_Question": "Give the file that `policyqa ask --file` read.",
}


class _Question(_Row):
    id: str | None = None
    question: str


def read_answers(file: Path, questions: Path | None = None) -> list[JudgedAnswer]:
    """Return the answers of a file.

    Args:
        file: What `policyqa ask --file` wrote.
        questions: What it read: lends its questions to the answers that carry none.

    Raises:
        JudgingError: A line is malformed or an id occurs twice.
    """
    answers = _read_rows(file, JudgedAnswer)
    repeated = [name for name, count in Counter(answer.id for answer in answers).items() if count > 1]
    if repeated or not answers:
        raise JudgingError(f"{file}: the id {repeated[0]!r} occurs twice" if repeated else f"{file} holds no answer")
    if questions is None:
        return answers
    # A question without an id is known by its line, as `policyqa ask --file` does.
    asked = {row.id or str(n): row.question for n, row in enumerate(_read_rows(questions, _Question), start=1)}
    return [a.model_copy(update={"question": a.question or asked.get(a.id, "")}) for a in answers]


def marks_file(answers: Path, judge: str) -> Path:
    """Return the file of a judge's marks, beside the answers."""
    return answers.with_name(f"{answers.stem}.marks-{judge}.jsonl")


def read_marks(file: Path) -> dict[Key, Mark]:
    """Return the marks of a file by what they are about; of two about the same the later counts.

    Raises:
        JudgingError: A line is malformed.
    """
    return {mark.key: mark for mark in _read_rows(file, Mark)}


def save_mark(file: Path, mark: Mark) -> None:
    """Add a mark to a file, or take it out where it says nothing; a crash at any moment leaves the old file or the new."""
    marks = read_marks(file) if file.exists() else {}
    marks.pop(mark.key, None)
    if mark.mark or mark.note:
        marks[mark.key] = mark
    partial = file.with_name(f".{file.name}.{os.getpid()}")
    with partial.open("w", encoding="utf-8") as target:
        target.writelines(f"{m.model_dump_json()}\n" for m in marks.values())
        target.flush()
        os.fsync(target.fileno())
    partial.replace(file)
    with suppress(PermissionError):  # Windows opens no folders
        folder = os.open(file.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def create_page(answers: Sequence[JudgedAnswer], file: Path, judge: str) -> FastAPI:
    """Return the application that shows answers to a judge and saves each mark in a file before it says so."""
    # A page of another site can neither read this one (the host is checked, against DNS rebinding)
    # nor write a mark (browsers ask before a PUT across sites, and nothing here consents).
    api = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    api.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    known = {key for answer in answers for key in answer.keys}  # noqa: SIM118, a property, not a dict
    lock = Lock()

    @api.get("/")
    def show() -> HTMLResponse:
        nonce = secrets.token_urlsafe(16)
        marks = read_marks(file) if file.exists() else {}
        state = {
            "answers": [{**answer.model_dump(), "fingerprint": answer.fingerprint} for answer in answers],
            "marks": [mark.model_dump(mode="json") for key, mark in marks.items() if key in known],
            "judge": judge,
            "file": file.name,
        }
        html = page("judge.html").render(nonce=nonce, state=state)
        return HTMLResponse(html, headers=_headers(nonce))

    @api.put("/marks", status_code=204)
    def save(mark: Mark) -> None:
        if mark.key not in known:
            raise HTTPException(409, "These are no longer the answers of the page")
        with lock:
            save_mark(file, mark)

    return api


def _headers(nonce: str) -> dict[str, str]:
    policy = (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }


def kappa(pairs: Sequence[tuple[Verdict, Verdict]]) -> float | None:
    """Return Cohen's kappa; None where it is undefined: no pair, or one and the same verdict throughout."""
    from sklearn.metrics import cohen_kappa_score  # a second: loaded when needed

    if len({verdict for pair in pairs for verdict in pair}) < 2:
        return None
    return float(cohen_kappa_score([a for a, _ in pairs], [b for _, b in pairs]))


def agreement(first: Path, second: Path) -> str:
    """Return Markdown tables of how two judges agree on what both marked, and where they differ.

    Raises:
        JudgingError: A file is malformed, or they have nothing in common.
    """
    ours, theirs = ({key: m for key, m in read_marks(f).items() if m.mark} for f in (first, second))
    both = [(ours[key], theirs[key]) for key in ours if key in theirs]
    if not both:
        raise JudgingError("No answer was marked by both judges", "Give the marks of two judges on the same answers.")
    groups = {
        "answers": [pair for pair in both if pair[0].citation is None],
        "citations": [pair for pair in both if pair[0].citation is not None],
        "both": both,
    }
    lines = ["| | marked by both | agree | Cohen's kappa |", "|---|--:|--:|--:|"]
    lines += [f"| {name} | {_agreement_cells(pairs)} |" for name, pairs in groups.items()]
    lines += ["", *_confusion(both, first.stem, second.stem)]
    only = (len(ours) - len(both), len(theirs) - len(both))
    lines += ["", f"Marked by one judge only and left out: {only[0]} in {first.name}, {only[1]} in {second.name}."]
    differ = [(a, b) for a, b in both if a.mark != b.mark]
    if differ:
        lines += ["", "| id | what | first | second | notes |", "|---|---|---|---|---|"]
        lines += [
            f"| {_cell(a.id)} | {_target(a)} | {a.mark} | {b.mark} | {_cell(' / '.join(filter(None, (a.note, b.note))))} |"
            for a, b in differ
        ]
    return "\n".join(lines)


def _agreement_cells(pairs: Sequence[tuple[Mark, Mark]]) -> str:
    if not pairs:
        return "0 | – | –"
    value = kappa([(a.mark, b.mark) for a, b in pairs if a.mark and b.mark])
    agreed = sum(a.mark == b.mark for a, b in pairs) / len(pairs)
    return f"{len(pairs)} | {agreed:.1%} | {'undefined' if value is None else f'{value:.3f}'}"


def _confusion(pairs: Iterable[tuple[Mark, Mark]], first: str, second: str) -> list[str]:
    counts: Mapping[tuple[Verdict | None, Verdict | None], int] = Counter((a.mark, b.mark) for a, b in pairs)
    head = f"| {_cell(first)} ↓ {_cell(second)} → | {' | '.join(VERDICTS)} |"
    rows = [f"| {row} | {' | '.join(str(counts.get((row, column), 0)) for column in VERDICTS)} |" for row in VERDICTS]
    return [head, "|---|--:|--:|--:|--:|", *rows]


def _target(mark: Mark) -> str:
    return "answer" if mark.citation is None else f"[{mark.citation}]"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def judge_command(
    files: Annotated[list[Path], typer.Argument(help="Answers, one JSON object a line; the marks of two judges.")],
    judge: Annotated[str, typer.Option(help="Your name; each judge has a file of marks beside the answers.")] = "judge",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on this machine.")] = 7861,
    questions: Annotated[Path | None, typer.Option(help="Questions of answers that carry none, by id.")] = None,
    compare: Annotated[bool, typer.Option("--agreement", help="Print how two judges agree: A.jsonl B.jsonl.")] = False,
) -> None:
    """Mark answers and citations right, partly right, wrong or missing on a local page, with the keyboard."""
    if len(files) != 1 + compare:
        raise typer.BadParameter("Give one file of answers, or --agreement and two files of marks.")
    if compare:
        print(agreement(*files))
        return
    if not judge.replace("-", "").replace("_", "").isalnum():
        raise typer.BadParameter("A name has letters, digits, - and _ only.", param_hint="--judge")
    import uvicorn

    marks = marks_file(files[0], judge)
    api = create_page(read_answers(files[0], questions), marks, judge)
    if marks.exists():
        read_marks(marks)  # what cannot be read is refused now, not at the first mark
    typer.echo(f"Page: http://127.0.0.1:{port}/   Marks: {marks}   Ctrl+C ends; all marks are saved.", err=True)
    uvicorn.run(api, host="127.0.0.1", port=port, log_level="warning")
