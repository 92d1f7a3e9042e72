"""What the board keeps beside the tallies: money paid by month, and every day's figures as they were told that day."""

from django.db import models
from django.db.models import F, Q

from lianyungang_cdpf.accounts.scoping import CityWideQuerySet


class MoneyState(models.Model):
    """Which version of a programme's payments the sums of a year were computed from."""

    programme = models.ForeignKey("subsidies.Programme", models.CASCADE, related_name="+", verbose_name="补贴项目")
    year = models.PositiveSmallIntegerField("年度")
    version = models.PositiveBigIntegerField("版本", default=0)
    # A fingerprint of the tree of areas; empty until counted.
    basis = models.CharField("依据", max_length=150, default="")
    computed_at = models.DateTimeField("汇总时间", auto_now=True)

    objects = CityWideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "发放金额状态"
        ordering = ["year", "programme"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "year"], name="one_money_state_per_programme_and_year")
        ]

    def __str__(self):
        return f"{self.programme} {self.year}: {self.version}"


class MoneyPaid(models.Model):
    """Yuan paid out in a month at a place (as of Tally.place); never edited by hand. No row where nothing was paid."""

    state = models.ForeignKey(MoneyState, models.CASCADE, related_name="sums", verbose_name="发放金额状态")
    place = models.CharField("地点", max_length=70)
    month = models.PositiveSmallIntegerField("月")
    amount = models.DecimalField("金额（元）", max_digits=14, decimal_places=2)

    objects = CityWideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "发放金额汇总"
        ordering = ["state", "place", "month"]
        constraints = [
            models.UniqueConstraint(fields=["state", "place", "month"], name="one_sum_per_programme_place_month"),
            models.CheckConstraint(
                condition=Q(month__gte=1, month__lte=12, amount__gt=0),
                name="money_paid_is_of_a_month",
                violation_error_message="月份应在 1 到 12 之间，金额应大于 0。",
            ),
        ]

    def __str__(self):
        return f"{self.state} {self.place} {self.month}: {self.amount}"


class DayFigure(models.Model):
    """What the board told of a target on a day, kept as it was told: later corrections do not change it.

    `place` as of Tally.place, for the city and its ten units. Of a rate value is the numerator and whole the
    denominator; whatever is no rate has no whole.
    """

    target = models.ForeignKey("targets.Target", models.CASCADE, related_name="day_figures", verbose_name="目标")
    day = models.DateField("日期")
    place = models.CharField("地点", max_length=70)
    value = models.PositiveIntegerField("完成数")
    whole = models.PositiveIntegerField("应统计数", null=True, blank=True)

    objects = CityWideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "每日留存"
        ordering = ["day", "target", "place"]
        constraints = [
            models.UniqueConstraint(fields=["target", "place", "day"], name="one_figure_per_target_place_and_day"),
            models.CheckConstraint(
                condition=Q(whole__isnull=True) | Q(value__lte=F("whole")),
                name="a_days_numerator_is_part_of_its_whole",
                violation_error_message="分子不能大于分母。",
            ),
        ]

    def __str__(self):
        return f"{self.target} {self.place} {self.day}: {self.value}"
