"""A run as one self-contained HTML file to read, print and hand on, and as a Markdown table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from markupsafe import Markup

from eval.compare import Comparison, chance, compare_records
from eval.metrics import LOWER_IS_BETTER, METRICS, Estimate, estimate, grouped, reliability
from eval.plots import calibration_plot, coverage_plot, latency_plot, stacks, whiskers
from eval.records import Record, by_group, summarise
from eval.runs import Run
from eval.words import Translate, page, translate

OUTCOMES = ("answered rightly", "refused rightly", "other measure", "refused wrongly", "answered wrongly")
_CALIBRATED = 20
"""With fewer judged questions, a curve of calibration shows chance."""
_GROUP_METRICS = ("recall@5", "MRR@10", "citation precision", "citation recall", "expected phrase", "outcome")


def to_html(run: Run, previous: Run | None = None, language: str = "zh") -> str:
    """Return the report; nothing in it is loaded from elsewhere.

    Args:
        run: What is reported.
        previous: An earlier run of the same questions, to compare with.
        language: Of the report's own words, zh or en.
    """
    t = translate(language)
    records = run.records
    times = {name: [row[name] for row in run.latencies if name in row] for name in ("search", "ask")}
    return page("report.html").render(
        t=t,
        language=language,
        run=run,
        previous=previous,
        facts=_facts(records, times),
        estimates=summarise(records),
        words=summarise(records, "bm25_scores"),
        earlier=summarise(previous.records) if previous else {},
        metrics=[metric for metric in METRICS if summarise(records)[metric].count],
        lower=LOWER_IS_BETTER,
        comparison=compare_records(previous.records, records) if previous else None,
        words_comparison=_against_words(records),
        plots=_plots(run, times, t),
        outcomes=OUTCOMES,
        groups={name: {v: summarise(rows) for v, rows in g.items()} for name, g in by_group(records).items()},
        group_metrics=[metric for metric in _GROUP_METRICS if summarise(records)[metric].count],
        right_of={name: {v: _share_right(rows) for v, rows in g.items()} for name, g in by_group(records).items()},
        problems={record.id: problems(record, t) for record in records},
        percent=percent,
        chance=chance,
        earlier_right=_share_right(previous.records) if previous else (0, 0),
    )


def percent(share: float) -> str:
    """Return a share as a whole percentage; a dash where there is none."""
    return "–" if math.isnan(share) else f"{share:.0%}"


def _share_right(records: Sequence[Record]) -> tuple[int, int]:
    judged = [record.right for record in records if record.right is not None]
    return sum(judged), len(judged)


def _facts(records: Sequence[Record], times: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """Return the few figures that the report begins with."""
    right, judged = _share_right(records)
    unanswerable = [r for r in records if r.status is not None and r.outcome and not r.answerable]
    answerable = [r for r in records if r.status is not None and r.answerable]
    slow = times["ask"] or times["search"]
    return {
        "right": right,
        "judged": judged,
        "false_answers": sum(r.answered for r in unanswerable),
        "unanswerable": len(unanswerable),
        "false_refusals": sum(not r.answered for r in answerable),
        "answerable": len(answerable),
        "figures": sum(bool(r.figures) for r in records),
        "answered": sum(r.answered for r in records),
        "p50": float(np.percentile(slow, 50)) if slow else math.nan,
        "p95": float(np.percentile(slow, 95)) if slow else math.nan,
    }


def _against_words(records: Sequence[Record]) -> Comparison | None:
    """Compare a run's ranking with that of BM25 alone over the same questions."""
    judged = [r.model_copy(update={"status": None}) for r in records if r.relevant]
    words = [r.model_copy(update={"scores": r.bm25_scores}) for r in judged]
    return compare_records(words, judged) if judged else None


def outcome_of(record: Record) -> str:
    """Return what became of a question, one of OUTCOMES."""
    if record.answerable:
        return "refused wrongly" if not record.answered else "answered rightly" if record.right else "other measure"
    return "answered wrongly" if record.answered else "refused rightly"


def _plots(run: Run, times: Mapping[str, Sequence[float]], t: Translate) -> dict[str, Markup]:
    groups = by_group(run.records)
    plots: dict[str, Markup] = {}
    for name in ("register", "kind"):
        title = f"Recall of the first five, by {name}"
        rows: dict[str, list[Estimate]] = {}
        for value, members in groups[name].items():
            estimates = [summarise(members, scores)["recall@5"] for scores in ("scores", "bm25_scores")]
            if estimates[0].count:
                rows[t(value)] = estimates
        if rows:
            plots[title] = whiskers(t(title), rows)
    judged = [record for record in run.records if record.right is not None]
    if judged:
        counts = {
            t(kind): [sum(outcome_of(r) == outcome for r in members if r.right is not None) for outcome in OUTCOMES]
            for kind, members in groups["kind"].items()
        }
        plots["Outcomes, by kind"] = stacks(t("Outcomes, by kind"), {k: c for k, c in counts.items() if sum(c)})
    if len(judged) >= _CALIBRATED:
        confidences, right = [r.confidence for r in judged], [bool(r.right) for r in judged]
        bins, error = reliability(confidences, right)
        plots["Reliability"] = calibration_plot(t("Reliability"), bins, t("stated confidence"), t("share right"))
        plots["calibration error"] = Markup(f"{error:.3f}")
        plots["Risk and coverage"] = coverage_plot(
            t("Risk and coverage"), confidences, right, t("share of questions kept"), t("share right")
        )
        plots["Right and stated confidence, by kind"] = whiskers(
            t("Right and stated confidence, by kind"),
            {
                t(kind): [estimate(r.right for r in members), estimate(r.confidence for r in members)]
                for kind, members in grouped(judged, lambda r: r.kind).items()
            },
        )
    if any(times.values()):
        named = {t(name): values for name, values in times.items() if values}
        plots["Latency"] = latency_plot(t("Latency"), named, t("milliseconds"), t("share of questions"))
        plots["Latency, by kind"] = _latency_by_kind(run, t)
    return plots


