"""Whatever five people who may all do everything do, in whatever order: rolls say what a small model of them says.

The model knows a roll by its state, who made it and who took a step in its round; of payments it knows which are live,
at the bank, paid, sent back and recovered. What the portal does is compared with it after every deed, together with the
portal's own invariants.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Sum
from hypothesis import HealthCheck
from hypothesis import settings as of_hypothesis
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from beneficiaries.departures import record_death
from lianyungang_cdpf.intake.engine import judge_again
from lianyungang_cdpf.intake.kinds import Context, kind_named
from lianyungang_cdpf.intake.tables import DataRow
from lianyungang_cdpf.targets import recount
from lianyungang_cdpf.targets.models import Target
from subsidies import invariants
from subsidies.actions import RollStands, undo_roll
from subsidies.approval.actions import approve_roll, archive_roll, call_back_roll, return_roll, submit_roll
from subsidies.bank.actions import apply_return, make_bank_file, receive_return
from subsidies.models import BankFile, BankLayout, Payment, Programme, RecoveryCase, Roll, Standard
from subsidies.monthly.actions import give_reasons
from subsidies.monthly.differences import Differences
from subsidies.paying import mark_roll_paid
from subsidies.posting import open_roll, post_payments
from subsidies.recovery.actions import enter_refund
from subsidies.recovery.actions import open_recovery as opened
from subsidies.recovery.money import Money, money_of
from tests.subsidies.bank.conftest import as_upload, told_of
from tests.subsidies.samples import account

pytestmark = pytest.mark.django_db

PROGRAMME, AMOUNT, REASON = "nursing_subsidy", Decimal("120.00"), "金额与标准不符"
MONTHS = (date(2019, 3, 1), date(2019, 4, 1))
DIED_ON, PAID_ON = date(2019, 1, 15), date(2019, 4, 28)
PEOPLE, STAFF = range(6), range(5)
UNDER_WAY = ("submitted", "reviewed", "approved")
AFTER = {"submitted": "reviewed", "reviewed": "approved"}

someone = st.sampled_from(STAFF)
some_roll = st.integers(0, 5)


@dataclass
class Model:
    """One roll as it ought to be."""

    pk: int
    month: date
    people: set[int]
    made_by: int
    state: str = "posted"
    taken: set[int] = field(default_factory=set)
    # People by what became of their money; a file at the bank is the set of those that it still has to answer for.
    files: list[set[int]] = field(default_factory=list)
    bank_paid: set[int] = field(default_factory=set)
    sent_back: set[int] = field(default_factory=set)
    recovered: set[int] = field(default_factory=set)

    @property
    def shown(self) -> str:
        """The state that the portal keeps for it."""
        return "submitted" if self.state == "reviewed" else self.state

    @property
    def waiting(self) -> set[int]:
        """For whom the bank has not answered."""
        return set().union(*self.files)

    @property
    def is_paid(self) -> bool:
        return self.state in ("paid", "archived")

    @property
    def money(self) -> Money:
        """Where the roll's money is."""
        returned = self.sent_back - self.waiting
        paid = (self.people if self.is_paid else self.bank_paid) - self.waiting - self.sent_back
        back = AMOUNT * len(paid & self.recovered)
        outstanding = self.people - paid - returned
        planned, *parts = (AMOUNT * len(one) for one in (self.people, paid, returned, outstanding))
        return Money(planned, parts[0] - back, *parts[1:], back)


