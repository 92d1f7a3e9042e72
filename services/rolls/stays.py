"""残疾人之家花名册和出勤月报: one roll for who is on the register and for the days of a month."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count

from beneficiaries.people_rolls import PeopleJudge, PeopleKind, PlacedRoll, differs
from facilities.models import Facility
from lianyungang_cdpf.intake.kinds import Context
from lianyungang_cdpf.intake.tables import Column, Date, Month, Text, Whole, name_key
from services.models import SERVING_KINDS, FacilityStay, Group, MonthlyAttendance
from services.rolls.base import GROUP_LABELS
from services.stay_actions import ELSEWHERE, HIDDEN, after_closing, wrong_days, wrong_month
from services.stay_posting import CODE, post_stays
from services.stays import is_within, overlaps

QUOTES = re.compile('[“”"‘’「」『』]')
SENTENCES = {
    "STAY_FACILITY": "认不出是哪个残疾人之家：请填写系统登记的名称；同名的不止一处，请补填乡镇（街道）。",
    "STAY_MISSING": "此人不在这个残疾人之家的花名册上：新入家的请填写入家日期，名称写错的请改正。",
    "STAY_DIFFERS": "系统登记的入家、退出日期与本行不同：请核对；系统登记有误的，在登记页上更正。",
    "STAY_REASON": "退出日期和退出原因要一起填写。",
    "ATTENDANCE_MONTH": "月份和出勤天数要一起填写；没有出勤的填 0。",
    "ATTENDANCE_KNOWN": "这个月的出勤已经登记为 {days} 天：请删除此行；登记有误的，在登记页上更正。",
}

LATE = "{month:%Y-%m} 已登记的出勤超出退出日期：请核对退出日期，登记有误的先更正出勤。"


class StayRoll(PlacedRoll):
    """残疾人之家花名册, with the days of a month where it is a 月报 (考勤表)."""

    home = Column(
        Text(), "残疾人之家名称 之家名称 所在残疾人之家 残疾人之家 机构名称 服务机构 站点名称", whole="之家 名称 机构",
        never="地址 电话 负责人", of_person=False, required=True, example="示例镇残疾人之家",
    )  # fmt: skip
    admitted_on = Column(
        Date(), "入家日期 入家时间 进家日期 进家时间 入站日期 入册日期 加入日期 加入时间", of_person=False
    )
    left_on = Column(Date(), "退出日期 退出时间 离家日期 离家时间 出家日期 离站日期 退册日期", of_person=False)
    leaving_reason = Column(Text(), "退出原因 离家原因 离站原因 退册原因", of_person=False, example="就业")
    month = Column(Month(of_roll=False), "出勤月份 考勤月份 所属月份 月份", whole="月", of_person=False)
    days = Column(
        Whole(), "实际出勤天数 出勤天数 考勤天数 到家天数 出勤日数", whole="天数 出勤", never="应出勤 缺勤 请假",
        of_person=False, example="20",
    )  # fmt: skip
    remarks = Column(Text(), "备注 说明", whole="备注", of_person=False)


@dataclass(slots=True, frozen=True)
class Home:
    """A facility that keeps a register, as far as a row asks."""

    pk: int
    name: str
    towns: frozenset[int]
    revoked_on: date | None


class Homes:
    """Those in the staff member's scope by their names, quotation marks aside."""

    def __init__(self, staff):
        rows = Facility.objects.visible_to(staff).filter(kind__code__in=SERVING_KINDS).order_by("pk")
        self._found: dict[str, list[Home]] = {}
        for pk, name, area, above, revoked_on in rows.values_list("pk", "name", "area", "area__parent", "revoked_on"):
            home = Home(pk, name, frozenset({area, above}), revoked_on)
            self._found.setdefault(_key(name), []).append(home)

    def find(self, name: str, town: int | None) -> Home | None:
        """The one of this name; of several the one in the town. None when that does not say which."""
        named = self._found.get(_key(name), [])
        if len(named) > 1:
            named = [one for one in named if town in one.towns]
        return named[0] if len(named) == 1 else None


