"""The deeds of recovery: who may do what, in which state, and that the money always adds up."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.timezone import localdate

from beneficiaries.merging import merge_people
from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.metrics.models import ChangeStamp
from subsidies.models import Payment, RecoveryCase, RecoveryLine
from subsidies.recovery import actions
from subsidies.recovery.pages import may_decide
from tests.fixtures_city import DONGHAI_TOWN

REASON, DAY = "本人已故，家属确无能力退还", date(2019, 9, 2)


def refused(deed, **told) -> str:
    with pytest.raises(ValidationError) as error:
        deed(**told)
    return "".join(error.value.messages)


def standing(case) -> tuple:
    case.refresh_from_db()
    return case.state, case.claimed, case.refunded, case.offset, case.written_off, case.balance


def months(case) -> list[str]:
    return [str(line.recovered) for line in case.lines.order_by("month")]


@pytest.fixture
def person(make_person):
    return make_person("甲")


@pytest.fixture
def case(person, pay, claim):
    """June to August at 370 claimed; May was right, September and October are right again."""
    pay(person, 5, 6, 7, 8, 9, 10)
    return claim(person, 6, 7, 8)


def refund(case, by, amount="100", receipt_no="0001", day=DAY):
    return actions.enter_refund(case=case, by=by, amount=Decimal(amount), day=day, receipt_no=receipt_no)


def later(case, month=9):
    return Payment.objects.get(person=case.person, month=date(2019, month, 1), programme=case.programme)


# -- opening -----------------------------------------------------------------------------------------------------


def test_a_case_claims_the_months_whole_and_names_its_day(case, haizhou_clerk, person):
    assert standing(case) == ("open", Decimal(1110), 0, 0, 0, Decimal(1110))
    assert [line.amount for line in case.lines.all()] == [Decimal(370)] * 3
    assert (case.area, case.opened_by, case.due_on) == (person.area, haizhou_clerk, localdate() + timedelta(days=30))
    line = AuditLine.objects.get(deed="立案追缴")
    assert (
        "3 笔，应追缴 1,110.00 元" in line.summary and line.staff == haizhou_clerk and person.name not in line.summary
    )


def test_of_a_month_a_part_may_be_claimed_but_not_more_than_was_paid(person, pay, claim):
    june, july = pay(person, 6, 7)
    for amount in ("370.01", "0", "-1", "10.005"):
        with pytest.raises(ValidationError, match="2019-06 发放 370.00 元：追缴金额必须大于零"):
            claim(person, 6, amounts={june.pk: Decimal(amount)})
    case = claim(person, 6, 7, amounts={july.pk: Decimal("110.50")})
    assert case.claimed == Decimal("480.50")


def test_only_what_was_paid_and_not_sent_back_can_be_claimed(person, pay, claim):
    pay(person, 6, paid=False)
    (july,) = pay(person, 7)
    Payment.objects.filter(pk=july.pk).update(returned_on=date(2019, 8, 1), return_reason="账号错误")
    for month in (6, 7):
        with pytest.raises(ValidationError, match="尚未发放、银行已退回、已经立案"):
            claim(person, month)
    with pytest.raises(ValidationError, match="请至少选择一个月"):
        claim(person, 12)


def test_a_payment_is_claimed_once_until_its_case_is_taken_back(case, person, claim, haizhou_clerk):
    with pytest.raises(ValidationError, match="已经立案"):
        claim(person, 8)
    actions.cancel_recovery(case=case, by=haizhou_clerk, reason="立错了人，重新立案")
    assert standing(case) == ("cancelled", 0, 0, 0, 0, 0)
    assert claim(person, 8).claimed == Decimal(370)


def test_each_county_claims_what_it_paid(person, pay, claim, city_clerk, haizhou_clerk, donghai_clerk):
    pay(person, 6)
    (july,) = pay(person, 7)
    Payment.objects.filter(pk=july.pk).update(area=make_area(DONGHAI_TOWN))
    with pytest.raises(ValidationError, match="由不同县区发放：请按县区分别立案"):
        claim(person, 6, 7, by=city_clerk)
    with pytest.raises(ValidationError, match="不能追缴"):
        claim(person, 6, 7)
    case = claim(person, 7, by=donghai_clerk)
    assert case.area.code == DONGHAI_TOWN, "who paid gets it back, wherever the person lives"
    assert list(RecoveryCase.objects.visible_to(haizhou_clerk)) == []
    assert list(RecoveryCase.objects.visible_to(donghai_clerk)) == [case]


def make_area(code):
    from lianyungang_cdpf.accounts.models import Area

    return Area.objects.get(code=code)


def test_somebody_elses_or_another_programmes_payment_is_not_claimed(person, pay, make_person, haizhou_clerk):
    (mine,) = pay(person, 6)
    (other,) = pay(make_person("乙"), 6)
    told = {"person": person, "programme": mine.programme, "reason": "death", "by": haizhou_clerk}
    assert "不属于此人" in refused(actions.open_recovery, payments=[mine, other], **told)
    (care,) = pay(person, 6, programme="nursing_subsidy")
    assert "不属于此人和此项目" in refused(actions.open_recovery, payments=[care], **told)
    assert "请选择错发原因" in refused(actions.open_recovery, payments=[mine], **(told | {"reason": "whim"}))
    yesterday = localdate() - timedelta(days=1)
    assert "追缴期限不能早于今天" in refused(actions.open_recovery, payments=[mine], due_on=yesterday, **told)


# -- refunds, offsets ----------------------------------------------------------------------------------------------


def test_refunds_are_set_against_the_earliest_months_and_close_the_case_at_zero(case, finance):
    refund(case, finance, "400")
    assert (standing(case), months(case)) == (
        ("open", Decimal(1110), Decimal(400), 0, 0, Decimal(710)), ["370.00", "30.00", "0.00"],
    )  # fmt: skip
    assert "超过未追回的 710.00 元" in refused(
        actions.enter_refund, case=case, by=finance, amount=Decimal("710.01"), day=DAY, receipt_no="0002"
    )
    refund(case, finance, "710", "0002")
    assert standing(case)[0] == "settled" and months(case) == ["370.00"] * 3
    assert "已结清，不能再办理" in refused(
        actions.enter_refund, case=case, by=finance, amount=Decimal(1), day=DAY, receipt_no="0003"
    )


def test_a_refund_has_a_receipt_of_its_own_and_a_day_that_has_come(case, finance):
    told = {"case": case, "by": finance, "amount": Decimal(1)}
    assert "请填写收据号" in refused(actions.enter_refund, day=DAY, receipt_no=" ", **told)
    tomorrow = localdate() + timedelta(days=1)
    assert "日期不能晚于今天" in refused(actions.enter_refund, day=tomorrow, receipt_no="1", **told)
    entry = refund(case, finance)
    assert "已经登记过" in refused(actions.enter_refund, day=DAY, receipt_no="0001", **told)
    actions.reverse_entry(entry=entry, by=finance, reason="收据号写错了，重记")
    refund(case, finance)
    assert standing(case)[2] == Decimal(100)


def test_an_offset_takes_no_more_than_the_later_payment_has(case, haizhou_clerk):
    entry = actions.enter_offset(case=case, by=haizhou_clerk, amount=Decimal(300), payment=later(case))
    assert entry.day == date(2019, 9, 28), "without a day, the day on which the later payment was made"
    assert "最多还能抵扣 70.00 元" in refused(
        actions.enter_offset, case=case, by=haizhou_clerk, amount=Decimal("70.01"), payment=later(case)
    )
    actions.enter_offset(case=case, by=haizhou_clerk, amount=Decimal(70), payment=later(case))
    assert (standing(case)[3], months(case)) == (Decimal(370), ["370.00", "0.00", "0.00"])


def test_an_offset_sent_in_twice_counts_once(case, haizhou_clerk):
    told = {"case": case, "by": haizhou_clerk, "amount": Decimal(100), "payment": later(case)}
    actions.enter_offset(**told)
    assert "2019-09 的发放在本案已抵扣过 100.00 元" in refused(actions.enter_offset, **told)
    assert standing(case)[3] == Decimal(100)


def test_nothing_is_recovered_or_written_off_of_what_the_bank_sent_back(case, haizhou_clerk, reviewer):
    proposal = proposed(case, haizhou_clerk)
    Payment.objects.filter(pk=later(case, 7).pk).update(returned_on=DAY, return_reason="账户已销户")
    said = "本案追缴的 2019-07 补贴已被银行退回"
    told = {"case": case, "by": haizhou_clerk, "amount": Decimal(1)}
    assert said in refused(actions.enter_refund, day=DAY, receipt_no="1", **told)
    assert said in refused(actions.enter_offset, payment=later(case), **told)
    assert said in refused(actions.approve_write_off, proposal=proposal, by=reviewer)
    actions.refuse_write_off(proposal=proposal, by=reviewer, answer="先撤销再说吧")
    actions.cancel_recovery(case=case, by=haizhou_clerk, reason="七月的钱被银行退回")
    assert not RecoveryLine.objects.live().exists(), "what the sentence asks for can be done"


def test_a_case_paid_back_meanwhile_offers_no_write_off_and_says_what_the_bank_sent_back(
    case, haizhou_clerk, reviewer, sign_in
):
    proposal = proposed(case, haizhou_clerk)
    assert may_decide(proposal, reviewer)
    refund(case, haizhou_clerk, "1110")
    Payment.objects.filter(pk=later(case, 7).pk).update(returned_on=DAY, return_reason="账户已销户")
    page = sign_in(reviewer).get(reverse("admin:subsidies_recoverycase_change", args=[case.pk])).content.decode()
    assert "2019-07（银行已退回）" in page and reverse("recovery:decide", args=[proposal.pk]) not in page


def test_only_a_later_right_payment_that_was_made_can_offset(case, pay, person, make_person, haizhou_clerk):
    (unpaid,) = pay(person, 11, paid=False)
    (other,) = pay(make_person("乙"), 9)
    (care,) = pay(person, 9, programme="nursing_subsidy")
    for wrong in (later(case, 5), later(case, 7), unpaid, other, care):
        assert "只能抵扣此人本项目以后月份" in refused(
            actions.enter_offset, case=case, by=haizhou_clerk, amount=Decimal(1), payment=wrong
        )


def test_what_offset_something_is_not_claimed_itself(case, person, claim, haizhou_clerk):
    actions.enter_offset(case=case, by=haizhou_clerk, amount=Decimal(1), payment=later(case))
    with pytest.raises(ValidationError, match="不能追缴"):
        claim(person, 9)


# -- write-offs ----------------------------------------------------------------------------------------------------


def proposed(case, by, amount="1110"):
    return actions.propose_write_off(case=case, by=by, amount=Decimal(amount), reason=REASON)


def test_a_write_off_takes_two_people_and_leaves_the_months_as_paid(case, haizhou_clerk, reviewer):
    proposal = proposed(case, haizhou_clerk)
    assert standing(case)[0] == "open", "a proposal changes nothing"
    actions.approve_write_off(proposal=proposal, by=reviewer)
    assert standing(case) == ("written_off", Decimal(1110), 0, 0, Decimal(1110), 0)
    assert months(case) == ["0.00"] * 3, "nothing came back"


def test_nobody_approves_their_own_write_off(case, haizhou_clerk, reviewer):
    reviewer.user_permissions.add(*permissions("recover_payment"))
    reviewer = type(reviewer).objects.get(pk=reviewer.pk)
    proposal = proposed(case, reviewer)
    for deed in (actions.approve_write_off, actions.refuse_write_off):
        assert "由您申请，不能由您审批" in refused(deed, proposal=proposal, by=reviewer, answer=REASON)
    assert "只有审核或审定人员" in refused(actions.approve_write_off, proposal=proposal, by=haizhou_clerk)


def test_a_second_account_of_who_proposed_neither_approves_nor_reverses_a_write_off(
    case, haizhou_clerk, make_staff, reviewer
):
    # The first account is out of force, or the second would not have got its role.
    proposal = proposed(case, haizhou_clerk)
    type(haizhou_clerk).objects.filter(pk=haizhou_clerk.pk).update(employee_no="0717", is_active=False)
    second = make_staff("second", role="district_reviewer", employee_no="0717")
    for deed in (actions.approve_write_off, actions.refuse_write_off):
        assert "由您申请，不能由您审批" in refused(deed, proposal=proposal, by=second, answer=REASON)
    proposal = type(proposal).objects.get(pk=proposal.pk)
    assert may_decide(proposal, reviewer) and not may_decide(proposal, second)
    entry = actions.approve_write_off(proposal=proposal, by=reviewer)
    assert "不能由您冲销" in refused(actions.reverse_entry, entry=entry, by=second, reason=REASON)


def permissions(*names):
    from django.contrib.auth.models import Permission

    return Permission.objects.filter(codename__in=names)


def test_a_write_off_is_decided_once_and_only_one_waits(case, haizhou_clerk, reviewer):
    proposal = proposed(case, haizhou_clerk, "100")
    assert "已有一笔核销等待审批" in refused(
        actions.propose_write_off, case=case, by=haizhou_clerk, amount=Decimal(1), reason=REASON
    )
    assert "请写明不批准原因" in refused(actions.refuse_write_off, proposal=proposal, by=reviewer, answer="不")
    actions.refuse_write_off(proposal=proposal, by=reviewer, answer="家属有能力退还")
    assert "已经审批" in refused(actions.approve_write_off, proposal=proposal, by=reviewer)
    actions.approve_write_off(proposal=proposed(case, haizhou_clerk, "10"), by=reviewer)
    assert standing(case)[-2:] == (Decimal(10), Decimal(1100))


def test_a_write_off_of_more_than_is_still_owed_is_not_approved(case, haizhou_clerk, reviewer):
    proposal = proposed(case, haizhou_clerk)
    refund(case, haizhou_clerk, "1")
    assert "超过未追回的 1,109.00 元" in refused(actions.approve_write_off, proposal=proposal, by=reviewer)


# -- reversals, cancelling, scope -----------------------------------------------------------------------------------


def test_a_reversal_opens_the_case_again_and_both_lines_stay(case, haizhou_clerk, reviewer):
    actions.approve_write_off(proposal=proposed(case, haizhou_clerk), by=reviewer)
    entry = case.entries.get()
    assert "没有冲销“核销”的权限" in refused(actions.reverse_entry, entry=entry, by=haizhou_clerk, reason=REASON)
    reversal = actions.reverse_entry(entry=entry, by=reviewer, reason="家属愿意退还了")
    assert standing(case) == ("open", Decimal(1110), 0, 0, 0, Decimal(1110))
    assert case.entries.count() == 2
    for again in (entry, reversal):
        assert refused(actions.reverse_entry, entry=again, by=reviewer, reason=REASON) in (
            "这条记录已经冲销。", "冲销记录不能再冲销：请重新登记。",
        )  # fmt: skip


def test_a_case_is_not_taken_back_once_anything_came_in_or_waits(case, haizhou_clerk, reviewer):
    told = {"case": case, "by": haizhou_clerk, "reason": "立错了人，重新立案"}
    entry = refund(case, haizhou_clerk)
    assert "请先冲销" in refused(actions.cancel_recovery, **told)
    actions.reverse_entry(entry=entry, by=haizhou_clerk, reason="收据是别人的")
    proposal = proposed(case, haizhou_clerk)
    assert "有核销待审批" in refused(actions.cancel_recovery, **told)
    actions.refuse_write_off(proposal=proposal, by=reviewer, answer="先撤销再说吧")
    assert "请写明撤销原因" in refused(actions.cancel_recovery, **(told | {"reason": "错"}))
    actions.cancel_recovery(**told)
    assert not RecoveryLine.objects.live().exists()


def test_finance_enters_refunds_and_nothing_else(case, finance, person, claim, pay):
    refund(case, finance)
    pay(person, 12)
    with pytest.raises(ValidationError, match="只有经办人员可以立案追缴"):
        claim(person, 12, by=finance)
    told = {"case": case, "by": finance}
    assert "只有经办人员可以登记抵扣" in refused(actions.enter_offset, amount=Decimal(1), payment=later(case), **told)
    assert "只有经办人员可以提出核销" in refused(actions.propose_write_off, amount=Decimal(1), reason=REASON, **told)
    assert "只有经办人员可以撤销" in refused(actions.cancel_recovery, reason=REASON, **told)


def test_a_case_of_another_county_is_none(case, donghai_clerk):
    told = {"case": case, "by": donghai_clerk}
    assert "不在您的辖区内" in refused(actions.enter_refund, amount=Decimal(1), day=DAY, receipt_no="1", **told)
    assert "不在您的辖区内" in refused(actions.cancel_recovery, reason=REASON, **told)


def test_recovery_moves_no_target(case, finance):
    before = list(ChangeStamp.objects.order_by("pk").values())
    refund(case, finance, "1110")
    assert list(ChangeStamp.objects.order_by("pk").values()) == before
    assert Payment.objects.counted().filter(person=case.person).count() == 6, "a recovered month was paid all the same"


def test_a_case_goes_with_the_person_when_two_records_become_one(case, make_person, haizhou_clerk):
    kept = make_person("甲")
    merge_people(by=haizhou_clerk, kept=kept, gone=case.person, reason="同一人两份档案")
    case.refresh_from_db()
    assert case.person == kept
