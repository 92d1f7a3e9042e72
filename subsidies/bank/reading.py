"""回盘: the bank's return becomes rows, by the layout; read in the intake's limited child process."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from pathlib import Path

from django.utils.timezone import localdate

from lianyungang_cdpf.intake.reading import ROLL_LIMITS, Refused, Sheet, read_sheets
from lianyungang_cdpf.intake.tables import (
    BankAccount,
    Column,
    DataRow,
    Date,
    IdNumber,
    Money,
    PersonName,
    Roll,
    Text,
    Whole,
    name_key,
    read_table,
    sentence,
)
from lianyungang_cdpf.masking import masked
from subsidies.bank.columns import RETURN_NEEDS, Returned
from subsidies.bank.models import BankLayout

CLEANERS = {
    Returned.LINE_NUMBER: Whole(minimum=1), Returned.ACCOUNT_NO: BankAccount(), Returned.AMOUNT: Money(),
    Returned.NAME: PersonName(), Returned.ID_NUMBER: IdNumber(), Returned.RESULT: Text(), Returned.REASON: Text(),
    Returned.DAY: Date(),
}  # fmt: skip
# What makes a row no answer to a line: the other columns only help to tell lines apart.
VITAL = {Returned.ACCOUNT_NO, Returned.AMOUNT}
# A check digit that does not fit is the bank's affair: 一卡通 accounts of 23 digits have none (facts.md 4.1 K).
AN_ACCOUNT = re.compile("[0-9]{8,32}")
NO_ROWS = "回盘文件里没有一笔明细：请核对是不是选错了文件，再重新上传。"


@dataclass(frozen=True)
class Answer:
    """A row of the return: what the bank says became of a payment. `is_paid` is None where it does not say yet."""

    row: int
    account_no: str
    amount: Decimal
    is_paid: bool | None
    reason: str = ""
    day: date | None = None
    name: str = ""
    id_number: str = ""
    number: int | None = None


@dataclass(frozen=True)
class Unread:
    """A row that can't be read: `why` says what to put right, without the number itself."""

    row: int
    why: str


def read_return(path: str | Path, name: str, layout: BankLayout) -> tuple[list[Answer], list[Unread]]:
    """The rows of a return, and those that can't be read. Raises Refused (a Chinese sentence) for a wrong file."""
    answers, unread, paid = [], [], {name_key(word) for word in layout.paid_words}
    form = _roll_of(tuple((column["field"], column["heading"]) for column in layout.return_columns))
    with read_sheets(path, name, ROLL_LIMITS) as sheets:
        for row in read_table(_with_heading(sheets, layout), form):
            if why := _problem(row):
                unread.append(Unread(row.row, why))
            else:
                answers.append(_answer(row, paid))
    if not answers and not unread:
        raise Refused(NO_ROWS)
    return answers, unread


@lru_cache(maxsize=32)
def _roll_of(columns: tuple[tuple[str, str], ...]) -> type[Roll]:
    """The columns as the intake reads them: a heading names its field only when it stands alone."""
    headings: dict[str, list[str]] = {}
    for field, heading in columns:
        if field != Returned.BLANK:
            headings.setdefault(field, []).append(heading)
    made = {
        field: Column(
            CLEANERS[Returned(field)], whole=" ".join(names), of_person=False, required=field in RETURN_NEEDS,
            key=field == Returned.ACCOUNT_NO, summed=field == Returned.AMOUNT,
            informative=field not in RETURN_NEEDS,
        )
        for field, names in headings.items()
    }  # fmt: skip
    return type("BankReturnRoll", (Roll,), {"__doc__": "回盘", **made})


def _with_heading(sheets: Iterable[Sheet], layout: BankLayout) -> Iterator[Sheet]:
    """The sheets; where the bank writes no heading row, with the layout's own above the first row."""
    for sheet in sheets:
        if not layout.return_has_heading:
            above = [column["heading"] or None for column in layout.return_columns]
            sheet.rows = chain([(0, above)], sheet.rows)
        yield sheet


def _problem(row: DataRow) -> str:
    """Why the row can't be an answer; "" when it can."""
    day = row.values.get(Returned.DAY)
    if day and day > localdate():
        return f"处理日期 {day:%Y-%m-%d} 晚于今天：请与银行核对。"
    for code, field, text in row.problems:
        if field not in VITAL or (code == "BANK_LUHN" and AN_ACCOUNT.fullmatch(row.values[field] or "")):
            continue
        return sentence(code, Returned(field).label, masked(field, text))
    return ""


def _answer(row: DataRow, paid: set[str]) -> Answer:
    told = row.values
    result = told.get(Returned.RESULT) or ""
    reason = told.get(Returned.REASON) or ""
    is_paid = name_key(result) in paid if result else None
    return Answer(
        row=row.row, account_no=told[Returned.ACCOUNT_NO], amount=told[Returned.AMOUNT], is_paid=is_paid,
        reason=(reason or result)[:100] if is_paid is False else "", day=told.get(Returned.DAY),
        name=told.get(Returned.NAME) or "", id_number=told.get(Returned.ID_NUMBER) or "",
        number=told.get(Returned.LINE_NUMBER),
    )  # fmt: skip
