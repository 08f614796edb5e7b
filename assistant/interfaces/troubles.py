"""What went wrong and what to do, in the words of each display."""

from __future__ import annotations

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from assistant.errors import EmptyQuestionError, TooLargeError, UnknownMeasureError, UnknownPlaceError
from assistant.interfaces.pages import Language, in_display
from corpus import PolicyAssistantError
from index import EncodingError, UnusableIndexError

FIELDS = {
    "question": ("问题", "The question"),
    "text": ("一句话说明", "Sentence"),
    "place": ("地区", "Place"),
    "education": ("学历", "Degree"),
    "graduated": ("毕业年份", "Year of graduation"),
    "age": ("年龄", "Age"),
    "title": ("职称、技能等级或称号", "Title, skill grade or award"),
    "employer": ("单位性质", "Employer"),
    "industry": ("行业", "Industry"),
    "overseas": ("海外经历", "Overseas"),
    "nationality": ("国籍", "Nationality"),
    "family": ("家人", "Family"),
    "insured_months": ("社保缴纳月数", "Months of social insurance"),
    "needs": ("想要的支持", "Support sought"),
    "q": ("查询", "The line"),
}
"""What is filled in anywhere, as people read it."""
_TROUBLES: dict[type[PolicyAssistantError], tuple[str, str]] = {
    EmptyQuestionError: (
        "还没有输入问题。请输入问题，或点一个示例。",
        "There is no question yet. Type one, or choose an example.",
    ),
    UnknownPlaceError: (
        "没有这个地区。请填省、市或区县的名称，如“武昌区”。",
        "No such place is known. Give a province, city or district, e.g. 武昌区 or Wuchang.",
    ),
    UnknownMeasureError: (
        "没有这份文件或这一条，可能已不在收录范围内。请到坐席台查找。",
        "There is no such document or measure; it may no longer be held here. Look for it at the desk.",
    ),
    TooLargeError: ("内容太长，请缩短后再试。", "That is too long: shorten it and try again."),
    UnusableIndexError: (
        "服务器上的索引缺失或已过期，暂时不能查询。请管理员运行“policyqa build”后重新启动。",
        "The server's index is missing or out of date, so nothing can be looked up. Its administrator should run “policyqa build” and restart it.",
    ),
    EncodingError: (
        "检索模型没有加载成功，暂时不能查询。请管理员运行“policyqa doctor”。",
        "The model that searches could not be loaded. The server's administrator should run “policyqa doctor”.",
    ),
}
_OTHER = ("没有完成，请稍后再试，或换一种说法。", "That did not work. Try again later, or in other words.")
_FAULTS = {
    "int_parsing": ("要填整数", "must be a whole number"),
    "greater_than_equal": ("不能小于{ge}", "must be at least {ge}"),
    "less_than_equal": ("不能大于{le}", "must be at most {le}"),
    "string_too_long": (
        "最多{max_length}字，请缩短后再试",
        "may have at most {max_length} characters: shorten it and try again",
    ),
    "literal_error": ("请从所列的选项中选", "must be one of those listed"),
}


def explain(error: Exception, language: Language) -> str:
    """Return what an expected failure means to a visitor: the field and its bound, or what is missing and who mends it."""
    if isinstance(error, (ValidationError, RequestValidationError)):
        fault = error.errors()[0]
        name = str(fault["loc"][-1]) if fault["loc"] else ""
        field, wrong = (
            FIELDS.get(name, ("内容", "The content")),
            _FAULTS.get(fault["type"], ("填得不对", "is not valid")),
        )
        limits = fault.get("ctx", {})
        if language == "en":
            return f"{field[1]} {wrong[1].format(**limits)}."
        return in_display(f"“{field[0]}”{wrong[0].format(**limits)}。", language)
    chinese, english = next((words for kind, words in _TROUBLES.items() if isinstance(error, kind)), _OTHER)
    return english if language == "en" else in_display(chinese, language)
