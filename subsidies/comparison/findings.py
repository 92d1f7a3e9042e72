"""From somebody who stands out to a case: what was paid wrongly since when, and what is on file of it already.

A fixed number of statements, whatever the number of people.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from lianyungang_cdpf.accounts.models import Area, Level
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.fields import digest_all
from lianyungang_cdpf.intake.bulk import insert_rows, update_rows
from subsidies.comparison.models import ASKING, CaseKind, ComparisonCase
from subsidies.models import Payment, RollType

Outcome = ComparisonCase.Outcome
DROPPED = (Outcome.NOT_SAME_PERSON, Outcome.WITHIN_RULES)
WORDS = 200


@dataclass(slots=True, frozen=True)
class Suspect:
    """Somebody who stands out. Of whom no payment lies in the months from `first` to `last`, nothing is found.

    programme  None for what concerns the person whatever they are paid
    facts      what it rests on, in words that are the same as long as the facts are
    due        what was rightly due in a month, where that is not nothing
    asks       whether no money is said to be paid wrongly
    """

    kind: CaseKind
    person: int
    programme: int | None
    facts: tuple
    told: str
    first: date = date.min
    last: date = date.max
    since: date | None = None
    due: Callable[[date], Decimal] | None = None
    asks: bool = False
    list_type: int | None = None
    source: int | None = None

    @property
    def key(self) -> tuple:
        """What there is one open case of."""
        return self.kind.value, self.person, self.programme, self.list_type


@dataclass(slots=True, frozen=True)
class Finding:
    """A suspect with the payments that it is about, as (month, amount too much), in the order of the months."""

    suspect: Suspect
    area: int
    paid: tuple[tuple[date, Decimal], ...]
    facts: str

    def after(self, month: date) -> "Finding":
        """What of it is about later months than this one."""
        return Finding(self.suspect, self.area, tuple(one for one in self.paid if one[0] > month), self.facts)

    @property
    def columns(self) -> tuple:
        """The values of CHANGING."""
        one = self.suspect
        asks = one.asks or one.kind in ASKING
        wrong = [] if asks else [amount for _, amount in self.paid if amount > 0]
        first, last = self.paid[0][0], self.paid[-1][0]
        return (
            self.area, one.source, one.since, first, last, len(wrong), sum(wrong, Decimal("0.00")), one.told[:WORDS],
            self.facts,
        )  # fmt: skip


CHANGING = (
    "area_id", "source_id", "since", "first_month", "last_month", "months", "wrong_amount", "finding", "facts",
)  # fmt: skip
COLUMNS = (
    "kind", "person_id", "programme_id", "list_type_id", *CHANGING, "found_on", "seen_on", "due_on", "outcome",
    "reason",
)  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """How many cases a run opened, brought up to date, and left as somebody had settled them."""

    opened: int = 0
    refreshed: int = 0
    settled: int = 0

    def __str__(self) -> str:
        return f"新发现 {self.opened} 个，更新 {self.refreshed} 个，已处理过的 {self.settled} 个不再列出"


def within(records: QuerySet, place: Area | None) -> QuerySet:
    """The records of a place and all below it; None and the city are all."""
    if place is None or place.level == Level.CITY:
        return records
    return records.filter(area__path__startswith=place.path)


def paid_payments(staff, month: date | None = None, place: Area | None = None) -> QuerySet[Payment]:
    """Live monthly payments that were not returned, in sight of the staff member, up to a month."""
    payments = Payment.objects.visible_to(staff).live().filter(programme__roll_type=RollType.MONTHLY)
    payments = payments.filter(returned_on__isnull=True)
    payments = payments.filter(month__lte=month) if month else payments
    return within(payments, place).order_by()


def findings_of(suspects: Iterable[Suspect], payments: QuerySet[Payment]) -> list[Finding]:
    """The suspects who have payments in their months, with these; one statement."""
    first_said: dict[tuple, Suspect] = {}
    for one in suspects:
        first_said.setdefault(one.key, one)
    suspects = list(first_said.values())
    if not suspects:
        return []
    rows = payments.filter(
        person__any_of=list({one.person for one in suspects}), month__gte=min(one.first for one in suspects)
    )
    paid: dict[int, list[tuple]] = {}
    columns = ("person_id", "programme_id", "month", "amount", "area_id")
    for person, *rest in rows.order_by("month").values_list(*columns):
        paid.setdefault(person, []).append(tuple(rest))
    digests = digest_all(["|".join(map(str, (one.kind.value, *one.facts))) for one in suspects], "comparison_facts")
    found = (_finding(one, paid.get(one.person, ()), facts) for one, facts in zip(suspects, digests, strict=True))
    return [one for one in found if one]


def _finding(one: Suspect, paid: Iterable[tuple], facts: str) -> Finding | None:
    hits = [
        (month, amount - one.due(month) if one.due else amount, area)
        for programme, month, amount, area in paid
        if one.programme in (None, programme) and one.first <= month <= one.last
    ]
    if not hits:
        return None
    return Finding(one, hits[-1][2], tuple((month, amount) for month, amount, _ in hits), facts)


def reach_of(staff, month: date | None = None, place: Area | None = None) -> QuerySet[ComparisonCase]:
    """The cases of which a run by the staff member, up to a month and of a place, sees all that they are about."""
    cases = ComparisonCase.objects.visible_to(staff)
    return within(cases.filter(last_month__lte=month) if month else cases, place)


@transaction.atomic
def keep_findings(findings: list[Finding], *, by, deed: str, told: str, reach: QuerySet[ComparisonCase]) -> Kept:
    """Open a case for each new finding, bring open ones up to date, leave settled ones alone; with an audit line.

    What somebody stopped or recovered is found again for later months only; what was not the same person, or within
    the rules, never for the same facts. An open case beyond the run's `reach` (reach_of) stays as it is, unless the
    run found later months: a case belongs to the place that paid last. Raises IntegrityError when another run got in
    between.
    """
    kept = _kept(findings, timezone.localdate(), reach)
    record(by=by, deed=deed, summary=f"{told}：{kept}")
    return kept


def _kept(findings: list[Finding], today: date, reach: QuerySet[ComparisonCase]) -> Kept:
    on_file = _on_file(findings)
    people = list({one.suspect.person for one in findings})
    reached = set(reach.open().filter(person__any_of=people).order_by().values_list("pk", flat=True))
    new, changed, settled = [], [], 0
    for finding in findings:
        cases = on_file.get(finding.suspect.key, ())
        left = _unsettled(finding, cases)
        if left is None:
            settled += 1
        elif held := next(((pk, last) for pk, outcome, _, last in cases if outcome == Outcome.OPEN), None):
            pk, last = held
            if pk in reached or left.paid[-1][0] > (last or date.min):
                changed.append((pk, *left.columns, today))
        else:
            new.append(left)
    due_on = today + timedelta(days=settings.COMPARISON["days_to_settle"])
    rest = (today, today, due_on, Outcome.OPEN.value, "")
    insert_rows(ComparisonCase, COLUMNS, [(*one.suspect.key, *one.columns, *rest) for one in new])
    update_rows(ComparisonCase, "id", (*CHANGING, "seen_on"), changed)
    return Kept(len(new), len(changed), settled)


def _on_file(findings: list[Finding]) -> dict[tuple, list[tuple]]:
    """By key the cases (key, outcome, facts, last month) of the people, held: none is settled until the run is kept."""
    people = list({one.suspect.person for one in findings})
    columns = ("kind", "person_id", "programme_id", "list_type_id", "pk", "outcome", "facts", "last_month")
    found: dict[tuple, list[tuple]] = {}
    cases = ComparisonCase.objects.select_for_update().filter(person__any_of=people).order_by("pk")
    for *key, pk, outcome, facts, last in cases.values_list(*columns):
        found.setdefault(tuple(key), []).append((pk, outcome, facts, last))
    return found


def _unsettled(finding: Finding, cases: Iterable[tuple]) -> Finding | None:
    """What of the finding nobody has settled yet; None when all of it is."""
    if any(outcome in DROPPED and facts == finding.facts for _, outcome, facts, _ in cases):
        return None
    done = [last for _, outcome, _, last in cases if outcome in (Outcome.STOP, Outcome.RECOVER) and last]
    left = finding.after(max(done)) if done else finding
    return left if left.paid else None
