"""The cells of an .xls, by python-calamine; biff.py adds what that leaves out."""

import datetime

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from .biff import SheetNotes, read_sheet, sheet_notes
from .cells import BadCell, Cell, plain_number, text_cell, whole_day
from .limits import Limits
from .ole import CompoundFile
from .outlet import Outlet, SheetOutlet


def read_xls(path: str, outlet: Outlet) -> None:
    """Send every worksheet, hidden ones included. An .xls has at most 65,536 rows of 256 cells."""
    with open(path, "rb") as file:
        container = CompoundFile(file.read())
    stream = container.stream("workbook")
    notes = sheet_notes(stream)
    workbook = CalamineWorkbook.from_path(path)
    for index, meta in enumerate(workbook.sheets_metadata):
        if meta.typ == SheetTypeEnum.WorkSheet:
            sheet = SheetOutlet(outlet, meta.name, _state(meta.visible))
            note = notes[index] if len(notes) == len(workbook.sheets_metadata) else SheetNotes(len(stream))
            read_sheet(stream, note)
            _send(workbook.get_sheet_by_index(index), sheet, note, outlet.limits)


def _state(visible: SheetVisibleEnum) -> str:
    """Compared one by one: the enum of calamine has no hash."""
    if visible == SheetVisibleEnum.Hidden:
        return "hidden"
    return "very_hidden" if visible == SheetVisibleEnum.VeryHidden else "visible"


def _send(source, sheet: SheetOutlet, note: SheetNotes, limits: Limits) -> None:
    errors_by_row: dict[int, dict[int, str]] = {}
    for (row, column), text in note.errors.items():
        errors_by_row.setdefault(row, {})[column] = text
    for number, values in enumerate(source.to_python(skip_empty_area=False), 1):
        cells = [_cell(value, limits) for value in values]
        for column, text in errors_by_row.pop(number, {}).items():
            cells += [None] * (column - len(cells))
            cells[column - 1] = BadCell("error", text)
        sheet.row(number, cells, number in note.hidden_rows)
    ranges = source.merged_cell_ranges or []
    merges = [(top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in ranges]
    sheet.close(note.hidden_columns, merges)


def _cell(value, limits: Limits) -> Cell:
    if isinstance(value, str):
        return text_cell(value, limits.max_cell_chars)
    if isinstance(value, float):
        return plain_number(value)
    if isinstance(value, datetime.datetime):
        return whole_day(value)
    if isinstance(value, (datetime.time, datetime.timedelta)):
        return BadCell("date", str(value))
    return value
