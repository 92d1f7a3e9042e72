"""What the database itself refuses of approvals, by the names of its constraints and triggers, on both databases."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from beneficiaries.merging import merge_people
from lianyungang_cdpf.intake.bulk import insert_rows
from subsidies.approval.actions import return_roll
from subsidies.models import Approval, ApprovalStep, Payment, Roll, Standard
from subsidies.posting import COLUMNS
from tests.intake.made_imports import made_import

LOCKED, PAID, KEPT = "发放数据已锁定", "不能再改回或解锁", "不能修改或删除"


@pytest.fixture
def roll(make_roll, make_person):
    return make_roll(make_person("甲"), make_person("乙"))


def refused(name: str, change):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        change()


def approval(roll, code="review", by=None, **fields) -> Approval:
    step = ApprovalStep.objects.get(code=code)
    facts = {"deed": step.deed, "round": 1, "prepared_by": roll.posted_by, "uploaded_by": roll.posted_by}
    return Approval.objects.create(roll=roll, step=step, taken_by=by, **(facts | fields))


def test_nobody_approves_what_they_prepared(roll, taker):
    name = "roll_approved_by_another_than_prepared_it"
    for code in ("review", "confirm", "pay"):
        refused(name, lambda code=code: approval(roll, code, roll.posted_by))
    clerk = taker("review")
    uploaded = Roll.objects.get(pk=roll.pk)
    uploaded.job = made_import(clerk, "posted")
    uploaded.save()
    refused(name, lambda: approval(uploaded, by=clerk, uploaded_by=clerk))
    approval(roll, "prepare", roll.posted_by)


def test_an_approval_does_not_copy_another_preparer_than_the_roll_has(roll, taker):
    poster, other = roll.posted_by, taker("confirm")
    for copied in ({"prepared_by": other}, {"uploaded_by": other}, {"prepared_by": other, "uploaded_by": other}):
        refused("与花名册的编制人不符", lambda copied=copied: approval(roll, by=poster, **copied))


def test_nobody_takes_two_steps_of_one_roll(roll, taker):
    approval(roll, "review", taker("review"))
    columns = "subsidies_approval.roll_id, subsidies_approval.round, subsidies_approval.taken_by_id"
    name = columns if connection.vendor == "sqlite" else "nobody_takes_two_steps_of_a_roll"
    refused(name, lambda: approval(roll, "confirm", taker("review")))
    refused(name, lambda: approval(roll, "confirm", taker("review"), outcome="returned", reason="金额不对请改"))
    approval(roll, "confirm", taker("review"), round=2)


def test_a_step_passes_once_a_round(roll, taker):
    approval(roll, "review", taker("review"))
    columns = "subsidies_approval.roll_id, subsidies_approval.round, subsidies_approval.step_id"
    name = columns if connection.vendor == "sqlite" else "one_passing_approval_per_step_and_round"
    refused(name, lambda: approval(roll, "review", taker("confirm")))


@pytest.mark.parametrize("outcome", ["returned", "called_back"])
def test_a_roll_is_not_sent_back_without_a_reason(roll, taker, outcome):
    name = "approval_sent_back_has_its_reason"
    for reason in ("", "      ", "不对"):
        refused(name, lambda reason=reason: approval(roll, by=taker("review"), outcome=outcome, reason=reason))


@pytest.mark.parametrize("state", ["submitted", "approved"])
def test_a_roll_under_approval_is_frozen_and_an_approved_one_sealed(roll, state):
    rolls, step = Roll.objects.filter(pk=roll.pk), ApprovalStep.objects.get(code="review")
    refused("roll_under_approval_is_frozen", lambda: rolls.update(state=state, digest="x"))
    under_way = {"frozen_at": timezone.now(), "next_step": step, "round": 1}
    if state == "approved":
        refused("approved_roll_has_its_digest", lambda: rolls.update(state=state, **under_way))
    rolls.update(state=state, digest="x", **under_way)


def test_an_archived_roll_has_the_day_on_which_it_was_paid(roll):
    refused("roll_paid_has_its_date", lambda: Roll.objects.filter(pk=roll.pk).update(state="archived"))


def test_the_chain_keeps_its_single_steps(city):
    refused("only_approving_steps_can_be_dropped", lambda: ApprovalStep.objects.filter(code="pay").update(active=False))
    name = "subsidies_approvalstep.deed" if connection.vendor == "sqlite" else "one_step_to_submit_to_pay_and_to_arch"
    refused(name, lambda: ApprovalStep.objects.filter(code="review").update(deed="pay"))


def test_a_return_of_the_bank_has_day_and_reason(roll):
    payments = Payment.objects.filter(roll=roll)
    for half in ({"returned_on": date(2019, 4, 1)}, {"return_reason": "户名不符"}):
        refused("payment_returned_has_day_and_reason", lambda half=half: payments.update(**half))
    payments.update(returned_on=date(2019, 4, 1), return_reason="户名不符")


# -- frozen: from submission on nobody changes the payments, whatever they write with ------------------------------


CHANGES = {
    "amount": 1, "month": date(2019, 4, 1), "account_no": "6222020000000000000", "account_digest": "0" * 64,
    "account_holder": "别人", "live": False, "sheet": "别的表", "row": 99, "payee": 1, "standard_amount": 1,
}  # fmt: skip


@pytest.mark.parametrize("field", CHANGES)
@pytest.mark.parametrize("to", ["submitted", "approved", "paid"])
def test_payments_of_a_submitted_roll_do_not_change(roll, walk, to, field):
    walk(roll, to=to)
    refused(LOCKED, lambda: Payment.objects.filter(roll=roll).update(**{field: CHANGES[field]}))


def test_payments_of_a_submitted_roll_are_neither_deleted_nor_added(roll, walk, make_person, make_roll):
    open_roll = make_roll(make_person("丙"), reference="R-2")
    walk(roll, to="submitted")
    refused(LOCKED, lambda: Payment.objects.filter(roll=roll).first().delete())
    refused(LOCKED, lambda: Payment.objects.filter(roll=open_roll).update(roll=roll))
    refused(LOCKED, lambda: Payment.objects.filter(roll=roll).update(roll=open_roll))
    stranger = make_person("丁")
    row = (
        roll.pk,
        "",
        9,
        stranger.pk,
        roll.programme_id,
        roll.month,
        1,
        stranger.area_id,
        None,
        None,
        b"",
        "",
        "",
        True,
        None,
    )
    refused(LOCKED, lambda: insert_rows(Payment, COLUMNS, [row]))
    twin = Payment.objects.get(roll=open_roll)
    twin.pk, twin.roll, twin.month = None, roll, date(2018, 1, 1)
    refused(LOCKED, twin.save)
    assert Payment.objects.filter(roll=roll).count() == 2


def test_the_figures_of_a_frozen_roll_do_not_change(roll, walk):
    walk(roll, to="submitted")
    refused(LOCKED, lambda: Roll.objects.filter(pk=roll.pk).update(total=1))


def test_before_submission_and_after_a_return_payments_are_open(roll, walk, taker):
    payments = Payment.objects.filter(roll=roll)
    assert payments.update(row=7) == 2
    return_roll(roll=walk(roll, to="submitted"), by=taker("review"), reason="第三行金额不对")
    assert payments.update(row=8) == 2


@pytest.mark.parametrize("opened", [{"frozen_at": None}, {"state": "posted", "frozen_at": None}, {"state": "undone"}])
def test_a_paid_roll_is_never_opened_again(roll, walk, opened):
    walk(roll)
    refused(PAID, lambda: Roll.objects.filter(pk=roll.pk).update(**opened))


def test_the_bank_may_return_a_payment_of_a_paid_roll(roll, walk):
    walk(roll)
    returned = Payment.objects.filter(roll=roll, row=2).update(returned_on=date(2019, 4, 1), return_reason="户名不符")
    assert (returned, Payment.objects.live().count(), Payment.objects.counted().count()) == (1, 2, 1)


def test_records_of_one_person_become_one_though_the_roll_is_frozen(roll, walk, make_person, haizhou_clerk):
    kept, gone = make_person("甲某"), Payment.objects.filter(roll=roll).first().person
    walk(roll, to="approved")
    merge_people(by=haizhou_clerk, kept=kept, gone=gone, reason="同一人两份档案")
    payment = Payment.objects.get(roll=roll, person=kept)
    assert payment.payee not in (None, kept.pk)


def test_a_standard_may_go_though_its_payments_are_frozen(roll, walk):
    standard = Standard.objects.create(programme=roll.programme, effective_from=roll.month, amount=370)
    Payment.objects.filter(roll=roll).update(standard=standard, standard_amount=370)
    walk(roll, to="approved")
    standard.delete()
    assert set(Payment.objects.values_list("standard", "standard_amount")) == {(None, 370)}


def test_approvals_are_kept_as_they_were_written(roll, walk):
    walk(roll, to="submitted")
    refused(KEPT, lambda: Approval.objects.update(outcome="returned", reason="改写过的原因"))
    refused(KEPT, lambda: Approval.objects.all().delete())
