"""Deeds at the same moment on one roll (test-cases.md C5, C6), in threads with connections of their own.

Who made a roll does not get its approval through, however the attempts fall; and of any number who approve, return,
pay and call back at once, one does. The controls take away what holds: there the same attempts go wrong, and are seen.
"""

import threading
from contextlib import contextmanager
from datetime import date
from functools import partial

import pytest
from django.db import IntegrityError, connection
from django.db.models import F
from django.utils import timezone

from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.audit.models import AuditLine
from subsidies.approval import actions, chain, triggers
from subsidies.approval.actions import approve_roll, call_back_roll, return_roll
from subsidies.approval.sealing import roll_digest
from subsidies.invariants import breaches
from subsidies.models import Approval, ApprovalStep, Programme, Roll
from subsidies.paying import mark_roll_paid
from tests.threads import raced

pytestmark = pytest.mark.django_db(transaction=True)

REASON, MOVED = "第三行金额不对", "与您打开页面时不同：请核对后重新办理。"
NOT_YOU = "不能再由您办理“审核”，请由其他人员办理。"
OWN = "roll_approved_by_another_than_prepared_it"
pay = partial(mark_roll_paid, paid_on=date(2019, 3, 28))
send_back, call_back = (partial(deed, reason=REASON) for deed in (return_roll, call_back_roll))
# What one deed leaves behind: the outcome kept, the roll's state, the step it waits for, the deed in the log.
OUTCOMES = {
    ("review", "passed"): ("submitted", "confirm", "花名册审核通过"),
    ("review", "returned"): ("posted", None, "花名册审核退回"),
    ("review", "called_back"): ("posted", None, "撤回审批中的花名册"),
    ("pay", "passed"): ("paid", "archive", "标记花名册已发放"),
    ("pay", "returned"): ("posted", None, "花名册发放退回"),
    ("pay", "called_back"): ("posted", None, "撤回审批中的花名册"),
}


def threads_of(postgresql: int) -> int:
    """SQLite lets one writer in at a time, whoever many wait."""
    return postgresql if connection.vendor == "postgresql" else min(postgresql, 12)


@pytest.fixture
def make_rolls(city, make_staff):
    """make_rolls(count, at="review", by=) rolls under approval that wait for a step."""
    steps = {step.code: step for step in ApprovalStep.objects.all()}

    def made(count, at="review", by=None):
        by = by or make_staff("preparer", role="district_reviewer")
        approver = make_staff("confirmer", role="civil_affairs_approver") if at == "pay" else None
        return [under_approval(f"R-{number}", by, at, approver) for number in range(count)]

    def under_approval(reference, by, at, approver):
        roll = Roll.objects.create(
            programme=Programme.objects.get(code="hardship_subsidy"), month=date(2019, 3, 1), reference=reference,
            area=Area.objects.get(code="320706"), posted_by=by, state="submitted", round=1, next_step=steps[at],
            frozen_at=timezone.now(),
        )  # fmt: skip
        if approver:
            Approval.objects.create(
                roll=roll, step=steps["confirm"], deed="approve", round=1, taken_by=approver, prepared_by=by,
                uploaded_by=by,
            )  # fmt: skip
            roll.state, roll.digest = "approved", roll_digest(roll)
            roll.save()
        return roll

    return made


@pytest.fixture
def staff_of(make_staff):
    """staff_of(count, role, area) accounts whose rights are known already: what races is the deed."""

    def made(count, role, area="320706"):
        several = [make_staff(f"{role}_{number}", area, role) for number in range(count)]
        for one in several:
            one.get_all_permissions()
        return several

    return made


def attempt(deed, by):
    """The deed by somebody, as a function of the roll."""
    return lambda roll: deed(roll=roll, by=by)


# -- C5: who prepared it does not approve ------------------------------------------------------------------------


def own_approvals():
    """Steps that who made the roll took of it, by the roll itself: what is copied to the step is not believed."""
    return Approval.objects.filter(taken_by=F("roll__posted_by"), outcome__in=["passed", "returned"])


@contextmanager
def without_the_constraint():
    """The rule that keeps preparer and approver apart is gone from the table, and the triggers with it."""
    rules = Approval._meta.constraints
    rule = next(rule for rule in rules if rule.name == OWN)
    # SQLite makes the table anew, with what the model says of it.
    Approval._meta.constraints = [one for one in rules if one is not rule]
    with connection.schema_editor() as editor:
        triggers.drop(None, editor)
        editor.remove_constraint(Approval, rule)
    try:
        yield
    finally:
        Approval.objects.all().delete()
        Approval._meta.constraints = rules
        with connection.schema_editor() as editor:
            editor.add_constraint(Approval, rule)
            triggers.create(None, editor)


@pytest.fixture
def deed_looks_away(monkeypatch):
    """The deed does not ask any more who made the roll."""
    monkeypatch.setattr(chain, "prepared", lambda roll, staff: False)


