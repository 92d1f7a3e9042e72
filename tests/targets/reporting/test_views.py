"""Claims about the pages of 月报: what each role finds there and may do there, and what it costs."""

import re
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.targets.models import Target
from lianyungang_cdpf.targets.reporting.actions import lock_report
from lianyungang_cdpf.targets.reporting.models import MonthlyReport, ReportFigure
from tests.targets.reporting.conftest import KEY

YEAR, MONTH = "/admin/reports/2019/", "/admin/reports/2019/9/320706/"
WHY = "名单 11 月底前核实完毕"


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_a_clerk_writes_why_and_sends_the_month_in(haizhou_clerk, sign_in, goal, make_person, pay):
    target, client = goal(5).target, sign_in(haizhou_clerk)
    pay(make_person(), 9)
    page = client.get(MONTH)
    assert [line.target.key for line, _ in page.context["form"].asked] == [KEY]
    refused = client.post(MONTH, {"round": 0, "submit": 1})
    assert (refused.status_code, MonthlyReport.objects.count()) == (422, 0)
    assert "请写明原因和下一步" in text_of(refused)
    kept = client.post(MONTH, {f"note-{target.pk}": WHY, "keep": 1}, follow=True)
    assert "说明已保存，还没有报送" in text_of(kept)
    sent = client.post(MONTH, {f"note-{target.pk}": WHY, "round": 0, "submit": 1}, follow=True)
    assert "已报送，等待市级审核。已标记为迟报" in text_of(sent)
    assert "现数与报送时一致" in text_of(sent)
    assert ReportFigure.objects.get(target=target).note == WHY
    assert client.post(MONTH, {"submit": 1}, follow=True).context["form"] is None


def test_the_city_returns_with_a_reason_and_locks(send_in, city_clerk, haizhou_clerk, sign_in, make_person, pay):
    send_in()
    client = sign_in(city_clerk)
    assert "等待审核" in text_of(client.get(YEAR))
    assert client.post(f"{MONTH}return/", {"reason": "不对", "round": 1}).status_code == 422
    client.post(f"{MONTH}return/", {"reason": "请核对九月新增人数", "round": 1})
    assert "请核对九月新增人数" in text_of(sign_in(haizhou_clerk).get(MONTH))
    pay(make_person(), 9)
    send_in()
    stale = client.post(f"{MONTH}lock/", {"round": 1})
    assert (stale.status_code, MonthlyReport.objects.get().state) == (422, "submitted")
    done = client.post(f"{MONTH}lock/", {"round": 2}, follow=True)
    assert "已锁定，以后的更正以差异反映" in text_of(done)
    assert MonthlyReport.objects.get().state == "locked"
    assert "第 1 次报送" in text_of(client.get(f"{MONTH}?version=1"))


def test_a_district_sees_its_own_row_and_the_city_all(haizhou_clerk, city_clerk, sign_in, plan):
    own, all_units = sign_in(haizhou_clerk).get(YEAR), sign_in(city_clerk).get(YEAR)
    assert [unit.code for unit, _ in own.context["overview"].rows] == ["320706"]
    assert len(all_units.context["overview"].rows) == 10
    assert "应报 90 份" in text_of(all_units)


@pytest.mark.parametrize("role", ["leader", "auditor"])
def test_leaders_and_auditors_read_and_do_nothing(role, make_staff, sign_in, send_in):
    send_in()
    client = sign_in(make_staff("reader", area="320700", role=role))
    assert client.get(MONTH).status_code == client.get(YEAR).status_code == 200
    assert client.get(f"{MONTH}differences/{KEY}/").status_code == 200
    for page in ("lock/", "return/"):
        assert client.post(MONTH + page, {"reason": "看着不对劲吧"}).status_code == 403
    assert client.post(MONTH, {"submit": 1}).status_code == 403
    assert client.post(f"{YEAR}close/").status_code == 403


def test_towns_have_no_reports_and_a_town_is_no_unit(make_staff, sign_in, haizhou_clerk, plan):
    assert sign_in(make_staff("town", area="320706006", role="town_clerk")).get(YEAR).status_code == 403
    client = sign_in(haizhou_clerk)
    for address in ("2019/9/320706006/", "2019/9/320722/", "2019/13/320706/", "2031/9/320706/", "2019/9/320700/"):
        assert client.get(f"/admin/reports/{address}").status_code == 404


def test_a_month_that_is_not_over_shows_no_figures(haizhou_clerk, sign_in, plan):
    page = sign_in(haizhou_clerk).get("/admin/reports/2019/10/320706/")
    assert "10 月还没有结束，下月 1 日起可以报送，11 月 5 日截止" in text_of(page)
    assert page.context["form"] is None


