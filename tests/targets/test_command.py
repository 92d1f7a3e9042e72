"""Claims about `progress`: the contract of its JSON, and a sentence for what cannot be answered."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from lianyungang_cdpf.accounts.models import Area, Zone
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.board import board_of
from lianyungang_cdpf.targets.models import Allocation, Demonstration, Plan, Target

FIELDS = ["key", "name", "unit", "goal", "value", "numerator", "denominator", "percent", "expected_percent", "light",
          "connected"]  # fmt: skip


def told(**options):
    out = StringIO()
    call_command("progress", json=True, stdout=out, **options)
    return {row["key"]: row for row in json.loads(out.getvalue())}


def test_the_json_has_the_25_targets_in_order_with_every_field(city):
    rows = told(year="2019")
    assert list(rows) == list(Target.objects.values_list("key", flat=True))
    assert all(list(row) == FIELDS for row in rows.values())


def test_a_counted_target_tells_value_percent_and_light(city, make_person, pay):
    Target.objects.filter(key="hardship_subsidy").update(goal=3)
    for _ in range(2):
        pay(make_person(), 3)
    row = told(year="2019", as_of="2019-03-31")["hardship_subsidy"]
    assert row == {
        "key": "hardship_subsidy", "name": "困难残疾人生活补贴", "unit": "人", "goal": 3, "value": 2, "numerator": None,
        "denominator": None, "percent": "66.66", "expected_percent": "100.00", "light": "lagging", "connected": True,
    }  # fmt: skip


def test_a_true_0_is_0_and_what_is_not_held_is_null(city):
    Target.objects.filter(key="health_check").update(metric="")
    rows = told(year="2019", as_of="2019-09-30")
    assert (rows["nursing_subsidy"]["value"], rows["nursing_subsidy"]["percent"]) == (0, "0.00")
    away = rows["health_check"]
    assert (away["value"], away["percent"], away["light"], away["connected"]) == (None, None, "not_connected", False)
    assert (away["goal"], away["expected_percent"]) == (10000, "74.79")


def test_what_is_due_follows_the_mode(city):
    rows = told(year="2019", as_of="2019-09-30")
    due = {key: rows[key]["expected_percent"] for key in ("hardship_subsidy", "pension_premium", "training_base")}
    assert due == {"hardship_subsidy": "100.00", "pension_premium": "0.00", "training_base": "0.00"}
    assert rows["precision_rehab_rate"]["expected_percent"] == "98.00"
    assert told(year="2019", as_of="2019-10-01")["pension_premium"]["expected_percent"] == "100.00"


def test_a_year_without_a_plan_still_tells_the_value(city, make_person, pay):
    Target.objects.filter(key="health_check").update(metric="")
    pay(make_person(), 12, year=2018)
    row = told(year="2018")["hardship_subsidy"]
    assert [row[name] for name in ("goal", "percent", "expected_percent", "light")] == [None] * 4
    assert (row["value"], row["connected"]) == (1, True)
    assert told(year="2018", area="320706")["hardship_subsidy"]["value"] == 1
    assert told(year="2018", as_of="2018-11-30")["hardship_subsidy"]["value"] == 0
    assert told(year="2018")["health_check"]["light"] == "not_connected"


def test_an_area_without_a_goal_still_tells_the_value(make_person, pay):
    pay(make_person())
    row = told(year="2019", area="320706")["hardship_subsidy"]
    assert [row[name] for name in ("goal", "percent", "expected_percent", "light")] == [None] * 4
    assert row["value"] == 1


def test_an_area_with_a_goal_is_measured_by_it(make_person, pay):
    pay(make_person())
    target = Target.objects.get(key="hardship_subsidy")
    Allocation.objects.create(target=target, area=Area.objects.get(code="320706"), goal=8)
    row = told(year="2019", area="320706", as_of="2019-01-31")["hardship_subsidy"]
    assert (row["goal"], row["percent"], row["light"]) == (8, "12.50", "lagging")


def test_a_zone_is_named_by_its_key_and_a_county_level_zone_by_its_code_too(make_person, pay):
    pay(make_person(area="320771001"))
    target = Target.objects.get(key="hardship_subsidy")
    Allocation.objects.create(target=target, zone=Zone.objects.get(key="lyg_etdz"), goal=2)
    for code in ("lyg_etdz", "320771"):
        row = told(year="2019", area=code)["hardship_subsidy"]
        assert (row["goal"], row["value"], row["percent"]) == (2, 1, "50.00")


def test_an_area_code_means_its_whole_subtree_with_the_zones_towns(make_person, pay):
    pay(make_person(area="320703007"))
    assert told(year="2019", area="320703")["hardship_subsidy"]["value"] == 1
    assert told(year="2019", area="xuwei")["hardship_subsidy"]["value"] == 1


def test_a_county_as_a_row_of_the_board_is_told_as_the_board_tells_it(make_person, pay):
    pay(make_person(area="320703007"))
    pay(make_person(area="320703001"))
    target = Target.objects.get(key="hardship_subsidy")
    Allocation.objects.create(target=target, area=Area.objects.get(code="320703"), goal=2)
    day = date(2019, 9, 30)
    row = told(year="2019", area="320703", board=True, as_of=str(day))["hardship_subsidy"]
    line = next(line for line in board_of(scopes.city(), year=2019, as_of=day).lines if line.target == target)
    on_the_board = next(one for one in line.units if one.scope.code == "320703")
    assert row == on_the_board.as_dict()
    assert (row["goal"], row["value"], row["percent"]) == (2, 1, "50.00")


@pytest.mark.parametrize(
    ("options", "is_said"),
    [({"area": "320703"}, True), ({"area": "320703", "board": True}, False), ({"area": "320722"}, False), ({}, False)],
)
def test_the_text_says_where_a_figure_reaches_further_than_its_goal(city, options, is_said):
    out = StringIO()
    call_command("progress", year="2019", as_of="2019-09-30", stdout=out, **options)
    assert ("含其中划归功能板块的乡镇街道，分解目标不含" in out.getvalue()) is is_said


def test_a_goal_of_0_has_no_percentage(city):
    Target.objects.filter(key="hardship_subsidy").update(goal=0)
    row = told(year="2019")["hardship_subsidy"]
    assert (row["goal"], row["value"], row["percent"], row["light"]) == (0, 0, None, "on_track")


def test_reaching_the_goal_is_early(make_person, pay):
    Target.objects.filter(key="hardship_subsidy").update(goal=1)
    pay(make_person())
    assert told(year="2019", as_of="2019-01-15")["hardship_subsidy"]["light"] == "early"


def test_without_a_year_the_latest_planned_one_is_told(city):
    Plan.objects.create(year=2020, title="下一年")
    assert told() == {}
    assert len(told(year="2019")) == 25


def test_without_a_day_it_is_today_but_never_after_the_year(city, time_machine):
    time_machine.move_to("2019-07-02T08:00:00+08:00")
    assert told(year="2019")["health_check"]["expected_percent"] == "50.13"
    time_machine.move_to("2026-11-23T08:00:00+08:00")
    assert told(year="2019")["health_check"]["expected_percent"] == "100.00"


def test_a_demonstration_has_its_own_day_in_its_own_year(city, time_machine):
    time_machine.move_to("2026-11-23T08:00:00+08:00")
    Demonstration.objects.create(as_of=date(2019, 9, 30), people=1, seed=1)
    assert told(year="2019")["health_check"]["expected_percent"] == "74.79"
    Plan.objects.filter(year=2019).update(year=2018)
    assert told(year="2018")["health_check"]["expected_percent"] == "100.00"


@pytest.mark.parametrize(
    ("options", "says"),
    [({"year": "2019", "area": "999999"}, "没有代码为“999999”的地区或功能板块"),
     ({"year": "2019", "as_of": "2019-02-30"}, "“2019-02-30”不是日期"),
     ({"year": "2019", "as_of": "九月"}, "“九月”不是日期"),
     ({"year": "二〇一九"}, "“二〇一九”不是年份"),
     ({"year": "0000"}, "“0000”不是年份")],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused_in_chinese_with_exit_1(city, options, says):
    with pytest.raises(CommandError, match=says) as refused:
        told(**options)
    assert refused.value.returncode == 1


def test_without_json_it_is_text_for_people(make_person, pay):
    Target.objects.filter(key="health_check").update(metric="")
    pay(make_person())
    out = StringIO()
    call_command("progress", year="2019", area="320706", as_of="2019-09-30", stdout=out)
    assert "海州区 2019 年目标，截至 2019-09-30" in out.getvalue()
    assert "困难残疾人生活补贴：1 / — 人 未分解" in out.getvalue()
    assert "免费健康体检：— / — 人 尚未接入" in out.getvalue()
