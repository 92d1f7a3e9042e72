"""What the pages print equals a recount in plain SQL, place by place and month by month, as the records change."""

from datetime import date

import pytest
from lxml import html

from lianyungang_cdpf.accounts.models import Area, Level
from lianyungang_cdpf.metrics.models import ChangeStamp
from lianyungang_cdpf.targets import scopes
from subsidies.models import Payment
from tests.fixtures_city import make_id
from tests.targets.test_recount_2019 import recounted

KINDS = ("hardship_subsidy", "nursing_subsidy")
TOWNS = ("320706006", "320706011", "320722101", "320703007", "320771001")
UNITS = ("320706", "xuwei")
MONTHS = (1, 2, 3, 6, 9)
LAST = 9


def page(client, *path, month=LAST):
    answer = client.get("/".join(["/admin/board", *path, ""]), {"year": 2019, "as_of": f"2019-{month:02}-28"})
    assert answer.status_code == 200
    return html.fromstring(answer.content.decode())


def number(text) -> int:
    return int(text.split()[0].replace(",", "").replace("+", ""))


def rows_of(tree, table):
    """{row heading: texts of its cells} of a table of the page."""
    rows = tree.xpath(f"//table[contains(@class, '{table}')]/tbody/tr")
    return {row.xpath("string(th)").strip(): [cell.text_content().strip() for cell in row.xpath("td")] for row in rows}


@pytest.fixture
def year(make_person, pay):
    """Sixty people of five towns of four units; some are paid in each month, some move to another town in June."""
    people = [make_person(f"人{at}", id_number=make_id(at), area=TOWNS[at % 5]) for at in range(60)]
    for at, person in enumerate(people):
        for month in MONTHS:
            if (at * 7 + month) % 4 < 2:
                pay(person, month, area=TOWNS[(at + (month > 5 and at % 3 == 0)) % 5], programme=KINDS[at % 2])
    return people


def figures_as_printed(client):
    """Whatever the board and the pages of targets print of the two, as {(place, kind, month): (printed, recounted)}."""
    city, units = scopes.city(), scopes.units()
    towns = [scopes.of_area(area) for area in Area.objects.filter(code__in=TOWNS)]
    said = {}
    for month in (3, LAST):
        cells = rows_of(page(client, month=month), "mx")
        for kind, heading in zip(KINDS, list(cells)[:2], strict=True):
            for unit, cell in zip(units, cells[heading], strict=True):
                said[unit.place, kind, month, "board"] = number(cell), recounted(unit, kind, month)
    for kind in KINDS:
        for scope in (city, *(unit for unit in units if unit.code in UNITS), *towns):
            tree = page(client, kind, scope.code)
            for heading, (_, done, *_) in rows_of(tree, "months").items():
                month = int(heading.split()[0])
                said[scope.place, kind, month, "months"] = number(done), recounted(scope, kind, month)
            below = {child.name: child for child in scopes.children(scope)}
            for name, cells in rows_of(tree, "below").items():
                child = below.get(name, scope)
                said[child.place, kind, LAST, f"below {scope.name}"] = number(cells[0]), recounted(child, kind, LAST)
    return said


def assert_every_figure_is_right(client):
    said = figures_as_printed(client)
    assert {key: pair for key, pair in said.items() if pair[0] != pair[1]} == {}
    assert sum(printed for printed, _ in said.values()) > 500
    return {key: printed for key, (printed, _) in said.items()}


def test_pages_equal_the_records_before_and_after_an_import_an_undo_and_a_correction(
    year, sign_in, city_clerk, standards, send, run_import, post, take_back
):
    client = sign_in(city_clerk)
    before = assert_every_figure_is_right(client)
    header = ["补贴项目", "发放月份", "身份证号", "发放金额", "批次", "发放日期"]
    lines = [[KINDS[0], "2019-04", one.id_number, "370.00", "HIST-4", "2019-04-28"] for one in year[:20]]
    job = post(run_import(send(city_clerk, "payment_history", [header, *lines], name="历史发放.csv")))
    assert job.applied_rows == 20
    assert assert_every_figure_is_right(client) != before
    take_back(job)
    assert assert_every_figure_is_right(client) == before
    chosen = list(Payment.objects.filter(month=date(2019, 2, 1)).values_list("pk", flat=True))
    Payment.objects.filter(pk__in=chosen[::2]).update(area=Area.objects.filter(level=Level.TOWN).last())
    Payment.objects.filter(pk__in=chosen[1::4]).update(returned_on=date(2019, 3, 2), return_reason="账号已注销")
    for kind in KINDS:
        ChangeStamp.objects.touch(source="subsidies.payment", kind=kind, year=2019)
    assert assert_every_figure_is_right(client) != before
