"""Targets 8 and 9: who is in need, who of them has a family doctor, who has been served, and whose need is unmet."""

from datetime import date

import pytest

from services.models import DeviceType, RehabilitationNeed
from tests.fixtures_city import make_id

DAY = date(2019, 9, 30)


@pytest.fixture
def in_need(make_service, make_person):
    """in_need(name, need=, on=, **person): somebody with a surveyed need."""

    def make(name, need="training", on=date(2019, 2, 1), **person):
        person.setdefault("category", 4)
        person.setdefault("grade", 2)
        one = make_person(name, **person)
        make_service(one, "rehab_need", on, need=need)
        return one

    return make


def names(records):
    return sorted(set(records.values_list("person__name", flat=True)))


def test_holders_and_uncertified_children_in_need_are_the_denominator(in_need):
    in_need("持证")
    child = {"basis": "uncertified_child", "category": None}
    in_need("未满十八", id_number=make_id(1, date(2001, 10, 1)), **child)
    in_need("已满十八", id_number=make_id(2, date(2001, 9, 30)), **child)
    in_need("无证成人", category=None)
    in_need("去世", died_on=date(2019, 9, 30))
    in_need("迁出", moved_out_on=date(2019, 5, 1))
    in_need("去年", on=date(2018, 12, 31))
    in_need("后来", on=date(2019, 10, 1))
    assert names(RehabilitationNeed.objects.in_need_on(DAY)) == sorted(["持证", "未满十八"])


def test_a_need_taken_back_is_none(in_need, cancelled):
    in_need("持证")
    cancelled(RehabilitationNeed.objects.get())
    assert not RehabilitationNeed.objects.in_need_on(DAY).exists()


def test_only_a_contract_that_runs_on_the_day_counts(in_need, make_service, cancelled):
    people = [in_need(name) for name in ("有效", "到期", "未到", "撤销", "没有")]
    spans = [(date(2019, 1, 1), None), (date(2018, 9, 29), date(2019, 9, 29)), (date(2019, 10, 1), None)]
    for person, (begun, ends) in zip(people, [*spans, spans[0]], strict=False):
        contract = make_service(person, "family_doctor_rate", begun, ended_on=ends)
        if person.name == "撤销":
            cancelled(contract)
    assert names(RehabilitationNeed.objects.signed_on(DAY)) == ["有效"]
    assert len(names(RehabilitationNeed.objects.in_need_on(DAY))) == 5


def test_a_contract_without_an_end_lasts_a_year(in_need, make_service):
    assert make_service(in_need("甲"), "family_doctor_rate", date(2019, 3, 1)).ended_on == date(2020, 2, 29)


def test_any_basic_service_of_the_year_serves_a_need(in_need, make_service):
    people = {name: in_need(name) for name in ("手册", "辅具", "体检", "去年", "未签收", "之后")}
    device = DeviceType.objects.get(code="wheelchair")
    make_service(people["手册"], "precision_rehab_rate", date(2019, 5, 1), need="support")
    make_service(people["手册"], "precision_rehab_rate", date(2019, 6, 1), need="training")
    make_service(people["辅具"], "assistive_devices", date(2019, 5, 1), device=device, signed_on=date(2019, 5, 2))
    make_service(people["体检"], "health_check", date(2019, 5, 1))
    make_service(people["去年"], "precision_rehab_rate", date(2018, 12, 31), need="training")
    make_service(people["未签收"], "assistive_devices", date(2019, 5, 1), device=device)
    make_service(people["之后"], "precision_rehab_rate", date(2019, 10, 1), need="training")
    served = RehabilitationNeed.objects.served_by(DAY)
    assert names(served) == sorted(["手册", "辅具"])
    assert served.values("person").distinct().count() == 2


def test_a_need_is_met_by_a_service_of_its_own_sort(in_need, make_service):
    person = in_need("甲", need="device")
    make_service(person, "rehab_need", date(2019, 2, 1), need="support")
    unmet = RehabilitationNeed.objects.unmet_on(DAY).values_list("need", flat=True)
    make_service(person, "precision_rehab_rate", date(2019, 5, 1), need="training")
    assert sorted(unmet.all()) == ["device", "support"]
    device = DeviceType.objects.get(code="wheelchair")
    make_service(person, "assistive_devices", date(2019, 5, 1), device=device, signed_on=date(2019, 5, 2))
    assert sorted(unmet.all()) == ["support"]
    make_service(person, "precision_rehab_rate", date(2019, 5, 1), need="support")
    assert not unmet.all().exists()
