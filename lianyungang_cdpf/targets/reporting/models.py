"""月报: what a unit of the board reported of a month, each time that it was sent in, and what it had counted for it.

A figure is written once, when a report is sent in, together with the keys of the records behind it; the triggers
(triggers.py) keep both as they were. A correction after that is no change of the report but a difference to it.
"""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from lianyungang_cdpf.accounts.scoping import CityWideQuerySet, ScopedQuerySet
from lianyungang_cdpf.intake.models import A_REASON
from lianyungang_cdpf.targets.models import AllocationQuerySet

NOTE_LENGTH = 500
REASON_LENGTH = 300
STAFF, TARGET = "accounts.Staff", "targets.Target"
BEHIND = ("behind", "lagging")


class MonthlyReportQuerySet(AllocationQuerySet):
    """Reports are seen by place, as goals are: a county sees its own, the city all."""

    def of_unit(self, unit):
        """Those of a row of the board (a Scope)."""
        return self.filter(zone=unit.zone) if unit.zone else self.filter(area=unit.area)


class OfReportQuerySet(ScopedQuerySet):
    """What belongs to a report is seen with it; `report_path` says how to reach the report."""

    report_path = "report"

    def visible_to(self, staff):
        """What belongs to the reports that the staff member sees."""
        return self.filter(**{f"{self.report_path}__in": MonthlyReport.objects.visible_to(staff)})


class OfVersionQuerySet(OfReportQuerySet):
    """Figures."""

    report_path = "version__report"


class OfFigureQuerySet(OfReportQuerySet):
    """What was counted for a figure."""

    report_path = "figure__version__report"


class MonthlyReport(models.Model):
    """月报 of one unit and month; without one the unit has not begun with it."""

    class State(models.TextChoices):
        DRAFT = "draft", "未报送"
        SUBMITTED = "submitted", "待审核"
        RETURNED = "returned", "已退回"
        LOCKED = "locked", "已锁定"

    plan = models.ForeignKey("targets.Plan", models.PROTECT, related_name="reports", verbose_name="年度计划")
    month = models.PositiveSmallIntegerField("月份")
    area = models.ForeignKey(
        "accounts.Area", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="地区"
    )
    zone = models.ForeignKey(
        "accounts.Zone", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="功能板块"
    )
    state = models.CharField("状态", max_length=9, choices=State.choices, default=State.DRAFT)
    # How often it has been sent in; the number of its latest version.
    round = models.PositiveSmallIntegerField("轮次", default=0)

    objects = MonthlyReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "月报"
        ordering = ["plan", "month", "id"]
        permissions = [("submit_report", "报送月报"), ("check_report", "审核月报"), ("close_year", "年终封账")]
        constraints = [
            models.CheckConstraint(
                condition=Q(area__isnull=False, zone__isnull=True) | Q(area__isnull=True, zone__isnull=False),
                name="report_has_exactly_one_area_or_zone",
                violation_error_message="请在“地区”和“功能板块”中恰好选一个。",
            ),
            models.UniqueConstraint(
                fields=["plan", "month", "area"],
                name="one_report_per_month_and_area",
                violation_error_message="这个地区这个月已有月报。",
            ),
            models.UniqueConstraint(
                fields=["plan", "month", "zone"],
                name="one_report_per_month_and_zone",
                violation_error_message="这个功能板块这个月已有月报。",
            ),
            models.CheckConstraint(
                condition=Q(month__gte=1, month__lte=12),
                name="report_month_is_a_month",
                violation_error_message="月份应在 1 到 12 之间。",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", round=0) | ~Q(state="draft") & Q(round__gt=0),
                name="report_sent_in_has_its_round",
                violation_error_message="报送过的月报要有轮次。",
            ),
        ]

    def __str__(self):
        return f"{self.plan.year}年{self.month}月 {self.area or self.zone}"


