"""Whatever five people who may all do everything do, in whatever order: rolls say what a small model of them says.

The model knows a file by what was told of its rows, a roll by its state, who made it and who took a step in its round;
of payments it knows which are live, at the bank, paid, sent back and recovered; of people, who died and who moved to
the county beside. What the portal does is compared with it after every deed, together with the portal's own invariants.

Every run with the suite walks the same ways. More of them, and others each time (test-cases.md C9: 2,000 of 50 steps):
bin/test --sqlite-only tests/subsidies/test_life_of_a_roll.py --hypothesis-profile=deep [--hypothesis-seed=N] -rP
says the seed by which the same walk can be had again, and how often each deed was done and refused.
"""

import random
from collections import Counter
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max, Sum
from hypothesis import HealthCheck, seed
from hypothesis import settings as of_hypothesis
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from beneficiaries.departures import record_death
from beneficiaries.moving import agree_to_transfer, offer_person
from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.intake import work
from lianyungang_cdpf.intake.actions import ImportConflict, post_import
from lianyungang_cdpf.intake.engine import judge_again
from lianyungang_cdpf.intake.kinds import Context, kind_named
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.intake.tables import DataRow
from lianyungang_cdpf.intake.undoing import UndoRefused, undo_import
from lianyungang_cdpf.targets import recount
from lianyungang_cdpf.targets.models import Target
from subsidies import invariants
from subsidies.approval.actions import approve_roll, archive_roll, call_back_roll, return_roll, submit_roll
from subsidies.bank.actions import apply_return, make_bank_file, receive_return
from subsidies.models import BankFile, BankLayout, Payment, Programme, RecoveryCase, Roll, Standard
from subsidies.monthly.actions import give_reasons
from subsidies.monthly.differences import Differences
from subsidies.paying import mark_roll_paid
from subsidies.recovery.actions import enter_refund
from subsidies.recovery.actions import open_recovery as opened
from subsidies.recovery.money import money_of
from tests.fixtures_city import DONGHAI, DONGHAI_TOWN, HAIZHOU, HAIZHOU_TOWN
from tests.subsidies.bank.conftest import as_upload, told_of
from tests.subsidies.model_of_rolls import AMOUNT, File, Model
from tests.subsidies.samples import account

pytestmark = pytest.mark.django_db

PROGRAMME, REASON = "nursing_subsidy", "金额与标准不符"
MONTHS = (date(2019, 3, 1), date(2019, 4, 1))
DIED_ON, PAID_ON = date(2019, 1, 15), date(2019, 4, 28)
PEOPLE, STAFF, CITY = range(6), range(5), 5
# What is told of a row, and what the model calls it.
FINDINGS = {"PERSON_DEAD": "dead", "ALREADY_PAID": "paid", "WRONG_DISTRICT": "away"}
UNDER_WAY = ("submitted", "reviewed", "approved")
AFTER = {"submitted": "reviewed", "reviewed": "approved"}

someone = st.sampled_from(STAFF)
some_roll = st.integers(0, 5)
some_people = st.sets(st.sampled_from(PEOPLE), min_size=1)


