"""Lists in a measure: an item is not quoted without what opens the list, nor an opening without its items."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.sentences import lists, past_term, roles, with_lists
from corpus import sentences

_FORBIDDEN = sentences(
    "第六条 机构不得有下列行为：\n（一）泄露秘密；\n（二）收取押金。收取的应当退还；\n（三）其他行为。\n机构应当公示收费标准。"
)
_CLOSED = sentences("申请人应当符合：(一)在本市居住;(二)年满18周岁。由市人社局受理。")
_NESTED = sentences("一、标准：\n（一）博士：\n1.每月3000元；\n2.最长36个月。\n（二）硕士每月1000元。")


def test_an_opening_brings_its_items_and_no_more():
    assert lists(_FORBIDDEN) == {0: range(1, 5)}
    assert with_lists(_FORBIDDEN, [0]) == [0, 1, 2, 3, 4]
    assert with_lists(_FORBIDDEN, [5]) == [5]


def test_an_item_comes_with_what_opens_its_list():
    assert with_lists(_FORBIDDEN, [4]) == [0, 4]
    # What follows an item's first sentence is nothing without it.
    assert [_FORBIDDEN[i] for i in with_lists(_FORBIDDEN, [3])] == [
        "第六条 机构不得有下列行为：", "（二）收取押金。", "收取的应当退还；",
    ]  # fmt: skip


def test_the_first_item_may_stand_in_the_opening_sentence():
    assert with_lists(_CLOSED, [1]) == [0, 1]
    assert with_lists(_CLOSED, [2]) == [2]


def test_the_heading_of_an_item_comes_with_what_stands_behind_it():
    grants = sentences("第七条 资助标准：（一）授权资助。每件资助1500元。（二）维持资助。满10年的每件资助3000元。")
    assert "".join(grants[i] for i in with_lists(grants, [2])).endswith("（二）维持资助。满10年的每件资助3000元。")


def test_a_small_list_comes_whole_where_that_is_wanted():
    assert with_lists(_CLOSED, [1], small=300) == [0, 1]
    assert with_lists(_FORBIDDEN, [1], small=300) == [0, 1, 2, 3, 4]


def test_a_list_within_a_list_keeps_both_openings():
    assert [_NESTED[i] for i in with_lists(_NESTED, [2])] == ["一、标准：", "（一）博士：", "1.每月3000元；"]


def test_a_long_list_is_not_brought_along():
    parts = ["下列情形：", *(f"（{n}）{'很长的一项' * 60}；" for n in "一二三四")]
    assert with_lists(parts, [0]) == [0]


def test_items_have_the_role_of_their_opening():
    assert set(roles(_CLOSED[:2])) == {"conditions"}
    assert roles(["提交材料：", "（一）学历证书；", "（二）合同。"]) == ["procedure"] * 3


@pytest.mark.parametrize(
    ("text", "past"),
    [
        ("上述政策实施时间为2023 年1 月1 日至2023 年12 月31 日。", True),
        ("政策有效期至2026年。", False),
        ("政策有效期至2025年。", True),
        ("期限至2026年11月25日。", False),
        ("2023年1月1日前毕业的可以申请。", False),
    ],
)
def test_a_measure_that_states_its_own_end_is_past_after_it(text: str, past: bool) -> None:
    assert bool(past_term(text, date(2026, 11, 25))) is past
