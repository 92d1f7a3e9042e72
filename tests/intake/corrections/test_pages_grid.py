"""The page with the wrong rows in a real browser: by keyboard alone, at both widths, for clerks and reviewers."""

import json

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from lianyungang_cdpf.intake.work import run
from subsidies.models import Payment, PaymentAcceptance
from tests.intake.corrections.conftest import ACCOUNT, HEADER, WRONG_ACCOUNT

REASON = "存折账号，银行已核对"


# A busy machine takes its time over a row; what is waited for is the answer, not a number of seconds.
PATIENCE = 30_000


def page_of(job) -> str:
    return reverse("intake:grid", args=[job.uid])


@pytest.fixture
def messy(transactional_db, standards, make_person, send, run_import, haizhou_clerk):
    """Six rows: two right ones, three to be corrected, one with a passbook's account."""
    people = [make_person(name, category=4, grade=1, hardship="低保") for name in "甲乙丙丁戊己"]
    rows = [[one.name, one.id_number, "370", ACCOUNT] for one in people]
    rows[1][2] = "三百七"
    rows[2][0] = "丙误"
    rows[3][1] = rows[3][1][:-1] + ("1" if rows[3][1][-1] != "1" else "2")
    rows[4][3] = WRONG_ACCOUNT
    job = run_import(send(haizhou_clerk, "hardship_subsidy", [HEADER, *rows]))
    assert job.summary["bad_rows"] == 4
    job.people = people
    return job


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def retype(page, text):
    press(page, "Control+a")
    page.keyboard.insert_text(text)
    press(page, "Enter")


def focused(page) -> str:
    return page.evaluate("document.activeElement.id")


def tab_to(page, element_id: str, most=80):
    for _ in range(most):
        if focused(page) == element_id:
            return
        press(page, "Tab")
    raise AssertionError(f"{element_id} is not reached by Tab; at {focused(page)}")


def correct_three(page, messy):
    """From the preview to the rows, and back with three of them right; the focus never leaves the keyboard."""
    page.get_by_role("link", name="在网页上改正").focus()
    press(page, "Enter")
    page.wait_for_url("**/grid/")
    said = page.locator("#said")
    tab_to(page, "r0-3-amount")
    retype(page, "370")
    expect(said).to_have_text("第 3 行：已保存。现在可入账。", timeout=PATIENCE)
    assert focused(page) == "r0-3-amount"
    press(page, "ArrowDown", "Shift+Tab", "Shift+Tab")
    assert focused(page) == "r0-4-name"
    retype(page, "丙")
    expect(said).to_contain_text("第 4 行：已保存。现在可入账。", timeout=PATIENCE)
    press(page, "Tab", "ArrowDown")
    assert focused(page) == "r0-5-id_number"
    retype(page, messy.people[3].id_number)
    expect(said).to_contain_text("第 5 行：已保存。现在可入账。", timeout=PATIENCE)
    expect(page.locator("[data-count=bad_rows]")).to_have_text("1", timeout=PATIENCE)
    expect(page.locator("[data-count=total]")).to_have_text("1,850.00", timeout=PATIENCE)


def accept_one(page, messy):
    page.goto(page_of(messy))
    tab_to(page, "a-r0-6-reason")
    page.keyboard.insert_text(REASON)
    press(page, "Enter")
    expect(page.locator("#said")).to_contain_text("已接受，现在可入账", timeout=PATIENCE)
    expect(page.locator("[data-count=bad_rows]")).to_have_text("0", timeout=PATIENCE)


def test_by_keyboard_alone_three_rows_are_corrected_one_accepted_and_all_posted(
    see, messy, haizhou_clerk, reviewer, sound, at_width
):
    page = see(haizhou_clerk)
    page.goto(reverse("intake:job", args=[messy.uid]))
    correct_three(page, messy)
    sound.here()
    at_width(1280)
    accept_one(see(reviewer), messy)
    sound.here()
    at_width(1280)
    see(haizhou_clerk)
    page.goto(reverse("intake:job", args=[messy.uid]))
    sound.here()
    at_width(1280)
    page.locator("button[form=post]").focus()
    press(page, "Enter")
    expect(page.locator("h2#state")).to_have_text("正在入账", timeout=PATIENCE)
    run(messy.pk)
    # The page follows the work by itself.
    expect(page.locator("h2#state")).to_contain_text("已入账 6 行，2,220.00 元", timeout=PATIENCE)
    assert Payment.objects.count() == 6
    assert PaymentAcceptance.objects.get().reason == REASON


