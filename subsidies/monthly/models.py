"""Why a person's payment differs from the month before: one reason per programme, month, place, person and difference.

Source of the stop reasons: facts.md 2.3; the others are the office's own words (city rule, unverified).
"""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from lianyungang_cdpf.intake.models import A_REASON
from lianyungang_cdpf.purposes import Uses
from subsidies.payments import DifferenceReasonQuerySet
from subsidies.purposes import EXPLAIN
from subsidies.stop_reasons import StopReason

NOTE_LENGTH = 200


class Difference(models.TextChoices):
    """What differs. Somebody whose amount and account both changed has two."""

    NEW = "new", "新增"
    STOPPED = "stopped", "停发"
    AMOUNT = "amount", "金额变更"
    ACCOUNT = "account", "账号变更"
    MOVED_IN = "moved_in", "跨县区转入"
    MOVED_OUT = "moved_out", "跨县区转出"


class NewReason(models.TextChoices):
    """新增原因."""

    APPLICATION = "application", "新申请批准"
    REINSTATED = "reinstated", "恢复发放"
    MOVED_IN = "moved_in", "户籍迁入"
    NEWLY_CERTIFIED = "newly_certified", "新办证或类别等级变更后符合"
    ENTERED_DIBAO = "entered_dibao", "困难情况变更后符合"
    LEFT_OUT_BEFORE = "left_out_before", "上月漏发"
    OTHER = "other", "其他"


class AmountReason(models.TextChoices):
    """金额变更原因."""

    STANDARD_CHANGED = "standard_changed", "补贴标准调整"
    REGRADED = "regraded", "残疾类别或等级变更"
    HOUSEHOLD_CHANGED = "household_changed", "困难情况变更"
    HUKOU_CHANGED = "hukou_changed", "户口性质或住址变更"
    CORRECTED = "corrected", "更正上月差错"
    OTHER = "other", "其他"


class AccountReason(models.TextChoices):
    """账号变更原因."""

    RETURNED = "returned", "银行退回后更正"
    NEW_CARD = "new_card", "换卡或补卡"
    NEW_BANK = "new_bank", "更换代发银行"
    GUARDIAN = "guardian", "改由监护人代领"
    OWN_ACCOUNT = "own_account", "改为本人账户"
    CORRECTED = "corrected", "更正上月差错"
    OTHER = "other", "其他"


class MoveReason(models.TextChoices):
    """跨县区变动原因."""

    MOVED = "moved", "户籍迁移"
    HANDED_OVER = "handed_over", "发放单位调整"
    DUPLICATE = "duplicate_other_region", "在其他地区重复享受"
    CORRECTED = "corrected", "更正上月差错"
    OTHER = "other", "其他"


REASONS_OF = {
    Difference.NEW: NewReason, Difference.STOPPED: StopReason, Difference.AMOUNT: AmountReason,
    Difference.ACCOUNT: AccountReason, Difference.MOVED_IN: MoveReason, Difference.MOVED_OUT: MoveReason,
}  # fmt: skip
OTHER = "other"
LABELS = {kind: dict(reasons.choices) for kind, reasons in REASONS_OF.items()}


class DifferenceReason(models.Model):
    """变动原因, as who prepares the place's rolls wrote it."""

    programme = models.ForeignKey("subsidies.Programme", models.PROTECT, related_name="+", verbose_name="补贴项目")
    month = models.DateField("月份")
    # The place as the rolls have it: a zone that spans counties stands at the city's node.
    area = models.ForeignKey("accounts.Area", models.PROTECT, related_name="+", verbose_name="填报地区")
    zone = models.ForeignKey("accounts.Zone", models.PROTECT, null=True, blank=True, verbose_name="功能板块")
    person = models.ForeignKey("beneficiaries.Person", models.PROTECT, related_name="+", verbose_name="残疾人")
    kind = models.CharField("变动", max_length=9, choices=Difference.choices)
    code = models.CharField("原因", max_length=24)
    note = models.CharField("说明", max_length=NOTE_LENGTH, blank=True)
    by = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="+", verbose_name="填写人")
    at = models.DateTimeField("填写时间", default=timezone.now)

    objects = DifferenceReasonQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "逐月变动原因"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "month", "area", "person", "kind"],
                condition=Q(zone__isnull=True),
                name="one_reason_per_difference",
                violation_error_message="这一项变动已经写明原因。",
            ),
            models.UniqueConstraint(
                fields=["programme", "month", "zone", "person", "kind"],
                condition=Q(zone__isnull=False),
                name="one_reason_per_difference_of_a_zone",
                violation_error_message="这一项变动已经写明原因。",
            ),
            models.CheckConstraint(
                condition=~Q(code=OTHER) | Q(note__regex=A_REASON),
                name="another_reason_has_its_note",
                violation_error_message="原因选“其他”的，请写明说明，至少五个字。",
            ),
            models.CheckConstraint(
                condition=Q(
                    *(Q(kind=kind.value, code__in=reasons.values) for kind, reasons in REASONS_OF.items()),
                    _connector=Q.OR,
                ),
                name="difference_reason_fits_its_kind",
                violation_error_message="原因与变动的种类不符，请重新选择。",
            ),
        ]

    def __str__(self):
        return LABELS[self.kind].get(self.code, self.code)


PERSONAL_DATA = {
    DifferenceReason: {
        "id": "record", "programme": "sensitive", "month": "record", "area": "personal", "zone": "personal",
        "person": "record", "kind": "sensitive", "code": "sensitive", "note": "sensitive", "by": "record",
        "at": "record",
    },
}  # fmt: skip

USES = {DifferenceReason: Uses("payments", {EXPLAIN: "programme area zone kind code note"})}
