"""The cells of an .ods, streamed from content.xml.

A table may say that a row is repeated a million times: blank ones only move the row number on, full ones count against
the limits. python-calamine builds them all, and knows neither hidden rows nor error cells of an .ods.
"""

import zipfile

from .cells import BadCell, Cell, iso_date_cell, number_cell, text_cell
from .outlet import Outlet, SheetOutlet
from .refused import Refused, damaged
from .xml_parts import new_parser, parse_part

OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
TABLE, TEXT, OFFICE, STYLE = (f"{OASIS}{tail}:1.0|" for tail in ("table", "text", "office", "style"))
CALC_EXTENSION = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0|"
HIDDEN = ("collapse", "filter")
LAST_ROW = 1_048_576
NOWHERE, IN_TABLE, IN_ROW, IN_CELL = range(4)

# Deleted cells, comments and drawings hold tables and paragraphs of their own that are not the sheet's.
NOT_THE_SHEET = {f"{TABLE}tracked-changes", f"{TABLE}shapes", f"{OFFICE}annotation", f"{TABLE}dde-links"}
NOT_THE_SHEET |= {f"{TEXT}ruby-text"}
DRAWING = f"{OASIS}drawing:1.0|"


def read_ods(path: str, outlet: Outlet) -> None:
    """Send every table, hidden ones included, cached copies of other files left out."""
    with zipfile.ZipFile(path) as archive:
        name = next(name for name in archive.namelist() if name.lower() == "content.xml")
        TableReader(outlet).read(archive, name)


def _repeated(attributes: dict, what: str) -> int:
    text = attributes.get(f"{TABLE}number-{what}-repeated", "1")
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise damaged("单元格重复次数有误")
    return max(1, int(text))


