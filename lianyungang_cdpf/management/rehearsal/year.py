"""Twelve months of it: in each what was planted must be found, nothing else, and the money must add up to the cent.

What is expected follows from the planting alone, by the rules as an auditor would say them; the portal is not asked.
"""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from django.conf import settings

from lianyungang_cdpf.management.rehearsal import offices as office_work
from lianyungang_cdpf.management.rehearsal.offices import HARDSHIP, NURSING, PROGRAMMES, Entry
from lianyungang_cdpf.management.rehearsal.people import Payee, open_offices, settle
from lianyungang_cdpf.management.rehearsal.planting import (
    SHARING,
    Event,
    day_before,
    die,
    grade_anew,
    move,
    neighbour,
    plan_year,
)
from lianyungang_cdpf.targets import recount
from subsidies import invariants
from subsidies.comparison.actions import run_comparison, settle_case
from subsidies.comparison.models import CaseKind
from subsidies.models import ComparisonCase, Payment, Programme, Roll
from subsidies.monthly.models import Difference
from subsidies.recovery.actions import enter_refund, open_recovery
from subsidies.recovery.money import money_of

YEAR = 2019
STANDARDS = settings.BASE_DIR / "fixtures" / "demonstration-standards.json"
NOTHING, CENT = Decimal("0.00"), Decimal("0.01")
CLAIMED_FOR = {CaseKind.DEAD: "death", CaseKind.REGRADED: "regraded_out"}
Outcome = ComparisonCase.Outcome


def amounts() -> dict[str, dict[int, Decimal]]:
    """What each programme pays by grade, as the file of standards says."""
    programmes = json.loads(STANDARDS.read_text(encoding="utf-8"))["programmes"]
    return {
        code: {int(grade): Decimal(amount) for grade, amount in programmes[code]["versions"][0]["amounts"].items()}
        for code in PROGRAMMES
    }


@dataclass
class Month:
    """What one month came to: payments and yuan, how long each part took in seconds, and what was not as it should."""

    month: date
    payments: int = 0
    planned: Decimal = NOTHING
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    problems: list[str] = field(default_factory=list)
    found: dict[str, int] = field(default_factory=dict)


@dataclass
class Money:
    """Of one programme, by what was planted: yuan."""

    planned: Decimal = NOTHING
    returned: Decimal = NOTHING
    recovered: Decimal = NOTHING


class Rehearsal:
    """A city with its lists; `each` of everything is planted in every month from the second on."""

    def __init__(self, *, people: int, each: int, counties: tuple[str, ...], months: int = 12, seed: int = 20190327):
        self.offices, self.city = open_offices(counties)
        self.people = settle(people, seed, self.offices)
        self.by_number = {one.id_number: one for one in self.people}
        self.plan = plan_year(self.people, each, months, seed)
        self.months = months
        self.amounts = amounts()
        self.programmes = {one.code: one for one in Programme.objects.filter(code__in=PROGRAMMES)}
        # By county and programme what the clerk's list says of whom.
        self.lists: dict[tuple[str, str], dict[int, Entry]] = defaultdict(dict)
        for one in self.people:
            for code in self.due(one):
                self.enter(one, code)
        self.money = Money()
        # Whom the office strikes off, or pays by another grade, in the month after it became known.
        self.known_late: list[tuple[Event, Payee]] = []

    def due(self, one: Payee) -> tuple[str, ...]:
        """The allowances that the person's grade gives."""
        return PROGRAMMES if one.is_severe else (HARDSHIP,)

    def enter(self, one: Payee, code: str) -> None:
        """Put the person on the list of their county, with what their grade gives."""
        self.lists[one.county, code][one.key] = Entry(one, self.amounts[code][one.grade], one.account_no)

    def of(self, number: int, event: Event) -> list[Payee]:
        """Whom the event strikes in the month."""
        return self.plan.get((number, event), [])

    def run(self, say: Callable[[Month], None] = lambda month: None) -> list[Month]:
        """The year, month by month."""
        done = []
        for number in range(1, self.months + 1):
            month = OneMonth(self, number)
            month.run()
            done.append(month.told)
            say(month.told)
        return done


