"""The board's charts as data: a sentence, a table, and how its columns are drawn.

A page prints the table; the script draws what it reads there, and the .csv holds the same cells: one set of numbers.
"""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lianyungang_cdpf.targets import pace
from lianyungang_cdpf.targets.cockpit.money import Money, yuan
from lianyungang_cdpf.targets.forecast import ahead_of
from lianyungang_cdpf.targets.lines import NOTHING, Line
from lianyungang_cdpf.targets.pace import Light
from lianyungang_cdpf.targets.snapshots import days_told

# The states that a chart tells apart, worst first.
STATES = (Light.LAGGING, Light.BEHIND, Light.NOT_DUE, Light.ON_TRACK, Light.EARLY)


@dataclass(frozen=True)
class Column:
    """A column of numbers; `drawn` is how: bar, line, dash, a forecast (ahead, within low and high), or not at all."""

    name: str
    drawn: str = ""


@dataclass(frozen=True)
class Cell:
    """A number as printed and as a number; None is a month that has not come, or a share without a goal."""

    text: str
    number: int | Decimal | None

    @property
    def exact(self) -> str:
        """The number as the script reads it."""
        return "" if self.number is None else str(self.number)


@dataclass(frozen=True)
class ChartRow:
    """One month or place; `light` is its state where the chart tells states apart."""

    label: str
    cells: Sequence[Cell]
    light: Light | None = None


@dataclass(frozen=True)
class Chart:
    """`form` is year (upright, by month), places (lying bars by state) or money (stacked by month)."""

    form: str
    title: str
    summary: str
    unit: str
    rows_are: str
    columns: Sequence[Column]
    rows: Sequence[ChartRow]
    # The row that adds up the others; it is told and not drawn.
    sum: ChartRow | None = None
    note: str = ""

    @property
    def heads(self) -> list[str]:
        return [self.rows_are, *(column.name for column in self.columns)]

    @property
    def has_states(self) -> bool:
        return any(row.light for row in self.rows)


def count(number: int | None) -> Cell:
    return Cell(NOTHING if number is None else f"{number:,}", number)


def percentage(numerator, denominator) -> Cell:
    """In per cent, cut after two decimals as everywhere."""
    text = pace.percent_text(numerator, denominator)
    return Cell(NOTHING if text is None else text, None if text is None else Decimal(text))


def year_of(line: Line) -> Chart:
    """A target's year at a place: what was done by the end of each month, against what is due by then."""
    return _rates_year(line) if line.row.is_rate else _counts_year(line)


def month_ends(year: int) -> list[date]:
    return [date(year, month, monthrange(year, month)[1]) for month in range(1, 13)]


def _counts_year(line: Line) -> Chart:
    row = line.row
    gone = pace.months_gone(row.year, row.as_of)
    done = [*row.months[:gone], *[None] * (12 - gone)]
    new = [after - before for before, after in zip([0, *done[: gone - 1]], done[:gone], strict=False)]
    columns = [Column("当月新增"), Column("累计完成", "bar")]
    cells = [[count(number) for number in column] for column in ([*new, *[None] * (12 - gone)], done)]
    if row.goal is not None:
        due = [pace.due_count(row.goal, pace.share_due(line.target, row.year, end)) for end in month_ends(row.year)]
        columns.append(Column("月末应完成", "dash"))
        cells.append([count(number) for number in due])
    if ahead := ahead_of(row):
        columns += [Column("预计最慢", "low"), Column("预计完成", "ahead"), Column("预计最快", "high")]
        cells += [
            [count(number) for number in column] for column in zip(*(one or [None] * 3 for one in ahead), strict=True)
        ]
    rows = [ChartRow(f"{month} 月", of_month) for month, of_month in enumerate(zip(*cells, strict=True), start=1)]
    said = _year_in_words(line) + (_year_end_in_words(line) if ahead else "")
    return Chart("year", f"{line.name} · {row.scope.name} · 逐月", said, line.unit, "月份", columns, rows)


def _year_end_in_words(line: Line) -> str:
    told = line.row.forecast
    seen = f"，最慢 {told.low:,}、最快 {told.high:,}" if told.low < told.high else ""
    return f"按近 {told.months} 个完整月推算，年底预计 {told.expected:,} {line.unit}{seen}。"


def _year_in_words(line: Line) -> str:
    row = line.row
    said = f"截至 {row.as_of.month} 月 {row.as_of.day} 日累计完成 {line.done} {line.unit}"
    if row.goal is None:
        return f"{said}；目标尚未分解。"
    if not row.share:
        return f"{said}，全年目标 {line.goal} {line.unit}，还没有到计划的月份。"
    lacking = f"，差 {line.lacking}" if line.lacking else "，不少于应完成的数"
    return f"{said}，应完成 {row.due:,} {line.unit}{lacking}。"


