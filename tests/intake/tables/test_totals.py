"""What the file declares as its total, against the sum of all readable amounts."""

from decimal import Decimal

import pytest

from .tables_for_tests import HEADER, line, lines, people, read, sheet


def total(label, amount, place=0):
    cells = ["", "", "", "", "", amount]
    cells[place] = label
    return cells


@pytest.mark.parametrize("amount", [900, "900.00", "￥900.00", "９００元", 900.0])
@pytest.mark.parametrize(
    "label", ["合计", "合 计", "总计", "合计：", "總計", "共计", "合计金额", "全区合计", "合计(3人)", "Total"]
)
def test_a_right_total_is_quiet(label, amount):
    table, rows = read([HEADER, *lines(3), total(label, amount)])
    assert (table.declared_total, table.file_warnings, len(rows)) == (Decimal(900), [], 3)


def test_a_wrong_total_is_a_warning_and_the_rows_stay():
    table, rows = read([HEADER, *lines(3), total("合计", 1000)])
    assert (table.declared_total, table.file_warnings, len(rows)) == (Decimal(1000), ["DECLARED_TOTAL_MISMATCH"], 3)


def test_bad_rows_count_with_what_is_readable_of_them():
    bad = [
        line(people()[0], 1, -150),
        [2, "", "", "", "", 100],
        line(people()[2], 3, "见附表"),
        line(people()[3], 4, 0.01),
    ]
    table, rows = read([HEADER, *bad, total("合计", -49.99)])
    assert len(rows) == 4
    assert table.file_warnings == []


def test_a_file_without_a_total_declares_none():
    table, _ = read([HEADER, *lines(3), total("小计", 900), total("过次页", 900)])
    assert table.declared_total is None
    assert table.file_warnings == []


def test_a_total_may_stand_above_the_rows():
    table, rows = read([HEADER, total("合计", 900), *lines(3)])
    assert (table.declared_total, table.file_warnings, len(rows)) == (Decimal(900), [], 3)


def test_the_amount_may_stand_in_the_label():
    table, _ = read([HEADER, *lines(3), ["合计：3人，金额900.00元"]])
    assert (table.declared_total, table.file_warnings) == (Decimal(900), [])
    table, _ = read([HEADER, *lines(3), ["合计：3人"]])
    assert table.declared_total is None


def test_totals_of_parts_and_the_total_of_all_on_one_sheet():
    parts = [HEADER, *lines(2), total("甲村合计", 600), *lines(3, 2), total("乙村合计", 900)]
    table, _ = read(parts)
    assert (table.declared_total, table.file_warnings) == (Decimal(1500), [])
    table, _ = read([*parts, total("总计", 1500)])
    assert (table.declared_total, table.file_warnings) == (Decimal(1500), [])
    for wrong in (900, 1400):
        table, _ = read([*parts, total("总计", wrong)])
        assert (table.declared_total, table.file_warnings) == (Decimal(wrong), ["DECLARED_TOTAL_MISMATCH"])


def test_each_sheet_may_have_its_total_and_the_last_one_that_of_all():
    first, second = [HEADER, *lines(2), total("合计", 600)], [HEADER, *lines(3, 2), total("合计", 900)]
    table, _ = read(sheet(first, "甲"), sheet(second, "乙"))
    assert (table.declared_total, table.file_warnings) == (Decimal(1500), [])
    table, _ = read(sheet(first, "甲"), sheet([*second, total("总计", 1500)], "乙"))
    assert (table.declared_total, table.file_warnings) == (Decimal(1500), [])
    table, _ = read(sheet(first[:-1], "甲"), sheet([*second[:-1], total("总计", 1500)], "乙"))
    assert (table.declared_total, table.file_warnings) == (Decimal(1500), [])
    table, _ = read(sheet(first, "甲"), sheet([*second[:-1], total("合计", 901)], "乙"))
    assert table.file_warnings == ["DECLARED_TOTAL_MISMATCH"]


def test_a_summary_sheet_is_about_the_whole_file():
    def summary(amount):
        return sheet([["乡镇", "人数", "金额（元）"], ["甲", 3, 900], ["合计", 3, amount]], "汇总表")

    table, _ = read(summary(900), sheet([HEADER, *lines(3), total("小计", 900)], "甲"))
    assert (table.declared_total, table.file_warnings) == (Decimal(900), [])
    table, _ = read(sheet([HEADER, *lines(3)], "甲"), summary(800))
    assert (table.declared_total, table.file_warnings) == (Decimal(800), ["DECLARED_TOTAL_MISMATCH"])
