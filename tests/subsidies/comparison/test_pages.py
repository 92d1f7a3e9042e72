"""The work list of cases, a case's page and its deeds, as staff of two counties see them."""

import io
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from lianyungang_cdpf.audit.models import AuditLine
from subsidies.comparison.actions import settle_case
from subsidies.models import ComparisonCase, Payment, Roll
from subsidies.recovery.actions import open_recovery
from tests.fixtures_city import DONGHAI_TOWN, HAIZHOU_TOWN

LIST, FILE, RUN = (reverse(f"comparison:{name}") for name in ("cases", "file", "run"))


@pytest.fixture
def reviewer(make_staff):
    return make_staff("shenhe", "320706", "district_reviewer", "审核员")


@pytest.fixture
def dead(standards, make_person, make_roll):
    person = make_person("王一", category=4, grade=1, hardship="低保", died_on=date(2019, 2, 3))
    make_roll(person)
    return person


def at(name, case) -> str:
    return reverse(f"comparison:{name}", args=[case.pk])


def text(response) -> str:
    return response.content.decode()


def names(response) -> list[str]:
    return sorted(case.person.name for case in response.context["cases"])


def test_from_a_run_to_a_settled_case(haizhou_clerk, reviewer, sign_in, dead):
    clerk, decider = sign_in(haizhou_clerk), sign_in(reviewer)
    answer = clerk.post(RUN, {"month": "2019-03", "place": ""}, follow=True)
    assert "2019-03 比对完成：新发现 1 个" in text(answer) and names(answer) == ["王一"]
    case = ComparisonCase.objects.get()
    page = clerk.get(at("case", case))
    assert "档案登记已于 2019-02-03 死亡" in text(page) and [one.person for one in page.context["payments"]] == [dead]
    assert at("assign", case) in text(page) and at("settle", case) not in text(page)
    due = localdate() + timedelta(days=9)
    assert clerk.post(at("assign", case), {"owner": "shenhe", "due_on": f"{due}"}).status_code == 302
    answer = decider.post(at("settle", case), {"outcome": "recover", "reason": "死亡后多发一个月"}, follow=True)
    assert "处理为“停发并追缴”，理由：死亡后多发一个月" in text(answer)
    case.refresh_from_db()
    assert (case.outcome, case.owner, case.due_on) == ("recover", reviewer, due)
    assert names(clerk.get(LIST)) == [] and names(clerk.get(LIST, {"outcome": "recover"})) == ["王一"]


def test_what_is_to_be_recovered_leads_to_a_recovery_once_and_then_shows_it(
    haizhou_clerk, reviewer, sign_in, dead, make_case
):
    Roll.objects.update(state="paid", paid_on=date(2019, 3, 28))
    case, payment = make_case(dead), Payment.objects.get(person=dead)
    clerk = sign_in(haizhou_clerk)
    link = f"/admin/recovery/open/{dead.pk}/?programme=hardship_subsidy&amp;month=2019-03"
    assert link not in text(clerk.get(at("case", case))), "nobody has decided yet"
    assert "<dd>2019-02-01</dd>" in text(sign_in(reviewer).get(at("settle", case))), "days as on every page"
    settle_case(case=case, by=reviewer, outcome="recover", reason="死亡后多发一个月")
    assert link in text(clerk.get(at("case", case)))
    assert link not in text(sign_in(reviewer).get(at("case", case))), "opening it is not the reviewer's"
    told = {"programme": payment.programme, "payments": [payment], "reason": "death", "note": "死亡后仍在发放"}
    opened = open_recovery(person=dead, by=haizhou_clerk, **told)
    shown = text(clerk.get(at("case", case)))
    assert link not in shown and "追缴中，应追缴 370.00 元，未追回 370.00 元" in shown
    assert reverse("admin:subsidies_recoverycase_change", args=[opened.pk]) in shown


@pytest.mark.parametrize(("outcome", "state"), [("stop", "paid"), ("recover", "posted")])
def test_nothing_is_recovered_that_is_only_stopped_or_was_never_paid(
    haizhou_clerk, reviewer, sign_in, dead, make_case, outcome, state
):
    Roll.objects.update(state=state, paid_on=date(2019, 3, 28) if state == "paid" else None)
    case = settle_case(case=make_case(dead), by=reviewer, outcome=outcome, reason="死亡后多发一个月")
    assert "/admin/recovery/open/" not in text(sign_in(haizhou_clerk).get(at("case", case)))


def test_a_list_without_cases_says_so(haizhou_clerk, sign_in):
    shown = text(sign_in(haizhou_clerk).get(LIST))
    assert "符合所选条件的问题 0 个" in shown and "没有符合条件的问题。" in shown


