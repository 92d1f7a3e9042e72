"""三员分立 in the matrix: no address of the business answers an administrator, and each keeps to their own."""

import pytest

from lianyungang_cdpf.accounts.models import Zone
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.audit.models import AuditLine
from tests.isolation.administrators import EVERYBODYS, ON_RECORD, OWN
from tests.isolation.pages import seen_marks
from tests.isolation.test_urls import address_of
from tests.isolation.urls import ROUTES

CLOSED = {403, 404, 405}
INNER = sorted(route for route, row in ROUTES.items() if row.kind != "public" and route not in EVERYBODYS)


def names_of(route: str, county) -> dict:
    """The county's record where the address names one; its account, change or a line of the log where it may be so."""
    row = ROUTES[route]
    names = {**dict(row.unknown), **row.names(county)}
    if "admin/duties/" in route:
        names["pk"] = county.pk_of("accounts.RoleChange")
    elif "accounts/" in route and "object_id" in route:
        keeper = county.records["accounts.Staff"]
        keys = {"staff": keeper.pk, "role": keeper.role_id, "area": keeper.area_id, "zone": Zone.objects.first().pk}
        names["object_id"] = next(key for model, key in keys.items() if f"accounts/{model}/" in route)
    elif "audit/" in route and "object_id" in route:
        names["object_id"] = AuditLine.objects.first().pk
    return names


@pytest.fixture
def haizhou_at_work(haizhou):
    """Haizhou with a line in the log."""
    record(by=haizhou.records["accounts.Staff"], deed="查看")
    return haizhou


@pytest.mark.parametrize("role", OWN)
def test_an_administrator_opens_their_own_pages_and_no_others(role, haizhou_at_work, make_staff, sign_in):
    client = sign_in(make_staff(role, area="320700", role=role))
    opened = set()
    for route in INNER:
        address = address_of(route, names_of(route, haizhou_at_work))
        answer = client.get(address)
        if answer.status_code == 302 and answer.url == f"{address}change/":
            answer = client.get(answer.url)
        if answer.status_code not in CLOSED:
            opened.add(route)
            assert answer.status_code == 200, (route, answer.status_code)
    assert opened == OWN[role] | ON_RECORD[role]


@pytest.mark.parametrize("role", OWN)
def test_what_is_everybodys_shows_an_administrator_nothing_of_the_business(role, haizhou, make_staff, sign_in):
    client = sign_in(make_staff(role, area="320700", role=role))
    for route in sorted(EVERYBODYS - {"admin/logout/"}):
        answer = client.get(address_of(route, {"pk": 987654321, **dict(ROUTES[route].unknown)}))
        assert not seen_marks(answer, haizhou), route
