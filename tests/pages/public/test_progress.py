"""The plan's progress as everybody reads it: figures, their day, no small numbers of towns, at a bounded price."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from facilities.counting import touch_years
from lianyungang_cdpf.pages.public.figures import Standing, by_town, of_target, unit_coded
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.models import Demonstration, Plan, Target

KEY = "hardship_subsidy"
# Numbers of people in towns of Haizhou.
TOWNS = {"320706006": 7, "320706011": 2, "320706010": 9}


@pytest.fixture
def demonstration(city):
    return Demonstration.objects.create(as_of=date(2019, 9, 30), people=1, seed=1)


@pytest.fixture
def paid(demonstration, make_person, pay):
    for code, number in TOWNS.items():
        for _ in range(number):
            pay(make_person(area=code))


def text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_the_figures_are_the_boards_with_their_day_and_mark(paid, client):
    Target.objects.filter(key=KEY).update(goal=36)
    page = text(client.get(reverse("public:progress")))
    assert "数字截至 2019 年 9 月 30 日" in page and "演示数据" in page and "50.00%" in page
    page = text(client.get(reverse("public:target", args=[KEY])))
    assert "已完成 18 人，占 50.00%" in page
    assert "已完成</span>18</td>" in page  # Haizhou's row
    assert "已有 <strong>" in text(client.get("/"))


def test_small_towns_and_what_gives_them_away_are_kept_back(paid, client):
    page = text(client.get(reverse("public:towns", args=[KEY, "320706"])))
    towns = {row.scope.name: row.value for row in rows_of_towns()}
    assert sorted(number for number in towns.values() if number) == [2, 7, 9]
    cells = {cell.name: cell.number for cell in told_of_towns()}
    # 0s and the 2 are small; without the 7 among them the 2 would be the total less what is shown.
    assert cells["新浦街道"] == 9 and cells["新海街道"] is None and cells["海州街道"] is None
    assert all(number is None or number >= 5 for number in cells.values())
    assert page.count("不公布</td>") == sum(number is None for number in cells.values())
    assert "2</td>" not in page


def told_of_towns():
    unit = unit_coded("320706")
    return by_town(of_target(Standing(2019, date(2019, 9, 30)), KEY, [unit, *scopes.children(unit)]))


def rows_of_towns():
    unit = unit_coded("320706")
    told = of_target(Standing(2019, date(2019, 9, 30)), KEY, scopes.children(unit))
    return [one.row for one in told]


def test_where_all_towns_are_small_none_is_told(demonstration, make_person, pay, client):
    pay(make_person(area="320706006"))
    page = text(client.get(reverse("public:towns", args=[KEY, "320706"])))
    assert "不按乡镇（街道）公布" in page and "新海街道" not in page


def test_numbers_of_facilities_are_told_of_every_town(demonstration, make_facility, client):
    make_facility(approved_on=date(2018, 3, 1), accepted_on=date(2019, 5, 20))
    touch_years([("disabled_persons_home", 2019)])
    page = text(client.get(reverse("public:towns", args=["disabled_persons_home", "320706"])))
    assert "不公布" not in page and '<th scope="row">新海街道</th><td class="num">1</td>' in page


def test_rates_are_not_told_by_town(demonstration, client):
    key = "compulsory_enrolment_rate"
    assert "比率不按乡镇（街道）公布" in text(client.get(reverse("public:target", args=[key])))
    assert client.get(reverse("public:towns", args=[key, "320706"])).status_code == 404


@pytest.mark.parametrize("arguments", [["nothing"], [KEY, "320706006"], [KEY, "999"], ["nothing", "320706"]])
def test_what_the_plan_does_not_have_is_not_there(demonstration, client, arguments):
    name = "public:towns" if len(arguments) == 2 else "public:target"
    assert client.get(reverse(name, args=arguments)).status_code == 404


def test_without_a_plan_the_pages_say_so(city, client):
    Plan.objects.all().delete()
    assert "还没有公布年度计划" in text(client.get("/"))
    assert "还没有公布年度计划" in text(client.get(reverse("public:progress")))


def test_pages_may_be_kept_for_a_while_and_ask_little(paid, make_person, pay, client, sign_in, city_clerk):
    paths = ["/", reverse("public:progress"), reverse("public:target", args=[KEY]),
             reverse("public:towns", args=[KEY, "320706"])]  # fmt: skip
    for path in paths:
        client.get(path)
        with CaptureQueriesContext(connection) as counted:
            response = client.get(path)
        assert response.headers["Cache-Control"] == "public, max-age=300" and "Cookie" in response.headers["Vary"]
        assert len(counted) <= 20, [query["sql"][:90] for query in counted]
        assert "beneficiaries_person" not in " ".join(query["sql"] for query in counted if KEY in path)
        assert not client.cookies
    assert "no-store" in sign_in(city_clerk).get("/").headers["Cache-Control"]
