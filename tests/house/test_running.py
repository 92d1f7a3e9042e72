"""The scanners of `bin/scan running` see what they are there to see; the command itself takes an idle machine."""

import json
import re
from types import SimpleNamespace

import pytest
import requests

from lianyungang_cdpf.pages.middleware import ON_EVERY_ANSWER
from tests.house.running import __main__ as command
from tests.house.running import headers, injection
from tests.house.running.addresses import TOKEN, Address, Crawl, kind_of, read

FENCED = ON_EVERY_ANSWER | {
    "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin", "Server": "gunicorn",
    "Cache-Control": "no-store, private",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
}  # fmt: skip
PAGE = """
<a href="/people/12/?q=a&amp;page=2#top">下一页</a> <a href="https://elsewhere.invalid/?x=1">别处</a>
<form method="post" action="save/" id="one"><input name="csrfmiddlewaretoken" value="t"><input name="name" value="张">
<select name="kind"><option value="">请选择</option><option value="b" selected>乙</option></select>
<textarea name="why"></textarea><input type="file" name="file"></form>
<button form="one" name="do" value="go">好</button>
"""


def answer(told: dict, cookie: str = "") -> requests.Response:
    made = requests.Response()
    made.status_code, made.headers, made.asked_by = 200, requests.structures.CaseInsensitiveDict(told), "shi"
    made.raw = SimpleNamespace(headers=SimpleNamespace(getlist=lambda name: [cookie] if cookie else []))
    return made


def test_each_fence_that_is_missing_or_torn_is_told():
    assert headers.wrong_in(answer(FENCED), signed=True) == []
    names = set(FENCED) - {"Server"}
    for name in names:
        told = headers.wrong_in(answer({key: value for key, value in FENCED.items() if key != name}), signed=True)
        assert told and all(name.split("-")[0] in one or one.startswith("CSP") for one in told), name
    for name, value in (
        ("Server", "gunicorn/23.0.0"), ("X-Powered-By", "Django"), ("Cache-Control", "private"),
        ("Content-Security-Policy", FENCED["Content-Security-Policy"] + "; img-src *"),
        ("Content-Security-Policy", FENCED["Content-Security-Policy"].replace("'self'", "'self' 'unsafe-inline'", 1)),
    ):  # fmt: skip
        assert headers.wrong_in(answer(FENCED | {name: value}), signed=True), (name, value)


@pytest.mark.parametrize(
    ("cookie", "held"),
    [
        ("sessionid=1; HttpOnly; Path=/; SameSite=Lax", True), ("sessionid=1; Path=/; SameSite=Lax", False),
        ("sessionid=1; HttpOnly; Path=/", False), ("sessionid=1; HttpOnly; SameSite=None", False),
    ],
)  # fmt: skip
def test_a_cookie_without_its_flags_is_told(cookie, held):
    assert (headers.wrong_in(answer(FENCED, cookie), signed=True) == []) is held


def test_there_are_twenty_dirty_headers_at_least():
    assert len(headers.DIRTY) >= 20


def test_links_and_forms_tell_what_a_browser_would_send():
    page = read(PAGE, "http://127.0.0.1:1/people/")
    assert page.links == ["http://127.0.0.1:1/people/12/?q=a&page=2", "https://elsewhere.invalid/?x=1"]
    sent = {TOKEN: "t", "name": "张", "kind": "b", "why": "", "do": "go"}
    assert page.forms == [("POST", "http://127.0.0.1:1/people/save/", sent)]
    assert page.token == "t"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/news/12/?q=3", "/news/<int:pk>/"), ("/progress/pension_premium/xuwei/", "/progress/<slug:key>/<slug:code>/"),
        ("/admin/intake/0f8fad5b-d9cb-469f-a165-70867728950e/", "/admin/intake/<uuid:uid>/"),
        ("/admin/board/wall/", "/admin/board/wall/"), ("/admin/board/health_check/", "/admin/board/<slug:key>/"),
        ("/admin/beneficiaries/person/12/change/", "/admin/beneficiaries/person/<path:object_id>/change/"),
        ("/nowhere/", "/nowhere/"),
    ],
)  # fmt: skip
def test_addresses_of_one_row_of_the_table_are_of_one_kind(path, kind):
    assert kind_of(f"http://127.0.0.1:1{path}") == kind


@pytest.fixture
def served():
    return SimpleNamespace(url="http://127.0.0.1:1", vendor="sqlite", token_of=lambda username: "lyg_1")


@pytest.fixture
def crawl():
    made = Crawl()
    session = requests.Session()
    session.cookies.set("sessionid", "s")
    made.add(Address("shi", "GET", "http://127.0.0.1:1/news/1/", {"q": ""}, session))
    made.add(Address("shi", "GET", "http://127.0.0.1:1/news/2/", {"page": "2"}, session))
    made.add(Address("shi", "POST", "http://127.0.0.1:1/save/", {TOKEN: "t", "name": "a"}, session))
    return made


