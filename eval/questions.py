"""Question sets: JSON lines of questions with their relevant measures, and what can be wrong with them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant import Turn
from corpus import SHIPPED_POLICIES, Corpus, PolicyAssistantError

QUESTIONS = Path(__file__).parent / "questions"
DOCUMENTS = Path(__file__).parent / "documents"
SCHEMA = Path(__file__).parent / "schema" / "question.schema.json"

Kind = Literal[
    "what", "how_much", "qualify", "how", "when", "true_false", "list", "who", "contact", "unit", "followup", "compare",
    "clause",
]  # fmt: skip
ANSWERABLE = ("answered", "partial")


def corpus_of(name: str) -> Path:
    """Return the folder of texts that a question set asks about: the shipped policies, or one of `documents/`."""
    return SHIPPED_POLICIES if name == "shipped" else DOCUMENTS / name


def set_names() -> list[str]:
    """Return the names of the sets that come with the project, the shipped policies' first."""
    names = {file.stem.rpartition("-")[0] for file in QUESTIONS.glob("*.jsonl")}
    return sorted(names, key=lambda name: (name != "shipped", name))


class QuestionRow(BaseModel):
    """One question of a set."""

    model_config = ConfigDict(extra="forbid", title="Question")

    id: str = Field(min_length=1)
    language: Literal["zh", "en"]
    register_: Literal["formal", "colloquial", "english", "traditional", "typo"] = Field(alias="register")
    question: str = Field(min_length=1, max_length=2000)
    history: list[Turn]
    kind: Kind
    persona: Literal["applicant", "hotline", "evaluator"]
    relevant: dict[str, Annotated[int, Field(ge=1)]] = Field(
        description="Grade by measure id: 2 answers the question, 1 bears on it"
    )
    phrases: list[str] = Field(description="Each stands in a relevant measure, blanks aside")
    outcome: Literal["answered", "partial", "not_covered", "out_of_scope", "declined"] | None = Field(
        description="null where nobody has judged yet what is right"
    )
    note: str = ""

    @property
    def answerable(self) -> bool:
        """Whether the texts hold an answer."""
        return self.outcome in ANSWERABLE

    def to_json(self) -> str:
        """Return the row as one line of JSON."""
        return self.model_dump_json(by_alias=True)


class QuestionSetError(PolicyAssistantError):
    """A line of a question set is malformed."""


def read_questions(file: Path) -> list[QuestionRow]:
    """Return the questions of a file of JSON lines.

    Raises:
        QuestionSetError: It names the file, the line and the field of the first error.
    """
    rows, problems = parse_questions(file)
    if problems:
        raise QuestionSetError(problems[0], f"See every error: policyqa eval check {file}")
    return list(rows.values())


def parse_questions(file: Path) -> tuple[dict[int, QuestionRow], list[str]]:
    """Return the well-formed questions of a file of JSON lines by line, and what is wrong with each other line."""
    rows, problems, seen = dict[int, QuestionRow](), list[str](), dict[str, int]()
    for number, line in _lines(file):
        where = f"{file}, line {number}"
        try:
            row = QuestionRow.model_validate_json(line)
        except ValidationError as error:
            problems += [f"{where}, {'.'.join(map(str, e['loc'])) or 'line'}: {e['msg']}" for e in error.errors()]
            continue
        if row.id in seen:
            problems.append(f"{where}, id: {row.id!r} stands in line {seen[row.id]} too")
        seen.setdefault(row.id, number)
        rows[number] = row
    return rows, problems


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionSetError(
            f"{file} cannot be read: {error}", "Give a UTF-8 file of one question a line."
        ) from error
    # Not splitlines(): a question may hold U+2028 or U+0085, which JSON leaves as they are.
    return ((number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip())


def check_judgements(rows: Iterable[QuestionRow], corpus: Corpus) -> list[tuple[str, str]]:
    """Return (question id, problem) of every judgement that the corpus does not bear out."""
    texts = {measure.measure_id: squeeze(measure.text) for measure in corpus.measures}
    problems = []
    for row in rows:
        problems += [(row.id, f"relevant: no measure {m!r}") for m in row.relevant if m not in texts]
        held = [texts.get(m, "") for m in row.relevant]
        for phrase in row.phrases:
            if not any(squeeze(phrase) in text for text in held):
                problems.append((row.id, f"phrases: {phrase!r} stands in no relevant measure"))
        if row.outcome == "answered" and not row.relevant:
            problems.append((row.id, "relevant: empty, yet the outcome is 'answered'"))
    return problems


def squeeze(text: str) -> str:
    """Return a text without its blanks: what a phrase is compared by, since the texts break their lines anywhere."""
    return "".join(text.split())


def hash_questions(rows: Iterable[QuestionRow]) -> str:
    """Return the hash of a set, whatever file it came from."""
    return hashlib.sha256("\n".join(row.to_json() for row in rows).encode()).hexdigest()[:16]


def question_schema() -> dict[str, Any]:
    """Return the JSON Schema of one line of a question set."""
    schema = QuestionRow.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def schema_text() -> str:
    """Return the schema as `schema/question.schema.json` holds it."""
    return json.dumps(question_schema(), ensure_ascii=False, indent=2) + "\n"
