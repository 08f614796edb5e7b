"""One small text a rule of the splitter, and the promise that it keeps for every text."""

import re

from hypothesis import given
from hypothesis import strategies as st

from corpus import Document, SegmentKind, Split, split_document


def split(text: str, source: str = "text.html") -> Split:
    return split_document(Document("doc", "", text, source))


def labels(text: str, source: str = "text.html") -> list[str]:
    return [measure.label for measure in split(text, source).measures]


def texts(text: str, source: str = "text.html") -> list[str]:
    return [measure.text for measure in split(text, source).measures]


def reasons(text: str, kind: SegmentKind) -> list[str]:
    return [s.reason for s in split(text).segments if s.kind is kind and s.reason != "blank"]


STATUTE = """某市促进条例
第一章 总则
第一条 为了促进发展，制定本条例。
第二条 本市行政区域内适用本条例。
第二章 附则
第三条 本条例自公布之日起施行。
"""
PLAN = """一、总体要求
坚持党的全面领导，深入实施人才强市战略，促进高质量发展。
二、主要任务
（一）引进人才
1.建设平台。支持企业建设研发平台，给予50万元补助。（市科技局）
2.引进团队。支持引进高层次人才团队，给予100万元补助。（市人社局）
（二）服务人才
3.安居保障。建设人才公寓，提供租房补贴，优先安排入住。（市住建局）
"""
# The text layer of a PDF: lines end where the page ended, not where a sentence did.
WRAPPED = """2. 某省人民政府办公厅关于印发某省
优化营商环境实施方案的通知（2023 年5 月
8 日）某政办发〔2023〕16 号
各市、县人民政府，省政府各部门、各直
属机构：
《某省优化营商环境实施方案》已经省政府同意，现印发给你们，请认真
贯彻执行。
某省人民政府办公厅
2023 年5 月8 日
某省优化营商环境实施方案为深入贯彻落实国务院决策部署，持续优化营商环境，结合实际，
制定本方案。
一、主要任务
（一）
放宽市场准入。全面落实负面清单管理制度，定期评估、排查、
清理各类显性和隐性壁垒。（责任单位：省发展改革委、
省市场监管局）
（二）优化公共服务。推行企业开办一网通办，压缩办理时限至1 个工作日，实施期限至
2023 年12 月31 日。
二、保障措施
各地各部门要加强组织领导，细化工作措施，确保各项任务
落到实处，取得实效。
"""


# --- which number is a measure, and how it is cited ---


def test_the_article_is_the_measure_of_a_statute_and_chapters_are_its_path() -> None:
    measures = split(STATUTE).measures
    assert [m.label for m in measures] == ["第一条", "第二条", "第三条"]
    assert [m.measure_id for m in measures] == ["doc:1", "doc:2", "doc:3"]
    assert measures[2].path == ("第二章 附则",)


def test_paragraphs_and_items_stay_inside_their_article() -> None:
    text = "第一条 企业应当符合下列条件：\n（一）依法设立；\n（二）信用良好。\n国家另有规定的，从其规定。\n第二条 本办法自发布之日起施行。"
    assert labels(text) == ["第一条", "第二条"]
    assert texts(text)[0].endswith("国家另有规定的，从其规定。")


def test_an_excerpt_may_begin_in_the_middle_of_an_article() -> None:
    assert labels("（一）甲；\n（二）乙。\n第四条 丙。\n第五条 丁。")[-2:] == ["第四条", "第五条"]


def test_an_article_added_later_has_a_number_of_its_own() -> None:
    measures = split("第十条 甲。\n第十条之一 乙。\n第十一条 丙。").measures
    assert [(m.label, m.measure_id) for m in measures] == [
        ("第十条", "doc:10"),
        ("第十条之一", "doc:10-1"),
        ("第十一条", "doc:11"),
    ]


