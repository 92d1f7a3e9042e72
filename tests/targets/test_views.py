"""Claims about the board's pages: what they say, whose figures they show, and what they cost."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lianyungang_cdpf.accounts.models import Area, Level, Zone
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.models import Allocation, Demonstration, Plan, Target

BOARD = "/admin/board/"
TARGET = f"{BOARD}hardship_subsidy/"


@pytest.fixture(autouse=True)
def september(city):
    """The day of the demonstration, so that no test depends on today."""
    Demonstration.objects.create(as_of=date(2019, 9, 30), people=1, seed=1)


@pytest.fixture
def split():
    """split(key, goal): the same goal for every unit."""

    def make(key="hardship_subsidy", goal=4):
        target = Target.objects.get(key=key)
        for unit in scopes.units():
            place = {"zone": unit.zone} if unit.zone else {"area": unit.area}
            Allocation.objects.create(target=target, goal=goal, **place)

    return make


def text_of(response) -> str:
    """The page's words without its tags and needless blanks."""
    body = re.sub(r"<(script|style).*?</\1>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", body))


def row_of(response, number) -> str:
    """The words of a target's row of the board."""
    row = re.search(rf'<tr id="t{number}".*?</tr>', response.content.decode(), re.S).group()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row))


def test_the_board_says_its_finding_first(city_clerk, sign_in, make_person, pay):
    Target.objects.filter(key="hardship_subsidy").update(goal=1)
    pay(make_person())
    page = text_of(sign_in(city_clerk).get(BOARD))
    assert "25 项目标中，1 项达到或超过序时，0 项略低，11 项滞后，10 项未到期。" in page
    assert "尚未接入，不作评价" not in page
    assert "截至 2019 年 9 月 30 日" in page
    assert "74.79% 全年时间已过" in page


def test_all_25_targets_stand_in_six_groups(city_clerk, sign_in):
    response = sign_in(city_clerk).get(BOARD)
    assert [group for group, _ in response.context["board"].groups] == [
        "生活保障", "托养", "教育", "康复医疗", "就业", "设施建设",
    ]  # fmt: skip
    body = response.content.decode()
    assert re.findall(r'<tr id="t(\d+)"', body) == [
        "1", "2", "4", "5", "3", "6", "7", *map(str, range(8, 26)),
    ]  # fmt: skip


def test_what_is_not_connected_says_so_and_never_shows_a_0(city_clerk, sign_in):
    Target.objects.filter(key="health_check").update(metric="")
    row = row_of(sign_in(city_clerk).get(BOARD), 10)
    assert "尚未接入" in row and "10,000" in row
    assert not re.search(r"(?<![\d,.])0(?![\d,])", row.replace("10,000", ""))


def test_a_true_0_is_shown_as_0(city_clerk, sign_in):
    assert re.search(r" 0 .*0\.00%.*100\.00%.*−36,000.*滞后", row_of(sign_in(city_clerk).get(BOARD), 1))


def test_the_laggards_come_first_when_asked(city_clerk, sign_in, make_person, pay):
    Target.objects.filter(key="hardship_subsidy").update(goal=1)
    pay(make_person())
    response = sign_in(city_clerk).get(BOARD, {"order": "behind"})
    order = re.findall(r'<tr id="t(\d+)"', response.content.decode())
    assert order[0] == "2" and order.index("11") < order.index("1")
    assert "niceties.js" not in response.content.decode()


def test_the_ten_units_are_marked_and_ranked_by_their_goals(city_clerk, sign_in, make_person, pay, split):
    split(goal=1)
    pay(make_person(area="320722101"))
    response = sign_in(city_clerk).get(BOARD)
    ranking = response.context["board"].ranking
    assert [(standing.place, standing.scope.name, standing.good) for standing in ranking][:2] == [
        (1, "东海县", 1), (2, "连云区", 0),
    ]  # fmt: skip
    assert len(ranking) == 10 and ranking[-1].place == 2
    assert response.content.decode().count('href="#ue"') == 1
    assert "滞后 9 地" in text_of(response)


def test_without_a_split_there_is_no_ranking_but_still_the_figures(city_clerk, sign_in, make_person, pay):
    pay(make_person(area="320722101"))
    response = sign_in(city_clerk).get(BOARD)
    assert response.context["board"].ranking == []
    assert "目标还没有分解到县区和功能板块，暂不排名" in text_of(response)
    assert "各地已完成数" in text_of(response)


