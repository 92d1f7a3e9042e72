"""The import in a real browser: progress with and without JavaScript, the upload, the list, and the new pages' form."""

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from lianyungang_cdpf.intake.models import ImportJob
from tests.intake.made_imports import made_import, made_kept, made_preview

FRONT = "/admin/intake/"


@pytest.fixture
def clerk_page(see, transactional_db, haizhou_clerk):
    """The browser of Haizhou's clerk, signed in."""
    return see(haizhou_clerk)


def at_work(staff, **fields):
    now = timezone.now()
    return made_import(
        staff, "reading", **{"phase": "核对人员与标准", "rows_done": 1, "rows_total": 4, "heartbeat_at": now} | fields
    )


# -- progress ----------------------------------------------------------------------------------------------------------


def test_progress_moves_through_the_phases_to_the_preview(clerk_page, haizhou_clerk, axe, at_width):
    job = at_work(haizhou_clerk)
    clerk_page.goto(f"{FRONT}{job.uid}/")
    for width in (1280, 390):
        at_width(width)
        axe(clerk_page)
    present = clerk_page.locator(".phase [aria-current=step]")
    expect(present).to_contain_text("读取并核对")
    ImportJob.objects.update(rows_done=3)
    expect(clerk_page.locator(".sentence")).to_have_text("核对人员与标准：3 行，共 4 行。")
    expect(clerk_page.locator("progress")).to_have_js_property("value", 3)
    ImportJob.objects.update(phase="保存核验结果")
    expect(present).to_contain_text("保存结果")
    ImportJob.objects.update(state="ready", phase="")
    expect(clerk_page.locator("h2#state")).to_contain_text("3 行可入账")


def test_without_javascript_the_page_reloads_itself(new_context, sign_in, transactional_db, haizhou_clerk, live_portal):
    job = at_work(haizhou_clerk)
    context = new_context(java_script_enabled=False)
    session = sign_in(haizhou_clerk).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_portal.url}])
    page = context.new_page()
    page.goto(f"{FRONT}{job.uid}/")
    assert "本页每 5 秒自动刷新一次" in page.content()
    expect(page.locator(".sentence")).to_have_text("核对人员与标准：1 行，共 4 行。")
    ImportJob.objects.update(rows_done=3)
    expect(page.locator(".sentence")).to_have_text("核对人员与标准：3 行，共 4 行。", timeout=15_000)
    ImportJob.objects.update(state="ready", phase="")
    expect(page.locator("h2#state")).to_contain_text("3 行可入账", timeout=15_000)
    assert "自动刷新" not in page.content()


@pytest.fixture
def asked(clerk_page):
    """Every question for the status of an import, on a page whose clock stands still until it is moved."""
    clerk_page.clock.install()
    found = []
    clerk_page.on("request", lambda request: found.append(request.url) if "/status/" in request.url else None)
    return found


def move(page, seconds):
    """Second by second, so that answers arrive in between."""
    for _ in range(seconds):
        page.clock.run_for(1_000)
        page.evaluate("fetch('/healthz').then(answer => answer.text())")


def look(page, hidden):
    page.evaluate(
        "hidden => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });"
        " document.dispatchEvent(new Event('visibilitychange')); }",
        hidden,
    )


def test_nobody_is_asked_while_nobody_looks(clerk_page, asked, haizhou_clerk):
    clerk_page.goto(f"{FRONT}{at_work(haizhou_clerk).uid}/")
    move(clerk_page, 5)
    assert len(asked) >= 2
    look(clerk_page, hidden=True)
    move(clerk_page, 2)
    count = len(asked)
    move(clerk_page, 60)
    assert len(asked) == count
    with clerk_page.expect_request("**/status/"):
        look(clerk_page, hidden=False)


def test_a_server_without_an_answer_is_asked_less_and_less(clerk_page, asked, haizhou_clerk):
    clerk_page.route("**/status/", lambda route: route.fulfill(status=503))
    clerk_page.goto(f"{FRONT}{at_work(haizhou_clerk).uid}/")
    move(clerk_page, 60)
    assert 3 <= len(asked) <= 8
    expect(clerk_page.locator("#silent")).to_be_visible()


def test_leaving_while_the_server_works_is_not_warned_of(clerk_page, haizhou_clerk):
    clerk_page.goto(f"{FRONT}{at_work(haizhou_clerk).uid}/")
    assert not warns(clerk_page)
    expect(clerk_page.get_by_text("可以离开本页，处理不会中断")).to_be_visible()


# -- the upload --------------------------------------------------------------------------------------------------------


def warns(page) -> bool:
    """Whether the browser would ask before it leaves the page."""
    return page.evaluate(
        "() => { const event = new Event('beforeunload', { cancelable: true });"
        " window.dispatchEvent(event); return event.defaultPrevented; }"
    )


@pytest.fixture
def held(clerk_page, tmp_path):
    """A file on its way: the routes that hold it."""
    routes = []

    def hold(route):
        if route.request.method == "POST":
            routes.append(route)
        else:
            route.continue_()

    clerk_page.route(f"**{FRONT}", hold)
    choose(clerk_page, tmp_path)
    with clerk_page.expect_request(lambda request: request.method == "POST"):
        clerk_page.click("text=上传并核验")
    return routes


def choose(page, folder):
    roll = folder / "海州区九月.csv"
    roll.write_text("姓名,身份证号,金额\n张三,320701198001010015,370\n", encoding="utf-8")
    page.goto(FRONT)
    page.check("text=困难残疾人生活补贴")
    page.fill("#id_month", "2019-09")
    page.set_input_files("#id_file", roll)


