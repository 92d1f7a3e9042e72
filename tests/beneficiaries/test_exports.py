"""Lists as files: one's own place, as filtered, masked, safe in Excel, and counted in the audit log."""

import csv
import io

import openpyxl
import pytest
from django.urls import reverse

from lianyungang_cdpf.audit.exports import safe
from lianyungang_cdpf.audit.models import AuditLine
from tests.fixtures_city import DONGHAI_TOWN

EXPORT = reverse("admin:beneficiaries_person_export")
CERTIFICATES = reverse("admin:beneficiaries_certificate_export")
ACCOUNT = "6299999630040357070"


def table(client, address=EXPORT, **filters):
    response = client.post(
        f"{address}?" + "&".join(f"{name}={value}" for name, value in filters.items()), {"format": "1"}
    )
    assert response.status_code == 200 and "attachment" in response["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def workbook(client, address=EXPORT):
    response = client.post(address, {"format": "0"})
    assert response.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(response.content)).active


@pytest.fixture
def haizhou(haizhou_clerk, sign_in):
    return sign_in(haizhou_clerk)


def test_an_export_holds_ones_own_people_masked(haizhou, make_person):
    make_person("郑志", account_no=ACCOUNT, phone="19000006430", category=4, grade=2, hardship="低保", village="西李村")
    make_person("赵六", area=DONGHAI_TOWN)
    (row,) = table(haizhou)
    assert (row["姓名"], row["银行账号"], row["联系电话"]) == ("郑志", "****7070", "190****6430")
    assert row["身份证号"].startswith("320701********")
    assert (row["县区"], row["村（社区）"], row["残疾类别等级"], row["困难情况"]) == (
        "海州区",
        "西李村",
        "肢体二级",
        "低保",
    )


def test_an_export_follows_search_and_filters(haizhou, make_person):
    make_person("甲", category=4, grade=2)
    make_person("乙", category=1, grade=1)
    assert [row["姓名"] for row in table(haizhou, grade=1)] == ["乙"]
    assert [row["姓名"] for row in table(haizhou, q="甲")] == ["甲"]
    assert table(haizhou, q="丙") == []


def test_certificates_are_exported_with_their_last_digits_hidden(haizhou, make_person):
    person = make_person("甲", category=4, grade=2)
    make_person("赵六", area=DONGHAI_TOWN, category=4, grade=2)
    (row,) = table(haizhou, CERTIFICATES)
    assert row["残疾人证号"] == f"320701********{person.id_number[-4:]}**"


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "＝1+1"])
def test_no_cell_of_an_export_is_a_formula(haizhou, make_person, name):
    make_person(name, village=name)
    (row,) = table(haizhou)
    assert row["姓名"] == f"'{name}" and row["村（社区）"] == f"'{name}"
    sheet = workbook(haizhou)
    assert all(cell.data_type != "f" for cells in sheet for cell in cells)
    assert sheet["A2"].value == f"'{name}"


def test_a_workbook_keeps_dates_as_dates(haizhou, make_person):
    person = make_person("甲")
    sheet = workbook(haizhou)
    column = [cell.value for cell in sheet[1]].index("出生日期") + 1
    assert sheet.cell(2, column).value.date() == person.birth_date


def test_control_characters_do_not_break_a_workbook(haizhou, make_person):
    make_person("甲", village="a\x01b")
    assert workbook(haizhou).max_row == 2


def test_an_export_is_audited_with_its_rows_and_without_the_search(haizhou, haizhou_clerk, make_person):
    person = make_person("甲")
    table(haizhou, q=person.id_number)
    line = AuditLine.objects.get(deed="导出残疾人档案")
    assert (line.staff, line.summary) == (haizhou_clerk, "1 行，csv")


def test_too_large_an_export_is_refused_with_a_sentence(haizhou, make_person, monkeypatch):
    monkeypatch.setattr("lianyungang_cdpf.audit.exports.MAX_ROWS", 1)
    make_person("甲")
    make_person("乙")
    response = haizhou.post(EXPORT, {"format": "1"})
    assert "请先用筛选缩小范围" in response.content.decode()
    assert not AuditLine.objects.filter(deed="导出残疾人档案").exists()


def test_the_page_says_how_many_rows_before_anything_is_written(haizhou, make_person):
    make_person("甲")
    text = haizhou.get(EXPORT).content.decode()
    assert "<strong>1</strong> 行" in text and "Excel 工作簿" in text
    assert not AuditLine.objects.filter(deed="导出残疾人档案").exists()


def test_the_list_offers_the_export_with_its_filters(haizhou, make_person):
    address = reverse("admin:beneficiaries_person_changelist")
    assert f"{EXPORT}?grade=1" in haizhou.get(address, {"grade": "1"}).content.decode()


def test_who_may_not_see_people_exports_none(make_staff, sign_in, make_person):
    make_person("甲")
    client = sign_in(make_staff("root", role="system_admin", area="320700"))
    assert client.get(EXPORT).status_code == 403 and client.post(EXPORT, {"format": "1"}).status_code == 403


def test_people_are_not_imported_here(haizhou):
    for address in (EXPORT, CERTIFICATES):
        assert haizhou.get(address.replace("export", "import"), follow=True).status_code == 404


def test_large_exports_leave_no_temporary_files(haizhou, make_person, data_dir):
    make_person("甲")
    before = set(data_dir.iterdir())
    workbook(haizhou)
    assert set(data_dir.iterdir()) == before


def test_numbers_stay_numbers():
    assert (safe(-1), safe(None), safe("=1"), safe("张三")) == (-1, "", "'=1", "张三")
