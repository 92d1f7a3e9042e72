"""追缴: a case of one person and programme, the payments that it claims, and the ledger of what became of the claim.

balance = claimed - refunded - offset - written off, never below zero; a case is closed exactly at zero. The sums of a
case are copies of its ledger, kept by the deeds under a lock and compared with it by check_invariants (I8): only so
can a constraint hold the state of a case to its money.

The ledger says what came in; what came in is set against the months in their order, the earliest first
(RecoveryLine.recovered), so that the money of a roll or a month can be told net of what came back (money.py).
"""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from lianyungang_cdpf.accounts.scoping import ScopedQuerySet
from lianyungang_cdpf.intake.models import A_REASON
from lianyungang_cdpf.purposes import Uses
from subsidies.purposes import RECOVER
from subsidies.stop_reasons import StopReason

NOTE_LENGTH = 300
STAFF = "accounts.Staff"


class RecoveryCaseQuerySet(ScopedQuerySet):
    """Cases are seen by the place that paid, as the payments are."""

    def standing(self):
        """Cases that were not taken back as opened by mistake."""
        return self.exclude(state="cancelled")

    def overdue(self, today):
        """Open cases whose day has passed."""
        return self.filter(state="open", due_on__lt=today)


class OfCaseQuerySet(ScopedQuerySet):
    """What belongs to a case is seen with the case."""

    area_path = "case__area"


class RecoveryLineQuerySet(OfCaseQuerySet):
    """Payments claimed."""

    def live(self):
        """Claims of cases that stand."""
        return self.filter(live=True)


class RecoveryEntryQuerySet(OfCaseQuerySet):
    """The ledger."""

    def standing(self):
        """Entries that count: neither reversed nor themselves a reversal."""
        return self.filter(reversal__isnull=True).exclude(kind="reversal")


class RecoveryCase(models.Model):
    """追缴案件: money of one programme that one person, or who acts for them, has to give back."""

    class State(models.TextChoices):
        OPEN = "open", "追缴中"
        SETTLED = "settled", "已结清"
        WRITTEN_OFF = "written_off", "已核销"
        CANCELLED = "cancelled", "已撤销"

    person = models.ForeignKey("beneficiaries.Person", models.PROTECT, related_name="recoveries", verbose_name="残疾人")
    programme = models.ForeignKey("subsidies.Programme", models.PROTECT, related_name="+", verbose_name="补贴项目")
    # That of the last payment claimed: whoever paid wrongly gets it back, wherever the person lives now.
    area = models.ForeignKey("accounts.Area", models.PROTECT, related_name="+", verbose_name="所属地区")
    reason = models.CharField("错发原因", max_length=24, choices=StopReason.choices)
    note = models.CharField("情况说明", max_length=NOTE_LENGTH, blank=True)
    opened_by = models.ForeignKey(STAFF, models.PROTECT, related_name="+", verbose_name="立案人")
    opened_at = models.DateTimeField("立案时间", default=timezone.now)
    due_on = models.DateField("追缴期限")
    state = models.CharField("状态", max_length=11, choices=State.choices, default=State.OPEN)
    claimed = models.DecimalField("应追缴（元）", max_digits=12, decimal_places=2)
    refunded = models.DecimalField("已退缴（元）", max_digits=12, decimal_places=2, default=0)
    offset = models.DecimalField("已抵扣（元）", max_digits=12, decimal_places=2, default=0)
    written_off = models.DecimalField("已核销（元）", max_digits=12, decimal_places=2, default=0)
    balance = models.DecimalField("未追回（元）", max_digits=12, decimal_places=2)
    cancel_reason = models.CharField("撤销原因", max_length=NOTE_LENGTH, blank=True)
    cancelled_by = models.ForeignKey(
        STAFF, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="撤销人"
    )
    cancelled_at = models.DateTimeField("撤销时间", null=True, blank=True)

    objects = RecoveryCaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "追缴"
        ordering = ["-id"]
        permissions = [
            ("recover_payment", "立案追缴、登记抵扣、提出核销"),
            ("enter_refund", "登记退缴"),
            ("approve_write_off", "审批追缴核销"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(balance__gte=0),
                name="recovery_balance_not_below_zero",
                violation_error_message="退缴、抵扣、核销合计不能超过应追缴金额。",
            ),
            # By whole columns: SQLite adds decimals as floating-point numbers.
            models.CheckConstraint(
                condition=Q(state="open", balance__gt=0)
                | Q(state="settled", balance=0, claimed__gt=0, written_off=0)
                | Q(state="written_off", balance=0, written_off__gt=0)
                | Q(state="cancelled", balance=0, claimed=0, refunded=0, offset=0, written_off=0),
                name="recovery_state_says_what_its_money_says",
                violation_error_message="追缴状态与余额不符。",
            ),
            models.CheckConstraint(
                condition=Q(refunded__gte=0, offset__gte=0, written_off__gte=0),
                name="recovery_sums_not_below_zero",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled")
                | Q(cancelled_by__isnull=False, cancelled_at__isnull=False, cancel_reason__regex=A_REASON),
                name="recovery_cancelled_has_its_reason",
                violation_error_message="请写明撤销原因，至少五个字。",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="recovery_state_due")]

    def __str__(self):
        return f"{self.programme}追缴 {self.pk}"

    @property
    def recovered(self):
        """What came back, in yuan."""
        return self.refunded + self.offset

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    def is_overdue(self, today) -> bool:
        """Whether the day has passed and something is still to come back."""
        return self.is_open and self.due_on < today


