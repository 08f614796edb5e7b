"""The shapes that everything else passes around: documents, and the measures inside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class SegmentKind(StrEnum):
    """What a stretch of a document is; the segments of a document tile its text."""

    MEASURE = "measure"
    HEADING = "heading"
    FRONT_MATTER = "front matter"
    NOISE = "noise"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch `text[start:end]` of a document, and why it was taken for what it is."""

    kind: SegmentKind
    start: int
    end: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Validity:
    """What a document itself says about its term; nothing is inferred."""

    start: str | None = None
    """ISO date (or year) from which it applies."""
    end: str | None = None
    """ISO date (or year) until which it applies."""
    statement: str | None = None
    """The words that say so, as printed: "到2025年", "试行", "有效期5年"."""


@dataclass(frozen=True, slots=True)
class Document:
    """One policy text as it was read. What nobody knows is None."""

    doc_id: str
    title: str
    text: str
    source: str
    """File name, relative to the corpus folder."""
    place: str | None = None
    """Full name of the place it applies to: "武昌区"."""
    level: str | None = None
    """国家, 省, 市 or 区."""
    issuer: str | None = None
    number: str | None = None
    """文号, as printed."""
    published: str | None = None
    """ISO date."""
    validity: Validity = Validity()
    kind: str | None = None
    """Kind of text: 条例, 办法, 行动计划, 新闻…"""
    publisher: str | None = None
    """Who put it on the web, where that is not the issuer (转载)."""
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A responsible unit (责任单位)."""

    name: str
    role: str
    """"lead" (牵头), "shared" (the others where a lead is named) or "responsible" (no lead is named)."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure with its unit; `value` is in that unit, so 30万元 is 300000 元."""

    text: str
    value: float
    unit: str
    cap: str | None
    """The cap or period words around it, as printed: 最高, 不超过, 每月."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Date:
    """A date or period as printed, with ISO form where it is complete enough."""

    text: str
    iso: str | None
    deadline: bool
    """Whether the text says "by then" (前, 截止)."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Contact:
    """A printed way to reach somebody: kind is name, phone, email, address or url."""

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Measure:
    """One provision of a Document: the unit that is indexed, retrieved and cited.

    All offsets, also those of its figures and units, count code points of the document's text.
    """

    measure_id: str
    """f"{doc_id}:{number path}", ASCII, safe in a URL, the same in every build."""
    doc_id: str
    title: str
    """Its title sentence, without the number: "强化住房保障"; empty where it has none."""
    label: str
    """Its number as printed, with parents where numbering restarts: "第三条", "二（一）"."""
    text: str
    """`document.text[start:end]`, exactly."""
    start: int
    end: int
    path: tuple[str, ...] = ()
    """Headings above it, outermost first, as printed."""
    source: str = ""
    units: tuple[Unit, ...] = ()
    amounts: tuple[Amount, ...] = ()
    dates: tuple[Date, ...] = ()
    contacts: tuple[Contact, ...] = ()


@dataclass(frozen=True, slots=True)
class Split:
    """A document cut up: its measures, and the segments that tile its text."""

    document: Document
    measures: tuple[Measure, ...]
    segments: tuple[Segment, ...] = field(repr=False)
