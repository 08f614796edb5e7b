"""Do I qualify: conditions with their spans, three marks, and the laws that hold between them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant, EligibilityRequest, Profile
from assistant.conditions import defined_conditions, provisions_of
from assistant.eligibility import match_profile, next_field
from assistant.profile import read_profile
from corpus import Document, Measure

TODAY = date(2026, 11, 25)


def measure(text: str) -> Measure:
    return Measure("doc:1", "doc", "", "第一条", text, 0, len(text))


def marks(text: str, **profile: object) -> dict[str, str]:
    return {
        condition.field: condition.mark
        for provision in provisions_of(measure(text), Profile(**profile), TODAY)
        for condition in provision.conditions
    }


@pytest.mark.parametrize(
    ("text", "profile", "field", "mark"),
    [
        ("对45周岁以下的人员给予补贴。", {"age": 45}, "age", "met"),
        ("对45周岁以下的人员给予补贴。", {"age": 46}, "age", "unmet"),
        ("对45周岁以下的人员给予补贴。", {}, "age", "unknown"),
        ("年满60周岁以上的老人享受补贴。", {"age": 59}, "age", "unmet"),
        ("对四十五周岁以下的人员给予补贴。", {"age": 40}, "age", "met"),
        ("对超过三十五周岁的人员给予补贴。", {"age": 35}, "age", "unmet"),
        ("对不满四十五周岁的人员给予补贴。", {"age": 44}, "age", "met"),
        ("对16—24岁失业青年给予补贴。", {"age": 15}, "age", "unmet"),
        ("对16—24岁失业青年给予补贴。", {"age": 20}, "age", "met"),
        ("对硕士及以上学历人员给予补助。", {"education": "博士"}, "education", "met"),
        ("对硕士及以上学历人员给予补助。", {"education": "本科"}, "education", "unmet"),
        ("毕业5年内的人员可申请补贴。", {"graduated": 2022}, "graduated", "met"),
        ("毕业5年内的人员可申请补贴。", {"graduated": 2019}, "graduated", "unmet"),
        ("连续缴纳社会保险满6个月的给予补贴。", {"insured_months": 7}, "insured_months", "met"),
        ("连续缴纳社会保险满1年的给予补贴。", {"insured_months": 7}, "insured_months", "unmet"),
        ("组织高级技师、技师奖励补贴申报发放。", {"title": "高级技师"}, "title", "met"),
        ("给予院士1000万元创新创业支持。", {"title": "教授"}, "title", "unmet"),
        ("对海外留学回国人员给予补贴。", {}, "overseas", "unknown"),
        ("对年满60周岁的本市户籍老人发放津贴。", {"age": 70}, "other", "unknown"),
        ("对研发投入增长10%以上的企业给予奖励。", {"employer": "企业"}, "other", "unknown"),
        ("博士每月补贴3000元，硕士每月补贴2000元。", {"education": "硕士"}, "education", "met"),
    ],
)
def test_a_condition_is_met_unmet_or_unknown(text: str, profile: dict[str, object], field: str, mark: str) -> None:
    assert marks(text, **profile)[field] == mark


@pytest.mark.parametrize(
    "text",
    [
        "用人单位也可自行登录申请补贴，选择企业办事栏目。",  # how to claim
        "给予补贴，选择企业办事栏目。",
        "孤儿年满十八周岁仍在校的，可申请租赁补贴。",  # the orphan's age
    ],
)
def test_what_only_names_a_group_or_an_age_in_passing_is_no_condition(text: str) -> None:
    assert marks(text, employer="企业", age=46) == {}


def test_a_condition_carries_the_words_that_state_it() -> None:
    text = "对年龄不超过45周岁的高级技师给予补贴。"
    (provision,) = provisions_of(measure(text), Profile(age=50), TODAY)
    assert {text[c.start : c.end] for c in provision.conditions} == {c.text for c in provision.conditions}
    assert "45周岁" in next(c.text for c in provision.conditions if c.field == "age")


def test_one_unmet_condition_beats_all_that_are_met() -> None:
    (provision,) = provisions_of(measure("对45周岁以下的高级技师给予补贴。"), Profile(age=50, title="高级技师"), TODAY)
    assert provision.verdict == "unmet"


def test_a_measure_is_judged_by_the_provision_that_fits_best() -> None:
    document = Document("doc", "办法", "", "doc.txt")
    text = "对院士给予资助。对高级技师给予补贴。"
    (match,) = match_profile(Profile(title="高级技师"), [measure(text)], {"doc": document}, TODAY)
    assert match.verdict == "met"


FACTS = {
    "age": 50,
    "education": "本科",
    "graduated": 2010,
    "title": "高级技师",
    "employer": "企业",
    "overseas": False,
    "insured_months": 3,
}
TEXTS = [
    "对45周岁以下、硕士及以上学历的海外留学回国人员给予补贴。",
    "毕业5年内、连续缴纳社会保险满6个月的高校毕业生可申请补贴。",
    "对企业引进的高级技师、院士给予奖励。",
]


def verdict(text: str, known: set[str]) -> str:
    (provision,) = provisions_of(measure(text), Profile(**{name: FACTS[name] for name in known}), TODAY)
    return provision.verdict


@given(known=st.sets(st.sampled_from(sorted(FACTS))), added=st.sampled_from(sorted(FACTS)), text=st.sampled_from(TEXTS))
def test_a_fact_more_never_turns_unmet_into_unknown(known: set[str], added: str, text: str) -> None:
    before = marks(text, **{name: FACTS[name] for name in known})
    after = marks(text, **{name: FACTS[name] for name in known | {added}})
    for field, mark in before.items():
        assert not (mark == "unmet" and after.get(field) == "unknown")
    if verdict(text, known) == "unmet":
        assert verdict(text, known | {added}) != "unknown"


@given(text=st.sampled_from(TEXTS))
def test_an_empty_profile_leaves_everything_unknown(text: str) -> None:
    assert set(marks(text).values()) == {"unknown"}


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ("我45岁，高级技师，老家在株洲，想回去带徒弟", {"age": 45, "title": "高级技师", "place": "株洲市"}),
        ("I'm a 30-year-old PhD returnee from overseas", {"age": 30, "education": "博士", "overseas": True}),
        ("去年硕士毕业，社保交了8个月", {"graduated": 2025, "education": "硕士", "insured_months": 8}),
        ("我没有硕士学位，是日本人开的公司", {"education": None, "employer": "企业"}),
        (
            "I am not a PhD but a Japanese who founded a start-up",
            {"education": None, "nationality": "外籍", "employer": "创业"},
        ),
        ("我老婆也要找工作，孩子该上小学了", {"family": ["配偶", "子女"]}),
    ],
)
def test_a_profile_is_read_from_a_sentence(said: str, fields: dict[str, object]) -> None:
    profile = read_profile(said, TODAY).model_dump()
    assert {name: profile[name] for name in fields} == fields


def test_the_next_question_settles_most() -> None:
    document = Document("doc", "办法", "", "doc.txt")
    texts = ["对45周岁以下人员给予补贴。", "60周岁以上人员享受补贴。", "对硕士及以上学历人员给予补助。"]
    matches = match_profile(Profile(), [measure(text) for text in texts], {"doc": document}, TODAY)
    assert next_field(matches) == "age"


def test_what_no_profile_tells_keeps_a_measure_open_and_is_not_asked_for() -> None:
    text = "对年满60周岁的本市户籍老人发放津贴。"
    documents = {"doc": Document("doc", "title", "", "")}
    matches = match_profile(Profile(age=70), [measure(text)], documents, TODAY)
    assert [m.verdict for m in matches] == ["unknown"]
    assert next_field(matches) is None


def test_words_against_claiming_twice_are_shown() -> None:
    document = Document("doc", "办法", "", "doc.txt")
    text = "对博士给予补贴。同类补贴就高不就低，不重复享受。"
    (match,) = match_profile(Profile(education="博士"), [measure(text)], {"doc": document}, TODAY)
    assert match.exclusive == "同类补贴就高不就低，不重复享受"


def test_a_skilled_worker_from_zhuzhou_finds_the_measure_and_who_decides(assistant: Assistant) -> None:
    found = assistant.qualify(EligibilityRequest(text="我45岁，高级技师，老家在株洲，想回去带徒弟"))
    assert "zhuzhou-30:5" in [match.measure_id for match in found.eligible]
    match = next(m for m in found.eligible if m.measure_id == "zhuzhou-30:5")
    text = assistant.document("zhuzhou-30").text
    assert all(text[c.start : c.end] == c.text for c in match.conditions)
    assert "市人社局" in match.note


def test_a_given_field_wins_over_the_sentence(assistant: Assistant) -> None:
    found = assistant.qualify(EligibilityRequest(text="我45岁，在株洲", profile=Profile(age=30)))
    assert found.profile.age == 30


def test_an_age_may_stand_in_the_definition_of_whom_a_text_speaks_of() -> None:
    definition = measure("第二条 本条例所称的青年，其年龄在三十五周岁以下。本条例所称的载体，是指孵化器。")
    other = measure("第三条 对青年创业给予补贴。")
    found = defined_conditions([definition, other], other.text, Profile(age=38), TODAY)
    assert [(m.text, [(c.text, c.mark) for c in conditions]) for m, conditions in found] == [
        (definition.text, [("年龄在三十五周岁以下", "unmet")])
    ]
    assert defined_conditions([definition, other], "对老人给予补贴。", Profile(age=38), TODAY) == []
