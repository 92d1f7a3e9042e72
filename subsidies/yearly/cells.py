"""Cells that only the yearly lists have: years, school years, stages of schooling, yes and no."""

import re

from lianyungang_cdpf.intake.periods import school_year_in, year_in
from lianyungang_cdpf.intake.reading import BadCell, Cell
from lianyungang_cdpf.intake.tables import Cleaner, Date
from lianyungang_cdpf.intake.tables.cleaners import BLANK, Cleaned, shown
from lianyungang_cdpf.intake.tables.months import with_digits
from lianyungang_cdpf.intake.tables.text import bare, compact, simplify
from subsidies.models import Stage

_HOURS = re.compile(r"(?:零|0|00|二十四|24|23)(?:时|点|:00|:59|:59:59|:00:00)+(?:起|止)?$")
# The first that fits; source of the five-year college's split: 苏残发〔2010〕60号, three years secondary, two college.
_STAGES = (
    (re.compile("五年制.*[一二三123]年级|五年制.*前三年"), Stage.SENIOR),
    (re.compile("大专|大学|专科|本科|研究生|硕士|博士|高职|高等|学士|五年制"), Stage.COLLEGE),
    (re.compile("高中|高[一二三123]|中专|中职|职高|职业高中|技校|技工|中等职业|普高|职中"), Stage.SENIOR),
    (re.compile("初中|初[一二三四1234]|[七八九789]年级"), Stage.JUNIOR),
    (re.compile("小学|小[一二三四五六]|[一二三四五六123456]年级"), Stage.PRIMARY),
    (re.compile("学前|幼儿|幼教|[小中大]班"), Stage.PRESCHOOL),
)


def _written(cell: Cell) -> str:
    return "" if cell is None or isinstance(cell, BadCell) else with_digits(simplify(compact(bare(shown(cell)))))


class PremiumYear(Cleaner):
    """缴费年度 as a number: 2019, 2019年度."""

    def clean(self, cell: Cell) -> Cleaned:
        text = _written(cell)
        if not text:
            return BLANK
        year = year_in(text)
        return year, None if year else "PERIOD_INVALID"


class SchoolYear(Cleaner):
    """学年 as its first year: 2019-2020学年, 2019/2020, 2019学年."""

    def clean(self, cell: Cell) -> Cleaned:
        text = _written(cell)
        if not text:
            return BLANK
        year = school_year_in(text)
        return year, None if year else "PERIOD_INVALID"


class StageOfSchool(Cleaner):
    """学段 out of what schools write: 高中, 高二, 中专, 大学本科, 七年级."""

    def clean(self, cell: Cell) -> Cleaned:
        text = _written(cell)
        if not text:
            return BLANK
        found = next((stage.value for form, stage in _STAGES if form.search(text)), None)
        return found, None if found else "STAGE_UNKNOWN"


class PolicyDay(Cleaner):
    """A day of a policy's term, also with the hour behind it: 2019年1月1日零时起, 2019-12-31 24时止."""

    def clean(self, cell: Cell) -> Cleaned:
        if isinstance(cell, str):
            cell = _HOURS.sub("", bare(cell))
        day, code = Date().clean(cell)
        return day, "POLICY_PERIOD" if code else None
