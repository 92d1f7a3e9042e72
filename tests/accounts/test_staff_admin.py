"""The system administrator keeps the accounts; the security administrator sees them too, nobody else."""

import json

import pytest
from django.utils import timezone

from lianyungang_cdpf.accounts import loading
from lianyungang_cdpf.accounts.models import ApiToken, Area, Role, Staff, Zone
from lianyungang_cdpf.accounts.tokens import issue_token
from lianyungang_cdpf.audit.models import AuditLine
from tests.fixtures_city import HAIZHOU_TOWN

GOOD = "horse-Battery-9"
ADD = "/admin/accounts/staff/add/"


@pytest.fixture
def administrator(make_staff):
    return make_staff("root", area="320700", role="system_admin")


@pytest.fixture
def entries(city):
    """entries(area="320706", zone="", ...): what the form is sent; a role too, for which it has no box."""

    def entries(area="320706", zone="", role="district_clerk", **more):
        return {
            "username": "hz01", "name": "李四", "is_active": "on", "password1": GOOD, "password2": GOOD,
            "area": Area.objects.get(code=area).pk if area else "",
            "zone": Zone.objects.get(key=zone).pk if zone else "",
            "role": Role.objects.get(code=role).pk, **more,
        }  # fmt: skip

    return entries


def _errors(response) -> str:
    return str(response.context["adminform"].form.errors)


def test_administrator_makes_an_account_that_opens_nothing_until_it_has_a_role(administrator, sign_in, entries, client):
    assert sign_in(administrator).post(ADD, entries()).status_code == 302
    staff = Staff.objects.get(username="hz01")
    assert (staff.is_staff, staff.is_superuser, staff.place_name, staff.role) == (True, False, "海州区", None)
    assert not client.login(username="hz01", password=GOOD)
    client.force_login(staff)
    assert client.get("/admin/work/").status_code == 302
    line = AuditLine.objects.get(deed="新增工作人员")
    assert (line.deed, line.username) == ("新增工作人员", "root")
    assert line.summary.startswith("账号 hz01，无角色，海州区")


def test_an_account_of_a_zone_has_no_area(administrator, sign_in, entries):
    assert sign_in(administrator).post(ADD, entries(area="", zone="xuwei")).status_code == 302
    assert Staff.objects.get(username="hz01").zone.key == "xuwei"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"zone": "xuwei"}, "恰好选一个"),
        ({"area": ""}, "恰好选一个"),
        ({"username": "root"}, "已有同名用户。"),
        ({"username": "a b"}, "用户名只能用文字、数字和 @ . + - _。"),
        ({"password2": "another-One-9"}, "两次输入的密码不一样"),
        ({"password1": "1234567890", "password2": "1234567890"}, "全是数字"),
        ({"username": "lianyungang", "password1": "lianyungang1", "password2": "lianyungang1"}, "太相近"),
        ({"password1": "", "password2": ""}, "password1"),
    ],
)
def test_refusal_says_what_is_wrong_and_makes_nothing(administrator, sign_in, entries, wrong, sentence):
    response = sign_in(administrator).post(ADD, entries(**wrong))
    assert response.status_code == 200 and sentence in _errors(response)
    assert Staff.objects.count() == 1 and not AuditLine.objects.filter(deed="新增工作人员").exists()


def test_a_blank_password_keeps_the_old_one_and_a_new_one_replaces_it(
    administrator, haizhou_clerk, sign_in, entries, client
):
    address, admin = f"/admin/accounts/staff/{haizhou_clerk.pk}/change/", sign_in(administrator)
    old = haizhou_clerk.password
    assert admin.post(address, entries(username="hz", password1="", password2="")).status_code == 302
    haizhou_clerk.refresh_from_db()
    assert (haizhou_clerk.username, haizhou_clerk.password) == ("hz", old)
    assert admin.post(address, entries(username="hz")).status_code == 302
    assert client.login(username="hz", password=GOOD)
    assert haizhou_clerk.role.code == "district_clerk"
    assert GOOD not in str(list(AuditLine.objects.values()))


def test_a_disabled_account_is_out_at_once(administrator, haizhou_clerk, sign_in, entries):
    clerk = sign_in(haizhou_clerk)
    assert clerk.get("/admin/work/").status_code == 200
    sent = entries(username="haizhou_clerk", password1="", password2="", is_active="")
    sign_in(administrator).post(f"/admin/accounts/staff/{haizhou_clerk.pk}/change/", sent)
    assert clerk.get("/admin/work/").status_code == 302
    assert "已停用" in AuditLine.objects.first().summary


