"""Claims about the charts' numbers: the sentence first, the table, and the same cells in the file."""

import csv
import io
import re
from datetime import date

import pytest
from django.utils import timezone

from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.board import board_of
from lianyungang_cdpf.targets.models import Allocation, Target
from services.models import Service, ServiceKind

BOARD = "/admin/board/"
SEPTEMBER = date(2019, 9, 30)
ASKED = {"year": "2019", "as_of": "2019-09-30"}
KEY = "hardship_subsidy"


@pytest.fixture
def charted(city_clerk, make_person, pay):
    """Two persons paid in 海州 and one in 东海, whose goal is met; the city's goal is 4."""
    Target.objects.filter(key=KEY).update(goal=4)
    for code, goal in (("320706", 4), ("320722", 1)):
        unit = scopes.on_the_board(code)
        Allocation.objects.create(target=Target.objects.get(key=KEY), area=unit.area, goal=goal)
    for area, month in (("320706006", 1), ("320706006", 3), ("320722101", 8)):
        pay(make_person(area=area), month)
    return city_clerk


def board(asked=KEY):
    return board_of(scopes.city(), year=2019, as_of=SEPTEMBER, asked=asked)


def texts(chart):
    return {row.label: [cell.text for cell in row.cells] for row in chart.rows}


def cells(response) -> list[list[str]]:
    assert response.status_code == 200
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_a_targets_year_has_what_is_new_done_and_due_in_each_month(charted):
    chart = board().chart_of_year
    assert chart.summary == "截至 9 月 30 日累计完成 3 人，应完成 4 人，差 1 人。"
    told = texts(chart)
    assert [told[f"{month} 月"] for month in (1, 2, 3, 8, 9)] == [
        ["1", "1", "4"], ["0", "1", "4"], ["1", "2", "4"], ["1", "3", "4"], ["0", "3", "4"],
    ]  # fmt: skip
    assert told["10 月"] == ["—", "—", "4"]


def test_a_linear_target_is_due_by_the_days_gone(charted):
    chart = board("health_check").chart_of_year
    assert [row.cells[2].number for row in chart.rows][::11] == [850, 10000]


def test_what_goes_on_by_the_day_tells_and_tables_where_it_leads(charted, make_person):
    kind = ServiceKind.objects.get(code="assistive_devices")
    for month in range(1, 10):
        Service.objects.create(
            kind=kind, person=make_person(), area=charted.area, served_on=date(2019, month, 5), quantity=month,
            counted_on=date(2019, month, 5), occasion=f"{month}", recorded_by=charted, recorded_at=timezone.now(),
        )  # fmt: skip
    chart = board("assistive_devices").chart_of_year
    assert [(column.name, column.drawn) for column in chart.columns[3:]] == [
        ("预计最慢", "low"), ("预计完成", "ahead"), ("预计最快", "high"),
    ]  # fmt: skip
    line = board("assistive_devices").chosen
    told, december = line.row.forecast, chart.rows[11].cells[3:]
    assert [cell.number for cell in december] == [told.low, told.expected, told.high]
    assert 45 < told.low < told.expected < told.high
    assert [cell.number for cell in chart.rows[8].cells[3:]] == [None] * 3
    assert f"年底预计 {told.expected} 件，最慢 {told.low}、最快 {told.high}。" in chart.summary


def test_a_rates_year_has_its_two_numbers_and_its_goal(charted, make_person):
    chart = board("family_doctor_rate").chart_of_year
    assert chart.unit == "%" and chart.heads == ["时点", "应统计", "已达到", "比率（%）", "目标（%）"]
    assert texts(chart)["9 月 30 日"] == ["0", "0", "—", "98"]


def test_places_are_compared_the_best_first_and_worded(charted):
    chart = board().chart_of_places
    assert [row.label for row in chart.rows][:2] == ["东海县", "海州区"]
    assert texts(chart)["海州区"] == ["2", "4", "50.00", "100.00"]
    assert chart.summary == "10 个地方中 1 个滞后、1 个提前完成；最高 东海县 100.00%，最低 海州区 50.00%。"


def test_without_goals_places_are_compared_by_what_is_done(charted):
    Allocation.objects.all().delete()
    chart = board().chart_of_places
    assert chart.heads == ["地区", "已完成"] and chart.unit == "人"
    assert texts(chart)["海州区"] == ["2"]
    assert chart.summary == "10 个地方；最高 海州区 2 人，最低 云台山景区 0 人。"


def test_the_page_prints_the_tables_that_the_files_hold(charted, sign_in):
    client = sign_in(charted)
    page = client.get(BOARD, ASKED | {"t": KEY}).content.decode()
    figures = re.findall(r'<figure class="chart".*?</figure>', page, re.S)
    assert len(figures) == 3
    for figure, address in zip(
        figures, (f"{KEY}/320700/year.csv", f"{KEY}/320700/places.csv", "money/320700.csv"), strict=True
    ):
        assert f'href="{BOARD}{address}' in figure
        rows = cells(client.get(BOARD + address, ASKED))
        printed = re.findall(r'<data value="([^"]*)">', figure)
        heads = re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', figure)
        assert rows[0] == heads
        width = len(printed) // (len(rows) - 1)
        assert [cell for row in rows[1:] for cell in row[1 : width + 1]] == printed
        assert re.search(r"<details class=\"numbers\" open>", figure)


def test_the_file_is_for_excel_and_named_after_its_chart(charted, sign_in):
    response = sign_in(charted).get(f"{BOARD}money/320706.csv", ASKED)
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert "2019%E5%B9%B4-%E6%B5%B7%E5%B7%9E%E5%8C%BA-" in response["Content-Disposition"]
    assert cells(response)[-1] == ["合计", "200.00", "200.00"]


def test_a_name_that_looks_like_a_formula_is_a_text_in_the_file(charted, sign_in):
    from subsidies.models import Programme

    Programme.objects.filter(code=KEY).update(name='=HYPERLINK("x")')
    head = cells(sign_in(charted).get(f"{BOARD}money/320700.csv", ASKED))[0]
    assert head[1] == '\'=HYPERLINK("x")'


def test_haizhou_clerk_has_no_chart_of_donghai(charted, haizhou_clerk, sign_in):
    client = sign_in(haizhou_clerk)
    for address in (f"{KEY}/320722/year.csv", f"{KEY}/320722/places.csv", "money/320722.csv", "money/320700.csv"):
        assert client.get(BOARD + address, ASKED).status_code == 404
    assert cells(client.get(f"{BOARD}money/320706.csv", ASKED))[-1] == ["合计", "200.00", "200.00"]


@pytest.mark.parametrize("address", ["money/320700.csv?as_of=2019-13-01", "unheard_of/320700/year.csv"])
def test_a_wrong_day_or_target_has_no_file(address, charted, sign_in):
    assert sign_in(charted).get(BOARD + address).status_code == 404


def test_an_unconnected_target_has_no_chart(charted, sign_in):
    Target.objects.filter(key=KEY).update(metric="")
    client = sign_in(charted)
    assert client.get(f"{BOARD}{KEY}/320700/year.csv", ASKED).status_code == 404
    assert "<figure" not in client.get(f"{BOARD}{KEY}/", ASKED).content.decode()


def test_the_wall_shows_all_targets_the_laggards_first(charted, sign_in):
    response = sign_in(charted).get(f"{BOARD}wall/", ASKED)
    body = response.content.decode()
    order = re.findall(r'data-part="t(\d+)"', body)
    assert len(order) == 25
    first = [line.target.number for line in response.context["board"].behind_first]
    assert list(map(int, order)) == first
    assert "75.00%" in body and "3 / 4 人" in body
