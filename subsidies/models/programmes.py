"""Programmes, how severe their checks are, and what they pay."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from beneficiaries.models import Grade, HukouType
from lianyungang_cdpf.accounts.scoping import CityWideQuerySet
from lianyungang_cdpf.intake.periods import PERIODS
from lianyungang_cdpf.intake.presentation import FINDINGS, OTHER

MONTH_AND_DAY = "(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"


class PeriodType(models.TextChoices):
    """What one payment of a programme is for."""

    MONTH = "month", "按月"
    YEAR = "year", "按年度"
    SCHOOL_YEAR = "school_year", "按学年"
    POLICY = "policy", "按保险期间"


class RollType(models.TextChoices):
    """The form of a programme's lists."""

    MONTHLY = "monthly", "月度补贴花名册"
    PENSION = "pension", "养老保险代缴名单"
    INSURANCE = "insurance", "投保清单"
    EDUCATION = "education", "教育补贴名册"


# A premium is by the year, a grant by the school year: the lists' columns say so.
PERIOD_OF_ROLL = {
    RollType.MONTHLY: PeriodType.MONTH,
    RollType.PENSION: PeriodType.YEAR,
    RollType.INSURANCE: PeriodType.POLICY,
    RollType.EDUCATION: PeriodType.SCHOOL_YEAR,
}


class Programme(models.Model):
    """A subsidy that is paid by rolls. `eligibility` has the form of the reading rules' standards file:

    {"certificate": [{"grades": [1, 2] | null, "categories": [5, 6] | null}, ...], "household_status": [...] | null}

    Ages are full years, both included, on the day `age_on` (MM-DD) of the period's first year; blank is no limit.
    """

    code = models.SlugField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=60)
    # Words by which titles and file names call the programme, besides its name.
    words = models.JSONField("简称", default=list, blank=True)
    eligibility = models.JSONField("享受条件", default=dict, blank=True)
    roll_type = models.CharField("名册形式", max_length=9, choices=RollType.choices, default=RollType.MONTHLY)
    period = models.CharField("发放周期", max_length=11, choices=PeriodType.choices, default=PeriodType.MONTH)
    age_from = models.PositiveSmallIntegerField("最小年龄（周岁）", null=True, blank=True)
    age_to = models.PositiveSmallIntegerField("最大年龄（周岁）", null=True, blank=True)
    age_on = models.CharField(
        "年龄计算日", max_length=5, default="12-31", validators=[RegexValidator(MONTH_AND_DAY, "写成 12-31 的样子。")]
    )
    position = models.PositiveSmallIntegerField("排序", default=0)

    objects = CityWideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "补贴项目"
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(age_from__isnull=True) | Q(age_to__isnull=True) | Q(age_to__gte=models.F("age_from")),
                name="programme_ages_in_order",
                violation_error_message="最大年龄不能小于最小年龄。",
            ),
            models.CheckConstraint(
                condition=Q(
                    *(Q(roll_type=roll.value, period=period.value) for roll, period in PERIOD_OF_ROLL.items()),
                    _connector=Q.OR,
                ),
                name="programme_period_fits_its_roll",
                violation_error_message="发放周期与名册形式不符。",
            ),
        ]

    def __str__(self):
        return self.name

    def period_shown(self, month) -> str:
        """How the office writes the period of a payment: 2019-03, 2019年度, 2019-2020学年."""
        return PERIODS[self.period].shown(month)


class Severity(models.TextChoices):
    ERROR = "error", "错误（不能入账）"
    WARNING = "warning", "提醒（可以入账）"
    IGNORE = "ignore", "不检查"


# What a programme may let a reviewer accept row by row. Nothing else: without a person, a place or a standard amount
# there is nobody or nothing to pay, the dead are not paid, and the database says no to a month paid twice.
ACCEPTABLE = ("NAME_MISMATCH", "CERT_MISMATCH", "CERT_EXPIRED", "CERT_CANCELLED", "BANK_LUHN")


class ProgrammeCheck(models.Model):
    """How severe a check is for a programme, and whether a reviewer may accept a row against it.

    A check without a row here is an error that nobody accepts.
    """

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="checks", verbose_name="补贴项目")
    code = models.CharField("检查", max_length=24)
    severity = models.CharField("严重程度", max_length=8, choices=Severity.choices, default=Severity.ERROR)
    acceptable = models.BooleanField("审核可接受", default=False)

    objects = CityWideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "检查项"
        ordering = ["programme", "id"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "code"], name="one_severity_per_programme_and_check"),
            models.CheckConstraint(
                condition=Q(acceptable=False) | Q(code__in=ACCEPTABLE), name="only_harmless_checks_are_acceptable"
            ),
        ]

    def __str__(self):
        return f"{self.programme}：{FINDINGS.get(self.code, OTHER)[0]}"


class Standard(models.Model):
    """补贴标准 in yuan for one period of the programme: a month, a year, a school year, a policy.

    Blank grade, area, hukou and class fit everybody; the most specific one wins.
    """

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="standards", verbose_name="补贴项目")
    effective_from = models.DateField("起始月份", help_text="填当月1日。")
    effective_to = models.DateField(
        "截止月份", null=True, blank=True, help_text="填最后一个月的1日；留空表示一直有效。"
    )
    grade = models.PositiveSmallIntegerField("残疾等级", choices=Grade.choices, null=True, blank=True)
    area = models.ForeignKey("accounts.Area", models.PROTECT, null=True, blank=True, verbose_name="地区")
    hukou_type = models.CharField("户口性质", max_length=5, choices=HukouType.choices, blank=True)
    household_class = models.CharField("对象类别", max_length=20, blank=True)
    amount = models.DecimalField("标准（元）", max_digits=10, decimal_places=2)
    source_document = models.CharField("依据文件", max_length=100, blank=True)

    objects = CityWideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "补贴标准"
        ordering = ["programme", "-effective_from", "grade"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="standard_amount_positive", violation_error_message="标准必须大于零。"
            ),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True) | Q(effective_to__gte=models.F("effective_from")),
                name="standard_dates_in_order",
                violation_error_message="截止月份不能早于起始月份。",
            ),
        ]

    def __str__(self):
        return f"{self.programme} {self.effective_from:%Y-%m} {self.amount}元"
