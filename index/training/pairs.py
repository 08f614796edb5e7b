"""Training data to (question, passage) pairs, by source."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path

from pypinyin import lazy_pinyin

from corpus import load_corpus


@dataclass(slots=True)
class Source:
    """Pairs of one kind; a batch is drawn from one source, so that its negatives are of that kind too."""

    name: str
    weight: float
    """Its share of the batches in the first stage."""
    late_weight: float
    """Its share in the second stage, which leans towards the field."""
    pairs: list[tuple[str, str]] = field(default_factory=list)
    negatives: list[str] = field(default_factory=list)
    """One hard negative a pair, or none at all."""


def load_sources(folders: list[Path], excluded: frozenset[str], seed: int = 0) -> list[Source]:
    """Return the sources found in folders, by the names of their files; what none of them knows is passed over.

    Args:
        folders: Searched for the files named below (`.jsonl` or `.jsonl.gz`), `authored/*.jsonl`, and policy texts.
        excluded: Titles of documents kept for evaluation: no article of theirs may train.
        seed: For the inverse-cloze spans.
    """
    rng = random.Random(seed)
    sources = []
    for name, weight, late_weight, read in _READERS:
        source = Source(name, weight, late_weight)
        for folder in folders:
            read(source, folder, excluded, rng)
        if source.pairs:
            sources.append(source)
    return sources


def _rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    for path in sorted([*folder.glob(f"{name}.jsonl"), *folder.glob(f"{name}.jsonl.gz")]):
        opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
        with opened as lines:
            yield from map(json.loads, lines)


def load_records(folders: list[Path]) -> dict[str, list[str]]:
    """Return the authored provisions of folders, each with the questions that it answers."""
    return {
        row["clause"]: [*row["formal"], *row["lay"], *row["profile"], *row["en"]]
        for folder in folders
        for row in _rows(folder, "*")
        if "clause" in row and "lay" in row
    }


def _authored(source: Source, folder: Path, excluded: frozenset[str], rng: random.Random) -> None:
    for row in _rows(folder, "*"):
        if "clause" not in row or "lay" not in row:
            continue
        questions = [*row["formal"], *row["lay"], *row["profile"], *row["en"], row["clause_en"]]
        questions += [misspell(question, rng) for question in rng.sample(questions, 2)]
        for question in questions:
            passage = row["clause"] if rng.random() < 0.6 else f"{row['title']} {row['clause']}"
            source.pairs.append((question, passage))
            source.negatives.append(row.get("negative") or row["clause"])


def misspell(question: str, rng: random.Random) -> str:
    """Return a question with one Han character in eight, at least one, typed as another of the same sound."""
    han = [i for i, char in enumerate(question) if "\u4e00" <= char <= "\u9fff"]
    typed = list(question)
    for i in rng.sample(han, min(len(han), 1 + len(han) // 8)):
        typed[i] = rng.choice(_same_sound().get(lazy_pinyin(typed[i])[0], typed[i]))
    return "".join(typed)


@cache
def _same_sound() -> dict[str, list[str]]:
    """Return the common characters (GB 2312, level one) by sound."""
    sounds: dict[str, list[str]] = {}
    for high, low in product(range(0xB0, 0xD8), range(0xA1, 0xFF)):
        char = bytes((high, low)).decode("gb2312", errors="ignore")
        if char:
            sounds.setdefault(lazy_pinyin(char)[0], []).append(char)
    return sounds


def _authored_sentences(source: Source, folder: Path, excluded: frozenset[str], rng: random.Random) -> None:
    for row in _rows(folder, "*"):
        if "clause" in row and "lay" in row:
            source.pairs.append((row["title"], row["clause"]))
            source.pairs.append((row["clause_en"], row["clause"]))
            source.pairs.extend((question, row["clause_en"]) for question in row["en"])
            source.pairs.extend((a, b) for a in row["lay"][:2] for b in row["en"][:1])


def _plain(source: Source, folder: Path, excluded: frozenset[str], rng: random.Random) -> None:
    """Read lines of official language with what people say for it, in Chinese and English."""
    for path in sorted(folder.glob("plain_*.jsonl")):
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            source.pairs.extend((asked, row["official"]) for asked in (*row["plain"], *row["en"]))
            source.pairs.extend(zip(row["plain"], row["en"], strict=False))


def _cloze(text: str, rng: random.Random) -> tuple[str, str] | None:
    """Return (a sentence, the rest), as in the inverse cloze task (Lee et al., 2019); the span stays in at times."""
    sentences = [s for s in re.split(r"(?<=[。；;，,])", text) if len(s) >= 8]
    if len(sentences) < 2:
        return None
    picked = rng.randrange(len(sentences))
    rest = text if rng.random() < 0.3 else "".join(s for i, s in enumerate(sentences) if i != picked)
    return sentences[picked], rest[:400]


def _articles(source: Source, folder: Path, excluded: frozenset[str], rng: random.Random) -> None:
    for row in _rows(folder, "local_regulation_articles"):
        if _is_excluded(row["title"], excluded) or len(row["text"]) < 25:
            continue
        if pair := _cloze(row["text"], rng):
            source.pairs.append(pair)


def _policies(source: Source, folder: Path, excluded: frozenset[str], rng: random.Random) -> None:
    if not any(folder.glob("*.html")):
        return
    for split in load_corpus(folder).splits:
        official = split.document.source.startswith(("gz_", "reg_", "bizenv2023_"))
        if not official or _is_excluded(split.document.title + split.document.source, excluded):
            continue
        for measure in split.measures:
            if measure.title and len(measure.text) > len(measure.title) + 30:
                source.pairs.append((measure.title, measure.text[len(measure.title) + 2 :][:400]))
            if pair := _cloze(re.sub(r"\s", "", measure.text), rng):
                source.pairs.append(pair)


def _is_excluded(title: str, excluded: frozenset[str]) -> bool:
    return any(other in title for other in excluded)


def _fields(file: str, anchor: str, positive: str) -> Callable[[Source, Path, frozenset[str], random.Random], None]:
    def read(source: Source, folder: Path, excluded: frozenset[str], rng: random.Random) -> None:
        for row in _rows(folder, file):
            if row.get(anchor) and row.get(positive):
                source.pairs.append((row[anchor][:300], row[positive][:400]))

    return read


def _vocabulary(source: Source, folder: Path, excluded: frozenset[str], rng: random.Random) -> None:
    from corpus import load_vocabulary

    if source.pairs:
        return
    for entry in load_vocabulary():
        names = [*entry.official, *entry.colloquial, *entry.english, *entry.regional]
        source.pairs.extend((a, b) for a in names for b in (entry.official[0], entry.english[0]) if a != b)


_READERS: list[tuple[str, float, float, Callable[[Source, Path, frozenset[str], random.Random], None]]] = [
    ("authored", 5.0, 8.0, _authored),
    ("authored_parallel", 1.0, 1.0, _authored_sentences),
    ("plain", 2.0, 2.0, _plain),
    ("vocabulary", 0.3, 0.2, _vocabulary),
    ("regulations", 2.0, 1.0, _articles),
    ("policies", 0.7, 0.7, _policies),
    ("mrc", 1.0, 0.7, _fields("mrc_question_passage", "anchor", "positive")),
    ("csl", 0.4, 0.2, _fields("csl_title_keywords_abstract", "anchor", "positive")),
    ("tatoeba", 1.0, 0.4, _fields("tatoeba_en_zh", "anchor", "positive")),
    ("captions", 0.5, 0.1, _fields("captions_3am_en_zh", "en", "zh")),
    ("captions_pairs", 0.3, 0.1, _fields("captions_3am_en_zh", "anchor", "positive")),
    ("python_docs", 1.0, 0.3, _fields("python_docs_en_zh", "anchor", "positive")),
    ("cncf", 0.1, 0.1, _fields("cncf_glossary_en_zh", "anchor", "positive")),
    ("dictionary", 1.5, 0.5, _fields("cc_cedict", "en", "zh")),
    ("laws", 0.1, 0.1, _fields("bilingual_laws_en_zh", "anchor", "positive")),
]
