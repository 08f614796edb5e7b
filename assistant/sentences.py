"""What a sentence of a measure is about."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date

from corpus import Date

_MARK = re.compile(
    r"\s*(?:([一二三四五六七八九十]+、)|([(（][一二三四五六七八九十]+[)）])|(\d+[.、．](?!\d))|([(（]\d+[)）])|([①-⑳]))"
)
_OPENS = re.compile(r"[:：]\s*")
_HEADING = 25
"""A sentence behind a number that is no longer is the heading of an item."""
_MOST_ITEMS = 900
"""A list of more characters than this is not brought along whole."""


def is_unit_list(sentence: str) -> bool:
    """Whether a sentence only names responsible units."""
    return bool(re.match(r"[(（〔\[].*[)）〕\]]。?$|责任单位[:：]", sentence, re.DOTALL))


_CONDITIONS = re.compile(
    r"条件|符合|具备|须|应当(?:具有|具备|同时|是)|对象|面向|适用|不得|除外|不予|年龄|周岁|(?:学历|学位)(?!教育)|毕业|户籍|社会保险|社会?保(?:障卡|卡)|社保|参保|缴纳|认定|资格|以上人才"
)
_PROCEDURE = re.compile(
    r"申报|申请|受理|审核|评审|审批|初审|公示|提交|报送|材料|办理(?!业务)|流程|程序|(?:按|统一|直接|予以)发放|拨付|截止|日前|工作日|联系(?:人|电话|方式)|按(?:月|季|年)"
)


def roles(parts: Sequence[str]) -> list[str]:
    """Return the role of each sentence, the items of a list having that of the sentence that opens it."""
    found = [role_of(part) for part in parts]
    for opening, items in lists(parts).items():
        for i in items:
            found[i] = found[opening]
    return found


def printed_day(day: Date, text: str, start: int = 0) -> str:
    """Return a day with the words beside it that make it the last one: 6月9日前, 截止6月9日.

    Args:
        day: As read.
        text: What it was read from.
        start: Where that text begins, in the day's offsets.
    """
    before = re.search(r"(?:截止(?:时间|日期)?(?:为|至|到)?|不迟于|最迟)\s*[:：]?\s*$", text[: day.start - start])
    after = re.match(r"\s*(?:底|年底)?(?:之?前|以前)", text[day.end - start :])
    return f"{before[0] if before else ''}{day.text}{after[0] if after else ''}"


_TERM = re.compile(
    r"(?:有效期|期限|实施时间|执行时间|施行时间)[^。；;]{0,24}?[至到]\s*(20\d\d)\s*年(?:\s*(\d{1,2})\s*月(?:\s*(\d{1,2})\s*日)?)?"
)


def past_term(text: str, as_of: date) -> str | None:
    """Return the words by which a measure ends before a day (政策实施期限至2023年12月31日), or None."""
    for match in _TERM.finditer(re.sub(r"\s*\n\s*", "", text)):
        end = tuple(int(part) for part in match.groups() if part)
        if "长期" in match[0]:
            continue  # of two terms the other one is meant
        if end < (as_of.year, as_of.month, as_of.day)[: len(end)]:
            return re.sub(r"\s", "", match[0])
    return None


def role_of(sentence: str) -> str:
    """Return what a sentence is about: "conditions", "procedure" or "more"."""
    if _CONDITIONS.search(sentence):
        return "conditions"
    return "procedure" if _PROCEDURE.search(sentence) else "more"


def with_lists(parts: Sequence[str], chosen: Collection[int], small: int = 0) -> list[int]:
    """Return the sentences to quote for some chosen ones: a list's opening comes before its items, and brings them.

    Args:
        parts: The sentences of a measure.
        chosen: Indexes into it.
        small: A list of at most so many characters comes whole with any item of it.

    Returns:
        Indexes in order: with what stands in an item its first sentence and the list's opening (下列情形之一的：), with
        an opening alone every item.
    """
    found = set(chosen)
    # The heading of an item says nothing without the sentence behind it: (二)高价值发明专利维持资助。
    if not any(_MARK.match(part) and part.rstrip().endswith(("；", ";")) for part in parts):
        found |= {
            i + 1 for i in chosen if _is_heading(parts[i]) and i + 1 < len(parts) and not _MARK.match(parts[i + 1])
        }
    for opening, items in lists(parts).items():
        if within := found & set(items):
            found.add(opening)
            found.update(max(j for j in range(opening, i + 1) if j == opening or _MARK.match(parts[j])) for i in within)
        if opening in found and sum(len(parts[i]) for i in items) <= (small if within else _MOST_ITEMS):
            found.update(items)
    return sorted(found)


def _is_heading(part: str) -> bool:
    mark = _MARK.match(part)
    return bool(mark and len(part) <= _HEADING and re.fullmatch(r"[^\d,，]+。\s*", part[mark.end() :]))


def lists(parts: Sequence[str]) -> dict[int, range]:
    """Return the lists among sentences: by the index of the opening sentence the indexes of the items behind it."""
    # The kinds of marks in the order of their depth; 0 where there is none.
    styles = [_style(part, 0) for part in parts]
    found = {}
    for i, part in enumerate(parts):
        colon = list(_OPENS.finditer(part))
        if not colon:
            continue
        # The first item may stand behind the colon or be the next sentence.
        style = _style(part, colon[-1].end())
        if colon[-1].end() == len(part) and i + 1 < len(parts):
            style = styles[i + 1]
        last = i
        for j in range(i + 1, len(parts)):
            if styles[j] == style:
                last = j
            elif styles[j] and (styles[j] == styles[i] or styles[j] < style):
                break
        if style and last > i:
            found[i] = range(i + 1, last + 1)
    return found


def _style(text: str, start: int) -> int:
    mark = _MARK.match(text, start)
    return mark.lastindex or 0 if mark else 0
