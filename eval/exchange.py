"""Question sets to and from any format: JSON lines, spreadsheets, BEIR folders, TREC qrels."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from corpus import Corpus
from eval.questions import Parsed, QuestionRow, QuestionSetError, parse_questions
from eval.sheets import completed, read_sheet, write_questions
from eval.trec import read_lines, read_qrels, write_qrels

# --- any format, by the file's ending ---


def parse_set(path: Path) -> Parsed:
    """Read a .jsonl, .csv or .xlsx file, or a BEIR folder.

    Raises:
        QuestionSetError: It cannot be read at all.
    """
    if path.is_dir():
        return _from_beir(path)
    match path.suffix.lower():
        case ".jsonl":
            return parse_questions(path)
        case ".csv" | ".xlsx":
            return read_sheet(path)
        case other:
            raise QuestionSetError(
                f"{path}: {other or 'no'} format of questions", "Give .jsonl, .csv, .xlsx or a folder."
            )


def read_set(path: Path) -> list[QuestionRow]:
    """Return the questions of whatever `parse_set` reads.

    Raises:
        QuestionSetError: It names the file, the line or row, and the field of each error.
    """
    return parse_set(path).questions()


def write_set(rows: Sequence[QuestionRow], path: Path, corpus: Corpus | None = None) -> None:
    """Write questions as .jsonl, .csv, .xlsx, .qrels (TREC), or as a BEIR folder, which needs the corpus."""
    match path.suffix.lower():
        case ".jsonl":
            path.write_text("".join(f"{row.to_json()}\n" for row in rows), encoding="utf-8")
        case ".csv" | ".xlsx":
            write_questions(rows, path)
        case ".qrels":
            write_qrels(path, {row.id: row.relevant for row in rows})
        case "" if corpus is not None:
            _to_beir(rows, corpus, path)
        case other:
            raise QuestionSetError(
                f"{path}: {other or 'no'} format of questions", "Give .jsonl, .csv, .xlsx or .qrels."
            )


# --- BEIR ---


def beir_corpus(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Yield (id, title, text) of each document of `corpus.jsonl` or `corpus.jsonl.gz`."""
    for record in _records(_beir_file(folder, "corpus.jsonl")):
        yield record["_id"], _text(record.get("title")), _text(record["text"])


def beir_queries(folder: Path) -> dict[str, str]:
    """Return the queries of `queries.jsonl` by id."""
    return {r["_id"]: _text(r["text"]) for r in _records(_beir_file(folder, "queries.jsonl"))}


def _text(value: object) -> str:
    # JSON may hold half of a surrogate pair, which no file can.
    return str(value or "").encode(errors="replace").decode()


def beir_qrels(folder: Path) -> dict[str, dict[str, int]]:
    """Return the grades of `qrels.tsv`, or of `qrels/test.tsv`, or of every file of `qrels/` together."""
    named = [folder / "qrels.tsv", folder / "qrels" / "test.tsv"]
    files = [f for f in named if f.is_file()][:1] or sorted((folder / "qrels").glob("*.tsv"))
    if not files:
        raise QuestionSetError(f"{folder}: holds neither qrels.tsv nor qrels/*.tsv", "See eval/README.md, BEIR.")
    qrels: dict[str, dict[str, int]] = {}
    for file in files:
        for query, grades in read_qrels(file).items():
            qrels.setdefault(query, {}).update(grades)
    return qrels


def _beir_file(folder: Path, name: str) -> Path:
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    raise QuestionSetError(f"{folder}: holds neither {name} nor {name}.gz", "See eval/README.md, BEIR.")


def _records(path: Path) -> Iterator[dict[str, Any]]:
    seen: dict[str, int] = {}
    for number, line in read_lines(path):
        try:
            record = json.loads(line)
            # Public sets say "_id"; some say "id".
            name, _ = str(record["_id"] if "_id" in record else record["id"]), record["text"]
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise QuestionSetError(f'{path}, line {number}: no {{"_id": …, "text": …}}') from error
        if name in seen:
            raise QuestionSetError(f"{path}, line {number}: the id {name!r} stands in line {seen[name]} too")
        seen[name] = number
        yield {**record, "_id": name}


def _from_beir(folder: Path) -> Parsed:
    qrels, parsed = beir_qrels(folder), Parsed(folder, unit="query")
    for number, (query, text) in enumerate(beir_queries(folder).items(), start=1):
        if relevant := {d: g for d, g in qrels.get(query, {}).items() if g > 0}:
            cells = {"id": query, "question": text}
            parsed.add(
                number,
                partial(QuestionRow.model_validate, completed(cells) | {"relevant": relevant, "outcome": "answered"}),
            )
    return parsed


def _to_beir(rows: Sequence[QuestionRow], corpus: Corpus, folder: Path) -> None:
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    judged = [row for row in rows if row.relevant]
    documents = {document.doc_id: document for document in corpus.documents}
    with (folder / "corpus.jsonl").open("w", encoding="utf-8") as file:
        for m in corpus.measures:
            title = " ".join([documents[m.doc_id].title, *m.path])
            print(json.dumps({"_id": m.measure_id, "title": title, "text": m.text}, ensure_ascii=False), file=file)
    with (folder / "queries.jsonl").open("w", encoding="utf-8") as file:
        for row in judged:
            print(json.dumps({"_id": row.id, "text": row.question}, ensure_ascii=False), file=file)
    with (folder / "qrels" / "test.tsv").open("w", encoding="utf-8") as file:
        print("query-id", "corpus-id", "score", sep="\t", file=file)
        for row in judged:
            for measure, grade in row.relevant.items():
                print(row.id, measure, grade, sep="\t", file=file)
