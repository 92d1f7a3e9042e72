"""What a payment of a premium or a grant says besides."""

from datetime import date

from django.db import models
from django.db.models import Q

from lianyungang_cdpf.fields import EncryptedTextField, SealField
from lianyungang_cdpf.intake.periods import FIRST_OF_SCHOOL_YEAR, PERIODS
from subsidies.models.rolls import Payment
from subsidies.payments import DetailQuerySet


class PensionPremium(models.Model):
    """What the list of premiums says beside the payment. Of an undone payment it counts for nothing."""

    payment = models.OneToOneField(Payment, models.PROTECT, related_name="premium", verbose_name="代缴记录")
    year = models.PositiveSmallIntegerField("缴费年度")
    tier = models.CharField("代缴档次", max_length=30, blank=True)
    insured_place = models.CharField("参保地", max_length=60, blank=True)
    receipt_no = models.CharField("缴费回执号", max_length=60, blank=True)
    confirmed_on = models.DateField("到账日期", null=True, blank=True)

    objects = DetailQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "养老保险代缴"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(year__gte=2000, year__lte=2099), name="premium_year_of_this_century"),
        ]

    def __str__(self):
        return f"{self.year}年度"


class Stage(models.TextChoices):
    """学段; standards name it as their class."""

    PRESCHOOL = "学前", "学前"
    PRIMARY = "小学", "小学"
    JUNIOR = "初中", "初中"
    SENIOR = "高中", "高中（含中职）"
    COLLEGE = "大专以上", "大专以上"


class StudentKind(models.TextChoices):
    DISABLED = "disabled_student", "残疾学生"
    CHILD = "child_of_disabled", "残疾人家庭子女"


class EducationGrant(models.Model):
    """教育专项补贴 of one student and school year (its first year: 2019 is 2019-2020).

    A child of a disabled parent need not be disabled: then the parent whose certificate was judged is kept here.
    """

    payment = models.OneToOneField(Payment, models.PROTECT, related_name="grant", verbose_name="发放记录")
    school_year = models.PositiveSmallIntegerField("学年")
    school = models.CharField("学校", max_length=80, blank=True)
    stage = models.CharField("学段", max_length=4, choices=Stage.choices)
    student_no = EncryptedTextField("学籍号")
    kind = models.CharField("学生类别", max_length=17, choices=StudentKind.choices)
    parent = models.ForeignKey(
        "beneficiaries.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="残疾家长"
    )
    seal = SealField("封签", of=("payment_id", "school_year"))

    objects = DetailQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "教育补贴"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="disabled_student") | Q(parent__isnull=False), name="grant_of_a_child_names_the_parent"
            ),
            models.CheckConstraint(
                condition=Q(school_year__gte=2000, school_year__lte=2099), name="grant_school_year_of_this_century"
            ),
        ]

    def __str__(self):
        return PERIODS["school_year"].shown(date(self.school_year, FIRST_OF_SCHOOL_YEAR, 1))
