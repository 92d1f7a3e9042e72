"""督办单: a supervision order of the city to one of its units about a target that lags there.

What was said about it (the order's own demand, replies, follow-ups, returns, closing) is only added to, by triggers.
Every line of it keeps the target's figures as they stood when it was written, so that the sheet says for good on what
ground the order was issued and closed, whatever is counted later.
"""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from lianyungang_cdpf.accounts.scoping import ScopedQuerySet
from lianyungang_cdpf.intake.attached import HAS_ITS_FILE, REMOVED_WITH_A_REASON, AttachedFile, AttachedQuerySet
from lianyungang_cdpf.intake.models import A_REASON
from lianyungang_cdpf.purposes import Purpose, Uses
from lianyungang_cdpf.targets.models import AllocationQuerySet

STAFF = "accounts.Staff"
TEXT_LENGTH = 2000
# As pace.Light says them; only what lags or is behind is supervised.
LIGHTS = [
    ("early", "提前完成"), ("on_track", "达到序时"), ("behind", "略低"), ("lagging", "滞后"), ("not_due", "未到期"),
    ("not_connected", "尚未接入"),
]  # fmt: skip
SUPERVISED = ("behind", "lagging")
FIGURES = ("as_of", "goal", "done", "out_of", "due", "light")


class State(models.TextChoices):
    """Whose turn it is: the unit's (issued, returned), the city's (replied), nobody's."""

    ISSUED = "issued", "待回复"
    REPLIED = "replied", "已回复，待办结"
    RETURNED = "returned", "退回补充，待回复"
    CLOSED = "closed", "已办结"
    WITHDRAWN = "withdrawn", "已撤回"


OPEN = (State.ISSUED, State.REPLIED, State.RETURNED)
AWAITING_REPLY = (State.ISSUED, State.RETURNED)


class SupervisionOrderQuerySet(AllocationQuerySet):
    """Orders are seen by the city and by the unit that has to answer."""

    def open(self):
        """Orders that are neither closed nor withdrawn."""
        return self.filter(state__in=OPEN)

    def awaiting_reply(self):
        """Orders that wait for the unit."""
        return self.filter(state__in=AWAITING_REPLY)

    def awaiting_city(self):
        """Orders whose answer waits for the city."""
        return self.filter(state=State.REPLIED)

    def ended(self):
        """Orders that were closed or withdrawn."""
        return self.exclude(state__in=OPEN)

    def overdue(self, today):
        """Orders without an answer whose day has passed."""
        return self.awaiting_reply().filter(due_on__lt=today)


class OfOrderQuerySet(ScopedQuerySet):
    """What belongs to an order is seen with it."""

    def visible_to(self, staff):
        """What belongs to the orders that the staff member sees."""
        return self.filter(order__in=SupervisionOrder.objects.visible_to(staff).order_by().values("pk"))


class SupervisionAttachmentQuerySet(OfOrderQuerySet, AttachedQuerySet):
    """Files of orders."""


