"""How cells are written: nothing runs as a formula, long numbers stay text, findings have one look everywhere.

Without Django: the maker runs it in a process of its own.
"""

import datetime
import re

from lianyungang_cdpf.intake.reading import BadCell, Cell

# What Excel, WPS and LibreOffice take for a formula at the start of a cell (OWASP, "CSV Injection").
FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")
REMARKS = "问题说明"
ROW_OF_ORIGIN = "原表行号"
AUTHOR = "核验"
# The colours that Excel itself calls 差 and 适中: fill, letters.
COLOURS = {"bad": ("FFC7CE", "9C0006"), "mild": ("FFEB9C", "9C5700")}
REMARKS_WIDTH = 60
MOST_COMMENTS = 10_000  # a file with more is wrong as a whole, and Excel draws each comment when it opens the file
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
LONGEST_SHEET_NAME = 31


def is_like_a_formula(text: str) -> bool:
    """Whether a spreadsheet may take the text for a formula once somebody edits the cell."""
    return text[:1] in FORMULA_STARTS or text.lstrip()[:1] in FORMULA_STARTS


def sheet_names(names: list[str | None]) -> list[str]:
    """Names that Excel accepts, different from one another, as near to the given ones as can be."""
    taken: set[str] = set()
    found = []
    for name in names:
        plain = _NOT_IN_NAMES.sub("_", name or "名册").strip("'")[:LONGEST_SHEET_NAME] or "工作表"
        tried, number = plain, 1
        while tried.lower() in taken:
            number += 1
            tail = f"({number})"
            tried = plain[: LONGEST_SHEET_NAME - len(tail)] + tail
        taken.add(tried.lower())
        found.append(tried)
    return found


class Pen:
    """Writes cells to the sheets of one XlsxWriter workbook; formats are made once each."""

    def __init__(self, book):
        self.book = book
        self.formats: dict[tuple, object] = {}

    def format(self, number: str = "", mark: str = "", quoted: bool = False, **more):
        """A format of `number` ("@" is text), in the colours of `mark` ("bad" or "mild")."""
        key = (number, mark, quoted, *more.items()) if more else (number, mark, quoted)
        if key not in self.formats:
            looks = {"num_format": number or "General", "quote_prefix": quoted, "valign": "vcenter", **more}
            if mark:
                looks |= dict(zip(("bg_color", "font_color"), (f"#{one}" for one in COLOURS[mark]), strict=True))
            self.formats[key] = self.book.add_format({"font_name": "宋体", "font_size": 11, **looks})
        return self.formats[key]

    def cell(self, sheet, row: int, column: int, cell: Cell, mark: str = "", text: bool = False) -> None:
        """Write one cell as it was read; rows and columns count from 0. `text` keeps later typing text."""
        number = "@" if text else ""
        if cell.__class__ is str:
            sheet.write_string(row, column, cell, self._of_text(cell, number, mark))
        elif cell is None:
            if mark:
                sheet.write_blank(row, column, None, self.format(number, mark))
        elif isinstance(cell, bool):
            sheet.write_boolean(row, column, cell, self.format(number, mark))
        elif isinstance(cell, int | float):
            sheet.write_number(row, column, cell, self.format(number, mark))
        else:
            self._rare(sheet, row, column, cell, mark)

    def _of_text(self, text: str, number: str, mark: str):
        if text[0] in FORMULA_STARTS or (text[0].isspace() and is_like_a_formula(text)):
            return self.format("@", mark, True)
        return self.format(number, mark)

    def heading(self, sheet, row: int, column: int, text: str) -> None:
        """A heading, as bold text."""
        looks = self.format("@", "", is_like_a_formula(text), bold=True, align="center", border=1, text_wrap=True)
        sheet.write_string(row, column, text, looks)

    def _rare(self, sheet, row: int, column: int, cell: Cell, mark: str) -> None:
        if isinstance(cell, BadCell):
            sheet.write_string(row, column, cell.text, self.format("@", mark, is_like_a_formula(cell.text)))
        elif cell.year < 1900:
            sheet.write_string(row, column, cell.isoformat(), self.format("@", mark))
        else:
            has_time = isinstance(cell, datetime.datetime)
            shape = "yyyy-mm-dd hh:mm:ss" if has_time else "yyyy-mm-dd"
            sheet.write_datetime(row, column, cell, self.format(shape, mark))

    def remark(self, sheet, row: int, column: int, text: str, mark: str) -> None:
        """The sentences about a row, in the column of their own."""
        sheet.write_string(row, column, text, self.format("@", mark, is_like_a_formula(text), text_wrap=False))
