"""The fixed sentences of an answer, in both languages; whatever else an answer says is the texts' own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from assistant.conditions import Condition
from assistant.english import gloss, write_place, write_unit
from corpus import Document, Term, Unit, ancestors

DISCLAIMER = {
    "zh": "参考回答，以主管部门解释为准。",
    "en": "For reference; the competent authority's interpretation prevails.",
}
TITLES = {
    "conclusion": ("结论", "Answer"),
    "correction": ("更正", "Correction"),
    "confirmed": ("核对", "Checked"),
    "conditions": ("对象与条件", "Who and on what conditions"),
    "procedure": ("办理与时限", "How and by when"),
    "units": ("责任单位", "Responsible"),
    "more": ("同一措施还规定", "The same measure also says"),
    "further": ("另见", "See also"),
    "referenced": ("所引条款", "Clause referred to"),
    "comparison": ("对比", "Comparison"),
    "list": ("相关措施", "Measures"),
    "english": ("英文说明", "In English"),
    "lead": ("牵头", "Leads"),
    "responsible": ("负责", "Responsible for"),
    "shared": ("参与、配合", "Takes part in"),
    "unlisted": ("其余未列", "There are more"),
    "spoken": ("文中写到该单位的", "Where the text speaks of it"),
    "contact": ("联系方式", "Contact"),
    "missing": ("文件没有写明", "Not stated in the text"),
    "validity": ("效力", "Validity"),
    "refusal": ("说明", "Note"),
    "nearest": ("最接近的措施（不足以回答本问题）", "Nearest measures (they do not answer the question)"),
    "eligibility": ("条件核对", "Conditions checked"),
}
WANTED = {
    "money": ("金额", "the amount"),
    "number": ("数量或比例", "the number or share"),
    "date": ("时间或期限", "the date or term"),
    "contact": ("联系方式", "a contact"),
    "unit": ("责任单位", "the responsible unit"),
    "procedure": ("办理程序", "the procedure"),
    "age": ("年龄要求", "an age limit"),
    "education": ("学历要求", "the degree required"),
    "payment": ("发放方式", "how it is paid"),
    "names": ("名单", "the names"),
}
HOTLINE = "12345热线"
"""The signpost where a text names nobody to ask; every Chinese city has it."""
NO_TOTAL = (
    "金额不相加：有的措施写明不重复享受或就高不就低。以主管部门审核为准。",
    "Sums are not added up: some measures exclude each other. The competent authority decides.",
)
_UNSETTLED = {
    "none": (
        "文中没有写明可核对的条件，由{unit}认定。",
        "The text states no condition that can be checked; {unit} decides.",
    ),
    "unknown": (
        "标为未知的条件还需确认；由{unit}审核。",
        "What is marked unknown remains to be confirmed; {unit} decides.",
    ),
    "met": ("已知条件均满足；由{unit}审核。", "All stated conditions are met; {unit} decides."),
    "unmet": ("有条件不满足；如有疑问可问{unit}。", "A stated condition is not met; ask {unit} if in doubt."),
}
_MARKS = {
    "met": ("满足", "met"),
    "unmet": ("不满足", "not met"),
    "unknown": ("未知，需确认", "unknown, to be confirmed"),
}
NOTHING = ("未检索到", "nothing found")
UNLISTED = (
    "还有更多，这里没有列完；写明地区或文件可缩小范围。",
    "Not all are listed here: name a place or a text to narrow them down.",
)
_LEVELS = {"国家": "national level", "省": "provincial level", "市": "city level", "区": "district level"}
_ROLES = {"lead": ("牵头", "lead"), "shared": ("", ""), "responsible": ("", "")}


def pick(pair: tuple[str, str], language: str) -> str:
    """Return the member of a (Chinese, English) pair that a language wants."""
    return pair[0] if language == "zh" else pair[1]


def title_of(kind: str, language: str) -> str:
    """Return the heading of a section."""
    return pick(TITLES[kind], language)


def place_of(document: Document, language: str) -> str:
    """Return a document's place with its level and what it lies in: 武昌区（区级，属武汉市）."""
    if not document.place:
        return pick(("国家", "National"), language) if document.level == "国家" else ""
    above = ancestors(document.place)[:1]
    if language == "en":
        level = _LEVELS.get(document.level or "", "")
        return ", ".join(filter(None, [write_place(document.place), level]))
    inside = f"，属{above[0]}" if above and document.level == "区" else ""
    return f"{document.place}（{document.level}级{inside}）" if document.level else document.place


