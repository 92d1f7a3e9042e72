"""What the portal itself knows of why a payment differs from the month before: a reason's code and the fact behind it.

The facts are those that a roll's judge has of people in either month, where they lived before, the rows of the
standards and the bank's returns. A fixed number of statements, whatever the differences; nothing is written.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from beneficiaries.models import Category, CertificateStatus, Grade, Hardship, Person, Residence
from beneficiaries.people import age_on
from subsidies.known import Known
from subsidies.models import Standard
from subsidies.monthly.comparing import Changed, Office, TwoMonths
from subsidies.monthly.models import (
    AccountReason,
    AmountReason,
    Difference,
    MoveReason,
    NewReason,
    StopReason,
)
from subsidies.owed.claims import RegisterJudge


@dataclass(frozen=True, slots=True)
class Cause:
    """A reason that the portal proposes, and the fact that it rests on, as a sentence without a full stop."""

    code: str
    fact: str


class OfficeJudge(RegisterJudge):
    """Asks of people of a place, whoever looks, what a roll of it would be told."""

    def __init__(self, office: Office, month: date):
        super().__init__(office.programme, office, month)

    def codes(self, person: Known, month: date) -> list[str]:
        """What the register alone says against paying the person in the month."""
        return [code for code, _ in self._standing_of(person, month).findings]

    def standard_of(self, person: Known) -> Standard | None:
        """The standard that a person falls under in the judge's month."""
        return self._standard(person, self.month)


