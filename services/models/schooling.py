"""义务教育: where each disabled child of school age goes to school in a school year, or why they do not."""

from datetime import date

from django.db import models
from django.db.models import Q

from lianyungang_cdpf.fields import EncryptedTextField, SealField
from services.counting import ServiceQuerySet
from services.models.records import Service

FIRST_MONTH = 9


class Schooling(models.TextChoices):
    INCLUSIVE_CLASS = "inclusive_class", "随班就读"
    SPECIAL_SCHOOL = "special_school", "特教学校或特教班"
    HOME_TEACHING = "home_teaching", "送教上门"
    NOT_ENROLLED = "not_enrolled", "未入学"
    DEFERRED = "deferred", "批准延缓或免予入学"


ENROLLED = (Schooling.INCLUSIVE_CLASS, Schooling.SPECIAL_SCHOOL, Schooling.HOME_TEACHING)


def school_year_of(day: date) -> int:
    """The year in whose September the school year of the day began."""
    return day.year if day.month >= FIRST_MONTH else day.year - 1


class SchoolEnrolment(Service):
    """适龄残疾儿童少年入学情况: one line of the roster of a school year; school_year 2019 is 2019—2020 学年."""

    WORDS = {"served_on": "登记日期", "amount": "资助金额（元）"}

    school_year = models.PositiveSmallIntegerField("学年", help_text="学年开始的年份：2019—2020 学年填 2019。")
    schooling = models.CharField("就读方式", max_length=16, choices=Schooling.choices)
    school = models.CharField("学校", max_length=100, blank=True, help_text="送教上门的填写派出教师的学校。")
    school_grade = models.CharField("年级", max_length=20, blank=True)
    # Often the letter G and the ID number.
    student_no = EncryptedTextField("学籍号")
    reason = models.CharField(
        "未入学原因", max_length=100, blank=True, help_text="延缓或免予入学的写明批准机关和文号。"
    )
    seal = SealField("封签", of=("service_ptr_id",))

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "适龄儿童入学"
        constraints = [
            models.CheckConstraint(
                condition=~Q(schooling__in=["inclusive_class", "special_school", "home_teaching"]) | ~Q(school=""),
                name="enrolment_names_its_school",
                violation_error_message="已入学的请填写学校。",
            ),
            models.CheckConstraint(
                condition=~Q(schooling__in=["not_enrolled", "deferred"]) | ~Q(reason=""),
                name="absence_from_school_has_its_reason",
                violation_error_message="没有入学的请填写原因。",
            ),
            models.CheckConstraint(
                condition=Q(school_year__range=(2000, 2099)),
                name="enrolment_in_a_school_year",
                violation_error_message="学年填写开始的年份，如 2019。",
            ),
        ]

    def day_it_counts(self):
        """The day of the roster, of children who go to school."""
        return self.served_on if self.schooling in ENROLLED else None

    def what_it_is(self) -> str:
        """A child stands once in the roster of a school year; who changes the school is corrected."""
        return f"{self.school_year}—{int(self.school_year) + 1} 学年"
