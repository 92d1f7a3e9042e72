"""Rolls and payments as files."""

import csv
import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse

from lianyungang_cdpf.audit.models import AuditLine
from subsidies.models import Programme, Standard
from tests.fixtures_city import DONGHAI, DONGHAI_TOWN

ACCOUNT = "6299999630040357070"


def address(model):
    return reverse(f"admin:subsidies_{model}_export")


def table(client, model, query=""):
    response = client.post(f"{address(model)}?{query}", {"format": "1"})
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


@pytest.fixture
def rolls(make_roll, make_person):
    make_roll(make_person("赵六", area=DONGHAI_TOWN), area=DONGHAI, reference="DH-1")
    return make_roll(make_person("郑志"), make_person("王芳"), reference="HZ-1")


@pytest.fixture
def haizhou(haizhou_clerk, sign_in):
    return sign_in(haizhou_clerk)


def test_rolls_are_exported_from_ones_own_place(haizhou, rolls):
    (row,) = table(haizhou, "roll")
    assert (row["批次号"], row["填报地区"], row["月份"], row["发放笔数"]) == ("HZ-1", "海州区", "2019-03", "2")
    assert Decimal(row["合计金额（元）"]) == Decimal("740")


@pytest.mark.parametrize("role", ["district_clerk", "finance"])
def test_payments_are_exported_masked_for_everybody(make_staff, sign_in, rolls, role):
    rows = table(sign_in(make_staff(role, role=role)), "payment")
    assert {row["姓名"] for row in rows} == {"郑志", "王芳"}
    assert {row["银行账号"] for row in rows} == {"****7070"}
    assert all(row["身份证号"].startswith("320701********") for row in rows)
    assert {(row["县区"], row["状态"], row["所属月份"]) for row in rows} == {("海州区", "已入账", "2019-03")}


def test_an_export_of_payments_follows_the_filters(haizhou, rolls):
    assert len(table(haizhou, "payment", "month=2019-03")) == 2
    assert table(haizhou, "payment", "month=2019-04") == []
    assert [row["姓名"] for row in table(haizhou, "payment", "q=wf")] == ["王芳"]


def test_amounts_are_numbers_in_a_workbook(haizhou, rolls):
    response = haizhou.post(address("payment"), {"format": "0"})
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    column = [cell.value for cell in sheet[1]].index("金额（元）") + 1
    assert [sheet.cell(row, column).value for row in (2, 3)] == [370, 370]
    assert ACCOUNT not in str(list(sheet.values))


def test_each_export_is_audited(haizhou, haizhou_clerk, rolls):
    table(haizhou, "roll")
    table(haizhou, "payment")
    deeds = dict(AuditLine.objects.filter(staff=haizhou_clerk, deed__startswith="导出").values_list("deed", "summary"))
    assert deeds == {"导出花名册": "1 行，csv", "导出补贴发放": "2 行，csv"}


def test_an_unknown_filter_leads_back_to_the_list(haizhou, rolls):
    response = haizhou.get(f"{address('payment')}?programme__id__exact=x")
    assert response.status_code == 302


def test_standards_are_exported(haizhou):
    programme = Programme.objects.get(code="nursing_subsidy")
    Standard.objects.create(programme=programme, effective_from=date(2019, 1, 1), grade=1, amount=120)
    (row,) = table(haizhou, "standard")
    assert (row["起始月份"], row["截止月份"], row["残疾等级"]) == ("2019-01", "", "一级")


@pytest.mark.parametrize("model", ["roll", "payment"])
def test_rolls_and_payments_are_not_imported_here(haizhou, rolls, model):
    assert haizhou.get(address(model).replace("export", "import"), follow=True).status_code == 404
