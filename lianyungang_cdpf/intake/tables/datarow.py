"""What reading a table yields."""

from dataclasses import dataclass

from .header import Header

Problem = tuple[str, str, str]


class DataRow:
    """One row about one person: `row` is Excel's number, `problems` are (code, field, text of the cell).

    `values` holds the fields whose columns the sheet has; a value with a problem is what could still be read.
    """

    __slots__ = ("sheet", "row", "values", "problems")

    def __init__(self, sheet: str | None, row: int, values: dict, problems: list[Problem]):
        self.sheet, self.row, self.values, self.problems = sheet, row, values, problems

    def __repr__(self) -> str:
        return f"DataRow({self.sheet!r}, {self.row}, {self.values!r}, {self.problems!r})"


@dataclass
class SheetFacts:
    """A sheet as found: kind is roll, summary, notes or hidden."""

    name: str | None
    kind: str
    data_rows: int = 0
    first_row: int | None = None
    last_row: int | None = None
    header: Header | None = None

    def count(self, number: int) -> None:
        """One more data row, at Excel's row number."""
        self.data_rows += 1
        self.first_row = self.first_row or number
        self.last_row = number

    def as_dict(self) -> dict:
        facts = {"name": self.name, "kind": self.kind, "data_rows": self.data_rows}
        return facts | ({"first_row": self.first_row, "last_row": self.last_row} if self.data_rows else {})


def place_of(sheet: str | None) -> str:
    """How a sentence begins that says where: text files have no sheets."""
    return f"工作表“{sheet}”" if sheet is not None else "文件"
