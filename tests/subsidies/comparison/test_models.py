"""What the database itself refuses of cases and lists, by the names of its constraints, on both databases."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from subsidies.models import ComparisonEntry, ComparisonList, ListType, Programme

pytestmark = pytest.mark.django_db
NOTHING = {"months": 0, "wrong_amount": 0, "first_month": None, "last_month": None}


def refused(name: str, write) -> None:
    """SQLite names the columns of a unique index, not the index."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        write()
    assert name in str(caught.value)


def settled(by, **fields) -> dict:
    return {"outcome": "stop", "reason": "死亡", "settled_by": by, "settled_at": timezone.now()} | fields


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"kind": "dead"}, "one_open_case_per_person_and_programme"),
        ({"kind": "aged_110", "programme": None, **NOTHING}, "one_open_case_per_person"),
        ({"kind": "on_list", "list_type": "deaths"}, "one_open_case_per_person_and_list"),
    ],
)
def test_a_person_has_one_open_case_of_a_kind_and_a_programme(make_case, make_person, haizhou_clerk, fields, name):
    person, other = make_person("王一"), make_person("王二")
    if "list_type" in fields:
        fields = fields | {"list_type": ListType.objects.get(code=fields["list_type"])}
    case = make_case(person, **fields)
    make_case(other, **fields)
    refused("person_id" if connection.vendor == "sqlite" else name, lambda: make_case(person, **fields))
    for field, value in settled(haizhou_clerk).items():
        setattr(case, field, value)
    case.save()
    make_case(person, **fields)


def test_two_programmes_and_two_lists_are_two_cases(make_case, make_person):
    person = make_person("王一")
    make_case(person)
    make_case(person, programme=Programme.objects.get(code="nursing_subsidy"))
    for code in ("deaths", "prison"):
        make_case(person, "on_list", list_type=ListType.objects.get(code=code))
    assert person.comparison_cases.open().count() == 4


@pytest.mark.parametrize("lacking", ["reason", "settled_by", "settled_at"])
def test_a_settled_case_says_why_by_whom_and_when(make_case, make_person, haizhou_clerk, lacking):
    fields = settled(haizhou_clerk) | {lacking: " " if lacking == "reason" else None}
    refused("settled_case_has_its_reason_and_who", lambda: make_case(make_person("王一"), **fields))


def test_an_open_case_is_settled_by_nobody(make_case, make_person, haizhou_clerk):
    fields = settled(haizhou_clerk, outcome="open")
    refused("settled_case_has_its_reason_and_who", lambda: make_case(make_person("王一"), **fields))


@pytest.mark.parametrize("outcome", ["not_same_person", "within_rules"])
def test_a_case_is_dropped_only_with_a_written_reason(make_case, make_person, haizhou_clerk, outcome):
    person = make_person("王一")
    fields = settled(haizhou_clerk, outcome=outcome, reason="不是")
    refused("case_dropped_with_a_written_reason", lambda: make_case(person, **fields))
    make_case(person, **fields | {"reason": "同名不同人，已入户核实"})


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("dead", {"months": 1, "wrong_amount": 0}),
        ("dead", {"months": 0, "wrong_amount": 1}),
        ("shared_account", {"months": 1, "wrong_amount": 370}),
    ],
)
def test_months_and_money_come_together_and_not_with_what_only_asks(make_case, make_person, kind, fields):
    name = "case_has_months_and_money_or_neither"
    refused(name, lambda: make_case(make_person("王一"), kind, **fields))


def test_a_case_has_no_deadline_before_it_was_found(make_case, make_person):
    refused("case_due_after_it_was_found", lambda: make_case(make_person("王一"), due_on=date(2019, 3, 19)))


def test_only_a_case_of_a_list_names_a_list(make_case, make_person):
    deaths = ListType.objects.get(code="deaths")
    refused("case_of_a_list_names_it", lambda: make_case(make_person("王一"), list_type=deaths))
    refused("case_of_a_list_names_it", lambda: make_case(make_person("王二"), "on_list"))


def test_a_line_of_a_list_has_a_number_or_a_birthday_and_days_in_order(city_clerk):
    deaths = ListType.objects.get(code="deaths")
    listed = ComparisonList.objects.create(
        list_type=deaths, month=date(2019, 3, 1), area=city_clerk.area, posted_by=city_clerk
    )

    def line(**fields):
        return ComparisonEntry.objects.create(listed_in=listed, row=2, name="王一", name_key="王一", **fields)

    refused("list_entry_can_be_matched", line)
    line(birth_date=date(1950, 1, 1))
    days = {"since": date(2019, 2, 2), "until": date(2019, 2, 1)}
    refused("list_entry_dates_in_order", lambda: line(id_digest="0" * 64, **days))
    line(id_digest="0" * 64, until=date(2019, 2, 1))
