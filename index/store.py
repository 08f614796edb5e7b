"""The index on disk: build, open, and the one switch between an old and a new one.

A folder holds `builds/<fingerprint>/` and the file `CURRENT`, which names the build that serves. A build is written
beside the others, its manifest last, and `CURRENT` is replaced in one step: a crash at any moment leaves the old index
serving. Row i of the vectors is passage i; row j of BM25, of the parts and of the measures is measure j.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus import Amount, Contact, Corpus, Date, Document, Measure, Unit, Validity, find_terms, sentences
from index.dense import DenseIndex, build_dense
from index.passages import passages_of
from index.protocols import Encoder
from index.schema import NoIndexError, StaleIndexError
from index.segment import plain
from index.sparse import SparseIndex, build_sparse

_BATCH = 8192
Progress = Callable[[Iterable[Sequence[str]], int], Iterable[Sequence[str]]]


def corpus_hash(folder: Path) -> str:
    """Return the hash of every file in a corpus folder, names and contents."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def format_hash() -> str:
    """Return the hash of the code that shapes an index, so that a new version never reads an old index wrongly."""
    digest = hashlib.sha256()
    for package in ("corpus", "index"):
        root = Path(__file__).parents[1] / package
        for path in sorted([*root.glob("*.py"), *root.glob("*.tsv")]):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def build_index(
    corpus: Corpus,
    encoder: Encoder,
    folder: Path,
    *,
    corpus_folder: Path | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Build the index of a corpus in a folder, switch to it, and return its manifest.

    Args:
        corpus: What was loaded.
        encoder: Encodes the passages.
        folder: Gets the build; what serves from it goes on until the switch.
        corpus_folder: Recorded with its hash, so that a changed corpus is noticed.
        progress: Wraps the batches of passages, for a progress bar.
    """
    builds = folder / "builds"
    builds.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(builds)
    partial = builds / f".partial-{os.getpid()}"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    documents = {document.doc_id: document for document in corpus.documents}
    measures = corpus.measures
    asked = [corpus.phrasings.get(measure.measure_id, ()) for measure in measures]
    rows: list[int] = []
    texts: list[str] = []
    for row, measure in enumerate(measures):
        for passage in passages_of(measure, documents[measure.doc_id], asked[row]):
            rows.append(row)
            texts.append(passage.text)
    _write_records(partial / "documents.jsonl", corpus.documents)
    _write_records(partial / "measures.jsonl", measures)
    (partial / "ids.json").write_text(json.dumps([m.measure_id for m in measures]), encoding="utf-8")
    labels = [(m.label, m.path) for m in measures]
    (partial / "labels.json").write_text(json.dumps(labels, ensure_ascii=False), encoding="utf-8")
    (partial / "units.json").write_text(json.dumps(_rows_by_unit(measures), ensure_ascii=False), encoding="utf-8")
    (partial / "terms.json").write_text(json.dumps(_rows_by_term(measures)), encoding="utf-8")
    (partial / "plain.txt").write_text("".join(f"{plain(m.text)}\n" for m in measures), encoding="utf-8")
    np.save(partial / "passage_rows.npy", np.array(rows, dtype=np.int32))
    np.save(partial / "phrased.npy", np.array([bool(questions) for questions in asked]))
    batches: Iterable[Sequence[str]] = [texts[i : i + _BATCH] for i in range(0, len(texts), _BATCH)]
    if progress:
        batches = progress(batches, len(texts))
    vectors = np.concatenate([encoder.encode_documents(batch) for batch in batches])
    kind = build_dense(vectors, partial)
    contexts = [
        " ".join([_context(measure, documents[measure.doc_id]), *questions])
        for measure, questions in zip(measures, asked, strict=True)
    ]
    build_sparse(contexts, partial)
    if hasattr(encoder, "tokenize"):
        parts = [
            (" ".join(m.path[-2:]), *(sentences(m.text) or (m.text,)), *questions)
            for m, questions in zip(measures, asked, strict=True)
        ]
        tokens = encoder.tokenize([part for split in parts for part in split])
        np.save(partial / "tokens.npy", np.concatenate(tokens).astype(np.int32))
        np.save(partial / "token_offsets.npy", np.cumsum([0, *map(len, tokens)]).astype(np.int64))
        np.save(partial / "parts.npy", np.cumsum([0, *map(len, parts)]).astype(np.int64))
    manifest: dict[str, Any] = {
        "encoder": encoder.name,
        "format": format_hash(),
        "corpus": str(corpus_folder.resolve()) if corpus_folder else None,
        "corpus_hash": corpus_hash(corpus_folder) if corpus_folder else None,
        "documents": len(corpus.documents),
        "measures": len(measures),
        "passages": len(texts),
        "phrasings": sum(map(len, asked)),
        "vectors": kind,
    }
    manifest["fingerprint"] = hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()[:16]
    _write_synced(partial / "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))
    _switch(folder, partial, manifest["fingerprint"])
    return manifest


def _rows_by_unit(measures: Sequence[Measure]) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for row, measure in enumerate(measures):
        for name in {unit.name for unit in measure.units}:
            rows.setdefault(name, []).append(row)
    return dict(sorted(rows.items()))


def _rows_by_term(measures: Sequence[Measure]) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for row, measure in enumerate(measures):
        for term in find_terms(measure.text):
            rows.setdefault(term.key, []).append(row)
    return rows


def _context(measure: Measure, document: Document) -> str:
    return f"{document.place or ''} {document.title} {' '.join(measure.path)} {measure.title} {measure.text}"


def _write_records(path: Path, records: Sequence[Any]) -> None:
    offsets = [0]
    with path.open("wb") as file:
        for record in records:
            offsets.append(offsets[-1] + file.write(json.dumps(asdict(record), ensure_ascii=False).encode() + b"\n"))
    np.save(path.with_suffix(".npy"), np.array(offsets, dtype=np.int64))


def _write_synced(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _switch(folder: Path, partial: Path, fingerprint: str) -> None:
    target = folder / "builds" / fingerprint
    shutil.rmtree(target, ignore_errors=True)
    partial.rename(target)
    current = folder / "CURRENT"
    previous = current.read_text().strip() if current.exists() else ""
    _write_synced(folder / f".CURRENT-{os.getpid()}", fingerprint)
    (folder / f".CURRENT-{os.getpid()}").replace(current)
    # The build before this one stays for readers that have just read CURRENT.
    for build in (folder / "builds").iterdir():
        if not build.name.startswith(".") and build.name not in (fingerprint, previous):
            shutil.rmtree(build, ignore_errors=True)


def _remove_abandoned(builds: Path) -> None:
    for partial in builds.glob(".partial-*"):
        try:
            os.kill(int(partial.name.rpartition("-")[2]), 0)
        except (ProcessLookupError, ValueError):
            shutil.rmtree(partial, ignore_errors=True)
        except PermissionError:
            continue


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of the build that serves.

    Raises:
        NoIndexError: There is none.
    """
    try:
        name = (folder / "CURRENT").read_text().strip()
        manifest: dict[str, Any] = json.loads((folder / "builds" / name / "manifest.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError) as error:
        raise NoIndexError(f"There is no index in {folder}") from error
    return manifest


def check_manifest(manifest: dict[str, Any], encoder_name: str) -> None:
    """Refuse an index that another model or version built, or whose corpus has changed since.

    Raises:
        StaleIndexError: It says what differs.
    """
    if manifest["encoder"] != encoder_name:
        raise StaleIndexError(f"The index was built with {manifest['encoder']}, not with {encoder_name}")
    if manifest["format"] != format_hash():
        raise StaleIndexError("The index was built by another version")
    source = Path(manifest["corpus"]) if manifest["corpus"] else None
    if source and source.is_dir() and corpus_hash(source) != manifest["corpus_hash"]:
        raise StaleIndexError(f"The corpus in {source} has changed since the index was built")


class _Records:
    """JSON lines read by row, without parsing the rest."""

    def __init__(self, path: Path) -> None:
        # Plain views: slices of the memory map itself cost twenty times as much.
        self._offsets = np.asarray(np.load(path.with_suffix(".npy"), mmap_mode="r"))
        self._bytes = np.asarray(np.memmap(path, dtype=np.uint8, mode="r"))

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, row: int) -> dict[str, Any]:
        record: dict[str, Any] = json.loads(self._bytes[self._offsets[row] : self._offsets[row + 1]].tobytes())
        return record


@dataclass(frozen=True, slots=True)
class Numbered:
    """What a measure is found by where a clause is named by its number."""

    row: int
    label: str
    path: tuple[str, ...]


@dataclass(frozen=True)
class StoredIndex:
    """An opened build. Everything is memory-mapped and read-only, so threads and processes may share it."""

    folder: Path
    manifest: dict[str, Any]

    @cached_property
    def dense(self) -> DenseIndex:
        return DenseIndex(self.folder)

    @cached_property
    def sparse(self) -> SparseIndex:
        return SparseIndex(self.folder)

    @cached_property
    def passage_rows(self) -> NDArray[np.int32]:
        """The measure row of each passage, in increasing order."""
        return np.asarray(np.load(self.folder / "passage_rows.npy", mmap_mode="r"))

    @cached_property
    def phrased(self) -> NDArray[np.bool_]:
        """Whether ways of asking for it stand beside each measure."""
        return np.asarray(np.load(self.folder / "phrased.npy"))

    @cached_property
    def tokens(self) -> tuple[NDArray[np.int32], NDArray[np.int64]] | None:
        """Token ids of the parts of all measures, and their offsets, where the encoder has tokens."""
        if not (self.folder / "tokens.npy").exists():
            return None
        return np.load(self.folder / "tokens.npy", mmap_mode="r"), np.load(self.folder / "token_offsets.npy")

    @cached_property
    def parts(self) -> NDArray[np.int64]:
        """Where the parts of each measure begin among those of `tokens`, and the end; first its headings, then its sentences."""
        return np.load(self.folder / "parts.npy")

    @cached_property
    def _measures(self) -> _Records:
        return _Records(self.folder / "measures.jsonl")

    @cached_property
    def documents(self) -> dict[str, Document]:
        """Every document by id, in the order of the corpus."""
        records = _Records(self.folder / "documents.jsonl")
        documents = (records[row] for row in range(len(records)))
        return {d["doc_id"]: Document(**{**d, "validity": Validity(**d["validity"])}) for d in documents}

    @cached_property
    def measure_ids(self) -> dict[str, int]:
        """The row of each measure id."""
        ids = json.loads((self.folder / "ids.json").read_text(encoding="utf-8"))
        return {measure_id: row for row, measure_id in enumerate(ids)}

    @cached_property
    def document_rows(self) -> dict[str, range]:
        """The rows of each document's measures, which stand together."""
        ids = [measure_id.rpartition(":")[0] for measure_id in self.measure_ids]
        starts: dict[str, int] = {}
        ends: dict[str, int] = {}
        for row, doc_id in enumerate(ids):
            starts.setdefault(doc_id, row)
            ends[doc_id] = row + 1
        return {doc_id: range(start, ends[doc_id]) for doc_id, start in starts.items()}

    def numbered(self, doc_id: str) -> list[Numbered]:
        """Return the numbers of a document's measures in the order of its text, without reading their texts."""
        rows = self.document_rows.get(doc_id, range(0))
        return [Numbered(row, label, tuple(path)) for row in rows for label, path in [self._labels[row]]]

    @cached_property
    def _labels(self) -> list[tuple[str, list[str]]]:
        labels: list[tuple[str, list[str]]] = json.loads((self.folder / "labels.json").read_text(encoding="utf-8"))
        return labels

    @cached_property
    def unit_rows(self) -> dict[str, list[int]]:
        """The rows of the measures that name each responsible unit."""
        rows: dict[str, list[int]] = json.loads((self.folder / "units.json").read_text(encoding="utf-8"))
        return rows

    @cached_property
    def term_rows(self) -> dict[str, list[int]]:
        """The rows of the measures that name each term of the vocabulary, by its key."""
        rows: dict[str, list[int]] = json.loads((self.folder / "terms.json").read_text(encoding="utf-8"))
        return rows

    def rows_with(self, phrase: str) -> list[int]:
        """Return the rows of the measures that hold a phrase, whatever its blanks, width or capitals; none where it is empty."""
        sought = plain(phrase).encode()
        texts, ends = self._plain
        rows, at = [], texts.find(sought) if sought else -1
        while at >= 0:
            rows.append(int(np.searchsorted(ends, at)))
            at = texts.find(sought, int(ends[rows[-1]]))
        return rows

    @cached_property
    def _plain(self) -> tuple[mmap.mmap, NDArray[np.int64]]:
        """The plain texts, a line each, and where each line ends; in UTF-8 no character begins inside another."""
        with (self.folder / "plain.txt").open("rb") as file:
            texts = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return texts, np.flatnonzero(np.frombuffer(texts, dtype=np.uint8) == 10)

    def __len__(self) -> int:
        return len(self._measures)

    @cached_property
    def measure(self) -> Callable[[int], Measure]:
        """What returns the measure of a row; the last ones read are kept."""
        return lru_cache(maxsize=4096)(self._read_measure)

    def _read_measure(self, row: int) -> Measure:
        record = self._measures[row]
        facts = {"units": Unit, "amounts": Amount, "dates": Date, "contacts": Contact}
        for name, kind in facts.items():
            record[name] = tuple(kind(**fact) for fact in record[name])
        return Measure(**{**record, "path": tuple(record["path"])})

    def measures_of(self, doc_id: str) -> Iterator[Measure]:
        """Yield a document's measures in the order of its text."""
        return (self.measure(row) for row in self.document_rows.get(doc_id, range(0)))


def open_store(folder: Path, encoder_name: str | None) -> StoredIndex:
    """Open the build that serves from a folder.

    Args:
        folder: The index folder.
        encoder_name: Name of the encoder that will ask; None skips the checks.

    Raises:
        NoIndexError: There is none.
        StaleIndexError: It does not fit the corpus, the model or this version.
    """
    manifest = read_manifest(folder)
    if encoder_name is not None:
        check_manifest(manifest, encoder_name)
    return StoredIndex(folder / "builds" / manifest["fingerprint"], manifest)
