"""The year's progress: for each target its goal, what is done, what is due and the light, for a place as of a day."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from django.db.models import DateField, PositiveIntegerField, Q, Subquery, Value
from django.utils import timezone

from lianyungang_cdpf.targets import pace, snapshots, tallies
from lianyungang_cdpf.targets.catalogue import is_connected, metric_of
from lianyungang_cdpf.targets.forecast import Forecast, forecast_of
from lianyungang_cdpf.targets.models import Allocation, AllocationChange, Demonstration, Plan, Target
from lianyungang_cdpf.targets.scopes import Scope
from lianyungang_cdpf.targets.snapshots import NOBODY, Rate
from lianyungang_cdpf.targets.tallies import Reading


@dataclass(frozen=True)
class Row:
    """One target at one place as of a day.

    goal    in the target's unit (a rate: per cent); None in a year without a plan or at a place without a share of it
    months  what is done by the end of each month of the year; None while no app holds the records (尚未接入)
    rates   of a rate, numerator and denominator as of the end of each month gone and as of the day; else None.
            Its goal, light and ratio are of the rate, its value, due and gap are numbers of people
    """

    target: Target
    scope: Scope
    year: int
    as_of: date
    goal: int | None
    months: Sequence[int] | None
    rates: Sequence[Rate] | None = None

    @property
    def is_rate(self) -> bool:
        return self.rates is not None

    @cached_property
    def rate(self) -> Rate | None:
        """Numerator and denominator as of the day; None for what is no rate."""
        month = pace.months_gone(self.year, self.as_of)
        return None if self.rates is None else self.rates[month - 1] if month else NOBODY

    @property
    def rate_percent(self) -> str | None:
        """The rate in per cent, cut after two decimals; None where there is nobody to reach."""
        return pace.percent_text(*self.rate) if self.is_rate else None

    @property
    def connected(self) -> bool:
        return self.months is not None

    @cached_property
    def value(self) -> int | None:
        """What is done by the day: a true 0 is 0, and None means that the portal does not hold the records."""
        return self._done(pace.months_gone(self.year, self.as_of)) if self.connected else None

    def _done(self, month: int) -> int:
        return self.months[month - 1] if month else 0

    @cached_property
    def share(self) -> Fraction:
        """Share of the goal that is due."""
        return pace.share_due(self.target, self.year, self.as_of)

    @property
    def percent(self) -> str | None:
        """Done in per cent of the goal, cut after two decimals; the rate itself where there is a goal for it."""
        if self.is_rate:
            return None if self.goal is None else self.rate_percent
        return pace.percent_text(self.value, self.goal) if self.connected and self.goal else None

    @property
    def expected_percent(self) -> str | None:
        """Due in per cent, cut after two decimals; for a rate the rate that is due."""
        if self.goal is None:
            return None
        whole = self.goal if self.target.is_rate else 100
        return pace.percent_text(self.share * whole, 100)

    @cached_property
    def light(self) -> pace.Light | None:
        if not self.connected:
            return pace.Light.NOT_CONNECTED
        if self.goal is None:
            return None
        value = _exact(self.rate) if self.is_rate else self.value
        if value is None:
            return None
        plan = self.target.plan
        return pace.light_of(
            value=value, goal=self.goal, share=self.share, is_rate=self.is_rate or self.target.is_rate,
            on_track=plan.on_track_from, behind=plan.behind_from,
        )  # fmt: skip

    @property
    def word(self) -> str:
        """The state in the office's words, also where there is no light."""
        if self.light:
            return self.light.word
        return "无应统计对象" if self.is_rate and not self.rate.denominator else "未分解"

    @property
    def due(self) -> int | None:
        """How many must be done by the day; of a rate how many people must be reached, None where there is nobody."""
        if self.goal is None or (self.is_rate and not self.rate.denominator):
            return None
        share = self.share * self.rate.denominator / 100 if self.is_rate else self.share
        return pace.due_count(self.goal, share)

    @property
    def gap(self) -> int | None:
        """Done less due: negative is what lacks."""
        due = self.due
        return self.value - due if self.connected and due is not None else None

    @cached_property
    def ratio(self) -> Fraction | None:
        """Done in parts of what is due; None where nothing is due or nothing is known."""
        if not self.connected or not self.goal or not self.share:
            return None
        done = _exact(self.rate) if self.is_rate else Fraction(self.value)
        return None if done is None else done / (self.goal * self.share)

    @property
    def forecast(self) -> Forecast:
        """What the year's end may bring, and what each month from now must, in numbers and in words."""
        return forecast_of(self)

    def as_dict(self) -> dict:
        """The row as the command writes it. Numerator and denominator belong to rates alone; a rate's value is the
        rate in per cent, cut after two decimals like its text, and null where there is nobody to reach.
        """
        target = self.target
        numerator, denominator = self.rate or (None, None)
        return {
            "key": target.key,
            "name": target.name,
            "unit": target.unit,
            "goal": self.goal,
            "value": float(self.rate_percent) if self.rate_percent else None if self.is_rate else self.value,
            "numerator": numerator,
            "denominator": denominator,
            "percent": self.percent,
            "expected_percent": self.expected_percent,
            "light": self.light.code if self.light else None,
            "connected": self.connected,
        }


