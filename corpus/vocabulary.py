"""The field's bilingual vocabulary, from `vocabulary.tsv`: concepts, audiences and units, and what people call them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from corpus.names import HanNames, compile_latin
from corpus.normalize import fold


@dataclass(frozen=True, slots=True)
class Term:
    """One concept, audience or unit with its names; a line of the file, whose first names are shown to readers."""

    key: str
    kind: str
    """concept, audience or unit."""
    official: tuple[str, ...]
    colloquial: tuple[str, ...]
    english: tuple[str, ...]
    regional: tuple[str, ...]
    """Usage of Taiwan and Hong Kong."""


@cache
def load_vocabulary() -> tuple[Term, ...]:
    """Return every line of the vocabulary."""
    rows = files("corpus").joinpath("vocabulary.tsv").read_text(encoding="utf-8").splitlines()[1:]
    fields = (row.split("\t") for row in rows)
    return tuple(
        Term(key, kind, *(tuple(filter(None, names.split("|"))) for names in lists)) for key, kind, *lists in fields
    )


@cache
def _matchers() -> tuple[HanNames, re.Pattern[str], dict[str, list[Term]]]:
    names: dict[str, list[Term]] = {}
    for term in load_vocabulary():
        for name in {fold(n) for n in (*term.official, *term.colloquial, *term.english, *term.regional)}:
            names.setdefault(name, []).append(term)
    latin = compile_latin((n for n in names if n.isascii()), "(?:'?s)?")
    return HanNames(n for n in names if not n.isascii()), latin, names


def find_names(text: str) -> list[tuple[Term, str, int]]:
    """Return (term, the folded name by which the text calls it, where that starts), in order; longest names win."""
    folded = fold(text)
    han, latin, names = _matchers()
    spelled = ((match[0], match.start()) for match in latin.finditer(folded))
    found = sorted([*han.find(folded), *spelled], key=lambda hit: hit[1])
    return [
        (term, name, start)
        for name, start in found
        for term in names.get(name) or names.get(name.removesuffix("s").removesuffix("'"), [])
    ]


def find_terms(text: str) -> list[Term]:
    """Return the terms that a text names, in any register or language, in order of appearance."""
    return list({term.key: term for term, _, _ in find_names(text)}.values())


def official_terms(text: str) -> list[Term]:
    """Return the terms that a text calls by an official name, as policy texts do: 城管 in 职教城管理办 is none."""
    return list({term.key: term for term, name, _ in find_names(text) if name in _official(term)}.values())


@cache
def _official(term: Term) -> frozenset[str]:
    return frozenset(map(fold, term.official))
