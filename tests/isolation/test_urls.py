"""Every address of the portal has its row in urls.py, and is closed to whom the row does not name."""

import re
from urllib.parse import unquote

import pytest
from django.urls import get_resolver
from django.urls.resolvers import URLResolver

from tests.isolation.pages import same_answer, seen_marks
from tests.isolation.urls import ROUTES, nobody
from tests.isolation.world import contents

# Querysets, admins and writes are held to both databases by the modules beside; addresses only carry them outwards.
pytestmark = pytest.mark.one_database
CLOSED = {302, 401, 403, 404, 405}


def _walk(resolver, prefix=""):
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, route)
        else:
            yield route


def address_of(route: str, names: dict) -> str:
    """A route with its arguments filled in."""
    plain = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", route).replace("^", "").replace("$", "")
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str(names[match[1]]), plain)


def _of_kind(*kinds):
    return pytest.mark.parametrize("route", sorted(route for route, row in ROUTES.items() if row.kind in kinds))


def test_every_address_has_its_row():
    routes = set(_walk(get_resolver()))
    assert not sorted(routes - ROUTES.keys()), "addresses without a row in tests/isolation/urls.py"
    assert not sorted(ROUTES.keys() - routes), "rows without an address"


@pytest.fixture
def disabled(make_staff, sign_in):
    """The client of an account that was disabled after signing in."""
    staff = make_staff("disabled", area="320700", role="city_operator")
    client = sign_in(staff)
    staff.is_active = False
    staff.save()
    return client


@_of_kind("signed_in", "city_wide", "scoped")
def test_nobody_gets_in_without_an_account_in_force(route, client, disabled, donghai):
    before = contents(donghai)
    row = ROUTES[route]
    for names in (dict(row.unknown), {**dict(row.unknown), **row.names(donghai)}):
        for visitor in (client, disabled):
            for ask in (visitor.get, visitor.post):
                response = ask(address_of(route, names))
                assert response.status_code in CLOSED
                assert response.status_code != 302 or "/admin/login/" in unquote(response.url) or names.get("object_id")
                assert not seen_marks(response, donghai)
    assert contents(donghai) == before


@_of_kind("public")
def test_public_pages_hold_nothing_of_anybody(route, client, donghai):
    names = {**dict(ROUTES[route].unknown), "uid": donghai.records["subsidies.Notice"].uid}
    assert not seen_marks(client.get(address_of(route, names), follow=True), donghai)


NAMED = [route for route, row in ROUTES.items() if row.names is not nobody]


@pytest.mark.parametrize("route", NAMED)
@pytest.mark.parametrize("method", ["get", "post"])
def test_foreign_address_is_answered_like_one_that_does_not_exist(route, method, outsiders, haizhou, donghai):
    before, row = contents(donghai), ROUTES[route]
    for staff, client in outsiders:
        foreign = getattr(client, method)(address_of(route, row.names(donghai)))
        unknown = getattr(client, method)(address_of(route, dict(row.unknown)))
        assert foreign.status_code in {403, 404, 405}, staff
        assert same_answer(foreign, unknown), staff
    assert contents(donghai) == before


@pytest.mark.parametrize("route", NAMED)
def test_own_address_opens_for_somebody(route, outsiders, haizhou, donghai):
    """The counterpart: the address is not closed to everybody."""
    answers = [client.get(address_of(route, ROUTES[route].names(haizhou)), follow=True) for _, client in outsiders]
    # 409: the world's import has no file to make a workbook of, which its page says.
    assert {200, 405, 409} & {answer.status_code for answer in answers}
    assert not [answer for answer in answers if seen_marks(answer, donghai)]


@_of_kind("scoped", "signed_in")
def test_pages_without_a_record_show_nothing_foreign(route, outsiders, haizhou, donghai):
    names = dict(ROUTES[route].unknown)
    for _, client in outsiders:
        assert not seen_marks(client.get(address_of(route, names)), donghai)