class LifeOfRolls(RuleBasedStateMachine):
    """Rolls of one county, made and handled by five who hold every right; beside it another county, above it the city.

    `staff` are the five, one of the city and one of the county beside.
    """

    # How often each deed was done and refused in all runs: a walk that never gets anywhere claims nothing.
    tried: Counter = Counter()

    def __init__(self, staff, people):
        super().__init__()
        *self.staff, self.neighbour = staff
        self.people = people
        self.files: list[File] = []
        self.rolls: list[Model] = []
        self.dead: set[int] = set()
        self.away: set[int] = set()
        self.edits, self.checked_at = 0, None
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
        return staff not in model.made_by | model.taken

    def first_free(self, model: Model) -> int | None:
        """The first who may take the roll's next step; who made it hands it in, so that enough are left of five."""
        if model.state == "posted":
            return min(model.made_by)
        bound = model.taken if model.state == "paid" else model.taken | model.made_by
        return min(set(STAFF) - bound, default=None)

    def told_now(self, month: date, chosen: set[int]) -> dict[int, set[str]]:
        """What is told of rows about these people; of somebody of another county that and nothing else."""
        where = {"dead": self.dead, "paid": self.paid_for(month)}
        found = {one: {word for word, who in where.items() if one in who} for one in chosen}
        return found | {one: {"away"} for one in chosen & self.away}

    def picked(self, number: int) -> Model:
        return self.rolls[number % len(self.rolls)]

    def done(self, allowed: bool, deed, model: Model, **given) -> bool:
        """Do the deed; it must go through exactly when the model says so, and change nothing when it is refused."""
        roll = Roll.objects.get(pk=model.pk)
        try:
            with transaction.atomic():
                deed(roll=roll, **given)
        except (ValidationError, UndoRefused):
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

    @rule(staff=someone, month=st.sampled_from(MONTHS), chosen=some_people)
    def send_in(self, staff, month, chosen):
        """An import is read and judged; the parser has its own tests."""
        by, kind = self.staff[staff], kind_named(PROGRAMME)
        rows = [
            DataRow("表", row, {"name": one.name, "id_number": one.id_number, "amount": AMOUNT}, [])
            for row, one in ((number, self.people[number]) for number in sorted(chosen))
        ]
        job = ImportJob.objects.create(
            kind=PROGRAMME, month=month, staff=by, area=by.area, file_name="表.xlsx", size=1, state="reading",
            attempts=1, sha256=f"{ImportJob.objects.count():064x}",
        )  # fmt: skip
        work.present(work.Claim(job), judge_again(kind, rows, Context(staff=by, month=month), {}))
        self.files.append(File(job.pk, month, staff, self.told_now(month, chosen)))
        self.compare(self.files[-1])

    @precondition(lambda self: self.files)
    @rule(staff=someone, number=some_roll)
    def post(self, staff, number):
        """Judged anew: where something else is told than before, that is shown and nothing is posted."""
        file = self.files[number % len(self.files)]
        job, now = ImportJob.objects.get(pk=file.pk), self.told_now(file.month, set(file.told))
        try:
            with transaction.atomic():
                post_import(job=job, by=self.staff[staff], queue=False)
        except ImportConflict:
            assert not file.valid, "the posting was refused"
            self.tried["post", False] += 1
            return
        assert file.valid, "an import without a right row was to be posted"
        work.run(job.pk)
        if now != file.told:
            file.told = now
            self.compare(file)
            self.tried["post", "shown again"] += 1
            return
        roll = Roll.objects.get(job=job)
        self.files.remove(file)
        self.rolls.append(Model(roll.pk, file.month, file.valid, {file.sent_by, staff}))
        self.tried["post", True] += 1

    @rule(staff=someone, poster=someone, month=st.sampled_from(MONTHS), chosen=some_people)
    def prepare(self, staff, poster, month, chosen):
        """Both at once: chance alone seldom gets as far as a roll."""
        self.send_in(staff=staff, month=month, chosen=chosen)
        self.post(staff=poster, number=len(self.files) - 1)

    def compare(self, file: File) -> None:
        """The import shows what the model says of each row."""
        job = ImportJob.objects.get(pk=file.pk)
        rows = job.rows.values_list("row", "codes")
        found = {row: {FINDINGS[code] for code in codes.split(",") if code} for row, codes in rows}
        assert (job.state, found) == ("ready", file.told)

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
    @rule(staff=st.sampled_from((*STAFF, CITY)), number=some_roll)
    def call_back(self, staff, number):
        """None of the five sits in the city."""
        model = self.picked(number)
        at_the_bank = model.files or model.bank_paid or model.sent_back
        allowed = staff == CITY and model.state in UNDER_WAY and not at_the_bank
        if self.done(allowed, call_back_roll, model, by=self.staff[staff], reason=REASON):
            model.state, model.taken = "posted", set()

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
            if model.state in deeds and (staff := self.first_free(model)) is not None:
                deeds[model.state](staff=staff, number=number)

    @precondition(lambda self: self.rolls)
    @rule(staff=someone, number=some_roll)
    def hurry_to_the_bank(self, staff, number):
        """As far as a file, or a second one of who came back."""
        self.hurry(number=number, steps=3)
        self.send(staff=staff, number=number)

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

        def undo(roll):
            undo_import(by=self.staff[staff], job=roll.job, reason=REASON)

        if self.done(model.state == "posted", undo, model):
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

    @precondition(lambda self: self.files or self.rolls)
    @rule(staff=someone, person=st.sampled_from(PEOPLE))
    def die(self, staff, person):
        if person not in self.dead:
            by = self.neighbour if person in self.away else self.staff[staff]
            record_death(by=by, person=self.people[person], died_on=DIED_ON, source="死亡证明")
            self.dead.add(person)

    @precondition(lambda self: self.files or self.rolls)
    @rule(staff=someone, person=st.sampled_from(PEOPLE))
    def move(self, staff, person):
        """To the county beside, or back: one side offers, the other takes in."""
        here = (self.staff[staff], HAIZHOU, HAIZHOU_TOWN)
        beside = (self.neighbour, DONGHAI, DONGHAI_TOWN)
        (giving, *_), (taking, unit, town) = (beside, here) if person in self.away else (here, beside)
        try:
            with transaction.atomic():
                offered = offer_person(by=giving, person=self.people[person], receiving_unit=unit, reason="随子女居住")
                agree_to_transfer(by=taking, transfer=offered, town=Area.objects.get(code=town))
        except ValidationError:
            assert person in self.dead, "the living move"
        else:
            assert person not in self.dead, "the dead stay"
            self.away ^= {person}
        self.tried["move", person not in self.dead] += 1

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
    def what_was_done_leaves_all_accounts_right(self):
        """Money, the portal's own invariants, progress. Dear, so only when the log or a hand has moved on."""
        now = AuditLine.objects.aggregate(last=Max("pk"))["last"], self.edits
        if now == self.checked_at:
            return
        self.checked_at = now
        for model in self.rolls:
            money = money_of(Payment.objects.filter(roll=model.pk))
            assert money.adds_up and money == model.money
        assert list(invariants.breaches()) == []
        assert list(recount._breaches_of(self.target)) == []


