"""Titles of documents, and of the parts of a page that holds several documents."""

from __future__ import annotations

import re

_KINDS = (
    "条例|规定|办法|细则|意见|方案|计划|规划|措施|举措|指引|指南|通知|公告|通告|清单|政策|要点|分工|章程|制度|规则|标准|程序"
    "|决定|纲要|目录|决议|倡议书|简介|攻略|问答|解读|任务|流程|须知|说明|实施办法|若干规定|安排|(?:措施|政策|举措)[一二三四五六七八九十\\d]{1,4}条"
)
_SUFFIX = r"(?:\s*[(（《〈].{1,30}[)）》〉])?"
_TITLE = re.compile(rf"(?:{_KINDS})[》〉”\"]*{_SUFFIX}\s*$")
_ATTACHMENT = re.compile(r"^附\s*[件表]\s*(?:\d{1,2}|[一二三四五六七八九十])?\s*[:：.、]?\s*")
_OFFICE = r"(?:府|厅|室|局|委|部|院|会|行|组|办|司|署|社|中心|公司|集团)"
# A collection numbers the titles in it: 「4. 海南省知识产权局关于印发…的通知（2023年4月28日）琼知规〔2023〕1号」.
_COLLECTED = re.compile(
    r"^\d{1,3}\s*[.、．](?!\s*(?:落实|贯彻|按照|根据|执行|出台|制定|研究|推进|认真|加快|严格|对照))\s*"
    rf"(?:[^。;,，；]{{2,90}}{_OFFICE}(?:等\S{{0,8}})?\s*(?:关于|印发)[^。;；]{{4,120}}?(?:{_KINDS})[》〉”\s]*(?:[(（〔]|$)"
    rf"|[^。;,，；]{{4,90}}?(?:{_KINDS})[》〉”]*{_SUFFIX}\s*[(（]\s*\d{{4}}\s*年)"
)
# In the text layer of a PDF a title may run on into the first words of its text.
_RUN_ON = re.compile(
    rf"^(?P<title>[^。,，;；:：]{{6,60}}?(?:{_KINDS})(?:[(（][^()（）]{{1,16}}[)）])?)"
    r"(?=为(?:了|深入|进一步|全面|贯彻|加快|加强|落实|切实|推动|推进|持续|认真|规范|打造|更好|做好|促进|优化|提升|充分|积极|健全)"
    r"|根据|按照|近年来|\d{4}\s*年[,，]?(?:是|全))"
)
_DATED = re.compile(r"[(（]\s*\d{4}\s*年[^()（）]{2,12}[)）]")
_NO_TITLE = re.compile(r"(?:根据|按照|为|依据|参照|执行|落实|制定|现将|关于印发.*给|各地|各部门|我|请|近日|并|将|对)")
_CARRIED = re.compile(r"印发[《<]?(.+?)[》>]?的通知")
_KIND = re.compile(rf"({_KINDS})[》〉”\"]*{_SUFFIX}\s*$")


def is_title(line: str) -> bool:
    """Whether a stripped, half-width line can be the title of a document."""
    line = line.lstrip("# ")
    return (
        5 <= len(line) <= 80
        and bool(_TITLE.search(line))
        and not re.search(
            r"[。;；!！]|^[(（》〉)）”、的]|^\d(?!\d{3}\s*年)|[,，:：].*[,，:：]", _ATTACHMENT.sub("", line)
        )
        and not _NO_TITLE.match(line)
    )


def is_collected_title(line: str) -> bool:
    """Whether a line opens with the number of a collection, not of a measure, before a title."""
    return bool(_COLLECTED.match(line))


def run_on_title(line: str) -> str:
    """Return the title at the start of a line that runs on into the text, as PDFs have it; "" without one."""
    dated = _DATED.search(line) if is_collected_title(line) else None
    if dated and len(line) - dated.end() > 25:
        return line[: dated.end()]
    match = _RUN_ON.match(line)
    return match["title"] if match and not _NO_TITLE.match(line) else ""


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
