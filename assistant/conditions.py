"""The conditions that a measure states, each with the words that state it, and whether a profile meets them.

A mark is "met", "unmet" or "unknown". An empty field is unknown, never unmet, and a fact more never makes it unknown again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from assistant.profile import LEVELS
from assistant.schema import Profile
from corpus import Measure, find_terms, fold_width, han_to_int, sentences

Mark = Literal["met", "unmet", "unknown"]
_NUMERAL = r"(\d+|[一二两三四五六七八九十]+)"
GRANTS = re.compile(
    r"给予|补贴|补助|奖励|资助|津贴|享受|免费|优先|可(?:以)?申[请领]|可享|发放|提供|支持|解决|协调|优惠|减免|保障|颁发|落户|认定为|授予"
)
# How to claim says nothing of for whom.
_CLAIMING = re.compile(r"申[请领报]方式|登录|自行")
# Whose age it is, where it is not the applicant's.
_DEPENDANT = re.compile(r"孤儿|儿童|子女|父母|老人")
_NOT_A_GROUP = r"(?!办事|主体|体|导|管|家(?!庭)|服务平台)"
_LISTED = re.compile(r"(?:下列|以下|相应)(?:基本)?条件|条件之一")


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition as printed at `text[start:end]` of the document, and how a profile stands to it."""

    field: str
    """The profile field that decides it; "other" where none does."""
    text: str
    start: int
    end: int
    mark: Mark


@dataclass(frozen=True, slots=True)
class Provision:
    """A sentence that grants something, or a list of conditions with what they are for."""

    start: int
    end: int
    conditions: tuple[Condition, ...]

    @property
    def verdict(self) -> Mark:
        """One unmet condition beats everything; one unknown leaves it open; none at all is open too."""
        marks = {condition.mark for condition in self.conditions}
        if "unmet" in marks:
            return "unmet"
        return "met" if marks == {"met"} else "unknown"


def provisions_of(measure: Measure, profile: Profile, as_of: date) -> list[Provision]:
    """Return what a measure grants, each with its conditions judged for a profile; empty where it grants nothing."""
    found = []
    listed = bool(_LISTED.search(measure.text))
    spans = [(0, len(measure.text))] if listed else list(_sentence_spans(measure.text))
    for start, end in spans:
        text = fold_width(measure.text[start:end])
        if not listed and (not GRANTS.search(text) or _CLAIMING.search(text)):
            continue
        at = measure.start + start
        conditions = tuple(
            Condition(field, measure.text[start + s : start + e], at + s, at + e, mark)
            for field, s, e, mark in _read(text, profile, as_of)
        )
        found.append(Provision(at, measure.start + end, conditions))
    return found


# 本条例所称的青年，其年龄在三十五周岁以下; 港澳青年是指….
_DEFINES = re.compile(r"所[称指]的?([\u4e00-\u9fff]{2,14}?)[,，]?(?:其年龄|是指|指|为|包括)")


def defined_conditions(
    measures: Iterable[Measure], text: str, profile: Profile, as_of: date
) -> list[tuple[Measure, tuple[Condition, ...]]]:
    """Return the measures of a document that define whom a text speaks of, each with the conditions in its definition.

    Args:
        measures: Those of the document.
        text: What grants something, and the question.
        profile: Of who asks.
        as_of: The day for which a term of years is reckoned.
    """
    found = []
    for measure in measures:
        folded = fold_width(measure.text)
        if any(match[1] in text for match in _DEFINES.finditer(folded)):
            conditions = tuple(
                Condition(field, measure.text[start:end], measure.start + start, measure.start + end, mark)
                for field, start, end, mark in _read(folded, profile, as_of)
                if field == "age"
            )
            found += [(measure, conditions)] if conditions else []
    return found


def _sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    position = 0
    for part in sentences(text):
        start = text.index(part, position)
        position = start + len(part)
        yield start, position


