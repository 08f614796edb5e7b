"""What a question asks about: language, places, clause numbers, documents, units. Rules only, all readable here."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
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
from assistant.english import read_english
from assistant.errors import EmptyQuestionError, UnknownPlaceError
from assistant.schema import Request
from corpus import (
    Amount,
    Date,
    Facts,
    Term,
    ancestors,
    capital_of,
    find_names,
    find_places,
    find_terms,
    fold,
    fold_width,
    han_to_int,
    read_figures,
)
from index import is_chinese

_NUMBER = r"[一二三四五六七八九十百零〇两\d]+"
_CLAUSE = re.compile(
    rf"第\s*(?P<open>\()?(?P<number>{_NUMBER})\)?\s*(?P<kind>部分|编|章|节|条|项|款|点|举措|措施|段)"
    rf"|(?P<open2>\()(?P<number2>{_NUMBER})\)(?=项|款|条|讲|说|是|写|规定|$)"
    r"|(?:article|clause|measure|section|item|point|provision|(?P<paragraph>paragraph)|number|no\.?)\s*(?P<number3>\d+)",
    re.IGNORECASE,
)
# 第9、10条 names two.
_NUMBERS = re.compile(rf"第\s*({_NUMBER}(?:\s*[、,和与及跟]\s*第?{_NUMBER})+)\s*(条|项|款|点|举措|措施|段)")
# Articles 22 to 24, clauses 3 and 5; the third item.
_ENGLISH_NUMBERS = re.compile(
    r"\b(articles|clauses|measures|sections|items|points|provisions) (\d+(?:(?:,| and| or| to|, and|-)\s*\d+)+)"
)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ORDINAL = re.compile(rf"\b({'|'.join(_ORDINALS)}) (article|clause|measure|item|point|condition|step)\b")
_MOST_RANGE = 10
# Between the numbers of one place in a text stands nothing more: 第二部分的第(三)项.
_NESTED = re.compile(r"[\s的之中里下]*")
_UNIT = re.compile(
    r"团[市省区]委|[市省区县][\u4e00-\u9fff]{0,9}?(?:局|委员会|委|人才办|编办|组织部|宣传部|统战部|科协|总工会|工商联|中心|管委会|(?:人民)?政府|政研室|残联|妇联|侨联|文联|社科联|国资委|编委)"
)
_DUTY = re.compile(
    r"管(?!理)|负责|牵头|职责|责任|分工|干什么|做什么|干啥|干嘛|做啥|(?:做|干)哪些|(?:什么|哪些)(?:任务|活)|哪些事|哪几条|哪一条|哪几桩|参与|挂名|which (?:of|measures|tasks)|responsib|in charge|lead|\bled\b|involve|duties|what does .{3,60} do\b",
    re.IGNORECASE,
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
_FOLLOW_UP = re.compile(r"^(?:那么?|还有|另外|除了|and\b|what about|how about)|呢[？?]?$", re.IGNORECASE)
_WHICH = re.compile(
    r"哪[个边里](?:城市|地方)?(?:更|比较)?[好多高强]|比较一下|有什么(?:区别|不同)|which (?:one )?is (?:better|more|higher)|compare (?:them|the two|both)|\bdifference\b",
    re.IGNORECASE,
)
# Chinese names in an English sentence make no Chinese question.
_ENGLISH = re.compile(
    r"\b(?:what|how|when|who|where|which|tell|is|are|do|does|can|about|the|for|in|of|and|my|me|i|to)\b", re.IGNORECASE
)
_SPOKEN = 2
_BRIEF = 45
_BARE_DUTY = 20
_PARTS = re.compile(r"[？?；;]+|(?:，|,)?(?:另外|还有就是|同时还想问|以及想问|and also)", re.IGNORECASE)
_AS_OF = re.compile(
    r"(20\d{2})\s*年(?:\s*(\d{1,2})\s*月)?.{0,12}?(?:还有效|有效吗|还能|还管用|还在|是否有效|过期)|(?:valid|in force|in effect|available|still|apply|current)\b.{0,40}?\b(?:in|by|as of) (20\d{2})"
)
_BOTH = re.compile(r"[和与跟同及、还比]|\b(?:and|or|vs|versus|than|both)\b", re.IGNORECASE)
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
_COMPARING = re.compile(
    r"^[和与跟、的]+|有(?:什么|何|啥)(?:不同|区别|差别|异同)|(?:区别|不同|差别)(?:在哪|是什么)|对比|比较一下|比较|相比|哪个更好|分别|compare|difference between|differ",
    re.IGNORECASE,
)
# 30 talent stations counts something; article 24, and 2025 plans, do not.
_COUNTED = re.compile(r"(?<!19\d\d)(?<!20\d\d) (?!in\b|of\b|and\b|or\b|to\b|for\b|is\b|on\b|at\b)[a-z]")
_NUMBERED = re.compile(
    r"(?:article|clause|measure|section|item|provision|no\.?|plan|point|paragraph|the|in) $", re.IGNORECASE
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY = re.compile(
    rf"(?:(?P<month>(?:{'|'.join(_MONTHS)})[a-z]*)\.? (?P<day>\d{{1,2}})|(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month2>(?:{'|'.join(_MONTHS)})[a-z]*))\b",
    re.IGNORECASE,
)
# Names that ask for a fact about a matter, or for policy at large; none is a matter of its own.
GENERIC = frozenset(
    ["amount", "eligibility", "procedure", "documents", "deadline", "validity_period", "contact", "policy_overview",
     "talent_programme", "talent_planning", "resident", "policy_payout"]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClauseReference:
    """A number that a question names: 第九条 is (9, "条", False), 第（三）项 is (3, "项", True)."""

    number: int
    kind: str
    bracketed: bool


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
    searched, places, asking = _lean_on_history(text, [turn.content for turn in request.history if turn.role == "user"])
    if request.region:
        region = _places(request.region)
        if not region:
            raise UnknownPlaceError(f"{request.region!r} is no place that is known")
        places = places or region
    typed, folded = fold(text), fold_width(searched)
    asking = fold(asking)
    figures = _figures(text, typed)
    asked: Kind = kind_of_question(asking)
    places = places if asked == "compare" else _widest(places)
    named = topics(searched)
    # A long question that names a unit beside a matter asks about the matter.
    brief = not named or len(searched) <= _BRIEF or asked == "true_false"
    units = _units(folded) if _DUTY.search(folded) and brief else ()
    # Of the numbers of an earlier turn the last one is meant.
    if not units and _DUTY.search(typed) and not named and len(text) <= _BARE_DUTY:
        # 湘江新区负责什么: a place may be short for the body that runs it.
        units = tuple(text[start:end] for _, start, end in find_places(text)[-1:])
    clauses = _clauses(typed) or _clauses(fold(searched))[-1:]
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
        sides=_sides(searched),
        as_of=request.as_of or _as_of(folded) or date.today(),
        claim=asked == "true_false" or is_claim(typed) or bool(figures.contacts),
        figures=figures,
        declined=is_to_be_declined(typed),
        out_of_scope=is_out_of_scope(typed),
    )


def _widest(places: tuple[str, ...]) -> tuple[str, ...]:
    """Return the places without those that lie in another one named: 山东 and 烟台 are one scope."""
    return tuple(place for place in places if not set(ancestors(place)) & set(places))


def topics(text: str, find: Callable[[str], list[Term]] = find_terms) -> tuple[Term, ...]:
    """Return the concepts and audiences that a text names, the generic ones left out."""
    return tuple(term for term in find(text) if term.kind != "unit" and term.key not in GENERIC)


def searchable(question: Question) -> str:
    """Return the words to search by: the place that limits the search tells its measures apart no more."""
    text = without_places(question.text) if question.places else question.text
    if question.kind == "compare":
        text = _COMPARING.sub(" ", text)
    return text if len(text.strip("？?，,的和与 ")) >= 3 else question.text


def without_places(text: str) -> str:
    """Return a text without the names of places."""
    for _, start, end in reversed(find_places(text)):
        text = text[:start] + text[end:]
    return text


def _lean_on_history(text: str, earlier: Sequence[str]) -> tuple[str, tuple[str, ...], str]:
    """Return (what to search, places, what says what is wanted).

    「长沙呢？」 keeps the topic of what was asked before, 「那职称呢？」 its place, and both what it wanted to know.
    """
    places = _places(text)
    follows = bool(_FOLLOW_UP.search(text))
    if not earlier or not (follows or len(text) <= (30 if is_chinese(text) else 60)):
        return text, places, text
    before, _, asking = _lean_on_history(earlier[-1], earlier[:-1])
    if (named := _clauses(fold(before))[-1:]) and (number := _next_number(fold(text), named[0][-1].number)):
        text, follows = f"第{number}条 {text}", False
        return text, places or _places(before), text
    around = next((found for turn in reversed(earlier) if (found := _places(turn))), ())
    if not places and _WHICH.search(text):
        # Which of the places spoken of is better: the last two.
        spoken = dict.fromkeys(place for turn in reversed(earlier) for place in reversed(_places(turn)))
        if len(both := tuple(spoken)[:2][::-1]) == 2:
            return f"{without_places(before)} {text}", both, f"{text} 对比"
    if not places and _THE_TWO.search(text) and len(both := _last_matters(earlier)) == 2:
        text = f"{both[0]}和{both[1]} {text}" if is_chinese(text) else f"{both[0]} and {both[1]}: {text}"
        return text, around, text
    replaces = bool(places) and follows
    # What says nothing but a place or a matter asks of it what was asked before.
    bare = follows and kind_of_question(fold(text)) == "what" and not wants(fold(text))
    if not topics(text):
        topic = re.sub(r"那么?|呢|[？?，,。]", "", without_places(before)) if replaces else before
        searched = f"{topic} {text}"
    else:
        searched = f"{_without_matters(before)} {text}" if bare and wants(fold(asking)) else text
    return searched, places if replaces else tuple(dict.fromkeys((*around, *places))), asking if bare else text


def _last_matters(earlier: Sequence[str]) -> tuple[str, ...]:
    """Return how the last two concepts of the field were called in the turns before, the earlier one first."""
    called: dict[str, str] = {}
    for turn in reversed(earlier):
        for term, name, start in reversed(find_names(turn)):
            if term.kind == "concept" and term.key not in GENERIC:
                called.setdefault(term.key, turn[start : start + len(name)])
    return tuple(called.values())[:2][::-1]


_THE_TWO = re.compile(
    r"(?:二者|两者|这两[个种]|它们|俩).{0,8}(?:区别|不同|差别|比)|^有?(?:什么)?(?:区别|不同|差别)|difference between (?:them|the two)|how do (?:they|the two) differ",
    re.IGNORECASE,
)


def _next_number(folded: str, number: int) -> int | None:
    """Return the number of the clause that a follow-up means, after one was named: 下一条, and 6?, 20条呢; None for none."""
    if step := _STEP.search(folded):
        return number + (1 if step["next"] else -1)
    match = _BARE_NUMBER.fullmatch(folded.strip())
    return int(match[1]) if match else None


_STEP = re.compile(
    r"(?P<next>(?:下|后)一?[条个项]|next (?:one|article|clause|measure|item))|(?:上|前)一?[条个项]|previous (?:one|article|clause|measure|item)"
)
_BARE_NUMBER = re.compile(
    r"(?:那么?|还有|and|what about|how about)?\s*(?:第|no\.?|number)?\s*(\d{1,3})\s*条?\s*(?:呢|的?内容)?[?。]?"
)


def _without_matters(text: str) -> str:
    """Return a text without its places and the names of the concepts of the field in it."""
    text = without_places(text)
    for term, name, start in reversed(find_names(text)):
        if term.kind == "concept" and term.key not in GENERIC and fold(text[start : start + len(name)]) == name:
            text = text[:start] + text[start + len(name) :]
    return text


def _sides(text: str) -> tuple[tuple[str, str], ...]:
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
    asked = _COMPARING.sub(" ", text)
    aspect = _ASPECTLESS.sub("", without_places(asked).replace(name, ""))
    if aspect:
        return asked
    return f"{name}是什么" if is_chinese(name) else f"what is a {name}"


def _places(text: str) -> tuple[str, ...]:
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


def _figures(text: str, folded: str) -> Facts:
    """Return the figures of a question, those in English words as the Chinese ones that they stand for."""
    facts = read_figures(re.sub("块(?=钱|[^\u4e00-\u9fff]|$)", "元", folded))
    if is_chinese(text):
        return facts
    english = [
        Amount(text[f.start : f.end], f.value, f.unit, _english_cap(text, f.start, f.end), f.start, f.end)
        for f in read_english(text)
        if f.unit or (_COUNTED.match(text, f.end) and not _NUMBERED.search(text[: f.start]))
    ]
    days = [
        Date(
            f"{_MONTHS.index((match['month'] or match['month2']).lower()[:3]) + 1}月{match['day'] or match['day2']}日",
            None,
            False,
            *match.span(),
        )
        for match in _DAY.finditer(text)
    ]
    return replace(facts, amounts=(*facts.amounts, *english), dates=(*facts.dates, *days))


def _english_cap(text: str, start: int, end: int) -> str | None:
    """Return the words around an English figure that limit it, as a Chinese text would print them."""
    before, after = text[max(0, start - 24) : start].lower(), text[end : end + 24].lower()
    words = [word for word, pattern in _BEFORE_FIGURE if re.search(rf"(?:{pattern})\s*$", before)]
    words += [word for word, pattern in _BEHIND_FIGURE if re.match(rf"[a-z ]{{0,12}}?\b(?:{pattern})\b", after.strip())]
    return "、".join(words) or None


_BEFORE_FIGURE = [
    ("至少", r"at least|minimum(?: of)?|no less than|not less than"),
    ("最高", r"up to|at most|maximum(?: of)?|no more than|not more than"),
    ("超过", r"more than|over|above"),
]
_BEHIND_FIGURE = [
    ("每月", r"(?:per|a|each|every) month|monthly"),
    ("每季", r"(?:per|a|each|every) quarter|quarterly"),
    ("每年", r"(?:per|a|each|every) year|yearly|annually"),
    ("总额", r"in total|altogether"),
]


def _units(folded: str) -> tuple[str, ...]:
    """Return the names under which a unit of the question may stand in a text: 市科协 as typed, else the vocabulary's."""
    typed = [match[0] for match in _UNIT.finditer(folded)][:1]
    # A department of a province is the bureau of a city.
    spoken = find_terms(re.sub(r"\bdepartment\b", "bureau", folded))
    names = [name for term in spoken if term.kind == "unit" for name in (*term.official, *term.colloquial)]
    return tuple(typed) + tuple(sorted(names, key=len, reverse=True))


