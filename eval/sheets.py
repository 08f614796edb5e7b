"""Question sets as spreadsheets, CSV or XLSX: what people write in them is read with patience, and no cell is a formula."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from eval.questions import Parsed, QuestionRow, QuestionSetError
from eval.words import chinese
from index import is_chinese

COLUMNS = tuple(field.alias or name for name, field in QuestionRow.model_fields.items())
_CHINESE_COLUMNS = {
    "编号": "id", "语言": "language", "语体": "register", "问题": "question", "历史": "history", "类型": "kind",
    "角色": "persona", "相关条款": "relevant", "应含语句": "phrases", "结果": "outcome", "备注": "note",
    "问题类型": "kind", "提问者": "persona",  # as the report says
}  # fmt: skip
_KNOWN = ", ".join(f"{chinese} ({english})" for chinese, english in _CHINESE_COLUMNS.items())
# A cell that begins so is a formula to a spreadsheet; an apostrophe before it keeps it a text.
_FORMULA = tuple("=+-@＝＋－＠\t\r")


def read_sheet(path: Path) -> Parsed:
    """Read a .csv or .xlsx file; a question is all that a row needs."""
    table = _csv(path) if path.suffix.lower() == ".csv" else _xlsx(path)
    parsed = Parsed(path, unit="row")
    columns: list[str] = []
    for number, raw in enumerate(table, start=1):
        cells = ["" if cell is None else str(cell).strip() for cell in raw]
        if not columns:
            if any(cells):
                columns = _header(parsed, number, cells)
            continue
        named = {name: cell for name, cell in zip(columns, cells, strict=False) if name and cell}
        # Whoever numbers the rows beforehand has not yet asked anything in them.
        if set(named) - {"id"}:
            parsed.add(number, partial(QuestionRow.model_validate, completed(named, len(parsed.rows) + 1)))
    return parsed


def _header(parsed: Parsed, number: int, cells: Sequence[str]) -> list[str]:
    columns = ["".join(unicodedata.normalize("NFKC", cell).lower().split()) for cell in cells]
    columns = [_CHINESE_COLUMNS.get(name, name) for name in columns]
    where = f"{parsed.file}, row {number}"
    if "question" not in columns:
        raise QuestionSetError(
            f"{where}: no column 'question'", "The first row names the columns; one of them is question, or 问题."
        )
    for place, (cell, column) in enumerate(zip(cells, columns, strict=True)):
        if column and column not in COLUMNS:
            raise QuestionSetError(f"{where}, column {_letter(place)}: unknown column {cell!r}", f"Known: {_KNOWN}.")
        if column in parsed.columns:
            raise QuestionSetError(f"{where}: {parsed.columns[column]} and column {_letter(place)} are the same")
        if column:
            parsed.columns[column] = f"column {_letter(place)} ({cell})"
    return columns


def _letter(place: int) -> str:
    """Return what a spreadsheet calls a column: A to Z, AA to ZZ."""
    return (chr(ord("A") + place // 26 - 1) if place >= 26 else "") + chr(ord("A") + place % 26)


def completed(cells: Mapping[str, str], number: int = 1) -> dict[str, Any]:
    """Return the fields of a row, with defaults for all that a spreadsheet may leave empty but the question."""
    relevant = dict(
        map(_graded, re.split(r"[\s,;、]+", unicodedata.normalize("NFKC", cells.get("relevant", "")).strip()))
    )
    relevant.pop("", None)
    language = _english(cells, "language") or ("zh" if is_chinese(cells.get("question", "")) else "en")
    return {
        "id": cells.get("id") or f"q-{number:03}",
        "language": language,
        "register": _english(cells, "register") or ("english" if language == "en" else "colloquial"),
        "question": cells.get("question", ""),
        "history": _history(cells.get("history", "")),
        "kind": _english(cells, "kind") or "what",
        "persona": _english(cells, "persona") or "applicant",
        "relevant": relevant,
        "phrases": [phrase.strip() for phrase in re.split(r"[\n|]", cells.get("phrases", "")) if phrase.strip()],
        "outcome": _english(cells, "outcome") or ("answered" if relevant else None),
        "note": cells.get("note", ""),
    }


def _english(cells: Mapping[str, str], column: str) -> str:
    """Return a value in the schema's words, which is written in them or as the report writes it in Chinese."""
    value = cells.get(column, "")
    return _words(column).get("_".join(value.lower().split()), value)


@cache
def _words(column: str) -> dict[str, str]:
    field = next(f for name, f in QuestionRow.model_fields.items() if column in (name, f.alias))
    known = re.findall(r"'(\w+)'", str(field.annotation))
    return {written: word for word in known for written in (word, chinese()[word])}


def _graded(item: str) -> tuple[str, str | int]:
    measure, _, grade = item.partition("=")
    return measure, grade or 2


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
    return f"'{cell}" if cell.startswith((*_FORMULA, "'")) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*_FORMULA, "'")) else cell


def _csv(path: Path) -> Iterator[list[str]]:
    try:
        content = path.read_bytes()
        # What Excel writes as "Unicode text", as "CSV UTF-8", and as CSV on a Chinese Windows.
        utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        try:
            text = content.decode("utf-16" if utf16 else "utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("gb18030")
        first = text.partition("\n")[0]
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count)):
            yield [_unguarded(cell) for cell in row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise QuestionSetError(f"{path} cannot be read: {error}", "Save it as .xlsx, or as CSV UTF-8.") from error


def _xlsx(path: Path) -> Iterator[tuple[Any, ...]]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True, data_only=True)
        yield from book.worksheets[0].iter_rows(values_only=True)
    except QuestionSetError:  # what the reader of the rows says of them
        raise
    except Exception as error:  # openpyxl raises whatever zipfile and its XML reader do
        raise QuestionSetError(f"{path} cannot be read: {error}", "Save it as .xlsx or .csv.") from error


def write_questions(rows: Sequence[QuestionRow], path: Path) -> None:
    """Write questions as .csv or .xlsx, as `read_sheet` reads them."""
    cells = [_to_cells(row) for row in rows]
    if path.suffix.lower() == ".xlsx":
        write_sheet(path, COLUMNS, cells)
        return
    # With a byte order mark, without which Excel takes UTF-8 for the system's code page.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *([_guarded(c) for c in row] for row in cells)])


def _to_cells(row: QuestionRow) -> list[str]:
    values: dict[str, Any] = row.model_dump(by_alias=True)
    values["history"] = "\n".join(f"{turn.role}: {turn.content}" for turn in row.history)
    values["relevant"] = "\n".join(f"{measure}={grade}" for measure, grade in row.relevant.items())
    values["phrases"] = "\n".join(row.phrases)
    return [str(values[column] or "") for column in COLUMNS]


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
            cell.data_type = "s"  # a text even where it begins with "=", and still one when it is edited
            cell.quotePrefix = text.startswith(_FORMULA)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=number == 1)
    for column, name in enumerate(columns):
        sheet.column_dimensions[chr(ord("A") + column)].width = widths.get(name, 13)
    book.save(path)
