"""The deeds on a second factor: nothing counts twice, guesses run out, and of the secrets nothing can be read."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from lianyungang_cdpf.accounts.factor import actions
from lianyungang_cdpf.accounts.factor.models import RecoveryCode, TotpDevice
from lianyungang_cdpf.audit.models import AuditLine
from tests.accounts.factor.phone import shown


def deeds():
    return list(AuditLine.objects.order_by("pk").values_list("deed", flat=True))


def test_a_code_of_the_phone_counts_once(equipped, code_of):
    code = code_of(equipped)
    assert actions.check_code(by=equipped, code=code).right
    again = actions.check_code(by=equipped, code=code)
    assert not again.right and again.sentence == actions.WRONG
    assert actions.check_code(by=equipped, code=code_of(equipped, 1)).right


def test_the_code_of_the_set_up_does_not_sign_in_as_well(reviewer):
    device = actions.begin_set_up(by=reviewer)
    code = shown(device.key)
    actions.confirm_set_up(by=reviewer, code=code)
    assert not actions.check_code(by=reviewer, code=code).right


def test_a_recovery_code_counts_once_and_leaves_a_line(equipped):
    code = equipped.codes[3]
    assert actions.use_recovery_code(by=equipped, code=f" {code.upper()} ").right
    assert actions.use_recovery_code(by=equipped, code=code).sentence == actions.WRONG_RECOVERY
    assert deeds() == ["设置第二步验证", "使用恢复码", "第二步验证码错误"]
    assert "还剩 9 个" in AuditLine.objects.get(deed="使用恢复码").summary


def test_after_five_wrong_codes_even_the_right_one_waits(equipped, code_of):
    for _ in range(4):
        assert actions.check_code(by=equipped, code="000000").sentence == actions.WRONG
    fifth = actions.use_recovery_code(by=equipped, code="aaaaa-aaaaa")
    assert "输错次数太多" in fifth.sentence
    assert not actions.check_code(by=equipped, code=code_of(equipped)).right
    assert not actions.use_recovery_code(by=equipped, code=equipped.codes[0]).right
    assert deeds().count("第二步验证码错误") == 5
    TotpDevice.objects.update(closed_until=timezone.now() - timedelta(seconds=1))
    assert actions.check_code(by=equipped, code=code_of(equipped)).right
    assert TotpDevice.objects.get().wrong_codes == 0


@pytest.mark.parametrize(("before", "minutes"), [(4, 15), (9, 30), (14, 60), (104, 24 * 60)])
def test_each_five_wrong_codes_cost_twice_the_time_up_to_a_day(equipped, before, minutes):
    TotpDevice.objects.update(wrong_codes=before)
    actions.check_code(by=equipped, code="000000")
    wait = TotpDevice.objects.get().closed_until - timezone.now()
    assert timedelta(minutes=minutes - 1) < wait <= timedelta(minutes=minutes)


def test_another_phone_replaces_the_first_only_once_it_has_shown_a_code(equipped, code_of):
    old = code_of(equipped)
    device = actions.begin_set_up(by=equipped)
    assert actions.check_code(by=equipped, code=old).right
    with pytest.raises(ValidationError, match="本页的二维码"):
        actions.confirm_set_up(by=equipped, code=code_of(equipped, 1))
    fresh = actions.confirm_set_up(by=equipped, code=shown(device.key))
    assert TotpDevice.objects.get().pk == device.pk
    assert not actions.use_recovery_code(by=equipped, code=equipped.codes[0]).right
    assert actions.use_recovery_code(by=equipped, code=fresh[0]).right
    assert "更换第二步验证" in deeds()


def test_new_recovery_codes_replace_the_old_ones(equipped):
    fresh = actions.renew_recovery_codes(by=equipped)
    assert len(fresh) == RecoveryCode.objects.count() == 10
    assert not actions.use_recovery_code(by=equipped, code=equipped.codes[0]).right
    assert actions.use_recovery_code(by=equipped, code=fresh[9]).right


def test_nobody_gets_recovery_codes_without_a_phone(reviewer):
    with pytest.raises(ValidationError, match="还没有设置"):
        actions.renew_recovery_codes(by=reviewer)
    with pytest.raises(ValidationError, match="还没有开始"):
        actions.confirm_set_up(by=reviewer, code="000000")


def test_the_database_holds_neither_key_nor_codes(equipped, code_of):
    key = TotpDevice.objects.get().key
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM accounts_totpdevice")
        stored = bytes(cursor.fetchone()[0])
        cursor.execute("SELECT digest FROM accounts_recoverycode")
        digests = {row[0] for row in cursor.fetchall()}
    assert len(key) == 32 and len(stored) > 32 and key.encode() not in stored
    assert len(digests) == 10
    assert not [code for code in equipped.codes for one in digests if code in one or code.replace("-", "") in one]


def test_the_database_allows_one_phone_in_use(equipped):
    with pytest.raises(IntegrityError), transaction.atomic():
        TotpDevice.objects.create(staff=equipped, key="A" * 32, confirmed_at=timezone.now())


def test_a_lost_phone_is_cleared_by_somebody_else(equipped, make_staff):
    administrator = make_staff("root", area="320700", role="system_admin")
    with pytest.raises(ValidationError, match="另一位"):
        actions.clear_second_factor(by=equipped, staff=equipped)
    assert actions.clear_second_factor(by=administrator, staff=equipped)
    assert not TotpDevice.objects.exists() and not RecoveryCode.objects.exists()
    assert not actions.clear_second_factor(by=administrator, staff=equipped)
    assert deeds().count("清除第二步验证") == 1
    assert not actions.check_code(by=equipped, code="000000").right


def test_the_administrators_beside_are_cleared_at_the_server_only(make_staff):
    administrator = make_staff("root", area="320700", role="system_admin")
    log = make_staff("log", area="320700", role="audit_admin")
    TotpDevice.objects.create(staff=log, key="A" * 32, confirmed_at=timezone.now())
    with pytest.raises(ValidationError, match="审计管理员的第二步验证不由系统管理员清除"):
        actions.clear_second_factor(by=administrator, staff=log)
    assert TotpDevice.objects.filter(staff=log).exists()
    assert actions.clear_second_factor(by=None, staff=log)


def test_the_command_line_clears_for_the_only_administrator(equipped, capsys):
    call_command("clear_second_factor", "reviewer")
    assert not TotpDevice.objects.exists()
    assert AuditLine.objects.get(deed="清除第二步验证").username == "system"
    assert "已清除账号 reviewer 的第二步验证" in capsys.readouterr().out
    with pytest.raises(CommandError, match="没有账号“nobody”"):
        call_command("clear_second_factor", "nobody")
