"""标记为已发放: finance says that the bank has paid a posted roll."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate

from lianyungang_cdpf.audit.actions import record
from subsidies.counting import counts_when_paid, years_counted
from subsidies.models import Roll
from subsidies.posting import stamp_years

PERMISSION = "subsidies.mark_roll_paid"


@transaction.atomic
def mark_roll_paid(*, roll: Roll, by, paid_on: date) -> Roll:
    """Mark a posted roll as paid on a day and return it.

    Raises ValidationError with one sentence when `by` may not (only finance of the roll's own place may), when the
    roll is not 已入账 any more, or when the day lies in the future or over a month before the roll's month (city
    rule, unverified).
    """
    current = Roll.objects.select_for_update(of=("self",)).visible_to(by).filter(pk=roll.pk).first()
    if current is None or not by.has_perm(PERMISSION):
        raise ValidationError("只有本辖区的财务人员可以把花名册标记为已发放。", code="forbidden")
    if current.state != Roll.State.POSTED:
        sentence = (
            f"批次 {current.reference} 的状态是“{current.get_state_display()}”，只有“已入账”的花名册可以标记为已发放。"
        )
        raise ValidationError(sentence, code="state")
    _check_day(current, paid_on)
    current.state, current.paid_on, current.paid_by = Roll.State.PAID, paid_on, by
    current.save(update_fields=["state", "paid_on", "paid_by"])
    if counts_when_paid(current.programme):
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
