"""Question sets: JSON lines of questions with their relevant measures."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant import Turn
from corpus import SHIPPED_POLICIES, PolicyAssistantError

QUESTIONS = Path(__file__).parent / "questions"
DOCUMENTS = Path(__file__).parent / "documents"


def corpus_of(name: str) -> Path:
    """Return the folder of texts that a question set asks about: the shipped policies, or one of `documents/`."""
    return SHIPPED_POLICIES if name == "shipped" else DOCUMENTS / name


class QuestionRow(BaseModel):
    """One question of a set."""

    model_config = ConfigDict(extra="forbid")

    id: str
    language: Literal["zh", "en"]
    register_: Literal["formal", "colloquial", "english", "traditional", "typo"] = Field(alias="register")
    question: str
    history: list[Turn]
    kind: str
    persona: Literal["applicant", "hotline", "evaluator"]
    relevant: dict[str, int]
    """Grade by measure id: 2 answers the question, 1 bears on it."""
    phrases: list[str]
    """Each stands in a relevant measure, blanks aside."""
    outcome: Literal["answered", "partial", "not_covered", "out_of_scope", "declined"]
    note: str = ""


class QuestionSetError(PolicyAssistantError):
    """A line of a question set is malformed."""


def read_questions(file: Path) -> list[QuestionRow]:
    """Return the questions of a file.

    Raises:
        QuestionSetError: It names the file, the line and the field.
    """
    rows = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            rows.append(QuestionRow.model_validate_json(line))
        except ValidationError as error:
            first = error.errors()[0]
            raise QuestionSetError(
                f"{file}, line {number}, {'.'.join(map(str, first['loc']))}: {first['msg']}"
            ) from error
    return rows
