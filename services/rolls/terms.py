"""起止时间 in one cell: 2019.1-2019.12, 2019年5月6日至5月20日, 2019-03-01～至今."""

import re
from calendar import monthrange
from datetime import date

from lianyungang_cdpf.intake.tables import Column, Date, Text
from lianyungang_cdpf.intake.tables.cleaners import BLANK, Cleaner
from lianyungang_cdpf.intake.tables.text import bare

_WHOLE = r"(20[0-9]{2})[-./年]([0-9]{1,2})(?:[-./月]([0-9]{1,2})日?|月)?"
_TERM = re.compile(
    rf"{_WHOLE}(?:至|到|[-—–~～]+)(?:{_WHOLE}|(?:([0-9]{{1,2}})[-./月])?([0-9]{{1,2}})[日月]?|(至今|今|长期))"
)
# 2019.1-6 is January to June; only Date, which is asked about single days, takes it for the 6th of January.
_MONTHS = re.compile(r"20[0-9]{2}[./年][0-9]{1,2}-[0-9]{1,2}月?")
# 起止时间 stands as it is written; only its two ends, read out of it, mean anything.
TERM_HEADINGS = "起止时间 起止日期 起止年月 起止月份"


def term_of(text: str) -> tuple[date, date | None] | None:
    """First and last day, None for a last one that is still to come; None for what is no term.

    A single day is a term of one day. A month begins on its first day and ends on its last.
    """
    if not _MONTHS.fullmatch(text) and (day := Date.read(text)):
        return day, day
    match = _TERM.fullmatch(text)
    if match is None:
        return None
    year, month, day, *end, month_alone, number, is_open = match.groups()
    try:
        first = date(int(year), int(month), int(day or 1))
        return first, None if is_open else _last_day(first, bool(day), end, month_alone, number)
    except ValueError:
        return None


def _last_day(first: date, has_day: bool, end: list[str | None], month_alone: str | None, number: str | None) -> date:
    """The end as written, with its year and month taken from the beginning where it has none."""
    if end[0]:
        year, month, day = int(end[0]), int(end[1]), end[2]
    elif has_day:
        year, month, day = first.year, int(month_alone or first.month), number
    else:
        year, month, day = first.year, int(number), None
    return date(year, month, int(day) if day else monthrange(year, month)[1])


class TermEnd(Cleaner):
    """One end of a term, as a day; `last` takes the other. What is still to come is blank."""

    accepts = "起止时间，写成 2019.1-2019.12 或 2019-03-01至2019-06-30"
    example = "2019-03-01至2019-06-30"

    def __init__(self, last: bool = False):
        self.last = last

    def clean(self, cell):
        if not isinstance(cell, str):
            return Date().clean(cell)
        text = bare(cell)
        if not text:
            return BLANK
        term = term_of(text)
        return (term[self.last], None) if term else (None, "DATE_FORMAT")


def first_day(headings: str, **options) -> Column:
    """A column of the first day, or, in a file without it, the beginning of its column `term`."""
    return Column(Date(), headings, of_person=False, required=True, instead=("term", TermEnd()), **options)


def last_day(headings: str, **options) -> Column:
    """As `first_day`, of the last day; it may be blank."""
    return Column(Date(), headings, of_person=False, instead=("term", TermEnd(last=True)), **options)


def term(headings: str = "") -> Column:
    """The column of both days in one cell. A blank form asks for the two days instead."""
    return Column(Text(), f"{TERM_HEADINGS} {headings}", of_person=False, asked=False)
