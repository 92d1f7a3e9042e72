"""What a bulletin says of a target, in the voice of the work report of 2019. Pure: rows in, Chinese out.

A target's own phrase (Target.report_phrase) holds the verb and the place of the number: 已发放残疾人辅助器具{件}
becomes 已发放残疾人辅助器具6200件, and 尚未发放残疾人辅助器具 while there is nothing. A rate's phrase is its subject.
A target without one is told by its name and the verb of its mode.
"""

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction

from lianyungang_cdpf.targets.bulletin.numbers import (
    done_text,
    lacking_text,
    points_ahead,
    points_behind,
    rate_text,
    share_text,
    until,
)
from lianyungang_cdpf.targets.forecast import months_complete
from lianyungang_cdpf.targets.lines import Line, wide
from lianyungang_cdpf.targets.models import ProgressMode
from lianyungang_cdpf.targets.pace import DUE_MONTHS, Light, due_month
from lianyungang_cdpf.targets.progress import Row

PLACE_OF_NUMBER = re.compile(r"\{(.+?)\}")
# The verbs of the order of 2019 by mode, for a target that nobody has given a phrase.
VERBS = {
    ProgressMode.CUMULATIVE_FLOW: "已实施", ProgressMode.COVERAGE_STOCK: "已覆盖",
    ProgressMode.ANNUAL_BATCH: "已办理", ProgressMode.MILESTONE: "已建成",
}  # fmt: skip
MOST_PLACES = 5


def clause(row: Row) -> str:
    """One target at one place, without the sign that closes it."""
    if not row.connected:
        return f"{wide(row.target.name)}尚未接入系统台账，本期不作评价"
    if row.is_rate:
        return _rate_clause(row)
    parts = [_done(row), *_against_goal(row)]
    return "，".join(part for part in parts if part)


def _done(row: Row) -> str:
    phrase = row.target.report_phrase or _generic_phrase(row.target)
    if not row.value:
        return PLACE_OF_NUMBER.sub("", phrase).replace("已", "尚未", 1)
    return PLACE_OF_NUMBER.sub(lambda match: done_text(row.value) + match[1], phrase)


def _generic_phrase(target) -> str:
    return f"{wide(target.name)}{VERBS[target.progress_mode]}{{{target.unit}}}"


def _against_goal(row: Row) -> list[str]:
    if row.goal is None:
        return ["任务未分解，不作评价"]
    if not row.goal:
        return ["年度未安排目标任务"]
    if not row.value:
        return [f"年度目标{done_text(row.goal)}{row.target.unit}", _standing(row)]
    share = share_text(row.value, row.goal)
    return [f"完成年度目标{share if share.startswith('不足') else f'的{share}'}", _standing(row)]


def _standing(row: Row) -> str:
    """How the figure stands to what is due, in the word of its light."""
    if row.light is Light.EARLY:
        early = "提前" if row.share < 1 else ""
        return f"{early}{'超额' if row.value > row.goal else ''}完成年度目标任务"
    if row.light is Light.NOT_DUE:
        return f"计划{_planned(row)}，尚未到期"
    if row.light is Light.ON_TRACK:
        ahead = points_ahead(_percent_of_goal(row) - row.share * 100, 1) if row.share < 1 else ""
        return f"超序时进度{ahead}" if ahead else "达到序时进度"
    return _behind(row)


def _behind(row: Row) -> str:
    lagging = row.light is Light.LAGGING
    lacking = f"还差{lacking_text(-row.gap)}{row.target.unit}"
    if row.share < 1:
        points = points_behind(row.share * 100 - _percent_of_goal(row), 1)
        return f"{'滞后' if lagging else '略低于'}序时进度{points}，按序时{lacking}"
    # Where nothing is done, the goal that was just told is what lacks.
    said = [lacking] if row.value else []
    if row.target.progress_mode in DUE_MONTHS:
        said.insert(0, "已到计划时间")
    elif said:
        said = [f"距目标{lacking}"]
    return "，".join([*said, f"进度{'滞后' if lagging else '略低'}"])


def _percent_of_goal(row: Row) -> Fraction:
    return Fraction(row.value * 100, row.goal)


