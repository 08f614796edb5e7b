"""Speed: the parts that need no clock. What they measure is never asserted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from corpus import Corpus, PolicyAssistantError, split_document
from eval.growth import grow
from eval.speed import report, run_stage
from eval.speed_tables import tables
from eval.stages import count_tokens
from eval.timing import memory, percentiles, read_questions, size_on_disk


def measures(size: int, seed: int = 0) -> list[tuple[str, str]]:
    splits = [split_document(document) for document in grow(size, seed)]
    return [(measure.measure_id, measure.text) for measure in Corpus(tuple(splits)).measures]


def test_percentiles_are_interpolated_linearly() -> None:
    assert percentiles(list(range(101))) == {"p50": 50.0, "p95": 95.0, "p99": 99.0}
    assert percentiles([1.0, 3.0]) == pytest.approx({"p50": 2.0, "p95": 2.9, "p99": 2.98})


@pytest.mark.parametrize("size", [1, 20, 132, 300])
def test_a_grown_corpus_splits_into_exactly_as_many_measures_with_ids_of_their_own(size: int) -> None:
    ids = [measure_id for measure_id, _ in measures(size)]
    assert (len(ids), len(set(ids))) == (size, size)


def test_growth_is_the_same_every_time_and_another_with_another_seed() -> None:
    assert measures(150) == measures(150)
    assert measures(150) != measures(150, seed=1)


def test_grown_documents_have_titles_of_their_own_and_keep_their_places() -> None:
    documents = grow(400)
    assert len({document.title for document in documents}) == len(documents)
    assert {document.place for document in documents} == {"长沙市", "长春市", "湖北省", "株洲市", "武昌区"}
    assert documents[0] == replace(documents[5], doc_id="doc-0", title=documents[0].title, text=documents[0].text)


def test_tokens_are_reckoned_by_script_and_bounded() -> None:
    assert count_tokens("人才住房补贴") == 5 + 4
    assert count_tokens("housing grants in") == 5 + 4
    assert count_tokens("人" * 5000) == 512


def test_questions_that_need_an_earlier_turn_are_left_out() -> None:
    assert len(read_questions()) > 50
    assert "长沙市在升级人才政策体系方面，将持续落实哪些既有政策，拟出台什么新政策？" in read_questions()


def test_the_size_of_a_folder_counts_the_files_below_it(tmp_path: Any) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").write_bytes(bytes(1024 * 1024))
    (tmp_path / "c").write_bytes(bytes(512 * 1024))
    assert size_on_disk(tmp_path) == 1.5


def test_the_memory_of_a_process_that_is_not_there_is_unknown() -> None:
    assert memory("VmHWM", 2**30) is None


@pytest.mark.parametrize("sizes", [[], [1000, 0], [-5]])
def test_sizes_that_tell_nothing_are_refused(sizes: list[int]) -> None:
    with pytest.raises(PolicyAssistantError, match="fewer than 20"):
        report(sizes)


def test_a_stage_that_fails_says_why() -> None:
    with pytest.raises(PolicyAssistantError, match=r"build_bm25 failed: .*FileNotFoundError.*texts\.json") as caught:
        run_stage("build_bm25", "/nowhere")
    assert caught.value.hint.endswith("build_bm25 /nowhere")


def results() -> dict[str, Any]:
    fast, slow = {"p50": 4.0, "p95": 5.0, "p99": 6.5}, {"p50": 0.25, "p95": 0.5, "p99": 110.4}
    systems = {
        "policyqa": {
            "build": {"seconds": 1.2, "rows": 2000, "disk_mb": 12.34, "peak_mb": 348.4},
            "query": {"first_s": 0.9, "search": fast, "ask": {"p50": 8.0, "p95": 9.0, "p99": 1234.5}, "peak_mb": 276.0},
        },
        "BM25 alone": {
            "build": {"seconds": 0.5, "rows": 2000, "disk_mb": 0.92, "peak_mb": 111.0},
            "query": {"first_s": 0.5, "search": slow, "peak_mb": None},
        },
        "usual recipe": {
            "build": {"seconds": 240.0, "rows": 610, "disk_mb": 0.94, "peak_mb": 1202.0},
            "query": {"first_s": 7.76, "search": {"p50": 26.0, "p95": 30.0, "p99": 40.0}, "peak_mb": 857.0},
        },
    }
    rest = {"clients": {1: {"per_s": 120.4, "latency": fast}, 8: {"per_s": 240.0, "latency": slow}}, "peak_mb": 398.0}
    shipped = {
        "disk_mb": 22.3,
        "load_s": 0.25,
        "resident_mb": 167.0,
        "questions_per_s": 6200.0,
        "passages_per_s": 4900.0,
    }
    other = {"disk_mb": 446.0, "load_s": 5.0, "resident_mb": None, "questions_per_s": 10.0, "passages_per_s": 49.0}
    return {
        "machine": "2 cores",
        "cold_start_s": 1.234,
        "sizes": [{"measures": 2000, "systems": systems, "rest": rest}],
        "models": {"shipped": shipped, "transformer": other},
    }


def test_the_tables_put_every_figure_beside_its_baselines_with_the_ratio() -> None:
    lines = tables(results()).splitlines()
    assert lines[2:5] == [
        "| 2,000 | policyqa | 0.60 | 0.90 | 4.00 / 5.00 / 6.50 | 1.00× | 8.00 / 9.00 / 1,234 | 12.3 | 348 / 276 |",
        "| 2,000 | BM25 alone | 0.25 | 0.50 | 0.25 / 0.50 / 110 | 1/16.0 | – | 0.92 | 111 / – |",
        "| 2,000 | usual recipe | 120 | 7.76 | 26.0 / 30.0 / 40.0 | 6.50× | – | 0.94 | 1,202 / 857 |",
    ]
    assert lines[8:10] == [
        "| 2,000 | 1 | 120 | 4.00 / 5.00 / 6.50 | 398 |",
        "| 2,000 | 8 | 240 | 0.25 / 0.50 / 110 | 398 |",
    ]
    assert lines[13:18] == [
        "| size on disk, MB | 22.3 | 446 | 20.0× |",
        "| load to first vector, s | 0.25 | 5.00 | 20.0× |",
        "| resident memory of a process that holds it, MB | 167 | – | – |",
        "| questions a second, one by one | 6,200 | 10.0 | 1/620 |",
        "| passages a second, batches of 32 | 4,900 | 49.0 | 1/100 |",
    ]
    assert "from the shell to the answer: 1.23 s at 2,000 measures" in lines[19]


def test_every_table_has_as_many_cells_in_each_row() -> None:
    for table in tables(results()).split("\n\n")[:3]:
        assert len({row.count("|") for row in table.splitlines()}) == 1
