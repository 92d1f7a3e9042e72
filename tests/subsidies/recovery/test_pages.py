"""The pages of recovery: the list with its sums, opening a case, a case with its ledger, the deeds' forms."""

import io
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from subsidies.models import Payment, RecoveryCase
from subsidies.recovery import actions
from tests.fixtures_city import DONGHAI_TOWN

LIST = "/admin/subsidies/recoverycase/"


def page_of(case, deed="") -> str:
    return f"/admin/recovery/{case.pk}/{deed}/" if deed else f"{LIST}{case.pk}/change/"


def entry(case, by, amount, receipt_no="0001"):
    return actions.enter_refund(case=case, by=by, amount=Decimal(amount), day=date(2019, 9, 2), receipt_no=receipt_no)


@pytest.fixture
def case(make_person, pay, claim):
    person = make_person("甲")
    pay(person, 5, 6, 7, 8)
    return claim(person, 6, 7)


# -- the list ------------------------------------------------------------------------------------------------------


@pytest.fixture
def three(case, make_person, pay, claim, haizhou_clerk):
    """Beside the first: one of care that is settled, and one that is overdue."""
    care, late = make_person("乙", area="320706100"), make_person("丙")
    pay(care, 3, programme="nursing_subsidy", amount="120.10"), pay(late, 3)
    settled = claim(care, 3, programme="nursing_subsidy")
    entry(settled, haizhou_clerk, "120.10")
    overdue = claim(late, 3)
    RecoveryCase.objects.filter(pk=overdue.pk).update(due_on=localdate() - timedelta(days=1))
    return case, settled, overdue


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({}, {"甲", "乙", "丙"}), ({"due": "overdue"}, {"丙"}), ({"state__exact": "settled"}, {"乙"}),
        ({"place": "320706100"}, {"乙"}), ({"q": "甲"}, {"甲"}), ({"due": "nonsense"}, {"甲", "乙", "丙"}),
    ],
)  # fmt: skip
def test_the_list_is_narrowed_by_state_day_and_place(three, haizhou_clerk, sign_in, asked, wanted):
    shown = sign_in(haizhou_clerk).get(LIST, asked).context["cl"].queryset
    assert {one.person.name for one in shown} == wanted


def test_the_sums_at_the_foot_add_up_and_are_of_what_is_listed(three, haizhou_clerk, sign_in):
    client = sign_in(haizhou_clerk)
    sums = client.get(LIST).context_data["sums"]
    assert (sums["cases"], sums["claimed"], sums["refunded"], sums["balance"]) == (
        3, Decimal("1230.10"), Decimal("120.10"), Decimal("1110.00"),
    )  # fmt: skip
    assert sums["claimed"] == sum(sums[name] for name in ("refunded", "offset", "written_off", "balance"))
    answer = client.get(LIST, {"programme__id__exact": three[1].programme_id})
    assert answer.context_data["sums"]["claimed"] == Decimal("120.10")
    assert "1,230.10" not in answer.content.decode()


def test_the_file_has_what_the_list_shows(three, haizhou_clerk, sign_in):
    sent = {"format": "0", "resource": "", "export_items": []}
    answer = sign_in(haizhou_clerk).post(f"{LIST}export/?due=overdue", sent)
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.values)
    assert len(rows) == 2
    told = dict(zip(*rows, strict=True))
    assert (told["姓名"], told["状态"], told["未追回（元）"]) == ("丙", "已逾期", 370)
    assert "********" in told["身份证号"]


def test_the_list_asks_no_more_for_more_cases(case, make_person, pay, claim, haizhou_clerk, sign_in):
    client = sign_in(haizhou_clerk)

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(LIST).status_code == 200
        return len(queries)

    asked()
    before = asked()
    for name in ("戊", "己", "庚"):
        person = make_person(name)
        pay(person, 3)
        claim(person, 3)
    assert asked() == before


def test_a_foreign_county_sees_no_case(case, donghai_clerk, sign_in):
    client = sign_in(donghai_clerk)
    assert "甲" not in client.get(LIST).content.decode()
    for address in (page_of(case), page_of(case, "refund"), f"/admin/recovery/open/{case.person_id}/"):
        assert client.get(address).status_code == 404


def test_the_short_address_leads_to_the_list(haizhou_clerk, sign_in):
    assert sign_in(haizhou_clerk).get("/admin/recovery/").url == LIST


