"""The cells of an .xlsx, streamed from its XML.

python-calamine is faster, but gives error cells as blank, formulas without a value as blank, no hidden rows, and builds
the whole rectangle in memory: one value in XFD1048576 ends its process. This reader keeps one row at a time.
"""

import re
import zipfile

from .cells import BadCell, Cell, date_cell, decode_ooxml_escapes, iso_date_cell, number_cell, text_cell
from .limits import Limits
from .outlet import Outlet, SheetOutlet
from .plain import PlainCell, PlainSheet, whole_part
from .refused import Refused, damaged
from .workbook import TRUE, SheetEntry, Workbook, read_workbook
from .xml_parts import new_parser, parse_bytes, parse_part, spreadsheet_names

ROW, CELL, VALUE = (spreadsheet_names(name) for name in ("row", "c", "v"))
BOOLEANS = {"1": True, "0": False, "true": True, "false": False}
MOST_NUMBERS = 100_000
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
RANGE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?", re.ASCII)


def column_number(letters: str) -> int:
    """A -> 1, XFD -> 16384; raises Refused beyond."""
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z" or number > LAST_COLUMN:
            raise damaged(f"单元格编号“{letters[:12]}”有误")
        number = number * 26 + ord(letter) - 64
    if not 1 <= number <= LAST_COLUMN:
        raise damaged(f"单元格编号“{letters[:12]}”有误")
    return number


class Columns(dict):
    """Column numbers by letters, worked out once each."""

    def __missing__(self, letters: str) -> int:
        self[letters] = column_number(letters)
        return self[letters]


COLUMNS = Columns()


def read_xlsx(path: str, outlet: Outlet) -> None:
    """Send every worksheet, hidden ones included."""
    with zipfile.ZipFile(path) as archive:
        workbook = read_workbook(archive, outlet.limits)
        if len(workbook.sheets) > outlet.limits.max_sheets:
            count = len(workbook.sheets)
            raise Refused(f"工作簿有 {count} 张工作表，超过上限 {outlet.limits.max_sheets} 张。请拆分后上传。")
        for entry in workbook.sheets:
            SheetReader(workbook, SheetOutlet(outlet, entry.name, entry.state), outlet.limits).read(archive, entry)


