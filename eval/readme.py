"""The tables of the README, rewritten between their markers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from corpus import Corpus, PolicyAssistantError
from eval.ablate import MEANINGS, PHRASINGS, WINDOWS, Row, ablate
from eval.configurations import DEFAULT
from eval.metrics import estimate
from eval.questions import QUESTIONS, QuestionRow, corpus_of, read_questions, set_names
from eval.records import Record
from eval.runs import make_manifest, open_assistant, run

_REGISTERS = ("formal", "colloquial", "english", "traditional", "typo")
_RANKINGS = ("bm25", "model", "both", "expansion", WINDOWS, DEFAULT, PHRASINGS)
_RUNS = Path("build/runs")


def replace_part(text: str, name: str, content: str) -> str:
    """Return a text with what stands between `<!-- name -->` and `<!-- /name -->` replaced.

    Raises:
        PolicyAssistantError: The markers are not there, once each.
    """
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    if text.count(start) != 1 or text.count(end) != 1:
        raise PolicyAssistantError(f"The markers {start} and {end} must stand in the file once each")
    return re.sub(
        f"{re.escape(start)}.*{re.escape(end)}", lambda _: f"{start}\n{content.strip()}\n{end}", text, flags=re.DOTALL
    )


def quality_tables(
    half: str, load: Callable[[Path], Corpus], track: Callable[[Sequence[QuestionRow], str], Iterable[QuestionRow]]
) -> str:
    """Run every set that has such a half, and return the tables of outcomes and of rankings."""
    outcomes, rankings = [], []
    for name in set_names():
        file = QUESTIONS / f"{name}-{half}.jsonl"
        if not file.exists():
            continue
        rows, folder = read_questions(file), corpus_of(name)
        corpus = load(folder)
        asked = {file.stem: corpus}
        if corpus.phrasings:
            asked[f"{file.stem}, texts alone"] = replace(corpus, phrasings={})
        for title, texts in asked.items():
            with open_assistant(texts, folder) as assistant:
                manifest = make_manifest(title, rows, assistant, folder)
                place = _RUNS / title.replace(", ", "-").replace(" ", "-")
                finished = run(rows, assistant, place, manifest, lambda rows: track(rows, "Asking"))
            outcomes.append(_outcome_cells(title, finished.records, [row["ask"] for row in finished.latencies]))
        table = ablate(rows, corpus, _RANKINGS, progress=track)
        rankings += ["", *_ranking_table(f"{name}, {half}", table, rows)]
    head = (
        "| set | questions | outcome right | false answers | false refusals | expected phrase | citation precision "
        "| citation recall | unsupported figures | wrong place | p50 / p95 ms |"
    )
    meanings = [f"`{name}`: {MEANINGS[name]}" for name in _RANKINGS]
    return "\n".join([head, f"|---{'|--:' * 10}|", *outcomes, *rankings, "", f"{'; '.join(meanings)}."])


def _outcome_cells(name: str, records: Sequence[Record], times: Sequence[float]) -> str:
    def mean(metric: str) -> str:
        return str(estimate(r.scores.get(metric) for r in records))

    def count(metric: str) -> str:
        values = [r.scores[metric] for r in records if r.scores.get(metric) is not None]
        return f"{sum(1 for v in values if v)}/{len(values)}"

    cells = [
        name, str(len(records)), mean("outcome"), count("false answer"), count("false refusal"), mean("expected phrase"),
        mean("citation precision"), mean("citation recall"), count("figure errors"), count("wrong place"),
        f"{np.percentile(times, 50):.0f} / {np.percentile(times, 95):.0f}",
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _ranking_table(title: str, table: Sequence[Row], rows: Sequence[QuestionRow]) -> list[str]:
    judged = [row for row in rows if row.relevant]
    registers = [r for r in _REGISTERS if any(row.register_ == r for row in judged)]
    lines = [
        f"**{title}: {len(judged)} questions with relevant measures**",
        "",
        f"| ranking | recall@1 | recall@5 | MRR@10 | nDCG@10 | {' | '.join(f'recall@5 {r}' for r in registers)} |",
        f"|---|{'--:|' * (4 + len(registers))}",
    ]
    for row in table:
        overall = [str(row.estimate(metric)) for metric in ("recall@1", "recall@5", "MRR@10", "nDCG@10")]
        by_register = [
            f"{row.estimate('recall@5', [q.id for q in judged if q.register_ == r]).mean:.3f}" for r in registers
        ]
        lines.append(f"| {row.name} | {' | '.join([*overall, *by_register])} |")
    return lines
