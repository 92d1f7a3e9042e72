"""家庭无障碍改造: building work in a home, counted by households once it has been accepted."""

from django.db import models
from django.db.models import Q

from services.counting import ServiceQuerySet
from services.models.records import Service


class Acceptance(models.TextChoices):
    PENDING = "pending", "未验收"
    PASSED = "passed", "验收合格"
    FAILED = "failed", "验收不合格"


class HomeModification(Service):
    """家庭无障碍改造: 入户评估, 一户一案, works, acceptance. Handing out devices alone is kept and does not count."""

    WORDS = {
        "served_on": "开工日期", "ended_on": "完工日期", "institution": "施工单位", "content": "改造内容",
        "amount": "补助金额（元）",
    }  # fmt: skip

    surveyed_on = models.DateField("入户评估日期", null=True, blank=True)
    plan = models.CharField("一户一案", max_length=200, blank=True, help_text="方案编号或要点。")
    cost = models.DecimalField("改造总金额（元）", max_digits=10, decimal_places=2, null=True, blank=True)
    devices_only = models.BooleanField("只发放辅具", default=False, help_text="没有施工、只发放辅具的勾选，不计入。")
    acceptance = models.CharField("验收情况", max_length=7, choices=Acceptance.choices, default=Acceptance.PENDING)
    accepted_on = models.DateField("验收日期", null=True, blank=True)
    photos_before = models.CharField("改造前照片编号", max_length=100, blank=True)
    photos_after = models.CharField("改造后照片编号", max_length=100, blank=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "家庭无障碍改造"
        constraints = [
            models.CheckConstraint(
                condition=~Q(acceptance="passed") | Q(accepted_on__isnull=False),
                name="passed_acceptance_has_its_day",
                violation_error_message="验收合格的请填写验收日期。",
            ),
            models.CheckConstraint(
                condition=Q(cost__isnull=True) | Q(cost__gte=0),
                name="home_modification_cost_not_negative",
                violation_error_message="金额不能小于零。",
            ),
        ]

    def day_it_counts(self):
        """The day of the acceptance, of works that passed it."""
        is_done = self.acceptance == Acceptance.PASSED and not self.devices_only
        return self.accepted_on if is_done else None
