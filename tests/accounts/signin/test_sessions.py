"""How long a session lasts, what ends it at once, and that none of this costs an ordinary request anything (A11)."""

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lianyungang_cdpf.accounts.models import Area, Role
from lianyungang_cdpf.audit.models import AuditLine
from tests.accounts.signin.conftest import NEW
from tests.fixtures_city import PASSWORD
from tests.house.project import ROOT

PAGE, WALL = "/admin/work/", "/admin/board/wall/"
TIMER = {"portal-timer": "1"}


def end_of(client, path=PAGE):
    """The address that an ended session is led to, and the page that it finds there."""
    answer = client.get(path)
    assert answer.status_code == 302 and answer.url.startswith("/admin/login/?next=")
    return answer.url, client.get(answer.url).content.decode()


def test_without_a_request_for_thirty_minutes_it_ends_and_comes_back_to_where_one_was(haizhou_clerk, at_the_gate, noon):
    client, page = Client(), "/admin/beneficiaries/person/?q=1"
    at_the_gate("haizhou_clerk", client=client)
    noon(29)
    assert client.get(PAGE).status_code == 200
    noon(29 + 31)
    where, told = end_of(client, page)
    assert "较长时间没有操作" in told
    assert at_the_gate("haizhou_clerk", client=client, path=where, next=page).url == page


def test_after_twelve_hours_it_ends_whatever_is_done(haizhou_clerk, sign_in, noon):
    client = sign_in(haizhou_clerk)
    for minute in range(29, 12 * 60, 29):
        noon(minute)
        assert client.get("/admin/session/").status_code == 200
    noon(12 * 60)
    assert "最长时间" in end_of(client)[1]


def test_a_form_sent_too_late_says_that_it_was_not_saved(haizhou_clerk, sign_in, noon):
    client = sign_in(haizhou_clerk)
    noon(31)
    came_from = "http://testserver/admin/beneficiaries/person/add/?x=1"
    answer = client.post("/admin/beneficiaries/transfer/add/", {}, headers={"referer": came_from})
    assert answer.url == "/admin/login/?next=/admin/beneficiaries/person/add/%3Fx%3D1"
    assert "提交的内容没有保存" in client.get(answer.url).content.decode()
    client = sign_in(haizhou_clerk)
    noon(31 + 31)
    answer = client.post(PAGE, {}, headers={"referer": "https://elsewhere.example/admin/x/"})
    assert answer.url == "/admin/login/?next=/admin/"


def test_scripts_that_ask_by_themselves_do_not_keep_it_alive(haizhou_clerk, sign_in, noon):
    client = sign_in(haizhou_clerk)
    for minute in range(1, 30):
        noon(minute)
        assert client.get("/admin/intake/states/", headers=TIMER).status_code == 200
    noon(30)
    late = client.get("/admin/intake/states/", headers=TIMER)
    assert late.status_code == 401 and "较长时间没有操作" in late.json()["message"]
    # The sentence is left for the page that a person opens.
    assert "较长时间没有操作" in end_of(client)[1]


def test_every_script_that_asks_by_itself_says_so():
    """Whoever adds a timer meets this."""
    scripts = [path for path in (ROOT / "static").rglob("*.js") if path.name != "echarts.js"]
    texts = {path.name: path.read_text(encoding="utf-8") for path in scripts}
    timed = {
        name for name, text in texts.items() if "fetch(" in text and ("location.reload" in text or "Inter" in text)
    }
    assert {"intake.js", "wall.js"} <= timed
    assert not [name for name in {*timed, "session.js"} if '"Portal-Timer": "1"' not in texts[name]]


def test_staying_on_is_a_post_and_asking_is_not(haizhou_clerk, sign_in, noon):
    client = sign_in(haizhou_clerk)
    noon(28)
    assert client.get("/admin/session/", headers=TIMER).json() == {"left": 120, "last": False}
    assert client.post("/admin/session/", headers=TIMER).json() == {"left": 1800, "last": False}
    noon(57)
    assert client.get("/admin/session/", headers=TIMER).json() == {"left": 60, "last": False}
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(haizhou_clerk)
    assert guarded.post("/admin/session/").status_code == 403


def test_near_the_longest_time_nothing_more_is_to_be_had(haizhou_clerk, sign_in, noon):
    client = sign_in(haizhou_clerk)
    for minute in range(29, 715, 29):
        noon(minute)
        client.get("/admin/session/")
    noon(715)
    assert client.post("/admin/session/").json() == {"left": 300, "last": True}


def test_a_page_asks_no_more_statements_and_writes_once_a_minute(haizhou_clerk, sign_in, noon):
    client = sign_in(haizhou_clerk)
    client.get(PAGE)

    def statements():
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE)
        about = (
            one["sql"] for one in asked if '"django_session"' in one["sql"] or 'FROM "accounts_staff"' in one["sql"]
        )
        return [sql.split()[0] for sql in about]

    assert statements() == ["SELECT", "SELECT"]
    noon(1)
    assert "UPDATE" in statements()
    assert statements() == ["SELECT", "SELECT"]


def _role(staff):
    staff.role = Role.objects.get(code="district_reviewer")


def _place(staff):
    staff.area = Area.objects.get(code="320722")


def _disable(staff):
    staff.is_active = False


def _password(staff):
    staff.set_password(NEW)


