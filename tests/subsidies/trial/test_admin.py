"""The button 试算 on the pages of standards and programmes: it shows and saves nothing."""

import io
import re
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.urls import reverse

from lianyungang_cdpf.audit.models import AuditLine
from subsidies.models import Programme, ProgrammeCheck, Standard
from subsidies.owed.claims import both
from subsidies.trial.moves import tried
from tests.fixtures_city import DONGHAI_TOWN
from tests.isolation.pages import form_data
from tests.subsidies.owed.conftest import MARCH

ADD = reverse("admin:subsidies_standard_add")


def text(response) -> str:
    return response.content.decode()


def contents():
    """Every rule, and all that was ever written down of changes."""
    models = (Standard, Programme, ProgrammeCheck, AuditLine, LogEntry)
    return [list(model.objects.order_by("pk").values()) for model in models]


@pytest.fixture
def people(poor, make_roll):
    people = [poor("张建国"), poor("李梅"), poor("周文华", grade=2, area=DONGHAI_TOWN), poor("吴芳", grade=3)]
    make_roll(people[0])
    return people


@pytest.fixture
def client(sign_in, city_clerk):
    return sign_in(city_clerk)


def opened(client, record) -> tuple[str, dict]:
    """The address of a rule's page, and what a browser would send back from it."""
    path = reverse(f"admin:subsidies_{record._meta.model_name}_change", args=[record.pk])
    return path, form_data(client.get(path))


@pytest.fixture
def first_grade(living):
    """370 yuan a month from 2018 to 2020; from 2021 on another follows."""
    return Standard.objects.get(programme=living, grade=1, effective_from=date(2018, 1, 1))


def test_a_trial_of_a_raised_amount_writes_nothing_and_says_what_saving_does(
    people, client, living, first_grade, city_clerk
):
    path, sent = opened(client, first_grade)
    before = contents()
    response = client.post(path, {**sent, "amount": "400.00", "_trial": "1"})
    assert response.status_code == 200 and contents() == before
    shown = text(response)
    assert "共有 <strong>2</strong> 人发生变化，合计增减 <strong>60.00</strong> 元" in shown
    assert "张建国" in shown and "周文华" not in shown and people[0].id_number not in shown
    assert 'value="400.00"' in shown  # what was typed stays in the form
    trial = response.context["trial"]
    assert client.post(path, {**sent, "amount": "400.00", "_save": "保存"}).status_code == 302
    assert trial.owed[1].total == both(city_clerk, living, MARCH)[0].total == Decimal("850.00")  # 400, 300 and 150


def test_a_new_standard_that_ends_the_former_shows_the_difference_and_then_saves_both(
    people, client, living, first_grade, city_clerk
):
    sent = {
        "programme": living.pk, "effective_from": "2019-03-01", "grade": 1, "amount": "400.00", "ends_former": "on",
        "effective_to": "2020-12-01",
        "household_class": first_grade.household_class, "hukou_type": first_grade.hukou_type,
    }  # fmt: skip
    before = contents()
    response = client.post(ADD, {**sent, "_trial": "1"})
    assert contents() == before
    moves = response.context["trial"].moves
    assert {(move.before, move.after) for move in moves} == {(Decimal("370.00"), Decimal("400.00"))}
    assert "请先填写前一条的截止月份" in text(client.post(ADD, {**sent, "ends_former": ""}))
    assert client.post(ADD, {**sent, "_save": "保存"}).status_code == 302
    first_grade.refresh_from_db()
    assert first_grade.effective_to == date(2019, 2, 1)
    assert both(city_clerk, living, MARCH)[0].total == response.context["trial"].owed[1].total
    assert LogEntry.objects.filter(object_id=first_grade.pk, action_flag=2).count() == 1


def test_a_trial_of_conditions_and_checks(people, client, living, city_clerk):
    living.eligibility["certificate"] = [{"grades": [1, 2], "categories": None}]
    living.save()
    path, sent = opened(client, living)
    wider = '{"certificate": [{"grades": [1, 2, 3], "categories": null}], "household_status": ["低保"]}'
    before = contents()
    response = client.post(path, {**sent, "eligibility": wider, "_trial": "1"})
    assert contents() == before
    assert [(move.person.pk, move.after) for move in response.context["trial"].moves] == [
        (people[3].pk, Decimal("150.00"))
    ]
    people[1].certificates.update(status="expired")
    expired = ProgrammeCheck.objects.get(programme=living, code="CERT_EXPIRED")
    severity = next(
        name.replace("-id", "-severity") for name in sent
        if re.fullmatch(r"checks-\d+-id", name) and sent[name] == expired.pk
    )  # fmt: skip
    response = client.post(path, {**sent, severity: "warning", "_trial": "1"})
    assert contents() == before
    assert [move.person.pk for move in response.context["trial"].moves] == [people[1].pk]
    client.post(path, {**sent, severity: "warning", "_save": "保存"})
    undue = both(city_clerk, Programme.objects.get(pk=living.pk), MARCH)[1]
    assert response.context["trial"].undue[1].total == undue.total


def test_a_form_with_a_mistake_is_shown_as_for_saving(people, client, first_grade):
    path, sent = opened(client, first_grade)
    before = contents()
    response = client.post(path, {**sent, "amount": "-3", "_trial": "1"})
    assert contents() == before and "trial" not in response.context
    assert "标准必须大于零" in text(response)


