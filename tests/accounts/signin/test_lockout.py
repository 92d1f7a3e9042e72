"""Wrong passwords lock the account's sign-in for half an hour, whether or not there is such an account (A11)."""

import re

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client

from lianyungang_cdpf.accounts.tokens import issue_token
from lianyungang_cdpf.audit.models import AuditLine
from tests.accounts.signin.conftest import NEW
from tests.fixtures_city import PASSWORD

WRONG = "Not-the-right-1"


@pytest.fixture
def hashes(monkeypatch):
    """A list that grows with every password that is hashed."""
    made, encode = [], MD5PasswordHasher.encode

    def counted(self, password, salt):
        made.append(len(password))
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    return made


def seen(answer, username):
    """What a stranger can tell from an answer: status, header and page, without the token and what they typed."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode()).replace(username, "…")
    return answer.status_code, answer.headers.get("Retry-After"), page


def test_the_fifth_wrong_password_locks_for_thirty_minutes(haizhou_clerk, at_the_gate, noon):
    told = [at_the_gate("haizhou_clerk", WRONG) for _ in range(5)]
    assert [one.status_code for one in told] == [200] * 4 + [429]
    assert "12:30 以后再试" in told[4].content.decode() and told[4]["Retry-After"] == "1800"
    noon(29)
    assert at_the_gate("haizhou_clerk").status_code == 429
    noon(30, seconds=1)
    assert at_the_gate("haizhou_clerk").status_code == 302


def test_tries_while_it_is_locked_do_not_prolong_the_lock(haizhou_clerk, at_the_gate, noon):
    for minute in (0, 0, 0, 0, 0, 10, 20, 29):
        noon(minute)
        at_the_gate("haizhou_clerk", WRONG)
    noon(30, seconds=1)
    assert at_the_gate("haizhou_clerk").status_code == 302


def test_unknown_disabled_and_known_accounts_are_answered_alike_at_every_try(make_staff, at_the_gate, noon, hashes):
    make_staff("known")
    make_staff("disabled", is_active=False)
    work = []
    for _ in range(7):
        told = []
        for number, name in enumerate(("known", "disabled", "unknown")):
            del hashes[:]
            answer = at_the_gate(name, WRONG, address=f"10.1.1.{number}")
            told.append((seen(answer, name), len(hashes)))
        assert told[0] == told[1] == told[2]
        work.append(told[0][1])
    # One hash for each password that is looked at, none while it is locked.
    assert work == [1] * 5 + [0] * 2


def test_a_disabled_account_with_its_right_password_gets_the_sentence_of_a_wrong_one(make_staff, at_the_gate, noon):
    make_staff("disabled", is_active=False)
    right, unknown = at_the_gate("disabled"), at_the_gate("unknown", address="10.1.1.2")
    assert seen(right, "disabled") == seen(unknown, "unknown")
    assert "用户名或密码不正确" in right.content.decode()


def test_a_lock_is_the_addresss_own_until_the_account_is_guessed_from_many(haizhou_clerk, at_the_gate, noon, settings):
    settings.SIGN_IN_FAILURES = settings.SIGN_IN_FAILURES | {"account": 7}
    for _ in range(5):
        at_the_gate("haizhou_clerk", WRONG, address="6.6.6.6")
    assert at_the_gate("haizhou_clerk", address="10.1.1.1").status_code == 302
    for _ in range(2):
        at_the_gate("haizhou_clerk", WRONG, address="6.6.6.7")
    assert at_the_gate("haizhou_clerk", address="10.1.1.1").status_code == 429


def test_one_password_tried_on_many_accounts_locks_the_address(haizhou_clerk, at_the_gate, noon, settings):
    settings.SIGN_IN_FAILURES = settings.SIGN_IN_FAILURES | {"address": 6}
    told = [at_the_gate(f"name{number}", WRONG).status_code for number in range(6)]
    assert told == [200] * 5 + [429]
    assert at_the_gate("haizhou_clerk").status_code == 429
    assert at_the_gate("haizhou_clerk", address="10.1.1.2").status_code == 302


def test_behind_a_proxy_that_nobody_told_us_of_nobody_locks_out_everybody(haizhou_clerk, at_the_gate, noon, settings):
    settings.SIGN_IN_FAILURES = settings.SIGN_IN_FAILURES | {"address": 6}
    told = [at_the_gate(f"name{number}", WRONG, address="127.0.0.1").status_code for number in range(12)]
    assert set(told) == {200}
    assert at_the_gate("haizhou_clerk", address="127.0.0.1").status_code == 302
    told = [at_the_gate("haizhou_clerk", WRONG, address="127.0.0.1").status_code for _ in range(5)]
    assert told == [200] * 4 + [429]
    assert AccessAttempt.objects.count() == 13


def test_a_right_password_forgives_the_wrong_ones_before_it(haizhou_clerk, at_the_gate):
    for _ in range(3):
        for _ in range(4):
            at_the_gate("haizhou_clerk", WRONG)
        assert at_the_gate("haizhou_clerk").status_code == 302


def test_guesses_of_the_old_password_at_an_open_session_count_as_at_sign_in(haizhou_clerk, at_the_gate, noon, sign_in):
    client = sign_in(haizhou_clerk)
    client.defaults["REMOTE_ADDR"] = "10.1.1.1"
    new = {"new_password1": NEW, "new_password2": NEW}
    told = [client.post("/admin/password_change/", {"old_password": WRONG, **new}).status_code for _ in range(5)]
    assert told == [200] * 4 + [429]
    right = client.post("/admin/password_change/", {"old_password": PASSWORD, **new})
    assert right.status_code == 429 and "12:30 以后再试" in right.content.decode()
    assert at_the_gate("haizhou_clerk").status_code == 429
    assert AuditLine.objects.filter(deed="登录失败").count() == 5 + 2
    noon(31)
    assert at_the_gate("haizhou_clerk").status_code == 302


def test_what_was_typed_is_not_kept(haizhou_clerk, at_the_gate):
    """People type the password where the username belongs."""
    for _ in range(2):
        at_the_gate(PASSWORD, "haizhou_clerk", next="/admin/work/?q=320706")
        at_the_gate("haizhou_clerk", WRONG)
    attempts, lines = (str(list(model.objects.values())) for model in (AccessAttempt, AuditLine))
    assert AccessAttempt.objects.count() == 2
    assert not [word for word in (PASSWORD, WRONG, "haizhou_clerk", "320706", "csrf") if word in attempts]
    # The log names accounts that there are, and where they belong.
    assert "haizhou_clerk" in lines
    assert not [word for word in (PASSWORD, WRONG, "q=320706", "csrf") if word in lines]


def test_the_log_names_a_known_account_and_repeats_no_unknown_name(haizhou_clerk, at_the_gate):
    for name in ("haizhou_clerk", PASSWORD):
        for _ in range(7):
            at_the_gate(name, WRONG)
    lines = AuditLine.objects.filter(deed="登录锁定").order_by("pk").values_list("object_id", "summary")
    known = (str(haizhou_clerk.pk), "账号 haizhou_clerk，来自 10.1.1.1")
    assert list(lines) == [known, ("", "没有这个账号，来自 10.1.1.1")]


def test_a_password_set_anew_by_the_administrator_opens_the_account(
    make_staff, haizhou_clerk, sign_in, at_the_gate, account_form
):
    for _ in range(5):
        at_the_gate("haizhou_clerk", WRONG)
    admin = sign_in(make_staff("root", area="320700", role="system_admin"))
    sent = account_form(haizhou_clerk, password1=NEW, password2=NEW)
    assert admin.post(f"/admin/accounts/staff/{haizhou_clerk.pk}/change/", sent).status_code == 302
    assert at_the_gate("haizhou_clerk", NEW).status_code == 302


def test_a_program_with_wrong_tokens_is_stopped_at_its_address(haizhou_clerk, noon, settings):
    _, right = issue_token(by=None, staff=haizhou_clerk, name="报表系统")

    def ask(token, address):
        headers = {"authorization": f"Bearer {token}"}
        return Client(REMOTE_ADDR=address).get("/api/v1/zones", headers=headers)

    told = [ask("lyg_wrong", "6.6.6.6").status_code for _ in range(settings.SIGN_IN_FAILURES["token"])]
    assert set(told) == {401}
    stopped = ask(right, "6.6.6.6")
    assert (stopped.status_code, stopped.json()["code"]) == (429, "too_many_requests")
    assert ask(right, "10.1.1.1").status_code == 200
    noon(31)
    assert ask(right, "6.6.6.6").status_code == 200


def test_a_program_with_wrong_tokens_stops_nobody_behind_a_proxy_that_nobody_told_us_of(haizhou_clerk, settings):
    _, right = issue_token(by=None, staff=haizhou_clerk, name="报表系统")
    client = Client(REMOTE_ADDR="127.0.0.1")
    for _ in range(settings.SIGN_IN_FAILURES["token"] + 1):
        assert client.get("/api/v1/zones", headers={"authorization": "Bearer lyg_wrong"}).status_code == 401
    assert client.get("/api/v1/zones", headers={"authorization": f"Bearer {right}"}).status_code == 200