def test_a_difference_goes_out_as_a_workbook_with_an_audit_line(
    send_in, city_clerk, haizhou_clerk, sign_in, make_person, pay
):
    lock_report(report=send_in().report, by=city_clerk)
    person = make_person("欧阳慧敏")
    pay(person, 9)
    client = sign_in(haizhou_clerk)
    answer = client.get(f"{MONTH}differences/{KEY}/")
    assert '<svg class="watermark"' in answer.content.decode()
    page = text_of(answer)
    assert "报送 0，现数 1，差异 +1：增加 1 条，减少 0 条" in page
    assert person.id_number not in page
    rows = list(openpyxl.load_workbook(BytesIO(client.get(f"{MONTH}differences/{KEY}.xlsx").content)).active.values)
    assert rows[0] == ("变动", "记录", "身份证号", "地区", "说明")
    assert rows[1][:2] == ("新计入", "欧阳慧敏")
    assert person.id_number not in rows[1]
    assert "，1 行，xlsx" in AuditLine.objects.get(deed="导出月报差异").summary
    assert "25 项" not in page
    assert "1 项的记录在报送以后有变动" in text_of(client.get(f"{MONTH}differences/"))
    assert "月报： 9 月已锁定 0 人，与现数相差 +1" in text_of(
        client.get(f"/admin/board/{KEY}/320706/?as_of=2019-10-20")
    )


def test_the_city_closes_a_year_and_is_told_what_is_missing(city_clerk, sign_in, plan):
    client = sign_in(city_clerk)
    page = client.get(f"{YEAR}close/")
    assert "还不能封账：以下月报没有锁定" in text_of(page)
    assert len(page.context["lacking"]) == 10
    assert client.post(f"{YEAR}close/").status_code == 422


def test_pages_ask_as_much_for_many_records_as_for_few(
    send_in, sign_in, city_clerk, haizhou_clerk, make_person, pay, no_n_plus_one
):
    send_in()
    client = sign_in(city_clerk)

    def asked(path):
        client.get(path)
        with CaptureQueriesContext(connection) as queries, no_n_plus_one():
            assert client.get(path).status_code == 200
        return len(queries)

    paths = (YEAR, MONTH, f"{MONTH}differences/", f"{MONTH}differences/{KEY}/")
    pay(make_person(), 9)
    few = [asked(path) for path in paths]
    for month in range(1, 9):
        send_in(month)
        pay(make_person(), month)
    assert [asked(path) for path in paths] == few
    assert max(few) <= 90, few
    assert few[:2] <= [18, 40], few


def test_a_target_added_to_the_plan_later_is_not_part_of_what_was_reported(send_in, sign_in, haizhou_clerk, plan):
    send_in()
    Target.objects.create(plan=plan, number=99, key="new_one", name="新目标", group="其他", unit="人", goal=1, kind="x",
                          progress_mode="cumulative_flow")  # fmt: skip
    page = sign_in(haizhou_clerk).get(MONTH)
    assert "new_one" not in [line.target.key for line in page.context["page"].lines]


def cells(response) -> list[list]:
    assert response.status_code == 200
    return [list(row) for row in openpyxl.load_workbook(BytesIO(response.content)).active.values]


def test_every_table_of_a_report_leaves_as_a_workbook_with_a_line_in_the_log(
    send_in, haizhou_clerk, donghai_clerk, sign_in, goal, make_person, pay
):
    goal(5)
    pay(make_person(), 9)
    send_in(notes={KEY: WHY})
    pay(make_person(), 8)
    client = sign_in(haizhou_clerk)
    heads, *rows = cells(client.get(f"{MONTH}figures.xlsx"))
    by_number = {row[0]: dict(zip(heads, row, strict=True)) for row in rows}
    told = by_number[1]
    # Of a rate both numbers differ; said so that nothing looks like a formula.
    assert by_number[8]["差异"].startswith("分子 ")
    assert (told["全年目标"], told["完成"], told["说明"], told["现数"], told["差异"]) == (5, 1, WHY, 2, 1)
    heads, *rows = cells(client.get(f"{MONTH}differences.xlsx"))
    told = dict(zip(heads, rows[0], strict=True))
    assert (told["报送的数"], told["现数"], told["差异"], told["增加的记录"]) == (1, 2, 1, 1)
    heads, row = cells(client.get(f"{YEAR}reports.xlsx"))
    assert row[0] == "海州区" and row[9].startswith("待审核")
    deeds = ("导出月报", "导出月报与现数的差异", "导出月报总览")
    assert [AuditLine.objects.filter(deed=deed, username="haizhou_clerk").count() for deed in deeds] == [1, 1, 1]
    other = sign_in(donghai_clerk)
    assert {other.get(f"{MONTH}{name}.xlsx").status_code for name in ("figures", "differences")} == {404}
    assert "海州区" not in [row[0] for row in cells(other.get(f"{YEAR}reports.xlsx"))]
