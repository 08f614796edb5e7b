"""Titles of documents, and of the parts of a page that holds several documents."""

from __future__ import annotations

import re

_KINDS = (
    "条例|规定|办法|细则|意见|方案|计划|规划|措施|举措|指引|指南|通知|公告|通告|清单|政策|要点|分工|章程|制度|规则|标准"
    "|决定|纲要|目录|决议|倡议书|简介|攻略|问答|解读|任务|流程|须知|说明|实施办法|若干规定"
)
_SUFFIX = r"(?:\s*[(（《〈].{1,30}[)）》〉])?"
_TITLE = re.compile(rf"(?:{_KINDS})[》〉”\"]*{_SUFFIX}\s*$")
_ATTACHMENT = re.compile(r"^附\s*件\s*(?:\d{1,2}|[一二三四五六七八九十])?\s*[:：.、]?\s*")
# A collection numbers the titles in it: 「4. 海南省知识产权局关于印发…的通知（2023年4月28日）琼知规〔2023〕1号」.
_COLLECTED = re.compile(
    rf"^(?:\d{{1,3}}\s*[.、．]\s*)(?P<title>.{{6,90}}?(?:{_KINDS})){_SUFFIX}\s*(?:\(|〔|$)"
)
_CARRIED = re.compile(r"印发[《<]?(.+?)[》>]?的通知")
_KIND = re.compile(rf"({_KINDS})[》〉”\"]*{_SUFFIX}\s*$")


def is_title(line: str) -> bool:
    """Whether a stripped, half-width line can be the title of a document."""
    line = line.lstrip("# ")
    return (
        5 <= len(line) <= 80
        and bool(_TITLE.search(line))
        and not re.search(r"[。;；!！]|^[(（\d]|[,，:：].*[,，:：]", _ATTACHMENT.sub("", line))
        and not re.match(r"(?:根据|按照|为|依据|参照|执行|落实|制定|现将|关于印发.*给)", line)
    )


def is_collected_title(line: str) -> bool:
    """Whether a line opens with the number of a collection, not of a measure, before a title."""
    match = _COLLECTED.match(line)
    return bool(match and re.search(r"关于|印发|条例|办法", match["title"]))


def clean_title(line: str) -> str:
    """Return a title without collection numbers, site names, injected tails and 附件 labels."""
    title = re.sub(r"^#+\s*", "", line.strip())
    title = re.sub(r"^\s*\d{1,3}\s*[.、．]\s*(?=\S)", "", title)
    title = re.sub(r"^\S*?(?:门户网站|政府网)\s*[-—_]\s*", "", title)
    title = re.sub(r"\s*[-_|—]\s*\S*(?:网站|政府网|网|平台|足彩\S*)\s*$", "", title)
    title = re.sub(r"_[^_《》]{2,20}$", "", title)
    title = _ATTACHMENT.sub("", title)
    return re.sub(r"\s+", "", title) if re.search(r"[\u4e00-\u9fff]", title) else title.strip()


def kind_of(title: str) -> str | None:
    """Return the kind of text that a title names; a notice that carries another text is of that text's kind."""
    carried = _CARRIED.search(title)
    match = _KIND.search(carried[1] if carried else title)
    return match[1] if match else None
