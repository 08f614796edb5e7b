"""The report: one file that loads nothing, escapes everything, and says of each question what went wrong."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import fakes
import pytest

from eval.records import Record
from eval.report import problems, to_html, to_markdown, translate
from eval.runs import Run

HOSTILE = '<script>window.hacked=1</script>"><img src=x onerror=hacked()>'
TEMPLATE = Path(__file__).parents[2] / "eval" / "templates" / "report.html"


def record(**fields: Any) -> Record:
    measure = {"measure_id": "d:1", "title": "办法", "place": "武昌区", "label": "第一条", "text": "给3万元。"}
    given = {
        "phrases": ["3万元"], "ranking": ["d:9", "d:1"], "bm25": ["d:1"], "status": "answered", "confidence": 0.8,
        "answer": "给3万元。[1]", "expected": [{**measure, "grade": 2}],
        "sections": [{"kind": "conclusion", "title": "结论", "text": "给3万元。[1]", "citations": [1], "table": None}],
        "citations": [{**measure, "marker": 1, "quote": "给3万元。", "path": []}],
        "scores": {"recall@1": 0.0, "recall@5": 1.0, "MRR@10": 0.5, "nDCG@10": 0.63, "outcome": 1.0, "false refusal": 0.0},
        "bm25_scores": {"recall@1": 1.0, "recall@5": 1.0, "MRR@10": 1.0, "nDCG@10": 1.0},
    }  # fmt: skip
    return fakes.record(**{**given, **fields})


def run_of(*records: Record, name: str = "demo") -> Run:
    manifest = {
        "set": "demo", "count": len(records), "as_of": "2026-11-25", "configuration": "default", "encoder": "static",
        "index": "abc", "code": "def",
    }  # fmt: skip
    times = [{"id": r.id, "search": 2.0, "ask": 5.0 + n} for n, r in enumerate(records)]
    return Run(name=name, manifest=manifest, records=list(records), latencies=times)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_in_a_report_is_loaded_from_elsewhere(language: str) -> None:
    records = [record(id=f"q-{n}") for n in range(20)]
    html = to_html(run_of(*records, record(id="q-20", status="not_covered", citations=[])), run_of(record()), language)
    assert re.findall(r"""(?:src|href)=["']?(?!#|data:)[^"' >]+|url\(|@import""", html) == []
    assert html.count("<svg") == 8
    assert "default-src 'none'" in html


def test_what_questions_and_texts_say_is_escaped() -> None:
    hostile = record(
        id=HOSTILE, question=HOSTILE, answer=HOSTILE, note=HOSTILE, phrases=[HOSTILE], lacking=[HOSTILE], figures=[HOSTILE],
        sections=[{"kind": "x", "title": HOSTILE, "text": HOSTILE, "table": [[HOSTILE]]}],
        citations=[{"marker": 1, "measure_id": HOSTILE, "title": HOSTILE, "place": HOSTILE, "label": HOSTILE, "text": HOSTILE,
                    "quote": HOSTILE}],
    )  # fmt: skip
    html = to_html(run_of(hostile, name=HOSTILE), run_of(hostile, name=HOSTILE))
    assert "<script>window" not in html
    assert "<img" not in html


def test_a_report_of_the_same_run_is_the_same_and_one_of_a_ranking_alone_is_made() -> None:
    assert to_html(run_of(record())) == to_html(run_of(record()))
    ranked = record(status=None, citations=[], sections=[], answer="", scores={"recall@5": 1.0})
    assert "答对</h3>" not in to_html(run_of(ranked))
    assert to_html(Run(name="empty", manifest=run_of().manifest, records=[], latencies=[]))


def test_of_few_questions_no_curve_of_calibration_is_drawn() -> None:
    assert to_html(run_of(record())).count("<svg") == 5


def test_the_report_has_each_of_its_words_in_chinese() -> None:
    texts = re.findall(r"\bt\((['\"])(.+?)(?<!\\)\1[,)]", TEMPLATE.read_text(encoding="utf-8"))
    assert texts
    for _, text in texts:
        assert translate("zh")(text.replace("\\'", "'"))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"ranking": ["d:1"]}, []),
        ({}, ["The first relevant measure was found at rank 2."]),
        (
            {"status": "not_covered", "citations": [], "ranking": []},
            ["It has an answer, and was refused.", "No relevant measure is among the first ten found."],
        ),
        (
            {"outcome": "not_covered", "relevant": {}, "phrases": []},
            ["It should have been refused, and was answered."],
        ),
        (
            {
                "ranking": ["d:1"],
                "relevant": {"d:1": 2, "d:2": 2},
                "lacking": ["5年"],
                "figures": ["4万元"],
                "strays": ["e:1"],
            },
            [
                "Figures that no citation holds: 4万元",
                "Cited from another place: e:1",
                "Not cited: d:2",
                "The answer lacks: 5年",
            ],
        ),
        ({"ranking": ["d:1"], "outcome": "partial"}, ["The outcome should be partial, and is answered."]),
    ],
)
def test_each_question_says_what_went_wrong(fields: dict[str, Any], expected: list[str]) -> None:
    assert problems(record(**fields), translate("en")) == expected


def test_the_markdown_table_counts_what_it_sums() -> None:
    text = to_markdown(run_of(record(), record(id="q-2", status="not_covered", citations=[])))
    assert "Right 1/2, false answers 0/0, false refusals 1/2, answers with an unsupported figure 0/1." in text
    assert "| recall@5 | 1.000 (1.00–1.00) | 2 | 1.000 (1.00–1.00) |" in text
    assert "Latency: search p50 2.0 ms, p95 2.0 ms; ask p50 5.5 ms, p95 6.0 ms." in text
