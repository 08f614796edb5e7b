"""The hotline's look-up: one line that takes words, a clause number, a unit, a 文号 or a phrase in quotes, and facets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from assistant import frames
from assistant.clauses import find_clauses, name_documents
from assistant.core import Assistant
from assistant.interfaces.pages import article, quoted_title
from assistant.question import understand
from assistant.schema import Answer, Request
from corpus import Document, Measure, PolicyAssistantError, find_terms, fold, sentences
from index import Filters

FACETS = ("place", "document", "level", "topic", "audience", "unit", "validity")
VALIDITY = ("stated", "past", "none")
SHOWN = 60
_BROWSED = 3000
_PHRASE = re.compile(r"[\"“”「『']([^\"“”「」『』']{2,})[\"“”」』']")


@dataclass(frozen=True, slots=True)
class Row:
    """A measure found, with what the list shows of it."""

    measure: Measure
    document: Document
    snippet: str
    values: Mapping[str, tuple[str, ...]]
    """The values of each facet."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a look-up found: the first rows, how many there are, and the values to narrow them by with their counts."""

    rows: Sequence[Row]
    total: int
    facets: Mapping[str, Sequence[tuple[str, int]]]
    how: str
    """exact, phrase, number, unit, ranked or all."""


@dataclass(frozen=True)
class Desk:
    """Look-ups over an assistant; what a measure is filed under is read once."""

    assistant: Assistant
    _filed: dict[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict, repr=False)

    def look_up(self, line: str, chosen: Mapping[str, Sequence[str]]) -> Found:
        """Return what a line finds within the facets chosen: exact where it names something, else ranked."""
        line = line.strip()
        how, measures = self._find(line, chosen)
        rows = [row for measure in measures if (row := self._row(measure, line, chosen))]
        facets = {name: self._count(name, rows, chosen.get(name, ())) for name in FACETS}
        return Found(rows[:SHOWN], len(rows), facets, how)

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

    def _find(self, line: str, chosen: Mapping[str, Sequence[str]]) -> tuple[str, Iterable[Measure]]:
        documents = self._documents(chosen)
        everything = (m for d in documents for m in self.assistant.measures_of(d.doc_id))
        if not line:
            return "all", [m for _, m in zip(range(_BROWSED), everything, strict=False)]
        if line in self.assistant.retriever.store.measure_ids:
            return "exact", [self.assistant.measure(line)]
        if phrases := [_bare(phrase) for phrase in _PHRASE.findall(line)]:
            return "phrase", [m for m in everything if all(p in _bare(m.text) for p in phrases)]
        question, typed = understand(Request(question=line)), _bare(line)
        if numbered := [d for d in documents if d.number and len(typed) > 3 and _overlap(typed, _bare(d.number))]:
            own = [self.assistant.measures_of(d.doc_id) for d in numbered]
            clauses = [m for measures in own if question.clauses for m in find_clauses(question.clauses, measures)]
            return "number", clauses or [m for measures in own for m in measures]
        at = [d for d in documents if not question.places or d.place in question.places] or documents
        if question.clauses and (
            exact := [
                m
                for d in name_documents(line, at)
                for m in find_clauses(question.clauses, self.assistant.measures_of(d.doc_id))
            ]
        ):
            return "exact", exact
        if len(line) > 2 and (led := [m for m in everything if any(line in u.name for u in m.units)]):
            return "unit", sorted(led, key=lambda m: not any(u.role == "lead" and line in u.name for u in m.units))
        narrowed = len(documents) < len(self.assistant.documents)
        scope = Filters(doc_ids=frozenset(d.doc_id for d in documents if narrowed))
        return "ranked", [hit.measure for hit in self.assistant.search(Request(question=line, k=SHOWN), scope)]

    def _documents(self, chosen: Mapping[str, Sequence[str]]) -> list[Document]:
        """Return the documents that the chosen places, documents and levels leave."""
        return [
            d
            for d in self.assistant.documents.values()
            if all(not (wanted := chosen.get(name)) or value in wanted
                   for name, value in (("place", d.place), ("document", d.doc_id), ("level", d.level)))
        ]  # fmt: skip

    def _row(self, measure: Measure, line: str, chosen: Mapping[str, Sequence[str]]) -> Row | None:
        values = self._filed.get(measure.measure_id)
        document = self.assistant.documents[measure.doc_id]
        if values is None:
            values = self._filed[measure.measure_id] = _file(measure, document)
        if any(wanted and not set(wanted) & set(values[name]) for name, wanted in chosen.items()):
            return None
        return Row(measure, document, _nearest(measure, line), values)

    def _count(self, name: str, rows: Sequence[Row], chosen: Sequence[str]) -> list[tuple[str, int]]:
        counts = Counter(value for row in rows for value in row.values[name])
        for value in chosen:
            counts.setdefault(value, 0)
        return counts.most_common(30)


def _file(measure: Measure, document: Document) -> Mapping[str, tuple[str, ...]]:
    terms = find_terms(measure.text)
    past = frames.is_past(document, date.today())
    return {
        "place": (document.place,) if document.place else (),
        "document": (document.doc_id,),
        "level": (document.level,) if document.level else (),
        "topic": tuple(dict.fromkeys(t.official[0] for t in terms if t.kind == "concept")),
        "audience": tuple(dict.fromkeys(t.official[0] for t in terms if t.kind == "audience")),
        "unit": tuple(dict.fromkeys(u.name for u in measure.units)),
        "validity": ("past" if past else "stated" if document.validity.statement else "none",),
    }


def _bare(text: str) -> str:
    """Return a text without blanks and with one kind of bracket, so that 文号 and quotes match however they are typed."""
    return re.sub(r"\s+", "", fold(text)).translate(str.maketrans("〔〕［］[]【】", "()()()()"))


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