@pytest.fixture
def everybody(make_staff):
    """Five people of one county, one of the city and one of another county, whose role holds every right there is."""
    from django.contrib.auth.models import Permission

    from lianyungang_cdpf.accounts.models import Role

    role = Role.objects.create(code="everything", name="一切", levels="county,city", position=99)
    role.permissions.set(Permission.objects.all())
    five = [make_staff(f"five_{number}", role="everything") for number in STAFF]
    return [*five, make_staff("city", "320700", "everything"), make_staff("beside", DONGHAI, "everything")]


@pytest.fixture
def walks(request):
    """(settings, seed): the same few ways with every run of the suite, or those of the profile that was asked for."""
    calm = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    option, number = request.config.getoption("--hypothesis-profile"), request.config.getoption("--hypothesis-seed")
    if option == "deep":
        chosen = of_hypothesis(of_hypothesis.get_profile("deep"), suppress_health_check=calm)
        return chosen, random.randrange(2**32) if number is None else int(number)
    chosen = of_hypothesis(max_examples=40, stateful_step_count=40, derandomize=False, suppress_health_check=calm)
    return chosen, int(number or 0)


def test_any_order_of_deeds_by_any_of_five_keeps_what_must_hold(everybody, make_person, settings, tmp_path, walks):
    settings.UPLOAD_ROOT = tmp_path / "uploads"
    people = {
        number: make_person(name, category=4, grade=1, account_no=account(number))
        for number, name in zip(PEOPLE, "甲乙丙丁戊己", strict=True)
    }
    LifeOfRolls.layout = BankLayout.objects.get(code="one_card_text")
    nursing = Programme.objects.get(code=PROGRAMME)
    Standard.objects.create(programme=nursing, effective_from=date(2019, 1, 1), grade=1, amount=AMOUNT)
    LifeOfRolls.target = Target.objects.get(key="nursing_subsidy", plan__year=2019)
    of_walks, number = walks
    print(f"--hypothesis-seed={number}: {of_walks.max_examples} walks of {of_walks.stateful_step_count} steps")  # noqa: T201
    run_state_machine_as_test(seed(number)(lambda: LifeOfRolls(everybody, people)), settings=of_walks)
    print(dict(sorted(LifeOfRolls.tried.items(), key=str)))  # noqa: T201
    deeds = (
        submit_roll,
        approve_roll,
        return_roll,
        call_back_roll,
        mark_roll_paid,
        archive_roll,
        make_bank_file,
        opened,
    )
    ways = {(deed.__name__, done) for deed in deeds for done in (True, False)}
    ways |= {(name, done) for name in ("post", "undo", "move") for done in (True, False)} | {("post", "shown again")}
    ways |= {("apply_return", some_came_back) for some_came_back in (True, False)}
    assert not ways - {way for way, times in LifeOfRolls.tried.items() if times}
    explained = {way for way, _ in LifeOfRolls.tried if way == "explained"}
    assert explained, "no roll ever differed from the month before"
