"""What a sentence of a measure is about."""

from __future__ import annotations

import re


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