@pytest.mark.parametrize("change", [_role, _place, _disable, _password])
def test_a_change_of_the_account_ends_its_sessions_with_the_next_request(change, haizhou_clerk, sign_in):
    client, program = sign_in(haizhou_clerk), sign_in(haizhou_clerk)
    assert client.get(PAGE).status_code == program.get("/api/v1/zones").status_code == 200
    change(haizhou_clerk)
    haizhou_clerk.save()
    refused = program.get("/api/v1/zones")
    assert (refused.status_code, refused.json()["code"]) == (401, "not_signed_in")
    assert "有变动" in refused.json()["message"]
    assert "有变动" in end_of(client)[1]
    assert client.get(PAGE).status_code == 302


def test_changing_ones_own_password_keeps_this_session_and_ends_the_others(haizhou_clerk, sign_in):
    here, there = sign_in(haizhou_clerk), sign_in(haizhou_clerk)
    here.post("/admin/password_change/", {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW})
    assert here.get(PAGE).status_code == 200
    assert there.get(PAGE).status_code == 302


def test_a_new_sign_in_ends_the_older_session_which_says_so(production, haizhou_clerk, sign_in):
    older, newer = sign_in(haizhou_clerk), sign_in(haizhou_clerk)
    assert newer.get(PAGE).status_code == 200
    assert "在别处登录" in end_of(older)[1]
    assert newer.get(PAGE).status_code == 200


def test_without_the_option_two_sessions_go_on(haizhou_clerk, sign_in):
    first, second = sign_in(haizhou_clerk), sign_in(haizhou_clerk)
    assert [client.get(PAGE).status_code for client in (first, second)] == [200, 200]


def test_a_session_given_before_signing_in_is_worth_nothing_after(haizhou_clerk, at_the_gate):
    visitor = Client()
    session = visitor.session
    session["x"] = 1
    session.save()
    visitor.cookies["sessionid"] = session.session_key
    assert at_the_gate("haizhou_clerk", client=visitor).status_code == 302
    assert visitor.cookies["sessionid"].value != session.session_key
    assert visitor.get(PAGE).status_code == 200
    thief = Client()
    thief.cookies["sessionid"] = session.session_key
    assert thief.get(PAGE).status_code == 302


def test_a_session_cannot_be_used_after_signing_out(haizhou_clerk, sign_in):
    client, thief = sign_in(haizhou_clerk), Client()
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    assert thief.get(PAGE).status_code == 200
    client.post("/admin/logout/")
    assert thief.get(PAGE).status_code == 302 and not Session.objects.exists()


def test_the_cookie_is_closed_to_scripts_and_other_sites(haizhou_clerk, at_the_gate, settings):
    settings.SESSION_COOKIE_SECURE = True
    cookie = at_the_gate("haizhou_clerk").cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"], cookie["max-age"]) == (True, "Lax", True, "")


@pytest.mark.parametrize(
    "wanted", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", "/\\elsewhere.example"]
)
def test_signing_in_leads_to_our_own_pages_only(wanted, haizhou_clerk, at_the_gate):
    assert at_the_gate("haizhou_clerk", next=wanted).url == "/admin/"


def test_after_a_password_one_reads_when_and_from_where_the_account_was_used_before(haizhou_clerk, at_the_gate, noon):
    first, second = Client(REMOTE_ADDR="10.1.1.7"), Client(REMOTE_ADDR="10.1.1.8")
    at_the_gate("haizhou_clerk", client=first)
    assert "上次登录" not in first.get(PAGE).content.decode()
    noon(60)
    at_the_gate("haizhou_clerk", client=second)
    assert "上次登录：2026-12-01 12:00，来自 10.1.1.7" in second.get(PAGE).content.decode()


def test_a_session_left_to_the_wall_stays_there_and_shows_nothing_else(production, city_clerk, sign_in, noon):
    client = sign_in(city_clerk)
    assert client.post("/admin/session/wall/").url == WALL
    assert AuditLine.objects.filter(staff=city_clerk, deed="保持大屏登录").count() == 1
    for day in (1, 29):
        noon(day * 24 * 60)
        assert client.get(WALL, headers=TIMER).status_code == 200
    sign_in(city_clerk)
    assert client.get(WALL).status_code == 200
    assert "只能看大屏" in end_of(client, "/admin/people/1/")[1]
    assert client.get(WALL).status_code == 302


def test_the_wall_is_not_left_on_where_the_setting_forbids_it_nor_for_ever(settings, city_clerk, sign_in, noon):
    settings.WALL_DAYS = 0
    client = sign_in(city_clerk)
    client.post("/admin/session/wall/")
    assert client.get(PAGE).status_code == 200
    settings.WALL_DAYS = 2
    client.post("/admin/session/wall/")
    assert client.get(WALL).status_code == 200
    noon(2 * 24 * 60 + 1)
    assert client.get(WALL).status_code == 302


def test_a_session_without_its_facts_is_none_of_ours(haizhou_clerk, sign_in):
    client = sign_in(haizhou_clerk)
    session = client.session
    del session["sign_in"]
    session.save()
    assert client.get(PAGE).status_code == 302


def test_every_page_warns_before_the_end_and_those_without_an_account_do_not(haizhou_clerk, sign_in):
    client = sign_in(haizhou_clerk)
    page = client.get(PAGE).content.decode()
    assert 'role="alertdialog"' in page and 'data-left="1800" data-warn="120"' in page
    assert "session-end" not in client.get("/aid/").content.decode()
    assert "session-end" not in Client().get("/admin/login/").content.decode()
