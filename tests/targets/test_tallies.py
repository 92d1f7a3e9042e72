"""Claims about what a place counts: exact, distinct in each place by itself, and recomputed only when it must be."""

from datetime import date

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.metrics.metric import Metric
from lianyungang_cdpf.metrics.models import ChangeStamp
from lianyungang_cdpf.targets import tallies
from lianyungang_cdpf.targets.catalogue import is_connected
from lianyungang_cdpf.targets.models import Tally, TallyState, Target
from lianyungang_cdpf.targets.recount import breaches
from subsidies.models import Payment

# Towns: two of 海州, one of 东海, one of the zone 徐圩 (lawfully 连云's), one of 经开 (a county-level unit of its own).
HAIZHOU_TOWN, OTHER_HAIZHOU_TOWN, DONGHAI_TOWN = "320706006", "320706011", "320722101"
XUWEI_TOWN, ETDZ_TOWN = "320703007", "320771001"


def test_a_person_paid_in_three_months_counts_once(make_person, pay, value):
    person = make_person()
    for month in (3, 1, 7):
        pay(person, month)
    assert value() == 1
    assert [value(as_of=date(2019, month, 28)) for month in (1, 2, 12)] == [1, 1, 1]


def test_a_person_counts_from_their_first_paid_month_on(make_person, pay, value):
    pay(make_person(), 4)
    assert value(as_of=date(2019, 3, 31)) == 0
    assert value(as_of=date(2019, 4, 1)) == 1


def test_the_year_before_and_after_do_not_count(make_person, pay, value):
    person = make_person()
    pay(person, 12, year=2018)
    pay(person, 1, year=2020)
    assert value() == 0


def test_the_two_subsidies_count_apart(make_person, pay, value):
    person = make_person()
    pay(person, 1)
    pay(person, 1, programme="nursing_subsidy")
    assert value() == value(key="nursing_subsidy") == 1


def test_a_person_who_moved_counts_once_in_the_city_and_once_in_each_county(make_person, pay, value):
    person = make_person()
    pay(person, 2, area=HAIZHOU_TOWN)
    pay(person, 5, area=DONGHAI_TOWN)
    assert value() == 1
    assert value("320706") == 1
    assert value("320722", as_of=date(2019, 4, 30)) == 0
    assert value("320722") == 1


def test_a_move_within_the_county_counts_in_both_towns_and_once_in_the_county(make_person, pay, value):
    person = make_person()
    pay(person, 5, area=HAIZHOU_TOWN)
    pay(person, 2, area=OTHER_HAIZHOU_TOWN)
    assert value(HAIZHOU_TOWN) == value(OTHER_HAIZHOU_TOWN) == value("320706") == 1
    assert value("320706", as_of=date(2019, 2, 28)) == 1
    assert value(HAIZHOU_TOWN, as_of=date(2019, 2, 28)) == 0


def test_a_zone_town_counts_in_its_county_by_path_but_on_the_board_only_in_its_zone(make_person, pay, value):
    pay(make_person(area=XUWEI_TOWN))
    assert value("320703") == 1
    assert value("320703", on_the_board=True) == 0
    assert value("xuwei") == value(XUWEI_TOWN) == 1


def test_a_county_level_zone_and_its_zone_are_one(make_person, pay, value):
    pay(make_person(area=ETDZ_TOWN))
    assert value("320771") == value("320771", on_the_board=True) == value("lyg_etdz") == 1


def test_a_village_counts_in_itself_its_town_and_above(make_person, pay, value):
    village = Area.objects.filter(parent__code=HAIZHOU_TOWN).first()
    pay(make_person(area=village.code))
    assert [value(code) for code in (village.code, HAIZHOU_TOWN, "320706", "")] == [1, 1, 1, 1]


def test_an_undone_payment_no_longer_counts_anywhere(make_person, pay, void, value):
    payment = pay(make_person())
    assert value(HAIZHOU_TOWN) == 1
    void(payment)
    assert value() == value("320706") == value(HAIZHOU_TOWN) == 0


def test_undoing_the_first_month_moves_the_person_to_the_next(make_person, pay, void, value):
    person = make_person()
    first = pay(person, 1)
    pay(person, 6)
    assert value(as_of=date(2019, 5, 31)) == 1
    void(first)
    assert value(as_of=date(2019, 5, 31)) == 0
    assert value(as_of=date(2019, 6, 1)) == 1


def test_the_area_as_of_posting_counts_not_todays(make_person, pay, value):
    person = make_person(area=HAIZHOU_TOWN)
    pay(person)
    person.area = Area.objects.get(code=DONGHAI_TOWN)
    person.save()
    assert value("320706") == 1
    assert value("320722") == 0


def stale():
    return [target.key for target in tallies.refresh(Target.objects.select_related("plan"))]


def test_only_the_target_whose_records_changed_is_recomputed(make_person, pay):
    stale()
    assert stale() == []
    pay(make_person(), programme="nursing_subsidy")
    assert stale() == ["nursing_subsidy"]
    assert stale() == []


