"""What the file itself declares as its total, against the sum of its rows.

Source: rule `declared_total` of the corpus's standards.json.  All readable amounts count, those of bad rows too.
A sheet's 合计 may be of the sheet, of a part of it, or of everything so far.
小计, 本页小计, 承前页 and 过次页 are no totals.
"""

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass
class _Declared:
    amount: Decimal
    part: Decimal  # the sum of the rows since the total before
    sheet: Decimal
    file: Decimal


@dataclass
class _SheetSums:
    rows: Decimal = Decimal(0)
    part: Decimal = Decimal(0)
    declared: list[_Declared] = field(default_factory=list)


class Totals:
    """Fed with amounts and total rows in the order of the file."""

    def __init__(self):
        self.rows = Decimal(0)
        self.sheets: list[_SheetSums] = []
        self.summaries: list[Decimal] = []

    def open_sheet(self) -> None:
        self.sheets.append(_SheetSums())

    def add(self, amount: Decimal) -> None:
        self.rows += amount
        self.sheets[-1].rows += amount
        self.sheets[-1].part += amount

    def declare(self, amount: Decimal) -> None:
        """A 合计 or 总计 row of a roll's sheet."""
        sheet = self.sheets[-1]
        sheet.declared.append(_Declared(amount, sheet.part, sheet.rows, self.rows))
        sheet.part = Decimal(0)

    def declare_summary(self, amount: Decimal) -> None:
        """The total row of a summary sheet, which is about all rows of the file."""
        self.summaries.append(amount)

    @property
    def declared(self) -> Decimal | None:
        """The total of the whole file as it declares it, or None."""
        sheets = [sheet for sheet in self.sheets if sheet.declared]
        if not sheets:
            return self.summaries[-1] if self.summaries else None
        last = sheets[-1].declared[-1]
        if len(sheets) > 1 and last.amount == last.file != sheets[-1].rows:
            return last.amount
        return sum((self._of_sheet(sheet) for sheet in sheets), Decimal(0))

    @staticmethod
    def _of_sheet(sheet: _SheetSums) -> Decimal:
        last = sheet.declared[-1]
        parts = [one.amount == one.part for one in sheet.declared]
        if len(parts) > 1 and all(parts) and last.amount != sheet.rows:
            return sum((one.amount for one in sheet.declared), Decimal(0))
        return last.amount

    @property
    def mismatch(self) -> bool:
        """Whether a declared total is not what its rows add up to."""
        if any(amount != self.rows for amount in self.summaries):
            return True
        return any(
            one.amount not in self._fitting(sheet, one, position == len(sheet.declared) - 1)
            for sheet in self.sheets
            for position, one in enumerate(sheet.declared)
        )

    def _fitting(self, sheet: _SheetSums, one: _Declared, is_last: bool) -> set[Decimal]:
        """The sums that a total row can mean; above the rows it can only mean all of them."""
        sums = {sheet.rows, one.file, self.rows}
        if len(sheet.declared) > 1:
            sums |= {one.part}
        return sums if is_last else sums | {one.sheet}
