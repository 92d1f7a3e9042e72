"""自动核对: what the rolls' checks and the register's rules say of the person today, as far as the reader may see."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from beneficiaries.models import Basis, Person
from beneficiaries.people import current_certificate
from lianyungang_cdpf.pages.one_person.entries import Subject
from subsidies.models import Payment, PeriodType

# A renewal needs a new assessment, which takes weeks (city rule, unverified).
RENEWAL = timedelta(days=90)


@dataclass(frozen=True)
class Check:
    """A state (shape and colour of the frame), its word, and what to do."""

    state: str
    word: str
    sentence: str


def checks_of(subject: Subject, notices: list[str]) -> list[Check]:
    """What somebody must look at, the gravest first; one line that says so when there is nothing."""
    rules = (_paid_after_the_end, _certificate, _two_counties, _accounts)
    found = [check for rule in rules for check in rule(subject)]
    found += [Check("w", "待补充", sentence) for sentence in notices]
    return sorted(found, key=lambda check: "bw".index(check.state)) or [_nothing(subject)]


def _nothing(subject: Subject) -> Check:
    looked_at = "证件有效期、账号"
    if subject.staff.has_perm("subsidies.view_payment"):
        looked_at = "去世和迁出后的发放、证件有效期、两地发放、账号"
    return Check("o", "无冲突", f"已核对{looked_at}：{subject.today:%Y-%m-%d}。")


def _paid_after_the_end(subject: Subject) -> Iterator[Check]:
    """As a roll is judged: of a month that begins after the day nothing is due."""
    person = subject.person
    for day, word in ((person.died_on, "去世"), (person.moved_out_on, "迁出")):
        late = [one for one in _monthly(subject) if day and one.month > day]
        if late:
            months = "、".join(dict.fromkeys(f"{one.month:%Y-%m}" for one in late[:3]))
            more = " 等" if len(late) > 3 else ""
            yield Check("b", f"{word}后仍有发放", f"{len(late)} 笔（{months}{more}）：请核实日期，多发的追回。")


def _monthly(subject: Subject) -> list[Payment]:
    return [one for one in subject.payments if one.programme.period == PeriodType.MONTH]


def _certificate(subject: Subject) -> Iterator[Check]:
    person, today = subject.person, subject.today
    if person.basis != Basis.HOLDER or person.died_on or person.moved_out_on:
        return
    held = current_certificate(person, today)
    if held is None:
        word = "残疾人证已过期" if person.certificates.all() else "没有残疾人证"
        yield Check("b", word, "名册核对不会通过：请办理换证，或登记新证。")
    elif held.status != "valid":
        yield Check("b", f"残疾人证{held.get_status_display()}", "名册核对不会通过：请核实证件状态。")
    elif held.valid_to and held.valid_to - today <= RENEWAL:
        left = (held.valid_to - today).days
        yield Check("w", "残疾人证快到期", f"{held.valid_to:%Y-%m-%d} 到期，还剩 {left} 天：请提醒换证。")


def _two_counties(subject: Subject) -> Iterator[Check]:
    """Nobody lives in two places: allowances of one month out of two county-level units."""
    units = defaultdict(set)
    for one in _monthly(subject):
        units[one.month].add(one.area.unit_key)
    both = [month for month in sorted(units) if len(units[month]) > 1]
    if both:
        yield Check("b", "两地同月发放", f"{both[0]:%Y-%m} 起 {len(both)} 个月由两个县区或板块发放：请核实户籍。")


def _accounts(subject: Subject) -> Iterator[Check]:
    """The account of the last month's payment against the register's, and whether others are paid to it."""
    account = subject.person.account_digest
    paid = [one for one in _monthly(subject) if one.account_digest]
    if account and paid and paid[-1].account_digest != account:
        yield Check("w", "账号不一致", f"{paid[-1].month:%Y-%m} 发放的账号与档案登记的不同：请核对后更新档案。")
    if account:
        others = Person.objects.visible_to(subject.staff).filter(account_digest=account).exclude(pk=subject.person.pk)
        if count := others.on_register().count():
            yield Check("w", "账号多人共用", f"另有 {count} 人登记了同一银行账号：请确认是否为监护人代领。")
