"""Accounts that nobody has used for ninety days are disabled, and only those."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from lianyungang_cdpf.accounts.models import ApiToken, Role, Staff
from lianyungang_cdpf.accounts.signin import idle
from lianyungang_cdpf.accounts.signin.idle import disable_idle_accounts
from lianyungang_cdpf.accounts.tokens import issue_token
from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.management.commands.worker import Command as Worker

# By name: how many days ago each was made, last signed in to and enabled.
ACCOUNTS = {
    "never": (91, None, None), "new": (89, None, None), "left": (400, 91, None), "works": (400, 89, None),
    "enabled": (400, 200, 5), "program": (400, None, None),
}  # fmt: skip


def ago(days):
    return timezone.now() - timedelta(days=days) if days else None


def said(*arguments):
    out = StringIO()
    call_command("disable_idle_accounts", *arguments, stdout=out)
    return out.getvalue()


def disabled():
    return set(Staff.objects.filter(is_active=False).values_list("username", flat=True))


@pytest.fixture
def accounts(production, make_staff):
    for name, (joined, login, enabled) in ACCOUNTS.items():
        make_staff(name, date_joined=ago(joined), last_login=ago(login), enabled_at=ago(enabled))
    for name, used in (("program", ago(3)), ("left", ago(120))):
        issue_token(by=None, staff=Staff.objects.get(username=name), name="报表", days=366)
        ApiToken.objects.filter(staff__username=name).update(last_used_at=used)


def test_only_unused_accounts_are_disabled_with_their_tokens_and_a_line_each(accounts):
    assert {staff.username for staff in disable_idle_accounts()} == {"never", "left"}
    assert disabled() == {"never", "left"}
    assert set(ApiToken.objects.filter(revoked_at=None).values_list("staff__username", flat=True)) == {"program"}
    lines = AuditLine.objects.filter(deed="停用闲置账号")
    assert {line.summary for line in lines} == {"账号 never，90 天没有使用", "账号 left，90 天没有使用"}
    assert disable_idle_accounts() == []


def test_a_dry_run_says_whom_and_changes_nothing(accounts):
    told = said("--dry-run")
    assert "账号 left（县区经办，海州区）" in told and "将停用 2 个账号" in told
    assert not disabled()
    assert "已停用 2 个账号" in said()
    assert disabled() == {"never", "left"}


def test_whoever_signs_in_at_that_moment_keeps_the_account(accounts, monkeypatch):
    found = list(idle.idle_accounts())
    Staff.objects.filter(username="left").update(last_login=timezone.now())
    monkeypatch.setattr(idle, "idle_accounts", lambda: found)
    assert [staff.username for staff in disable_idle_accounts()] == ["never"]


def test_the_role_counts_that_an_account_holds_at_that_moment(accounts, make_staff, monkeypatch):
    """Read as a clerk of whom there are others, it has become the only one who gives roles."""
    found = list(idle.idle_accounts())
    only = next(staff for staff in found if staff.username == "left")
    Staff.objects.filter(pk=only.pk).update(role=Role.objects.get(code="system_admin"))
    monkeypatch.setattr(idle, "idle_accounts", lambda: found)
    assert [staff.username for staff in disable_idle_accounts()] == ["never"]
    assert disabled() == {"never"}


@pytest.fixture
def administrators(accounts, make_staff):
    """Two security administrators and one system administrator, all idle for longer than is allowed."""
    # Out of force at first: once two are in office, nobody else gets a role at once.
    told = {"area": "320700", "date_joined": ago(400), "is_active": False}
    make_staff("keeper_1", role="security_admin", last_login=ago(120), **told)
    make_staff("keeper_2", role="security_admin", last_login=ago(150), **told)
    make_staff("root", role="system_admin", last_login=ago(300), **told)
    make_staff("log", role="audit_admin", last_login=ago(300), **told)
    Staff.objects.update(is_active=True)


def test_the_last_administrators_who_give_roles_are_left_alone_with_a_sentence(administrators):
    for arguments, what in ((["--dry-run"], "将停用 4 个账号"), ([], "已停用 4 个账号"), ([], "已停用 0 个账号")):
        told = said(*arguments)
        assert what in told
        assert "账号 keeper_1（安全管理员，连云港市）" in told and "是最后一名在用的安全管理员，没有停用" in told
        assert "是最后一名在用的系统管理员，没有停用" in told
    assert disabled() == {"never", "left", "keeper_2", "log"}
    lines = AuditLine.objects.filter(deed="停用闲置账号", result="refused").values_list("summary", flat=True)
    assert set(lines) == {
        "账号 keeper_1，是最后一名在用的安全管理员，没有停用", "账号 root，是最后一名在用的系统管理员，没有停用",
    }  # fmt: skip


def test_the_worker_does_it_daily_and_nothing_where_the_setting_is_zero(accounts, settings):
    settings.IDLE_ACCOUNT_DAYS = 0
    Worker()._purge_daily()
    assert not disabled()
    settings.IDLE_ACCOUNT_DAYS = 90
    Worker()._purge_daily()
    assert disabled() == {"never", "left"}


def test_an_account_enabled_by_the_administrator_counts_from_then(accounts, make_staff, sign_in, account_form):
    left = Staff.objects.get(username="left")
    Staff.objects.filter(pk=left.pk).update(is_active=False)
    root = sign_in(make_staff("root", area="320700", role="system_admin"))
    assert root.post(f"/admin/accounts/staff/{left.pk}/change/", account_form(left)).status_code == 302
    assert Staff.objects.get(pk=left.pk).is_active
    assert "left" not in {staff.username for staff in disable_idle_accounts()}
