"""check_invariants and check --deploy say who stands above the roles, and what no two people gave."""

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection

from lianyungang_cdpf.accounts.duties import triggers
from lianyungang_cdpf.accounts.duties.actions import approve_change, note_first_role
from lianyungang_cdpf.accounts.duties.checks import nobody_stands_above_the_roles
from lianyungang_cdpf.accounts.duties.invariants import breaches
from lianyungang_cdpf.accounts.models import Role, Staff, Zone
from lianyungang_cdpf.accounts.tokens import issue_token


@pytest.fixture
def production(settings):
    settings.SUPERUSERS_ALLOWED = False


@pytest.fixture
def behind_the_back(db):
    """Does what the triggers refuse, as whoever owns the database could."""

    def write(rows, **values):
        editor = connection.schema_editor(atomic=False)
        triggers.drop(None, editor)
        rows.update(**values)
        triggers.create(None, editor)

    return write


@pytest.fixture
def noted(security_admin):
    """Two administrators in office; everybody's first role is written down."""
    for staff in Staff.objects.all():
        note_first_role(staff)
    return security_admin


def test_roles_given_by_two_people_are_in_order(noted, propose, system_admin, haizhou_clerk):
    approve_change(by=system_admin, change=propose(haizhou_clerk, "finance"))
    assert list(breaches()) == []


def test_a_superuser_and_a_single_permission_are_found(noted, haizhou_clerk, donghai_clerk):
    Staff.objects.filter(pk=haizhou_clerk.pk).update(is_superuser=True)
    donghai_clerk.user_permissions.add(Permission.objects.first())
    found = list(breaches())
    assert [sentence[:18] for sentence in found] == ["账号 haizhou_clerk 是", "账号 donghai_clerk 有"]
    assert [error.msg for error in nobody_stands_above_the_roles(None)] == found


def test_nothing_is_above_the_roles_where_nobody_was_put_there(noted):
    assert nobody_stands_above_the_roles(None) == []


def test_in_production_a_superuser_opens_nothing(production, haizhou_clerk, sign_in, client):
    token, text = issue_token(by=None, staff=haizhou_clerk, name="报表系统")
    Staff.objects.filter(pk=haizhou_clerk.pk).update(is_superuser=True)
    haizhou_clerk.refresh_from_db()
    assert not haizhou_clerk.has_perm("audit.view_auditline") and not haizhou_clerk.has_module_perms("audit")
    assert sign_in(haizhou_clerk).get("/admin/work/").status_code == 302
    answer = client.get("/api/v1/areas", headers={"authorization": f"Bearer {text}"})
    assert answer.status_code == 401


def test_in_production_a_single_permission_opens_nothing(production, haizhou_clerk):
    log = Permission.objects.get(codename="view_auditline")
    haizhou_clerk.user_permissions.add(log)
    assert haizhou_clerk.has_perm("beneficiaries.view_person")
    assert not haizhou_clerk.has_perm("audit.view_auditline")


def test_in_production_no_superuser_is_made(production, city):
    with pytest.raises(ValidationError, match="生产环境不设超级管理员"):
        Staff.objects.create_superuser(username="root", password="horse-Battery-9")  # noqa: S106
    with pytest.raises(CommandError, match="生产环境不设超级管理员"):
        call_command("createsuperuser", interactive=False, username="root", email="root@portal.invalid")
    assert not Staff.objects.exists()


@pytest.mark.parametrize("what", ["role", "place"])
def test_a_role_or_place_that_no_two_people_gave_is_found(noted, haizhou_clerk, behind_the_back, what):
    place = {"area": None, "zone": Zone.objects.first()}
    values = {"role": Role.objects.get(code="finance")} if what == "role" else place
    behind_the_back(Staff.objects.filter(pk=haizhou_clerk.pk), **values)
    assert list(breaches()) == ["账号 haizhou_clerk 现在的角色或所属没有经两人办理的角色变更。"]


def test_two_duties_in_one_hand_are_found(noted, system_admin, behind_the_back):
    rows = Staff.objects.filter(pk__in=[noted.pk, system_admin.pk])
    behind_the_back(rows, employee_no="0001")
    assert list(breaches()) == ["工号 0001 的账号兼任了不能兼任的角色：安全管理员、系统管理员。"]


def test_a_change_decided_by_one_person_with_two_accounts_is_found(
    noted, propose, system_admin, haizhou_clerk, behind_the_back
):
    change = approve_change(by=system_admin, change=propose(haizhou_clerk, "finance"))
    behind_the_back(Staff.objects.filter(pk__in=[haizhou_clerk.pk, system_admin.pk]), employee_no="0002")
    assert list(breaches()) == [f"角色变更 {change.pk} 由同一工号的人提出或取得并批准。"]


def test_the_triggers_stand(db):
    """A migration that makes one of their tables anew on SQLite loses them."""
    names = {rule.name for rule in triggers.RULES}
    table = "sqlite_master WHERE type = 'trigger'" if connection.vendor == "sqlite" else "pg_trigger"
    column = "name" if connection.vendor == "sqlite" else "tgname"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")  # noqa: S608
        assert names <= {name for (name,) in cursor.fetchall()}
