"""The frame of every page: who sees what in it, how it is reached, and what is left when something went wrong."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.views.defaults import server_error

from tests.fixtures_city import PASSWORD


@pytest.fixture
def city_page(see, make_staff):
    return see(make_staff("operator", area="320700", role="city_operator", name="周明"))


def test_sign_in_page_is_sound_before_and_after_a_wrong_password(city, page, sound):
    sound("/admin/login/")
    assert page.locator("h1").inner_text() == "登录"
    page.fill("#id_username", "nobody")
    page.fill("#id_password", "wrong")
    page.locator("main button").click()
    assert page.title().startswith("错误：")
    assert "用户名或密码不正确" in page.locator("[role=alert]").inner_text()
    sound.here()


def test_front_pages_password_pages_and_sign_out_are_sound(city_page, sound):
    for path in ("/admin/work/", "/admin/beneficiaries/", "/admin/password_change/", "/admin/password_change/done/"):
        sound(path)
    page = sound("/admin/work/")
    page.locator(".me summary").click()
    sound.here()
    page.get_by_role("button", name="退出").click()
    assert page.locator("h1").inner_text() == "已退出"
    sound.here()


def test_a_keyboard_alone_signs_in_opens_a_ledger_and_signs_out(make_staff, page, live_portal):
    make_staff("keys", role="district_clerk", name="周明")
    page.goto("/admin/login/?next=/admin/work/")
    page.keyboard.type("keys")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_portal.url}/admin/work/")
    press_until(page, "残疾人档案")
    page.keyboard.press("Enter")
    page.wait_for_url("**/beneficiaries/person/")
    press_until(page, "周明", key="Shift+Tab")
    page.keyboard.press("Enter")
    press_until(page, "退出")
    page.keyboard.press("Enter")
    page.wait_for_url("**/logout/")
    assert page.locator("h1").inner_text() == "已退出"


def press_until(page, words, key="Tab"):
    """Press the key until what has the focus says the words."""
    for _ in range(80):
        page.keyboard.press(key)
        if words in page.evaluate("document.activeElement.textContent || ''"):
            return
    raise AssertionError(f"the keyboard does not reach “{words}”")


def test_the_first_tab_leads_past_the_menu(city_page):
    city_page.goto("/admin/work/")
    city_page.keyboard.press("Tab")
    assert city_page.evaluate("document.activeElement.textContent") == "跳到正文"
    city_page.keyboard.press("Enter")
    assert city_page.evaluate("location.hash") == "#main"


def test_on_a_phone_the_ledgers_open_from_a_button_and_close_with_escape(city_page, at_width, sound):
    at_width(390)
    city_page.goto("/admin/beneficiaries/person/")
    ledgers = city_page.get_by_role("navigation", name="业务目录")
    assert not ledgers.is_visible()
    city_page.get_by_role("button", name="业务目录").click()
    assert ledgers.is_visible()
    city_page.keyboard.press("Escape")
    assert not ledgers.is_visible()


@pytest.mark.parametrize(
    ("role", "area", "links"),
    [
        ("city_operator", "320700", ["驾驶舱", "业务台账", "设施", "花名册导入", "月报", "待办", "通报"]),
        ("leader", "320700", ["驾驶舱", "业务台账", "设施", "月报", "通报"]),
        ("town_clerk", "320706006", ["驾驶舱", "业务台账", "设施", "花名册导入"]),
        ("system_admin", "320700", ["业务台账"]),
    ],
)
def test_the_menu_offers_only_what_the_role_may_do(make_staff, see, role, area, links):
    page = see(make_staff(role, area=area, role=role))
    page.goto("/admin/work/")
    assert page.locator(".top nav a").all_inner_texts() == links


def test_ledgers_stand_in_work_groups_in_the_order_of_the_work(city_page):
    city_page.goto("/admin/work/")
    groups = city_page.locator("main h2").all_inner_texts()
    assert groups == [name for name in ("人员", "补贴", "服务", "设施", "目标", "公众网站", "管理") if name in groups]
    assert groups[0] == "人员"


def test_nobody_sees_a_ledger_that_the_role_does_not_open(make_staff, see):
    page = see(make_staff("admin", area="320700", role="system_admin"))
    page.goto("/admin/work/")
    assert page.locator("main h2").all_inner_texts() == ["管理"]


def test_demonstration_data_is_marked_on_every_page_before_and_after_sign_in(city, page, sound, see, make_staff):
    from lianyungang_cdpf.targets.models import Demonstration

    Demonstration.objects.create(as_of=date(2019, 9, 30), people=1, seed=1)
    assert "演示数据库，截至 2019 年 9 月 30 日" in sound("/admin/login/").locator(".demo").inner_text()
    see(make_staff("operator", area="320700", role="city_operator", name="周明"))
    assert sound("/admin/work/").locator(".demo").is_visible()


def test_a_database_of_real_work_has_no_demonstration_mark(city_page):
    city_page.goto("/admin/work/")
    assert city_page.locator(".demo").count() == 0


def test_a_request_for_another_host_is_refused_in_chinese_without_detail(db):
    response = Client().get("/admin/", headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    text = response.content.decode()
    assert "请求有误" in text and "elsewhere" not in text


@pytest.mark.parametrize("signed_in", [False, True])
def test_an_unknown_address_says_so_in_chinese_without_detail(city_page, sound, signed_in):
    if not signed_in:
        city_page.context.clear_cookies()
    page = sound("/no/such/page-8517/")
    assert page.locator("h1").inner_text() == "页面不存在"
    assert "8517" not in page.content()


def test_a_page_without_permission_says_whom_to_ask(make_staff, see, sound):
    see(make_staff("clerk", role="district_clerk", name="周明"))
    assert sound("/admin/accounts/staff/").locator("h1").inner_text() == "没有权限"


def test_an_expired_form_says_what_to_do(city):
    response = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "x", "password": "y"})
    assert response.status_code == 403
    text = response.content.decode()
    assert "页面已过期" in text and "CSRF" not in text


def test_a_crash_shows_chinese_and_asks_the_database_nothing(rf, db, django_assert_num_queries):
    with django_assert_num_queries(0, connection=connection):
        response = server_error(rf.get("/admin/"))
    assert response.status_code == 500
    text = response.content.decode()
    assert "系统出错了" in text and "Traceback" not in text


def test_a_crash_page_is_sound(rf, db, page, sound, live_portal):
    html = server_error(rf.get("/admin/")).content.decode()
    page.route("**/crashed/", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    sound("/crashed/")


def test_the_pages_hold_no_inline_style_or_script(city_page):
    for path in ("/admin/work/", "/admin/beneficiaries/person/", "/admin/beneficiaries/person/add/"):
        response = city_page.goto(path)
        html = response.text()
        assert "<style" not in html and " style=" not in html and " onclick=" not in html
        assert "unsafe" not in response.headers["content-security-policy"]
