"""The file written anew from its cells as read, marked; and the bad rows of it alone.

Sheets, row numbers and columns stay those of the original; its looks do not. Memory is bounded whatever the rows.
"""

import contextlib
from collections.abc import Iterator
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from lianyungang_cdpf.audit.plainsheet import PlainSheet
from lianyungang_cdpf.intake.reading import Cell, Limits, Sheet, read_sheets
from lianyungang_cdpf.intake.tables.rowcleaner import DITTO, LONGEST_DITTO
from lianyungang_cdpf.intake.workbooks.pen import (
    AUTHOR,
    MOST_COMMENTS,
    OPTIONS,
    REMARKS,
    REMARKS_WIDTH,
    ROW_OF_ORIGIN,
    Pen,
    sheet_names,
)

KEPT_NAME = 64  # how much of a sheet's name the import keeps
MOST_MERGES = 500
FURTHEST_COLUMN = 16_000
WIDTHS = {"text": 22, "other": 12}


@contextlib.contextmanager
def _book(out: BinaryIO, order: dict) -> Iterator[xlsxwriter.Workbook]:
    book = xlsxwriter.Workbook(out, {**OPTIONS, "tmpdir": order["tmp"]})
    yield book
    book.close()


def _marks_of(facts: dict) -> dict[int, dict]:
    return {int(number): row for number, row in facts.get("rows", {}).items()}


class _Merged:
    """Regions of vertically merged cells: the reader fills them, so they are written filled."""

    def __init__(self, sheet: Sheet, facts: dict, columns: list[int]):
        last_header = facts["header"][1] if facts else 0
        self.above = [merge for merge in sheet.merges if merge[2] <= last_header][:MOST_MERGES]
        wanted = set(columns)
        self.starts: dict[int, list[tuple[int, int]]] = {}
        for first_row, first, last_row, last in sheet.merges if wanted else ():
            if last_row > first_row > last_header:
                for index in wanted.intersection(range(first - 1, last)):
                    self.starts.setdefault(first_row, []).append((index, last_row))
        self.open: dict[int, tuple[int, Cell]] = {}

    def fill(self, number: int, cells: list[Cell]) -> list[Cell]:
        if not self.starts:
            return cells
        for index, last_row in self.starts.get(number, ()):
            self.open[index] = last_row, cells[index] if index < len(cells) else None
        for index, (last_row, cell) in self.open.items():
            if number <= last_row and cell is not None and (index >= len(cells) or cells[index] is None):
                cells = cells + [None] * (index + 1 - len(cells))
                cells[index] = cell
        return cells

    def draw(self, sheet, moved_up: int = 0) -> None:
        """Merge the cells of title and header again. `merge_range` would write cells, out of order; this only names
        the ranges, those that overlap left out, since Excel takes them for damage."""
        taken: set[tuple[int, int]] = set()
        for first_row, first, last_row, last in self.above:
            cells = {(row, column) for row in range(first_row, last_row + 1) for column in range(first, last + 1)}
            if 1 < len(cells) < 5_000 and not cells & taken and first_row > moved_up:
                taken |= cells
                sheet.merge.append([first_row - 1 - moved_up, first - 1, last_row - 1 - moved_up, last - 1])


def mark_rewritten(out: BinaryIO, order: dict) -> int:
    """Write the whole file with its findings marked; the number of rows written."""
    written = 0
    with read_sheets(order["path"], order["name"], Limits(**order["limits"])) as sheets, _book(out, order) as book:
        pen, names, first_visible = Pen(book), [], None
        for sheet in sheets:
            names.append(sheet.name)
            drawn = book.add_worksheet(sheet_names(names)[-1], PlainSheet)
            if sheet.state != "visible":
                drawn.hide() if sheet.state == "hidden" else drawn.very_hidden()
            elif first_visible is None:
                first_visible = drawn
                drawn.activate()
                drawn.set_first_sheet()
            written += _Marking(pen, drawn, sheet, order["sheets"].get((sheet.name or "")[:KEPT_NAME])).write()
    return written


