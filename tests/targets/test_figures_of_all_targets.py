"""What the pages print of each target that is counted equals a recount in plain SQL: for every month, the units and the
towns, on the board's, the report's and the public's pages, and again after a correction in a locked month.

The two monthly programmes stand in test_figures_of_pages.py, the rates' numbers in test_recount_rates.py.
"""

from calendar import monthrange
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone
from lxml import html

from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.metrics.models import ChangeStamp
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.models import Demonstration, Plan, Target
from lianyungang_cdpf.targets.reporting.actions import lock_report, submit_report
from services.models import Service
from tests.targets import test_recount_services as services
from tests.targets import test_recount_yearly as yearly
from tests.targets.test_figures_of_pages import number, page, rows_of, year
from tests.targets.test_recount_services import year_of_2019
from tests.targets.test_recount_yearly import world

__all__ = ["world", "year", "year_of_2019"]

PEOPLES = (*services.RECOUNT, *yearly.RULES)
TARGETS = (*PEOPLES, *services.FACILITIES)
HAIZHOU, TOWN = "320706", "320706006"


def recounted(scope, kind, month) -> int:
    """By the end of a month, by nothing that the portal wrote for counting."""
    if kind in yearly.RULES:
        return yearly.recounted(scope, kind, month)
    statement = services.OF_FACILITIES if kind in services.FACILITIES else services.RECOUNT[kind]
    end = f"'2019-{month:02}-{monthrange(2019, month)[1]}'"
    place = "a.unit_key = %(place)s" if scope.is_unit else "a.path LIKE %(place)s"
    named = scope.place.split(":")[1] if scope.is_unit else scope.place + "%"
    with connection.cursor() as cursor:
        told = statement.replace("'2019-12-31'", end).format(place=place)
        cursor.execute(told, {"kind": kind, "place": named})
        return cursor.fetchone()[0]


@pytest.fixture
def whole_year(year_of_2019, world):
    """Records of every target, as of the year's last day."""
    Demonstration.objects.create(as_of=date(2019, 12, 31), people=1, seed=1)


def differing(said: dict) -> dict:
    """The figures that are not the records': {where: (printed, recounted)}."""
    assert sum(printed for printed, _ in said.values()) > 0
    return {where: pair for where, pair in said.items() if pair[0] != pair[1]}


def of_places(client, codes) -> dict:
    """Months of the places and figures of those below, as printed and as recounted."""
    said = {}
    for kind in TARGETS:
        for code in codes:
            scope, tree = scopes.on_the_board(code), page(client, kind, code, month=12)
            months = rows_of(tree, "months")
            assert len(months) == 12, (kind, code)
            for month, cells in enumerate(months.values(), start=1):
                said[kind, code, month] = number(cells[1]), recounted(scope, kind, month)
            below = {child.name: child for child in scopes.children(scope)}
            for name, cells in rows_of(tree, "below").items():
                said[kind, code, name] = number(cells[0]), recounted(below.get(name, scope), kind, 12)
    return said


def of_the_report(client, column, month=9) -> dict:
    """A column of a report's table by target."""
    answer = client.get(f"/admin/reports/2019/{month}/{HAIZHOU}/")
    scope, numbered = scopes.on_the_board(HAIZHOU), dict(Target.objects.values_list("number", "key"))
    tree, said = html_of(answer), {}
    for heading, cells in rows_of(tree, "figures").items():
        kind = numbered[int(heading.split()[0])]
        if kind in TARGETS:
            said[kind] = number(cells[column].replace("−", "-")), recounted(scope, kind, month)
    assert len(said) == len(TARGETS)
    return said


def html_of(answer):
    assert answer.status_code == 200
    return html.fromstring(answer.content.decode())


def correct() -> None:
    """A third of the services is taken back, another is moved to the town."""
    standing = list(Service.objects.filter(cancelled_at=None, kind__code__in=services.RECOUNT).order_by("pk"))
    for at, one in enumerate(standing):
        if at % 3 == 0:
            one.cancelled_at, one.cancelled_by, one.cancel_reason = timezone.now(), one.recorded_by, "登记错人"
        elif at % 3 == 1:
            one.area = Area.objects.get(code=TOWN)
    fields = ["cancelled_at", "cancelled_by", "cancel_reason", "area"]
    Service.objects.bulk_update(standing, fields)
    for kind in services.RECOUNT:
        ChangeStamp.objects.touch(source="services.service", kind=kind, year=2019)