def test_a_unit_that_rose_says_by_how_many_places(city_clerk, sign_in, make_person, pay, split):
    split(goal=1)
    pay(make_person(area="320703001"), 8)
    pay(make_person(area="320722101"), 9)
    moved = {
        standing.scope.name: standing.movement for standing in sign_in(city_clerk).get(BOARD).context["board"].ranking
    }
    assert moved["东海县"] == "▲ 升 1"
    assert moved["连云区"] == "平"


def test_a_district_sees_its_own_figures_and_no_other_unit(haizhou_clerk, sign_in, make_person, pay, split):
    split(goal=4)
    pay(make_person(area="320706006"))
    pay(make_person(area="320722101"))
    response = sign_in(haizhou_clerk).get(BOARD)
    page = text_of(response)
    assert "2019 年助残目标进度 · 海州区" in page
    assert re.search(r"4 人 1 25\.00%", row_of(response, 1))
    assert "东海" not in page and "地区排名" not in page


def test_a_districts_board_shows_the_same_figure_as_its_row_of_the_citys(
    city_clerk, make_staff, sign_in, make_person, pay, split
):
    split(goal=4)
    pay(make_person(area="320703001"))
    pay(make_person(area="320703007"))
    own = sign_in(make_staff("lianyun", area="320703")).get(BOARD).context["board"]
    zone = sign_in(make_staff("xuwei", area="xuwei")).get(BOARD).context["board"]
    rows = sign_in(city_clerk).get(BOARD).context["board"].rows
    for mine, place in ((own, "unit:320703"), (zone, "unit:xuwei")):
        assert mine.lines[0].row.value == rows[place][0].value == 1


def test_staff_of_a_county_level_zone_see_the_zones_row(make_staff, sign_in):
    assert sign_in(make_staff("jingkai", area="320771")).get(BOARD).context["board"].scope.place == "unit:lyg_etdz"


def test_a_town_sees_its_own_town(make_staff, sign_in, make_person, pay):
    pay(make_person(area="320706006"))
    pay(make_person(area="320706011"))
    board = sign_in(make_staff("town", area="320706006", role="town_clerk")).get(BOARD).context["board"]
    assert (board.scope.name, board.lines[0].row.value) == ("新海街道", 1)


def test_the_system_administrator_does_not_see_the_board(make_staff, sign_in):
    assert sign_in(make_staff("admin", area="320700", role="system_admin")).get(BOARD).status_code == 403


def test_a_stranger_is_sent_to_sign_in(client):
    response = client.get(TARGET)
    assert response.status_code == 302 and response["Location"].startswith("/admin/login/")


def test_another_day_tells_another_story(city_clerk, sign_in, make_person, pay):
    pay(make_person(), 6)
    page = sign_in(city_clerk)
    assert page.get(BOARD, {"as_of": "2019-05-31"}).context["board"].lines[0].row.value == 0
    assert page.get(BOARD, {"as_of": "2019-06-01"}).context["board"].lines[0].row.value == 1


def test_a_day_outside_the_year_gives_the_years_own_day(city_clerk, sign_in):
    assert sign_in(city_clerk).get(BOARD, {"as_of": "2021-05-31"}).context["board"].as_of == date(2019, 9, 30)


@pytest.mark.parametrize(("asked", "says"), [
    ({"as_of": "2019-13-01"}, "截止日期不是有效的日期，请写成 2019-09-30 的样子。"),
    ({"year": "1999"}, "没有这一年的年度计划，请在列表中选一个年度。"),
    ({"year": "<b>"}, "没有这一年的年度计划，请在列表中选一个年度。"),
])  # fmt: skip
def test_a_wrong_day_or_year_is_told_and_the_default_shown(city_clerk, sign_in, asked, says):
    response = sign_in(city_clerk).get(BOARD, asked)
    assert response.status_code == 400
    assert says in text_of(response) and "截至 2019 年 9 月 30 日" in text_of(response)


def test_without_any_plan_the_page_says_what_to_do(city_clerk, sign_in):
    Plan.objects.all().delete()
    response = sign_in(city_clerk).get(BOARD)
    assert response.status_code == 200 and "还没有年度计划" in text_of(response)


def test_a_new_year_of_a_copied_plan_is_the_front_page(city_clerk, sign_in):
    from lianyungang_cdpf.targets.actions import copy_plan

    copy_plan(plan=Plan.objects.get(year=2019), year=2020, by=city_clerk)
    assert "2020 年助残目标进度" in text_of(sign_in(city_clerk).get(BOARD))
    assert "2019 年助残目标进度" in text_of(sign_in(city_clerk).get(BOARD, {"year": "2019"}))