def test_a_town_given_to_a_zone_moves_its_people_on_the_board(make_person, pay, value):
    pay(make_person(area=HAIZHOU_TOWN))
    assert value("320706", on_the_board=True) == 1
    town = Area.objects.get(code=HAIZHOU_TOWN)
    Area.objects.filter(path__startswith=town.path).update(
        unit_key="xuwei", zone=Area.objects.get(code=XUWEI_TOWN).zone
    )
    assert value("320706", on_the_board=True) == 0
    assert value("xuwei") == 1


def test_another_way_of_counting_makes_the_tallies_stale(make_person, pay, value):
    pay(make_person())
    assert value() == 1
    Target.objects.filter(key="hardship_subsidy").update(kind="nursing_subsidy")
    assert value() == 0


def test_a_refresher_that_comes_second_finds_the_work_done(city, make_person, pay, monkeypatch):
    pay(make_person())
    target = Target.objects.select_related("plan").get(key="hardship_subsidy")
    tallies.refresh([target])
    monkeypatch.setattr(tallies, "newly_counted", lambda *args: pytest.fail("counted twice"))
    tallies._recompute(target)


def test_records_that_change_while_they_are_counted_are_counted_again(make_person, pay, value, monkeypatch):
    people = [make_person(), make_person()]
    pay(people[0])
    count = tallies.newly_counted

    def and_then_a_posting(*args):
        counted = count(*args)
        monkeypatch.setattr(tallies, "newly_counted", count)
        pay(people[1])
        return counted

    monkeypatch.setattr(tallies, "newly_counted", and_then_a_posting)
    assert value() == 1
    assert value() == 2


def test_a_refresh_is_one_transaction(make_person, pay, monkeypatch):
    pay(make_person())
    stale()
    before = list(Tally.objects.values_list("place", "month", "value"))
    pay(make_person())
    monkeypatch.setattr(TallyState, "save", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        stale()
    assert list(Tally.objects.values_list("place", "month", "value")) == before


def test_a_refresh_takes_a_bounded_number_of_statements(make_person, pay):
    for month in range(1, 7):
        pay(make_person(), month)
    connected = sum(map(is_connected, Target.objects.all()))
    with CaptureQueriesContext(
        connection,
    ) as caught:
        stale()
    assert connected >= 2 and len(caught) <= 15 * connected


def test_a_metric_without_a_subject_sums_its_total(make_person, pay):
    person = make_person()
    for month in (1, 1, 3):
        pay(person, month, programme="hardship_subsidy") if month == 3 else None
    pay(person, 1)
    pieces = Metric(
        code="test.pieces", label="", unit="件", source="subsidies.payment", counts=Payment.objects.of_programme,
        total="amount",
    )  # fmt: skip
    counted = tallies.newly_counted(pieces, "hardship_subsidy", 2019)
    city = Area.objects.get(code="320700").path
    assert tallies.of_place(counted, city)[:4] == [100, 100, 200, 200]


def test_a_metric_without_subject_and_total_counts_records(make_person, pay):
    person = make_person()
    pay(person, 1)
    pay(person, 3)
    records = Metric(code="t", label="", unit="次", source="subsidies.payment", counts=Payment.objects.of_programme)
    counted = tallies.newly_counted(records, "hardship_subsidy", 2019)
    assert tallies.of_place(counted, Area.objects.get(code="320700").path)[2] == 2


def test_the_check_finds_a_tally_edited_by_hand(make_person, pay):
    pay(make_person())
    assert breaches() == []
    Tally.objects.filter(place="unit:320706").update(value=2)
    assert [sentence for sentence in breaches() if "unit:320706" in sentence and "汇总为 2，逐条核对为 1" in sentence]


def test_the_check_finds_records_that_changed_without_a_stamp(make_person, pay):
    payment = pay(make_person())
    assert breaches() == []
    Payment.objects.filter(pk=payment.pk).update(live=False)
    # City, county, town and unit, and the money.
    assert len(breaches()) == 5


PEOPLE, PLACES = 4, (HAIZHOU_TOWN, OTHER_HAIZHOU_TOWN, DONGHAI_TOWN, XUWEI_TOWN, ETDZ_TOWN)
events = st.lists(
    st.one_of(
        st.tuples(st.just("pay"), st.integers(0, PEOPLE - 1), st.integers(1, 12), st.sampled_from(PLACES)),
        st.tuples(st.just("void"), st.integers(0, 20), st.none(), st.none()),
        st.tuples(st.just("look"), st.none(), st.none(), st.none()),
    ),
    max_size=14,
)


@given(events)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_tallies_equal_a_recount_after_any_payments_and_undoings(make_person, pay, void, story):
    Payment.objects.all().delete()
    ChangeStamp.objects.touch(source="subsidies.payment", kind="hardship_subsidy", year=2019)
    people = [make_person() for _ in range(PEOPLE)]
    payments, paid = [], set()
    for deed, who, month, place in story:
        if deed == "pay" and (who, month) not in paid:
            payments.append(pay(people[who], month, area=place))
            paid.add((who, month))
        elif deed == "void" and payments:
            payment = payments.pop(who % len(payments))
            paid.discard((people.index(payment.person), payment.month.month))
            void(payment)
        elif deed == "look":
            stale()
    assert breaches() == []
    city = Area.objects.get(code="320700").path
    told = Tally.objects.filter(target__key="hardship_subsidy", place=city).aggregate(Sum("value"))["value__sum"] or 0
    assert told == Payment.objects.live().values("person").distinct().count()
