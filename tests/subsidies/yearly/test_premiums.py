"""Premiums: one per person and year, of people of an age to pay and not yet drawing, counted when confirmed."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from lianyungang_cdpf.intake.models import ImportRow
from subsidies.actions import RollStands, undo_roll
from subsidies.models import Payment, PensionPremium, Programme, ProgrammeCheck
from tests.fixtures_city import make_id
from tests.subsidies.yearly.conftest import PREMIUM, premium

KIND = "pension_premium"


@pytest.fixture
def person(make_person):
    return make_person("张三", category=4, grade=1)


def test_a_premium_is_the_payment_of_january_with_its_year_tier_and_place(posted, person):
    roll = posted(KIND, premium(person, confirmed="2019-09-12"))
    payment = roll.payments.get()
    assert (roll.month, payment.month, payment.amount) == (date(2019, 1, 1), date(2019, 1, 1), Decimal(100))
    assert (payment.account_no, payment.area) == ("", person.area)
    kept = payment.premium
    assert (kept.year, kept.tier, kept.insured_place, kept.confirmed_on) == (
        2019, "100元", "新海街道", date(2019, 9, 12)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("born", "codes"),
    [
        (date(2003, 12, 31), ""),
        (date(2004, 1, 1), "AGE_NOT_ELIGIBLE"),
        (date(1959, 12, 31), "AGE_NOT_ELIGIBLE"),
        (date(1960, 1, 1), ""),
    ],
)
def test_people_of_16_to_59_on_the_last_day_of_the_year_are_paid_for(judged, make_person, born, codes):
    person = make_person(id_number=make_id(7, born), category=4, grade=2)
    assert judged(KIND, premium(person)) == [codes]


def test_the_day_of_age_is_data(judged, make_person):
    Programme.objects.filter(code=KIND).update(age_on="06-30")
    person = make_person(id_number=make_id(7, date(1959, 12, 31)), category=4, grade=2)
    assert judged(KIND, premium(person)) == [""]


def test_a_check_that_the_office_relaxes_lets_the_row_through(judged, make_person):
    ProgrammeCheck.objects.filter(programme__code=KIND, code="AGE_NOT_ELIGIBLE").update(severity="warning")
    person = make_person(id_number=make_id(7, date(1950, 1, 1)), category=4, grade=2)
    assert judged(KIND, premium(person)) == ["AGE_NOT_ELIGIBLE"]
    assert ImportRow.objects.get().verdict == "warned"


def test_a_row_of_another_year_is_no_row_of_this_list(judged, person):
    assert judged(KIND, premium(person, year="2018年度")) == ["PERIOD_MISMATCH"]
    assert judged(KIND, premium(person, year="去年")) == ["PERIOD_INVALID"]


def test_nobodys_premium_of_a_year_is_paid_twice(posted, judged, person, make_person):
    posted(KIND, premium(person))
    assert judged(KIND, premium(person), premium(make_person("李四", category=4, grade=1))) == ["ALREADY_PAID", ""]
    assert judged(KIND, premium(person, year="2020"), month=date(2020, 1, 1)) == [""]


def test_the_database_refuses_a_second_premium_of_the_year(posted, person):
    payment = posted(KIND, premium(person)).payments.get()
    payment.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        payment.save(force_insert=True)


def test_who_was_certified_during_the_year_is_on_its_list(judged, person):
    person.certificates.update(valid_from=date(2019, 6, 1))
    assert judged(KIND, premium(person)) == [""]
    assert judged(KIND, premium(person, year="2018"), month=date(2018, 1, 1)) == ["INELIGIBLE_GRADE"]


def test_undoing_frees_the_year_and_a_paid_list_stays(posted, judged, person, walk, haizhou_clerk, no_breach):
    undo_roll(roll=posted(KIND, premium(person)), by=haizhou_clerk)
    assert judged(KIND, premium(person)) == [""]
    assert not PensionPremium.objects.live().exists() and PensionPremium.objects.count() == 1
    roll = posted(KIND, premium(person), premium(person, year="2019"), name="again.csv")
    walk(roll, paid_on=date(2019, 9, 20))
    with pytest.raises(RollStands):
        undo_roll(roll=roll, by=haizhou_clerk)
    assert Payment.objects.live().get().roll == roll
    no_breach()


def test_a_title_names_the_year(office, send, run_import, person):
    lines = [["海州区2019年度城乡居民养老保险代缴名单"], PREMIUM, premium(person)]
    job = send(office, KIND, lines, month=None, name="名单.csv")
    job = run_import(job)
    assert (job.state, job.month) == ("ready", date(2019, 1, 1))
    other = run_import(send(office, KIND, [["2018年度代缴名单"], *lines[1:]], month=date(2019, 1, 1)))
    assert other.needs_confirmation and "2018年度" in other.summary["questions"][0]["sentence"]
    nothing = run_import(send(office, KIND, lines[1:], month=None, name="x.csv"))
    assert nothing.state == "refused" and "年度" in nothing.sentence and "2019" in nothing.sentence
