"""资金发放: yuan paid out by programme and month, kept as sums like tallies and counted again when payments changed.

A payment is money paid in the month of its roll's day of payment, from when the roll is paid until the bank sends it
back (Payment.objects.counted). What was recovered later stays paid here; the recovery has a ledger of its own. A month
of the year before that was paid in January is January's money, so any year's stamp of the programme makes sums stale.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from functools import cached_property

from django.db import transaction
from django.db.models import FilteredRelation, Q, QuerySet, Sum

from lianyungang_cdpf.targets import pace
from lianyungang_cdpf.targets.cockpit.models import MoneyPaid, MoneyState
from lianyungang_cdpf.targets.scopes import Scope
from lianyungang_cdpf.targets.tallies import BATCH, Reading
from subsidies.models import Payment, Programme, Roll
from subsidies.posting import SOURCE

NOTHING = Decimal("0.00")


def yuan(amount: Decimal) -> str:
    """1,234.50, as tables have it."""
    return f"{amount:,.2f}"


def in_words(amount: Decimal) -> str:
    """The sum in 元, from 10,000 on in 万元 and from a hundred million on in 亿元, cut after two decimals."""
    for unit, size in (("亿元", 10**8), ("万元", 10**4)):
        if amount >= size:
            return f"{(amount / size).quantize(Decimal('0.01'), ROUND_DOWN):,} {unit}"
    return f"{yuan(amount)} 元"


@dataclass(frozen=True)
class ProgrammePaid:
    """What a programme paid out in each of the twelve months of the year, in yuan, as far as the page tells them."""

    name: str
    months: Sequence[Decimal]

    @cached_property
    def total(self) -> Decimal:
        return sum(self.months, NOTHING)

    @property
    def in_all(self) -> str:
        return yuan(self.total)

    @property
    def this_month(self) -> str:
        return yuan(self.months[-1])


@dataclass(frozen=True)
class Money:
    """What was paid out at a place in the months of a year that have begun by a day."""

    scope: Scope
    year: int
    as_of: date
    programmes: Sequence[ProgrammePaid]

    @property
    def months_gone(self) -> int:
        return pace.months_gone(self.year, self.as_of)

    @cached_property
    def by_month(self) -> list[Decimal]:
        return [sum(amounts, NOTHING) for amounts in zip(*(one.months for one in self.programmes), strict=True)]

    @property
    def total(self) -> Decimal:
        return sum(self.by_month, NOTHING)

    @property
    def this_month(self) -> Decimal:
        return self.by_month[-1] if self.by_month else NOTHING

    @property
    def total_shown(self) -> str:
        return yuan(self.total)

    @property
    def this_month_shown(self) -> str:
        return yuan(self.this_month)

    @property
    def finding(self) -> str:
        """The sentence that comes before the figures."""
        if not self.programmes:
            return f"{self.scope.name}今年还没有已发放的补贴。"
        most = max(self.programmes, key=lambda one: one.total)
        this_month = f"{self.months_gone} 月 {in_words(self.this_month)}" if self.this_month else "本月还没有发放"
        said = f"今年已发放 {in_words(self.total)}，{this_month}"
        return f"{said}；最多的是{most.name}，{in_words(most.total)}。"


def money_of(scope: Scope, *, year: int, as_of: date, reading: Reading | None = None) -> Money:
    """The money paid out at a place. One statement where nothing has changed."""
    rows = _up_to_date(scope.place, year, reading or Reading())
    gone = pace.months_gone(year, as_of)
    paid = defaultdict(lambda: [NOTHING] * gone)
    for name, month, amount in rows:
        if month <= gone:
            paid[name][month - 1] = amount
    return Money(scope, year, as_of, [ProgrammePaid(name, months) for name, months in paid.items()])


def _up_to_date(place: str, year: int, reading: Reading) -> list[tuple[str, int, Decimal]]:
    """(programme, month, yuan) in the order of the programmes."""
    rows = _stored(place, year)
    held = {code: (version, basis) for code, _, version, basis, _, _ in rows}
    stale = [code for code, now in _now(reading).items() if held.get(code) != now]
    if stale:
        for programme in Programme.objects.filter(code__in=stale):
            _recount(programme, year)
        rows = _stored(place, year)
    return [(name, month, amount) for _, name, _, _, month, amount in rows if month]


def _now(reading: Reading) -> dict[str, tuple[int, str]]:
    """By programme: of which payments and over which areas its sums must have been counted."""
    kinds = {kind for source, kind, _ in reading.versions if source == SOURCE}
    return {kind: (reading.versions.of_kind(SOURCE, kind), reading.tree.fingerprint) for kind in kinds}


def _stored(place: str, year: int) -> list[tuple]:
    states = MoneyState.objects.filter(year=year).annotate(
        here=FilteredRelation("sums", condition=Q(sums__place=place))
    )
    names = ("programme__code", "programme__name", "version", "basis", "here__month", "here__amount")
    return list(states.order_by("programme__position", "programme__code", "here__month").values_list(*names))


@transaction.atomic
def _recount(programme: Programme, year: int) -> None:
    """Sum one programme's year again and replace what was kept; as in tallies, who comes second finds it done."""
    MoneyState.objects.get_or_create(programme=programme, year=year)
    state = MoneyState.objects.select_for_update().get(programme=programme, year=year)
    reading = Reading()
    version, basis = reading.versions.of_kind(SOURCE, programme.code), reading.tree.fingerprint
    if (state.version, state.basis) == (version, basis):
        return
    state.sums.all().delete()
    MoneyPaid.objects.bulk_create(
        (
            MoneyPaid(state=state, place=place, month=month, amount=amount)
            for (place, month), amount in sorted(paid_by_place(programme, year, reading).items())
        ),
        batch_size=BATCH,
    )
    state.version, state.basis = version, basis
    state.save()


