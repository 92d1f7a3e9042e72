"""A role is given by two people, neither of whom it concerns; the database holds it whoever writes to it."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from lianyungang_cdpf.accounts.actions import create_staff
from lianyungang_cdpf.accounts.duties.actions import (
    approve_change,
    note_first_role,
    propose_change,
    refuse_change,
    withdraw_change,
)
from lianyungang_cdpf.accounts.duties.models import RoleChange
from lianyungang_cdpf.accounts.factor import codes
from lianyungang_cdpf.accounts.models import ApiToken, Area, RecoveryCode, Role, Staff, TotpDevice, Zone
from lianyungang_cdpf.accounts.tokens import issue_token
from lianyungang_cdpf.audit.models import AuditLine
from tests.fixtures_city import PASSWORD


def refused(deed):
    """The sentence with which the database refuses."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        deed()
    return str(refusal.value)


def test_an_approved_change_is_held_from_then_on_and_signs_the_account_out(
    propose, system_admin, haizhou_clerk, sign_in
):
    client = sign_in(haizhou_clerk)
    token, _ = issue_token(by=None, staff=haizhou_clerk, name="报表系统")
    change = propose(haizhou_clerk)
    assert client.get("/admin/work/").status_code == 200
    approve_change(by=system_admin, change=change)
    haizhou_clerk.refresh_from_db()
    assert haizhou_clerk.role.code == "district_reviewer"
    assert client.get("/admin/work/").status_code == 302
    assert not ApiToken.objects.in_force(timezone.now()).filter(pk=token.pk).exists()
    lines = [(line.deed, line.username) for line in AuditLine.objects.filter(object_type="角色变更").order_by("pk")]
    assert lines == [("提出角色变更", "security"), ("批准角色变更", "system")]
    assert AuditLine.objects.filter(deed="批准角色变更").get().summary == (
        "账号 haizhou_clerk：县区经办，海州区 → 县区审核，海州区"
    )


def test_another_accounts_session_goes_on(propose, system_admin, haizhou_clerk, donghai_clerk, sign_in):
    client = sign_in(donghai_clerk)
    approve_change(by=system_admin, change=propose(haizhou_clerk))
    assert client.get("/admin/work/").status_code == 200


def test_a_place_is_changed_the_same_way(propose, system_admin, haizhou_clerk):
    approve_change(by=system_admin, change=propose(haizhou_clerk, "district_clerk", zone=Zone.objects.get(key="xuwei")))
    haizhou_clerk.refresh_from_db()
    assert (haizhou_clerk.place_name, haizhou_clerk.area) == ("徐圩新区", None)


def test_a_role_is_taken_the_same_way_and_the_account_opens_nothing(propose, system_admin, haizhou_clerk, client):
    approve_change(by=system_admin, change=propose(haizhou_clerk, None))
    haizhou_clerk.refresh_from_db()
    client.force_login(haizhou_clerk)
    assert haizhou_clerk.role is None and client.get("/admin/work/").status_code == 302


def test_a_new_account_gets_its_first_role_by_two(propose, system_admin, make_person):
    newcomer = Staff.objects.create(username="new", area=Area.objects.get(code="320706"), is_staff=True)
    approve_change(by=system_admin, change=propose(newcomer, "finance"))
    newcomer.refresh_from_db()
    assert newcomer.role.code == "finance"


@pytest.mark.parametrize(("role", "kept"), [("security_admin", None), ("audit_admin", None), ("leader", "LYG-0666")])
def test_no_identity_that_another_has_given_opens_an_account_that_keeps_its_own(
    propose, security_admin, system_admin, role, kept
):
    newcomer = Staff.objects.create(username="new", area=security_admin.area, is_staff=True, identity="LYG-0666")
    approve_change(by=system_admin, change=propose(newcomer, role))
    newcomer.refresh_from_db()
    assert (newcomer.role.code, newcomer.identity) == (role, kept)


@pytest.mark.parametrize("role", ["security_admin", "audit_admin"])
def test_who_made_an_account_does_not_sign_in_as_the_one_that_keeps_its_own(
    propose, system_admin, role, client, settings
):
    newcomer = Staff(username="new", area=system_admin.area, is_staff=True)
    newcomer.set_password(PASSWORD)
    newcomer.save()
    TotpDevice.objects.create(staff=newcomer, key=codes.new_key(), confirmed_at=timezone.now())
    RecoveryCode.objects.create(staff=newcomer, digest="x")
    approve_change(by=system_admin, change=propose(newcomer, role))
    newcomer.refresh_from_db()
    assert not newcomer.has_usable_password()
    assert not newcomer.totp_devices.exists() and not newcomer.recovery_codes.exists()
    client.post("/admin/login/", {"username": "new", "password": PASSWORD})
    assert SESSION_KEY not in client.session
    settings.PASSWORD_MAX_AGE_DAYS, settings.SECOND_FACTOR = 90, "offered"
    # As `bin/manage changepassword` does: whoever stands beside the owner at the server knows it.
    newcomer.set_password("Another-horse-10")
    newcomer.save()
    client.post("/admin/login/", {"username": "new", "password": "Another-horse-10"})
    assert client.session[SESSION_KEY] == str(newcomer.pk)
    assert client.get("/admin/work/").url == "/admin/password_change/"


