"""The invented city's facilities at the end of September: most accepted, others on their way, some of earlier years."""

import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from facilities.counting import touch_years
from facilities.models import Facility, FacilityKind, Funding, Inspection, RunMode, StageEntry
from facilities.stages import MILESTONES, Stage
from lianyungang_cdpf.accounts.models import Area, Level, Staff
from lianyungang_cdpf.intake.tables import name_key
from lianyungang_cdpf.management.demonstration.people import name_of
from lianyungang_cdpf.management.demonstration.shares import split
from lianyungang_cdpf.targets.models import Plan

# Of what is planned for the year, how much is accepted by now; a unit that lags has this part of that.
ACCEPTED = {
    "disabled_persons_home": 0.66, "rehab_station": 0.72, "home_rehab_point": 0.58, "device_station": 0.69,
    "spinal_hope_home": 0.7, "rehab_education_pilot": 0.5, "training_base": 0.61,
}  # fmt: skip
LAGGING, LAGGING_PART = "320724", 0.3
# Accepted in the year before, in parts of the year's plan: they count no more.
EARLIER = 0.12
NAMES = {
    "disabled_persons_home": "{place}残疾人之家", "rehab_station": "{place}残疾人康复室",
    "home_rehab_point": "{place}居家康复点", "device_station": "{place}辅具服务站",
    "spinal_hope_home": "{place}脊髓损伤希望之家", "rehab_education_pilot": "{place}康教融合试点",
    "training_base": "{place}{trade}培训就业示范基地",
}  # fmt: skip
TRADES = ("大棚种植", "水产养殖", "手工编织", "电子商务", "食用菌种植", "来料加工")
# (area in square metres, people) from and to.
SIZES = {
    "disabled_persons_home": ((200, 480), (12, 45)), "rehab_station": ((30, 90), (8, 30)),
    "home_rehab_point": ((12, 30), (1, 2)), "device_station": ((20, 80), (10, 60)),
    "spinal_hope_home": ((150, 400), (8, 20)), "rehab_education_pilot": ((300, 900), (20, 60)),
    "training_base": ((200, 3000), (6, 40)),
}  # fmt: skip
# What one costs, yuan, and who pays which part of it.
FUNDED = {
    "disabled_persons_home": (200_000, {"city": "0.5", "county": "0.3", "levy": "0.2"}),
    "rehab_station": (20_000, {"county": "0.6", "lottery": "0.4"}),
    "home_rehab_point": (3_000, {"levy": "1"}),
    "device_station": (15_000, {"city": "0.5", "county": "0.5"}),
    "spinal_hope_home": (150_000, {"province": "0.4", "city": "0.6"}),
    "rehab_education_pilot": (180_000, {"city": "0.6", "county": "0.4"}),
    "training_base": (50_000, {"levy": "0.6", "operator": "0.4"}),
}
ON_THE_WAY = (Stage.APPLIED, Stage.APPROVED, Stage.BUILDING, Stage.COMPLETED)
DOCUMENTS = {Stage.APPROVED: "立项批复", Stage.ACCEPTED: "验收合格通知", Stage.REVOKED: "撤销通知"}
# What the public is told.
OPEN = ("周一至周五 8:30—17:00", "周一至周六 8:00—11:30、13:30—17:00", "周一至周五 9:00—16:30，节假日休息")
OFFERED = {
    "disabled_persons_home": "日间照料、辅助性劳动、康复训练、文体活动",
    "rehab_station": "康复评估、功能训练、康复指导",
    "home_rehab_point": "上门康复指导", "device_station": "辅具展示、租借、维修和转介",
    "spinal_hope_home": "生活重建训练、同伴辅导", "rehab_education_pilot": "康复训练与教育相结合的课程",
    "training_base": "技能培训、就业安置",
}  # fmt: skip


@dataclass(frozen=True)
class Spot:
    """Where the next facility of a kind and unit stands, and what the place is called."""

    area: Area
    name: str


