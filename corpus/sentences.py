"""Sentences of a measure: what is read closely, and what an answer quotes."""

from __future__ import annotations

import re
from functools import lru_cache

_SHORT_LINE = 20
_MARK = re.compile(r"\s*(?:[(（]?[一二三四五六七八九十\d]+[)）]|[一二三四五六七八九十]+、|\d{1,2}[.、．]|[①-⑳])")


@lru_cache(maxsize=8192)  # a measure is split several times a question, and by many questions
def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of a measure; together, without the blanks between them, they are its text.

    A line ends a sentence where it is a short numbered title, or ends with a stop or a colon, or a numbered item
    follows; a line that breaks off in mid-sentence, as PDFs have them, does not.
    """
    found: list[str] = []
    open_line = False
    for match in re.finditer(r"[^。！？!?；;\n]*(?:[。！？!?；;]+[”」』)）]*|\n+|$)", text):
        piece = match[0]
        if not piece.strip():
            continue
        if open_line and not _MARK.match(piece):
            found[-1] += piece
        else:
            found.append(piece)
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.end()].strip()
        broken = piece.endswith("\n") and not piece.endswith("\n\n")
        title = len(line) < _SHORT_LINE and bool(_MARK.match(line))
        open_line = broken and not title and line[-1] not in "。！？!?；;:："
    return tuple(s for s in map(str.strip, found) if s)