def paid_by_place(programme: Programme, year: int, reading: Reading) -> dict[tuple[str, int], Decimal]:
    """Yuan for each (place, month) with any money."""
    # With the rolls' keys in hand PostgreSQL answers from an index alone (payment_counted_by_roll), whatever the years
    # on file; through a join it would look up roll after roll.
    days = dict(paid_rolls(year).filter(programme=programme).values_list("pk", "paid_on"))
    rows = Payment.objects.counted_of(days.keys()).filter(programme=programme).order_by()
    sums = defaultdict(lambda: NOTHING)
    for area, roll, amount in rows.values_list("area", "roll").annotate(Sum("amount")):
        for place in reading.tree.places(area):
            sums[place, days[roll].month] += amount
    return sums


def paid_rolls(year: int) -> QuerySet[Roll]:
    """The rolls whose money went out in the year."""
    return Roll.objects.paid().filter(paid_on__gte=date(year, 1, 1), paid_on__lte=date(year, 12, 31)).order_by()


def paid_in(year: int) -> QuerySet[Payment]:
    """The payments whose money went out in the year."""
    return Payment.objects.counted().filter(roll__in=paid_rolls(year).values("pk"))


def breaches(years: Iterable[int]) -> list[str]:
    """A sentence for each programme and year whose kept sums are not what its payments, one by one, add up to (I3)."""
    said = []
    for year in years:
        reading = Reading()
        _up_to_date("", year, reading)
        plain = _one_by_one(year, reading)
        for state in MoneyState.objects.filter(year=year).select_related("programme"):
            kept = {
                (place, month): amount for place, month, amount in state.sums.values_list("place", "month", "amount")
            }
            if kept != plain.get(state.programme_id, {}):
                said.append(f"{year}年“{state.programme}”按月发放金额的汇总与发放记录不符。")
    return said


def _one_by_one(year: int, reading: Reading) -> dict[int, dict[tuple[str, int], Decimal]]:
    """Yuan for each (place, month) by programme, from every payment by itself."""
    sums = defaultdict(lambda: defaultdict(lambda: NOTHING))
    rows = paid_in(year).order_by().values_list("programme", "area", "roll__paid_on", "amount")
    for programme, area, day, amount in rows.iterator(chunk_size=BATCH):
        for place in reading.tree.places(area):
            sums[programme][place, day.month] += amount
    return sums