def test_who_keeps_their_own_already_and_who_never_does_keep_their_password(
    propose, system_admin, security_admin, haizhou_clerk
):
    second = Staff.objects.create(username="second", area=system_admin.area, is_staff=True)
    approve_change(by=system_admin, change=propose(second, "security_admin"))
    second.refresh_from_db()
    second.set_password("Another-horse-10")
    second.save()
    approve_change(by=system_admin, change=propose(second, "audit_admin"))
    approve_change(by=system_admin, change=propose(haizhou_clerk))
    for staff, password in ((second, "Another-horse-10"), (haizhou_clerk, PASSWORD)):
        staff.refresh_from_db()
        assert staff.check_password(password)


def test_identities_given_to_them_before_end_with_the_migration(security_admin, haizhou_clerk):
    for staff in (security_admin, haizhou_clerk):
        Staff.objects.filter(pk=staff.pk).update(identity=f"LYG-{staff.pk}")
    import_module("lianyungang_cdpf.accounts.migrations.0007_no_identity_of_who_keeps_their_own").end_given_identities(
        apps, None
    )
    kept = Staff.objects.filter(identity__isnull=False).values_list("username", flat=True)
    assert list(kept) == ["haizhou_clerk"]


def test_who_proposed_does_not_decide(propose, security_admin, haizhou_clerk):
    change = propose(haizhou_clerk)
    for deed in (approve_change, refuse_change):
        with pytest.raises(ValidationError, match="请由另一人批准或驳回"):
            deed(by=security_admin, change=change, answer="同意这样办理")
    change.refresh_from_db()
    assert change.is_open


def test_nobody_proposes_or_decides_their_own(propose, security_admin, system_admin):
    with pytest.raises(ValidationError, match="不能提出自己的角色变更"):
        propose(security_admin, "leader")
    second = Staff.objects.create(username="second", area=system_admin.area, is_staff=True)
    approve_change(by=system_admin, change=propose(second, "system_admin"))
    with pytest.raises(ValidationError, match="不能批准或驳回自己的角色变更"):
        approve_change(by=system_admin, change=propose(system_admin, "leader"))


def test_a_second_account_of_the_same_person_is_the_same_person(propose, security_admin, system_admin, haizhou_clerk):
    change = propose(haizhou_clerk)
    # Behind the back of the rules: the database keeps two administrators of one person apart.
    security_admin.employee_no = system_admin.employee_no = "0001"
    Staff.objects.filter(pk=security_admin.pk).update(employee_no="0001")
    change.proposed_by.refresh_from_db()
    with pytest.raises(ValidationError, match="角色变更由您提出"):
        approve_change(by=system_admin, change=change)
    said = refused(lambda: Staff.objects.filter(pk=system_admin.pk).update(employee_no="0001"))
    assert "同一工号的另一个账号已有不能兼任的角色" in said


def test_a_clerks_second_account_does_not_become_the_reviewer(propose, haizhou_clerk, donghai_clerk):
    Staff.objects.filter(pk__in=[haizhou_clerk.pk, donghai_clerk.pk]).update(employee_no="0717")
    with pytest.raises(ValidationError, match="工号 0717 的另一个账号“donghai_clerk”是“县区经办”"):
        propose(haizhou_clerk)


def test_a_refusal_gives_its_reason_and_changes_nothing(propose, system_admin, haizhou_clerk):
    change = propose(haizhou_clerk)
    with pytest.raises(ValidationError, match="至少五个字"):
        refuse_change(by=system_admin, change=change, answer="")
    refuse_change(by=system_admin, change=change, answer="没有任职文件")
    haizhou_clerk.refresh_from_db()
    assert haizhou_clerk.role.code == "district_clerk"
    with pytest.raises(ValidationError, match="已处理"):
        approve_change(by=system_admin, change=change)


def test_only_who_proposed_withdraws_and_an_account_has_one_open_change(
    propose, system_admin, security_admin, haizhou_clerk
):
    change = propose(haizhou_clerk)
    with pytest.raises(ValidationError, match="已有一项角色变更等待批准"):
        propose(haizhou_clerk, "finance")
    with pytest.raises(ValidationError, match="只有提出人可以撤回"):
        withdraw_change(by=system_admin, change=change)
    withdraw_change(by=security_admin, change=change)
    assert propose(haizhou_clerk, "finance").is_open


@pytest.mark.parametrize(
    ("role", "sentence"),
    [("leader", "角色“领导”只适用于市一级，不能用于海州区（县区）"), ("district_clerk", "没有需要变更的内容")],
)
def test_what_does_not_fit_is_not_proposed(propose, haizhou_clerk, role, sentence):
    with pytest.raises(ValidationError, match=sentence):
        propose(haizhou_clerk, role)
    assert not RoleChange.objects.exists()


def test_so_does_the_last_system_administrator(propose, system_admin):
    with pytest.raises(ValidationError, match="最后一名在用的系统管理员"):
        propose(system_admin, None)