def test_an_account_enabled_again_has_none_of_its_old_tokens(administrator, haizhou_clerk, sign_in, entries):
    token, _ = issue_token(by=None, staff=haizhou_clerk, name="报表系统")
    address, admin = f"/admin/accounts/staff/{haizhou_clerk.pk}/change/", sign_in(administrator)
    for state in ("", "on"):
        admin.post(address, entries(username="haizhou_clerk", password1="", password2="", is_active=state))
    haizhou_clerk.refresh_from_db()
    assert haizhou_clerk.is_active
    assert not ApiToken.objects.in_force(timezone.now()).filter(pk=token.pk).exists()


def test_no_form_of_an_account_changes_a_role_or_a_place(administrator, haizhou_clerk, sign_in, entries):
    sent = entries(username="hz", password1="", password2="", area="320722", role="district_reviewer")
    address, admin = f"/admin/accounts/staff/{haizhou_clerk.pk}/change/", sign_in(administrator)
    assert not {"role", "area", "zone"} & set(admin.get(address).context["adminform"].form.fields)
    assert admin.post(address, sent).status_code == 302
    haizhou_clerk.refresh_from_db()
    assert (haizhou_clerk.username, haizhou_clerk.place_name) == ("hz", "海州区")
    assert haizhou_clerk.role.code == "district_clerk"


def test_two_accounts_of_one_person_never_hold_roles_that_are_kept_apart(
    administrator, haizhou_clerk, make_staff, sign_in, entries
):
    reviewer = make_staff("reviewer", role="district_reviewer", employee_no="0717")
    address, admin = f"/admin/accounts/staff/{haizhou_clerk.pk}/change/", sign_in(administrator)
    sent = entries(username="haizhou_clerk", password1="", password2="", employee_no="0717")
    assert "工号 0717 的另一个账号“reviewer”是“县区审核”，同一人不能兼任“县区经办”" in _errors(
        admin.post(address, sent)
    )
    Staff.objects.filter(pk=reviewer.pk).update(is_active=False)
    assert admin.post(address, sent).status_code == 302
    again = {**entries(username="reviewer", password1="", password2="", employee_no="0717"), "is_active": "on"}
    answer = admin.post(f"/admin/accounts/staff/{reviewer.pk}/change/", again)
    assert "同一人不能兼任“县区审核”" in _errors(answer)


def test_the_last_security_administrator_is_not_disabled(administrator, make_staff, sign_in, entries):
    keeper = make_staff("keeper", area="320700", role="security_admin")
    sent = entries(username="keeper", password1="", password2="", is_active="")
    answer = sign_in(administrator).post(f"/admin/accounts/staff/{keeper.pk}/change/", sent)
    assert "最后一名在用的安全管理员" in _errors(answer)


@pytest.mark.parametrize("role", ["security_admin", "audit_admin"])
def test_nobody_takes_over_what_another_duty_signs_in_by(administrator, make_staff, sign_in, entries, role):
    other = make_staff("other", area="320700", role=role, identity="LYG-0001")
    address, admin = f"/admin/accounts/staff/{other.pk}/change/", sign_in(administrator)
    page = admin.get(address)
    assert "再输入一次密码" not in page.content.decode()
    assert not {"username", "identity", "password1"} & set(page.context["adminform"].form.fields)
    sent = entries(username="renamed", identity="LYG-0666", name="王五")
    assert admin.post(address, sent).status_code == 302
    before = other.password
    other.refresh_from_db()
    assert (other.username, other.identity, other.password) == ("other", "LYG-0001", before)
    assert other.name == "王五"


def test_the_security_administrator_sees_accounts_and_makes_none(administrator, make_staff, sign_in, entries):
    keeper = sign_in(make_staff("keeper", area="320700", role="security_admin"))
    page = keeper.get(f"/admin/accounts/staff/{administrator.pk}/change/")
    assert page.status_code == 200 and "再输入一次密码" not in page.content.decode()
    assert keeper.get(ADD).status_code == 403 and keeper.post(ADD, entries()).status_code == 403
    assert keeper.post(f"/admin/accounts/staff/{administrator.pk}/change/", entries()).status_code == 403


def test_nobody_disables_their_own_account(administrator, sign_in, entries):
    address = f"/admin/accounts/staff/{administrator.pk}/change/"
    sent = entries(username="root", password1="", password2="", is_active="", role="city_operator")
    assert sign_in(administrator).post(address, sent).status_code == 302
    administrator.refresh_from_db()
    assert (administrator.role.code, administrator.place_name, administrator.is_active) == (
        "system_admin",
        "连云港市",
        True,
    )


