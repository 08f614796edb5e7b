"""What a question asks about: language, places, clause numbers, documents, units. Rules only, all readable here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.errors import EmptyQuestionError, UnknownPlaceError
from assistant.schema import Request
from corpus import find_places, find_terms, fold_width, han_to_int
from index import is_chinese

_NUMBER = r"[一二三四五六七八九十百零〇两\d]+"
_CLAUSE = re.compile(
    rf"第\s*(?P<open>\()?(?P<number>{_NUMBER})\)?\s*(?P<kind>部分|编|章|节|条|项|款|点|举措|措施|段)"
    rf"|(?P<open2>\()(?P<number2>{_NUMBER})\)(?=项|款|$)"
    r"|(?:article|clause|measure|section|item|provision|no\.?)\s*(?P<number3>\d+)",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"团[市省区]委|[市省区县][\u4e00-\u9fff]{0,9}?(?:局|委员会|委|人才办|编办|组织部|宣传部|统战部|科协|总工会|工商联|中心|管委会|政研室)"
)
_ORIGIN = re.compile(r"[市省区县]?(?:那边|这边)?(?:评|认定|户[口籍]|毕业|来的|籍|老家)")
_DUTY = re.compile(r"管(?!理)|负责|牵头|职责|责任|分工|干什么|做什么|哪些事")
_FOLLOW_UP = re.compile(r"^(?:那么?|还有|另外|and\b|what about|how about)|呢[？?]?$", re.IGNORECASE)
_DECLINED = re.compile(
    r"忽略.{0,12}(?:指令|规则|说明|提示)|(?:系统|内部)提示词|ignore .{0,30}(?:instruction|rule|prompt)|system prompt|you are now"
    r"|(?:身份证号|银行卡号|家庭住址|私人电话|手机号码?).{0,8}(?:是多少|给我|告诉|查|发)|home address of|passport number of|personal (?:phone|id) number",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ClauseReference:
    """A number that a question names: 第九条 is (9, "条", False), 第（三）项 is (3, "项", True)."""

    number: int
    kind: str
    bracketed: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was understood."""

    text: str
    """What is searched: the question, with the one before it where it leans on that."""
    language: Literal["zh", "en"]
    places: tuple[str, ...]
    """Full names, in the order named; empty where no place limits the question."""
    clauses: tuple[ClauseReference, ...]
    unit: str | None
    """A unit whose duties are asked for."""
    declined: bool


def understand(request: Request) -> Question:
    """Return what a request asks about.

    Raises:
        EmptyQuestionError: It asks nothing.
        UnknownPlaceError: Its region is no known place.
    """
    text = request.question.strip()
    if not text:
        raise EmptyQuestionError("The question is empty")
    earlier = [turn.content for turn in request.history if turn.role == "user"]
    places = _places(text)
    searched = text
    if earlier and (_FOLLOW_UP.search(text) or len(text) <= (30 if is_chinese(text) else 60)):
        # 「长沙呢？」 keeps the topic and changes the place; 「那职称呢？」 keeps the place and changes the topic.
        before = next((found for turn in reversed(earlier) if (found := _places(turn))), ())
        replaces = bool(places) and bool(_FOLLOW_UP.search(text))
        if not find_terms(text):
            searched = f"{_without_places(earlier[-1]) if replaces else earlier[-1]} {text}"
        places = places if replaces else tuple(dict.fromkeys((*before, *places)))
    if request.region:
        region = _places(request.region)
        if not region:
            raise UnknownPlaceError(f"{request.region!r} is no place that is known")
        places = places or region
    folded = fold_width(searched)
    unit = _UNIT.search(folded) if _DUTY.search(folded) else None
    return Question(
        text=searched,
        language="zh" if is_chinese(text) else "en",
        places=places,
        clauses=tuple(_clauses(folded)),
        unit=unit[0] if unit else None,
        declined=bool(_DECLINED.search(folded)),
    )


def _places(text: str) -> tuple[str, ...]:
    """Return the places that limit a question; where somebody comes from does not."""
    named = [name for name, _, end in find_places(text) if not _ORIGIN.match(text, end)]
    return tuple(dict.fromkeys(named))


def _without_places(text: str) -> str:
    for _, start, end in reversed(find_places(text)):
        text = text[:start] + text[end:]
    return re.sub(r"那么?|呢|[？?，,。\s]", "", text)


def _clauses(folded: str) -> Sequence[ClauseReference]:
    found = []
    for match in _CLAUSE.finditer(folded):
        number = han_to_int(match["number"] or match["number2"] or match["number3"])
        if number is not None:
            found.append(ClauseReference(number, match["kind"] or "", bool(match["open"] or match["open2"])))
    return found
