"""What a file is for: a month, a year, a school year, or nothing that is asked. Kept as the first day of its month.

period        kept as                         written
month         that month                      2019-03
year          January of the year             2019, 2019年度
school year   September of its first year     2019-2020, 2019-2020学年, 2019学年
none          not asked: each row says it     -
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from lianyungang_cdpf.intake.tables.months import with_digits
from lianyungang_cdpf.intake.tables.text import compact, simplify
from lianyungang_cdpf.intake.tables.titles import SOURCES, Line, TitleFacts, month_from

FIRST_OF_SCHOOL_YEAR = 9
_MONTH = re.compile(r"([12][0-9]{3})(?:[-/.年]([0-9]{1,2})月?|([0-9]{2}))")
_YEAR = re.compile(r"([12][0-9]{3})(?:年度?|度)?")
_YEARS = re.compile(r"([12][0-9]{3})年?(?:[-—–~～至到/]+([12][0-9]{3})?([0-9]{2})?)(?:年度?|学年度?)?")
_SCHOOL_YEAR = re.compile(r"([12][0-9]{3})年?(?:学年度?)")
_SPAN_IN_TITLE = re.compile(r"(?<![0-9])(20[0-9]{2})年?[-—–~～至到/]+(20[0-9]{2}|[0-9]{2})(?![0-9])(?=学?年)")
_ALONE_IN_TITLE = re.compile(r"(?<![0-9\-—–~～至到/])(20[0-9]{2})年?学年")


def school_year_of(month: date) -> int:
    """The first year of the school year that the month lies in: March 2019 belongs to 2018-2019."""
    return month.year - (month.month < FIRST_OF_SCHOOL_YEAR)


def year_in(text: str) -> int | None:
    """The year that a text names: 2019, 2019年度; also out of a month, 2019-03."""
    match = _YEAR.fullmatch(text) or _MONTH.fullmatch(text)
    return int(match[1]) if match else None


def school_year_in(text: str) -> int | None:
    """The first year of the school year that a text names: 2019-2020学年, 2019/20, 2019学年; also out of a month."""
    if match := _YEARS.fullmatch(text):
        first, last = int(match[1]), int(match[2] or 0) or (int(match[1][:2] + match[3]) if match[3] else 0)
        if last == first + 1:
            return first
    if match := _SCHOOL_YEAR.fullmatch(text):
        return int(match[1])
    match = _MONTH.fullmatch(text)
    month = int(match[2] or match[3]) if match else 0
    return school_year_of(date(int(match[1]), month, 1)) if 1 <= month <= 12 else None


@dataclass(frozen=True)
class Period:
    """A kind of period and how people write it; this one is a month."""

    code: str = "month"
    asked: str = "月份"
    hint: str = "按月份导入，如 2019-03"
    like: str = "2019-03"

    def read(self, text: str) -> date | None:
        """The period that a text names, as its first day; None for any other text."""
        match = _MONTH.fullmatch(_plain(text))
        month = int(match[2] or match[3]) if match else 0
        return date(int(match[1]), month, 1) if 1 <= month <= 12 else None

    def holding(self, month: date) -> date:
        """The period that a month lies in."""
        return month

    def shown(self, day: date) -> str:
        """How the portal writes the period: 2019-03."""
        return f"{day:%Y-%m}"

    def in_words(self, day: date) -> str:
        """The period in a sentence: 2019年3月."""
        return f"{day.year}年{day.month}月"

    def named_by(self, facts: TitleFacts) -> date | None:
        """The period that a file's titles, else its sheets' names, else its own name say; None when unclear."""
        text = month_from(facts)
        return date.fromisoformat(f"{text}-01") if text else None

    def in_line(self, line: Line) -> set[date]:
        """The periods that one line names."""
        return {date.fromisoformat(f"{month}-01") for month in line.months() if not month.startswith("-")}


class _Years(Period):
    """Longer periods: which of them a file is for, its lines say one by one."""

    def named_by(self, facts: TitleFacts) -> date | None:
        for source in SOURCES:
            found = set().union(*map(self.in_line, facts.of(source)))
            if found:
                return found.pop() if len(found) == 1 else None
        return None

    def contradicts(self, line: Line, wanted: date) -> str | None:
        """None when the line names no period, "" when it names the wanted one, else what is wrong."""
        found = self.in_line(line)
        if not found or wanted in found:
            return "" if found else None
        return f"与所选{self.asked} {self.in_words(wanted)} 不一致。请核对所选{self.asked}，或更正文件后重新上传。"


class _Year(_Years):
    def read(self, text: str) -> date | None:
        year = year_in(_plain(text))
        return date(year, 1, 1) if year else None

    def holding(self, month: date) -> date:
        return month.replace(month=1, day=1)

    def shown(self, day: date) -> str:
        return f"{day.year}年度"

    in_words = shown

    def in_line(self, line: Line) -> set[date]:
        return {date(int(year), 1, 1) for year in line.years()}


class _SchoolYear(_Years):
    def read(self, text: str) -> date | None:
        year = school_year_in(_plain(text))
        return date(year, FIRST_OF_SCHOOL_YEAR, 1) if year else None

    def holding(self, month: date) -> date:
        return date(school_year_of(month), FIRST_OF_SCHOOL_YEAR, 1)

    def shown(self, day: date) -> str:
        return f"{day.year}-{day.year + 1}学年"

    in_words = shown

    def in_line(self, line: Line) -> set[date]:
        if line.explains:
            return set()
        text = line.plain
        firsts = {
            int(first) for first, last in _SPAN_IN_TITLE.findall(text) if int(last) % 100 == (int(first) + 1) % 100
        }
        firsts |= {int(first) for first in _ALONE_IN_TITLE.findall(text)}
        return {date(first, FIRST_OF_SCHOOL_YEAR, 1) for first in firsts}


def _plain(text: str) -> str:
    return with_digits(simplify(compact(text)))


MONTH = Period()
YEAR = _Year("year", "年度", "按年度导入，如 2019", "2019")
SCHOOL_YEAR = _SchoolYear("school_year", "学年", "按学年导入，如 2019-2020", "2019-2020")
POLICY = Period("policy", "", "按每行的保险起止日期", "")
PERIODS: dict[str, Period] = {period.code: period for period in (MONTH, YEAR, SCHOOL_YEAR, POLICY)}


def longer_than_a_month(kinds: Iterable) -> list[Period]:
    """The yearly periods that any of the kinds asks for, each once."""
    found = {kind.period.code: kind.period for kind in kinds if kind.needs_month and kind.period is not MONTH}
    return list(found.values())
