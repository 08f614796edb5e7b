"""The desk's line: what is named exactly is found exactly, facets narrow it, and the 口径 quotes the clause."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Assistant
from assistant.interfaces.desk import Desk
from corpus import Corpus, Document, split_document
from index import build_index, make_encoder, open_index


@pytest.fixture(scope="module")
def desk(assistant: Assistant) -> Desk:
    return Desk(assistant)


@pytest.mark.parametrize(
    ("line", "how", "first"),
    [
        ("武昌意见第9条", "exact", "wuchang-2022:9"),
        ("wuchang-2022:9", "exact", "wuchang-2022:9"),
        ("“企业新型学徒制和现代学徒制”", "phrase", "wuchang-2022:9"),
        ('"加强优秀人才团结凝聚"', "phrase", "zhuzhou-30:23"),
        ("市住房城乡建设局", "unit", "changsha-2022:15"),
        ("长沙 人才住房", "ranked", "changsha-2022:15"),
    ],
)
def test_a_line_finds_what_it_names(desk: Desk, line: str, how: str, first: str) -> None:
    found = desk.look_up(line, {})
    assert (found.how, found.rows[0].measure.measure_id) == (how, first)


def test_a_number_alone_finds_the_clause_of_every_document(desk: Desk) -> None:
    found = desk.look_up("第9条", {})
    assert {row.document.doc_id for row in found.rows} >= {"wuchang-2022", "zhuzhou-30", "changsha-2022"}


def test_facets_narrow_and_count_what_is_left(desk: Desk) -> None:
    found = desk.look_up("", {"place": ["株洲市"], "unit": ["市科协"]})
    assert sorted(row.measure.label for row in found.rows) == ["1", "23", "7"]
    assert dict(found.facets["place"]) == {"株洲市": 3, "长沙市": 6}
    assert dict(found.facets["unit"])["市科协"] == 3


def test_an_empty_line_lists_everything_in_order(desk: Desk, assistant: Assistant) -> None:
    found = desk.look_up("", {})
    assert found.total == sum(len(assistant.measures_of(doc_id)) for doc_id in assistant.documents)


def test_facets_count_every_match_and_pages_reach_them_all(tmp_path: Path) -> None:
    clauses = [f"第{n}条 {'住房补贴' if n % 2 else '科技成果转化奖励'}由市科技局办理。" for n in range(1, 3501)]
    split = split_document(Document("n", "某办法", "某办法\n" + "\n".join(clauses) + "\n", "n.txt", place="株洲市"))
    encoder = make_encoder("hashing")
    build_index(Corpus((split,)), encoder, tmp_path)
    desk = Desk(Assistant(open_index(tmp_path, encoder)))
    last = desk.look_up("", {}, 3480)
    assert (last.total, [row.measure.label for row in last.rows][-1]) == (3500, "第3500条")
    for line, total, start in (("住房补贴", 1750, 1740), ("“住房补贴”", 1750, 1740), ("市科技局", 3500, 3490)):
        found = desk.look_up(line, {}, start)
        assert (found.total, len(found.rows), dict(found.facets["place"])) == (total, 10, {"株洲市": total})
    by_page = [desk.look_up("科技成果转化", {}, start).rows for start in range(0, 1900, 60)]
    ids = [row.measure.measure_id for rows in by_page for row in rows]
    assert len(ids) == len(set(ids)) == desk.look_up("科技成果转化", {}).total >= 1750
    housing = next(value for value, _ in desk.look_up("“住房补贴”", {}).facets["topic"])
    assert desk.look_up("", {"topic": [housing]}).total == 1750


def test_a_script_quotes_the_clause_with_its_source(desk: Desk, assistant: Assistant) -> None:
    script = desk.script("changsha-2022:15", "长沙对人才住房有什么保障？")
    assert f"原文：{assistant.measure('changsha-2022:15').text.strip()}" in script
    assert [line.split("：")[0] for line in script.splitlines() if "：" in line] == [
        "问", "答", "原文", "出处", "效力", "责任单位", "电话", "链接",
    ]  # fmt: skip


@pytest.mark.parametrize("line", ["京政发〔2024〕5号", "京政发[2024]5号", "〔2024〕5号"])
def test_a_document_is_found_by_its_number_however_it_is_typed(tmp_path: Path, line: str) -> None:
    text = "某办法\n第一条 给予补贴30万元。\n第二条 由市科技局负责解释。\n"
    split = split_document(Document("n", "某办法", text, "n.txt", number="京政发〔2024〕5号"))
    encoder = make_encoder("hashing")
    build_index(Corpus((split,)), encoder, tmp_path)
    desk = Desk(Assistant(open_index(tmp_path, encoder)))
    found = desk.look_up(line, {})
    assert (found.how, [row.measure.label for row in found.rows]) == ("number", ["第一条", "第二条"])
    assert [row.measure.label for row in desk.look_up(f"{line}第二条", {}).rows] == ["第二条"]
    assert "（京政发〔2024〕5号）" in desk.script(found.rows[0].measure.measure_id, "")
