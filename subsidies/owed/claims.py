"""Who is owed a month's payment and did not get it, and who got one without a claim to it.

The rules are those by which a roll is judged, asked of people without a row; only what is read differs.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from beneficiaries.models import Person
from lianyungang_cdpf.accounts.models import Area, Level, Staff
from lianyungang_cdpf.intake.bulk import fetched
from lianyungang_cdpf.intake.kinds import Context
from subsidies.judging import RollJudge, Rules
from subsidies.known import Known
from subsidies.models import Payment, PaymentAcceptance, Programme, Standard


@dataclass(slots=True, frozen=True)
class Claim:
    """One person's line: owed the amount by a standard, or paid it against the findings named in `codes`."""

    person: Known
    # Where it is counted: where who is owed lives, where who was paid lived then.
    area_id: int
    amount: Decimal
    standard: Standard | None = None
    codes: tuple[str, ...] = ()


@dataclass(slots=True, frozen=True)
class Claims:
    """The lines by place, and how many people are left out of them for a reason that must be told."""

    lines: list[Claim]
    # Of those owed: who was paid by another place. Of those paid: whose record is in another place by now.
    elsewhere: int = 0
    # Who qualifies in a month for which the office keeps no standard that fits.
    without_standard: int = 0

    @property
    def total(self) -> Decimal:
        """The sum of the lines in yuan."""
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def money(self) -> str:
        """The sum as people read it."""
        return f"{self.total:,.2f}"


class RegisterJudge(RollJudge):
    """Asks of people on the register what a roll's judge asks of its rows; a fixed number of statements for all."""

    def __init__(self, programme: Programme, staff: Staff, month: date, rules: Rules | None = None):
        super().__init__(programme, Context(staff=staff, month=month), rules)
        self.places = self.register.places

    def known(self, people: QuerySet[Person]) -> dict[int, Known]:
        """What the register knows of the people, by key, with what is in force in the month."""
        return self.register.all_of(people, self.month)

    def payable(self, one: Known) -> Decimal | None:
        """What a roll could pay the person for the month; None where a check or the lack of a standard forbids it."""
        if any(self._is_error(code) for code, _ in self._standing(one, self.month).findings):
            return None
        standard = self._standard(one, self.month)
        return standard and standard.amount

    def owed(self, people: dict[int, Known]) -> Claims:
        """Those of the people who qualify and were paid by nobody.

        Every finding counts, also of a check that the programme has relaxed: what lets a row through gives nobody
        a claim.
        """
        payments = self._payments(list(people), {self.month}).values_list("person_id", "area_id")
        paid = dict(fetched(payments))
        lines, elsewhere, without_standard = [], 0, 0
        for one in people.values():
            if self._standing(one, self.month).findings:
                continue
            if one.pk in paid:
                elsewhere += not self.places[paid[one.pk]].is_ours
            elif (standard := self._standard(one, self.month)) is None:
                without_standard += 1
            else:
                lines.append(Claim(one, one.area_id, standard.amount, standard))
        return Claims(self._by_place(lines), elsewhere, without_standard)

    def undue(self, payments: list[tuple], people: dict[int, Known]) -> Claims:
        """Those of the month's payments (key, person, area, amount) that no roll could make by what is known now.

        Whose record is out of sight is counted only. What a reviewer accepted is no reason.
        """
        accepted = self._accepted()
        lines, elsewhere = [], 0
        for pk, person, area_id, amount in payments:
            if (one := people.get(person)) is None:
                elsewhere += 1
                continue
            findings = self._standing(one, self.month).findings
            codes = tuple(code for code, _ in findings if self._is_error(code) and code not in accepted.get(pk, ()))
            if codes:
                lines.append(Claim(one, area_id, amount, codes=codes))
        return Claims(self._by_place(lines), elsewhere)

    def _accepted(self) -> dict[int, list[str]]:
        kept = PaymentAcceptance.objects.visible_to(self.context.staff).filter(
            payment__programme=self.programme, payment__month=self.month, payment__live=True
        )
        return {pk: codes.split(",") for pk, codes in kept.order_by().values_list("payment_id", "codes")}

    def _by_place(self, lines: list[Claim]) -> list[Claim]:
        return sorted(lines, key=lambda line: (self.places[line.area_id].path, line.person.pk))


def both(staff: Staff, programme: Programme, month: date) -> tuple[Claims, Claims]:
    """What is owed and what was paid without a claim in the whole place of the staff member."""
    judge = RegisterJudge(programme, staff, month)
    people = judge.known(Person.objects.visible_to(staff))
    return judge.owed(people), judge.undue(payments_of(staff, programme, month, None), people)


def owed_in(staff: Staff, programme: Programme, month: date, place: Area | None) -> Claims:
    """What is owed to those who live in the place; None is all that the staff member sees."""
    judge = RegisterJudge(programme, staff, month)
    return judge.owed(judge.known(_within(Person.objects.visible_to(staff), place)))


def undue_in(staff: Staff, programme: Programme, month: date, place: Area | None) -> Claims:
    """What was paid without a claim to those who lived in the place then."""
    judge = RegisterJudge(programme, staff, month)
    payments = payments_of(staff, programme, month, place)
    paid = {person for _, person, *_ in payments}
    return judge.undue(payments, judge.known(Person.objects.visible_to(staff).filter(pk__any_of=paid)))


def payments_of(staff: Staff, programme: Programme, month: date, place: Area | None) -> list[tuple]:
    """(key, person, area, amount) of the month's live payments to those who lived in the place."""
    payments = Payment.objects.visible_to(staff).live().filter(programme=programme, month=month)
    return list(_within(payments, place).order_by().values_list("pk", "person_id", "area_id", "amount"))


def _within(records: QuerySet, place: Area | None) -> QuerySet:
    if place is None or place.level == Level.CITY:
        return records
    return records.filter(area__path__startswith=place.path)
