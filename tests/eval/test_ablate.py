"""The one table of rankings, and what fixed windows are credited with."""

from __future__ import annotations

import pytest

from corpus import SHIPPED_POLICIES, Measure, load_corpus
from eval.ablate import ablate, cut_windows, stand_for, to_markdown
from eval.questions import QUESTIONS, read_questions


def span(measure_id: str, start: int, end: int, doc_id: str = "d") -> Measure:
    return Measure(measure_id, doc_id, "", "", "字" * (end - start), start, end)


def test_a_window_stands_once_for_a_relevant_measure_that_it_overlaps() -> None:
    windows = [span("d:w3", 900, 1400), span("d:w1", 0, 400), span("d:w2", 400, 900), span("e:w1", 350, 500, "e")]
    relevant = [span("d:1", 350, 450), span("d:2", 450, 460)]
    assert stand_for(windows, relevant) == ["d:w3", "d:1", "d:2", "e:w1"]


def test_windows_tile_their_documents_and_stay_under_five_hundred_characters() -> None:
    corpus = load_corpus(SHIPPED_POLICIES)
    windows = cut_windows(corpus)
    for before, after in zip(corpus.splits, windows.splits, strict=True):
        text = before.document.text
        assert all(len(w.text) <= 500 and w.text == text[w.start : w.end] for w in after.measures)
        assert "".join(w.text for w in after.measures) == text


def test_the_table_has_a_row_a_ranking_in_the_order_asked() -> None:
    rows = [row for row in read_questions(QUESTIONS / "shipped-development.jsonl") if row.relevant][::20]
    table = ablate(rows, load_corpus(SHIPPED_POLICIES), ["bm25", "windows", "default"])
    assert [row.name for row in table] == ["bm25", "windows", "default"]
    assert {row.estimate("recall@5").count for row in table} == {len(rows)}
    assert table[1].characters == pytest.approx(2100, abs=400)  # five windows
    lines = to_markdown(table).splitlines()
    assert lines[0].startswith("| ranking | recall@1 | recall@5 | MRR@10 | nDCG@10 |")
    assert len(lines) == 5
