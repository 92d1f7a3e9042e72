"""The year's plan, its targets, their allocation and their tallies."""

from datetime import date
from fractions import Fraction

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property

from lianyungang_cdpf.accounts.models import Level
from lianyungang_cdpf.accounts.scoping import CityWideQuerySet, ScopedQuerySet


class Plan(models.Model):
    """The year's plan (年度目标)."""

    year = models.PositiveSmallIntegerField("年度", unique=True)
    title = models.CharField("名称", max_length=100)
    source = models.CharField("来源", max_length=200, blank=True)
    # Thresholds of the lights, in per cent of what is due (facts.md 5: local practice; some offices use 95 and 80).
    on_track_from = models.PositiveSmallIntegerField("达到序时：不低于应完成数的（%）", default=100)
    behind_from = models.PositiveSmallIntegerField("略低：不低于应完成数的（%）", default=80)
    # Local practice: by day 3 to 5 of the month after (facts.md 5); a weekend does not move it.
    report_day = models.PositiveSmallIntegerField(
        "月报截止日", default=5, help_text="次月几日以前报送上月月报，1 到 28；改动只影响以后报送的月份。"
    )
    report_from = models.PositiveSmallIntegerField(
        "月报起报月", default=1, help_text="从几月起报送月报；年中启用的年度，此前的月份不要求补报。"
    )

    objects = CityWideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "年度计划"
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(behind_from__gt=0, behind_from__lte=F("on_track_from"), on_track_from__lte=100),
                name="thresholds_of_lights_are_in_order",
                violation_error_message="“略低”的界限应大于 0、不高于“达到序时”的界限，两者都不超过 100。",
            ),
            models.CheckConstraint(
                condition=Q(report_day__gte=1, report_day__lte=28),
                name="report_day_is_a_day_of_every_month",
                violation_error_message="月报截止日应在 1 到 28 之间。",
            ),
            models.CheckConstraint(
                condition=Q(report_from__gte=1, report_from__lte=12),
                name="reports_begin_with_a_month",
                violation_error_message="月报起报月应在 1 到 12 之间。",
            ),
        ]

    def __str__(self):
        return self.title


class ProgressMode(models.TextChoices):
    """序时进度 of a target: what share of the goal is due on a day."""

    CUMULATIVE_FLOW = "cumulative_flow", "逐日累计"
    COVERAGE_STOCK = "coverage_stock", "在册覆盖"
    ANNUAL_BATCH = "annual_batch", "年度集中办理"
    MILESTONE = "milestone", "建设节点"
    RATE_SNAPSHOT = "rate_snapshot", "时点比率"


class Target(models.Model):
    """A target = metric × kind × goal × year. A metric that no app offers yet makes it 尚未接入."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="targets", verbose_name="年度计划")
    number = models.PositiveSmallIntegerField("序号")
    key = models.SlugField("代码", max_length=40)
    name = models.CharField("名称", max_length=60)
    group = models.CharField("工作分组", max_length=20)
    unit = models.CharField("单位", max_length=8)
    goal = models.PositiveIntegerField("全年目标")
    metric = models.CharField("统计方法", max_length=60, blank=True)
    kind = models.CharField("种类代码", max_length=40)
    progress_mode = models.CharField("序时方式", max_length=16, choices=ProgressMode.choices)
    due_month = models.PositiveSmallIntegerField("计划月份", null=True, blank=True)
    phrase = models.CharField("原文", max_length=200, blank=True)
    # How a bulletin says it, read by bulletin/wording.py.
    report_phrase = models.CharField("通报用语", max_length=100, blank=True)
    counting_rule = models.TextField("统计口径", blank=True)
    evidence = models.CharField("佐证材料", max_length=200, blank=True)
    lead_department = models.CharField("牵头部门", max_length=60, blank=True)
    partner_departments = models.CharField("配合部门", max_length=100, blank=True)
    open_question = models.CharField("待明确", max_length=200, blank=True)

    objects = CityWideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "目标"
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "key"], name="one_target_per_plan_and_key"),
            models.UniqueConstraint(fields=["plan", "number"], name="one_target_per_plan_and_number"),
            models.CheckConstraint(
                condition=Q(due_month__isnull=True) | Q(due_month__gte=1, due_month__lte=12),
                name="target_due_month_is_a_month",
                violation_error_message="计划月份应在 1 到 12 之间。",
            ),
            models.CheckConstraint(
                condition=Q(report_phrase="")
                | Q(progress_mode=ProgressMode.RATE_SNAPSHOT, report_phrase__regex=r"^[^{}]+$")
                | ~Q(progress_mode=ProgressMode.RATE_SNAPSHOT)
                & Q(report_phrase__regex=r"^[^{}]*已[^{}]*[{][^{}]+[}][^{}]*$"),
                name="report_phrase_has_one_place_for_the_number",
                violation_error_message=(
                    "通报用语应含“已”字和一处花括号，括号里写量词，如：已发放残疾人辅助器具{件}；比率只写名称，不用花括号。"
                ),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_rate(self) -> bool:
        return self.progress_mode == ProgressMode.RATE_SNAPSHOT

    @cached_property
    def schedule(self) -> tuple[tuple[date, Fraction], ...]:
        """The planned points as (day, share of the goal due by its end), the first day first; mostly none."""
        points = self.planned_points.all() if self.pk else ()
        return tuple((point.day, Fraction(point.share) / 100) for point in points)


class AllocationQuerySet(ScopedQuerySet):
    """Goals are seen by place: a county sees its own and its towns', not its neighbour's."""

    def visible_to(self, staff):
        """Those of the staff member's area or zone; a county-level zone is known by both."""
        seen = super().visible_to(staff)
        if not getattr(staff, "is_active", False) or staff.is_city_wide:
            return self.all() if getattr(staff, "is_active", False) else seen
        is_county = staff.area_id and staff.area.level == Level.COUNTY
        zone = staff.zone_id or (staff.area.zone_id if is_county else None)
        return seen | self.filter(zone=zone) if zone else seen