def test_nobody_changes_what_they_sign_in_by_in_the_accounts_form(administrator, sign_in, entries):
    address, admin = f"/admin/accounts/staff/{administrator.pk}/change/", sign_in(administrator)
    assert "再输入一次密码" not in admin.get(address).content.decode()
    sent = entries(username="renamed", identity="LYG-0666", name="赵六", is_active="on", role="system_admin")
    assert admin.post(address, sent).status_code == 302
    before = administrator.username, administrator.identity, administrator.password
    administrator.refresh_from_db()
    assert (administrator.username, administrator.identity, administrator.password) == before
    assert administrator.name == "赵六"


def test_the_form_offers_no_superuser_and_no_single_permission(administrator, haizhou_clerk, sign_in, entries):
    address, admin = f"/admin/accounts/staff/{haizhou_clerk.pk}/change/", sign_in(administrator)
    fields = set(admin.get(address).context["adminform"].form.fields)
    assert not fields & {"is_superuser", "is_staff", "groups", "user_permissions", "password"}
    rights = [permission.pk for permission in administrator.role.permissions.all()]
    admin.post(address, entries(username="hz", is_superuser="on", user_permissions=rights, groups=[1]))
    haizhou_clerk.refresh_from_db()
    assert not haizhou_clerk.is_superuser
    assert not haizhou_clerk.user_permissions.exists() and not haizhou_clerk.groups.exists()


def test_an_account_is_never_deleted(administrator, haizhou_clerk, sign_in):
    admin = sign_in(administrator)
    for ask in (admin.get, admin.post):
        assert ask(f"/admin/accounts/staff/{haizhou_clerk.pk}/delete/").status_code == 403


@pytest.mark.parametrize("model", ["staff", "role", "area", "zone"])
def test_only_the_administrator_sees_accounts_and_roles(model, administrator, city_clerk, make_staff, sign_in):
    others = [city_clerk, make_staff("auditor", area="320700", role="auditor")]
    assert [sign_in(staff).get(f"/admin/accounts/{model}/").status_code for staff in others] == [403, 403]
    assert sign_in(administrator).get(f"/admin/accounts/{model}/").status_code == 200


def test_roles_are_shown_with_their_deeds_and_not_changed(administrator, sign_in):
    admin = sign_in(administrator)
    listed = admin.get("/admin/accounts/role/").content.decode()
    roles = json.loads(loading.fixture("roles.json").read_text(encoding="utf-8"))["roles"]
    deeds = next(len(role["deeds"]) for role in roles if role["code"] == "finance")
    assert all(words in listed for words in ("新增、停用账号，重置密码", "县区、市", f"；等 {deeds} 项"))
    finance = Role.objects.get(code="finance")
    page = admin.get(f"/admin/accounts/role/{finance.pk}/change/").content.decode()
    assert all(deed in page for deed in ("查看目标进度看板", "标记花名册已发放", "查看完整银行账号"))
    role = Role.objects.get(code="leader")
    assert admin.post(f"/admin/accounts/role/{role.pk}/change/", {"name": "王"}).status_code == 403
    assert admin.get("/admin/accounts/role/add/").status_code == 403


def test_areas_are_found_by_name_and_code_and_not_changed(administrator, sign_in):
    admin = sign_in(administrator)
    for words in ("新海街道", "320706006"):
        rows = admin.get("/admin/accounts/area/", {"q": words}).context_data["cl"].queryset
        assert HAIZHOU_TOWN in [area.code for area in rows]
    area = Area.objects.get(code=HAIZHOU_TOWN)
    assert admin.post(f"/admin/accounts/area/{area.pk}/change/", {"name": "x"}).status_code == 403
    assert "云台街道" in admin.get("/admin/accounts/zone/").content.decode()


def test_groups_and_background_tasks_are_not_in_the_admin(administrator, sign_in):
    admin = sign_in(administrator)
    for path in ("/admin/auth/group/", "/admin/django_tasks_database/dbtaskresult/"):
        assert admin.get(path).status_code == 404


def test_only_the_administrator_of_the_log_reads_it_and_nobody_writes_it(
    administrator, haizhou_clerk, make_staff, sign_in, entries
):
    sign_in(administrator).post(ADD, entries())
    auditor = sign_in(make_staff("log", area="320700", role="audit_admin"))
    page = auditor.get("/admin/audit/auditline/").content.decode()
    assert "新增工作人员" in page and "连云港市" in page
    for other in (haizhou_clerk, administrator, make_staff("auditor", area="320700", role="auditor")):
        assert sign_in(other).get("/admin/audit/auditline/").status_code == 403
    line = AuditLine.objects.get(deed="新增工作人员")
    for view in ("change", "delete"):
        assert auditor.post(f"/admin/audit/auditline/{line.pk}/{view}/", {"summary": "x"}).status_code == 403
    assert auditor.get("/admin/audit/auditline/add/").status_code == 403