class TableReader:
    """Reads all tables of one document."""

    def __init__(self, outlet: Outlet):
        self.outlet = outlet
        self.limits = outlet.limits
        self.style = ""
        self.hidden_styles: set[str] = set()
        self.skipped = 0
        self.paragraphs: list[str] = []
        self.pieces: list[str] = []
        self.inside = NOWHERE

    def read(self, archive: zipfile.ZipFile, part: str) -> None:
        starts = {f"{TABLE}{name}": call for name, call in self._table_starts().items()}
        starts |= {f"{TEXT}p": self._start_paragraph, f"{TEXT}s": self._spaces, f"{TEXT}tab": self._tab}
        starts |= {f"{TEXT}line-break": self._line_break, f"{STYLE}style": self._style}
        starts |= {f"{STYLE}table-properties": self._table_properties}
        ends = {f"{TABLE}table": self._end_table, f"{TABLE}table-row": self._end_row, f"{TEXT}p": self._end_paragraph}
        ends |= {f"{TABLE}table-cell": self._end_cell, f"{TABLE}covered-table-cell": self._end_cell}

        def start(name: str, attributes: dict) -> None:
            if self.skipped or name in NOT_THE_SHEET or name.startswith(DRAWING):
                self.skipped += 1
            elif name in starts:
                starts[name](attributes)

        def end(name: str) -> None:
            if self.skipped:
                self.skipped -= 1
            elif name in ends:
                ends[name]()

        def text(data: str) -> None:
            if not self.skipped and self.inside == IN_CELL:
                self.pieces.append(data)

        parse_part(archive, part, new_parser(start, end, text))

    def _table_starts(self) -> dict:
        return {
            "table": self._start_table,
            "table-source": self._table_source,
            "table-column": self._column,
            "table-row": self._start_row,
            "table-cell": self._start_cell,
            "covered-table-cell": self._start_cell,
        }

    def _style(self, attributes: dict) -> None:
        self.style = attributes.get(f"{STYLE}name", "")

    def _table_properties(self, attributes: dict) -> None:
        if attributes.get(f"{TABLE}display") == "false":
            self.hidden_styles.add(self.style)

    def _start_table(self, attributes: dict) -> None:
        self._require(NOWHERE)
        self.inside = IN_TABLE
        hidden = attributes.get(f"{TABLE}style-name") in self.hidden_styles
        name = attributes.get(f"{TABLE}name", "")
        self.sheet = SheetOutlet(self.outlet, name, "hidden" if hidden else "visible")
        self.is_cached_copy = False
        self.number, self.columns = 1, 0
        self.hidden_columns: list[tuple[int, int]] = []
        self.merges: list[tuple[int, int, int, int]] = []

    def _require(self, place: int) -> None:
        """Tables within tables, cells outside rows: whatever they mean, it is no sheet."""
        if self.inside != place:
            raise damaged("表格、行与单元格的层次有误")

    def _table_source(self, _) -> None:
        self._require(IN_TABLE)
        self.is_cached_copy = True

    def _end_table(self) -> None:
        if not self.is_cached_copy:
            self.sheet.close(self.hidden_columns, self.merges)
        self.inside = NOWHERE

    def _column(self, attributes: dict) -> None:
        self._require(IN_TABLE)
        count = _repeated(attributes, "columns")
        if attributes.get(f"{TABLE}visibility") in HIDDEN:
            self.hidden_columns.append((self.columns + 1, self.columns + count))
        self.columns += count

    def _start_row(self, attributes: dict) -> None:
        self._require(IN_TABLE)
        self.inside = IN_ROW
        self.cells: list[Cell] = []
        self.width = 0
        self.repeats = _repeated(attributes, "rows")
        self.hidden = attributes.get(f"{TABLE}visibility") in HIDDEN

    def _end_row(self) -> None:
        self.inside = IN_TABLE
        if self.number + self.repeats - 1 > LAST_ROW + 1:
            raise damaged(f"{self.sheet.place}的行数超过 {LAST_ROW} 行")
        if self.cells:
            self._refuse_flood()
            for number in range(self.number, self.number + self.repeats):
                self.sheet.row(number, list(self.cells), self.hidden)
        self.number += self.repeats

    def _refuse_flood(self) -> None:
        if self.repeats > self.limits.max_rows:
            raise Refused(
                f"{self.sheet.place}第 {self.number} 行起同样的内容重复了 {self.repeats} 行，超过上限 "
                f"{self.limits.max_rows} 行。请删除多余的行后重新上传。"
            )

    def _start_cell(self, attributes: dict) -> None:
        self._require(IN_ROW)
        self.inside, self.cell = IN_CELL, attributes
        self.paragraphs, self.pieces = [], []
        rows, columns = (attributes.get(f"{TABLE}number-{what}-spanned", "1") for what in ("rows", "columns"))
        if (rows, columns) != ("1", "1") and rows.isdigit() and columns.isdigit() and len(rows + columns) < 14:
            top, left = self.number, self.width + 1
            self.merges.append((top, left, top + int(rows) - 1, left + int(columns) - 1))

    def _end_cell(self) -> None:
        count = _repeated(self.cell, "columns")
        cell = self._value(self.cell)
        self.inside = IN_ROW
        if cell is not None:
            if count > self.limits.max_columns:
                raise Refused(
                    f"{self.sheet.place}第 {self.number} 行：有内容的列超过上限 {self.limits.max_columns} 列。"
                    "请删除多余的列后重新上传。"
                )
            self.cells += [None] * (self.width - len(self.cells)) + [cell] * count
        self.width += count
        if self.width > 16_384:
            raise damaged(f"{self.sheet.place}第 {self.number} 行超过 16384 列")

    def _value(self, attributes: dict) -> Cell:
        kind = attributes.get(f"{OFFICE}value-type") or attributes.get(f"{CALC_EXTENSION}value-type")
        text = "\n".join(self.paragraphs)
        if attributes.get(f"{CALC_EXTENSION}value-type") == "error" or (kind == "string" and text.startswith("Err:")):
            return BadCell("error", text[:50])
        if kind is None:
            formula = attributes.get(f"{TABLE}formula")
            return BadCell("formula", formula[:100]) if formula and not text else self._text(text)
        return self._typed(kind, attributes, text)

    def _typed(self, kind: str, attributes: dict, text: str) -> Cell:
        match kind:
            case "float" | "percentage" | "currency":
                number = number_cell(attributes.get(f"{OFFICE}value", ""))
                return BadCell("number", text[:50]) if number is None else number
            case "date":
                return iso_date_cell(attributes.get(f"{OFFICE}date-value", ""))
            case "time":
                return BadCell("date", attributes.get(f"{OFFICE}time-value", "")[:50])
            case "boolean":
                return attributes.get(f"{OFFICE}boolean-value") == "true"
        return self._text(attributes.get(f"{OFFICE}string-value", text))

    def _text(self, text: str) -> Cell:
        return text_cell(text, self.limits.max_cell_chars)

    def _start_paragraph(self, _) -> None:
        self.pieces = []

    def _end_paragraph(self) -> None:
        if self.inside == IN_CELL:
            self.paragraphs.append("".join(self.pieces))

    def _spaces(self, attributes: dict) -> None:
        count = attributes.get(f"{TEXT}c", "1")
        self.pieces.append(" " * (int(count) if count.isascii() and count.isdigit() and len(count) < 5 else 1))

    def _tab(self, _) -> None:
        self.pieces.append("\t")

    def _line_break(self, _) -> None:
        self.pieces.append("\n")
