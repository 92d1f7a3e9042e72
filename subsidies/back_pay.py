"""补发: a row of a roll that names the earlier months it pays, alone or beside the roll's own month.

补发月份 (预拨月份)    the months named; the amount covers them, or them and the roll's month: which of the two, the
                      standards of those months say, or the number of months where the row has it
补发金额              what the months named are paid, beside the amount of the roll's month; an amount that is already
                      the sum of both is taken for that
月份 of several       exactly the months named

Each month becomes a payment of its own on this roll (subsidies/posting.py); that it is back-pay, its month says.
City rule, unverified.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lianyungang_cdpf.intake.tables import SEPARATOR


@dataclass(slots=True, frozen=True)
class Reading:
    """One way to read a row: these months for this sum."""

    months: list[date]
    amount: Decimal | None


@dataclass(slots=True, frozen=True)
class BackPay:
    """What a row names: the months, whether they are all that it pays, and what they are paid by themselves."""

    months: list[date]
    only: bool
    amount: Decimal | None

    def readings(self, values: dict, month: date) -> Iterator[Reading]:
        """The ways to read the row, the likeliest first."""
        amount, extra = values.get("amount"), self.amount
        both = self.months if month in self.months else [*self.months, month]
        count = values.get("months") or 0
        if not extra:
            alone = Reading(self.months, amount)
            if not self.only and len(both) > len(self.months):
                whole = Reading(both, amount)
                yield from (whole, alone) if count == len(both) else (alone, whole)
            else:
                yield alone
        elif not amount:
            yield Reading(self.months, extra)
        else:
            yield Reading(both, amount + extra)
            yield Reading(both, amount)


def back_pay_of(row, month: date) -> BackPay | None:
    """What the row names of other months than its roll's; None for a row of its own month, or of a number of months."""
    values = row.values
    if named := values.get("back_months"):
        return BackPay(months_of(named), only=False, amount=values.get("back_amount"))
    own = values.get("month")
    if not own or own == f"{month:%Y-%m}" or _is_wrong(row, "month"):
        return None
    extra = values.get("back_amount")
    return BackPay(months_of(own), only=not extra, amount=extra)


def months_of(text: str) -> list[date]:
    """The first days of months written as "2019-01,2019-02"."""
    return [date(int(one[:4]), int(one[5:7]), 1) for one in text.split(SEPARATOR)]


def problem_of(row, back: BackPay | None, month: date) -> tuple[str, str, str] | None:
    """Months that have not come by the roll's, or 补发金额 without its months: nobody can tell what it is for."""
    if back and back.months[-1] > month:
        column = "back_months" if row.values.get("back_months") else "month"
        return "MONTH_INVALID", column, row.values[column]
    if back or not row.values.get("back_amount") or _is_wrong(row, "back_months"):
        return None
    return "MONTH_INVALID", "back_months", ""


def told(months: list[date], month: date, amount: Decimal) -> str:
    """What is said of a row that pays earlier months."""
    earlier = "、".join(f"{one:%Y-%m}" for one in months if one != month)
    also = f"，连同本月共 {len(months)} 个月" if month in months else ""
    return f"补发 {earlier}{also}，合计 {amount:,.2f} 元：可以入账，请核对月份和金额。"


def _is_wrong(row, column: str) -> bool:
    return any(name == column for _, name, _ in row.problems)
