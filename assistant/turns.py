"""A question that leans on the turns before it: 长沙呢, 那职称呢, 下一条."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.asks import kind_of_question, wants
from assistant.mentions import GENERIC, places_named, topics, without_places
from assistant.references import next_number, read_references
from corpus import find_names, fold
from index import is_chinese

_FOLLOW_UP = re.compile(r"^(?:那么?|还有|另外|除了|and\b|what about|how about)|呢[？?]?$", re.IGNORECASE)
_WHICH = re.compile(
    r"哪[个边里](?:城市|地方)?(?:更|比较)?[好多高强]|比较一下|有什么(?:区别|不同)|which (?:one )?is (?:better|more|higher)|compare (?:them|the two|both)|\bdifference\b",
    re.IGNORECASE,
)


def lean_on_history(text: str, earlier: Sequence[str]) -> tuple[str, tuple[str, ...], str]:
    """Return (what to search, places, what says what is wanted).

    「长沙呢？」 keeps the topic of what was asked before, 「那职称呢？」 its place, and both what it wanted to know.
    """
    places = places_named(text)
    follows = bool(_FOLLOW_UP.search(text))
    if not earlier or not (follows or len(text) <= (30 if is_chinese(text) else 60)):
        return text, places, text
    before, there, asking = lean_on_history(earlier[-1], earlier[:-1])
    if (named := read_references(fold(before))[-1:]) and (number := next_number(fold(text), named[0][-1].number)):
        stepped, changed = _NUMBERED.subn(f"第{number}{named[0][-1].kind or '条'}", before, count=1)
        searched = stepped if changed else f"第{number}条 {text}"
        return searched, places or there, text
    around = next((found for turn in reversed(earlier) if (found := places_named(turn))), ())
    if not places and _WHICH.search(text):
        # Which of the places spoken of is better: the last two.
        spoken = dict.fromkeys(place for turn in reversed(earlier) for place in reversed(places_named(turn)))
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


_NUMBERED = re.compile(
    r"第\s*[一二三四五六七八九十百零〇两\d]+\s*[条项款点段]|(?:article|clause|measure|item|point|paragraph) \d+",
    re.IGNORECASE,
)


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


def _without_matters(text: str) -> str:
    """Return a text without its places and the names of the concepts of the field in it."""
    text = without_places(text)
    for term, name, start in reversed(find_names(text)):
        if term.kind == "concept" and term.key not in GENERIC and fold(text[start : start + len(name)]) == name:
            text = text[:start] + text[start + len(name) :]
    return text
