"""Every refusal is JSON of one form and one clear Chinese sentence, whatever was wrong."""

import json
import re

import pytest
from django.core.cache import cache
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from rest_framework.throttling import SimpleRateThrottle

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]{4,}")


@pytest.fixture
def client(sign_in, haizhou_clerk):
    return sign_in(haizhou_clerk)


def problem_of(answer, status):
    assert answer.status_code == status, answer.content.decode()
    assert answer.headers["Content-Type"] == "application/json"
    problem = answer.json()
    assert set(problem) - {"errors"} == {"code", "message", "where"}
    assert CHINESE.search(problem["message"])
    assert set(ENGLISH.findall(problem["message"])) <= {"Authorization", "Bearer", "CSRFToken", "JSON"}
    return problem


def send(client, path, content, content_type="application/json", **headers):
    return client.post(f"/api/v1/{path}", content, content_type=content_type, headers=headers)


def test_an_address_that_is_none(client):
    assert problem_of(client.get("/api/v1/nowhere"), 404)["code"] == "not_found"
    for path in ("/api/", "/api/nowhere", "/api/v1/people/x", "/api/v1/imports/a%0Ab"):
        assert problem_of(client.delete(path), 404)["message"].startswith("没有这个接口地址"), path


def test_a_method_that_is_not_for_this_address(client):
    for method in ("post", "put", "patch", "delete", "options"):
        assert problem_of(getattr(client, method)("/api/v1/people"), 405)["code"] == "method_not_allowed"
    assert problem_of(client.post("/api/v1/imports/00000000-0000-4000-8000-000000000000"), 405)


def test_a_role_that_may_not(sign_in, make_staff):
    keeper = sign_in(make_staff("keeper", area="320700", role="system_admin"))
    for route in ("people", "rolls", "payments", "imports", "progress", "import-kinds", "programmes"):
        assert problem_of(keeper.get(f"/api/v1/{route}"), 403)["code"] == "forbidden"
    assert keeper.get("/api/v1/areas").status_code == 200


def test_several_wrong_parameters_are_all_named(client):
    problem = problem_of(client.get("/api/v1/people", {"grade": "9", "category": "eye"}), 400)
    assert {one["where"] for one in problem["errors"]} == {"grade", "category"}
    assert problem["where"] in {"grade", "category"}


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"x"', b"null", b"\xff\xfe", b'{"words": NaN}', b'{"words": ["x"]}', b'{"words": ""}',
     b'{"words": "\\ud800"}', b'{"words": "a\\u0000"}', b'{"words": "x", "area": "320722"}', b"[" * 60_000],
)  # fmt: skip
def test_a_body_that_is_none(client, body):
    problem_of(send(client, "people/search", body), 400)


def test_a_body_that_is_too_large_or_of_another_type(client):
    assert problem_of(send(client, "people/search", b" " * 70_000), 413)["code"] == "too_large"
    assert problem_of(send(client, "people/search", b"words=x", "text/plain"), 415)


def test_there_is_no_page_to_browse_whatever_is_asked_for(client):
    answer = client.get("/api/v1/areas", headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert problem_of(client.get("/api/v1/areas", {"format": "api"}), 400)["where"] == "format"


def test_a_session_that_changes_something_needs_the_token_against_forged_requests(haizhou_clerk):
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(haizhou_clerk)
    assert "防伪造令牌" in problem_of(send(forged, "people/search", json.dumps({"words": "张"})), 403)["message"]
    forged.get("/admin/password_change/")
    token = forged.cookies["csrftoken"].value
    answer = send(forged, "people/search", json.dumps({"words": "张"}), **{"X-CSRFToken": token})
    assert answer.status_code == 200


def test_answers_are_kept_by_nobody(client):
    assert "no-store" in client.get("/api/v1/people").headers["Cache-Control"]


def test_too_many_requests_of_one_account_are_told_to_wait(client, sign_in, donghai_clerk, monkeypatch):
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {"account": "2/min", "uploads": "1/min"})
    cache.clear()
    assert [client.get("/api/v1/zones").status_code for _ in range(3)] == [200, 200, 429]
    answer = client.get("/api/v1/zones")
    assert problem_of(answer, 429)["code"] == "too_many_requests"
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert sign_in(donghai_clerk).get("/api/v1/zones").status_code == 200


def test_a_failure_of_ours_is_json_without_a_word_of_what_failed(client, monkeypatch):
    from lianyungang_cdpf.accounts.api import Zones

    def fail(*arguments):
        raise RuntimeError("secret of the house")

    monkeypatch.setattr(Zones, "get_queryset", fail)
    client.raise_request_exception = False
    answer = client.get("/api/v1/zones")
    assert problem_of(answer, 500)["code"] == "failed"
    assert b"secret" not in answer.content


def test_no_record_is_written_through_the_api(sign_in, city_clerk):
    """C4: there is no resource that could overwrite an edit; one that comes must ask for If-Match."""
    client, addresses = sign_in(city_clerk), SchemaGenerator().get_schema(request=None, public=True)["paths"]
    assert len(addresses) > 20
    for address, offered in addresses.items():
        assert not {"put", "patch", "delete"} & set(offered), address
        path = re.sub(r"\{[^}]*uid\}", "00000000-0000-4000-8000-000000000000", address)
        path = re.sub(r"\{[^}]*\}", "1", path)
        for method in ("put", "patch", "delete"):
            assert problem_of(getattr(client, method)(path), 405)["code"] == "method_not_allowed", path
