"""Claims about differences: whatever changes after a month was locked shows, with its records and by name in sight."""

import random
from collections import defaultdict
from datetime import date, timedelta

import pytest
from django.utils import timezone

from beneficiaries.merging import merge_people
from beneficiaries.models import Person
from facilities.models import Facility, FacilityKind
from lianyungang_cdpf.metrics.metric import Metric
from lianyungang_cdpf.metrics.models import ChangeStamp
from lianyungang_cdpf.targets.models import Target
from lianyungang_cdpf.targets.pace import months_gone
from lianyungang_cdpf.targets.progress import progress
from lianyungang_cdpf.targets.reporting.actions import lock_report
from lianyungang_cdpf.targets.reporting.differences import can_be_compared, shown
from lianyungang_cdpf.targets.reporting.page import ReportPage
from lianyungang_cdpf.targets.reporting.told import last_locked
from services.actions import cancel_service
from services.models import Service, ServiceKind
from subsidies.models import Payment

SEPTEMBER = date(2019, 9, 30)
KEY, CASES, PIECES, RATE = "hardship_subsidy", "cataract_surgery", "assistive_devices", "family_doctor_rate"


def words(difference, staff):
    return {(one.named.text, one.what, one.named.remark) for one in shown(difference, difference.changes, staff)}


@pytest.fixture
def locked(send_in, city_clerk):
    """locked(month=9): reported and locked."""

    def make(month=9):
        version = send_in(month)
        lock_report(report=version.report, by=city_clerk)
        return version

    return make


def test_nothing_changed_is_no_difference(locked, differ, make_person, pay, serve):
    pay(make_person(), 9)
    serve(make_person(), PIECES, date(2019, 5, 6), 3)
    version = locked()
    assert [differ(version, key).changes for key in (KEY, PIECES, CASES)] == [[], [], []]


def test_an_undone_payment_and_a_late_one_show_with_who_they_were_for(
    locked, differ, make_person, pay, void, haizhou_clerk
):
    stays, goes, comes = make_person("甲"), make_person("乙"), make_person("丙")
    pay(stays, 8)
    gone, double = pay(goes, 9), pay(stays, 9)
    version = locked()
    void(gone)
    void(double)
    pay(comes, 9)
    pay(make_person("丁"), 10)
    told = differ(version)
    assert (told.reported, told.found, told.difference) == ("2", "2", "0")
    assert words(told, haizhou_clerk) == {("乙", "不再计入", ""), ("丙", "新计入", "")}


def test_what_the_bank_sent_back_counts_no_more(locked, differ, make_person, pay, haizhou_clerk):
    payment = pay(make_person("甲"), 9)
    version = locked()
    Payment.objects.filter(pk=payment.pk).update(returned_on=date(2019, 10, 8), return_reason="账号错误")
    ChangeStamp.objects.touch(source="subsidies.payment", kind=KEY, year=2019)
    told = differ(version)
    assert (told.difference, words(told, haizhou_clerk)) == ("−1", {("甲", "不再计入", "")})


def test_merged_records_of_one_person_show_where_they_went(locked, differ, make_person, pay, city_clerk):
    kept, gone = make_person("甲"), make_person("甲")
    pay(kept, 8)
    pay(gone, 9)
    version = locked()
    merge_people(by=city_clerk, kept=kept, gone=gone, reason="同一人两份档案")
    told = differ(version)
    assert (told.reported, told.found) == ("2", "1")
    assert words(told, city_clerk) == {("甲", "不再计入", "重复档案已并入本人档案")}


def test_a_corrected_quantity_shows_both_numbers(locked, differ, make_person, serve, haizhou_clerk):
    service = serve(make_person("甲"), PIECES, date(2019, 9, 30), 3)
    version = locked()
    Service.objects.filter(pk=service.pk).update(quantity=2)
    told = differ(version, PIECES)
    assert (told.difference, told.added, told.removed, told.altered) == ("−1", 0, 0, 1)
    assert words(told, haizhou_clerk) == {("甲 2019-09-30", "数量 3 → 2 件", "")}


