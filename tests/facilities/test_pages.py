"""Pages of facilities, in a browser and by hand-made requests: what they show, to whom, and at what cost."""

import re
from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from facilities.models import Facility, StageEntry
from lianyungang_cdpf.accounts.models import Area
from tests.fixtures_city import DONGHAI_TOWN
from tests.isolation.pages import same_answer
from tests.pages.filling import fill_facilities

OVERVIEW = reverse("facility:index")


def page_of(facility):
    return reverse("facility:page", args=[facility.pk])


@pytest.fixture
def filled(haizhou_clerk):
    return fill_facilities(haizhou_clerk, Area.objects.get(code="320706006"))


# -- in a browser ----------------------------------------------------------------------------------------------------


def test_a_facility_shows_facts_history_money_and_inspections(haizhou_clerk, filled, see, sound):
    page = see(haizhou_clerk)
    sound(page_of(filled))
    expect(page.locator(".lede")).to_contain_text("2019-05-20 首次通过验收，计入 2019 年的目标")
    facts = page.locator("dl.kv")
    for said in ("残疾人之家", "公建民营", "320.5 平方米", "190****1234", "坡道、无障碍卫生间", "119.179"):
        expect(facts).to_contain_text(said)
    assert "19000001234" not in page.content()
    steps = page.locator(".time > li")
    expect(steps).to_have_count(7)
    expect(steps.nth(6)).to_contain_text("已撤回：录错了设施")
    expect(page.get_by_role("row", name="合计")).to_contain_text("合计200,000.00150,000.00149,999.99")
    expect(page.get_by_text("已支出拨付资金的 99.99%")).to_be_visible()
    expect(page.get_by_text("已过期限，没有完成")).to_be_visible()


def test_a_stage_is_advanced_and_taken_back_from_the_page(haizhou_clerk, make_facility, see, sound):
    facility = make_facility("康复点", kind="home_rehab_point", applied_on=date(2019, 1, 8))
    page = see(haizhou_clerk)
    page.goto(page_of(facility))
    page.get_by_role("link", name="办理阶段").click()
    sound.here()
    page.get_by_label("进入阶段").select_option(label="立项")
    page.get_by_label("日期").fill("2019-02-01")
    page.get_by_role("button", name="登记阶段").click()
    expect(page).to_have_title(re.compile("^错误："))
    expect(page.get_by_text("要填写文号或文件名称。").first).to_be_visible()
    sound.here()
    page.get_by_label("文号").fill("海残〔2019〕3号")
    page.get_by_role("button", name="登记阶段").click()
    expect(page.get_by_text("已登记“立项”")).to_be_visible()
    page.get_by_role("link", name="撤回阶段").click()
    sound.here()
    page.get_by_label("撤回原因").fill("录错了设施")
    page.get_by_role("button", name="撤回").click()
    expect(page.get_by_text("已撤回：录错了设施")).to_be_visible()
    assert Facility.objects.get().stage == "applied"


def test_the_city_sees_the_map_its_table_and_the_list(city_clerk, filled, accepted, see, sound):
    accepted(name="白塔埠辅具站", kind="device_station", area=DONGHAI_TOWN)
    page = see(city_clerk)
    sound(OVERVIEW)
    expect(page.locator(".lede")).to_contain_text("共 2 处设施，2 处验收或运行")
    tiles = page.locator(".map .tile")
    expect(tiles).to_have_count(10)
    expect(page.locator(".tile.r1c1")).to_contain_text("海州区1")
    expect(page.locator(".tile.r1c0")).to_contain_text("东海县1")
    expect(page.get_by_role("row", name=re.compile("^东海县"))).to_contain_text("东海县000010000")
    page.get_by_label("设施种类").select_option(label="残疾人之家")
    page.get_by_role("button", name="筛选").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("连云港市的残疾人之家")
    expect(page.locator("table.sites tbody tr")).to_have_count(1)
    sound.here()
    page.get_by_role("link", name="新海街道残疾人之家").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("新海街道残疾人之家")


def test_the_overview_filters_without_scripts(browser, city_clerk, filled, sign_in, live_portal):
    from django.conf import settings

    context = browser.new_context(java_script_enabled=False)
    session = sign_in(city_clerk).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_portal.url}])
    page = context.new_page()
    page.goto(f"{live_portal.url}{OVERVIEW}")
    page.get_by_label("阶段", exact=True).select_option(label="撤销")
    page.get_by_role("button", name="筛选").click()
    expect(page.get_by_text("没有符合条件的设施").first).to_be_visible()
    page.get_by_role("link", name="清除筛选").click()
    expect(page.get_by_role("link", name="新海街道残疾人之家")).to_be_visible()
    context.close()


# -- who sees what ---------------------------------------------------------------------------------------------------


