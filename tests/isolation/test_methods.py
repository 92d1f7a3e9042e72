"""A1, methods: no page answers to what no form sends, whoever asks: it is refused before anybody is looked up."""

import pytest
from django.test import Client
from django.urls import resolve

from tests.isolation.test_urls import address_of
from tests.isolation.urls import ROUTES

PAGES = sorted(route for route in ROUTES if not route.startswith(("api/v1/", "api/schema", "^api/")))
ANYTHING = {"object_id": 1, "pk": 1, "uid": "00000000-0000-4000-8000-000000000000", "code": "320706", "key": "any",
            "year": 2019, "month": 3, "number": 1, "kind": "death", "other": 1, "document": 1}  # fmt: skip


@pytest.mark.parametrize("method", ["options", "put", "patch", "delete", "trace"])
def test_no_page_answers_to_a_method_that_no_form_sends(method):
    """Without a database: none is asked."""
    client, answered = Client(), {}
    for route in PAGES:
        response = getattr(client, method)(address_of(route, ANYTHING | dict(ROUTES[route].unknown)))
        if (response.status_code, response.headers.get("Allow")) != (405, "GET, HEAD, POST"):
            answered[route] = response.status_code
    assert not answered


def test_the_api_says_of_each_address_what_it_takes():
    """Nothing there is changed by PUT, PATCH or DELETE: no view offers them."""
    offered = set()
    for route in sorted(ROUTES):
        if route.startswith("api/v1/"):
            view = resolve(address_of(route, ANYTHING | dict(ROUTES[route].unknown))).func
            allowed = getattr(view, "actions", None) or {name: name for name in view.cls().allowed_methods}
            offered |= {name.lower() for name in allowed}
    assert offered <= {"get", "head", "post", "options"}
