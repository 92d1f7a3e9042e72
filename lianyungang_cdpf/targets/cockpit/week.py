"""本周变化: what the figures are now against what the board told a week before.

A figure is by the month of its record, so a week cannot be read off the records: the first figures of every day are
kept as they were told (DayFigure), by the worker. What somebody corrected or took back in the week is part of the
difference, as it is part of the figure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from lianyungang_cdpf.targets import pace, scopes
from lianyungang_cdpf.targets.cockpit.models import DayFigure
from lianyungang_cdpf.targets.lines import Line, signed
from lianyungang_cdpf.targets.models import Plan
from lianyungang_cdpf.targets.progress import Row, default_day, demonstration, progress

WEEK = timedelta(days=7)
# Long enough for a week that nobody looked at the portal; older days answer no question of the board.
KEPT = timedelta(days=60)


@dataclass(frozen=True)
class Change:
    """One target's figure now and as it was told on the earlier day."""

    line: Line
    before: int
    whole_before: int | None

    @property
    def row(self) -> Row:
        return self.line.row

    @property
    def difference(self) -> int:
        """In the target's unit; of a rate in people reached."""
        return self.row.value - self.before

    @property
    def is_one(self) -> bool:
        """Whether anything has changed: of a rate also how many there are to reach."""
        return bool(self.difference) or (self.row.is_rate and self.row.rate.denominator != self.whole_before)

    @property
    def said(self) -> str:
        """+123 人; of a rate its two numbers' difference too."""
        if not self.row.is_rate:
            return f"{signed(self.difference)} {self.line.unit}"
        return f"{self._points()}（达到 {signed(self.difference)}，应统计 {signed(self._whole() - self.whole_before)}）"

    @property
    def brief(self) -> str:
        """What a narrow place holds."""
        return self._points() if self.row.is_rate else self.said

    @property
    def short(self) -> str:
        """What a tile of the wall holds: +123, +0.79 百分点."""
        return self._points().replace("个百分点", "百分点") if self.row.is_rate else signed(self.difference)

    @property
    def from_to(self) -> str:
        """35,277 → 35,400."""
        if not self.row.is_rate:
            return f"{self.before:,} → {self.row.value:,}"
        return f"{self._percent(self.before, self.whole_before)} → {self._percent(self.row.value, self._whole())}"

    def _whole(self) -> int:
        return self.row.rate.denominator

    def _percent(self, numerator, denominator) -> str:
        percent = pace.percent_text(numerator, denominator)
        return f"{percent}%" if percent else "分母为 0"

    def _points(self) -> str:
        """The difference of the two rates as both are shown, in percentage points."""
        if not self.whole_before or not self._whole():
            return "分母为 0，不比较"
        texts = (
            pace.percent_text(self.row.value, self._whole()),
            pace.percent_text(self.before, self.whole_before),
        )
        now, then = (Fraction(text) for text in texts)
        points = float(now - then)
        return f"{'+' if points > 0 else '−' if points < 0 else ''}{abs(points):.2f} 个百分点"


@dataclass(frozen=True)
class Week:
    """What changed at a place since a day at least a week ago; `since` is None where no such day is kept."""

    since: date | None
    changes: Sequence[Change] = ()
    why_not: str = ""

    @cached_property
    def changed(self) -> list[Change]:
        """What changed, the largest share of its goal first."""
        return sorted((one for one in self.changes if one.is_one), key=self._weight, reverse=True)

    @staticmethod
    def _weight(change: Change) -> Fraction:
        whole = change.row.rate.denominator if change.row.is_rate else change.row.goal
        return Fraction(abs(change.difference), whole or change.row.value or 1)

    @property
    def finding(self) -> str:
        """The sentence that comes before the list."""
        if self.since is None:
            return self.why_not
        changed = self.changed
        fewer = sum(1 for one in changed if one.difference < 0)
        if not changed:
            return f"自 {self._day}以来，{len(self.changes)} 项都没有变化。"
        less = f"，其中 {fewer} 项减少（更正、撤销或退回）" if fewer else ""
        still = len(self.changes) - len(changed)
        rest = f"，其余 {still} 项没有变化" if still else ""
        return f"自 {self._day}以来，{len(changed)} 项有变化{less}{rest}。"

    @property
    def _day(self) -> str:
        return f"{self.since.month} 月 {self.since.day} 日"

    def of(self, target) -> Change | None:
        """The target's change, for a place beside its figure; None where there is none to tell."""
        return next((one for one in self.changes if one.row.target == target and one.is_one), None)


def kept_before(place: str, day: date) -> dict[str, Subquery]:
    """For the statement that reads the targets: what was kept at the place on the last day at least a week before."""
    here = DayFigure.objects.filter(target=OuterRef("pk"), place=place)
    last = here.filter(day__lte=day - WEEK).order_by("-day")
    kept = {f"kept_{name}": Subquery(last.values(name)[:1]) for name in ("day", "value", "whole")}
    return kept | {"first_kept": Subquery(here.order_by("day").values("day")[:1])}


def week_of(lines: Sequence[Line]) -> Week:
    """What changed in the lines since then; their targets were read with `kept_before`, or else day and now differ."""
    targets = [line.target for line in lines]
    if not any(hasattr(target, "kept_day") for target in targets):
        return Week(None, why_not="选了别的截止日期时不列本周变化：留存的是当天的数，只能和现在比。")
    since = max((target.kept_day for target in targets if target.kept_day), default=None)
    if since is None:
        return Week(None, why_not=_why_not(targets))
    changes = [Change(line, line.target.kept_value, line.target.kept_whole) for line in lines if _compares(line, since)]
    return Week(since, changes)


def _compares(line: Line, since: date) -> bool:
    """Whether the figure was kept on that day, as one of the same sort."""
    row, target = line.row, line.target
    return row.connected and target.kept_day == since and row.is_rate == (target.kept_whole is not None)


def _why_not(targets) -> str:
    first = min((target.first_kept for target in targets if target.first_kept), default=None)
    if first is None:
        return "还没有留存过每日的数，暂时不能比较。系统每天留存全市和各县区、功能板块的数，满 7 天后列出变化。"
    return f"每日的数从 {first.month} 月 {first.day} 日开始留存，满 7 天后列出变化。"


def keep_today() -> int:
    """Keep the first figures of the day for every plan whose year it is; return how many. Later calls keep nothing."""
    mark, today = demonstration(), timezone.localdate()
    days = {year: default_day(year, mark) for year in Plan.objects.values_list("year", flat=True)}
    # A plan of a past year stands still; only a demonstration lives in the year of its mark.
    return sum(keep_day(year, day) for year, day in days.items() if day == today or (mark and day == mark.as_of))


def keep_day(year: int, day: date) -> int:
    """Keep the year's figures as of the day for the city and its units, once; return how many were kept."""
    if day.year != year or DayFigure.objects.filter(day=day, target__plan__year=year).exists():
        return 0
    places = [scopes.city(), *scopes.units()]
    rows = progress(year=year, scopes=places, as_of=day)
    figures = [_figure(row, day) for scope in places for row in rows[scope.place] if row.connected]
    with transaction.atomic():
        DayFigure.objects.bulk_create(figures, ignore_conflicts=True)
        DayFigure.objects.filter(target__plan__year=year, day__lt=day - KEPT).delete()
    return len(figures)


def _figure(row: Row, day: date) -> DayFigure:
    whole = row.rate.denominator if row.is_rate else None
    return DayFigure(target=row.target, place=row.scope.place, day=day, value=row.value, whole=whole)
