"""The clerk's own .xlsx with its findings marked: formatting, sheets, hidden rows, comments and protection stay.

What could run or reach out does not: formulas become their values, links, macros, charts and pivots go.
Runs in the maker's limits; a file that breaks them is rewritten instead.
"""

import copy
import re
import zipfile
from typing import BinaryIO

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, range_boundaries

from lianyungang_cdpf.intake.workbooks.pen import AUTHOR, COLOURS, REMARKS, REMARKS_WIDTH, is_like_a_formula

MOST_XML_BYTES = 32 * 1024 * 1024  # of sheets and strings, unpacked: a roll of 5,000 rows has a sixth of it
MOST_MERGES, MOST_MERGED_CELLS = 5_000, 200_000  # openpyxl makes an object of each cell below a merge
FURTHEST_COLUMN = 250
KEPT_NAME = 64
OURS = "【核验】"
FILLS = {kind: PatternFill("solid", fgColor=f"FF{fill}") for kind, (fill, _) in COLOURS.items()}
OUR_COLOURS = {f"FF{fill}" for fill, _ in COLOURS.values()}
# What a rule or a list may say: literals, and names or ranges of this workbook. Functions and other files may not.
_REACHES_OUT = re.compile(r"[(\[|]|#REF|://|\\\\")
_MERGE = re.compile(rb'mergeCell\s[^>]*?ref\s*=\s*["\']([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})["\']')
_LITERAL = re.compile(r'"[^"]*"')


class TooMuch(Exception):
    """The file is no ordinary roll: it is rewritten from its cells instead."""


def mark_own(out: BinaryIO, order: dict) -> int:
    """Write the workbook with its findings marked; the number of marked rows. Raises TooMuch."""
    _check_size(order["path"])
    with open(order["path"], "rb") as file:
        book = load_workbook(file, data_only=True, keep_links=False, keep_vba=False, rich_text=True)
    for sheet in list(book.chartsheets):
        book.remove(sheet)
    _disarm_names(book)
    marked = 0
    for sheet in book.worksheets:
        _disarm(sheet)
        facts = order["sheets"].get(sheet.title[:KEPT_NAME])
        if facts and sheet.sheet_state == "visible":
            marked += _Marking(sheet, facts).write()
    book.save(out)
    return marked


def _check_size(path: str) -> None:
    """Raise TooMuch before openpyxl spends a gigabyte on it. The sizes are true: the gate has counted them."""
    with zipfile.ZipFile(path) as archive:
        parts = [entry for entry in archive.infolist() if entry.filename.lower().endswith(".xml")]
        if sum(entry.file_size for entry in parts) > MOST_XML_BYTES:
            raise TooMuch
        merged = [_areas(archive.read(entry)) for entry in parts]
    if sum(map(len, merged)) > MOST_MERGES or sum(map(sum, merged)) > MOST_MERGED_CELLS:
        raise TooMuch


def _areas(xml: bytes) -> list[int]:
    """How many cells each merge of a sheet covers."""
    sizes = []
    for match in _MERGE.finditer(xml):
        left, top, right, bottom = range_boundaries(match[1].decode())
        sizes.append((right - left + 1) * (bottom - top + 1))
    return sizes


def _is_plain(formula) -> bool:
    """Whether a formula of a rule holds nothing but literals and places of this workbook."""
    return not _REACHES_OUT.search(_LITERAL.sub("", str(formula or "")))


def _disarm_names(book) -> None:
    for names in (book.defined_names, *(sheet.defined_names for sheet in book.worksheets)):
        for name in [name for name, one in names.items() if not _is_plain(one.attr_text)]:
            del names[name]


def _disarm(sheet) -> None:
    """Leave nothing that is worked out or fetched when the workbook is opened."""
    sheet._charts, sheet._pivots = [], []
    rules = ConditionalFormattingList()
    for area in sheet.conditional_formatting:
        for rule in area.rules:
            if all(map(_is_plain, rule.formula)):
                rules.add(str(area.sqref), rule)
    sheet.conditional_formatting = rules
    checks = sheet.data_validations.dataValidation
    sheet.data_validations.dataValidation = [
        one for one in checks if _is_plain(one.formula1) and _is_plain(one.formula2)
    ]
    for table in sheet.tables.values():
        for column in table.tableColumns:
            column.calculatedColumnFormula = column.totalsRowFormula = None
    for cell in _cells(sheet):
        _disarm_cell(cell)


