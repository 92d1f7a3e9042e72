"""Rolls, policies, and the payments on them."""

from django.db import models
from django.db.models import Q

from lianyungang_cdpf.fields import EncryptedTextField, SealField, digest_field
from lianyungang_cdpf.intake.models import A_REASON
from lianyungang_cdpf.intake.presentation import FINDINGS, OTHER
from subsidies.approval.models import RIGHTS
from subsidies.models.programmes import PeriodType, Programme, Standard
from subsidies.payments import PAID_STATES, PaymentAcceptanceQuerySet, PaymentQuerySet, PolicyQuerySet, RollQuerySet


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
    def money(self) -> str:
        """The sum as people read it, in yuan."""
        return f"{self.total:,.2f}"

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
    # No index of its own: half of the table has the same one, and that of live payments begins with it.
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name="补贴项目", db_index=False)
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
    seal = SealField("封签", of=("roll_id", "programme_id", "month", "person_id"))

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

    @property
    def is_back_pay(self) -> bool:
        """补发: a monthly payment of another month than its roll's."""
        return self.programme.period == PeriodType.MONTH and self.month != self.roll.month

    @property
    def period(self) -> str:
        """What it is for, as the office writes it: 2019-03, or 2019-01（补发）."""
        return self.programme.period_shown(self.month) + ("（补发）" if self.is_back_pay else "")


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
