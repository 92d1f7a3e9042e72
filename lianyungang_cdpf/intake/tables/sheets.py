"""One visible sheet: its header, its rows, and what stands around them."""

from collections import deque
from collections.abc import Iterator

from ..reading import Cell, Refused, Sheet
from .cleaners import LongNumber
from .columns import Roll
from .datarow import DataRow, SheetFacts, place_of
from .header import Header, NumberedRow, Spans, find_header, header_of
from .identity import normalise_id
from .rowcleaner import RowCleaner
from .rows import SAMPLES, Judge, Judged, Kind, is_aside
from .titles import TitleFacts
from .totals import Totals

SCANNED_ROWS = 100
NOTE_SHEETS = ("说明", "示例", "样表", "样例", "范例", "须知", "指南")
TITLE_CELLS = 4
ID_LENGTHS = (18, 20, 22)  # an ID number, a certificate number, a reissued one


class SheetReader:
    """Reads one sheet: first find_header(), then data_rows() if there is one."""

    def __init__(self, sheet: Sheet, roll: type[Roll]):
        self.sheet, self.roll = sheet, roll
        self.place = place_of(sheet.name)
        self.rows = iter(sheet.rows)
        self.above: list[NumberedRow] = []
        self.header: Header | None = None
        self.nearest: Header | None = None
        self.facts = SheetFacts(sheet.name, "notes")
        self._waiting: deque[NumberedRow] = deque()
        self._spans: Spans = {}
        for first_row, first, _, last in sheet.merges:
            if last > first:
                self._spans.setdefault(first_row, []).append((first - 1, last - 1))

    def next_row(self) -> NumberedRow | None:
        return self._waiting.popleft() if self._waiting else next(self.rows, None)

    @property
    def is_notes_by_name(self) -> bool:
        return bool(self.sheet.name) and any(word in self.sheet.name for word in NOTE_SHEETS)

    def find_header(self) -> bool:
        """Look for a header in the first rows; without one the sheet is a summary or notes."""
        if self.is_notes_by_name:
            return False
        while len(self.above) < SCANNED_ROWS and (row := self.next_row()):
            if self._try(row):
                self._check_above()
                self.facts.kind, self.facts.header = "roll", self.header
                return True
            self.above.append(row)
        return False

    def _try(self, row: NumberedRow) -> bool:
        if sum(cell.__class__ is str for cell in row[1]) < 2:
            return False
        below = self.peek()
        header = find_header(self.above[-2:], row, below, self._spans, self.roll)
        if header.missing(self.roll):
            if self.nearest is None or self._likeness(header) > self._likeness(self.nearest):
                self.nearest = header
            return False
        if below and header.last_row == below[0]:
            self._waiting.popleft()
        self.header = header
        return True

    def _likeness(self, header: Header) -> tuple[int, int]:
        """How much of a header a row is: fields that only a header of people has, then any."""
        return header.keys_found(self.roll), len(header.columns)

    def _check_above(self) -> None:
        number = first_person(self.above, self.roll)
        if number is not None and number < self.header.first_row:
            raise Refused(
                f"{self.place}第 {number} 行在表头（第 {self.header.first_row} 行）之前，却像名册的内容。"
                "请把表头移到所有人员之前，或删除多余的表格后重新上传。"
            )

    def name_titles(self, facts: TitleFacts) -> None:
        """Tell the lines above the header and the sheet's name."""
        for number, cells in self.above:
            if number < self.header.first_row:
                self._name_title(facts, number, cells)
        if self.sheet.name:
            facts.add("sheet", f"工作表名称“{self.sheet.name}”", self.sheet.name)

    def _name_title(self, facts: TitleFacts, number: int, cells: list[Cell]) -> None:
        texts = [cell for cell in cells if isinstance(cell, str)]
        if len(texts) <= TITLE_CELLS:
            for text in texts:
                facts.add("title", f"{self.place}第 {number} 行", text)

    def data_rows(self, facts: TitleFacts, totals: Totals, month: str | None) -> Iterator[DataRow]:
        """The rows about people, in the order of the sheet."""
        cleaner = RowCleaner(self.sheet.name, self.header, self.roll, month, self.sheet.merges)
        summed = next((name for name, column in self.roll.columns.items() if column.summed), None)
        totals.open_sheet()
        for number, cells in self._people(facts, totals):
            row = cleaner.clean(number, cells)
            amount = row.values.get(summed)
            if amount is not None:
                totals.add(amount)
            self.facts.count(number)
            yield row
        cleaner.rivals.finish()

    def _people(self, facts: TitleFacts, totals: Totals) -> Iterator[NumberedRow]:
        walk = _Walk(self, facts, totals)
        index = self._id_column()
        while row := self.next_row():
            cells = row[1]
            if (
                index is not None
                and index < len(cells)
                and cells[index].__class__ is str
                and len(cells[index]) in ID_LENGTHS
                and cells[index][:4].isdecimal()
                and SAMPLES.isdisjoint(cells[:2])
            ):
                if walk.is_plain:
                    yield row
                    continue
                judged = Judged(Kind.DATA)
            else:
                judged = walk.judge(cells)
            yield from walk.people(row, judged)

    def _id_column(self) -> int | None:
        """The column whose long number shows at a glance that a row is about somebody."""
        for name, column in self.roll.columns.items():
            if column.key and isinstance(column.cleaner, LongNumber):
                source = name if name in self.header.columns else (column.instead or (None,))[0]
                return self.header.columns.get(source)
        return None

    def peek(self) -> NumberedRow | None:
        """The next row, left where it is."""
        row = self.next_row()
        if row:
            self._waiting.appendleft(row)
        return row

    def is_header_again(self, row: NumberedRow, before: NumberedRow | None) -> bool:
        """Whether the row is part of the same header, written anew for the next page.

        Raises Refused for a second header that differs: its rows would be read under the wrong columns.
        """
        if not all(cell is None or isinstance(cell, str) for cell in row[1]):
            return False
        below = self.peek()
        others = [find_header([before] if before else [], row, below, self._spans, self.roll)]
        if below:
            others.append(find_header([row], below, None, self._spans, self.roll))
        others = [other for other in others if other.first_row <= row[0] and other.keys_found(self.roll) > 1]
        if others and all(map(self._differs, others)):
            raise Refused(
                f"{self.place}第 {row[0]} 行又出现一个表头，与第 {self.header.last_row} 行的表头不同。"
                "请把两张表放到两个工作表或两个文件后重新上传。"
            )
        return bool(others)

    def _differs(self, other: Header) -> bool:
        """Whether a field stands elsewhere, or a key field is missing; headings of no importance may come and go."""
        first, second = self.header.columns, other.columns
        keys = {name for name, column in self.roll.columns.items() if column.key}
        return any(first.get(name) != second.get(name) for name in keys | (first.keys() & second.keys()))