class LifeOfRolls(RuleBasedStateMachine):
    """Rolls of one county, made and handled by five who hold every right."""

    # How often each deed was done and refused in all runs: a walk that never gets anywhere claims nothing.
    tried: Counter = Counter()

    def __init__(self, staff, people):
        super().__init__()
        self.staff, self.people = staff, people
        self.rolls: list[Model] = []
        self.dead: set[int] = set()
        self.edits = 0
        # Each run leaves the database as it found it.
        self.run = transaction.atomic()
        self.run.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.run.__exit__(None, None, None)

    # -- what the model says ------------------------------------------------------------------------------------

    def paid_for(self, month: date) -> set[int]:
        """Whom live payments of the month stand for."""
        return set().union(*(one.people for one in self.rolls if one.month == month))

    def may(self, model: Model, staff: int) -> bool:
        """Whether a person may approve, return or pay the roll in its round."""
        return staff != model.made_by and staff not in model.taken

    def first_free(self, model: Model) -> int:
        """The first who may take the roll's next step; there are always enough of them."""
        bound = set() if model.state == "posted" else model.taken
        bound = bound if model.state in ("posted", "paid") else bound | {model.made_by}
        return min(set(STAFF) - bound)

    def picked(self, number: int) -> Model:
        return self.rolls[number % len(self.rolls)]

    def done(self, allowed: bool, deed, model: Model, **given) -> bool:
        """Do the deed; it must go through exactly when the model says so, and change nothing when it is refused."""
        roll = Roll.objects.get(pk=model.pk)
        try:
            with transaction.atomic():
                deed(roll=roll, **given)
        except (ValidationError, RollStands):
            assert not allowed, f"{deed.__name__} was refused"
        else:
            assert allowed, f"{deed.__name__} went through"
        self.tried[deed.__name__, allowed] += 1
        return allowed

    def explain(self, model: Model) -> None:
        """Write why the roll differs from the month before, without which it would go nowhere."""
        if model.state not in ("posted", *AFTER):
            return
        roll = Roll.objects.get(pk=model.pk)
        for kind in {one.kind for one in Differences(roll).open}:
            give_reasons(roll=roll, by=self.staff[0], kind=kind, code="other", note="与上月不同", every_open=True)
            self.tried["explained", kind.value] += 1

    # -- what people do -----------------------------------------------------------------------------------------

    @rule(staff=someone, month=st.sampled_from(MONTHS), chosen=st.sets(st.sampled_from(PEOPLE), min_size=1))
    def prepare(self, staff, month, chosen):
        by, numbers = self.staff[staff], sorted(chosen)
        rows = [
            DataRow("表", row, {"name": one.name, "id_number": one.id_number, "amount": AMOUNT}, [])
            for row, one in enumerate((self.people[number] for number in numbers), start=3)
        ]
        plan = judge_again(kind_named(PROGRAMME), rows, Context(staff=by, month=month), {})
        valid = list(plan.valid())
        expected = chosen - self.dead - self.paid_for(month)
        assert {one.data.person.pk for one in valid} == {self.people[number].pk for number in expected}
        if not expected:
            return
        roll = open_roll(
            by=by, programme=Programme.objects.get(code=PROGRAMME), month=month, reference=f"life-{len(self.rolls)}"
        )
        post_payments(by=by, roll=roll, outcomes=valid)
        self.rolls.append(Model(roll.pk, month, expected, staff))

    @precondition(lambda self: self.rolls)
    @rule(staff=someone, number=some_roll)
    def submit(self, staff, number):
        model = self.picked(number)
        self.explain(model)
        if self.done(model.state == "posted", submit_roll, model, by=self.staff[staff]):
            model.state, model.taken = "submitted", {staff}

    @precondition(lambda self: self.rolls)
    @rule(staff=someone, number=some_roll)
    def approve(self, staff, number):
        model = self.picked(number)
        self.explain(model)
        allowed = model.state in AFTER and self.may(model, staff)
        if self.done(allowed, approve_roll, model, by=self.staff[staff]):
            model.state = AFTER[model.state]
            model.taken.add(staff)

    @precondition(lambda self: self.rolls)
    @rule(staff=someone, number=some_roll)
    def send_back(self, staff, number):
        model = self.picked(number)
        at_the_bank = model.files or model.bank_paid or model.sent_back
        allowed = model.state in UNDER_WAY and self.may(model, staff) and not at_the_bank
        if self.done(allowed, return_roll, model, by=self.staff[staff], reason=REASON):
            model.state, model.taken = "posted", set()

    @precondition(lambda self: self.rolls)
    @rule(staff=someone, number=some_roll)
    def call_back(self, staff, number):
        # None of the five sits in the city.
        self.done(False, call_back_roll, self.picked(number), by=self.staff[staff], reason=REASON)

    @precondition(lambda self: self.rolls)
    @rule(staff=someone, number=some_roll)
    def pay(self, staff, number):
        model = self.picked(number)
        allowed = model.state == "approved" and self.may(model, staff)
        if self.done(allowed, mark_roll_paid, model, by=self.staff[staff], paid_on=PAID_ON):
            model.state = "paid"
            model.taken.add(staff)

    @precondition(lambda self: self.rolls)
    @rule(number=some_roll, steps=st.integers(1, 4))
    def hurry(self, number, steps):
        """The next steps, each by the first who may: chance alone seldom gets a roll as far as the bank."""
        model = self.picked(number)
        deeds = {
            "posted": self.submit, "submitted": self.approve, "reviewed": self.approve, "approved": self.pay,
            "paid": self.archive,
        }  # fmt: skip
        for _ in range(steps):
            if model.state in deeds:
                deeds[model.state](staff=self.first_free(model), number=number)

    @precondition(lambda self: self.rolls)
    @rule(staff=someone, number=some_roll)
    def archive(self, staff, number):
        model = self.picked(number)
        allowed = model.state == "paid" and staff not in model.taken
        if self.done(allowed, archive_roll, model, by=self.staff[staff]):
            model.state = "archived"

    @precondition(lambda self: self.rolls)
    @rule(staff=someone, number=some_roll)
    def undo(self, staff, number):
        model = self.picked(number)
        if self.done(model.state == "posted", undo_roll, model, by=self.staff[staff]):
            model.state, model.people = "undone", set()

    @precondition(lambda self: self.rolls)
    @rule(staff=someone, number=some_roll)
    def send(self, staff, number):
        """To the bank goes who was never sent, or else whoever came back, to another account."""
        model = self.picked(number)
        fresh = model.people - model.waiting - model.bank_paid - model.sent_back
        again = set() if fresh else model.sent_back - model.waiting
        corrected = {self.payment(model, one).pk: (account(90 + one), self.people[one].name) for one in again}
        allowed = model.state in ("approved", "paid", "archived") and bool(fresh | again)
        given = {"layout": self.layout, "by": self.staff[staff], "corrected": corrected or None}
        if self.done(allowed, make_bank_file, model, **given):
            model.files.append(fresh or again)

    @precondition(lambda self: any(one.files for one in self.rolls))
    @rule(staff=someone, number=some_roll, back=st.sets(st.sampled_from(PEOPLE)))
    def reconcile(self, staff, number, back):
        """The bank answers for a file: some are paid, some come back, but nobody of whom money was got back (I8)."""
        model = [one for one in self.rolls if one.files][number % sum(bool(one.files) for one in self.rolls)]
        at = next(place for place, file in enumerate(model.files) if file)
        file = BankFile.objects.filter(roll=model.pk, lines__outcome="waiting").order_by("number").first()
        lines = {line.payment.person_id: line for line in file.lines.select_related("payment__person")}
        back = back & model.files[at] - model.recovered
        keys = {self.people[one].pk for one in back}
        rows = [told_of(line, *(("失败", "账户已销户") if key in keys else ("成功",))) for key, line in lines.items()]
        arrived = receive_return(file=file, by=self.staff[staff], upload=as_upload(rows), day=PAID_ON)
        apply_return(arrived=arrived, by=self.staff[staff])
        model.bank_paid |= model.files[at] - back
        model.sent_back = model.sent_back - model.files[at] | back
        del model.files[at]
        self.tried["apply_return", bool(back)] += 1

    @precondition(lambda self: any(one.people for one in self.rolls))
    @rule(staff=someone, number=some_roll, place=st.integers(0, 5))
    def recover(self, staff, number, place):
        """Somebody was paid wrongly: the month is claimed once, and comes back at once."""
        model = self.picked(number)
        if not (free := sorted(model.people - model.waiting)):
            return
        one, by = free[place % len(free)], self.staff[staff]

        def open_recovery(roll):
            payment, told = self.payment(model, one), {"reason": "death", "by": by}
            return opened(person=payment.person, programme=payment.programme, payments=[payment], **told)

        allowed = model.is_paid and one not in model.sent_back | model.recovered
        if self.done(allowed, open_recovery, model):
            case = RecoveryCase.objects.order_by("pk").last()
            enter_refund(case=case, by=by, amount=AMOUNT, day=PAID_ON, receipt_no=f"T-{case.pk}")
            model.recovered.add(one)

    def payment(self, model: Model, person: int) -> Payment:
        """What the roll pays the person."""
        of_roll = Payment.objects.live().select_related("person", "programme")
        return of_roll.get(roll=model.pk, person=self.people[person])

    @precondition(lambda self: self.rolls)
    @rule(number=some_roll)
    def edit(self, number):
        """A hand in the database itself: what is under approval or beyond does not change."""
        model = self.picked(number)
        self.edits += 1
        try:
            with transaction.atomic():
                Payment.objects.filter(roll=model.pk).update(account_holder=f"第{self.edits}人")
        except IntegrityError:
            assert model.state not in ("posted", "undone")
        else:
            assert model.state in ("posted", "undone")

    @rule(staff=someone, person=st.sampled_from(PEOPLE))
    def die(self, staff, person):
        if person not in self.dead:
            record_death(by=self.staff[staff], person=self.people[person], died_on=DIED_ON, source="死亡证明")
            self.dead.add(person)

    # -- what always holds --------------------------------------------------------------------------------------

    @invariant()
    def rolls_stand_where_the_model_says(self):
        found = dict(Roll.objects.values_list("pk", "state"))
        assert found == {model.pk: model.shown for model in self.rolls}

    @invariant()
    def who_is_on_a_roll_is_paid_once_and_adds_up(self):
        live = Payment.objects.live()
        keys = [(one.pk, month) for month in MONTHS for one in map(self.people.get, sorted(self.paid_for(month)))]
        assert sorted(live.values_list("person", "month")) == sorted(keys)
        for model in self.rolls:
            total = live.filter(roll=model.pk).aggregate(total=Sum("amount"))["total"] or 0
            assert total == AMOUNT * len(model.people) == Roll.objects.get(pk=model.pk).total

    @invariant()
    def only_what_was_paid_counts(self):
        paid = set().union(*(one.people - one.sent_back for one in self.rolls if one.is_paid))
        counted = Payment.objects.of_programme(PROGRAMME, 2019)
        assert set(counted.values_list("person", flat=True)) == {self.people[number].pk for number in paid}

    @invariant()
    def money_is_where_the_model_says(self):
        for model in self.rolls:
            money = money_of(Payment.objects.filter(roll=model.pk))
            assert money.adds_up and money == model.money

    @invariant()
    def nothing_is_breached(self):
        assert list(invariants.breaches()) == []

    @invariant()
    def progress_is_what_a_recount_finds(self):
        assert list(recount._breaches_of(self.target)) == []


