"""Places of China: names, levels and what lies in what, from `places.tsv`."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from corpus.names import HanNames, compile_latin
from corpus.normalize import fold


@dataclass(frozen=True, slots=True)
class Place:
    """A province, city or district; `parent` is the full name of the place that it lies in."""

    name: str
    level: str
    """省, 市 or 区."""
    parent: str | None
    english: str
    aliases: tuple[str, ...]


@cache
def all_places() -> tuple[Place, ...]:
    """Return every place that is known, provinces first."""
    rows = files("corpus").joinpath("places.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return tuple(
        Place(name, level, parent or None, english, tuple(filter(None, aliases.split("|"))))
        for name, level, parent, english, aliases in (row.split("\t") for row in rows)
    )


@cache
def _by_name() -> dict[str, Place]:
    # A district name that several cities share (鼓楼区) means the first; its city decides where it is named.
    return {place.name: place for place in reversed(all_places())}


def get_place(name: str) -> Place | None:
    """Return the place with a full name, or None."""
    return _by_name().get(name)


def ancestors(name: str) -> tuple[str, ...]:
    """Return the places that a place lies in, nearest first: 武昌区 → (武汉市, 湖北省)."""
    above: list[str] = []
    place = get_place(name)
    while place and place.parent and place.parent not in above:
        above.append(place.parent)
        place = get_place(place.parent)
    return tuple(above)


def capital_of(name: str) -> str | None:
    """Return the capital of the province that a place is or lies in; None for a municipality's, or an unknown place."""
    province = (name, *ancestors(name))[-1]
    # Their official order, which the table keeps, begins with it.
    return next((place.name for place in all_places() if place.parent == province and place.level == "市"), None)


@cache
def _inside() -> dict[str, set[str]]:
    inside: dict[str, set[str]] = {}
    for place in all_places():
        for above in ancestors(place.name):
            inside.setdefault(above, set()).add(place.name)
    return inside


def related(name: str) -> frozenset[str]:
    """Return a place, what it lies in, and what lies in it: whose measures may answer a question about it."""
    return frozenset({name, *ancestors(name), *_inside().get(name, ())})


# 吉林大学, 北京大学, 湖南湘江新区: the place is part of another name there.
_PART_OF_NAME = re.compile(
    r"大学(?!生)|学院|银行|证券交易所|交易所|中学|附中|一中|日报|港澳大湾区|籍|商会|理工|师范|师大|分院|分行|证监局|中心支行|东路|西路|南路|北路|大道|街道|路\d"
)


_PART_OF_ENGLISH_NAME = re.compile(r" (?:stock |securities )?exchange| (?:normal )?university| bank\b")


@cache
def _matchers() -> tuple[HanNames, dict[str, str], re.Pattern[str], dict[str, str]]:
    chinese: dict[str, str] = {}
    english: dict[str, str] = {}
    for place in all_places():
        for alias in (place.name, place.english, *place.aliases):
            table = english if alias.isascii() or re.match(r"[A-Za-z]", alias) else chinese
            table.setdefault(fold(alias), place.name)
    return HanNames(chinese), chinese, compile_latin(english), english


def find_places(text: str) -> list[tuple[str, int, int]]:
    """Return (full name, start, end) of the places named in a text, in order; offsets are the text's.

    Longest names win, so 长春新区 is not 长春; names of universities, banks and the like are passed over.
    """
    folded = fold(text)
    han, chinese, latin, english = _matchers()
    found = [
        (chinese[name], start, start + len(name))
        for name, start in han.find(folded)
        if not _PART_OF_NAME.match(folded, start + len(name))
    ]
    found += [
        (english[match[0]], match.start(), match.end())
        for match in latin.finditer(folded)
        if not _PART_OF_ENGLISH_NAME.match(folded, match.end())
    ]
    return sorted(found, key=lambda hit: hit[1])


def main_place(text: str, *, at_least: int = 2) -> str | None:
    """Return the place that a text mentions by far most often (thrice as often as the next), or None."""
    counts = Counter(name for name, _, _ in find_places(text)).most_common(2)
    if not counts or counts[0][1] < at_least or (len(counts) > 1 and counts[0][1] < 3 * counts[1][1]):
        return None
    return counts[0][0]
