"""Site chrome in a text as it came off the web, and the formal lines around a policy (front matter)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from corpus.outline import Line, read_mark

_Table = Mapping[str, Sequence[re.Pattern[str]]]


def _compiled(table: Mapping[str, Sequence[str]]) -> _Table:
    return {reason: [re.compile(pattern) for pattern in patterns] for reason, patterns in table.items()}


# What one stripped, half-width line of chrome or front matter looks like, by the reason that `policyqa inspect` shows.
_CHROME = _compiled(
    {
        "breadcrumb": [r"^(?:您?当前(?:所在)?的?位置|首页)\s*[:>]", r"^\S{2,8}(?:\s*>\s*\S{2,20}){2,}$"],
        "page title": [r"^\S*(?:门户网站|政府网)\s*-", r"[_|-]\s*\S*(?:门户网站|政府网|足彩|彩票|娱乐)\S*$"],
        "page tools": [
            r"^(?:[-*•]\s+)?(?:扫一扫.*|关注\s*·.*|×|分享到.{0,20})$",
            r"^(?:搜索|打印|关闭|分享到?:?.*|收藏|纠错|字体.{0,16}|【.*(?:打印|关闭).*】|关闭\s*打印|打印\s*关闭)$",
            r"^(?:无障碍阅读.*|长者助手|返回顶部|回到顶部|上一[篇页].*|下一[篇页].*)$",
            r"^(?:点击(?:加载|查看|播放).*|.*加载更多评论.*|相关(?:附件|文件下载|链接|阅读|新闻):?)$",
        ],
        "editor's line": [
            r"^(?:编辑推荐|责任编辑|\(?责编|本文来源|免责声明|声明):",
            r"^温馨提示:.*(?:网站|仅供参考)",
            r"\(责任编辑:.*\)\s*$",
        ],
        "recommended links": [
            r"^(?:•\s*)?(?:为你推荐|公益播报|公益汇|进社区|热点推荐|即时新闻|推荐阅读|热门.{0,4})$",
            r"^•\s*\S{2,8}$",
        ],
        "footer": [r"ICP备|公网安备|版权所有|网站标识码|主办单位:|承办单位:.*网|技术支持:"],
        "page number": [r"^(?:[-—–]\s*\d{1,4}\s*[-—–]|第\s*\d+\s*页.*|={2,}\s*PAGE\s*\d+\s*={2,})$"],
        "markup": [r"^(?:<!--.*-->|!?\[[^\]]*\]\([^)]*\)|[-=_*+↺\s]{3,}|[+\-↺])$"],
    }
)
_YEAR, _BODY = r"(?:19|20)\d{2}", "(?:单位|部门|机构|政府|[委局厅室处所部院组会社行]|企业|公司|院校|学校|中心|团体)"
_FRONT_MATTER = _compiled(
    {
        "source line": [r"^(?:文章|信息|稿件)?来\s*源\s*:", r"^(?:发布|成文|印发|公布)(?:时间|日期)\s*:"],
        "date line": [
            rf"^\(?{_YEAR}\s*[-/.年]\s*\d{{1,2}}\s*[-/.月]\s*\d{{1,2}}\s*日?(?:\s*\d{{1,2}}:\d{{2}}(?::\d{{2}})?)?.{{0,16}}$",
            r"^[二〇○零一九]{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日$",
        ],
        "document number": [rf"^\S{{1,16}}[〔\[(（【]\s*{_YEAR}\s*[〕\])）】]\s*第?\s*\d+\s*号$"],
        "publication note": [r"^\(?(?:此件|本文有删减|公开方式|公开属性|有删减).{0,16}\)?$", r"日印发$"],
        "attachment line": [
            r"^附\s*[件表]\s*:?\s*(?:\d{0,2}|[一二三四五六七八九十]?)[:.、]?$",
            r"^附[件表]\s*\d{0,2}\s*:",
            r"^附\s*[件表]\s*\d{1,2}\s+[^。;,]{4,60}$",
        ],
        "addressees": [
            rf"^(?=.*(?:各|有关|[市省区县]直|直属|区属)|\S{{2,12}}人民政府)[^。:]{{2,260}}{_BODY}(?:\([^()]{{1,10}}\))?:$"
        ],
        "distribution": [r"^(?:抄送|抄报|主送)\s*:"],
        "record card": [
            r"^(?:-\s*)?(?:统一编号|文\s*号|实施日期|失效日期|发布机关|文件状态|索引号|主题分类|名\s*称|信息索引号)\s*:",
            r"^(?:基本信息|目\s*录|Title:.*|URL Source:.*|Markdown Content:)$",
        ],
        "promulgation": [
            rf"^\(?{_YEAR}\s*年\s*\d.{{4,200}}(?:通过|公布|修正|修订|修改|批准|施行|实施|决定》?)\)?(?:\s+根据)?$"
        ],
    }
)
_FORMULA = re.compile(
    r"^(?:为|根据|按照|依据|经|现将|现予|《[^》]*》(?:已|经)|请|特此|各地|遵照|以上|深入贯彻|贯彻落实|近年来|结合|落实)"
    r"|(?:制定本|提出(?:以下|如下)|如下[:：。]|印发给你们|请.{0,20}(?:执行|落实|实施|反映)|现.{0,30}如下|此复)"
)
_SIGNATURE = re.compile(
    r"\(?[\u4e00-\u9fff()·“”]{2,110}(?:厅|局|委|会|府|办|室|部|院|社|行|署|中心|公司)(?:\(.{1,6}\))?(?:代章)?\)?"
)
_LINK = re.compile(r"!?\[[^\[\]]*\]\([^()]*\)")
# 「本办法自2024年4月1日起实施，有效期5年。」 belongs to the whole text, not to the last of its numbered items.
_CLOSING = re.compile(
    r"本(?:通知|办法|措施|意见|方案|细则|规定|政策|计划|通告|公告|指引|标准|实施\S{2})"
    r"[^。]{0,12}?(?:自|从|有效期|由[^。]{2,30}负责解释)"
)


def chrome_reason(line: str) -> str | None:
    """Return why a stripped, half-width line is site chrome, or None where it is not."""
    if "](" in line and len(_LINK.sub("", _LINK.sub("", line))) * 3 < len(line):
        return "links"
    return _reason(_CHROME, line)


def front_matter_reason(line: str) -> str | None:
    """Return why a stripped, half-width line is a formal line around the policy, or None."""
    return _reason(_FRONT_MATTER, line)


def _reason(table: _Table, line: str) -> str | None:
    return next((reason for reason, patterns in table.items() if any(p.search(line) for p in patterns)), None)


def is_formula(paragraph: str) -> bool:
    """Whether every sentence of a preamble only says why and on what authority (为…, 根据…, 制定本…)."""
    sentences = [s for s in re.split(r"(?<=[。;])", paragraph.strip()) if s.strip()]
    return all(_FORMULA.search(sentence.strip()) for sentence in sentences)


def is_signature(line: str) -> bool:
    """Whether a stripped line at the end of a text names the units that sign it."""
    return 0 < len(line) <= 120 and all(_SIGNATURE.fullmatch(unit) for unit in line.split())


def is_closing(line: str) -> bool:
    """Whether a stripped, unnumbered line states the term of the whole text (本通知自…起施行)."""
    return bool(_CLOSING.match(line))


def tail_chrome_start(lines: Sequence[Line]) -> int:
    """Return the index from which the rest of the page is chrome; len(lines) where nothing is.

    A page ends in chrome when, after its last numbered line, a chrome line is followed by short lines only.
    """
    last_mark = max((i for i, line in enumerate(lines) if (mark := read_mark(line)) and mark.number), default=-1)
    tail = len(lines)
    for i in range(len(lines) - 1, max(last_mark, len(lines) // 4 - 1), -1):
        text = lines[i].stripped
        if chrome_reason(text):
            tail = i
        elif len(text) >= 60:
            break
    return tail
