"""Sentences of a measure: what an answer quotes, and what each is about."""

from __future__ import annotations

import re
from functools import lru_cache

_SHORT_LINE = 20
_MARK = re.compile(r"\s*(?:[(（]?[一二三四五六七八九十\d]+[)）]|[一二三四五六七八九十]+、|\d+[.、．]|[①-⑳])")


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


def is_unit_list(sentence: str) -> bool:
    """Whether a sentence only names responsible units."""
    return bool(re.match(r"[(（〔\[].*[)）〕\]]。?$|责任单位[:：]", sentence, re.DOTALL))


_CONDITIONS = re.compile(
    r"条件|符合|具备|须|应当(?:具有|具备|同时|是)|对象|面向|适用|不得|除外|不予|年龄|周岁|学历|学位|毕业|户籍|社会?保(?:险|障卡)?|参保|缴纳|认定|资格|以上人才"
)
_PROCEDURE = re.compile(
    r"申报|申请|受理|审核|评审|审批|初审|公示|提交|报送|材料|办理|流程|程序|发放|拨付|截止|日前|工作日|联系|按(?:月|季|年)"
)


def role_of(sentence: str) -> str:
    """Return what a sentence is about: "conditions", "procedure" or "more"."""
    if _CONDITIONS.search(sentence):
        return "conditions"
    return "procedure" if _PROCEDURE.search(sentence) else "more"
