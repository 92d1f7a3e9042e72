"""Deeds on passwords and unused accounts."""

from django.db import transaction
from django.utils import timezone

from lianyungang_cdpf.accounts.models import Staff
from lianyungang_cdpf.accounts.recording import record
from lianyungang_cdpf.accounts.signin.guard import unlock


@transaction.atomic
def change_own_password(*, by: Staff, password: str) -> Staff:
    """A new password of one's own, which the form has held against the rules; other sessions of the account end."""
    by.set_password(password)
    by.password_given_at = None
    by.save(update_fields=["password", "password_set_at", "password_given_at"])
    record(by=by, deed="修改本人密码", on=by)
    return by


def prepare_to_save(*, staff: Staff, form) -> None:
    """Before an account is saved by another's form: who was given a password changes it at the next sign-in, and who
    is enabled again counts as new."""
    if form.cleaned_data.get("password2"):
        staff.password_given_at = timezone.now()
        unlock(staff.username)
    if staff.pk and staff.is_active and "is_active" in form.changed_data:
        staff.enabled_at = timezone.now()