def test_a_targets_page_gives_its_rule_months_and_units(city_clerk, sign_in, make_person, pay):
    pay(make_person(area="320722101"), 3)
    page = text_of(sign_in(city_clerk).get(TARGET))
    assert "为3.6万名残疾人发放困难生活补贴" in page
    assert "同一人一年只计一次" in page and "民政局（审定发放）" in page
    months = sign_in(city_clerk).get(TARGET).context["place"].months
    assert [(month.number, month.new, month.done, month.percent) for month in months][1:4] == [
        (2, "0", "0", "0.00%"), (3, "+1", "1", "0.00%"), (4, "0", "1", "0.00%"),
    ]  # fmt: skip
    assert "东海县" in page and "云台山景区" in page


def test_an_unconnected_targets_page_says_so(city_clerk, sign_in):
    Target.objects.filter(key="health_check").update(metric="")
    page = text_of(sign_in(city_clerk).get(f"{BOARD}health_check/"))
    assert "系统还没有这项工作的台账，完成数不以 0 代替。" in page
    assert "逐月" not in page


def test_drilling_down_keeps_the_figure_until_the_persons(city_clerk, sign_in, make_person, pay):
    people = [make_person(name, area="320706006") for name in ("钱一", "钱二")]
    for person in people:
        pay(person, 2)
        pay(person, 4)
    page = sign_in(city_clerk)
    for code in ("320706", "320706006"):
        assert page.get(f"{TARGET}{code}/").context["place"].row.value == 2
    listed = text_of(page.get(f"{TARGET}320706006/people/"))
    assert "共计入 2 人" in listed and "钱一" in listed and "钱二" in listed
    assert listed.count("2019 年 2 月") == 2


def test_a_list_shows_no_whole_id_number(city_clerk, sign_in, make_person, pay):
    person = make_person(area="320706006")
    pay(person)
    body = sign_in(city_clerk).get(f"{TARGET}320706/people/").content.decode()
    assert person.id_number not in body
    assert f"320701********{person.id_number[-4:]}" in body


def test_a_list_holds_as_many_persons_as_the_figure_says(city_clerk, sign_in, make_person, pay, void):
    for number in range(3):
        pay(make_person(f"孙{'一二三'[number]}", area="320703007"), number + 1)
    void(pay(make_person("孙四", area="320703007"), 1))
    page = sign_in(city_clerk)
    for code, many in (("xuwei", 3), ("320703", 0), ("320700", 3)):
        response = page.get(f"{TARGET}{code}/people/")
        assert response.context["listed"].paginator.count == response.context["place"].row.value == many
    assert page.get(f"{TARGET}xuwei/people/", {"as_of": "2019-02-28"}).context["listed"].paginator.count == 2


def test_long_lists_have_pages(city_clerk, sign_in, make_person, pay, monkeypatch):
    monkeypatch.setattr("lianyungang_cdpf.targets.counted.PER_PAGE", 2)
    for _ in range(3):
        pay(make_person())
    page = sign_in(city_clerk)
    assert len(page.get(f"{TARGET}320706/people/").context["listed"].object_list) == 2
    assert len(page.get(f"{TARGET}320706/people/", {"page": "2"}).context["listed"].object_list) == 1
    assert page.get(f"{TARGET}320706/people/", {"page": "没有"}).status_code == 200


def test_haizhou_clerk_cannot_drill_into_donghai(haizhou_clerk, sign_in, make_person, pay):
    pay(make_person(area="320722101"))
    page = sign_in(haizhou_clerk)
    village = Area.objects.filter(parent__code="320722101").first().code
    for code in ("320722", "320722101", village, "xuwei", "lyg_htz", "320771", "320700"):
        for end in ("", "people/"):
            foreign = page.get(f"{TARGET}{code}/{end}")
            unknown = page.get(f"{TARGET}999999/{end}")
            assert foreign.status_code == unknown.status_code == 404, code
            assert len(foreign.content) == len(unknown.content)


def test_haizhou_clerk_drills_into_haizhou(haizhou_clerk, sign_in, make_person, pay):
    pay(make_person("赵一", area="320706006"))
    page = sign_in(haizhou_clerk)
    assert "赵一" in text_of(page.get(f"{TARGET}320706/people/"))
    assert page.get(f"{TARGET}320706006/").status_code == 200