def _read(text: str, profile: Profile, as_of: date) -> Iterator[tuple[str, int, int, Mark]]:
    for field, pattern, judge in _RULES:
        for match in pattern.finditer(text):
            if field == "age" and _DEPENDANT.search(text, max(0, match.start() - 12), match.end()):
                continue
            # An age of men or of women: nobody says which they are.
            sexed = field == "age" and re.search(r"[男女][^，,。；;]{0,3}$", text[: match.start()])
            yield field, match.start(), match.end(), "unknown" if sexed else judge(match, profile, as_of)
    yield from _audience(text, profile, as_of)


def _compare(known: float | None, holds: Callable[[float], bool]) -> Mark:
    return "unknown" if known is None else "met" if holds(known) else "unmet"


def _value(numeral: str) -> int:
    return int(numeral) if numeral.isdigit() else han_to_int(numeral) or 0


def _age(match: re.Match[str], profile: Profile, as_of: date) -> Mark:
    limit, words = _value(match["age"]), match[0]
    if match["low"]:
        return _compare(profile.age, lambda age: _value(match["low"]) <= age <= limit)
    if "超过" in words and "不" not in words:
        return _compare(profile.age, lambda age: age > limit)
    if "以上" in words or "满" in words and "不" not in words and "未" not in words:
        return _compare(profile.age, lambda age: age >= limit)
    return _compare(
        profile.age, lambda age: age <= limit if "未满" not in words and "不满" not in words else age < limit
    )


def _schooling(match: re.Match[str], profile: Profile, as_of: date) -> Mark:
    least = LEVELS.index(_LEVEL_OF[match["level"]])
    return _compare(
        LEVELS.index(profile.education) if profile.education in LEVELS else None, lambda level: level >= least
    )


def _graduation(match: re.Match[str], profile: Profile, as_of: date) -> Mark:
    if match["years"]:
        return _compare(profile.graduated, lambda year: as_of.year - year <= _value(match["years"]))
    return _compare(profile.graduated, lambda year: as_of.year - year <= 0)


def _insurance(match: re.Match[str], profile: Profile, as_of: date) -> Mark:
    least = _value(match["span"]) * (12 if match["period"] == "年" else 1)
    return _compare(profile.insured_months, lambda months: months >= least)


_LEVEL_OF = {
    "博士": "博士",
    "硕士": "硕士",
    "研究生": "硕士",
    "本科": "本科",
    "大学本科": "本科",
    "大专": "大专",
    "专科": "大专",
}
_RULES: list[tuple[str, re.Pattern[str], Callable[[re.Match[str], Profile, date], Mark]]] = [
    (
        "age",
        re.compile(
            rf"(?:(?:年龄|年满|未满|不满|不超过|不得超过|超过|满)[^,，。;；\d]{{0,4}}?)?(?:(?P<low>\d+)(?:周?岁)?\s*[-—–~至到]\s*)?(?P<age>{_NUMERAL[1:-1]})\s*周?岁(?:\(含\))?(?:及?以[上下]|以内)?"
        ),
        _age,
    ),
    ("education", re.compile(r"(?:全日制)?(?:大学)?(?P<level>博士|硕士|研究生|本科|大专|专科)(?:研究生)?(?:学历|学位)?(?:\(含\))?及?以上(?:学历|学位)?"), _schooling),
    ("graduated", re.compile(rf"毕业(?:后|未超过)?\s*(?P<years>{_NUMERAL[1:-1]})\s*年(?:以)?内|(?:毕业未满|离校)\s*(?P<x>2)\s*年|应届(?:高校)?毕业生(?P<y>)"), _graduation),
    ("insured_months", re.compile(rf"(?:社会保险|社保|养老保险|参保)[^，。；]{{0,12}}?(?:满|连续)[^，。；\d]{{0,4}}(?P<span>{_NUMERAL[1:-1]})\s*(?P<period>个月|年)"), _insurance),
    # What no profile tells, and what must not pass for met: registered residence, income and turnover, a clean record.
    ("other", re.compile(r"(?:非?本[省市县区](?:外市)?|(?<=[有为])[\u4e00-\u9fff]{2,3}[省市县区])(?:常住)?(?:户籍|户口)(?!所在|地|管理|登记)|(?:营业收入|销售收入|产值|纳税额?|注册资[本金]|研发投入|研发费用|月收入|年收入|可支配收入)[^，,。；;\d的]{0,10}\d[\d.,]*\s*(?:万|亿)?(?:元|%)(?:\([^)]*\))?(?:及?以[上下])?|无(?:违法|犯罪|不良|失信)[^，,。；;]{0,10}记录"), lambda *_: "unknown"),
]  # fmt: skip


