"""Workbooks of ours as openpyxl and python-calamine see them."""

import io

import python_calamine
from openpyxl import load_workbook

from lianyungang_cdpf.intake.workbooks.pen import COLOURS, REMARKS

RED, YELLOW = (f"FF{COLOURS[kind][0]}" for kind in ("bad", "mild"))


def coloured(content: bytes) -> tuple[set, set]:
    """(sheet, row) of every row with a red cell, and of the rows with yellow cells alone."""
    book = load_workbook(io.BytesIO(content))
    red, yellow = set(), set()
    for sheet in book.worksheets:
        for cell in sheet._cells.values():
            if cell.fill.fill_type == "solid" and cell.fill.fgColor.rgb in (RED, YELLOW):
                (red if cell.fill.fgColor.rgb == RED else yellow).add((sheet.title, cell.row))
    return red, yellow - red


def commented(content: bytes) -> dict[tuple[str, int], list[str]]:
    """The comments by sheet and row."""
    found: dict[tuple[str, int], list[str]] = {}
    for sheet in load_workbook(io.BytesIO(content)).worksheets:
        for cell in sheet._cells.values():
            if cell.comment:
                found.setdefault((sheet.title, cell.row), []).append(cell.comment.text)
    return found


def remarked(content: bytes) -> dict[tuple[str, int], str]:
    """What stands under 问题说明, by sheet and row, as python-calamine reads it."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    found = {}
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        heads = [(number, row.index(REMARKS)) for number, row in enumerate(rows) if REMARKS in row]
        for head, column in heads[:1]:
            found |= {
                (name, number + 1): row[column] for number, row in enumerate(rows) if number > head and row[column]
            }
    return found


def formulas(content: bytes) -> list[str]:
    """The cells that would be worked out."""
    book = load_workbook(io.BytesIO(content))
    return [cell.coordinate for sheet in book.worksheets for cell in sheet._cells.values() if cell.data_type == "f"]