class ReportVersion(models.Model):
    """One sending in of a report: by whom and when, and what the city said to it. Every version is kept."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", "待审核"
        RETURNED = "returned", "已退回"
        LOCKED = "locked", "已锁定"

    report = models.ForeignKey(MonthlyReport, models.PROTECT, related_name="versions", verbose_name="月报")
    number = models.PositiveSmallIntegerField("版次")
    submitted_by = models.ForeignKey(STAFF, models.PROTECT, related_name="+", verbose_name="报送人")
    submitted_at = models.DateTimeField("报送时间", default=timezone.now)
    # The last day that was in time when it was sent in: the city may set another for later months.
    due_on = models.DateField("应报日期")
    outcome = models.CharField("审核结果", max_length=8, choices=Outcome.choices, default=Outcome.WAITING)
    decided_by = models.ForeignKey(
        STAFF, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审核人"
    )
    decided_at = models.DateTimeField("审核时间", null=True, blank=True)
    reason = models.CharField("退回原因", max_length=REASON_LENGTH, blank=True)

    objects = OfReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "月报报送"
        ordering = ["report", "number"]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="one_version_per_report_and_number"),
            models.UniqueConstraint(
                fields=["report"],
                condition=Q(outcome__in=["waiting", "locked"]),
                name="one_version_of_a_report_in_force",
                violation_error_message="这份月报已经报送，退回以后才能重报。",
            ),
            models.CheckConstraint(
                condition=Q(outcome="waiting", decided_by__isnull=True, decided_at__isnull=True)
                | ~Q(outcome="waiting") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="report_checked_has_its_checker",
                violation_error_message="审核过的月报要有审核人和时间。",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("submitted_by")),
                name="report_checked_by_another_than_sent_it_in",
                violation_error_message="报送月报的人不能审核它。",
            ),
            models.CheckConstraint(
                condition=Q(outcome="returned", reason__regex=A_REASON) | ~Q(outcome="returned") & Q(reason=""),
                name="report_returned_has_its_reason",
                violation_error_message="请写明退回原因，至少五个字。",
            ),
        ]

    def __str__(self):
        return f"{self.report} 第{self.number}次报送"

    @property
    def is_late(self) -> bool:
        """Whether it came after its day; of a report its first version says so."""
        return timezone.localdate(self.submitted_at) > self.due_on


class ReportFigure(models.Model):
    """One target as reported. `due`, `due_percent` and `light` are those of the month's last day, as told then.

    value  what was done by the end of the month; None where the portal does not hold the records. Of a rate it is the
           numerator. `goal` is the one in force on that day, None without a share; later changes leave it as it is.
    """

    version = models.ForeignKey(ReportVersion, models.PROTECT, related_name="figures", verbose_name="报送")
    target = models.ForeignKey(TARGET, models.PROTECT, related_name="+", verbose_name="目标")
    goal = models.PositiveIntegerField("全年目标", null=True)
    value = models.PositiveIntegerField("完成数", null=True)
    # Of a rate: how many there were to reach.
    whole = models.PositiveIntegerField("应统计人数", null=True)
    due = models.PositiveIntegerField("应达数", null=True)
    due_percent = models.DecimalField("应达比例", max_digits=6, decimal_places=2, null=True)
    light = models.CharField("状态", max_length=16, blank=True)
    note = models.CharField("原因和下一步", max_length=NOTE_LENGTH, blank=True)

    objects = OfVersionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "月报数字"
        ordering = ["version", "target__number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "target"], name="one_figure_per_version_and_target"),
            models.CheckConstraint(
                condition=Q(whole__isnull=True) | Q(value__isnull=False, value__lte=F("whole")),
                name="reported_rate_has_both_its_numbers",
                violation_error_message="比率要有分子和分母，分子不能大于分母。",
            ),
            models.CheckConstraint(
                condition=~Q(light__in=BEHIND) | Q(note__regex=A_REASON),
                name="figure_behind_says_why",
                violation_error_message="略低和滞后的目标要写明原因和下一步，至少五个字。",
            ),
        ]

    def __str__(self):
        return f"{self.version} {self.target}"


class ReportedSet(models.Model):
    """What a figure had counted: the keys of its subjects or records (packed.py). Keys alone are no personal data."""

    figure = models.OneToOneField(ReportFigure, models.PROTECT, related_name="counted", verbose_name="月报数字")
    packed = models.BinaryField("计入的记录")
    # Metric and kind of then: once the target is counted in another way, keys can't be compared any more.
    basis = models.CharField("依据", max_length=110)

    objects = OfFigureQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "月报计入的记录"

    def __str__(self):
        return str(self.figure)


class ReportNote(models.Model):
    """原因和下一步 of a target while the report is being written; sending it in copies it to the figure."""

    report = models.ForeignKey(MonthlyReport, models.CASCADE, related_name="notes", verbose_name="月报")
    target = models.ForeignKey(TARGET, models.PROTECT, related_name="+", verbose_name="目标")
    text = models.CharField("原因和下一步", max_length=NOTE_LENGTH)

    objects = OfReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "月报说明"
        ordering = ["report", "target__number"]
        constraints = [
            models.UniqueConstraint(fields=["report", "target"], name="one_note_per_report_and_target"),
            models.CheckConstraint(condition=~Q(text=""), name="note_of_a_report_is_not_empty"),
        ]

    def __str__(self):
        return f"{self.report} {self.target}"


class YearClosing(models.Model):
    """年终封账: every month of every unit is locked, and none is added to the year any more."""

    plan = models.OneToOneField("targets.Plan", models.PROTECT, related_name="closing", verbose_name="年度计划")
    closed_by = models.ForeignKey(STAFF, models.PROTECT, related_name="+", verbose_name="封账人")
    closed_at = models.DateTimeField("封账时间", default=timezone.now)

    objects = CityWideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "年终封账"

    def __str__(self):
        return f"{self.plan.year}年年终封账"