@pytest.fixture
def described(monkeypatch):
    """The API's description, with one operation of each sort."""
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Asked"}}}}
    told = {
        "paths": {
            "/api/v1/people/{id}": {"get": {"parameters": [{"name": "id", "in": "path"}]}},
            "/api/v1/people": {
                "get": {"parameters": [{"name": "year", "in": "query", "schema": {"type": "integer"}}]},
                "post": {"requestBody": body},
            },
        },
        "components": {"schemas": {"Asked": {"properties": {"name": {"type": "string"}}}}},
    }
    monkeypatch.setattr(injection.requests, "get", lambda *_, **__: SimpleNamespace(json=lambda: told))


def test_every_parameter_of_pages_forms_paths_bodies_and_headers_is_scanned(served, crawl, described):
    scanned = {name: words for name, words in injection.orders(served, crawl)}
    assert {name: words[words.index("-p") + 1] for name, words in scanned.items() if "-p" in words} == {
        "headers": "user-agent,referer,cookie,sessionid", "shi GET http://127.0.0.1:1/news/1/": "q,page",
        "shi POST http://127.0.0.1:1/save/": "name", "shi GET /api/v1/people year": "year",
        "shi POST /api/v1/people name": "name",
    }  # fmt: skip
    assert "http://127.0.0.1:1/api/v1/people/1*" in scanned["shi GET /api/v1/people/{id} id"]
    assert json.dumps({"name": "1"}) in scanned["shi POST /api/v1/people name"]


def test_of_the_rows_of_a_form_the_first_is_scanned_and_all_are_sent(served, described):
    crawl, sent = (
        Crawl(),
        {"lines-0-sum": "1", "lines-1-sum": "2", "lines-__prefix__-sum": "", "o": "--0", "p1": "1", "p2": "1"},
    )
    crawl.add(Address("shi", "POST", "http://127.0.0.1:1/save/", sent, requests.Session()))
    words = dict(injection.orders(served, crawl))["shi POST http://127.0.0.1:1/save/"]
    assert words[words.index("-p") + 1] == "lines-0-sum,o,p1,p2"
    # sqlmap would not go on with o=--0, which looks as if somebody had tried it before.
    assert words[words.index("--data") + 1] == "lines-0-sum=1&lines-1-sum=2&lines-__prefix__-sum=1&o=0&p1=1&p2=1"


@pytest.mark.parametrize("how", ["found", "untested"])
def test_what_is_injectable_or_could_not_be_tested_is_a_finding(served, crawl, described, monkeypatch, how):
    monkeypatch.setattr(injection, "control", lambda: "found")
    monkeypatch.setattr(
        injection, "sqlmap", lambda words, *_: (how if any("save" in one for one in words) else "nothing", "")
    )
    found, tested = injection.findings(served, crawl, lambda text: None, 3, re.compile(""))
    assert found == [f"sqlmap {how}: shi POST http://127.0.0.1:1/save/ "]
    assert tested == 6 - (how == "untested")


def test_a_parameter_that_was_passed_over_is_told():
    said = """
    [WARNING] GET parameter 'q' does not seem to be injectable
    [WARNING] parameter 'User-Agent' does not seem to be injectable
    [WARNING] (custom) POST parameter 'JSON year' does not seem to be injectable"""
    words = ["-u", "http://127.0.0.1:1/", "-p", "q,user-agent,year,cookie,sessionid"]
    assert injection.missed_in(said, words) == ["sessionid"]
    assert injection.missed_in("", ["-u", "http://127.0.0.1:1/people/1*"]) == []


def test_a_scanner_that_finds_nothing_at_an_open_server_finds_nothing_here(served, crawl, monkeypatch):
    monkeypatch.setattr(injection, "control", lambda: "nothing")
    found, tested = injection.findings(served, crawl, lambda text: None, 3, re.compile(""))
    assert "扫描无效" in found[0] and tested == 0


def test_the_open_server_answers_what_is_injected():
    with injection.leaky() as url:
        plain, all_of_it = (
            requests.get(f"{url}?id=1", timeout=9).text,
            requests.get(f"{url}?id=1 OR 1=1", timeout=9).text,
        )
    assert "second" not in plain and "second" in all_of_it


def test_nobody_to_act_for_is_a_finding(served):
    assert "没有检查" in command.schemas(served, 1, re.compile("shi GET"))[0]


def test_any_finding_ends_the_command_with_1(served, monkeypatch, capsys):
    from contextlib import nullcontext

    monkeypatch.setattr(command, "portal", lambda *_: nullcontext(served))
    monkeypatch.setattr(command, "say", lambda text: None)
    monkeypatch.setattr("sys.argv", ["running", "--only", "headers"])
    monkeypatch.setattr(command, "crawled", lambda _: Crawl())
    for found, code in (([], 0), (["one"], 1)):
        monkeypatch.setattr(headers, "findings", lambda *_, found=found: list(found))
        assert command.main() == code
