"""Retrieval and outcome quality over the question sets."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from assistant import Assistant, Request
from corpus import SHIPPED_POLICIES, load_corpus
from eval.questions import DOCUMENTS, QUESTIONS, QuestionRow, read_questions
from index import HybridRetriever, Weights, build_index, make_encoder, open_index

SETS = {"shipped": SHIPPED_POLICIES, "unseen": DOCUMENTS}
REGISTERS = ("all", "formal", "colloquial", "english", "traditional", "typo")


def rankers(retriever: HybridRetriever) -> dict[str, HybridRetriever]:
    """Return the configurations that the tables compare, by name."""
    words = Weights(dense=0.0, late=0.0, sparse=1.0, expansion=0.0)
    model = Weights(sparse=0.0, expansion=0.0)
    both = (replace(retriever.chinese, expansion=0.0), replace(retriever.english, expansion=0.0))
    return {
        "bm25": replace(retriever, chinese=words, english=words),
        "model": replace(retriever, chinese=model, english=model),
        "both": replace(retriever, chinese=both[0], english=both[1]),
        "expansion": retriever,
    }


def interval(values: Sequence[float], rounds: int = 2000) -> str:
    """Return the mean of values with its 95 % bootstrap interval (percentile method, seed 0)."""
    sample = np.asarray(values, dtype=float)
    draws = np.random.default_rng(0).choice(sample, (rounds, len(sample))).mean(axis=1)
    low, high = np.percentile(draws, [2.5, 97.5])
    return f"{sample.mean():.3f} ({low:.2f}–{high:.2f})"


def report(half: str, names: Sequence[str], model: str = "shipped") -> str:
    """Return tables of recall@5, MRR@10 and first place by register, and of outcomes, for one half of the questions."""
    lines = []
    for name, folder in SETS.items():
        questions = read_questions(QUESTIONS / f"{name}-{half}.jsonl")
        with tempfile.TemporaryDirectory() as work:
            encoder = make_encoder(model)
            build_index(load_corpus(folder), encoder, Path(work))
            retriever = open_index(Path(work), encoder)
            answerable = [q for q in questions if q.outcome == "answered"]
            lines += [f"**{name}, {half}: {len(answerable)} answerable questions**", ""]
            lines += ["| ranking | measure | " + " | ".join(REGISTERS) + " |", "|---" * (len(REGISTERS) + 2) + "|"]
            for ranker, configured in rankers(retriever).items():
                if ranker in names:
                    lines += _rows(ranker, Assistant(configured), answerable)
            lines += ["", _outcomes(Assistant(retriever), questions), ""]
    return "\n".join(lines)


def _rows(ranker: str, assistant: Assistant, questions: Sequence[QuestionRow]) -> list[str]:
    recall, reciprocal, first = (defaultdict[str, list[float]](list) for _ in range(3))
    for q in questions:
        hits = assistant.search(Request(question=q.question, history=q.history, k=10))
        ids = [hit.measure.measure_id for hit in hits]
        wanted = set(q.relevant)
        ranks = [rank for rank, found in enumerate(ids, start=1) if found in wanted]
        for register in ("all", q.register_):
            recall[register].append(len(wanted & set(ids[:5])) / min(5, len(wanted)))
            reciprocal[register].append(1 / ranks[0] if ranks else 0.0)
            first[register].append(float(ranks[:1] == [1]))
    tables = (("recall@5", recall), ("MRR@10", reciprocal), ("first", first))
    return [
        f"| {ranker} | {label} | " + " | ".join(interval(values[r]) for r in REGISTERS) + " |"
        for label, values in tables
    ]


def _outcomes(assistant: Assistant, questions: Sequence[QuestionRow]) -> str:
    refused, false_answers, false_refusals, leaks, phrases = 0, 0, 0, 0, []
    answerable = [q for q in questions if q.outcome in ("answered", "partial")]
    for q in questions:
        answer = assistant.ask(Request(question=q.question, history=q.history))
        says = answer.status == "answered"
        if q.outcome in ("answered", "partial"):
            false_refusals += not says
        else:
            refused += not says
            false_answers += says
        if q.outcome == "answered" and q.phrases:
            text = "".join(answer.answer.split())
            phrases.append(float(all("".join(p.split()) in text for p in q.phrases)))
        places = {c.place for c in answer.citations}
        wanted = {assistant.measure(m).doc_id for m in q.relevant}
        leaks += bool(
            wanted and answer.places and places and not places & {assistant.document(d).place for d in wanted}
        )
    unanswerable = len(questions) - len(answerable)
    return (
        f"Unanswerable refused {refused}/{unanswerable}, answerable refused {false_refusals}/{len(answerable)}, "
        f"expected phrase in the answer {interval(phrases)}, answers of a wrong place only {leaks}."
    )
