"""Where a header is, what is a row about a person, and what is refused."""

from datetime import date
from decimal import Decimal

import pytest

from lianyungang_cdpf.intake.reading import BadCell, Refused
from lianyungang_cdpf.intake.tables import Column, IdNumber, Roll, Text, Whole

from .rolls_for_tests import RegisterRoll
from .tables_for_tests import HEADER, TITLE, codes, line, lines, people, read, sheet


def refusal(*sheets, **options) -> str:
    with pytest.raises(Refused) as refused:
        read(*sheets, **options)
    return refused.value.sentence


def test_rows_keep_the_numbers_that_excel_shows():
    table, rows = read([[TITLE], None, HEADER, *lines(2), None, None, *lines(2, 2), ["合计", "", "", "", "", 1200]])
    assert [row.row for row in rows] == [4, 5, 8, 9]
    assert table.sheets == [{"name": "Sheet1", "kind": "roll", "data_rows": 4, "first_row": 4, "last_row": 9}]
    assert table.file_warnings == []
    assert table.declared_total == 1200


def test_a_row_tells_every_problem_with_the_text_of_its_cell():
    bad = [1, "", 3.2070119800101e17, "", "6299990000000000", "见附表"]
    table, rows = read([HEADER, bad, *lines(1)])
    assert rows[0].problems == [
        ("MISSING_REQUIRED", "name", ""),
        ("ID_PRECISION_LOST", "id_number", "3.2070119800101E+17"),
        ("AMOUNT_FORMAT", "amount", "见附表"),
        ("BANK_LUHN", "account_no", "6299990000000000"),
    ]
    assert rows[1].problems == []
    assert table.column_label("Sheet1", "id_number") == "C 列“身份证号码”"


def test_an_account_is_asked_for_only_where_the_file_has_the_column():
    without = [[cell for place, cell in enumerate(cells) if place != 4] for cells in (HEADER, *lines(2))]
    table, rows = read(without)
    assert not table.has_column("account_no")
    assert codes(rows) == {}
    table, rows = read([HEADER, [1, *line(people()[0])[1:4], None, 300]])
    assert table.has_column("account_no")
    assert codes(rows) == {2: ["MISSING_REQUIRED"]}


def test_without_a_column_of_id_numbers_the_certificate_gives_them():
    header = ["序号", "姓名", "残疾人证号", "护理补贴(元)"]
    good = [1, people()[0]["name"], people()[0]["cert_number"] + "B1", 120]
    table, rows = read(
        [header, good, [2, "张三", None, 120], [3, "李四", 32070119650902132, 120], [4, "王五", "320701", 120]]
    )
    assert rows[0].values["id_number"] == people()[0]["id_number"]
    assert codes(rows) == {3: ["MISSING_REQUIRED"], 4: ["ID_PRECISION_LOST"], 5: ["ID_FORMAT"]}
    assert table.column_label("Sheet1", "id_number") == "C 列“残疾人证号”"


# Headers


def two_rows(upper, lower):
    return [
        [TITLE],
        upper,
        lower,
        *[[1, *line(person)[1:3], "肢体", "二级", *line(person)[4:5], 300, 300] for person in people()[:3]],
    ]


UPPER = ["序号", "基本信息", "", "残疾情况", "", "银行卡号", "补贴", ""]
LOWER = ["", "姓名", "身份证号", "类别", "等级", "", "补贴标准", "发放金额"]


@pytest.mark.parametrize("merges", [(), ((2, 2, 2, 3), (2, 4, 2, 5), (2, 7, 2, 8), (2, 1, 3, 1), (2, 6, 3, 6))])
def test_a_header_may_have_two_rows_with_or_without_merged_cells(merges):
    table, rows = read(sheet(two_rows(UPPER, LOWER), merges=merges))
    assert [row.row for row in rows] == [4, 5, 6]
    assert codes(rows) == {}
    assert rows[0].values["category"] == 4
    assert rows[0].values["grade"] == 2
    assert table.column_label("Sheet1", "amount") == "H 列“发放金额”"


