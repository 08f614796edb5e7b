"""What a text says about itself: title, place, level, issuer, 文号, date and term. What it does not say stays None."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from corpus.noise import chrome_reason, front_matter_reason
from corpus.normalize import fold_width
from corpus.outline import read_lines, read_mark
from corpus.places import ancestors, find_places, get_place, main_place
from corpus.schema import Validity
from corpus.titles import clean_title, is_collected_title, is_title, kind_of

_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,10}[〔\[(（【]\s*(?:19|20)\d{2}\s*[〕\])）】]\s*第?\s*\d+\s*号")
_DAY = r"((?:19|20)\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})"
_PUBLISHED = re.compile(rf"(?:发布|印发|公布|成文)(?:时间|日期)\s*[:：]?\s*{_DAY}")
_DATE_LINE = re.compile(rf"^\(?{_DAY}")
_TITLE_DATE = re.compile(rf"[(（]\s*{_DAY}日?\s*[)）]")
_SOURCE = re.compile(r"(?:来\s*源|发布机关|发文机关)\s*[:：]\s*([\u4e00-\u9fff]{3,30})")
_ISSUER = re.compile(
    r"^([\u4e00-\u9fff·]{2,60}?(?:厅|局|委|委员会|人民政府|办公厅|办公室|国务院|府|会|院))(?:等.{1,4}部门)?(?:关于|印发)"
)
# Where the title has lost its issuer, the head of the text may still say 「…厅关于印发…的通知」.
_HEAD_ISSUER = re.compile(
    r"(?:^|[\s.、．\d])(?!为|根据|按照)([\u4e00-\u9fff·]{4,40}?(?:厅|局|委|委员会|府|办|办公室|院|会|组))关于(?:印发|进一步|做好|开展|深化|加快|推进|优化)",
    re.MULTILINE,
)
_NATIONAL = re.compile(r"^(?:中共中央|国务院|中华人民共和国|国家|全国|教育部|财政部|人力资源社会保障部|科技部)")
_START = re.compile(rf"自\s*{_DAY}\s*日?\s*起\s*(?:施行|实施|执行|生效)|实施日期\s*[:：]\s*{_DAY}")
_END = re.compile(rf"(?:有效期(?:限)?(?:至|到)|失效日期\s*[:：]|(?:施行|实施|执行|生效)[,，]?至)\s*{_DAY}\s*日?止?")
_TERM = re.compile(
    r"有效期(?:为|限)?\s*([一二三四五六七八九十\d]+)\s*年|试行期?\s*(?:为)?\s*([一二三四五六七八九十\d]+)\s*年"
)
_UNTIL_YEAR = re.compile(r"到\s*(20\d{2})\s*年")
_TITLE_YEARS = re.compile(r"[(（]\s*(20\d{2})\s*年?\s*[-—–~至]+\s*(20\d{2})\s*年?\s*[)）]")


@dataclass(frozen=True, slots=True)
class Metadata:
    """The fields of a Document that can be read from its text."""

    title: str
    place: str | None
    level: str | None
    issuer: str | None
    number: str | None
    published: str | None
    validity: Validity
    kind: str | None


def read_metadata(text: str, *, name: str, title: str | None = None, published: str | None = None) -> Metadata:
    """Return what a text states about itself.

    Args:
        text: The document's text.
        name: The file's name without its ending, the last resort for a title.
        title: What the file's format gives as title; site names and spam in it are dropped.
        published: ISO date that the format gives.
    """
    # A PDF breaks its lines anywhere: 有⏎效期至.
    folded = re.sub(r"(?<=[\u4e00-\u9fff\d])\s*\n\s*(?=[\u4e00-\u9fff\d])", "", fold_width(text))
    lines = [line.stripped for line in read_lines(text)]
    head = "\n".join(lines[:60])[:4000]
    found = _title(title, lines) or max(name.split("_"), key=len)
    issuer_match = _ISSUER.match(found)
    source = _SOURCE.search(head)
    in_head = _HEAD_ISSUER.search(head[:600])
    issuer = issuer_match[1] if issuer_match else source[1] if source else in_head[1] if in_head else None
    place = _place(found, issuer, text)
    return Metadata(
        title=found,
        place=place,
        level=_level(found, issuer, place),
        issuer=issuer,
        number=_own_number(lines),
        published=published or _published(head, lines),
        validity=read_validity(found, folded),
        kind=kind_of(found),
    )


def _title(stated: str | None, lines: list[str]) -> str | None:
    """The format's title, unless it is the name of a section of the site."""
    given = clean_title(stated or "")
    return given if given and not re.search(r"信息公开|门户|网站|首页$", given) else _title_line(lines) or given


