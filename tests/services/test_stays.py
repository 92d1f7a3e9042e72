"""残疾人之家: what no register may say, who is served when, and what the deeds refuse."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from beneficiaries.merging import merge_people
from beneficiaries.moving import agree_to_transfer, offer_person
from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.metrics.models import ChangeStamp
from services.invariants import breaches
from services.models import FacilityStay, MonthlyAttendance
from services.stay_actions import cancel_stay, save_stay
from services.stays import most_days, overlaps
from tests.fixtures_city import DONGHAI_TOWN, HAIZHOU, HAIZHOU_TOWN

MARCH, APRIL = date(2019, 3, 1), date(2019, 4, 1)
TODAY = date.today()


@pytest.fixture
def home(make_home):
    return make_home()


@pytest.fixture
def stay(make_stay, make_person, home):
    return make_stay(make_person(), home)


@pytest.fixture
def move_to_haizhou(donghai_clerk, haizhou_clerk):
    """move_to_haizhou(person of 东海县): the two counties agree on the transfer; gives 海州区's clerk."""

    def move(person):
        transfer = offer_person(by=donghai_clerk, person=person, receiving_unit=HAIZHOU, reason="随子女居住")
        agree_to_transfer(by=haizhou_clerk, transfer=transfer, town=Area.objects.get(code=HAIZHOU_TOWN))
        person.refresh_from_db()
        return haizhou_clerk

    return move


def amended(by, stay, months=(), **changes):
    """The stay with changes, saved by the deed as the admin's page does it."""
    for name, value in changes.items():
        setattr(stay, name, value)
    return save_stay(by=by, stay=stay, months=months)


def version(year=2019):
    return ChangeStamp.objects.version_of(source="services.stay", kind="disabled_persons_home", year=year)


# -- what the database holds -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"left_on": date(2019, 3, 3), "leaving_reason": "就业"}, "stay_left_after_admission"),
        ({"left_on": date(2019, 5, 3)}, "stay_left_for_a_reason"),
        ({"leaving_reason": "就业"}, "stay_left_for_a_reason"),
        ({"cancel_reason": "登记错人"}, "facilitystay_cancelled_by_whom_and_why"),
    ],
)
def test_no_stay_is_half_said(fields, constraint, stay):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        FacilityStay.objects.update(**fields)


@pytest.mark.parametrize(
    ("month", "days", "stands"),
    [
        (date(2019, 3, 1), 31, True), (date(2019, 4, 1), 30, True), (date(2020, 2, 1), 29, True),
        (date(2019, 3, 1), 0, True), (date(2019, 4, 1), 31, False), (date(2019, 2, 1), 29, False),
        (date(2020, 2, 1), 30, False), (date(2019, 3, 1), 32, False),
    ],
)  # fmt: skip
def test_days_fit_into_their_month_whatever_writes_them(month, days, stands, stay, city_clerk):
    def write():
        with transaction.atomic():
            MonthlyAttendance.objects.create(
                stay=stay, month=month, days=days, recorded_by=city_clerk, recorded_at=timezone.now()
            )

    if stands:
        write()
        assert MonthlyAttendance.objects.get().days == days
    else:
        with pytest.raises(IntegrityError, match="attendance_days_are_within_the_month"):
            write()


def test_a_month_is_named_by_its_first_day_and_stands_once(stay, city_clerk):
    told = {"stay": stay, "days": 3, "recorded_by": city_clerk, "recorded_at": timezone.now()}
    with pytest.raises(IntegrityError, match="attendance_month_is_a_first_day"), transaction.atomic():
        MonthlyAttendance.objects.create(month=date(2019, 3, 2), **told)
    first = MonthlyAttendance.objects.create(month=MARCH, **told)
    with pytest.raises(IntegrityError), transaction.atomic():
        MonthlyAttendance.objects.create(month=MARCH, **told)
    first.cancelled_at, first.cancelled_by, first.cancel_reason = timezone.now(), city_clerk, "录错"
    first.save()
    MonthlyAttendance.objects.create(month=MARCH, **told)
    assert MonthlyAttendance.objects.standing().count() == 1


