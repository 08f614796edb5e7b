"""What a question asks about: language, places, clause numbers, documents, units. Rules only, all readable here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from assistant.asks import (
    Kind,
    Want,
    is_claim,
    is_out_of_scope,
    is_to_be_declined,
    kind_of_question,
    units_asked,
    wants,
)
from assistant.errors import EmptyQuestionError, UnknownPlaceError
from assistant.figures import read_asked_figures
from assistant.mentions import COMPARING, places_named, sides_of, topics, units_named, widest, without_places
from assistant.references import ClauseReference, read_references
from assistant.schema import Request
from assistant.turns import lean_on_history
from corpus import Facts, Term, find_places, fold, fold_width
from index import is_chinese

_DUTY = re.compile(
    r"管(?!理)|负责|牵头|职责|责任|分工|干什么|做什么|干啥|干嘛|做啥|(?:做|干)哪些|(?:什么|哪些)(?:任务|活)|哪些事|哪几条|哪一条|哪几桩|参与|挂名|which (?:of|measures|tasks)|responsib|in charge|lead|\bled\b|involve|duties|what does .{3,60} do\b",
    re.IGNORECASE,
)
# Chinese names in an English sentence make no Chinese question.
_ENGLISH = re.compile(
    r"\b(?:what|how|when|who|where|which|tell|is|are|do|does|can|about|the|for|in|of|and|my|me|i|to)\b", re.IGNORECASE
)
_SPOKEN = 2
_BRIEF = 45
_BARE_DUTY = 3
_PARTS = re.compile(r"[？?；;]+|(?:，|,)?(?:另外|还有就是|同时还想问|以及想问|and also)", re.IGNORECASE)
_AS_OF = re.compile(
    r"(20\d{2})\s*年(?:\s*(\d{1,2})\s*月)?.{0,12}?(?:还有效|有效吗|还能|还管用|还在|是否有效|过期)|(?:valid|in force|in effect|available|still|apply|current)\b.{0,40}?\b(?:in|by|as of) (20\d{2})"
)
_BOTH = re.compile(r"[和与跟同及、还比]|\b(?:and|or|vs|versus|than|both)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was understood."""

    asked: str
    """As typed."""
    text: str
    """What is searched: the question, with the one before it where it leans on that."""
    language: Literal["zh", "en"]
    kind: Kind
    wants: tuple[Want, ...]
    units_asked: frozenset[str]
    """Units of the figure asked for; empty where none is."""
    places: tuple[str, ...]
    """Full names, in the order named; empty where no place limits the question."""
    clauses: tuple[tuple[ClauseReference, ...], ...]
    """Each a chain of numbers from the outermost in: 第二部分第(三)项 is one of two, 第9、10条 are two of one."""
    units: tuple[str, ...]
    """Names by which texts may print a unit whose duties are asked for, the likeliest first."""
    terms: tuple[Term, ...]
    """Concepts and audiences of the field that it names, the generic ones left out."""
    parts: tuple[str, ...]
    """The questions that it consists of, where it asks several."""
    sides: tuple[tuple[str, str], ...]
    """Of two matters asked about at once (人才驿站和人才基地有什么区别): each name, with the question about it alone."""
    as_of: date
    claim: bool
    """Whether it says what is so and asks whether it is."""
    figures: Facts
    """The figures that it names, of English words too."""
    declined: bool
    out_of_scope: bool


def understand(request: Request) -> Question:
    """Return what a request asks about.

    Raises:
        EmptyQuestionError: It asks nothing.
        UnknownPlaceError: Its region is no known place.
    """
    text = request.question.strip()
    if not text:
        raise EmptyQuestionError("The question is empty")
    searched, places, asking = lean_on_history(text, [turn.content for turn in request.history if turn.role == "user"])
    if request.region:
        region = places_named(request.region)
        if not region:
            raise UnknownPlaceError(f"{request.region!r} is no place that is known")
        places = places or region
    typed, folded = fold(text), fold_width(searched)
    asking = fold(asking)
    figures = read_asked_figures(text, typed)
    asked: Kind = kind_of_question(asking)
    places = places if asked == "compare" else widest(places)
    named = topics(searched)
    # A long question that names a unit beside a matter asks about the matter.
    brief = not named or len(searched) <= _BRIEF or asked == "true_false"
    units = units_named(folded) if _DUTY.search(folded) and brief else ()
    rest = _DUTY.sub("", re.sub(r"[\s的主要都有要了吗呢?？。]", "", without_places(typed)))
    if not units and _DUTY.search(typed) and not named and len(rest) <= _BARE_DUTY:
        # 湘江新区负责什么: a place may be short for the body that runs it.
        units = tuple(text[start:end] for _, start, end in find_places(text)[-1:])
    # Of the numbers of an earlier turn the last one is meant.
    clauses = read_references(typed) or read_references(fold(searched))[-1:]
    # Whether it is that unit is a question about the matter, not about all that the unit does.
    kind: Kind = "clause" if clauses else "unit" if units and asked != "true_false" else asked
    if len(places) > 1 and kind in ("what", "list", "how", "how_much") and _BOTH.search(searched):
        kind = "compare"
    return Question(
        asked=text,
        text=searched,
        language="zh" if is_chinese(text) and len(_ENGLISH.findall(text)) < _SPOKEN else "en",
        kind=kind,
        wants=wants(asking),
        units_asked=units_asked(asking),
        places=places,
        clauses=clauses,
        units=units,
        terms=named,
        parts=_parts(text),
        sides=sides_of(searched),
        as_of=request.as_of or _as_of(folded) or date.today(),
        claim=asked == "true_false" or is_claim(typed) or bool(figures.contacts),
        figures=figures,
        declined=is_to_be_declined(typed),
        out_of_scope=is_out_of_scope(typed),
    )


def searchable(question: Question) -> str:
    """Return the words to search by: the place that limits the search tells its measures apart no more."""
    text = without_places(question.text) if question.places else question.text
    if question.kind == "compare":
        text = COMPARING.sub(" ", text)
    return text if len(text.strip("？?，,的和与 ")) >= 3 else question.text


def _parts(text: str) -> tuple[str, ...]:
    parts = [part.strip("，,。 ") for part in _PARTS.split(text)]
    return tuple(parts) if len(parts := [p for p in parts if len(p) >= 5]) > 1 else ()


def _as_of(folded: str) -> date | None:
    match = _AS_OF.search(folded)
    return date(int(match[1] or match[3]), min(12, max(1, int(match[2] or 12))), 28) if match else None