def test_escape_gives_up_what_was_not_saved(see, messy, haizhou_clerk):
    page = see(haizhou_clerk)
    page.goto(page_of(messy))
    page.locator("#r0-3-amount").focus()
    press(page, "Control+a")
    page.keyboard.insert_text("1")
    expect(page.locator("#r0-3")).to_have_class("line b changed")
    press(page, "Escape")
    expect(page.locator("#r0-3-amount")).to_have_value("三百七", timeout=PATIENCE)
    expect(page.locator("#said")).to_have_text("第 3 行：未保存的改动已放弃。", timeout=PATIENCE)


def test_another_row_judged_anew_keeps_what_is_being_typed_in_it(see, messy, haizhou_clerk):
    page = see(haizhou_clerk)
    page.goto(page_of(messy))
    page.locator("#r0-4-name").fill("丙一")
    page.locator("#r0-5-id_number").fill(messy.people[2].id_number)
    page.locator("#r0-5-id_number").press("Enter")
    expect(page.locator("#said")).to_contain_text(
        "第 5 行：已保存。现在有错误：姓名与档案不一致、本文件内重复。另有 1 行"
    )
    expect(page.locator("#r0-4-name")).to_have_value("丙一", timeout=PATIENCE)


def test_who_comes_second_hears_it_and_sees_what_the_row_holds_now(see, messy, haizhou_clerk, correct):
    page = see(haizhou_clerk)
    page.goto(page_of(messy))
    correct(messy, 3, amount="380")
    page.locator("#r0-3-amount").fill("390")
    page.locator("#r0-3-amount").press("Enter")
    expect(page.locator("#said")).to_contain_text("别人刚刚改过这一行", timeout=PATIENCE)
    expect(page.locator("#r0-3-amount")).to_have_value("380", timeout=PATIENCE)


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_wrong_with_the_page_in_any_of_its_states(
    see, messy, haizhou_clerk, reviewer, correct, at_width, axe, width
):
    from lianyungang_cdpf.intake.correcting import accept_row, leave_row_out

    correct(messy, 3, amount="371")
    accept_row(job=messy, sheet="", row=6, reason=REASON, version=0, by=reviewer)
    leave_row_out(job=messy, sheet="", row=4, version=0, by=haizhou_clerk)
    for staff in (haizhou_clerk, reviewer):
        page = see(staff)
        at_width(width)
        for address in (page_of(messy), f"{page_of(messy)}?what=decided", reverse("intake:job", args=[messy.uid])):
            page.goto(address)
            axe(page)
            fits = page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
            assert fits, f"{address} is wider than {width} px"


def test_a_row_is_a_card_on_a_phone(see, messy, haizhou_clerk, at_width):
    page = see(haizhou_clerk)
    at_width(390)
    page.goto(page_of(messy))
    box = page.locator("#r0-3").bounding_box()
    assert box["width"] <= 390
    name, amount = (page.locator(f"#r0-3-{field}").bounding_box() for field in ("name", "amount"))
    assert amount["y"] > name["y"] and amount["x"] == name["x"]
    expect(page.locator("label[for=r0-3-amount]")).to_be_visible()


def test_the_page_works_without_javascript(browser, browser_context_args, messy, haizhou_clerk, sign_in, live_portal):
    from django.conf import settings

    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    session = sign_in(haizhou_clerk).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_portal.url}])
    page = context.new_page()
    page.goto(page_of(messy))
    page.locator("#r0-3-amount").fill("370")
    page.locator("#r0-3-amount").press("Enter")
    page.wait_for_url("**#r0-3")
    expect(page.locator("body")).to_contain_text("第 3 行：已保存。", timeout=PATIENCE)
    assert json.loads(messy.decisions.get().values) == {"amount": "370"}
    context.close()