def _exact(rate: Rate) -> Fraction | None:
    """The rate in per cent, uncut; None where there is nobody to reach."""
    return Fraction(rate.numerator * 100, rate.denominator) if rate.denominator else None


def latest_year() -> int | None:
    """The latest planned year; None while there is no plan."""
    return Plan.objects.order_by("-year").values_list("year", flat=True).first()


def demonstration() -> Demonstration | None:
    """The mark of a database that holds demonstration data."""
    return Demonstration.objects.order_by("-pk").first()


def planned_years() -> tuple[list[int], Demonstration | None]:
    """The years that have a plan, the latest first, and the day of the demonstration's mark; one statement."""
    marked = Demonstration.objects.order_by("-pk").values("as_of")[:1]
    rows = list(Plan.objects.order_by("-year").values_list("year", Subquery(marked)))
    return [year for year, _ in rows], next((Demonstration(as_of=day) for _, day in rows if day), None)


def default_day(year: int, mark: Demonstration | None) -> date:
    """The day that figures are told as of when none is asked for: today or the year's last day, whichever is earlier.

    A demonstration database has a day of its own, for its own year.
    """
    if mark and mark.as_of.year == year:
        return mark.as_of
    return min(timezone.localdate(), date(year, 12, 31))


def targets_of(year: int, **beside) -> list[Target]:
    """The year's targets; in a year without a plan those of the last plan before it, else of the first after it.

    `beside` are annotations: what else the page has to tell of each.
    """
    targets = Target.objects.select_related("plan", "tally_state").prefetch_related("planned_points").annotate(**beside)
    own = list(targets.filter(plan__year=year))
    if own or Plan.objects.filter(year=year).exists():
        return own
    years = list(Plan.objects.values_list("year", flat=True))
    if not years:
        return []
    earlier = [planned for planned in years if planned < year]
    return list(targets.filter(plan__year=max(earlier) if earlier else min(years)))


def progress(
    *,
    year: int,
    scopes: Sequence[Scope],
    as_of: date,
    reading: Reading | None = None,
    targets: Sequence[Target] | None = None,
) -> dict[str, list[Row]]:
    """The rows of the year's targets for each scope, by the scope's place, in the order of the plan.

    Who has read the change stamps or the year's targets already hands them over; the stamps were read first.
    """
    reading = reading or Reading()
    targets = targets_of(year) if targets is None else targets
    done = _done(targets, year, [scope.place for scope in scopes], reading)
    goals = _goals([target for target in targets if target.plan.year == year], scopes, as_of)
    rates = _rates(targets, year, as_of, [scope.place for scope in scopes], reading)
    nothing = tallies.cumulated({})

    def row(target, scope):
        at, goal = (target.pk, scope.place), goals.get((target.pk, scope.place))
        if at in rates:
            return Row(target, scope, year, as_of, goal, [rate.numerator for rate in rates[at]], rates[at])
        return Row(target, scope, year, as_of, goal, done.get(at, nothing) if is_connected(target) else None)

    return {scope.place: [row(target, scope) for target in targets] for scope in scopes}


