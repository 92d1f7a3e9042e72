"""A roll's differences from the month before with their reasons: what is known, what was written, what stays open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from subsidies.models import DifferenceReason, Roll
from subsidies.monthly.causes import Cause, Causes
from subsidies.monthly.comparing import Changed, TwoMonths, is_compared
from subsidies.monthly.models import LABELS, Difference

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Written:
    """The reason that somebody wrote."""

    code: str
    note: str
    by: int
    at: object


@dataclass(frozen=True, slots=True)
class Found:
    """One difference, what the portal knows of it and what somebody wrote; what was written counts first."""

    change: Changed
    cause: Cause | None
    written: Written | None

    @property
    def kind(self) -> Difference:
        return self.change.kind

    @property
    def is_open(self) -> bool:
        """Whether nothing says why."""
        return self.cause is None and self.written is None

    @property
    def reason(self) -> str:
        """The reason in words; "" while it is open."""
        of = self.written or self.cause
        return LABELS[self.kind][of.code] if of else ""

    @property
    def told(self) -> str:
        """The note that somebody wrote, else the fact that the portal knows."""
        if self.written:
            return self.written.note
        return self.cause.fact if self.cause else ""

    @property
    def before(self) -> Decimal:
        """Yuan of the month before."""
        return self.change.before.amount if self.change.before else NOTHING

    @property
    def now(self) -> Decimal:
        """Yuan of this month."""
        return self.change.now.amount if self.change.now else NOTHING


@dataclass
class Sum:
    """People and yuan of one kind, or of everybody."""

    label: str
    kind: str = ""
    people: int = 0
    open: int = 0
    before: Decimal = NOTHING
    now: Decimal = NOTHING

    def add(self, before: Decimal, now: Decimal, people: int = 1) -> None:
        """Count people with their yuan of both months."""
        self.people, self.before, self.now = self.people + people, self.before + before, self.now + now

    @property
    def shown(self) -> list[str]:
        """Yuan of both months and their difference, as people read them."""
        return [f"{self.before:,.2f}", f"{self.now:,.2f}", f"{self.now - self.before:+,.2f}"]


class Differences:
    """All differences of a roll, read when they are first asked for."""

    def __init__(self, roll: Roll):
        self.roll = roll
        self.months = TwoMonths(roll) if is_compared(roll) else None

    @property
    def is_asked(self) -> bool:
        """Whether somebody is still to look at them: before submission and while the roll is under way."""
        return self.roll.state in (Roll.State.POSTED, Roll.State.SUBMITTED)

    @property
    def month_before(self) -> date | None:
        """The month that the roll is compared with; None where there is none."""
        return self.months.month_before if self.months else None

    @property
    def month_before_shown(self) -> str:
        return f"{self.month_before:%Y-%m}" if self.month_before else ""

    @cached_property
    def found(self) -> list[Found]:
        """Every difference, in the order of the kinds."""
        changes = self.months.changes() if self.months else []
        if not changes:
            return []
        causes, written = Causes(self.months, changes), written_of(self.roll)
        return [Found(one, causes.of(one), written.get(one.key)) for one in changes]

    @cached_property
    def open(self) -> list[Found]:
        """Those without a reason."""
        return [one for one in self.found if one.is_open]

    def by_key(self) -> dict[tuple[int, str], Found]:
        """The differences by person and kind."""
        return {one.change.key: one for one in self.found}

    def sums(self) -> list[Sum]:
        """By kind, then who stayed as they were, then everybody once: the last line is the two months of the roll."""
        sums = {kind: Sum(kind.label, kind.value) for kind in Difference}
        for one in self.found:
            of_kind = sums[one.kind]
            of_kind.add(one.before, one.now)
            of_kind.open += one.is_open
        whole = Sum("合计（每人只计一次）")
        whole.open = len(self.open)
        same = Sum("没有变动")
        changed = {one.change.person for one in self.found}
        if self.months and self.month_before:
            for line in self.months.own:
                if line.person not in changed:
                    same.add(self.months.before[line.person].amount, line.amount)
        for one in {one.change.person: one for one in self.found}.values():
            whole.add(one.before, one.now)
        whole.add(same.before, same.now, same.people)
        return [*sums.values(), same, whole]


def written_of(roll: Roll) -> dict[tuple[int, str], Written]:
    """The reasons written for the programme, month and place of the roll, by person and kind."""
    rows = DifferenceReason.objects.of_month(roll.programme_id, roll.month, roll.area_id, roll.zone_id).order_by()
    return {
        (person, kind): Written(*rest)
        for person, kind, *rest in rows.values_list("person_id", "kind", "code", "note", "by_id", "at")
    }


def counted(found: Iterable[Found]) -> str:
    """How many of which kind, as words: 新增 2 项、停发 1 项."""
    counts: dict[Difference, int] = {}
    for one in found:
        counts[one.kind] = counts.get(one.kind, 0) + 1
    return "、".join(f"{kind.label} {counts[kind]:,} 项" for kind in Difference if kind in counts)


def open_in_words(roll: Roll) -> str:
    """Why the roll can't go on yet, as one sentence; "" when every difference has its reason."""
    differences = Differences(roll)
    still = differences.open
    if not still:
        return ""
    return (
        f"批次 {roll.reference} 与 {differences.month_before_shown} 相比还有 {len(still):,} 项变动没有写明原因"
        f"（{counted(still)}），不能提交或通过：请由编制人在花名册的“与上月相比”页面逐项或批量写明原因。"
    )