def test_zone_staff_drill_into_the_zones_towns_only(make_staff, sign_in):
    page = sign_in(make_staff("xuwei", area="xuwei"))
    assert page.get(f"{TARGET}xuwei/").status_code == page.get(f"{TARGET}320703007/").status_code == 200
    assert page.get(f"{TARGET}320703/").status_code == page.get(f"{TARGET}320703001/").status_code == 404


def test_town_staff_see_their_villages_and_not_the_next_town(make_staff, sign_in):
    page = sign_in(make_staff("town", area="320706006", role="town_clerk"))
    village = Area.objects.filter(parent__code="320706006", level=Level.VILLAGE).first().code
    assert page.get(f"{TARGET}{village}/").status_code == 200
    assert page.get(f"{TARGET}320706011/").status_code == page.get(f"{TARGET}320706/").status_code == 404


def test_who_moved_away_is_counted_but_not_named(haizhou_clerk, sign_in, make_person, pay):
    person = make_person("郑远", area="320706006")
    pay(person)
    person.area = Area.objects.get(code="320722101")
    person.save()
    response = sign_in(haizhou_clerk).get(f"{TARGET}320706/people/")
    assert response.context["place"].row.value == 1
    assert "郑远" not in text_of(response) and person.id_number[-4:] not in text_of(response)
    assert "现已不在您的辖区内，不显示姓名" in text_of(response)


def test_who_may_not_see_people_gets_no_list(make_staff, sign_in, make_person, pay):
    staff = make_staff("auditor", area="320700", role="auditor")
    staff.role.permissions.remove(*staff.role.permissions.filter(codename="view_person"))
    pay(make_person())
    page = sign_in(staff)
    assert "查看计入的人员" not in text_of(page.get(TARGET))
    assert page.get(f"{TARGET}320706/people/").status_code == 403


def test_an_unknown_target_is_a_404(city_clerk, sign_in):
    Target.objects.filter(key="health_check").update(metric="")
    assert sign_in(city_clerk).get(f"{BOARD}unheard_of/").status_code == 404
    assert sign_in(city_clerk).get(f"{BOARD}health_check/320706/people/").status_code == 404


PAGES = [BOARD, TARGET, f"{TARGET}320706/", f"{TARGET}320706006/", f"{TARGET}320706/people/"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_takes_the_same_few_statements_whatever_the_data(path, city_clerk, sign_in, make_person, pay, split):
    split()
    client = sign_in(city_clerk)

    def statements(people):
        for number in range(people):
            pay(make_person(area=["320706006", "320722101", "320703007"][number % 3]), number % 12 + 1)
        client.get(BOARD)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(path).status_code == 200
        return len(caught)

    # The frame's own are among them: session, account with its place and role, rights.
    few = statements(3)
    assert few <= (12 if path == BOARD else 16)
    # A list asks each month that its page reaches into.
    assert statements(12) - few <= (11 if path.endswith("people/") else 0)


def test_links_keep_the_chosen_day(city_clerk, sign_in):
    body = sign_in(city_clerk).get(BOARD, {"year": "2019", "as_of": "2019-03-31"}).content.decode()
    assert f'href="{reverse("board:target", args=["health_check"])}?year=2019&amp;as_of=2019-03-31"' in body
    assert "?order=behind&amp;year=2019&amp;as_of=2019-03-31" in body


def test_the_map_shows_the_target_that_was_asked_for(city_clerk, sign_in, split):
    split("nursing_subsidy", 5)
    response = sign_in(city_clerk).get(BOARD, {"t": "nursing_subsidy"})
    assert response.context["board"].chosen.target.key == "nursing_subsidy"
    tiles = response.context["board"].tiles
    assert len(tiles) == 10 and len({tile.where for tile in tiles}) == 10
    assert sign_in(city_clerk).get(BOARD, {"t": "health_check"}).context["board"].chosen.row.connected


def test_no_page_has_inline_style_or_script(city_clerk, sign_in, make_person, pay, split):
    split()
    pay(make_person())
    for path in (BOARD, TARGET, f"{TARGET}320706/people/"):
        body = sign_in(city_clerk).get(path).content.decode()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", body)


def test_the_zones_hold_no_county_twice(city):
    assert {unit.code for unit in scopes.units()} >= set(Zone.objects.values_list("key", flat=True))
    assert "320771" not in {unit.code for unit in scopes.units()}
