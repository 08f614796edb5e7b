"""Chinese and English text to the terms that BM25 counts: words, character bigrams, and whole figures."""

from __future__ import annotations

import re

import rjieba

from corpus import fold

_RUN = re.compile(
    r"(?P<figure>\d+(?:[.,]\d+)*(?:%|[\u4e00-\u9fff]{0,2}元|[万亿]\w?)?)|(?P<han>[\u4e00-\u9fff]+)|(?P<latin>[a-z][a-z0-9+'-]*)"
)
_STOP = frozenset(
    [
        "的",
        "了",
        "和",
        "是",
        "在",
        "有",
        "与",
        "及",
        "或",
        "等",
        "对",
        "把",
        "被",
        "给",
        "我",
        "你",
        "他",
        "她",
        "们",
        "吗",
        "呢",
        "吧",
        "啊",
        "怎么",
        "什么",
        "哪些",
        "哪个",
        "多少",
        "如何",
        "可以",
        "能",
        "要",
        "想",
        "请问",
        "这",
        "那",
        "个",
        "一",
        "the",
        "a",
        "an",
        "of",
        "for",
        "to",
        "in",
        "on",
        "is",
        "are",
        "do",
        "does",
        "what",
        "how",
        "which",
        "who",
        "i",
        "my",
        "me",
        "can",
        "and",
        "or",
        "with",
        "it",
        "there",
        "any",
    ]
)


def terms(text: str) -> list[str]:
    """Return the terms of a text in order: jieba's search words and the bigrams of each Han run, figures kept whole.

    Traditional characters count as Simplified, full-width as half-width, capitals as small. Bigrams carry what the
    dictionary does not know; both are needed, since words alone miss new terms and bigrams alone rank noise high.
    """
    found: list[str] = []
    for run in _RUN.finditer(fold(text)):
        if run["han"]:
            words = [word for word in rjieba.cut_for_search(run["han"]) if word not in _STOP]
            bigrams = [run["han"][i : i + 2] for i in range(len(run["han"]) - 1)]
            found += words + [bigram for bigram in bigrams if bigram not in words]
        elif run[0] not in _STOP:
            found.append(run[0])
    return found


def needed(text: str) -> list[str]:
    """Return the terms that what a text is about must hold: the bigrams inside its words, its figures, its Latin words.

    Bigrams, since the same word can be cut otherwise beside other words; a word of one character asks for nothing.
    """
    found: list[str] = []
    for run in _RUN.finditer(fold(text)):
        if run["han"]:
            words = [word for word in rjieba.cut(run["han"]) if word not in _STOP]
            found += [word[i : i + 2] for word in words for i in range(len(word) - 1)]
        elif run[0] not in _STOP:
            found.append(run[0])
    return found


_BRACKETS = str.maketrans("〔〕［］[]【】", "()()()()")


def plain(text: str) -> str:
    """Return a text folded, without blanks and with one kind of bracket, so that 文号 and quotes match however typed."""
    return re.sub(r"\s+", "", fold(text)).translate(_BRACKETS)


def is_chinese(text: str) -> bool:
    """Whether a question is to be treated as Chinese: at least a fifth of its letters are Han."""
    han = len(re.findall(r"[\u4e00-\u9fff]", text))
    return han > 0 and han >= 0.2 * len(re.findall(r"[A-Za-z\u4e00-\u9fff]", text))
