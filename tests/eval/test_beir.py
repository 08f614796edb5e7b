"""Any folder in the form of BEIR is indexed on the fly and measured."""

from __future__ import annotations

import json
from pathlib import Path

import ir_measures
import pytest
from typer.testing import CliRunner

from eval.beir import METRICS, evaluate
from eval.commands import app
from eval.exchange import beir_qrels
from eval.questions import QuestionSetError
from eval.trec import read_run, write_qrels, write_run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    texts = {
        "doc/1": "高新技术企业减按15%的税率征收企业所得税。",
        "文2": "博士购房补贴最高10万元。",
        "3": "长沙的公共租赁住房按家庭收入配租。",
    }
    rows = [{"_id": name, "title": "", "text": text} for name, text in texts.items()]
    (tmp_path / "corpus.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    queries = {"a": "博士买房补多少", "b": "高新企业所得税税率", "c": "  ", "d": "长沙公租房", "unjudged": "x"}
    lines = [json.dumps({"_id": name, "text": text}) for name, text in queries.items()]
    (tmp_path / "queries.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "qrels").mkdir()
    judged = "a\t文2\t1\nb\tdoc/1\t1\nc\t3\t1\nd\t3\t1\n"
    (tmp_path / "qrels" / "test.tsv").write_text(f"query-id\tcorpus-id\tscore\n{judged}", encoding="utf-8")
    return tmp_path


def test_documents_without_policy_structure_are_found_by_their_own_ids(folder: Path) -> None:
    rankings, metrics = evaluate(folder)
    assert {query: ranking[:1] for query, ranking in rankings.items()} == {
        "a": ["文2"],
        "b": ["doc/1"],
        "c": [],
        "d": ["3"],
    }
    # A blank query finds nothing and counts.
    assert (metrics["documents"], metrics["queries"], metrics["recall@1"]) == (3, 4, 0.75)


def test_the_last_line_on_stdout_is_one_json_object_and_the_run_is_trecs(folder: Path) -> None:
    result = CliRunner().invoke(app, ["beir", str(folder), "--config", "bm25", "--output", str(folder / "run.trec")])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout.splitlines()[-1])["configuration"] == "bm25"
    assert read_run(folder / "run.trec")["b"][0] == "doc/1"


def test_what_is_missing_is_named(folder: Path) -> None:
    (folder / "qrels" / "test.tsv").unlink()
    with pytest.raises(QuestionSetError, match=r"qrels\.tsv"):
        evaluate(folder)


def test_judgements_of_what_is_not_there_are_counted_and_none_at_all_is_refused(folder: Path) -> None:
    with (folder / "qrels" / "test.tsv").open("a", encoding="utf-8") as file:
        file.write("nobody\t3\t1\nd\tabsent\t1\nunjudged\t3\t0\n")
    metrics = evaluate(folder, "bm25")[1]
    assert (metrics["queries"], metrics["queries_without_text"], metrics["relevant_not_in_corpus"]) == (4, 1, 1)
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\na\tabsent\t1\n", encoding="utf-8")
    with pytest.raises(QuestionSetError, match="no relevant document is in the corpus"):
        evaluate(folder)
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nx\t3\t1\n", encoding="utf-8")
    with pytest.raises(QuestionSetError, match="no query has a judgement"):
        evaluate(folder)


def test_the_run_that_is_written_has_the_same_figures_for_other_tools(folder: Path) -> None:
    rankings, metrics = evaluate(folder, "bm25")
    write_run(folder / "run.trec", rankings)
    write_qrels(folder / "run.qrels", beir_qrels(folder))
    theirs = ir_measures.calc_aggregate(
        [ir_measures.parse_measure(code) for code in METRICS.values()],
        ir_measures.read_trec_qrels(str(folder / "run.qrels")),
        ir_measures.read_trec_run(str(folder / "run.trec")),
    )
    for name, code in METRICS.items():
        assert metrics[name] == pytest.approx(theirs[ir_measures.parse_measure(code)], abs=1e-6)
