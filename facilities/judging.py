"""Rows of a 设施名册 against the facilities on record: new, changed or unchanged, and what stands against them.

A facility is known by kind, place and name: of a name that several villages of a town have, the village says which.
A blank never erases; a day or a stage on record is changed by no roll.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from facilities.actions import below_minimum
from facilities.credit import is_right_code
from facilities.models import Facility, FacilityKind, Stage
from facilities.models.facility import EAST, NORTH
from facilities.stages import BEFORE_ACCEPTANCE, CHAIN, DAY_WORDS, DAYS, MILESTONES, REQUIRED, days_out_of_order
from lianyungang_cdpf.accounts.models import Area, Level
from lianyungang_cdpf.intake.kinds import Context, Outcome
from lianyungang_cdpf.intake.places import CountyNames, TownNames
from lianyungang_cdpf.intake.presentation import rank
from lianyungang_cdpf.intake.tables import name_key, sentence
from lianyungang_cdpf.intake.tables.text import bare
from lianyungang_cdpf.intake.typed import phone_in
from lianyungang_cdpf.masking import masked

LENGTHS = {"name": 100, "address": 200, "operator": 100, "responsible": 60, "opening_hours": 100}
FACTS = (
    "address", "run_mode", "operator", "credit_code", "responsible", "phone", "area_m2", "rooms", "capacity",
    "staff_full", "staff_part", "opening_hours", "longitude", "latitude",
)  # fmt: skip
MOST = {"area_m2": 999_999, "rooms": 32_767, "capacity": 1_000_000, "staff_full": 32_767, "staff_part": 32_767}
BESIDE = (Stage.RECTIFYING, Stage.SUSPENDED)
SENTENCES = {
    "AREA_UNKNOWN": "认不出所属乡镇（街道）：请填写规范的县区和乡镇（街道）名称。",
    "WRONG_DISTRICT": "不在本辖区：请从名册中删除，由所属县区登记。",
    "FACILITY_DUPLICATE": "本文件中同一地方已有同名的设施：只保留一行；确是两处的，请分别填写所在的村（社区）。",
    "FACILITY_AMBIGUOUS": "系统中这个乡镇有多处同名设施：请补填村（社区）。",
    "FACILITY_STAGE": "认不出建设阶段：请填申报、立项、在建、竣工、验收、运行或撤销。",
    "FACILITY_FUTURE": "日期晚于今天：还没有发生的请留空。",
    "FACILITY_CODE": "统一社会信用代码的位数或校验位不对：请对照证照逐位核对。",
    "MEASURE_FORMAT": "不是大于零的数字：请只填数字，如 260 或 260.5。",
    "W_PHONE_FORMAT": "联系电话不是 7 到 12 位数字，没有登记：请核对后补填。",
    "W_VILLAGE_UNKNOWN": "没有找到这个村（社区），先登记在乡镇（街道）一级：请核对名称。",
}


@dataclass(slots=True)
class Site:
    """A row with the facility it is about and, once judged, what it writes."""

    values: dict
    problems: list
    area: int | None = None
    known: dict | None = None
    facts: dict = field(default_factory=dict)
    days: dict[str, date] = field(default_factory=dict)
    stage: str = ""

    @property
    def name(self) -> str:
        return (self.values.get("name") or "")[: LENGTHS["name"]]

    @property
    def is_changed(self) -> bool:
        return bool(self.facts or self.days or (self.known and self.stage != self.known["stage"]))


class Villages:
    """Villages by town and name; a name that means two villages of a town means none."""

    def __init__(self, towns: set[int]):
        self._found: dict[tuple[int, str], int | None] = {}
        rows = Area.objects.filter(level=Level.VILLAGE, parent__any_of=list(towns)).order_by()
        for pk, parent, *names in rows.values_list("pk", "parent_id", "common_name", "name"):
            for form in {name_key(name) for name in names}:
                self._found[parent, form] = None if self._found.get((parent, form), pk) != pk else pk

    def find(self, town: int, name: str) -> int | None:
        return self._found.get((town, name_key(name)))


class FacilityJudge:
    """Judges a file at once: its facilities are thousands at most. Five statements, whatever the rows."""

    def __init__(self, kind: FacilityKind, context: Context):
        self.kind, self.context, self.staff = kind, context, context.staff
        self.counties, self.towns = CountyNames(), TownNames()
        self.today = timezone.localdate()
        # The places where the rows before have put a name of a town, and the facilities that they are about.
        self.seen: dict[tuple[int, str], set[int]] = {}
        self.taken: set[int] = set()

    def judge(self, rows: Iterable) -> Iterator[Outcome]:
        """An Outcome per row, in order."""
        rows = list(rows)
        sites = [Site(row.values, row.problems) for row in rows]
        towns = [self._town(site.values) for site in sites]
        self.villages = Villages({town for town in towns if town})
        self.known = self._on_record(sites)
        for row, site, town in zip(rows, sites, towns, strict=True):
            yield self._outcome(row, site, town)

    def _on_record(self, sites: list[Site]) -> dict[str, list[dict]]:
        """The facilities of the kind by the names that the rows give."""
        keys = list({name_key(site.name)[:100] for site in sites if site.name})
        rows = Facility.objects.of_kind(self.kind.code).filter(name_key__any_of=keys).order_by("pk")
        known: dict[str, list[dict]] = {}
        for one in rows.values("pk", "name_key", "area_id", "area__path", "stage", *FACTS, *DAYS):
            known.setdefault(one["name_key"], []).append(one)
        return known

    def _town(self, values: dict) -> int | None:
        units = self.counties.named_by(values["county"]) if values.get("county") else {self.staff.own_unit}
        return self.towns.find(units, values.get("town"))

    def _in_scope(self, area: int) -> bool:
        path, zone = self.towns.paths[area]
        return path.startswith(self.staff.area.path) if self.staff.area_id else zone == self.staff.zone_id

    def _outcome(self, row, site: Site, town: int | None) -> Outcome:
        outcome = Outcome(row.sheet, row.row, data=site)
        found = [(code, column, "", text) for code, column, text in row.problems]
        outcome.is_foreign = town is not None and not self._in_scope(town)
        told = [("WRONG_DISTRICT", "town")] if outcome.is_foreign else self._own(site, town)
        found += [(code, column, "".join(said), "") for code, column, *said in told]
        for code, column, said, text in sorted(found, key=lambda one: rank(one[0])):
            self._tell(outcome, code, column, said, text)
        outcome.change = "new" if site.known is None else "changed" if site.is_changed else "unchanged"
        return outcome

    def _tell(self, outcome: Outcome, code: str, column: str, said: str, text: str) -> None:
        """Add a finding once, with its sentence."""
        codes = outcome.warnings if code.startswith("W_") else outcome.codes
        if code not in codes:
            codes.append(code)
            heading = self.context.heading(outcome.sheet, column)
            said = said or SENTENCES.get(code) or sentence(code, heading, masked(column, text))
            outcome.messages.append((code, column, said))

    def _own(self, site: Site, town: int | None) -> Iterator[tuple]:
        """Findings of a row of the own place; fills what the row writes."""
        if town is None:
            if site.values.get("town"):
                yield "AREA_UNKNOWN", "town"
            return
        if not site.name:
            return
        yield from self._place(site, town)
        if site.area is not None:
            if self._is_told_twice(site, town):
                yield "FACILITY_DUPLICATE", "name"
            yield from self._facts(site)
            yield from self._stage(site)

    def _is_told_twice(self, site: Site, town: int) -> bool:
        """Whether a row before this one was about the same facility, or may have been: one of them names no village."""
        places = self.seen.setdefault((town, name_key(site.name)), set())
        known = site.known["pk"] if site.known else None
        is_vague = bool(places) and (site.area == town or town in places)
        is_twice = site.area in places or is_vague or known in self.taken
        places.add(site.area)
        self.taken |= {known} - {None}
        return is_twice

    def _place(self, site: Site, town: int) -> Iterator[tuple]:
        """Which facility the row is about, and where it stands."""
        site.area, village = town, site.values.get("village")
        if village:
            site.area = self.villages.find(town, village) or town
            if site.area == town:
                yield "W_VILLAGE_UNKNOWN", "village"
        path = self.towns.paths[town][0]
        known = [one for one in self.known.get(name_key(site.name)[:100], ()) if one["area__path"].startswith(path)]
        here = [one for one in known if one["area_id"] == site.area]
        if site.area == town and not here and len(known) > 1:
            site.area = None
            yield "FACILITY_AMBIGUOUS", "name"
            return
        # One that is on record with its town alone may be the village's; one in another village is another.
        nearby = known if site.area == town else [one for one in known if one["area_id"] == town]
        site.known = next(iter(here or nearby), None)
        if site.known and site.area != town and site.known["area_id"] == town:
            site.facts["area_id"] = site.area

    def _facts(self, site: Site) -> Iterator[tuple]:
        given = {name: site.values.get(name) for name in FACTS if site.values.get(name) not in (None, "")}
        given |= {name: given[name][:most] for name, most in LENGTHS.items() if name in given}
        if "credit_code" in given:
            given["credit_code"] = bare(given["credit_code"]).upper()
            if not is_right_code(given["credit_code"]):
                yield "FACILITY_CODE", "credit_code"
        if "phone" in given:
            given["phone"] = phone_in(given["phone"])
            if not given["phone"]:
                del given["phone"]
                yield "W_PHONE_FORMAT", "phone"
        if ("longitude" in given) != ("latitude" in given):
            given = {name: value for name, value in given.items() if name not in ("longitude", "latitude")}
        yield from _too_much(given)
        known = site.known or {}
        site.facts |= {name: value for name, value in given.items() if known.get(name) != value}

    def _stage(self, site: Site) -> Iterator[tuple]:
        """The stage that the row gives or that its days mean, and whether days and stage can be."""
        if any(code in ("FACILITY_STAGE", "DATE_FORMAT") for code, *_ in site.problems):
            return
        given = {name: site.values[name] for name in DAYS if site.values.get(name)}
        stored = {name: site.known[name] for name in DAYS} if site.known else {}
        days = {**stored, **given}
        late = [name for name, day in given.items() if day > self.today]
        if late:
            yield "FACILITY_FUTURE", late[0]
        for name, day in given.items():
            if stored.get(name) not in (None, day):
                said = f"系统登记的{DAY_WORDS[name]}是 {stored[name]:%Y-%m-%d}，与本行的 {day:%Y-%m-%d} 不同：请核对。"
                yield "FACILITY_KNOWN_DAY", name, said
        wrong = days_out_of_order(days)
        if wrong:
            yield "FACILITY_DATES", wrong[0], f"{DAY_WORDS[wrong[0]]}早于{DAY_WORDS[wrong[1]]}：请核对日期。"
        site.days = {name: day for name, day in given.items() if stored.get(name) is None}
        yield from self._reached(site, days)

    def _reached(self, site: Site, days: dict) -> Iterator[tuple]:
        told, before = site.values.get("stage"), site.known["stage"] if site.known else ""
        furthest = next((stage for stage, name in reversed(MILESTONES.items()) if days.get(name)), None)
        stays = before in (*BESIDE, Stage.REVOKED)
        stage = told or (before if stays else furthest or before)
        site.stage = stage or ""
        if not stage:
            yield "FACILITY_STAGE", "stage", "没有填写建设阶段，也没有任何日期：请至少填写一项。"
            return
        if stays and before != Stage.REVOKED and site.days.keys() & {"accepted_on", "revoked_on"}:
            yield "FACILITY_STAGE", "stage", f"设施现在{Stage(before).label}，本行却有新的阶段日期：请在设施页上办理。"
            return
        if (stage in BESIDE or stays) and stage != before:
            yield "FACILITY_STAGE", "stage", _beside(stage, before)
            return
        if before in CHAIN and stage in CHAIN and CHAIN.index(stage) < CHAIN.index(before):
            word = Stage(before).label
            yield "FACILITY_BACK", "stage", f"系统登记的阶段已经是“{word}”：请核对名册是不是旧的。"
            return
        yield from self._fits(site, Stage(stage), days, furthest)

    def _fits(self, site: Site, stage: Stage, days: dict, furthest: Stage | None) -> Iterator[tuple]:
        missing = [DAY_WORDS[name] for name in REQUIRED.get(stage, ()) if not days.get(name)]
        if missing:
            yield "FACILITY_STAGE_DAY", "stage", f"“{stage.label}”阶段要填写{'、'.join(missing)}。"
        elif stage in CHAIN and furthest is not None and _is_beyond(furthest, stage):
            said = f"建设阶段填的是“{stage.label}”，却已有{DAY_WORDS[MILESTONES[furthest]]}：请核对。"
            yield "FACILITY_STAGE", "stage", said
        reaches = stage not in BEFORE_ACCEPTANCE and "accepted_on" in site.days
        if reaches and stage != Stage.REVOKED:
            values = {**(site.known or {}), **site.facts}
            lacking = below_minimum(self.kind, values.get("area_m2"), values.get("capacity"))
            if lacking:
                yield "FACILITY_MINIMUM", "area_m2", f"不符合“{self.kind}”的验收条件：{lacking}。"


def _too_much(given: dict) -> Iterator[tuple]:
    """Numbers that no column holds, and coordinates of another city: longitude and latitude are often exchanged."""
    for name, most in MOST.items():
        if given.get(name, 0) > most:
            yield "FACILITY_NUMBER", name, f"数字超过 {most:,}：请核对。"
    if "longitude" in given and not (
        EAST[0] <= given["longitude"] <= EAST[1] and NORTH[0] <= given["latitude"] <= NORTH[1]
    ):
        yield "FACILITY_NUMBER", "longitude", "经纬度不在本市范围内：请核对，经度和纬度不要填反。"


def _is_beyond(furthest: Stage, stage: Stage) -> bool:
    return furthest == Stage.REVOKED or CHAIN.index(furthest) > CHAIN.index(stage)


def _beside(stage: str, before: str) -> str:
    if before == Stage.REVOKED:
        return "系统中这处设施已经撤销：请从名册中删去，确需恢复的在设施页上撤回。"
    if before in BESIDE:
        return f"系统登记的阶段是“{Stage(before).label}”：恢复运行请在设施页上办理。"
    return f"“{Stage(stage).label}”请在设施页上办理，不能从名册导入。"