class Spots:
    """Goes round a unit's towns, village after village; each spot once."""

    def __init__(self):
        self._towns: dict[str, list[Area]] = defaultdict(list)
        self._villages: dict[int, list[Area]] = defaultdict(list)
        areas = Area.objects.filter(is_virtual=False).order_by("code")
        for area in areas.filter(level=Level.TOWN):
            self._towns[area.unit_key].append(area)
        for area in areas.filter(level=Level.VILLAGE):
            self._villages[area.parent_id].append(area)

    def of(self, unit: str):
        """The unit's towns, then their first villages, then their second ones, and so on; then numbered ones."""
        towns = self._towns[unit]
        for turn in count():
            for town in towns:
                villages = self._villages[town.pk]
                if turn == 0:
                    yield Spot(town, town.common_name)
                elif turn <= len(villages):
                    village = villages[turn - 1]
                    yield Spot(village, f"{town.common_name}{village.common_name}")
                else:
                    yield Spot(town, f"{town.common_name}第{turn + 1}")


def write_facilities(shares: dict[str, int], clerks: dict[str, Staff], seed: int, as_of: date) -> None:
    """Facilities of every kind in the plan, with their histories, money and inspections."""
    dice = random.Random(seed + 3)  # noqa: S311 - invented data, no secrets
    builder, spots = Builder(dice, clerks, as_of), Spots()
    goals = dict(Plan.objects.get(year=as_of.year).targets.values_list("kind", "goal"))
    for kind in FacilityKind.objects.filter(code__in=ACCEPTED).order_by("code"):
        for unit, planned in split(int(goals[kind.code]), {key: shares[key] for key in clerks}).items():
            share = ACCEPTED[kind.code] * (LAGGING_PART if unit == LAGGING else dice.uniform(0.9, 1.15))
            accepted = min(planned, round(planned * share))
            for order, spot in zip(range(planned + round(planned * EARLIER)), spots.of(unit), strict=False):
                builder.build(kind, spot, unit, is_accepted=order < accepted, is_earlier=order >= planned)
    builder.write()


