"""Which numbered nodes are measures: the deepest whose children, if any, are conditions or materials of theirs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from corpus.outline import Level
from corpus.page import Page
from corpus.parts import Part
from corpus.tree import Node

_CONTAINERS = frozenset({*list(Level)[:6], Level.PART, Level.CHAPTER, Level.SECTION})
_LIST_WORDS = re.compile(r"条件|材料|资料|情形|下列|以下|如下|之一|包括|分别|标准|对象|范围|要求")
_LIST_HEADING = re.compile(r"条件|材料|资料|情形|对象|范围|清单|联系|地址")
_TASKS = re.compile(r"(?:举措|任务|措施):$")
_NOTES = re.compile(r"(?:小贴士|备注|注|提示|提醒|说明)[★*】]*:?$")
_OWNED = re.compile(r"牵头|责任单位|责任部门|负责[)）〕\]。]")
_AGREEING, _VOTERS = 0.75, 4


def find_leaves(part: Part, page: Page) -> set[int]:
    """Return the ids (as of `id()`) of the nodes that are measures, none of them below another."""
    parents: defaultdict[Level, list[Node]] = defaultdict(list)
    for node in part.nodes:
        if node.children and node.mark.level not in _CONTAINERS:
            parents[node.mark.level].append(node)
    leaves = {id(node) for node in part.nodes if not node.children and node.mark.level not in _CONTAINERS}
    for nodes in parents.values():
        leaves |= {id(node) for node in _hold_lists(nodes, page)}
    return {
        id(node)
        for node in part.nodes
        if id(node) in leaves and not any(id(above) in leaves for above in node.line_of_ancestors()[:-1])
    }


def _hold_lists(nodes: Sequence[Node], page: Page) -> Sequence[Node]:
    """Return those nodes of one level whose children are conditions, materials or 项 of theirs."""
    after = [(above.children[-1].mark.number, node.children[0].mark.number) for above, node in pairwise(nodes)]
    if after and sum(last + 1 == first for last, first in after) * 2 > len(after):
        # Numbers that run on from one parent to the next are no lists: 1.（1）（2） 2.（3）（4）.
        return []
    holders = [node for node in nodes if _holds_list(node, page)]
    # Where nearly all hold lists, so do those whose children look like provisions.
    agreed = len(nodes) >= _VOTERS and len(holders) >= _AGREEING * len(nodes)
    return nodes if agreed else holders


def _holds_list(node: Node, page: Page) -> bool:
    """Whether a node's children are conditions, materials or 项 of it, rather than provisions of their own."""
    own = page.folded[node.mark.end : page.lines[node.children[0].first].start].strip()
    if node.mark.level in (Level.ARTICLE, Level.QUESTION) or own.split("\n")[0].endswith("?"):
        return True
    texts = [page.folded[child.mark.end : page.lines[child.until - 1].end].strip() for child in node.children]
    length = sum(map(len, texts)) / len(texts)
    owned = sum(bool(_OWNED.search(text)) for text in texts) * 2 >= len(texts)
    if owned or _TASKS.search(own):
        return False
    if own.endswith(":") and (_LIST_WORDS.search(own[-40:]) or len(own) > 25 or length < 60):
        return True
    if _NOTES.search(own) or sum(text.endswith(";") for text in texts[:-1]) * 2 >= len(texts) > 1:
        return True
    if node.children[0].mark.level >= Level.PAREN_ARABIC:
        return length < 80 or len(own) > 45
    return bool(_LIST_HEADING.search(own[:40])) and length < 45 and node.children[0].mark.level >= Level.ARABIC
