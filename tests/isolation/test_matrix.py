"""A1: every address, every visitor, every method, held to matrix.tsv; and what nobody's request may leave behind."""

import re
from itertools import product

import pytest
from django.test import Client

from lianyungang_cdpf.accounts.models import Staff
from lianyungang_cdpf.accounts.signin.sessions import FACTS
from lianyungang_cdpf.accounts.tokens import issue_token
from tests.isolation import matrix
from tests.isolation.matrix import (
    CHANGING_WHO_IT_IS,
    IN_A_COUNTY,
    IN_THE_CITY,
    VISITORS,
    Asking,
    own_address,
    stored,
)  # fmt: skip
from tests.isolation.pages import ADMINS, address, form_data
from tests.isolation.test_urls import address_of
from tests.isolation.urls import ROUTES
from tests.isolation.world import MAKERS, contents

pytestmark = pytest.mark.one_database
# Whose work an address is does not hang on how often it is asked.
NO_RATES = {"searches": [0, 0], "suggestions": [0, 0], "exports": [0, 0], "uploads": [0, 0], "self_check": [0, 0]}


@pytest.fixture
def asking(settings, monkeypatch, make_staff, haizhou, donghai):
    """asking(visitor): their requests."""
    settings.PAGE_RATES = NO_RATES
    monkeypatch.setattr("rest_framework.throttling.SimpleRateThrottle.allow_request", lambda *told: True)
    work = {**IN_A_COUNTY, **matrix.ELSEWHERE, **{name: (role, "320700") for name, role in IN_THE_CITY.items()}}

    def signed_in(name, role="district_clerk", place="320706"):
        client = Client()
        client.force_login(make_staff(name, area=place, role=role))
        return client

    def of(visitor):
        if visitor == "anonymous":
            return Asking(Client())
        if visitor == "token":
            _, token = issue_token(by=None, staff=make_staff("program"), name="统计")
            return Asking(Client(), headers={"authorization": f"Bearer {token}"})
        if visitor == "without_second_factor":
            settings.SECOND_FACTOR = "required"
            return Asking(signed_in(visitor, "district_reviewer"))
        client = signed_in(visitor, *work.get(visitor, ()))
        if visitor == "disabled":
            Staff.objects.filter(username=visitor).update(is_active=False)
        if visitor == "expired":
            session = client.session
            session[FACTS] = {**session[FACTS], "seen": 0}
            session.save()
        return Asking(client)

    return of


# Whose work is every county's.
OF_THE_WHOLE_CITY = {"city_operator", "city_reviewer", "leader", "auditor"}
# What a look writes beside marks (matrix.MARKS), by address.
BY_LOOKING: dict[str, set[str]] = {}
# What a save itself makes of the rest.
KEPT_BY_THE_PORTAL = ("updated_at", "seal", "name_key", "pinyin", "initials", "counted_on")
# Of the ledgers with records in the tests' world: whose page no clerk opens, and which lead to a page of another kind.
NOT_A_CLERKS, WITHOUT_A_FORM = {"accounts.Staff"}, {"intake.ImportJob"}
NOT_DONE = re.compile(r"login|[45]\d\d")


@pytest.mark.parametrize("visitor", VISITORS)
def test_every_address_answers_the_visitor_as_the_table_says(visitor, asking, haizhou, donghai, request):
    """And nobody's look writes, nothing that is refused writes, and no body that names everything moves anything."""
    own, foreign = (donghai, haizhou) if visitor == "clerk_of_donghai" else (haizhou, donghai)
    body, ask = matrix.body_of(matrix.sent_by_an_attacker(foreign)), asking(visitor)
    ask.harm = None if visitor in OF_THE_WHOLE_CITY else matrix.moved_between(own, foreign)
    found, wrong = {}, {}
    with matrix.without_drawing():
        for route in sorted(ROUTES.keys() - CHANGING_WHO_IT_IS):
            theirs = own_address(route, foreign) if matrix.names_a_record(route) else ""
            found[route], answers = matrix.row_of(route, visitor, ask, own_address(route, own), theirs, body)
            if problems := list(_problems(route, answers)):
                wrong[route] = problems
    if request.config.getoption("matrix"):
        matrix.keep(visitor, found)
    agreed = {route: row[visitor] for route, row in matrix.table().items()}
    differing = {route: (agreed.get(route), cell) for route, cell in found.items() if agreed.get(route) != cell}
    assert not differing, "agreed, found"
    assert not agreed.keys() - found.keys(), "lines without an address"
    assert not wrong


def _problems(route, answers):
    """What no answer may have done."""
    for asked, answer in answers.items():
        if answer.harm:
            yield asked, "harm", sorted(answer.harm)
        if answer.said.startswith("5"):
            yield asked, answer.said
        if answer.written and asked != "post" and not answer.written <= BY_LOOKING.get(route, set()):
            yield asked, "a look that writes", sorted(answer.written)
        elif answer.written and NOT_DONE.fullmatch(answer.said):
            yield asked, f"{answer.said} and yet written", sorted(answer.written)


def test_no_page_answers_to_a_method_that_no_form_sends(asking, haizhou, donghai):
    """Of the API each address says itself what it takes: of PUT, PATCH and DELETE there is none."""
    routes = sorted(ROUTES.keys() - CHANGING_WHO_IT_IS)
    asks = [asking(visitor) for visitor in ("anonymous", "clerk", "city_operator", "token")]
    said, written = {}, {}
    with matrix.without_drawing():
        for place, (route, method) in enumerate(product(routes, ("options", "put", "patch", "delete"))):
            ask = asks[place % len(asks)] if not route.startswith(("api/", "^api/")) else asks[1 + place % 3]
            answer = ask(method, own_address(route, haizhou))
            if answer.said not in {"405", "403", "401"} | ({"404"} if route == "^api/" else set()):
                said[route, method] = answer.said
            written |= {(route, method): answer.written} if answer.written else {}
    assert not said and not written


