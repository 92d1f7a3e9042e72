"""The months that a row names: spans, lists, years told from behind, and what is no month at all."""

import datetime

import pytest

from lianyungang_cdpf.intake.tables import NamedMonths, PaidMonths

JANUARY_TO_FEBRUARY = "2019-01,2019-02"


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("2019.1-2019.2", JANUARY_TO_FEBRUARY), ("补发1-2月", JANUARY_TO_FEBRUARY), ("1—2月份", JANUARY_TO_FEBRUARY),
        ("2019年1-2月", JANUARY_TO_FEBRUARY), ("2019年1月至2月（补发）", JANUARY_TO_FEBRUARY),
        ("２０１９年１月、２月", JANUARY_TO_FEBRUARY), ("二〇一九年一月、二月", JANUARY_TO_FEBRUARY),
        (JANUARY_TO_FEBRUARY, JANUARY_TO_FEBRUARY), ("2019-01-2019-02", JANUARY_TO_FEBRUARY),
        ("2018年12月至2019年1月", "2018-12,2019-01"), ("11-1月", "2018-11,2018-12,2019-01"),
        ("2019年1月、3月", "2019-01,2019-03"), ("2018年11月、12月", "2018-11,2018-12"), ("补发12月", "2018-12"),
        (2, "2019-02"), (11, "2018-11"), (201901, "2019-01"), (2019.1, "2019-01"),
        (datetime.date(2019, 2, 1), "2019-02"),
    ],
)  # fmt: skip
def test_months_are_read_as_offices_write_them(cell, wanted):
    assert NamedMonths("2019-03").clean(cell) == (wanted, None)


@pytest.mark.parametrize(
    "cell",
    [
        "补发",
        "去年",
        "2019年",
        "13月",
        "2019年4月",
        "2019.3-2019.4",
        "1月、1月",
        "2019年2月-2019年1月",
        "2019-1-2",
        2019.5,
        0.5,
    ],
)
def test_what_is_no_month_or_has_not_come_is_said_to_be_invalid(cell):
    assert NamedMonths("2019-03").clean(cell) == (None, "MONTH_INVALID")


def test_a_number_that_can_be_two_months_is_not_guessed():
    """Excel drops the nought of 2019.10."""
    assert NamedMonths("2019-12").clean(2019.1) == (None, "MONTH_INVALID")


def test_a_blank_names_no_month_and_months_without_a_year_need_the_rolls():
    assert NamedMonths("2019-03").clean("　") == NamedMonths("2019-03").clean(None) == (None, None)
    assert NamedMonths().clean("1-2月") == (None, "MONTH_INVALID")
    assert NamedMonths().for_month("2020-02").clean("11-1月") == ("2019-11,2019-12,2020-01", None)


def test_the_month_of_a_row_stays_what_it_was_unless_it_names_several_or_says_back_pay():
    read = PaidMonths().for_month("2019-03").clean
    assert read("3月") == read("2019-03") == read("2019.3") == ("2019-03", None)
    assert read("2月") == read("2019-02") == ("2019-02", "MONTH_MISMATCH")
    assert read("补发2月") == ("2019-02", None)
    assert read("2019.1-2019.3") == ("2019-01,2019-02,2019-03", None)
    assert read("2019-3-5") == ("2019-03", None), "a day, and no span"
    assert read("补发4月以后") == (None, "MONTH_INVALID")


@pytest.mark.parametrize("cleaner", [NamedMonths("2019-03"), PaidMonths(month="2019-03")])
def test_what_was_read_is_written_as_what_reads_the_same(cleaner):
    value, _ = cleaner.clean("补发1-2月")
    assert cleaner.clean(cleaner.written(value)) == (value, None)