def test_nobody_is_on_two_registers_at_a_time_whatever_writes_it(stay, make_home, city_clerk):
    other = make_home("朐阳街道残疾人之家")
    told = {"person": stay.person, "area": stay.area, "recorded_by": city_clerk, "recorded_at": timezone.now()}
    with pytest.raises(IntegrityError), transaction.atomic():
        FacilityStay.objects.create(facility=other, admitted_on=date(2019, 5, 1), **told)
    FacilityStay.objects.update(left_on=date(2019, 5, 1), leaving_reason="转到其他机构")
    FacilityStay.objects.create(facility=other, admitted_on=date(2019, 5, 1), **told)
    assert FacilityStay.objects.current().get().facility == other


# -- the rules of the deeds --------------------------------------------------------------------------------------------


def test_a_stay_is_recorded_with_its_months_its_place_its_stamp_and_its_line(make_stay, make_person, home, city_clerk):
    person = make_person()
    stay = make_stay(person, home, months={3: 20, 4: 0}, by=city_clerk)
    assert (stay.area, stay.recorded_by) == (person.area, city_clerk)
    assert dict(stay.attendance.values_list("month", "days")) == {MARCH: 20, APRIL: 0}
    assert version() == 1 and version(TODAY.year) == 1
    line = AuditLine.objects.get(deed="登记残疾人之家在册人员")
    assert line.summary == "2019-03、2019-04" and person.name not in str(line.__dict__)


def test_who_is_served_elsewhere_is_not_admitted(stay, make_home, make_stay, haizhou_clerk):
    other = make_home("朐阳街道残疾人之家")
    with pytest.raises(ValidationError, match="此人在“新海街道残疾人之家”还有时间重叠的在册登记"):
        make_stay(stay.person, other, date(2019, 6, 1), by=haizhou_clerk)
    with pytest.raises(ValidationError, match="还有时间重叠的在册登记"):
        make_stay(stay.person, stay.facility, date(2019, 6, 1))
    amended(haizhou_clerk, stay, left_on=date(2019, 6, 1), leaving_reason="转到其他机构")
    assert make_stay(stay.person, other, date(2019, 6, 1), by=haizhou_clerk).pk
    with pytest.raises(ValidationError, match="重叠"):
        make_stay(stay.person, other, date(2019, 2, 1), left_on=date(2019, 3, 20), leaving_reason="回家")


def test_of_a_home_in_another_county_only_is_told_that_there_is_one(make_person, make_home, make_stay, move_to_haizhou):
    person = make_person("甲", area=DONGHAI_TOWN)
    make_stay(person, make_home("白塔埠镇残疾人之家", area=DONGHAI_TOWN))
    clerk = move_to_haizhou(person)
    with pytest.raises(ValidationError) as refused:
        make_stay(person, make_home(), date(2019, 8, 1), by=clerk)
    assert "本辖区以外的残疾人之家" in str(refused.value) and "白塔埠" not in str(refused.value)


@pytest.mark.parametrize(
    ("admitted_on", "more"),
    [
        (TODAY + timedelta(days=1), {}),
        (date(1890, 1, 1), {}),
        (date(2019, 3, 4), {"left_on": TODAY + timedelta(days=1), "leaving_reason": "就业"}),
        (date(2019, 3, 4), {"left_on": date(2019, 3, 3), "leaving_reason": "就业"}),
    ],
)
def test_days_that_can_not_be_are_refused(admitted_on, more, make_stay, make_person, home):
    with pytest.raises(ValidationError, match="入家、退出日期不对"):
        make_stay(make_person(), home, admitted_on, **more)


def test_nobody_is_admitted_after_death_or_after_the_home_was_revoked(make_stay, make_person, make_home):
    dead = make_person("甲")
    dead.died_on = date(2019, 3, 1)
    dead.save()
    with pytest.raises(ValidationError, match="已去世或迁出本市"):
        make_stay(dead, make_home())
    closed = make_home("关门之家", stage="revoked", revoked_on=date(2019, 3, 1))
    with pytest.raises(ValidationError, match="已于 2019-03-01 撤销"):
        make_stay(make_person("乙"), closed)


