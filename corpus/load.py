"""A folder of files to documents, with the catalogue that corrects and completes what the texts say."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from corpus.errors import CatalogueError, PolicyAssistantError, UnreadableFileError
from corpus.measures import split_document
from corpus.metadata import read_metadata
from corpus.readers import read_file
from corpus.schema import Document, Measure, Split, Validity

CATALOGUE = "catalogue.toml"
PHRASINGS = "phrasings.tsv"
SHIPPED_POLICIES = Path(__file__).parent / "policies"
_FIELDS = {"title", "place", "level", "issuer", "number", "published", "validity", "kind", "publisher", "url", "doc_id"}


@dataclass(frozen=True, slots=True)
class Corpus:
    """The documents of a folder, split, and the files that could not be read."""

    splits: tuple[Split, ...]
    failures: tuple[PolicyAssistantError, ...] = ()
    phrasings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Ways in which people ask for a measure, by its id: found by, never quoted."""

    @property
    def documents(self) -> tuple[Document, ...]:
        return tuple(split.document for split in self.splits)

    @property
    def measures(self) -> tuple[Measure, ...]:
        return tuple(measure for split in self.splits for measure in split.measures)


def load_corpus(folder: Path, progress: Callable[[Iterable[Path]], Iterable[Path]] = iter) -> Corpus:
    """Read and split every file of a folder, in the order of their names; bad files are reported, not fatal.

    Args:
        folder: Searched with its subfolders; hidden files, READMEs, the catalogue and the phrasings are passed over.
        progress: Wraps the paths, for a progress bar.

    Raises:
        CatalogueError: The catalogue or a phrasing is malformed, or two documents have one id.
        UnreadableFileError: The folder does not exist, or no file in it can be read.
    """
    if not folder.is_dir():
        raise UnreadableFileError(
            f"{folder}: no such folder", "Name a folder of .txt, .md, .html, .docx or .pdf files."
        )
    catalogue = read_catalogue(folder)
    splits: list[Split] = []
    failures: list[PolicyAssistantError] = []
    for path in progress(_policy_files(folder)):
        source = path.relative_to(folder).as_posix()
        try:
            splits.append(load_file(path, source, catalogue.get(source, {})))
        except UnreadableFileError as error:
            failures.append(error)
    _check_ids(splits)
    if not splits:
        raise failures[0] if failures else UnreadableFileError(f"{folder}: holds no policy files", "Put texts into it.")
    phrasings = read_phrasings(folder)
    if unknown := phrasings.keys() - {measure.measure_id for split in splits for measure in split.measures}:
        named = ", ".join(sorted(unknown)[:3])
        failures.append(
            CatalogueError(f"{folder / PHRASINGS}: no measure has the id {named}", "See: policyqa measures")
        )
    return Corpus(tuple(splits), tuple(failures), phrasings)


def load_file(path: Path, source: str | None = None, entry: dict[str, Any] | None = None) -> Split:
    """Read and split one file; `entry` holds what a catalogue says of it.

    Raises:
        UnreadableFileError: The file cannot be read, or holds no measure.
    """
    source = source or path.name
    reading = read_file(path)
    stated = read_metadata(reading.text, name=path.stem, title=reading.title, published=reading.published)
    document = Document(
        doc_id=slug(source),
        text=reading.text,
        source=source,
        url=reading.url,
        **{field: getattr(stated, field) for field in stated.__dataclass_fields__},
    )
    split = split_document(replace(document, **(entry or {})))
    if not split.measures:
        raise UnreadableFileError(f"{path.name}: no policy text was found in it", "Check the file, or remove it.")
    return split


def read_catalogue(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the entries of a folder's catalogue by file name; empty where there is none.

    Raises:
        CatalogueError: It is no TOML, names an unknown field, or a file that does not exist.
    """
    path = folder / CATALOGUE
    if not path.exists():
        return {}
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("document", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{path}: {error}", "See corpus/policies/catalogue.toml for an example.") from error
    entries: dict[str, dict[str, Any]] = {}
    for row in rows:
        file = row.pop("file", None)
        if not isinstance(file, str) or not (folder / file).is_file():
            raise CatalogueError(
                f"{path}: no such file {file!r}", "Give each [[document]] the `file` that it describes."
            )
        if unknown := set(row) - _FIELDS:
            raise CatalogueError(
                f"{path}: {file}: unknown field {', '.join(sorted(unknown))}", f"Known: {sorted(_FIELDS)}"
            )
        if "doc_id" in row and not re.fullmatch(r"[a-z0-9][a-z0-9-]*", row["doc_id"]):
            raise CatalogueError(f"{path}: {file}: doc_id {row['doc_id']!r}", "Use a-z, 0-9 and hyphens.")
        if "validity" in row:
            row["validity"] = Validity(**row["validity"])
        entries[file] = row
    return entries


def read_phrasings(folder: Path) -> dict[str, tuple[str, ...]]:
    """Return the ways of asking that stand beside a folder's texts, by measure id; empty where there are none.

    The folder may hold `phrasings.tsv`: a measure's id, a tab, and how somebody asks for it, one a line.

    Raises:
        CatalogueError: It is not UTF-8, or a line is no id and question.
    """
    path = folder / PHRASINGS
    if not path.exists():
        return {}
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise CatalogueError(f"{path}: {error}", "Save it as UTF-8.") from error
    found: dict[str, list[str]] = {}
    for number, line in enumerate(lines, 1):
        measure_id, _, question = line.partition("\t")
        if not line.strip():
            continue
        if not measure_id.strip() or not question.strip() or "\t" in question:
            raise CatalogueError(f"{path}: line {number}: {line[:60]!r}", "Write a measure's id, a tab and a question.")
        found.setdefault(measure_id.strip(), []).append(question.strip())
    return {measure_id: tuple(questions) for measure_id, questions in found.items()}


def slug(source: str) -> str:
    """Return an ASCII id for a file without a catalogue entry: its Latin letters and digits, and a short hash.

    The hash is of the name alone, so that the id stays when the text or another file changes.
    """
    stem = re.sub(r"[^a-z0-9]+", "-", Path(source).stem.lower()).strip("-")[:40] or "doc"
    return f"{stem}-{hashlib.sha256(source.encode()).hexdigest()[:6]}"


def _policy_files(folder: Path) -> list[Path]:
    root = folder.resolve()
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and path.name not in (CATALOGUE, PHRASINGS)
        and not path.name.upper().startswith("README")
        # A link out of the folder could pull any file of the machine into the answers.
        and path.resolve().is_relative_to(root)
    )


def _check_ids(splits: list[Split]) -> None:
    sources: dict[str, str] = {}
    for document in (split.document for split in splits):
        if other := sources.get(document.doc_id):
            raise CatalogueError(f"{other} and {document.source} have one doc_id, {document.doc_id!r}")
        sources[document.doc_id] = document.source