# -- opening -------------------------------------------------------------------------------------------------------


@pytest.fixture
def wrong(make_person, pay):
    """Paid from May to August, July sent back; nursing in May."""
    person = make_person("甲")
    pay(person, 5, 6, 8)
    (back,) = pay(person, 7)
    Payment.objects.filter(pk=back.pk).update(returned_on=date(2019, 8, 2), return_reason="账号错误")
    pay(person, 5, programme="nursing_subsidy", amount="120")
    return person


def test_from_a_month_on_the_payments_are_ticked(wrong, haizhou_clerk, sign_in):
    address = f"/admin/recovery/open/{wrong.pk}/"
    answer = sign_in(haizhou_clerk).get(address, {"programme": "hardship_subsidy", "month": "2019-06"})
    form = answer.context["form"]
    assert [label[:7] for _, label in form.fields["payments"].choices] == ["2019-05", "2019-06", "2019-08"]
    months = Payment.objects.filter(pk__in=form.initial["payments"]).order_by("month").values_list("month", flat=True)
    assert [month.month for month in months] == [6, 8]


def test_a_case_is_opened_from_the_form(wrong, haizhou_clerk, sign_in):
    client, address = sign_in(haizhou_clerk), f"/admin/recovery/open/{wrong.pk}/?programme=hardship_subsidy"
    keys = Payment.objects.filter(person=wrong, month__gte=date(2019, 6, 1), returned_on=None).values_list(
        "pk", flat=True
    )
    sent = {"payments": list(keys), "each": "100.50", "reason": "left_dibao", "note": "六月退出低保", "due_on": ""}
    answer = client.post(address, sent)
    case = RecoveryCase.objects.get()
    assert answer.url == page_of(case)
    assert (case.claimed, case.reason, case.opened_by) == (Decimal("201.00"), "left_dibao", haizhou_clerk)
    again = client.post(address, sent)
    assert again.status_code == 422 and "所选月份已有变化，请刷新后重新选择。" in again.content.decode()
    assert RecoveryCase.objects.count() == 1


def test_a_form_that_lacks_something_says_so(wrong, haizhou_clerk, sign_in):
    answer = sign_in(haizhou_clerk).post(f"/admin/recovery/open/{wrong.pk}/", {"each": "0"})
    text = answer.content.decode()
    assert answer.status_code == 422
    for sentence in ("请至少选择一个月。", "请选择错发原因。", "每月追缴（元）应是大于零的数，最多两位小数"):
        assert sentence in text


def test_who_has_moved_on_is_claimed_from_by_who_paid(wrong, haizhou_clerk, sign_in):
    from lianyungang_cdpf.accounts.models import Area

    wrong.area = Area.objects.get(code=DONGHAI_TOWN)
    wrong.save()
    answer = sign_in(haizhou_clerk).get(f"/admin/recovery/open/{wrong.pk}/")
    assert answer.status_code == 200
    assert reverse("one_person", args=[wrong.pk]) not in answer.content.decode(), "their file is another county's"


def test_only_the_clerk_opens_cases(wrong, finance, sign_in):
    assert sign_in(finance).get(f"/admin/recovery/open/{wrong.pk}/").status_code == 403


def test_the_persons_page_and_the_work_list_lead_there(haizhou_clerk, finance, sign_in, make_person, pay):
    gone = make_person("甲", category=4, grade=1, hardship="低保", died_on=date(2019, 2, 11))
    pay(gone, 3)
    here = f"/admin/recovery/open/{gone.pk}/"
    client = sign_in(haizhou_clerk)
    assert here in client.get(reverse("one_person", args=[gone.pk])).content.decode()
    listed = client.get("/admin/payments/owed/undue/", {"programme": "hardship_subsidy", "month": "2019-03"})
    assert f"{here}?programme=hardship_subsidy&amp;month=2019-03" in listed.content.decode()
    assert here not in sign_in(finance).get(reverse("one_person", args=[gone.pk])).content.decode()


# -- a case --------------------------------------------------------------------------------------------------------