class RecoveryLine(models.Model):
    """A payment that a case claims, or a part of it."""

    case = models.ForeignKey(RecoveryCase, models.PROTECT, related_name="lines", verbose_name="追缴案件")
    payment = models.ForeignKey(
        "subsidies.Payment", models.PROTECT, related_name="recovery_lines", verbose_name="错发的补贴"
    )
    month = models.DateField("所属月份")
    # What was paid, copied: the database then holds the claim to it.
    paid = models.DecimalField("已发放（元）", max_digits=10, decimal_places=2)
    amount = models.DecimalField("应追缴（元）", max_digits=10, decimal_places=2)
    recovered = models.DecimalField("已追回（元）", max_digits=10, decimal_places=2, default=0)
    live = models.BooleanField("有效", default=True)

    objects = RecoveryLineQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "追缴明细"
        ordering = ["month", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["payment"],
                condition=Q(live=True),
                name="one_live_claim_per_payment",
                violation_error_message="这笔发放已经立案追缴。",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, amount__lte=F("paid")),
                name="recovery_claims_at_most_what_was_paid",
                violation_error_message="追缴金额必须大于零，且不超过该月发放金额。",
            ),
            models.CheckConstraint(
                condition=Q(recovered__gte=0, recovered__lte=F("amount")),
                name="recovery_of_a_month_within_its_claim",
            ),
        ]

    def __str__(self):
        return f"{self.month:%Y-%m} {self.amount}元"


class WriteOffProposal(models.Model):
    """核销申请: what cannot be got back is written off by another than who proposed it."""

    class State(models.TextChoices):
        PENDING = "pending", "待审批"
        APPROVED = "approved", "已批准"
        REFUSED = "refused", "未批准"

    case = models.ForeignKey(RecoveryCase, models.PROTECT, related_name="proposals", verbose_name="追缴案件")
    amount = models.DecimalField("核销金额（元）", max_digits=12, decimal_places=2)
    reason = models.CharField("核销理由", max_length=NOTE_LENGTH)
    proposed_by = models.ForeignKey(STAFF, models.PROTECT, related_name="+", verbose_name="申请人")
    proposed_at = models.DateTimeField("申请时间", default=timezone.now)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.PENDING)
    decided_by = models.ForeignKey(
        STAFF, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审批人"
    )
    decided_at = models.DateTimeField("审批时间", null=True, blank=True)
    answer = models.CharField("审批意见", max_length=NOTE_LENGTH, blank=True)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "核销申请"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="write_off_decided_by_another_than_proposed_it",
                violation_error_message="申请核销的人不能审批它。",
            ),
            models.CheckConstraint(
                condition=Q(state="pending", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state="pending") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="write_off_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, reason__regex=A_REASON) & (~Q(state="refused") | Q(answer__regex=A_REASON)),
                name="write_off_has_amount_and_reason",
                violation_error_message="请写明理由，至少五个字。",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state="pending"),
                name="one_pending_write_off_per_case",
                violation_error_message="已有一笔核销等待审批。",
            ),
        ]

    def __str__(self):
        return f"核销 {self.amount}元 {self.get_state_display()}"


NO_OTHER = {"payment__isnull": True, "proposal__isnull": True, "reverses__isnull": True}


