"""Payments made before the portal was used: recorded as they happened."""

from datetime import date
from decimal import Decimal

import pytest

from subsidies.models import Payment, Programme, Roll
from tests.fixtures_city import DONGHAI_TOWN, make_id

HEADER = ["补贴项目", "发放月份", "身份证号", "发放金额", "批次", "发放日期"]


def line(
    person, *, month="2018-12", amount="370.00", reference="HIST-1", programme="hardship_subsidy", day="2018-12-28"
):
    return [programme, month, getattr(person, "id_number", person), amount, reference, day]


@pytest.fixture
def bring_in(send, run_import, post, city_clerk):
    """The import of these lines, posted if any line can be."""

    def brought(*lines, staff=city_clerk, name="历史发放.csv"):
        job = run_import(send(staff, "payment_history", [HEADER, *lines], name=name))
        return post(job) if job.state == "ready" and job.summary["valid_rows"] else job

    return brought


def findings(job) -> list[tuple[int, str]]:
    return list(job.rows.order_by("row").values_list("row", "codes"))


def test_one_reference_is_one_paid_roll_of_the_city_across_its_counties(bring_in, make_person, city_clerk):
    here, there = make_person("甲"), make_person("乙", area=DONGHAI_TOWN)
    job = bring_in(line(here), line(there, amount="300"))
    roll = Roll.objects.get()
    assert (roll.reference, roll.state, roll.paid_on) == ("HIST-1", "paid", date(2018, 12, 28))
    assert (roll.area.code, roll.month, roll.posted_by) == ("320700", date(2018, 12, 1), city_clerk)
    assert (roll.row_count, roll.payment_count, roll.total) == (2, 2, Decimal("670.00"))
    assert set(roll.payments.values_list("area__code", "amount")) == {
        ("320706006", Decimal("370.00")), (DONGHAI_TOWN, Decimal("300.00"))
    }  # fmt: skip
    assert job.applied_rows == 2 and job.summary["result"]["rolls"] == 1


def test_programmes_go_by_code_or_name(bring_in, make_person):
    bring_in(line(make_person("甲")), line(make_person("乙"), programme="困难残疾人生活补贴"))
    assert set(Payment.objects.values_list("programme__code", flat=True)) == {"hardship_subsidy"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"programme": "没有的补贴"}, "PROGRAMME_UNKNOWN"),
        ({"amount": "0"}, "AMOUNT_NOT_POSITIVE"),
        ({"amount": "-370"}, "AMOUNT_NEGATIVE"),
        ({"amount": "三百七"}, "AMOUNT_FORMAT"),
        ({"amount": "370.005"}, "AMOUNT_NOT_PAYABLE"),
        ({"amount": "100000000"}, "AMOUNT_NOT_PAYABLE"),
        ({"amount": ""}, "MISSING_REQUIRED"),
        ({"month": "2018-13"}, "MONTH_INVALID"),
        ({"reference": ""}, "MISSING_REQUIRED"),
        ({"day": "2018-02-30"}, "DATE_FORMAT"),
    ],
)
def test_a_line_that_cannot_be_recorded_is_told_and_the_others_stand(bring_in, make_person, change, code):
    job = bring_in(line(make_person("甲")), line(make_person("乙"), **change))
    assert job.state == "posted" and Payment.objects.count() == 1
    assert [(3, code)] == [found for found in findings(job) if found[1]]


def test_only_known_people_with_right_numbers_are_recorded(bring_in, make_person):
    unknown = make_id(400)
    wrong = unknown[:-1] + ("1" if unknown[-1] != "1" else "2")
    job = bring_in(line(make_person()), line(unknown), line(wrong), line(unknown[:14]))
    assert findings(job) == [(3, "UNKNOWN_PERSON"), (4, "ID_CHECKSUM"), (5, "ID_FORMAT")]


def test_a_person_has_one_payment_a_month_in_the_file_and_in_the_records(bring_in, make_person):
    person = make_person()
    job = bring_in(line(person), line(person), line(person, month="2018-11"))
    assert findings(job) == [(3, "DUPLICATE_IN_FILE")]
    assert Payment.objects.count() == 2


def test_importing_it_again_records_nothing_twice(bring_in, make_person):
    lines = [line(make_person("甲")), line(make_person("乙"))]
    bring_in(*lines)
    again = bring_in(*lines)
    assert (again.state, again.summary["valid_rows"]) == ("ready", 0)
    assert [codes for _, codes in findings(again)] == ["ALREADY_PAID"] * 2
    assert (Roll.objects.count(), Payment.objects.count()) == (1, 2)


def test_a_second_file_goes_on_with_the_roll_of_its_reference(bring_in, make_person):
    bring_in(line(make_person("甲")))
    bring_in(line(make_person("乙")))
    roll = Roll.objects.get()
    assert (roll.payment_count, roll.total) == (2, Decimal("740.00"))


def test_a_reference_used_for_several_months_and_programmes_is_a_roll_for_each(bring_in, make_person):
    person, long = make_person(), "批" * 70
    similar = Programme.objects.create(code="hardship_subsidy_2", name="困难残疾人生活补贴（二）")
    bring_in(
        line(person, reference=long),
        line(person, reference=long, month="2018-11"),
        line(person, reference=long, programme="nursing_subsidy"),
        line(person, reference=long, programme=similar.code),
    )
    rolls = Roll.objects.all()
    assert len({(roll.programme_id, roll.month) for roll in rolls}) == rolls.count() == 4
    assert all(roll.payment_count == 1 for roll in rolls)
    bring_in(line(make_person("乙"), reference=long, month="2018-11"))
    assert Roll.objects.count() == 4


def test_a_reference_that_a_posted_roll_has_is_not_added_to(bring_in, make_person, make_roll):
    posted = make_roll(make_person("甲"), reference="HIST-1", month=date(2018, 12, 1))
    bring_in(line(make_person("乙")))
    posted.refresh_from_db()
    assert posted.payment_count == 1 and Roll.objects.count() == 2


def test_a_county_records_its_own_people_and_learns_nothing_of_others(bring_in, make_person, make_roll, haizhou_clerk):
    own, paid = make_person("甲"), make_person("乙", area=DONGHAI_TOWN)
    make_roll(paid, month=date(2018, 12, 1))
    job = bring_in(line(own), line(paid), line(make_person("丙", area=DONGHAI_TOWN)), staff=haizhou_clerk)
    assert findings(job) == [(3, "WRONG_DISTRICT"), (4, "WRONG_DISTRICT")]
    assert Payment.objects.filter(person=own).exists()


def test_every_invariant_of_rolls_holds_afterwards(bring_in, make_person):
    from subsidies.invariants import breaches

    people = [make_person(f"人{number}") for number in range(5)]
    bring_in(*(line(person, month=month) for person in people for month in ("2018-11", "2018-12")))
    assert list(breaches()) == []
