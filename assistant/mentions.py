"""What a question names: places that limit it, matters of the field, units in charge."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from corpus import Term, ancestors, capital_of, find_names, find_places, find_terms
from index import is_chinese

_UNIT = re.compile(
    r"团[市省区]委|[市省区县][\u4e00-\u9fff]{0,9}?(?:局|委员会|委|人才办|编办|组织部|宣传部|统战部|科协|总工会|工商联|中心|管委会|(?:人民)?政府|政研室|残联|妇联|侨联|文联|社科联|国资委|编委)"
)
_ORIGIN = re.compile(r"[市省区县]?(?:那边|这边)?(?:评|认定|户[口籍]|毕业|来的|籍|老家)")
# Hong Kong and Macau youth are an audience of other places' measures.
_COMPATRIOTS = ("香港特别行政区", "澳门特别行政区", "台湾省")
_AUDIENCE = re.compile(
    r"(?:[和与、及]?(?:澳门|台湾|香港))*(?:青年|居民|同胞|人(?!才)|籍|身份|永久|户口|户籍|学生|创业者|企业|项目|团队|资本|执业|资格|专业)"
    r"|(?:(?:,| and| or|/)? ?(?:hong kong|macau|macao|taiwan))* (?:youth|young|residents?|passports?|compatriots?|start-?ups?|people|citizens?|students?|firms?|compan)",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"(?:老家|来自|籍贯|户[口籍])(?:是|在)?\s*$|(?:born in|originally from|(?:am|'m|are|'re|is|come|came|coming) from|my hometown is) $",
    re.IGNORECASE,
)
_CAPITAL = re.compile(r"省会|省城|provincial capital", re.IGNORECASE)
_SIDE_BY_SIDE = re.compile(r"(?:[\s,，的]|in|city|district|county|province)*", re.IGNORECASE)
_JOINT = re.compile(
    r"\s*(?:[和与跟同及、比]|以及|\b(?:and|or|vs\.?|versus|than|from) (?:an? |the )?)\s*", re.IGNORECASE
)
_EACH = re.compile(
    r"各|分别|不同|区别|差别|异同|哪个|对比|相比|比较|一样|\b(?:each|both|respectively|differ\w*|compare\w*|which|same)\b",
    re.IGNORECASE,
)
_ASPECTLESS = re.compile(
    r"[\W_]|[的是有呢吗各都]|\b(?:what|is|are|the|an?|between|and|in|of|how|do|does|from|which)\b", re.IGNORECASE
)
COMPARING = re.compile(
    r"^[和与跟、的]+|有(?:什么|何|啥)(?:不同|区别|差别|异同)|(?:区别|不同|差别)(?:在哪|是什么)|对比|比较一下|比较|相比|哪个更好|分别|compare|difference between|differ",
    re.IGNORECASE,
)
# Names that ask for a fact about a matter, or for policy at large; none is a matter of its own.
GENERIC = frozenset(
    ["amount", "eligibility", "procedure", "documents", "deadline", "validity_period", "contact", "policy_overview",
     "talent_programme", "talent_planning", "resident", "policy_payout"]
)  # fmt: skip


def widest(places: tuple[str, ...]) -> tuple[str, ...]:
    """Return the places without those that lie in another one named: 山东 and 烟台 are one scope."""
    return tuple(place for place in places if not set(ancestors(place)) & set(places))


def topics(text: str, find: Callable[[str], list[Term]] = find_terms) -> tuple[Term, ...]:
    """Return the concepts and audiences that a text names, the generic ones left out."""
    return tuple(term for term in find(text) if term.kind != "unit" and term.key not in GENERIC)


def without_places(text: str) -> str:
    """Return a text without the names of places."""
    for _, start, end in reversed(find_places(text)):
        text = text[:start] + text[end:]
    return text


def sides_of(text: str) -> tuple[tuple[str, str], ...]:
    """Return two matters that a text joins (人才驿站和人才基地), each with the text about it alone; empty where it joins none."""
    named = {
        start: name for term, name, start in find_names(text) if term.kind == "concept" and term.key not in GENERIC
    }
    spans = [(start, start + len(name)) for start, name in sorted(named.items())]
    for (first, end), (second, last) in pairwise(spans):
        if _JOINT.fullmatch(text, end, second) and _EACH.search(text):
            return (
                (text[first:end], _alone(text[first:end], text[:end] + text[last:])),
                (text[second:last], _alone(text[second:last], text[:first] + text[second:])),
            )
    return ()


def _alone(name: str, text: str) -> str:
    """Return what a comparison asks of one of its matters: what it is, where it asks nothing but the difference."""
    asked = COMPARING.sub(" ", text)
    aspect = _ASPECTLESS.sub("", without_places(asked).replace(name, ""))
    if aspect:
        return asked
    return f"{name}是什么" if is_chinese(name) else f"what is a {name}"


def places_named(text: str) -> tuple[str, ...]:
    """Return the places that limit a question; where somebody comes from does not, but where they do not belong does."""
    found = find_places(text)
    wider = set()
    # Side by side they are one place, the narrower: 广州市黄埔区 is not all of 广州.
    for (first, _, end), (second, start, _) in pairwise(found):
        if _SIDE_BY_SIDE.fullmatch(text, end, start):
            wider |= {first} & set(ancestors(second)) | {second} & set(ancestors(first))
    named = [
        name
        for name, start, end in found
        if name not in wider
        and not (name in _COMPATRIOTS and _AUDIENCE.match(text, end))
        and (not _ORIGIN.match(text, end) or re.search(r"(?:没有?|无|非|不是)$", text[:start]))
    ]
    # Where somebody comes from limits a question only if no other place does.
    elsewhere = {name for name, start, _ in found if not _FROM.search(text[:start])}
    named = [name for name in named if name in elsewhere] or named
    if _CAPITAL.search(text):
        named += filter(None, (capital_of(name) for name, _, _ in found))
    return tuple(dict.fromkeys(named))


def units_named(folded: str) -> tuple[str, ...]:
    """Return the names under which a unit of the question may stand in a text: 市科协 as typed, else the vocabulary's."""
    typed = [match[0] for match in _UNIT.finditer(folded)][:1]
    # A department of a province is the bureau of a city.
    spoken = find_terms(re.sub(r"\bdepartment\b", "bureau", folded))
    names = [name for term in spoken if term.kind == "unit" for name in (*term.official, *term.colloquial)]
    return tuple(typed) + tuple(sorted(names, key=len, reverse=True))