def test_of_a_hundred_races_with_the_right_approver_the_preparer_wins_none(make_rolls, staff_of):
    (preparer, reviewer) = staff_of(2, "district_reviewer")
    rolls = make_rolls(100, by=preparer)
    said = raced(rolls[:50], [attempt(approve_roll, preparer), attempt(approve_roll, reviewer)])
    said += raced(rolls[50:], [attempt(send_back, preparer), attempt(approve_roll, reviewer)])
    assert [outcome for _, outcome in said] == ["done"] * 100
    assert all(error.messages[0].endswith((NOT_YOU, MOVED)) for error, _ in said)
    assert not own_approvals().exists()
    assert set(Roll.objects.values_list("state", "next_step__code")) == {("submitted", "confirm")}
    assert list(breaches()) == []


def test_without_the_deeds_check_the_database_refuses_the_preparer_every_time(make_rolls, staff_of, deed_looks_away):
    (preparer,) = staff_of(1, "district_reviewer")
    rolls = make_rolls(10, by=preparer)
    said = raced(rolls, [attempt(approve_roll, preparer), attempt(send_back, preparer)])
    assert all(isinstance(error, IntegrityError) and OWN in str(error) for both in said for error in both)
    assert not own_approvals().exists()
    assert set(Roll.objects.values_list("state", "next_step__code")) == {("submitted", "review")}


def test_without_check_and_constraint_the_preparer_gets_through_and_is_seen(make_rolls, staff_of, deed_looks_away):
    (preparer,) = staff_of(1, "district_reviewer")
    rolls = make_rolls(10, by=preparer)
    with without_the_constraint():
        said = raced(rolls, [attempt(approve_roll, preparer)] * 2)
        assert [both.count("done") for both in said] == [1] * 10
        assert own_approvals().count() == 10
        assert sum("由编制它的人自己办理" in breach for breach in breaches()) == 10


def test_the_constraint_is_back_after_the_control(transactional_db):
    with connection.cursor() as cursor:
        assert OWN in connection.introspection.get_constraints(cursor, Approval._meta.db_table)


# -- C6: approve, return, pay and call back at once: one of them ----------------------------------------------------


def is_one_deed(roll, at) -> bool:
    """Whether one deed was done on a roll that waited for step `at`, and records, roll and log say the same of it."""
    roll = Roll.objects.select_related("next_step").get(pk=roll.pk)
    kept = Approval.objects.filter(roll=roll, step__code=at).values_list("outcome", flat=True)
    lines = AuditLine.objects.filter(object_type="花名册", object_id=str(roll.pk)).values_list("deed", flat=True)
    stands = roll.state, roll.next_step and roll.next_step.code, *lines
    is_open = roll.state == "posted"
    return len(kept) == 1 and stands == OUTCOMES[at, kept[0]] and is_open == (roll.frozen_at is None)


@pytest.mark.parametrize(
    ("at", "role", "deed"), [("review", "district_reviewer", approve_roll), ("pay", "finance", pay)]
)
def test_of_fifty_who_pass_return_and_call_back_at_once_one_does(make_rolls, staff_of, at, role, deed):
    own, city = staff_of(threads_of(50) * 4 // 5, role), staff_of(threads_of(50) // 5, "city_operator", "320700")
    half = len(own) // 2
    attempts = [attempt(deed, by) for by in own[:half]] + [attempt(send_back, by) for by in own[half:]]
    attempts += [attempt(call_back, by) for by in city]
    rolls = make_rolls(4, at)
    for roll, said in zip(rolls, raced(rolls, attempts), strict=True):
        refusals = [one for one in said if one != "done"]
        assert len(refusals) == len(attempts) - 1
        sentences = {message for error in refusals for message in error.messages}
        now = Roll.objects.select_related("next_step").get(pk=roll.pk).standing
        assert sentences == {f"批次 {roll.reference} 现在是“{now}”，{MOVED}"}
        assert is_one_deed(roll, at)
    assert list(breaches()) == []


def test_without_the_lock_two_deeds_get_through_and_are_seen(make_rolls, staff_of, monkeypatch):
    """Neither locks nor has a transaction (on SQLite that is the lock), and both have looked before either writes."""
    both, ask = threading.Barrier(2, timeout=60), actions.may_take

    def asked(*given):
        both.wait()
        return ask(*given)

    monkeypatch.setattr(actions, "lock_rows", lambda *given: None)
    # Asks for a lock too; these rolls have no notice.
    monkeypatch.setattr(actions, "withdraw_with", lambda roll, by: None)
    monkeypatch.setattr(actions, "may_take", asked)
    one, other = staff_of(2, "district_reviewer")
    unlocked = partial(return_roll.__wrapped__, reason=REASON)
    (roll,) = make_rolls(1)
    said = raced([roll], [attempt(approve_roll.__wrapped__, one), attempt(unlocked, other)])
    assert said == [["done", "done"]]
    assert sorted(roll.approvals.values_list("outcome", flat=True)) == ["passed", "returned"]
    assert not is_one_deed(roll, "review")
