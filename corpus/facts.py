"""What a measure states, with spans: responsible units, amounts and counts, dates and deadlines, contacts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from corpus.normalize import fold_width
from corpus.schema import Amount, Contact, Date, Measure, Unit

_OPEN, _CLOSE = "(〔[【", ")〕]】"
_UNITS_LABEL = r"(?:责\s*任(?:单位|部门|科室|处室)|牵头(?:单位|部门|责任单位)?|主责单位|配合(?:单位|部门)?|参与单位|协办单位|分工单位|任务分解)"
_LABELLED = re.compile(rf"{_UNITS_LABEL}\s*[:：]")
_LEAD_FIRST = re.compile(r"排名?第一[^,，;；)）]{0,4}(?:为|是)牵头")
_UNIT_END = re.compile(
    r"(?:局|委|办|厅|部|院|会|处|室|中心|政府|公司|银行|法院|检察院|总站|分局|支队|科协|社科联|工商联|[残妇文侨台青]联|总工会|团[市省区县]委"
    r"|[市州县区]|学校|院校|高校|园区|单位|部门|开发区|高新区|经开区|队|所|馆|社|行|署|台|校|企业|街道|乡镇|商)(?:\(.*\))?$"
)
_NOT_A_UNIT = re.compile(
    r"均需|不再|单独列|时限|进度|完成|持续|推进|排名?第|牵头单位|责任单位|下同|\d|负责|依据|以下简称|底前"
)

_DIGITS = r"\d[\d,]*(?:\.\d+)?"
_HAN_NUMBER = r"[一二三四五六七八九十百千两零〇]+(?:点[一二三四五六七八九]+)?"
_MONEY = r"(?:亿元|千万元|百万元|十万元|万元|千元|元|万亿元|美元|万美元|欧元|亿美元)"
_COUNT = (
    r"(?:%|‰|个百分点|个?工作日|个月|平方米|万平方米|公里|万人|万套|万名|万家|万个|人次|人|名|位|套|家|个|项|种|件|批|期|次|台|座|亩|天|日|小时|分钟"
    r"|年(?!度|级|来|初|底)|岁|周岁|周年|倍|门|条|支|张|户|所|间|场|届|级|类|份|吨|辆|亿|万)"
)
_PERCENT_HAN = r"百分之[一二三四五六七八九十百零点]+"
_AMOUNT = re.compile(
    rf"(?P<number>{_DIGITS}|{_HAN_NUMBER})\s*(?:[-~—–至到]\s*(?P<to>{_DIGITS}|{_HAN_NUMBER})\s*)?(?P<unit>余?(?:{_MONEY}|{_COUNT}))"
    rf"|(?P<percent>{_PERCENT_HAN})"
)
_CAP_BEFORE = re.compile(
    r"(?:最高不超过|原则上不(?:得)?超过|不得超过|不得高于|不得少于|不得低于|不超过|未超过|最高|最多|至多|至少|不低于|不少于|不高于|低于|少于|不到|超过|突破|[超逾]\s*$"
    r"|每人每月|每人每年|每平方米|每季度?|每[月年户人次件家个名例]|累计|一次性|近|(?<!签)约(?!定)|达到?|上限|最长|不满|未满|不足|(?<![届期])满|单个|总额(?!的))"
)
# The words before a figure that may limit it: up to the last comma, or figure, or a dozen characters.
_REACH = re.compile(r"[^,，。;；、\d]{0,16}$")
_CAP_AFTER = re.compile(r"^\s*(/人[·/]?[年月]|/[年月人户]|以上|以下|[以之]?内|左右|封顶|及以上)")
# 一批, 两个, 九万(里): words of quantity that count nothing.
_IDIOM = re.compile(r"[一两][个项次类级种批支座条件名位家期台张份]|[一二三四五六七八九十百千两]+[万亿]")
# A number of these is a date, a term of office or an ordinal, never a sum of its own.
_ORDINAL_BEFORE = re.compile(r"第\s*$|[“\"][^”\"]{0,3}$")

_DATE = re.compile(
    r"(?P<year>(?:19|20)\d{2})\s*年(?:\s*(?P<month>\d{1,2})\s*月(?:\s*(?P<day>\d{1,2})\s*[日号])?)?(?P<period>上半年|下半年|[一二三四]季度|年?底|年初)?"
    r"|(?<!\d)(?<!\d年)(?:每年\s*)?(?P<month2>\d{1,2})\s*月(?:\s*(?P<day2>\d{1,2})\s*[日号]|份|底)"
    r"|(?P<iso>(?:19|20)\d{2}-\d{2}-\d{2})"
)
_DEADLINE_AFTER = re.compile(r"^\s*(?:底|年底)?(?:之?前|以前|截止|止|底前|前完成|为止)")
_DEADLINE_BEFORE = re.compile(r"(?:截止(?:时间|日期)?(?:为|至|到)?|不迟于|最迟|在)\s*[:：]?\s*$")

_CONTACTS = [
    ("email", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)),
    ("url", re.compile(r"https?://[!-~]+", re.ASCII)),
    ("phone", re.compile(r"(?<![\d.@-])(?:0\d{2,3}[-— ]?\d{7,8}(?:-\d{1,5})?|1[3-9]\d{9}|400-?\d{3}-?\d{4})(?![\d@])")),
    ("phone", re.compile(r"(?<=电话[:：])\s*(?P<text>[1-9]\d{6,7}(?:[、,，]\s*[1-9]\d{6,7})*)")),
    ("phone", re.compile(r"(?<!\d)12345(?=热线|政务|\D{0,4}便民)")),
    (
        "name",
        re.compile(
            r"联系人[:：]\s*(?P<text>[\u4e00-\u9fff]{2,4}(?:[、,，]\s*[\u4e00-\u9fff]{2,3})*)(?=[\s,，。;；:：0-9]|联系|$)"
        ),
    ),
    ("address", re.compile(r"(?:联系|办公|受理|邮寄|通讯)?地址[:：]\s*(?P<text>[^\n。；;，,]{4,40})")),
]


def read_facts(measures: Iterable[Measure], text: str) -> list[Measure]:
    """Return the measures of a document with their units, amounts, dates and contacts filled in.

    "排名第一的为牵头单位，下同" makes the first unit of that measure and of all later ones the lead.
    """
    folded = fold_width(text)
    lead_first = False
    result = []
    for measure in measures:
        lead_first = lead_first or bool(_LEAD_FIRST.search(folded, measure.start, measure.end))
        span = (folded, text, measure.start, measure.end)
        dates = _dates(*span)
        result.append(
            replace(
                measure,
                units=_units(*span, lead_first=lead_first),
                amounts=_amounts(*span, dates=dates),
                dates=dates,
                contacts=_contacts(*span),
            )
        )
    return result


@dataclass(frozen=True, slots=True)
class Facts:
    """The figures that a text states; offsets are the text's."""

    amounts: tuple[Amount, ...]
    dates: tuple[Date, ...]
    contacts: tuple[Contact, ...]


