"""Foldings that keep every character in its place, so that offsets into the original stay true."""

from __future__ import annotations

from functools import cache

# Full-width ASCII (！ to ～) and the ideographic space, each onto the one character that it stands for.
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}


def fold_width(text: str) -> str:
    """Return the text with full-width ASCII made half-width; the length does not change."""
    return text.translate(_NARROW)


@cache
def _simplified_characters() -> dict[int, str]:
    from opencc import OpenCC

    han = "".join(map(chr, range(0x4E00, 0xA000)))
    return {ord(a): b for a, b in zip(han, map(OpenCC("t2s").convert, han), strict=True) if a != b and len(b) == 1}


def simplify(text: str) -> str:
    """Return Traditional Chinese as Simplified, character by character; the length does not change."""
    return text.translate(_simplified_characters())


@cache
def _folded_characters() -> str:
    """Return what each character of the basic plane folds to, at its own place: a look-up that never misses is quick."""
    folded = simplify(fold_width("".join(map(chr, range(0x10000)))))
    return "".join(low if len(low := c.lower()) == 1 else c for c in folded)


def fold(text: str) -> str:
    """Return the text in the form in which it is searched: half-width, Simplified, lower case.

    The length does not change: a lower-case form of another length keeps its capital.
    """
    return text.lower() if text.isascii() else text.translate(_folded_characters())
