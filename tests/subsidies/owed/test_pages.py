"""The pages of 应补未补 and 应退未退: by town, person by person, as a file, in a browser."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.audit.models import AuditLine
from subsidies.models import Programme
from tests.fixtures_city import DONGHAI, DONGHAI_TOWN, HAIZHOU_TOWN

SUMMARY, OWED, UNDUE = (f"/admin/payments/owed/{rest}" for rest in ("", "owed/", "undue/"))
ASKED = {"programme": "hardship_subsidy", "month": "2019-03"}


@pytest.fixture
def month(poor, make_roll):
    """March in two counties: in Haizhou two are owed and one was paid without a claim, in Donghai one is owed."""
    poor("甲"), poor("=乙", area="320706100"), poor("东海", area=DONGHAI_TOWN)
    make_roll(poor("在册"), poor("已故", died_on=date(2019, 2, 11)))


def names(response):
    return [line.person.name for line in response.context["lines"]]


def test_the_summary_counts_and_sums_each_town(haizhou_clerk, sign_in, month):
    answer = sign_in(haizhou_clerk).get(SUMMARY)
    towns = {
        town.area.code: (town.owed, town.owed_total, town.undue, town.undue_total) for town in answer.context["towns"]
    }
    assert towns == {
        HAIZHOU_TOWN: (1, Decimal("370"), 1, Decimal("370")), "320706100": (1, Decimal("370"), 0, Decimal("0")),
    }  # fmt: skip
    text = answer.content.decode()
    assert "2019-03：应补未补 2 人，740.00 元；应退未退 1 人，370.00 元" in text and "东海" not in text


def test_the_county_stands_before_its_towns_for_who_sees_several(haizhou_clerk, city_clerk, sign_in, month):
    town = Area.objects.get(code=HAIZHOU_TOWN)
    called = [
        next(one.name for one in sign_in(staff).get(SUMMARY, ASKED).context["towns"] if one.area == town)
        for staff in (haizhou_clerk, city_clerk)
    ]
    assert called == [town.common_name, f"{town.parent.common_name} {town.common_name}"]


def test_a_town_leads_to_its_list_and_a_name_to_the_persons_page(haizhou_clerk, sign_in, month):
    client = sign_in(haizhou_clerk)
    link = f"{OWED}?programme=hardship_subsidy&amp;month=2019-03&amp;place={HAIZHOU_TOWN}"
    assert link in client.get(SUMMARY).content.decode()
    answer = client.get(OWED, {**ASKED, "place": HAIZHOU_TOWN})
    assert names(answer) == ["甲"]
    person, text = answer.context["lines"][0].person, answer.content.decode()
    assert reverse("one_person", args=[person.pk]) in text and person.id_number not in text
    assert names(client.get(UNDUE, ASKED)) == ["已故"]


def test_each_county_lists_its_own_and_the_city_all(haizhou_clerk, donghai_clerk, city_clerk, sign_in, month):
    listed = [sorted(names(sign_in(one).get(OWED, ASKED))) for one in (haizhou_clerk, donghai_clerk, city_clerk)]
    assert listed == [["=乙", "甲"], ["东海"], ["=乙", "东海", "甲"]]
    assert sign_in(haizhou_clerk).get(OWED, {**ASKED, "place": DONGHAI_TOWN}).status_code == 400


def test_the_last_month_with_a_roll_of_ones_own_office_comes_first(
    haizhou_clerk, donghai_clerk, sign_in, make_roll, poor
):
    make_roll(poor("甲"))
    make_roll(poor("乙", area=DONGHAI_TOWN), area=DONGHAI, month=date(2019, 4, 1), reference="DH-1")
    assert sign_in(haizhou_clerk).get(SUMMARY).context["month"] == date(2019, 3, 1)
    assert sign_in(donghai_clerk).get(SUMMARY).context["month"] == date(2019, 4, 1)


def test_a_month_without_a_roll_of_the_programme_says_so(haizhou_clerk, sign_in, month):
    answer = sign_in(haizhou_clerk).get(OWED, {"programme": "nursing_subsidy", "month": "2019-03"})
    assert "2019-03 还没有花名册" in answer.content.decode()
    assert "还没有花名册" not in sign_in(haizhou_clerk).get(OWED, ASKED).content.decode()


def test_without_any_roll_there_is_nothing_to_compare(haizhou_clerk, sign_in, poor):
    poor()
    client = sign_in(haizhou_clerk)
    assert "没有可以比对的月份" in client.get(SUMMARY).content.decode()
    assert client.get(OWED).status_code == 200
    assert client.get("/admin/payments/owed/owed.xlsx").status_code == 200


@pytest.mark.parametrize("wrong", [{"month": "2019-13"}, {"month": "2031-01"}, {"programme": "pension_premium"}])
@pytest.mark.parametrize("address", [SUMMARY, OWED, "/admin/payments/owed/owed.xlsx"])
def test_what_can_not_be_asked_for_is_refused_with_a_sentence(haizhou_clerk, sign_in, month, address, wrong):
    answer = sign_in(haizhou_clerk).get(address, {**ASKED, **wrong})
    assert answer.status_code == 400 and "请重新选择" in answer.content.decode()


def test_who_was_paid_elsewhere_is_told_in_a_number(haizhou_clerk, sign_in, month, poor, make_roll):
    roll = make_roll(poor("迁来"), area=DONGHAI, reference="DH-1")
    roll.payments.update(area=Area.objects.get(code=DONGHAI_TOWN))
    for address in (SUMMARY, OWED):
        text = sign_in(haizhou_clerk).get(address).content.decode()
        assert "另有 1 人符合条件，但该月已由其他县区发放" in text and "应补未补 2 人" in text
    assert "已由其他县区发放" not in sign_in(haizhou_clerk).get(UNDUE).content.decode()


def test_who_lives_elsewhere_by_now_is_told_in_a_number(haizhou_clerk, sign_in, poor, make_roll):
    person = poor("迁走", hardship="普通")
    make_roll(person)
    person.area = Area.objects.get(code=DONGHAI_TOWN)
    person.save()
    for address in (SUMMARY, UNDUE):
        text = sign_in(haizhou_clerk).get(address).content.decode()
        assert "另有 1 人该月在本地发放，档案现已不在本辖区" in text and "迁走" not in text


def test_the_file_holds_the_list_masked_without_formulas_and_leaves_a_line(haizhou_clerk, sign_in, month):
    answer = sign_in(haizhou_clerk).get("/admin/payments/owed/owed.xlsx", ASKED)
    assert 'filename="owed-201903.xlsx"' in answer.headers["Content-Disposition"]
    head, *rows = openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
    rows = [dict(zip(head, row, strict=True)) for row in rows]
    assert sorted(row["姓名"] for row in rows) == ["'=乙", "甲"]
    assert {row["金额（元）"] for row in rows} == {370}
    assert all(row["身份证号"].startswith("320701********") for row in rows)
    assert all(row["依据"].startswith("残疾人证：各类别一级、二级、三级、四级。困难情况：低保。") for row in rows)
    line = AuditLine.objects.latest("pk")
    assert (line.deed, line.summary) == ("导出应补未补名单", "2 行，xlsx")


@pytest.mark.parametrize("role", ["town_clerk", "leader", "system_admin"])
def test_roles_that_see_no_payments_are_refused(make_staff, sign_in, role):
    client = sign_in(make_staff(role, area=HAIZHOU_TOWN if role == "town_clerk" else "320700", role=role))
    assert {client.get(address).status_code for address in (SUMMARY, OWED, "/admin/payments/owed/undue.xlsx")} == {403}


@pytest.mark.parametrize("ledger", ["payment", "roll"])
def test_the_lists_are_reached_from_the_ledgers(haizhou_clerk, sign_in, ledger, city):
    assert SUMMARY in sign_in(haizhou_clerk).get(reverse(f"admin:subsidies_{ledger}_changelist")).content.decode()


@pytest.mark.parametrize("address", [SUMMARY, OWED, UNDUE])
def test_a_page_of_many_asks_no_more(haizhou_clerk, sign_in, month, poor, make_roll, address):
    client = sign_in(haizhou_clerk)

    def statements():
        with CaptureQueriesContext(connection) as asked:
            client.get(address, ASKED)
        return len(asked)

    few = statements()
    for number in range(6):
        poor(f"人{number}", area=(HAIZHOU_TOWN, "320706100")[number % 2])
    make_roll(*(poor(f"退{number}", hardship="普通") for number in range(6)), reference="R-2")
    assert statements() <= few < 25


@pytest.mark.parametrize("address", [SUMMARY, OWED, UNDUE, f"{SUMMARY}?month=x"])
def test_every_page_is_sound(address, city_clerk, month, see, sound):
    see(city_clerk)
    sound(address)


def test_the_programmes_offered_are_those_paid_by_month(haizhou_clerk, sign_in, month):
    form = sign_in(haizhou_clerk).get(SUMMARY).context["form"]
    offered = {code for code, _ in form.fields["programme"].choices}
    assert offered == set(Programme.objects.filter(roll_type="monthly").values_list("code", flat=True)) != set()
