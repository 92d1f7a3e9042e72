"""序时进度: what share of a goal is due on a day, and the light that follows from it.

Source of the five modes and of the lights: the order of the portal (issue 2, item 7; issue 6, item 2) and facts.md 5
(local practice; the thresholds are the plan's). Shares and percentages are exact fractions; nothing here rounds up.
"""

from calendar import isleap, monthrange
from datetime import date
from enum import Enum
from fractions import Fraction
from math import ceil

from lianyungang_cdpf.targets.models import Plan, ProgressMode

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


def month_end(year: int, month: int) -> date:
    """The last day of the month."""
    return date(year, month, monthrange(year, month)[1])


def share_due(target, year: int, as_of: date) -> Fraction:
    """Share of the goal that is due by the end of the day, 0 to 1.

    cumulative_flow: the days gone, or even steps from one planned point to the next (the year's curve).
    annual_batch and milestone: the last planned point that has come; without points nothing before the planned month,
    then the whole. coverage_stock and rate_snapshot: the whole from the first month on.
    """
    if as_of.year != year:
        return Fraction(int(as_of.year > year))
    if target.progress_mode == ProgressMode.CUMULATIVE_FLOW:
        return _along(target.schedule, year, as_of) if target.schedule else time_gone(year, as_of)
    if target.progress_mode not in DUE_MONTHS:
        return Fraction(1)
    if target.schedule:
        return max((share for day, share in target.schedule if day <= as_of), default=Fraction(0))
    return Fraction(int(as_of.month >= due_month(target)))


def due_month(target) -> int | None:
    """The month in which the whole of a batch or of works falls due; None for what is not planned by month."""
    if target.progress_mode not in DUE_MONTHS:
        return None
    return target.due_month or DUE_MONTHS[target.progress_mode]


def _along(schedule, year: int, as_of: date) -> Fraction:
    """The share on the line from the year's beginning through the points; level after the last one."""
    before, reached = date(year - 1, 12, 31), Fraction(0)
    for day, share in schedule:
        if as_of < day:
            return reached + (share - reached) * Fraction((as_of - before).days, (day - before).days)
        before, reached = day, share
    return reached


def light_of(
    *, value: int, goal: int, share: Fraction, is_rate: bool = False, on_track: int = 100, behind: int = 80
) -> Light:
    """The light of a figure against its goal, both in the goal's unit (a rate: both in per cent, value as Fraction).

    提前完成 is the year's goal reached, whatever is due; a person once counted stays counted, so this holds for
    coverage too. Not for a rate, which stands only as of its day: there it is 达到序时. A goal of 0 asks for nothing:
    nothing lacks, and nothing was achieved early. `on_track` and `behind` are the plan's thresholds in per cent of what
    is due; a rate has no pace to be lenient with, so that it is on track only where its goal is met.
    """
    if goal and value >= goal and not is_rate:
        return Light.EARLY
    due = goal * share
    if not due:
        return Light.NOT_DUE if goal else Light.ON_TRACK
    if value * 100 >= due * (100 if is_rate else on_track):
        return Light.ON_TRACK
    return Light.BEHIND if value * 100 >= due * behind else Light.LAGGING


def lights_in_words(plan: Plan) -> list[tuple[str, str]]:
    """(state, when a figure has it): the thresholds of the plan as the pages explain them."""
    whole, behind = plan.on_track_from, plan.behind_from
    of_due = "今天应完成数" if whole == 100 else f"今天应完成数的 {whole}%（比率须达到目标）"
    said = [(Light.ON_TRACK.word, f"完成数不低于{of_due}")]
    if behind < whole:
        said.append((Light.BEHIND.word, f"{behind}% 至不足 {whole}%"))
    return [*said, (Light.LAGGING.word, f"不足 {behind}%")]


def percent_text(numerator, denominator) -> str | None:
    """numerator / denominator in per cent, cut after two decimals and never rounded; None when there is no whole."""
    if not denominator:
        return None
    cut = int(numerator * 10000 // denominator)
    return f"{cut // 100}.{cut % 100:02d}"


def due_count(goal: int, share: Fraction) -> int:
    """How many whole units must be done for the day's share of the goal."""
    return ceil(goal * share)
