"""What people are paid: programmes, their standards and checks, rolls and the payments on them.

How a period becomes Payment.month, and in which year a payment counts for the targets (subsidies/payments.py):

monthly allowance   the month itself                      the year of the month, once paid
pension premium     January of the premium year           the premium year, once paid
education grant     September of the school year's start  the year in which it was paid out
insurance           first month of the policy's term      once paid, every year in which the policy is in effect

So one constraint, one live payment per person, programme and month, also says: one premium per person and year, one
grant per student and school year. Policies have their own: nobody twice on one policy, but on two of them in a year.
"""

from datetime import date

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from beneficiaries.models import Grade, HukouType
from lianyungang_cdpf.accounts.scoping import CityWideQuerySet
from lianyungang_cdpf.fields import EncryptedTextField, digest_field
from lianyungang_cdpf.intake.models import A_REASON
from lianyungang_cdpf.intake.periods import FIRST_OF_SCHOOL_YEAR, PERIODS
from lianyungang_cdpf.intake.presentation import FINDINGS, OTHER
from subsidies.approval.models import PERSONAL_DATA as OF_APPROVALS
from subsidies.approval.models import RIGHTS, Approval, ApprovalStep  # noqa: F401 - models of this app
from subsidies.payments import (
    PAID_STATES,
    DetailQuerySet,
    PaymentAcceptanceQuerySet,
    PaymentQuerySet,
    PolicyQuerySet,
    RollQuerySet,
)

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


class Roll(models.Model):
    """花名册: one posted list of payments. Its counts and total always equal its live payments (I1)."""

    class State(models.TextChoices):
        POSTED = "posted", "已入账"
        SUBMITTED = "submitted", "审批中"
        APPROVED = "approved", "待发放"
        PAID = "paid", "已发放"
        ARCHIVED = "archived", "已归档"
        UNDONE = "undone", "已撤销"

    programme = models.ForeignKey(Programme, models.PROTECT, verbose_name="补贴项目", related_name="rolls")
    month = models.DateField("月份")
    # The place of who imported it; for a zone that spans counties the city's node, with the zone beside it.
    area = models.ForeignKey("accounts.Area", models.PROTECT, verbose_name="填报地区", related_name="+")
    zone = models.ForeignKey("accounts.Zone", models.PROTECT, null=True, blank=True, verbose_name="功能板块")
    reference = models.CharField("批次号", max_length=80, unique=True)
    state = models.CharField("状态", max_length=9, choices=State.choices, default=State.POSTED)
    # The step to be taken next while the roll is under way; before submission and after archiving there is none.
    next_step = models.ForeignKey(
        "subsidies.ApprovalStep", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="待办环节"
    )
    round = models.PositiveSmallIntegerField("审批轮次", default=0)
    # From this moment on triggers refuse changes to its payments; empty again once it was returned.
    frozen_at = models.DateTimeField("锁定时间", null=True, blank=True)
    digest = digest_field("发放数据摘要", blank=True)
    row_count = models.PositiveIntegerField("行数", default=0)
    payment_count = models.PositiveIntegerField("发放笔数", default=0)
    total = models.DecimalField("合计金额（元）", max_digits=14, decimal_places=2, default=0)
    job = models.ForeignKey("intake.ImportJob", models.PROTECT, null=True, blank=True, verbose_name="导入批次")
    posted_by = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="+", verbose_name="入账人")
    posted_at = models.DateTimeField("入账时间", auto_now_add=True)
    paid_on = models.DateField("发放日期", null=True, blank=True)
    paid_by = models.ForeignKey(
        "accounts.Staff", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="发放确认人"
    )

    objects = RollQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "花名册"
        ordering = ["-month", "-id"]
        permissions = [
            ("import_roll", "导入花名册"),
            ("post_roll", "花名册入账"),
            *RIGHTS.items(),
            ("call_back_roll", "发放前撤回花名册"),
            ("post_paid_roll", "补录已发放的花名册"),
            ("import_history", "导入历史发放"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["paid", "archived"]) | Q(paid_on__isnull=False), name="roll_paid_has_its_date"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["submitted", "approved"])
                | Q(frozen_at__isnull=False, next_step__isnull=False, round__gt=0),
                name="roll_under_approval_is_frozen",
            ),
            models.CheckConstraint(condition=~Q(state="approved") | ~Q(digest=""), name="approved_roll_has_its_digest"),
        ]

    def __str__(self):
        return f"{self.programme} {self.programme.period_shown(self.month)} {self.reference}"

    @property
    def period(self) -> str:
        """The period as the office writes it."""
        return self.programme.period_shown(self.month)

    @property
    def stands_at(self) -> str:
        """Where the roll stands, to be compared by who looked at it before: another value, another state of affairs."""
        return f"{self.state}.{self.round}.{self.next_step_id or 0}"

    @property
    def steps_taken(self):
        """Who took which step, the first first."""
        return self.approvals.select_related("step", "taken_by").order_by("pk")

    @property
    def is_paid(self) -> bool:
        """Whether its payments have left the office."""
        return self.state in PAID_STATES

    @property
    def standing(self) -> str:
        """The state in words, with the step that it waits for."""
        if self.state == self.State.SUBMITTED:
            return f"{self.get_state_display()}，待{self.next_step}"
        return self.get_state_display()


