"""Sheets become rows of clean values, one at a time, with the facts about the file complete at the end."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from ..reading import Refused, Sheet
from .columns import Roll
from .datarow import DataRow, SheetFacts
from .othersheets import near_miss, record_other_sheet
from .sheets import SheetReader
from .titles import TitleFacts, month_from
from .totals import Totals


class Table:
    """A file being read.  Iterate over it once; what it says about the file as a whole is complete after that.

    Raises Refused while iterating, also after rows have come: nothing may be kept of a file that was not read to
    its end.
    """

    def __init__(self, sheets: Iterable[Sheet], roll: type[Roll], month: str | None, filename: str | None):
        self.roll = roll
        self.declared_month = month
        self.title_facts = TitleFacts()
        self.totals = Totals()
        self.found: list[SheetFacts] = []
        self.hidden_rows = False
        self._sheets = sheets
        if filename:
            self.title_facts.add("filename", "文件名", filename)

    @property
    def month(self) -> str | None:
        """The month that was declared, else the one that the file names (so far)."""
        return self.declared_month or month_from(self.title_facts)

    @property
    def sheets(self) -> list[dict]:
        """Every sheet of the file: name, kind, data_rows and, where there are some, first_row and last_row."""
        return [facts.as_dict() for facts in self.found]

    @property
    def declared_total(self) -> Decimal | None:
        """The total in yuan that the file declares for itself."""
        return self.totals.declared

    @property
    def file_warnings(self) -> list[str]:
        """Codes about the file as a whole, in alphabetical order."""
        warnings = {
            "DECLARED_TOTAL_MISMATCH": self.totals.mismatch,
            "W_HIDDEN_ROWS": self.hidden_rows,
            "W_HIDDEN_SHEET": any(facts.kind == "hidden" for facts in self.found),
        }
        return [code for code, given in warnings.items() if given]

    def has_column(self, field: str) -> bool:
        """Whether any sheet read so far has a column for the field."""
        return any(field in facts.header.columns for facts in self.found if facts.header)

    def column_label(self, sheet: str | None, field: str) -> str:
        """A field's column as the clerk sees it: C 列“身份证号码”; the field's own name where there is no column."""
        column = self.roll.columns[field]
        for facts in self.found:
            if facts.header and facts.name == sheet:
                for name in (field, column.instead[0] if column.instead else field):
                    if name in facts.header.columns:
                        return facts.header.label(facts.header.columns[name])
        return f"“{column.label}”"

    def cells_of(self, facts: SheetFacts) -> list[list[str]]:
        """[field, the field that its cell is named by] of every field that the sheet has, from left to right.

        Category and grade may share one cell, and an ID number may be read out of the certificate number.
        """
        at, order = facts.header.columns, list(self.roll.columns)
        first: dict[int, str] = {}
        cells = [
            [field, first.setdefault(index, field)]
            for field, index in sorted(at.items(), key=lambda pair: (pair[1], order.index(pair[0])))
        ]
        for field, column in self.roll.columns.items():
            if field not in at and column.instead and column.instead[0] in at:
                cells.append([field, first[at[column.instead[0]]]])
        return cells

    def __iter__(self) -> Iterator[DataRow]:
        misses: list[Refused] = []
        for sheet in self._sheets:
            if sheet.state != "visible":
                self.found.append(SheetFacts(sheet.name, "hidden"))
                continue
            reader = SheetReader(sheet, self.roll)
            self.found.append(reader.facts)
            if reader.find_header():
                reader.name_titles(self.title_facts)
                yield from reader.data_rows(self.title_facts, self.totals, self.month)
                self.hidden_rows |= sheet.has_hidden_rows or sheet.has_hidden_columns
            else:
                record_other_sheet(reader, self.totals)
                misses += filter(None, [near_miss(reader)])
        self._refuse_without_rows(misses)

    def _refuse_without_rows(self, misses: list[Refused]) -> None:
        if any(facts.kind == "roll" for facts in self.found):
            return
        if self.found and all(facts.kind == "hidden" for facts in self.found):
            raise Refused("文件里的工作表全部是隐藏的，没有可读的内容。请取消隐藏名册所在的工作表后重新上传。")
        if misses:
            raise misses[0]
        asked = "、".join(f"“{column.label}”" for column in self.roll.columns.values() if column.required)
        raise Refused(f"没有找到表头：名册要有一行写明各列名称，至少包括{asked}。请补上表头后重新上传。")


def read_table(
    sheets: Iterable[Sheet], roll: type[Roll], *, month: str | None = None, filename: str | None = None
) -> Table:
    """Read a file as a roll.

    month     of the roll, "2019-03"; without it the file's own titles, sheet names and `filename` say it
    Returns a Table: iterate over it for the rows.  Iteration raises Refused (a Chinese sentence) when there is no
    header, two rival columns differ, a second header differs from the first, or data stand without a header.
    """
    return Table(sheets, roll, month, filename)
