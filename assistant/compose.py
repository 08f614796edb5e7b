"""The answer, section by section: sentences of the cited measures word for word, and fixed frames around them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from assistant import frames
from assistant.asks import Want, fact_of_document, without_document_words
from assistant.claims import check_claims
from assistant.conditions import Condition
from assistant.english import cap_classes, is_written, write_amount, write_date, write_place
from assistant.evidence import Evidence, in_full
from assistant.features import MONEY
from assistant.guard import BINDING, unsupported, without_breaks
from assistant.mentions import topics
from assistant.question import Question
from assistant.quoting import COUNTING, answers, best_sentences, is_title, listed_sentences, of_role
from assistant.schema import Section
from assistant.sentences import is_unit_list, lists, past_term, printed_day, roles, with_lists
from corpus import Amount, Date, Document, Measure, Unit, fold, official_terms, sentences

_WHOLE = 420
_FRAMES = ("units", "eligibility", "english", "missing", "validity")


@dataclass(slots=True)
class Quoted:
    """A cited measure with the sentences of it that the answer repeats."""

    measure: Measure
    document: Document
    marker: int
    parts: list[str] = field(default_factory=list)

    @property
    def quote(self) -> str:
        """The repeated sentences in the order of the text; …… stands for what was left out between them."""
        order = sorted(dict.fromkeys(self.parts), key=lambda part: (self.measure.text.find(part), -len(part)))
        joined, end = "", None
        for part in order:
            at = self.measure.text.find(part)
            if end is not None and at + len(part) <= end:
                continue
            between = "" if end is None else self.measure.text[end:at]
            joined, end = f"{joined}{'……' if between.strip() else between}{part}", at + len(part)
        # Where the text itself breaks off with ……, one is enough.
        return re.sub(r"…{2,}\s*…{2,}", "……", joined)


class Composer:
    """Builds the sections of one answer; what it quotes is cited, and every section passes the figure guard."""

    def __init__(self, question: Question, documents: Callable[[str], Document]) -> None:
        self.question = question
        self.language = question.language
        self._document = documents
        self.quoted: list[Quoted] = []
        self.sections: list[Section] = []
        self.missing: list[Want] = []
        self.looked_up = False
        """Whether the answer was looked up, so that nothing about it is probable."""

    def _cite(self, measure: Measure) -> Quoted:
        """Return the citation of a measure, made when first needed."""
        for quoted in self.quoted:
            if quoted.measure.measure_id == measure.measure_id:
                return quoted
        self.quoted.append(Quoted(measure, self._document(measure.doc_id), len(self.quoted) + 1))
        return self.quoted[-1]

    def _quote(self, measure: Measure, parts: Sequence[str]) -> str:
        """Return sentences of a measure as the answer prints them, with the marker behind."""
        quoted = self._cite(measure)
        quoted.parts.extend(parts)
        text = without_breaks(Quoted(measure, quoted.document, quoted.marker, list(parts)).quote)
        return f"「{text}」[{quoted.marker}]" if self.language == "en" else f"{text}[{quoted.marker}]"

    def _add(self, kind: str, text: str, table: list[list[str]] | None = None, allowed: Sequence[str] = ()) -> None:
        """Add a section, unless a figure in it stands in none of the measures it cites: then quote those instead."""
        if not text:
            return
        cited = [
            q
            for q in self.quoted
            if f"[{q.marker}]" in text or any(f"[{q.marker}]" in c for row in table or [] for c in row)
        ]
        evidence = [f"{q.measure.text}\n{' '.join(q.measure.path)} {q.measure.label}" for q in cited]
        everything = " ".join([text, *(cell for row in table or [] for cell in row)])
        printed = {q.document.doc_id: _printed(q.document) for q in self.quoted}.values()
        if unsupported(everything, evidence, [*allowed, *printed]):
            if kind in _FRAMES:  # it quotes nothing that could stand for it
                return
            text, table = "\n".join(self._quote(q.measure, [q.measure.text]) for q in cited), None
        if text:
            markers = [q.marker for q in cited]
            self.sections.append(
                Section(
                    kind=kind, title=frames.title_of(kind, self.language), text=text, citations=markers, table=table
                )
            )

    # --- kinds of answers ---

    def whole(self, measures: Sequence[Measure]) -> None:
        """Answer with measures in full, as a look-up by clause number wants it."""
        self.looked_up = True
        if len(measures) == 1:
            self._check_claims(in_full(measures[0]), ())
        for measure in measures:
            if "unit" in self.question.wants:
                self._units(measure)
            self._add("conclusion", self._headed(measure, self._quote(measure, [measure.text])))
        self._english_figures(measures)
        self._validity()

    def about(self, document: Document, measures: Sequence[Measure]) -> None:
        """Answer when a document was issued, or from when and until when it holds, with the measure that says so."""
        self.looked_up = True
        found = [(m, part) for m in measures for part in sentences(m.text) if _HOLDS_FROM.search(part)]
        measure, part = found[-1] if found else (measures[0], "")
        quote = self._quote(measure, [part]) if part else f"[{self._cite(measure).marker}]"
        term = document.validity
        self._add("conclusion", frames.identity(document, self.language) + quote)
        known = {
            "number": True,  # the line above says so where it has none
            "issue": document.published,
            "term": found or term.statement or term.start or term.end,
        }
        if not known[fact_of_document(fold(self.question.asked))]:
            self.missing = ["date"]
            self._add("missing", frames.missing(["date"], self.language, (), None), allowed=[frames.HOTLINE])
        self._validity()

    def holdings(self, texts: Sequence[tuple[Document, Measure]], count: int) -> None:
        """Answer which texts there are, each with its first measure; `count` is how many in all."""
        self.looked_up = True
        lines = [f"{frames.identity(document, self.language)}[{self._cite(first).marker}]" for document, first in texts]
        self._add(
            "list",
            "\n".join([frames.holdings(count, len(texts), self.language), *lines]),
            allowed=[f"{count}份、{len(texts)}份", f"{count} {len(texts)}"],
        )

    def duties(self, measures: Sequence[Measure], unit: str, *, more: bool = False) -> None:
        """Answer what a unit is in charge of: what it leads, then what it shares, then where else a text speaks of it.

        Whether there are `more` than these is said.
        """
        by_role: dict[str, list[tuple[Measure, list[Unit]]]] = {
            "lead": [],
            "responsible": [],
            "shared": [],
            "spoken": [],
        }
        for measure in measures:
            named = [u for u in measure.units if unit in u.name]
            role = named[0].role if named else "spoken"
            by_role[role].append((measure, named))
        if by_role["lead"] and _LED_ONLY.search(self.question.asked):
            by_role = {"lead": by_role["lead"]}
        for role, found in by_role.items():
            lines = []
            for measure, named in found:
                parts = [part for part in sentences(measure.text) if not is_unit_list(part)] or [measure.text]
                # A sentence that is hardly more than the number says nothing alone.
                head = parts[:1] if len(parts[0]) > len(measure.label) + 2 else parts[:2]
                speaking = [part for part in parts if unit in part] if role == "spoken" else []
                printed = f" ({'、'.join(u.name for u in named)})" if named else ""
                lines.append(f"{self._numbered(measure, speaking or head)}{printed}")
            self._add(role, "\n".join(lines))
        if more:
            self._add("unlisted", frames.pick(frames.UNLISTED, self.language))
        self._english_figures([q.measure for q in self.quoted])
        self._validity()

    def list_measures(self, evidence: Sequence[Evidence]) -> None:
        """Answer with several measures, grouped by place, then by topic."""
        groups: dict[tuple[str, str], list[str]] = {}
        for item in evidence:
            document = self._document(item.measure.doc_id)
            subject = next(iter(topics(item.measure.title or item.measure.text[:80])), None)
            name = (subject.official[0] if self.language == "zh" else subject.english[0]) if subject else ""
            key = (frames.place_of(document, self.language), name)
            groups.setdefault(key, []).append(
                self._numbered(item.measure, listed_sentences(item, self.question, most=4))
            )
        for (place, name), lines in groups.items():
            heading = " · ".join(filter(None, [place, name]))
            self._add("list", "\n".join([f"【{heading}】" if heading else "", *lines]).strip())
        self._english_figures([e.measure for e in evidence])
        self._validity()

    def compare(self, columns: Mapping[str, Evidence | None]) -> None:
        """Answer with a table: a row an aspect, a column a place or a matter, one citation a cell."""
        nothing = frames.pick(frames.NOTHING, self.language)
        aspects: list[tuple[str, Callable[[Evidence], list[str]]]] = [
            (frames.pick(("内容", "Content"), self.language), lambda e: best_sentences(e, self.question, most=3)),
            (
                frames.pick(("对象与条件", "Conditions"), self.language),
                lambda e: of_role(e, self.question, "conditions"),
            ),
            (
                frames.pick(("办理与时限", "How and when"), self.language),
                lambda e: of_role(e, self.question, "procedure"),
            ),
        ]
        table = [["", *(place if self.language == "zh" else write_place(place) for place in columns)]]
        for k, (label, parts_of) in enumerate(aspects):
            row = [label]
            for name, item in columns.items():
                parts = parts_of(item) if item else []
                quote = self._quote(item.measure, parts) if item and parts else nothing
                # What a place around or in it says is not passed off as its own.
                own = not item or self._document(item.measure.doc_id).place == name or name not in self.question.places
                row.append(quote if own or k or not item else self._headed(item.measure, quote))
            if any(cell != nothing for cell in row[1:]):
                table.append(row)
        units = [
            frames.units_of(e.measure.units, self.language) + f"[{self._cite(e.measure).marker}]"
            if e and e.measure.units
            else nothing
            for e in columns.values()
        ]
        if any(cell != nothing for cell in units):
            table.append([frames.title_of("units", self.language), *units])
        stop, colon = frames.pick(("；", "; "), self.language), frames.pick(("：", ": "), self.language)
        lines = [
            f"【{place}】" + stop.join(f"{row[0]}{colon}{row[k]}" for row in table[1:])
            for k, place in enumerate(table[0])
            if k
        ]
        self._add("comparison", "\n".join(lines), table)
        self._english_figures([e.measure for e in columns.values() if e])
        self._validity()

    def answer(
        self,
        evidence: Sequence[Evidence],
        referenced: Sequence[Measure],
        checked: Sequence[tuple[Measure, Sequence[Condition]]] = (),
        contacts: Sequence[Measure] = (),
        read: Sequence[Measure] = (),
    ) -> None:
        """Answer from the best measure first, then from what else bears on the question.

        Args:
            evidence: What is cited, best first.
            referenced: Clauses that the best measure refers to.
            checked: Measures that state conditions, with these as judged for who asks.
            contacts: Measures of its document that print a contact.
            read: All that was weighed: a figure that one of these states is not corrected.
        """
        main = evidence[0]
        self._check_claims(main, read)
        if "unit" in self.question.wants:
            self._units(main.measure)
        best = best_sentences(main, self.question)
        self._add("conclusion", self._headed(main.measure, self._quote(main.measure, best)))
        if checked:
            marks = [
                f"{frames.marks(conditions, self.language)}[{self._cite(measure).marker}]"
                for measure, conditions in checked
            ]
            self._add("eligibility", frames.pick(("；", "; "), self.language).join(marks))
        rest = [
            i
            for i, p in enumerate(main.parts)
            if p not in best and not is_unit_list(p) and not is_title(p, main.measure)
        ]
        if len(main.measure.text) > _WHOLE:
            strong = [i for i in rest if main.weights[i] >= 0.5 * max(main.weights)]
            rest = [i for i in with_lists(main.parts, strong) if main.parts[i] not in best]
        of_role = roles(main.parts)
        for kind in ("conditions", "procedure", "more"):
            if parts := [main.parts[i] for i in rest if of_role[i] == kind]:
                self._add(kind, self._quote(main.measure, parts))
        if "unit" not in self.question.wants:
            self._units(main.measure)
        for item in evidence[1:]:
            self._add(
                "further",
                self._headed(
                    item.measure, self._quote(item.measure, listed_sentences(item, self.question, most=3)), force=True
                ),
            )
        for measure in referenced:
            self._add("referenced", self._headed(measure, self._quote(measure, [measure.text])))
        self._english_figures([e.measure for e in evidence])
        if "contact" in self.question.wants:
            for measure in (m for m in contacts if m is not main.measure):
                self._add("contact", self._quote(measure, [measure.text]))
        self._missing(evidence, contacts)
        self._validity()

    # --- pieces ---

    def _units(self, measure: Measure) -> None:
        if measure.units:
            self._add("units", f"{frames.units_of(measure.units, self.language)}[{self._cite(measure).marker}]")

    def _headed(self, measure: Measure, text: str, *, force: bool = False) -> str:
        """Put the place, with its level, before a quote where the question did not name just that place."""
        document = self._document(measure.doc_id)
        exact = [document.place] == list(self.question.places)
        place = "" if exact and not force else frames.place_of(document, self.language)
        heading = " ".join(filter(None, [place, measure.label if force else ""]))
        return f"【{heading}】{text}" if heading else text

    def _numbered(self, measure: Measure, parts: Sequence[str]) -> str:
        """Quote a measure behind its number, unless the quote begins with it."""
        bare = parts[0].lstrip("()（）").startswith(measure.label.strip("()（）"))
        # 10 支持 would read as a figure.
        number = f"{measure.label}." if measure.label.isdigit() else measure.label
        return self._quote(measure, parts) if bare else f"{number} {self._quote(measure, parts)}"

    def _check_claims(self, main: Evidence, read: Sequence[Measure]) -> None:
        """Set right what the question says wrongly (原文是30万元，不是300万元), and say so where it is right."""
        at, places = self._document(main.measure.doc_id), self.question.places
        if places and at.place not in places and at.level != "国家":
            return  # what another place grants says nothing of this one
        verdicts = check_claims(self.question, main, read)
        for outcome, kind in (("wrong", "correction"), ("elsewhere", "correction"), ("right", "confirmed")):
            judged = [verdict for verdict in verdicts if verdict.holds == outcome]
            if not judged:
                continue
            printed = dict.fromkeys(self._write(fact) for verdict in judged for fact in verdict.printed)
            said = dict.fromkeys(self._write(verdict.said, said=True) for verdict in judged)
            joint = frames.pick(("、", ", "), self.language)
            text = frames.checked(outcome, joint.join(printed), joint.join(said), self.language)
            asked = self.question.asked
            figures = [
                f.text for verdict in judged for f in (verdict.said, *verdict.printed) if not isinstance(f, str | Unit)
            ]
            self._add(kind, f"{text}[{self._cite(main.measure).marker}]", allowed=[asked, fold(asked), *figures])

    def _write(self, fact: Amount | Date | Unit | str, *, said: bool = False) -> str:
        """Return a figure, day or unit as a sentence of the answer's language names it."""
        if isinstance(fact, Amount):
            printed = _with_cap(fact)
            return (fact.text if said else f"{write_amount(fact)} ({printed})") if self.language == "en" else printed
        if isinstance(fact, Date):
            day = write_date(fact)
            return fact.text if self.language == "zh" else day if said else f"{day} ({fact.text})"
        return frames.units_of((fact,), self.language) if isinstance(fact, Unit) else fact

    def _english_figures(self, measures: Sequence[Measure]) -> None:
        """Give every figure of the quoted sentences in English words, and what the clauses are about."""
        if self.language != "en":
            return
        for measure in measures:
            quoted = self._cite(measure)
            stated: list[Amount | Date] = [*measure.amounts, *measure.dates]
            printed = [f for f in stated if any(f.text in part for part in quoted.parts)]
            figures = dict.fromkeys(
                f"{write_amount(f)} ({_with_cap(f)})"
                if isinstance(f, Amount)
                else f"{write_date(f)} ({printed_day(f, measure.text, measure.start)})"
                for f in printed
                if isinstance(f, Date) or is_written(f)
            )
            # What cannot be said in English as it is printed is left to the quote.
            told = [figure for figure in figures if not unsupported(figure, [measure.text])]
            line = f"In figures: {'; '.join(told)}. " if told else ""
            named = topics(f"{measure.title} {' '.join(quoted.parts)}", official_terms)
            # Enterprises and universities are named everywhere: for whom says less than what.
            line += frames.matter((tuple(term for term in named if term.kind == "concept") or named)[:5])
            if line.strip():
                self._add("english", f"{line.strip()}[{quoted.marker}]")

    def _missing(self, evidence: Sequence[Evidence], contacts: Sequence[Measure]) -> None:
        """Say which of the facts asked for no measure states where it speaks of the matter."""
        self.missing = [
            want for want in self.question.wants if not any(answers(e, want, self.question) for e in evidence[:2])
        ]
        if COUNTING.search(self.question.asked) and lists(evidence[0].parts):
            # Whoever asks how many can count the list.
            self.missing = [want for want in self.missing if want != "number"]
        main = evidence[0].measure
        claims = self.question.figures.amounts if self.question.claim and _GRANTED.search(self.question.asked) else ()
        if any(c.unit in MONEY for c in claims) and not any(
            a.unit in MONEY for e in evidence for a in e.measure.amounts
        ):
            self.missing = list(dict.fromkeys([*self.missing, "money"]))
        if contacts:
            self.missing = [want for want in self.missing if want != "contact"]
        term = self._document(main.doc_id).validity
        asked = fold(self.question.asked)
        of_text = _OF_TEXT.search(asked) and without_document_words(asked) is not None and (term.end or term.statement)
        if of_text or _TERM_STATED.search(without_breaks(main.text)):
            self.missing = [want for want in self.missing if want != "date"]
        if self.missing:
            printed = [(c.text, m) for m in (main, *contacts) for c in m.contacts if c.kind in ("phone", "email")]
            contact = f"{printed[0][0]}[{self._cite(printed[0][1]).marker}]" if printed else None
            self._add(
                "missing",
                frames.missing(list(self.missing), self.language, main.units, contact),
                allowed=[frames.HOTLINE],
            )

    def _validity(self) -> None:
        """Say of every document cited how long it holds: first of all what holds no longer, last what holds or does not say."""
        as_of = self.question.as_of
        past: list[str] = []
        rest: list[str] = []
        documents = {q.document.doc_id: q.document for q in self.quoted}
        ended = [(q, words) for q in self.quoted if (words := past_term(q.measure.text, as_of))]
        for document in documents.values():
            name = f"《{re.sub('[《》]', '', document.title)}》" if len(documents) > 1 else ""
            line = f"{name}{frames.validity(document, as_of, self.language)}"
            stated = document.validity.statement or document.validity.end
            if frames.is_past(document, as_of):
                past.append(line)
            elif stated or not any(q.document.doc_id == document.doc_id for q, _ in ended):
                rest.append(line)
        past += [f"{frames.past_term(words, as_of, self.language)}[{quoted.marker}]" for quoted, words in ended]
        self._add("validity", "\n".join(rest), allowed=[str(as_of)])
        told = len(self.sections)
        self._add("validity", "\n".join(past), allowed=[str(as_of)])
        self.sections = [*self.sections[told:], *self.sections[:told]]


