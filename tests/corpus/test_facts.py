"""What a measure states, with exact spans."""

from __future__ import annotations

import pytest

from corpus import SHIPPED_POLICIES, Document, Measure, figure_value, find_places, load_corpus, split_measures


def read(body: str) -> Measure:
    text = f"某市若干措施\n一、总则。本措施适用于本市。\n二、{body}\n三、附则。本措施由市人社局解释。"
    return split_measures(Document("d", "", text, "d.txt"))[1]


@pytest.mark.parametrize(
    ("body", "units"),
    [
        ("支持住房。(责任单位:市住建局、市财政局)", [("市住建局", "responsible"), ("市财政局", "responsible")]),
        (
            "支持住房。(牵头单位:市住建局;配合单位:市财政局、各区政府)",
            [("市住建局", "lead"), ("市财政局", "shared"), ("各区政府", "shared")],
        ),
        ("支持住房。(市住建局牵头,市财政局配合)", [("市住建局", "lead"), ("市财政局", "shared")]),
        (
            "支持住房。责任单位:市委组织部(人才办)、团市委〕",
            [("市委组织部(人才办)", "responsible"), ("团市委", "responsible")],
        ),
        ("支持住房(含租房)。", []),
    ],
)
def test_units_and_their_roles(body: str, units: list[tuple[str, str]]) -> None:
    assert [(unit.name, unit.role) for unit in read(body).units] == units


def test_the_first_unit_leads_where_the_text_says_so_and_after_it() -> None:
    measures = {m.measure_id: m for m in load_corpus(SHIPPED_POLICIES).measures}
    assert [(u.name, u.role) for u in measures["zhuzhou-30:15"].units] == [("市科技局", "lead"), ("市财政局", "shared")]
    assert measures["changsha-2022:10"].units[0].role == "lead"


@pytest.mark.parametrize(
    ("figure", "value", "unit"),
    [
        ("30万元", 300_000, "元"),
        ("三十万元", 300_000, "元"),
        ("３０万元", 300_000, "元"),
        ("1.5亿元", 150_000_000, "元"),
        ("1,000元", 1000, "元"),
        ("百分之五十", 50, "%"),
        ("10-20名", 20, "名"),
    ],
)
def test_figures_have_one_value_however_printed(figure: str, value: float, unit: str) -> None:
    assert figure_value(figure) == (pytest.approx(value), unit)


def test_amounts_keep_their_cap_and_span() -> None:
    measure = read("给予最高不超过50万元的资助,每月800元。")
    assert [(a.text, a.cap) for a in measure.amounts] == [("50万元", "最高不超过"), ("800元", "每月")]
    text = measure.text
    assert all(text[a.start - measure.start : a.end - measure.start] == a.text for a in measure.amounts)


def test_deadlines_and_contacts_are_read() -> None:
    measure = read("请于2024年6月9日前报送。联系人:王芳 027-67880702,talent@example.com。")
    assert [(d.iso, d.deadline) for d in measure.dates] == [("2024-06-09", True)]
    assert [(c.kind, c.text) for c in measure.contacts] == [
        ("name", "王芳"), ("phone", "027-67880702"), ("email", "talent@example.com"),
    ]  # fmt: skip


def test_what_nobody_states_is_none() -> None:
    documents = {d.doc_id: d for d in load_corpus(SHIPPED_POLICIES).documents}
    # 长发〔2022〕10号 is the text that Changsha's plan rests on, not its own number.
    assert documents["changsha-2022"].number is None
    assert documents["zhuzhou-30"].published is None
    assert documents["changsha-2022"].validity.statement == "到2025年"
    assert "足彩" not in documents["changsha-2022"].title


def test_the_longest_place_name_wins() -> None:
    assert [name for name, _, _ in find_places("江西安家费和广州市天河区的补贴")] == ["江西省", "广州市", "天河区"]
    assert find_places("武汉大学的博士") == []