def test_a_service_taken_back_says_so(locked, differ, make_person, serve, haizhou_clerk):
    service = serve(make_person("甲"), CASES, date(2019, 9, 2))
    version = locked()
    cancel_service(by=haizhou_clerk, service=service, reason="登记错人了")
    told = words(differ(version, CASES), haizhou_clerk)
    assert told == {("甲 2019-09-02", "不再计入", "已撤销：登记错人了")}


def test_a_record_moved_into_the_next_month_shows(locked, differ, make_person, serve):
    service = serve(make_person(), CASES, date(2019, 9, 30))
    version = locked()
    Service.objects.filter(pk=service.pk).update(counted_on=date(2019, 10, 1), served_on=date(2019, 10, 1))
    assert (differ(version, CASES).removed, differ(version, CASES).difference) == (1, "−1")


def test_a_facility_that_was_revoked_shows(locked, differ, haizhou, haizhou_clerk):
    day = date(2019, 6, 3)
    home = Facility.objects.create(
        kind=FacilityKind.objects.get(code="rehab_station"), name="新海康复站", name_key="新海康复站",
        area=haizhou.area,
        applied_on=day, approved_on=day, started_on=day, completed_on=day, accepted_on=day, stage="accepted",
    )  # fmt: skip
    version = locked()
    Facility.objects.filter(pk=home.pk).update(stage="revoked", revoked_on=date(2019, 8, 1))
    assert words(differ(version, "rehab_station"), haizhou_clerk) == {("新海康复站", "不再计入", "")}


def test_a_rate_tells_who_is_reached_now_and_who_is_in_the_whole(
    offer, plan, send_in, differ, make_person, pay, void, move, haizhou_clerk
):
    offer(
        Metric(
            code="test.rate", label="签约率", unit="人", source="subsidies.payment", subject="person",
            counts=lambda kind, day: Payment.objects.live().filter(month__year=day.year, month__lte=day),
            kinds=ServiceKind, out_of=lambda kind, day: Person.objects.all(), other_sources=("test.people",),
        )
    )  # fmt: skip
    Target.objects.filter(key=RATE).update(metric="test.rate")
    reached, missed, leaves = make_person("甲"), make_person("乙"), make_person("丙")
    payment = pay(reached, 9)
    version = send_in()
    void(payment)
    pay(missed, 9)
    move(leaves, "320722101")
    pay(make_person("丁"), 9)
    told = differ(version, RATE)
    assert (told.reported, told.found) == ("1/3（33.33%）", "2/3（66.66%）")
    assert told.difference == "分子 +1，分母 0"
    assert words(told, haizhou_clerk) == {
        ("甲", "原已达到，现未达到", ""), ("乙", "原未达到，现已达到", ""), ("丁", "新应统计（已达到）", ""),
        ("", "不再应统计（原未达到）", "现已不在您的辖区内"),
    }  # fmt: skip


def test_who_has_moved_away_is_counted_and_not_named(locked, differ, make_person, pay, void, move, haizhou_clerk):
    person = make_person("甲")
    payment = pay(person, 9)
    version = locked()
    void(payment)
    move(person, "320722101")
    assert words(differ(version), haizhou_clerk) == {("", "不再计入", "现已不在您的辖区内")}


def test_a_target_that_is_counted_otherwise_now_is_not_compared(locked, figure):
    version = locked()
    assert can_be_compared(figure(version))
    Target.objects.filter(key=KEY).update(metric="services.persons")
    assert not can_be_compared(figure(version))
    Target.objects.filter(key=KEY).update(metric="")
    assert not can_be_compared(figure(version))


