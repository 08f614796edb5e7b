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
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from assistant import Answer, Assistant, Request, unsupported
from corpus import Corpus, Document, PolicyAssistantError, find_places, related
from eval.configurations import DEFAULT, configure
from eval.metrics import GROUPS, METRICS, RANKING, Estimate, citation_scores, estimate, grouped, rank_scores
from eval.questions import ANSWERABLE, QuestionRow, hash_questions, squeeze
from index import build_index, corpus_hash, format_hash, make_encoder, open_index

# Validity is judged as of a day; a fixed one, or a run of tomorrow would differ from that of today.
AS_OF = date(2026, 11, 25)
DEPTH = 10
Progress = Callable[[Sequence[QuestionRow]], Iterable[QuestionRow]]


class Expected(BaseModel):
    """A relevant measure, as it stood when the run was made."""

    measure_id: str
    grade: int
    title: str
    place: str | None
    label: str
    text: str


class Record(QuestionRow):
    """A question with what the assistant found and said, and how good that was."""

    ranking: list[str] = Field(description="Ids of the first measures, best first")
    bm25: list[str] = Field(description="The same by BM25 alone, to compare with")
    expected: list[Expected]
    status: str | None = Field(default=None, description="null where only the ranking was run")
    confidence: float = 0.0
    answer: str = ""
    sections: list[dict[str, Any]] = Field(default_factory=list)
    citations: list[dict[str, Any]] = Field(default_factory=list)
    figures: list[str] = Field(default_factory=list, description="Figures of the answer that no citation holds")
    strays: list[str] = Field(default_factory=list, description="Cited measures of a place that was not asked about")
    lacking: list[str] = Field(default_factory=list, description="Expected phrases that the answer lacks")
    scores: dict[str, float | None] = Field(description="By metric; null where it says nothing about this question")
    bm25_scores: dict[str, float | None]

    @property
    def answered(self) -> bool:
        """Whether the assistant answered, in whole or in part."""
        return self.status in ANSWERABLE

    @property
    def right(self) -> bool | None:
        """Whether it refused what has no answer, or cited a measure that answers; None where nobody can tell."""
        if self.status is None or self.outcome is None:
            return None
        if not self.answerable or not self.answered:
            return self.answerable == self.answered
        return not self.relevant or any(c["measure_id"] in self.relevant for c in self.citations)


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
    own = [Path(__file__).parent / f"{name}.py" for name in ("configurations", "metrics", "questions", "runs")]
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
            record, latency = _ask(row, configured, words, answers=answers)
            # The record last: what is half written is asked again.
            print(json.dumps({"id": row.id, **latency}), file=times, flush=True)
            print(record.to_json(), file=records, flush=True)
    finished = read_run(folder)
    _write(folder / "metrics.json", _metrics_json(finished.records))
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


def _ask(row: QuestionRow, assistant: Assistant, words: Assistant, *, answers: bool) -> tuple[Record, dict[str, float]]:
    request = Request(question=row.question, history=row.history, k=DEPTH, as_of=AS_OF)
    started = time.perf_counter()
    ranking = [hit.measure.measure_id for hit in assistant.search(request)]
    searched = time.perf_counter()
    answer = assistant.ask(request) if answers else None
    asked = time.perf_counter()
    by_words = [hit.measure.measure_id for hit in words.search(request)]
    record = Record(
        **row.model_dump(by_alias=True),
        ranking=ranking,
        bm25=by_words,
        expected=_expected(row, assistant),
        scores=_ranking_scores(row, ranking),
        bm25_scores=_ranking_scores(row, by_words),
    )
    latency = {"search": round(1000 * (searched - started), 3)}
    if answer is not None:
        _judge(record, answer, assistant)
        latency["ask"] = round(1000 * (asked - searched), 3)
    return record, latency


def _expected(row: QuestionRow, assistant: Assistant) -> list[Expected]:
    found = []
    for measure_id, grade in row.relevant.items():
        measure = assistant.measure(measure_id)
        document = assistant.document(measure.doc_id)
        found.append(
            Expected(
                measure_id=measure_id, grade=grade, title=document.title, place=document.place, label=measure.label,
                text=measure.text,
            )
        )  # fmt: skip
    return found