def read_figures(text: str) -> Facts:
    """Return the figures of any text, a question or an answer, read as those of a measure are."""
    span = (fold_width(text), text, 0, len(text))
    dates = _dates(*span)
    return Facts(_amounts(*span, dates=dates), dates, _contacts(*span))


def _units(folded: str, text: str, start: int, end: int, *, lead_first: bool) -> tuple[Unit, ...]:
    found: list[Unit] = []
    for opening, closing, labelled in _unit_lists(folded, start, end):
        role = "responsible"
        masked = _mask_brackets(folded[opening:closing])
        for group in re.finditer(r"[^,，;；。]+", masked):
            names: list[Unit] = []
            for piece in _PIECE.finditer(group[0]):
                begin = opening + group.start() + piece.start()
                word = piece[0].strip()
                if re.fullmatch(rf"{_UNITS_LABEL}\s*[:：]?", word):
                    role = _ROLES.get(word[:2], role)
                    continue
                names.extend(_unit(folded, text, begin, begin + len(piece[0]), role, labelled=labelled))
            names = _joined(names, text)
            # 「市审批局、住建局分别牵头」: the word after the last name is said of all of them.
            if names and names[-1].role != role:
                names = [replace(unit, role=names[-1].role) for unit in names]
            found.extend(names)
    if lead_first and found and all(unit.role == "responsible" for unit in found):
        found = [replace(unit, role="shared" if k else "lead") for k, unit in enumerate(found)]
    if any(unit.role == "lead" for unit in found):
        found = [replace(unit, role="shared") if unit.role == "responsible" else unit for unit in found]
    return tuple(found)


