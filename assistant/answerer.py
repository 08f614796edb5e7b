"""What kind of answer a question gets, and from which measures: looked up, compared, listed, or composed of the best."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.asks import asks_for_holdings, asks_which_places, without_document_words
from assistant.clauses import asked_document, contacts_of, has_references, named_section, referred_clauses
from assistant.compose import Composer
from assistant.conditions import Condition, defined_conditions, provisions_of
from assistant.evidence import WEIGHED, Evidence, calibration
from assistant.finder import LISTED, Finder
from assistant.mentions import topics, without_places
from assistant.outcome import choose
from assistant.profile import read_profile
from assistant.question import Question
from assistant.schema import Profile
from corpus import Document, Measure, ancestors, fold
from index import Filters, Hit

_OF_ONESELF = re.compile(r"我|\b(?:i|i'm|my|we|our)\b", re.IGNORECASE)
_PLACES = 40
"""So many places at most are looked through where somebody asks which of them have something."""
_HELD = 20
"""So many texts at most are told of where somebody asks which there are."""
_BESIDE = 0.3
"""A measure of such odds beside the best one may be what a figure in the question is from."""


@dataclass(frozen=True)
class Answerer:
    """Chooses what answers a question."""

    finder: Finder

    def _document(self, doc_id: str) -> Document:
        return self.finder.documents[doc_id]

    def _measures_of(self, doc_id: str) -> list[Measure]:
        return list(self.finder.retriever.store.measures_of(doc_id))

    def compose(self, composer: Composer, hits: list[Hit], evidence: list[Evidence], answered: float) -> None:
        """Fill a composer with the answer; it stays empty where nothing answers."""
        question = composer.question
        if asks_for_holdings(fold(question.asked)):
            held = [d for d in self.finder.documents.values() if not question.places or d.place in question.places]
            composer.holdings([(d, self._measures_of(d.doc_id)[0]) for d in held[:_HELD]], len(held))
        elif hits and not evidence:
            measures = [hit.measure for hit in hits]
            if question.kind == "unit" and (scoped := self.finder.scope(question, Filters())):
                unit = self.finder.printed_unit(question, self.finder.named_text(question, scoped))
                composer.duties(measures[:LISTED], unit or question.units[0], more=len(measures) > LISTED)
            else:
                composer.whole(measures[:20])
        elif question.kind == "compare" and len(question.places) > 1:
            found = {place: self.finder.best_of(place, question, hits) for place in question.places}
            # One of the places must surely have it; half as sure will do for the others.
            if max(sure for _, sure in found.values()) >= calibration().answer:
                composer.compare({place: best for place, (best, _) in found.items()})
        elif question.sides and all(sides := self._by_sides(question)):
            composer.compare({name: side for (name, _), side in zip(question.sides, sides, strict=True)})
        elif document := self._document_asked(question, hits):
            composer.about(document, self._measures_of(document.doc_id))
        elif section := self._section(question, hits):
            composer.whole(section)
        elif question.kind == "contact" and question.places and not choose(question, evidence, answered):
            # The call of another place names whom to ask about that, not about this place.
            at = [hit.measure.doc_id for hit in hits[:1] if self._document(hit.measure.doc_id).place in question.places]
            composer.whole([measure for doc_id in at for measure in contacts_of(self._measures_of(doc_id))])
        elif (
            chosen := self._by_places(question)
            or self._by_parts(question)
            or self._own(question, choose(question, evidence, answered))
        ):
            if len(chosen) > 1 and (question.kind == "list" or asks_which_places(fold(question.asked))):
                composer.list_measures(chosen)
            else:
                known = {e.measure.measure_id for e in chosen}
                main = chosen[0].measure
                around = self._measures_of(main.doc_id) if question.wants or has_references(main) else []
                referred = [m for m in referred_clauses(main, around) if m.measure_id not in known][:2]
                read = [e.measure for e in evidence[1:] if e.odds >= _BESIDE]
                composer.answer(chosen, referred, self._check(question, chosen[0]), contacts_of(around), read)

    def _document_asked(self, question: Question, hits: list[Hit]) -> Document | None:
        """Return the document whose date or term is all that a question asks for."""
        rest = without_document_words(fold(without_places(question.text)))
        if rest is None or not question.places:
            return None
        found = dict.fromkeys(hit.measure.doc_id for hit in hits)
        return asked_document(rest, (d for d in map(self._document, found) if d.place in question.places))

    def _section(self, question: Question, hits: list[Hit]) -> list[Measure]:
        """Return the measures under the heading that is all a question asks for, if one of the first hits is under it."""
        counted = question.kind == "how_much" and re.search(r"几[项条个]|多少[项条个]", question.text)
        if question.kind not in ("list", "what", "qualify", "how") and not counted:
            return []
        asked = fold(without_places(question.text))
        for hit in hits[:10]:
            measure = hit.measure
            document = self.finder.documents[measure.doc_id]
            if question.places and document.place not in question.places:
                continue
            if found := named_section(asked, measure, document, self._measures_of):
                return found[:20]
        return []

    def _by_places(self, question: Question) -> list[Evidence]:
        """Return the best evidence of each place, where a question asks which places have something."""
        matters = {term.key for term in question.terms}
        if question.places or not matters or not asks_which_places(fold(question.asked)):
            return []
        found = []
        for place in self.finder.places[:_PLACES]:
            alone = replace(question, places=(place,), parts=(), sides=())
            hits = [
                h for h in self.finder.candidates(alone, WEIGHED) if self._document(h.measure.doc_id).place == place
            ]
            evidence, answered = self.finder.weigh(alone, hits)
            best = choose(alone, evidence, answered)[:1]
            # Every place has something that is nearest: what it has must name the matter.
            found += [e for e in best if matters & {t.key for t in topics(f"{e.measure.title} {e.measure.text}")}]
        return found

    def _own(self, question: Question, chosen: list[Evidence]) -> list[Evidence]:
        """Return what was chosen; whom to call only from a text of the place asked about, if it has any."""
        if question.kind != "contact" or not any(_lies_in(place, question.places) for place in self.finder.places):
            return chosen
        return [e for e in chosen if _lies_in(self._document(e.measure.doc_id).place, question.places)]

    def _by_parts(self, question: Question) -> list[Evidence]:
        """Return the best evidence for each of several questions, or several matters of a list, asked at once."""
        parts = question.parts if all(map(topics, question.parts)) else ()
        matters = [term.official[0] for term in question.terms if term.kind == "concept"]
        if not parts and question.kind == "list" and len(matters) > 2:
            parts = tuple(matters)
        found = {best.measure.measure_id: best for part in parts if (best := self.finder.best_alone(question, part))}
        return list(found.values())

    def _by_sides(self, question: Question) -> list[Evidence | None]:
        """Return the best evidence for each of two matters asked about at once."""
        return [self.finder.best_alone(question, part) for _, part in question.sides]

    def _check(self, question: Question, main: Evidence) -> list[tuple[Measure, Sequence[Condition]]]:
        """Return the conditions judged for what the question says of who asks: the main measure's and those that define it."""
        if question.kind != "qualify" and not (question.kind == "true_false" and _OF_ONESELF.search(question.asked)):
            return []
        profile = read_profile(question.asked, question.as_of)
        if profile.model_copy(update={"place": None, "needs": None}) == Profile():
            return []
        # The provision of which what the question says settles most.
        provisions = [p.conditions for p in provisions_of(main.measure, profile, question.as_of) if p.conditions]
        provisions.sort(key=lambda conditions: -sum(c.mark != "unknown" for c in conditions))
        own: list[tuple[Measure, Sequence[Condition]]] = [(main.measure, found) for found in provisions[:1]]
        if profile.age is None:
            return own
        others = [
            m for m in self._measures_of(main.measure.doc_id) if not own or m.measure_id != main.measure.measure_id
        ]
        text = f"{main.measure.text} {question.asked}"
        return [*own, *defined_conditions(others, text, profile, question.as_of)]


def _lies_in(place: str | None, places: Sequence[str]) -> bool:
    return bool(place) and bool({place, *ancestors(place or "")} & set(places))