class SheetReader:
    """Reads one sheet: expat calls start and end; a row leaves as soon as it is whole."""

    def __init__(self, workbook: Workbook, outlet: SheetOutlet, limits: Limits):
        self.workbook, self.outlet, self.limits = workbook, outlet, limits
        self.hidden_columns: list[tuple[int, int]] = []
        self.merges: list[tuple[int, int, int, int]] = []
        self.number, self.row_text, self.cells, self.hidden = 0, "", [], False
        self.pieces: list[str] = []
        self.numbers: dict[tuple[str, str, str], Cell] = {}
        self.column = 0
        self.sheet_seen = False

    def read(self, archive: zipfile.ZipFile, entry: SheetEntry) -> None:
        whole = whole_part(archive, entry.part)
        plain = PlainSheet(whole) if whole is not None else None
        if plain and plain.exists and self._knows_frame(plain):
            self._read_plain(plain, entry)
        else:
            parse_part(archive, entry.part, self._parser())
        if not self.sheet_seen:
            raise damaged(f"工作表“{entry.name[:31]}”没有内容部件")
        self.outlet.close(self.hidden_columns, self.merges)

    def _knows_frame(self, plain: PlainSheet) -> bool:
        """Whether head and tail are a whole without the rows between; then columns and merges are known."""
        calls = _by_full_name({"col": self._column_width, "mergeCell": self._merge, "sheetData": self._start_data})
        rows = []

        def start(name: str, attributes: dict) -> None:
            if name in calls:
                calls[name](attributes)
            elif name in CELL or name in ROW:
                rows.append(name)

        try:
            parse_bytes(new_parser(start), "", plain.frame)
        except Refused:
            rows.append("")
        if rows:
            self.hidden_columns, self.merges, self.sheet_seen = [], [], False
        return not rows

    def _read_plain(self, plain: PlainSheet, entry: SheetEntry) -> None:
        """Rows as they come; from the first that is not plain on, the parser has the word, and must agree so far."""
        merges = self.merges
        self.outlet.open(merges)
        for text, found in plain.rows():
            cells = self._plain_cells(text, found)
            if cells is None or not self.number < int(text) <= LAST_ROW:
                break
            self.number, self.row_text = int(text), text
            self.outlet.row(self.number, cells)
        if plain.is_read:
            return
        self.hidden_columns, self.merges = [], []
        parse_bytes(self._parser(), entry.part, plain.head, plain.rest)
        if self.merges != merges:
            raise damaged(f"{self.outlet.place}的结构前后不一致")

    def _plain_cells(self, text: str, found: list[PlainCell]) -> list[Cell] | None:
        """The cells of a row, as _start_cell and _end_cell give them; None where they stand out of order."""
        cells: list[Cell] = []
        column, numbers, strings = 0, self.numbers, self.workbook.strings
        for letters, row, style, kind, value in found:
            at = COLUMNS[letters]
            if row != text or at <= column:
                return None
            column = at
            if not value:
                continue
            if kind == "s":
                # The index alone, most of the time; _shared judges whatever is not one.
                index = int(value) if len(value) < 10 and value.isdecimal() and value.isascii() else -1
                cell = strings[index] if 0 <= index < len(strings) else self._shared(value)
            else:
                key = (value, kind, style)
                cell = numbers.get(key)
                if cell is None:
                    cell = self._rare(kind, value) if kind == "str" else self._number(value, style)
                    if len(numbers) < MOST_NUMBERS:
                        numbers[key] = cell
            if cell is not None:
                gap = at - len(cells) - 1
                if gap:
                    cells.extend([None] * gap)
                cells.append(cell)
        self.column = column
        return cells

    def _parser(self):
        starts, ends = self._handlers()
        pieces = self.pieces

        def start(name: str, attributes: dict) -> None:
            if name in CELL:
                self._start_cell(attributes)
            elif name in VALUE:
                pieces.clear()
            elif name in starts:
                starts[name](attributes)

        def end(name: str) -> None:
            if name in VALUE:
                self.value = "".join(pieces)
            elif name in CELL:
                self._end_cell()
            elif name in ends:
                ends[name]()

        return new_parser(start, end, self.pieces.append)

    def _handlers(self) -> tuple[dict, dict]:
        starts = {"row": self._start_row, "t": self._start_text, "f": self._start_text, "rPh": self._start_phonetic}
        starts |= {"col": self._column_width, "mergeCell": self._merge, "sheetData": self._start_data}
        starts |= {"is": self._start_inline}
        ends = {"row": self._end_row, "t": self._end_text, "f": self._end_formula, "rPh": self._end_phonetic}
        return _by_full_name(starts), _by_full_name(ends)

    def _start_data(self, _) -> None:
        self.sheet_seen = True

    def _start_row(self, attributes: dict) -> None:
        text = attributes.get("r")
        number = self.number + 1 if text is None else _row_number(text)
        self._open_row(number)
        self.cells, self.column = [], 0
        self.hidden = attributes.get("hidden") in TRUE or attributes.get("ht") == "0"

    def _open_row(self, number: int) -> None:
        if not self.number < number <= LAST_ROW:
            raise damaged(f"{self.outlet.place}第 {self.number} 行之后的行号有误")
        self.number, self.row_text = number, str(number)

    def _start_cell(self, attributes: dict) -> None:
        self.attributes = attributes
        self.value = self.formula = self.inline = None
        column = self._column_of(attributes["r"]) if "r" in attributes else self.column + 1
        if not self.column < column <= LAST_COLUMN:
            raise damaged(f"{self.outlet.place}第 {self.number} 行的单元格次序有误")
        self.column = column

    def _column_of(self, reference: str) -> int:
        if not reference.endswith(self.row_text):
            raise damaged(f"{self.outlet.place}第 {self.number} 行的单元格编号“{reference[:12]}”有误")
        return COLUMNS[reference[: -len(self.row_text)]]

    def _start_text(self, _) -> None:
        self.pieces.clear()

    def _start_inline(self, _) -> None:
        self.value, self.inline, self.phonetic = "", [], False

    def _start_phonetic(self, _) -> None:
        self.phonetic = True

    def _end_phonetic(self) -> None:
        self.phonetic = False

    def _end_formula(self) -> None:
        self.formula = "".join(self.pieces)

    def _end_text(self) -> None:
        if self.inline is not None and not self.phonetic:
            self.inline.extend(self.pieces)

    def _end_cell(self) -> None:
        if self.value is None and self.formula is None:
            return
        cell = self._cell(self.attributes.get("t", "n"))
        if cell is not None:
            cells, gap = self.cells, self.column - len(self.cells) - 1
            if gap:
                cells.extend([None] * gap)
            cells.append(cell)

    def _cell(self, kind: str) -> Cell:
        value = self.value
        if kind == "s":
            return self._shared(value)
        if self.inline is not None:
            return text_cell(decode_ooxml_escapes("".join(self.inline)), self.limits.max_cell_chars)
        if self.formula is not None and not value and kind != "str":
            return BadCell("formula", f"={self.formula[:100]}")
        if kind == "n":
            return self._number(value, self.attributes.get("s"))
        return self._rare(kind, value or "")

    def _shared(self, value: str | None) -> Cell:
        strings = self.workbook.strings
        if value and value.isascii() and value.isdigit() and len(value) < 10 and int(value) < len(strings):
            return strings[int(value)]
        return BadCell("string", (value or "")[:50])

    def _number(self, value: str, style: str | None) -> Cell:
        number = number_cell(value)
        if style in self.workbook.dates and isinstance(number, (int, float)):
            return date_cell(number, self.workbook.date1904)
        if style in self.workbook.times and isinstance(number, (int, float)):
            return BadCell("date", value[:50])
        return number

    def _rare(self, kind: str, value: str) -> Cell:
        if kind == "str":
            return text_cell(decode_ooxml_escapes(value), self.limits.max_cell_chars)
        if kind == "b" and value.strip() in BOOLEANS:
            return BOOLEANS[value.strip()]
        if kind == "d":
            return iso_date_cell(value)
        return BadCell("string" if kind == "inlineStr" else "error", value[:50])

    def _end_row(self) -> None:
        self.outlet.row(self.number, self.cells, self.hidden)

    def _column_width(self, attributes: dict) -> None:
        first, last = attributes.get("min", ""), attributes.get("max", "")
        hidden = attributes.get("hidden") in TRUE or attributes.get("width") == "0"
        if hidden and first.isdigit() and last.isdigit() and len(first + last) < 12:
            self.hidden_columns.append((int(first), int(last)))

    def _merge(self, attributes: dict) -> None:
        match = RANGE.fullmatch(attributes.get("ref", ""))
        if match:
            first, top, last, bottom = match.groups()
            self.merges.append((int(top), COLUMNS[first], int(bottom or top), COLUMNS[last or first]))


def _by_full_name(calls: dict) -> dict:
    return {name: call for local, call in calls.items() for name in spreadsheet_names(local)}


def _row_number(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 8:
        return int(text)
    raise damaged(f"行号“{text[:12]}”有误")
