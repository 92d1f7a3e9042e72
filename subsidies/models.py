"""What people are paid: programmes, their standards and checks, monthly rolls and the payments on them."""

from django.db import models
from django.db.models import Q

from beneficiaries.models import Grade, HukouType
from lianyungang_cdpf.accounts.scoping import CityWideQuerySet
from lianyungang_cdpf.fields import EncryptedTextField, digest_field
from lianyungang_cdpf.intake.models import A_REASON
from lianyungang_cdpf.intake.presentation import FINDINGS, OTHER
from subsidies.payments import PaymentAcceptanceQuerySet, PaymentQuerySet, RollQuerySet


class Programme(models.Model):
    """A subsidy that is paid by monthly rolls. `eligibility` has the form of the reading rules' standards file:

    {"certificate": [{"grades": [1, 2] | null, "categories": [5, 6] | null}, ...], "household_status": [...] | null}
    """

    code = models.SlugField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=60)
    # Words by which titles and file names call the programme, besides its name.
    words = models.JSONField("简称", default=list, blank=True)
    eligibility = models.JSONField("享受条件", default=dict, blank=True)
    position = models.PositiveSmallIntegerField("排序", default=0)

    objects = CityWideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "补贴项目"
        ordering = ["position", "code"]

    def __str__(self):
        return self.name


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
    """补贴标准 in yuan a month. Blank grade, area, hukou and class fit everybody; the most specific one wins."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="standards", verbose_name="补贴项目")
    effective_from = models.DateField("起始月份", help_text="填当月1日。")
    effective_to = models.DateField(
        "截止月份", null=True, blank=True, help_text="填最后一个月的1日；留空表示一直有效。"
    )
    grade = models.PositiveSmallIntegerField("残疾等级", choices=Grade.choices, null=True, blank=True)
    area = models.ForeignKey("accounts.Area", models.PROTECT, null=True, blank=True, verbose_name="地区")
    hukou_type = models.CharField("户口性质", max_length=5, choices=HukouType.choices, blank=True)
    household_class = models.CharField("对象类别", max_length=20, blank=True)
    amount = models.DecimalField("月标准（元）", max_digits=10, decimal_places=2)
    source_document = models.CharField("依据文件", max_length=100, blank=True)

    objects = CityWideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "补贴标准"
        ordering = ["programme", "-effective_from", "grade"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="standard_amount_positive", violation_error_message="月标准必须大于零。"
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
        PAID = "paid", "已发放"
        UNDONE = "undone", "已撤销"

    programme = models.ForeignKey(Programme, models.PROTECT, verbose_name="补贴项目", related_name="rolls")
    month = models.DateField("月份")
    # The place of who imported it; for a zone that spans counties the city's node, with the zone beside it.
    area = models.ForeignKey("accounts.Area", models.PROTECT, verbose_name="填报地区", related_name="+")
    zone = models.ForeignKey("accounts.Zone", models.PROTECT, null=True, blank=True, verbose_name="功能板块")
    reference = models.CharField("批次号", max_length=80, unique=True)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.POSTED)
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
            ("mark_roll_paid", "标记花名册已发放"),
            ("import_history", "导入历史发放"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="paid") | Q(paid_on__isnull=False), name="roll_paid_has_its_date"
            ),
        ]

    def __str__(self):
        return f"{self.programme} {self.month:%Y-%m} {self.reference}"


class Payment(models.Model):
    """One month's payment to one person, with area, standard and account as of posting. Not live = undone."""

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

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "补贴发放"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount_positive"),
            models.UniqueConstraint(
                fields=["programme", "month", "person"],
                condition=Q(live=True),
                name="one_live_payment_per_person_programme_month",
            ),
            models.CheckConstraint(condition=Q(area__isnull=False), name="payment_has_an_area"),
            models.CheckConstraint(condition=Q(roll__isnull=False), name="payment_has_a_roll"),
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


PERSONAL_DATA = {
    PaymentAcceptance: {
        "id": "record", "payment": "record", "codes": "sensitive", "reason": "personal", "accepted_by": "record",
        "accepted_at": "record", "uploaded_by": "record", "corrected_by": "record",
    },
    Payment: {
        "id": "record", "roll": "record", "sheet": "record", "row": "record", "person": "record",
        "programme": "sensitive", "month": "record", "amount": "sensitive", "area": "personal", "standard": "record",
        "standard_amount": "sensitive", "account_no": "secret", "account_digest": "derived",
        "account_holder": "personal", "live": "record",
    },
}  # fmt: skip
