"""The public's pages in a browser: without a script, in every way to show them, by keyboard alone."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from lianyungang_cdpf.pages.models import News
from lianyungang_cdpf.targets.models import Demonstration
from tests.browser import AXE, AXE_TAGS, _describe
from tests.pages.public.test_facilities import OPEN

KEY = "hardship_subsidy"


@pytest.fixture
def filled(city, make_person, pay, make_facility, settings):
    """A figure, a facility, a policy and a foot, so that every part of the pages is there."""
    Demonstration.objects.create(as_of=date(2019, 9, 30), people=1, seed=1)
    settings.PUBLIC_SITE = {
        **settings.PUBLIC_SITE, "organiser": "某残联", "contact": "电话 123", "icp_number": "苏备1号",
    }  # fmt: skip
    for _ in range(6):
        pay(make_person(area="320706006"))
    make_facility("新海之家", opening_hours="周一至周五", has_ramp=True, **OPEN)
    text = "# 小标题\n- 一\n- 二\n\n正文"
    article = News.objects.create(
        kind="policy", title="政策问答", text=text, state="published", published_from=localdate()
    )
    names = ("home", "progress", "facilities", "aid", "self_check", "news")
    return [
        *(reverse(f"public:{name}") for name in names), reverse("public:target", args=[KEY]),
        reverse("public:towns", args=[KEY, "320706"]), reverse("public:article", args=[article.pk]), "/news/0/",
        reverse("notices:index"),
    ]  # fmt: skip


def best(page):
    """Axe with its rules of best practice too."""
    page.evaluate(AXE)
    options = {"runOnly": {"type": "tag", "values": [*AXE_TAGS, "best-practice"]}, "resultTypes": ["violations"]}
    violations = page.evaluate("options => axe.run(document, options)", options)["violations"]
    assert not violations, f"{page.url}\n" + "\n".join(map(_describe, violations))
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, page.url


def test_every_page_is_sound(filled, sound, page):
    for path in filled:
        best(sound(path))


def switch(page, words, then):
    """Follow the link; the page that comes back offers the other one."""
    page.get_by_role("link", name=words).click()
    page.get_by_role("link", name=then).wait_for()
    page.wait_for_load_state()


@pytest.mark.parametrize("way", ["dark", "more contrast", "large", "contrast", "large and contrast on a phone"])
def test_pages_are_accessible_in_every_way_to_show_them(filled, page, way, at_width):
    page.emulate_media(color_scheme="dark" if way == "dark" else "light")
    page.emulate_media(contrast="more" if way == "more contrast" else "no-preference")
    page.goto("/")
    if "large" in way:
        switch(page, "大字号", "标准字号")
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "22px"
    if way.startswith(("contrast", "large and")):
        switch(page, "高对比度", "标准颜色")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(0, 0, 0)"
    at_width(390 if "phone" in way else 1280)
    for path in filled[:9]:
        page.goto(path)
        best(page)


def test_a_keyboard_alone_checks_oneself_without_a_script(filled, new_context):
    page = new_context(java_script_enabled=False).new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/")
    focused = page.locator(":focus")
    page.keyboard.press("Tab")
    assert focused.inner_text() == "跳到正文"
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        if focused.inner_text() == "我可能符合哪些补贴？":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/self-check/")
    page.locator("#id_born").focus()
    page.keyboard.type("1975-03-04")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for steps in (4, 2):  # 肢体, 二级
        page.keyboard.press("Tab")
        for _ in range(steps):
            page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="查看结果").press("Enter")
    page.get_by_text("以审核为准").wait_for()
    assert page.title().startswith("结果：") and page.url.endswith("/self-check/")
    assert "重度残疾人护理补贴" in page.locator("section[aria-labelledby=h-may]").inner_text()


def test_an_answer_and_a_form_that_is_not_right_are_sound(filled, page, sound):
    page.goto(reverse("public:self_check"))
    page.get_by_role("button", name="查看结果").click()
    page.wait_for_selector("[role=alert]")
    sound.here()
    best(page)
    page.fill("#id_born", "1975-03-04")
    page.check("input[value=none]")
    page.get_by_role("button", name="查看结果").click()
    page.wait_for_selector("#h-not")
    sound.here()
    best(page)
