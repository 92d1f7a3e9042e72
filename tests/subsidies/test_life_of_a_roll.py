"""Whatever five people who may all do everything do, in whatever order: rolls say what a small model of them says.

The model knows a roll by its state, who made it and who took a step in its round; of payments it knows which are live,
paid and returned. What the portal does is compared with it after every deed, together with the portal's own invariants.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
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
from subsidies.models import Payment, Programme, Roll, Standard
from subsidies.paying import mark_roll_paid
from subsidies.posting import open_roll, post_payments

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

    @property
    def shown(self) -> str:
        """The state that the portal keeps for it."""
        return "submitted" if self.state == "reviewed" else self.state


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
        if self.done(model.state == "posted", submit_roll, model, by=self.staff[staff]):
            model.state, model.taken = "submitted", {staff}

    @precondition(lambda self: self.rolls)
    @rule(staff=someone, number=some_roll)
    def approve(self, staff, number):
        model = self.picked(number)
        allowed = model.state in AFTER and self.may(model, staff)
        if self.done(allowed, approve_roll, model, by=self.staff[staff]):
            model.state = AFTER[model.state]
            model.taken.add(staff)

    @precondition(lambda self: self.rolls)
    @rule(staff=someone, number=some_roll)
    def send_back(self, staff, number):
        model = self.picked(number)
        allowed = model.state in UNDER_WAY and self.may(model, staff)
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
        paid = set().union(*(one.people for one in self.rolls if one.state in ("paid", "archived")))
        counted = Payment.objects.of_programme(PROGRAMME, 2019)
        assert set(counted.values_list("person", flat=True)) == {self.people[number].pk for number in paid}

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


def test_any_order_of_deeds_by_any_of_five_keeps_what_must_hold(five, make_person):
    people = {
        number: make_person(name, category=4, grade=1) for number, name in zip(PEOPLE, "甲乙丙丁戊己", strict=True)
    }
    nursing = Programme.objects.get(code=PROGRAMME)
    Standard.objects.create(programme=nursing, effective_from=date(2019, 1, 1), grade=1, amount=AMOUNT)
    LifeOfRolls.target = Target.objects.get(key="nursing_subsidy", plan__year=2019)
    run_state_machine_as_test(
        lambda: LifeOfRolls(five, people),
        settings=settings(
            max_examples=40, stateful_step_count=40, derandomize=True,
            suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        ),
    )  # fmt: skip
    deeds = (submit_roll, approve_roll, return_roll, mark_roll_paid, archive_roll, undo_roll)
    ways = {(deed.__name__, done) for deed in deeds for done in (True, False)}
    assert not ways - {way for way, times in LifeOfRolls.tried.items() if times}
    assert LifeOfRolls.tried["call_back_roll", False]
