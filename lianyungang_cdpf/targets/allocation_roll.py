"""任务分解表 as offices write it: targets down and the ten units across, or a row per target and place.

A row in the wide form gives several places their goals, one in the long form gives one. Zones report like counties.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lianyungang_cdpf.accounts.models import Area, Zone
from lianyungang_cdpf.intake.kinds import Context, Kind, Outcome, roll_limits
from lianyungang_cdpf.intake.periods import YEAR
from lianyungang_cdpf.intake.places import CountyNames, TownNames
from lianyungang_cdpf.intake.presentation import rank
from lianyungang_cdpf.intake.tables import Column, Date, Roll, Text, Whole, sentence
from lianyungang_cdpf.targets.actions import split_goals
from lianyungang_cdpf.targets.models import Plan
from lianyungang_cdpf.targets.progress import default_day, demonstration
from lianyungang_cdpf.targets.splits import Place, Standing, Wanted

SENTENCES = {
    "PLAN_MISSING": "系统中还没有这一年的年度计划：请先新建年度计划，再导入分解表。",
    "TARGET_UNKNOWN": "年度计划中没有这项目标：请按计划中的名称填写。",
    "PLACE_UNKNOWN": "认不出下达到哪里：请填写规范的县区、功能板块或乡镇（街道）名称。",
    "PLACE_FOREIGN": "不能给这个地方下达目标：市级分解到县区、功能板块和乡镇，县区只分解到所辖乡镇（街道）。",
    "GOAL_MISSING": "没有填写任何一地的目标：请填写，或删去这一行。",
    "GOAL_TWICE": "同一目标在同一地方出现了不止一次：只保留一行。",
}
# What a change may be refused for, by the field that the deed names.
REFUSED = {"goal": "GOAL_RATE", "document_no": "DOCUMENT_MISSING", "effective_on": "EFFECTIVE_DAY"}


def _unit(names: str, more: str = "") -> Column:
    return Column(Whole(), names, whole=more, of_person=False, example="100")


class AllocationRoll(Roll):
    """任务分解表; columns of the wide form are named by the code or key of their unit."""

    target = Column(
        Text(), "目标名称 任务名称 项目名称 指标名称 工作任务 目标任务", whole="目标 项目 指标 任务",
        required=True, key=True, of_person=False, example="困难残疾人生活补贴",
    )  # fmt: skip
    county = Column(
        Text(), "承担单位 分解单位 下达单位", whole="地区 县区 县 区 区县", of_person=False, asked=False, region=True
    )
    town = Column(Text(), "乡镇街道 乡镇（街道） 镇街", whole="乡镇 街道", of_person=False, asked=False)
    goal = Column(Whole(), "分解目标 下达目标 分解任务 任务数 分解数", of_person=False, asked=False)
    unit_320703 = _unit("连云区")
    unit_320706 = _unit("海州区")
    unit_320707 = _unit("赣榆区")
    unit_320722 = _unit("东海县")
    unit_320723 = _unit("灌云县")
    unit_320724 = _unit("灌南县")
    unit_lyg_etdz = _unit("市开发区 经济技术开发区", "开发区 经开区")
    unit_lyg_htz = _unit("市高新区 高新技术产业开发区", "高新区")
    unit_xuwei = _unit("徐圩新区", "徐圩")
    unit_yuntaishan = _unit("云台山景区 云台山风景名胜区", "云台山 景区")
    document_no = Column(Text(), "文号 文件号 依据文号", of_person=False, example="连残发〔2019〕12号")
    effective_on = Column(Date(), "生效日期 执行日期", of_person=False, example="2019-03-15")
    reason = Column(Text(), "调整原因 分解说明", whole="原因", of_person=False, example="年初下达")


UNIT = "unit_"
UNITS = [name for name in AllocationRoll.columns if name.startswith(UNIT)]


@dataclass(slots=True)
class Line:
    """A row with the goals that it asks for, and what reading found of it."""

    values: dict
    problems: list = field(default_factory=list)
    wanted: list[Wanted] = field(default_factory=list)


def _plain(name: str) -> str:
    """A target's name as it is compared: without blanks, quotation marks and the width of signs."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