def _joined(units: list[Unit], text: str) -> list[Unit]:
    """Return units with those that are one cut in two joined: 各市、县(区)人民政府."""
    joined: list[Unit] = []
    for unit in units:
        before = joined[-1] if joined else None
        if before and re.fullmatch("各[市州地]+", before.name) and re.match("[县区]", unit.name):
            name = re.sub(r"\s", "", text[before.start : unit.end])
            joined[-1] = replace(unit, name=name, start=before.start)
        else:
            joined.append(unit)
    return joined


_ROLES = {"牵头": "lead", "主责": "lead", "配合": "shared", "参与": "shared", "协办": "shared"}
_PIECE = re.compile(rf"{_UNITS_LABEL}\s*[:：]?|(?:(?!(?<=[局委办会府])[及和])[^、:：])+")
_AND_OTHERS = re.compile(r"等(?:有关|相关)?(?:部门|单位)?(?:按职责分工)?(?:负责|落实)?$")
_DUTIES = [("分别牵头", "lead"), ("牵头", "lead"), ("按职责分工负责", ""), ("等", ""), ("配合", "shared"), ("负责", "")]


def _unit(folded: str, text: str, begin: int, stop: int, role: str, *, labelled: bool) -> list[Unit]:
    raw = folded[begin:stop]
    begin += len(raw) - len(raw.lstrip(" \n及和"))
    stop -= len(raw) - len(raw.rstrip())
    for suffix, duty in _DUTIES:
        if folded.endswith(suffix, begin, stop) and stop - begin > len(suffix) + 1:
            stop, role = stop - len(suffix), duty or role
            break
    if others := _AND_OTHERS.search(folded[begin:stop]):
        stop = begin + others.start()
    name = re.sub(r"\s", "", folded[begin:stop])
    if not 2 <= len(name) <= 40 or _NOT_A_UNIT.search(name) or not (labelled or _UNIT_END.search(name)):
        return []
    return [Unit(re.sub(r"\s", "", text[begin:stop]), role, begin, stop)]


def _mask_brackets(clause: str) -> str:
    """Blank the separators inside inner brackets, so that 市委组织部(人才办、编办) stays one name."""
    return re.sub(r"\([^()]*\)", lambda m: re.sub(r"[、,，:：]", "·", m[0]), clause)


def _unit_lists(folded: str, start: int, end: int) -> list[tuple[int, int, bool]]:
    """Return (start, end, labelled) of each list of units: after 责任单位：, or a last bracket that holds only units."""
    lists: list[tuple[int, int, bool]] = []
    for label in _LABELLED.finditer(folded, start, end):
        if lists and label.start() < lists[-1][1]:
            continue
        lists.append((label.start(), _closing(folded, label.end(), end), True))
    if lists:
        return lists
    tail = re.search(r"[(〔\[]([^()]*(?:\([^()]*\)[^()]*)*)[)〕\]]\s*。?\s*$", folded[start:end])
    if tail:
        begin = start + tail.start(1)
        names = [n for n in re.split(r"[、,，;；]", _mask_brackets(tail[1]).replace("·", "、")) if n.strip()]
        units = [
            n
            for n in names
            if _UNIT_END.search(re.sub(rf"{_AND_OTHERS.pattern}|(?:分别)?(?:牵头|配合|负责)$|\(.*", "", n.strip()))
        ]
        if len(units) >= max(1, 0.6 * len(names)):
            return [(begin, start + tail.end(1), False)]
    return []


