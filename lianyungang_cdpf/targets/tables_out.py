"""The tables of the board and of a target's page as rows of a file: the same numbers, as numbers."""

from decimal import Decimal

from lianyungang_cdpf.targets import pace
from lianyungang_cdpf.targets.changes import Change
from lianyungang_cdpf.targets.lines import Line
from lianyungang_cdpf.targets.place import Place
from lianyungang_cdpf.targets.snapshots import days_told

CHANGES = ["日期", "办理", "事项", "经办人", "数量", "单位"]


def _percent(numerator, denominator) -> Decimal | None:
    """Cut after two decimals as everywhere; nothing without a whole."""
    text = pace.percent_text(numerator, denominator) if denominator else None
    return None if text is None else Decimal(text)


def months_of(place: Place) -> tuple[list[str], list[list]]:
    """逐月: the heads and the months until now."""
    row = place.row
    if row.is_rate:
        days = zip(days_told(row.year, row.as_of), row.rates, strict=True)
        rows = [[day, whole, part, _percent(part, whole)] for day, (part, whole) in days]
        return ["时点", "应统计", "已达到", "比率（%）"], rows
    done = row.months[: pace.months_gone(row.year, row.as_of)]
    before = [0, *done]
    rows = [
        [f"{month} 月", total - before[month - 1], total, _percent(total, row.goal)]
        for month, total in enumerate(done, start=1)
    ]
    return ["月份", "新增", "累计", "累计完成率（%）"], rows


def places_of(place: Place) -> tuple[list[str], list[list]]:
    """The places below, and the place itself last."""
    counted = ["应统计", "已达到"] if place.row.is_rate else ["已完成"]
    share = "比率（%）" if place.row.is_rate else "完成率（%）"
    rows = [[line.row.scope.name, *_told(line)] for line in (*place.children, place.line)]
    return ["地区", *counted, "目标", share, "比应达", "状态"], rows


def targets_of(lines: list[Line]) -> tuple[list[str], list[list]]:
    """The board: the year's targets, with what each of the units has done."""
    units = [row.scope.name for row in lines[0].units] if lines else []
    heads = [
        "编号", "目标", "工作组", "单位", "应统计", "已完成", "全年目标", "完成率或比率（%）", "比应达", "状态", *units,
    ]  # fmt: skip
    rows = []
    for line in lines:
        told = _told(line)
        counted = told if line.row.is_rate else [None, *told]
        target = [line.target.number, line.name, line.target.group, line.counted_in]
        rows.append([*target, *counted, *(_unit_cell(cell) for cell in line.cells)])
    return heads, rows


def _told(line: Line) -> list:
    row = line.row
    if not row.connected:
        return [None, row.goal, None, None, line.word]
    gap = row.gap if row.share else None
    if row.is_rate:
        part, whole = row.rate
        return [whole, part, row.goal, _percent(part, whole), gap, line.word]
    return [row.value, row.goal, _percent(row.value, row.goal), gap, line.word]


def _unit_cell(cell: Line):
    """What a unit has done; of a rate its per cent."""
    return _percent(*cell.row.rate) if cell.row.is_rate else cell.row.value if cell.row.connected else None


def changes_of(changes: list[Change]) -> list[list]:
    """What was done between two days, as the page lists it."""
    return [[one.day, one.deed, one.told, one.who, one.number, one.unit] for one in changes]