class _Walk:
    """Where on the sheet we are: what a doubtful row means depends on its neighbours."""

    def __init__(self, reader: SheetReader, facts: TitleFacts, totals: Totals):
        self.reader, self.facts, self.totals = reader, facts, totals
        self.judge_of = Judge(reader.header, reader.roll)
        self.under_header, self.after_total = True, False
        self.unsure: list[NumberedRow] = []
        self.asides: list[NumberedRow] = []
        self.header_row: NumberedRow | None = None

    @property
    def is_plain(self) -> bool:
        """Whether a data row changes nothing: nobody waits above it."""
        return not (self.under_header or self.after_total or self.unsure or self.asides)

    def judge(self, cells: list[Cell]) -> Judged:
        return self.judge_of.judge(cells, self.under_header, self.after_total)

    def people(self, row: NumberedRow, judged: Judged) -> Iterator[NumberedRow]:
        """The rows that are now known to be data."""
        match judged.kind:
            case Kind.DATA:
                yield from self._flush()
                yield row
                self.under_header = self.after_total = False
                self.header_row = None
                self.asides.clear()
            case Kind.HEADER | Kind.UNSURE | Kind.NOTE if self._is_header(row, judged.kind):
                yield from self._flush_inside()
                self._new_page(row)
            case Kind.UNSURE:
                self.unsure.append(row)
            case Kind.NOTE:
                self.asides.append(row)
            case _:
                yield from self._flush_inside()
                self._total(judged)

    def _is_header(self, row: NumberedRow, kind: Kind) -> bool:
        before = self.header_row or (self.asides[-1] if self.asides else None)
        return self.reader.is_header_again(row, before) or kind is Kind.HEADER

    def _flush(self) -> Iterator[NumberedRow]:
        yield from self.unsure
        self.unsure.clear()

    def _flush_inside(self) -> Iterator[NumberedRow]:
        """Above a total or a page's end a name alone is a person; below the last total it is a signature."""
        if self.after_total:
            self.unsure.clear()
        yield from self._flush()

    def _new_page(self, row: NumberedRow) -> None:
        """The title of the page stands right above its header."""
        self.header_row = row
        for number, cells in self.asides:
            if is_aside(cells):
                self.reader._name_title(self.facts, number, cells)
        self.asides.clear()
        self.under_header, self.after_total = True, False

    def _total(self, judged: Judged) -> None:
        self.under_header = False
        if judged.kind is Kind.TOTAL:
            self.after_total = True
            if judged.amount is not None:
                self.totals.declare(judged.amount)


def first_person(rows: list[NumberedRow], roll: type[Roll]) -> int | None:
    """The number of the first row that looks like a row about a person, whatever its columns are."""
    for number, cells in rows:
        texts = [cell for cell in cells if cell is not None]
        if len(texts) > 2 and SAMPLES.isdisjoint(texts[:2]) and any(map(_is_person, texts)):
            header = header_of([(number, cells)], {}, roll)
            if not header.columns:
                return number
    return None


def _is_person(cell: Cell) -> bool:
    if isinstance(cell, str):
        text = normalise_id(cell)
        return len(text) in (18, 20, 22) and text[:17].isdecimal() and text.isascii()
    return isinstance(cell, int | float) and 1e17 <= abs(cell) < 1e18
