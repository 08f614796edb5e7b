"""Answers to questions that nobody has judged, in the lines that `eval judge` reads, or as a spreadsheet."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant import Request
from corpus import Corpus, PolicyAssistantError
from eval.questions import QuestionRow
from eval.records import AS_OF
from eval.runs import Progress, open_assistant
from eval.sheets import write_sheet

_COLUMNS = ("id", "question", "status", "confidence", "answer", "citations", "verdict", "note")


def answer_all(
    rows: Sequence[QuestionRow], corpus: Corpus, folder: Path, model: str = "shipped", progress: Progress = iter
) -> list[dict[str, Any]]:
    """Return the answer to each question, with its id and the question itself."""
    with open_assistant(corpus, folder, model) as assistant:
        return [
            {
                "id": row.id,
                "question": row.question,
                **assistant.ask(Request(question=row.question, history=row.history, as_of=AS_OF)).model_dump(
                    mode="json"
                ),
            }
            for row in progress(rows)
        ]


def write_answers(answers: Sequence[dict[str, Any]], path: Path | None) -> None:
    """Write answers as JSON lines to a file or stdout, or as .xlsx with empty columns for a verdict and a note."""
    if path is not None and path.suffix == ".xlsx":
        write_sheet(path, _COLUMNS, [_cells(answer) for answer in answers])
        return
    if path is not None and path.suffix != ".jsonl":
        raise PolicyAssistantError(f"{path}: {path.suffix or 'no'} format of answers", "Give .jsonl or .xlsx.")
    lines = "".join(f"{json.dumps(answer, ensure_ascii=False)}\n" for answer in answers)
    if path is None:
        print(lines, end="")
    else:
        path.write_text(lines, encoding="utf-8")


def _cells(answer: dict[str, Any]) -> list[str]:
    citations = [
        f"[{c['marker']}] {c['title']} {c['label']}: {c['quote']} ({c['measure_id']})" for c in answer["citations"]
    ]
    return [
        answer["id"], answer["question"], answer["status"], str(answer["confidence"]), answer["answer"],
        "\n".join(citations), "", "",
    ]  # fmt: skip
