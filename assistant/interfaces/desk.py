"""The hotline's look-up: one line that takes words, a clause number, a unit, a 文号 or a phrase in quotes, and facets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from assistant import frames
from assistant.clauses import find_clauses, name_documents
from assistant.core import Assistant
from assistant.interfaces.pages import article, quoted_title
from assistant.question import Question, understand
from assistant.schema import Answer, Request
from corpus import Document, Measure, PolicyAssistantError, load_vocabulary, sentences
from index import Filters, needed, plain

FACETS = ("place", "document", "level", "topic", "audience", "unit", "validity")
VALIDITY = ("stated", "past", "none")
SHOWN = 60
"""Rows of a page of the list."""
_RANKED = 100
"""How many of a ranked look-up's matches the whole ranking orders; those behind them stand by their words alone."""
_LISTED = 30
_PHRASE = re.compile(r"[\"“”「『']([^\"“”「」『』']{2,})[\"“”」』']")
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Row:
    """A measure found, with what the list shows of it."""

    measure: Measure
    document: Document
    snippet: str
    past: bool
    """Whether the term that its document states is over."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a look-up found: a page of rows, how many there are, and the values to narrow them by with their counts."""

    rows: Sequence[Row]
    start: int
    total: int
    facets: Mapping[str, Sequence[tuple[str, int]]]
    how: str
    """exact, phrase, number, unit, ranked or all."""


@dataclass(frozen=True, slots=True)
class Facet:
    """What measures are filed under: value `codes[i]` is said of measure `owners[i]`."""

    values: Sequence[str]
    codes: Rows
    owners: Rows

    @classmethod
    def of(cls, rows_by_value: Mapping[str, Iterable[int]]) -> Facet:
        """File the rows of each value."""
        rows = [np.fromiter(rows, dtype=np.int64) for rows in rows_by_value.values()]
        codes = np.repeat(np.arange(len(rows)), [len(part) for part in rows])
        return cls(tuple(rows_by_value), codes, np.concatenate([*rows, np.zeros(0, dtype=np.int64)]))

    def holders(self, values: Sequence[str], count: int) -> NDArray[np.bool_]:
        """Return which of `count` measures have one of the values."""
        wanted = [code for code, value in enumerate(self.values) if value in values]
        held = np.zeros(count, dtype=np.bool_)
        held[self.owners[np.isin(self.codes, wanted)]] = True
        return held

    def counts(self, among: NDArray[np.bool_], chosen: Sequence[str]) -> list[tuple[str, int]]:
        """Return the commonest values among some measures, and those chosen whatever their count."""
        counted = np.bincount(self.codes[among[self.owners]], minlength=len(self.values)).tolist()
        pairs = sorted(zip(self.values, counted, strict=True), key=lambda pair: -pair[1])
        return [pair for place, pair in enumerate(pairs) if (pair[1] and place < _LISTED) or pair[0] in chosen]