def _title_line(lines: list[str]) -> str | None:
    body = [line for line in lines[:40] if line and not chrome_reason(line) and not front_matter_reason(line)]
    for k, line in enumerate(body[:12]):
        if line.startswith("# "):
            return clean_title(line)
        # The title of a collected text may run over several lines of a PDF.
        joined = next((j for n in (1, 2, 3, 4) if is_collected_title(j := "".join(body[k : k + n]))), None)
        if joined or is_title(line):
            return clean_title(re.sub(r"[(（]\s*(?:19|20)\d{2}\s*年.*$", "", joined or line))
    first = body[0] if body else ""
    plain = len(first) <= 60 and not re.search(r"[。;；:：]", first) and not read_mark(read_lines(first)[0])
    return clean_title(first) if first and plain else None


def _own_number(lines: list[str]) -> str | None:
    """Return the 文号 in the head of a text, unless it is that of a text on which this one rests."""
    for line in lines[:25]:
        for match in _NUMBER.finditer(line):
            if (
                not re.search(r"根据|按照|依据|落实|《[^》]*》\s*[(（]$", line[: match.start() + 1])
                and "》(" not in line
            ):
                return re.sub(r"\s", "", match[0])
    return None


def _place(title: str, issuer: str | None, text: str) -> str | None:
    """A place in the title or the issuer's name; else the one that the text mentions by far most."""
    for stated in (title, issuer or ""):
        if places := find_places(stated):
            name, _, end = places[0]
            for inner, start, inner_end in places[1:]:
                # 广州市天河区: the narrower place, printed right behind the wider one.
                if start == end and name in ancestors(inner):
                    name, end = inner, inner_end
            return name
    return None if _NATIONAL.match(issuer or title) else main_place(text)


def _level(title: str, issuer: str | None, place: str | None) -> str | None:
    if _NATIONAL.match(issuer or title) and not (place and place in title):
        return "国家"
    found = get_place(place) if place else None
    return found.level if found else None


def _published(head: str, lines: list[str]) -> str | None:
    match = _PUBLISHED.search(head) or _TITLE_DATE.search(head[:300])
    if not match:
        dated = [m for line in [*lines[:12], *lines[-12:]] if len(line) < 60 and (m := _DATE_LINE.match(line))]
        match = dated[0] if dated else None
    return _iso(match.groups()) if match else None


def _iso(groups: tuple[str | None, ...]) -> str:
    year, month, day = [g for g in groups if g][:3]
    return f"{year}-{int(month):02d}-{int(day):02d}"


def _last_day(start: str, years: int) -> str:
    """Return the last day of a term of years: five from 2024-03-04 end with 2029-03-03."""
    first = date.fromisoformat(start)
    # 29 February has its like only in a leap year.
    like = first.replace(year=first.year + years, day=min(first.day, 28) if first.month == 2 else first.day)
    return str(like - timedelta(days=1))


def read_validity(title: str, folded: str) -> Validity:
    """Return what a text says of its own term; a stated length of years is added to a stated start."""
    start_match = _START.search(folded)
    start = _iso(start_match.groups()) if start_match else None
    statement = start_match[0].strip() if start_match else None
    if match := _END.search(folded):
        return Validity(start, _iso(match.groups()), match[0].strip("，。, \n"))
    if match := _TERM.search(folded):
        from corpus.outline import han_to_int

        years = han_to_int(match[1] or match[2])
        end = _last_day(start, years) if start and years else None
        return Validity(start, end, " ".join(filter(None, [statement, match[0]])))
    if match := _TITLE_YEARS.search(title):
        return Validity(match[1], match[2], match[0].strip("()（）"))
    plan = re.search(r"[一二三四五]年(?:行动)?(?:计划|方案|规划)|行动计划", title)
    if plan and (match := _UNTIL_YEAR.search(folded)):
        return Validity(start, match[1], match[0])
    if "试行" in title or "(试行)" in folded[:3000]:
        return Validity(start, None, "试行")
    return Validity(start, None, statement)