class Allocation(models.Model):
    """任务分解: a target's goal for one county or one zone."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="allocations", verbose_name="目标")
    area = models.ForeignKey("accounts.Area", models.PROTECT, null=True, blank=True, verbose_name="地区")
    zone = models.ForeignKey("accounts.Zone", models.PROTECT, null=True, blank=True, verbose_name="功能板块")
    goal = models.PositiveIntegerField("分解目标")
    document_no = models.CharField("文号", max_length=60, blank=True)

    objects = AllocationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任务分解"
        permissions = [("split_goal", "分解目标")]
        ordering = ["target", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(area__isnull=False, zone__isnull=True) | Q(area__isnull=True, zone__isnull=False),
                name="allocation_has_exactly_one_area_or_zone",
                violation_error_message="请在“地区”和“功能板块”中恰好选一个。",
            ),
            models.UniqueConstraint(fields=["target", "area"], name="one_allocation_per_target_and_area"),
            models.UniqueConstraint(fields=["target", "zone"], name="one_allocation_per_target_and_zone"),
        ]

    def __str__(self):
        return f"{self.target} {self.area or self.zone}: {self.goal}"

    def clean(self):
        """A goal is split to counties, zones and towns; a county-level zone is known by its zone."""
        if self.area is None:
            return
        if self.area.level not in (Level.COUNTY, Level.TOWN):
            raise ValidationError({"area": "目标只分解到县区、功能板块和乡镇街道，请改选其中之一。"})
        if self.area.level == Level.COUNTY and self.area.zone_id:
            raise ValidationError(
                {"area": f"{self.area.common_name}按功能板块统计，请改在“功能板块”中选{self.area.zone}。"}
            )


class AllocationChange(models.Model):
    """One change of a place's goal, kept for good: what it was, what it became, by which document, from when.

    No old goal means that the goal is issued, no new one that it is withdrawn. What an undone import had changed stays
    here, marked as undone, and no longer holds.
    """

    target = models.ForeignKey(Target, models.CASCADE, related_name="allocation_changes", verbose_name="目标")
    area = models.ForeignKey("accounts.Area", models.PROTECT, null=True, blank=True, verbose_name="地区")
    zone = models.ForeignKey("accounts.Zone", models.PROTECT, null=True, blank=True, verbose_name="功能板块")
    old_goal = models.PositiveIntegerField("原分解目标", null=True, blank=True)
    new_goal = models.PositiveIntegerField("新分解目标", null=True, blank=True)
    document_no = models.CharField("文号", max_length=60, blank=True)
    reason = models.CharField("原因", max_length=200, blank=True)
    effective_on = models.DateField("生效日期")
    by = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="+", verbose_name="经办人")
    at = models.DateTimeField("登记时间", auto_now_add=True)
    job = models.ForeignKey(
        "intake.ImportJob", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="导入批次"
    )
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)

    objects = AllocationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "分解调整记录"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(area__isnull=False, zone__isnull=True) | Q(area__isnull=True, zone__isnull=False),
                name="change_of_goal_has_exactly_one_area_or_zone",
                violation_error_message="请在“地区”和“功能板块”中恰好选一个。",
            ),
            models.CheckConstraint(
                condition=Q(old_goal__isnull=True) | ~Q(document_no=""),
                name="change_after_the_first_issue_names_its_document",
                violation_error_message="分解目标下达以后再调整，请填写调整文件的文号。",
            ),
            models.CheckConstraint(
                condition=(
                    Q(old_goal__isnull=True, new_goal__isnull=False)
                    | Q(old_goal__isnull=False, new_goal__isnull=True)
                    | (Q(old_goal__isnull=False, new_goal__isnull=False) & ~Q(old_goal=F("new_goal")))
                ),
                name="change_of_goal_changes_it",
                violation_error_message="新分解目标与原目标相同，不需要登记。",
            ),
        ]

    def __str__(self):
        return f"{self.target} {self.area or self.zone}: {self.old_goal} → {self.new_goal}"


class Tally(models.Model):
    """Newly counted in a month at a place: never edited by hand, recomputed when the change stamp moves on.

    `place` is the path of an area (its whole subtree) or "unit:KEY" for a row of the board. Summing the months up to
    m gives the distinct subjects counted at that place by month m.
    """

    target = models.ForeignKey(Target, models.CASCADE, related_name="tallies", verbose_name="目标")
    place = models.CharField("地点", max_length=70)
    month = models.PositiveSmallIntegerField("月")
    value = models.PositiveIntegerField("新增")

    objects = CityWideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "进度汇总"
        ordering = ["target", "place", "month"]
        constraints = [
            models.UniqueConstraint(fields=["target", "place", "month"], name="one_tally_per_target_place_month")
        ]

    def __str__(self):
        return f"{self.target} {self.place} {self.month}"


class TallyState(models.Model):
    """Which version of the records the tallies of a target were computed from."""

    target = models.OneToOneField(Target, models.CASCADE, related_name="tally_state", verbose_name="目标")
    version = models.PositiveBigIntegerField("版本", default=0)
    # Metric, kind, year and a fingerprint of the tree of areas: a change of any of them makes the tallies stale too.
    basis = models.CharField("依据", max_length=150, default="")
    computed_at = models.DateTimeField("汇总时间", auto_now=True)

    objects = CityWideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "汇总状态"

    def __str__(self):
        return f"{self.target}: {self.version}"


class Snapshot(models.Model):
    """A rate target as of a day: of which version of the records, and by which rule, its parts were counted."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="snapshots", verbose_name="目标")
    day = models.DateField("时点")
    version = models.PositiveBigIntegerField("版本", default=0)
    # Metric, kind, day and a fingerprint of the tree of areas; empty until counted.
    basis = models.CharField("依据", max_length=150, default="")
    computed_at = models.DateTimeField("汇总时间", auto_now=True)

    objects = CityWideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "比率时点"
        ordering = ["target", "day"]
        constraints = [models.UniqueConstraint(fields=["target", "day"], name="one_snapshot_per_target_and_day")]

    def __str__(self):
        return f"{self.target} {self.day}"


