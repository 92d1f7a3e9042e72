"""预测: where the pace so far leads by the year's end, and what each month from now on must bring.

City rule, unverified (no document was at hand; the city has still to confirm it):

- Only what goes on by the day (cumulative_flow) is forecast by its pace. What a month yields is its new units over the
  share of the year that was planned for it: its days, or its part of the planned curve, so that a slow season is no
  slow office. The last six complete months speak, at least three must: more would keep a slow spring in the forecast
  for ever, fewer would be one good month. Months for which nothing was planned say nothing.
- expected = done by the last complete month + what is planned from there × (new units of the window ÷ its share);
  low and high put the slowest and the fastest month of the window in its place: a range that has really been seen,
  where a spread around a mean of six numbers would only look exact. All are cut to whole units, and never below what
  is done already.
- needed per month = what lacks ÷ the months left, rounded up. The rest of the present month counts by its days, but the
  last month of all counts whole: in mid-December what lacks is due in December.
"""

from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil

from lianyungang_cdpf.targets.catalogue import metric_of
from lianyungang_cdpf.targets.models import ProgressMode
from lianyungang_cdpf.targets.pace import due_count, due_month, month_end, months_gone, percent_text, share_due

MOST_MONTHS, FEWEST_MONTHS = 6, 3


@dataclass(frozen=True)
class Span:
    """What a pace leads to by the year's end, in whole units: by its slowest month, by all of them, by its fastest.

    `months` is how many complete months speak, `per_month` what they brought on average.
    """

    low: int
    expected: int
    high: int
    months: int
    per_month: Fraction


@dataclass(frozen=True)
class Forecast:
    """The outlook of one row. Numbers are None where nothing can honestly be said; `sentence` says why.

    low, expected, high   the year's end in the target's unit: of a flow by its pace, of coverage what is on file, of a
                          year that is over the result; None for batches, works and rates
    needed_per_month      whole units a month that reach the goal from now on; 0 when it is reached. None without a
                          goal, after the year, and for what is no matter of months (batches, rates)
    months                how many complete months the pace was read from; None for what is not by pace
    outlook, need         the two parts of `sentence`: what is to be expected, and what is needed
    """

    outlook: str
    need: str = ""
    low: int | None = None
    expected: int | None = None
    high: int | None = None
    needed_per_month: int | None = None
    months: int | None = None

    @property
    def is_by_pace(self) -> bool:
        return self.months is not None

    @property
    def sentence(self) -> str:
        return self.outlook + self.need


def months_complete(year: int, as_of: date) -> int:
    """The last month of the year that is over by the end of the day, 0 to 12."""
    gone = months_gone(year, as_of)
    return gone if as_of.year != year or as_of == month_end(year, as_of.month) else gone - 1


def months_left(year: int, as_of: date) -> Fraction:
    """Months from the end of the day to the year's; the rest of the present one by its days, the last one whole."""
    if as_of.year != year:
        return Fraction(12 if as_of.year < year else 0)
    days = monthrange(year, as_of.month)[1]
    left = 12 - as_of.month + Fraction(days - as_of.day, days)
    return max(left, Fraction(1)) if left else left


def needed_per_month(lacking: int, left: Fraction) -> int:
    """Whole units a month that make up for what lacks in the months left (more than none)."""
    return ceil(Fraction(max(lacking, 0)) / left)


@dataclass(frozen=True)
class Pace:
    """What was done by the last complete month and by now, the share due by then, and what a whole year would bring by
    the slowest month, by all of the window, by the fastest.
    """

    complete: int
    done: int
    now: int
    due: Fraction
    yields: tuple[Fraction, Fraction, Fraction]
    months: int
    per_month: Fraction

    def at(self, share: Fraction) -> tuple[int, int, int]:
        """What is done when so large a share is due: by the slowest month, by all of them, by the fastest."""
        return tuple(max(self.now, int(self.done + (share - self.due) * rate)) for rate in self.yields)


