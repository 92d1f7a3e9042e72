"""The months that one row pays: 2019.1-2019.2, 补发1-2月, 2019年1月、3月.  City rule, unverified.

A month without its year is the last such month that is not after the one named next, the roll's own month at the
end: 补发11-1月 on a roll of February 2020 is November 2019 to January 2020.
"""

import re
from functools import lru_cache

from ..reading import Cell
from .cleaners import BLANK, Cleaned, Cleaner
from .months import Month, month_text, months_in_cell, with_digits
from .text import bare, simplify

SEPARATOR = ","
# More months in one row are a slip of the pen.
MOST_NAMED = 120
_WORD = re.compile(r"补发|补|预拨|预发|[()（）]")
_MONTH = r"(?:(20[0-9]{2})(?:年|[-./]))?(1[0-2]|0?[1-9])(?:月份?)?"
_ONE = re.compile(_MONTH)
_SPAN = re.compile(rf"{_MONTH}(?:-|—|–|~|～|至|到)+{_MONTH}")
_AND = re.compile(r"[、,，;；和及]")
_DAY = re.compile(r"[0-9]{4}([-./])[0-9]{1,2}\1[0-9]{1,2}")


class NamedMonths(Cleaner):
    """Months as "2019-01,2019-02", in order; MONTH_INVALID when unreadable or later than the roll's month."""

    accepts = "补发的月份，写成 2019-01 或 2019年1-2月"
    example = "2019年1-2月"

    def __init__(self, month: str | None = None):
        self.month = month

    def for_month(self, month: str | None) -> "NamedMonths":
        return NamedMonths(month)

    def clean(self, cell: Cell) -> Cleaned:
        if cell is None or (isinstance(cell, str) and not bare(cell)):
            return BLANK
        if isinstance(cell, str):
            found = months_named(cell, self.month)
        else:
            # Of 2019.1, January or October, only one may have come by the roll's month.
            found = [one for one in months_in_cell(cell, self.month) if not self.month or one <= self.month]
            found = found if len(found) == 1 else _last_year(cell, self.month) if not found else []
        if not found or (self.month and found[-1] > self.month):
            return None, "MONTH_INVALID"
        return SEPARATOR.join(found), None


class PaidMonths(Month):
    """The month of a row as Month reads it, or the several months, or those said to be 补发, that the row pays."""

    def for_month(self, month: str | None) -> "PaidMonths":
        return PaidMonths(True, month)

    def clean(self, cell: Cell) -> Cleaned:
        if isinstance(cell, str) and self.month and _names_several(cell):
            value, code = NamedMonths(self.month).clean(cell)
            if value:
                return value, code
        return super().clean(cell)


def _last_year(cell: Cell, month: str | None) -> list[str]:
    """A bare 11 on a roll of February is November of the year before."""
    if not month or not isinstance(cell, int | float) or cell != int(cell) or not 1 <= cell <= 12:
        return []
    return [month_text(int(month[:4]) - 1, int(cell))]


def _plain(text: str) -> str:
    return with_digits(simplify(bare(text)))


def _names_several(text: str) -> bool:
    """Whether a cell names more than its one month, or says that it is of another."""
    plain = _plain(text)
    if _WORD.search(plain):
        return True
    return not _DAY.fullmatch(plain) and bool(_AND.search(plain) or _SPAN.fullmatch(plain))


@lru_cache(maxsize=4096)
def _named(text: str, month: str | None) -> tuple[str, ...]:
    plain = _WORD.sub("", _plain(text))
    spans = []
    for part in _AND.split(plain):
        one, span = _ONE.fullmatch(part), None if _DAY.fullmatch(part) else _SPAN.fullmatch(part)
        if not (one or span):
            return ()
        year, number, *last = (span or one).groups()
        spans.append((year, int(number), *(last or (None, None))))
    return _months_of(spans, month)


def months_named(text: str, month: str | None) -> list[str]:
    """The months in a text, in order; none when it says anything else, or when its years can't be told."""
    return list(_named(text, month))


def _months_of(spans: list[tuple], month: str | None) -> tuple[str, ...]:
    """(year, month, last year, last month) of each part; years are carried forward, else told from behind."""
    ordinals: list[int] = []
    carried, filled = None, []
    for year, first, last_year, last in spans:
        carried = year or carried
        filled.append(
            (carried, first, last_year or (carried if last and carried else None), int(last) if last else None)
        )
    latest = _ordinal(int(month[:4]), int(month[5:])) if month else None
    for year, first, last_year, last in reversed(filled):
        end = _placed(last_year, last, latest) if last else _placed(year, first, latest)
        if end is None:
            return ()
        begin = _placed(year, first, end) if last else end
        if begin is None or begin > end or end - begin >= MOST_NAMED:
            return ()
        ordinals += range(begin, end + 1)
        latest = min(begin, latest if latest is not None else begin)
    unique = sorted(set(ordinals))
    if len(unique) != len(ordinals):
        return ()
    found = [month_text(ordinal // 12, ordinal % 12 + 1) for ordinal in unique]
    return () if None in found else tuple(found)


def _ordinal(year: int, number: int) -> int:
    return year * 12 + number - 1


def _placed(year: str | None, number: int, latest: int | None) -> int | None:
    """The month counted from year nought; without a year the last such month up to `latest`."""
    if year:
        return _ordinal(int(year), number)
    if latest is None:
        return None
    return latest - (latest - (number - 1)) % 12