def test_subheadings_under_a_header_that_is_complete_without_them():
    upper = ["序号", "姓名", "身份证号", "残疾情况", "", "银行卡号", "补贴金额", ""]
    lower = ["", "", "", "类别", "等级", "", "标准", "实发"]
    rows = two_rows(upper, lower)
    for cells in rows[3:]:
        cells[6] = 9999
    table, read_rows = read(rows)
    assert [row.values["amount"] for row in read_rows] == [300, 300, 300]
    assert [row.values["grade"] for row in read_rows] == [2, 2, 2]


def test_a_header_may_have_three_rows():
    rows = [["序号", "人员", "", "", "", "账号", "补贴", ""], ["", "本人", "", "残疾", "", "", "金额", ""], LOWER]
    table, read_rows = read([[TITLE], *rows, *two_rows(UPPER, LOWER)[3:]])
    assert [row.row for row in read_rows] == [5, 6, 7]
    assert table.has_column("account_no")


def test_columns_grouped_under_a_guardian_are_not_the_persons():
    upper = ["序号", "残疾人", "", "监护人", "", "账号", "金额"]
    lower = ["", "姓名", "身份证号", "姓名", "身份证号", "", ""]
    guardian = people()[50]
    rows = [
        [n, *line(one)[1:3], guardian["name"], guardian["id_number"], *line(one)[4:]]
        for n, one in enumerate(people()[:3])
    ]
    _, read_rows = read([upper, lower, *rows])
    assert [row.values["name"] for row in read_rows] == [one["name"] for one in people()[:3]]
    assert codes(read_rows) == {}


def test_columns_without_a_heading_are_nobodys():
    rows = [[number, *cells, "", "电话打不通", 231] for number, cells in enumerate(lines(3))]
    table, read_rows = read([["", *HEADER], *rows, ["", "", "", "", "", "", "", "", "", "3207011980010100"]])
    assert codes(read_rows) == {}
    assert [row.row for row in read_rows] == [2, 3, 4]


def test_a_long_preamble_with_the_words_of_a_header_is_not_a_header():
    preamble = [
        [TITLE],
        ["文件依据：苏政发〔2016〕58号"],
        ["说明：姓名、身份证、残疾证号、金额以系统导出数据为准"],
        ["联系人", "陈某", "电话", "0518-00000000"],
        ["一、发放对象：符合条件的残疾人", "", "", "二、金额"],
        ["经办人姓名", "王某", "身份证号", people()[9]["id_number"]],
    ]
    _, rows = read([*preamble, HEADER, *lines(3)])
    assert [row.row for row in rows] == [8, 9, 10]


# Rows that are about nobody


@pytest.mark.parametrize(
    "cells",
    [
        ["（1）", "（2）", "（3）", "（4）", "（5）", "（6）"],
        [1, 2, 3, 4, 5, 6],
        ["甲", "乙", "丙", "1", "2", "3=1*2"],
        ["栏次", "1", "2", "3", "4", "5"],
        ["A", "B", "C", "D", "E", "F"],
        ["①", "②", "③", "④", "⑤", "⑥"],
        ["", "", "（18位）", "", "", "（元）"],
        ["例", "张某某", "320701199001011230", "", "6299990000000000", 370],
        ["示例：", "张某某", "320701199001011230", "", "", 370],
    ],
)
def test_a_row_of_column_numbers_or_an_example_under_the_header_is_not_data(cells):
    _, rows = read([HEADER, cells, *lines(3)])
    assert [row.row for row in rows] == [3, 4, 5]
    assert codes(rows) == {}