class _Marking:
    """One sheet being written anew."""

    def __init__(self, pen: Pen, drawn, sheet: Sheet, facts: dict | None):
        self.pen, self.drawn, self.sheet = pen, drawn, sheet
        self.is_roll = facts is not None and sheet.state == "visible"
        self.facts = facts if self.is_roll else {}
        self.text = set(self.facts.get("text", ()))
        self.marks = _marks_of(self.facts)
        self.head = self.facts.get("header", [0, 0])
        self.merged = _Merged(sheet, self.facts, self.facts.get("regions", []))
        self.remarks = -1
        self.comments = 0

    def write(self) -> int:
        rows = list(self.sheet.rows)
        if self.is_roll:
            self.remarks = free_column(self.facts, REMARKS, rows)
            _prepare(self.drawn, self.facts, self.remarks, self.pen)
        self.merged.draw(self.drawn)
        for number, cells in rows:
            if self.is_roll:
                self._row(number, self.merged.fill(number, cells))
            else:
                for column, cell in enumerate(cells):
                    self.pen.cell(self.drawn, number - 1, column, cell)
        return len(rows)

    def _row(self, number: int, cells: list[Cell]) -> None:
        row, pen, drawn, remarks = number - 1, self.pen, self.drawn, self.remarks
        if self.head[0] <= number <= self.head[1]:
            _heading_row(pen, drawn, row, cells, {remarks})
            if number == self.head[1]:
                pen.heading(drawn, row, remarks, REMARKS)
            return
        marks = self.marks.get(number)
        told = {index: (kind, text) for index, kind, text in marks["cells"]} if marks else {}
        text = self.text if number > self.head[1] else ()
        for column, cell in enumerate(cells):
            if column != remarks and (cell is not None or column in told):
                pen.cell(drawn, row, column, cell, told[column][0] if column in told else "", column in text)
        for column in sorted(told):
            if column >= len(cells):
                pen.cell(drawn, row, column, None, told[column][0], column in text)
        if marks:
            pen.remark(drawn, row, remarks, marks["remark"], marks["kind"])
            self._comment(row, told)

    def _comment(self, row: int, told: dict) -> None:
        for column, (_, text) in told.items():
            if self.comments < MOST_COMMENTS:
                self.comments += 1
                self.drawn.write_comment(row, column, text, {"author": AUTHOR, "x_scale": 2, "y_scale": 1.2})


def free_column(facts: dict, heading: str, rows: list) -> int:
    """The column for a heading of ours: the one that has it already, else the first that nothing stands in."""
    if heading in facts.get("ours", {}):
        return facts["ours"][heading]
    widest = max((len(cells) for _, cells in rows), default=0)
    return max(facts["end"] + 1, widest if widest < FURTHEST_COLUMN else 0)


def _prepare(drawn, facts: dict, remarks: int, pen: Pen) -> None:
    """Widths; the columns of long numbers are text to the last row."""
    end, text = facts["end"], set(facts.get("text", ()))
    for column in range(min(end + 1, FURTHEST_COLUMN)):
        if column in text:
            drawn.set_column(column, column, WIDTHS["text"], pen.format("@"))
        else:
            drawn.set_column(column, column, WIDTHS["other"])
    drawn.set_column(remarks, remarks, REMARKS_WIDTH)
    drawn.ignore_errors({"number_stored_as_text": f"A1:{xl_col_to_name(min(end, FURTHEST_COLUMN))}1048576"})


def _heading_row(pen: Pen, drawn, row: int, cells: list[Cell], ours: set[int]) -> None:
    for column, cell in enumerate(cells):
        if column not in ours and isinstance(cell, str):
            pen.heading(drawn, row, column, cell)
        elif column not in ours:
            pen.cell(drawn, row, column, cell)


def bad_rows_alone(out: BinaryIO, order: dict) -> int:
    """Write the bad rows under the file's own headings, ready to be corrected and sent in; how many they are."""
    written = 0
    with read_sheets(order["path"], order["name"], Limits(**order["limits"])) as sheets, _book(out, order) as book:
        pen, names = Pen(book), []
        for sheet in sheets:
            facts = order["sheets"].get((sheet.name or "")[:KEPT_NAME]) if sheet.state == "visible" else None
            if facts and any(row["kind"] == "bad" for row in facts["rows"].values()):
                names.append(sheet.name)
                drawn = book.add_worksheet(sheet_names(names)[-1], PlainSheet)
                written += _Extract(pen, drawn, sheet, facts, order["title"]).write()
    return written