def _key(name: str) -> str:
    return QUOTES.sub("", name_key(name))


@dataclass(slots=True, eq=False)
class Stay:
    """A stay on record, or one that a row of the file begins: then `pk` is given when it is written."""

    person: int
    area: int
    facility: int
    place: str
    admitted_on: date
    left_on: date | None = None
    leaving_reason: str = ""
    remarks: str = ""
    pk: int | None = None
    days: dict[date, int] = field(default_factory=dict)

    @property
    def columns(self) -> dict:
        """What of it is a FacilityStay's."""
        return {
            "person_id": self.person, "area_id": self.area, "facility_id": self.facility,
            "admitted_on": self.admitted_on, "left_on": self.left_on, "leaving_reason": self.leaving_reason,
            "remarks": self.remarks,
        }  # fmt: skip


class StayJudge(PeopleJudge):
    """Judges rows against the registers as they are on file, and as the rows before them make them."""

    def __init__(self, context: Context):
        super().__init__(context)
        self.homes, self._rows = Homes(self.staff), count()
        self.stays: dict[int, list[Stay]] = {}

    def prepare(self, lines):
        new = {line.known.pk for line in lines if line.known} - self.stays.keys()
        self.stays |= {person: [] for person in new}
        rows = FacilityStay.objects.standing().filter(person__any_of=list(new)).order_by("pk")
        seen = set(rows.visible_to(self.staff).values_list("pk", flat=True))
        by_pk = {}
        for one in rows.select_related("facility"):
            place = f"“{one.facility}”" if one.pk in seen else HIDDEN
            stay = Stay(one.person_id, one.area_id, one.facility_id, place, one.admitted_on, one.left_on, pk=one.pk)
            by_pk[one.pk] = stay
            self.stays[one.person_id].append(stay)
        months = MonthlyAttendance.objects.standing().filter(stay__any_of=list(by_pk)).order_by()
        for stay, month, days in months.values_list("stay_id", "month", "days"):
            by_pk[stay].days[month] = days

    def key(self, line):
        """A person may stand in several rows; which of them say the same is known once the home is."""
        return next(self._rows)

    def findings(self, line) -> Iterator[tuple]:
        if any(not code.startswith("W_") for code, *_ in line.problems):
            return
        home = self.homes.find(line.values["home"], self.area_in(line.values))
        if home is None:
            yield "STAY_FACILITY", "home", SENTENCES["STAY_FACILITY"]
            return
        month = _first_day(line.values.get("month"))
        same = line.known.pk, home.pk, month
        if same in self.seen:
            yield "DUPLICATE_IN_FILE", "id_number", "本文件中同一人同一个月出现不止一次：只保留一行。"
            return
        self.seen.add(same)
        found = list(self._stay(line, home, month))
        yield from found
        if not found and not differs(line.values.get("name"), line.known):
            yield from self._attendance(line, month)

    def _stay(self, line, home: Home, month: date | None) -> Iterator[tuple]:
        """Find the stay that the row is about, or begin one."""
        values, known = line.values, line.known
        begun, ended, reason = (values.get(name) for name in ("admitted_on", "left_on", "leaving_reason"))
        held = [one for one in self.stays[known.pk] if one.facility == home.pk]
        stay = _meant(held, begun, month)
        if bool(ended) != bool(reason):
            yield "STAY_REASON", "leaving_reason" if ended else "left_on", SENTENCES["STAY_REASON"]
        elif stay is None and begun is None:
            yield "STAY_MISSING", "admitted_on", SENTENCES["STAY_MISSING"]
        elif stay is None:
            yield from self._begin(line, home)
        elif ended and stay.left_on not in (None, ended):
            yield "STAY_DIFFERS", "left_on", SENTENCES["STAY_DIFFERS"]
        else:
            wrong = wrong_days(stay.admitted_on, ended, known, self.today) if ended else ""
            days = stay.days.items() if ended else ()
            late = [month for month, number in days if not is_within(stay.admitted_on, ended, month, number)]
            if wrong or late:
                yield "STAY_DATES", "left_on", wrong or LATE.format(month=max(late))
            closes = ended is not None and stay.left_on is None
            line.write = {"stay": stay, "new": False, "closes": closes, "month": None, "days": None}

    def _begin(self, line, home: Home) -> Iterator[tuple]:
        values, known = line.values, line.known
        begun, ended = values["admitted_on"], values.get("left_on")
        if wrong := wrong_days(begun, ended, known, self.today):
            yield "STAY_DATES", "admitted_on", wrong
            return
        if wrong := after_closing(begun, home.revoked_on):
            yield "STAY_DATES", "admitted_on", wrong
        for other in self.stays[known.pk]:
            if not overlaps(begun, ended, other.admitted_on, other.left_on):
                continue
            if other.facility == home.pk:
                yield "STAY_DIFFERS", "admitted_on", SENTENCES["STAY_DIFFERS"]
            else:
                yield "STAY_ELSEWHERE", "admitted_on", ELSEWHERE.format(place=other.place)
        stay = Stay(known.pk, known.area_id, home.pk, f"“{home.name}”", begun, remarks=_short(values, "remarks", 200))
        line.write = {"stay": stay, "new": True, "closes": ended is not None, "month": None, "days": None}

    def _attendance(self, line, month: date | None) -> Iterator[tuple]:
        """What the row says of a month; a row without errors is taken into account by those that follow."""
        stay, days, ended = line.write["stay"], line.values.get("days"), line.values.get("left_on")
        until = Stay(stay.person, stay.area, stay.facility, "", stay.admitted_on, stay.left_on or ended)
        known = stay.days.get(month)
        if (month is None) != (days is None):
            yield "ATTENDANCE_MONTH", "days" if days is None else "month", SENTENCES["ATTENDANCE_MONTH"]
        elif month and (wrong := wrong_month(until, month, days, self.today)):
            yield "ATTENDANCE_DAYS", "days", wrong
        elif month and known not in (None, days):
            yield "ATTENDANCE_KNOWN", "days", SENTENCES["ATTENDANCE_KNOWN"].format(days=known)
        else:
            self._take(line, month if known is None else None, days)

    def _take(self, line, month: date | None, days: int | None) -> None:
        stay, write = line.write["stay"], line.write
        if write["closes"]:
            stay.left_on, stay.leaving_reason = line.values["left_on"], _short(line.values, "leaving_reason", 100)
        if write["new"]:
            self.stays[stay.person].append(stay)
        if month:
            stay.days[month] = days
            write |= {"month": month, "days": days}
        if not (write["new"] or write["closes"] or month):
            line.write = {}

    def change(self, line):
        """A month or a stay is new; who only leaves is a change."""
        if not line.write:
            return "unchanged"
        return "new" if line.write["new"] or line.write["month"] else "changed"


