"""Sheets made in memory, and people of the invented corpus to put on them."""

import csv
from functools import cache
from pathlib import Path

from lianyungang_cdpf.intake.reading import Sheet
from lianyungang_cdpf.intake.tables import Table, read_table

from .rolls_for_tests import SubsidyRoll

CORPUS = Path(__file__).resolve().parents[2] / "data" / "corpus"
HEADER = ["序号", "姓名", "身份证号码", "残疾证号", "银行卡号", "发放金额"]
TITLE = "赣榆区2022年3月困难残疾人生活补贴发放花名册"


@cache
def people(count: int = 400) -> list[dict]:
    """People of the corpus's register, by its headings."""
    with open(CORPUS / "register.csv", encoding="utf-8") as file:
        return [person for person, _ in zip(csv.DictReader(file), range(count), strict=False)]


def line(person: dict, sequence=None, amount=300) -> list:
    """A row under HEADER."""
    columns = [person["name"], person["id_number"], person["cert_number"], person["bank_account"]]
    return [sequence, *columns, amount]


def lines(count: int, start: int = 0) -> list[list]:
    """So many good rows under HEADER."""
    return [line(person, number + 1) for number, person in enumerate(people()[start : start + count])]


def sheet(rows, name="Sheet1", *, state="visible", merges=(), hidden_rows=False, hidden_columns=False) -> Sheet:
    """A sheet whose first row is Excel's row 1; blank rows (None or []) keep their number and are not sent."""
    numbered = [(number, _trimmed(cells)) for number, cells in enumerate(rows, 1) if cells]
    sent = [(number, cells) for number, cells in numbered if cells]
    return Sheet(name, state, list(merges), iter(sent), has_hidden_rows=hidden_rows, has_hidden_columns=hidden_columns)


def _trimmed(cells: list) -> list:
    cells = [None if cell == "" else cell for cell in cells]
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def read(*sheets, roll=SubsidyRoll, month="2022-03", filename=None) -> tuple[Table, list]:
    """The table and its rows; a list of rows stands for a sheet of that name."""
    sheets = [one if isinstance(one, Sheet) else sheet(one) for one in sheets]
    table = read_table(sheets, roll, month=month, filename=filename)
    return table, list(table)


def codes(rows) -> dict[int, list[str]]:
    """Excel row number -> the codes of its problems."""
    return {row.row: sorted({code for code, _, _ in row.problems}) for row in rows if row.problems}
