"""就业: courses attended to the end, new employment, supported employment."""

from django.db import models
from django.db.models import F, Q

from services.counting import AttendanceQuerySet, ServiceQuerySet
from services.models.courses import TrainingCourse
from services.models.records import Service


class CourseAttendance(Service):
    """实名制培训: one person on one course, counted by the day on which they finished; who did not, does not count.

    course          the course, of which what is taught, by whom and when are then kept here too: the base record is
                    what is counted and listed. `settle` brings both in step; records older than courses have none
    hours           课时 of the whole course
    attended_hours  of those the ones that this person was there
    """

    WORDS = {
        "served_on": "开班日期", "ended_on": "培训结束日期", "institution": "培训机构", "content": "培训项目",
        "amount": "培训补贴（元）",
    }  # fmt: skip

    course = models.ForeignKey(
        TrainingCourse, models.PROTECT, null=True, blank=True, related_name="attendances", verbose_name="培训班",
        help_text="选了培训班的，培训项目、机构、日期和课时以培训班为准，可以留空。",
    )  # fmt: skip
    level = models.CharField("培训等级", max_length=40, blank=True)
    hours = models.PositiveSmallIntegerField("课时", null=True, blank=True)
    attended_hours = models.PositiveSmallIntegerField("实到课时", null=True, blank=True)
    completed_on = models.DateField("结业日期", null=True, blank=True, help_text="没有结业的不填，不计入进度。")
    certificate_no = models.CharField("证书编号", max_length=60, blank=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "实名制培训"
        constraints = [
            models.CheckConstraint(
                condition=Q(certificate_no="") | Q(completed_on__isnull=False),
                name="course_certificate_is_of_who_finished",
                violation_error_message="填写了证书编号的，请填写结业日期。",
            ),
            models.CheckConstraint(
                condition=Q(attended_hours__isnull=True) | Q(hours__isnull=True) | Q(attended_hours__lte=F("hours")),
                name="course_attended_no_longer_than_held",
                violation_error_message="实到课时不能多于课时。",
            ),
        ]

    def hold_still(self):
        """The course as it stands now."""
        if self.course_id:
            self.course = TrainingCourse.objects.select_for_update(of=("self",)).get(pk=self.course_id)
        return self

    def settle(self):
        """With what the course says, where it says it."""
        if (course := self.course) is not None:
            self.content, self.institution, self.served_on = course.key
            self.ended_on, self.hours = course.ends_on or self.ended_on, course.hours or self.hours
            self.level = self.level or course.level
        return super().settle()

    @property
    def finished_early(self) -> bool:
        """Whether it says that they finished before the last day: nobody has while it goes on (unverified)."""
        return bool(self.completed_on and self.ended_on and self.completed_on < self.ended_on)

    def day_it_counts(self):
        """The day on which they finished."""
        return self.completed_on

    def what_it_is(self) -> str:
        """A course: its first day, what is taught and by whom."""
        return f"{self.served_on:%Y-%m-%d} {self.content} {self.institution}".strip()


class EmploymentForm(models.TextChoices):
    """How somebody is employed, as the real-name system lists it (facts.md 4.1 B 就业途径; the list unverified)."""

    QUOTA = "quota", "按比例就业"
    CONCENTRATED = "concentrated", "集中就业"
    SELF_EMPLOYED = "self_employed", "自主创业"
    FLEXIBLE = "flexible", "灵活就业"
    PUBLIC_POST = "public_post", "公益性岗位"
    FARMING = "farming", "农村种养加"
    OTHER = "other", "其他"


class NewEmployment(Service):
    """新增实名制就业. An employment with `was_employed` is on file and does not count.

    Others that were going on at the end of the year before are found when the year is counted
    (ServiceQuerySet.newly_employed_in): they may be recorded later.
    """

    WORDS = {
        "served_on": "就业起始日期", "ended_on": "离职日期", "institution": "就业单位", "content": "岗位",
        "amount": "就业补贴（元）",
    }  # fmt: skip

    form = models.CharField("就业形式", max_length=13, choices=EmploymentForm.choices, default=EmploymentForm.OTHER)
    contract_no = models.CharField("合同编号", max_length=60, blank=True)
    contract_until = models.DateField("合同截止日期", null=True, blank=True)
    is_insured = models.BooleanField("已参加社会保险", null=True, blank=True)
    was_employed = models.BooleanField(
        "上年末已就业", default=False, help_text="就业之前的那个 12 月 31 日已经就业的勾选，不计入新增就业。"
    )

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "新增就业"

    def day_it_counts(self):
        """The first day of work, of who had none at the end of the year before."""
        return None if self.was_employed else self.served_on

    def what_it_is(self) -> str:
        """An employer from a day on."""
        return f"{self.served_on:%Y-%m-%d} {self.institution}".strip()


class SupportedEmployment(Service):
    """辅助性就业 in an organisation, often a 残疾人之家 (残联发〔2015〕27号 art. 1 says for whom it is)."""

    WORDS = {
        "served_on": "上岗日期", "ended_on": "离岗日期", "institution": "辅助性就业机构", "content": "劳动项目",
        "amount": "就业补贴（元）",
    }  # fmt: skip

    agreement_no = models.CharField("协议编号", max_length=60, blank=True)
    monthly_hours = models.PositiveSmallIntegerField("每月劳动时数", null=True, blank=True)
    monthly_pay = models.DecimalField("每月劳动报酬（元）", max_digits=8, decimal_places=2, null=True, blank=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "辅助性就业"
        constraints = [
            models.CheckConstraint(
                condition=Q(monthly_hours__isnull=True) | Q(monthly_hours__range=(1, 744)),
                name="supported_hours_fit_in_a_month",
                violation_error_message="每月劳动时数应在 1 至 744 小时之间。",
            ),
            models.CheckConstraint(
                condition=Q(monthly_pay__isnull=True) | Q(monthly_pay__gte=0),
                name="supported_pay_not_negative",
                violation_error_message="劳动报酬不能小于零。",
            ),
        ]

    def what_it_is(self) -> str:
        """An organisation from a day on."""
        return f"{self.served_on:%Y-%m-%d} {self.institution}".strip()
