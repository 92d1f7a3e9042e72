"""Households: one at a time, one head, and what kind of household it is."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from beneficiaries.disability_parts import breaches, set_parts
from beneficiaries.living import Living, save_household
from beneficiaries.models import DisabilityPart, Guardian, Household, HouseholdMember, Person
from tests.fixtures_city import DONGHAI_TOWN, make_id

OLD, YOUNG = date(1950, 5, 5), date(2018, 6, 1)


@pytest.fixture
def live(make_person):
    """live(relation=person, ...): a household of these people."""

    def made(**people):
        household = Household.objects.create(area=next(iter(people.values())).area)
        for relation, person in people.items():
            HouseholdMember.objects.create(household=household, person=person, relation=relation)
        return household

    return made


def several():
    return list(Household.objects.with_several_disabled(timezone.localdate()))


def elders():
    return list(Household.objects.supported_by_elders(timezone.localdate()))


def test_two_living_holders_make_a_household_of_several(live, make_person):
    head, child = make_person("甲", category=4, grade=1), make_person("乙", category=5, grade=1)
    household = live(head=head, child=child)
    assert several() == [household]
    Person.objects.filter(pk=child.pk).update(died_on=date(2020, 1, 1))
    assert several() == []
    Person.objects.filter(pk=child.pk).update(died_on=None)
    child.certificates.update(status="cancelled")
    assert several() == []


def test_a_family_member_and_an_uncertified_child_are_no_holders(live, make_person):
    live(
        head=make_person("甲", category=4, grade=1), child=make_person("乙", basis="family_member"),
        sibling=make_person("丙", basis="uncertified_child", id_number=make_id(9, YOUNG)),
    )  # fmt: skip
    assert several() == []


@pytest.mark.parametrize(
    ("relations", "expected"),
    [
        (("head", "child"), True),
        (("parent", "head"), True),
        (("parent_in_law", "spouse"), True),
        (("sibling", "child"), False),
        (("head", "sibling"), False),
    ],
)
def test_an_adult_holder_with_a_parent_of_sixty_is_supported_by_elders(live, make_person, relations, expected):
    old = make_person("老", id_number=make_id(1, OLD), basis="family_member")
    adult = make_person("中", id_number=make_id(2, date(1985, 1, 1)), category=6, grade=2)
    people = dict(zip(relations, (old, adult), strict=True))
    if "head" not in people:
        people["head"] = make_person("户主", id_number=make_id(3, date(1980, 1, 1)))
    household = live(**people)
    assert elders() == ([household] if expected else [])
    Person.objects.filter(pk=old.pk).update(died_on=date(2020, 1, 1))
    assert elders() == []


def test_a_child_with_old_parents_is_not_supported_by_elders(live, make_person):
    live(
        head=make_person("老", id_number=make_id(1, OLD)),
        child=make_person("小", id_number=make_id(2, YOUNG), category=5, grade=1),
    )  # fmt: skip
    assert elders() == []


def test_saving_a_household_puts_family_on_file_and_keeps_strangers_out(haizhou_clerk, make_person):
    head, foreign = make_person("甲", category=4, grade=1), make_person("赵六", area=DONGHAI_TOWN)
    lines = [Living("head", "甲", head.id_number), Living("spouse", "乙", make_id(50))]
    household = save_household(by=haizhou_clerk, household=Household(area=head.area), living=lines)
    assert set(household.members.values_list("person__name", "person__basis")) == {
        ("甲", "holder"), ("乙", "family_member")
    }  # fmt: skip
    for line, sentence in (
        (Living("child", "赵六", foreign.id_number), "该身份证号已建档"),
        (Living("child", "别名", head.id_number), "姓名不一致"),
        (Living("head", "丙", make_id(51)), "一户要有一位户主"),
    ):
        with pytest.raises((ValidationError, IntegrityError)) as error, transaction.atomic():
            save_household(by=haizhou_clerk, household=household, living=[line])
        if error.type is ValidationError:
            assert sentence in "".join(error.value.messages)
    assert household.members.count() == 2


def test_somebody_who_lives_elsewhere_must_leave_first(haizhou_clerk, live, make_person):
    person = make_person("甲")
    live(head=person)
    new = Household(area=person.area)
    with pytest.raises(ValidationError, match="已登记在另一户中"):
        save_household(by=haizhou_clerk, household=new, living=[Living("head", "甲", person.id_number)])
    person.memberships.update(valid_to=date(2020, 1, 1))
    new = Household(area=person.area)
    line = Living("head", "甲", person.id_number, valid_from=date(2020, 1, 1))
    assert save_household(by=haizhou_clerk, household=new, living=[line]).pk


def refused(constraint, columns, change):
    """SQLite names the columns of a unique index, PostgreSQL the index."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        change()
    assert constraint in str(error.value) or columns in str(error.value)


def test_the_database_keeps_one_household_at_a_time_and_one_head(live, make_person):
    one, two = make_person("甲"), make_person("乙")
    household = live(head=one)
    add = HouseholdMember.objects.create
    refused(
        "one_household_at_a_time", "householdmember.person_id",
        lambda: add(household=Household.objects.create(area=one.area), person=one, relation="head"),
    )  # fmt: skip
    refused(
        "one_head_per_household", "householdmember.household_id",
        lambda: add(household=household, person=two, relation="head"),
    )  # fmt: skip
    refused(
        "household_dates_in_order", "-",
        lambda: household.members.update(valid_from=date(2020, 1, 2), valid_to=date(2020, 1, 1)),
    )  # fmt: skip


def test_nobody_is_their_own_guardian(make_person):
    person = make_person("甲")
    refused(
        "nobody_guards_themselves", "-",
        lambda: Guardian.objects.create(person=person, on_file=person, name="甲", relation="other"),
    )  # fmt: skip


def test_minors_without_a_guardian(make_person):
    today = timezone.localdate()
    child, adult = make_person("小", id_number=make_id(1, YOUNG)), make_person("大")
    make_person("亲", id_number=make_id(2, YOUNG), basis="family_member")
    assert list(Person.objects.minors_without_guardian(today)) == [child]
    guardian = Guardian.objects.create(person=child, name="大", relation="parent", on_file=adult)
    assert not Person.objects.minors_without_guardian(today).exists()
    guardian.valid_to = date(2020, 1, 1)
    guardian.save()
    assert list(Person.objects.minors_without_guardian(today)) == [child]


def test_the_parts_of_a_disability_make_up_the_whole(haizhou_clerk, make_person):
    certificate = make_person("甲", category=7, grade=2).certificates.get()
    set_parts(by=haizhou_clerk, certificate=certificate, parts={1: 2, 4: 3})
    assert list(certificate.parts.values_list("category", "grade")) == [(1, 2), (4, 3)]
    single = make_person("乙", category=4, grade=2).certificates.get()
    for one, parts, sentence in (
        (certificate, {1: 1, 4: 3}, "取最重的一类：证上为二级，明细中最重的为一级"),
        (certificate, {1: 2}, "至少有两类"),
        (single, {1: 2, 4: 3}, "只有多重残疾"),
    ):
        with pytest.raises(ValidationError, match=sentence):
            set_parts(by=haizhou_clerk, certificate=one, parts=parts)
    assert certificate.parts.count() == 2 and not list(breaches())
    DisabilityPart.objects.filter(category=1).update(grade=4)
    assert len(list(breaches())) == 1
