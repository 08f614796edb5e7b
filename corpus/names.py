"""Names in a text, the longest first: thousands of them, so looked up, not tried one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator


class HanNames:
    """Names of at least two characters; they may stand anywhere, since Chinese parts no words."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)
        self._lengths: dict[str, list[int]] = {}
        for pair, length in sorted({(name[:2], len(name)) for name in self._names}, reverse=True):
            self._lengths.setdefault(pair, []).append(length)

    def find(self, text: str) -> Iterator[tuple[str, int]]:
        """Yield (name, start) from left to right, without overlaps."""
        at = 0
        while at < len(text) - 1:
            for length in self._lengths.get(text[at : at + 2], ()):
                if text[at : at + length] in self._names:
                    yield text[at : at + length], at
                    at += length
                    break
            else:
                at += 1


def compile_latin(names: Iterable[str], ending: str = "") -> re.Pattern[str]:
    """Return the expression for folded names between the letters of other words, each with what may end it."""
    longest = sorted(names, key=len, reverse=True)
    # Looked at first, so that Chinese text costs no trial of every name at every character.
    opening = re.escape("".join(sorted({name[0] for name in longest})))
    return re.compile(rf"(?=[{opening}])(?<![a-z])(?:{'|'.join(map(re.escape, longest))}){ending}(?![a-z])")