def test_a_trial_pressed_with_save_saves_nothing(people, client, first_grade):
    path, sent = opened(client, first_grade)
    before = contents()
    client.post(path, {**sent, "amount": "400.00", "_trial": "1", "_save": "保存"})
    assert contents() == before


@pytest.mark.parametrize(("month", "moved"), [("2019-04", 2), ("2021-01", 0), ("", 2)])
def test_the_month_is_asked_for_else_the_last_with_a_roll(people, client, first_grade, month, moved):
    path, sent = opened(client, first_grade)
    trial = client.post(path, {**sent, "trial_month": month, "amount": "400.00", "_trial": "1"}).context["trial"]
    assert f"{trial.month:%Y-%m}" == (month or "2019-03")
    assert len(trial.moves) == moved


def test_a_rule_that_holds_only_later_is_tried_for_its_first_month(people, client, living):
    later = Standard.objects.get(programme=living, grade=1, effective_from=date(2021, 1, 1))
    path, sent = opened(client, later)
    trial = client.post(path, {**sent, "amount": "720.00", "_trial": "1"}).context["trial"]
    assert (trial.month, len(trial.moves), trial.change) == (date(2021, 1, 1), 2, Decimal("20.00"))


def test_a_text_that_is_no_month_gets_a_sentence(people, client, first_grade):
    path, sent = opened(client, first_grade)
    for month in ("三月", "2019-13", "9999-01"):
        shown = text(client.post(path, {**sent, "trial_month": month, "_trial": "1"}))
        assert "试算月份应写成 2019-03 的样子" in shown


def test_programmes_that_are_not_monthly_and_new_ones_are_told_so(client, standards):
    premium = Programme.objects.get(code="pension_premium")
    sent = {"programme": premium.pk, "effective_from": "2030-01-01", "amount": "100.00", "_trial": "1"}
    assert "只适用于按月发放" in text(client.post(ADD, sent))
    path = reverse("admin:subsidies_programme_add")
    counts = {f"{of}-{which}_FORMS": 0 for of in ("checks", "standards") for which in ("TOTAL", "INITIAL")}
    new = {"code": "new", "name": "新项目", "eligibility": wide(), "position": 9, "_trial": "1", **counts}
    new |= {"roll_type": "monthly", "age_on": "12-31"}
    assert "新的补贴项目还没有标准" in text(client.post(path, new))
    assert not Programme.objects.filter(code="new").exists()


def wide() -> str:
    return '{"certificate": [{"grades": null, "categories": null}], "household_status": null}'


def test_the_people_are_paged_and_downloaded_with_masked_numbers(people, client, first_grade, poor):
    for number in range(60):
        poor(f"人{number}")
    path, sent = opened(client, first_grade)
    sent = {**sent, "amount": "400.00"}
    second = client.post(path, {**sent, "_trial": "2"})
    assert second.context["trial_page"].number == 2 and len(second.context["trial_lines"]) == 12
    before = contents()
    response = client.post(path, {**sent, "_trial_file": "1"})
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 63 and rows[0][:2] == ("姓名", "身份证号")
    assert people[0].id_number not in str(rows) and "320701********" in str(rows)
    assert [one[6:] for one in rows[1:]] == [(370, 400, 30)] * 62
    assert contents()[:3] == before[:3]
    assert AuditLine.objects.filter(deed="导出试算名单").get().summary == "62 行，xlsx"


def test_who_may_not_change_rules_can_not_try_them(people, sign_in, haizhou_clerk, first_grade):
    path = reverse("admin:subsidies_standard_change", args=[first_grade.pk])
    client = sign_in(haizhou_clerk)
    assert 'name="_trial"' not in text(client.get(path))
    assert client.post(path, {"amount": "400.00", "_trial": "1"}).status_code == 403


def test_the_page_is_sound(people, see, sound, live_portal, first_grade, city_clerk):
    page = see(city_clerk)
    page.goto(live_portal.url + reverse("admin:subsidies_standard_change", args=[first_grade.pk]))
    page.fill("#id_amount", "400.00")
    page.get_by_role("button", name="试算").click()
    page.get_by_role("heading", name="试算：2019-03").wait_for()
    sound.here()
    assert page.input_value("#id_amount") == "400.00"
    page.fill("#id_trial_month", "2019-04")
    page.press("#id_trial_month", "Enter")
    page.get_by_role("heading", name="试算：2019-04").wait_for()
    first_grade.refresh_from_db()
    assert first_grade.amount == Decimal("370.00")
    page.click("input[name=_save]")
    page.wait_for_url("**/standard/**")
    first_grade.refresh_from_db()
    assert first_grade.amount == Decimal("400.00")


def test_judging_waits_for_the_end_of_the_transaction_in_which_the_form_was_checked(
    people, client, first_grade, monkeypatch
):
    """On SQLite that transaction keeps every other writer out."""
    open_transactions = []

    def looked_at(*told):
        open_transactions.append(list(connection.savepoint_ids))
        return tried(*told)

    monkeypatch.setattr("subsidies.trial.admin.tried", looked_at)
    path, sent = opened(client, first_grade)
    client.post(path, {**sent, "amount": "400.00", "_trial": "1"})
    assert open_transactions == [[]]
