"""The roll's page, the pages of its steps, the work list and the printed roll."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lianyungang_cdpf.audit.models import AuditLine
from subsidies.approval.actions import approve_roll
from subsidies.models import Payment, Roll
from tests.fixtures_city import DONGHAI

WAITING = reverse("roll:waiting")


@pytest.fixture
def roll(make_roll, make_person):
    return make_roll(make_person("甲"), make_person("乙"))


def page_of(roll) -> str:
    return reverse("admin:subsidies_roll_change", args=[roll.pk])


def at(deed, roll) -> str:
    return reverse(f"roll:{deed}", args=[roll.pk])


def text(response) -> str:
    return response.content.decode()


def do(client, deed, roll, **fields):
    """Open the page of a step and send it off as it stood."""
    return client.post(at(deed, roll), {"at": Roll.objects.get(pk=roll.pk).stands_at, **fields})


def test_the_path_by_its_pages(roll, sign_in, taker):
    clients = {code: sign_in(taker(code)) for code in ("prepare", "review", "confirm", "pay")}
    for code, deed, fields, standing in (
        ("prepare", "submit", {}, "审批中，待审核"),
        ("review", "approve", {}, "审批中，待审定"),
        ("confirm", "approve", {}, "待发放"),
        ("pay", "pay", {"paid_on": "2019-03-28"}, "已发放"),
    ):
        assert at(deed, roll) in text(clients[code].get(page_of(roll)))
        assert clients[code].get(at(deed, roll)).status_code == 200
        answer = do(clients[code], deed, roll, **fields)
        assert answer.headers["Location"] == page_of(roll)
        assert f"审批：{standing}" in text(clients[code].get(page_of(roll)))


def test_a_return_shows_its_reason_until_the_roll_is_handed_in_again(roll, walk, sign_in, taker):
    roll, reviewer, clerk = walk(roll, to="submitted"), sign_in(taker("review")), sign_in(taker("prepare"))
    assert "至少五个字" in text(do(reviewer, "return", roll, reason="不对"))
    assert do(reviewer, "return", roll, reason="第三行金额不对").status_code == 302
    shown = text(clerk.get(page_of(roll)))
    assert "审核环节退回" in shown and "第三行金额不对" in shown and at("submit", roll) in shown
    do(clerk, "submit", roll)
    again = text(reviewer.get(page_of(roll)))
    assert "审核环节退回" not in again and "办理记录（3 条）" in again


def test_buttons_are_those_of_ones_own_step(roll, walk, sign_in, taker, city_clerk):
    roll = walk(roll, to="submitted")
    deeds = ("submit", "approve", "return", "pay", "archive", "call-back")

    def offered(staff):
        shown = text(sign_in(staff).get(page_of(roll)))
        return {deed for deed in deeds if at(deed, roll) in shown}

    assert offered(taker("review")) == {"approve", "return"}
    assert offered(taker("confirm")) == offered(taker("prepare")) == offered(taker("pay")) == set()
    assert offered(city_clerk) == {"call-back"}


def test_the_preparer_reads_why_they_may_not(roll, walk, sign_in, taker):
    reviewer = taker("review")
    Roll.objects.update(posted_by=reviewer)
    roll, client = walk(Roll.objects.get(), to="submitted"), sign_in(reviewer)
    assert "不能再由您办理“审核”" in text(client.get(page_of(roll)))
    assert "现在没有需要您办理的事项" in text(client.get(at("approve", roll)))
    answer = do(client, "approve", roll)
    assert answer.status_code == 422 and "不能再由您办理“审核”" in text(answer)
    assert Roll.objects.get().next_step.code == "review"


def test_the_second_tab_is_told_that_the_roll_has_moved(roll, walk, sign_in, taker, make_staff):
    roll, client = walk(roll, to="submitted"), sign_in(taker("review"))
    seen = roll.stands_at
    approve_roll(roll=roll, by=make_staff("faster", role="district_reviewer"))
    answer = client.post(at("return", roll), {"at": seen, "reason": "第三行金额不对"})
    assert answer.status_code == 422 and "与您打开页面时不同" in text(answer)
    assert Roll.objects.get().next_step.code == "confirm"


def test_the_work_list_and_the_work_page_name_what_waits(roll, walk, sign_in, taker):
    walk(roll, to="submitted")
    for address in (WAITING, reverse("admin:work")):
        assert "R-1" in text(sign_in(taker("review")).get(address))
        assert "R-1" not in text(sign_in(taker("confirm")).get(address))
        assert "R-1" not in text(sign_in(taker("review", DONGHAI)).get(address))


def queries_of(client, address) -> int:
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_the_work_list_asks_as_often_for_many_rolls_as_for_one(make_roll, make_person, walk, sign_in, taker):
    client, roll = sign_in(taker("review")), walk(make_roll(make_person()), to="submitted")
    before = [queries_of(client, address) for address in (WAITING, page_of(roll))]
    for number in range(2, 7):
        walk(make_roll(make_person(), reference=f"R-{number}"), to="submitted")
    assert [queries_of(client, address) for address in (WAITING, page_of(roll))] == before
    assert before[0] <= 12 and before[1] <= 30


def printed(client, roll) -> str:
    return b"".join(client.get(at("print", roll)).streaming_content).decode()


def test_the_printed_roll_has_rows_total_and_signatures(roll, walk, sign_in, taker):
    Payment.objects.update(account_no="6299999630040357070")
    client, roll = sign_in(taker("confirm")), walk(roll, to="reviewed")
    paper = printed(client, roll)
    assert "合计：2 笔，740.00 元（大写：柒佰肆拾元整）" in paper
    assert "6299999630040357070" not in paper and "7070" in paper
    for person in (payment.person for payment in Payment.objects.all()):
        assert person.name in paper and person.id_number not in paper
    assert "经办人：</dt><dd>prepare_320706" in paper and "审核人：</dt><dd>review_320706" in paper
    assert "负责人：</dt><dd></dd>" in paper, "not yet approved"
    roll = approve_roll(roll=roll, by=taker("confirm"))
    assert "负责人：</dt><dd>confirm_320706" in printed(client, roll)


def test_whole_accounts_are_printed_for_finance_alone_and_each_printing_is_logged(roll, sign_in, taker):
    Payment.objects.update(account_no="6299999630040357070")
    assert "6299999630040357070" in printed(sign_in(taker("pay")), roll)
    assert "账号完整" in AuditLine.objects.get(deed="打印花名册").summary


def test_printing_asks_as_often_for_many_rows_as_for_few(make_roll, make_person, sign_in, taker):
    client = sign_in(taker("review"))
    few = make_roll(make_person("一"), make_person("二"))
    many = make_roll(*(make_person(f"丙{n}") for n in range(30)), reference="R-2", month=date(2019, 4, 1))
    counts = []
    for roll in (few, few, many):
        with CaptureQueriesContext(connection) as queries:
            printed(client, roll)
        counts.append(len(queries))
    assert counts[1] == counts[2]


def test_a_roll_is_not_printed_for_another_county(roll, sign_in, taker):
    assert sign_in(taker("review", DONGHAI)).get(at("print", roll)).status_code == 404


@pytest.mark.parametrize("code", ["prepare", "review"])
def test_pages_of_approval_are_sound(roll, walk, taker, see, sound, code):
    staff = taker(code)
    if code == "review":
        roll = walk(roll, to="submitted")
    see(staff)
    deeds = {"prepare": ("submit",), "review": ("approve", "return")}[code]
    for address in (WAITING, page_of(roll), *(at(deed, roll) for deed in deeds), at("print", roll)):
        sound(address, "R-1", *(f"{one}_320706" for one in ("prepare", "review")), "poster")
