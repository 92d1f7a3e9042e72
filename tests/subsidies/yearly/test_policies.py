"""Insured persons: nobody twice on one policy, the same terms for one policy number, two policies allowed."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from subsidies.actions import undo_roll
from subsidies.models import InsurancePolicy, Programme, Standard
from tests.subsidies.yearly.conftest import entry

KIND = "commercial_insurance"


@pytest.fixture
def person(make_person):
    return make_person("张三", category=4, grade=3)


def test_a_list_makes_its_policy_and_its_insured(posted, person, make_person):
    other = make_person("李四", category=5, grade=4)
    roll = posted(KIND, entry(person, " p1 "), entry(other))
    policy = InsurancePolicy.objects.get()
    assert (policy.number, policy.starts_on, policy.ends_on, policy.premium, policy.product) == (
        "P1", date(2019, 5, 1), date(2020, 4, 30), 60, "意外险"
    )  # fmt: skip
    assert {payment.person for payment in policy.payments.all()} == {person, other}
    assert (roll.month, roll.payment_count, roll.total) == (date(2019, 5, 1), 2, 120)
    assert {payment.account_no for payment in roll.payments.all()} == {""}


def test_one_person_may_be_on_two_policies_but_not_twice_on_one(posted, judged, person, no_breach):
    rows = [entry(person), entry(person, "P2", product="医疗险", amount="120"), entry(person)]
    assert judged(KIND, *rows) == ["", "", "DUPLICATE_IN_FILE"]
    roll = posted(KIND, *rows)
    assert roll.payments.count() == 2
    assert judged(KIND, entry(person)) == ["ALREADY_PAID"]
    no_breach()


def test_the_database_refuses_the_same_person_on_the_same_policy(posted, person):
    payment = posted(KIND, entry(person)).payments.get()
    payment.pk, payment.month = None, date(2019, 8, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        payment.save(force_insert=True)


def test_an_overlapping_policy_of_the_same_kind_is_pointed_out(posted, judged, person):
    posted(KIND, entry(person))
    assert judged(KIND, entry(person, "P9", first="2019-09-01")) == ["PERIOD_OVERLAP"]
    assert judged(KIND, entry(person, "P9", first="2020-05-01", last="2021-04-30")) == [""]
    assert judged(KIND, entry(person, "P9", first="2019-09-01", product="医疗险")) == [""]


@pytest.mark.parametrize(
    "other", [{"last": "2020-05-30"}, {"amount": "61"}, {"product": "别的保险"}, {"first": "2019-05-02"}]
)
def test_a_policy_number_means_one_policy(posted, judged, person, make_person, other):
    second = make_person("李四", category=5, grade=4)
    assert judged(KIND, entry(person), entry(second, **other)) == ["", "POLICY_MISMATCH"]
    posted(KIND, entry(person))
    assert judged(KIND, entry(second, **other)) == ["POLICY_MISMATCH"]
    assert judged(KIND, entry(second, product="")) == [""]


def test_terms_are_read_with_their_hours_and_must_be_in_order(judged, person):
    assert judged(KIND, entry(person, first="2019年5月1日0时起", last="2020年4月30日24时止")) == [""]
    assert judged(KIND, entry(person, first="2020-05-01", last="2020-04-30")) == ["POLICY_PERIOD"]
    assert judged(KIND, entry(person, last="明年")) == ["POLICY_PERIOD"]


def test_premiums_follow_standards_by_product_where_the_office_keeps_some(judged, person):
    assert judged(KIND, entry(person, amount="0")) == ["AMOUNT_NOT_STANDARD"]
    programme = Programme.objects.get(code=KIND)
    Standard.objects.create(programme=programme, effective_from=date(2019, 1, 1), household_class="意外险", amount=50)
    assert judged(KIND, entry(person)) == ["AMOUNT_NOT_STANDARD"]
    assert judged(KIND, entry(person, "P2", amount="50")) == [""]


def test_undoing_a_list_frees_its_people_and_keeps_the_policy(posted, judged, person, haizhou_clerk):
    undo_roll(roll=posted(KIND, entry(person)), by=haizhou_clerk)
    assert judged(KIND, entry(person)) == [""]
    again = posted(KIND, entry(person), name="again.csv")
    assert InsurancePolicy.objects.get().payments.filter(live=True).get().roll == again


def test_a_policy_is_seen_where_it_was_taken_out_or_insures_somebody(
    posted, person, make_person, city_clerk, donghai_clerk
):
    foreign = make_person("王五", area="320722101", category=4, grade=1)
    posted(KIND, entry(person), staff=city_clerk)
    policy = InsurancePolicy.objects.get()
    assert not InsurancePolicy.objects.visible_to(donghai_clerk).exists()
    posted(KIND, entry(foreign), staff=donghai_clerk, name="dh.csv")
    assert InsurancePolicy.objects.visible_to(donghai_clerk).get() == policy