@pytest.mark.parametrize(
    "cells",
    [
        ["制表人：王某某", "", "", "审核人：李某某", "", "负责人签字："],
        ["制表：王某", "李某某", "审核：", "", "", ""],
        ["", "以下空白"],
        ["备注：本表一式三份"],
        ["注：1.金额单位为元", "", "", "", "", ""],
        ["第1页 共2页"],
        ["单位（盖章）：", "", "", "", "日期：2022年3月5日"],
        ["联系电话：0518-85000000", "", "19000000000"],
        ["", "", "", "", "", "", "随手写的话"],
        ["", "王某某"],
        ["一级", 10, 3700],
        ["类别", "人数", "金额"],
        ["其中：低保", "", "", "", "", 600],
        ["共3人"],
        ["合计（大写）：玖佰元整"],
        ["合计人数：3人", "", "", "", "", ""],
    ],
)
def test_a_line_below_the_total_is_not_data(cells):
    table, rows = read([[TITLE], HEADER, *lines(3), ["合计", "", "", "", "", 900], cells])
    assert [row.row for row in rows] == [3, 4, 5]
    assert table.file_warnings == []
    assert table.declared_total == 900


@pytest.mark.parametrize(
    "label", ["小计", "合计", "总计", "小  计", "本页小计", "青口镇小计", "合计（3人）", "累计", "过次页", "承前页"]
)
@pytest.mark.parametrize("place", [0, 1])
def test_total_rows_are_not_data_whatever_their_column(label, place):
    total = ["", "", "", "", "", 900]
    total[place] = label
    table, rows = read([HEADER, *lines(3), total, *lines(3, 3)])
    assert len(rows) == 6
    assert codes(rows) == {}


@pytest.mark.parametrize("name", ["合计", "小计", "何合计", "总计", "制表", "示例"])
def test_a_person_with_the_name_of_a_total_stays_a_person(name):
    person = people()[0] | {"name": name}
    table, rows = read([HEADER, *lines(2, 1), line(person, 3), *lines(1, 4)])
    assert rows[2].values["name"] == name
    assert len(rows) == 4


@pytest.mark.parametrize(
    ("cells", "missing"),
    [
        ([2, "张三", "", "", "", 300], True),
        ([2, "张三", "", "", "", ""], True),
        (["", "张三", "", "", "", 300], True),
        (["", "张三", "", "", "", ""], True),
        ([2, "", "", "", "", 300], True),
        ([2, "张三", "身份证丢失", "", "", 300], True),
        ([2, "", people()[7]["id_number"], "", "", ""], True),
        ([2, "", "", "", "", ""], False),
        ([2, "", "", "", "", 0], False),
        (["", "", "", "", "", ""], False),
        (["青口镇"], False),
        (["", "青口镇"], False),
    ],
)
def test_a_person_whose_numbers_are_missing_does_not_vanish(cells, missing):
    _, rows = read([[TITLE], HEADER, *lines(2), cells, *lines(2, 2)])
    assert len(rows) == 4 + missing
    assert codes(rows).keys() == ({5} if missing else set())


def test_pages_with_their_own_title_header_and_carried_sums_are_one_roll():
    def page(number, start):
        carried = 300 * start
        return [
            [TITLE],
            [f"第{number}页"],
            HEADER,
            *([["承前页", "", "", "", "", carried]] if start else []),
            *lines(3, start),
            ["本页小计", "", "", "", "", 900],
            ["过次页", "", "", "", "", carried + 900],
            ["制表人：王某某", "", "", "审核人：李某某"],
            None,
        ]

    table, rows = read([*page(1, 0), *page(2, 3), *page(3, 6), ["总计", "", "", "", "", 2700]])
    assert len(rows) == 9
    assert codes(rows) == {}
    assert table.declared_total == 2700
    assert table.file_warnings == []


# 同上, merged cells, hidden things


def test_ditto_is_the_data_row_above_even_across_subtotals():
    first, second, third = (line(person, number) for number, person in enumerate(people()[:3], 1))
    second[5], third[5] = "同上", "〃"
    _, rows = read([HEADER, first, second, ["小计", "", "", "", "", 600], third])
    assert [row.values["amount"] for row in rows] == [300, 300, 300]
    assert codes(rows) == {}


def test_ditto_with_nothing_above_is_no_amount():
    _, rows = read([HEADER, [*lines(1)[0][:5], "同上"], *lines(1, 1)])
    assert codes(rows) == {2: ["AMOUNT_FORMAT"]}


