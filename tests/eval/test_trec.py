"""TREC runs and qrels are what other tools read, and what they write is read."""

from __future__ import annotations

import gzip
from pathlib import Path

import ir_measures
import pytest

from eval.questions import QuestionSetError
from eval.trec import read_qrels, read_run, write_qrels, write_run


def test_a_run_keeps_its_order_where_trec_tools_sort_it_again(tmp_path: Path) -> None:
    rankings = {"q1": [f"d{n}" for n in range(300)], "q2": ["b", "a"]}
    write_run(tmp_path / "run.trec", rankings)
    assert read_run(tmp_path / "run.trec") == rankings
    sorted_again: dict[str, list[str]] = {}
    for hit in sorted(
        ir_measures.read_trec_run(str(tmp_path / "run.trec")), key=lambda hit: (hit.query_id, -hit.score)
    ):
        sorted_again.setdefault(hit.query_id, []).append(hit.doc_id)
    assert sorted_again == rankings


def test_qrels_are_read_with_and_without_a_header(tmp_path: Path) -> None:
    (tmp_path / "beir.tsv").write_text("query-id\tcorpus-id\tscore\nq 1\td 1\t2\n", encoding="utf-8")
    (tmp_path / "trec.qrels").write_text("q1 0 d1 1\nq1 0 d2 0\n", encoding="utf-8")
    assert read_qrels(tmp_path / "beir.tsv") == {"q 1": {"d 1": 2}}
    assert read_qrels(tmp_path / "trec.qrels") == {"q1": {"d1": 1, "d2": 0}}
    (tmp_path / "bad.tsv").write_text("query-id\tcorpus-id\tscore\nq\td\tx\n", encoding="utf-8")
    with pytest.raises(QuestionSetError, match="line 2"):
        read_qrels(tmp_path / "bad.tsv")


@pytest.mark.parametrize(
    "head", ["", "query-id\tcorpus-id\tscore\n", "\ufeffquery-id\tcorpus-id\tscore\r\n", "\nQuery ID\tDoc\tRelevance\n"]
)
def test_the_first_line_of_qrels_counts_where_it_is_no_head(head: str, tmp_path: Path) -> None:
    (tmp_path / "q.tsv").write_text(f"{head}q\td\t1.0\nq\te\t0\n", encoding="utf-8")
    assert read_qrels(tmp_path / "q.tsv") == {"q": {"d": 1, "e": 0}}


def test_ids_with_blanks_stay_in_their_columns(tmp_path: Path) -> None:
    write_run(tmp_path / "run.trec", {"q 1": ["d 1", "<d:2>"]})
    write_qrels(tmp_path / "test.qrels", {"q 1": {"d 1": 1}})
    run = list(ir_measures.read_trec_run(str(tmp_path / "run.trec")))
    assert [(hit.query_id, hit.doc_id) for hit in run] == [("q%201", "d%201"), ("q%201", "<d:2>")]
    qrels = ir_measures.read_trec_qrels(str(tmp_path / "test.qrels"))
    assert ir_measures.calc_aggregate([ir_measures.RR], qrels, run) == {ir_measures.RR: 1.0}


def test_a_file_that_is_cut_off_or_no_text_is_named(tmp_path: Path) -> None:
    whole = gzip.compress("".join(f"q\td{n * n}\t1\n" for n in range(9999)).encode())
    (tmp_path / "cut.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "plain.gz").write_bytes(b"q\td\t1\n")
    (tmp_path / "gbk.tsv").write_bytes("问\td\t1\n".encode("gb18030"))
    for name in ("cut.gz", "plain.gz", "gbk.tsv", "absent.tsv"):
        with pytest.raises(QuestionSetError, match=name):
            read_qrels(tmp_path / name)
