"""Site chrome in a text as it came off the web, and the formal lines around a policy (front matter)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.outline import Line, read_mark

# One line of chrome each, with the reason that `policyqa inspect` shows.
_CHROME: list[tuple[str, re.Pattern[str]]] = [
    ("breadcrumb", re.compile(r"^(?:您?当前(?:所在)?的?位置|首页)\s*[:：>]|^\S{2,8}(?:\s*>\s*\S{2,20}){2,}$")),
    ("page title", re.compile(r"^\S*(?:门户网站|政府网)\s*-|[_|-]\s*\S*(?:门户网站|政府网|足彩|彩票|娱乐)\S*$")),
    ("page tools", re.compile(r"^(?:搜索|打印|关闭|分享到?[:：]?.*|收藏|纠错|字体.{0,16}|扫一扫.*|【.*(?:打印|关闭).*】)$")),
    ("page tools", re.compile(r"^(?:关闭\s*打印|打印\s*关闭|无障碍阅读.*|长者助手|返回顶部|回到顶部|上一[篇页].*|下一[篇页].*)$")),
    ("page tools", re.compile(r"^(?:点击(?:加载|查看|播放).*|.*加载更多评论.*|相关(?:附件|文件下载|链接|阅读|新闻)[:：]?)$")),
    ("editor's line", re.compile(r"^(?:编辑推荐|温馨提示|责任编辑|\(?责编|本文来源|免责声明|声明)[:：].*|.*\(责任编辑[:：].*\)\s*$")),
    ("recommended links", re.compile(r"^(?:•\s*)?(?:为你推荐|公益播报|公益汇|进社区|热点推荐|即时新闻|推荐阅读|热门.{0,4})$|^•\s*\S{2,8}$")),
    ("footer", re.compile(r"(?:ICP备|公网安备|版权所有|网站标识码|主办单位[:：]|承办单位[:：].*网|技术支持[:：])")),
    ("page number", re.compile(r"^(?:[-—–]\s*\d{1,4}\s*[-—–]|第\s*\d+\s*页.*|={2,}\s*PAGE\s*\d+\s*={2,})$")),
    ("markup", re.compile(r"^(?:<!--.*-->|!?\[[^\]]*\]\([^)]*\)|[-=_*+↺\s]{3,}|[+\-↺])$")),
]
_FRONT_MATTER: list[tuple[str, re.Pattern[str]]] = [
    ("source line", re.compile(r"^(?:文章|信息|稿件)?来\s*源\s*[:：]|^(?:发布|成文|印发|公布)(?:时间|日期)\s*[:：]")),
    ("date line", re.compile(r"^\(?(?:19|20)\d{2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?.{0,16}$")),
    ("date line", re.compile(r"^[二〇○零一九]{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日$")),
    ("document number", re.compile(r"^\S{1,16}[〔\[(（【]\s*(?:19|20)\d{2}\s*[〕\])）】]\s*第?\s*\d+\s*号$")),
    ("publication note", re.compile(r"^\(?(?:此件|本文有删减|公开方式|公开属性|有删减).{0,16}\)?$|印发$")),
    ("attachment line", re.compile(r"^附\s*件\s*[:：]?\s*(?:\d{0,2}|[一二三四五六七八九十]?)[:：.、]?$|^附件\s*[:：]")),
    ("addressees", re.compile(r"^(?:各|市直|省直|区直|县直|有关|\S{2,12}人民政府).{1,90}:$")),
    ("record card", re.compile(r"^(?:-\s*)?(?:统一编号|文\s*号|实施日期|失效日期|发布机关|文件状态|索引号|主题分类|名\s*称|信息索引号)\s*[:：]")),
    ("record card", re.compile(r"^(?:基本信息|目\s*录|Title:.*|URL Source:.*|Markdown Content:)$")),
    ("promulgation", re.compile(r"^\(?(?:19|20)\d{2}年\d.{4,200}(?:通过|公布|修正|修订|修改|批准|施行|实施|决定》?)\)?$")),
]
_FORMULA = re.compile(
    r"^(?:为|根据|按照|依据|经|现将|现予|《[^》]*》(?:已|经)|请|特此|各地|遵照|以上|深入贯彻|贯彻落实|近年来|结合|落实)"
    r"|(?:制定本|提出(?:以下|如下)|如下[:：。]|印发给你们|请.{0,20}(?:执行|落实|实施)|现.{0,30}如下|此复)"
)
_SIGNATURE = re.compile(r"^[\u4e00-\u9fff\s()（）·]{2,40}(?:厅|局|委|会|府|办|室|部|院|社|行|署|中心|公司)\)?$")


def chrome_reason(line: str) -> str | None:
    """Return why a stripped, half-width line is site chrome, or None where it is not."""
    return next((reason for reason, pattern in _CHROME if pattern.search(line)), None)


def front_matter_reason(line: str) -> str | None:
    """Return why a stripped, half-width line is a formal line around the policy, or None."""
    return next((reason for reason, pattern in _FRONT_MATTER if pattern.search(line)), None)


def is_formula(paragraph: str) -> bool:
    """Whether every sentence of a preamble only says why and on what authority (为…, 根据…, 制定本…)."""
    sentences = [s for s in re.split(r"(?<=[。;])", paragraph.strip()) if s.strip()]
    return all(_FORMULA.search(sentence.strip()) for sentence in sentences)


def is_signature(line: str) -> bool:
    """Whether a stripped line at the end of a text is the name of the unit that signs it."""
    return bool(_SIGNATURE.match(line))


def tail_chrome_start(lines: Sequence[Line]) -> int:
    """Return the index from which the rest of the page is chrome; len(lines) where nothing is.

    A page ends in chrome when, after its last numbered line, a chrome line is followed by short lines only.
    """
    last_mark = max((i for i, line in enumerate(lines) if read_mark(line)), default=-1)
    for i in range(max(last_mark + 1, len(lines) // 2), len(lines)):
        rest = [line.stripped for line in lines[i:] if line.stripped]
        if rest and chrome_reason(rest[0]) and all(chrome_reason(r) or len(r) < 60 for r in rest):
            return i
    return len(lines)