def test_the_page_of_a_case_adds_up_and_shows_months_and_ledger(case, haizhou_clerk, sign_in):
    wrong = entry(case, haizhou_clerk, "50", "0009")
    actions.reverse_entry(entry=wrong, by=haizhou_clerk, reason="收据号写错了")
    entry(case, haizhou_clerk, "400.25")
    text = sign_in(haizhou_clerk).get(page_of(case)).content.decode()
    assert "应追缴 740.00 元 = 退缴 400.25 + 抵扣 0.00 + 核销 0.00 + 未追回 339.75" in text
    assert "退缴（已冲销）" in text and "冲销 2019-09-02 的退缴：收据号写错了" in text
    assert text.count("/reverse/") == 1, "what was reversed, and reversals, are not reversed again"
    told = f"{case.programme}追缴 740.00 元"
    assert told in sign_in(haizhou_clerk).get(reverse("one_person", args=[case.person_id])).content.decode()


def test_each_sees_the_deeds_that_are_theirs(case, haizhou_clerk, finance, reviewer, sign_in):
    def offered(staff):
        return [offer.label for offer in sign_in(staff).get(page_of(case)).context["offers"]]

    assert offered(haizhou_clerk) == ["登记退缴", "登记抵扣", "提出核销", "撤销追缴案件"]
    assert offered(finance) == ["登记退缴"] and offered(reviewer) == []
    closed = sign_in(finance).get(page_of(case, "cancel")).content.decode()
    assert "现在没有需要您办理的事项" in closed
    entry(case, finance, "1")
    assert offered(haizhou_clerk) == ["登记退缴", "登记抵扣", "提出核销"]
    entry(case, finance, "739", "0002")
    assert offered(haizhou_clerk) == []


def test_refund_offset_and_write_off_are_entered_by_their_forms(case, haizhou_clerk, finance, reviewer, sign_in):
    clerk, august = sign_in(haizhou_clerk), Payment.objects.get(person=case.person, month=date(2019, 8, 1))
    sent = {"amount": "300", "day": "2019-09-02", "receipt_no": "0001"}
    assert sign_in(finance).post(page_of(case, "refund"), sent).url == page_of(case)
    again = sign_in(finance).post(page_of(case, "refund"), {**sent, "receipt_no": "0002", "amount": "440.01"})
    assert again.status_code == 422 and "金额超过未追回的 440.00 元" in again.content.decode()
    assert clerk.post(page_of(case, "offset"), {"payment": august.pk, "amount": "40"}).status_code == 302
    form = clerk.get(page_of(case, "offset")).context["form"]
    assert "可抵扣 330.00 元" in form.fields["payment"].choices[1][1]
    assert clerk.post(page_of(case, "write-off"), {"amount": "400", "reason": "确无能力退还"}).status_code == 302
    proposal = case.proposals.get()
    here = f"/admin/recovery/write-offs/{proposal.pk}/"
    assert "现在没有需要您办理的事项" in clerk.get(here).content.decode(), "not by who proposed it"
    refusal = sign_in(reviewer).post(here, {"decision": "refused", "answer": ""})
    assert refusal.status_code == 422 and "请写明不批准原因，至少五个字。" in refusal.content.decode()
    assert sign_in(reviewer).post(here, {"decision": "approved", "answer": ""}).url == page_of(case)
    case.refresh_from_db()
    assert (case.state, case.refunded, case.offset, case.written_off) == ("written_off", 300, 40, 400)


def test_an_entry_is_reversed_and_a_case_taken_back_by_their_forms(case, haizhou_clerk, sign_in):
    client, made = sign_in(haizhou_clerk), entry(case, haizhou_clerk, "10")
    here = f"/admin/recovery/entries/{made.pk}/reverse/"
    assert client.post(here, {"reason": "错"}).status_code == 422
    assert client.post(here, {"reason": "收据号写错了"}).status_code == 302
    assert client.post(page_of(case, "cancel"), {"reason": "立错了人，重新立案"}).status_code == 302
    case.refresh_from_db()
    assert case.state == "cancelled"
    assert "立错了人，重新立案" in client.get(page_of(case)).content.decode()


def test_the_page_asks_no_more_for_a_longer_ledger(case, haizhou_clerk, sign_in):
    client = sign_in(haizhou_clerk)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page_of(case)).status_code == 200
        return len(queries)

    entry(case, haizhou_clerk, "1")
    asked()
    before = asked()
    for number in range(2, 6):
        entry(case, haizhou_clerk, "1", f"000{number}")
    assert asked() == before
