"""The board's tables as workbooks: what the page says, as numbers, for one's own places, with a line in the log."""

import io
from datetime import date

import openpyxl
import pytest
from django.utils import timezone

from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.models import Allocation, Demonstration, Target
from services.models import Service, ServiceKind

BOARD, KEY, TOWN = "/admin/board/", "hardship_subsidy", "320706006"


@pytest.fixture
def clerk(city_clerk, make_person, pay, sign_in):
    """The city's clerk signed in; three are paid in 海州, whose goal is 4."""
    Demonstration.objects.create(as_of=date(2019, 9, 30), people=1, seed=1)
    haizhou = scopes.on_the_board("320706").area
    Allocation.objects.create(target=Target.objects.get(key=KEY), area=haizhou, goal=4)
    for month, town in ((1, TOWN), (3, TOWN), (3, "320706011")):
        pay(make_person(area=town), month)
    return sign_in(city_clerk)


def table(client, address, **query) -> list[list]:
    """The cells of a workbook, its heads first."""
    response = client.get(address, query)
    assert response.status_code == 200, address
    return [list(row) for row in openpyxl.load_workbook(io.BytesIO(response.content)).active.values]


def logged(deed) -> list[str]:
    return list(AuditLine.objects.filter(deed=deed).values_list("summary", flat=True))


def test_the_months_of_a_target_leave_as_numbers(clerk):
    heads, *rows = table(clerk, f"{BOARD}{KEY}/320706/months.xlsx", as_of="2019-04-30")
    assert heads == ["月份", "新增", "累计", "累计完成率（%）"]
    assert rows == [["1 月", 1, 1, 25], ["2 月", 0, 1, 25], ["3 月", 2, 3, 75], ["4 月", 0, 3, 75]]
    assert logged("导出逐月数字") == ["海州区，2019 年截至 2019-04-30，4 行，xlsx"]


def test_a_rates_months_leave_with_both_numbers(clerk):
    heads, *rows = table(clerk, f"{BOARD}family_doctor_rate/320706/months.xlsx")
    assert heads == ["时点", "应统计", "已达到", "比率（%）"] and len(rows) == 9 and rows[-1][1:] == [0, 0, ""]


def test_the_places_below_leave_with_the_place_itself_last(clerk):
    heads, *rows = table(clerk, f"{BOARD}{KEY}/320706/places.xlsx")
    told = {row[0]: dict(zip(heads, row, strict=True)) for row in rows}
    assert told["新海街道"]["已完成"] == 2 and rows[-1] == ["海州区", 3, 4, 75, -1, "滞后"]
    assert logged("导出各地数字") == [f"海州区，2019 年截至 2019-09-30，{len(rows)} 行，xlsx"]


def test_the_board_leaves_with_what_each_unit_has_done(clerk):
    heads, *rows = table(clerk, f"{BOARD}targets.xlsx")
    (first,) = [dict(zip(heads, row, strict=True)) for row in rows if row[0] == 1]
    assert (first["已完成"], first["海州区"], first["东海县"], first["全年目标"]) == (3, 3, 0, 36000)
    assert len(rows) == 25 and logged("导出目标进度") == ["连云港市，2019 年截至 2019-09-30，25 行，xlsx"]


def test_what_is_not_connected_leaves_no_0_and_has_no_months(clerk):
    Target.objects.filter(key="health_check").update(metric="")
    heads, *rows = table(clerk, f"{BOARD}targets.xlsx")
    (told,) = [dict(zip(heads, row, strict=True)) for row in rows if row[0] == 10]
    assert (told["已完成"], told["全年目标"], told["状态"], told["海州区"]) == ("", 10000, "尚未接入", "")
    assert clerk.get(f"{BOARD}health_check/320706/months.xlsx").status_code == 404


def test_what_changed_a_figure_leaves_as_listed(clerk, city_clerk, make_person):
    person = make_person(area=TOWN)
    Service.objects.create(
        kind=ServiceKind.objects.get(code="assistive_devices"), person=person, area=person.area, occasion="1",
        served_on=date(2019, 3, 4), counted_on=date(2019, 3, 4), recorded_by=city_clerk, recorded_at=timezone.now(),
    )  # fmt: skip
    _, row = table(clerk, f"{BOARD}assistive_devices/320706/why.xlsx")
    assert row[1:] == ["登记记录", "逐条登记，不是导入", "市级业务员", 1, "条"]
    assert logged("导出数字变化的事项") == ["海州区，2019 年截至 2019-09-30，1 行，xlsx"]


@pytest.mark.parametrize("file", ["targets.xlsx", f"{KEY}/320706/months.xlsx", f"{KEY}/320706/places.xlsx",
                                  f"{KEY}/320706/why.xlsx"])  # fmt: skip
def test_a_wrong_day_has_no_file_and_another_district_neither(file, clerk, donghai_clerk, sign_in):
    assert clerk.get(BOARD + file, {"as_of": "2019-02-30"}).status_code == 404
    own = sign_in(donghai_clerk).get(BOARD + file)
    assert own.status_code == (200 if file == "targets.xlsx" else 404)
    assert AuditLine.objects.filter(deed__startswith="导出").count() == (own.status_code == 200)
