"""Amounts and bank accounts.  Source: rules `amount_forms` and `bank` of the corpus's standards.json."""

import math
import re
from decimal import Decimal
from functools import lru_cache

from ..reading import Cell
from .cleaners import BLANK, Cleaned, Cleaner, LongNumber
from .identity import is_power
from .text import bare

_PLAIN = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,6})?")
_WRITTEN = re.compile(
    r"(?P<sign>[-−]?)(?:人民[币幣])?[¥￥]?(?P<minus>[-−]?)"
    r"(?P<number>(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.[0-9]{1,6})?)元?"
)
NOT_AN_AMOUNT: Cleaned = (None, "AMOUNT_FORMAT")


class Money(Cleaner):
    """An amount in yuan as Decimal.  Below zero it comes with AMOUNT_NEGATIVE, since totals still hold it."""

    accepts = "金额（元），只填数字，如 370 或 370.00"
    example = "370.00"

    def clean(self, cell: Cell) -> Cleaned:
        if cell is None:
            return BLANK
        if cell.__class__ is str:
            return _of_text(cell)
        if cell.__class__ is int or cell.__class__ is float:
            return _of_number(cell)
        return _signed(cell) if isinstance(cell, Decimal) and cell.is_finite() else NOT_AN_AMOUNT


@lru_cache(maxsize=8192)
def _of_number(number: float) -> Cleaned:
    if not math.isfinite(number):
        return NOT_AN_AMOUNT
    return _signed(Decimal(f"{number:.15g}"))


@lru_cache(maxsize=8192)
def _of_text(text: str) -> Cleaned:
    if _PLAIN.fullmatch(text):
        return Decimal(text), None
    text = bare(text)
    if not text:
        return BLANK
    match = _WRITTEN.fullmatch(text)
    if not match or (match["sign"] and match["minus"]):
        return NOT_AN_AMOUNT
    amount = Decimal(match["number"].replace(",", ""))
    return _signed(-amount if match["sign"] or match["minus"] else amount)


def _signed(amount: Decimal) -> Cleaned:
    if not amount:
        return Decimal(0), None
    return amount, "AMOUNT_NEGATIVE" if amount < 0 else None


_DOUBLED = bytes(48 + sum(divmod(2 * (code - 48), 10)) if 48 <= code < 58 else 0 for code in range(256))
_ACCOUNT = re.compile("[0-9]{8,32}")


def passes_luhn(digits: str) -> bool:
    """Whether the last digit is right by Luhn's rule (ISO/IEC 7812-1 annex B)."""
    codes = digits.encode()
    total = sum(codes[-1::-2]) + sum(codes[-2::-2].translate(_DOUBLED))
    return (total - 48 * len(codes)) % 10 == 0


class BankAccount(LongNumber):
    """An account number as digits; a wrong check digit, a letter or fewer than 8 digits are BANK_LUHN."""

    accepts = "银行卡或存折账号，按文本填写，只填数字"
    example = "6299999630040357070"

    def clean(self, cell: Cell) -> Cleaned:
        if cell.__class__ is str:
            text = cell if _ACCOUNT.fullmatch(cell) else bare(cell).upper()
            if not text:
                return BLANK
            if _ACCOUNT.fullmatch(text) and passes_luhn(text):
                return text, None
            return (None, "BANK_PRECISION_LOST") if is_power(text) else (text, "BANK_LUHN")
        if cell is None:
            return BLANK
        number = isinstance(cell, int | float) and not isinstance(cell, bool)
        return None, "BANK_PRECISION_LOST" if number else "BANK_LUHN"