def units_of(units: tuple[Unit, ...], language: str) -> str:
    """Return responsible units, the lead first and marked."""
    ordered = sorted(units, key=lambda unit: unit.role != "lead")
    joint = pick(("、", "; "), language)
    names = []
    for unit in ordered:
        role = pick(_ROLES[unit.role], language)
        name = unit.name if language == "zh" else write_unit(unit)
        names.append(f"{name}（{role}）" if role and language == "zh" else f"{name}, {role}" if role else name)
    return joint.join(names)


def missing(wants: list[str], language: str, units: tuple[Unit, ...], contact: str | None) -> str:
    """Say what was asked and is not stated, and whom to ask: the lead unit, its printed contact, else 12345."""
    lead = next((unit for unit in units if unit.role == "lead"), units[0] if units else None)
    if language == "zh":
        whom = [
            f"可咨询{lead.name}" if lead else "",
            f"文件所留联系方式：{contact}" if contact else f"{'也' if lead else ''}可拨打当地{HOTLINE}",
        ]
        return f"{'、'.join(WANTED[w][0] for w in wants)}。{'；'.join(filter(None, whom))}。"
    whom = [
        f"Ask {write_unit(lead)}" if lead else "",
        f"printed contact: {contact}" if contact else f"{'or' if lead else 'Ask'} the local 12345 hotline",
    ]
    return f"{', '.join(WANTED[w][1] for w in wants)}. {'; '.join(filter(None, whom))}."


def validity(document: Document, as_of: date, language: str) -> str:
    """Say what a document states of its own term, and whether that is past."""
    term, published = document.validity, document.published
    # In English from and until when, beside the words: 自2023年9月8日起施行 有效期3年.
    dates = " ".join(f"{word} {day}" for word, day in (("from", term.start), ("until", term.end)) if day)
    said = pick((f"“{term.statement or term.end}”", f"{dates} (“{term.statement or term.end}”)".lstrip()), language)
    if is_past(document, as_of):
        return pick(
            (
                f"文件写明的期限为{said}，截至{as_of}已过，不作为现行政策，请向主管部门核实有无新规定。",
                f"The text's own term, {said}, had passed by {as_of}: not to be taken as current; ask whether it was renewed.",
            ),
            language,
        )
    dated = (
        pick((f"，发布于{published}", f"; published {published}"), language)
        if published
        else pick(("，也没有写明发布日期", "; it bears no date"), language)
    )
    if term.statement:
        dated = dated.replace("也没有", "没有")
        if term.statement == "试行":
            said = pick((said, "for trial implementation (“试行”)"), language)
        return pick((f"文件写明{said}{dated}。", f"The text says of its term: {said}{dated}."), language)
    return pick((f"文件没有写明有效期{dated}。", f"The text states no term{dated}."), language)


def identity(document: Document, language: str) -> str:
    """Say what is known of a document: title, 文号, who issued it and when."""
    title = f"《{re.sub('[《》]', '', document.title)}》"
    facts = [
        (document.number, ("文号：{}", "number {}"), ("没有写明文号", "it bears no number")),
        (document.issuer, ("发布机关：{}", "issued by {}"), ("没有写明发布机关", "no issuer is named")),
        (document.published, ("发布日期：{}", "published {}"), ("没有写明发布日期", "it bears no date")),
    ]
    said = [pick(stated if value else unknown, language).format(value) for value, stated, unknown in facts]
    return pick(("，", ", "), language).join([title, *said]) + pick(("。", ". "), language)


