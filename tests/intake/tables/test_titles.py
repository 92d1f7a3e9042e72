"""What titles, sheet names and file names say, and when it contradicts the clerk."""

import pytest

from lianyungang_cdpf.intake.tables import TitleFacts, contradictions, month_from
from lianyungang_cdpf.intake.tables.text import compact, simplify
from lianyungang_cdpf.intake.tables.titles import Line, months_in

from .tables_for_tests import HEADER, TITLE, lines, read, sheet

COUNTIES = ["海州区", "连云区", "赣榆区", "东海县", "灌云县", "灌南县"]
OTHERS = {"重度残疾人护理补贴": ["护理补贴"]}


def facts(**lines_by_source) -> TitleFacts:
    found = TitleFacts()
    for source, text in lines_by_source.items():
        found.add(source, source, text)
    return found


def judge(found, month="2022-03", county="赣榆区"):
    words = ["困难残疾人生活补贴", "生活补贴"]
    return contradictions(
        found, month=month, programme_words=words, own_county=county, counties=COUNTIES, other_programmes=OTHERS
    )


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("连云港市赣榆区2022年3月困难残疾人生活补贴发放花名册", ["2022-03"]),
        ("連雲港市灌南縣2020年11月困難殘疾人生活補貼發放花名冊", ["2020-11"]),
        ("二〇二二年十二月份补贴", ["2022-12"]),
        ("２０２２年０３月", ["2022-03"]),
        ("灌云县护理补贴201905.xls", ["2019-05"]),
        ("灌云县2019.5护理补贴", ["2019-05"]),
        ("补贴2019-05", ["2019-05"]),
        ("2022年1-3月补贴", ["2022-01", "2022-02", "2022-03"]),
        ("2021年11月至2022年1月补贴", ["2021-11", "2021-12", "2022-01"]),
        ("6月", ["-06"]),
        ("3月份困难残疾人生活补贴", ["-03"]),
        ("苏政发〔2016〕58号", []),
        ("根据连残发[2019]3号", []),
        ("连残发2019年5号", []),
        ("2022年3月5日", []),
        ("2022-03-05", []),
        ("20220305导出", []),
        ("日期：2022年4月5日", []),
        ("填报日期：2022年4月", []),
        ("自2021年1月起执行", []),
        ("依《关于2020年7月调整标准的通知》", []),
        ("12个月", []),
        ("2019-2020年度", []),
        ("第3页", []),
    ],
)
def test_months_are_named_and_rules_and_days_are_not(text, months):
    assert Line("title", "", text).months() == months


def test_the_month_comes_from_the_title_then_the_sheet_then_the_file():
    assert month_from(facts(title="2022年3月", sheet="4月", filename="2022年5月.xlsx")) == "2022-03"
    assert month_from(facts(title="花名册", sheet="2022年4月", filename="2022年5月.xlsx")) == "2022-04"
    assert month_from(facts(title="花名册", sheet="Sheet1", filename="202205.xlsx")) == "2022-05"
    assert month_from(facts(title="2022年度花名册", sheet="4月")) == "2022-04"
    assert month_from(facts(title="2022年1-3月花名册")) == "2022-03"
    assert month_from(facts(title="花名册", sheet="4月")) is None
    assert month_from(TitleFacts()) is None


def test_two_titles_of_different_months_give_none():
    found = facts(title="2022年3月")
    found.add("title", "Sheet2", "2022年4月")
    assert month_from(found) is None


def test_a_title_that_agrees_is_no_contradiction():
    assert (
        judge(facts(title="连云港市赣榆区2022年3月困难残疾人生活补贴发放花名册", sheet="Sheet1", filename="a.xlsx"))
        == []
    )
    assert judge(facts(title="連雲港市贛榆區2022年3月困難殘疾人生活補貼")) == []
    assert judge(facts(title="困难残疾人生活补贴和重度残疾人护理补贴发放表")) == []
    assert judge(facts(title="青口镇名单")) == []


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("赣榆区2022年4月困难残疾人生活补贴", "2022年3月"),
        ("贛榆區2022年四月困難殘疾人生活補貼", "2022年3月"),
        ("赣榆区4月份困难残疾人生活补贴", "2022年3月"),
        ("赣榆区2022年3月重度残疾人护理补贴", "护理补贴"),
        ("贛榆區2022年3月重度殘疾人護理補貼", "护理补贴"),
        ("东海县2022年3月困难残疾人生活补贴", "东海县"),
        ("東海縣殘疾人聯合會", "东海县"),
    ],
)
def test_a_title_that_names_something_else_is_told_with_its_place(title, said):
    (where, sentence), *others = judge(facts(title=title))
    assert where == "title"
    assert said in sentence
    assert title in sentence
    assert not others


def test_lines_that_explain_or_sign_contradict_nothing():
    for text in (
        "说明：2021年12月起护理补贴另表发放",
        "依据：东海县2021年1月文件",
        "注：护理补贴名单见附件",
        "一、2022年4月前发放到位",
        "填报日期：2022年4月",
        "2022年4月5日",
        "苏政发〔2016〕58号（2022年第4号）",
    ):
        assert judge(facts(title=text)) == [], text


def test_names_of_sheet_and_file_count_where_the_title_is_silent():
    assert judge(facts(title="2022年3月", filename="2022年2月.xlsx", sheet="2月")) == []
    silent = judge(facts(title="花名册", sheet="2月", filename="2022年2月.xlsx"))
    assert [where for where, _ in silent] == ["sheet", "filename"]


def test_nothing_declared_contradicts_nothing():
    assert contradictions(facts(title="东海县2022年4月护理补贴")) == []


def test_the_city_is_contradicted_by_no_county():
    assert judge(facts(title="东海县2022年3月困难残疾人生活补贴"), county=None) == []


def test_a_file_tells_its_titles_with_their_places_and_the_sheets_that_are_no_rolls_are_silent():
    roll = sheet([[TITLE], ["单位：赣榆区残疾人联合会", "", "", "", "", "单位：元"], HEADER, *lines(3)], "名单")
    notes = sheet([["东海县2019年1月护理补贴的填表说明"]], "说明")
    hidden = sheet([["2022年2月"], HEADER, *lines(3)], "上月", state="hidden")
    table, _ = read(notes, roll, hidden, filename="上报.xlsx")
    assert judge(table.title_facts) == []
    assert month_from(table.title_facts) == "2022-03"
    assert ("工作表“名单”第 1 行", TITLE) in {(one.where, one.text) for one in table.title_facts.lines}


def test_the_title_of_a_later_page_counts_too():
    other = TITLE.replace("3月", "4月")
    table, _ = read(
        [[TITLE], HEADER, *lines(3), ["制表人：王某", "", "", "日期：2022年5月"], None, [other], HEADER, *lines(3, 3)]
    )
    assert len(judge(table.title_facts)) == 1
    assert "第 8 行" in judge(table.title_facts)[0][0]


def test_a_roll_without_a_declared_month_reads_its_cells_by_the_month_of_its_title():
    header = [*HEADER, "发放月份"]
    rows = [[*cells, 2022.1] for cells in lines(2)]
    table, read_rows = read([["2022年10月生活补贴"], header, *rows], month=None)
    assert [row.values["month"] for row in read_rows] == ["2022-10", "2022-10"]
    assert table.month == "2022-10"


def test_months_in_takes_simplified_compact_text():
    assert months_in(simplify(compact("2022 年 3 月"))) == ["2022-03"]