def _done(targets, year, places, reading) -> dict[tuple[int, str], list[int]]:
    """Cumulated figures by (target id, place). A year without a plan keeps no tallies and is counted on the spot."""
    connected = [target for target in targets if is_connected(target) and not metric_of(target).is_rate]
    planned = [target for target in connected if target.plan.year == year]
    tallies.refresh(planned, reading)
    done = tallies.figures(planned, places) if planned else {}
    for target in connected:
        if target.plan.year != year:
            counted = tallies.newly_counted(metric_of(target), target.kind, year, reading.tree)
            done |= {(target.pk, place): tallies.of_place(counted, place) for place in places}
    return done


def _rates(targets, year, as_of, places, reading) -> dict[tuple[int, str], list[Rate]]:
    """Rates of the months gone by (target id, place), of the targets that are rates."""
    rates = [target for target in targets if is_connected(target) and metric_of(target).is_rate]
    return snapshots.told(rates, places, year=year, as_of=as_of, reading=reading) if rates else {}


def _goals(targets, scopes, as_of) -> dict[tuple[int, str], int]:
    """Goals by (target id, place): the plan's own for the city, else the share allocated to the area or zone."""
    if not targets:
        return {}
    goals = {(target.pk, scope.place): target.goal for target in targets for scope in scopes if scope.is_city}
    shares = _allocated(targets, [scope for scope in scopes if not scope.is_city], as_of)
    for scope in scopes:
        key = ("zone", scope.zone.pk) if scope.zone else ("area", scope.area.pk)
        for target in targets:
            if (target.pk, *key) in shares:
                goals[target.pk, scope.place] = shares[target.pk, *key]
    return goals


def _allocated(targets, scopes, as_of) -> dict[tuple[int, str, int], int]:
    """Goals in force on the day by (target id, "area" or "zone", its id) that the scopes may need.

    A change that is in effect only later is not told before; what was issued first holds for the whole year, and
    between a withdrawal and a new issue there is no goal.
    """
    if not scopes:
        return {}
    areas = [scope.area.pk for scope in scopes if scope.area]
    zones = [scope.zone.pk for scope in scopes if scope.zone]
    mine = Q(target__in=targets) & (Q(area__in=areas) | Q(zone__in=zones))
    goals, histories = {}, defaultdict(list)
    for target, area, zone, goal, since, old, change in _issued_and_changed(mine):
        at = (target, "zone", zone) if zone else (target, "area", area)
        if change:
            histories[at].append((change, since, old, goal))
        else:
            goals[at] = goal
    for at, history in histories.items():
        history.sort()
        if history[-1][1] > as_of:
            goals[at] = _goal_on(as_of, [change[1:] for change in history])
    return {at: goal for at, goal in goals.items() if goal is not None}


def _issued_and_changed(mine: Q):
    """(target, area, zone, goal, since, old goal, number of the change): the goals in force, which have no number, and
    the changes that they went through. One statement.
    """
    place = ("target_id", "area_id", "zone_id")
    issued = Allocation.objects.filter(mine).order_by()
    changes = AllocationChange.objects.filter(mine, undone_at=None).order_by()
    no_day, no_goal = (Value(None, output_field=kind) for kind in (DateField(), PositiveIntegerField()))
    return issued.values_list(*place, "goal", no_day, no_goal, Value(0)).union(
        changes.values_list(*place, "new_goal", "effective_on", "old_goal", "pk"), all=True
    )


def _goal_on(day: date, history: list) -> int | None:
    """What was in force on the day, by the changes (day, old goal, new goal), the first one first."""
    before = [new for since, _, new in history if since <= day]
    _, old, issued = history[0]
    return before[-1] if before else issued if old is None else old
