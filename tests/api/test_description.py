"""The description of the API is valid, Chinese, complete, and only for staff."""

import re

import pytest
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def schema():
    return SchemaGenerator().get_schema(request=None, public=True)


def test_the_description_is_valid_without_a_warning(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yaml"))
    assert (tmp_path / "schema.yaml").stat().st_size > 10_000


def operations(schema):
    return [
        (f"{method} {path}", operation)
        for path, kinds in schema["paths"].items()
        for method, operation in kinds.items()
    ]


def test_every_endpoint_says_in_chinese_what_it_does_and_how_it_refuses(schema):
    assert len(operations(schema)) >= 27
    for name, operation in operations(schema):
        assert CHINESE.search(operation["summary"]) and CHINESE.search(operation["description"]), name
        assert {"400", "401", "403", "404", "429"} <= set(operation["responses"]), name
        assert all(CHINESE.search(one["description"]) for one in operation["responses"].values()), name
        assert operation["security"] == [{"token": []}, {"session": []}], name


def test_every_parameter_says_in_chinese_what_it_is(schema):
    silent = [
        (name, one["name"])
        for name, operation in operations(schema)
        for one in operation.get("parameters", ())
        if not CHINESE.search(one.get("description", ""))
    ]
    assert silent == []


def test_every_field_says_in_chinese_what_it_is(schema):
    silent = [
        (name, field)
        for name, component in schema["components"]["schemas"].items()
        for field, said in component.get("properties", {}).items()
        if not CHINESE.search(said.get("description", ""))
    ]
    assert silent == []


def test_no_parameter_takes_a_number_of_a_person_or_an_account(schema):
    asked = {one["name"] for _, operation in operations(schema) for one in operation.get("parameters", ())}
    assert not asked & {"id_number", "certificate_no", "phone", "account_no", "name", "words", "q", "search"}


def test_the_description_and_its_viewers_are_for_staff_who_are_signed_in(client, sign_in, haizhou_clerk):
    assert client.get("/api/schema").status_code == 401
    for path in ("/api/docs/", "/api/docs/try/"):
        answer = client.get(path)
        assert answer.status_code == 302 and "/admin/login/" in answer.url
    signed_in = sign_in(haizhou_clerk)
    assert signed_in.get("/api/schema").json()["openapi"].startswith("3.")
    page = signed_in.get("/api/docs/").content.decode()
    for _, operation in operations(SchemaGenerator().get_schema(request=None, public=True)):
        assert operation["summary"] in page
