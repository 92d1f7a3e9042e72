from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianyungang_cdpf.intake.reading import BadCell
from lianyungang_cdpf.intake.tables import (
    BankAccount,
    Category,
    CertificateNumber,
    Choice,
    Date,
    Grade,
    HouseholdStatus,
    IdNumber,
    Money,
    Month,
    PersonName,
    Text,
    Whole,
    Year,
)
from lianyungang_cdpf.intake.tables.cleaners import shown

CLEANERS = [
    BankAccount(),
    Category(),
    CertificateNumber(),
    CertificateNumber(as_id=True),
    Choice(女=("F",), 男=("M",)),
    Date(),
    Grade(),
    HouseholdStatus(),
    IdNumber(),
    Money(),
    Month(),
    Month(month="2019-03"),
    PersonName(),
    Text(),
    Whole(),
    Year("2019-03"),
]
cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.dates(),
    st.datetimes(),
    st.builds(BadCell, st.sampled_from(["date", "error", "formula"]), st.text(max_size=10)),
    st.text(max_size=25),
    st.text("0123456789.-,￥¥元年月日/Ee+ X０１９　 同上〃", max_size=22),
)


@pytest.mark.parametrize("cleaner", CLEANERS, ids=lambda cleaner: type(cleaner).__name__)
@given(cell=cells)
def test_cleaning_a_value_again_changes_nothing(cleaner, cell):
    value, code = cleaner.clean(cell)
    assert code is None or isinstance(code, str)
    if value is not None and code is None:
        assert cleaner.clean(value) == (value, None)


@pytest.mark.parametrize("cleaner", CLEANERS, ids=lambda cleaner: type(cleaner).__name__)
def test_blank_cells_are_blank_and_not_wrong(cleaner):
    for blank in (None, "", " ", "\u3000\xa0", "\u200b\t"):
        assert cleaner.clean(blank) == (None, None)


@given(cells)
def test_every_cell_can_be_shown_in_a_message(cell):
    assert isinstance(shown(cell), str)


def test_numbers_as_cells_have_lost_their_last_digits():
    for cell in (320701195208217000, 3.20701195208217e17, 123):
        assert IdNumber().clean(cell) == (None, "ID_PRECISION_LOST")
        assert CertificateNumber(as_id=True).clean(cell) == (None, "ID_PRECISION_LOST")
        assert BankAccount().clean(cell) == (None, "BANK_PRECISION_LOST")
    assert shown(3.20701195208217e17) == "3.20701195208217E+17"


def test_a_certificate_number_holds_the_id_number():
    assert CertificateNumber(as_id=True).clean("32070119650902132x21B1") == ("32070119650902132X", None)
    assert CertificateNumber(as_id=True).clean("3.20701E+19") == (None, "ID_PRECISION_LOST")
    assert CertificateNumber(as_id=True).clean("32070119651") == ("32070119651", "ID_FORMAT")
    assert CertificateNumber().clean("32070119650902132x21b1") == ("32070119650902132X21B1", None)
    for nothing in ("无", "/", "--", "NA"):
        assert CertificateNumber().clean(nothing) == (None, None)


def test_a_long_number_shows_that_a_row_is_about_somebody():
    for cell in (
        "320701195208217",
        "３２０７０１１９５２０８２１７３１２",
        "3.20701e+17",
        " 3207 0119 5208 ",
        3.2e17,
        "32070119O20821731X号",
    ):
        assert IdNumber().is_evidence(cell), cell
    for cell in (
        None,
        "",
        "无",
        "日期：20190405",
        "2019-04-05",
        102,
        "102人",
        24870.5,
        "审核人：李某某",
        True,
        BadCell("error", ""),
    ):
        assert not IdNumber().is_evidence(cell), cell


def test_phone_stored_as_a_number_is_read_as_text():
    assert Text().clean(19000008091) == Text().clean(19000008091.0) == ("19000008091", None)


def test_dates_are_read_as_offices_write_them():
    for written in ("2019-03-01", "2019.3.1", "2019/3/1", "2019年3月1日", "20190301", "43525", 43525, 20190301):
        assert Date().clean(written) == (date(2019, 3, 1), None)
    assert Date().clean(datetime(2019, 3, 1, 10, 30)) == (date(2019, 3, 1), None)
    for wrong in ("2019-02-30", "2019", "长期", 1e300, -1, True, BadCell("date", "0")):
        assert Date().clean(wrong) == (None, "DATE_FORMAT")


@pytest.mark.parametrize(
    ("written", "category", "grade"),
    [
        ("肢体二级", 4, 2),
        ("肢体/2", 4, 2),
        ("肢体/2级", 4, 2),
        ("肢体Ⅱ级", 4, 2),
        ("42", 4, 2),
        (42, 4, 2),
        ("二级肢体", 4, 2),
        ("多重（视力、肢体）一级", 7, 1),
        ("視力殘疾 三級", 1, 3),
        ("精神四级", 6, 4),
        ("言语III级", 3, 3),
    ],
)
def test_category_and_grade_are_read_out_of_one_cell(written, category, grade):
    assert Category().clean(written) == (category, None)
    assert Grade().clean(written) == (grade, None)


def test_category_and_grade_alone():
    assert [Grade().clean(cell)[0] for cell in (1, "2", "三级", "四")] == [1, 2, 3, 4]
    assert [Category().clean(cell)[0] for cell in (1, "听力", "言语残疾", "6")] == [1, 2, 3, 6]
    assert Grade().clean("无") == (None, "GRADE_FORMAT")
    assert Category().clean("其他") == (None, "CATEGORY_FORMAT")


def test_whole_numbers_may_carry_their_unit():
    for written in (3, 3.0, "3", "3个月", "３", "3.0"):
        assert Whole(minimum=1).clean(written) == (3, None)
    for wrong in (0, -1, 2.5, "三", "3-5", True):
        assert Whole(minimum=1, code="MONTH_INVALID").clean(wrong) == (None, "MONTH_INVALID")


def test_household_status_is_said_in_the_words_of_the_rules():
    assert HouseholdStatus().clean("低保户") == ("低保", None)
    assert HouseholdStatus().clean("低保邊緣家庭") == ("低保边缘", None)
    assert HouseholdStatus().clean("一户多残") == ("一户多残", None)
