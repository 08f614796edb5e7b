"""Two runs over the same questions: what changed, whether by chance, and which questions were won and lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval.metrics import LOWER_IS_BETTER, METRICS, Estimate, mcnemar, paired_difference
from eval.records import Record
from eval.runs import Run, RunError

_BINARY = frozenset({"expected phrase", "outcome", "false answer", "false refusal", "wrong place"})


@dataclass(frozen=True, slots=True)
class Change:
    """How a metric moved from one run to the other, over the questions on which both have it."""

    metric: str
    before: float
    after: float
    difference: Estimate
    p: float
    test: str

    @property
    def verdict(self) -> str:
        """Return "better", "worse", or "" where the 5 % level is not reached."""
        if self.p >= 0.05:
            return ""
        return "better" if (self.difference.mean > 0) != (self.metric in LOWER_IS_BETTER) else "worse"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The changes, and the records (before, after) of the questions that were won and lost."""

    changes: tuple[Change, ...]
    won: tuple[tuple[Record, Record], ...]
    lost: tuple[tuple[Record, Record], ...]
    common: int
    p: float
    """McNemar's exact test on the won and lost questions."""


def chance(p: float) -> str:
    """Return a p as it is written: no test is ever quite sure."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def compare(first: Run, second: Run) -> Comparison:
    """Compare two runs over the questions that they share.

    Raises:
        RunError: They share none.
    """
    return compare_records(first.records, second.records)


def compare_records(first: Sequence[Record], second: Sequence[Record]) -> Comparison:
    """Compare the records of two runs."""
    before = {record.id: record for record in first}
    pairs = [(before[record.id], record) for record in second if record.id in before]
    pairs = [(a, b) for a, b in pairs if (a.question, a.relevant) == (b.question, b.relevant)]
    if not pairs:
        raise RunError("The two runs have no question in common", "Compare runs of one set.")
    changes = [change for metric in METRICS if (change := _change(metric, pairs))]
    # Where one of the two ran the ranking only, success is a relevant measure among the first five, in both.
    succeeds = _finds if any(record.status is None for pair in pairs for record in pair) else _answers
    won = tuple((a, b) for a, b in pairs if succeeds(b) and not succeeds(a))
    lost = tuple((a, b) for a, b in pairs if succeeds(a) and not succeeds(b))
    return Comparison(tuple(changes), won, lost, len(pairs), mcnemar(len(won), len(lost)))


def _finds(record: Record) -> bool:
    return bool(record.scores.get("recall@5"))


def _answers(record: Record) -> bool:
    return bool(record.right)


def _change(metric: str, pairs: Sequence[tuple[Record, Record]]) -> Change | None:
    values = [(a.scores.get(metric), b.scores.get(metric)) for a, b in pairs]
    both = [(a, b) for a, b in values if a is not None and b is not None]
    if not both:
        return None
    before, after = (np.array(column) for column in zip(*both, strict=True))
    difference, p = paired_difference(before.tolist(), after.tolist())
    test = "permutation"
    if metric in _BINARY:
        p, test = mcnemar(int((after > before).sum()), int((after < before).sum())), "McNemar"
    return Change(metric, float(before.mean()), float(after.mean()), difference, p, test)


def to_markdown(first: Run, second: Run, comparison: Comparison) -> str:
    """Return the table of changes and the lists of questions won and lost."""
    lines = [
        f"{first.name} → {second.name}, {comparison.common} questions of both; interval of the difference by paired "
        "bootstrap, p by a permutation of signs or, for yes-or-no metrics, McNemar's exact test.",
        "",
        "| metric | before | after | difference (95 %) | p | |",
        "|---|--:|--:|--:|--:|---|",
    ]
    for c in comparison.changes:
        d = c.difference
        interval = f"{d.mean:+.3f} ({d.low:+.3f} to {d.high:+.3f})"
        lines.append(
            f"| {c.metric} | {c.before:.3f} | {c.after:.3f} | {interval} | {chance(c.p)} {c.test} | {c.verdict} |"
        )
    for name, pairs in (("Won", comparison.won), ("Lost", comparison.lost)):
        lines += ["", f"{name}: {len(pairs)}", *(f"- {_line(b)}" for _, b in pairs)]
    lines += ["", f"McNemar's exact test on won and lost: p {chance(comparison.p)}"]
    return "\n".join(lines)


def _line(record: Record) -> str:
    return f"{record.id} ({record.kind}, {record.register_}) {' '.join(record.question.split())}"
