"""Question sets to and from spreadsheets (CSV, XLSX), BEIR folders and TREC files."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from corpus import Corpus
from eval.questions import QuestionRow, QuestionSetError, read_questions
from index import is_chinese

COLUMNS = tuple(field.alias or name for name, field in QuestionRow.model_fields.items())
_CHINESE_COLUMNS = {
    "编号": "id", "语言": "language", "语体": "register", "问题": "question", "历史": "history", "类型": "kind",
    "角色": "persona", "相关条款": "relevant", "应含语句": "phrases", "结果": "outcome", "备注": "note",
}  # fmt: skip
# A cell that begins so is a formula to a spreadsheet; an apostrophe before it keeps it a text.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Ranking = Sequence[tuple[str, float]]


# --- any format, by the file's ending ---


def read_set(path: Path) -> list[QuestionRow]:
    """Return the questions of a .jsonl, .csv or .xlsx file, or of a BEIR folder.

    Raises:
        QuestionSetError: It names the file, the line or row, and the field.
    """
    if path.is_dir():
        return _from_beir(path)
    match path.suffix.lower():
        case ".jsonl":
            return read_questions(path)
        case ".csv":
            return _from_cells(path, csv.reader(io.StringIO(_decode(path), newline="")))
        case ".xlsx":
            return _from_cells(path, _sheet(path))
        case other:
            raise QuestionSetError(
                f"{path}: {other or 'no'} format of questions", "Give .jsonl, .csv, .xlsx or a folder."
            )


def write_set(rows: Sequence[QuestionRow], path: Path, corpus: Corpus | None = None) -> None:
    """Write questions as .jsonl, .csv, .xlsx, .qrels (TREC), or as a BEIR folder, which needs the corpus."""
    match path.suffix.lower():
        case ".jsonl":
            path.write_text("".join(f"{row.to_json()}\n" for row in rows), encoding="utf-8")
        case ".csv":
            # With a byte order mark, without which Excel takes UTF-8 for the system's code page.
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file).writerows([COLUMNS, *([_guarded(c) for c in _to_cells(row)] for row in rows)])
        case ".xlsx":
            write_sheet(path, COLUMNS, [_to_cells(row) for row in rows])
        case ".qrels":
            write_qrels(path, {row.id: row.relevant for row in rows})
        case "" if corpus is not None:
            _to_beir(rows, corpus, path)
        case other:
            raise QuestionSetError(
                f"{path}: {other or 'no'} format of questions", "Give .jsonl, .csv, .xlsx or .qrels."
            )


# --- spreadsheets ---


def _to_cells(row: QuestionRow) -> list[str]:
    values: dict[str, Any] = row.model_dump(by_alias=True)
    values["history"] = "\n".join(f"{turn.role}: {turn.content}" for turn in row.history)
    values["relevant"] = "\n".join(f"{measure}={grade}" for measure, grade in row.relevant.items())
    values["phrases"] = "\n".join(row.phrases)
    return [str(values[column] or "") for column in COLUMNS]


def _from_cells(path: Path, table: Iterable[Sequence[Any]]) -> list[QuestionRow]:
    rows: list[QuestionRow] = []
    seen: dict[str, int] = {}
    columns: list[str] = []
    for number, raw in enumerate(table, start=1):
        cells = ["" if cell is None else str(cell).strip() for cell in raw]
        if not columns:
            columns = _header(path, cells)
            continue
        if not any(cells):
            continue
        named = {name: cell.removeprefix("'") for name, cell in zip(columns, cells, strict=False) if cell}
        try:
            row = QuestionRow.model_validate(_complete(named, len(rows) + 1))
        except (ValidationError, ValueError) as error:
            first = (
                error.errors()[0] if isinstance(error, ValidationError) else {"loc": ("relevant",), "msg": str(error)}
            )
            raise QuestionSetError(
                f"{path}, row {number}, {'.'.join(map(str, first['loc']))}: {first['msg']}"
            ) from error
        if row.id in seen:
            raise QuestionSetError(f"{path}, row {number}, id: {row.id!r} stands in row {seen[row.id]} too")
        seen[row.id] = number
        rows.append(row)
    return rows


def _header(path: Path, cells: Sequence[str]) -> list[str]:
    columns = [_CHINESE_COLUMNS.get(cell, cell.lower()) for cell in cells]
    if "question" not in columns:
        raise QuestionSetError(f"{path}, row 1: no column 'question'", "Head a column with question, or 问题.")
    if unknown := [cell for cell, column in zip(cells, columns, strict=True) if cell and column not in COLUMNS]:
        raise QuestionSetError(f"{path}, row 1: unknown column {unknown[0]!r}", f"Known: {', '.join(COLUMNS)}.")
    return columns


def _complete(cells: Mapping[str, str], number: int) -> dict[str, Any]:
    """Return the fields of a row, with defaults for all that a spreadsheet may leave empty but the question."""
    relevant = dict(_graded(item) for item in re.split(r"[\s,;，；、]+", cells.get("relevant", "")) if item)
    language = cells.get("language") or ("zh" if is_chinese(cells.get("question", "")) else "en")
    return {
        "id": cells.get("id") or f"q-{number:03}",
        "language": language,
        "register": cells.get("register") or ("english" if language == "en" else "colloquial"),
        "question": cells.get("question", ""),
        "history": _history(cells.get("history", "")),
        "kind": cells.get("kind") or "what",
        "persona": cells.get("persona") or "applicant",
        "relevant": relevant,
        "phrases": [phrase.strip() for phrase in re.split(r"[\n|]", cells.get("phrases", "")) if phrase.strip()],
        "outcome": cells.get("outcome") or ("answered" if relevant else None),
        "note": cells.get("note", ""),
    }


def _graded(item: str) -> tuple[str, int]:
    measure, _, grade = item.partition("=")
    if grade and not grade.isdigit():
        raise ValueError(f"{item!r} is no measure=grade")
    return measure, int(grade or 2)


def _history(cell: str) -> list[dict[str, str]]:
    """Return the turns of a cell: lines "user: …" and "assistant: …"; any other line goes on with the turn above."""
    turns: list[dict[str, str]] = []
    for line in cell.splitlines():
        role, colon, content = line.partition(":")
        if colon and role.strip() in ("user", "assistant"):
            turns.append({"role": role.strip(), "content": content.strip()})
        elif turns:
            turns[-1]["content"] += f"\n{line}"
        elif line.strip():
            turns.append({"role": "user", "content": line.strip()})
    return turns


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _decode(path: Path) -> str:
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")  # what Excel writes on a Chinese Windows


def _sheet(path: Path) -> Iterator[tuple[Any, ...]]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises whatever zipfile and its XML reader do
        raise QuestionSetError(f"{path} cannot be read: {error}", "Save it as .xlsx or .csv.") from error
    yield from book.worksheets[0].iter_rows(values_only=True)


def write_sheet(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table as one sheet of texts: wrapped, its first row fixed, no cell a formula."""
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    sheet = book.active
    sheet.freeze_panes = "A2"
    widths = {"question": 48, "answer": 80, "citations": 60, "relevant": 26, "phrases": 32, "history": 32, "quotes": 60}
    for number, row in enumerate([columns, *rows], start=1):
        for column, text in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:32_767]
            cell.data_type = "s"  # a text even where it begins with "="
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=number == 1)
    for column, name in enumerate(columns):
        sheet.column_dimensions[chr(ord("A") + column)].width = widths.get(name, 13)
    book.save(path)


