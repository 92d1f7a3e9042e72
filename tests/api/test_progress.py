"""The figures that programs get are those of the board and of `manage.py progress`."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from lianyungang_cdpf.accounts.models import Area, Zone
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.board import board_of
from lianyungang_cdpf.targets.models import Allocation, Plan, Target
from tests.fixtures_city import make_id

YEAR, DAY = 2019, "2019-09-30"


@pytest.fixture
def records(make_person, make_roll):
    """Payments in Haizhou, in Donghai and in a town of a zone."""
    town = Area.objects.filter(zone__key="xuwei", level="town").first()
    haizhou = [make_person("张三"), make_person("李四")]
    paid = {"state": "paid", "paid_on": date(2019, 5, 20)}
    make_roll(*haizhou, month=date(2019, 3, 1), **paid)
    make_roll(make_person("王五", area="320722101"), reference="R-2", area="320722", month=date(2019, 4, 1), **paid)
    make_roll(make_person("赵六", area=town.code), reference="R-3", month=date(2019, 5, 1), **paid)
    target = Target.objects.get(key="hardship_subsidy")
    Allocation.objects.create(target=target, area=Area.objects.get(code="320706"), goal=10)
    Allocation.objects.create(target=target, zone=Zone.objects.get(key="xuwei"), goal=5)
    return town


def commanded(**options):
    out = StringIO()
    call_command("progress", json=True, year=str(YEAR), as_of=DAY, stdout=out, **options)
    return json.loads(out.getvalue())


def figures(target):
    names = ("key", "name", "unit", "goal", "value", "numerator", "denominator", "percent", "expected_percent", "light",
             "connected")  # fmt: skip
    return {name: target[name] for name in names}


@pytest.mark.parametrize("code", [None, "320706", "320722", "320722101", "xuwei", "320700"])
def test_a_place_is_told_as_the_command_tells_it(code, ask, city_clerk, records):
    asked = {"place": code} if code else {}
    told = ask(city_clerk)("progress", year=YEAR, as_of=DAY, **asked)
    options = {"area": code, "board": True} if code else {}
    assert [figures(target) for target in told["targets"]] == commanded(**options)
    paid = next(target for target in told["targets"] if target["key"] == "hardship_subsidy")
    assert paid["value"] >= 1


def test_the_forecast_is_that_of_the_board(ask, city_clerk, records):
    told = ask(city_clerk)("progress", year=YEAR, as_of=DAY)
    board = board_of(scopes.city(), year=YEAR, as_of=date.fromisoformat(DAY))
    for target, line in zip(told["targets"], board.lines, strict=True):
        forecast = line.row.forecast
        names = ("low", "expected", "high", "needed_per_month", "sentence")
        assert target["forecast"] == {name: getattr(forecast, name) for name in names}
    paid = next(target for target in told["targets"] if target["key"] == "hardship_subsidy")["forecast"]
    assert (paid["expected"], paid["needed_per_month"]) == (4, 11999)


def test_a_county_is_told_as_its_row_of_the_board_without_the_towns_of_its_zones(ask, city_clerk, records):
    told = ask(city_clerk)("progress", year=YEAR, as_of=DAY, place="320703")
    paid = next(target for target in told["targets"] if target["key"] == "hardship_subsidy")
    assert records.path.split("/")[1] == "320703" and (paid["value"], told["place"]["board_row"]) == (0, True)


def test_the_districts_are_the_rows_of_the_board(ask, city_clerk, records):
    told = ask(city_clerk)("progress", year=YEAR, as_of=DAY)
    board = board_of(scopes.city(), year=YEAR, as_of=date.fromisoformat(DAY))
    for target, line in zip(told["targets"], board.lines, strict=True):
        assert [one["place"]["code"] for one in target["districts"]] == [row.scope.code for row in line.units]
        assert [one["value"] for one in target["districts"]] == [row.as_dict()["value"] for row in line.units]
        assert [one["goal"] for one in target["districts"]] == [row.goal for row in line.units]
    paid = next(target for target in told["targets"] if target["key"] == "hardship_subsidy")
    counted = {one["place"]["code"]: one["value"] for one in paid["districts"] if one["value"]}
    assert counted == {"320706": 2, "320722": 1, "xuwei": 1}


def test_a_rate_is_told_in_per_cent_with_its_decimals(ask, city_clerk, make_person, make_service):
    """Cut to a whole number it would be another rate."""
    born = date(2010, 5, 1)
    children = [make_person(name, id_number=make_id(at, born), category=5, grade=2) for at, name in enumerate("甲乙丙")]
    for child in children[:2]:
        make_service(
            child, "compulsory_enrolment_rate", date(2019, 9, 10), school_year=2019, schooling="inclusive_class",
            school="实验小学",
        )  # fmt: skip
    told = ask(city_clerk)("progress", year=YEAR, as_of=DAY)
    rate = next(target for target in told["targets"] if target["key"] == "compulsory_enrolment_rate")
    assert (rate["value"], rate["numerator"], rate["denominator"]) == (66.66, 2, 3)


def test_staff_of_a_county_and_of_a_zone_get_their_own_row(ask, haizhou_clerk, make_staff, records):
    zone = make_staff("zone", area="xuwei")
    for staff, code, value, goal in ((haizhou_clerk, "320706", 2, 10), (zone, "xuwei", 1, 5)):
        told = ask(staff)("progress", year=YEAR, as_of=DAY)
        paid = next(target for target in told["targets"] if target["key"] == "hardship_subsidy")
        assert (told["place"]["code"], told["place"]["board_row"]) == (code, True)
        assert (paid["value"], paid["goal"], paid["districts"]) == (value, goal, [])


def test_a_wrong_year_or_day_is_refused_and_without_a_plan_there_is_nothing(refused, city_clerk):
    for wrong in ({"year": "1990"}, {"year": "x"}, {"as_of": "yesterday"}, {"as_of": "2018-01-01", "year": YEAR}):
        status, problem = refused(city_clerk, "progress", **wrong)
        assert status == 400 and problem["where"] in wrong
    Plan.objects.all().delete()
    assert refused(city_clerk, "progress")[0] == 404
