"""What a roll's judge says of somebody who only tells what they are: nobody is looked up and nothing is kept.

The rules are those of the rolls, by their own code: only the register is exchanged for one that holds who asks.
"""

from dataclasses import dataclass
from datetime import date

from django.db import models

from lianyungang_cdpf.intake.kinds import Context
from lianyungang_cdpf.intake.periods import PERIODS
from lianyungang_cdpf.intake.tables import DataRow
from subsidies.judging import RollJudge
from subsidies.known import Known, KnownPeople, Place
from subsidies.models import PeriodType, Programme, RollType, Standard
from subsidies.yearly.grants import GrantJudge
from subsidies.yearly.policies import PolicyJudge
from subsidies.yearly.premiums import PremiumJudge

# A grant is for a school year that somebody is at school; a roll has no row of anybody else.
NOT_STUDYING = "NOT_STUDYING"
# Whose age the rule asks for has not been told.
AGE_UNTOLD = "AGE_UNTOLD"
PREFIX = "320701"  # of numbers that were never issued
CHILD = PREFIX + "200001010018"


class Studies(models.TextChoices):
    """Who is at school."""

    NOBODY = "nobody", "没有人在上学"
    SELF = "self", "持证人本人在上学"
    CHILD = "child", "持证人的子女在上学，子女没有残疾人证"


@dataclass(frozen=True)
class Asked:
    """What somebody tells of a holder of a certificate: themselves, or the one whom they ask for."""

    born: date
    # (category, grade, status) of the certificate; None without one.
    certificate: tuple[int, int, str] | None = None
    statuses: tuple[str, ...] = ()
    hukou_type: str = ""
    area_path: str = ""
    studies: str = Studies.NOBODY
    stage: str = ""
    draws_pension: bool = False

    @property
    def number(self) -> str:
        """A number that holds the birthday: the judge reads ages from it. It is nobody's."""
        return f"{PREFIX}{self.born:%Y%m%d}0000"

    def known(self) -> Known:
        """As the register would have them, living where the roll is from."""
        certificates = [(None, None, "", *self.certificate)] if self.certificate else []
        hardships = [(None, None, word) for word in self.statuses]
        place = Place(self.area_path, frozenset(), None, is_ours=True)
        return Known(0, "", 0, place, self.hukou_type, "", "", None, None, certificates, hardships)


class OnlyWhoAsks(KnownPeople):
    """A register that holds nobody but who asks; no statement is made."""

    def __init__(self, asked: Asked):
        super().__init__(None)
        self.asked = asked

    def numbered(self, digests: dict[str, str], found: list[int], month: date) -> dict[str, Known]:
        """Who asks, as of the month."""
        return {self.asked.number: self.as_of([self.asked.known()], month)[0]}


class PaidNothing:
    """Mixed in before a judge: who asks is on no roll, so no payment is looked at."""

    def _paid(self, people: dict[str, Known], months: set[date]) -> set[tuple[int, date]]:
        return set()


class MonthAsked(PaidNothing, RollJudge):
    """Of a monthly allowance."""


class PremiumAsked(PaidNothing, PremiumJudge):
    """Of a pension premium."""


class PolicyAsked(PaidNothing, PolicyJudge):
    """Of an insurance."""


class GrantAsked(PaidNothing, GrantJudge):
    """Of a grant for students."""


JUDGES = {
    RollType.MONTHLY: MonthAsked,
    RollType.PENSION: PremiumAsked,
    RollType.INSURANCE: PolicyAsked,
    RollType.EDUCATION: GrantAsked,
}


@dataclass(frozen=True)
class Answer:
    """What holds of a programme for who asked: the checks that speak against it, and what it would pay."""

    programme: Programme
    codes: tuple[str, ...]
    standard: Standard | None = None

    @property
    def qualifies(self) -> bool:
        return not self.codes


def answers(asked: Asked, day: date) -> list[Answer]:
    """An answer for each programme as of the day; a fixed number of statements for a programme, none of people."""
    return [_answer(programme, asked, day) for programme in Programme.objects.all()]


def _answer(programme: Programme, asked: Asked, day: date) -> Answer:
    is_grant = programme.roll_type == RollType.EDUCATION
    if is_grant and asked.studies == Studies.NOBODY:
        return Answer(programme, (NOT_STUDYING,))
    month = day.replace(day=1)
    term = None if programme.period == PeriodType.POLICY else PERIODS[programme.period].holding(month)
    judge = JUDGES[programme.roll_type](programme, Context(staff=None, month=term))
    judge.register = OnlyWhoAsks(asked)
    (outcome,) = judge.judge([_row(asked, is_grant)])
    # As for whom is owed something: a check that a programme has relaxed lets a row through, but gives nobody a claim.
    codes = [code for code in outcome.shown_codes if not code.startswith("W_")]
    if is_grant and asked.studies == Studies.CHILD and _asks_age(programme):
        codes = [AGE_UNTOLD if code == "AGE_NOT_ELIGIBLE" else code for code in codes] or [AGE_UNTOLD]
    return Answer(programme, tuple(codes), None if codes else judge.standard_for(outcome.data))


def _asks_age(programme: Programme) -> bool:
    return programme.age_from is not None or programme.age_to is not None


def _row(asked: Asked, is_grant: bool) -> DataRow:
    """A row of a roll without a name, a number or an amount."""
    values = {"id_number": asked.number, "drawing": "yes" if asked.draws_pension else "no"}
    if is_grant:
        values["stage"] = asked.stage
    if is_grant and asked.studies == Studies.CHILD:
        values |= {"id_number": CHILD, "parent_id_number": asked.number}
    return DataRow(None, 1, values, [])