# --- TREC ---


def write_run(path: Path, rankings: Mapping[str, Iterable[str]], tag: str = "policyqa") -> None:
    """Write rankings, best first, as a TREC run.

    The score column is 1/rank: trec_eval sorts by it again, and our scores compare only within one ranking and may tie.
    """
    with _open(path, "wt") as file:
        for query, ids in rankings.items():
            for rank, document in enumerate(ids, start=1):
                print(query, "Q0", document, rank, f"{1 / rank:.8f}", tag, file=file)


def read_run(path: Path) -> dict[str, list[str]]:
    """Return the ranking of each query of a TREC run, by decreasing score, ties in the order of the file."""
    scored: dict[str, list[tuple[str, float]]] = {}
    for number, fields in _fields(path, 6):
        try:
            scored.setdefault(fields[0], []).append((fields[2], float(fields[4])))
        except ValueError as error:
            raise QuestionSetError(f"{path}, line {number}: the score {fields[4]!r} is no number") from error
    return {query: [d for d, _ in sorted(ranking, key=lambda hit: -hit[1])] for query, ranking in scored.items()}


def write_qrels(path: Path, qrels: Mapping[str, Mapping[str, int]]) -> None:
    """Write relevance as TREC qrels."""
    with _open(path, "wt") as file:
        for query, grades in qrels.items():
            for document, grade in grades.items():
                print(query, 0, document, grade, file=file)


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Return the grades by query and document of TREC qrels, or of BEIR ones with a header."""
    qrels: dict[str, dict[str, int]] = {}
    for number, fields in _fields(path, 3, 4):
        query, document, grade = fields[0], fields[-2], fields[-1]
        if number == 1 and not re.fullmatch(r"-?\d+", grade):
            continue
        try:
            qrels.setdefault(query, {})[document] = int(float(grade))
        except ValueError as error:
            raise QuestionSetError(f"{path}, line {number}: the grade {grade!r} is no number") from error
    return qrels


def _fields(path: Path, *counts: int) -> Iterator[tuple[int, list[str]]]:
    with _open(path, "rt") as file:
        for number, line in enumerate(file, start=1):
            # Tabs first: the ids of BEIR may hold blanks.
            fields = line.rstrip("\r\n").split("\t") if "\t" in line else line.split()
            if not line.strip():
                continue
            if len(fields) not in counts:
                raise QuestionSetError(
                    f"{path}, line {number}: {len(fields)} fields, not {' or '.join(map(str, counts))}"
                )
            yield number, fields


# --- BEIR ---


def beir_corpus(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Yield (id, title, text) of each document of `corpus.jsonl` or `corpus.jsonl.gz`."""
    for record in _records(_beir_file(folder, "corpus.jsonl")):
        yield str(record["_id"]), str(record.get("title") or ""), str(record.get("text") or "")


