"""Searching for a number: it travels in the body, the address holds a mark, and everything goes on working."""

import logging
import re

import pytest
from django.urls import reverse

from lianyungang_cdpf.accounts.kept_words import LOST
from tests.fixtures_city import make_id

LIST, EXPORT = reverse("admin:beneficiaries_person_changelist"), reverse("admin:beneficiaries_person_export")
FIND = reverse("admin:find")
MARKED = re.compile(r"\?q=(~[A-Za-z0-9_-]{12})$")


@pytest.fixture
def haizhou(haizhou_clerk, sign_in):
    return sign_in(haizhou_clerk)


def test_the_search_box_sends_a_number_in_the_body_and_the_address_holds_a_mark(haizhou, make_person):
    person = make_person("郑志")
    make_person("王五")
    box = re.search(r'<form class="find".*?</form>', haizhou.get(f"{LIST}?o=1").content.decode(), re.DOTALL)[0]
    assert 'method="post"' in box and f'action="{FIND}"' in box and f'value="{LIST}"' in box
    sent = haizhou.post(FIND, {"list": LIST, "q": person.id_number})
    assert sent.status_code == 302 and MARKED.search(sent.url)
    found = haizhou.get(sent.url)
    assert [row.pk for row in found.context["cl"].result_list] == [person.pk]
    links = re.findall(r'(?:href|action|data-parameters)="([^"]*)"', found.content.decode())
    assert links and not [link for link in links if person.id_number in link]
    assert any("q=~" in link for link in links), "ordering and exporting take the mark along"


def test_names_and_filters_go_to_the_list_as_they_are(haizhou):
    sent = haizhou.post(FIND, {"list": LIST, "q": "郑志", "place": "320706003"})
    assert sent.url == f"{LIST}?q=%E9%83%91%E5%BF%97&place=320706003"
    assert haizhou.post(FIND, {"list": LIST}).url == LIST


def test_a_path_that_looks_like_a_host_leads_to_no_other_host(haizhou, make_person):
    person = make_person("郑志")
    answer = haizhou.get("/", {"q": person.id_number}, PATH_INFO="//evil.invalid/")
    assert answer.status_code == 302 and answer.url.startswith("/%2Fevil.invalid/?q=~")


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.invalid/admin/work/",
        "//evil.invalid/",
        "/admin/nowhere/",
        "/healthz",
        "",
        "http://[",
        "/admin/x\r\ny",
    ],
)
def test_the_box_leads_nowhere_but_to_a_page_of_the_staff(haizhou, elsewhere):
    sent = haizhou.post(FIND, {"list": elsewhere, "q": "甲"})
    assert sent.status_code == 404 or sent.url.startswith("/admin/work/")


def test_a_number_in_an_address_is_answered_with_the_marked_address_and_told_nobody(haizhou, make_person, caplog):
    person = make_person("郑志")
    with caplog.at_level(logging.DEBUG):
        answer = haizhou.get(LIST, {"q": person.id_number, "o": "1"})
        assert answer.status_code == 302 and person.id_number not in answer.url and "o=1" in answer.url
        assert haizhou.get(LIST, {"id_digest": person.id_number}, follow=True).status_code == 400
    django_said = [
        record.getMessage() for record in caplog.records if record.name.startswith(("django.req", "django.sec"))
    ]
    assert django_said and not [said for said in django_said if person.id_number in said]


def test_an_export_of_a_search_by_number_holds_who_was_found(haizhou, make_person):
    person = make_person("郑志")
    make_person("王五")
    query = MARKED.search(haizhou.post(FIND, {"list": LIST, "q": person.id_number}).url)[0]
    assert person.id_number not in haizhou.get(EXPORT + query).content.decode().replace(person.name, "")
    rows = haizhou.post(EXPORT + query, {"format": "1"}).content.decode("utf-8-sig").splitlines()
    assert len(rows) == 2 and "郑志" in rows[1]


def test_a_mark_that_is_not_known_finds_nobody_and_says_so(haizhou, make_person):
    make_person("郑志")
    shown = haizhou.get(f"{LIST}?q=~AAAAAAAAAAAA")
    assert list(shown.context["cl"].result_list) == [] and LOST in shown.content.decode()
    assert 'value=""' in re.search(r"<input[^>]*searchbar[^>]*>", shown.content.decode())[0]
    assert len(haizhou.post(f"{EXPORT}?q=~AAAAAAAAAAAA", {"format": "1"}).content.decode().splitlines()) == 1


def test_who_is_not_signed_in_leaves_the_number_behind(client):
    answer = client.get(LIST, {"q": make_id(1)})
    assert answer.url == LIST


def test_a_number_is_suggested_by_nothing(haizhou, make_person):
    person = make_person("郑志")
    asked = {"app_label": "beneficiaries", "model_name": "guardian", "field_name": "person", "term": person.id_number}
    answer = haizhou.get("/admin/autocomplete/", asked, follow=True)
    assert answer.status_code in (200, 403) and "郑志" not in answer.content.decode()


def test_lists_of_files_and_facilities_still_find_what_only_looks_like_a_number(haizhou, make_facility):
    facility = make_facility("12345678 号大院")
    shown = haizhou.get(reverse("facility:index"), {"q": "12345678"}, follow=True)
    assert shown.redirect_chain and facility.name in shown.content.decode()


def test_the_api_says_where_numbers_go(haizhou):
    refused = haizhou.get("/api/v1/people", {"id_number": make_id(1)})
    assert refused.status_code == 400 and "POST /api/v1/people/search" in refused.json()["message"]
