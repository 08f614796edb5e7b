"""A run: a folder of what the assistant said to each question of a set, and how good it was.

manifest.json    what was run: question set, texts, model, index, code, configuration
records.jsonl    one record a question, in the order of the set
latency.jsonl    milliseconds of each question; apart, so that a run of the same is the same byte for byte
metrics.json     means with bootstrap intervals, in all and by group
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from assistant import Assistant
from corpus import Corpus, PolicyAssistantError
from eval.configurations import DEFAULT, configure
from eval.questions import QuestionRow, hash_questions
from eval.records import AS_OF, Record, ask_row, metrics_json
from index import build_index, corpus_hash, format_hash, make_encoder, open_index

Progress = Callable[[Sequence[QuestionRow]], Iterable[QuestionRow]]


class Run(BaseModel):
    """A finished or interrupted run, read from its folder."""

    name: str
    manifest: dict[str, Any]
    records: list[Record]
    latencies: list[dict[str, Any]]

    @property
    def complete(self) -> bool:
        """Whether every question of the set was asked."""
        return len(self.records) == self.manifest["count"]


class RunError(PolicyAssistantError):
    """A folder holds no run, or another one."""


# --- asking ---


@contextmanager
def open_assistant(
    corpus: Corpus, folder: Path | None, model: str = "shipped", reranker: str = ""
) -> Iterator[Assistant]:
    """Yield an assistant over an index that is built of a corpus for the occasion.

    Args:
        corpus: What was loaded.
        folder: Where from; its hash becomes a part of the index's fingerprint.
        model: As POLICYQA_MODEL.
        reranker: As POLICYQA_RERANKER.
    """
    second = None
    if reranker:
        from index.reranker import CrossEncoderReranker  # torch, only when asked for

        second = CrossEncoderReranker(reranker)
    with tempfile.TemporaryDirectory() as work:
        encoder = make_encoder(model)
        build_index(corpus, encoder, Path(work), corpus_folder=folder)
        assistant = Assistant(open_index(Path(work), encoder, second))
        assistant.retriever.search("预热", 1)
        yield assistant


def make_manifest(
    name: str, rows: Sequence[QuestionRow], assistant: Assistant, corpus: Path, configuration: str = DEFAULT
) -> dict[str, Any]:
    """Return what a run is of: two runs with one manifest have the same records."""
    stored = assistant.retriever.store.manifest
    return {
        "set": name,
        "count": len(rows),
        "questions": hash_questions(rows),
        "corpus": corpus_hash(corpus),
        "encoder": stored["encoder"],
        "index": stored["fingerprint"],
        "code": _code_hash(),
        "configuration": configuration,
        "as_of": AS_OF.isoformat(),
    }


def _code_hash() -> str:
    """Return the hash of the code and the calibration that decide what a record holds."""
    digest = hashlib.sha256(format_hash().encode())
    own = [
        Path(__file__).parent / f"{name}.py" for name in ("configurations", "metrics", "questions", "records", "runs")
    ]
    answering = (Path(str(path)) for path in files("assistant").iterdir())
    for path in sorted([*own, *(p for p in answering if p.suffix in (".py", ".json", ".tsv"))]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def run(
    rows: Sequence[QuestionRow],
    assistant: Assistant,
    folder: Path,
    manifest: dict[str, Any],
    progress: Progress = iter,
) -> Run:
    """Ask the questions of a set, or those that an interrupted run of the same left out, and return the run.

    A complete run of something else in the folder moves to `<folder>.previous`.
    """
    kept = _prepare(folder, manifest)
    configured, words = configure(assistant, manifest["configuration"]), configure(assistant, "bm25")
    answers = manifest["configuration"] == DEFAULT
    with (
        (folder / "records.jsonl").open("a", encoding="utf-8") as records,
        (folder / "latency.jsonl").open("a") as times,
    ):
        for row in progress(rows[kept:]):
            record, latency = ask_row(row, configured, words, answers=answers)
            # The record last: what is half written is asked again.
            print(json.dumps({"id": row.id, **latency}), file=times, flush=True)
            print(record.to_json(), file=records, flush=True)
    finished = read_run(folder)
    _write(folder / "metrics.json", metrics_json(finished.records))
    return finished


def _prepare(folder: Path, manifest: dict[str, Any]) -> int:
    """Make a folder ready for a run, and return the number of its records that an earlier attempt has made."""
    if folder.exists() and not (folder / "manifest.json").exists() and any(folder.iterdir()):
        raise RunError(f"{folder} is not empty and holds no run", "Name another folder: --output")
    if (folder / "manifest.json").exists():
        found = read_run(folder)
        if found.manifest == manifest:
            for file in ("records.jsonl", "latency.jsonl"):
                lines = (folder / file).read_text(encoding="utf-8").split("\n")[: len(found.records)]
                _write(folder / file, "".join(f"{line}\n" for line in lines))
            return len(found.records)
        if found.complete:
            shutil.rmtree(previous_of(folder), ignore_errors=True)
            folder.rename(previous_of(folder))
        else:
            shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1) + "\n")
    return 0


def previous_of(folder: Path) -> Path:
    """Return where the run before the one in a folder is kept."""
    return folder.with_name(f"{folder.name}.previous")


def _write(path: Path, text: str) -> None:
    partial = path.with_name(f".{path.name}")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def read_run(folder: Path) -> Run:
    """Return the run in a folder; a last line that was cut off is left out.

    Raises:
        RunError: There is none, or it is damaged.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError) as error:
        raise RunError(f"{folder} holds no run", "Make one: policyqa eval run SET --output FOLDER") from error
    records = []
    for number, line in enumerate(_whole_lines(folder / "records.jsonl"), start=1):
        try:
            records.append(Record.model_validate_json(line))
        except ValidationError as error:
            raise RunError(
                f"{folder}/records.jsonl, line {number}: {error.errors()[0]['msg']}", "Run it anew."
            ) from error
    latencies = [json.loads(line) for line in _whole_lines(folder / "latency.jsonl")][: len(records)]
    return Run(name=folder.name, manifest=manifest, records=records, latencies=latencies)


def _whole_lines(path: Path) -> list[str]:
    # What stands behind the last newline was being written when the run ended.
    return path.read_text(encoding="utf-8").split("\n")[:-1] if path.exists() else []
