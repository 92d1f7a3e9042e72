"""Puts the invented city together: standards, accounts, people, payments, services, allocation, a roll to try."""

from collections import defaultdict
from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from beneficiaries.models import Person
from lianyungang_cdpf.accounts.duties.actions import note_first_role
from lianyungang_cdpf.accounts.models import Area, Level, Role, Staff, Zone
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.management.demonstration.approvals import submit_last_month
from lianyungang_cdpf.management.demonstration.facilities import write_facilities
from lianyungang_cdpf.management.demonstration.families import write_families
from lianyungang_cdpf.management.demonstration.news import write_news
from lianyungang_cdpf.management.demonstration.people import invent
from lianyungang_cdpf.management.demonstration.photos import photograph_facilities
from lianyungang_cdpf.management.demonstration.records import Payroll, write_people
from lianyungang_cdpf.management.demonstration.reports import report_the_months
from lianyungang_cdpf.management.demonstration.sample import SAMPLED, choose, write_sample
from lianyungang_cdpf.management.demonstration.services import write_services_of
from lianyungang_cdpf.management.demonstration.shares import shares_of
from lianyungang_cdpf.management.demonstration.splits import split_the_plan
from lianyungang_cdpf.management.demonstration.supervision import supervise
from lianyungang_cdpf.management.demonstration.week import keep_the_week_before
from lianyungang_cdpf.management.demonstration.yearly import YearlyBatches
from lianyungang_cdpf.targets.models import Demonstration
from subsidies.models import Programme, RollType

AS_OF = date(2019, 9, 30)
STANDARDS = settings.BASE_DIR / "fixtures" / "demonstration-standards.json"
# A password for demonstrations only; a database with real people has none of these accounts.
PASSWORD = "Demo-2019-lyg"  # noqa: S105
ACCOUNTS = (
    ("shi", "city_operator", "320700", "王主任"),
    ("lingdao", "leader", "320700", "周局长"),
    ("shenji", "auditor", "320700", "钱审计"),
    ("guanli", "system_admin", "320700", "系统管理员"),
    ("haizhou", "district_clerk", "320706", "孙敏"),
    ("lianyun", "district_clerk", "320703", "李静"),
    ("ganyu", "district_clerk", "320707", "张强"),
    ("donghai", "district_clerk", "320722", "陈磊"),
    ("guanyun", "district_clerk", "320723", "徐霞"),
    ("guannan", "district_clerk", "320724", "刘洋"),
    ("kaifaqu", "district_clerk", "lyg_etdz", "吴涛"),
    ("gaoxinqu", "district_clerk", "lyg_htz", "郑杰"),
    ("xuwei", "district_clerk", "xuwei", "冯超"),
    ("yuntaishan", "district_clerk", "yuntaishan", "蒋平"),
    ("ganyu_shenhe", "district_reviewer", "320707", "韩梅"),
    ("ganyu_minzheng", "civil_affairs_approver", "320707", "沈建"),
    ("ganyu_caiwu", "finance", "320707", "何会计"),
    ("qingkou", "town_clerk", "320707100", "青口镇录入"),
    ("rizhi", "audit_admin", "320700", "审计管理员"),
    # The last: from then on roles are given by two people (accounts/duties).
    ("anquan", "security_admin", "320700", "安全管理员"),
)


class NotEmpty(Exception):
    """The database holds people already; invented ones are never mixed with them."""


def make_city(*, people: int, seed: int) -> Demonstration:
    """Fill an empty, prepared database with an invented city. Raises NotEmpty when it holds people."""
    mark, clerks = _write_city(people, seed)
    # Once the city stands: files are not rolled back with it.
    photograph_facilities(clerks, seed, AS_OF)
    return mark


@transaction.atomic
def _write_city(people: int, seed: int) -> tuple[Demonstration, dict[str, Staff]]:
    """Everything that is no file; whole or not at all."""
    if Person.objects.exists() or Demonstration.objects.exists():
        raise NotEmpty
    call_command("load_standards", str(STANDARDS), verbosity=0)
    staff = _accounts()
    towns = list(Area.objects.filter(level=Level.TOWN, is_virtual=False).order_by("code"))
    citizens = invent(people, seed, towns, _villages(), AS_OF)
    keys = write_people(citizens)
    clerks = {one.zone.key if one.zone_id else one.area.code: one for one in staff if one.role.code == "district_clerk"}
    write_families(citizens, keys, clerks, seed, AS_OF)
    payroll = Payroll(keys, clerks, seed)
    months = [date(AS_OF.year, month, 1) for month in range(1, AS_OF.month + 1)]
    for programme in Programme.objects.filter(roll_type=RollType.MONTHLY).order_by("position"):
        enrolled = payroll.enrol(programme, citizens, AS_OF.year)
        if programme.code == SAMPLED:
            sample = choose(enrolled)
            write_sample(settings.DATA_DIR / "samples", sample, months[-1])
            enrolled = [pair for pair in enrolled if pair[0] not in sample]
        payroll.post(programme, enrolled, months)
    submit_last_month(staff, months[-1])
    YearlyBatches(keys, clerks, seed, AS_OF).post(citizens)
    write_facilities(shares_of(citizens), clerks, seed, AS_OF)
    write_services_of(citizens, keys, clerks, seed, AS_OF)
    by = next(one for one in staff if one.role.code == "city_operator")
    split_the_plan(shares_of(citizens), by, AS_OF.year)
    keep_the_week_before(AS_OF)
    write_news()
    mark = Demonstration.objects.create(as_of=AS_OF, people=people, seed=seed)
    report_the_months(clerks, by, AS_OF)
    supervise(staff, AS_OF.year)
    record(by=None, deed="生成演示数据", on=mark, summary=f"{people} 人，种子 {seed}")
    return mark, clerks


def _villages() -> dict[int, list[str]]:
    villages = defaultdict(list)
    rows = Area.objects.filter(level=Level.VILLAGE, is_virtual=False).order_by("code")
    for parent, name in rows.values_list("parent_id", "common_name"):
        villages[parent].append(name)
    return villages


def _accounts() -> list[Staff]:
    roles = {role.code: role for role in Role.objects.all()}
    zones = {zone.key: zone for zone in Zone.objects.all()}
    first = Staff()
    first.set_password(PASSWORD)
    staff = []
    for username, role, place, name in ACCOUNTS:
        area = None if place in zones else Area.objects.get(code=place)
        one, made = Staff.objects.get_or_create(
            username=username,
            defaults={"name": name, "role": roles[role], "area": area, "zone": zones.get(place), "is_staff": True},
        )
        if made:
            one.password = first.password
            one.save(update_fields=["password"])
            note_first_role(one)
        staff.append(one)
    _write_accounts(staff)
    return staff


def _write_accounts(staff: list[Staff]) -> None:
    lines = [f"演示账号（密码均为 {PASSWORD}）："]
    lines += [f"  {one.username:<16}{one.role.name}　{one.place_name}" for one in staff]
    path = Path(settings.DATA_DIR) / "demo-accounts.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
