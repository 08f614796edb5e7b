"""TREC files: runs and qrels, the latter also as BEIR writes them."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from eval.questions import QuestionSetError


def write_run(path: Path, rankings: Mapping[str, Iterable[str]], tag: str = "policyqa") -> None:
    """Write rankings, best first, as a TREC run.

    The score column is 1/rank: trec_eval sorts by it again, and our scores compare only within one ranking and may tie.
    Blanks part the columns, so those of an id are written as %20, here and in `write_qrels`.
    """
    with _open(path, "wt") as file:
        for query, ids in rankings.items():
            for rank, document in enumerate(ids, start=1):
                print(_whole(query), "Q0", _whole(document), rank, f"{1 / rank:.8f}", tag, file=file)


def _whole(name: str) -> str:
    return "%20".join(name.split())


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
                print(_whole(query), 0, _whole(document), grade, file=file)


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Return the grades by query and document of TREC qrels, or of BEIR ones with a header."""
    qrels: dict[str, dict[str, int]] = {}
    for place, (number, fields) in enumerate(_fields(path, 3, 4)):
        query, document, grade = fields[0], fields[-2], fields[-1]
        try:
            qrels.setdefault(query, {})[document] = int(float(grade))
        except ValueError as error:
            if place == 0:
                qrels.clear()  # it was the header
                continue
            raise QuestionSetError(f"{path}, line {number}: the grade {grade!r} is no number") from error
    return qrels


def _fields(path: Path, *counts: int) -> Iterator[tuple[int, list[str]]]:
    for number, line in read_lines(path):
        # Tabs first: the ids of BEIR may hold blanks.
        fields = line.split("\t") if "\t" in line else line.split()
        if len(fields) not in counts:
            raise QuestionSetError(f"{path}, line {number}: {len(fields)} fields, not {' or '.join(map(str, counts))}")
        yield number, fields


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines of a plain or gzipped file that are not blank, by number.

    Raises:
        QuestionSetError: It is no such file, or is cut off.
    """
    number = 0
    try:
        with _open(path, "rt") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line.rstrip("\r\n")
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise QuestionSetError(
            f"{path} cannot be read after line {number}: {error}", "Give UTF-8, gzipped where the name ends in .gz."
        ) from error


def _open(path: Path, mode: str) -> io.TextIOWrapper:
    encoding = "utf-8-sig" if mode == "rt" else "utf-8"
    opened = gzip.open(path, mode, encoding=encoding) if path.suffix == ".gz" else path.open(mode, encoding=encoding)
    assert isinstance(opened, io.TextIOWrapper)
    return opened