class SupervisionOrder(models.Model):
    """督办单. Numbered through each plan's year; `due_on` is the day by which the unit has to answer now."""

    year = models.PositiveSmallIntegerField("年度")
    sequence = models.PositiveIntegerField("序号")
    target = models.ForeignKey("targets.Target", models.PROTECT, related_name="supervision_orders", verbose_name="目标")
    area = models.ForeignKey("accounts.Area", models.PROTECT, null=True, blank=True, verbose_name="地区")
    zone = models.ForeignKey("accounts.Zone", models.PROTECT, null=True, blank=True, verbose_name="功能板块")
    state = models.CharField("状态", max_length=9, choices=State.choices, default=State.ISSUED)
    due_on = models.DateField("回复期限")
    issued_by = models.ForeignKey(STAFF, models.PROTECT, related_name="+", verbose_name="签发人")
    issued_at = models.DateTimeField("签发时间", default=timezone.now)
    ended_at = models.DateTimeField("办结或撤回时间", null=True, blank=True)

    objects = SupervisionOrderQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "督办单"
        ordering = ["-year", "-sequence"]
        permissions = [("issue_supervision", "签发、退回、办结督办单"), ("answer_supervision", "回复督办单")]
        constraints = [
            models.UniqueConstraint(fields=["year", "sequence"], name="one_supervision_order_per_number"),
            models.CheckConstraint(
                condition=Q(area__isnull=False, zone__isnull=True) | Q(area__isnull=True, zone__isnull=False),
                name="supervision_order_has_exactly_one_area_or_zone",
                violation_error_message="请在“地区”和“功能板块”中恰好选一个。",
            ),
            models.UniqueConstraint(
                fields=["target", "area"],
                condition=Q(state__in=OPEN),
                name="one_open_supervision_order_per_target_and_area",
                violation_error_message="这个地方的这项目标已有一份督办单没有办结。",
            ),
            models.UniqueConstraint(
                fields=["target", "zone"],
                condition=Q(state__in=OPEN),
                name="one_open_supervision_order_per_target_and_zone",
                violation_error_message="这个地方的这项目标已有一份督办单没有办结。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, ended_at__isnull=True) | (~Q(state__in=OPEN) & Q(ended_at__isnull=False)),
                name="supervision_order_ends_when_it_is_closed_or_withdrawn",
                violation_error_message="督办单办结或撤回时要记下时间。",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="supervision_state_due")]

    def __str__(self):
        return self.number

    @property
    def number(self) -> str:
        """The order's number as it is cited: 督办〔2019〕3号."""
        return f"督办〔{self.year}〕{self.sequence}号"

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.state in OPEN

    @property
    def awaits_reply(self) -> bool:
        """Whether the unit has to answer."""
        return self.state in AWAITING_REPLY

    def is_overdue(self, today) -> bool:
        """Whether the unit has let its day pass without an answer."""
        return self.awaits_reply and self.due_on < today

    @property
    def issue(self) -> "SupervisionMessage":
        """What the order demands, with the figures of then; read `messages` along with a list of orders."""
        return next(one for one in self.messages.all() if one.kind == SupervisionMessage.Kind.ISSUE)

    @property
    def ending(self) -> "SupervisionMessage | None":
        """The closing or withdrawal, with the figures of then."""
        return next((one for one in self.messages.all() if one.kind in SupervisionMessage.ENDINGS), None)

    @property
    def latest_reply(self) -> "SupervisionMessage | None":
        """The unit's last answer."""
        replies = [one for one in self.messages.all() if one.kind == SupervisionMessage.Kind.REPLY]
        return replies[-1] if replies else None