class InsurancePolicy(models.Model):
    """保单 of a group insurance: who took it out, for what and how long. Whom it insures, its payments say."""

    number = models.CharField("保单号", max_length=60, unique=True)
    product = models.CharField("保险产品", max_length=60, blank=True)
    insurer = models.CharField("保险公司", max_length=60, blank=True)
    starts_on = models.DateField("保险起期")
    ends_on = models.DateField("保险止期", help_text="最后一个有保障的日期。")
    premium = models.DecimalField("每人保费（元）", max_digits=10, decimal_places=2)
    area = models.ForeignKey("accounts.Area", models.PROTECT, related_name="+", verbose_name="投保地区")

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "保单"
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="policy_dates_in_order"),
            models.CheckConstraint(condition=Q(premium__gt=0), name="policy_premium_positive"),
            models.CheckConstraint(condition=~Q(number=""), name="policy_has_a_number"),
        ]

    def __str__(self):
        return self.number


class Payment(models.Model):
    """One payment to one person, or for them, for one period, with area, standard and account as of posting.

    How a period becomes `month`, the module's docstring says. Not live = undone.
    """

    roll = models.ForeignKey(Roll, models.PROTECT, related_name="payments", verbose_name="花名册")
    sheet = models.CharField("工作表", max_length=64, blank=True)
    row = models.PositiveIntegerField("行号", null=True, blank=True)
    person = models.ForeignKey("beneficiaries.Person", models.PROTECT, related_name="payments", verbose_name="残疾人")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name="补贴项目")
    month = models.DateField("所属月份")
    amount = models.DecimalField("金额（元）", max_digits=10, decimal_places=2)
    area = models.ForeignKey("accounts.Area", models.PROTECT, related_name="+", verbose_name="所属地区")
    standard = models.ForeignKey(Standard, models.SET_NULL, null=True, blank=True, verbose_name="适用标准")
    standard_amount = models.DecimalField("适用标准（元）", max_digits=10, decimal_places=2, null=True, blank=True)
    account_no = EncryptedTextField("银行账号")
    account_digest = digest_field("银行账号摘要", blank=True)
    account_holder = models.CharField("户名", max_length=60, blank=True)
    live = models.BooleanField("有效", default=True)
    policy = models.ForeignKey(
        InsurancePolicy, models.PROTECT, null=True, blank=True, related_name="payments", verbose_name="保单"
    )
    # Whom the roll named when it was submitted; `person` follows when two records of a person become one.
    payee = models.BigIntegerField("提交时的档案编号", null=True, blank=True)
    returned_on = models.DateField("银行退回日期", null=True, blank=True)
    return_reason = models.CharField("退回原因", max_length=100, blank=True, default="", db_default="")

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "补贴发放"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount_positive"),
            models.UniqueConstraint(
                fields=["programme", "month", "person"],
                condition=Q(live=True, policy__isnull=True),
                name="one_live_payment_per_person_programme_month",
            ),
            models.UniqueConstraint(
                fields=["policy", "person"],
                condition=Q(live=True, policy__isnull=False),
                name="one_live_insurance_per_person_and_policy",
            ),
            models.CheckConstraint(condition=Q(area__isnull=False), name="payment_has_an_area"),
            models.CheckConstraint(condition=Q(roll__isnull=False), name="payment_has_a_roll"),
            models.CheckConstraint(
                condition=Q(returned_on__isnull=True, return_reason="")
                | Q(returned_on__isnull=False) & ~Q(return_reason=""),
                name="payment_returned_has_day_and_reason",
                violation_error_message="退回日期和退回原因要同时填写。",
            ),
        ]
        indexes = [models.Index(fields=["account_digest"], name="payment_account")]

    def __str__(self):
        return f"{self.month:%Y-%m} {self.amount}元"


