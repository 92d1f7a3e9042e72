"""Signing in and out has its lines; what Django tells of them it tells by signals."""

from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

from lianyungang_cdpf.audit.actions import Result, record


def note_sign_in(sender, user, **told):
    """Whoever signed in."""
    record(by=user, deed="登录")


def note_sign_out(sender, user, **told):
    """Whoever signed out; an expired session has nobody who does."""
    if user is not None:
        record(by=user, deed="退出登录")


def note_failure(sender, credentials, **told):
    """A failed sign-in, by the account where there is one. What else was typed may be a password, and is not kept."""
    accounts = get_user_model().objects.select_related("area", "zone", "role")
    tried = accounts.filter(username=str(credentials.get("username") or "")[:64].replace("\0", "")).first()
    summary = "" if tried else "用户名不存在"
    record(by=tried, deed="登录失败", summary=summary, result=Result.FAILED)


def listen() -> None:
    """Called once when the portal starts."""
    for signal, heard in (
        (user_logged_in, note_sign_in), (user_logged_out, note_sign_out), (user_login_failed, note_failure),
    ):  # fmt: skip
        signal.connect(heard, dispatch_uid=f"audit.{heard.__name__}")