class SupervisionMessage(models.Model):
    """One thing said about an order, with the figures as of `as_of`. Never changed, never deleted (triggers).

    goal    in the target's unit (a rate: per cent); None where the place has no goal any more
    done    of a rate the people who are reached, and `out_of` the people who should be; due as done
    due_on  of an order and a return: the day by which to answer; of a reply: the day that held for it
    """

    class Kind(models.TextChoices):
        ISSUE = "issue", "签发"
        REPLY = "reply", "回复"
        FOLLOW_UP = "follow_up", "跟进"
        RETURN = "return", "退回补充"
        CLOSING = "closing", "办结"
        WITHDRAWAL = "withdrawal", "撤回"

    ENDINGS = ("closing", "withdrawal")

    order = models.ForeignKey(SupervisionOrder, models.PROTECT, related_name="messages", verbose_name="督办单")
    kind = models.CharField("种类", max_length=10, choices=Kind.choices)
    text = models.TextField("内容", max_length=TEXT_LENGTH)
    by = models.ForeignKey(STAFF, models.PROTECT, related_name="+", verbose_name="填写人")
    at = models.DateTimeField("时间", default=timezone.now)
    due_on = models.DateField("回复期限", null=True, blank=True)
    as_of = models.DateField("数据截至")
    goal = models.PositiveIntegerField("全年目标", null=True, blank=True)
    done = models.PositiveIntegerField("已完成", null=True, blank=True)
    out_of = models.PositiveIntegerField("应统计", null=True, blank=True)
    due = models.PositiveIntegerField("应达", null=True, blank=True)
    light = models.CharField("状态灯", max_length=13, choices=LIGHTS, blank=True)

    objects = OfOrderQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "督办往来"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(text__regex=A_REASON),
                name="supervision_message_says_something",
                violation_error_message="请写明内容，至少五个字。",
            ),
            models.CheckConstraint(
                condition=~Q(kind="issue")
                | Q(goal__isnull=False, done__isnull=False, due__isnull=False, light__in=SUPERVISED),
                name="supervision_is_issued_on_figures_that_lag",
                violation_error_message="只对“滞后”或“略低”的目标签发督办单。",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("issue", "reply", "return"), due_on__isnull=False)
                | (~Q(kind__in=("issue", "reply", "return")) & Q(due_on__isnull=True)),
                name="supervision_message_has_its_day",
                violation_error_message="请填写回复期限。",
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(kind="issue"), name="one_demand_per_supervision_order"
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(kind__in=("closing", "withdrawal")),
                name="one_ending_per_supervision_order",
                violation_error_message="这份督办单已经办结或撤回。",
            ),
        ]

    def __str__(self):
        return f"{self.order} {self.get_kind_display()}"

    @property
    def is_late(self) -> bool:
        """Whether a reply came after its day."""
        return self.kind == self.Kind.REPLY and timezone.localdate(self.at) > self.due_on


class SupervisionAttachment(AttachedFile):
    """附件: what the city or the unit adds to an order."""

    NOUN = "督办附件"

    order = models.ForeignKey(SupervisionOrder, models.PROTECT, related_name="attachments", verbose_name="督办单")
    title = models.CharField("名称", max_length=120)

    objects = SupervisionAttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "督办附件"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title=""), name="supervision_attachment_has_a_title",
                violation_error_message="请填写附件名称。",
            ),
            models.CheckConstraint(
                condition=Q(stored_name="", removed_at__isnull=False) | HAS_ITS_FILE,
                name="supervision_attachment_has_its_file",
                violation_error_message="附件要上传文件。",
            ),
            models.CheckConstraint(
                condition=REMOVED_WITH_A_REASON, name="supervision_attachment_is_removed_with_a_reason",
                violation_error_message="删除附件要写明原因。",
            ),
            models.UniqueConstraint(
                fields=["stored_name"], condition=~Q(stored_name=""), name="a_file_belongs_to_one_supervision_order"
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.title

    @property
    def owner(self) -> SupervisionOrder:
        """The order, on which the audit lines stand."""
        return self.order


# What is written about a target may name somebody all the same; a file may show them, and is sealed.
PERSONAL_DATA = {
    SupervisionOrder: dict.fromkeys(
        ("id", "year", "sequence", "target", "area", "zone", "state", "due_on", "issued_by", "issued_at", "ended_at"),
        "record",
    ),
    SupervisionMessage: {
        **dict.fromkeys(("id", "order", "kind", "by", "at", "due_on", *FIGURES), "record"),
        "text": "personal",
    },
    SupervisionAttachment: {
        **dict.fromkeys(
            ("id", "order", "stored_name", "media_type", "size", "sha256", "added_by", "added_at", "removed_at",
             "removed_by", "removed_why"),
            "record",
        ),
        "title": "personal",
    },
}  # fmt: skip

SUPERVISE = Purpose("督促完成目标，答复中可能写到个人情况")

USES = {
    SupervisionOrder: Uses("supervision", of_people=False),
    SupervisionMessage: Uses("supervision", {SUPERVISE: "text"}),
    SupervisionAttachment: Uses("supervision", {SUPERVISE: "title"}),
}
