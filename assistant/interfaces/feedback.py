"""Ratings of answers in one local SQLite file; a question is kept only where its asker sends a rating."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field

from assistant.schema import MAX_QUESTION, Status

_TABLE = "CREATE TABLE IF NOT EXISTS rating (id INTEGER PRIMARY KEY, at TEXT NOT NULL, rating TEXT NOT NULL)"
_MOST = 100_000


class Rating(BaseModel):
    """What somebody thought of an answer."""

    rating: Literal["up", "down"]
    reason: str = Field(default="", max_length=500)
    question: str = Field(max_length=MAX_QUESTION)
    region: str | None = Field(default=None, max_length=50)
    status: Status
    measures: list[str] = Field(default_factory=list, max_length=100, description="Ids of the measures cited")
    index: str = Field(default="", max_length=100)


@dataclass(frozen=True, slots=True)
class Feedback:
    """The file of ratings, made when the first one comes; each call opens it anew, so threads share nothing."""

    file: Path

    def add(self, rating: Rating) -> None:
        """Keep a rating; beyond 100,000 the oldest goes, so that nobody fills the disk."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self.file, timeout=10)) as connection, connection:
            connection.execute(_TABLE)
            now = datetime.now(UTC).isoformat(timespec="seconds")
            connection.execute("INSERT INTO rating (at, rating) VALUES (?, ?)", (now, rating.model_dump_json()))
            connection.execute("DELETE FROM rating WHERE id <= (SELECT MAX(id) FROM rating) - ?", (_MOST,))

    def export(self) -> Iterator[str]:
        """Yield a line of JSON for each rating, oldest first; none where no file is."""
        if not self.file.exists():
            return
        with closing(sqlite3.connect(self.file)) as connection:
            for at, rating in connection.execute("SELECT at, rating FROM rating ORDER BY id"):
                yield json.dumps({"at": at, **json.loads(rating)}, ensure_ascii=False)