def test_the_deepest_level_of_provisions_is_the_measure_of_a_plan() -> None:
    measures = split(PLAN).measures
    assert [m.label for m in measures] == ["一", "1", "2", "3"]
    assert [m.title for m in measures] == ["", "建设平台", "引进团队", "安居保障"]
    assert measures[3].path == ("二、主要任务", "（二）服务人才")


def test_a_sentence_followed_by_its_units_alone_is_no_title() -> None:
    assert [m.title for m in split("1.研究制定补贴办法。（市科技局、市财政局）\n2.强化保障。提供住房。").measures] == [
        "",
        "强化保障",
    ]


def test_numbers_that_restart_are_cited_with_their_parents() -> None:
    text = "一、支持创新\n（一）给予补助。对企业给予补助。\n（二）加强培训。组织培训。\n二、支持创业\n（一）提供场地。免费提供场地。\n（二）贴息。"
    assert labels(text) == ["一（一）", "一（二）", "二（一）", "二（二）"]
    assert [m.measure_id for m in split(text).measures] == ["doc:1.1", "doc:1.2", "doc:2.1", "doc:2.2"]


def test_full_width_and_mismatched_brackets_and_digits_are_numbers() -> None:
    text = "一、任务\n（一)引进人才。给予补助，提供住房。\n(二〉培养人才。组织培训，发放补贴。\n（三）留住人才。提供住房，解决入学。"
    assert labels(text) == ["（一）", "（二）", "（三）"]
    assert labels("１．建设平台。给予补助。\n２、引进团队。给予奖励。\n3﹒优化服务。建立专窗。") == ["1", "2", "3"]


def test_the_body_of_a_heading_is_a_measure_of_its_own() -> None:
    text = "一、总体目标\n（一）规模。到2025年达到10万人。\n二、重点任务\n围绕产业链部署人才链，实施四项行动。\n（一）引才。引进人才。\n（二）育才。培育人才。"
    assert [(m.measure_id, m.text[:4]) for m in split(text).measures][1] == ("doc:2.0", "围绕产业")


def test_steps_number_their_items_anew() -> None:
    text = "一、申领方法\n第一步：准备照片\n到照相馆拍摄照片，取得回执号。\n第二步：办理申领\n（一）网上办理，需等待12个工作日。\n（二）网点办理，即时领卡。\n第三步：领卡\n（一）到网点领取。\n（二）邮寄领取。"
    assert labels(text)[-4:] == ["第二步（一）", "第二步（二）", "第三步（一）", "第三步（二）"]


def test_numbering_that_runs_on_under_a_heading_is_no_list() -> None:
    text = "1.市场准入\n（1）落实负面清单制度。\n（2）推行一照多址。\n2.市场退出\n（3）优化注销程序。\n（4）提升破产便利度。"
    assert [m.measure_id for m in split(text).measures][-2:] == ["doc:3", "doc:4"]


def test_items_that_name_who_is_responsible_are_provisions() -> None:
    text = "（一）降低制度性成本，具体举措：\n1.落实条例，切实维护合法权益。（市市场监管局牵头）\n2.开展专项行动，破除地方保护。（市发展改革委牵头）\n（二）提高效率，具体举措：\n1.推进集中办理，压缩时限。（市住建局牵头）"
    assert labels(text) == ["（一）1", "（一）2", "（二）1"]


# --- what is only mentioned, or only a condition ---


def test_a_cross_reference_at_the_start_of_a_line_opens_nothing() -> None:
    text = "第一条 甲。\n第十条的规定适用于本条。\n第二条、第三条规定的情形除外。\n第二条 乙。\n第三条 丙，依照\n第四条\n执行。\n第四条 丁。"
    assert labels(text) == ["第一条", "第二条", "第三条", "第四条"]
    assert "第十条的规定" in texts(text)[0]
    assert "执行。" in texts(text)[2]


def test_an_article_about_projects_is_no_cross_reference() -> None:
    assert labels("第八条 甲。\n第九条项目申报由市科技局受理。\n第十条 乙。") == ["第八条", "第九条", "第十条"]


