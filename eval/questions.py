"""Question sets: JSON lines of questions with their relevant measures, and what can be wrong with them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from assistant import Turn
from corpus import SHIPPED_POLICIES, Corpus, PolicyAssistantError
from eval.words import chinese

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


@dataclass(slots=True)
class Parsed:
    """A file of questions: the well-formed ones by line, or by row of a spreadsheet, and what is wrong with the others."""

    file: Path
    rows: dict[int, QuestionRow] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    unit: str = "line"
    columns: dict[str, str] = field(default_factory=dict)
    """What a spreadsheet calls a field."""
    places: dict[str, int] = field(default_factory=dict)
    """Where each id stands first."""

    def where(self, number: int, name: str) -> str:
        """Return how the reader of a message finds a field again."""
        outer, dot, inner = name.partition(".")
        return f"{self.file}, {self.unit} {number}, {self.columns.get(outer, outer)}{dot}{inner}"

    def add(self, number: int, validate: Callable[[], QuestionRow]) -> None:
        """Keep the row that a function makes, or what it finds wrong."""
        try:
            row = validate()
        except ValidationError as error:
            for e in error.errors():
                name = ".".join(map(str, e["loc"])) or self.unit
                self.problems.append(f"{self.where(number, name)}: {_explained(e)}")
            return
        if row.id in self.places:
            self.problems.append(
                f"{self.where(number, 'id')}: {row.id!r} stands in {self.unit} {self.places[row.id]} too"
            )
        self.places.setdefault(row.id, number)
        self.rows[number] = row

    def unknown_measures(self, corpus: Corpus) -> list[str]:
        """Return every relevant measure that is not there, with what may have been meant."""
        known = [measure.measure_id for measure in corpus.measures]
        problems = []
        for number, row in self.rows.items():
            for name in sorted(set(row.relevant).difference(known)):
                near = ", ".join(get_close_matches(name, known, n=3, cutoff=0.8))
                meant = f"; there is {near}" if near else ""
                problems.append(f"{self.where(number, 'relevant')}: no measure {name!r}{meant}")
        return problems

    def doubts(self, corpus: Corpus) -> list[str]:
        """Return every other judgement that the texts do not bear out."""
        texts = {measure.measure_id: squeeze(measure.text) for measure in corpus.measures}
        problems = []
        for number, row in self.rows.items():
            held = [texts.get(m, "") for m in row.relevant]
            for phrase in row.phrases:
                if not any(squeeze(phrase) in text for text in held):
                    problems.append(f"{self.where(number, 'phrases')}: {phrase!r} stands in no relevant measure")
            if row.outcome == "answered" and not row.relevant:
                problems.append(f"{self.where(number, 'relevant')}: is empty, yet the outcome is 'answered'")
        return problems

    def questions(self) -> list[QuestionRow]:
        """Return the questions.

        Raises:
            QuestionSetError: There are none, or something is wrong with one; it names the places.
        """
        refuse(self.problems if self.rows or self.problems else [f"{self.file} holds no question"])
        return list(self.rows.values())


def _explained(error: ErrorDetails) -> str:
    match error["type"]:
        case "literal_error":
            known = re.sub(r"'(\w+)'", lambda m: f"{m[1]} ({chinese()[m[1]]})", error["ctx"]["expected"])
            return f"{error['input']!r} is none of {known}"
        case "string_too_short":
            return "is empty"
        case _:
            return error["msg"]


def refuse(problems: Sequence[str], hint: str = "") -> None:
    """Raise an error that lists the problems, the first twenty of them, if there are any."""
    if problems:
        more = [f"… and {len(problems) - 20} more"] if len(problems) > 20 else []
        raise QuestionSetError("\n".join([*problems[:20], *more]), hint)


def read_questions(file: Path) -> list[QuestionRow]:
    """Return the questions of a file of JSON lines.

    Raises:
        QuestionSetError: It names the file, the line and the field of each error.
    """
    return parse_questions(file).questions()


def parse_questions(file: Path) -> Parsed:
    """Read a file of JSON lines; what is wrong with a line is noted, and the next one read."""
    parsed = Parsed(file)
    for number, line in _lines(file):
        parsed.add(number, partial(QuestionRow.model_validate_json, line))
    return parsed


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionSetError(
            f"{file} cannot be read: {error}", "Give a UTF-8 file of one question a line."
        ) from error
    # Not splitlines(): a question may hold U+2028 or U+0085, which JSON leaves as they are.
    return ((number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip())


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