class _Extract:
    """The bad rows of one sheet."""

    def __init__(self, pen: Pen, drawn, sheet: Sheet, facts: dict, title: str):
        self.pen, self.drawn, self.sheet, self.facts, self.title = pen, drawn, sheet, facts, title
        self.first, self.last = facts["header"]
        self.marks = {number: row for number, row in _marks_of(facts).items() if row["kind"] == "bad"}
        self.text = set(facts.get("text", ()))
        self.merged = _Merged(sheet, facts, facts.get("regions", []))
        self.data = set(facts["data_rows"]) if facts.get("data_rows") else None
        self.above: list[Cell] = []
        self.headings: list[tuple[int, list[Cell]]] = []

    def write(self) -> int:
        rows = list(self._bad_rows())
        seen = [*self.headings, *rows]
        self.remarks = free_column(self.facts, REMARKS, seen)
        self.origin = max(free_column(self.facts, ROW_OF_ORIGIN, seen), self.remarks + 1)
        self._head()
        for row, (number, cells) in enumerate(rows, start=self.last - self.first + 2):
            self._row(row, number, cells)
        return len(rows)

    def _bad_rows(self) -> Iterator[tuple[int, list[Cell]]]:
        for number, cells in self.sheet.rows:
            if self.first <= number <= self.last:
                self.headings.append((number, cells))
            elif number > self.last and self._is_data(number, cells):
                cells = self._whole(number, cells)
                if number in self.marks:
                    yield number, cells

    def _is_data(self, number: int, cells: list[Cell]) -> bool:
        """Whether 同上 in the row below means this row: kept rows say so, in registers a filled number does."""
        if self.data is not None:
            return number in self.data
        return number in self.marks or any(index < len(cells) and cells[index] is not None for index in self.text)

    def _whole(self, number: int, cells: list[Cell]) -> list[Cell]:
        """The row as it is read: merged places filled, 同上 replaced by what it stands for."""
        cells = self.merged.fill(number, cells)
        for index in self.facts["mapped"]:
            cell = cells[index] if index < len(cells) else None
            is_ditto = cell.__class__ is str and len(cell) <= LONGEST_DITTO and cell.strip() in DITTO
            if is_ditto and index < len(self.above):
                cells[index] = self.above[index]
        self.above = cells
        return cells

    def _head(self) -> None:
        """The title of our own, then the file's headings, with ours at their end."""
        drawn, ours = self.drawn, {self.remarks, self.origin}
        _prepare(drawn, self.facts, self.remarks, self.pen)
        drawn.set_column(self.origin, self.origin, 10)
        drawn.freeze_panes(self.last - self.first + 2, 0)
        drawn.write_string(0, 0, self.title, self.pen.format("@", bold=True))
        self.merged.above = [merge for merge in self.merged.above if merge[0] >= self.first]
        self.merged.draw(drawn, moved_up=self.first - 2)
        for number, cells in self.headings:
            row = number - self.first + 1
            _heading_row(self.pen, drawn, row, cells, ours)
            if number == self.last:
                self.pen.heading(drawn, row, self.remarks, REMARKS)
                self.pen.heading(drawn, row, self.origin, ROW_OF_ORIGIN)

    def _row(self, row: int, number: int, cells: list[Cell]) -> None:
        marks = self.marks[number]
        kinds = {index: kind for index, kind, _ in marks["cells"]}
        for column in range(max([len(cells), *(index + 1 for index in kinds)])):
            if column not in (self.remarks, self.origin):
                cell = cells[column] if column < len(cells) else None
                self.pen.cell(self.drawn, row, column, cell, kinds.get(column, ""), column in self.text)
        self.pen.remark(self.drawn, row, self.remarks, marks["remark"], "bad")
        self.drawn.write_number(row, self.origin, number, self.pen.format())