def _meant(held: list[Stay], begun: date | None, month: date | None) -> Stay | None:
    """Of a person's stays at a home the one of that admission; without a day the open one, else one of the month.

    Of a month outside of all of them the last one is meant, so that the row is told why it does not fit.
    """
    if begun:
        return next((one for one in held if one.admitted_on == begun), None)
    open_one = next((one for one in held if one.left_on is None), None)
    if open_one and (month is None or month >= open_one.admitted_on.replace(day=1)):
        return open_one
    of_month = (one for one in held if month and one.left_on and one.admitted_on.replace(day=1) <= month <= one.left_on)
    return next(of_month, open_one or (held[-1] if held and month else None))


def _first_day(month: str | None) -> date | None:
    return date.fromisoformat(f"{month}-01") if month else None


def _short(values: dict, name: str, length: int) -> str:
    return (values.get(name) or "")[:length]


class StayKind(PeopleKind):
    """Of all homes at once; whose home and person are in scope."""

    code, label, group = CODE, "残疾人之家花名册和出勤", GROUP_LABELS[Group.CARE]
    roll, judge_by = StayRoll, StayJudge
    permission = post_permission = "services.import_services"
    undo_page = "services:undo_stays"
    words = ("残疾人之家",)

    def write(self, batch, context, job):
        post_stays(by=context.by, job=job, outcomes=batch)
