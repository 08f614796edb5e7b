"""The command line as a user runs it: results on stdout, the rest on stderr, exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.interfaces.feedback import Feedback, Rating
from corpus import SHIPPED_POLICIES

RATED = {"question": "补贴多少", "status": "answered", "measures": ["a:1"]}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cli") / "index"


def policyqa(*arguments: object, index: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "COLUMNS": "200", **variables}
    if index:
        environment["POLICYQA_INDEX_DIR"] = str(index)
    command = [sys.executable, "-m", "assistant.interfaces.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def test_asking_without_an_index_says_how_to_build_one(tmp_path: Path) -> None:
    result = policyqa("ask", "住房", "--index", tmp_path / "none")
    assert result.returncode == 1
    assert result.stdout == ""
    assert "policyqa build" in result.stderr


def test_build_ask_and_batch_round_trip(index: Path, tmp_path: Path) -> None:
    built = policyqa("build", index=index)
    assert (built.returncode, built.stdout) == (0, "")
    assert "up to date" in policyqa("build", index=index).stderr
    asked = policyqa("ask", "株洲30条第12条", "--json", index=index)
    assert [c["measure_id"] for c in json.loads(asked.stdout)["citations"]] == ["zhuzhou-30:12"]
    rows = [{"id": "a", "question": "武昌意见第9条"}, {"id": "b", "question": "深圳有购房补贴吗？", "region": None}]
    (tmp_path / "in.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    batch = policyqa("ask", "--file", tmp_path / "in.jsonl", "--output", tmp_path / "out.jsonl", index=index)
    assert batch.returncode == 0, batch.stderr
    answers = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(a["id"], a["status"]) for a in answers] == [("a", "answered"), ("b", "not_covered")]
    assert answers[1]["citations"] == []
    fields = {"measure_id", "doc_id", "source", "title", "place", "level", "label", "path", "text", "start", "end"}
    assert fields | {"marker"} <= set(answers[0]["citations"][0])
    assert fields | {"score"} <= set(answers[0]["hits"][0])


def test_measures_prints_one_measure_a_line_with_its_facts(index: Path) -> None:
    policyqa("build", index=index)
    rows = [json.loads(line) for line in policyqa("measures", "--json", index=index).stdout.splitlines()]
    assert len(rows) == len({row["measure_id"] for row in rows}) > 100
    assert {"units", "amounts", "dates", "contacts"} <= set(rows[0])


def test_a_malformed_batch_line_is_named(index: Path, tmp_path: Path) -> None:
    policyqa("build", index=index)
    (tmp_path / "bad.jsonl").write_text('{"question": "住房"}\n{oops\n', encoding="utf-8")
    result = policyqa("ask", "--file", tmp_path / "bad.jsonl", index=index)
    assert result.returncode == 1
    assert "line 2" in result.stderr


def test_inspect_shows_measures_and_what_was_left_out() -> None:
    result = policyqa("inspect", SHIPPED_POLICIES / "000_357547335a2ef91b.txt")
    assert "15.强化住房保障。" in result.stdout
    assert "noise (breadcrumb)" in result.stdout


def test_ratings_are_exported_one_a_line_to_stdout_or_a_file(tmp_path: Path) -> None:
    file = tmp_path / "ratings.sqlite"
    assert policyqa("feedback", POLICYQA_FEEDBACK_FILE=str(file)).stdout == ""
    for rating, reason in (("up", ""), ("down", "太短")):
        Feedback(file).add(Rating.model_validate({**RATED, "rating": rating, "reason": reason}))
    printed = policyqa("feedback", POLICYQA_FEEDBACK_FILE=str(file)).stdout
    rows = [json.loads(line) for line in printed.splitlines()]
    assert [(row["rating"], row["reason"], row["question"]) for row in rows] == [
        ("up", "", "补贴多少"),
        ("down", "太短", "补贴多少"),
    ]
    written = policyqa("feedback", "--output", tmp_path / "out.jsonl", POLICYQA_FEEDBACK_FILE=str(file))
    assert (written.stdout, (tmp_path / "out.jsonl").read_text(encoding="utf-8")) == ("", printed)


def test_serving_beyond_this_machine_is_warned_of(tmp_path: Path) -> None:
    for host, warned in (("127.0.0.1", False), ("0.0.0.0", True)):
        result = policyqa("serve", "--host", host, "--index", tmp_path / "none")
        assert (result.returncode, "reachable beyond this machine" in result.stderr) == (1, warned)


def test_help_imports_neither_torch_nor_gradio_nor_fastapi() -> None:
    code = "import sys, assistant.interfaces.cli; print([m for m in ('torch', 'gradio', 'fastapi', 'faiss') if m in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert result.stdout.strip() == "[]"


def test_asking_with_the_shipped_model_imports_no_torch(index: Path) -> None:
    policyqa("build", index=index)
    code = (
        "import sys; sys.argv = ['policyqa', 'ask', '住房']\n"
        "from assistant.interfaces.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print([m for m in ('torch', 'gradio', 'fastapi') if m in sys.modules])"
    )
    environment = {**os.environ, "POLICYQA_INDEX_DIR": str(index)}
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
        cwd=Path(__file__).parents[2],
    )
    assert result.stdout.strip().splitlines()[-1] == "[]"