class RecoveryEntry(models.Model):
    """One line of a case's ledger. Never changed, never deleted (triggers): what was wrong is reversed by another.

    offset  抵扣 against a later payment that was made: finance held the amount back when paying, or took it in from
            who got the payment. The roll, its print and the bank's file keep the full figure, since so much was due
            for that month: the later payment counts as paid in full, and the part held back is what came back of the
            earlier one. So planned = paid + returned + outstanding + recovered holds to the cent for both rolls.
    """

    class Kind(models.TextChoices):
        REFUND = "refund", "退缴"
        OFFSET = "offset", "抵扣"
        WRITE_OFF = "write_off", "核销"
        REVERSAL = "reversal", "冲销"

    case = models.ForeignKey(RecoveryCase, models.PROTECT, related_name="entries", verbose_name="追缴案件")
    kind = models.CharField("种类", max_length=9, choices=Kind.choices)
    amount = models.DecimalField("金额（元）", max_digits=12, decimal_places=2)
    day = models.DateField("日期")
    receipt_no = models.CharField("收据号", max_length=60, blank=True)
    payment = models.ForeignKey(
        "subsidies.Payment", models.PROTECT, null=True, blank=True, related_name="offsets", verbose_name="抵扣的发放"
    )
    proposal = models.OneToOneField(
        WriteOffProposal, models.PROTECT, null=True, blank=True, related_name="entry", verbose_name="核销申请"
    )
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversal", verbose_name="冲销的记录"
    )
    reason = models.CharField("说明", max_length=NOTE_LENGTH, blank=True)
    entered_by = models.ForeignKey(STAFF, models.PROTECT, related_name="+", verbose_name="登记人")
    entered_at = models.DateTimeField("登记时间", default=timezone.now)
    # Who asked for the write-off: copied, so that the database itself holds both apart.
    proposed_by = models.ForeignKey(
        STAFF, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="申请人"
    )

    objects = RecoveryEntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "追缴台账"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="recovery_entry_amount_positive"),
            models.CheckConstraint(
                condition=(Q(kind="refund", **NO_OTHER) & ~Q(receipt_no=""))
                | Q(kind="offset", **(NO_OTHER | {"payment__isnull": False}))
                | Q(kind="write_off", reason__regex=A_REASON, **(NO_OTHER | {"proposal__isnull": False}))
                | Q(kind="reversal", reason__regex=A_REASON, **(NO_OTHER | {"reverses__isnull": False})),
                name="recovery_entry_has_what_its_kind_needs",
                violation_error_message="退缴要有收据号，抵扣要有发放记录，核销和冲销要有理由。",
            ),
            models.CheckConstraint(
                condition=~Q(kind="write_off") | (Q(proposed_by__isnull=False) & ~Q(entered_by=F("proposed_by"))),
                name="written_off_by_another_than_proposed_it",
                violation_error_message="申请核销的人不能审批它。",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.amount}元"


PERSONAL_DATA = {
    RecoveryCase: {
        "id": "record", "person": "record", "programme": "sensitive", "area": "personal", "reason": "sensitive",
        "note": "sensitive", "opened_by": "record", "opened_at": "record", "due_on": "record", "state": "sensitive",
        "claimed": "sensitive", "refunded": "sensitive", "offset": "sensitive", "written_off": "sensitive",
        "balance": "sensitive", "cancel_reason": "personal", "cancelled_by": "record", "cancelled_at": "record",
    },
    RecoveryLine: {
        "id": "record", "case": "record", "payment": "record", "month": "record", "paid": "sensitive",
        "amount": "sensitive", "recovered": "sensitive", "live": "record",
    },
    WriteOffProposal: {
        "id": "record", "case": "record", "amount": "sensitive", "reason": "sensitive", "proposed_by": "record",
        "proposed_at": "record", "state": "record", "decided_by": "record", "decided_at": "record",
        "answer": "personal",
    },
    RecoveryEntry: {
        "id": "record", "case": "record", "kind": "record", "amount": "sensitive", "day": "record",
        "receipt_no": "personal", "payment": "record", "proposal": "record", "reverses": "record",
        "reason": "sensitive", "entered_by": "record", "entered_at": "record", "proposed_by": "record",
    },
}  # fmt: skip

USES = {
    RecoveryCase: Uses("payments", {
        RECOVER: "programme area reason note state claimed refunded offset written_off balance cancel_reason",
    }),
    RecoveryLine: Uses("payments", {RECOVER: "paid amount recovered"}),
    WriteOffProposal: Uses("payments", {RECOVER: "amount reason answer"}),
    RecoveryEntry: Uses("payments", {RECOVER: "amount receipt_no reason"}),
}  # fmt: skip
