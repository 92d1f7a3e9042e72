"""The tables of 月报 as rows of a file."""

from lianyungang_cdpf.targets.lines import signed
from lianyungang_cdpf.targets.reporting.counting import total
from lianyungang_cdpf.targets.reporting.differences import Difference
from lianyungang_cdpf.targets.reporting.overview import Overview
from lianyungang_cdpf.targets.reporting.page import ReportLine

FIGURES = ["编号", "目标", "单位", "全年目标", "应统计", "完成", "应完成", "状态", "说明", "现数", "差异"]
DIFFERENCES = ["编号", "目标", "报送的数", "现数", "差异", "增加的记录", "减少的记录", "变动的记录"]


def year_of(overview: Overview) -> tuple[list[str], list[list[str]]]:
    """Units down and months across: how each month stands."""
    heads = ["单位", *(f"{month} 月" for month, _ in overview.months)]
    rows = [
        [unit.name, *("，".join(filter(None, (cell.word, cell.late))) for cell in cells)]
        for unit, cells in overview.rows
    ]
    return heads, rows


def figures_of(lines: list[ReportLine]) -> list[list]:
    """A month's figures: as reported, or as they would be."""
    return [_figure(one) for one in lines]


def _figure(one: ReportLine) -> list:
    row, target = one.row, one.target
    whole = row.rate.denominator if row.is_rate else None
    told = [row.goal, whole, row.value, row.due, one.line.word]
    return [target.number, one.line.name, one.line.counted_in, *told, one.note, *_now(one)]


def _now(one: ReportLine) -> list:
    """The month as it is now, and by how much it is another; of a rate, in words."""
    if not one.figure:
        return [None, None]
    if one.now.is_rate or not one.now.connected:
        return [one.found, _apart(one)]
    return [one.now.value, one.now.value - one.figure.value if one.can_be_compared else None]


def _apart(one: ReportLine) -> str | None:
    if not one.can_be_compared:
        return None
    numerator, whole = one.now.value - one.figure.value, one.now.rate.denominator - one.figure.whole
    return f"分子 {signed(numerator)}，分母 {signed(whole)}"


def differences_of(differences: list[Difference]) -> list[list]:
    """A reported month against the records as they are now."""
    return [[one.target.number, one.name, *_compared(one), one.added, one.removed, one.altered] for one in differences]


def _compared(one: Difference) -> list:
    """As reported, as it is now and the difference; of a rate, in words."""
    if one.is_rate:
        return [one.reported, one.found, one.difference]
    return [total(one.then.values()), total(one.now.values()), one.amount]