class Causes:
    """The causes of the differences of one roll, by (person, kind)."""

    def __init__(self, months: TwoMonths, changes: list[Changed]):
        self.months, self.month = months, months.roll.month
        self.judge = OfficeJudge(months.office, self.month)
        people = {one.person for one in changes}
        self.now = self.judge.known(Person.objects.filter(pk__any_of=people))
        self.then = self.judge.register.as_of(self.now.values(), months.month_before)
        self.moves = _moves(one.person for one in changes if one.kind in MOVING)
        self.standards = _standards(changes)

    def of(self, change: Changed) -> Cause | None:
        """The cause of a difference, or None where the portal knows of none."""
        if change.person not in self.now:
            return None
        return {
            Difference.STOPPED: self._of_stop, Difference.NEW: self._of_new, Difference.AMOUNT: self._of_amount,
            Difference.ACCOUNT: self._of_account, Difference.MOVED_IN: self._of_moving_in,
            Difference.MOVED_OUT: self._of_moving_out,
        }[change.kind](change)  # fmt: skip

    @property
    def _last_day(self) -> date:
        return _following(self.month) - timedelta(days=1)

    # -- no longer paid ------------------------------------------------------------------------------------------------

    def _of_stop(self, change: Changed) -> Cause | None:
        person = self.now[change.person]
        if person.died_on and person.died_on <= self._last_day:
            return Cause(StopReason.DEATH, f"已于 {_day(person.died_on)} 死亡")
        if person.moved_out_on and person.moved_out_on <= self._last_day:
            return Cause(StopReason.MOVED_OUT, f"已于 {_day(person.moved_out_on)} 迁出本市")
        if not person.place.is_ours:
            return Cause(StopReason.MOVED_OUT, self._left(person))
        codes = self.judge.codes(person, self.month)
        if "CERT_EXPIRED" in codes or "CERT_CANCELLED" in codes:
            return _of_certificate(person.certificate)
        return self._of_conditions(person, codes) or self._of_age(person)

    def _of_conditions(self, person: Known, codes: list[str]) -> Cause | None:
        """By the programme's conditions; one without conditions qualifies nobody, which is no reason for a stop."""
        if not self.months.roll.programme.eligibility:
            return None
        if "INELIGIBLE_GRADE" in codes:
            fact = f"残疾人证为{_grading(person.certificate)}，不符合享受条件" if person.certificate else ""
            return Cause(StopReason.REGRADED_OUT, fact) if fact else None
        return self._of_household(person, codes)

    def _of_household(self, person: Known, codes: list[str]) -> Cause | None:
        if "INELIGIBLE_HOUSEHOLD" not in codes:
            return None
        fact = f"困难情况为“{'、'.join(person.classes)}”，不符合" if person.classes else "该月没有登记困难情况"
        if Hardship.TEKUN in person.statuses:
            return Cause(StopReason.TEKUN_ADMITTED, fact)
        left = Hardship.DIBAO in self.then[person.pk].statuses
        return Cause(StopReason.LEFT_DIBAO if left else StopReason.INCOME_OVER, fact)

    def _of_age(self, person: Known) -> Cause | None:
        most = self.months.roll.programme.age_to
        born = self.births.get(person.pk) if most is not None else None
        if born is None or age_on(born, self._last_day) <= most:
            return None
        return Cause(StopReason.AGE_LIMIT, f"{_day(born)} 出生，已超过 {most} 周岁")

    @cached_property
    def births(self) -> dict[int, date]:
        """Days of birth, asked only for a programme that ends with an age."""
        return dict(Person.objects.filter(pk__any_of=self.now.keys()).values_list("pk", "birth_date"))

    def _left(self, person: Known) -> str:
        day = self._moved_on(person, from_here=True)
        return f"已于 {_day(day)} 迁出本辖区" if day else "档案已不在本辖区"

    # -- newly paid ----------------------------------------------------------------------------------------------------

    def _of_new(self, change: Changed) -> Cause | None:
        """Who could not be paid in the month before and now can, by a record with its day; or who has moved in."""
        person, then = self.now[change.person], self.then[change.person]
        before, now = (self.judge.codes(*of) for of in ((then, self.months.month_before), (person, self.month)))
        if day := self._moved_on(person, from_here=False):
            return Cause(NewReason.MOVED_IN, f"{_day(day)} 迁入本辖区")
        if now or not before:
            return None
        if "INELIGIBLE_HOUSEHOLD" in before:
            since = max((one[0] for one in person.hardships if one[0] and one[2] in person.statuses), default=None)
            words = "、".join(person.classes)
            return Cause(NewReason.ENTERED_DIBAO, f"{_day(since)} 起困难情况为“{words}”") if since else None
        since = person.certificate and person.certificate[0]
        if not since:
            return None
        return Cause(NewReason.NEWLY_CERTIFIED, f"{_day(since)} 起残疾人证为{_grading(person.certificate)}")

    # -- another amount ------------------------------------------------------------------------------------------------

    def _of_amount(self, change: Changed) -> Cause | None:
        """Which of the things that an amount hangs on changed; none where an amount is not that of its standard."""
        before, now = change.before, change.now
        if (before.amount, now.amount) != (before.standard_amount, now.standard_amount):
            return None
        old, new = self.standards.get(before.standard_id), self.standards.get(now.standard_id)
        return self._regraded(change, old, new) or self._of_standard(old, new) or self._of_other_facts(change, old, new)

    def _regraded(self, change: Changed, old, new) -> Cause | None:
        then, now = self.then[change.person].certificate, self.now[change.person].certificate
        if then and now and then[3:5] != now[3:5]:
            since = f"自 {_day(now[0])} 起" if now[0] else ""
            fact = f"残疾人证{since}由{_grading(then)}变为{_grading(now)}"
            return Cause(AmountReason.REGRADED, fact)
        # A register without dates keeps the present certificate only; the standards say what was paid for.
        if old and new and old.grade and new.grade and old.grade != new.grade:
            return Cause(AmountReason.REGRADED, f"由{Grade(old.grade).label}变为{Grade(new.grade).label}")
        return None

    def _of_standard(self, old, new) -> Cause | None:
        begins = new and self.months.month_before < new.effective_from <= self.month
        if not begins or (old and old.pk == new.pk):
            return None
        source = f"，依据{new.source_document}" if new.source_document else ""
        return Cause(AmountReason.STANDARD_CHANGED, f"{new.effective_from:%Y-%m} 起标准为 {new.amount:,.2f} 元{source}")

    def _of_other_facts(self, change: Changed, old, new) -> Cause | None:
        """By which of a standard's conditions another one fits now, where nothing of it is new."""
        then, now = self.then[change.person], self.now[change.person]
        if not (old and new) or old.pk == new.pk:
            return None
        if then.classes != now.classes and old.household_class != new.household_class:
            words = ["、".join(one.classes) or "未登记" for one in (then, now)]
            return Cause(AmountReason.HOUSEHOLD_CHANGED, f"困难情况由“{words[0]}”变为“{words[1]}”")
        return None

    # -- another account -----------------------------------------------------------------------------------------------

    def _of_account(self, change: Changed) -> Cause | None:
        returned = change.before.returned_on
        if returned is None or change.before.account == change.now.account:
            return None
        return Cause(AccountReason.RETURNED, f"上月发放于 {_day(returned)} 被银行退回")

    # -- paid by another place -----------------------------------------------------------------------------------------

    def _of_moving_in(self, change: Changed) -> Cause | None:
        person = self.now[change.person]
        day = self._moved_on(person, from_here=False)
        return Cause(MoveReason.MOVED, f"{_day(day)} 迁入本辖区") if day and person.place.is_ours else None

    def _of_moving_out(self, change: Changed) -> Cause | None:
        person = self.now[change.person]
        return None if person.place.is_ours else Cause(MoveReason.MOVED, self._left(person))

    def _moved_on(self, person: Known, *, from_here: bool) -> date | None:
        """The last day on which the person lived on the other side of the place's border, by this month's end."""
        places, begun = self.judge.places, self.months.month_before
        days = [
            day
            for area, day in self.moves.get(person.pk, ())
            if places[area].is_ours == from_here and day <= self._last_day and (from_here or day >= begun)
        ]
        return max(days, default=None)