@dataclass(frozen=True)
class Desk:
    """Look-ups over an assistant, whose index knows what every measure is filed under."""

    assistant: Assistant

    def look_up(self, line: str, chosen: Mapping[str, Sequence[str]], start: int = 0) -> Found:
        """Return what a line finds within the facets chosen, from a row on: exact where it names something, else ranked.

        A facet counts what the others leave, so that a second value of it can be chosen too.
        """
        line = line.strip()
        how, rows = self._find(line, chosen)
        size = len(self.assistant.retriever.store)
        facets = {**self._facets, "validity": self._validity(date.today())}
        matched = np.zeros(size, dtype=np.bool_)
        matched[rows] = True
        held = {name: facets[name].holders(values, size) for name, values in chosen.items() if values}
        counts = {}
        for name in FACETS:
            others = [holders for other, holders in held.items() if other != name]
            counts[name] = facets[name].counts(np.logical_and.reduce([matched, *others]), chosen.get(name, ()))
        kept = rows[np.logical_and.reduce([matched, *held.values()])[rows]]
        shown = [self._row(int(row), line) for row in kept[start : start + SHOWN]]
        return Found(shown, start, len(kept), counts, how)

    @cached_property
    def _facets(self) -> dict[str, Facet]:
        store = self.assistant.retriever.store
        documents = self.assistant.documents.values()
        terms = {term.key: term for term in load_vocabulary()}

        def of_documents(name: str) -> Facet:
            rows: dict[str, list[int]] = {}
            for document in documents:
                if value := getattr(document, name):
                    rows.setdefault(value, []).extend(store.document_rows.get(document.doc_id, ()))
            return Facet.of(rows)

        def of_terms(kind: str) -> Facet:
            found = {terms[key].official[0]: rows for key, rows in store.term_rows.items() if terms[key].kind == kind}
            return Facet.of(found)

        return {
            "place": of_documents("place"),
            "document": of_documents("doc_id"),
            "level": of_documents("level"),
            "topic": of_terms("concept"),
            "audience": of_terms("audience"),
            "unit": Facet.of(store.unit_rows),
        }

    def _validity(self, today: date) -> Facet:
        rows: dict[str, list[int]] = {name: [] for name in VALIDITY}
        for document in self.assistant.documents.values():
            past = frames.is_past(document, today)
            value = "past" if past else "stated" if document.validity.statement else "none"
            rows[value].extend(self.assistant.retriever.store.document_rows.get(document.doc_id, ()))
        return Facet.of(rows)

    def script(self, measure_id: str, line: str) -> str:
        """Return the 口径 to read out: an answer, the clause word for word, its source, term, unit and phone."""
        measure = self.assistant.measure(measure_id)
        document = self.assistant.document(measure.doc_id)
        phones = [c.text for c in measure.contacts if c.kind == "phone"] or [
            c.text for m in self.assistant.measures_of(document.doc_id) for c in m.contacts if c.kind == "phone"
        ]
        number = f"（{document.number}）" if document.number else "（文中未印文号）"
        told = [
            f"答：{self._told(measure, document, line)}",
            f"原文：{measure.text.strip()}",
            f"出处：{quoted_title(document.title)}{number} {' / '.join((*measure.path, article(measure.label)))}",
            f"效力：{frames.validity(document, date.today(), 'zh')}",
            f"责任单位：{frames.units_of(measure.units, 'zh') or '文中未写明'}",
            f"电话：{'、'.join(dict.fromkeys(phones)) or '文中未写明，可转当地12345热线'}",
            f"链接：/c/{measure.measure_id}",
        ]
        return "\n".join(([f"问：{line}"] if line else []) + told)

    def _told(self, measure: Measure, document: Document, line: str) -> str:
        """Return the answer's first section where the answer to the line cites this measure, else its nearest words."""
        try:
            answer: Answer | None = self.assistant.ask(Request(question=line, region=document.place)) if line else None
        except PolicyAssistantError:
            answer = None
        if answer and [c for c in answer.citations[:1] if c.measure_id == measure.measure_id]:
            return re.sub(r"\[\d+\]", "", answer.sections[0].text)
        return _nearest(measure, line)

    def _find(self, line: str, chosen: Mapping[str, Sequence[str]]) -> tuple[str, Rows]:
        """Return how a line was understood, and the rows of every measure that it finds, best first."""
        store = self.assistant.retriever.store
        if not line:
            return "all", np.arange(len(store))
        if line in store.measure_ids:
            return "exact", np.array([store.measure_ids[line]])
        if phrases := _PHRASE.findall(line):
            found = set.intersection(*(set(store.rows_with(phrase)) for phrase in phrases))
            return "phrase", np.array(sorted(found), dtype=np.int64)
        everything, documents = list(self.assistant.documents.values()), self._documents(chosen)
        question, typed = understand(Request(question=line)), plain(line)
        if numbered := [d for d in everything if d.number and len(typed) > 3 and _overlap(typed, plain(d.number))]:
            clauses = self._clauses(question, numbered)
            return "number", clauses if len(clauses) else self._all_of(numbered)
        if len(exact := self._exact(line, question, documents)):
            # Those of all documents too: the facets tell what another choice would find.
            return "exact", np.union1d(exact, self._exact(line, question, everything))
        if len(line) > 2 and (named := {row for unit, rows in store.unit_rows.items() if line in unit for row in rows}):
            return "unit", np.array(sorted(named, key=lambda row: (not _leads(store.measure(row), line), row)))
        return "ranked", self._ranked(line, documents)

    def _ranked(self, line: str, documents: Sequence[Document]) -> Rows:
        """Return the best measures by the whole ranking, then every other that holds all words of the line."""
        store = self.assistant.retriever.store
        narrowed = len(documents) < len(self.assistant.documents)
        scope = Filters(doc_ids=frozenset(d.doc_id for d in documents if narrowed))
        hits = self.assistant.search(Request(question=line, k=_RANKED), scope)
        best = self._rows(hit.measure for hit in hits)
        holding = store.sparse.holders(needed(line))
        holding[best] = False
        rest = np.flatnonzero(holding)
        order = np.argsort(-store.sparse.scores(line)[rest], kind="stable")
        return np.concatenate([best, rest[order]])

    def _exact(self, line: str, question: Question, documents: Sequence[Document]) -> Rows:
        at = [d for d in documents if not question.places or d.place in question.places] or documents
        return self._clauses(question, name_documents(line, at) if question.clauses else ())

    def _clauses(self, question: Question, documents: Iterable[Document]) -> Rows:
        store = self.assistant.retriever.store
        found = [find_clauses(question.clauses, store.numbered(d.doc_id)) for d in documents if question.clauses]
        return np.array([measure.row for measures in found for measure in measures], dtype=np.int64)

    def _all_of(self, documents: Iterable[Document]) -> Rows:
        rows = self.assistant.retriever.store.document_rows
        return np.array([row for d in documents for row in rows.get(d.doc_id, ())], dtype=np.int64)

    def _rows(self, measures: Iterable[Measure]) -> Rows:
        ids = self.assistant.retriever.store.measure_ids
        return np.array([ids[measure.measure_id] for measure in measures], dtype=np.int64)

    def _documents(self, chosen: Mapping[str, Sequence[str]]) -> list[Document]:
        """Return the documents that the chosen places, documents and levels leave."""
        return [
            d
            for d in self.assistant.documents.values()
            if all(not (wanted := chosen.get(name)) or value in wanted
                   for name, value in (("place", d.place), ("document", d.doc_id), ("level", d.level)))
        ]  # fmt: skip

    def _row(self, row: int, line: str) -> Row:
        measure = self.assistant.retriever.store.measure(row)
        document = self.assistant.documents[measure.doc_id]
        return Row(measure, document, _nearest(measure, line), frames.is_past(document, date.today()))


def _leads(measure: Measure, name: str) -> bool:
    return any(unit.role == "lead" and name in unit.name for unit in measure.units)


def _overlap(one: str, other: str) -> bool:
    return one in other or other in one


def _nearest(measure: Measure, line: str) -> str:
    """Return the sentence of a measure, its title aside, that shares most pairs of characters with a line."""
    parts = sentences(measure.text) or [measure.text]
    if measure.title and measure.title in parts[0] and len(parts) > 1:
        parts = parts[1:]
    pairs = {line[i : i + 2] for i in range(len(line) - 1)}
    best = max(parts, key=lambda part: sum(pair in part for pair in pairs))
    return " ".join(best.split())
