"""From payments to the timeline: a line for each year of monthly allowances, one for each premium, policy and grant."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from lianyungang_cdpf.pages.one_person.entries import Entry, Group, Subject, sentence, yuan
from subsidies.models import Payment, PeriodType


@dataclass(frozen=True)
class Cell:
    """A programme's payment of a month; `standing` says what is still to come of it."""

    amount: str
    standing: str


@dataclass(frozen=True)
class Line:
    """A programme's twelve months, None where nothing was paid, and the sum of what did not come back."""

    programme: str
    cells: list[Cell | None]
    count: int
    total: Decimal

    @property
    def in_words(self) -> str:
        return f"{self.programme} {self.count} 个月 {yuan(self.total)}"

    @property
    def sum_shown(self) -> str:
        return f"{self.total:,.2f}"


@dataclass(frozen=True)
class PaidYear:
    """A year's monthly allowances by programme."""

    year: int
    first: date
    last: date
    lines: list[Line]

    @property
    def total(self) -> Decimal:
        return sum((line.total for line in self.lines), Decimal(0))

    @property
    def months_shown(self) -> str:
        """01—09 月."""
        return f"{self.last:%m} 月" if self.first == self.last else f"{self.first:%m}—{self.last:%m} 月"


MONTHS = range(1, 13)


def monthly_years(subject: Subject) -> list[PaidYear]:
    """The years of monthly allowances, the earliest first."""
    monthly = [one for one in subject.payments if one.programme.period == PeriodType.MONTH]
    years = groupby(monthly, key=lambda one: one.month.year)
    return [_year(year, list(payments)) for year, payments in years]


def _year(year: int, payments: list[Payment]) -> PaidYear:
    by_programme: dict[str, list[Payment]] = {}
    for one in sorted(payments, key=lambda one: (one.programme.position, one.programme.code)):
        by_programme.setdefault(one.programme.name, []).append(one)
    lines = [_programme(name, paid) for name, paid in by_programme.items()]
    return PaidYear(year, payments[0].month, payments[-1].month, lines)


def _programme(name: str, payments: list[Payment]) -> Line:
    paid = {one.month.month: one for one in payments}
    cells = [_cell(paid[month]) if month in paid else None for month in MONTHS]
    kept = [one for one in payments if not one.returned_on]
    return Line(name, cells, len(kept), sum((one.amount for one in kept), Decimal(0)))


def _cell(payment: Payment) -> Cell:
    return Cell(f"{payment.amount:,.2f}".removesuffix(".00"), _standing(payment))


def _standing(payment: Payment) -> str:
    """待发放 while nobody has confirmed that the roll was paid out, 银行退回 when the money came back; else nothing."""
    if payment.returned_on:
        return "银行退回"
    return "" if payment.roll.is_paid else "待发放"


def monthly(subject: Subject) -> Iterator[Entry]:
    """One line a year, however many months and programmes; it opens to them."""
    for year in monthly_years(subject):
        detail = "；".join(line.in_words for line in year.lines)
        title = f"按月补贴 {yuan(year.total)}"
        yield Entry(Group.PAYMENTS, "补贴", title, year.last, detail, when=year.months_shown, months=year)


def once(subject: Subject) -> Iterator[Entry]:
    """Premiums, policies and grants, each with what its list says beside the money."""
    for one in subject.payments:
        if one.programme.period != PeriodType.MONTH:
            day, detail = _told_of(one)
            title = f"{one.programme} {one.programme.period_shown(one.month)}"
            yield Entry(Group.PAYMENTS, "补贴", title, day, sentence(yuan(one.amount), *detail, _standing(one)))


def _told_of(payment: Payment) -> tuple[date, list[str]]:
    """(day, details): the day it was paid, else the first of its period; of a policy the day it begins."""
    day = payment.roll.paid_on or payment.month
    premium, grant, policy = (getattr(payment, name, None) for name in ("premium", "grant", "policy"))
    if premium:
        return premium.confirmed_on or day, [premium.tier, premium.insured_place]
    if grant:
        return day, [grant.school, grant.get_stage_display()]
    if policy:
        term = f"{policy.starts_on:%Y-%m-%d} 至 {policy.ends_on:%Y-%m-%d}"
        return policy.starts_on, [policy.product, policy.insurer, term]
    return day, []
