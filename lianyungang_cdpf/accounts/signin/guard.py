"""Lockout after wrong passwords, on django-axes: its tables and its place in the sign-in, our rules.

Failures are counted by a digest of what was typed as the username, never by the text: people type their password
there. Unknown, disabled and known accounts are counted, locked and answered alike.
"""

import math

from axes.backends import AxesStandaloneBackend
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, Q, Sum
from django.utils import timezone

from lianyungang_cdpf.accounts.client_address import client_address, counted_address
from lianyungang_cdpf.accounts.models import Staff
from lianyungang_cdpf.accounts.recording import record
from lianyungang_cdpf.fields import digest

DEED = "登录锁定"


def kept_name(request, credentials) -> str:
    """AXES_USERNAME_CALLABLE: what is kept of a username."""
    return digest_of((credentials or {}).get("username") or "")


def digest_of(username: str) -> str:
    """The digest under which an account's failures are counted."""
    return digest(username, "sign-in")


# Kept where failures are counted by no address ("unspecified", RFC 4291): null would not be unique.
NO_ADDRESS = "::"


def kept_address(request) -> str:
    """AXES_CLIENT_IP_CALLABLE: the address, or the IPv6 network, that failures are counted by."""
    return counted_address(request) or NO_ADDRESS


def locked_until(name: str, address: str):
    """The moment until which nobody signs in as this account from this address; None when it is open.

    Three counts (settings.SIGN_IN_FAILURES): the account from this address, which locks nobody else; the account from
    anywhere, against guessing from many places; the address for any account, against trying one password on all,
    unless there is none to count by. A lock ends AXES_COOLOFF_TIME after the last failure that was counted; while it
    lasts, none is.
    """
    account, here = Q(username=name), Q(ip_address=address)
    counts = {"account_and_address": account & here, "account": account}
    if address != NO_ADDRESS:
        counts["address"] = here
    asked = {code: Sum("failures_since_start", filter=rows, default=0) for code, rows in counts.items()}
    asked |= {f"{code}_last": Max("attempt_time", filter=rows) for code, rows in counts.items()}
    recent = AccessAttempt.objects.filter(account | here, attempt_time__gt=timezone.now() - settings.AXES_COOLOFF_TIME)
    found = recent.aggregate(**asked)
    over = [found[f"{code}_last"] for code in counts if found[code] >= settings.SIGN_IN_FAILURES[code]]
    return max(over) + settings.AXES_COOLOFF_TIME if over else None


class Lockout(AxesStandaloneBackend):
    """The first of the backends: closes the sign-in before a password is looked at."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        """Without a request (a command, a test) there is nobody to lock out."""
        return None if request is None else super().authenticate(request, username, password, **kwargs)


class SignInGuard(AxesDatabaseHandler):
    """AXES_HANDLER: what is counted, and when it is too much."""

    def is_locked(self, request, credentials=None) -> bool:
        until = locked_until(kept_name(request, credentials), request.axes_ip_address)
        request.sign_in_locked_until = until
        return until is not None

    def user_login_failed(self, sender, credentials, request=None, **kwargs):
        """Count a wrong password. Of what was sent nothing is kept but the digest of the name."""
        if request is None or request.axes_locked_out:
            return
        self.clean_expired_user_attempts(request, credentials)
        row = {"username": kept_name(request, credentials), "ip_address": request.axes_ip_address, "user_agent": ""}
        now = request.axes_attempt_time
        with transaction.atomic():
            AccessAttempt.objects.get_or_create(**row, defaults={"failures_since_start": 0, "attempt_time": now})
            AccessAttempt.objects.filter(**row).update(
                failures_since_start=F("failures_since_start") + 1, attempt_time=now
            )
        request.axes_locked_out = self.is_locked(request, credentials)
        if request.axes_locked_out:
            self._write_down(request, credentials)

    @staticmethod
    def _write_down(request, credentials):
        """A line each time a lock begins, of a known account by its key; an unknown name is not repeated."""
        staff = Staff.objects.filter(username=credentials.get("username") or "").first()
        whose = f"账号 {staff.username}" if staff else "没有这个账号"
        summary = f"{whose}，来自 {client_address(request) or '未知地址'}"
        record(by=None, deed=DEED, on=staff, summary=summary, result="refused")

    def user_logged_in(self, sender, request, user, **kwargs):
        """A right password forgives the wrong ones before it, from the same address only."""
        attempts = AccessAttempt.objects.filter(username=digest_of(user.get_username()))
        attempts.filter(ip_address=request.axes_ip_address).delete()

    def user_logged_out(self, sender, request, user, **kwargs):
        """Signing out changes nothing here."""


def unlock(username: str) -> None:
    """Forget an account's failures: its password was set anew."""
    AccessAttempt.objects.filter(username=digest_of(username)).delete()


def answer(request, response, credentials):
    """AXES_LOCKOUT_CALLABLE: the sign-in page as it is, marked for programs as too many attempts."""
    response.status_code = 429
    if until := getattr(request, "sign_in_locked_until", None):
        response.headers["Retry-After"] = str(max(1, math.ceil((until - timezone.now()).total_seconds())))
    return response