def test_the_list_is_sifted_by_each_of_its_conditions(haizhou_clerk, reviewer, sign_in, make_person, make_case):
    one, two = make_person("甲"), make_person("乙", area="320706100")
    make_case(one, due_on=localdate() - timedelta(days=1), owner=reviewer)
    make_case(two, "aged_110", programme=None, months=0, wrong_amount=0, due_on=localdate())
    client = sign_in(haizhou_clerk)
    for asked, expected in (
        ({}, ["乙", "甲"]), ({"kind": "dead"}, ["甲"]), ({"programme": "hardship_subsidy"}, ["甲"]),
        ({"programme": "nursing_subsidy"}, []), ({"place": HAIZHOU_TOWN}, ["甲"]), ({"owner": "shenhe"}, ["甲"]),
        ({"owner": "nobody"}, ["乙"]), ({"overdue": "on"}, ["甲"]), ({"outcome": "stop"}, []),
        ({"outcome": "all"}, ["乙", "甲"]),
    ):  # fmt: skip
        assert names(client.get(LIST, asked)) == expected, asked
    assert "（已逾期）" in text(client.get(LIST))


@pytest.mark.parametrize("wrong", [{"kind": "x"}, {"place": DONGHAI_TOWN}, {"owner": "x"}, {"outcome": "x"}])
def test_what_can_not_be_asked_for_is_refused_with_a_sentence(haizhou_clerk, sign_in, wrong):
    for address in (LIST, FILE):
        answer = sign_in(haizhou_clerk).get(address, wrong)
        assert answer.status_code == 400 and "请重新选择" in text(answer)


def test_each_county_sees_its_own_cases_and_the_city_all(
    haizhou_clerk, donghai_clerk, city_clerk, sign_in, make_person, make_case
):
    here, there = make_case(make_person("甲")), make_case(make_person("乙", area=DONGHAI_TOWN))
    listed = [names(sign_in(one).get(LIST)) for one in (haizhou_clerk, donghai_clerk, city_clerk)]
    assert listed == [["甲"], ["乙"], ["乙", "甲"]]
    client = sign_in(haizhou_clerk)
    assert client.get(at("case", here)).status_code == 200
    assert {client.get(at(name, there)).status_code for name in ("case", "assign")} == {404}


def test_a_case_of_a_shared_account_shows_all_who_share_it(haizhou_clerk, sign_in, make_person, make_roll, make_case):
    people = [make_person(name) for name in ("甲", "乙", "丙")]
    roll = make_roll(*people)
    roll.payments.exclude(person=people[2]).update(account_digest="1" * 64)
    case = make_case(people[0], "shared_account", programme=None, months=0, wrong_amount=0)
    shown = sign_in(haizhou_clerk).get(at("case", case)).context["payments"]
    assert [one.person.name for one in shown] == ["甲", "乙"]


def test_a_refused_settlement_says_why_and_changes_nothing(reviewer, sign_in, make_person, make_case):
    case = make_case(make_person("甲"))
    answer = sign_in(reviewer).post(at("settle", case), {"outcome": "within_rules", "reason": "是"})
    assert answer.status_code == 422 and "至少五个字" in text(answer)
    assert ComparisonCase.objects.get().is_open


def test_the_file_holds_the_list_masked_without_formulas_and_leaves_a_line(
    haizhou_clerk, sign_in, make_person, make_case
):
    make_case(make_person("=甲"))
    answer = sign_in(haizhou_clerk).get(FILE)
    head, row = openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
    row = dict(zip(head, row, strict=True))
    assert (row["姓名"], row["错发金额（元）"], row["处理结果"]) == ("'=甲", Decimal("370"), "待处理")
    assert row["身份证号"].startswith("320701********")
    assert AuditLine.objects.latest("pk").summary == "1 行，xlsx"


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("district_clerk", {LIST: 200, RUN: 200, "settle": 403}),
        ("district_reviewer", {LIST: 200, RUN: 403, "settle": 200}),
        ("auditor", {LIST: 200, RUN: 403, "settle": 403}),
        ("finance", {LIST: 403, RUN: 403, "settle": 403}),
    ],
)
def test_who_may_see_run_and_settle(make_staff, sign_in, make_person, make_case, role, may):
    case = make_case(make_person("甲"))
    client = sign_in(make_staff(role, "320700" if role == "auditor" else "320706", role))
    for address, status in may.items():
        address = at("settle", case) if address == "settle" else address
        assert client.get(address).status_code == status, address


@pytest.mark.parametrize("ledger", ["payment", "roll"])
def test_the_list_is_reached_from_the_ledgers(haizhou_clerk, sign_in, ledger, city):
    assert LIST in text(sign_in(haizhou_clerk).get(reverse(f"admin:subsidies_{ledger}_changelist")))


def test_a_list_of_many_asks_no_more(haizhou_clerk, sign_in, make_person, make_case):
    client = sign_in(haizhou_clerk)

    def statements():
        with CaptureQueriesContext(connection) as asked:
            client.get(LIST)
        return len(asked)

    make_case(make_person("甲"))
    few = statements()
    for number in range(6):
        make_case(make_person(f"人{number}"))
    assert statements() == few < 20


@pytest.mark.parametrize("which", ["list", "run", "case", "assign", "settle"])
def test_every_page_is_sound(which, city_clerk, see, sound, dead, make_case):
    case = make_case(dead, owner=city_clerk)
    see(city_clerk)
    sound({"list": LIST, "run": RUN}.get(which) or at(which, case), "poster")