def _planned(row: Row) -> str:
    """When what is not due yet falls due: 10月底前完成, or by the first planned point that is still to come."""
    coming = next(((day, share) for day, share in row.target.schedule if day > row.as_of and share), None)
    if coming is None:
        return f"{due_month(row.target) or 12}月底前完成"
    day, share = coming
    part = "" if share == 1 else rate_text(share * 100)
    return f"{day.month}月{day.day}日前完成{part}"


def _rate_clause(row: Row) -> str:
    subject = row.target.report_phrase or wide(row.target.name)
    if not row.rate.denominator:
        return f"{subject}本期没有应统计对象，不计算比率"
    rate = _exact(row)
    if row.goal is None:
        return f"{subject}为{rate_text(rate)}，目标未分解，不作评价"
    if rate >= row.goal:
        above = points_ahead(rate - row.goal, 2)
        return f"{subject}达到{rate_text(rate)}，{f'高于目标{above}' if above else '达到目标'}"
    lacking = f"{lacking_text(-row.gap)}{Line(row).counted_in}"
    below = points_behind(row.goal - rate, 2)
    return f"{subject}为{rate_text(rate)}，低于目标{below}，差{lacking}，未达到目标"


def _exact(row: Row) -> Fraction:
    """The rate in per cent, uncut."""
    return Fraction(row.rate.numerator * 100, row.rate.denominator)


def paragraph(rows: Sequence[Row]) -> str:
    """A work group's targets: 截至9月底，全市已为……；……。"""
    return f"{until(rows[0].as_of)}，全市{'；'.join(clause(row) for row in rows)}。"


COUNTED = (Light.EARLY, Light.ON_TRACK, Light.BEHIND, Light.LAGGING, Light.NOT_DUE, Light.NOT_CONNECTED)


def overview(rows: Sequence[Row]) -> str:
    """How many of the plan's targets stand how."""
    if not rows:
        return "本年度计划没有目标。"
    counts = [(light, sum(row.light is light for row in rows)) for light in COUNTED]
    said = [f"{light.word}{count}项" for light, count in counts if count]
    others = len(rows) - sum(count for _, count in counts)
    said += [f"无应统计对象{others}项"] if others else []
    return f"{until(rows[0].as_of)}，{rows[0].target.plan.title}安排的{len(rows)}项目标中，{'，'.join(said)}。"


def ranking(standings, units) -> str:
    """Who leads, who comes last, who moved most since last month, and who can't be ranked."""
    if not standings:
        return "各地目标尚未分解，本期不排名。"
    said = ["按到期目标中达到序时进度的比例排名，比例相同的比较平均完成程度", _front(standings)]
    last = [one for one in standings if one.is_last]
    if last:
        said.append(f"排在末位的是{'、'.join(map(_ranked, last))}")
    risen = max(standings, key=lambda one: one.climbed or 0)
    if risen.climbed and risen.climbed > 0:
        said.append(f"比上月上升最多的是{risen.scope.name}，上升{risen.climbed}位")
    ranked = {one.scope.place for one in standings}
    missing = [unit.name for unit in units if unit.place not in ranked]
    if missing:
        said.append(f"{'、'.join(missing)}没有到期的分解目标，不参加排名")
    return f"{said[0]}，{'；'.join(said[1:])}。"


def _front(standings) -> str:
    leading = [one for one in standings if one.place <= 3 and not one.is_last]
    if len(leading) > MOST_PLACES:
        first = [one for one in leading if one.place == 1]
        return f"{len(first)}地并列第1位" if len(first) > 1 else f"排在首位的是{_ranked(first[0])}"
    return f"排在前列的是{'、'.join(map(_ranked, leading))}"


def _ranked(one) -> str:
    return f"{one.scope.name}（到期{one.assessed}项，达到序时{one.good}项）"


def laggards(lines: Iterable[Line]) -> list[str]:
    """A paragraph for each target that lags, the worst first, with the places that are behind."""
    return [
        f"{line.name}：{'；'.join(filter(None, (_of_city(line), outlook(line.row), _of_places(line.units))))}。"
        for line in lines
    ]


