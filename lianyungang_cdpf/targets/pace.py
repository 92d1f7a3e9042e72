"""序时进度: what share of a goal is due on a day, and the light that follows from it.

Source of the five modes and of the lights: the order of the portal (issue 2, item 7) and facts.md 5 (local practice,
thresholds configurable). Shares and percentages are exact fractions; nothing here rounds up.
"""

from calendar import isleap
from datetime import date
from enum import Enum
from fractions import Fraction
from math import ceil

from django.conf import settings

from lianyungang_cdpf.targets.models import ProgressMode

# City rule, unverified: the month in which a goal of this mode falls due when the target names none.
DUE_MONTHS = {ProgressMode.ANNUAL_BATCH: 10, ProgressMode.MILESTONE: 12}


class Light(Enum):
    """A state: its code in the command's answer, its word and the class (and glyph) of the design."""

    EARLY = "early", "提前完成", "e"
    ON_TRACK = "on_track", "达到序时", "o"
    BEHIND = "behind", "略低", "w"
    LAGGING = "lagging", "滞后", "b"
    NOT_DUE = "not_due", "未到期", "n"
    NOT_CONNECTED = "not_connected", "尚未接入", "x"

    def __init__(self, code, word, glyph):
        self.code, self.word, self.glyph = code, word, glyph


def time_gone(year: int, as_of: date) -> Fraction:
    """Share of the year's days that have gone by the end of the day; 0 before the year, 1 after it."""
    if as_of.year != year:
        return Fraction(int(as_of.year > year))
    return Fraction(as_of.timetuple().tm_yday, 366 if isleap(year) else 365)


def months_gone(year: int, as_of: date) -> int:
    """The last month that counts as of the day, 0 to 12: the month of the day itself counts."""
    if as_of.year != year:
        return 12 if as_of.year > year else 0
    return as_of.month


def share_due(target, year: int, as_of: date) -> Fraction:
    """Share of the goal that is due by the end of the day, 0 to 1.

    cumulative_flow: the days gone. coverage_stock and rate_snapshot: the whole from the first month on.
    annual_batch and milestone: nothing before the planned month, then the whole.
    """
    gone = months_gone(year, as_of)
    if target.progress_mode == ProgressMode.CUMULATIVE_FLOW:
        return time_gone(year, as_of)
    first = target.due_month if target.progress_mode in DUE_MONTHS and target.due_month else None
    return Fraction(int(gone >= (first or DUE_MONTHS.get(target.progress_mode, 1))))


def light_of(*, value: int, goal: int, share: Fraction, is_rate: bool = False) -> Light:
    """The light of a figure against its goal, both in the goal's unit (a rate: both in per cent, value as Fraction).

    提前完成 is the year's goal reached, whatever is due; a person once counted stays counted, so this holds for
    coverage too. Not for a rate, which stands only as of its day: there it is 达到序时. A goal of 0 asks for nothing:
    nothing lacks, and nothing was achieved early.
    """
    if goal and value >= goal and not is_rate:
        return Light.EARLY
    due = goal * share
    if not due:
        return Light.NOT_DUE if goal else Light.ON_TRACK
    if value * 100 >= due * settings.LIGHT_ON_TRACK:
        return Light.ON_TRACK
    return Light.BEHIND if value * 100 >= due * settings.LIGHT_BEHIND else Light.LAGGING


def percent_text(numerator, denominator) -> str | None:
    """numerator / denominator in per cent, cut after two decimals and never rounded; None when there is no whole."""
    if not denominator:
        return None
    cut = int(Fraction(numerator) * 10000 / Fraction(denominator))
    return f"{cut // 100}.{cut % 100:02d}"


def due_count(goal: int, share: Fraction) -> int:
    """How many whole units must be done for the day's share of the goal."""
    return ceil(goal * share)
