"""Bytes of a bank's file: read back as written, the same every time, and harmless in a spreadsheet."""

import io
import tempfile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lianyungang_cdpf.audit.exports import FORMULA_STARTS
from lianyungang_cdpf.intake.reading import ROLL_LIMITS, read_sheets
from lianyungang_cdpf.intake.tables import name_key
from subsidies.bank.loading import SOURCE, json
from subsidies.bank.models import BankLayout
from subsidies.bank.writing import as_written, written

SHIPPED = {one["code"]: BankLayout(**one) for one in json.loads(SOURCE.read_text(encoding="utf-8"))}
HEAD = ["困难残疾人生活补贴", "海州区", "2019", "03", "R-1", "1"]
NAMES = st.text(min_size=1, max_size=40)
calm = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def row(number: int, name: str, account: str = "6299999630040357070", amount: str = "370.00") -> list[str]:
    return [*HEAD, str(number), name, "320701199001011239", account, amount, ""]


def read_back(content: bytes, name: str) -> list[list]:
    with tempfile.NamedTemporaryFile(suffix=name) as file:
        file.write(content)
        file.flush()
        with read_sheets(file.name, name, ROLL_LIMITS) as sheets:
            return [cells for sheet in sheets for _, cells in sheet.rows]


@calm
@given(st.lists(NAMES, min_size=1, max_size=4))
def test_a_text_file_is_read_back_as_it_was_written(names):
    layout = SHIPPED["one_card_text"]
    rows = [row(number, name) for number, name in enumerate(names, start=1)]
    back = read_back(written(layout, rows), "a.txt")
    assert [[cell or "" for cell in cells] for cells in back] == [
        [as_written(cell, "^") for cell in one][: len(cells)] for one, cells in zip(rows, back, strict=True)
    ]
    assert all(len(cells) >= 11 for cells in back), "no value moves a column"


@calm
@given(NAMES)
def test_an_ordinary_name_is_written_as_it_is_and_no_name_becomes_another(name):
    shown = as_written(name, "^")
    assert not shown.startswith(FORMULA_STARTS) and not {"^", '"', "\n", "\r", "\t"} & set(shown)
    if name.isalnum():
        assert shown == name
    if not shown.startswith("'"):
        assert name_key(shown) == name_key("".join(one for one in name if as_written(f"x{one}x") != "xx"))


@pytest.mark.parametrize("code", SHIPPED)
def test_the_same_rows_give_the_same_bytes(code, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    layout = SHIPPED[code]
    rows = [["370.00" if one["field"] == "amount" else "甲" for one in layout.columns]] * 3
    first = written(layout, rows)
    assert first == written(layout, rows)
    rows[1] = ["371.00" if cell == "370.00" else cell for cell in rows[1]]
    assert first != written(layout, rows)


def test_accounts_are_texts_and_nothing_is_a_formula_in_a_workbook(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    layout = SHIPPED["bank_workbook"]
    cells = ["1", "6299999630040357070", "=1+1", "370.00", "@SUM(A1)", "<r>=2</r>", "-1", ""]
    sheet = openpyxl.load_workbook(io.BytesIO(written(layout, [cells]))).active
    head, values = list(sheet.iter_rows(values_only=True))
    assert head[1:4] == ("收款账号", "户名", "金额")
    assert values == ("1", "6299999630040357070", "'=1+1", 370, "'@SUM(A1)", "<r>=2</r>", "'-1", None)
    assert all(cell.data_type in "sn" for cell in next(sheet.iter_rows(min_row=2)))


def test_a_name_of_rare_characters_survives_the_banks_encoding():
    name = "𠮷䶮龑·买买提"
    assert name in written(SHIPPED["one_card_text"], [row(1, name)]).decode("gb18030")