def _closing(folded: str, at: int, end: int) -> int:
    """Return where the bracket around position `at` closes; brackets of any shape match one another."""
    depth = 0
    for i in range(at, end):
        if folded[i] in _OPEN:
            depth += 1
        elif folded[i] in _CLOSE:
            if depth == 0:
                return i
            depth -= 1
    # A list without a bracket around it ends with its line.
    return end if (stop := folded.find("\n", at, end)) < 0 else stop


def _amounts(folded: str, text: str, start: int, end: int, *, dates: Sequence[Date]) -> tuple[Amount, ...]:
    found: list[Amount] = []
    for match in _AMOUNT.finditer(folded, start, end):
        if any(date.start < match.end() and match.start() < date.end for date in dates):
            continue
        # What stands before the figure before it limits that one.
        last = found[-1].end if found else start
        before = folded[max(last, match.start() - 16) : match.start()]
        if _ORDINAL_BEFORE.search(before):
            continue
        value, unit = figure_value(match[0])
        if value is None or _IDIOM.fullmatch(re.sub(r"\s", "", match[0])):
            continue
        reach = _REACH.search(before)
        caps = _CAP_BEFORE.findall(reach[0]) if reach else []
        after = _CAP_AFTER.match(folded[match.end() : match.end() + 8])
        words = [*caps, *([after[1]] if after else [])]
        found.append(
            Amount(text[match.start() : match.end()], value, unit, "、".join(words) or None, match.start(), match.end())
        )
    return tuple(found)


def figure_value(figure: str) -> tuple[float | None, str]:
    """Return (value, unit) of a figure as printed: 30万元 and 三十万元 are (300000.0, "元"), 百分之五 is (5.0, "%").

    Of a range the upper end counts. The value is None where the figure cannot be read.
    """
    match = _AMOUNT.fullmatch(fold_width(figure).strip())
    if not match:
        return None, ""
    if match["percent"]:
        return _number(match["percent"].removeprefix("百分之")), "%"
    number = _number(match["to"] or match["number"])
    unit = match["unit"].removeprefix("余")
    if number is None:
        return None, unit
    scale = 1.0
    for word, power in (("万亿", 1e12), ("千万", 1e7), ("百万", 1e6), ("十万", 1e5), ("亿", 1e8), ("万", 1e4)):
        if unit.startswith(word):
            scale, unit = power, unit.removeprefix(word)
            break
    else:
        if unit == "千元":
            scale, unit = 1e3, "元"
    return number * scale, unit


def _number(numeral: str) -> float | None:
    import cn2an  # an eighth of a second: loaded when a text first spells a number out

    numeral = numeral.replace(",", "")
    try:
        return float(numeral) if numeral[0].isdigit() else float(cn2an.cn2an(numeral, "smart"))
    except (ValueError, KeyError, IndexError):  # cn2an raises all three on numerals that are none: 十百
        return None


def _dates(folded: str, text: str, start: int, end: int) -> tuple[Date, ...]:
    found = []
    for match in _DATE.finditer(folded, start, end):
        iso = match["iso"]
        if match["year"]:
            parts = [match["year"], *(f"{int(p):02d}" for p in (match["month"], match["day"]) if p)]
            iso = "-".join(parts)
        deadline = bool(
            _DEADLINE_AFTER.match(folded[match.end() : match.end() + 6])
            or _DEADLINE_BEFORE.search(folded[max(start, match.start() - 8) : match.start()])
        )
        found.append(Date(text[match.start() : match.end()].strip(), iso, deadline, match.start(), match.end()))
    return tuple(found)


def _contacts(folded: str, text: str, start: int, end: int) -> tuple[Contact, ...]:
    found: list[Contact] = []
    for kind, pattern in _CONTACTS:
        for match in pattern.finditer(folded, start, end):
            group = "text" if "text" in pattern.groupindex else 0
            span = match.span(group)
            if not any(c.start < span[1] and span[0] < c.end for c in found):
                found.append(Contact(kind, text[span[0] : span[1]].strip(), *span))
    return tuple(sorted(found, key=lambda contact: contact.start))