class OneMonth:
    """One month of the rehearsal."""

    def __init__(self, year: Rehearsal, number: int):
        self.year, self.number, self.month = year, number, date(YEAR, number, 1)
        self.told = Month(self.month)
        self.rejected: set[tuple] = set()
        self.warned: set[tuple] = set()
        self.differences: set[tuple] = set()
        self.cases: set[tuple] = set()

    def run(self) -> None:
        self.part("events", self.strike)
        rolls = self.part("lists", self.post_lists)
        self.part("differences", lambda: self.explain(rolls))
        self.part("approval and bank", lambda: self.pay(rolls))
        self.part("events", self.strike_late)
        self.part("comparison", self.compare)
        self.part("recovery", self.recover)
        self.part("checks", self.add_up)

    def part(self, name: str, deed: Callable):
        """Do one part and take its time."""
        begun = time.perf_counter()
        try:
            return deed()
        finally:
            self.told.seconds[name] += time.perf_counter() - begun

    def expect(self, what: str, found: Iterable, expected: Iterable) -> None:
        """What was found is what was planted: neither more nor less."""
        found, expected = list(found), set(expected)
        self.told.found[what] = self.told.found.get(what, 0) + len(found)
        for one in sorted(expected.difference(found), key=str):
            self.told.problems.append(f"{self.month:%Y-%m} {what}: not found {one}")
        for one in sorted(set(found) - expected, key=str):
            self.told.problems.append(f"{self.month:%Y-%m} {what}: not planted {one}")
        if len(found) != len(set(found)):
            self.told.problems.append(f"{self.month:%Y-%m} {what}: the same twice")

    def of(self, event: Event) -> list[Payee]:
        return self.year.of(self.number, event)

    # -- before the lists ---------------------------------------------------------------------------------------

    def strike(self) -> None:
        """What the register knows in time. The lists are still those of last month."""
        self.die()
        self.move()
        self.grade_anew()
        self.learn()
        self.slip()
        self.share()

    def die(self) -> None:
        """Who died in the month before, and is still in the list."""
        for one in self.of(Event.DEATH):
            for code in self.year.due(one):
                self.rejected.add((one.county, code, one.id_number, ("PERSON_DEAD",)))
                self.differs(one.county, code, one, Difference.STOPPED)
            die(one, self.month, self.year.offices)

    def move(self) -> None:
        """Who belongs to the next county now, is in the lists of both."""
        for one in self.of(Event.MOVE):
            before = one.county
            move(one, self.month, self.year.offices)
            for code in self.year.due(one):
                self.rejected.add((before, code, one.id_number, self.codes_elsewhere(one, before)))
                self.differs(before, code, one, Difference.MOVED_OUT)
                self.differs(one.county, code, one, Difference.MOVED_IN)
                self.year.enter(one, code)

    def grade_anew(self) -> None:
        """Who has a certificate of another grade since the first of the month, and is in the list by the old one."""
        for one in self.of(Event.REGRADE):
            grade_anew(one, self.month)
            self.rejected.add((one.county, HARDSHIP, one.id_number, ("AMOUNT_NOT_STANDARD",)))
            self.rejected.add((one.county, NURSING, one.id_number, ("INELIGIBLE_GRADE",)))
            self.graded_differently(one)

    def slip(self) -> None:
        """Who is in a list twice, and who in that of another county."""
        for one in self.of(Event.TWICE):
            self.rejected.add((one.county, HARDSHIP, one.id_number, ("DUPLICATE_IN_FILE",)))
        for one in self.of(Event.FOREIGN):
            there = neighbour(one.county, self.year.offices)
            self.rejected.add((there, HARDSHIP, one.id_number, self.codes_elsewhere(one, there)))

    def share(self) -> None:
        """Whose account is said to be another's this month; the first of each group keeps their own."""
        last = self.year.of(self.number - 1, Event.SHARED)
        for is_new, group in ((True, self.of(Event.SHARED)), (False, last)):
            for place, one in enumerate(group):
                for code in self.year.due(one) if place % SHARING else ():
                    self.differs(one.county, code, one, Difference.ACCOUNT, is_open=True)
                    if is_new:
                        self.warned.add((one.county, code, one.id_number, ("W_BANK_DIFFERS",)))

    def learn(self) -> None:
        """What became known after the last month was paid, the clerk has put right in the list."""
        year = self.year
        for event, one in year.known_late:
            was_paid = [code for code in PROGRAMMES if one.key in year.lists[one.county, code]]
            for code in was_paid:
                year.lists[one.county, code].pop(one.key)
            if event == Event.LATE_REGRADE:
                year.enter(one, HARDSHIP)
                self.graded_differently(one)
                continue
            for code in was_paid:
                self.differs(one.county, code, one, Difference.STOPPED)
        year.known_late = []

    def codes_elsewhere(self, one: Payee, there: str) -> tuple[str, ...]:
        """What is said of a row about somebody of another county: besides, whether that one has posted before."""
        counties = list(self.year.offices)
        before = counties.index(one.county) < counties.index(there)
        return ("ALREADY_PAID", "WRONG_DISTRICT") if before else ("WRONG_DISTRICT",)

    def graded_differently(self, one: Payee) -> None:
        self.differs(one.county, HARDSHIP, one, Difference.AMOUNT)
        self.differs(one.county, NURSING, one, Difference.STOPPED)

    def differs(self, county: str, code: str, one: Payee, kind: str, *, is_open: bool = False) -> None:
        self.differences.add((county, code, one.key, str(kind), is_open))

    # -- the lists ----------------------------------------------------------------------------------------------

    def post_lists(self) -> dict[tuple[str, str], Roll]:
        """Each county's two lists: judged with what is wrong in them, put right by the clerk, posted."""
        rolls, rejected, warned = {}, [], []
        for county, office in self.year.offices.items():
            for code, programme in self.year.programmes.items():
                judged = office_work.judge_list(office, programme, self.month, self.carried(county, code))
                rejected += [(county, code, *one) for one in judged.rejected]
                warned += [(county, code, *one) for one in judged.warned]
                if judged.rejected:
                    self.put_right(county, code, judged.rejected)
                    judged = office_work.judge_list(office, programme, self.month, self.listed(county, code))
                    self.expect("rejected once put right", judged.rejected, ())
                roll = rolls[county, code] = office_work.post_list(office, programme, self.month, judged)
                self.told.payments += roll.payment_count
                self.told.planned += roll.total
        self.expect("rejected rows", rejected, self.rejected)
        self.expect("warned rows", warned, self.warned)
        return rolls

    def listed(self, county: str, code: str) -> list[Entry]:
        """The list, with the account that some of this month say is theirs."""
        shared = self.of(Event.SHARED)
        account = {one.key: shared[place - place % SHARING].account_no for place, one in enumerate(shared)}
        entries = self.year.lists[county, code].items()
        return [replace(entry, account_no=account[key]) if key in account else entry for key, entry in entries]

    def carried(self, county: str, code: str) -> list[Entry]:
        """Last month's list, with this month's slips: somebody of another county, somebody twice."""
        entries = self.listed(county, code)
        if code != HARDSHIP:
            return entries
        year = self.year
        foreign = [one for one in self.of(Event.FOREIGN) if neighbour(one.county, year.offices) == county]
        twice = [one for one in self.of(Event.TWICE) if one.county == county]
        return entries + [year.lists[one.county, code][one.key] for one in (*foreign, *twice)]

    def put_right(self, county: str, code: str, rejected: list) -> None:
        """The clerk strikes off whoever must not be paid here; who is graded anew is paid by the new grade."""
        for number, codes in rejected:
            one = self.year.by_number[number]
            if "AMOUNT_NOT_STANDARD" in codes:
                self.year.enter(one, code)
            elif "DUPLICATE_IN_FILE" not in codes:
                self.year.lists[county, code].pop(one.key, None)

    # -- from difference to payment -------------------------------------------------------------------------------

    def explain(self, rolls: dict[tuple[str, str], Roll]) -> None:
        """What differs from last month, and which of it the portal does not know the reason of."""
        found = []
        for (county, code), roll in rolls.items():
            told = office_work.explain(self.year.offices[county], roll)
            found += [(county, code, *one) for one in told]
        self.expect("differences", found, self.differences)

    def pay(self, rolls: dict[tuple[str, str], Roll]) -> None:
        """Approve every roll, send it to the bank, enter its answer, send some again."""
        again = {one.id_number for one in self.of(Event.RETURNED)}
        returned = again | {one.id_number for one in self.of(Event.RETURNED_FOR_GOOD)}
        day, found = self.month.replace(day=28), []
        for (county, code), roll in rolls.items():
            office = self.year.offices[county]
            roll = office_work.approve(office, roll)
            came_back = office_work.pay(office, roll, day, returned, again)
            found += [(county, code, number) for number in came_back]
        expected = {
            (one.county, code, one.id_number)
            for event in (Event.RETURNED, Event.RETURNED_FOR_GOOD)
            for one in self.of(event)
            for code in self.year.due(one)
        }
        self.expect("returned by the bank", found, expected)

    # -- after the payment ----------------------------------------------------------------------------------------

    def strike_late(self) -> None:
        """What becomes known only now: the comparison must find that it was paid wrongly."""
        year = self.year
        for one in self.of(Event.LATE_DEATH):
            self.cases |= {(CaseKind.DEAD, one.key, code, 1, self.paid(one, code)) for code in year.due(one)}
            die(one, self.month, year.offices)
            year.known_late.append((Event.LATE_DEATH, one))
        for one in self.of(Event.LATE_REGRADE):
            paid = {code: self.paid(one, code) for code in PROGRAMMES}
            grade_anew(one, day_before(self.month, 15))
            too_much = paid[HARDSHIP] - year.amounts[HARDSHIP][one.grade]
            self.cases |= {
                (CaseKind.REGRADED, one.key, HARDSHIP, 1, too_much),
                (CaseKind.REGRADED, one.key, NURSING, 1, paid[NURSING]),
            }
            year.known_late.append((Event.LATE_REGRADE, one))
        self.cases |= {(CaseKind.SHARED_ACCOUNT, one.key, None, 0, NOTHING) for one in self.of(Event.SHARED)}

    def paid(self, one: Payee, code: str) -> Decimal:
        """What the list of the month paid."""
        return self.year.lists[one.county, code][one.key].amount

    def compare(self) -> None:
        """Compare the whole city's month; the cases that were opened are the planted ones."""
        run_comparison(by=self.year.city, month=self.month)
        opened = self.opened().values_list("kind", "person", "programme__code", "months", "wrong_amount")
        self.expect("cases", opened, self.cases)

    def opened(self):
        """The cases that nobody has settled."""
        return ComparisonCase.objects.filter(outcome=Outcome.OPEN).order_by("pk")

    def recover(self) -> None:
        """Settle every case; what was paid wrongly is claimed, and comes back whole or, every other time, in part."""
        year = self.year
        for number, case in enumerate(list(self.opened().select_related("person", "programme"))):
            if not case.wrong_amount:
                settle_case(case=case, by=year.city, outcome=Outcome.WITHIN_RULES, reason="已核实为同一监护人代领")
                continue
            settle_case(case=case, by=year.city, outcome=Outcome.RECOVER, reason="已停发并追缴")
            payment = Payment.objects.live().get(person=case.person, programme=case.programme, month=self.month)
            office = year.offices[payment.area.unit_key]
            claim = open_recovery(
                person=case.person, programme=case.programme, payments=[payment], reason=CLAIMED_FOR[case.kind],
                by=office.clerk, amounts={payment.pk: case.wrong_amount},
            )  # fmt: skip
            refund = case.wrong_amount if number % 2 else (case.wrong_amount / 2).quantize(CENT)
            enter_refund(
                case=claim, by=office.finance, amount=refund, day=self.month.replace(day=28), receipt_no=f"T-{claim.pk}"
            )
            year.money.recovered += refund

    def add_up(self) -> None:
        """planned = paid + returned + outstanding + recovered, each as the planting says, to the cent."""
        money, lists = self.year.money, self.year.lists
        for entries in lists.values():
            money.planned += sum((entry.amount for entry in entries.values()), NOTHING)
        for one in self.of(Event.RETURNED_FOR_GOOD):
            money.returned += sum((self.paid(one, code) for code in self.year.due(one)), NOTHING)
        expected = (money.planned, money.planned - money.returned - money.recovered, money.returned, NOTHING,
                    money.recovered)  # fmt: skip
        told = money_of(Payment.objects.live())
        found = (told.planned, told.paid, told.returned, told.outstanding, told.recovered)
        if found != expected:
            self.told.problems.append(f"{self.month:%Y-%m} money: {found}, planted {expected}")
        if self.number == self.year.months:
            self.told.problems += [*invariants.breaches(), *recount.breaches()]