def _latency_by_kind(run: Run, t: Translate) -> Markup:
    """Draw the median of each kind's times, with the line from the 5th to the 95th percentile."""
    kinds = {record.id: record.kind for record in run.records}
    rows = {}
    for kind, times in grouped(run.latencies, lambda row: str(kinds[row["id"]])).items():
        low, middle, high = np.percentile([row.get("ask", row["search"]) for row in times], [5, 50, 95])
        rows[t(kind)] = [Estimate(float(middle), float(low), float(high), len(times))]
    # Four equal steps of a round number of milliseconds.
    top = 4 * math.ceil(max(estimates[0].high for estimates in rows.values()) / 4)
    return whiskers(t("Latency, by kind"), rows, top, "{:.0f}")


def problems(record: Record, t: Translate) -> list[str]:
    """Return what went wrong with a question, the gravest first; empty where nothing did."""
    found = []
    cited = [c["measure_id"] for c in record.citations]
    if record.status is not None and record.outcome is not None:
        if record.answered and not record.answerable:
            found.append(t("It should have been refused, and was answered."))
        elif record.answerable and not record.answered:
            found.append(t("It has an answer, and was refused."))
        elif record.status != record.outcome:
            found.append(t("The outcome should be {0}, and is {1}.", t(record.outcome), t(record.status)))
    if record.figures:
        found.append(t("Figures that no citation holds: {0}", ", ".join(record.figures)))
    if record.strays:
        found.append(t("Cited from another place: {0}", ", ".join(record.strays)))
    if record.relevant and record.status not in ("out_of_scope", "declined"):
        rank = next((n for n, found_id in enumerate(record.ranking, start=1) if found_id in record.relevant), None)
        if rank is None:
            found.append(t("No relevant measure is among the first ten found."))
        elif rank > 1:
            found.append(t("The first relevant measure was found at rank {0}.", rank))
    if record.answered and record.relevant:
        missed = [m for m, grade in record.relevant.items() if m not in cited and grade > 1]
        if not set(cited) & set(record.relevant):
            found.append(t("No cited measure is a relevant one."))
        elif missed:
            found.append(t("Not cited: {0}", ", ".join(missed)))
    if record.lacking:
        found.append(t("The answer lacks: {0}", " / ".join(record.lacking)))
    return found


# --- Markdown ---


def to_markdown(run: Run) -> str:
    """Return a run's metrics as a table: in all and by register, kind, language and persona."""
    facts = _facts(
        run.records, {name: [row[name] for row in run.latencies if name in row] for name in ("search", "ask")}
    )
    estimates = summarise(run.records)
    metrics = [metric for metric in METRICS if estimates[metric].count]
    words = summarise(run.records, "bm25_scores")
    lines = [f"**{run.name}**: {len(run.records)} questions, {run.manifest['configuration']}", ""]
    if facts["judged"]:
        lines += [
            f"Right {facts['right']}/{facts['judged']}, false answers {facts['false_answers']}/{facts['unanswerable']}, "
            f"false refusals {facts['false_refusals']}/{facts['answerable']}, answers with an unsupported figure "
            f"{facts['figures']}/{facts['answered']}.",
            "",
        ]
    lines += ["| metric | value (95 %) | questions | BM25 alone |", "|---|--:|--:|--:|"]
    lines += [f"| {m} | {estimates[m]} | {estimates[m].count} | {words[m]} |" for m in metrics]
    shown = [metric for metric in _GROUP_METRICS if metric in metrics]
    lines += ["", f"| | questions | {' | '.join(shown)} |", f"|---|--:|{'--:|' * len(shown)}"]
    for name, members in by_group(run.records).items():
        for value, rows in members.items():
            cells = " | ".join(str(summarise(rows)[metric]) for metric in shown)
            lines.append(f"| {name}: {value} | {len(rows)} | {cells} |")
    if run.latencies:
        lines += ["", _latency_line(run)]
    return "\n".join(lines)


def _latency_line(run: Run) -> str:
    parts = []
    for name in ("search", "ask"):
        if times := [row[name] for row in run.latencies if name in row]:
            p50, p95 = np.percentile(times, [50, 95])
            parts.append(f"{name} p50 {p50:.1f} ms, p95 {p95:.1f} ms")
    return f"Latency: {'; '.join(parts)}."
