"""托养: placements of people who need care, in an institution, by day, or at home."""

from django.db import models
from django.db.models import Q

from services.counting import ServiceQuerySet
from services.models.records import Service


class CareMode(models.TextChoices):
    RESIDENTIAL = "residential", "寄宿制托养"
    DAY = "day", "日间照料"
    HOME = "home", "居家托养"


class RespitePlacement(Service):
    """托养服务 in one mode, from a day on; who changes the mode gets another record and stays one person."""

    WORDS = {"served_on": "托养开始日期", "ended_on": "托养结束日期", "institution": "托养机构"}

    mode = models.CharField("托养方式", max_length=11, choices=CareMode.choices)
    months = models.PositiveSmallIntegerField("托养月数", null=True, blank=True)
    leaving_reason = models.CharField("退出原因", max_length=100, blank=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "托养服务"
        constraints = [
            models.CheckConstraint(
                condition=Q(months__isnull=True) | Q(months__gte=1),
                name="respite_placement_lasts_a_month_or_more",
                violation_error_message="托养月数至少为 1，不足一个月的填 1。",
            ),
        ]

    def what_it_is(self) -> str:
        """Any mode may begin on a day."""
        return f"{self.served_on:%Y-%m-%d} {CareMode(self.mode).label}"
