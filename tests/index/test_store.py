"""The index on disk: one switch, no mixture, nothing stale."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from corpus import SHIPPED_POLICIES, load_corpus
from index import NoIndexError, StaleIndexError, build_index, make_encoder, open_index, read_manifest

HASHING = make_encoder("hashing")


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED_POLICIES, tmp_path / "policies"))


def build(policies: Path, folder: Path) -> None:
    build_index(load_corpus(policies), HASHING, folder, corpus_folder=policies)


def test_what_was_built_is_what_opens(policies: Path, tmp_path: Path) -> None:
    build(policies, tmp_path / "index")
    retriever = open_index(tmp_path / "index", HASHING)
    measures = [retriever.store.measure(row) for row in range(len(retriever.store))]
    assert measures == list(load_corpus(policies).measures)


def test_a_phrase_is_found_in_every_measure_that_holds_it(policies: Path, tmp_path: Path) -> None:
    build(policies, tmp_path / "index")
    store = open_index(tmp_path / "index", HASHING).store
    texts = [store.measure(row).text for row in range(len(store))]
    for phrase in ("人才", "（市科技局、市财政局）", "企业新型学徒制", "各县市区)"):
        sought = phrase.replace("（", "(").replace("）", ")")
        assert store.rows_with(phrase) == [row for row, text in enumerate(texts) if sought in "".join(text.split())]
    assert store.rows_with("人 才 住\n房") == store.rows_with("人才住房") != []
    assert store.rows_with("没有这句话") == store.rows_with(" ") == []


def test_a_phrasing_finds_its_measure_and_is_never_its_text(tmp_path: Path) -> None:
    policies = tmp_path / "policies"
    policies.mkdir()
    text = "某市人才若干措施\n一、支持住房。给予购房补贴。\n二、支持入学。由教育局协调解决。\n"
    (policies / "a.txt").write_text(text, encoding="utf-8")
    _, second = (m.measure_id for m in load_corpus(policies).measures)
    (policies / "phrasings.tsv").write_text(f"{second}\tzebra crossing\n", encoding="utf-8")
    build(policies, tmp_path / "index")
    hits = open_index(tmp_path / "index", HASHING).search("zebra crossing", 2)
    assert hits[0].measure.measure_id == second
    assert "zebra" not in hits[0].measure.text


def test_two_builds_of_one_corpus_have_one_fingerprint(policies: Path, tmp_path: Path) -> None:
    build(policies, tmp_path / "a")
    build(policies, tmp_path / "b")
    assert read_manifest(tmp_path / "a")["fingerprint"] == read_manifest(tmp_path / "b")["fingerprint"]


def test_a_missing_index_says_how_to_build_one(tmp_path: Path) -> None:
    with pytest.raises(NoIndexError) as failure:
        open_index(tmp_path, HASHING)
    assert failure.value.hint == "Run: policyqa build"


def test_a_changed_corpus_is_refused(policies: Path, tmp_path: Path) -> None:
    build(policies, tmp_path / "index")
    with (policies / "004_c21afe67327c5d9d.txt").open("a", encoding="utf-8") as file:
        file.write("\n16.新增一条。")
    with pytest.raises(StaleIndexError, match="changed"):
        open_index(tmp_path / "index", HASHING)


def test_another_model_is_refused(policies: Path, tmp_path: Path) -> None:
    build(policies, tmp_path / "index")
    with pytest.raises(StaleIndexError, match="hashing"):
        open_index(tmp_path / "index", make_encoder("shipped"))


def test_a_build_that_is_killed_leaves_the_old_index_serving(policies: Path, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    build(policies, folder)
    before = read_manifest(folder)
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom corpus import load_corpus\nfrom index import build_index, make_encoder\n"
        "class Slow:\n    name = 'slow'\n    def encode_documents(self, texts):\n        print('encoding', flush=True)\n        time.sleep(60)\n"
        "build_index(load_corpus(Path(sys.argv[1])), Slow(), Path(sys.argv[2]))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(policies), str(folder)], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"encoding\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert read_manifest(folder) == before
    assert open_index(folder, HASHING).search("人才公寓", 3)
    assert list((folder / "builds").glob(".partial-*")) != []
    build(policies, folder)
    assert list((folder / "builds").glob(".partial-*")) == []


def test_an_open_index_goes_on_while_another_is_built(policies: Path, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    build(policies, folder)
    old = open_index(folder, HASHING)
    first = [hit.measure.measure_id for hit in old.search("科技成果转化", 5)]
    (policies / "001_568cc0454aff403e.txt").unlink()
    catalogue = (policies / "catalogue.toml").read_text(encoding="utf-8")
    kept = [block for block in catalogue.split("[[document]]") if "001_568" not in block]
    (policies / "catalogue.toml").write_text("[[document]]".join(kept), encoding="utf-8")
    build(policies, folder)
    time.sleep(0.01)
    assert [hit.measure.measure_id for hit in old.search("科技成果转化", 5)] == first
    assert len(open_index(folder, HASHING).store) < len(old.store)
