"""One number shown whole: for a reason, with a line in the log, and only so often a day."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from lianyungang_cdpf.accounts.models import Staff
from lianyungang_cdpf.accounts.scoping import lock_rows
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.audit.models import AuditLine

DEED = "查看完整号码"


def revealed_today(staff) -> int:
    """How many numbers the staff member has had shown whole since midnight."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return AuditLine.objects.filter(staff=staff, deed=DEED, at__gte=midnight).count()


@transaction.atomic
def reveal(*, by, on, what: str, reason: str) -> None:
    """Let the staff member see one number of a person: the line is written before the number is shown.

    `on` is the person whose number it is, `what` names the number and its record. Raises ValidationError when the
    day's limit (settings.REVEALS_A_DAY) is reached.
    """
    # Two windows at once count each other.
    lock_rows(Staff, by.pk)
    most = settings.REVEALS_A_DAY
    if revealed_today(by) >= most:
        raise ValidationError(
            f"您今天已查看 {most} 个完整号码，达到每天的上限，明天可以继续。要用很多号码的，请申请导出完整号码。",
            code="limit",
        )
    record(by=by, deed=DEED, on=on, summary=f"{what}，理由：{reason}")