def _audience(text: str, profile: Profile, as_of: date) -> Iterator[tuple[str, int, int, Mark]]:
    """Judge for whom a sentence is: any one of the groups and titles that it names is enough."""
    judged: list[tuple[str, tuple[str, ...], bool | None]] = [
        (_GROUPS[term.key][0], (*term.official, *term.colloquial), _GROUPS[term.key][1](profile, as_of))
        for term in find_terms(text)
        if term.key in _GROUPS
    ]
    judged += [
        ("title", (match[0],), None if profile.title is None else match[0] in profile.title)
        for match in _TITLE.finditer(text)
    ]
    # Where one group is met the sentence is for this person, whatever other groups it names.
    order = {True: 0, None: 1, False: 2}
    for field, names, holds in sorted(judged, key=lambda judgement: order[judgement[2]]):
        for name in sorted(names, key=len, reverse=True):
            if named := re.search(re.escape(name) + _NOT_A_GROUP, text):
                # A technician is no senior technician.
                graded = field == "title" and _TITLE.fullmatch(name) and name not in (profile.title or "")
                yield field, *named.span(), "unmet" if holds is False else "met" if holds and not graded else "unknown"
                return


def _has(values: str) -> Callable[[str | None], bool | None]:
    return lambda known: None if known is None else bool(re.search(values, known))


_skilled = _has(r"技师|高级工|中级工|技能|工匠")
_top = _has(r"院士|长江|杰青|领军|首席|教授|研究员|正高|博士后")
_employed = _has(r"企业|创业")
_TITLE = re.compile(
    r"院士(?!专家|工作|创新|服务|卡|站)|博士后(?!科研|工作|创新|站)|首席技师|高级技师|技师|技能大师(?!工作)|高级工程师|教授|研究员"
)
Group = tuple[str, Callable[[Profile, date], bool | None]]
_GROUPS: dict[str, Group] = {
    "phd": ("education", lambda p, d: _has("博士")(p.education)),
    "master": ("education", lambda p, d: _has("硕士|博士")(p.education)),
    "bachelor": ("education", lambda p, d: _has("本科|硕士|博士")(p.education)),
    "junior_college": ("education", lambda p, d: _has("大专|本科|硕士|博士")(p.education)),
    "fresh_graduate": ("graduated", lambda p, d: None if p.graduated is None else d.year - p.graduated <= 2),
    "skilled_worker": ("title", lambda p, d: _skilled(p.title)),
    "high_level_talent": ("title", lambda p, d: True if p.title and _top(p.title) else None),
    "expert": ("title", lambda p, d: _top(p.title)),
    "overseas_returnee": ("overseas", lambda p, d: p.overseas),
    "foreigner": ("nationality", lambda p, d: None if p.nationality is None else p.nationality == "外籍"),
    "startup_founder": ("employer", lambda p, d: _has("创业")(p.employer)),
    "entrepreneur": ("title", lambda p, d: True if p.title == "企业家" or p.employer == "创业" else None),
    "enterprise": ("employer", lambda p, d: _employed(p.employer)),
    "tech_company": ("employer", lambda p, d: True if p.employer == "高新技术企业" else False if p.employer and not _employed(p.employer) else None),
    "sme": ("employer", lambda p, d: False if p.employer and not _employed(p.employer) else None),
    "university": ("employer", lambda p, d: _has("高校")(p.employer)),
    "public_institution": ("employer", lambda p, d: _has("事业单位|高校")(p.employer)),
    "unemployed_person": ("employer", lambda p, d: _has("^无$")(p.employer)),
}  # fmt: skip
