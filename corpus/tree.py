"""Numbered lines as a tree, and the numbers and labels by which its nodes are cited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from corpus.outline import Level, Mark


@dataclass(slots=True)
class Node:
    """A numbered line that was taken for real, with the lines up to the next node of its part."""

    mark: Mark
    first: int
    """Index of its line."""
    last: int
    """Index after its own last line, children excluded."""
    children: list[Node] = field(default_factory=list)
    parent: Node | None = None
    question: int = 0
    """Which question of its part it is, from 1."""

    @property
    def until(self) -> int:
        """Index after the last line of the node and its children."""
        return self.children[-1].until if self.children else self.last

    @property
    def number(self) -> str:
        """Its own component of a number path: 3, 10-1 for 第十条之一, q2 for the second question, "" without."""
        if self.mark.number:
            return f"{self.mark.number}-{self.mark.branch}" if self.mark.branch else str(self.mark.number)
        return f"q{self.question}" if self.question else ""

    def line_of_ancestors(self) -> list[Node]:
        """Return the nodes above it, outermost first, and itself."""
        above = self.parent.line_of_ancestors() if self.parent else []
        return [*above, self]

    def walk(self) -> Iterator[Node]:
        """Yield the node and all below it, in the order of the text."""
        yield self
        for child in self.children:
            yield from child.walk()


class Numbering:
    """Numbers and labels for the nodes of one part: short where a level runs through it, with parents elsewhere."""

    def __init__(self, leaves: Sequence[Node], nodes: Sequence[Node], prefix: str) -> None:
        """Learn from the measures and all nodes of a part which levels run through it."""
        self.prefix = prefix
        self.deepest = max((leaf.mark.level for leaf in leaves), default=Level.H1)
        cited = {id(leaf) for leaf in leaves}
        counted = [node for node in nodes if id(node) in cited or node.mark.level < self.deepest]
        self.running = {level for level in Level if _runs_through([n for n in counted if n.mark.level is level], nodes)}
        counts = Counter(leaf.mark.level for leaf in leaves if leaf.mark.level in self.running)
        self.short = max(counts, key=lambda level: (counts[level], level), default=None)

    def full(self, node: Node) -> str:
        """Return the number path from the top of the part: 2.1.3."""
        return self.prefix + ".".join([n.number for n in node.line_of_ancestors() if n.number] or ["q0"])

    def number(self, node: Node) -> str:
        """Return the number path by which a measure is cited."""
        if node.mark.level is self.short and node.mark.number:
            return self.prefix + node.number
        full = self.full(node)
        # One number alone belongs to the level that runs through the part.
        alone = node.mark.number and full.count(".") == self.prefix.count(".")
        return f"{full}.0" if self.short is not None and alone else full

    def label(self, node: Node) -> str:
        """Return the printed number, with its parents where numbering restarts under each of them."""
        if node.mark.level is Level.QUESTION:
            return f"问{node.question}"
        cited = [n for n in node.line_of_ancestors() if n.mark.level > Level.H6] or [node]
        outermost = next((k for k in range(len(cited) - 1, -1, -1) if cited[k].mark.level in self.running), 0)
        return "".join(n.mark.printed for n in cited[outermost:])


def build_tree(marks: Sequence[tuple[int, Mark]], last: int, *, complete: frozenset[int] = frozenset()) -> list[Node]:
    """Nest numbered lines by their levels.

    Args:
        marks: Line and number of each, in the order of the text.
        last: Line after the last.
        complete: Lines whose number has its whole text on them, so that a question below it stands beside it.

    Returns:
        The nodes at the top.
    """
    roots: list[Node] = []
    stack: list[Node] = []
    questions = 0
    for k, (i, mark) in enumerate(marks):
        node = Node(mark, i, marks[k + 1][0] if k + 1 < len(marks) else last)
        if mark.level is Level.QUESTION:
            questions += 1
            node.question = questions
        while stack and (
            stack[-1].mark.level >= mark.level or (mark.level is Level.QUESTION and stack[-1].first in complete)
        ):
            stack.pop()
        if stack:
            node.parent = stack[-1]
            stack[-1].children.append(node)
        else:
            roots.append(node)
        stack.append(node)
    return roots


def _runs_through(nodes: Sequence[Node], all_nodes: Sequence[Node]) -> bool:
    """Whether the numbers of a level are unique in a part, and not only because one parent alone has any."""
    pairs = {(node.mark.number, node.mark.branch) for node in nodes}
    if not nodes or len(pairs) < len(nodes):
        return False
    parents = {id(node.parent) for node in nodes}
    siblings = [n for n in all_nodes if nodes[0].parent and n.mark.level is nodes[0].parent.mark.level]
    return len(parents) > 1 or len(siblings) < 2
