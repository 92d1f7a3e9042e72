"""Where it is done: one facility, from application to acceptance and beyond."""

from functools import reduce
from operator import and_

from django.db import models
from django.db.models import F, Q

from facilities.models.kind import FacilityKind
from facilities.queries import FacilityQuerySet
from facilities.stages import BEFORE_ACCEPTANCE, DAY_WORDS, DAYS, REQUIRED, Stage
from lianyungang_cdpf.fields import EncryptedTextField, SealField

# The city and some sea around it, degrees (facts.md 0: about 118.4–119.9 E, 34.0–35.2 N).
EAST, NORTH = (118, 121), (33, 36)


class RunMode(models.TextChoices):
    """运行方式 (facts.md 7)."""

    PUBLIC = "public", "公建公营"
    PUBLIC_PRIVATE = "public_private", "公建民营"
    SUBSIDISED = "subsidised", "民办公助"
    PURCHASED = "purchased", "购买服务"


def _in_order(later: str) -> models.CheckConstraint:
    """The day of a milestone lies on or after those of all milestones before it; missing days are passed over."""
    pairs = (
        Q(**{f"{later}__isnull": True}) | Q(**{f"{earlier}__isnull": True}) | Q(**{f"{later}__gte": F(earlier)})
        for earlier in DAYS[: DAYS.index(later)]
    )
    return models.CheckConstraint(
        condition=reduce(and_, pairs), name=f"facility_{later}_in_order",
        violation_error_message=f"{DAY_WORDS[later]}不能早于前面各阶段的日期。",
    )  # fmt: skip


def _has_its_days(stage: Stage) -> models.CheckConstraint:
    days = {f"{name}__isnull": False for name in REQUIRED[stage]}
    words = "、".join(DAY_WORDS[name] for name in REQUIRED[stage])
    return models.CheckConstraint(
        condition=~Q(stage=stage.value) | Q(**days), name=f"facility_{stage.value}_has_its_days",
        violation_error_message=f"“{stage.label}”阶段的设施必须有{words}。",
    )  # fmt: skip


class Facility(models.Model):
    """A facility of a kind in a town or village.

    The stage and the days of its milestones are those of its history (StageEntry); only deeds change them. A day is
    that on which the stage was reached first: who is accepted again after 整改 keeps the first day of acceptance.
    """

    kind = models.ForeignKey(FacilityKind, models.PROTECT, related_name="facilities", verbose_name="设施种类")
    name = models.CharField("名称", max_length=100)
    # As names are compared: folded forms, no blanks.
    name_key = models.CharField(max_length=100, editable=False)
    area = models.ForeignKey("accounts.Area", models.PROTECT, related_name="+", verbose_name="所属地区")
    address = models.CharField("地址", max_length=200, blank=True)
    longitude = models.DecimalField("经度", max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField("纬度", max_digits=9, decimal_places=6, null=True, blank=True)
    run_mode = models.CharField("运行方式", max_length=14, choices=RunMode.choices, blank=True)
    operator = models.CharField("运营单位", max_length=100, blank=True)
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    responsible = models.CharField("负责人", max_length=60, blank=True)
    phone = EncryptedTextField("联系电话")
    area_m2 = models.DecimalField("建筑面积（平方米）", max_digits=8, decimal_places=2, null=True, blank=True)
    rooms = models.PositiveSmallIntegerField("功能室数", null=True, blank=True)
    capacity = models.PositiveIntegerField("可服务人数", null=True, blank=True)
    staff_full = models.PositiveSmallIntegerField("专职人员", null=True, blank=True)
    staff_part = models.PositiveSmallIntegerField("兼职人员", null=True, blank=True)
    opening_hours = models.CharField("开放时间", max_length=100, blank=True)
    # What the public reads; the phone above is that of the person in charge.
    services_offered = models.CharField("服务内容", max_length=200, blank=True, help_text="对外公布，写明能办什么。")
    public_phone = models.CharField(
        "对外电话", max_length=40, blank=True, help_text="对外公布，只填单位的服务电话，不填个人电话。"
    )
    has_ramp = models.BooleanField("坡道", default=False)
    has_handrails = models.BooleanField("扶手", default=False)
    has_toilet = models.BooleanField("无障碍卫生间", default=False)
    has_lift = models.BooleanField("电梯或升降台", default=False)
    has_tactile_paving = models.BooleanField("盲道", default=False)
    has_signs = models.BooleanField("无障碍标识", default=False)
    has_parking = models.BooleanField("无障碍停车位", default=False)
    stage = models.CharField("阶段", max_length=10, choices=Stage.choices, default=Stage.APPLIED, editable=False)
    applied_on = models.DateField("申报日期", null=True, blank=True, editable=False)
    approved_on = models.DateField("立项日期", null=True, blank=True, editable=False)
    started_on = models.DateField("开工日期", null=True, blank=True, editable=False)
    completed_on = models.DateField("竣工日期", null=True, blank=True, editable=False)
    accepted_on = models.DateField("验收日期", null=True, blank=True, editable=False)
    operating_on = models.DateField("运行日期", null=True, blank=True, editable=False)
    revoked_on = models.DateField("撤销日期", null=True, blank=True, editable=False)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)
    seal = SealField("封签", of=("kind_id", "name"))

    objects = FacilityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "设施"
        ordering = ["-id"]
        permissions = [("advance_facility", "办理设施阶段"), ("import_facility", "导入设施名册")]
        indexes = [models.Index(fields=["kind", "accepted_on"], name="facility_kind_accepted")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "area", "name_key"], name="one_facility_per_kind_place_and_name",
                violation_error_message="同一地区已有同种类、同名称的设施：请核对，不要重复登记。",
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(name_key=""), name="facility_has_a_name",
                violation_error_message="请填写设施名称。",
            ),
            *(_in_order(name) for name in DAYS[1:]),
            *(_has_its_days(stage) for stage in REQUIRED),
            models.CheckConstraint(
                condition=~Q(stage__in=[stage.value for stage in BEFORE_ACCEPTANCE])
                | Q(accepted_on__isnull=True, operating_on__isnull=True),
                name="facility_is_not_accepted_before_its_acceptance",
                violation_error_message="验收之前的阶段不能有验收日期和运行日期。",
            ),
            models.CheckConstraint(
                condition=Q(revoked_on__isnull=True) | Q(stage=Stage.REVOKED.value),
                name="facility_with_a_day_of_revocation_is_revoked",
                violation_error_message="有撤销日期的设施只能是“撤销”阶段。",
            ),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(
                    # Said in so many words: a condition that is unknown for want of a number would pass.
                    longitude__isnull=False, latitude__isnull=False,
                    longitude__gte=EAST[0], longitude__lte=EAST[1], latitude__gte=NORTH[0], latitude__lte=NORTH[1],
                ),
                name="facility_coordinates_lie_in_the_city",
                violation_error_message="经纬度要一起填写，并且在本市范围内（经度 118 至 121，纬度 33 至 36）。",
            ),
            models.CheckConstraint(
                condition=Q(area_m2__isnull=True) | Q(area_m2__gt=0), name="facility_area_is_positive",
                violation_error_message="建筑面积应大于零；不清楚的请留空。",
            ),
            # GB 32100-2015: 18 characters without I, O, S, V, Z; the check digit is for the form to check.
            models.CheckConstraint(
                condition=Q(credit_code="") | Q(credit_code__regex=r"^[0-9A-HJ-NP-RTUWXY]{18}$"),
                name="facility_credit_code_has_its_form",
                violation_error_message="统一社会信用代码应为 18 位数字和大写字母（不含 I、O、S、V、Z）。",
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.name
