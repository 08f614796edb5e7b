"""Figures, units and places of the texts in words that a foreigner understands, and back again for the guard."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from corpus import Amount, Date, Term, Unit, figure_value, find_places, fold_width, get_place, load_vocabulary

# The first name is written; all are understood.
_COUNTED = {
    "元": ("CNY", "RMB", "yuan"), "美元": ("USD",), "欧元": ("EUR",), "%": ("%", "percent", "per cent"), "‰": ("‰",),
    "个百分点": ("percentage points",), "人": ("people", "persons", "talents", "students"), "人次": ("person-times",),
    "家": ("organisations", "companies", "firms"), "个": ("items", "measures", "projects"),
    "套": ("flats", "sets", "apartments"), "平方米": ("square metres", "m²"), "年": ("years", "year"), "个月": ("months", "month"),
    "日": ("days", "day"), "工作日": ("working days", "working day"), "小时": ("hours",), "分钟": ("minutes",),
    "岁": ("years of age",), "倍": ("times",), "件": ("cases",), "次": ("occasions",), "公里": ("kilometres",),
}  # fmt: skip
_SAME = {"月": "个月", "名": "人", "位": "人", "周岁": "岁", "天": "日", "个工作日": "工作日", "周年": "年", "项": "个"}
CAPS = {
    "max": ("up to", r"最高|最多|至多|不超过|不得超过|未超过|上限|封顶|内|最长|不高于|不得高于|以下|顶格"),
    "min": ("at least", r"至少|不低于|不得低于|不少于|不得少于|以上|及以上|(?<![不未])满"),
    "under": ("under", r"不满|未满|不足|不到|(?<!不)(?<!不得)低于|(?<!不)(?<!不得)少于"),
    "over": ("more than", r"(?<![不未得])超过|突破|逾|超(?!过)|余"),
    "near": ("nearly", r"近"),
    "about": ("about", r"约|左右"),
    "month": ("per month", r"每月|每人每月|/月|/人·?月"),
    "quarter": ("per quarter", r"每季度?"),
    "year": ("per year", r"每年|每人每年|/年|/人·?年"),
    "area": ("per square metre", r"每平方米"),
    "each": ("each", r"每[人户次件家个名例]|/人|/户|单个"),
    "once": ("one-off", r"一次性"),
    "total": ("in total", r"累计|总额"),
}
_BEFORE = ("max", "min", "under", "over", "near", "about")
_SCALE = {"billion": 1e9, "million": 1e6, "thousand": 1e3}
_SHORT_SCALE = {"k": 1e3, "m": 1e6}
_NAMES = {name: unit for unit, names in _COUNTED.items() for name in names}
_NAMES |= {names[0].removesuffix("s"): unit for unit, names in _COUNTED.items() if names[0].endswith("s")}
_NAMES |= {"person": "人", "¥": "元", "￥": "元"}
_READ = re.compile(
    r"(?:(?P<currency>CNY|RMB|USD|EUR|[¥￥])\s*)?(?P<number>(?<![\d-])\d[\d,]*(?:\.\d+)?(?!\d*-\d{3}))(?:\s*(?P<scale>billion|million|thousand|[kKmM]\b))?"
    rf"(?:\s*(?P<unit>{'|'.join(sorted(map(re.escape, _NAMES), key=len, reverse=True))}))?"
)
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def same_unit(unit: str) -> str:
    """Return the unit that stands for all of its kind: 名, 位 and 人 count alike."""
    return _SAME.get(unit, unit)


def cap_classes(caps: str | None) -> frozenset[str]:
    """Return what the cap and period words around a figure mean: 最高 and 不超过 are both "max"."""
    return frozenset(name for name, (_, pattern) in CAPS.items() if caps and re.search(pattern, caps))


def write_amount(amount: Amount) -> str:
    """Return a figure in English with what limits it: 最高1000万元 is "up to CNY 10 million"."""
    classes = cap_classes(amount.cap) | ({"over"} if "余" in amount.text else set())
    before = [CAPS[name][0] for name in _BEFORE if name in classes]
    # 一次性 and 每人 before a term of years are said of what is granted, not of the years.
    term = same_unit(amount.unit) in ("年", "个月", "日", "工作日", "小时", "岁")
    after = [CAPS[name][0] for name in CAPS if name in classes and name not in _BEFORE and not term]
    return " ".join([*before, _write_range(amount), *after])


def is_written(amount: Amount) -> bool:
    """Whether a figure counts what English has a word for here: 三级 is a rank, and left to the quote."""
    return not amount.unit or same_unit(amount.unit) in _COUNTED


def _write_range(amount: Amount) -> str:
    ends = re.split(r"[-~—–至到]", fold_width(amount.text))
    unit = same_unit(amount.unit)
    name = _COUNTED.get(unit, (f"({unit})" if unit else "",))[0]
    values = [amount.value]
    if len(ends) == 2 and (low := figure_value(ends[0] + re.sub(r"^[\d.,]+", "", ends[1]))[0]) is not None:
        values = [low, amount.value]
    figures = [_write_number(value) for value in values]
    if name in ("CNY", "USD", "EUR"):
        return " to ".join(f"{name} {figure}" for figure in figures)
    if values == [1]:
        name = {"people": "person"}.get(name, name.removesuffix("s"))
    return " to ".join(figures) + ("" if name in ("%", "") else " ") + name


def _write_number(value: float) -> str:
    for word, scale in _SCALE.items():
        if value >= scale and (value / scale * 1000) % 1 == 0 and scale > 1e3:
            return f"{value / scale:g} {word}"
    return f"{value:,.10g}"


@dataclass(frozen=True, slots=True)
class EnglishFigure:
    """A figure in English words, at `text[start:end]`."""

    value: float
    unit: str
    """The Chinese unit that it stands for; "" for a number alone."""
    caps: frozenset[str]
    start: int
    end: int


def read_english(text: str) -> list[EnglishFigure]:
    """Return the figures that stand in English words: with a currency, a scale or a unit, or behind a Latin word."""
    found = []
    for match in _READ.finditer(text):
        words = match["currency"] or match["scale"] or (match["unit"] or "").isalpha()
        if not words and not re.search(r"[A-Za-z] $", text[: match.start()]):
            continue
        scale = (match["scale"] or "").lower()
        value = float(match["number"].replace(",", "")) * {**_SCALE, **_SHORT_SCALE}.get(scale, 1)
        unit = _NAMES.get(match["currency"] or "") or _NAMES.get(match["unit"] or "") or ""
        before = text[max(0, match.start() - 14) : match.start()].rstrip()
        caps = {name for name in _BEFORE if before.lower().endswith(CAPS[name][0])}
        found.append(EnglishFigure(value, same_unit(unit), frozenset(caps), *match.span()))
    return found


def write_date(day: Date) -> str:
    """Return a date in English: "6月9日前" is "by 9 June"."""
    numbers = re.findall(r"\d+", fold_width(day.text))
    year = numbers.pop(0) if numbers and len(numbers[0]) == 4 else ""
    month = _MONTHS[int(numbers[0]) - 1] if numbers and 1 <= int(numbers[0]) <= 12 else ""
    words = [numbers[1] if len(numbers) > 1 else "", month, year]
    return ("by " if day.deadline else "") + (" ".join(filter(None, words)) or day.text)


def write_place(name: str) -> str:
    """Return a place with its English name: "Wuchang District (武昌区)"."""
    place = get_place(name)
    return f"{place.english} ({name})" if place else name


def write_unit(unit: Unit) -> str:
    """Return a responsible unit with its English name where the vocabulary knows it, and the level or place in its name."""
    bare = re.sub(r"[(（〔〈].*|^(?:各|有关|相关)+", "", unit.name)
    # 长沙高新区 is another name of 湖南湘江新区: what is not the name of the place is left to the vocabulary.
    place = next((p for p in find_places(bare) if p[1] == 0 and p[0].startswith(bare[: p[2]])), None)
    level = _LEVEL.match(bare) if place is None else None
    stem = bare[place[2] :] if place else bare[level.end() :] if level else bare
    stems = _unit_stems()
    alike = (stem, bare, re.sub("厅$", "局", stem), re.sub("委$", "委员会", stem), stem.removesuffix("及各有关部门"))
    english = next((stems[name] for name in alike if name in stems), None)
    if not english:
        return unit.name
    if bare.endswith("厅"):
        english = english.replace("bureau", "department")
    above = get_place(place[0]) if place else None
    before = above.english if above else _LEVELS[level[0]] if level and not english.startswith("counties") else ""
    return f"{before} {english} ({unit.name})".lstrip()


_LEVELS = {
    "省": "provincial", "自治区": "regional", "市": "municipal", "区": "district", "县": "county", "州": "prefectural",
    "省委": "provincial Party", "市委": "municipal Party", "区委": "district Party", "县委": "county Party",
}  # fmt: skip
_LEVEL = re.compile("(?:(?:[省市区县]委|自治区)|[省市区县州])(?=[\u4e00-\u9fff]{2})")


@cache
def _unit_stems() -> dict[str, str]:
    """Return the English names of units by what remains of their Chinese ones without a level: 教育局 of 市教育局."""
    stems: dict[str, str] = {}
    for term in load_vocabulary():
        if term.kind == "unit" and term.english:
            for name in (*term.official, *term.colloquial):
                for stem in (name, _LEVEL.sub("", name, count=1)):
                    if len(stem) > 1:
                        stems.setdefault(stem, term.english[0])
    return stems


def gloss(terms: tuple[Term, ...]) -> str:
    """Return what a clause is about, in English, by the field's vocabulary."""
    return ", ".join(dict.fromkeys(term.english[0] for term in terms if term.english))