def pace_of(*, months: Sequence[int], year: int, as_of: date, share: Callable[[date], Fraction]) -> Pace | None:
    """The pace so far; None while too few months can speak, and where nothing is planned for the rest of the year.

    months  what is done by the end of each month
    share   what share of the goal is due by the end of a day
    """
    complete = months_complete(year, as_of)
    done = [0, *months]
    due = [Fraction(0), *(share(month_end(year, month)) for month in range(1, complete + 1))]
    each = [(done[month] - done[month - 1], due[month] - due[month - 1]) for month in range(1, complete + 1)]
    window = [(new, part) for new, part in each if part][-MOST_MONTHS:]
    if len(window) < FEWEST_MONTHS or due[-1] == 1:
        return None
    each = [new / part for new, part in window]
    brought = sum(new for new, _ in window)
    yields = min(each), brought / sum(part for _, part in window), max(each)
    now = done[months_gone(year, as_of)]
    return Pace(complete, done[complete], now, due[-1], yields, len(window), Fraction(brought, len(window)))


def span_of(*, months: Sequence[int], year: int, as_of: date, share: Callable[[date], Fraction]) -> Span | None:
    """Where the pace leads by the year's end; None where `pace_of` has none."""
    pace = pace_of(months=months, year=year, as_of=as_of, share=share)
    return Span(*pace.at(Fraction(1)), pace.months, pace.per_month) if pace else None


def ahead_of(row) -> list[tuple[int, int, int] | None]:
    """What each month's end is forecast to be, as slow, expected and fast; None for months that are over. Empty for a
    row that is not forecast by its pace.
    """
    if not row.connected or row.is_rate or not months_left(row.year, row.as_of):
        return []
    pace = row.target.progress_mode == ProgressMode.CUMULATIVE_FLOW and pace_of(**_told_of(row))
    if not pace:
        return []
    coming = [month_end(row.year, month) for month in range(pace.complete + 1, 13)]
    return [*[None] * pace.complete, *(pace.at(share_due(row.target, row.year, day)) for day in coming)]


def _told_of(row) -> dict:
    """What `pace_of` reads of a row."""
    year, target = row.year, row.target
    return {"months": row.months, "year": year, "as_of": row.as_of, "share": lambda day: share_due(target, year, day)}


def forecast_of(row) -> Forecast:
    """The outlook of a row of progress, in numbers and in words."""
    if not row.connected:
        return Forecast("系统还没有这项工作的台账，不作预测。")
    if row.is_rate:
        return Forecast(_rate_now(row))
    if not months_left(row.year, row.as_of):
        return _closed(row)
    said = OUTLOOKS.get(row.target.progress_mode, _standing)
    return said(row)


def _flowing(row) -> Forecast:
    """逐日累计: by the pace so far."""
    span = span_of(**_told_of(row))
    need, needed = _need(row, span)
    if span is None:
        return Forecast(_why_no_span(row), need, needed_per_month=needed)
    unit = row.target.unit
    seen = f"（{span.low:,}—{span.high:,} {unit}）" if span.low < span.high else ""
    outlook = f"按近 {span.months} 个完整月的进度推算，预计年底完成 {span.expected:,} {unit}{seen}"
    return Forecast(f"{outlook}{_verdict(row, span)}。", need, span.low, span.expected, span.high, needed, span.months)


def _why_no_span(row) -> str:
    complete = months_complete(row.year, row.as_of)
    if complete and share_due(row.target, row.year, month_end(row.year, complete)) == 1:
        return "计划进度已经到 100%，以后没有计划数可以推算。"
    planned = "有计划数的" if row.target.schedule else ""
    return f"{planned}完整月份还不满 {FEWEST_MONTHS} 个，暂不推算年底数。"


def _verdict(row, span: Span) -> str:
    """What the forecast means for the goal; nothing without one, and nothing more once it is reached."""
    goal, unit = row.goal, row.target.unit
    if not goal:
        return ""
    said = f"，为全年目标的 {percent_text(span.expected, goal)}%"
    if row.value >= goal:
        return said
    if span.low >= goal:
        return f"{said}，可以完成"
    if span.expected >= goal:
        return f"{said}，大体可以完成，但按最慢的月份会差 {goal - span.low:,} {unit}"
    lacking = f"{said}，预计差 {goal - span.expected:,} {unit}"
    if span.high >= goal:
        return f"{lacking}，按最快的月份才能完成"
    return lacking if span.high == span.expected else f"{lacking}，按最快的月份也差 {goal - span.high:,} {unit}"


def _standing(row) -> Forecast:
    """在册覆盖: who is counted stays counted, and nothing says how many more will be."""
    need, needed = _need(row)
    now = row.value
    outlook = f"在册覆盖不按月推算：现有 {now:,} {row.target.unit}，已计入的到年底仍然计入。"
    return Forecast(outlook, need, now, now, now, needed)


