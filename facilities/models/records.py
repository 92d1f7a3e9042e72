"""What hangs off a facility: its history, its money, its inspections, its documents."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from facilities.models.facility import Facility
from facilities.queries import OfFacilityQuerySet, StageEntryQuerySet
from facilities.stages import DOCUMENTED, Stage

MONEY = {"max_digits": 12, "decimal_places": 2, "default": Decimal(0)}


class StageEntry(models.Model):
    """A stage that a facility reached on a day, and by which document. What was taken back stays, with the reason."""

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="history", verbose_name="设施")
    stage = models.CharField("阶段", max_length=10, choices=Stage.choices)
    on = models.DateField("日期")
    document_no = models.CharField("文号", max_length=60, blank=True)
    document_title = models.CharField("文件名称", max_length=120, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    # The import that brought it; blank for what was entered on the page.
    job = models.ForeignKey(
        "intake.ImportJob", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="导入批次"
    )
    recorded_by = models.ForeignKey(
        "accounts.Staff", models.PROTECT, null=True, related_name="+", verbose_name="办理人"
    )
    recorded_at = models.DateTimeField("办理时间", auto_now_add=True)
    taken_back_at = models.DateTimeField("撤回时间", null=True, blank=True)
    taken_back_by = models.ForeignKey(
        "accounts.Staff", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="撤回人"
    )
    taken_back_why = models.CharField("撤回原因", max_length=200, blank=True)

    objects = StageEntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "阶段记录"
        ordering = ["on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "stage", "on"], condition=Q(taken_back_at=None),
                name="a_stage_is_reached_once_a_day", violation_error_message="这一天已经登记过这个阶段。",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=[stage.value for stage in DOCUMENTED])
                | ~Q(document_no="")
                | ~Q(document_title=""),
                name="stage_entry_names_its_document",
                violation_error_message="立项、验收和撤销要填写文号或文件名称。",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True, taken_back_by__isnull=True, taken_back_why="")
                | (Q(taken_back_at__isnull=False, taken_back_by__isnull=False) & ~Q(taken_back_why="")),
                name="a_stage_is_taken_back_with_a_reason",
                violation_error_message="撤回阶段要写明原因。",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.get_stage_display()} {self.on:%Y-%m-%d}"


class Funding(models.Model):
    """Money of one source for a facility in one year, yuan. More may be granted than was planned, never spent."""

    class Source(models.TextChoices):
        CENTRAL = "central", "中央资金"
        PROVINCE = "province", "省级资金"
        CITY = "city", "市级资金"
        COUNTY = "county", "县区资金"
        TOWN = "town", "乡镇（街道）资金"
        LEVY = "levy", "残疾人就业保障金"
        LOTTERY = "lottery", "福彩体彩公益金"
        OPERATOR = "operator", "运营单位自筹"
        DONATION = "donation", "社会捐助"

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="funding", verbose_name="设施")
    source = models.CharField("资金来源", max_length=10, choices=Source.choices)
    year = models.PositiveSmallIntegerField("年度")
    planned = models.DecimalField("计划（元）", **MONEY)
    granted = models.DecimalField("拨付（元）", **MONEY)
    spent = models.DecimalField("支出（元）", **MONEY)
    document_no = models.CharField("文号", max_length=60, blank=True)

    objects = OfFacilityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "建设和运行资金"
        ordering = ["year", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "source", "year"], name="one_line_per_source_and_year",
                violation_error_message="同一年度同一来源只登记一行：请合并金额。",
            ),
            models.CheckConstraint(
                condition=Q(planned__gte=0, granted__gte=0, spent__gte=0), name="funding_is_not_negative",
                violation_error_message="资金不能小于零。",
            ),
            models.CheckConstraint(
                condition=Q(spent__lte=F("granted")), name="no_more_is_spent_than_granted",
                violation_error_message="支出不能大于拨付：其他来源垫付的，登记在那个来源里。",
            ),
            models.CheckConstraint(
                condition=Q(year__gte=2000, year__lte=2100), name="funding_year_is_a_year",
                violation_error_message="年度应写成 2019 的样子。",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.year} 年{self.get_source_display()}"


class Inspection(models.Model):
    """A visit with its score and findings, and what was to be put right until when."""

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="inspections", verbose_name="设施")
    inspected_on = models.DateField("检查日期")
    inspector = models.CharField("检查人", max_length=60)
    score = models.DecimalField("得分（百分制）", max_digits=4, decimal_places=1, null=True, blank=True)
    findings = models.TextField("检查情况", max_length=1000, blank=True)
    follow_up = models.CharField("整改要求", max_length=200, blank=True)
    due_on = models.DateField("整改期限", null=True, blank=True)
    done_on = models.DateField("整改完成日期", null=True, blank=True)

    objects = OfFacilityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "检查记录"
        ordering = ["-inspected_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=100), name="inspection_score_is_of_100",
                violation_error_message="得分应在 0 到 100 之间。",
            ),
            models.CheckConstraint(
                condition=Q(follow_up="", due_on__isnull=True, done_on__isnull=True)
                | (~Q(follow_up="") & Q(due_on__isnull=False)),
                name="follow_up_has_its_day",
                violation_error_message="整改要求和整改期限要一起填写，没有整改要求的不填整改日期。",
            ),
            models.CheckConstraint(
                condition=(Q(due_on__isnull=True) | Q(due_on__gte=F("inspected_on")))
                & (Q(done_on__isnull=True) | Q(done_on__gte=F("inspected_on"))),
                name="follow_up_comes_after_the_inspection",
                violation_error_message="整改期限和完成日期不能早于检查日期。",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.inspected_on:%Y-%m-%d} 检查"
