"""Claims about the lists behind a figure: they hold what the figure counts, for whom they are, and leave as files."""

import io
from datetime import date

import openpyxl
import pytest
from django.utils import timezone

from beneficiaries.models import Household
from facilities.models import Facility, FacilityKind
from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.metrics.models import ChangeStamp
from lianyungang_cdpf.targets.models import Demonstration, Target
from services.models import Service, ServiceKind

BOARD = "/admin/board/"
TOWN = "320706006"


@pytest.fixture(autouse=True)
def september(city):
    Demonstration.objects.create(as_of=date(2019, 9, 30), people=1, seed=1)


@pytest.fixture
def serve(city_clerk):
    """serve(person, key, day, **fields): a service that counts on the day."""

    def make(person, key="assistive_devices", day=date(2019, 3, 4), **fields):
        kind = ServiceKind.objects.get(code=key)
        made = Service.objects.create(
            kind=kind, person=person, area=person.area, served_on=day, counted_on=day, recorded_by=city_clerk,
            recorded_at=timezone.now(), occasion=f"{key} {Service.objects.count()}", **fields,
        )  # fmt: skip
        ChangeStamp.objects.touch(source="services.service", kind=key, year=day.year)
        return made

    return make


@pytest.fixture
def accept(city):
    def make(name, day, area=TOWN, kind="rehab_station"):
        Facility.objects.create(
            kind=FacilityKind.objects.get(code=kind), name=name, name_key=name, area=Area.objects.get(code=area),
            applied_on=day, approved_on=day, started_on=day, completed_on=day, accepted_on=day, stage="accepted",
        )  # fmt: skip
        ChangeStamp.objects.touch(source="facilities.facility", kind=kind, year=day.year)

    return make


def listed(client, key, code="320706", **asked):
    return client.get(f"{BOARD}{key}/{code}/records/", asked).context


def cells(response) -> list[dict]:
    head, *rows = openpyxl.load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_pieces_are_listed_record_by_record_and_add_up_to_the_figure(city_clerk, sign_in, make_person, serve):
    serve(make_person("钱一", area=TOWN), quantity=3)
    serve(make_person("钱二", area=TOWN), day=date(2019, 8, 2), quantity=2)
    serve(make_person("钱三", area=TOWN), day=date(2019, 10, 1), quantity=9)
    serve(make_person("东海", area="320722101"), quantity=5)
    context = listed(sign_in(city_clerk), "assistive_devices")
    assert [(one.name, one.number, one.day) for one in context["listed"]] == [
        ("钱一", 3, date(2019, 3, 4)), ("钱二", 2, date(2019, 8, 2)),
    ]  # fmt: skip
    assert sum(one.number for one in context["listed"]) == context["place"].row.value == 5
    assert all(one.url.startswith("/admin/services/service/") for one in context["listed"])


def test_a_household_stands_once_by_its_first_record(city_clerk, sign_in, make_person, serve):
    person = make_person("孙一", area=TOWN)
    household = Household.objects.create(area=person.area)
    for month in (5, 2, 7):
        serve(person, "home_accessibility", date(2019, month, 6), household=household)
    serve(person, "home_accessibility")
    context = listed(sign_in(city_clerk), "home_accessibility", TOWN)
    assert [(one.name, one.day) for one in context["listed"]] == [("孙一", date(2019, 2, 6))]
    assert context["place"].row.value == 1


def test_facilities_are_listed_with_their_own_pages(city_clerk, sign_in, accept):
    accept("新海康复站", date(2019, 4, 1))
    accept("石桥康复站", date(2019, 5, 1), area="320707100")
    context = listed(sign_in(city_clerk), "rehab_station", "320700")
    assert [(one.name, one.town) for one in context["listed"]] == [("新海康复站", "新海街道"), ("石桥康复站", "青口镇")]
    assert all(one.url.startswith("/admin/facility/") for one in context["listed"])
    assert context["place"].row.value == 2


def test_a_person_out_of_sight_is_counted_and_not_named(haizhou_clerk, sign_in, make_person, serve):
    person = make_person("赵一", area=TOWN)
    serve(person)
    person.area = Area.objects.get(code="320722101")
    person.save()
    client = sign_in(haizhou_clerk)
    (one,) = listed(client, "assistive_devices")["listed"]
    assert one.name == ""
    assert "赵一" not in client.get(f"{BOARD}assistive_devices/320706/records/").content.decode()
    assert cells(client.get(f"{BOARD}assistive_devices/320706/records.xlsx"))[0]["名称"] == "现已不在您的辖区内"


