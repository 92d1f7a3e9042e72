"""A notice of a roll, its lines as the public reads them, and the objections that came in.

The lines are masked when they are made: a public page reads them and never a person, a payment or an account.
"""

import uuid

from django.apps import apps
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localdate

from lianyungang_cdpf.accounts.scoping import ScopedQuerySet
from lianyungang_cdpf.intake.models import A_REASON
from lianyungang_cdpf.purposes import Uses
from subsidies.purposes import PUBLISH

# What staff type stands on the public page: nobody's number may slip in.
NO_NUMBER = RegexValidator(
    r"\d[\d\s-]{12,}[\dXx]", "公示是公开的，这里不能写身份证号、残疾人证号或银行账号。", inverse_match=True
)


class Names(models.TextChoices):
    """How a notice writes the names of adults; those of children it never writes in full."""

    MASKED = "masked", "成年人姓名遮盖（张*三）"
    FULL = "full", "成年人姓名完整"


class NoticeQuerySet(ScopedQuerySet):
    """Who sees the roll sees its notices."""

    def visible_to(self, staff):
        """The notices of the rolls that the staff member sees."""
        rolls = apps.get_model("subsidies.Roll").objects.visible_to(staff)
        return self.filter(roll__in=rolls.order_by().values("pk"))

    def running(self, day):
        """What the public may read on the day: within the period, not taken down, of a roll that did not come back."""
        return self.filter(
            starts_on__lte=day, ends_on__gte=day, taken_down_on__isnull=True, lines_removed_on__isnull=True,
            roll__frozen_at__isnull=False, roll__round=F("round"),
        )  # fmt: skip

    def over(self, day):
        """Whose lines must go: the period has ended, or the roll has come back without taking the notice along."""
        returned = Q(roll__frozen_at__isnull=True) | ~Q(roll__round=F("round"))
        return self.filter(lines_removed_on__isnull=True).filter(Q(ends_on__lt=day) | returned)


class OfNoticeQuerySet(ScopedQuerySet):
    """What hangs off a notice is seen with it."""

    def visible_to(self, staff):
        """What belongs to the notices that the staff member sees."""
        return self.filter(notice__in=Notice.objects.visible_to(staff).order_by().values("pk"))