class AllocationJudge:
    """Judges the rows of a split against the plan and the goals in force. A handful of statements for a file."""

    def __init__(self, context: Context):
        self.context, self.staff = context, context.staff
        self.plan = Plan.objects.filter(year=context.month.year).first()
        targets = list(self.plan.targets.select_related("plan")) if self.plan else []
        self.targets = {_plain(name): one for one in targets for name in (one.name, one.key)}
        self.standing = Standing(targets)
        self.counties, self.towns = CountyNames(), TownNames()
        self.zones = dict(Zone.objects.values_list("key", "pk"))
        self.zone_of_unit = dict(Area.objects.filter(zone__isnull=False, level="county").values_list("code", "zone_id"))
        self.day = default_day(context.month.year, demonstration())
        self.seen: set[tuple[int, Place]] = set()

    def judge(self, rows: Iterable) -> Iterator[Outcome]:
        """An Outcome per row, in order."""
        for row in rows:
            line = Line(row.values, row.problems)
            outcome = Outcome(row.sheet, row.row, data=line)
            found = [(code, column, "", text) for code, column, text in row.problems]
            if not found:
                found = [(code, column, said, "") for code, column, said in self._findings(line)]
            for code, column, said, text in sorted(found, key=lambda one: rank(one[0])):
                self._tell(outcome, code, column, said, text)
            if not outcome.codes:
                olds = [self.standing.goal(one.target, one.place) for one in line.wanted]
                kept = all(not self.standing.changes(one) for one in line.wanted)
                outcome.change = "unchanged" if kept else "changed" if any(old is not None for old in olds) else "new"
            yield outcome

    def _tell(self, outcome, code, column, said, text) -> None:
        if code not in outcome.codes:
            outcome.codes.append(code)
        heading = self.context.heading(outcome.sheet, column)
        outcome.messages.append((code, column, said or SENTENCES.get(code) or sentence(code, heading, text)))

    def _findings(self, line: Line) -> Iterator[tuple[str, str, str]]:
        """(code, column, sentence) of a row; fills line.wanted."""
        if self.plan is None:
            yield "PLAN_MISSING", "target", ""
            return
        target = self.targets.get(_plain(line.values.get("target") or ""))
        if target is None:
            yield "TARGET_UNKNOWN", "target", ""
            return
        goals = list(self._goals(line.values))
        if not goals:
            yield "GOAL_MISSING", "target", ""
        for column, name, place, goal in goals:
            if place is None:
                yield "PLACE_UNKNOWN", column, ""
                continue
            yield from self._one(line, target, column, name, place, goal)

    def _one(self, line, target, column, name, place, goal) -> Iterator[tuple[str, str, str]]:
        if not self._may_set(place):
            yield "PLACE_FOREIGN", column, ""
            return
        if (target.pk, place) in self.seen:
            yield "GOAL_TWICE", column, f"{name}：{SENTENCES['GOAL_TWICE']}"
        self.seen.add((target.pk, place))
        wanted = Wanted(
            target, place, goal, (line.values.get("document_no") or "")[:60],
            line.values.get("effective_on") or self.day, (line.values.get("reason") or "")[:200],
        )  # fmt: skip
        refused, said = self.standing.problem(wanted)
        if said:
            yield REFUSED[refused], column if refused == "goal" else refused, f"{name}：{said}"
        line.wanted.append(wanted)

    def _goals(self, values: dict) -> Iterator[tuple[str, str, Place | None, int]]:
        """(column, name of the place, place, goal) of every goal that a row gives."""
        if values.get("goal") is not None:
            column = "town" if values.get("town") else "county"
            name = values.get("town") or values.get("county") or ""
            yield column, name, self._named(values.get("county"), values.get("town")), values["goal"]
        for column in UNITS:
            if values.get(column) is not None:
                label = AllocationRoll.columns[column].label
                yield column, label, self._unit(column.removeprefix(UNIT)), values[column]

    def _named(self, county: str | None, town: str | None) -> Place | None:
        """The place that a row names: a town within its unit, or the unit. A district's rows need not name it."""
        units = self.counties.named_by(county) if county else {self.staff.own_unit} - {""}
        if town:
            area = self.towns.find(units, town)
            return ("area", area) if area else None
        # A county-level zone answers to its own code and to its zone's key: both are one place.
        places = {self._unit(unit) for unit in units} - {None}
        return places.pop() if county and len(places) == 1 else None

    def _unit(self, key: str) -> Place | None:
        if key in self.zones:
            return "zone", self.zones[key]
        if key in self.zone_of_unit:
            return "zone", self.zone_of_unit[key]
        return ("area", self.towns.units[key]) if key in self.towns.units else None

    def _may_set(self, place: Place) -> bool:
        """The city sets every goal, a district its own towns' only."""
        if self.staff.is_city_wide:
            return True
        kind, pk = place
        if kind == "zone" or pk in self.towns.units.values():
            return False
        path, zone_id = self.towns.paths[pk]
        if self.staff.zone_id:
            return zone_id == self.staff.zone_id
        # A zone's towns may lie in the county, but their goals are the zone's to set.
        own = self.staff.area
        return path.startswith(own.path) and path != own.path and self.towns.unit_keys[pk] == own.unit_key


class AllocationKind(Kind):
    """任务分解表."""

    code, label, group = "allocation", "任务分解表", "年度目标"
    roll = AllocationRoll
    needs_month, period = True, YEAR
    permission = post_permission = "targets.split_goal"
    undo_page = "split:undo"
    told_apart_by = ("target", "county", "town")
    words = ("任务分解表", "任务分解", "目标分解", "目标任务分解")

    def __init__(self):
        self.limits = roll_limits()

    def judge(self, rows: Iterable, context: Context) -> Iterator[Outcome]:
        return AllocationJudge(context).judge(rows)

    def apply(self, outcomes: Iterable[Outcome], context: Context, job) -> dict:
        outcomes = list(outcomes)
        wanted = [one for outcome in outcomes for one in outcome.data.wanted]
        changed = split_goals(wanted=wanted, by=context.by, job=job)
        return {"applied_rows": len(outcomes), "changed_goals": changed}

    def pack(self, outcome: Outcome) -> dict:
        return {"name": outcome.data.values.get("target") or ""}


def kinds() -> list[Kind]:
    """What this app takes in."""
    return [AllocationKind()]