def test_a_head_is_answered_as_the_get_is(asking, haizhou, donghai):
    ask, differing = asking("clerk"), {}
    with matrix.without_drawing():
        for route in sorted(ROUTES.keys() - CHANGING_WHO_IT_IS)[::3]:
            address = own_address(route, haizhou)
            answers = [ask(method, address).said for method in ("get", "head")]
            if answers[0] != answers[1]:
                differing[route] = answers
    assert not differing


def agree(one: str, other: str) -> bool:
    """Whether a clerk's cell without a POST is the other clerk's."""
    get, *_, foreign = one.split()
    return other in ("-", get, f"{get} {foreign}")


def test_the_two_clerks_see_the_same_of_their_own_county_and_nothing_of_the_others():
    table = matrix.table()
    assert not {route for route, row in table.items() if not agree(row["clerk"], row["clerk_of_donghai"])}
    foreign = {route: row["clerk"].split()[2] for route, row in table.items() if row["clerk"].count(" ") == 2}
    assert len(foreign) > 250 and set(foreign.values()) <= {"302", "403", "404", "405"}
    # Django's admin leads from a record's address to its page before it looks whose the record is.
    assert {route.rpartition("<path:object_id>")[2] for route, said in foreign.items() if said == "302"} == {"/"}


def test_whoever_is_shut_out_gets_no_further_than_the_sign_in_page():
    """Anonymous, disabled, expired, or without the second factor: a public page, the way to sign in, or nothing."""
    for route, row in matrix.table().items():
        if ROUTES[route].kind != "public":
            cells = {word for visitor in matrix.SHUT_OUT for word in row[visitor].split()}
            assert cells <= {"login", "401", "403", "404", "405", "302", "-"}, route


def test_a_foreign_record_costs_what_an_unknown_one_does(asking, haizhou, donghai):
    """A2, time: the same statements, so that a clock tells no more than the text (the texts: test_urls, test_admin)."""
    ask, differing = asking("clerk"), {}
    with matrix.without_drawing():
        # Which codes of places there are, everybody may know.
        for route in (one for one in sorted(ROUTES) if matrix.names_a_record(one) and "<slug:code>" not in one):
            addresses = own_address(route, donghai), matrix.unknown_address(route)
            counted = [matrix.statements_of(ask, address) for address in addresses]
            if counted[0] != counted[1]:
                differing[route] = counted
    assert not differing, "statements of the foreign, of the unknown"


@pytest.mark.parametrize("visitor", ["city_operator", "system_admin", "token"])
def test_a_number_that_no_database_holds_is_answered_as_an_unknown_one(visitor, asking, haizhou, donghai):
    """SQLite takes no number of more than 64 bits, and says so by an exception."""
    ask, differing = asking(visitor), {}
    with matrix.without_drawing():
        for route in sorted(one for one in ROUTES if re.search("<int:|object_id", one)):
            told = dict(ROUTES[route].unknown)
            keys = {name for name, one in told.items() if name == "object_id" or isinstance(one, int)}
            huge = told | dict.fromkeys(keys - {"year", "month"}, 10**20)
            for method in ("get", "post"):
                said = [ask(method, address_of(route, names)).said for names in (told, huge)]
                if said[0] != said[1]:
                    differing[route, method] = said
    assert not differing, "unknown, huge"


@pytest.mark.parametrize("label", sorted(ADMINS.keys() & MAKERS.keys()))
def test_a_column_that_a_form_does_not_offer_is_not_taken_from_it(label, haizhou, donghai, make_staff, sign_in):
    """A3, with a form that is otherwise right: hidden columns of the own record keep what they hold."""
    client = sign_in(make_staff("clerk"))
    opened = client.get(address(label, "change", haizhou.records[label].pk))
    if label in NOT_A_CLERKS | WITHOUT_A_FORM:
        assert (opened.status_code == 403) == (label in NOT_A_CLERKS)
        assert "adminform" not in (opened.context or {})
        return
    assert opened.status_code == 200
    model = ADMINS[label].model
    offered = set(opened.context["adminform"].form.fields)
    sent = {name: value for name, value in matrix.sent_by_an_attacker(donghai).items() if name not in offered}
    before, theirs = stored(haizhou, label), contents(donghai)
    answer = client.post(opened.request["PATH_INFO"], {**sent, **form_data(opened)})
    assert answer.status_code in (200, 302, 403)
    after, kept = stored(haizhou, label), set(KEPT_BY_THE_PORTAL)
    hidden = {one.attname for one in model._meta.concrete_fields if one.name not in offered} - kept
    assert {name for name in hidden if before[name] != after[name]} == set()
    assert contents(donghai) == theirs


@pytest.mark.parametrize(
    "path",
    [
        "/media/x.jpg", "/uploads/", "/var/uploads/x", "/var/portal.sqlite3", "/.git/config", "/.env", "/manage.py",
        "/static/../manage.py", "/static/%2e%2e/manage.py", "/admin/.git/config", "/keys/portal.json", "/api/.env",
    ],
)  # fmt: skip
def test_a_guessed_file_is_not_there(path, client, haizhou_clerk, sign_in):
    """A10."""
    for asked in (client, sign_in(haizhou_clerk)):
        answer = asked.get(path, headers={"x-accel-redirect": "/uploads/x", "x-original-url": "/uploads/x"})
        assert answer.status_code in (302, 401, 404)
        assert answer.status_code != 302 or "/admin/login/" in answer.url
