"""The month of a payment.  Source: rule `month` of the corpus's standards.json."""

import re
from datetime import date
from functools import lru_cache

from ..reading import Cell
from .cleaners import BLANK, Cleaned, Cleaner, Date, serial_day, shown
from .text import bare, simplify

_DIGITS = dict(zip("〇零一二三四五六七八九", "00123456789", strict=True))
_HAN_YEAR = re.compile("[〇零一二三四五六七八九]{4}(?=年)")
_HAN_MONTH = re.compile("(?:(?<=年)|(?<![一-龥]))(十[一二]?|[一二三四五六七八九])(?=月)")
_YEAR_AND_MONTH = re.compile(r"([0-9]{4})(?:年|[-./])([0-9]{1,2})(?:月份?)?")
_SIX_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})")
_MONTH_ALONE = re.compile(r"()([0-9]{1,2})(?:月份?)?")
_ENGLISH_MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec"
_ENGLISH = re.compile(r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-([0-9]{2})", re.IGNORECASE)
FIRST_YEAR, LAST_YEAR = 1950, 2099


def with_digits(text: str) -> str:
    """二〇一九年十月 as 2019年10月."""
    text = _HAN_YEAR.sub(lambda match: "".join(_DIGITS[digit] for digit in match[0]), text)
    return _HAN_MONTH.sub(lambda match: str(_han_number(match[1])), text)


def _han_number(text: str) -> int:
    if text[0] == "十":
        return 10 + (int(_DIGITS[text[1]]) if len(text) > 1 else 0)
    return int(_DIGITS[text])


def month_text(year: int, month: int) -> str | None:
    """The month as "2019-03", or None when there is none such."""
    return f"{year:04d}-{month:02d}" if FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 else None


def _month_of_day(day: date | None) -> str | None:
    return month_text(day.year, day.month) if day else None


class Month(Cleaner):
    """A month as "2019-03": MONTH_INVALID when unreadable, MONTH_MISMATCH when it is not the roll's.

    A number 2019.1 is January or October: the one that the roll is of.  A month without its year (3月, 3) takes the
    roll's year.  `of_roll=False` is for files whose rows have months of their own.
    """

    accepts = "月份，写成 2019-03 或 2019年3月"
    example = "2019-03"

    def __init__(self, of_roll: bool = True, month: str | None = None):
        self.of_roll, self.month = of_roll, month

    def for_month(self, month: str | None) -> "Month":
        return Month(True, month) if self.of_roll else self

    def clean(self, cell: Cell) -> Cleaned:
        if cell is None or (isinstance(cell, str) and not bare(cell)):
            return BLANK
        found = months_in_cell(cell, self.month)
        if self.month in found:
            return self.month, None
        if not found or (len(found) > 1 and not self.month):
            return None, "MONTH_INVALID"
        return found[0], "MONTH_MISMATCH" if self.month else None


def months_in_cell(cell: Cell, month: str | None) -> tuple[str, ...]:
    """The months that a cell can mean, the likeliest first; `month` is the roll's."""
    if cell.__class__ is str:
        return _of_text(cell, month)
    if isinstance(cell, date):
        return tuple(filter(None, [_month_of_day(cell)]))
    if cell.__class__ is int or cell.__class__ is float:
        return _of_text(shown(cell), month) if 0 < cell < 13 else _of_number(cell)
    return ()


@lru_cache(maxsize=4096)
def _of_text(text: str, month: str | None) -> tuple[str, ...]:
    text = with_digits(simplify(bare(text)))
    match = _YEAR_AND_MONTH.fullmatch(text) or _SIX_DIGITS.fullmatch(text)
    if not match and month:
        match = _MONTH_ALONE.fullmatch(text)
    found = month_text(int(match[1] or month[:4]), int(match[2])) if match else _month_in_words(text)
    return (found,) if found else ()


def _month_in_words(text: str) -> str | None:
    """A whole day, or Mar-19, which is how Excel shows a month in a text file."""
    if match := _ENGLISH.fullmatch(text):
        return month_text(2000 + int(match[2]), _ENGLISH_MONTHS.index(match[1].lower()) // 3 + 1)
    return _month_of_day(Date.read(text))


@lru_cache(maxsize=4096)
def _of_number(number: float) -> tuple[str, ...]:
    """202003, 43891 (Excel's day number), 2020.3; 2020.1 is January or October, for Excel drops the last zero."""
    text = shown(number)
    if re.fullmatch(r"[0-9]{4}\.1", text):
        return f"{text[:4]}-01", f"{text[:4]}-10"
    found = None
    if match := re.fullmatch(r"([0-9]{4})\.([0-9]{1,2})|([0-9]{4})([0-9]{2})", text):
        year, part, whole_year, whole_month = match.groups()
        found = month_text(int(year or whole_year), int(part or whole_month))
    elif re.fullmatch(r"[0-9]{8}", text):
        found = _month_of_day(Date.read(text))
    else:
        found = _month_of_day(serial_day(text))
    return (found,) if found else ()


class Year(Cleaner):
    """The year of payment in a column of its own, beside the month: MONTH_MISMATCH when it is not the roll's."""

    accepts = "年份，写成 2019"
    example = "2019"

    _FORM = re.compile("(20[0-9]{2})年?度?")

    def __init__(self, month: str | None = None):
        self.month = month

    def for_month(self, month: str | None) -> "Year":
        return Year(month)

    def clean(self, cell: Cell) -> Cleaned:
        match = self._FORM.fullmatch(bare(shown(cell)))
        if not match:
            return Month(True, self.month).clean(cell)
        return int(match[1]), "MONTH_MISMATCH" if self.month and match[1] != self.month[:4] else None