class Builder:
    """Invents facilities one by one and writes them all at once."""

    def __init__(self, dice: random.Random, clerks: dict[str, Staff], as_of: date):
        self.dice, self.clerks, self.as_of = dice, clerks, as_of
        self.facilities: list[Facility] = []
        self.records: list = []

    def build(self, kind: FacilityKind, spot: Spot, unit: str, *, is_accepted: bool, is_earlier: bool) -> None:
        """One facility; of those of the year before one in ten is closed, of the new ones one in thirty is 整改."""
        area, people = SIZES[kind.code]
        name = NAMES[kind.code].format(place=spot.name, trade=self.dice.choice(TRADES))
        facility = Facility(
            kind=kind, name=name, name_key=name_key(name), area=spot.area, address=f"{spot.name}{self._number()}号",
            run_mode=self.dice.choice(RunMode.values), operator=f"{spot.name}示例服务中心",
            responsible=name_of(self.dice),
            phone=f"1900000{self.dice.randrange(10_000):04}", area_m2=Decimal(self.dice.randint(*area)),
            capacity=self.dice.randint(*people), rooms=self.dice.randint(1, 8), staff_full=self.dice.randint(1, 4),
            staff_part=self.dice.randint(0, 3),
            has_ramp=self.dice.random() < 0.9, has_handrails=self.dice.random() < 0.7,
            has_toilet=self.dice.random() < 0.6,
        )  # fmt: skip
        self._tell_the_public(facility)
        self._set_days(facility, is_accepted or is_earlier, self.as_of.year - is_earlier)
        self._beside_the_chain(facility, is_earlier)
        self.facilities.append(facility)
        self._history(facility, self.clerks[unit])
        self._money(facility, *FUNDED[kind.code])
        if facility.accepted_on and self.dice.random() < 0.3:
            self._inspection(facility)

    def _tell_the_public(self, facility: Facility) -> None:
        """When it is open, what it does and what it has; dice of their own, so that the rest stays as it was."""
        dice = random.Random(facility.name)  # noqa: S311 - invented data, no secrets
        facility.opening_hours = dice.choice(OPEN)
        facility.services_offered = OFFERED[facility.kind.code]
        facility.public_phone = f"0518-0000{dice.randrange(10_000):04}"
        facility.has_signs, facility.has_parking = dice.random() < 0.5, dice.random() < 0.3
        facility.has_tactile_paving, facility.has_lift = dice.random() < 0.3, dice.random() < 0.1

    def _number(self) -> int:
        return self.dice.randint(1, 120)

    def _set_days(self, facility: Facility, is_accepted: bool, year: int) -> None:
        """Days from the application in winter to the acceptance in spring and summer."""
        day = date(year - 1, 10, 8) + timedelta(days=self.dice.randint(0, 60))
        last = Stage.ACCEPTED if is_accepted else self.dice.choice(ON_THE_WAY)
        for stage, name in MILESTONES.items():
            setattr(facility, name, day)
            facility.stage = stage
            if stage == last:
                break
            day += timedelta(days=self.dice.randint(12, 62))
        opened = day + timedelta(days=self.dice.randint(5, 30))
        if is_accepted and opened <= self.as_of:
            facility.stage, facility.operating_on = Stage.OPERATING, opened

    def _beside_the_chain(self, facility: Facility, is_earlier: bool) -> None:
        if facility.stage != Stage.OPERATING:
            return
        if is_earlier and self.dice.random() < 0.1:
            facility.stage, facility.revoked_on = Stage.REVOKED, date(self.as_of.year, 8, 15)
        elif self.dice.random() < 0.03:
            facility.stage = Stage.RECTIFYING

    def _history(self, facility: Facility, clerk: Staff) -> None:
        days = [(stage, getattr(facility, name)) for stage, name in MILESTONES.items() if getattr(facility, name)]
        if facility.stage == Stage.RECTIFYING:
            days.append((Stage.RECTIFYING, self.as_of - timedelta(days=self.dice.randint(1, 20))))
        for stage, day in days:
            number = f"演残〔{day.year}〕{self.dice.randint(1, 300)}号" if stage in DOCUMENTS else ""
            self.records.append(
                StageEntry(facility=facility, stage=stage, on=day, document_no=number, recorded_by=clerk,
                           document_title=DOCUMENTS.get(stage, ""))
            )  # fmt: skip

    def _money(self, facility: Facility, planned: int, sources: dict[str, str]) -> None:
        granted = Decimal(planned) * (1 if facility.accepted_on else self.dice.choice((0, 1)) * Decimal("0.5"))
        spent = (granted * self.dice.randint(40, 100) / 100).quantize(Decimal("0.01"))
        year = (facility.accepted_on or self.as_of).year
        for source, part in ((source, Decimal(part)) for source, part in sources.items()):
            number = "" if source == "operator" else f"演财社〔{year}〕{self.dice.randint(1, 90)}号"
            self.records.append(
                Funding(facility=facility, source=source, year=year, planned=planned * part, granted=granted * part,
                        spent=(spent * part).quantize(Decimal("0.01"), "ROUND_DOWN"), document_no=number)
            )  # fmt: skip

    def _inspection(self, facility: Facility) -> None:
        day = min(facility.accepted_on + timedelta(days=self.dice.randint(10, 60)), self.as_of)
        told = {"score": Decimal(self.dice.randint(70, 98)), "findings": "台账、考勤和服务记录齐全。"}
        if told["score"] < 80:
            told |= {"follow_up": "补齐服务记录，加装扶手", "due_on": day + timedelta(days=30)}
        self.records.append(Inspection(facility=facility, inspected_on=day, inspector=name_of(self.dice), **told))

    def write(self) -> None:
        """Everything in a few statements, with the stamps of the years that count."""
        Facility.objects.bulk_create(self.facilities, batch_size=500)
        for model in (StageEntry, Funding, Inspection):
            model.objects.bulk_create([one for one in self.records if isinstance(one, model)], batch_size=500)
        touch_years((one.kind.code, one.accepted_on.year) for one in self.facilities if one.accepted_on)