def test_towns_of_merged_cells_reach_down_and_amounts_do_not():
    header = ["乡镇", "村", *HEADER[1:]]
    rows = [
        [town, "光明村" if town else "", *cells[1:]]
        for town, cells in zip(["青口镇", "", "", "金山镇"], lines(4), strict=True)
    ]
    rows[1][-1] = ""
    _, read_rows = read(sheet([header, *rows], merges=[(2, 1, 4, 1), (2, 7, 3, 7)]))
    assert [row.values["town"] for row in read_rows] == ["青口镇", "青口镇", "青口镇", "金山镇"]
    assert codes(read_rows) == {3: ["MISSING_REQUIRED"]}


def test_hidden_rows_are_data_and_hidden_sheets_are_not():
    sheets = [
        sheet([HEADER, *lines(3)], "名单", hidden_rows=True),
        sheet([HEADER, *lines(3)], "上月", state="hidden"),
        sheet([HEADER, *lines(3)], "底稿", state="very_hidden"),
    ]
    table, rows = read(*sheets)
    assert len(rows) == 3
    assert table.file_warnings == ["W_HIDDEN_ROWS", "W_HIDDEN_SHEET"]
    assert [one["kind"] for one in table.sheets] == ["roll", "hidden", "hidden"]
    assert "隐藏" in refusal(sheet([HEADER, *lines(3)], state="hidden"))


# Several sheets


def test_townships_on_sheets_of_their_own_with_notes_and_a_summary():
    sheets = [
        sheet([["填表说明"], ["1. 示例：张某某 320701199001011230 补贴金额 370"]], "填表说明"),
        sheet([["汇总表"], ["街道/镇", "人数", "金额(元)"], ["新海街道", 3, 900], ["合计", 6, 1800]], "汇总"),
        sheet([HEADER, *lines(3), ["小计", "", "", "", "", 900]], "新海街道"),
        sheet([["说明"], HEADER[1:], *[cells[1:] for cells in lines(3, 3)]], "锦屏镇"),
    ]
    table, rows = read(*sheets)
    assert [one["kind"] for one in table.sheets] == ["notes", "summary", "roll", "roll"]
    assert [row.sheet for row in rows] == ["新海街道"] * 3 + ["锦屏镇"] * 3
    assert table.declared_total == 1800
    assert table.file_warnings == []


def test_a_list_of_people_without_amounts_is_a_sheet_to_skip():
    gone = sheet([["姓名", "身份证号", "死亡日期"], ["张三", people()[5]["id_number"], date(2022, 1, 1)]], "减员")
    table, rows = read(sheet([HEADER, *lines(3)]), gone)
    assert len(rows) == 3
    assert [one["kind"] for one in table.sheets][1] in {"summary", "notes"}


# Refusals


def test_people_without_a_header_are_refused_on_any_sheet():
    assert "没有找到表头" in refusal([[TITLE], *lines(5)])
    assert "工作表“续”" in refusal(sheet([HEADER, *lines(3)]), sheet(lines(3, 3), "续"))


def test_a_header_that_lacks_a_column_says_which():
    assert "“补贴金额”" in refusal([HEADER[:5], *[cells[:5] for cells in lines(3)]])


def test_nothing_like_a_header_says_what_is_wanted():
    assert "没有找到表头" in refusal([["会议纪要"], ["今天讨论了工作"]])
    assert "没有找到表头" in refusal([])


@pytest.mark.parametrize(
    ("second", "place"),
    [
        ("身份证号码", 2),
        ("公民身份号码", 2),
        ("残疾人身份证号", 2),
        ("发放金额", 5),
        ("发放金额(元)", 5),
        ("姓 名", 1),
        ("残疾人姓名", 1),
    ],
)
def test_two_key_columns_with_rival_headings_and_different_contents_are_refused(second, place):
    rows = [[*cells, other[place]] for cells, other in zip(lines(5), lines(5, 5), strict=True)]
    if place == 5:
        rows[3][-1] = 9999
    sentence = refusal([[*HEADER, second], *rows])
    assert "第 5 行" in sentence or "第 2 行" in sentence
    assert "G 列" in sentence


