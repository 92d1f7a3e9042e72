"""Claims about the pages of supervision: from the lagging cell to the closed order, and what each role finds there."""

import io
import re

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils.timezone import localdate, timedelta

from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.models import Allocation, SupervisionOrder
from lianyungang_cdpf.targets.supervision.actions import close_order
from lianyungang_cdpf.targets.supervision.models import SupervisionAttachment

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
LIST, PLACE = "/admin/supervision/", "/admin/board/hardship_subsidy/320706/"
ISSUE = "/admin/supervision/issue/hardship_subsidy/320706/"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.UPLOAD_ROOT = tmp_path / "uploads"


def body_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


def page_of(order, name="order") -> str:
    return reverse(f"supervision:{name}", args=[order.pk])


def test_an_order_is_issued_from_the_page_of_the_lagging_place(lagging, due, city_clerk, sign_in):
    client = sign_in(city_clerk)
    assert f'href="{ISSUE}?year=2019"' in client.get(PLACE).content.decode()
    page = body_of(client.get(f"{ISSUE}?year=2019"))
    assert "海州区" in page and "完成 2 人，全年目标 8 人，应达 8 人，滞后" in page
    answer = client.post(f"{ISSUE}?year=2019", {"text": "请说明滞后原因。", "due_on": f"{due}"})
    order = SupervisionOrder.objects.get()
    assert answer.url == page_of(order) and order.area.code == "320706" and order.due_on == due
    page = client.get(PLACE).content.decode()
    assert ISSUE not in page and page_of(order) in page


PAID_BY_SEPTEMBER = """
    SELECT COUNT(DISTINCT p.person_id) FROM subsidies_payment p JOIN subsidies_roll r ON r.id = p.roll_id
    JOIN subsidies_programme g ON g.id = p.programme_id JOIN accounts_area a ON a.id = p.area_id
    WHERE g.code = 'hardship_subsidy' AND a.unit_key = '320706' AND p.live AND p.returned_on IS NULL
    AND r.state IN ('paid', 'archived') AND p.month BETWEEN '2019-01-01' AND '2019-09-30'"""


def test_what_an_order_prints_is_what_plain_sql_counts(issue, lagging, make_person, pay, city_clerk, sign_in):
    """When it is issued, and beside that what stands now, on its page and on paper."""

    def counted() -> int:
        with connection.cursor() as cursor:
            cursor.execute(PAID_BY_SEPTEMBER)
            return cursor.fetchone()[0]

    order, then = issue(), counted()
    pay(make_person(area="320706006"), 6)
    pay(make_person(area="320722101"), 6)
    client, now = sign_in(city_clerk), counted()
    assert (then, now) == (2, 3)
    shown, printed = (body_of(client.get(page_of(order, name))) for name in ("order", "print"))
    assert f"当时的数据：截至 2019 年 9 月 30 日，完成 {then} 人" in shown
    assert f"现在的数据：截至 2019 年 9 月 30 日，完成 {now} 人" in shown
    assert f"完成 {then} 人" in printed and f"完成 {now} 人" not in printed


def test_the_page_as_of_another_day_offers_no_order(lagging, city_clerk, sign_in):
    assert ISSUE not in sign_in(city_clerk).get(PLACE, {"as_of": "2019-06-30"}).content.decode()


def test_what_is_on_track_and_who_may_not_get_no_button(lagging, city_clerk, haizhou_clerk, make_staff, sign_in):
    assert ISSUE not in sign_in(haizhou_clerk).get(PLACE).content.decode()
    assert ISSUE not in sign_in(make_staff("boss", area="320700", role="leader")).get(PLACE).content.decode()
    town = "/admin/board/hardship_subsidy/320706006/"
    assert "发督办单" not in sign_in(city_clerk).get(town).content.decode()
    Allocation.objects.filter(target=lagging, area__code="320706").update(goal=2)
    assert ISSUE not in sign_in(city_clerk).get(PLACE).content.decode()
    assert "现在是“提前完成”，不需要督办" in body_of(sign_in(city_clerk).get(ISSUE))


def test_only_the_city_opens_the_form(lagging, haizhou_clerk, city_clerk, sign_in):
    assert sign_in(haizhou_clerk).get(ISSUE).status_code == 403
    client = sign_in(city_clerk)
    assert client.get("/admin/supervision/issue/hardship_subsidy/999999/").status_code == 404
    assert client.get("/admin/supervision/issue/nothing/320706/").status_code == 404
    assert client.get(f"{ISSUE}?year=2018").status_code == 200  # as the board: what is wrong falls back


def test_a_refused_order_says_why_and_keeps_what_was_typed(lagging, city_clerk, sign_in):
    yesterday = localdate() - timedelta(days=1)
    answer = sign_in(city_clerk).post(ISSUE, {"text": "请说明滞后原因。", "due_on": f"{yesterday}"})
    assert answer.status_code == 422
    assert "回复期限不能早于今天" in body_of(answer) and "请说明滞后原因。" in answer.content.decode()


def test_the_unit_replies_and_the_city_closes(issue, haizhou_clerk, city_clerk, sign_in):
    order, unit, city = issue(), sign_in(haizhou_clerk), sign_in(city_clerk)
    assert page_of(order) in unit.get("/admin/work/").content.decode()
    assert page_of(order) not in city.get("/admin/work/").content.decode()
    seen = order.messages.get().pk
    unit.post(page_of(order, "reply"), {"text": "账号核对较慢，下月补齐。", "seen": seen})
    order.refresh_from_db()
    assert order.state == "replied"
    assert page_of(order) in city.get("/admin/work/").content.decode()
    page = city.get(page_of(order)).content.decode()
    assert page_of(order, "close") in page and page_of(order, "return") in page
    assert page_of(order, "reply") not in page
    stale = city.post(page_of(order, "close"), {"text": "同意办结此单。", "seen": seen})
    assert stale.status_code == 422 and "有了新的往来" in body_of(stale)
    latest = order.messages.last().pk
    assert city.post(page_of(order, "close"), {"text": "同意办结此单。", "seen": latest}).status_code == 302
    assert SupervisionOrder.objects.get().state == "closed"
    assert page_of(order) not in city.get(LIST).content.decode()
    assert page_of(order) in city.get(LIST, {"standing": "ended"}).content.decode()


