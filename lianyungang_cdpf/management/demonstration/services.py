"""The invented city's services by the end of September: some targets ahead of their time, some behind."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from beneficiaries.households import ADULT
from beneficiaries.models import Category, Household, HouseholdMember, Relation
from beneficiaries.register_stamp import stamp_register
from lianyungang_cdpf.accounts.models import Staff
from lianyungang_cdpf.intake.offices import place_of
from lianyungang_cdpf.management.demonstration.clients import Client, by_unit, clients_of
from lianyungang_cdpf.management.demonstration.facilities import LAGGING, LAGGING_PART
from lianyungang_cdpf.management.demonstration.ledger import Ledger
from lianyungang_cdpf.management.demonstration.people import Invented
from lianyungang_cdpf.management.demonstration.rates import write_rates
from lianyungang_cdpf.management.demonstration.shares import WHOLE_CITY, shares_of, split
from lianyungang_cdpf.management.demonstration.stays import write_stays
from lianyungang_cdpf.targets.models import Plan
from services.courses import record_course
from services.models import (
    CataractSurgery,
    ChildTraining,
    CourseAttendance,
    DeviceIssue,
    DeviceType,
    HealthCheck,
    HomeModification,
    NewEmployment,
    PsychiatricAid,
    RespitePlacement,
    Service,
    SupportedEmployment,
    TrainingCourse,
)

HOSPITALS = ("连云港市第一人民医院", "连云港市第二人民医院", "连云港市中医院", "连云港市东方医院")
CENTRES = ("连云港市残疾人康复中心", "演示儿童康复中心", "演示特殊儿童康复园")
COURSES = (("盲人按摩", 120), ("电子商务", 56), ("手工编织", 40), ("家政服务", 48), ("大棚种植", 40))
JOBS = (("演示电子有限公司", "质检员"), ("演示服装厂", "缝纫工"), ("演示物流有限公司", "仓库管理员"),
        ("演示水产合作社", "分拣工"), ("演示超市", "理货员"))  # fmt: skip
WORKS = ("入户坡道、扶手", "卫生间坐便器、抓杆", "低位灶台、门槛改造", "闪光门铃、扶手")
# By category what is handed out, in codes of the catalogue.
DEVICES = {
    Category.VISUAL: ("white_cane", "visual_aid", "talking_device"), Category.HEARING: ("hearing_aid",),
    Category.SPEECH: ("talking_device",), Category.INTELLECTUAL: ("sitting_frame", "orthosis"),
    Category.PHYSICAL: ("wheelchair", "crutch", "walker", "commode_chair", "bath_chair", "orthosis", "prosthesis"),
    Category.MULTIPLE: ("wheelchair", "nursing_bed", "cushion", "commode_chair"),
}  # fmt: skip


# Households of one for each person on the register, of those whose homes may be rebuilt.
ALONE_SHARE = 0.018


def _child_training(ledger: Ledger, client: Client, is_done: bool) -> Iterator[Service]:
    since = ledger.day(date(ledger.as_of.year, 1, 7), ledger.as_of)
    until = since + timedelta(days=ledger.dice.randint(60, 200))
    has_left = until <= ledger.as_of
    yield ChildTraining(
        served_on=since, ended_on=until if has_left else None, institution=ledger.dice.choice(CENTRES),
        plan="言语、认知和运动训练", sessions=ledger.dice.randint(20, 120), assessment_before="已评估",
        assessment_after="已评估" if has_left else "", amount=Decimal(ledger.dice.randint(6, 20) * 1000),
    )  # fmt: skip


def _cataract_surgery(ledger: Ledger, client: Client, is_done: bool) -> Iterator[Service]:
    """One eye, of one in four the other one too some weeks later."""
    day = ledger.day(date(ledger.as_of.year, 1, 10), ledger.as_of - timedelta(days=30))
    eyes = ledger.dice.sample(("left", "right"), 2 if ledger.dice.random() < 0.25 else 1)
    hospital = ledger.dice.choice(HOSPITALS)
    for turn, eye in enumerate(eyes):
        yield CataractSurgery(
            served_on=day + timedelta(days=turn * 28), institution=hospital, eye=eye, amount=Decimal(1000),
            sight_before=ledger.dice.choice(("光感", "手动", "0.05", "0.1")),
            sight_after=ledger.dice.choice(("0.3", "0.4", "0.5", "0.6")),
        )  # fmt: skip


def _psychiatric_aid(ledger: Ledger, client: Client, is_done: bool) -> Iterator[Service]:
    since = ledger.day(date(ledger.as_of.year, 1, 2), ledger.as_of)
    hospital = "连云港市第四人民医院"
    if ledger.dice.random() < 0.85:
        yield PsychiatricAid(served_on=since, mode="medication", institution=hospital, amount=Decimal(600),
                             months=max(1, ledger.as_of.month - since.month))  # fmt: skip
    else:
        until = min(since + timedelta(days=ledger.dice.randint(14, 60)), ledger.as_of)
        yield PsychiatricAid(served_on=since, ended_on=until, mode="inpatient", institution=hospital,
                             months=max(1, (until - since).days // 30), amount=Decimal(2000))  # fmt: skip


class Devices:
    """Hands devices out by the catalogue; of some crutches and cushions two at once."""

    def __init__(self):
        self._ledger: Ledger | None = None
        self._types: dict[str, DeviceType] = {}

    def __call__(self, ledger: Ledger, client: Client, is_done: bool) -> Iterator[Service]:
        # Another ledger may be of another database.
        if ledger is not self._ledger:
            self._ledger, self._types = ledger, {one.code: one for one in DeviceType.objects.all()}
        code = ledger.dice.choice(DEVICES[client.category])
        day = ledger.day(date(ledger.as_of.year, 1, 14), ledger.as_of - timedelta(days=8))
        nature = "issue" if is_done else ledger.dice.choice(("issue", "loan", "repair"))
        yield DeviceIssue(
            served_on=day, nature=nature, device=self._types[code], fitted_on=day,
            institution=f"{client.area.common_name}辅具服务站",
            signed_on=day + timedelta(days=ledger.dice.randint(0, 7)) if is_done else None,
            quantity=2 if code in ("crutch", "cushion") and ledger.dice.random() < 0.3 else 1,
        )  # fmt: skip


def _health_check(ledger: Ledger, client: Client, is_done: bool) -> Iterator[Service]:
    day = ledger.day(date(ledger.as_of.year, 3, 1), ledger.as_of)
    conclusion = ledger.dice.choice(("未见明显异常", "血压偏高，建议复查", "血糖偏高，建议复查", "轻度脂肪肝"))
    number, place = f"TJ{day:%y%m%d}{client.person}", f"{client.area.common_name}卫生院"
    yield HealthCheck(served_on=day, institution=place, report_no=number, conclusion=conclusion)


def _home_modification(ledger: Ledger, client: Client, is_done: bool) -> Iterator[Service]:
    since = ledger.day(date(ledger.as_of.year, 3, 1), ledger.as_of - timedelta(days=40))
    until = since + timedelta(days=ledger.dice.randint(4, 20))
    cost = Decimal(ledger.dice.randint(28, 70) * 100)
    yield HomeModification(
        served_on=since, ended_on=until, institution="演示建筑装饰公司", content=ledger.dice.choice(WORKS), cost=cost,
        amount=min(cost, Decimal(5000)), surveyed_on=since - timedelta(days=30), plan=f"改造方案 {client.household}",
        acceptance="passed" if is_done else "pending",
        accepted_on=until + timedelta(days=ledger.dice.randint(3, 20)) if is_done else None,
    )  # fmt: skip


def _respite_placement(ledger: Ledger, client: Client, is_done: bool) -> Iterator[Service]:
    """Two in five have been there since the year before; nobody has written down that they left."""
    since = _since(ledger, 0.4)
    mode = ledger.dice.choices(("residential", "day", "home"), (3, 4, 3))[0]
    home = f"{client.area.common_name}残疾人之家"
    place = {"residential": "演示托养中心", "day": home, "home": "演示居家服务社"}[mode]
    months = max(1, (ledger.as_of - since).days // 30)
    yield RespitePlacement(served_on=since, mode=mode, institution=place, months=months)


def _course(ledger: Ledger, client: Client, is_done: bool) -> Iterator[Service]:
    """On the course of their unit; another one is held when the last is full."""
    course, left = ledger.courses.get(client.unit, (None, 0))
    if not left:
        course = _hold_course(ledger, client)
        left = course.places - ledger.dice.randint(0, 6)
    ledger.courses[client.unit] = course, left - 1
    yield CourseAttendance(
        course=course, completed_on=course.ends_on if is_done else None,
        attended_hours=course.hours - (ledger.dice.randint(0, 4) if is_done else course.hours // 2),
        certificate_no=f"PX{course.ends_on:%Y}{client.person:06}" if is_done else "",
    )  # fmt: skip


def _hold_course(ledger: Ledger, client: Client) -> TrainingCourse:
    """A course of the unit, on a day on which it begins no other of its sort."""
    clerk = ledger.clerks[client.unit]
    held = TrainingCourse.objects.held_at(*place_of(clerk))
    taken = set(held.values_list("name", "starts_on"))
    while True:
        name, hours = ledger.dice.choice(COURSES)
        since = ledger.day(date(ledger.as_of.year, 3, 4), ledger.as_of - timedelta(days=22))
        if (name, since) not in taken:
            break
    course = TrainingCourse(
        name=name, institution="演示职业培训学校", level="初级", hours=hours, starts_on=since,
        ends_on=since + timedelta(days=ledger.dice.randint(7, 21)), places=ledger.dice.choice((20, 30, 40)),
        venue=f"{client.area.common_name}残疾人之家", document_no=f"演残发〔{since:%Y}〕{since:%m%d}号",
    )  # fmt: skip
    return record_course(by=clerk, course=course)


def _new_employment(ledger: Ledger, client: Client, is_done: bool) -> Iterator[Service]:
    since = ledger.day(date(ledger.as_of.year, 1, 5), ledger.as_of)
    firm, post = ledger.dice.choice(JOBS)
    form = ledger.dice.choices(("quota", "concentrated", "flexible", "public_post", "farming"), (40, 15, 20, 10, 15))[0]
    yield NewEmployment(
        served_on=since, institution=firm, content=post, form=form, is_insured=form in ("quota", "concentrated"),
        contract_until=since + timedelta(days=364), contract_no=f"HT{since:%y%m}{client.person:06}",
        was_employed=not is_done,
    )  # fmt: skip


def _supported_employment(ledger: Ledger, client: Client, is_done: bool) -> Iterator[Service]:
    since = _since(ledger, 0.45)
    yield SupportedEmployment(
        served_on=since, institution=f"{client.area.common_name}残疾人之家",
        content=ledger.dice.choice(("手工制作", "来料加工")),
        agreement_no=f"FZ{since:%Y}{client.person:06}", monthly_hours=ledger.dice.randint(60, 140),
        monthly_pay=Decimal(ledger.dice.randint(6, 14) * 100),
    )  # fmt: skip


def _since(ledger: Ledger, earlier: float) -> date:
    """A day of the year so far, or, for the given part, of the year before."""
    year = ledger.as_of.year - (ledger.dice.random() < earlier)
    return ledger.day(date(year, 1, 4), date(year, 12, 20))


def _works(client: Client, day: date) -> bool:
    """Of working age on the day and a year and a half before it."""
    return client.is_certified and 18 <= client.age(day) <= 59


def _may_be_cared_for(client: Client, day: date) -> bool:
    return _works(client, day) and client.is_poor and client.is_severe


def _may_be_supported(client: Client, day: date) -> bool:
    is_meant = client.category in (Category.INTELLECTUAL, Category.MENTAL)
    return _works(client, day) and (is_meant or (client.category == Category.PHYSICAL and client.is_severe))


def _may_be_trained(client: Client, day: date) -> bool:
    """A child of up to 6, or up to 14 with a limb disability or autism (an admission is up to nine months earlier)."""
    return client.age(day) <= 6 or (client.age(day) <= 14 and client.category in (Category.PHYSICAL, Category.MENTAL))


@dataclass(frozen=True)
class Line:
    """A line of work.

    done        how much of the year's goal is done by now
    make        (ledger, client, is_done) -> the records of one client
    waiting     in parts of what is done, how much is on file and does not count: not accepted, not finished, on loan
    """

    code: str
    done: float
    is_for: Callable[[Client, date], bool]
    make: Callable[[Ledger, Client, bool], Iterator[Service]]
    waiting: float = 0


LINES = (
    Line("respite_care", 0.86, _may_be_cared_for, _respite_placement),
    Line("health_check", 0.92, lambda client, day: client.is_certified, _health_check),
    Line("child_rehab_training", 0.84, _may_be_trained, _child_training),
    Line("cataract_surgery", 0.57,
         lambda client, day: client.category == Category.VISUAL and client.is_poor and client.age(day) >= 50,
         _cataract_surgery),
    Line("psychiatric_aid", 0.83, lambda client, day: client.category == Category.MENTAL and client.is_poor,
         _psychiatric_aid),
    Line("assistive_devices", 1.12, lambda client, day: client.category in DEVICES and client.is_certified, Devices(),
         waiting=0.05),
    Line("home_accessibility", 0.54, lambda client, day: client.is_certified and client.is_poor and client.is_head,
         _home_modification, waiting=0.15),
    Line("real_name_training", 0.78, _works, _course, waiting=0.05),
    Line("new_employment", 0.68, _works, _new_employment, waiting=0.04),
    Line("supported_employment", 0.83, _may_be_supported, _supported_employment),
)  # fmt: skip


def write_services_of(
    citizens: list[Invented], keys: dict[str, int], clerks: dict[str, Staff], seed: int, as_of: date
) -> None:
    """Services of every kind in the plan, the needs survey, rosters of two school years, registers of the homes."""
    ledger = Ledger(clerks, random.Random(seed + 5), as_of)  # noqa: S311 - invented data, no secrets
    clients = clients_of(citizens, keys, seed, as_of)
    stamp_register()
    _give_homes(ledger, clients)
    everybody = shares_of(citizens)
    shares = {unit: everybody[unit] for unit in clerks}
    goals = dict(Plan.objects.get(year=as_of.year).targets.values_list("kind", "goal"))
    for line in LINES:
        planned = split(round(goals[line.code] * len(citizens) / WHOLE_CITY), shares)
        _work(ledger, line, by_unit(clients, lambda one, line=line: line.is_for(one, as_of)), planned)
    write_rates(ledger, clients)
    ledger.write()
    write_stays(by_unit(clients, lambda one: _may_be_supported(one, as_of)), clerks, seed, as_of)


def _give_homes(ledger: Ledger, clients: list[Client]) -> None:
    """Households of one: of poor adults whose disability asks for works in the home."""
    asks = [
        one for one in clients
        if one.is_certified and one.household is None and one.is_poor and one.age(ledger.as_of) >= ADULT
        and one.category in (Category.VISUAL, Category.PHYSICAL, Category.MULTIPLE)
    ]  # fmt: skip
    alone = ledger.dice.sample(asks, min(len(asks), round(len(clients) * ALONE_SHARE)))
    addresses = [f"{ledger.dice.randint(1, 12)}组{ledger.dice.randint(1, 90)}号" for _ in alone]
    homes = Household.objects.bulk_create(
        Household(area=one.area, village=one.village, address=address)
        for one, address in zip(alone, addresses, strict=True)
    )
    for one, home in zip(alone, homes, strict=True):
        one.household, one.is_head = home.pk, True
    HouseholdMember.objects.bulk_create(
        HouseholdMember(household_id=one.household, person_id=one.person, relation=Relation.HEAD) for one in alone
    )


def _work(ledger: Ledger, line: Line, pools: dict[str, list[Client]], planned: dict[str, int]) -> None:
    """Serve as many of each unit's clients as make its part; patients without a certificate come first."""
    for unit, goal in planned.items():
        part = LAGGING_PART if unit == LAGGING else ledger.dice.uniform(0.85, 1.16)
        wanted, pool = round(goal * line.done * part), pools.get(unit, [])
        ledger.dice.shuffle(pool)
        pool.sort(key=lambda one: not one.is_certified)
        turn = iter(pool)
        while wanted > 0 and (client := next(turn, None)):
            served = [ledger.add(line.code, client, one) for one in line.make(ledger, client, True)]
            wanted -= sum(one.quantity for one in served)
        for client, _ in zip(turn, range(round(goal * line.done * part * line.waiting)), strict=False):
            for one in line.make(ledger, client, False):
                ledger.add(line.code, client, one)
