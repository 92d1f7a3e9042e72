"""What has changed since a figure was reported: the figure now, and the records that were added or went."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from beneficiaries.models import Person
from lianyungang_cdpf.audit.exports import ListResource
from lianyungang_cdpf.targets.catalogue import is_connected
from lianyungang_cdpf.targets.lines import signed, wide
from lianyungang_cdpf.targets.models import Target
from lianyungang_cdpf.targets.pace import percent_text
from lianyungang_cdpf.targets.reporting.counting import basis, counted, rate, total
from lianyungang_cdpf.targets.reporting.days import month_end
from lianyungang_cdpf.targets.reporting.models import ReportFigure
from lianyungang_cdpf.targets.reporting.naming import Named, named
from lianyungang_cdpf.targets.reporting.packed import REACHED, unpack
from lianyungang_cdpf.targets.scopes import Scope


@dataclass(frozen=True)
class Change:
    """One key whose part in the figure is not what it was; None means that it was or is not counted at all."""

    key: int
    then: int | None
    now: int | None


@dataclass(frozen=True)
class Difference:
    """A reported figure against the records as they are now, both as of the month's last day."""

    figure: ReportFigure
    unit: Scope
    then: dict[int, int]
    now: dict[int, int]

    @property
    def target(self) -> Target:
        return self.figure.target

    @property
    def name(self) -> str:
        return wide(self.target.name)

    @property
    def is_rate(self) -> bool:
        return self.figure.whole is not None

    @cached_property
    def changes(self) -> list[Change]:
        """What went first, then what came, then what counts otherwise; each in the order of the keys."""
        then, now = self.then, self.now
        keys = sorted(key for key in then.keys() | now.keys() if then.get(key) != now.get(key))
        changes = [Change(key, then.get(key), now.get(key)) for key in keys]
        return sorted(changes, key=lambda one: (one.now is not None, one.then is not None))

    @property
    def added(self) -> int:
        return sum(one.then is None for one in self.changes)

    @property
    def removed(self) -> int:
        return sum(one.now is None for one in self.changes)

    @property
    def altered(self) -> int:
        """How many are counted both then and now, but not alike."""
        return len(self.changes) - self.added - self.removed

    @property
    def reported(self) -> str:
        return self._in_words(self.then)

    @property
    def found(self) -> str:
        return self._in_words(self.now)

    @property
    def amount(self) -> int:
        """How much more it is now; of a rate how many more people are reached."""
        if self.is_rate:
            return rate(self.now.values()).numerator - rate(self.then.values()).numerator
        return total(self.now.values()) - total(self.then.values())

    @property
    def difference(self) -> str:
        if not self.is_rate:
            return signed(self.amount)
        whole = len(self.now) - len(self.then)
        return f"分子 {signed(self.amount)}，分母 {signed(whole)}"

    def _in_words(self, counted: dict[int, int]) -> str:
        if not self.is_rate:
            return f"{total(counted.values()):,}"
        numerator, denominator = rate(counted.values())
        percent = percent_text(numerator, denominator)
        return f"{numerator:,}/{denominator:,}" + (f"（{percent}%）" if percent else "")


def can_be_compared(figure: ReportFigure) -> bool:
    """Whether its records were held when it was reported, and are still counted in the same way."""
    return hasattr(figure, "counted") and is_connected(figure.target) and figure.counted.basis == basis(figure.target)


def difference_of(figure: ReportFigure, unit: Scope) -> Difference:
    """Of a figure that `can_be_compared`."""
    report = figure.version.report
    day = month_end(report.plan.year, report.month)
    return Difference(figure, unit, unpack(figure.counted.packed), counted(figure.target, unit, day))


@dataclass(frozen=True)
class Shown:
    """One change as it is read: what happened, and to which record."""

    what: str
    named: Named


def shown(difference: Difference, changes: list[Change], staff) -> list[Shown]:
    """The changes with their records, as far as the reader may see them."""
    names = named(difference.target, [one.key for one in changes], staff)
    return [Shown(_what(difference, one), names.get(one.key, Named())) for one in changes]


def _what(difference: Difference, change: Change) -> str:
    """What happened, in the office's words."""
    if difference.is_rate:
        return _what_of_rate(change)
    counts = {change.then, change.now} - {None, 1}
    unit = f" {difference.target.unit}"
    if change.then is None:
        return "新计入" + (f" {change.now}{unit}" if counts else "")
    if change.now is None:
        return "不再计入" + (f"（原 {change.then}{unit}）" if counts else "")
    return f"数量 {change.then} → {change.now}{unit}"


def _what_of_rate(change: Change) -> str:
    word: Callable[[int], str] = lambda number: "已达到" if number == REACHED else "未达到"  # noqa: E731
    if change.then is None:
        return f"新应统计（{word(change.now)}）"
    if change.now is None:
        return f"不再应统计（原{word(change.then)}）"
    return f"原{word(change.then)}，现{word(change.now)}"


class ChangesFile(ListResource):
    """The changes of a figure as a file."""

    class Meta:
        model = Person

    columns = {
        "变动": lambda one: one.what,
        "记录": lambda one: one.named.text,
        "身份证号": lambda one: one.named.number,
        "地区": lambda one: one.named.area,
        "说明": lambda one: one.named.remark,
    }
