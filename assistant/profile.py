"""A person's profile: what is known of them, given field by field or read from a sentence of theirs."""

from __future__ import annotations

import re
from datetime import date

from assistant.schema import Education, Employer, Profile, Relative
from corpus import find_places, find_terms, fold, han_to_int

LEVELS = ("高中", "大专", "本科", "硕士", "博士")
_EDUCATION: list[tuple[Education, str]] = [
    ("博士", r"博士(?!后工作站|工作站|站)|博后|\bph\.?d\b|doctor(?:ate|al)"),
    ("硕士", r"硕士|研究生|\bmaster'?s?\b|\bmba\b"),
    ("本科", r"本科|学士|大学毕业|大学生|\bbachelor'?s?\b|undergrad"),
    ("大专", r"大专|专科|高职|junior college|associate degree"),
    ("高中", r"高中|中专|初中|high school"),
]
_NO_DEGREE = re.compile(
    r"(?:没有?|没读过?|不是|无)[^，。,.]{0,3}?(?:博士|硕士|研究生|本科|大学|大专)(?:学位|学历|毕业)?"
    r"|\b(?:not|no|never|without|don't have|do not have)\b(?: have| a| an| any| got)* (?:ph\.?d|doctorate|master'?s?|bachelor'?s?)(?: degree)?",
)
_TITLES = (
    r"院士|长江学者|杰青|国家级领军人才|首席技师|高级技师|技师|高级工(?!程师)|中级工|技能大师|工匠|正高级工程师|高级工程师|工程师|教授|副教授|研究员"
    r"|主任医师|副主任医师|医生|教师|律师|企业家|博士后|senior technician|technician|academician|professor|senior engineer|engineer|postdoc|entrepreneur"
)
_ENGLISH_TITLES = {
    "senior technician": "高级技师", "technician": "技师", "academician": "院士", "professor": "教授", "senior engineer": "高级工程师",
    "engineer": "工程师", "postdoc": "博士后", "entrepreneur": "企业家",
}  # fmt: skip
_EMPLOYERS: list[tuple[Employer, str]] = [
    ("创业", r"创业|开(?:了)?(?:家|个|一家)?(?:公司|店)|自己干|当老板|个体户|start(?:ing|ed)? (?:a|my|our) (?:own )?(?:company|business|firm)|founder|\bfounded\b|\brunning a start-?up|my start-?up|self-employed"),
    ("高新技术企业", r"高新(?:技术)?企业|high-tech (?:company|enterprise|firm)"),
    ("事业单位", r"事业单位|医院|学校|public institution|hospital"),
    ("高校", r"高校|大学(?:工作|任教|教书)|科研院所|研究所|work at a university"),
    ("机关", r"公务员|机关|政府部门"),
    ("企业", r"企业|公司|工厂|厂里|厂子|民企|国企|私企|company|factory|firm|employer"),
    ("无", r"失业(?!保险|金)|待业|没(?:有)?工作|找工作|unemployed|looking for (?:a )?(?:job|work)"),
]  # fmt: skip
_FAMILY: list[tuple[Relative, str]] = [
    ("配偶", r"老婆|老公|妻子|丈夫|配偶|爱人|\b(?:wife|husband|spouse)\b"),
    ("子女", r"孩子|小孩|儿子|女儿|娃|子女|\b(?:child|children|kids?|son|daughter)\b"),
    ("父母", r"父母|爸妈|\bparents?\b"),
]
_AGE = re.compile(
    r"(?<!\d)(\d{2})\s*(?:周)?岁(?!以[上下])|(?:今年|我)\s*(\d{2})(?=[，,。\s]|了)|\bi(?:'m| am) (?:a )?(\d{2})\b|(\d{2})[ -]years?[ -]old|aged? (\d{2})|([三四五六]十[一二三四五六七八九]?|二十[一二三四五六七八九]?)岁",
    re.IGNORECASE,
)
_GRADUATED = re.compile(
    r"(20\d{2})\s*(?:年|届)\s*[^，。]{0,6}毕业|毕业(?:了)?\s*(\d+|[一二两三四五六七八九十])\s*年|(应届|今年毕业|刚毕业|马上毕业|即将毕业|fresh graduate|just graduated)|去年[^，。]{0,6}毕业|前年[^，。]{0,6}毕业|graduated in (20\d{2})",
    re.IGNORECASE,
)
_INSURED = re.compile(
    r"(?:社保|保险|参保)[^，。]{0,6}?(?:交|缴|满|了)?\s*(\d+|[一二两三四五六七八九十]+)\s*(个月|年)|缴(?:了)?\s*(\d+)\s*(个月|年)社保"
)


def read_profile(text: str, as_of: date) -> Profile:
    """Return what a person says of themselves in a sentence; what they do not say stays None."""
    folded = fold(text)
    degrees = _NO_DEGREE.sub("", folded)
    age = _AGE.search(folded)
    graduated = _GRADUATED.search(folded)
    year: int | None = None
    if graduated:
        if graduated[1] or graduated[4]:
            year = int(graduated[1] or graduated[4])
        elif graduated[2]:
            year = as_of.year - (han_to_int(graduated[2]) or 0)
        else:
            year = as_of.year - (1 if "去年" in graduated[0] else 2 if "前年" in graduated[0] else 0)
    # 没有技师证, 不是院士: what somebody is not is no title.
    title = re.search(_TITLES, re.sub(r"(?:没有?|不是|并非|无)[^，。,.]{0,10}", "", folded))
    insured = _INSURED.search(folded)
    places = [name for name, _, _ in find_places(text)]
    family = [name for name, pattern in _FAMILY if re.search(pattern, folded)]
    return Profile(
        place=places[-1] if places else None,
        education=next((level for level, pattern in _EDUCATION if re.search(pattern, degrees)), None),
        graduated=year,
        age=_number(next((g for g in age.groups() if g), None)) if age else None,
        title=_ENGLISH_TITLES.get(title[0], title[0]) if title else None,
        employer=next((kind for kind, pattern in _EMPLOYERS if re.search(pattern, folded)), None),
        overseas=True
        if re.search(
            r"留学|海归|海外(?:学习|工作|读书|毕业)|国外(?:读|学|毕业|回来)|overseas|studied abroad|returnee", folded
        )
        else None,
        nationality="外籍"
        if re.search(
            r"外国人|外籍|老外|\b(?:foreigner|foreign national|american|british|german|french|indian|russian|japanese|korean|canadian|australian|italian|spanish|dutch|polish|ukrainian|turkish|iranian|pakistani|bangladeshi|vietnamese|thai|malaysian|indonesian|filipino|egyptian|nigerian|kenyan|ghanaian|brazilian|mexican)\b",
            folded,
        )
        else None,
        family=family,
        insured_months=_months(insured) if insured else None,
        needs=_needs(text),
    )


def _needs(text: str) -> str | None:
    """Return the matters of the field that a sentence names, as the search takes them."""
    concepts = [term.official[0] for term in find_terms(text) if term.kind == "concept"]
    return " ".join(concepts) or None


def _number(numeral: str | None) -> int | None:
    return None if numeral is None else int(numeral) if numeral.isdigit() else han_to_int(numeral)


def _months(match: re.Match[str]) -> int:
    return (_number(match[1] or match[3]) or 0) * (12 if (match[2] or match[4]) == "年" else 1)


def merge(given: Profile, read: Profile) -> Profile:
    """Return a profile in which what was given field by field wins over what was read from a sentence."""
    stated = {name: value for name, value in given.model_dump().items() if value not in (None, [], "")}
    return read.model_copy(update=stated)