@pytest.mark.parametrize(
    ("months", "said"),
    [({2: 1}, "2019-02 不在在册期间之内"), ({3: 29}, "2019-03 出勤最多 28 天"), ({6: 11}, "2019-06 出勤最多 10 天"),
     ({7: 0}, "2019-07 不在在册期间之内")],
)  # fmt: skip
def test_nobody_attends_outside_of_the_stay(months, said, make_stay, make_person, home):
    with pytest.raises(ValidationError, match=said), transaction.atomic():
        make_stay(make_person(), home, months=months, left_on=date(2019, 6, 10), leaving_reason="就业")
    assert not FacilityStay.objects.exists()


def test_a_day_of_leaving_before_recorded_days_is_refused(make_stay, make_person, home, city_clerk):
    stay = make_stay(make_person(), home, months={3: 20, 5: 20})
    with pytest.raises(ValidationError, match="2019-05 不在在册期间之内"), transaction.atomic():
        amended(city_clerk, stay, left_on=date(2019, 4, 30), leaving_reason="回家")
    assert FacilityStay.objects.get().left_on is None


def test_a_stay_is_taken_back_with_its_months_and_stays_on_file(make_stay, make_person, home, city_clerk, make_staff):
    stay = make_stay(make_person(), home, months={3: 20})
    with pytest.raises(ValidationError, match="不能撤销"):
        cancel_stay(by=make_staff("leader", role="leader"), stay=stay, reason="登记错人")
    before = version()
    cancel_stay(by=city_clerk, stay=stay, reason="登记错人")
    assert FacilityStay.objects.cancelled().get().cancel_reason == "登记错人"
    assert MonthlyAttendance.objects.count() == 1 and not MonthlyAttendance.objects.standing().exists()
    assert version() == before + 1
    with pytest.raises(ValidationError, match="已经撤销"):
        amended(city_clerk, stay, remarks="改")


# -- who is served -----------------------------------------------------------------------------------------------------


def test_served_on_a_day_are_those_who_came_and_have_not_left_died_or_moved(make_stay, make_person, home):
    there, left, later, dead, gone = (make_person(name) for name in "甲乙丙丁戊")
    make_stay(there, home)
    make_stay(left, home, left_on=date(2019, 5, 31), leaving_reason="就业")
    make_stay(later, home, date(2019, 6, 2))
    for person in (dead, gone):
        make_stay(person, home)
    type(dead).objects.filter(pk=dead.pk).update(died_on=date(2019, 6, 1))
    type(gone).objects.filter(pk=gone.pk).update(moved_out_on=date(2019, 5, 1))

    def served(day):
        return set(FacilityStay.objects.served_on(day).values_list("person__name", flat=True))

    assert served(date(2019, 5, 31)) == {"甲", "乙", "丁"}
    assert served(date(2019, 6, 1)) == {"甲"}
    assert served(date(2019, 6, 2)) == {"甲", "丙"}


def test_a_plan_counts_the_people_of_the_year_once(make_stay, make_person, make_home, home, counted, city_clerk):
    person, before = make_person("甲"), make_person("乙")
    make_stay(person, home, left_on=date(2019, 5, 1), leaving_reason="转到其他机构")
    make_stay(person, make_home("朐阳街道残疾人之家"), date(2019, 5, 1))
    make_stay(before, home, date(2018, 3, 4), left_on=date(2018, 12, 31), leaving_reason="就业")
    wrong = make_stay(make_person("丙"), home)
    metric = ("services.persons_in_facilities", "disabled_persons_home")
    assert [counted(*metric, year) for year in (2018, 2019)] == [1, 2]
    cancel_stay(by=city_clerk, stay=wrong, reason="登记错人")
    assert counted(*metric) == 1 and counted(*metric, area="320722") == 0


@pytest.mark.parametrize(
    ("begun", "ended", "month", "today", "most"),
    [
        (date(2019, 3, 4), None, MARCH, TODAY, 28), (date(2019, 3, 4), None, APRIL, TODAY, 30),
        (date(2019, 3, 4), date(2019, 3, 4), MARCH, TODAY, 1), (date(2019, 3, 4), date(2019, 3, 31), APRIL, TODAY, 0),
        (date(2019, 3, 4), None, date(2019, 2, 1), TODAY, 0), (date(2019, 1, 4), None, MARCH, date(2019, 3, 6), 6),
        (date(2019, 1, 4), None, APRIL, date(2019, 3, 31), 0),
    ],
)  # fmt: skip
def test_a_month_has_the_days_that_lie_in_the_stay_and_are_over(begun, ended, month, today, most):
    assert most_days(begun, ended, month, today) == most