class PaymentAcceptance(models.Model):
    """Why a payment was made against a check: written by a reviewer before posting, never changed after."""

    payment = models.OneToOneField(Payment, models.PROTECT, related_name="acceptance", verbose_name="补贴发放")
    codes = models.CharField("接受的问题", max_length=300)
    reason = models.CharField("接受理由", max_length=300)
    accepted_by = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="+", verbose_name="接受人")
    accepted_at = models.DateTimeField("接受时间")
    # Who prepared the row: copied, so that the database can hold preparer and reviewer apart.
    uploaded_by = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="+", verbose_name="上传人")
    corrected_by = models.ForeignKey(
        "accounts.Staff", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="改正人"
    )

    objects = PaymentAcceptanceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "发放例外"
        ordering = ["payment"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__regex=A_REASON) & ~Q(codes=""), name="payment_acceptance_has_its_reason"
            ),
            models.CheckConstraint(
                condition=~Q(accepted_by=models.F("uploaded_by")), name="payment_accepted_by_another_than_uploaded_it"
            ),
            models.CheckConstraint(
                condition=Q(corrected_by__isnull=True) | ~Q(accepted_by=models.F("corrected_by")),
                name="payment_accepted_by_another_than_corrected_it",
            ),
        ]

    def __str__(self):
        return "、".join(FINDINGS.get(code, OTHER)[0] for code in self.codes.split(","))


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


PERSONAL_DATA = OF_APPROVALS | {
    PaymentAcceptance: {
        "id": "record", "payment": "record", "codes": "sensitive", "reason": "personal", "accepted_by": "record",
        "accepted_at": "record", "uploaded_by": "record", "corrected_by": "record",
    },
    Payment: {
        "id": "record", "roll": "record", "sheet": "record", "row": "record", "person": "record",
        "programme": "sensitive", "month": "record", "amount": "sensitive", "area": "personal", "standard": "record",
        "standard_amount": "sensitive", "account_no": "secret", "account_digest": "derived",
        "account_holder": "personal", "live": "record", "policy": "sensitive", "payee": "record",
        "returned_on": "sensitive", "return_reason": "sensitive",
    },
    PensionPremium: {
        "id": "record", "payment": "record", "year": "record", "tier": "sensitive", "insured_place": "personal",
        "receipt_no": "personal", "confirmed_on": "record",
    },
    InsurancePolicy: {
        "id": "record", "number": "record", "product": "record", "insurer": "record", "starts_on": "record",
        "ends_on": "record", "premium": "record", "area": "record",
    },
    EducationGrant: {
        "id": "record", "payment": "record", "school_year": "record", "school": "personal", "stage": "personal",
        "student_no": "secret", "kind": "sensitive", "parent": "sensitive",
    },
}  # fmt: skip
