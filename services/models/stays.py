"""残疾人之家: the register of whom a facility serves, and how many days of each month they were there."""

from django.db import models
from django.db.models import F, Q

from beneficiaries.models import Person
from facilities.models import Facility
from services.models.records import WHOLE_CANCELLATION
from services.stays import AttendanceQuerySet, StayQuerySet

# Kinds of facility that keep such a register.
SERVING_KINDS = ("disabled_persons_home",)
THIRTY = (4, 6, 9, 11)
LEAP_YEARS = tuple(range(1952, 2100, 4))


class Entry(models.Model):
    """What a line of a register has whatever it says: who recorded it, from which roll, and whether it stands."""

    job = models.ForeignKey(
        "intake.ImportJob", models.PROTECT, null=True, blank=True, related_name="%(class)s_entries",
        verbose_name="导入批次",
    )  # fmt: skip
    sheet = models.CharField("工作表", max_length=64, blank=True)
    row = models.PositiveIntegerField("行", null=True, blank=True)
    recorded_by = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="+", verbose_name="登记人")
    recorded_at = models.DateTimeField("登记时间")
    cancelled_at = models.DateTimeField("撤销时间", null=True, blank=True)
    cancelled_by = models.ForeignKey(
        "accounts.Staff", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="撤销人"
    )
    cancel_reason = models.CharField("撤销原因", max_length=200, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=WHOLE_CANCELLATION, name="%(class)s_cancelled_by_whom_and_why"),
        ]


class FacilityStay(Entry):
    """残疾人之家在册: one person served by one facility, from the day of admission to the last day.

    A person is on one register at a time: a place there is one of few, and a second attendance would be one on paper.
    The area is where the person lived when it was recorded; who moves later leaves it there.
    """

    facility = models.ForeignKey(
        Facility, models.PROTECT, related_name="stays", verbose_name="残疾人之家",
        limit_choices_to={"kind__code__in": SERVING_KINDS},
    )  # fmt: skip
    person = models.ForeignKey(Person, models.PROTECT, related_name="facility_stays", verbose_name="服务对象")
    area = models.ForeignKey("accounts.Area", models.PROTECT, related_name="+", verbose_name="登记时所属地区")
    admitted_on = models.DateField("入家日期")
    left_on = models.DateField("退出日期", null=True, blank=True, help_text="在册的留空。")
    leaving_reason = models.CharField(
        "退出原因", max_length=100, blank=True, help_text="如：就业、回家、转到其他机构。"
    )
    remarks = models.CharField("备注", max_length=200, blank=True)

    objects = StayQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "残疾人之家在册人员"
        ordering = ["-id"]
        indexes = [models.Index(fields=["facility", "left_on"], name="standing_stays", condition=Q(cancelled_at=None))]
        constraints = [
            *Entry.Meta.constraints,
            models.UniqueConstraint(
                fields=["person"], condition=Q(cancelled_at__isnull=True, left_on__isnull=True),
                name="one_open_stay_per_person",
                violation_error_message="此人已在一个残疾人之家在册：先登记退出，再登记入家。",
            ),
            models.UniqueConstraint(
                fields=["person", "facility", "admitted_on"], condition=Q(cancelled_at__isnull=True),
                name="one_standing_stay_per_admission",
                violation_error_message="此人同一天入家的登记已经有了，不能重复登记。",
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("admitted_on")), name="stay_left_after_admission",
                violation_error_message="退出日期不能早于入家日期。",
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True, leaving_reason="")
                | (Q(left_on__isnull=False) & ~Q(leaving_reason="")),
                name="stay_left_for_a_reason",
                violation_error_message="退出日期和退出原因要一起填写；在册的都留空。",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.facility} {self.admitted_on:%Y-%m-%d}"


class MonthlyAttendance(Entry):
    """出勤: the days of one month on which the person of a stay was there; 0 when on the register and never there."""

    stay = models.ForeignKey(FacilityStay, models.PROTECT, related_name="attendance", verbose_name="在册登记")
    # The first day of the month.
    month = models.DateField("月份")
    days = models.PositiveSmallIntegerField("出勤天数")

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "月出勤"
        ordering = ["-month", "-id"]
        constraints = [
            *Entry.Meta.constraints,
            models.UniqueConstraint(
                fields=["stay", "month"], condition=Q(cancelled_at__isnull=True),
                name="one_standing_attendance_per_month",
                violation_error_message="这个月的出勤已经登记，不能重复登记。",
            ),
            models.CheckConstraint(
                condition=Q(month__day=1), name="attendance_month_is_a_first_day",
                violation_error_message="月份应为当月 1 日。",
            ),
            models.CheckConstraint(
                condition=Q(days__gte=0, days__lte=28)
                | (Q(days__lte=29) & (~Q(month__month=2) | Q(month__year__in=LEAP_YEARS)))
                | (Q(days__lte=30) & ~Q(month__month=2))
                | (Q(days__lte=31) & ~Q(month__month__in=[2, *THIRTY])),
                name="attendance_days_are_within_the_month",
                violation_error_message="出勤天数不能超过当月的天数。",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.month:%Y-%m} {self.days} 天"
