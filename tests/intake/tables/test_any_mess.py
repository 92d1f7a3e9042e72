"""Any list of people in any mess reads to the same rows: on sheets in memory, and through real files."""

import tempfile
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianyungang_cdpf.intake.reading import REGISTER_LIMITS, read_sheets
from lianyungang_cdpf.intake.tables import read_table

from .files_for_tests import BOOKS, DELIMITERS, as_text
from .mess import MONTH, Page, account_number, expected, id_number, people, written
from .rolls_for_tests import RegisterRoll, SubsidyRoll
from .tables_for_tests import codes, read, sheet

# For each roll, what every file has and what it may have.
ROLLS = {
    "subsidy": (
        SubsidyRoll,
        ["name", "id_number", "amount"],
        ["certificate_no", "account_no", "month", "months", "county", "town", "village", "category", "grade",
         "account_holder", "bank_name", "phone", "household"],
    ),
    "register": (
        RegisterRoll,
        ["name", "id_number"],
        ["certificate_no", "account_no", "county", "town", "village", "category", "grade", "account_holder",
         "bank_name", "phone", "household_status", "address", "birth_date", "sex", "died_on", "hukou_type"],
    ),
}  # fmt: skip
chances = st.randoms(use_true_random=True)
as_ever = settings(max_examples=25)


def fields_of(roll: str, optional: list[str]) -> list[str]:
    return [*ROLLS[roll][1], *optional]


@st.composite
def files(draw, at_most: int = 12):
    """A roll, the people on it, their fields, and how the office goes about it."""
    name = draw(st.sampled_from(sorted(ROLLS)))
    fields = fields_of(name, draw(st.lists(st.sampled_from(ROLLS[name][2]), unique=True)))
    return ROLLS[name][0], draw(people(at_most=at_most)), fields, draw(chances)


def in_memory(page: Page):
    return sheet(page.rows, page.name, merges=page.merges)


def check(table, rows, listed, fields):
    assert codes(rows) == {}
    assert [{name: row.values[name] for name in fields} for row in rows] == expected(listed, fields)
    assert table.file_warnings == []


@settings(max_examples=250)
@given(files(), st.integers(1, 3))
def test_any_mess_of_a_valid_roll_reads_to_the_same_rows(file, sheets):
    roll, listed, fields, chance = file
    pages = written(roll, listed, fields, chance, sheets=sheets)
    table, rows = read(*map(in_memory, pages), roll=roll, month=MONTH)
    check(table, rows, listed, fields)


@as_ever
@given(files())
def test_any_mess_in_which_every_cell_is_text_reads_to_the_same_rows(file):
    roll, listed, fields, chance = file
    (page,) = written(roll, listed, fields, chance, as_text=True)
    table, rows = read(sheet(page.rows, None), roll=roll, month=MONTH)
    check(table, rows, listed, fields)


def from_file(path: Path, roll):
    with read_sheets(path, path.name, REGISTER_LIMITS) as sheets:
        table = read_table(sheets, roll, month=MONTH)
        return table, list(table)


@pytest.mark.parametrize("name", BOOKS)
@as_ever
@given(file=files(at_most=6), sheets=st.integers(1, 2))
def test_any_mess_reads_to_the_same_rows_from_a_workbook(name, file, sheets):
    roll, listed, fields, chance = file
    pages = written(roll, listed, fields, chance, sheets=sheets)
    with tempfile.TemporaryDirectory() as folder:
        BOOKS[name](Path(folder) / name, pages)
        table, rows = from_file(Path(folder) / name, roll)
    check(table, rows, listed, fields)


@pytest.mark.parametrize("suffix", DELIMITERS)
@as_ever
@given(file=files(at_most=6))
def test_any_mess_reads_to_the_same_rows_from_a_text_file(suffix, file):
    roll, listed, fields, chance = file
    (page,) = written(roll, listed, fields, chance, as_text=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"roll{suffix}"
        as_text(path, page, chance)
        table, rows = from_file(path, roll)
    check(table, rows, listed, fields)


@settings(max_examples=100)
@given(files(), st.integers(1, 3))
def test_two_messes_of_one_list_are_one_list(file, sheets):
    roll, listed, fields, chance = file
    tidy = written(roll, listed, fields, Random(0))
    messy = written(roll, listed, fields, chance, sheets=sheets)
    one, other = (read(*map(in_memory, pages), roll=roll, month=MONTH)[1] for pages in (tidy, messy))
    assert [{name: row.values[name] for name in fields} for row in one] == [
        {name: row.values[name] for name in fields} for row in other
    ]


def test_a_long_heading_over_two_rows_is_one_for_all_its_brackets():
    """残疾人身份证号码（18位） is more than twelve characters, and still no title."""
    rows = [
        ["困难残疾人生活补贴发放花名册"],
        ["姓名", "残疾人身份证号码（18位数字）", "发放情况", None],
        [None, None, "发放金额", "银行卡号"],
        ["王一", id_number(date(1980, 1, 1), 1), 80, account_number(1)],
    ]
    _, (row,) = read(sheet(rows, merges=[(2, 3, 2, 4)]))
    assert (row.row, row.values["amount"]) == (4, 80)
