"""One target at one place: what is done, month by month, and at the places below, down to the villages."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from lianyungang_cdpf.accounts.models import Level
from lianyungang_cdpf.targets import pace, scopes
from lianyungang_cdpf.targets.cockpit import charts
from lianyungang_cdpf.targets.cockpit.charts import Chart
from lianyungang_cdpf.targets.lines import Line, signed
from lianyungang_cdpf.targets.progress import Row, progress
from lianyungang_cdpf.targets.scopes import Scope
from lianyungang_cdpf.targets.snapshots import days_told


@dataclass(frozen=True)
class Month:
    """One month of the year: what is new in it and what is done by its end."""

    number: int
    new: str
    done: str
    percent: str
    # Of a rate: the day that it stands for, and how many there were to reach.
    day: date | None = None
    whole: str = ""


@dataclass(frozen=True)
class Place:
    """A target at a place. `above` are the places on the way down to it, from the reader's own."""

    line: Line
    children: list[Line]
    above: list[Scope]

    @property
    def row(self) -> Row:
        return self.line.row

    @property
    def scope(self) -> Scope:
        return self.row.scope

    @property
    def here(self) -> str:
        """The page's own step in the way down."""
        return self.scope.name if self.above else f"{self.line.name} · {self.scope.name}"

    @property
    def children_have_goals(self) -> bool:
        return any(line.row.goal is not None for line in [self.line, *self.children])

    @property
    def children_note(self) -> str:
        """Why the places below need not add up to the place."""
        if self.row.is_rate:
            return "分子和分母按各人所属地区分别相加得到上一级的数；比率本身不相加，也不取各地平均。"
        if not self.scope.is_unit and self.scope.area.level == Level.TOWN:
            return "没有登记到村（社区）的只计入乡镇街道，所以各村相加可能小于合计。"
        return "同一人在两地都有记录的，两地各计一次，上一级只计一次，所以各地相加可能大于合计。"

    @property
    def finding(self) -> str:
        """The page's first sentence."""
        line = self.line
        if not self.row.connected:
            return "系统还没有这项工作的台账，完成数不以 0 代替。"
        if self.row.is_rate:
            return self._rate_finding()
        if self.row.goal is None:
            return f"已完成 {line.done} {line.unit}；{self.scope.name}的目标尚未分解，不作评价。"
        lacking = f"，距今天应完成的还差 {line.lacking}" if line.lacking else ""
        return f"已完成 {line.done} {line.unit}，占全年目标的 {line.percent}{lacking}。"

    def _rate_finding(self) -> str:
        line, row = self.line, self.row
        if not row.rate.denominator:
            return f"{self.scope.name}当天没有应统计的{line.counted_in}，分母为 0，不计算比率。"
        said = f"应统计 {line.done}，比率 {line.percent}"
        if row.goal is None:
            return f"{said}；{self.scope.name}的目标尚未分解，不作评价。"
        return f"{said}，目标 {line.goal}，" + (f"还差 {line.lacking}。" if line.lacking else "已达到。")

    @cached_property
    def months(self) -> list[Month]:
        """The months until now; none where the records are not held."""
        if not self.row.connected:
            return []
        if self.row.is_rate:
            days = days_told(self.row.year, self.row.as_of)
            return [_as_of(day, *rate) for day, rate in zip(days, self.row.rates, strict=True)]
        done = list(self.row.months)[: pace.months_gone(self.row.year, self.row.as_of)]
        before = [0, *done]
        return [self._month(number, total, total - before[number - 1]) for number, total in enumerate(done, start=1)]

    def _month(self, number, done, new) -> Month:
        percent = pace.percent_text(done, self.row.goal) if self.row.goal else None
        return Month(number, signed(new), f"{done:,}", f"{percent}%" if percent else "—")

    @property
    def chart_of_year(self) -> Chart:
        return charts.year_of(self.line)

    @property
    def chart_of_places(self) -> Chart:
        return charts.places_of(self.line, self.children)

    @property
    def children_are(self) -> str:
        """What the places below are called."""
        if self.scope.is_city:
            return "各县区和功能板块"
        is_town = not self.scope.is_unit and self.scope.area.level == Level.TOWN
        return "各村（社区）" if is_town else "各乡镇街道"


def _as_of(day: date, numerator: int, denominator: int) -> Month:
    percent = pace.percent_text(numerator, denominator)
    return Month(day.month, "", f"{numerator:,}", f"{percent}%" if percent else "—", day, f"{denominator:,}")


def place_of(scope: Scope, *, own: Scope, key: str, year: int, as_of: date, below: bool = True) -> Place | None:
    """The target of this key at the place, with the places below it if asked; None when the year's plan has none."""
    children = scopes.children(scope) if below else []
    rows = progress(year=year, scopes=[scope, *children], as_of=as_of)
    at = next((at for at, row in enumerate(rows[scope.place]) if row.target.key == key), None)
    if at is None:
        return None
    lines = [Line(rows[child.place][at]) for child in children]
    return Place(Line(rows[scope.place][at]), lines, _above(scope, own))


def _above(scope: Scope, own: Scope) -> list[Scope]:
    """The places from the reader's own down to just above the place."""
    if scope == own:
        return []
    if scope.area is None or scope.is_unit:
        return [own]
    way = [own, scopes.unit_of(scope.area)] if own.is_city else [own]
    if scope.area.level == Level.VILLAGE and own.area != scope.area.parent:
        way.append(scopes.of_area(scope.area.parent))
    return way