def _cells(sheet) -> list:
    """The cells that the file has. Not iter_rows(): one value in XFD1048576 would make it walk seventeen billion."""
    return list(sheet._cells.values())


def _disarm_cell(cell) -> None:
    if cell.hyperlink is not None:
        cell.hyperlink = None
    if isinstance(cell.value, str):
        cell.data_type = "s"
        if is_like_a_formula(cell.value):
            cell.quotePrefix = True


class _Marking:
    """One sheet being marked."""

    def __init__(self, sheet, facts: dict):
        self.sheet, self.facts = sheet, facts
        self.rows = {int(number): row for number, row in facts["rows"].items()}
        self.remarks = facts["ours"].get(REMARKS, self._free_column()) + 1

    def _free_column(self) -> int:
        filled = (cell.column for cell in _cells(self.sheet) if cell.value is not None)
        return max(self.facts["end"] + 1, *(column for column in filled if column <= FURTHEST_COLUMN))

    def write(self) -> int:
        self._take_old_marks_away()
        self._keep_numbers_text()
        self._head()
        for number, row in self.rows.items():
            for index, kind, text in row["cells"]:
                self._mark(number, index + 1, kind, text)
            cell = self.sheet.cell(number, self.remarks)
            cell.value, cell.data_type = row["remark"], "s"
            cell.number_format, cell.fill = "@", FILLS[row["kind"]]
            cell.quotePrefix = is_like_a_formula(row["remark"])
        return len(self.rows)

    def _take_old_marks_away(self) -> None:
        """A marked workbook comes in again once it is corrected: what was marked then is not marked now."""
        for cell in _cells(self.sheet):
            if isinstance(cell, MergedCell):
                continue
            if cell.column == self.remarks and cell.row > self.facts["header"][1]:
                cell.value, cell.fill = None, PatternFill()
            elif cell.comment and OURS in cell.comment.text:
                theirs = cell.comment.text.split(OURS)[0].strip()
                cell.comment = Comment(theirs, cell.comment.author) if theirs else None
                if cell.fill.fgColor.rgb in OUR_COLOURS:
                    cell.fill = PatternFill()

    def _keep_numbers_text(self) -> None:
        """What is typed into a column of long numbers from now on stays text."""
        columns = {index + 1 for index in self.facts["text"]}
        for cell in _cells(self.sheet):
            if cell.column in columns and cell.row > self.facts["header"][1] and not isinstance(cell, MergedCell):
                cell.number_format = "@"

    def _head(self) -> None:
        last = self.facts["header"][1]
        cell = self.sheet.cell(last, self.remarks)
        if isinstance(cell, MergedCell):
            return
        beside = self.sheet.cell(last, max(self.facts["end"] + 1, 1))
        cell.value, cell.font = REMARKS, Font(bold=True)
        cell.alignment = Alignment(horizontal="center", vertical="center")
        cell.border = copy.copy(beside.border)
        self.sheet.column_dimensions[get_column_letter(self.remarks)].width = REMARKS_WIDTH

    def _mark(self, number: int, column: int, kind: str, text: str) -> None:
        cell = self._markable(number, column)
        if cell.comment and OURS in cell.comment.text:
            said, author = f"{cell.comment.text}\n{text}", cell.comment.author
        elif cell.comment:
            said, author = f"{cell.comment.text}\n{OURS}{text}", cell.comment.author
        else:
            said, author = f"{OURS}{text}", AUTHOR
        cell.comment = Comment(said, author, height=110, width=300)
        if cell.fill.fgColor.rgb != FILLS["bad"].fgColor.rgb:
            cell.fill = FILLS[kind]

    def _markable(self, number: int, column: int) -> Cell:
        """The cell, or beside a merge that began in a row above the row's first cell of its own."""
        cells = [self.sheet.cell(number, column), self.sheet.cell(number, self.facts["fallback"] + 1)]
        cells += [self.sheet.cell(number, one) for one in range(1, self.remarks + 1)]
        return next(cell for cell in cells if not isinstance(cell, MergedCell))
