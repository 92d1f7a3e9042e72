"""发放: finance says that the bank has paid an approved roll. From then on its payments count for the targets."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate

from lianyungang_cdpf.audit.actions import record
from subsidies.approval.actions import keep, locked, refuse
from subsidies.approval.chain import chain, may_take, step_after
from subsidies.approval.models import Deed
from subsidies.counting import years_counted
from subsidies.models import Roll
from subsidies.posting import stamp_years

PERMISSION = "subsidies.mark_roll_paid"


@transaction.atomic
def mark_roll_paid(*, roll: Roll, by, paid_on: date, at: str = "") -> Roll:
    """Take the paying step of a roll that has been approved, and return the roll.

    Raises ValidationError with one sentence when `by` may not (only finance of the roll's own place or above may, and
    nobody who prepared or approved it), when the roll does not wait to be paid, or when the day lies in the future or
    over a month before the roll's month (city rule, unverified).
    """
    current = locked(roll, by, at)
    if not by.has_perm(PERMISSION):
        raise ValidationError("只有本辖区的财务人员可以把花名册标记为已发放。", code="forbidden")
    step = current.next_step
    if current.state != Roll.State.APPROVED or step.deed != Deed.PAY:
        sentence = f"批次 {current.reference} 的状态是“{current.standing}”，只有“待发放”的花名册可以标记为已发放。"
        raise ValidationError(sentence, code="state")
    refuse(may_take(step, current, by))
    _check_day(current, paid_on)
    keep(current, step, by)
    current.state, current.paid_on, current.paid_by = Roll.State.PAID, paid_on, by
    current.next_step = step_after(step, chain())
    current.save(update_fields=["state", "paid_on", "paid_by", "next_step"])
    stamp_years(current.programme, years_counted(current))
    counts = f"{current.payment_count:,} 笔，合计 {current.total:,.2f} 元"
    record(by=by, deed="标记花名册已发放", on=current, summary=f"{current}：{counts}，发放日期 {paid_on:%Y-%m-%d}")
    return current


def _check_day(roll: Roll, paid_on: date) -> None:
    if paid_on > localdate():
        raise ValidationError("发放日期不能晚于今天。", code="future")
    earliest = date(roll.month.year - (roll.month.month == 1), (roll.month.month - 2) % 12 + 1, 1)
    if paid_on < earliest:
        period = roll.programme.period_shown(roll.month)
        sentence = f"发放日期早于 {earliest:%Y-%m-%d}，与批次 {roll.reference} 的月份 {period} 相差太远，请核对。"
        raise ValidationError(sentence, code="early")
