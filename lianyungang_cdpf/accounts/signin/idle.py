"""Accounts that nobody uses are disabled (facts.md 6.2: 90 days)."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import DateTimeField, Max, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from lianyungang_cdpf.accounts.duties.actions import check_somebody_is_left, is_last
from lianyungang_cdpf.accounts.models import Staff
from lianyungang_cdpf.accounts.recording import record
from lianyungang_cdpf.accounts.scoping import lock_rows
from lianyungang_cdpf.accounts.tokens import revoke_tokens

DEED = "停用闲置账号"
LONG_AGO = Value("1970-01-01T00:00:00+00:00", output_field=DateTimeField())


def idle_accounts():
    """Accounts in force that were neither made, enabled, signed in to nor asked through a token for so many days.

    They carry `used_at`. None with IDLE_ACCOUNT_DAYS 0.
    """
    if not settings.IDLE_ACCOUNT_DAYS:
        return Staff.objects.none()
    moments = (Coalesce(moment, LONG_AGO) for moment in ("last_login", "enabled_at", Max("api_tokens__last_used_at")))
    used = Staff.objects.filter(is_active=True).annotate(used_at=Greatest("date_joined", *moments))
    before = timezone.now() - timedelta(days=settings.IDLE_ACCOUNT_DAYS)
    return used.filter(used_at__lt=before).select_related("role", "area", "zone").order_by("used_at", "pk")


def going_and_staying() -> tuple[list[Staff], list[Staff]]:
    """The idle accounts to be disabled, and those left alone: the last in office, of each role the latest used."""
    going, staying = [], []
    for staff in idle_accounts():
        (staying if is_last(staff, without=going) else going).append(staff)
    return going, staying


def why_it_stays(staff: Staff) -> str:
    """Said of the last in office, whom nobody could appoint again."""
    return f"是最后一名在用的{staff.role}，没有停用"


def disable_idle_accounts() -> list[Staff]:
    """Disable each in a transaction of its own, with its tokens; those that were. The log names who is left alone."""
    return [staff for staff in list(idle_accounts()) if _disable(staff)]


@transaction.atomic
def _disable(staff: Staff) -> bool:
    lock_rows(Staff, staff.pk)
    # It may hold another role by now, or none that must not be without anybody.
    staff.refresh_from_db(fields=["role"])
    try:
        check_somebody_is_left(staff)
    except ValidationError:
        record(by=None, deed=DEED, on=staff, summary=f"账号 {staff.username}，{why_it_stays(staff)}", result="refused")
        return False
    # Whoever signs in at this moment keeps the account.
    changed = Staff.objects.filter(pk=staff.pk, is_active=True, last_login=staff.last_login).update(is_active=False)
    if changed:
        revoke_tokens(by=None, staff=staff)
        summary = f"账号 {staff.username}，{settings.IDLE_ACCOUNT_DAYS} 天没有使用"
        record(by=None, deed=DEED, on=staff, summary=summary)
    return bool(changed)
