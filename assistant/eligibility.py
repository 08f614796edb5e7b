"""Do I qualify? Measures for a profile, in groups, each condition with its mark and the words that state it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from assistant.conditions import Mark, Provision, provisions_of
from assistant.frames import unsettled
from assistant.schema import ConditionOut, MatchOut, Profile, to_measure
from corpus import Document, Measure

_EXCLUSIVE = re.compile("不重复|不得重复|就高|从高|不叠加|不得叠加|不同时享受")
_ORDER: dict[Mark, int] = {"met": 0, "unknown": 1, "unmet": 2}
ASK = {
    "age": ("您多大年龄？", "How old are you?"),
    "education": ("您的最高学历是什么？", "What is your highest degree?"),
    "graduated": ("您哪一年毕业？", "In which year did you graduate?"),
    "insured_months": ("您在当地连续缴纳社保多久了？", "How long have you paid social insurance there?"),
    "title": ("您有什么职称、技能等级或人才称号？", "Which professional title, skill grade or award do you hold?"),
    "employer": ("您在什么性质的单位工作（企业、高校、事业单位、自己创业）？", "What kind of employer do you have (company, university, public institution, your own firm)?"),
    "overseas": ("您有海外留学或工作经历吗？", "Have you studied or worked overseas?"),
    "nationality": ("您是外籍人士吗？", "Are you a foreign national?"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Match:
    """A measure with what it grants and how a profile stands to it."""

    measure: Measure
    document: Document
    verdict: Mark
    provision: Provision
    """The provision that fits best."""
    exclusive: str | None
    """The words by which the measure, or its document, forbids to claim it beside others."""


def match_profile(
    profile: Profile, measures: Iterable[Measure], documents: Mapping[str, Document], as_of: date
) -> list[Match]:
    """Return the measures that grant something, those met first, then the open ones, then the unmet.

    A measure is judged by the provision of it that fits best. Within a group more met conditions come first, then the
    order given.
    """
    matches = []
    rule_of = cache(lambda doc_id: _exclusive(documents[doc_id].text))
    for measure in measures:
        provisions = provisions_of(measure, profile, as_of)
        if provisions:
            best = min(provisions, key=lambda p: (_ORDER[p.verdict], -_met(p)))
            rule = _exclusive(measure.text) or rule_of(measure.doc_id)
            matches.append(Match(measure, documents[measure.doc_id], best.verdict, best, rule))
    return sorted(matches, key=lambda m: (_ORDER[m.verdict], -_met(m.provision)))


def _met(provision: Provision) -> int:
    return sum(condition.mark == "met" for condition in provision.conditions)


def _exclusive(text: str) -> str | None:
    """Return the first clause that forbids to claim a measure beside others, or None."""
    return next((clause.strip() for clause in re.split(r"[。；;\n]", text) if _EXCLUSIVE.search(clause)), None)


def next_field(matches: Sequence[Match]) -> str | None:
    """Return the profile field whose answer would settle most of the open measures, or None."""
    open_fields = Counter(
        condition.field
        for match in matches
        if match.verdict == "unknown"
        for condition in match.provision.conditions
        if condition.mark == "unknown" and condition.field in ASK
    )
    return min(open_fields, key=lambda field: (-open_fields[field], field)) if open_fields else None


def to_match(match: Match, language: str) -> MatchOut:
    """Return a match as it goes over the wire."""
    conditions = [ConditionOut(**{slot: getattr(c, slot) for slot in c.__slots__}) for c in match.provision.conditions]
    note = unsettled(match.verdict, bool(conditions), match.measure.units, language)
    fields = to_measure(match.measure, match.document).model_dump()
    return MatchOut(**fields, verdict=match.verdict, conditions=conditions, note=note, exclusive=match.exclusive)
