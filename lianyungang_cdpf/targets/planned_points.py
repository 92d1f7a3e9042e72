"""计划节点: by which day which share of a goal is due, where neither the days nor one month tell it."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import groupby, pairwise

from django.db import models
from django.db.models import Q

from lianyungang_cdpf.accounts.scoping import CityWideQuerySet
from lianyungang_cdpf.targets.models import ProgressMode

PLANNED_MODES = (ProgressMode.CUMULATIVE_FLOW, ProgressMode.ANNUAL_BATCH, ProgressMode.MILESTONE)


class PlannedPoint(models.Model):
    """What is due of a target's goal by the end of a day, cumulated since January.

    One model is both the planned monthly curve of a flow (a point at the end of each month, even between them) and the
    milestones of works and batches (a step at each). A share rather than a number, as districts are measured by the
    same plan and a goal that is changed in mid-year keeps it. Four decimals of a per cent tell any number of a goal of
    up to a million: what a number is in per cent is cut, and `pace.due_count` rounds up to whole units again.

    That the points rise, lie in the plan's year and end with the whole is held by the form and `check_invariants`, as
    it lies across rows.
    """

    target = models.ForeignKey("targets.Target", models.CASCADE, related_name="planned_points", verbose_name="目标")
    day = models.DateField("截止日期")
    share = models.DecimalField("累计应完成（%）", max_digits=7, decimal_places=4)

    objects = CityWideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "计划节点"
        ordering = ["target", "day"]
        constraints = [
            models.UniqueConstraint(
                fields=["target", "day"],
                name="one_planned_point_per_target_and_day",
                violation_error_message="同一天只能有一个计划节点。",
            ),
            models.CheckConstraint(
                condition=Q(share__gte=0, share__lte=100),
                name="planned_share_is_part_of_the_goal",
                violation_error_message="累计应完成应在 0% 到 100% 之间。",
            ),
        ]

    def __str__(self):
        return f"{self.target} {self.day}: {in_words(self.share)}"


def faults(points: list[tuple[date, Decimal]], *, year: int, mode: str) -> Iterator[tuple[int | None, str]]:
    """What is wrong with a target's (day, share), all of it: (which of them, a sentence), None for all together."""
    if not points:
        return
    if mode not in PLANNED_MODES:
        label = ProgressMode(mode).label
        yield None, f"“{label}”不按月份衡量，没有计划节点：请删去全部节点，或改选序时方式。"
        return
    for at, (day, _) in enumerate(points):
        if day.year != year:
            yield at, f"截止日期应在 {year} 年之内。"
    in_order = sorted(range(len(points)), key=lambda at: points[at][0])
    for before, at in pairwise(in_order):
        (day, share), own = points[before], points[at][1]
        if own < share:
            yield at, f"累计数不能比前一个节点（{day.month} 月 {day.day} 日，{in_words(share)}）少。"
    last = points[in_order[-1]][1]
    if last != 100:
        yield None, f"最后一个计划节点应是全年目标，即 100%，现在是 {in_words(last)}。"


def share_of(number: int, goal: int) -> Decimal:
    """The number in per cent of the goal, cut after four decimals."""
    return Decimal(number * 1_000_000 // goal) / 10_000


def in_words(share: Decimal) -> str:
    """40%, 33.3333%: without zeros at the end."""
    return f"{share.normalize():f}%"


def same_day(day: date, year: int) -> date:
    """The day in another year; the last of February where the year has no 29th."""
    ends_february = (day.month, day.day) in ((2, 28), (2, 29))
    return date(year, 2, monthrange(year, 2)[1]) if ends_february else day.replace(year=year)


def breaches() -> Iterator[str]:
    """Planned points that the form would refuse, as `check_invariants` tells them."""
    points = PlannedPoint.objects.select_related("target__plan").order_by("target", "day")
    for target, own in groupby(points, key=lambda point: point.target):
        listed = [(point.day, point.share) for point in own]
        for at, sentence in faults(listed, year=target.plan.year, mode=target.progress_mode):
            where = "" if at is None else f"{listed[at][0]:%Y-%m-%d}："
            yield f"{target.plan.year}年“{target.name}”的计划节点：{where}{sentence}"