class Notice(models.Model):
    """公示 of one roll in one round of its approval. Its lines go when it ends; how many there were stays."""

    uid = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    roll = models.ForeignKey("subsidies.Roll", models.PROTECT, related_name="notices", verbose_name="花名册")
    # Of the roll when it was published: a roll that came back and was handed in again is another list.
    round = models.PositiveSmallIntegerField("审批轮次")
    title = models.CharField("标题", max_length=100, validators=[NO_NUMBER])
    place = models.CharField("地区", max_length=60)
    issuer = models.CharField("公示单位", max_length=60, validators=[NO_NUMBER])
    starts_on = models.DateField("公示开始")
    ends_on = models.DateField("公示结束", help_text="最后一个公示的日期。")
    phone = models.CharField("监督电话", max_length=40, validators=[NO_NUMBER])
    contact = models.CharField("联系人", max_length=40, blank=True, validators=[NO_NUMBER])
    posted_at = models.CharField("张贴地点", max_length=100, blank=True, validators=[NO_NUMBER])
    names = models.CharField("姓名写法", max_length=6, choices=Names.choices)
    line_count = models.PositiveIntegerField("公示人数", default=0)
    total = models.DecimalField("合计金额（元）", max_digits=14, decimal_places=2, default=0)
    made_by = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="+", verbose_name="发布人")
    made_at = models.DateTimeField("发布时间", auto_now_add=True)
    taken_down_on = models.DateField("撤下日期", null=True, blank=True)
    taken_down_why = models.CharField("撤下原因", max_length=300, blank=True)
    # Empty where the system did it.
    taken_down_by = models.ForeignKey(
        "accounts.Staff", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="撤下人"
    )
    lines_removed_on = models.DateField("名单删除日期", null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公示"
        ordering = ["-starts_on", "-id"]
        permissions = [("publish_notice", "发布和撤下公示")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="notice_days_in_order",
                violation_error_message="公示结束日期不能早于开始日期。",
            ),
            models.CheckConstraint(condition=~Q(phone=""), name="notice_has_a_phone"),
            models.CheckConstraint(
                condition=Q(taken_down_on__isnull=True, taken_down_why="")
                | Q(taken_down_on__isnull=False, taken_down_why__regex=A_REASON),
                name="notice_taken_down_has_day_and_reason",
                violation_error_message="撤下公示要写明原因，至少五个字。",
            ),
            models.CheckConstraint(
                condition=Q(taken_down_on__isnull=True) | Q(lines_removed_on__isnull=False),
                name="notice_taken_down_keeps_no_lines",
            ),
            models.UniqueConstraint(
                fields=["roll", "round"],
                condition=Q(taken_down_on__isnull=True),
                name="one_notice_per_roll_and_round",
                violation_error_message="这个花名册本轮审批已有公示。",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def period(self) -> str:
        """From and to, as a notice says it."""
        return f"{_day(self.starts_on)}至{_day(self.ends_on)}"

    @property
    def money(self) -> str:
        """The sum as people read it, in yuan."""
        return f"{self.total:,.2f}"

    @property
    def standing(self) -> str:
        """How far it is today."""
        today = localdate()
        if self.taken_down_on:
            return "已撤下"
        if self.ends_on < today or self.lines_removed_on:
            return "已期满"
        return "公示中" if self.starts_on <= today else "未开始"

    @property
    def can_be_taken_down(self) -> bool:
        """Whether it still runs or is yet to begin."""
        return not self.taken_down_on and not self.lines_removed_on and self.ends_on >= localdate()


class NoticeLine(models.Model):
    """One person as the public reads them: name as the policy writes it, village, months, amount. Nothing else."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="lines", verbose_name="公示")
    position = models.PositiveIntegerField("序号")
    # The town; where a payment names none, the county.
    area = models.ForeignKey("accounts.Area", models.PROTECT, related_name="+", verbose_name="乡镇街道")
    village = models.CharField("村（社区）", max_length=60, blank=True)
    name = models.CharField("姓名", max_length=60)
    months = models.CharField("月份", max_length=40)
    amount = models.DecimalField("金额（元）", max_digits=12, decimal_places=2)

    objects = OfNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公示名单"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "position"], name="one_line_per_notice_and_position"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="notice_line_amount_positive"),
        ]

    def __str__(self):
        return f"{self.name} {self.amount}元"

    @property
    def money(self) -> str:
        """The amount as people read it."""
        return f"{self.amount:,.2f}"


class Objection(models.Model):
    """异议: what somebody said against a notice, and what came of it."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="objections", verbose_name="公示")
    received_on = models.DateField("收到日期")
    content = models.CharField("异议内容", max_length=300)
    result = models.CharField("处理结果", max_length=300, blank=True)

    objects = OfNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公示异议"
        ordering = ["received_on", "id"]
        constraints = [models.CheckConstraint(condition=~Q(content=""), name="objection_says_something")]

    def __str__(self):
        return f"{self.received_on:%Y-%m-%d} {self.content[:20]}"


def _day(day) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


PERSONAL_DATA = {
    Notice: {
        "id": "record", "uid": "record", "roll": "record", "round": "record", "title": "record", "place": "record",
        "issuer": "record", "starts_on": "record", "ends_on": "record", "phone": "record", "contact": "record",
        "posted_at": "record", "names": "record", "line_count": "record", "total": "record", "made_by": "record",
        "made_at": "record", "taken_down_on": "record", "taken_down_why": "personal", "taken_down_by": "record",
        "lines_removed_on": "record",
    },
    NoticeLine: {
        "id": "record", "notice": "record", "position": "record", "area": "personal", "village": "personal",
        "name": "personal", "months": "record", "amount": "sensitive",
    },
    Objection: {
        "id": "record", "notice": "record", "received_on": "record", "content": "personal", "result": "personal",
    },
}  # fmt: skip

USES = {
    Notice: Uses("notices", {PUBLISH: "taken_down_why"}),
    NoticeLine: Uses("notices", {PUBLISH: "area village name amount"}),
    Objection: Uses("payments", {PUBLISH: "content result"}),
}