def test_an_upload_on_its_way_shows_itself_and_warns_before_leaving(clerk_page, held, axe, at_width):
    expect(clerk_page.locator("#sending")).to_be_visible()
    expect(clerk_page.locator("form#upload")).to_be_hidden()
    assert warns(clerk_page)
    for width in (1280, 390):
        at_width(width)
        axe(clerk_page)
    held[0].continue_()
    clerk_page.wait_for_url(f"**{FRONT}*-*/")
    assert not warns(clerk_page)
    assert ImportJob.objects.get().file_name == "海州区九月.csv"


def test_an_upload_can_be_given_up(clerk_page, held):
    clerk_page.click("text=取消上传")
    expect(clerk_page.locator("form#upload")).to_be_visible()
    expect(clerk_page.locator("#sending")).to_be_hidden()
    assert not warns(clerk_page)
    assert not ImportJob.objects.exists()


def test_an_upload_that_breaks_off_says_so_and_can_be_sent_again(clerk_page, held, axe):
    held[0].abort()
    expect(clerk_page.locator("#interrupted")).to_contain_text("上传中断，没有收到文件")
    axe(clerk_page)
    clerk_page.unroute(f"**{FRONT}")
    clerk_page.click("text=上传并核验")
    clerk_page.wait_for_url(f"**{FRONT}*-*/")
    assert ImportJob.objects.count() == 1


def test_a_refusal_takes_the_forms_place_with_what_was_entered(clerk_page, tmp_path, axe):
    choose(clerk_page, tmp_path)
    picture = tmp_path / "名册.xlsx"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    clerk_page.set_input_files("#id_file", picture)
    clerk_page.click("text=上传并核验")
    expect(clerk_page.locator("#file-error")).to_contain_text("PNG 图片")
    expect(clerk_page).to_have_title("有错误：导入首页 - 智慧残联 - 连云港市残疾人联合会")
    assert clerk_page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    expect(clerk_page.locator("#id_month")).to_have_value("2019-09")
    axe(clerk_page)
    # The exchanged form works as the first one did.
    clerk_page.set_input_files("#id_file", tmp_path / "海州区九月.csv")
    expect(clerk_page.locator(".picked .some")).to_have_text("海州区九月.csv")
    clerk_page.click("text=上传并核验")
    clerk_page.wait_for_url(f"**{FRONT}*-*/")


def test_without_javascript_the_form_is_sent_as_ever(
    new_context, sign_in, transactional_db, haizhou_clerk, live_portal, tmp_path
):
    context = new_context(java_script_enabled=False)
    session = sign_in(haizhou_clerk).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_portal.url}])
    page = context.new_page()
    choose(page, tmp_path)
    page.click("text=上传并核验")
    page.wait_for_url(f"**{FRONT}*-*/")
    assert ImportJob.objects.get().state == "queued"


# -- the list ----------------------------------------------------------------------------------------------------------


def test_a_running_line_changes_before_ones_eyes(clerk_page, haizhou_clerk):
    at_work(haizhou_clerk)
    clerk_page.goto(FRONT)
    line = clerk_page.locator("table.jobs tbody tr")
    expect(line.locator(".next")).to_have_text("核对人员与标准：1 行，共 4 行")
    ImportJob.objects.update(rows_done=2)
    expect(line.locator(".next")).to_have_text("核对人员与标准：2 行，共 4 行")
    ImportJob.objects.update(state="ready", phase="")
    expect(line.locator(".word")).to_have_text("待核对")
    expect(line.locator(".next")).to_have_text("待核对：2 行有错误")
    expect(clerk_page.locator("#jobs-said")).to_contain_text("待核对")


# -- the new pages -----------------------------------------------------------------------------------------------------


def test_the_new_pages_are_sound(clerk_page, sound, haizhou_clerk):
    now = timezone.now()
    posted = made_import(haizhou_clerk, "posted", finished_at=now, applied_rows=2, stored_name="a.upload")
    one, other = "320701199001011234", "320701199001011250"
    made_kept(posted, ("孙玉梅", one, "370"), ("孙玉梅", one, "370"), ("王长友", other, "370"))
    changed = made_import(haizhou_clerk, rows_digest="d" * 64, stored_name="b.upload")
    made_kept(changed, ("孙玉梅", one, "370"), ("孙玉枚", one, "260.5"))
    failed = made_import(haizhou_clerk, "failed", stored_name="c.upload", sentence="处理时出了意外。", finished_at=now)
    refused = made_import(haizhou_clerk, "refused", same_as=posted, sentence="这个文件已经导入过。", finished_at=now)
    purged = made_import(haizhou_clerk, "posted", purged_at=now, finished_at=now, month=None, kind="register")
    alike = made_preview(haizhou_clerk, rows_digest="e" * 64)
    twin = made_import(haizhou_clerk, "posted", rows_digest="e" * 64, finished_at=now)
    addresses = [f"{FRONT}{job.uid}/" for job in (posted, changed, failed, refused, purged, alike, twin)]
    addresses += [f"{FRONT}{changed.uid}/compare/", f"{FRONT}{changed.uid}/compare/?what=removed"]
    addresses += [f"{FRONT}{posted.uid}/compare/", f"{FRONT}{posted.uid}/file/", f"{FRONT}{purged.uid}/file/"]
    addresses += [f"{FRONT}?whose=mine&month=2019-09&q=海州&state=failed"]
    for address in addresses:
        sound(address)
    expect(clerk_page.goto(f"{FRONT}{changed.uid}/compare/") and clerk_page.locator("h2#counts")).to_have_text(
        "有变化 1 行，新增 0 行，减少 1 行"
    )