def _parts(text: str) -> tuple[str, ...]:
    parts = [part.strip("，,。 ") for part in _PARTS.split(text)]
    return tuple(parts) if len(parts := [p for p in parts if len(p) >= 5]) > 1 else ()


def _as_of(folded: str) -> date | None:
    match = _AS_OF.search(folded)
    return date(int(match[1] or match[3]), min(12, max(1, int(match[2] or 12))), 28) if match else None


def _clauses(folded: str) -> tuple[tuple[ClauseReference, ...], ...]:
    spelled = _NUMBERS.sub(lambda m: "、".join(f"第{n}{m[2]}" for n in re.findall(_NUMBER, m[1])), folded)
    spelled = _ENGLISH_NUMBERS.sub(lambda m: ", ".join(f"{m[1][:-1]} {n}" for n in _listed(m[2])), spelled)
    spelled = _ORDINAL.sub(lambda m: f"item {_ORDINALS.index(m[1]) + 1}", spelled)
    chains: list[list[ClauseReference]] = []
    end = None
    for match in _CLAUSE.finditer(spelled):
        number = han_to_int(match["number"] or match["number2"] or match["number3"])
        if number is None:
            continue
        kind = match["kind"] or ("段" if match["paragraph"] else "")
        reference = ClauseReference(number, kind, bool(match["open"] or match["open2"]))
        if end is not None and _NESTED.fullmatch(spelled, end, match.start()) and kind != chains[-1][-1].kind:
            chains[-1].append(reference)
        else:
            chains.append([reference])
        end = match.end()
    return tuple(map(tuple, chains))


def _listed(numbers: str) -> list[int]:
    """Return the numbers of a list or a range in English: "22 to 24" are three."""
    found = [int(number) for number in re.findall(r"\d+", numbers)]
    if len(found) == 2 and re.search(r"to|-", numbers) and 0 < found[1] - found[0] < _MOST_RANGE:
        return list(range(found[0], found[1] + 1))
    return found