def test_a_list_of_conditions_belongs_to_the_measure_above_it() -> None:
    text = "一、补贴对象\n申请补贴应当符合下列条件：\n（一）在本市就业；\n（二）毕业两年内。\n二、补贴标准\n每人每月1000元，最长不超过36个月。"
    assert len(texts(text)) == 2
    assert "毕业两年内" in texts(text)[0]


def test_nearly_all_nodes_of_a_level_holding_lists_decide_for_the_rest() -> None:
    diseases = [f"{n}、某病\n符合以下标准：\n（一）有病史；\n（二）检查阳性。" for n in "一二三四"]
    text = "\n".join([*diseases, "五、另病\n（一）成人确诊阳性。\n（二）婴儿两次阳性。"])
    assert labels(text) == ["一", "二", "三", "四", "五"]


def test_numbered_items_that_end_in_semicolons_stay_inside() -> None:
    text = "一、工作内容\n1.政策宣传；\n2.业务培训；\n3.跟踪服务。\n二、工作要求\n各单位要高度重视，认真组织实施，及时总结经验。"
    assert len(texts(text)) == 2


def test_a_decimal_or_a_year_at_the_start_of_a_line_is_no_number_unless_it_is_next() -> None:
    text = "1.推进组团发展，增速提高\n2.5%以上。\n2.2023年底前完成清理工作。\n3.5个地级市要建设专窗，统一受理。"
    assert labels(text) == ["1", "2", "3"]


# --- other kinds of text ---


def test_a_question_and_its_answer_are_one_measure() -> None:
    text = "问：哪些人可以申请？\n答：毕业两年内的高校毕业生。\n问：如何申请？\n答：1.网上申请。\n2.窗口申请。"
    assert labels(text) == ["问1", "问2"]
    assert texts(text)[1].endswith("2.窗口申请。")


def test_unnumbered_questions_keep_the_subheadings_of_their_answers() -> None:
    text = "什么是电子居住证？\n电子居住证是公安机关签发的居住证电子文件，与实体居住证具有同等效力。\n如何申领？\n线上办理\n通过小程序申领。\n线下办理\n到镇街政务服务中心窗口申领。"
    assert [m.measure_id for m in split(text).measures] == ["doc:q1", "doc:q2"]


def test_numbered_questions_are_not_split_from_their_answers() -> None:
    text = "1.补贴标准是多少？\n每人每月1000元。\n2.怎么申请？\n（1）登录系统。\n（2）提交材料。"
    assert labels(text) == ["1", "2"]


def test_a_question_stands_beside_a_finished_provision_not_below_it() -> None:
    text = "一、注意事项\n（一）材料应当真实有效。\n（二）超过二十年的部分无效。\n问：哪些材料？\n答：身份证明。\n问：多久办结？\n答：五日。"
    assert labels(text) == ["（一）", "（二）", "问1", "问2"]


def test_an_article_without_numbers_has_a_measure_a_paragraph_under_its_headings() -> None:
    body = "全市组织部门坚持党管人才原则，把人才工作摆在重中之重，切实发挥牵头抓总作用。"
    measures = split(f"某市深化人才强市战略\n{body}\n加强顶层设计\n深化党管人才格局\n{body}\n{body}").measures
    assert [m.label for m in measures] == ["第1段", "第2段", "第3段"]
    assert measures[1].path == ("加强顶层设计 深化党管人才格局",)


def test_a_table_is_one_measure() -> None:
    table = "\n".join(f"| {n} | 高血压病 | 200元/月 |" for n in range(40))
    text = f"一、按标准支付。\n二、自公布之日起执行，有效期五年。\n附件：1.支付标准\n某市医疗保障局\n2024年1月3日\n附件1\n门诊支付标准\n{table}"
    assert texts(text)[-1] == table


# --- several documents on one page ---


