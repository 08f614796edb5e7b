"""A run can be interrupted and repeated, and is the same byte for byte; its records say what went wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import fakes
import pytest

from assistant import Assistant
from corpus import SHIPPED_POLICIES
from eval.configurations import CONFIGURATIONS, configure
from eval.questions import QUESTIONS, QuestionRow, read_questions
from eval.records import summarise
from eval.runs import Run, RunError, make_manifest, previous_of, read_run, run

FILES = ("manifest.json", "records.jsonl", "metrics.json")


@pytest.fixture(scope="module")
def rows() -> list[QuestionRow]:
    return read_questions(QUESTIONS / "shipped-development.jsonl")[::24]


@pytest.fixture(scope="module")
def folder(assistant: Assistant, rows: list[QuestionRow], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "first"
    run(rows, assistant, folder, manifest_of(rows, assistant))
    return folder


def manifest_of(rows: list[QuestionRow], assistant: Assistant, configuration: str = "default") -> dict[str, Any]:
    return make_manifest("slice", rows, assistant, SHIPPED_POLICIES, configuration)


def contents(folder: Path) -> list[bytes]:
    return [(folder / name).read_bytes() for name in FILES]


def test_a_run_of_the_same_is_the_same_byte_for_byte(
    assistant: Assistant, rows: list[QuestionRow], folder: Path, tmp_path: Path
) -> None:
    run(rows, assistant, tmp_path / "second", manifest_of(rows, assistant))
    assert contents(tmp_path / "second") == contents(folder)


def test_an_interrupted_run_goes_on_where_it_stopped(
    assistant: Assistant, rows: list[QuestionRow], folder: Path, tmp_path: Path
) -> None:
    asked: list[str] = []

    def stop_after_three(rows: Any) -> Any:
        for number, row in enumerate(rows):
            if number == 3:
                raise KeyboardInterrupt
            yield row

    def note(rows: Any) -> Any:
        asked.extend(row.id for row in rows)
        return rows

    target, manifest = tmp_path / "run", manifest_of(rows, assistant)
    with pytest.raises(KeyboardInterrupt):
        run(rows, assistant, target, manifest, stop_after_three)
    with (target / "records.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"id": "cut o')  # as a crash in the middle of a line leaves it
    run(rows, assistant, target, manifest, note)
    assert asked == [row.id for row in rows[3:]]
    assert contents(target) == contents(folder)
    assert [row["id"] for row in read_run(target).latencies] == [row.id for row in rows]


def test_a_run_of_something_else_keeps_the_one_before_it(
    assistant: Assistant, rows: list[QuestionRow], tmp_path: Path
) -> None:
    target = tmp_path / "run"
    run(rows[:1], assistant, target, manifest_of(rows[:1], assistant))
    run(rows[:2], assistant, target, manifest_of(rows[:2], assistant))
    assert len(read_run(target).records) == 2
    assert len(read_run(previous_of(target)).records) == 1


def test_a_folder_of_something_else_is_left_alone(
    assistant: Assistant, rows: list[QuestionRow], tmp_path: Path
) -> None:
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(RunError):
        run(rows, assistant, tmp_path, manifest_of(rows, assistant))
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "keep"
    with pytest.raises(RunError, match="holds no run"):
        read_run(tmp_path)


def test_a_record_holds_the_answer_and_its_scores(folder: Path) -> None:
    finished = read_run(folder)
    assert finished.complete
    for record in finished.records:
        cited = {c["measure_id"] for c in record.citations}
        if record.relevant and cited:
            assert record.scores["citation recall"] == len(cited & set(record.relevant)) / len(record.relevant)
        assert (record.scores["false answer"] is None) == record.answerable
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["all"]["outcome"]["count"] == len(finished.records)
    assert set(metrics) == {"all", "register", "kind", "language", "persona"}


@pytest.mark.parametrize(
    ("outcome", "status", "cited", "right"),
    [
        ("answered", "answered", ["d:1"], True),
        ("answered", "partial", ["d:1", "d:9"], True),
        ("answered", "answered", ["d:9"], False),
        ("answered", "not_covered", [], False),
        ("not_covered", "out_of_scope", [], True),
        ("not_covered", "answered", ["d:1"], False),
        (None, "answered", ["d:1"], None),
    ],
)
def test_what_counts_as_right(outcome: str | None, status: str, cited: list[str], right: bool | None) -> None:
    record = fakes.record(outcome=outcome, status=status, citations=[{"measure_id": m} for m in cited])
    assert record.right is right


def test_every_configuration_ranks_in_its_own_way_and_only_one_answers(
    assistant: Assistant, rows: list[QuestionRow], tmp_path: Path
) -> None:
    judged = [row for row in rows if row.relevant and row.kind not in ("clause", "unit")]
    rankings = {}
    for name in CONFIGURATIONS:
        if name != "reranker":
            finished: Run = run(judged, assistant, tmp_path / name, manifest_of(judged, assistant, name))
            rankings[name] = [tuple(record.ranking) for record in finished.records]
            assert all((record.status is not None) == (name == "default") for record in finished.records)
    assert len({tuple(ranking) for ranking in rankings.values()}) >= 4
    assert rankings["bm25"] == [tuple(record.bm25) for record in finished.records]
    assert summarise(finished.records)["recall@5"].count == len(judged)


def test_an_unknown_configuration_is_refused_by_name(assistant: Assistant) -> None:
    with pytest.raises(Exception, match="magic"):
        configure(assistant, "magic")
