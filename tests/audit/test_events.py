"""What people do at the doors and before lists leaves a line: from where, with what result, and no word too many."""

import logging

import pytest
from django.contrib.auth import authenticate
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from lianyungang_cdpf import arrival
from lianyungang_cdpf.audit.actions import record, record_view
from lianyungang_cdpf.audit.middleware import Arrivals
from lianyungang_cdpf.audit.models import AuditCheck, AuditLine
from tests.fixtures_city import DONGHAI_TOWN

pytestmark = pytest.mark.django_db
PASSWORD = "Ganyu-2026-demo"


def last(deed: str) -> AuditLine:
    return AuditLine.objects.filter(deed=deed).latest("pk")


def test_signing_in_and_out_leaves_two_lines_with_address_request_and_role(client, haizhou_clerk):
    haizhou_clerk.set_password(PASSWORD)
    haizhou_clerk.save()
    answer = client.post(reverse("admin:login"), {"username": haizhou_clerk.username, "password": PASSWORD})
    came = last("登录")
    assert (came.staff, came.result, came.address) == (haizhou_clerk, "done", "127.0.0.1")
    assert came.role == haizhou_clerk.role.name and came.place == haizhou_clerk.area.path
    assert came.request_id == answer.headers["X-Request-ID"] and len(came.request_id) == 32
    client.post(reverse("admin:logout"))
    assert last("退出登录").staff == haizhou_clerk


def test_a_failed_sign_in_is_written_by_the_account_and_never_by_what_else_was_typed(client, haizhou_clerk):
    for username in (haizhou_clerk.username, "Tr0ub4dor-password"):
        client.post(reverse("admin:login"), {"username": username, "password": "wrong"})
    of_account, of_nobody = AuditLine.objects.filter(deed="登录失败").order_by("pk")
    assert (of_account.username, of_account.result) == (haizhou_clerk.username, "failed")
    assert of_nobody.summary == "用户名不存在" and of_nobody.staff is None
    assert not AuditLine.objects.filter(username__contains="Tr0ub4dor").exists()


def test_a_refusal_is_written_without_what_was_asked_for(sign_in, haizhou_clerk, make_person):
    foreign = make_person("乙", area=DONGHAI_TOWN)
    client = sign_in(haizhou_clerk)
    page = reverse("one_person", args=[foreign.pk])
    assert client.get(f"{page}?show=13800000000", follow=True).status_code == 404
    line = last("拒绝访问：不存在或不在辖区")
    assert (line.result, line.staff) == ("refused", haizhou_clerk)
    assert line.summary == f"404 GET one_person（编号 {foreign.pk}）"
    assert client.get(reverse("admin:audit_auditline_changelist")).status_code == 403
    assert last("拒绝访问：没有权限").summary == "403 GET admin:audit_auditline_changelist"


def test_whoever_opens_a_person_is_written_down(sign_in, haizhou_clerk, make_person):
    person = make_person("甲")
    client = sign_in(haizhou_clerk)
    for name in ("one_person", "admin:beneficiaries_person_change"):
        before = AuditLine.objects.filter(deed="查看残疾人档案").count()
        assert client.get(reverse(name, args=[person.pk])).status_code == 200
        assert AuditLine.objects.filter(deed="查看残疾人档案", object_id=str(person.pk)).count() == before + 1


@pytest.mark.django_db(transaction=True)
def test_one_line_a_day_says_that_somebody_looks_at_a_person(sign_in, haizhou_clerk, make_person, time_machine):
    person = make_person("甲")
    looks = AuditLine.objects.filter(deed="查看残疾人档案", object_id=str(person.pk))
    time_machine.move_to("2026-11-28 12:00+08:00")
    for _ in range(3):
        record_view(by=haizhou_clerk, on=person)
    assert looks.count() == 1
    time_machine.move_to("2026-11-29 00:01+08:00")
    record_view(by=haizhou_clerk, on=person)
    assert looks.count() == 2


def test_a_search_is_written_by_what_it_found_and_not_by_its_words(sign_in, haizhou_clerk, make_person):
    make_person("欧阳修")
    sign_in(haizhou_clerk).get(reverse("admin:beneficiaries_person_changelist"), {"q": "欧阳"})
    line = last("搜索残疾人档案")
    assert line.summary == "找到 1 条" and "欧阳" not in str(line.__dict__)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "1.2.3.4", "10.0.0.9"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.8", "1.2.3.4"),
        (2, "1.2.3.4", "10.0.0.9"),
        (1, "nonsense", "10.0.0.9"),
    ],
)
def test_the_client_is_who_our_own_proxies_say(settings, proxies, forwarded, address):
    settings.TRUSTED_PROXIES = proxies
    asked = RequestFactory().get("/", REMOTE_ADDR="10.0.0.9", headers={"x-forwarded-for": forwarded})
    told = Arrivals(lambda request: HttpResponse(arrival.current().address))(asked)
    assert told.content.decode() == address and arrival.current() is arrival.NOWHERE


def test_no_text_breaks_out_of_its_line(haizhou_clerk):
    line = record(by=haizhou_clerk, deed="上传文件", summary="a\r\n2026-01-01 ganyu 登录\x1b[31m\u202e\x00")
    assert line.summary == "a␍␊2026-01-01 ganyu 登录␛[31m�␀"
    told = logging.LogRecord("x", logging.WARNING, "", 0, "名为 %s", ("a\nb\x1b[0m",), None)
    assert arrival.OneLine().filter(told) and told.getMessage() == "名为 a␊b␛[0m" and told.request_id == "-"


def test_the_auditor_reads_results_and_whether_the_log_is_whole(sign_in, make_staff, haizhou_clerk):
    authenticate(username=haizhou_clerk.username, password="wrong")
    client = sign_in(make_staff("auditor", role="audit_admin", area="320700"))
    address = reverse("admin:audit_auditline_changelist")
    assert "还没有核对过" in client.get(address).content.decode()
    AuditCheck.objects.create(line_count=5, breach_count=1, first_breach="日志 3（序号 3）被删除。")
    answer = client.get(address, {"result__exact": "failed"})
    shown = answer.content.decode()
    assert "有 1 处不符" in shown and "日志 3（序号 3）被删除。" in shown
    assert [line.deed for line in answer.context["cl"].result_list] == ["登录失败"]
