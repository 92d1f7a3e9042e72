"""The cells of one data row become values: 同上, merged regions, cleaners, what is missing."""

from ..reading import Cell, Refused
from .cleaners import shown
from .columns import Roll
from .datarow import DataRow, place_of
from .header import Header
from .text import bare

DITTO = frozenset({"同上", "〃", "″", "〞", "仝上", "同上同上", "〃〃", "同 上", "同\u3000上", "同上。"})
LONGEST_DITTO = 5


class RowCleaner:
    """Cleans the rows of one sheet, in order: 同上 means the data row above."""

    def __init__(self, sheet: str | None, header: Header, roll: type[Roll], month: str | None, merges=()):
        self.sheet = sheet
        self.width = max(header.headed) + 1
        self.plan = []
        for name, column in roll.columns.items():
            source, cleaner = (name, column.cleaner) if name in header.columns else (column.instead or (None, None))
            if source in header.columns:
                needed = column.required or column.filled
                clean = cleaner.for_month(month).clean
                self.plan.append((name, header.columns[source], clean, needed, not column.informative))
        regions = {header.columns[name] for name, one in roll.columns.items() if one.region and name in header.columns}
        self.regions = _MergedRegions(merges, regions)
        self.rivals = _Rivals(sheet, header, roll)
        self.above: list[Cell] | None = None

    def clean(self, number: int, cells: list[Cell]) -> DataRow:
        """The row's values and problems."""
        if len(cells) < self.width:
            cells = cells + [None] * (self.width - len(cells))
        if self.regions.starts:
            self.regions.fill(number, cells)
        values: dict[str, object] = {}
        problems: list[tuple[str, str, str]] = []
        for name, index, clean, needed, strict in self.plan:
            cell = cells[index]
            if cell.__class__ is str and len(cell) <= LONGEST_DITTO and cell.strip() in DITTO and self.above:
                cell = cells[index] = self.above[index]
            value, code = clean(cell)
            if code:
                if strict:
                    problems.append((code, name, shown(cell)))
                else:
                    value = None
            elif value is None and needed:
                problems.append(("MISSING_REQUIRED", name, shown(cell)))
            values[name] = value
        if self.rivals.pairs:
            self.rivals.compare(number, cells)
        self.above = cells
        return DataRow(self.sheet, number, values, problems)


class _MergedRegions:
    """County, town and village of vertically merged cells: only the first row of a merge holds the text."""

    def __init__(self, merges, columns: set[int]):
        self.starts: dict[int, list[tuple[int, int]]] = {}
        for first_row, first, last_row, last in merges:
            if last_row > first_row:
                for index in columns.intersection(range(first - 1, last)) if columns else ():
                    self.starts.setdefault(first_row, []).append((index, last_row))
        self.open: dict[int, tuple[int, Cell]] = {}

    def fill(self, number: int, cells: list[Cell]) -> None:
        for index, last_row in self.starts.get(number, ()):
            self.open[index] = last_row, cells[index]
        for index, (last_row, cell) in self.open.items():
            if number <= last_row and cells[index] is None:
                cells[index] = cell


class _Rivals:
    """Columns that claim to be the same key field: they may repeat each other, but not differ.

    Source: rule `headings` of the corpus's standards.json.  A column that is blank throughout is no rival.
    """

    def __init__(self, sheet: str | None, header: Header, roll: type[Roll]):
        self.place, self.header = place_of(sheet), header
        self.pairs = [
            (name, header.columns[name], other, roll.columns[name].cleaner.clean)
            for name, others in header.rivals.items()
            for other in others
        ]
        self.blank_in_one: dict[tuple[str, int], int] = {}
        self.filled: set[tuple[str, int]] = set()

    def compare(self, number: int, cells: list[Cell]) -> None:
        for name, first, other, clean in self.pairs:
            one, two = cells[first], cells[other]
            if one == two or _same(one, two, clean):
                self.filled |= {(name, other)} if two is not None else set()
            elif one is None or two is None:
                self.blank_in_one.setdefault((name, other), number)
                self.filled |= {(name, other)} if two is not None else set()
            else:
                raise self._refusal(number, first, other)

    def finish(self) -> None:
        """At the end of the sheet: a column filled only here and there is a rival too."""
        for name, first, other, _ in self.pairs:
            if (name, other) in self.blank_in_one and (name, other) in self.filled:
                raise self._refusal(self.blank_in_one[name, other], first, other)

    def _refusal(self, number: int, first: int, other: int) -> Refused:
        several = len({name for name, *_ in self.pairs}) > 1
        reason = "像是一行里并排登记了两个人" if several else "无法确定以哪一列为准"
        todo = "请每行只登记一人" if several else "请只保留一列，或改写列名加以区分"
        pair = f"{self.header.label(first)}与 {self.header.label(other)}"
        return Refused(f"{self.place}第 {number} 行：{pair}含义相同、内容不同，{reason}。{todo}后重新上传。")


def _same(one: Cell, two: Cell, clean) -> bool:
    value, code = clean(one)
    other, other_code = clean(two)
    if value is not None and not code and not other_code:
        return value == other
    return one is not None and two is not None and bare(shown(one)) == bare(shown(two))