def test_every_target_of_the_board_and_of_a_report_that_is_corrected_after_it_was_locked(
    whole_year, city_clerk, haizhou_clerk, sign_in
):
    client = sign_in(city_clerk)
    assert differing(of_places(client, ("320700", HAIZHOU, TOWN))) == {}
    assert differing(of_the_report(client, 1)) == {}
    unit = scopes.on_the_board(HAIZHOU)
    sent = submit_report(plan=Plan.objects.get(year=2019), month=9, unit=unit, notes={}, by=haizhou_clerk)
    lock_report(report=sent.report, by=city_clerk)
    reported = {kind: printed for kind, (printed, _) in of_the_report(client, 1).items()}
    correct()
    assert differing(of_places(client, (HAIZHOU, TOWN))) == {}
    after = of_the_report(client, 1)
    assert {kind: printed for kind, (printed, _) in after.items()} == reported
    assert differing(after), "nothing of the month was corrected"
    # What the month is now stands beside it, with the difference.
    heads = [cell.text_content().strip() for cell in html_of(client.get(f"/admin/reports/2019/9/{HAIZHOU}/")).xpath(
        "//table[contains(@class, 'figures')]/thead//th")]  # fmt: skip
    assert differing(of_the_report(client, heads.index("现数") - 1)) == {}
    changes = of_the_report(client, heads.index("差异") - 1)
    assert {kind: reported[kind] + told for kind, (told, _) in changes.items()} == {
        kind: plain for kind, (_, plain) in changes.items()
    }


def test_every_target_of_the_public_with_small_numbers_of_people_kept_back(whole_year, client):
    said, shown = {}, 0
    unit = scopes.on_the_board(HAIZHOU)
    units, towns = ({one.name: one for one in places} for places in (scopes.units(), scopes.children(unit)))
    for kind in TARGETS:
        rows = rows_of(html_of(client.get(f"/progress/{kind}/")), "plan")
        for name, one in units.items():
            printed = rows[name][1].removeprefix("已完成")
            said[kind, name] = number(printed), recounted(one, kind, 12)
        tree = html_of(client.get(f"/progress/{kind}/{HAIZHOU}/"))
        for row in tree.xpath("//main//table/tbody/tr"):
            name, printed = (cell.text_content().strip() for cell in row.xpath("th|td"))
            if printed == "不公布":
                assert kind not in services.FACILITIES
                continue
            shown += 1
            said[kind, name] = number(printed), recounted(towns[name], kind, 12)
            assert kind in services.FACILITIES or said[kind, name][0] >= 5
    assert differing(said) == {}
    assert shown


PAID = """
    SELECT COALESCE(SUM(p.amount), 0) FROM subsidies_payment p JOIN accounts_area a ON a.id = p.area_id
    JOIN subsidies_programme g ON g.id = p.programme_id JOIN subsidies_roll r ON r.id = p.roll_id
    WHERE p.live AND r.state IN ('paid', 'archived') AND p.returned_on IS NULL AND g.name = %s
    AND r.paid_on BETWEEN %s AND %s AND a.path LIKE %s"""


def test_the_table_of_money_is_what_was_paid_in_each_month(year, city_clerk, sign_in):
    client, sums = sign_in(city_clerk), []
    for code in ("320700", HAIZHOU):
        answer = client.get("/admin/board/money/" + code + ".csv", {"year": 2019, "as_of": "2019-12-31"})
        heads, *rows = [line.split(",") for line in answer.content.decode("utf-8-sig").splitlines()]
        path = Area.objects.get(code=code).path + "%"
        for month, row in enumerate(rows[:12], start=1):
            days = [date(2019, month, 1), date(2019, month, monthrange(2019, month)[1])]
            for programme, printed in zip(heads[1:-1], row[1:-1], strict=True):
                with connection.cursor() as cursor:
                    cursor.execute(PAID, [programme, *days, path])
                    sums.append(Decimal(str(cursor.fetchone()[0])))
                assert Decimal(printed) == sums[-1], (code, month, programme)
    assert sum(sums) > 0