def test_each_document_of_a_page_has_its_own_numbers_and_title() -> None:
    guide = (
        "某省{}建设指引（试行）\n为规范建设，制定本指引。\n一、总体要求\n（一）思想。深入学习。\n（二）布局。统筹布局。"
    )
    measures = split(f"各有关单位：\n{guide.format('基地')}\n{guide.format('驿站')}").measures
    assert [m.measure_id for m in measures] == ["doc:1.1", "doc:1.2", "doc:2.1", "doc:2.2"]
    assert measures[2].path == ("某省驿站建设指引(试行)", "一、总体要求")


def test_a_table_of_contents_is_front_matter_and_takes_no_number() -> None:
    text = "某市条例\n目 录\n第一章 总则\n第二章 附则\n第一章 总则\n第一条 为了发展，制定本条例。\n第二章 附则\n第二条 自公布之日起施行。"
    assert [m.measure_id for m in split(text).measures] == ["doc:1", "doc:2"]
    assert "table of contents" in reasons(text, SegmentKind.FRONT_MATTER)


def test_the_list_of_attachments_and_the_signature_end_the_last_measure() -> None:
    text = "一、提高标准。\n二、按月发放，及时足额到位。\n附件：1.标准表\n2.申请表\n某市民政局\n2024年3月4日"
    assert texts(text)[-1] == "二、按月发放，及时足额到位。"
    assert reasons(text, SegmentKind.FRONT_MATTER) == ["attachment line", "attachment list", "signature", "date line"]


def test_the_term_of_a_notice_is_not_part_of_its_last_item() -> None:
    text = "一、标准\n（一）每人每月1309元。\n（二）按月发放。\n本通知自印发之日起施行，有效期5年。"
    assert texts(text)[-2:] == ["（二）按月发放。", "本通知自印发之日起施行，有效期5年。"]


def test_a_title_of_two_lines_is_one_heading() -> None:
    text = f"某市人力资源和社会保障局关于印发某市就业见习\n基地管理办法的通知\n各区人力资源和社会保障局：\n{STATUTE}"
    heading = next(s for s in split(text).segments if s.kind is SegmentKind.HEADING)
    assert text[heading.start : heading.end].endswith("基地管理办法的通知")


def test_a_chapter_that_lost_its_number_is_still_a_heading() -> None:
    text = STATUTE.replace("第二章 附则\n", "法律责任\n")
    assert texts(text)[1] == "第二条 本市行政区域内适用本条例。"
    assert split(text).measures[2].path == ("法律责任",)


def test_the_name_of_a_chapter_may_stand_on_the_next_line() -> None:
    assert split(STATUTE.replace("第一章 ", "第一章\n")).measures[0].path == ("第一章 总则",)


def test_a_document_keeps_the_title_above_its_table_of_contents() -> None:
    notice = "关于公布的公告\n一、公布条例文本。\n二、请遵照执行。\n"
    title, _, body = STATUTE.partition("\n")
    text = f"{notice}{title}\n目 录\n第一章 总则\n第二章 附则\n{body}"
    assert split(text).measures[-1].path == ("某市促进条例", "第二章 附则")


# --- site chrome ---


def test_the_chrome_at_the_end_of_a_page_is_noise() -> None:
    chrome = (
        "- 扫一扫在手机打开当前页\n- · 市委组织部\n- · 市教育局\n- · 市科技局\n     关注 · 广州政府网\n   ×\n+\n-\n↺"
    )
    split_page = split(PLAN + chrome)
    assert split_page.measures[-1].text.endswith("（市住建局）")
    assert all(s.kind is SegmentKind.NOISE for s in split_page.segments if s.start >= len(PLAN))


def test_breadcrumbs_and_site_names_are_no_titles() -> None:
    text = "某市政府门户网站-某市人才计划的通知_足彩app\n首页 > 市政府 > 专题专栏\n某市人才计划\n" + PLAN
    assert reasons(text, SegmentKind.NOISE) == ["page title", "breadcrumb"]


def test_a_warm_reminder_of_a_leaflet_is_no_chrome() -> None:
    text = "一、补贴标准。每人每月500元。\n二、申请时间。每年3月。\n温馨提示：请携带身份证原件到窗口办理。"
    assert texts(text)[-1].endswith("请携带身份证原件到窗口办理。")


