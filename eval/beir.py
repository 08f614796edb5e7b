"""Any folder in the form of BEIR, indexed on the fly, so that public benchmarks run on our retrieval."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant import MAX_QUESTION, Assistant, Request
from corpus import Corpus, Document, Measure, Split
from eval.configurations import DEFAULT, configure
from eval.exchange import beir_corpus, beir_qrels, beir_queries
from eval.metrics import RANKING, estimate, rank_scores
from eval.questions import QuestionSetError
from eval.runs import open_assistant

DEPTH = 100
METRICS = {**RANKING, "recall@100": "R@100"}
Progress = Callable[[Sequence[str]], Iterable[str]]


def to_corpus(documents: Iterable[tuple[str, str, str]]) -> tuple[Corpus, list[str]]:
    """Return documents (id, title, text) as a corpus of one measure each, and their ids in its order.

    Ids of our own stand in for theirs, which may hold anything.
    """
    splits, ids = [], []
    for number, (document_id, title, text) in enumerate(documents):
        text = text or title
        document = Document(doc_id=f"d{number}", title=title, text=text, source=document_id)
        measure = Measure(
            measure_id=f"d{number}:1", doc_id=document.doc_id, title="", label="", text=text, start=0, end=len(text),
            path=(title,) if title and title != text else (), source=document_id,
        )  # fmt: skip
        splits.append(Split(document, (measure,), ()))
        ids.append(document_id)
    return Corpus(tuple(splits)), ids


def search_all(
    assistant: Assistant, ids: Sequence[str], queries: Mapping[str, str], progress: Progress = iter
) -> dict[str, list[str]]:
    """Return the first hundred documents of each query, best first; none for a query that is blank."""
    found = {}
    for query in progress(list(queries)):
        asked = queries[query][:MAX_QUESTION]
        hits = assistant.search(Request(question=asked, k=DEPTH)) if asked.strip() else []
        found[query] = [ids[int(hit.measure.doc_id[1:])] for hit in hits]
    return found


def evaluate(
    folder: Path,
    configuration: str = DEFAULT,
    model: str = "shipped",
    reranker: str = "",
    progress: Progress = iter,
) -> tuple[dict[str, list[str]], dict[str, Any]]:
    """Return the rankings of a folder's judged queries, and their mean metrics.

    A place that a query names is no limit here, since these documents say nothing of where they apply.

    Raises:
        QuestionSetError: A file is missing or malformed, or no query is judged.
    """
    qrels, texts = beir_qrels(folder), beir_queries(folder)
    judged = {query: {d for d, grade in grades.items() if grade > 0} for query, grades in qrels.items()}
    queries = {query: texts[query] for query, relevant in judged.items() if relevant and query in texts}
    if not queries:
        raise QuestionSetError(f"{folder}: no query has a judgement", "The ids in qrels and queries.jsonl must agree.")
    corpus, ids = to_corpus(beir_corpus(folder))
    relevant = set().union(*judged.values())
    missing = len(relevant.difference(ids))
    if missing == len(relevant):
        raise QuestionSetError(
            f"{folder}: no relevant document is in the corpus", "The ids in qrels and corpus must agree."
        )
    with open_assistant(corpus, None, model, reranker) as assistant:
        rankings = search_all(configure(assistant, configuration), ids, queries, progress)
    scores = rank_scores(rankings, {query: qrels[query] for query in queries}, METRICS)
    means = {metric: round(estimate(row[metric] for row in scores.values()).mean, 6) for metric in METRICS}
    # What other tools would count as zeros, or could not find: nothing is left out unsaid.
    return rankings, {
        "folder": folder.name, "documents": len(ids), "queries": len(scores), "configuration": configuration, **means,
        "queries_without_text": sum(bool(r) for r in judged.values()) - len(queries), "relevant_not_in_corpus": missing,
    }  # fmt: skip