def _building(row) -> Forecast:
    """建设节点: by the plan's days, and an even share a month of what lacks."""
    need, needed = _need(row)
    return Forecast(f"建设节点不按月推算。{_planned(row)}", need, needed_per_month=needed)


def _batch(row) -> Forecast:
    """年度集中办理: all at once, so that a month's share of what lacks would mean nothing."""
    lacking = row.goal - row.value if row.goal else 0
    need = f"要完成全年目标，还需 {lacking:,} {row.target.unit}。" if lacking > 0 else _need(row)[0]
    return Forecast(f"年度集中办理不按月推算。{_planned(row)}", need, needed_per_month=0 if _is_reached(row) else None)


OUTLOOKS = {
    ProgressMode.CUMULATIVE_FLOW: _flowing,
    ProgressMode.COVERAGE_STOCK: _standing,
    ProgressMode.ANNUAL_BATCH: _batch,
    ProgressMode.MILESTONE: _building,
}


def _closed(row) -> Forecast:
    """The year is over: the result."""
    now, goal, unit = row.value, row.goal, row.target.unit
    said = f"全年已经结束，完成 {now:,} {unit}"
    if goal:
        said += f"，为全年目标的 {percent_text(now, goal)}%"
    if goal and now < goal:
        return Forecast(f"{said}，差 {goal - now:,} {unit}。", "", now, now, now)
    return Forecast(f"{said}。", _need(row)[0], now, now, now, 0 if _is_reached(row) else None)


def _is_reached(row) -> bool:
    return row.goal is not None and row.value >= row.goal


def _need(row, span: Span | None = None) -> tuple[str, int | None]:
    """What each month from now on must bring, in words and as a number."""
    unit = row.target.unit
    if row.goal is None:
        return "目标尚未分解，不计算以后每月所需。", None
    if not row.goal:
        return "全年目标为 0，没有必须完成的数量。", 0
    if _is_reached(row):
        beyond = f"，超出 {row.value - row.goal:,} {unit}" if row.value > row.goal else ""
        return f"全年目标已经完成{beyond}。", 0
    left = months_left(row.year, row.as_of)
    needed = needed_per_month(row.goal - row.value, left)
    if left == 1:
        return f"要完成全年目标，12 月底前还需 {needed:,} {unit}。", needed
    by_days = "" if left.denominator == 1 else "（本月余下的天数按天折算）"
    beside = f"；近 {span.months} 个完整月平均每月 {_average(span.per_month)} {unit}" if span else ""
    return f"要完成全年目标，以后每月需 {needed:,} {unit}{by_days}{beside}。", needed


def _average(number: Fraction) -> str:
    """Cut to whole units; under ten after one decimal, which is left out where it is 0."""
    whole, tenth = divmod(int(number * 10), 10)
    return f"{whole}.{tenth}" if tenth and whole < 10 else f"{whole:,}"


def _planned(row) -> str:
    """What the plan says comes next: its next point, else its month."""
    if not row.goal:
        return ""
    if not row.target.schedule:
        month = due_month(row.target)
        return f"计划 {month} 月完成。" if months_gone(row.year, row.as_of) < month else f"计划的 {month} 月已到。"
    coming = next(((day, share) for day, share in row.target.schedule if day > row.as_of), None)
    if coming is None:
        return "计划节点都已到期。"
    (day, share), unit = coming, row.target.unit
    due = due_count(row.goal, share)
    lacking = f"还差 {due - row.value:,} {unit}" if row.value < due else "已经达到"
    return f"下一个计划节点是 {day.month} 月 {day.day} 日，累计应完成 {due:,} {unit}，{lacking}。"


def _rate_now(row) -> str:
    """时点比率: what stands on the day."""
    if not row.rate.denominator:
        return "没有应统计的对象，分母为 0，不作预测。"
    now = f"比率只看当天，不按月推算：现为 {row.rate_percent}%"
    if row.goal is None:
        return f"{now}；目标尚未分解，不作评价。"
    if row.gap >= 0:
        return f"{now}，已达到目标 {row.goal}%。"
    return f"{now}，目标 {row.goal}%，还差 {-row.gap:,} {metric_of(row.target).unit}。"