def test_the_targets_page_tells_the_last_locked_month_beside_the_figure_now(
    locked, haizhou, make_person, pay, haizhou_clerk, django_assert_num_queries
):
    pay(make_person(), 3)
    locked(8)
    locked(9)
    pay(make_person(), 9)

    def row(as_of):
        return next(r for r in progress(year=2019, scopes=[haizhou], as_of=as_of)[haizhou.place] if r.target.key == KEY)

    now, before = row(date(2019, 10, 20)), row(date(2019, 9, 29))
    haizhou_clerk.has_perm("targets.view_monthlyreport")
    with django_assert_num_queries(1):
        told = last_locked(now, haizhou_clerk)
        assert told.words == "9 月已锁定 1 人，与现数相差 +1"
    assert last_locked(before, haizhou_clerk).words == "8 月已锁定 1 人，与现数一致"


# -- a seeded year, corrected at random after it was reported, against a recount of every record -----------------------

COUNTED_BY = {
    KEY: lambda: (
        (one.person_id, 1, one.month, one.area.unit_key)
        for one in Payment.objects.select_related("area", "roll")
        if one.live and not one.returned_on and one.programme.code == KEY and one.roll.state == "paid"
    ),
    CASES: lambda: _services(CASES, lambda one: (one.pk, 1)),
    PIECES: lambda: _services(PIECES, lambda one: (one.pk, one.quantity)),
    "health_check": lambda: _services("health_check", lambda one: (one.person_id, 1)),
}


def _services(code, subject):
    for one in Service.objects.select_related("area", "kind"):
        if one.kind.code == code and not one.cancelled_at and one.counted_on:
            yield *subject(one), one.counted_on, one.area.unit_key


def by_hand(key, unit):
    """What the target counts at the unit by the end of September, record by record."""
    found = defaultdict(int)
    for subject, number, day, unit_key in COUNTED_BY[key]():
        if day.year == 2019 and day <= SEPTEMBER and f"unit:{unit_key}" == unit.place:
            found[subject] = number
    return dict(found)


@pytest.mark.parametrize("seed", range(3))
def test_differences_are_what_a_recount_of_every_record_finds(
    seed, locked, differ, figure, haizhou, make_person, pay, serve, plan, haizhou_clerk
):
    chance = random.Random(seed)
    people = [make_person(area=chance.choice(["320706006", "320706011", "320722101"])) for _ in range(12)]

    def write(rows):
        for _ in range(rows):
            person, month = chance.choice(people), chance.randint(1, 10)
            key, day = chance.choice([CASES, PIECES, "health_check"]), date(2019, month, 1)
            serve(person, key, day + timedelta(days=chance.randint(0, 29)), chance.randint(1, 3))
            if not Payment.objects.filter(person=person, month=day).exists():
                pay(person, month)

    write(25)
    before = {key: by_hand(key, haizhou) for key in COUNTED_BY}
    version = locked()
    write(8)
    for one in chance.sample(list(Service.objects.all()), 10):
        day = one.counted_on + timedelta(days=chance.choice([-40, 0, 40]))
        cancelled = {"cancelled_at": timezone.now(), "cancelled_by": haizhou_clerk, "cancel_reason": "登记错人了"}
        changes = cancelled if chance.random() < 0.4 else {
            "quantity": chance.randint(1, 3), "counted_on": day, "served_on": day
        }  # fmt: skip
        Service.objects.filter(pk=one.pk).update(**changes)
    for one in chance.sample(list(Payment.objects.all()), 6):
        Payment.objects.filter(pk=one.pk).update(live=False)
    ChangeStamp.objects.touch_all(source="services.service")
    ChangeStamp.objects.touch_all(source="subsidies.payment")
    after = {key: by_hand(key, haizhou) for key in COUNTED_BY}
    assert before != after
    lines = {line.target.key: line for line in ReportPage(plan, 9, haizhou, haizhou_clerk).lines}
    for key in COUNTED_BY:
        told = differ(version, key)
        assert (told.then, told.now) == (before[key], after[key]), key
        assert figure(version, key).value == sum(before[key].values())
        assert lines[key].found == f"{sum(after[key].values()):,}"
        assert {one.key for one in told.changes} == {
            subject for subject in before[key].keys() | after[key].keys()
            if before[key].get(subject) != after[key].get(subject)
        }  # fmt: skip
    assert months_gone(2019, SEPTEMBER) == 9
