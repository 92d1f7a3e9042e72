"""The steps of approval, which are data, and who took which step of which roll."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from lianyungang_cdpf.accounts.scoping import CityWideQuerySet
from lianyungang_cdpf.intake.models import A_REASON
from lianyungang_cdpf.purposes import Uses
from subsidies.payments import ApprovalQuerySet
from subsidies.purposes import EXPLAIN


class Deed(models.TextChoices):
    """What taking a step does, in the order in which a roll meets the steps."""

    SUBMIT = "submit", "提交"
    APPROVE = "approve", "审批"
    PAY = "pay", "发放"
    ARCHIVE = "archive", "归档"


RANK = {deed: rank for rank, deed in enumerate(Deed.values)}


class Place(models.TextChoices):
    """Whose staff may take a step."""

    OWN = "own", "花名册所属单位"
    ABOVE = "above", "所属单位或其上级"


# The permissions by which a step may be taken; roles hold them through the deeds of fixtures/roles.json.
RIGHTS = {
    "submit_roll": "提交花名册审批",
    "review_roll": "审核花名册",
    "confirm_roll": "审定花名册",
    "mark_roll_paid": "标记花名册已发放",
    "archive_roll": "归档花名册",
}


class ApprovalStep(models.Model):
    """One step of the chain: 编制 → 审核 → 审定 → 发放 → 归档 as fixtures/approval-steps.json ships it.

    There may be any number of approving steps, in the order of their positions; submitting, paying and archiving are
    done once each and can't be dropped.
    """

    code = models.SlugField("代码", max_length=30, unique=True)
    name = models.CharField("环节", max_length=20)
    office = models.CharField("办理单位", max_length=30, blank=True)
    deed = models.CharField("办理内容", max_length=7, choices=Deed.choices, default=Deed.APPROVE)
    right = models.CharField("所需权限", max_length=20, choices=RIGHTS.items())
    place = models.CharField("办理范围", max_length=5, choices=Place.choices, default=Place.OWN)
    position = models.PositiveSmallIntegerField("排序", unique=True)
    active = models.BooleanField("启用", default=True)

    objects = CityWideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "审批环节"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["deed"],
                condition=~Q(deed="approve"),
                name="one_step_to_submit_to_pay_and_to_archive",
                violation_error_message="提交、发放、归档各只有一个环节。",
            ),
            models.CheckConstraint(
                condition=Q(active=True) | Q(deed="approve"),
                name="only_approving_steps_can_be_dropped",
                violation_error_message="只有审批环节可以停用。",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def permission(self) -> str:
        """The permission by which the step is taken."""
        return f"subsidies.{self.right}"

    @property
    def order(self) -> tuple[int, int]:
        """Where the step stands in the chain."""
        return RANK[self.deed], self.position


class Approval(models.Model):
    """A step that somebody took, sent back or called back. Never changed, never deleted (triggers)."""

    class Outcome(models.TextChoices):
        PASSED = "passed", "通过"
        RETURNED = "returned", "退回"
        CALLED_BACK = "called_back", "市级撤回"

    roll = models.ForeignKey("subsidies.Roll", models.PROTECT, related_name="approvals", verbose_name="花名册")
    step = models.ForeignKey(ApprovalStep, models.PROTECT, related_name="+", verbose_name="环节")
    deed = models.CharField("办理内容", max_length=7, choices=Deed.choices)
    round = models.PositiveSmallIntegerField("轮次")
    outcome = models.CharField("结果", max_length=11, choices=Outcome.choices, default=Outcome.PASSED)
    reason = models.CharField("原因", max_length=300, blank=True)
    taken_by = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="+", verbose_name="办理人")
    taken_at = models.DateTimeField("办理时间", default=timezone.now)
    # Who made the roll: copied, so that the database can hold preparer and approver apart.
    prepared_by = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="+", verbose_name="入账人")
    uploaded_by = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="+", verbose_name="上传人")

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "审批记录"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="called_back")
                | Q(deed__in=["submit", "archive"])
                | (~Q(taken_by=F("prepared_by")) & ~Q(taken_by=F("uploaded_by"))),
                name="roll_approved_by_another_than_prepared_it",
                violation_error_message="编制花名册的人不能审批它。",
            ),
            models.UniqueConstraint(
                fields=["roll", "round", "taken_by"],
                condition=Q(outcome__in=["passed", "returned"]),
                name="nobody_takes_two_steps_of_a_roll",
                violation_error_message="同一人不能在一轮审批中办理两个环节。",
            ),
            models.UniqueConstraint(
                fields=["roll", "round", "step"],
                condition=Q(outcome="passed"),
                name="one_passing_approval_per_step_and_round",
                violation_error_message="这个环节在本轮审批中已经通过。",
            ),
            models.CheckConstraint(
                condition=Q(outcome="passed") | Q(reason__regex=A_REASON),
                name="approval_sent_back_has_its_reason",
                violation_error_message="请写明原因，至少五个字。",
            ),
        ]

    def __str__(self):
        return f"{self.step} {self.get_outcome_display()}"


PERSONAL_DATA = {
    Approval: {
        "id": "record", "roll": "record", "step": "record", "deed": "record", "round": "record", "outcome": "record",
        "reason": "personal", "taken_by": "record", "taken_at": "record", "prepared_by": "record",
        "uploaded_by": "record",
    },
}  # fmt: skip

USES = {Approval: Uses("payments", {EXPLAIN: "reason"})}
