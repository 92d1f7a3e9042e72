from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianyungang_cdpf.intake.reading import BadCell
from lianyungang_cdpf.intake.tables import Month, Year

HAN = "〇一二三四五六七八九十"


@given(st.integers(2000, 2035), st.integers(1, 12))
def test_office_writings_of_one_month_are_alike(year, month):
    roll = f"{year}-{month:02d}"
    serial = (date(year, month, 1) - date(1899, 12, 30)).days
    han_month = HAN[month] if month <= 10 else "十" + HAN[month - 10]
    han_year = "".join(HAN[int(digit)] for digit in str(year))
    writings = [
        f"{year}.{month}",
        f"{year}.{month:02d}",
        f"{year}年{month}月",
        f"{year}年{month:02d}月份",
        f"{year}{month:02d}",
        f"{year}-{month:02d}",
        f"{year}/{month}",
        f" {year}年 {month} 月",
        f"{year}-{month}-15",
        f"{year}年{month}月1日",
        f"{han_year}年{han_month}月",
        f"{month}月",
        f"{month}",
        month,
        date(year, month, 28),
        datetime(year, month, 1, 8),
        int(f"{year}{month:02d}"),
        float(f"{year}{month:02d}"),
        serial,
        float(serial),
        str(serial),
        float(f"{year}.{month:02d}"),
    ]
    for written in writings:
        assert Month(month=roll).clean(written) == (roll, None), written


def test_the_number_2019_point_1_is_january_or_october():
    assert Month(month="2019-01").clean(2019.1) == ("2019-01", None)
    assert Month(month="2019-10").clean(2019.1) == ("2019-10", None)
    assert Month(month="2019-03").clean(2019.1)[1] == "MONTH_MISMATCH"
    assert Month(of_roll=False).clean(2019.1) == (None, "MONTH_INVALID")
    assert Month(month="2019-10").clean("2019.1") == ("2019-01", "MONTH_MISMATCH")
    assert Month(month="2019-12").clean(2019.12) == ("2019-12", None)


@pytest.mark.parametrize(
    "cell",
    [
        "2019年0月",
        "202000",
        "2020.13",
        "2021年十五月",
        "2019",
        2019,
        "长期",
        "2019-1-3月",
        "2019.1-2019.3",
        0,
        13,
        "0",
        "13月",
        1e300,
        -1,
        2958466,
        True,
        202013,
        2019.13,
        BadCell("date", "0"),
        "٢٠١٩-٠٣",
        "2019年2月30日",
    ],
)
def test_unreadable_and_impossible_months_are_invalid(cell):
    assert Month(month="2019-03").clean(cell) == (None, "MONTH_INVALID")


def test_another_month_is_a_mismatch():
    for cell in ("2021年8月", "2021-08", 202108, date(2021, 8, 1), "8月"):
        assert Month(month="2021-09").clean(cell) == ("2021-08", "MONTH_MISMATCH")


def test_without_a_roll_month_each_row_keeps_its_own():
    assert Month(of_roll=False).for_month("2020-01").clean("2018-12") == ("2018-12", None)
    assert Month().for_month("2020-01").clean("2018-12") == ("2018-12", "MONTH_MISMATCH")
    assert Month().for_month(None).clean("2018年12月") == ("2018-12", None)


def test_a_year_of_its_own_must_be_the_rolls():
    assert Year("2019-03").clean("2019年") == (2019, None)
    assert Year("2019-03").clean(2018) == (2018, "MONTH_MISMATCH")
    assert Year("2019-03").clean("去年") == (None, "MONTH_INVALID")
