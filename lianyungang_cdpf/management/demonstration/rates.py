"""The invented city's three rates: two reached, the family doctors' just missed because one county lags."""

from collections.abc import Iterable
from datetime import date
from math import ceil, floor

from beneficiaries.people import CHILDREN_UNDER, birthday_before
from lianyungang_cdpf.management.demonstration.clients import Client, by_unit
from lianyungang_cdpf.management.demonstration.facilities import LAGGING
from lianyungang_cdpf.management.demonstration.ledger import Ledger
from lianyungang_cdpf.management.demonstration.shares import split
from services.models import FamilyDoctorContract, Need, PrecisionService, RehabilitationNeed, SchoolEnrolment
from services.schooling import OLDEST, YOUNGEST

# Share of the certificate holders who said that they need rehabilitation; the children without one all do.
IN_NEED = 0.3
# Of those who should be reached, the parts that are not; the goal of all three is 98 %.
UNSIGNED, UNSERVED, UNENROLLED = 0.021, 0.014, 0.016
# Of what is missed, the lagging county's part, and of its own people how many at most.
LAGGING_MISSES, LAGGING_AT_MOST = 0.6, 0.35
DEFERRED = 0.01
NEEDS = {
    1: (Need.DEVICE, Need.SURGERY), 2: (Need.DEVICE, Need.TRAINING), 3: (Need.TRAINING,),
    4: (Need.TRAINING, Need.DEVICE, Need.SUPPORT), 5: (Need.TRAINING, Need.SUPPORT),
    6: (Need.MEDICATION, Need.SUPPORT), 7: (Need.TRAINING, Need.SUPPORT),
}  # fmt: skip
DONE = {
    Need.SURGERY: "术前检查与术后随访", Need.MEDICATION: "服药指导与随访", Need.TRAINING: "上门功能训练指导",
    Need.DEVICE: "辅具适配评估与使用指导", Need.SUPPORT: "日间照料与心理疏导",
}  # fmt: skip
SCHOOL_GRADES = "一二三四五六七八九"


def write_rates(ledger: Ledger, clients: list[Client]) -> None:
    """The year's needs survey with contracts and handbooks, and the rosters of the last school year and of this one."""
    surveyed = [
        one for one in clients
        if (ledger.dice.random() < IN_NEED if one.is_certified else one.age(ledger.as_of) < CHILDREN_UNDER)
    ]  # fmt: skip
    _survey(ledger, surveyed)
    _contracts(ledger, surveyed)
    for year in (ledger.as_of.year - 1, ledger.as_of.year):
        _roster(ledger, clients, year)


def missed(ledger: Ledger, of: Iterable[Client], many: int) -> set[int]:
    """Keys of so many who are not reached, most of them in the county that lags."""
    units = by_unit(of, lambda one: True)
    own = units.pop(LAGGING, [])
    lagging = min(many, ceil(many * LAGGING_MISSES), floor(len(own) * LAGGING_AT_MOST))
    others = split(many - lagging, {unit: len(people) for unit, people in units.items()})
    chosen = ledger.dice.sample(own, lagging)
    for unit, count in others.items():
        chosen += ledger.dice.sample(units[unit], min(count, len(units[unit])))
    return {one.person for one in chosen}


def _survey(ledger: Ledger, surveyed: list[Client]) -> None:
    """Who had a service of a kind that meets a need said so; the others are in the handbook, but for those missed."""
    year = ledger.as_of.year
    given = dict(ledger.given)
    unserved = missed(ledger, [one for one in surveyed if one.person not in given], floor(len(surveyed) * UNSERVED))
    for one in surveyed:
        need = Need(given.get(one.person) or ledger.dice.choice(NEEDS[one.category]))
        asked = ledger.day(date(year, 1, 3), date(year, 1, 31))
        place = f"{one.area.common_name}残联"
        ledger.add("rehab_need", one, RehabilitationNeed(served_on=asked, need=need, institution=place))
        if one.person not in given and one.person not in unserved:
            service = PrecisionService(served_on=ledger.day(date(year, 1, 31), ledger.as_of), need=need,
                                       content=DONE[need], institution=f"{one.area.common_name}康复站")  # fmt: skip
            ledger.add("precision_rehab_rate", one, service)


def _contracts(ledger: Ledger, surveyed: list[Client]) -> None:
    year = ledger.as_of.year
    unsigned = missed(ledger, surveyed, ceil(len(surveyed) * UNSIGNED))
    for one in surveyed:
        if one.person not in unsigned:
            day = ledger.day(date(year, 1, 4), date(year, 5, 31))
            contract = FamilyDoctorContract(served_on=day, institution=f"{one.area.common_name}卫生院",
                                            contract_no=f"JY{year}{one.person:06}")  # fmt: skip
            ledger.add("family_doctor_rate", one, contract)


def _roster(ledger: Ledger, clients: list[Client], year: int) -> None:
    """The roster of a school year; who turns six while it lasts is added on the birthday."""
    begun, until = date(year, 9, 5), min(date(year + 1, 8, 31), ledger.as_of)
    oldest = birthday_before(begun, OLDEST + 1)
    youngest = birthday_before(until, YOUNGEST)
    children = [one for one in clients if oldest < one.born <= youngest]
    deferred = {one.person for one in children if one.grade == 1 and ledger.dice.random() < DEFERRED}
    due = [one for one in children if one.person not in deferred]
    absent = missed(ledger, due, floor(len(due) * UNENROLLED))
    for one in children:
        day = max(begun, birthday_before(one.born, -YOUNGEST))
        line = SchoolEnrolment(served_on=day, school_year=year)
        if one.person in deferred:
            line.schooling, line.reason = "deferred", f"演教基〔{year}〕12号批准延缓入学"
        elif one.person in absent:
            line.schooling, line.reason = "not_enrolled", ledger.dice.choice(("家长暂不同意送学", "长期住院治疗"))
        else:
            _enrol(ledger, one, line)
        ledger.add("compulsory_enrolment_rate", one, line)


def _enrol(ledger: Ledger, client: Client, line: SchoolEnrolment) -> None:
    """By how severe it is: most severe ones are taught at home or in a special school."""
    weights = (1, 5, 4) if client.grade == 1 else (5, 4, 1) if client.is_severe else (8, 2, 0)
    line.schooling = ledger.dice.choices(("inclusive_class", "special_school", "home_teaching"), weights)[0]
    town = f"{client.area.common_name}中心学校"
    line.school = "演示特殊教育学校" if line.schooling == "special_school" else town
    years = client.age(line.served_on) - YOUNGEST
    line.school_grade = f"{SCHOOL_GRADES[min(years, len(SCHOOL_GRADES) - 1)]}年级"
    line.student_no = f"X{line.school_year}{client.person:07}"
