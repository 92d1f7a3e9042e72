"""The deeds of notices: published from a roll that is frozen, taken down before their time."""

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate

from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.intake.bulk import insert_rows
from subsidies.approval.actions import locked, reason_of, refuse
from subsidies.exports import roll_place
from subsidies.models import Notice, NoticeLine, Roll
from subsidies.notices.ending import end
from subsidies.notices.making import lines_of, rows_of

PUBLISH = "subsidies.publish_notice"
COLUMNS = ("notice_id", "position", "area_id", "village", "name", "months", "amount")


def may_publish(roll: Roll, staff) -> str:
    """Why the staff member may not publish the roll, as one sentence; "" when they may. One statement at most."""
    if not staff.has_perm(PUBLISH):
        return "只有县区经办和市级业务可以发布公示。"
    if roll.frozen_at is None or roll.state == Roll.State.UNDONE:
        return f"批次 {roll.reference} 还没有提交审批，提交后才能公示。"
    if Notice.objects.filter(roll=roll, round=roll.round, taken_down_on__isnull=True).exists():
        return f"批次 {roll.reference} 本轮审批已有公示，不能再发布。"
    return ""


@transaction.atomic
def publish_notice(
    *, roll: Roll, by, title: str, issuer: str, starts_on: date, ends_on: date, phone: str, contact: str = "",
    posted_at: str = "", at: str = "",
) -> Notice:  # fmt: skip
    """Make the notice of a roll under approval or later, with its lines as the policy masks them.

    Refuses with a ValidationError of one sentence. The policy is settings.PUBLIC_NOTICE.
    """
    current = locked(roll, by, at)
    refuse(may_publish(current, by))
    _check_days(starts_on, ends_on)
    names = settings.PUBLIC_NOTICE["adult_names"]
    lines = lines_of(current, starts_on, names)
    if not lines:
        raise ValidationError(f"批次 {current.reference} 没有可以公示的发放。", code="empty")
    notice = Notice(
        roll=current, round=current.round, title=title, place=roll_place(current), issuer=issuer, starts_on=starts_on,
        ends_on=ends_on, phone=phone, contact=contact, posted_at=posted_at, names=names, line_count=len(lines),
        total=sum(line.amount for line in lines), made_by=by,
    )  # fmt: skip
    notice.full_clean()
    notice.save()
    insert_rows(NoticeLine, COLUMNS, rows_of(notice.pk, lines, current.programme), matched=False)
    told = f"{current.reference}：{notice.period}，{notice.line_count:,} 人"
    record(by=by, deed="发布公示", on=notice, summary=told)
    return notice


@transaction.atomic
def take_down_notice(*, notice: Notice, by, reason: str) -> Notice:
    """Take a notice down before its period ends, with the reason; its lines are deleted at once."""
    if not by.has_perm(PUBLISH):
        raise ValidationError("只有县区经办和市级业务可以撤下公示。", code="forbidden")
    current = Notice.objects.select_for_update(of=("self",)).visible_to(by).filter(pk=notice.pk).first()
    if current is None:
        raise ValidationError("没有这个公示，或者它不在您的辖区内。", code="forbidden")
    if not current.can_be_taken_down:
        raise ValidationError(f"这个公示{current.standing}，不用再撤下。", code="state")
    end(current, by=by, why=reason_of(reason, "撤下"))
    return current


def _check_days(starts_on: date, ends_on: date) -> None:
    if starts_on < localdate():
        raise ValidationError({"starts_on": "公示不能从过去的日期开始：请填今天或以后的日期。"})
    if ends_on < starts_on:
        raise ValidationError({"ends_on": "公示结束日期不能早于开始日期。"})
    most = settings.PUBLIC_NOTICE["most_days"]
    if (ends_on - starts_on).days >= most:
        raise ValidationError({"ends_on": f"公示最多 {most} 天：公开的个人信息不宜久留。"})