def test_a_deed_whose_time_is_not_come_has_no_form(issue, city_clerk, sign_in):
    page = body_of(sign_in(city_clerk).get(page_of(issue(), "close")))
    assert "现在没有需要您办理的事项" in page


def test_the_list_is_found_by_unit_target_and_standing(issue, answer, city_clerk, sign_in):
    haizhou, zone = issue(), issue("xuwei")
    SupervisionOrder.objects.filter(pk=zone.pk).update(due_on=localdate() - timedelta(days=1))
    client = sign_in(city_clerk)

    def found(**asked):
        return [one.order for one in client.get(LIST, asked).context["orders"]]

    assert found() == [zone, haizhou]
    assert found(unit="320706") == [haizhou] and found(unit="xuwei") == [zone]
    assert found(target="hardship_subsidy") == [zone, haizhou] and found(target="nursing_subsidy") == []
    assert found(standing="overdue") == [zone]
    answer(haizhou)
    assert found(standing="replied") == [haizhou] and found(standing="waiting") == [zone]
    assert client.get(LIST, {"standing": "nothing"}).status_code == 400
    assert "已逾期" in body_of(client.get(LIST))


def test_a_long_list_costs_what_a_short_one_does(issue, city_clerk, sign_in, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = sign_in(city_clerk)
    issue()
    client.get(LIST)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(LIST)
    for unit in scopes.units()[1:]:
        if unit.code != "320706":
            issue(unit.code)
    with CaptureQueriesContext(connection) as many:
        response = client.get(LIST)
    assert len(response.context["orders"]) >= 8
    assert len(many) <= len(one) <= 30


def test_the_list_is_exported_as_shown_with_a_line_in_the_log(issue, answer, city_clerk, sign_in):
    order = issue()
    answer(order)
    close_order(order=order, text="同意办结此单。", by=city_clerk)
    issue("320722")
    client = sign_in(city_clerk)
    content = client.get("/admin/supervision/orders.xlsx", {"standing": "ended"}).content
    head, *rows = openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    (row,) = [dict(zip(head, row, strict=True)) for row in rows]
    assert (row["编号"], row["被督办单位"], row["签发时已完成"], row["办结时已完成"]) == (order.number, "海州区", 2, 2)
    assert row["最近一次回复"].startswith("银行账号核对较慢")
    assert AuditLine.objects.filter(deed="导出督办单", summary="1 行，xlsx").exists()


def test_another_districts_order_is_not_found(issue, donghai_clerk, sign_in):
    order, client = issue(), sign_in(donghai_clerk)
    assert client.get(page_of(order)).status_code == 404
    assert client.post(page_of(order, "reply"), {"text": "替别人回复一下"}).status_code == 404
    assert order.number not in client.get(LIST).content.decode()


def test_files_are_added_taken_out_and_removed(issue, haizhou_clerk, city_clerk, donghai_clerk, sign_in):
    order, unit = issue(), sign_in(haizhou_clerk)
    file = SimpleUploadedFile("计划.pdf", PDF)
    assert unit.post(page_of(order, "attach"), {"title": "追赶计划", "file": file}).status_code == 302
    attachment = SupervisionAttachment.objects.get()
    download = reverse("supervision:download", args=[attachment.pk])
    answer = sign_in(city_clerk).post(download)
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Security-Policy"].startswith("sandbox") and "计划" not in answer["Content-Disposition"]
    assert sign_in(donghai_clerk).post(download).status_code == 404
    assert AuditLine.objects.filter(deed="下载督办附件", object_id=str(order.pk)).count() == 1
    remove = reverse("supervision:remove", args=[attachment.pk])
    assert sign_in(city_clerk).post(remove, {"why": "不需要这份"}).status_code == 403
    assert unit.post(remove, {"why": "传错了文件"}).status_code == 302
    assert unit.post(download).status_code == 404
    assert SupervisionAttachment.objects.get().removed_why == "传错了文件"


def test_a_page_of_html_is_no_attachment(issue, haizhou_clerk, sign_in):
    order = issue()
    file = SimpleUploadedFile("计划.pdf", b"<html><script>alert(1)</script>")
    answer = sign_in(haizhou_clerk).post(page_of(order, "attach"), {"title": "追赶计划", "file": file})
    assert answer.status_code == 422 and not SupervisionAttachment.objects.exists()


def test_a_closed_order_takes_no_file(issue, answer, haizhou_clerk, city_clerk, sign_in):
    order = issue()
    answer(order)
    close_order(order=order, text="同意办结此单。", by=city_clerk)
    file = SimpleUploadedFile("计划.pdf", PDF)
    refused = sign_in(haizhou_clerk).post(page_of(order, "attach"), {"title": "追赶计划", "file": file})
    assert refused.status_code == 422 and "不能添加附件" in body_of(refused)


@pytest.fixture
def told(issue, answer, haizhou_clerk):
    order = issue()
    answer(order)
    issue("xuwei")
    return order


def test_every_page_of_supervision_is_sound(told, city_clerk, see, sound):
    see(city_clerk)
    for path in (LIST, page_of(told), page_of(told, "print"), page_of(told, "close"), PLACE,
                 "/admin/supervision/issue/hardship_subsidy/320722/"):  # fmt: skip
        sound(path)
