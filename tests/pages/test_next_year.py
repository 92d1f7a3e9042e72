"""Next year without a developer: an administrator sets up 2020, a clerk records, the board of 2020 moves."""

from datetime import date

import pytest
from playwright.sync_api import expect

from lianyungang_cdpf.targets.models import Target

HAIZHOU_TOWN = "320706006"
BOARD = "/admin/board/culture_events/320706/?year=2020&as_of=2020-06-30"


@pytest.mark.both_databases
def test_an_administrator_sets_up_2020_and_a_clerks_record_moves_its_board(
    see, sound, city, make_staff, make_person, haizhou_clerk
):
    person = make_person("张三", area=HAIZHOU_TOWN)
    administrator = make_staff("plan_2020", "320700", "city_operator", name="市级业务")
    page = see(administrator)
    copy_the_plan(page)
    change_a_goal(page)
    add_the_kind(page)
    add_the_target(page)
    split_it(page, sound)
    page = see(haizhou_clerk)
    assert done_in_haizhou(page) == "0"
    record_an_event(page, person)
    assert done_in_haizhou(page) == "1"
    sound.here()


def done_in_haizhou(page) -> str:
    page.goto(BOARD)
    line = page.get_by_role("table", name="完成情况").get_by_role("row", name="海州区").first
    return line.get_by_role("cell").first.inner_text()


def copy_the_plan(page):
    page.goto("/admin/targets/plan/")
    page.locator("input.action-select").first.check()
    page.locator("select[name=action]").select_option("copy_to_next_year")
    page.locator("button[name=index]").first.click()
    expect(page.locator(".results tbody tr")).to_have_count(25)
    assert Target.objects.filter(plan__year=2020).count() == 25


def change_a_goal(page):
    target = Target.objects.get(plan__year=2020, key="cataract_surgery")
    page.goto(f"/admin/targets/target/{target.pk}/change/")
    page.get_by_label("全年目标").fill("1200")
    page.locator("[name=_save]").click()
    target.refresh_from_db()
    assert (target.goal, Target.objects.get(plan__year=2019, key="cataract_surgery").goal) == (1200, 1000)


def add_the_kind(page):
    page.goto("/admin/services/servicekind/add/")
    page.get_by_label("名称").fill("残疾人文化活动")
    page.get_by_label("代码").fill("culture_events")
    page.get_by_label("计量单位").fill("人次")
    page.locator("[name=_save]").click()
    expect(page.locator(".messagelist, .notice").first).to_contain_text("残疾人文化活动")


def add_the_target(page):
    page.goto("/admin/targets/target/add/")
    page.get_by_label("年度计划").select_option(label=str(Target.objects.filter(plan__year=2020).first().plan))
    page.get_by_label("序号").fill("26")
    page.locator("#id_name").fill("残疾人文化活动")
    page.get_by_label("工作分组").fill("文化体育")
    page.get_by_label("单位").fill("人次")
    page.get_by_label("全年目标").fill("5000")
    page.locator("#id_metric").select_option("services.person_times")
    page.locator("#id_kind").select_option("culture_events")
    page.locator("#id_progress_mode").select_option("cumulative_flow")
    page.locator("[name=_save]").click()
    expect(page.locator("body")).to_contain_text("残疾人文化活动")
    assert Target.objects.get(plan__year=2020, number=26).goal == 5000


def split_it(page, sound):
    page.goto("/admin/split/2020/320700/culture_events/")
    for name, goal in (("海州区", "900"), ("东海县", "1100")):
        page.get_by_role("row", name=name).get_by_role("textbox").fill(goal)
    page.get_by_role("button", name="全部保存").click()
    page.goto("/admin/split/2020/320700/culture_events/")
    expect(page.locator(".lede").first).to_contain_text("本级目标 5,000 人次")
    expect(page.locator(".lede").first).to_contain_text("3,000")
    sound.here()


def record_an_event(page, person):
    page.goto("/admin/services/service/add/")
    page.get_by_label("姓名").fill("张三")
    page.get_by_label("身份证号").fill(person.id_number)
    page.locator("#id_kind").select_option(label="残疾人文化活动")
    page.locator("#id_served_on").fill(date(2020, 5, 17).isoformat())
    page.locator("[name=_save]").click()
    expect(page.locator("body")).to_contain_text("残疾人文化活动")
