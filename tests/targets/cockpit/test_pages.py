"""The cockpit in a browser: charts beside their tables, a wall that refreshes itself, every mode and width."""

from datetime import date

import pytest
from playwright.sync_api import expect

from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.models import Allocation, Demonstration, Target

BOARD = "/admin/board/"
WALL = f"{BOARD}wall/"
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


LIGHT = {"color_scheme": "light", "contrast": "no-preference"}
MODES = ({}, {"color_scheme": "dark"}, {"contrast": "more"}, {"color_scheme": "dark", "contrast": "more"})


@pytest.fixture
def busy_city(city_clerk, make_person, pay):
    """Goals in every unit and figures and money in some."""
    Demonstration.objects.create(as_of=date(2019, 9, 30), people=1, seed=1)
    Target.objects.filter(key="hardship_subsidy").update(goal=5)
    for unit in scopes.units():
        place = {"zone": unit.zone} if unit.zone else {"area": unit.area}
        Allocation.objects.create(target=Target.objects.get(key="hardship_subsidy"), goal=2, **place)
    for number, area in enumerate(["320706006", "320706006", "320722101"]):
        pay(make_person(area=area), number + 1)
    pay(make_person(area="320703007"), 4, programme="nursing_subsidy")
    return city_clerk


def no_fault(page, axe, complaints):
    """At every width and in every mode; the zooms of 200 and 400 % are 640 and 320 px of 1280."""
    for width, height in ((1920, 1080), (1280, 800), (640, 480), (390, 844), (320, 480)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(TOO_WIDE) <= 0, f"{page.url} is too wide at {width}"
        for mode in MODES if width in (1920, 1280, 390) else ():
            page.emulate_media(**LIGHT | mode)
            axe(page, best_practice=True)
        page.emulate_media(**LIGHT)
    assert complaints == []


@pytest.fixture
def complaints(page):
    """What the browser complains of, such as what the Content-Security-Policy forbids."""
    said = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


@pytest.mark.parametrize("path", [f"{BOARD}?t=hardship_subsidy", f"{BOARD}hardship_subsidy/", WALL])
def test_the_cockpit_has_no_fault_in_any_mode_or_width(path, busy_city, see, axe, english_words, complaints):
    page = see(busy_city)
    page.goto(path)
    assert english_words(page) == []
    no_fault(page, axe, complaints)


def test_a_chart_is_drawn_from_its_table_which_is_the_next_stop(busy_city, see):
    page = see(busy_city)
    page.goto(f"{BOARD}?t=hardship_subsidy")
    figure = page.locator("figure.chart").nth(2)
    drawing = figure.locator(".plot svg")
    assert drawing.count() == 1 and "重度残疾人护理补贴" in drawing.text_content()
    # Two programmes, two patterns: colour is not all that tells them apart.
    assert len(set(drawing.locator("pattern").evaluate_all("all => all.map(one => one.innerHTML)"))) >= 2
    assert page.evaluate("document.querySelector('.plot').compareDocumentPosition("
                         "document.querySelector('.summary')) === Node.DOCUMENT_POSITION_PRECEDING")  # fmt: skip
    assert not figure.locator("table").is_visible()
    page.get_by_label("换一项目标").nth(1).focus()
    stops = []
    for _ in range(2):
        page.keyboard.press("Tab")
        stops.append(page.evaluate("document.activeElement.textContent.trim()"))
    assert stops[1].startswith("数字表")
    page.keyboard.press("Enter")
    assert page.locator("figure.chart table").first.is_visible()


def test_a_chart_is_saved_as_a_picture(busy_city, see, tmp_path):
    page = see(busy_city)
    page.goto(f"{BOARD}?t=hardship_subsidy")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="下载图片").first.click()
    picture = waiting.value
    assert picture.suggested_filename.startswith("2019年-困难残疾人生活补贴") and picture.suggested_filename.endswith(
        ".png"
    )
    picture.save_as(tmp_path / "chart.png")
    from PIL import Image

    image = Image.open(tmp_path / "chart.png").convert("RGB")
    assert image.width > 600
    # Paper, ink and the bars' blue: the drawing is on it, not only its ground.
    assert {(255, 255, 255), (24, 35, 45), (28, 73, 102)} <= {colour for _, colour in image.getcolors(10**7)}


def test_without_script_the_tables_stand_open(busy_city, see, browser, live_portal):
    cookies = see(busy_city).context.cookies()
    context = browser.new_context(java_script_enabled=False, base_url=live_portal.url)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(f"{BOARD}?t=hardship_subsidy")
    assert page.locator("figure.chart table").count() == 3
    assert all(table.is_visible() for table in page.locator("figure.chart table").all())
    assert not page.get_by_role("button", name="下载图片").first.is_visible()
    page.goto(WALL)
    assert "不会自动刷新" in page.locator("#wall-status").inner_text()
    context.close()


def test_the_wall_fits_the_screen_and_is_read_from_afar(busy_city, see):
    page = see(busy_city)
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(WALL)
    assert page.evaluate("document.documentElement.scrollHeight") <= 1080
    smallest = page.evaluate("""() => Math.min(...[...document.querySelectorAll("main *")]
        .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
        .map((one) => parseFloat(getComputedStyle(one).fontSize)))""")
    assert smallest >= 20


def test_the_wall_refreshes_itself_until_it_is_stopped_and_says_when_it_fails(busy_city, see, make_person, pay):
    page = see(busy_city)
    page.clock.install()
    page.goto(WALL)
    done = page.locator("[data-part=t1] p").last
    assert "3 / 5 人" in done.inner_text()
    stop = page.get_by_role("button", name="停止自动刷新")
    stop.focus()
    page.evaluate("window.kept = document.querySelector('[data-part=t2]')")
    pay(make_person(area="320706006"), 2)
    page.clock.run_for(181_000)
    expect(page.locator("[data-part=t1]")).to_contain_text("4 / 5 人")
    # What has not changed is the same element still, and the focus is where it was.
    assert page.evaluate("window.kept === document.querySelector('[data-part=t2]')")
    assert page.evaluate("document.activeElement.id") == "wall-stop"
    page.route("**/wall/**", lambda route: route.abort())
    page.clock.run_for(181_000)
    expect(page.locator("#wall-old")).to_contain_text("刷新失败，下一次自动再试。下面仍是")
    expect(page.locator("#wall-old")).to_contain_text("可能已经过时")
    page.unroute("**/wall/**")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    stop.press("Enter")
    page.clock.run_for(400_000)
    assert asked == [] and "自动刷新已停止" in page.locator("#wall-status").inner_text()
    page.get_by_role("button", name="现在刷新").press("Enter")
    expect(page.locator("#wall-old")).to_be_hidden()
