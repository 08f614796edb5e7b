"""Exact look-up of a clause by the number that a question names; no vectors, no guessing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Protocol, TypeVar

from assistant.references import ClauseReference
from corpus import Document, Measure, find_names, fold, han_to_int


class Numbered(Protocol):
    """A measure, or what an index knows of its number."""

    @property
    def label(self) -> str: ...
    @property
    def path(self) -> tuple[str, ...]: ...


N = TypeVar("N", bound=Numbered)


def find_clauses(chains: Sequence[Sequence[ClauseReference]], measures: Iterable[N]) -> list[N]:
    """Return the measures that chains of numbers name, chain by chain, each in the order of the text.

    One number finds the measure that bears it; a number that only a heading bears finds the measures under it
    (「第二部分第（三）项」). Empty where no measure has the number.
    """
    measures = list(measures)
    found = [measure for chain in chains for measure in _of_chain(chain, measures)]
    return list({id(measure): measure for measure in found}.values())


def _of_chain(chain: Sequence[ClauseReference], measures: Sequence[N]) -> list[N]:
    last = chain[-1]
    exact = [m for m in measures if last.kind not in _PARTS and _bears(m, last) and _under(m, chain[:-1])]
    # 第6条 is 6 or 第六条 where the text has it, and (六) only where it has not.
    bare = [m for m in exact if last.kind not in ("项", "款", "点") and not _own_number(m.label)[1]]
    found = (bare or exact) if exact else [m for m in measures if _under(m, chain)]
    # A paragraph or item within an article is no measure of its own: the article holds it.
    return found or (_of_chain(chain[:-1], measures) if len(chain) > 1 and last.kind in ("款", "项", "段") else [])


_PARTS = ("部分", "编", "章", "节")
_OWN_NUMBER = 6
_REFERENCE = re.compile(r"(?:本(?:办法|条例|规定|细则|意见|措施)?第?|第)([一二三四五六七八九十百零〇\d]+)条(?!例)")


def has_references(measure: Measure) -> bool:
    """Whether a measure refers to another by number, beyond its own at its head."""
    return bool(_REFERENCE.search(measure.text, _OWN_NUMBER))


def referred_clauses(measure: Measure, measures: Iterable[Measure]) -> list[Measure]:
    """Return the measures of the same document that a measure refers to by number: 「符合第五条规定的」.

    A number behind the title of another document (《…》第五条) is that document's, not this one's.
    """
    numbers = [
        han_to_int(match[1])
        for match in _REFERENCE.finditer(measure.text, _OWN_NUMBER)
        if measure.text[: match.start()][-1:] != "》"
    ]
    found = {reference: m for m in measures for reference in [_article(m)] if reference is not None}
    return [found[n] for n in dict.fromkeys(numbers) if n in found and found[n].measure_id != measure.measure_id]


def contacts_of(measures: Iterable[Measure]) -> list[Measure]:
    """Return the first measures of a document that print whom to call or write to."""
    return [m for m in measures if any(c.kind in ("phone", "email") for c in m.contacts)][:2]


def named_section(
    question: str, measure: Measure, document: Document, measures_of: Callable[[str], Sequence[Measure]]
) -> list[Measure]:
    """Return the measures under a heading of a measure if that is all a question names; empty otherwise.

    「湖北人才驿站的基础条件有哪些」 names the heading 基础条件, and what else it says stands in the headings above and the title.

    Args:
        question: Folded, without its places.
        measure: One that was found.
        document: Its document.
        measures_of: Returns all measures of a document, in order; asked only where a heading is named.
    """
    for depth in range(len(measure.path) - 1, -1, -1):
        known = " ".join(map(_bare, measure.path[:depth])) or document.title
        asked = _in_chinese(question, known) if question.isascii() else question
        heading = next((name for name in _names(measure.path[depth]) if name in asked), None)
        if not heading:
            continue
        rest = _ASKING.sub("", asked.replace(heading, ""))
        strange = [
            c for i, c in enumerate(rest) if rest[max(0, i - 1) : i + 1] not in known and rest[i : i + 2] not in known
        ]
        if len(strange) > _STRANGE:
            continue
        below = [m for m in measures_of(document.doc_id) if m.path[: depth + 1] == measure.path[: depth + 1]]
        if len(below) > 1:
            return below
    return []


def asked_document(rest: str, documents: Iterable[Document]) -> Document | None:
    """Return the document that a question is about as a whole, or None where it asks about a matter.

    Args:
        rest: The question, folded, without its places and the words that ask for a date or term.
        documents: Those of its places, the likeliest first.
    """
    scored = []
    for document in documents:
        title = fold(f"{document.title} {document.kind or ''}")
        bare = _TEXT.sub("", _without_title_terms(rest, title))
        known = [bare[max(0, i - 1) : i + 1] in title or bare[i : i + 2] in title for i in range(len(bare))]
        # A letter or two may be mistyped: 就业促近条列.
        if len(known) - sum(known) <= max(_STRANGE, sum(known) // 3):
            scored.append((sum(known), document))
    return max(scored, key=lambda pair: pair[0])[1] if scored else None


def _without_title_terms(text: str, title: str) -> str:
    """Return a text without the terms that a title names by another name: public rental housing of 公共租赁住房."""
    for term, name, start in reversed(find_names(text)):
        if any(name[i : i + 2] in title for name in term.official for i in range(len(name) - 1)):
            text = text[:start] + text[start + len(name) :]
    return text


_TEXT = re.compile(
    r"这[个份项]?|那[个份项]|现行|政策|文件|规定|的|是|了|吗|呢|请问|一下|我想|知道|人才|多少|什么|\b(?:the|this|that|is|it|does|do|of|in|for|until|till|and|policy|policies|document|action|plan|text|measures?|rules?|regulations?|opinions?|guidelines?|notice|talent|which|what|when|year|was|were|are|title|name|number|official|doc|date|please|how|old|since|force|come|came|has|have|been|an?|from|to|yet|now|today|city|province|district|hong kong|macau|youth)\b|[^\u4e00-\u9fffa-z\d]"
)


def _in_chinese(question: str, known: str) -> str:
    """Return an English question in the words of what is known of a text: its matters and a usual heading; "" where it says more."""
    heading, rest = "", question
    for words, pattern in _ENGLISH_HEADINGS:
        if not heading and re.search(pattern, rest):
            heading, rest = words, re.sub(pattern, " ", rest)
    names = []
    for term, name, start in reversed(find_names(rest)):
        names.append(next((official for official in term.official if official in known), term.official[0]))
        rest = rest[:start] + rest[start + len(name) :]
    strange = [word for word in re.findall(r"[a-z]{2,}", rest) if word not in _ENGLISH_ASKING]
    return " ".join([heading, *names]) if heading and not strange else ""


_ENGLISH_HEADINGS = [
    ("条件", r"\b(?:basic )?(?:conditions?|requirements?)\b"),
    (
        "程序",
        r"\b(?:application )?(?:steps?|procedures?|process)\b|how (?:do|can|does|should) (?:i|we|one|a company) apply(?: for)?|how to apply(?: for)?",
    ),
    ("任务", r"\b(?:key |main )?tasks?\b"),
]
_ENGLISH_ASKING = frozenset(
    [
        "what",
        "are",
        "is",
        "the",
        "for",
        "of",
        "in",
        "an",
        "to",
        "and",
        "a",
        "does",
        "do",
        "list",
        "all",
        "must",
        "meet",
        "need",
        "needed",
        "be",
        "become",
        "apply",
        "i",
        "we",
        "me",
        "which",
        "tell",
        "about",
        "there",
        "key",
        "main",
        "basic",
        "please",
        "can",
        "you",
        "station",
        "base",
        "city",
        "province",
        "company",
        "enterprise",
    ]
)
_STRANGE = 1
"""So many characters may belong neither to the heading nor to what stands above it."""
_ASKING = re.compile(
    r"请问?|列出|列举|一下|分别|多少[条项个]|我们?|想|申请|申报|得走?|走|哪?几步|步骤|报名|需要|要|满足|具备|包括|规定|有|哪些|什么|哪几[条项个]|几[条项个]|都|是|的|措施|内容|方面|[^\u4e00-\u9fff]"
)


@lru_cache(10_000)
def _names(heading: str) -> tuple[str, ...]:
    """Return what a question may call a heading: 加强组织保障 is also 组织保障. Less than four characters name none."""
    bare = _bare(heading)
    names = [bare, re.sub(r"^(?:加强|强化|完善|健全|优化|推进|实施|明确|落实)", "", bare)]
    spoken = [word for kept, words in _SPOKEN_HEADINGS if re.search(kept, bare) for word in words]
    return (*(name for name in dict.fromkeys(names) if len(name) >= 4), *spoken)


# What people call the usual headings of a text.
_SPOKEN_HEADINGS = [
    (r"条件$", ("申报条件", "申请条件", "什么条件", "哪些条件", "条件", "要求")),
    (r"(?:程序|流程)$", ("申报程序", "申报流程", "申请程序", "申请流程", "怎么申报", "怎么申请", "如何申报", "如何申请", "程序", "流程")),
    (r"任务$", ("任务",)),
    (r"保障$", ("保障措施",)),
]  # fmt: skip


@lru_cache(10_000)
def _bare(heading: str) -> str:
    """Return a heading without its number and stops."""
    return re.sub(r"^\s*(?:第?[（(]?[一二三四五六七八九十百\d]+[)）]?[条章节、.．]?)\s*|[。:：\s]", "", heading)


def _article(measure: Measure) -> int | None:
    match = re.fullmatch(r"第([一二三四五六七八九十百零〇\d]+)条", measure.label)
    return han_to_int(match[1]) if match else None


def under_named_headings(asked: str, measures: Sequence[N]) -> list[N]:
    """Return those of some measures whose headings a folded question names most: 基础条件第四条; all where it names none."""
    scores = [
        sum(any(name in asked for name in _names(h)) for h in m.path) * 4 + _words_of(m.path, asked) for m in measures
    ]
    best = max(scores, default=0)
    return [measure for measure, score in zip(measures, scores, strict=True) if score == best]


def _words_of(path: Sequence[str], asked: str) -> int:
    return sum(pair in asked for pair in set().union(*map(_pairs, path)))


def name_documents(text: str, documents: Iterable[Document]) -> list[Document]:
    """Return the documents that a question calls by title, kind or nickname (「株洲30条」, 「武昌意见」); else all."""
    documents = list(documents)
    scored = [
        (
            2 * sum(word in text for word in _nicknames(d.title, d.kind or ""))
            + sum(pair in text for pair in _pairs(d.title)),
            d,
        )
        for d in documents
    ]
    best = max((score for score, _ in scored), default=0)
    return [document for score, document in scored if score == best]


@lru_cache(maxsize=16_384)
def _pairs(title: str) -> frozenset[str]:
    """Return the pairs of neighbouring Han characters of a title."""
    return frozenset(re.findall(r"(?=([\u4e00-\u9fff]{2}))", title))


@lru_cache(maxsize=16_384)  # every document is looked at for each clause asked for
def _nicknames(title: str, kind: str) -> frozenset[str]:
    kinds = "条例|办法|规定|细则|意见|行动计划|计划|方案|分工|措施|指引|通知|条"
    names = {match for match in re.findall(rf"\d+条|{kinds}", f"{title} {kind}") if match != "条"}
    return frozenset({*names, re.sub(r"《|》", "", title), *re.findall(r"《([^》]+)》", title)})


@lru_cache(10_000)
def _number_of(heading: str) -> tuple[int | None, bool]:
    match = re.match(r"\s*(?:第)?([（(])?\s*([一二三四五六七八九十百零〇\d]+)(?:-\d+)?\s*[)）]?", heading)
    return (han_to_int(match[2]), bool(match[1])) if match else (None, False)


def _bears(measure: Numbered, reference: ClauseReference) -> bool:
    if reference.kind == "段":
        return measure.label == f"第{reference.number}段"
    number, bracketed = _own_number(measure.label)
    return number == reference.number and (bracketed or not reference.bracketed)


@lru_cache(10_000)
def _own_number(label: str) -> tuple[int | None, bool]:
    """Return the last number of a label and whether it is bracketed; a paragraph without a number has none."""
    last = re.search(r"(?:第)?([（(])?([一二三四五六七八九十百零〇]+|\d+)[)）]?(?:条|项)?$", label)
    return (han_to_int(last[2]), bool(last[1])) if last and "段" not in label else (None, False)


def _under(measure: Numbered, references: Sequence[ClauseReference]) -> bool:
    """Whether the headings above a measure bear the numbers in order; a bracketed one must be bracketed there."""
    headings = [_number_of(heading) for heading in measure.path]
    at = 0
    for reference in references:
        while at < len(headings) and not (
            headings[at][0] == reference.number
            and headings[at][1] == (reference.bracketed or reference.kind == "项")
            and (reference.kind not in ("编", "章", "节") or reference.kind in measure.path[at][:8])
        ):
            at += 1
        if at == len(headings):
            return False
        at += 1
    return True
