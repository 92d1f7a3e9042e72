"""Claims that next year's plan needs no developer: what the office does in the admin, and what the board then shows."""

from datetime import date

import pytest
from django.urls import reverse

from lianyungang_cdpf.metrics.metric import Metric
from lianyungang_cdpf.metrics.models import ChangeStamp
from lianyungang_cdpf.targets.actions import copy_plan
from lianyungang_cdpf.targets.edit_forms import TargetForm
from lianyungang_cdpf.targets.models import Plan, Target
from services.models import ServiceKind
from subsidies.models import Payment

ADD = reverse("admin:targets_target_add")
CULTURE = {
    "number": 26, "key": "", "name": "残疾人文化活动", "group": "文化体育", "goal": 5000, "unit": "人次",
    "metric": "test.visits", "kind": "culture", "progress_mode": "cumulative_flow", "due_month": "",
}  # fmt: skip


def paid_as(kind, year):
    """Payments stand in for the records of a kind that no app holds yet."""
    return Payment.objects.of_programme("hardship_subsidy", year)


@pytest.fixture
def visits(offer):
    """A way of counting person-times that an app might offer for every kind of service."""
    offer(
        Metric(code="test.visits", label="服务人次", unit="人次", source="test", kinds=ServiceKind, counts=paid_as),
        Metric(code="test.persons", label="服务人数", unit="人", source="test", kinds=ServiceKind, counts=paid_as,
               subject="person"),
    )  # fmt: skip


@pytest.fixture
def plan(city_clerk):
    return copy_plan(plan=Plan.objects.get(year=2019), year=2020, by=city_clerk)


def form(plan, **changes):
    return TargetForm({"plan": plan.pk, **CULTURE, **changes})


def test_a_new_kind_becomes_a_target_and_the_new_board_moves(
    city_clerk, sign_in, visits, plan, make_person, pay, value
):
    page = sign_in(city_clerk)
    kind = {
        "code": "culture",
        "name": "残疾人文化活动",
        "unit": "人次",
        "group": "aid",
        "record_form": "general",
        "proof": "none",
    }
    assert page.post(reverse("admin:services_servicekind_add"), kind).status_code == 302
    choices = dict(page.get(ADD).context["adminform"].form.fields["kind"].choices)
    assert ("culture", "残疾人文化活动") in choices["服务种类"]
    assert page.post(ADD, {"plan": plan.pk, **CULTURE}).status_code == 302
    target = Target.objects.get(plan=plan, key="culture")
    assert (target.kind, target.goal, target.unit) == ("culture", 5000, "人次")
    assert value(as_of=date(2020, 6, 30), key="culture") == 0
    person = make_person()
    for month in (1, 2):
        pay(person, month, year=2020)
    ChangeStamp.objects.touch(source="test", kind="culture", year=2020)
    assert value(as_of=date(2020, 6, 30), key="culture") == 2
    board = page.get("/admin/board/?year=2020&as_of=2020-06-30").content.decode()
    assert "残疾人文化活动" in board and "5,000" in board


def test_a_programme_and_a_facility_kind_are_offered_beside_the_services(plan):
    choices = dict(form(plan).fields["kind"].choices)
    assert list(choices) == ["", "补贴项目", "服务种类", "设施种类"]
    assert ("hardship_subsidy", "困难残疾人生活补贴") in choices["补贴项目"]
    assert ("disabled_persons_home", "残疾人之家") in choices["设施种类"]


def test_a_kind_that_the_metric_does_not_count_is_refused(visits, plan):
    wrong = form(plan, metric="subsidies.premiums_confirmed", kind="health_check", unit="人")
    assert wrong.errors["kind"] == [
        "“当年保费已缴费到账的人数（同一人一年只计一次）”不统计这个种类：请在城乡居民养老保险费代缴中选一个，"
        "或改选统计方法。"
    ]
    assert "kind" in form(plan, kind="hardship_subsidy").errors
    assert "kind" in form(plan, kind="no_such_kind").errors
    assert form(plan, kind="health_check").is_valid()


def test_a_target_without_records_yet_may_name_any_kind(plan):
    assert form(plan, metric="", kind="device_station", unit="个").is_valid()


def test_person_times_are_not_counted_as_persons(visits, plan):
    assert form(plan, kind="health_check", metric="test.persons").errors["unit"] == [
        "所选统计方法按“人”计，单位不能填“人次”：请改单位，或改选按“人次”计的方法。"
    ]
    assert form(plan, kind="health_check", metric="test.persons", unit="名").is_valid()


def test_a_rate_is_counted_by_a_rate(offer, visits, plan):
    whole = Metric(
        code="test.rate", label="覆盖率", unit="人", source="test", counts=paid_as, subject="person", kinds=ServiceKind,
        out_of=paid_as,
    )  # fmt: skip
    offer(whole, Metric(code="test.visits", label="", unit="人次", source="test", counts=paid_as, kinds=ServiceKind))
    rate = {"kind": "health_check", "metric": "test.rate", "goal": 98, "unit": "%", "progress_mode": "rate_snapshot"}
    assert form(plan, **rate).is_valid()
    assert form(plan, **rate | {"progress_mode": "milestone"}).errors["progress_mode"] == [
        "所选统计方法是比率，序时方式请选“时点比率”。"
    ]
    assert form(plan, **rate | {"metric": "test.visits"}).errors["progress_mode"] == [
        "“时点比率”只用于统计比率的方法：请改选序时方式或统计方法。"
    ]
    assert form(plan, **rate | {"unit": "人"}).errors["unit"] == ["比率的单位请填 %。"]


def test_a_second_target_of_a_kind_gets_a_code_of_its_own(visits, plan):
    second = form(plan, kind="health_check")
    assert second.is_valid()
    assert second.cleaned_data["key"] == "health_check-2"


def test_a_number_and_a_code_stand_once_in_a_plan(visits, plan):
    twice = form(plan, kind="health_check", number=10, key="assistive_devices")
    assert not twice.is_valid()
    assert len(twice.non_field_errors()) == 2


def test_the_copied_plan_is_opened_at_its_targets(city_clerk, sign_in):
    data = {"action": "copy_to_next_year", "_selected_action": [Plan.objects.get(year=2019).pk]}
    answer = sign_in(city_clerk).post(reverse("admin:targets_plan_changelist"), data)
    made = Plan.objects.get(year=2020)
    assert answer.url == f"{reverse('admin:targets_target_changelist')}?plan__id__exact={made.pk}"