def _rates_year(line: Line) -> Chart:
    row = line.row
    columns = [Column("应统计"), Column("已达到"), Column("比率（%）", "bar")]
    if row.goal is not None:
        columns.append(Column("目标（%）", "dash"))
    goal = [] if row.goal is None else [count(row.goal)]
    rows = [
        ChartRow(
            f"{day.month} 月 {day.day} 日",
            [count(rate.denominator), count(rate.numerator), percentage(rate.numerator, rate.denominator), *goal],
        )
        for day, rate in zip(days_told(row.year, row.as_of), row.rates, strict=True)
    ]
    against = f"，目标 {line.goal}" if row.goal is not None else "；目标尚未分解"
    said = f"截至 {row.as_of.month} 月 {row.as_of.day} 日 {line.done}，比率 {line.percent}{against}。"
    return Chart("year", f"{line.name} · {row.scope.name} · 逐月比率", said, "%", "时点", columns, rows)


def places_of(line: Line, below: Iterable[Line]) -> Chart:
    """A target at the places below one, the best first: shares of their goals, or counts while none has a goal."""
    below = list(below)
    with_goals = any(one.row.percent is not None for one in below) or line.row.is_rate
    columns = (
        [Column("应统计"), Column("已达到")] if line.row.is_rate else [Column("已完成", "" if with_goals else "bar")]
    )
    if with_goals:
        share = "比率（%）" if line.row.is_rate else "完成率（%）"
        columns = [*columns, Column("目标"), Column(share, "bar"), Column("应达（%）", "line")]
    rows = [ChartRow(one.row.scope.name, _place_cells(one, with_goals), one.light) for one in below]
    rows.sort(key=lambda row: _downwards(row.cells[3 if line.row.is_rate else 2] if with_goals else row.cells[0]))
    unit = "%" if with_goals else line.unit
    title = f"{line.name} · {line.row.scope.name} · 各地比较"
    return Chart("places", title, _places_in_words(line, rows, with_goals), unit, "地区", columns, rows)


def _downwards(cell: Cell):
    """Sorts the largest first, what is unknown last, equal ones in the order of the board."""
    return 1 if cell.number is None else -cell.number


def _place_cells(line: Line, with_goals: bool) -> list[Cell]:
    row = line.row
    cells = [count(row.rate.denominator), count(row.rate.numerator)] if row.is_rate else [count(row.value)]
    if not with_goals:
        return cells
    done = percentage(*row.rate) if row.is_rate else percentage(row.value, row.goal)
    due = Cell(NOTHING, None)
    if row.expected_percent and row.share:
        due = Cell(row.expected_percent, Decimal(row.expected_percent))
    return [*cells, count(row.goal), done, due]


def _places_in_words(line: Line, rows: Sequence[ChartRow], with_goals: bool) -> str:
    at = (3 if line.row.is_rate else 2) if with_goals else 0
    known = [row for row in rows if row.cells[at].number is not None]
    if not known:
        return "各地还没有可以比较的数。"
    unit = "%" if with_goals else f" {line.unit}"
    lights = Counter(row.light for row in rows)
    states = "、".join(f"{lights[light]} 个{light.word}" for light in STATES if lights[light])
    most, least = (f"{row.label} {row.cells[at].text}{unit}" for row in (known[0], known[-1]))
    counted = f"{len(rows)} 个地方" + (f"中 {states}" if states else "")
    return f"{counted}；最高 {most}，最低 {least}。"


def money_paid(money: Money) -> Chart:
    """Yuan paid out in each month, by programme and in all."""
    columns = [*(Column(one.name, "bar") for one in money.programmes), Column("合计")]
    rows = [
        ChartRow(
            f"{month + 1} 月",
            [Cell(yuan(amount), amount) for amount in (*(one.months[month] for one in money.programmes), total)],
        )
        for month, total in enumerate(money.by_month)
    ]
    totals = [Cell(yuan(one.total), one.total) for one in money.programmes]
    note = "按发放日期所在的月份统计已发放且银行没有退回的金额；发放以后追回的不扣减。"
    sums = ChartRow("合计", [*totals, Cell(yuan(money.total), money.total)])
    title = f"{money.scope.name} · 按月发放金额"
    return Chart("money", title, money.finding, "元", "月份", columns, rows, sums, note)
