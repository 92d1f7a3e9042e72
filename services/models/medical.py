"""康复医疗: aid to psychiatric patients, health checks, contracts with a family doctor."""

from datetime import timedelta

from django.db import models
from django.db.models import Q

from beneficiaries.people import birthday_before
from services.counting import ContractQuerySet, ServiceQuerySet
from services.models.records import Service


class AidMode(models.TextChoices):
    MEDICATION = "medication", "免费服药"
    INPATIENT = "inpatient", "住院救助"


class PsychiatricAid(Service):
    """贫困精神病人救助: medication for some months, or a stay in hospital; a person counts once in either."""

    WORDS = {
        "served_on": "救助起始日期",
        "ended_on": "救助结束日期",
        "institution": "救助医院",
        "amount": "救助金额（元）",
    }

    mode = models.CharField("救助方式", max_length=10, choices=AidMode.choices)
    months = models.PositiveSmallIntegerField("救助月数", null=True, blank=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "精神病人救助"
        constraints = [
            models.CheckConstraint(
                condition=Q(months__isnull=True) | Q(months__gte=1),
                name="psychiatric_aid_lasts_a_month_or_more",
                violation_error_message="救助月数至少为 1，不足一个月的填 1。",
            ),
        ]

    def what_it_is(self) -> str:
        """Either mode may begin on a day."""
        return f"{self.served_on:%Y-%m-%d} {AidMode(self.mode).label}"


class HealthCheck(Service):
    """免费健康体检 at a designated institution."""

    WORDS = {"served_on": "体检日期", "institution": "体检机构"}

    report_no = models.CharField("体检报告编号", max_length=60, blank=True)
    conclusion = models.CharField("体检结论", max_length=200, blank=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "健康体检"


class FamilyDoctorContract(Service):
    """家庭医生签约, from `served_on` to `ended_on`; a yearly contract of which no end is written lasts a year."""

    WORDS = {"served_on": "签约起始日期", "ended_on": "签约到期日期", "institution": "签约机构"}

    doctor = models.CharField("家庭医生", max_length=60, blank=True)
    contract_no = models.CharField("协议编号", max_length=60, blank=True)

    objects = ContractQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "家庭医生签约"

    def settle(self):
        """With its end."""
        if self.ended_on is None:
            self.ended_on = birthday_before(self.served_on, -1) - timedelta(days=1)
        return super().settle()

    def what_it_is(self) -> str:
        """One contract a day of beginning, whatever the doctor."""
        return f"{self.served_on:%Y-%m-%d}"
