"""Questions, answers, and the one set of wire models that `--json`, batch and REST share."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from corpus import Document, Measure
from index import Hit

Status = Literal["answered", "partial", "not_covered", "out_of_scope", "declined"]
MAX_QUESTION = 2000


class Turn(BaseModel):
    """One earlier turn of a conversation."""

    role: Literal["user", "assistant"]
    content: str = Field(max_length=20_000)


class Request(BaseModel):
    """A question with what is known about who asks."""

    model_config = ConfigDict(extra="ignore")

    question: str = Field(max_length=MAX_QUESTION)
    history: list[Turn] = Field(default_factory=list, max_length=50)
    region: str | None = Field(default=None, max_length=50, description="Place chosen by the user: 武昌区, Wuhan")
    k: int = Field(default=10, ge=1, le=100, description="Hits to return")


class MeasureOut(BaseModel):
    """A measure with its document, ready to be shown or cited."""

    measure_id: str
    doc_id: str
    source: str
    title: str = Field(description="Title of the document")
    place: str | None
    level: str | None
    label: str
    path: list[str]
    text: str
    start: int
    end: int


class CitationOut(MeasureOut):
    """A measure that the answer cites as [marker]."""

    marker: int
    quote: str = Field(description="The sentences of the measure that the answer repeats, word for word")


class HitOut(MeasureOut):
    """A measure found."""

    score: float


class UnitOut(BaseModel):
    name: str
    role: str
    start: int
    end: int


class AmountOut(BaseModel):
    text: str
    value: float
    unit: str
    cap: str | None
    start: int
    end: int


class DateOut(BaseModel):
    text: str
    iso: str | None
    deadline: bool
    start: int
    end: int


class ContactOut(BaseModel):
    kind: str
    text: str
    start: int
    end: int


class FullMeasureOut(MeasureOut):
    """A measure with what was read from it; all offsets count code points of the document's text."""

    heading: str = Field(description="The measure's own title sentence")
    units: list[UnitOut]
    amounts: list[AmountOut]
    dates: list[DateOut]
    contacts: list[ContactOut]


class ValidityOut(BaseModel):
    start: str | None
    end: str | None
    statement: str | None


class DocumentOut(BaseModel):
    """A document without its text."""

    doc_id: str
    title: str
    source: str
    place: str | None
    level: str | None
    issuer: str | None
    number: str | None
    published: str | None
    kind: str | None
    publisher: str | None
    url: str | None
    validity: ValidityOut
    measures: int


class FullDocumentOut(DocumentOut):
    """A document with its text and the spans of its measures."""

    text: str
    spans: list[MeasureOut]


class Answer(BaseModel):
    """What the assistant says, and on what it rests."""

    status: Status
    answer: str
    language: Literal["zh", "en"]
    places: list[str] = Field(description="Places that the question was limited to")
    citations: list[CitationOut]
    hits: list[HitOut]
    index: str = Field(description="Fingerprint of the index that answered")


class ErrorOut(BaseModel):
    """Every failure, on every interface."""

    error: str
    message: str
    hint: str


def _fields(measure: Measure, document: Document) -> dict[str, object]:
    return {
        "measure_id": measure.measure_id,
        "doc_id": measure.doc_id,
        "source": measure.source,
        "title": document.title,
        "place": document.place,
        "level": document.level,
        "label": measure.label,
        "path": list(measure.path),
        "text": measure.text,
        "start": measure.start,
        "end": measure.end,
    }


def to_measure(measure: Measure, document: Document) -> MeasureOut:
    """Return a measure as it goes over the wire."""
    return MeasureOut.model_validate(_fields(measure, document))


def to_full_measure(measure: Measure, document: Document) -> FullMeasureOut:
    """Return a measure with its units, amounts, dates and contacts."""
    facts = {
        name: [{slot: getattr(fact, slot) for slot in fact.__slots__} for fact in getattr(measure, name)]
        for name in ("units", "amounts", "dates", "contacts")
    }
    return FullMeasureOut.model_validate({**_fields(measure, document), "heading": measure.title, **facts})


def to_hit(hit: Hit, document: Document) -> HitOut:
    """Return a hit as it goes over the wire."""
    return HitOut.model_validate({**_fields(hit.measure, document), "score": hit.score})


def to_citation(measure: Measure, document: Document, marker: int, quote: str) -> CitationOut:
    """Return a citation as it goes over the wire."""
    return CitationOut.model_validate({**_fields(measure, document), "marker": marker, "quote": quote})


def to_document(document: Document, measures: int) -> DocumentOut:
    """Return a document without its text."""
    slots = {slot: getattr(document, slot) for slot in document.__slots__ if slot not in ("text", "validity")}
    validity = {slot: getattr(document.validity, slot) for slot in document.validity.__slots__}
    return DocumentOut.model_validate({**slots, "validity": validity, "measures": measures})