def _with_cap(amount: Amount) -> str:
    """Return a figure with the words beside it that limit it: 不低于15%, 20个左右."""
    words = (amount.cap or "").split("、")
    before = [word for word in words if cap_classes(word) & BINDING and not _BEHIND.fullmatch(word)]
    return "".join([*before, amount.text, *filter(_BEHIND.fullmatch, words)])


_BEHIND = re.compile(r"及?以[上下内]|之?内|封顶|左右")
_OF_TEXT = re.compile(r"政策|文件|办法|通知|规定|条例|意见|\b(?:policy|policies|notice|rules?|measures|regulation)\b")
_TERM_STATED = re.compile(r"(?:有效期|期限|执行时间|实施时间|施行时间)[^。；;]{0,24}?(?:[至到]\s*20\d\d\s*年|长期)")
# A question only about what a unit leads.
_LED_ONLY = re.compile(r"^(?!.*(?:参与|配合|take[s]? part|involved)).*(?:牵头|\bleads?\b|\bled\b)", re.IGNORECASE)
_HOLDS_FROM = re.compile(r"自.{0,24}起(?:施行|实施|执行|生效)|有效期|(?:施行|实施|执行)(?:期限|至)")


# A sum that a question says is granted, not one that somebody pays.
_GRANTED = re.compile(r"补|奖|資助|资助|给|給|发|發|\b(?:gives?|pays?|grants?|subsid|awards?)", re.IGNORECASE)


def _printed(document: Document) -> str:
    """Return what is known of a document, whose dates may stand in an answer."""
    term = document.validity
    return " ".join(
        filter(None, [document.title, document.published, document.number, term.statement, term.start, term.end])
    )


def text_of(sections: Sequence[Section], language: str) -> str:
    """Return the sections as the text of an answer: the conclusion bare, every other with its heading."""
    lines = []
    for section in sections:
        bare = section.kind in ("conclusion", "refusal", "english", "correction", "confirmed", "comparison", "list")
        joint = "：" if language == "zh" else ": "
        lines.append(section.text if bare else f"{section.title}{joint}{section.text}")
    return "\n".join([*lines, frames.DISCLAIMER[language]])
