"""Lists of other offices, as they are uploaded, and whom they find."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from beneficiaries.identity import id_digest
from beneficiaries.models import FormerNumber
from lianyungang_cdpf.intake.bulk import insert_rows
from subsidies.comparison.actions import compare_with_lists, run_comparison, settle_case, withdraw_list
from subsidies.comparison.rolls import COLUMNS
from subsidies.models import ComparisonCase, ComparisonEntry, ComparisonList, ListType
from tests.fixtures_city import make_id

pytestmark = pytest.mark.django_db
JANUARY, FEBRUARY, MARCH = (date(2019, month, 1) for month in (1, 2, 3))


@pytest.fixture
def paid(make_person, make_roll):
    """Somebody paid the living allowance of January to March, and the nursing allowance of March."""

    def make(name="王一", **fields):
        person = make_person(name, **fields)
        for month in (JANUARY, FEBRUARY, MARCH):
            make_roll(person, month=month, reference=f"{person.pk}-{month:%m}")
        make_roll(person, programme="nursing_subsidy", amount="120.00", reference=f"{person.pk}-n")
        return person

    return make


def line(person, **cells) -> dict:
    return {"姓名": person.name, "身份证号": person.id_number} | cells


def cases() -> dict:
    """By kind and programme: months, sum and since when."""
    rows = ComparisonCase.objects.values_list("kind", "programme__code", "months", "wrong_amount", "since")
    return {(kind, programme): tuple(rest) for kind, programme, *rest in rows}


def test_a_list_of_deaths_finds_who_was_paid_since_in_both_programmes(paid, make_person, take_in):
    person, unpaid = paid(), make_person("未领")
    job = take_in("list_deaths", line(person, 死亡日期="2019-01-20"), line(unpaid, 死亡日期="2019-01-20"))
    died = date(2019, 1, 20)
    assert (job.state, job.applied_rows) == ("posted", 2)
    assert cases() == {
        ("on_list", "hardship_subsidy"): (2, Decimal("740.00"), died),
        ("on_list", "nursing_subsidy"): (1, Decimal("120.00"), died),
    }
    case = ComparisonCase.objects.first()
    assert case.source.job == job and case.list_type.code == "deaths" and "第 2 行" in case.finding


@pytest.mark.parametrize(
    ("kind", "heading", "expected"),
    [
        ("dibao_leavers", "退保日期", {("on_list", "hardship_subsidy"): (2, Decimal("740.00"))}),
        ("other_county_nursing", "起始日期", {("on_list", "nursing_subsidy"): (1, Decimal("120.00"))}),
        (
            "old_age_allowance", "批准日期",
            {("on_list", "hardship_subsidy"): (0, Decimal(0)), ("on_list", "nursing_subsidy"): (0, Decimal(0))},
        ),
    ],
)  # fmt: skip
def test_a_sort_of_list_concerns_the_programmes_of_its_effect(paid, take_in, kind, heading, expected):
    take_in(f"list_{kind}", line(paid(), **{heading: "2019-01-20"}))
    assert {key: told[:2] for key, told in cases().items()} == expected


def test_whoever_came_out_of_prison_was_paid_wrongly_until_then(paid, take_in):
    take_in("list_prison", line(paid(), 收监日期="2018-11-02", 释放日期="2019-02-15"))
    assert cases() == {("on_list", "hardship_subsidy"): (2, Decimal("740.00"), date(2018, 11, 2))}


def test_a_list_without_days_holds_from_its_month_on(paid, take_in):
    take_in("list_tekun", line(paid()))
    assert cases() == {
        ("on_list", "hardship_subsidy"): (1, Decimal("370.00"), None),
        ("on_list", "nursing_subsidy"): (1, Decimal("120.00"), None),
    }


def test_a_former_number_finds_the_person(paid, take_in):
    person, former = paid(), make_id(77)
    FormerNumber.objects.create(person=person, id_number=former, id_digest=id_digest(former))
    take_in("list_deaths", line(person, 死亡日期="2019-02-20") | {"身份证号": former})
    assert ComparisonCase.objects.filter(person=person).count() == 2


def test_without_a_number_name_and_birthday_only_ask(paid, take_in):
    _, namesake = paid("李四", id_number=make_id(3, date(1950, 5, 5))), paid("李四")
    job = take_in("list_deaths", {"姓名": "李四", "出生日期": "1950-05-05", "死亡日期": "2019-01-20"})
    assert job.applied_rows == 1
    assert {key: told[:2] for key, told in cases().items()} == {
        ("name_on_list", "hardship_subsidy"): (0, Decimal(0)), ("name_on_list", "nursing_subsidy"): (0, Decimal(0)),
    }  # fmt: skip
    assert not ComparisonCase.objects.filter(person=namesake).exists()


def test_a_line_that_can_not_be_matched_is_told_and_the_others_are_kept(paid, take_in, told):
    person = paid()
    job = take_in(
        "list_prison", line(person, 收监日期="2019-01-02"), {"姓名": "赵六", "身份证号": "", "收监日期": "2019-01-02"},
        line(person, 收监日期="2019-02-02", 释放日期="2019-01-01"),
    )  # fmt: skip
    assert told(job) == {3: "MISSING_REQUIRED", 4: "DATE_ORDER"}
    assert ComparisonEntry.objects.count() == 1


def test_a_later_list_of_the_sort_brings_the_case_up_to_date(paid, take_in):
    person = paid()
    take_in("list_tekun", line(person, 纳入日期="2019-02-10"))
    take_in("list_tekun", line(person, 纳入日期="2019-01-10"), name="又一份.csv")
    assert cases()["on_list", "hardship_subsidy"] == (2, Decimal("740.00"), date(2019, 1, 10))


def test_lists_are_compared_again_when_a_month_is_run(paid, take_in, haizhou_clerk, make_roll):
    person = paid()
    take_in("list_dibao_leavers", line(person, 退保日期="2019-02-10"))
    make_roll(person, month=date(2019, 4, 1), reference="R-4")
    run_comparison(by=haizhou_clerk, month=date(2019, 4, 1))
    assert ComparisonCase.objects.get(kind="on_list").months == 2


def test_another_countys_list_is_out_of_sight_and_finds_no_one_there(paid, take_in, donghai_clerk):
    person = paid()
    take_in("list_deaths", line(person, 死亡日期="2019-01-20"), staff=donghai_clerk)
    assert ComparisonEntry.objects.count() == 1 and not ComparisonCase.objects.exists()


def test_headings_that_a_type_names_are_read(paid, take_in):
    ListType.objects.filter(code="deaths").update(since_headings="离世日子")
    take_in("list_deaths", line(paid(), 离世日子="2019-02-20"))
    assert cases()["on_list", "hardship_subsidy"][2] == date(2019, 2, 20)


def test_a_list_is_taken_back_with_its_open_cases_and_earlier_lists_count_again(paid, take_in, haizhou_clerk):
    person = paid()
    take_in("list_tekun", line(person, 纳入日期="2019-02-10"))
    take_in("list_tekun", line(person, 纳入日期="2018-01-10"), name="又一份.csv")
    assert cases()["on_list", "hardship_subsidy"][0] == 3
    told = withdraw_list(by=haizhou_clerk, listed=ComparisonList.objects.first())
    assert told == "特困供养名单 2019-03，1 人，待处理问题 2 个"
    assert cases()["on_list", "hardship_subsidy"] == (1, Decimal("370.00"), date(2019, 2, 10))
    assert ComparisonEntry.objects.count() == ComparisonList.objects.count() == 1


def test_an_import_of_a_list_is_undone_with_what_it_found(paid, take_in, take_back):
    job = take_back(take_in("list_deaths", line(paid(), 死亡日期="2019-01-20")))
    assert job.state == "undone"
    assert not ComparisonCase.objects.exists() and not ComparisonEntry.objects.exists()


def test_a_list_on_which_a_decision_rests_is_not_taken_back(paid, take_in, haizhou_clerk, donghai_clerk, make_staff):
    take_in("list_tekun", line(paid(), 纳入日期="2019-02-10"))
    listed = ComparisonList.objects.get()
    with pytest.raises(ValidationError, match="不在您的辖区内"):
        withdraw_list(by=donghai_clerk, listed=listed)
    reviewer = make_staff("shenhe", "320706", "district_reviewer")
    settle_case(case=ComparisonCase.objects.first(), by=reviewer, outcome="stop", reason="已纳入特困供养")
    with pytest.raises(ValidationError, match="已有 1 个处理完毕"):
        withdraw_list(by=haizhou_clerk, listed=listed)
    assert ComparisonEntry.objects.exists()


def listing(staff, sort, people) -> ComparisonList:
    listed = ComparisonList.objects.create(list_type=sort, month=MARCH, area=staff.area, posted_by=staff)
    rows = [
        (listed.pk, "", at, one.name, one.name_key, b"", one.id_digest, None, JANUARY, None, "")
        for at, one in enumerate(people, start=2)
    ]
    insert_rows(ComparisonEntry, COLUMNS, rows)
    return listed


def test_the_statements_do_not_grow_with_the_rows(haizhou_clerk, make_person, make_roll):
    """10 against 1,000 rows: the same number of statements."""
    people = [make_person(f"人{at}", id_number=make_id(at % 500, date(1960 + at // 500, 1, 1))) for at in range(1000)]
    make_roll(*people)
    sort, counts = ListType.objects.get(code="dibao_leavers"), []
    for number in (10, 1000):
        ComparisonCase.objects.all().delete()
        ComparisonList.objects.all().delete()
        listing(haizhou_clerk, sort, people[:number])
        with CaptureQueriesContext(connection) as statements:
            kept = compare_with_lists(by=haizhou_clerk, staff=haizhou_clerk, sort=sort)
        assert kept.opened == number
        counts.append(len(statements))
    assert counts[0] == counts[1] < 20
