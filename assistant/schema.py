"""Questions, answers, and the one set of wire models that `--json`, batch and REST share."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from corpus import Document, Measure
from index import Hit

Status = Literal["answered", "partial", "not_covered", "out_of_scope", "declined"]
Education = Literal["高中", "大专", "本科", "硕士", "博士"]
Employer = Literal["企业", "高新技术企业", "高校", "事业单位", "机关", "创业", "无"]
Relative = Literal["配偶", "子女", "父母"]
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
    as_of: date | None = Field(default=None, description="Day for which validity is judged; today where it is absent")


class Profile(BaseModel):
    """What is known of a person; every field is optional, and an empty one counts as unknown, never as unmet."""

    model_config = ConfigDict(extra="forbid")

    place: str | None = Field(default=None, max_length=50, description="Where support is sought: 株洲, Wuchang")
    education: Education | None = None
    graduated: int | None = Field(default=None, ge=1950, le=2100, description="Year of graduation")
    age: int | None = Field(default=None, ge=0, le=120)
    title: str | None = Field(
        default=None, max_length=50, description="Professional title, skill grade or award: 高级技师"
    )
    employer: Employer | None = None
    industry: str | None = Field(default=None, max_length=50)
    overseas: bool | None = Field(default=None, description="Studied or worked overseas")
    nationality: str | None = Field(default=None, max_length=50, description="外籍 for a foreign national")
    family: list[Relative] = Field(default_factory=list, max_length=3)
    insured_months: int | None = Field(default=None, ge=0, le=1200, description="Months of social insurance paid")
    needs: str | None = Field(default=None, max_length=200, description="What is sought: 住房 子女入学")


class EligibilityRequest(BaseModel):
    """A profile, a sentence that tells it, or both; a field given wins over the sentence."""

    model_config = ConfigDict(extra="ignore")

    profile: Profile = Field(default_factory=Profile)
    text: str = Field(default="", max_length=MAX_QUESTION, description="我45岁，高级技师，老家在株洲，想回去带徒弟")
    language: Literal["zh", "en"] | None = Field(default=None, description="Of the next question; the text's if absent")
    as_of: date | None = None
    k: int = Field(default=20, ge=1, le=100, description="Measures to return in each group")


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


class Section(BaseModel):
    """A part of an answer: the conclusion, conditions, what is not stated…"""

    kind: str
    title: str
    text: str
    citations: list[int] = Field(default_factory=list, description="Markers of the measures that it repeats")
    table: list[list[str]] | None = Field(default=None, description="A comparison: the first row holds the places")


class Answer(BaseModel):
    """What the assistant says, and on what it rests."""

    status: Status
    kind: str = Field(
        description="What kind of question it was taken for: what, how_much, when, compare, list, qualify…"
    )
    answer: str
    language: Literal["zh", "en"]
    places: list[str] = Field(description="Places that the question was limited to")
    as_of: date = Field(description="Day for which validity was judged")
    confidence: float = Field(description="Calibrated probability that this outcome is right, from 0 to 1")
    missing: list[str] = Field(description="What was asked and is not stated: money, date, contact, unit, procedure…")
    sections: list[Section]
    citations: list[CitationOut]
    hits: list[HitOut]
    index: str = Field(description="Fingerprint of the index that answered")


class ConditionOut(BaseModel):
    """A condition with the words that state it, at `text[start:end]` of the document."""

    field: str
    text: str
    start: int
    end: int
    mark: Literal["met", "unmet", "unknown"]


class MatchOut(MeasureOut):
    """A measure for a profile."""

    verdict: Literal["met", "unknown", "unmet"]
    conditions: list[ConditionOut]
    note: str = Field(description="What the text does not settle, and who decides")
    exclusive: str | None = Field(description="Words that forbid to claim it beside others")


class Eligibility(BaseModel):
    """Measures for a profile in three groups; never a total, since measures may exclude each other."""

    profile: Profile = Field(description="As it was understood")
    eligible: list[MatchOut]
    possible: list[MatchOut]
    ineligible: list[MatchOut]
    next_field: str | None = Field(description="Profile field whose answer would settle most")
    next_question: str | None
    as_of: date
    note: str
    index: str


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