@pytest.fixture
def five(make_staff):
    """Five people of one county whose roles hold every right there is."""
    from django.contrib.auth.models import Permission

    from lianyungang_cdpf.accounts.models import Role

    role = Role.objects.create(code="everything", name="一切", levels="county", position=99)
    role.permissions.set(Permission.objects.all())
    return [make_staff(f"five_{number}", role="everything") for number in STAFF]


def test_any_order_of_deeds_by_any_of_five_keeps_what_must_hold(five, make_person, settings, tmp_path):
    settings.UPLOAD_ROOT = tmp_path / "uploads"
    people = {
        number: make_person(name, category=4, grade=1, account_no=account(number))
        for number, name in zip(PEOPLE, "甲乙丙丁戊己", strict=True)
    }
    LifeOfRolls.layout = BankLayout.objects.get(code="one_card_text")
    nursing = Programme.objects.get(code=PROGRAMME)
    Standard.objects.create(programme=nursing, effective_from=date(2019, 1, 1), grade=1, amount=AMOUNT)
    LifeOfRolls.target = Target.objects.get(key="nursing_subsidy", plan__year=2019)
    run_state_machine_as_test(
        lambda: LifeOfRolls(five, people),
        settings=of_hypothesis(
            max_examples=40, stateful_step_count=40, derandomize=True,
            suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        ),
    )  # fmt: skip
    deeds = (submit_roll, approve_roll, return_roll, mark_roll_paid, archive_roll, undo_roll, make_bank_file, opened)
    ways = {(deed.__name__, done) for deed in deeds for done in (True, False)}
    ways |= {("apply_return", some_came_back) for some_came_back in (True, False)}
    assert not ways - {way for way, times in LifeOfRolls.tried.items() if times}
    assert LifeOfRolls.tried["call_back_roll", False]
    explained = {way for way, _ in LifeOfRolls.tried if way == "explained"}
    assert explained, "no roll ever differed from the month before"