def test_two_key_columns_that_say_the_same_are_one():
    rows = [[*cells, "300.00元"] for cells in lines(4)]
    _, read_rows = read([[*HEADER, "发放金额"], *rows])
    assert codes(read_rows) == {}
    _, read_rows = read([[*HEADER, "身份证号"], *lines(4)])
    assert codes(read_rows) == {}


def test_a_rival_column_filled_here_and_there_is_refused():
    rows = lines(4)
    rows[1][2], rows[1] = "", [*rows[1], rows[1][2]]
    assert "C 列“身份证号码”与 G 列“身份证号”" in refusal([[*HEADER, "身份证号"], *rows])


def test_two_people_side_by_side_are_refused():
    rows = [[*left, "", *right] for left, right in zip(lines(4), lines(4, 4), strict=True)]
    assert "并排" in refusal([[TITLE], [*HEADER, "", *HEADER], *rows])


@pytest.mark.parametrize("order", [[0, 2, 1, 3, 5, 4], [1, 2, 3, 4, 5, 0], [0, 1, 2, 3, 4]])
def test_a_second_header_that_differs_is_refused(order):
    def reordered(cells):
        return [cells[place] for place in order]

    assert "又出现一个表头" in refusal([HEADER, *lines(3), None, reordered(HEADER), *map(reordered, lines(3, 3))])


def test_data_above_the_header_is_refused():
    assert "表头（第 4 行）之前" in refusal([*lines(3), HEADER, *lines(3, 3)])


def test_year_and_month_may_have_columns_of_their_own():
    header = ["项目名称", "单位名称", "年份", "月份", "批次", "姓名", "身份证号", "一卡通账号", "补贴金额", "备注"]
    person = people()[0]
    ways = (("2022", "3"), ("2022年", "03"), ("2021", "3"), ("2022", "4"), ("2022", "13"))
    rows = [
        ["生活补贴", "赣榆区残联", *way, "1", *line(person)[1:3], person["bank_account"], "300", ""] for way in ways
    ]
    _, read_rows = read(sheet([header, *rows], None))
    assert codes(read_rows) == {4: ["MONTH_MISMATCH"], 5: ["MONTH_MISMATCH"], 6: ["MONTH_INVALID"]}


# Other rolls


class DeviceRoll(Roll):
    """The example of the house style."""

    id_number = Column(IdNumber(), "身份证号", "身份证号码", "公民身份号码", required=True, key=True)
    device = Column(Text(), "辅具名称", "辅具", required=True)
    quantity = Column(Whole(minimum=1), "数量", "件数")


def test_a_roll_without_names_and_amounts_works_as_well():
    rows = [[person["id_number"], "轮椅", 1] for person in people()[:3]]
    table, read_rows = read(
        [["辅具发放表"], ["身份证号", "辅具名称", "数量(件)"], *rows, ["合计", "", 3]], roll=DeviceRoll
    )
    assert [row.values["quantity"] for row in read_rows] == [1, 1, 1]
    assert table.declared_total is None


def test_a_register_of_chinese_headings_is_read_as_one_of_english_headings():
    english = ["name", "id_number", "cert_number", "category", "grade", "bank_account", "died_on"]
    chinese = ["姓名", "身份证号", "残疾证号", "残疾类别", "残疾等级", "银行账号", "死亡日期"]
    rows = [[person[name] or None for name in english] for person in people()[:20]]
    values = [[row.values for row in read([header, *rows], roll=RegisterRoll)[1]] for header in (english, chinese)]
    assert values[0] == values[1]


def test_error_cells_and_formulas_without_values_are_never_zero():
    row = line(people()[0], 1, BadCell("formula", "=G2*12"))
    table, rows = read([HEADER, row, line(people()[1], 2, Decimal("300"))])
    assert codes(rows) == {2: ["AMOUNT_FORMAT"]}
    assert rows[0].values["amount"] is None
    assert table.totals.rows == 300
