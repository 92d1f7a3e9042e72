"""Rolls as offices write them: every row arrives under the number that Excel shows."""

import json

import pytest
from python_calamine import CalamineWorkbook

from .builders import read


@pytest.fixture(scope="module")
def read_rolls(rolls):
    """Each file's truth and what was read of it, once for all these tests."""
    files = sorted(path for path in rolls.iterdir() if path.suffix != ".json")
    return [(path, json.loads(path.with_name(path.name + ".truth.json").read_text()), read(path)) for path in files]


def test_rolls_come_with_the_sheets_and_row_numbers_of_their_truth(read_rolls):
    for path, truth, read_sheets in read_rolls:
        sheets = {sheet.name: [number for number, _ in rows] for sheet, rows in read_sheets}
        assert list(sheets) == [sheet["name"] for sheet in truth["sheets"]], path.name
        for sheet in truth["sheets"]:
            if sheet["kind"] == "roll":
                assert {sheet["first_row"], sheet["last_row"]} <= set(sheets[sheet["name"]]), path.name


def test_hidden_rows_and_sheets_are_told_exactly_where_the_truth_warns(read_rolls):
    for path, truth, read_sheets in read_rolls:
        sheets = [sheet for sheet, _ in read_sheets]
        hidden_rows = any(sheet.has_hidden_rows or sheet.has_hidden_columns for sheet in sheets)
        assert hidden_rows == ("W_HIDDEN_ROWS" in truth["file_warnings"]), path.name
        hidden_sheet = any(sheet.state != "visible" for sheet in sheets)
        assert hidden_sheet == ("W_HIDDEN_SHEET" in truth["file_warnings"]), path.name


def _comparable(value):
    """What both readers mean: calamine gives blank as "", whole numbers as float and dates as datetimes."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n") if value.strip("\u3000 \n\u200b") else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(f"{value:.15g}")
    return None if value is None else str(value).removesuffix(" 00:00:00")


@pytest.mark.parametrize("extension", [".xlsx", ".ods", ".xls"])
def test_cells_are_those_that_calamine_reads(read_rolls, extension):
    """An independent reader agrees cell by cell on every roll."""
    for path, _, read_sheets in (entry for entry in read_rolls if entry[0].suffix == extension):
        workbook = CalamineWorkbook.from_path(str(path))
        for sheet, rows in read_sheets:
            ours = {
                (number, index): _comparable(cell) for number, cells in rows for index, cell in enumerate(cells) if cell
            }
            theirs = {
                (number, index): _comparable(value)
                for number, values in enumerate(workbook.get_sheet_by_name(sheet.name).to_python(False), 1)
                for index, value in enumerate(values)
                if value and _comparable(value) is not None
            }
            assert ours == theirs, (path.name, sheet.name)