def _ranking_scores(row: QuestionRow, ranking: Sequence[str]) -> dict[str, float | None]:
    scores = rank_scores({row.id: ranking}, {row.id: row.relevant}).get(row.id)
    return dict(scores) if scores else dict.fromkeys(RANKING)


def _judge(record: Record, answer: Answer, assistant: Assistant) -> None:
    """Complete a record with an answer and its scores."""
    cited = {c.doc_id: assistant.document(c.doc_id) for c in answer.citations}
    record.status, record.confidence, record.answer = answer.status, answer.confidence, answer.answer
    record.sections = [section.model_dump() for section in answer.sections]
    record.citations = [citation.model_dump() for citation in answer.citations]
    if record.answered:
        evidence = [f"{c.text}\n{' '.join(c.path)} {c.label}" for c in answer.citations]
        # An answer may also repeat what was asked, the day of judgement and the hotline that every city has.
        stated = [record.question, AS_OF.isoformat(), "12345热线", *map(_stated, cited.values())]
        # Line by line: a marker or a heading between two figures would join them.
        figures = [f for line in answer.answer.splitlines() for f in unsupported(line, evidence, stated)]
        record.figures = list(dict.fromkeys(figures))
        record.lacking = [p for p in record.phrases if squeeze(p) not in squeeze(answer.answer)]
        record.strays = _strays(record, answer, cited)
    precision, recall = citation_scores((c.measure_id for c in answer.citations), record.relevant)
    right_side = record.answered == record.answerable
    named = _places_asked(record)
    record.scores |= {
        "citation precision": precision if record.relevant else None,
        "citation recall": recall,
        "expected phrase": float(record.answered and not record.lacking) if record.phrases else None,
        "figure errors": float(len(record.figures)) if record.answered else None,
        "outcome": None if record.outcome is None else float(record.status == record.outcome),
        "false answer": float(not right_side) if record.outcome and not record.answerable else None,
        "false refusal": float(not right_side) if record.answerable else None,
        "wrong place": float(bool(record.strays)) if named and record.answered else None,
    }


def _stated(document: Document) -> str:
    """Return what a document says of itself, which an answer may say of it."""
    validity = document.validity
    own = (document.title, document.number, document.published, validity.start, validity.end, validity.statement)
    return "\n".join(filter(None, own))


def _places_asked(record: Record) -> frozenset[str]:
    """Return the places whose measures may answer a question that names one; empty where it names none."""
    asked = " ".join([*(turn.content for turn in record.history if turn.role == "user"), record.question])
    named = [name for name, _, _ in find_places(asked)]
    # A question may name a place in passing: where its relevant measures are known, their places are meant.
    meant = [e.place for e in record.expected if e.place] or named
    return frozenset().union(*(related(place) for place in meant)) if named else frozenset()


def _strays(record: Record, answer: Answer, cited: dict[str, Document]) -> list[str]:
    places = _places_asked(record)
    return [
        c.measure_id
        for c in answer.citations
        if places and c.place and c.place not in places and cited[c.doc_id].level != "国家"
    ]


# --- sums ---


def summarise(records: Sequence[Record], scores: str = "scores") -> dict[str, Estimate]:
    """Return the estimate of every metric over records; `scores` may be "bm25_scores"."""
    return {metric: estimate(getattr(r, scores).get(metric) for r in records) for metric in METRICS}


def by_group(records: Sequence[Record]) -> dict[str, dict[str, list[Record]]]:
    """Return the records by register, kind, language and persona."""
    key = {group: ("register_" if group == "register" else group) for group in GROUPS}
    return {group: grouped(records, lambda r, k=field: str(getattr(r, k))) for group, field in key.items()}  # type: ignore[misc]


def _metrics_json(records: Sequence[Record]) -> str:
    def plain(members: Sequence[Record]) -> dict[str, Any]:
        return {
            metric: {"mean": round(e.mean, 6), "low": round(e.low, 6), "high": round(e.high, 6), "count": e.count}
            for metric, e in summarise(members).items()
            if e.count
        }

    groups = {name: {value: plain(members) for value, members in g.items()} for name, g in by_group(records).items()}
    return json.dumps({"all": plain(records), **groups}, ensure_ascii=False, indent=1) + "\n"
