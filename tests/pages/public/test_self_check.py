"""The self-check answers by the rolls' rules and leaves no trace of what was typed."""

import json
import logging
from datetime import date

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from lianyungang_cdpf.pages.public.selfcheck import results
from subsidies.asked import Asked, answers
from subsidies.loading import load_standards
from tests.fixtures_city import HAIZHOU_TOWN

PAGE = reverse("public:self_check")
# A birthday and words that stand nowhere else.
BORN = date(1961, 7, 19)
TOLD = {
    "born": "1961-07-19", "certificate": "valid", "category": "4", "grade": "2", "statuses": ["低保"],
    "hukou_type": "rural", "town": HAIZHOU_TOWN, "studies": "nobody",
}  # fmt: skip


@pytest.fixture
def standards(city):
    source = settings.BASE_DIR / "fixtures" / "demonstration-standards.json"
    load_standards(json.loads(source.read_text(encoding="utf-8")))


def test_the_page_says_what_may_be_had_by_which_rule_and_where(standards, client):
    response = client.post(PAGE, TOLD)
    shown = response.content.decode()
    assert response.status_code == 200
    asked = Asked(BORN, (4, 2, "valid"), ("低保",), "rural", "320700/320706/320706006/")
    may = [one for one in answers(asked, localdate()) if one.qualifies]
    assert f"可能符合 {len(may)} 项" in shown and len(may) == len(response.context["may"]) >= 2
    assert [one.answer.standard for one in response.context["may"]] == [one.standard for one in may]
    for words in ("以审核为准", "每月 290.00 元", "困难情况：低保。", settings.PUBLIC_SITE["apply_at"]):
        assert words in shown


def test_what_speaks_against_a_subsidy_is_said_in_plain_words(standards):
    def reasons(**told):
        may, may_not = results(Asked(**{"born": BORN, **told}), localdate())
        return {one.answer.programme.code: one.reasons for one in may_not}

    assert reasons()["nursing_subsidy"] == ["这项补贴要有残疾人证：请先申请办理。"]
    light = reasons(certificate=(1, 4, "expired"))
    assert light["nursing_subsidy"] == ["残疾人证已过有效期：请先换证。", "残疾类别和等级不在这项补贴的范围内。"]
    assert light["hardship_subsidy"] == ["残疾人证已过有效期：请先换证。", "家庭困难情况不在这项补贴的范围内。"]
    assert reasons(certificate=(1, 1, "valid"))["education_grant"] == ["家里没有人在上学。"]


def test_nothing_that_was_typed_leaves_a_trace(standards, client, caplog):
    """No write, no cookie, no session, no log line, no cache, and no word of it in an address or in what is kept."""
    caplog.set_level(logging.DEBUG)
    kept = dict(getattr(cache, "_cache", {}))
    for told in (TOLD, {**TOLD, "grade": "9"}, {**TOLD, "born": "19610719x"}):
        caplog.clear()
        with CaptureQueriesContext(connection) as counted:
            response = client.post(PAGE, told)
        said = [query["sql"] for query in counted]
        assert said and all(sql.startswith("SELECT") for sql in said)
        assert not [sql for sql in said if "session" in sql or "beneficiaries_" in sql or "1961" in sql]
        assert not client.cookies and "Set-Cookie" not in response.headers
        lines = "\n".join(
            record.getMessage() for record in caplog.records if not record.name.startswith("django.db")
        )  # fmt: skip
        assert not [word for word in ("1961", "低保", "0719", "rural") if word in lines]
        assert response.headers["Cache-Control"] == "no-store, private" and "Location" not in response.headers
    assert getattr(cache, "_cache", {}) == kept


def test_what_is_in_an_address_is_not_read(standards, client):
    response = client.get(PAGE, TOLD)
    assert "1961" not in response.content.decode() and "may" not in response.context


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"born": ""}, "请填写出生日期。"),
        ({"born": "1961-13-01"}, "日期应写成 2019-03-28 的样子。"),
        ({"born": "2999-01-01"}, "日期不能晚于今天。"),
        ({"born": "1800-01-01"}, "出生日期太早，请核对年份。"),
        ({"certificate": ""}, "请选择有没有残疾人证。"),
        ({"grade": ""}, "有残疾人证的，请选择残疾等级。"),
        ({"studies": "child"}, "有人在上学的，请选择学段。"),
    ],
)
def test_a_form_that_is_not_right_says_what_to_do(standards, client, wrong, sentence):
    response = client.post(PAGE, {**TOLD, **wrong})
    assert response.status_code == 400 and sentence in response.content.decode()


@pytest.mark.parametrize("written", ["1961-7-19", "1961.07.19", "1961/7/19", "19610719", "1961年7月19日"])
def test_a_birthday_may_be_written_as_people_write_it(standards, client, written):
    assert client.post(PAGE, {**TOLD, "born": written}).status_code == 200


def test_a_form_from_another_site_finds_nothing_to_forge(standards, client):
    """There is no token, which would be a cookie: so the page must do nothing but answer."""
    from django.test import Client

    assert Client(enforce_csrf_checks=True).post(PAGE, TOLD).status_code == 200
