"""The list for the data officer: who opens it, what it says, and what leaves."""

import io

import openpyxl
import pytest
from django.urls import reverse
from lxml import html

from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.pages.processing.catalogue import CLASSES

PAGE, FILE = "/admin/processing/", "/admin/processing/list.xlsx"


@pytest.fixture
def officer(make_staff, sign_in):
    return sign_in(make_staff("officer", area="320700", role="auditor"))


def test_the_officer_reads_purposes_grounds_and_periods(officer):
    page = officer.get(PAGE).content.decode()
    for words in ("把补贴发到本人账户", "第二十八条", "第三十一条", "待核实", "30 年", "系统任何时候都不清理"):
        assert words in page
    assert reverse("processing:index") in officer.get("/admin/work/").content.decode()


def test_every_ledger_is_led_to_from_above(officer):
    page = html.fromstring(officer.get(PAGE).content.decode())
    led_to = {link.get("href"): link.text for link in page.xpath("//ul[@class='ledgers']//a")}
    assert led_to == {f"#{heading.get('id')}": heading.text for heading in page.xpath("//h3[starts-with(@id, 'l-')]")}
    assert len(led_to) > 40


def test_the_list_leaves_as_a_workbook_with_every_column_and_a_line_in_the_log(officer):
    answer = officer.get(FILE)
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert rows[0] == ("台账", "项目", "分类", "处理目的", "法律依据", "保存期限", "到期处理")
    assert len(rows) - 1 == sum(len(fields) for fields in CLASSES.values()) and all(all(row) for row in rows)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="processing.xlsx"'
    line = AuditLine.objects.get(deed="导出个人信息处理清单")
    assert line.username == "officer" and f"{len(rows) - 1} 行" in line.summary


@pytest.mark.parametrize("address", [PAGE, FILE])
def test_others_have_no_business_there(address, sign_in, haizhou_clerk, client):
    assert sign_in(haizhou_clerk).get(address).status_code == 403
    assert client.get(address).status_code == 302
    assert not AuditLine.objects.filter(deed="导出个人信息处理清单").exists()


def test_the_page_asks_no_question_for_its_rows(officer, django_assert_max_num_queries):
    officer.get(PAGE)
    with django_assert_max_num_queries(8):
        officer.get(PAGE)