# --- text layers of PDFs ---


def test_a_sentence_that_a_pdf_broke_is_whole() -> None:
    wrapped = texts(WRAPPED, "text.txt")
    assert wrapped[0].endswith("省市场监管局）")
    assert wrapped[1].endswith("2023 年12 月31 日。")
    assert wrapped[2].startswith("各地各部门") and wrapped[2].endswith("取得实效。")


def test_titles_that_a_pdf_broke_are_joined_and_those_that_run_on_are_cut() -> None:
    headings = [WRAPPED[s.start : s.end] for s in split(WRAPPED, "text.txt").segments if s.kind is SegmentKind.HEADING]
    assert headings[0].startswith("2. 某省人民政府") and "8 日）" in headings[0]
    assert headings[1] == "某省优化营商环境实施方案"
    assert [m.title for m in split(WRAPPED, "text.txt").measures] == ["放宽市场准入", "优化公共服务", ""]


def test_the_titles_of_a_collection_open_documents_and_its_measures_do_not() -> None:
    second = WRAPPED.replace("2. 某省", "3.\n某省")
    measures = split(WRAPPED + second, "text.txt").measures
    assert [m.measure_id for m in measures] == [f"doc:{k}.{n}" for k in (1, 2) for n in ("1.1", "1.2", "2.p1")]


def test_an_article_glued_to_the_one_above_it_is_found() -> None:
    broken = "各级人民政府及其有关部门应当加强协调，\n完善各项管理制度，健全长效工作机制，\n落实各项措施。"
    glued = "".join(f"第{n}条 {broken}" for n in "一二三四五六七")
    assert labels(glued, "text.txt") == [f"第{n}条" for n in "一二三四五六七"]


# --- every text ---

PIECES = st.sampled_from(
    [
        "第一条 甲。",
        "第二条乙",
        "第十条之一 丙。",
        "第三条规定",
        "第一章 总则",
        "第二部分：",
        "一、任务",
        "二、",
        "（一）引才。",
        "(二)",
        "1.建设平台。",
        "２、",
        "3.5%",
        "① ",
        "第一步：",
        "问：何时？",
        "答：即日。",
        "什么是补贴？",
        "# 标题",
        "## 第二章 附则",
        "**小标题**",
        "附件",
        "附件：1.表",
        "附表2",
        "某市人才计划",
        "1. 某市政府关于印发某办法的通知（2023 年5 月8 日）",
        "某市人民政府办公室",
        "2024年3月4日",
        "各区人民政府：",
        "为落实要求，制定本办法。",
        "本办法自发布之日起施行。",
        "目 录",
        "- 扫一扫在手机打开",
        "关闭",
        "×",
        "+",
        "",
        " 1 ",
        " 2 ",
        "[首页](http://a)",
        "条件如下：",
        "，",
        "。",
        "；",
        "：",
        "\u3000",
        "\u200b",
        "\n",
        "\n\n",
        "\r\n",
        "各单位要认真落实，\n加强协调",
    ]
)
MIXED = st.lists(st.one_of(PIECES, st.text(max_size=6), st.just("\n")), max_size=40).map("".join)


@given(text=MIXED, source=st.sampled_from(["a.html", "a.txt"]))
def test_the_segments_tile_any_text_and_measures_are_exact_slices(text: str, source: str) -> None:
    result = split(text, source)
    assert "".join(text[s.start : s.end] for s in result.segments) == text
    assert [(s.start, s.end) for s in result.segments if s.kind is SegmentKind.MEASURE] == [
        (m.start, m.end) for m in result.measures
    ]
    assert all(m.text == text[m.start : m.end] and m.text.strip() for m in result.measures)
    ids = [m.measure_id for m in result.measures]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"doc:[A-Za-z0-9.~-]+", i) for i in ids)


@given(text=MIXED)
def test_the_same_text_is_always_split_the_same_way(text: str) -> None:
    assert split(text) == split(text)