def test_a_county_sees_its_towns_and_nothing_of_others(haizhou_clerk, donghai_clerk, filled, accepted, sign_in):
    other = accepted(name="白塔埠辅具站", kind="device_station", area=DONGHAI_TOWN)
    client = sign_in(haizhou_clerk)
    text = client.get(OVERVIEW).content.decode()
    assert "新海街道残疾人之家" in text and "白塔埠" not in text and 'class="map"' not in text
    foreign, unknown = client.get(page_of(other)), client.get(reverse("facility:page", args=[987654]))
    assert foreign.status_code == 404 and same_answer(foreign, unknown)
    assert "白塔埠辅具站" in sign_in(donghai_clerk).get(OVERVIEW).content.decode()


@pytest.mark.parametrize("place", ["320706006", "xuwei"])
def test_a_town_and_a_zone_have_their_own_table(place, make_staff, make_facility, sign_in):
    role = "town_clerk" if place.isdecimal() else "district_clerk"
    staff = make_staff("keeper", area=place, role=role)
    area = Area.objects.filter(zone__key=place, level="village").first() or Area.objects.get(code=place)
    make_facility("本地康复室", kind="rehab_station", area=area.code, applied_on=date(2019, 1, 1))
    answer = sign_in(staff).get(OVERVIEW)
    assert answer.context["whole"].total == 1 and "本地康复室" in answer.content.decode()


def test_the_reviewer_looks_and_advances_nothing(make_staff, filled, sign_in):
    client = sign_in(make_staff("reviewer", role="district_reviewer"))
    text = client.get(page_of(filled)).content.decode()
    assert "新海街道残疾人之家" in text and "办理阶段" not in text
    for name in ("facility:advance", "facility:take_back"):
        assert client.post(reverse(name, args=[filled.pk])).status_code == 403
    assert StageEntry.objects.count() == 7


def test_the_system_administrator_sees_no_facility(make_staff, filled, sign_in):
    client = sign_in(make_staff("root", area="320700", role="system_admin"))
    assert [client.get(one).status_code for one in (OVERVIEW, page_of(filled))] == [403, 403]


def test_a_choice_that_is_not_on_offer_is_said(haizhou_clerk, filled, sign_in):
    answer = sign_in(haizhou_clerk).get(f"{OVERVIEW}?kind=nothing&place=320722101")
    assert answer.status_code == 400 and "没有这个设施种类，请重新选择。" in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("kind=rehab_station", {"甲室", "乙室"}), ("stage=approved", {"乙室"}), ("year=2019", {"甲室"}),
        ("q=乙", {"乙室"}), ("place=320706006", {"甲室", "乙室"}), ("year=2018", set()),
    ],
)  # fmt: skip
def test_filters_narrow_list_table_and_sentence_alike(haizhou_clerk, accepted, make_facility, sign_in, query, names):
    accepted(name="甲室", kind="rehab_station")
    make_facility("乙室", kind="rehab_station", approved_on=date(2019, 1, 5))
    make_facility("丙家", area="320706001", applied_on=date(2019, 1, 5))
    answer = sign_in(haizhou_clerk).get(f"{OVERVIEW}?{query}")
    assert {one.name for one, *_ in answer.context["facilities"]} == names
    assert answer.context["whole"].total == len(names) == sum(row.total for row in answer.context["rows"])


# -- what they cost --------------------------------------------------------------------------------------------------


def many(number: int):
    from facilities.models import FacilityKind

    towns = list(Area.objects.filter(level="village"))
    kind = FacilityKind.objects.get(code="rehab_station")
    Facility.objects.bulk_create(
        Facility(kind=kind, name=f"{at}室", name_key=f"{at}室", area=towns[at % len(towns)]) for at in range(number)
    )


def test_the_overview_costs_the_same_for_three_and_three_thousand(
    city_clerk, sign_in, django_assert_max_num_queries
):  # fmt: skip
    client = sign_in(city_clerk)
    for number in (3, 3000):
        Facility.objects.all().delete()
        many(number)
        with django_assert_max_num_queries(16):
            answer = client.get(OVERVIEW)
        assert answer.context["whole"].total == number
        assert len(answer.context["facilities"]) == min(number, 50)


def test_a_facility_costs_the_same_however_long_its_history(
    haizhou_clerk, filled, sign_in, django_assert_max_num_queries
):  # fmt: skip
    for day in range(1, 28):
        StageEntry.objects.create(
            facility=filled, stage="rectifying", on=date(2019, 9, day), recorded_by=haizhou_clerk
        )  # fmt: skip
    client = sign_in(haizhou_clerk)
    with django_assert_max_num_queries(17):
        assert client.get(page_of(filled)).status_code == 200