MOVING = (Difference.NEW, Difference.STOPPED, Difference.MOVED_IN, Difference.MOVED_OUT)


def _moves(people: Iterable[int]) -> dict[int, list[tuple[int, date]]]:
    """By person the areas where they lived before, each with its last day."""
    found: dict[int, list[tuple[int, date]]] = {}
    rows = Residence.objects.filter(person__any_of=list(people)).order_by()
    for person, area, day in rows.values_list("person_id", "area_id", "valid_to"):
        found.setdefault(person, []).append((area, day))
    return found


def _standards(changes: list[Changed]) -> dict[int, Standard]:
    """The rows of the standards that changed amounts come from."""
    keys = {
        line.standard_id
        for one in changes
        if one.kind == Difference.AMOUNT
        for line in (one.before, one.now)
        if line.standard_id
    }
    return Standard.objects.in_bulk(keys) if keys else {}


STOPPED_BY = {
    CertificateStatus.FROZEN: StopReason.CERT_FROZEN, CertificateStatus.EXPIRED: StopReason.CERT_EXPIRED,
    CertificateStatus.TRANSFERRED_OUT: StopReason.MOVED_OUT,
}  # fmt: skip


def _of_certificate(certificate: tuple) -> Cause:
    """Why a certificate that does not count keeps from payment."""
    status = CertificateStatus(certificate[5])
    if status == CertificateStatus.EXPIRED and certificate[1]:
        return Cause(StopReason.CERT_EXPIRED, f"残疾人证已于 {_day(certificate[1])} 到期")
    return Cause(STOPPED_BY.get(status, StopReason.CERT_CANCELLED), f"残疾人证状态为“{status.label}”")


def _grading(certificate: tuple) -> str:
    return f"{Category(certificate[3]).label}{Grade(certificate[4]).label}"


def _following(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _day(day: date) -> str:
    return f"{day:%Y-%m-%d}"