class SnapshotPart(models.Model):
    """Numerator and denominator of a rate at a place (as of Tally.place) on the day; never edited by hand."""

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="parts", verbose_name="比率时点")
    place = models.CharField("地点", max_length=70)
    numerator = models.PositiveIntegerField("分子")
    denominator = models.PositiveIntegerField("分母")

    objects = CityWideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "比率汇总"
        ordering = ["snapshot", "place"]
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "place"], name="one_part_per_snapshot_and_place"),
            models.CheckConstraint(
                condition=Q(numerator__lte=F("denominator")),
                name="a_numerator_is_part_of_its_denominator",
                violation_error_message="分子不能大于分母。",
            ),
        ]

    def __str__(self):
        return f"{self.snapshot} {self.place}: {self.numerator}/{self.denominator}"


class Demonstration(models.Model):
    """Marks a database that holds demonstration data; a banner on every page says so."""

    as_of = models.DateField("演示日期")
    people = models.PositiveIntegerField("演示人数")
    seed = models.PositiveIntegerField("随机种子")
    made_at = models.DateTimeField("生成时间", auto_now_add=True)

    objects = CityWideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "演示标记"

    def __str__(self):
        return f"演示数据 {self.as_of}"


from lianyungang_cdpf.targets.bulletin.models import (  # noqa: E402, F401  (registers the models)
    Bulletin,
    BulletinFigure,
    BulletinSection,
    BulletinStanding,
)
from lianyungang_cdpf.targets.cockpit.models import DayFigure, MoneyPaid, MoneyState  # noqa: E402, F401
from lianyungang_cdpf.targets.planned_points import PlannedPoint  # noqa: E402, F401  (registers the model)
from lianyungang_cdpf.targets.reporting import models as reporting  # noqa: E402, F401 - their own package, this app's
from lianyungang_cdpf.targets.supervision.models import (  # noqa: E402, F401, I001
    SupervisionAttachment,
    SupervisionMessage,
    SupervisionOrder,
)
