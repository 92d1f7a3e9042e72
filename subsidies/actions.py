"""Deeds on rolls: what touches the roll, its payments, the stamps and the audit trail together."""

from django.db import transaction
from django.utils import timezone

from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.intake.models import ImportJob
from subsidies.counting import years_counted
from subsidies.models import Payment, Roll
from subsidies.posting import stamp_years


class RollStands(Exception):
    """The roll can't be undone; `sentence` says why in Chinese."""

    def __init__(self, sentence: str):
        super().__init__(sentence)
        self.sentence = sentence


@transaction.atomic
def undo_roll(*, roll: Roll, by) -> Roll:
    """Take a posted roll back: its payments stop being live, so the months may be paid again.

    Raises RollStands for a roll that is under approval, has been paid out or was undone already.
    """
    changed = Roll.objects.filter(pk=roll.pk, state=Roll.State.POSTED).update(
        state=Roll.State.UNDONE, row_count=0, payment_count=0, total=0
    )
    if not changed:
        raise RollStands("只有“已入账”且没有提交审批的花名册可以撤销。")
    years = years_counted(roll)
    count = Payment.objects.filter(roll=roll, live=True).update(live=False)
    stamp_years(roll.programme, years)
    ImportJob.objects.filter(pk=roll.job_id).update(state=ImportJob.State.UNDONE)
    record(by=by, deed="撤销花名册", on=roll, summary=f"{roll.reference}：{count} 笔，{timezone.localdate():%Y-%m-%d}")
    roll.refresh_from_db()
    return roll
