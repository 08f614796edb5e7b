"""One table of rankings over the same questions: by words, by the model, by both; fixed windows; and phrasings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant import Assistant, Request
from corpus import Corpus, Measure, PolicyAssistantError, Split
from eval.configurations import CONFIGURATIONS, DEFAULT, configure
from eval.metrics import RANKING, Estimate, estimate, rank_scores
from eval.questions import QuestionRow
from eval.records import AS_OF
from eval.runs import open_assistant

WINDOWS = "windows"
PHRASINGS = "phrasings"
WINDOW_CHARACTERS = 500
MEANINGS = {
    **CONFIGURATIONS,
    WINDOWS: f"windows of {WINDOW_CHARACTERS} characters instead of measures, ranked as `{DEFAULT}` does",
    PHRASINGS: f"`{DEFAULT}` with the ways of asking that stand beside the texts; all others have the texts alone",
}
"""What each ranking is, by its name."""
_DEPTH = 10
Progress = Callable[[Sequence[QuestionRow], str], Iterable[QuestionRow]]


@dataclass(frozen=True, slots=True)
class Row:
    """A ranking's metrics, and how many characters its first five hits hold on average: what a reader has to read."""

    name: str
    scores: Mapping[str, Mapping[str, float]]
    """By question, then by metric."""
    characters: float

    def estimate(self, metric: str, ids: Iterable[str] | None = None) -> Estimate:
        """Return a metric's estimate over some questions, or all."""
        return estimate(self.scores[i].get(metric) for i in (self.scores if ids is None else ids) if i in self.scores)


def ablate(
    rows: Sequence[QuestionRow],
    corpus: Corpus,
    names: Sequence[str],
    model: str = "shipped",
    reranker: str = "",
    progress: Progress = lambda rows, _: rows,
) -> list[Row]:
    """Return the metrics of each configuration, in the order given, over the questions that have relevant measures.

    All rank the texts alone but for `PHRASINGS`, which is left out where the corpus has none.
    """
    if unknown := [name for name in names if name not in MEANINGS]:
        raise PolicyAssistantError(f"No ranking is called {unknown[0]!r}", f"Known: {', '.join(MEANINGS)}")
    rows = [row for row in rows if row.relevant]
    bare = replace(corpus, phrasings={})
    found = {}
    with open_assistant(bare, None, model, reranker) as assistant:
        for name in names:
            if name in CONFIGURATIONS:
                found[name] = _measures_row(name, configure(assistant, name), progress(rows, name), rows)
    if WINDOWS in names:
        with open_assistant(cut_windows(bare), None, model) as assistant:
            found[WINDOWS] = _windows_row(assistant, corpus, progress(rows, WINDOWS), rows)
    if PHRASINGS in names and corpus.phrasings:
        with open_assistant(corpus, None, model, reranker) as assistant:
            found[PHRASINGS] = _measures_row(PHRASINGS, assistant, progress(rows, PHRASINGS), rows)
    return [found[name] for name in names if name in found]


def _search(assistant: Assistant, row: QuestionRow) -> list[Measure]:
    request = Request(question=row.question, history=row.history, k=_DEPTH, as_of=AS_OF)
    return [hit.measure for hit in assistant.search(request)]


def _measures_row(name: str, assistant: Assistant, asked: Iterable[QuestionRow], rows: Sequence[QuestionRow]) -> Row:
    found = {row.id: _search(assistant, row) for row in asked}
    rankings = {query: [m.measure_id for m in measures] for query, measures in found.items()}
    return Row(name, rank_scores(rankings, {row.id: row.relevant for row in rows}), _characters(found))


def _characters(found: Mapping[str, Sequence[Measure]]) -> float:
    return float(np.mean([sum(len(m.text) for m in measures[:5]) for measures in found.values()]))


# --- fixed windows instead of measures ---


def cut_windows(corpus: Corpus) -> Corpus:
    """Return the same documents cut into windows of 500 characters by langchain-text-splitters, each called a measure."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        separators=["\n\n", "\n", "。", "；", "，", ""],
        keep_separator="end",
        chunk_size=WINDOW_CHARACTERS,
        chunk_overlap=0,
        add_start_index=True,
        strip_whitespace=False,
    )
    splits = []
    for split in corpus.splits:
        document, windows = split.document, []
        for number, chunk in enumerate(splitter.create_documents([document.text]), start=1):
            start, text = chunk.metadata["start_index"], chunk.page_content
            windows.append(
                Measure(f"{document.doc_id}:w{number}", document.doc_id, "", "", text, start, start + len(text))
            )
        splits.append(Split(document, tuple(windows), ()))
    return replace(corpus, splits=tuple(splits))


def _windows_row(
    assistant: Assistant, corpus: Corpus, asked: Iterable[QuestionRow], rows: Sequence[QuestionRow]
) -> Row:
    spans = {measure.measure_id: measure for measure in corpus.measures}
    found = {row.id: _search(assistant, row) for row in asked}
    relevant = {row.id: row.relevant for row in rows}
    rankings = {
        query: stand_for(windows, [spans[m] for m in relevant[query] if m in spans]) for query, windows in found.items()
    }
    return Row(WINDOWS, rank_scores(rankings, relevant), _characters(found))


def stand_for(windows: Sequence[Measure], relevant: Sequence[Measure]) -> list[str]:
    """Return a ranking of windows as one of measures: each window stands for a relevant measure that it overlaps.

    A measure counts once, at the first window that touches it, however little: the most that windows can be credited
    with. A window that touches no relevant measure, or only ones counted already, keeps its own id.
    """
    left, ranking = list(relevant), []
    for window in windows:
        touched = next((m for m in left if _overlap(window, m)), None)
        ranking.append(touched.measure_id if touched else window.measure_id)
        left = [m for m in left if m is not touched]
    return ranking


def _overlap(first: Measure, second: Measure) -> bool:
    return first.doc_id == second.doc_id and first.start < second.end and second.start < first.end


def to_markdown(table: Sequence[Row]) -> str:
    """Return the table: a row a configuration, a column a metric."""
    lines = [
        f"| ranking | {' | '.join(RANKING)} | characters in 5 hits | what it is |",
        f"|---|{'--:|' * (len(RANKING) + 1)}---|",
    ]
    for row in table:
        cells = " | ".join(str(row.estimate(metric)) for metric in RANKING)
        lines.append(f"| {row.name} | {cells} | {row.characters:,.0f} | {MEANINGS[row.name]} |")
    return "\n".join(lines)


def registers_markdown(table: Sequence[Row], rows: Sequence[QuestionRow], metrics: Sequence[str]) -> str:
    """Return the same rankings by how the questions are put: a row a configuration and metric, a column a register."""
    groups: dict[str, list[str]] = {}
    for row in rows:
        if row.relevant:
            groups.setdefault(row.register_, []).append(row.id)
    lines = [f"| ranking | metric | {' | '.join(groups)} |", f"|---|---|{'--:|' * len(groups)}"]
    for ranking in table:
        for metric in metrics:
            cells = " | ".join(str(ranking.estimate(metric, ids)) for ids in groups.values())
            lines.append(f"| {ranking.name} | {metric} | {cells} |")
    return "\n".join(lines)