def test_the_last_security_administrator_stays_until_there_is_another(
    propose, security_admin, system_admin, haizhou_clerk, make_person
):
    reason = "岗位调整，连残发〔2019〕12号"
    second = Staff.objects.create(username="second", area=security_admin.area, is_staff=True)
    approve_change(by=system_admin, change=propose(second, "security_admin"))
    second.refresh_from_db()
    leaving = propose_change(
        by=second, staff=security_admin, role=None, area=security_admin.area, zone=None, reason=reason
    )
    Staff.objects.filter(pk=second.pk).update(is_active=False)
    with pytest.raises(ValidationError, match="最后一名在用的安全管理员"):
        approve_change(by=system_admin, change=leaving)


# -- held in the database ------------------------------------------------------------------------------------------


def test_the_database_refuses_a_role_or_place_that_no_two_people_gave(propose, system_admin, haizhou_clerk):
    rows, finance = Staff.objects.filter(pk=haizhou_clerk.pk), Role.objects.get(code="finance")
    donghai = Area.objects.get(code="320722")
    propose(haizhou_clerk, "finance")
    for change in ({"role": finance}, {"area": donghai}, {"role": None}):
        assert "另一人批准" in refused(lambda change=change: rows.update(**change))
    new = Staff(username="new", area=donghai, role=finance)
    assert "另一人批准" in refused(new.save)
    assert rows.update(name="孙敏") == 1


def test_an_old_approval_serves_once(propose, system_admin, security_admin, haizhou_clerk):
    clerk, rows = haizhou_clerk.role, Staff.objects.filter(pk=haizhou_clerk.pk)
    approve_change(by=system_admin, change=propose(haizhou_clerk, "finance"))
    haizhou_clerk.refresh_from_db()
    approve_change(by=system_admin, change=propose(haizhou_clerk, "district_clerk"))
    assert "另一人批准" in refused(lambda: rows.update(role=Role.objects.get(code="finance")))
    assert rows.get().role == clerk


def test_the_database_keeps_what_was_proposed_and_decided(propose, system_admin, haizhou_clerk, donghai_clerk):
    change = propose(haizhou_clerk)
    rows = RoleChange.objects.filter(pk=change.pk)
    assert "不能修改或删除" in refused(lambda: rows.update(to_role=Role.objects.get(code="finance")))
    assert "不能修改或删除" in refused(lambda: rows.update(staff=donghai_clerk))
    refuse_change(by=system_admin, change=change, answer="没有任职文件")
    assert "不能修改或删除" in refused(lambda: rows.update(state="approved"))
    assert "不能修改或删除" in refused(rows.delete)


def test_the_database_refuses_an_approval_that_was_never_proposed(security_admin, system_admin, haizhou_clerk):
    told = {
        "staff": haizhou_clerk, "to_role": Role.objects.get(code="finance"), "to_area": haizhou_clerk.area,
        "reason": "岗位调整", "decided_at": timezone.now(),
    }  # fmt: skip
    approved = {"state": "approved", "proposed_by": security_admin, "decided_by": system_admin}
    assert "先提出再批准" in refused(lambda: RoleChange.objects.create(**told, **approved))
    assert "先提出再批准" in refused(lambda: RoleChange.objects.create(**told, state="installed"))
    note_first_role(haizhou_clerk)
    assert "先提出再批准" in refused(lambda: note_first_role(haizhou_clerk))


@pytest.mark.parametrize(
    ("people", "constraint"),
    [
        (("security", "security"), "role_change_is_decided_by_another"),
        (("security", "haizhou_clerk"), "role_change_is_not_decided_by_its_subject"),
    ],
)
def test_the_database_keeps_proposer_decider_and_subject_apart(
    propose, security_admin, haizhou_clerk, people, constraint
):
    change = propose(haizhou_clerk)
    decider = Staff.objects.get(username=people[1])
    said = refused(
        lambda: RoleChange.objects.filter(pk=change.pk).update(
            state="approved", decided_by=decider, decided_at=timezone.now()
        )
    )
    assert constraint in said


# -- the first accounts --------------------------------------------------------------------------------------------


def test_the_first_accounts_get_their_roles_at_once_until_two_administrators_are_in_office(city):
    def create(username, role):
        told = {"username": username, "role": Role.objects.get(code=role), "password": "horse-Battery-9"}
        return create_staff(by=None, area=Area.objects.get(code="320700"), **told)

    create("security", "security_admin")
    create("system", "system_admin")
    with pytest.raises(ValidationError, match="已有安全管理员在岗"):
        create("leader", "leader")
    assert [(one.staff.username, one.state) for one in RoleChange.objects.order_by("pk")] == [
        ("security", "installed"),
        ("system", "installed"),
    ]


def test_a_token_of_an_account_without_a_role_opens_nothing(haizhou_clerk, client):
    _, token = issue_token(by=None, staff=haizhou_clerk, name="报表系统")
    Staff.objects.filter(pk=haizhou_clerk.pk).update(role=None)
    assert client.get("/api/v1/zones", headers={"authorization": f"Bearer {token}"}).status_code == 401