def beir_queries(folder: Path) -> dict[str, str]:
    """Return the queries of `queries.jsonl` by id."""
    return {str(r["_id"]): str(r.get("text") or "") for r in _records(_beir_file(folder, "queries.jsonl"))}


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
    with _open(path, "rt") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
                # Public sets say "_id"; some say "id".
                yield {**record, "_id": record["_id"] if "_id" in record else record["id"]}
            except (json.JSONDecodeError, KeyError, TypeError) as error:
                raise QuestionSetError(f'{path}, line {number}: no {{"_id": …, "text": …}}') from error


def _open(path: Path, mode: str) -> io.TextIOWrapper:
    opened = gzip.open(path, mode, encoding="utf-8") if path.suffix == ".gz" else path.open(mode, encoding="utf-8")
    assert isinstance(opened, io.TextIOWrapper)
    return opened


def _from_beir(folder: Path) -> list[QuestionRow]:
    qrels = beir_qrels(folder)
    return [
        QuestionRow.model_validate(
            _complete({"id": query, "question": text}, 0)
            | {"relevant": {d: g for d, g in qrels[query].items() if g > 0}, "outcome": "answered"}
        )
        for query, text in beir_queries(folder).items()
        if any(grade > 0 for grade in qrels.get(query, {}).values())
    ]


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