def outlook(row: Row) -> str:
    """按近6个月进度推算，年底预计完成…; "" for what is not forecast by its pace."""
    forecast, unit = row.forecast, row.target.unit
    if not forecast.is_by_pace or not row.goal:
        return ""
    said = f"按近{forecast.months}个月的进度推算，年底预计完成{done_text(forecast.expected)}{unit}"
    if forecast.low < forecast.high:
        said += f"（最低{done_text(forecast.low)}{unit}，最高{done_text(forecast.high)}{unit}）"
    lacking = row.goal - forecast.expected
    if lacking > 0:
        return f"{said}，比年度目标少{lacking_text(lacking)}{unit}"
    return f"{said}，可以完成年度目标" if forecast.low >= row.goal else f"{said}，但按最慢的月份不能完成年度目标"


def _of_city(line: Line) -> str:
    row = line.row
    if row.is_rate:
        return f"全市为{rate_text(_exact(row))}，差{lacking_text(-row.gap)}{line.counted_in}"
    done = f"完成{share_text(row.value, row.goal)}" if row.value else "尚无完成数"
    return f"全市{done}，还差{lacking_text(-row.gap)}{line.counted_in}"


def _of_places(rows: Sequence[Row]) -> str:
    behind = sorted((row for row in rows if row.light in (Light.LAGGING, Light.BEHIND)), key=lambda row: row.ratio)
    if not behind:
        undivided = any(row.connected and row.goal is None for row in rows)
        return "任务未分解到各地" if undivided else "各地均不落后于本地目标"
    shown = "，".join(_of_place(row) for row in behind[:MOST_PLACES])
    more = f"等{len(behind)}地" if len(behind) > MOST_PLACES else ""
    return f"进度落后的有{shown}{more}"


def _of_place(row: Row) -> str:
    lacking = f"差{lacking_text(-row.gap)}{Line(row).counted_in}"
    if row.is_rate:
        return f"{row.scope.name}（{rate_text(_exact(row))}，{lacking}）"
    done = share_text(row.value, row.goal) if row.value else "尚无完成数"
    return f"{row.scope.name}（{done}，{lacking}）"


def reasons(told: Iterable[tuple[str, str, str]]) -> list[str]:
    """A paragraph for each place out of (place, target, text): what districts say, in their words."""
    of_place = {}
    for place, target, text in told:
        of_place.setdefault(place, []).append(f"{wide(target)}：{' '.join(text.split()).rstrip('。；;. ')}")
    return [f"{place}反映，{'；'.join(said)}。" for place, said in of_place.items()]


def next_steps(lines: Sequence[Line]) -> list[str]:
    """What has to be done until the year's end, by how the targets stand."""
    steps = [
        _catch_up(light, [line for line in lines if line.light is light]) for light in (Light.LAGGING, Light.BEHIND)
    ]
    waiting = [line for line in lines if line.light is Light.NOT_DUE and line.row.value < line.row.goal]
    if waiting:
        named = "、".join(f"{line.name}（{_planned(line.row)}）" for line in waiting)
        steps.append(f"对未到期的{len(waiting)}项目标倒排时间，按计划完成：{named}。")
    unknown = [line.name for line in lines if not line.row.connected]
    if unknown:
        steps.append(f"抓紧建立{'、'.join(unknown)}的台账，接入系统后一并通报。")
    steps = [step for step in steps if step]
    return steps or ["各地各部门要保持进度，巩固成果，确保全面完成年度目标任务。"]


def _catch_up(light: Light, lines: Sequence[Line]) -> str:
    if not lines:
        return ""
    asked = "逐项查明原因，拿出追赶措施" if light is Light.LAGGING else "加快进度"
    each = "；".join(f"{line.name}{_who_leads(line)}{_pace_needed(line.row)}" for line in lines)
    return f"对{light.word}的{len(lines)}项目标，牵头部门要会同进度落后的地区{asked}：{each}。"


def _who_leads(line: Line) -> str:
    department = wide(line.target.lead_department)
    return f"由{department}牵头" if department else "由市残联牵头"


def _pace_needed(row: Row) -> str:
    """，10月起每月至少完成478人; what lacks of the goal where months have no say."""
    if row.is_rate:
        return f"，还差{lacking_text(-row.gap)}{Line(row).counted_in}"
    needed, first = row.forecast.needed_per_month, months_complete(row.year, row.as_of) + 1
    if row.target.progress_mode != ProgressMode.CUMULATIVE_FLOW or not needed:
        return f"，还差{lacking_text(row.goal - row.value)}{row.target.unit}"
    return f"，{first}月起每月至少完成{lacking_text(needed)}{row.target.unit}"
