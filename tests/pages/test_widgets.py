"""Django's own widgets in the portal's clothes: named, in Chinese, and working under the content security policy."""

from datetime import date

import pytest


@pytest.fixture
def person_page(see, make_staff, make_person):
    """The form of a person in the browser of the city's clerk."""
    person = make_person("欧阳慧敏", category=4, grade=2)
    page = see(make_staff("operator", area="320700", role="city_operator", name="周明"))
    page.goto(f"/admin/beneficiaries/person/{person.pk}/change/")
    return page


def test_the_area_box_has_its_own_name_closed_and_open_and_finds_places(person_page, sound):
    box = person_page.get_by_role("combobox", name="所属地区")
    assert box.get_attribute("aria-label").startswith("所属地区：")
    box.click()
    search = person_page.get_by_role("searchbox", name="搜索所属地区")
    search.type("海州区")
    person_page.get_by_role("option", name="海州区", exact=True).wait_for()
    sound.here(widths=[1280])


def test_a_date_is_chosen_from_a_chinese_calendar(person_page, sound):
    field = person_page.locator("#id_certificates-0-valid_to")
    person_page.locator("#certificates-0 .field-valid_to .datetimeshortcuts a").nth(1).click()
    calendar = person_page.locator(".calendarbox:visible")
    assert "年" in calendar.locator("caption").inner_text()
    sound.here(widths=[1280])
    calendar.get_by_role("link", name="15", exact=True).click()
    assert field.input_value().endswith("15")


def test_on_a_phone_the_calendar_stays_on_the_screen(person_page, at_width):
    at_width(390)
    person_page.locator("#certificates-0 .field-valid_to .datetimeshortcuts a").nth(1).click()
    box = person_page.locator(".calendarbox:visible").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390


def test_a_new_row_is_added_by_keyboard_and_its_cells_are_named(person_page, sound):
    person_page.get_by_role("button", name="再添一条残疾人证").focus()
    person_page.keyboard.press("Enter")
    names = person_page.locator("#certificates-1 :is(input, select):visible").evaluate_all(
        "fields => fields.map(field => field.getAttribute('aria-label'))"
    )
    assert names and all(names)
    sound.here()


def test_a_list_of_several_pages_is_walked_by_links_with_names(see, make_staff, make_person, sound):
    for number in range(51):
        make_person(f"张{number}")
    page = see(make_staff("operator", area="320700", role="city_operator", name="周明"))
    page.goto("/admin/beneficiaries/person/")
    assert "第 1—50 条，共 51 条" in page.locator("main").inner_text()
    page.get_by_role("navigation", name="分页").get_by_role("link", name="下一页").click()
    page.wait_for_url("**?p=2")
    assert "第 51—51 条" in page.locator("main").inner_text()
    sound.here()


def test_deleting_asks_first_and_says_what_goes(see, make_staff, sound):
    from subsidies.models import Programme, Standard

    page = see(make_staff("operator", area="320700", role="city_operator", name="周明"))
    Standard.objects.all().delete()
    programme = Programme.objects.get(code="hardship_subsidy")
    standard = Standard.objects.create(programme=programme, amount=300, effective_from=date(2019, 1, 1))
    page.goto(f"/admin/subsidies/standard/{standard.pk}/delete/")
    assert page.locator("h1").inner_text() == "删除补贴标准"
    sound.here()
    page.get_by_role("button", name="确定删除").click()
    page.wait_for_url("**/standard/")
    assert "已删除" in page.locator(".say").inner_text()
    assert not Standard.objects.exists()


def test_several_are_chosen_and_deleted_only_after_a_page_that_lists_them(see, make_staff, sound):
    from lianyungang_cdpf.intake.models import LearnedHeading

    operator = make_staff("operator", area="320700", role="city_operator", name="周明")
    for text in ("九月实际到手", "十月实际到手"):
        LearnedHeading.objects.create(
            kind="hardship_subsidy", area=operator.area, heading=text, text=text, field="amount", by=operator
        )
    page = see(operator)
    page.goto("/admin/intake/learnedheading/")
    page.get_by_role("checkbox", name="选择本页全部").check()
    assert page.locator(".action-counter").inner_text() == "本页 2 条，已选 2 条"
    page.get_by_label("批量操作").select_option(label="删除所选的已记住的列名")
    sound.here()
    page.get_by_role("button", name="执行").click()
    page.get_by_role("heading", name="删除所选的已记住的列名").wait_for()
    assert page.locator(".tree li").count() == 2 == LearnedHeading.objects.count()
    sound.here()
    page.get_by_role("button", name="确定删除").click()
    page.locator(".say").wait_for()
    assert LearnedHeading.objects.count() == 0


def test_a_popup_has_no_menu_and_is_sound(see, make_staff, sound):
    see(make_staff("operator", area="320700", role="city_operator", name="周明"))
    page = sound("/admin/targets/plan/add/?_popup=1")
    assert page.locator("nav").count() == 0 and page.locator("h1").count() == 1
