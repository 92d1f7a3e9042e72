"""What a password must be, when it has to be changed, and that nothing else can be done before."""

from datetime import timedelta

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from lianyungang_cdpf.accounts.actions import create_staff
from lianyungang_cdpf.accounts.models import Area, PasswordHistory, Role, Staff
from lianyungang_cdpf.accounts.tokens import issue_token
from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.management.commands.create_staff import made_up
from tests.accounts.signin.conftest import NEW
from tests.fixtures_city import PASSWORD

CHANGE = "/admin/password_change/"


def change(client, new, old=PASSWORD):
    return client.post(CHANGE, {"old_password": old, "new_password1": new, "new_password2": new})


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("Sh0rt-one", "10 个字符"),
        ("onlysmallletters", "四类中的三类"),
        ("small-letters-and-signs", "四类中的三类"),
        ("HZ01-is-here-9", "不能含有用户名或姓名"),
        ("Wang王小芳2026", "不能含有用户名或姓名"),
        ("9876543210", "四类中的三类"),
    ],
)
def test_a_weak_password_is_refused_with_what_to_do(db, password, sentence):
    with pytest.raises(ValidationError) as refusal:
        validate_password(password, Staff(username="hz01", name="王小芳"))
    assert sentence in "".join(refusal.value.messages)


def test_three_classes_in_ten_characters_are_enough_and_made_up_ones_hold_to_it(db):
    validate_password("Abcdefgh-j", Staff(username="hz01", name="王小芳"))
    for _ in range(50):
        validate_password(made_up(), Staff(username="hz01"))


def test_none_of_the_last_five_comes_back(haizhou_clerk, sign_in):
    client, used = sign_in(haizhou_clerk), [PASSWORD]
    for number in range(5):
        for old in used:
            assert "最近用过" in str(change(client, old, used[-1]).context["form"].errors)
        used.append(f"Another-horse-{number}0")
        assert change(client, used[-1], used[-2]).status_code == 302
    assert PasswordHistory.objects.filter(staff=haizhou_clerk).count() == 5
    assert not PasswordHistory.objects.visible_to(haizhou_clerk).exists()
    assert change(client, PASSWORD, used[-1]).status_code == 302
    kept = str(list(PasswordHistory.objects.values())) + str(list(AuditLine.objects.values()))
    assert not [one for one in used if one in kept]
    assert AuditLine.objects.filter(deed="修改本人密码", staff=haizhou_clerk).count() == 6


@pytest.mark.parametrize("old", ["", "Not-the-0ld-one"])
def test_without_the_old_password_nobody_hears_whether_a_guess_was_one(haizhou_clerk, sign_in, old):
    errors = change(sign_in(haizhou_clerk), PASSWORD, old).context["form"].errors
    assert set(errors) == {"old_password"}


def test_the_administrators_form_tells_nobody_whether_a_guess_is_the_password(
    make_staff, haizhou_clerk, sign_in, account_form
):
    client = sign_in(make_staff("root", area="320700", role="system_admin"))
    said = []
    for guess in (PASSWORD, "Not-their-0ne-at-all"):
        sent = account_form(haizhou_clerk, username="", password1=guess, password2=guess)
        answer = client.post(f"/admin/accounts/staff/{haizhou_clerk.pk}/change/", sent)
        said.append(answer.context["adminform"].form.errors)
    assert set(said[0]) == {"username"} and said[0] == said[1]


def test_boxes_for_passwords_work_with_password_managers(haizhou_clerk, sign_in, client):
    page = sign_in(haizhou_clerk).get(CHANGE).content.decode()
    assert page.count('autocomplete="new-password"') == 2 and page.count('autocomplete="current-password"') == 1
    gate = client.get("/admin/login/").content.decode()
    assert 'autocomplete="username"' in gate and 'autocomplete="current-password"' in gate


@pytest.fixture
def given(production, city):
    """An account whose password the administrator set."""
    told = {"role": Role.objects.get(code="district_clerk"), "area": Area.objects.get(code="320706")}
    return create_staff(by=None, username="given", password=PASSWORD, **told)


def test_a_password_given_by_another_is_changed_before_anything_else(given, at_the_gate):
    client = Client()
    assert at_the_gate("given", client=client).status_code == 302
    for path in ("/admin/work/", "/admin/beneficiaries/person/", "/admin/intake/"):
        assert client.get(path).url == CHANGE
    assert client.post("/admin/intake/", {"kind": "hardship_subsidy"}).url == CHANGE
    refused = client.get("/api/v1/people")
    assert refused.status_code == 403 and "修改密码" in refused.json()["message"]
    assert "别人替您设置" in client.get(CHANGE).content.decode()
    assert change(client, PASSWORD).status_code == 200
    assert change(client, NEW).status_code == 302
    assert client.get("/admin/work/").status_code == 200
    again = Client()
    assert at_the_gate("given", NEW, client=again).status_code == 302
    assert again.get("/admin/work/").status_code == 200


def test_leaving_is_always_possible_and_a_token_goes_on(given, at_the_gate):
    _, token = issue_token(by=None, staff=given, name="报表系统")
    client = Client()
    at_the_gate("given", client=client)
    assert client.post("/admin/logout/").status_code == 200
    assert Client().get("/api/v1/zones", headers={"authorization": f"Bearer {token}"}).status_code == 200


def test_a_password_of_ninety_days_is_changed_first_and_a_younger_one_is_not(production, make_staff, sign_in):
    staff = make_staff("clerk")
    for days, answer in ((89, 200), (91, 302)):
        Staff.objects.filter(pk=staff.pk).update(password_set_at=timezone.now() - timedelta(days=days))
        client = sign_in(Staff.objects.get(pk=staff.pk))
        assert client.get("/admin/work/").status_code == answer
    assert "使用较长时间" in client.get(CHANGE).content.decode()


def test_nobody_is_asked_where_the_setting_is_zero(given, settings, sign_in):
    settings.PASSWORD_MAX_AGE_DAYS = 0
    assert sign_in(given).get("/admin/work/").status_code == 200


def test_the_administrators_form_marks_the_account_and_leaves_ones_own_password(
    production, make_staff, haizhou_clerk, sign_in, account_form
):
    root = make_staff("root", area="320700", role="system_admin")
    for staff, is_set in ((haizhou_clerk, True), (root, False)):
        sent = account_form(staff, password1=NEW, password2=NEW)
        assert sign_in(root).post(f"/admin/accounts/staff/{staff.pk}/change/", sent).status_code == 302
        staff.refresh_from_db()
        assert (staff.password_given_at is not None, staff.check_password(NEW)) == (is_set, is_set)
