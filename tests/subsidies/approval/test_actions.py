"""The steps of a roll: who takes which, what each refuses, and what is kept of them."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.intake.models import RowDecision
from subsidies.actions import RollStands, undo_roll
from subsidies.approval.actions import approve_roll, archive_roll, call_back_roll, return_roll, submit_roll
from subsidies.approval.chain import waiting_for
from subsidies.models import Approval, ApprovalStep, Payment, Roll
from subsidies.paying import mark_roll_paid
from tests.fixtures_city import DONGHAI
from tests.intake.made_imports import made_import

DAY = date(2019, 3, 28)
REASON = "第三行金额不对"


@pytest.fixture
def roll(make_roll, make_person):
    return make_roll(make_person("甲"), make_person("乙"))


def refused(deed, **given) -> str:
    with pytest.raises(ValidationError) as error:
        deed(**given)
    (sentence,) = error.value.messages
    assert sentence.endswith("。")
    return sentence


def test_a_roll_goes_from_hand_to_hand_until_it_is_archived(roll, walk, taker):
    roll = walk(roll)
    assert (roll.state, roll.paid_on, roll.next_step.code, roll.round) == ("paid", DAY, "archive", 1)
    roll = archive_roll(roll=roll, by=taker("archive", "320700"))
    assert (roll.state, roll.next_step) == ("archived", None)
    taken = [(one.step.code, one.outcome, one.taken_by.username) for one in roll.steps_taken]
    assert taken == [
        ("prepare", "passed", "prepare_320706"), ("review", "passed", "review_320706"),
        ("confirm", "passed", "confirm_320706"), ("pay", "passed", "pay_320706"),
        ("archive", "passed", "archive_320700"),
    ]  # fmt: skip
    assert {one.prepared_by for one in roll.approvals.all()} == {roll.posted_by}
    deeds = list(AuditLine.objects.filter(object_id=str(roll.pk)).order_by("pk").values_list("deed", flat=True))
    assert deeds == ["提交花名册", "花名册审核通过", "花名册审定通过", "标记花名册已发放", "花名册归档"]


def test_the_roll_says_what_it_waits_for(roll, walk):
    assert [walk(roll, to="submitted").standing, Roll.objects.get().next_step.code] == ["审批中，待审核", "review"]


def test_only_the_last_approving_step_seals_the_roll(roll, walk, taker):
    assert walk(roll, to="reviewed").digest == ""
    sealed = approve_roll(roll=Roll.objects.get(), by=taker("confirm"))
    assert (sealed.state, sealed.standing, len(sealed.digest)) == ("approved", "待发放", 64)


@pytest.mark.parametrize(
    ("to", "code"), [("submitted", "confirm"), ("submitted", "prepare"), ("reviewed", "review"), ("approved", "pay")]
)
def test_a_step_is_not_taken_by_who_lacks_its_right(roll, walk, taker, to, code):
    roll = walk(roll, to=to)
    sentence = refused(approve_roll, roll=roll, by=taker(code))
    assert ("只能由本单位有此权限的人员办理" if to != "approved" else "没有待审批的环节") in sentence
    assert Roll.objects.get().stands_at == roll.stands_at


def test_a_step_of_the_own_place_is_not_taken_from_above(roll, walk, taker):
    roll = walk(roll, to="submitted")
    assert "只能由本单位" in refused(approve_roll, roll=roll, by=taker("review", "320700"))


def test_who_does_not_see_the_roll_takes_no_step(roll, walk, taker):
    roll = walk(roll, to="submitted")
    assert "不在您的辖区内" in refused(approve_roll, roll=roll, by=taker("review", DONGHAI))


def test_the_preparer_does_not_approve(roll, walk, taker):
    reviewer = taker("review")
    Roll.objects.update(posted_by=reviewer)
    roll = walk(Roll.objects.get(), to="submitted")
    sentence = refused(approve_roll, roll=roll, by=reviewer)
    assert sentence == "这个花名册由您上传、改正或入账，不能再由您办理“审核”，请由其他人员办理。"


def test_who_corrected_a_row_does_not_approve(roll, walk, taker, haizhou_clerk):
    reviewer = taker("review")
    job = made_import(haizhou_clerk, "posted")
    RowDecision.objects.create(
        job=job, row=3, version=1, original="{}", values="{}", uploaded_by=haizhou_clerk, corrected_by=reviewer,
        corrected_at=job.created_at,
    )  # fmt: skip
    Roll.objects.update(job=job)
    roll = walk(Roll.objects.get(), to="submitted")
    assert "不能再由您办理“审核”" in refused(approve_roll, roll=roll, by=reviewer)
    assert not waiting_for(reviewer)


def test_nobody_takes_two_steps_of_one_round(roll, walk, taker):
    reviewer = taker("review")
    ApprovalStep.objects.filter(code="confirm").update(right="review_roll")
    roll = walk(roll, to="reviewed")
    assert "您在本轮审批中已办理“审核”" in refused(approve_roll, roll=roll, by=reviewer)
    assert "您在本轮审批中已办理“审核”" in refused(return_roll, roll=roll, by=reviewer, reason=REASON)


def test_a_returned_roll_is_open_and_begins_a_new_round(roll, walk, taker):
    reviewer, clerk = taker("review"), taker("prepare")
    roll = return_roll(roll=walk(roll, to="submitted"), by=reviewer, reason=f" {REASON} ")
    assert (roll.state, roll.frozen_at, roll.next_step) == ("posted", None, None)
    assert roll.approvals.get(outcome="returned").reason == REASON
    assert "没有待审批的环节" in refused(approve_roll, roll=roll, by=reviewer)
    roll = approve_roll(roll=submit_roll(roll=roll, by=clerk), by=reviewer)
    assert (roll.round, roll.next_step.code) == (2, "confirm")


def test_finance_may_return_an_approved_roll_and_its_seal_is_broken(roll, walk, taker):
    roll = return_roll(roll=walk(roll, to="approved"), by=taker("pay"), reason=REASON)
    assert (roll.state, roll.digest) == ("posted", "")


@pytest.mark.parametrize("reason", ["", "  ", "不对", "   不对  "])
def test_a_return_has_its_reason(roll, walk, taker, reason):
    roll = walk(roll, to="submitted")
    assert "至少五个字" in refused(return_roll, roll=roll, by=taker("review"), reason=reason)
    assert "最多 300 个字" in refused(return_roll, roll=roll, by=taker("review"), reason="长" * 301)
    assert not roll.approvals.filter(outcome="returned").exists()


def test_a_returned_roll_can_be_undone_and_one_under_approval_can_not(roll, walk, taker):
    clerk = taker("prepare")
    roll = walk(roll, to="submitted")
    with pytest.raises(RollStands, match="没有提交审批"):
        undo_roll(roll=roll, by=clerk)
    undo_roll(roll=return_roll(roll=roll, by=taker("review"), reason=REASON), by=clerk)
    assert Payment.objects.live().count() == 0
    assert "不能提交" in refused(submit_roll, roll=Roll.objects.get(), by=clerk)


@pytest.mark.parametrize("to", ["submitted", "reviewed", "approved"])
def test_the_city_calls_a_roll_back_before_it_is_paid(roll, walk, taker, city_clerk, to):
    roll = walk(roll, to=to)
    assert "只有市级业务" in refused(call_back_roll, roll=roll, by=taker("prepare"), reason=REASON)
    roll = call_back_roll(roll=roll, by=city_clerk, reason=REASON)
    assert (roll.state, roll.frozen_at, roll.digest) == ("posted", None, "")
    assert (roll.steps_taken.last().outcome, roll.steps_taken.last().reason) == ("called_back", REASON)


def test_a_paid_roll_is_neither_called_back_nor_returned(roll, walk, taker, city_clerk):
    roll = walk(roll)
    assert "只有尚未发放的可以撤回" in refused(call_back_roll, roll=roll, by=city_clerk, reason=REASON)
    assert "不能退回" in refused(return_roll, roll=roll, by=taker("pay"), reason=REASON)


def test_an_empty_roll_is_not_submitted(make_roll, taker):
    assert "没有发放，不能提交" in refused(submit_roll, roll=make_roll(), by=taker("prepare"))


def test_without_an_approving_step_nothing_is_submitted(roll, taker):
    ApprovalStep.objects.filter(deed="approve").update(active=False)
    assert "没有启用的审批人" in refused(submit_roll, roll=roll, by=taker("prepare"))


def test_a_dropped_step_is_passed_over_by_those_who_come_later(roll, walk, taker):
    roll = walk(roll, to="submitted")
    ApprovalStep.objects.filter(code="confirm").update(active=False)
    assert approve_roll(roll=roll, by=taker("review")).state == "approved"


def test_a_step_that_was_moved_behind_the_next_one_is_not_asked_for_again(roll, walk, taker):
    roll = walk(roll, to="reviewed")
    ApprovalStep.objects.filter(code="review").update(position=35)
    roll = approve_roll(roll=roll, by=taker("confirm"))
    assert (roll.state, roll.next_step.code) == ("approved", "pay")


def test_what_changed_in_another_tab_is_not_overrun(roll, walk, taker, make_staff):
    seen = walk(roll, to="submitted").stands_at
    approve_roll(roll=Roll.objects.get(), by=make_staff("first", role="district_reviewer"))
    sentence = refused(approve_roll, roll=Roll.objects.get(), by=taker("review"), at=seen)
    assert sentence == "批次 R-1 现在是“审批中，待审定”，与您打开页面时不同：请核对后重新办理。"
    assert "与您打开页面时不同" in refused(
        mark_roll_paid, roll=Roll.objects.get(), by=taker("pay"), paid_on=DAY, at=seen
    )


def test_who_approved_does_not_pay(roll, walk, taker):
    ApprovalStep.objects.filter(code="pay").update(right="confirm_roll")
    roll = walk(roll, to="approved")
    sentence = refused(mark_roll_paid, roll=roll, by=taker("confirm"), paid_on=DAY)
    assert "只有本辖区的财务人员" in sentence


def test_a_roll_posted_as_paid_is_archived_without_a_round(make_roll, make_person, city_clerk, taker):
    roll = make_roll(make_person(), state="paid", paid_on=DAY)
    assert "“归档”只能由本单位或上级" in refused(archive_roll, roll=roll, by=taker("review"))
    assert archive_roll(roll=roll, by=city_clerk).state == "archived"
    assert Approval.objects.get().round == 0


def test_each_finds_the_rolls_that_wait_for_them(roll, walk, taker, make_roll, make_person, city_clerk, make_staff):
    codes = ("prepare", "review", "confirm", "pay")

    def waiting():
        return [code for code in codes if roll in waiting_for(taker(code))]

    strangers = [taker(code, DONGHAI) for code in codes]
    assert waiting() == ["prepare"]
    submitted = walk(roll, to="submitted")
    assert waiting() == ["review"]
    reviewed = approve_roll(roll=submitted, by=taker("review"))
    assert waiting() == ["confirm"]
    approve_roll(roll=reviewed, by=taker("confirm"))
    assert waiting() == ["pay"]
    mark_roll_paid(roll=Roll.objects.get(), by=taker("pay"), paid_on=DAY)
    assert waiting() == [] and list(waiting_for(city_clerk)) == [roll]
    assert list(waiting_for(make_staff("other"))) == [roll], "who took no step may put it away"
    assert not any(waiting_for(stranger) for stranger in strangers)


def test_the_work_list_names_only_rolls_that_one_may_take(roll, walk, taker):
    reviewer = taker("review")
    Roll.objects.update(posted_by=reviewer)
    walk(Roll.objects.get(), to="submitted")
    assert not waiting_for(reviewer)


def test_a_zone_has_its_own_chain(make_roll, make_person, walk, make_staff):
    from lianyungang_cdpf.accounts.models import Zone

    zone = Zone.objects.get(key="xuwei")
    roll = walk(make_roll(make_person(), area="320700", zone=zone), to="submitted")
    assert roll.steps_taken.get().taken_by.zone == zone
    city = make_staff("city_review", "320700", "district_reviewer")
    assert "只能由本单位" in refused(approve_roll, roll=roll, by=city)
    assert not waiting_for(city)
