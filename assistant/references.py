"""The numbers by which a question names clauses of a text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus import han_to_int

_NUMBER = r"[一二三四五六七八九十百零〇两\d]+"
_CLAUSE = re.compile(
    rf"第\s*(?P<open>\()?(?P<number>{_NUMBER})\)?\s*(?P<kind>部分|编|章|节|条|项|款|点|举措|措施|段)"
    rf"|(?P<open2>\()(?P<number2>{_NUMBER})\)(?=项|款|条|讲|说|是|写|规定|$)"
    r"|(?:article|clause|measure|section|item|point|provision|(?P<paragraph>paragraph)|number|no\.?)\s*(?P<number3>\d+)",
    re.IGNORECASE,
)
# 第9、10条 names two.
_NUMBERS = re.compile(rf"第\s*({_NUMBER}(?:\s*[、,和与及跟]\s*第?{_NUMBER})+)\s*(条|项|款|点|举措|措施|段)")
_RANGE = re.compile(rf"第\s*({_NUMBER})\s*[条项款点]?\s*[到至~—-]+\s*第?\s*({_NUMBER})\s*(条|项|款|点)")
# Articles 22 to 24, clauses 3 and 5; the third item.
_ENGLISH_NUMBERS = re.compile(
    r"\b(articles|clauses|measures|sections|items|points|provisions) (\d+(?:(?:,| and| or| to|, and|-)\s*\d+)+)"
)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ORDINAL = re.compile(rf"\b({'|'.join(_ORDINALS)}) (article|clause|measure|item|point|condition|step)\b")
_MOST_RANGE = 10
# Between the numbers of one place in a text stands nothing more: 第二部分的第(三)项.
_NESTED = re.compile(r"[\s的之中里下]*")


@dataclass(frozen=True, slots=True)
class ClauseReference:
    """A number that a question names: 第九条 is (9, "条", False), 第（三）项 is (3, "项", True)."""

    number: int
    kind: str
    bracketed: bool


def next_number(folded: str, number: int) -> int | None:
    """Return the number of the clause that a follow-up means, after one was named: 下一条, and 6?, 20条呢; None for none."""
    if step := _STEP.search(folded):
        return number + (1 if step["next"] else -1)
    match = _BARE_NUMBER.fullmatch(folded.strip())
    return int(match[1]) if match else None


_STEP = re.compile(
    r"(?P<next>(?:下|后)一?[条个项点段]|next (?:one|article|clause|measure|item|point|paragraph))|(?:上|前)一?[条个项点段]|previous (?:one|article|clause|measure|item|point|paragraph)"
)
_BARE_NUMBER = re.compile(
    r"(?:那么?|还有|and|what about|how about)?\s*(?:第|no\.?|number)?\s*(\d{1,3})\s*条?\s*(?:呢|的?内容)?[?。]?"
)


def read_references(folded: str) -> tuple[tuple[ClauseReference, ...], ...]:
    """Return the numbers that a folded question names, as chains from the outermost in."""
    spelled = _NUMBERS.sub(lambda m: "、".join(f"第{n}{m[2]}" for n in re.findall(_NUMBER, m[1])), folded)
    spelled = _RANGE.sub(_spelled_range, spelled)
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


def _spelled_range(match: re.Match[str]) -> str:
    """Return 第一条到第三条 as three numbers."""
    first, last = han_to_int(match[1]), han_to_int(match[2])
    if first is None or last is None or not 0 < last - first < _MOST_RANGE:
        return match[0]
    return "、".join(f"第{n}{match[3]}" for n in range(first, last + 1))


def _listed(numbers: str) -> list[int]:
    """Return the numbers of a list or a range in English: "22 to 24" are three."""
    found = [int(number) for number in re.findall(r"\d+", numbers)]
    if len(found) == 2 and re.search(r"to|-", numbers) and 0 < found[1] - found[0] < _MOST_RANGE:
        return list(range(found[0], found[1] + 1))
    return found