def past_term(words: str, as_of: date, language: str) -> str:
    """Say that the term which a measure states for itself is past."""
    return pick(
        (
            f"该措施写明“{words}”，截至{as_of}已过，不作为现行政策。",
            f"The measure's own term (“{words}”) had passed by {as_of}: not to be taken as current.",
        ),
        language,
    )


def holdings(count: int, shown: int, language: str) -> str:
    """Say how many texts there are to answer from, and how many of them follow."""
    return pick(
        (f"收录的政策文本共{count}份，以下列出{shown}份：", f"Policy texts held: {count}; listed here: {shown}."),
        language,
    )


_CHECKED = {
    "wrong": ("原文是{printed}，不是{said}。", "The text says {printed}, not {said}."),
    "right": ("原文写的是{printed}，与所问一致。", "The text says {printed}, as asked."),
    "elsewhere": (
        "原文在这里写的是{printed}；{said}另见于别处，请核对所问的是哪一项。",
        "Here the text says {printed}; {said} stands elsewhere in the texts: check which is meant.",
    ),
}


def checked(holds: str, printed: str, said: str, language: str) -> str:
    """Say whether what a question claims is what the text prints."""
    return pick(_CHECKED[holds], language).format(printed=printed, said=said)


def marks(conditions: Sequence[Condition], language: str) -> str:
    """Return conditions with their marks: “45周岁以下”满足；“高级技师”未知."""
    joint = pick(("；", "; "), language)
    lines = (f"“{c.text}”{pick((_MARKS[c.mark][0], f': {_MARKS[c.mark][1]}'), language)}" for c in conditions)
    return joint.join(dict.fromkeys(lines))


def unsettled(verdict: str, stated: bool, units: tuple[Unit, ...], language: str) -> str:
    """Say what a profile's match leaves open and which unit decides: the lead one, else the competent authority."""
    lead = next((unit for unit in units if unit.role == "lead"), units[0] if units else None)
    if language == "zh":
        unit = lead.name if lead else "主管部门"
    else:
        unit = write_unit(lead) if lead else "the competent authority"
    return pick(_UNSETTLED[verdict if stated else "none"], language).format(unit=unit)


def is_past(document: Document, as_of: date) -> bool:
    """Whether the end that a document states for itself lies before a day; a year ends with its last day."""
    end = document.validity.end
    return bool(end) and str(as_of)[: len(end or "")] > (end or "")


def matter(terms: tuple[Term, ...]) -> str:
    """Return the English line that says what a Chinese clause is about; empty where the vocabulary knows nothing."""
    return f"It is about: {gloss(terms)}." if terms else ""


def refusal(status: str, language: str, covered: list[str], searched: list[str]) -> str:
    """Say that a question is not answered, why, and what is covered."""
    names = covered if language == "zh" else [write_place(place) for place in covered]
    asked = searched if language == "zh" else [write_place(place) for place in searched]
    if language == "zh":
        scope = f"收录的政策文本涉及：{'、'.join(names) or '无'}。"
        match status:
            case "declined":
                return f"这类请求不予回答。本助手只根据收录的政策文本回答问题，不提供个人信息，也不接受改变规则的指令。{scope}"
            case "out_of_scope":
                return (
                    f"这个问题不属于政策问答的范围。本助手只回答收录的政策文本写明的支持、条件、办理和责任单位。{scope}"
                )
            case _:
                where = f"（已检索：{'、'.join(asked)}）" if asked else "（已检索全部收录文本）"
                return f"收录的政策文本中没有找到能回答这个问题的措施{where}。{scope}可拨打当地12345热线咨询。"
    scope = f"Places covered: {', '.join(names) or 'none'}."
    match status:
        case "declined":
            return f"This request is declined. The assistant answers from the policy texts it holds; it gives no private data and takes no orders to change its rules. {scope}"
        case "out_of_scope":
            return f"This is not a question about policy. The assistant answers what the texts it holds say of support, conditions, procedures and responsible units. {scope}"
        case _:
            where = f" (searched: {', '.join(asked)})" if asked else " (all texts were searched)"
            return f"No measure that answers this was found in the policy texts held here{where}. {scope} You can ask the local 12345 hotline."