def test_who_moves_on_a_day_is_in_both_homes_on_it():
    day = date(2019, 5, 1)
    assert not overlaps(date(2019, 3, 1), day, day, None)
    assert overlaps(date(2019, 3, 1), day, day - timedelta(days=1), None)
    assert overlaps(day, None, day, None)


# -- people who turn out to be one, or move ---------------------------------------------------------------------------


def test_stays_go_with_the_person_and_two_open_ones_are_settled_first(
    make_stay, make_person, make_home, home, counted, city_clerk
):
    kept, gone = make_person("甲"), make_person("甲")
    first = make_stay(kept, home)
    make_stay(gone, make_home("朐阳街道残疾人之家"), date(2019, 5, 1), months={5: 10})
    with pytest.raises(ValidationError, match="残疾人之家在册人员"):
        merge_people(by=city_clerk, kept=kept, gone=gone, reason="重复建档")
    amended(city_clerk, first, left_on=date(2019, 5, 1), leaving_reason="转到其他机构")
    metric, before = ("services.persons_in_facilities", "disabled_persons_home"), version()
    assert counted(*metric) == 2
    merge_people(by=city_clerk, kept=kept, gone=gone, reason="重复建档")
    assert kept.facility_stays.count() == 2 and counted(*metric) == 1 and version() > before
    assert list(breaches()) == []


def test_who_moves_to_another_county_leaves_the_stay_where_it_was(make_person, make_home, make_stay, move_to_haizhou):
    person = make_person("甲", area=DONGHAI_TOWN)
    stay = make_stay(person, make_home("白塔埠镇残疾人之家", area=DONGHAI_TOWN))
    clerk = move_to_haizhou(person)
    stay.refresh_from_db()
    assert stay.area.code == DONGHAI_TOWN
    assert not FacilityStay.objects.visible_to(clerk).exists()


# -- what lies across tables -------------------------------------------------------------------------------------------


def test_days_outside_of_a_stay_are_found_by_the_check_as_by_plain_sql(make_stay, make_person, home):
    """Independent of the models: the days of each month against the part of the month that lies in the stay."""
    stay = make_stay(make_person(), home, months={3: 28, 4: 30})
    assert list(breaches()) == [] and outside_by_sql() == []
    FacilityStay.objects.update(left_on=date(2019, 4, 10), leaving_reason="就业")
    april = stay.attendance.get(month=APRIL)
    assert list(breaches()) == [f"出勤记录 {april.pk} 超出在册期间。"] and outside_by_sql() == [april.pk]
    FacilityStay.objects.update(left_on=date(2019, 3, 31))
    april.days = 0
    april.save()
    assert list(breaches()) == [f"出勤记录 {april.pk} 超出在册期间。"] and outside_by_sql() == [april.pk]


def outside_by_sql():
    """Keys of the standing months with more days than the stay has in them, or outside of it."""
    is_sqlite = connection.vendor == "sqlite"
    next_month = "date(a.month, '+1 month')" if is_sqlite else "(a.month + interval '1 month')::date"
    first = "max(a.month, s.admitted_on)" if is_sqlite else "greatest(a.month, s.admitted_on)"
    after = "date(s.left_on, '+1 day')" if is_sqlite else "(s.left_on + 1)"
    end = f"{'min' if is_sqlite else 'least'}({next_month}, coalesce({after}, {next_month}))"
    length = f"julianday({end}) - julianday({first})" if is_sqlite else f"{end} - {first}"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.id FROM services_monthlyattendance a JOIN services_facilitystay s ON s.id = a.stay_id "
            "WHERE a.cancelled_at IS NULL AND s.cancelled_at IS NULL "
            f"AND (a.days > {length} OR {length} <= 0) ORDER BY a.id"
        )
        return [pk for (pk,) in cursor.fetchall()]


def test_a_register_at_a_facility_that_keeps_none_is_found(stay, make_home):
    point = make_home("康复点", kind="home_rehab_point")
    FacilityStay.objects.update(facility=point)
    assert list(breaches()) == [f"在册登记 {stay.pk} 的设施不是残疾人之家。"]