@pytest.mark.parametrize("page", ["records/", "records.xlsx", "people.xlsx", "why/"])
def test_another_countys_lists_are_not_found(haizhou_clerk, sign_in, page):
    assert sign_in(haizhou_clerk).get(f"{BOARD}assistive_devices/320722/{page}").status_code == 404


def test_targets_that_count_people_have_no_list_of_records(city_clerk, sign_in):
    client = sign_in(city_clerk)
    assert client.get(f"{BOARD}hardship_subsidy/320706/records/").status_code == 404
    assert client.get(f"{BOARD}assistive_devices/320706/people.xlsx").status_code == 404


def test_who_may_not_see_services_gets_no_list(city_clerk, make_staff, sign_in):
    from django.contrib.auth.models import Permission

    clerk = make_staff("clerk", area="320706")
    clerk.role.permissions.remove(Permission.objects.get(codename="view_service"))
    client = sign_in(clerk)
    assert client.get(f"{BOARD}assistive_devices/320706/records/").status_code == 403
    assert "records/" not in client.get(f"{BOARD}assistive_devices/320706/").content.decode()


def test_the_records_leave_as_a_workbook_with_a_line_in_the_log(city_clerk, sign_in, make_person, serve):
    serve(make_person("钱一", area=TOWN), quantity=3)
    (row,) = cells(sign_in(city_clerk).get(f"{BOARD}assistive_devices/320706/records.xlsx"))
    assert (row["名称"], row["乡镇街道"], row["计入数量"]) == ("钱一", "新海街道", 3)
    line = AuditLine.objects.get(deed="导出计入的记录")
    assert "海州区" in line.summary and "1 行" in line.summary and "钱一" not in line.summary


def test_the_people_leave_as_a_workbook_with_masked_numbers(city_clerk, sign_in, make_person, pay, monkeypatch):
    monkeypatch.setattr("lianyungang_cdpf.targets.lists_out.AT_ONCE", 2)
    people = [make_person(name, area=TOWN) for name in ("钱一", "钱二", "钱三")]
    for month, person in enumerate(people, start=1):
        pay(person, month)
        pay(person, 9)
    rows = cells(sign_in(city_clerk).get(f"{BOARD}hardship_subsidy/320706/people.xlsx"))
    assert [(row["姓名"], row["首次计入月份"]) for row in rows] == [
        ("钱一", "2019-01"), ("钱二", "2019-02"), ("钱三", "2019-03"),
    ]  # fmt: skip
    assert rows[0]["身份证号"] == f"320701********{people[0].id_number[-4:]}"
    assert AuditLine.objects.get(deed="导出计入的人员").summary.endswith("3 行，xlsx")


def test_of_a_rate_those_leave_who_were_asked_for(city_clerk, sign_in, make_person):
    child = make_person("小一", area=TOWN, category=5, grade=2)
    type(child).objects.filter(pk=child.pk).update(birth_date=date(2009, 5, 6))
    client, at = sign_in(city_clerk), f"{BOARD}compulsory_enrolment_rate/320706/people.xlsx"
    (row,) = cells(client.get(at, {"who": "missing"}))
    assert (row["姓名"], row["当天情况"]) == ("小一", "未达到")
    assert cells(client.get(at, {"who": "reached"})) == []
    assert AuditLine.objects.filter(deed="导出未达到的人员").exists()


def test_a_long_list_costs_what_a_short_one_does(city_clerk, sign_in, make_person, serve):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, at = sign_in(city_clerk), f"{BOARD}assistive_devices/320706/records/"
    serve(make_person(area=TOWN))
    client.get(at)
    with CaptureQueriesContext(connection) as few:
        client.get(at)
    for _ in range(6):
        serve(make_person(area=TOWN))
    client.get(at)
    with CaptureQueriesContext(connection) as many:
        assert len(client.get(at).context["listed"].object_list) == 7
    assert len(many) == len(few)


def test_the_page_of_every_target_opens_with_its_list(city_clerk, sign_in):
    client = sign_in(city_clerk)
    for key in Target.objects.values_list("key", flat=True):
        page = client.get(f"{BOARD}{key}/320706/")
        assert page.status_code == 200, key
        assert page.context["may_list"] != page.context["may_list_records"], key


def test_beside_the_figure_stands_where_it_comes_from(city_clerk, sign_in):
    page = sign_in(city_clerk).get(f"{BOARD}assistive_devices/320706/").content.decode()
    for word in ("统计口径", "牵头部门", "佐证材料", "数据来源", "服务记录：件数（数量合计）"):
        assert word in page
