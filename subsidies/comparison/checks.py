"""What a month's payments say without any list: each check is one function over all of them, in a fixed number of
statements. Who is dead, whose certificate counts and who qualifies is said by subsidies.known and subsidies.owed.

Payments are wrong from the month after the event (facts.md 2.3), in that of the event they are still due.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property, partial

from django.conf import settings
from django.db.models import F, Q

from beneficiaries.models import CertificateStatus, Grade, Guardian, HouseholdMember, Person
from beneficiaries.people import age_on
from beneficiaries.places import area_facts
from lianyungang_cdpf.accounts.models import Area, Staff
from lianyungang_cdpf.intake.bulk import fetched
from lianyungang_cdpf.intake.tables import name_key
from subsidies.comparison.findings import Suspect, paid_payments
from subsidies.comparison.models import CaseKind
from subsidies.known import Known
from subsidies.models import Payment, Programme, RollType
from subsidies.owed.claims import RegisterJudge
from subsidies.owed.lines import certificate_in_words


def first_after(day: date, months: int = 1) -> date:
    """The first day of the month that comes so many months after that of the day."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


@dataclass(slots=True, frozen=True)
class Paid:
    """One payment of the month, as the checks read it."""

    pk: int
    person: int
    programme: int
    area: int
    amount: Decimal
    account_digest: str
    account_holder: str
    grade: int | None


class CertificateJudge(RegisterJudge):
    """As who is owed and who is not is judged; besides, how much was right."""

    def due_to(self, known: Known, month: date) -> Decimal:
        """What the standard of the month gives by the certificate of then; nothing where no standard fits."""
        standard = self._standard(known, month)
        return standard.amount if standard else Decimal(0)


class PaidMonth:
    """The month's payments in the place, and what the register knows of the people; read once for all checks."""

    def __init__(self, staff: Staff, month: date, place: Area | None = None):
        self.staff, self.month, self.place = staff, month, place
        self.last_day = first_after(month) - timedelta(days=1)

    @cached_property
    def payments(self) -> list[Paid]:
        rows = paid_payments(self.staff, self.month, self.place).filter(month=self.month)
        columns = (
            "pk", "person_id", "programme_id", "area_id", "amount", "account_digest", "account_holder",
            "standard__grade",
        )  # fmt: skip
        return [Paid(*row) for row in rows.values_list(*columns)]

    @cached_property
    def judges(self) -> dict[int, CertificateJudge]:
        programmes = Programme.objects.filter(roll_type=RollType.MONTHLY)
        return {one.pk: CertificateJudge(one, self.staff, self.month) for one in programmes}

    @cached_property
    def known(self) -> dict[int, Known]:
        """Of the people in sight; the judge of any programme knows the same of them."""
        judge = next(iter(self.judges.values()), None)
        paid = {one.person for one in self.payments}
        return judge.known(Person.objects.visible_to(self.staff).filter(pk__any_of=paid)) if judge else {}

    @cached_property
    def living(self) -> dict[int, Known]:
        """Those who have neither died nor moved out by the month: of the others that is found, and nothing else."""
        return {pk: one for pk, one in self.known.items() if not _is_gone(one, self.month)}

    @cached_property
    def births(self) -> dict[int, date]:
        people = Person.objects.filter(pk__any_of=list(self.living)).order_by()
        return dict(fetched(people.values_list("pk", "birth_date")))


def _is_gone(known: Known, month: date) -> bool:
    return any(day is not None and day < month for day in (known.died_on, known.moved_out_on))


def all_suspects(paid: PaidMonth) -> Iterator[Suspect]:
    """Everybody whom any of the checks points at."""
    for check in CHECKS:
        yield from check(paid)


def gone(paid: PaidMonth) -> Iterator[Suspect]:
    """死亡、迁出后仍在发放: whoever was ever paid for a later month, also when that became known only now."""
    payments = paid_payments(paid.staff, paid.month, paid.place).filter(
        Q(month__gt=F("person__died_on")) | Q(month__gt=F("person__moved_out_on"))
    )
    columns = ("person_id", "programme_id", "person__died_on", "person__moved_out_on")
    for person, programme, died_on, moved_out_on in sorted(set(payments.values_list(*columns)), key=str):
        if died_on is not None:
            yield _since(CaseKind.DEAD, person, programme, died_on, f"档案登记已于 {died_on} 死亡")
        else:
            yield _since(CaseKind.MOVED_OUT, person, programme, moved_out_on, f"档案登记已于 {moved_out_on} 迁出本市")


def _since(kind: CaseKind, person: int, programme: int, day: date, told: str) -> Suspect:
    return Suspect(kind, person, programme, (day,), told, first=first_after(day), since=day)


def certificates(paid: PaidMonth) -> Iterator[Suspect]:
    """Certificates that have run out, have been taken away, or no longer say what is paid."""
    for programme, judge in paid.judges.items():
        payments = [one for one in paid.payments if one.programme == programme]
        people = {one.person: paid.living[one.person] for one in payments if one.person in paid.living}
        undue = judge.undue([(one.pk, one.person, one.area, one.amount) for one in payments], people)
        codes = {claim.person.pk: claim.codes for claim in undue.lines}
        grades = {one.person: one.grade for one in payments}
        for known in people.values():
            told = codes.get(known.pk, ())
            if found := _of_certificate(judge, programme, known, told, grades[known.pk]):
                yield found


def _of_certificate(judge, programme: int, known: Known, codes: tuple, grade: int | None) -> Suspect | None:
    certificate = known.certificate
    if certificate is None:
        return None
    valid_from, valid_to, _, category, present, status = certificate
    if {"CERT_EXPIRED", "CERT_CANCELLED"} & set(codes):
        said = CertificateStatus(status).label
        first = first_after(valid_to) if valid_to else judge.month
        told = f"残疾人证{said}" + (f"，有效期至 {valid_to}" if valid_to else "")
        return Suspect(CaseKind.CERT_EXPIRED, known.pk, programme, (status, valid_to), told, first, since=valid_to)
    first = first_after(valid_from) if valid_from else judge.month
    facts, words = (category, present, valid_from), certificate_in_words(known)
    if "INELIGIBLE_GRADE" in codes:
        told = f"现行残疾人证为{words}，不符合享受条件"
        return Suspect(CaseKind.REGRADED, known.pk, programme, facts, told, first, since=valid_from)
    if status == "valid" and grade not in (None, present):
        told = f"现行残疾人证为{words}，发放按{Grade(grade).label}的标准"
        due = partial(judge.due_to, known)
        return Suspect(CaseKind.REGRADED, known.pk, programme, facts, told, first, since=valid_from, due=due)
    return None


def expiring(paid: PaidMonth) -> Iterator[Suspect]:
    """残疾人证 90 天内到期: counted from the first day of the month."""
    days = settings.COMPARISON["expiring_days"]
    for known in paid.living.values():
        certificate = known.certificate
        if certificate is None or certificate[5] != "valid" or certificate[1] is None:
            continue
        if paid.month <= certificate[1] <= paid.month + timedelta(days=days):
            told = f"残疾人证有效期至 {certificate[1]}，{days} 天内到期"
            yield _asking(paid, CaseKind.CERT_EXPIRING, known.pk, (certificate[1],), told, since=certificate[1])


def ages(paid: PaidMonth) -> Iterator[Suspect]:
    """Who comes of an age in the month, and who would be older than anybody."""
    oldest = settings.COMPARISON["oldest"]
    for person, born in paid.births.items():
        age = age_on(born, paid.last_day)
        if age in settings.COMPARISON["ages"] and age_on(born, paid.month - timedelta(days=1)) < age:
            told = f"{paid.month:%Y-%m} 满 {age} 周岁，请核对享受条件和监护人"
            yield _asking(paid, CaseKind.AGE_REACHED, person, (age,), told, since=None)
        elif age >= oldest:
            told = f"档案登记为 {age} 周岁，请核实是否健在"
            yield _asking(paid, CaseKind.AGED_110, person, (born,), told, since=None)


def _asking(paid: PaidMonth, kind: CaseKind, person: int, facts: tuple, told: str, since: date | None) -> Suspect:
    return Suspect(kind, person, None, facts, told, first=paid.month, last=paid.month, since=since)


def shared_accounts(paid: PaidMonth) -> Iterator[Suspect]:
    """多人共用账户: people of so many households paid to one account; a household counts once, whoever is in it."""
    people: dict[str, set[int]] = defaultdict(set)
    for one in paid.payments:
        if one.account_digest:
            people[one.account_digest].add(one.person)
    least = settings.COMPARISON["shared_by"]
    shared = {account: group for account, group in people.items() if len(group) >= least}
    households = _households({person for group in shared.values() for person in group}, paid.last_day)
    for account, group in shared.items():
        # Alone is who is in no household: told apart from the keys of households by their sign.
        homes = {households.get(person, -person) for person in group}
        if len(homes) >= least:
            told = f"本月有 {len(group)} 人（{len(homes)} 户）的补贴发到同一个账户"
            for person in sorted(group):
                yield _asking(paid, CaseKind.SHARED_ACCOUNT, person, (account,), told, since=None)


def _households(people: set[int], day: date) -> dict[int, int]:
    members = HouseholdMember.objects.filter(person__any_of=list(people)).current(day).order_by()
    return dict(fetched(members.values_list("person_id", "household_id")))


def other_holders(paid: PaidMonth) -> Iterator[Suspect]:
    """户名不是本人或家人: neither the person nor a guardian nor somebody of the household has the holder's name."""
    holders = {
        one.person: (one.account_digest, name_key(one.account_holder)[:60], one.account_holder)
        for one in paid.payments
        if one.account_holder and one.person in paid.known
    }
    odd = {person for person, (_, key, _) in holders.items() if key != paid.known[person].name_key}
    kin = _names_of_kin(odd, paid.last_day)
    for person in sorted(odd):
        account, key, holder = holders[person]
        if key not in kin[person]:
            told = f"户名“{holder}”不是本人、监护人或同户的人"
            yield _asking(paid, CaseKind.OTHER_HOLDER, person, (account, key), told, since=None)


def _names_of_kin(people: set[int], day: date) -> dict[int, set[str]]:
    names: dict[int, set[str]] = defaultdict(set)
    guardians = Guardian.objects.filter(person__any_of=list(people)).order_by()
    for person, name in guardians.values_list("person_id", "name"):
        names[person].add(name_key(name)[:60])
    homes = _households(people, day)
    members = HouseholdMember.objects.filter(household__any_of=list(set(homes.values()))).current(day).order_by()
    in_home: dict[int, set[str]] = defaultdict(set)
    for household, name in members.values_list("household_id", "person__name_key"):
        in_home[household].add(name)
    for person, household in homes.items():
        names[person] |= in_home[household]
    return names


def two_counties(paid: PaidMonth) -> Iterator[Suspect]:
    """同月在两个县区领取: what another county than the person's own paid besides; and twins by name and birthday.

    Looks city-wide, as everything that matches people does; of the other county nothing is told but that it is.
    """
    units = {pk: unit for pk, (_, unit, *_) in area_facts().items()}
    payments = Payment.objects.live().filter(
        month=paid.month, programme__roll_type=RollType.MONTHLY, returned_on__isnull=True
    )
    columns = (
        "person_id", "programme_id", "area_id", "person__area_id", "person__name_key", "person__birth_date",
    )  # fmt: skip
    rows = list(fetched(payments.order_by().values_list(*columns)))
    ours = {(one.person, one.programme) for one in paid.payments}
    yield from _paid_twice(paid, rows, units, ours)
    yield from _twins(paid, rows, units, ours)


def _paid_twice(paid: PaidMonth, rows: list, units: dict, ours: set) -> Iterator[Suspect]:
    by_person: dict[int, set[str]] = defaultdict(set)
    for person, _, area, *_ in rows:
        by_person[person].add(units[area])
    for person, programme, area, home, *_ in rows:
        if len(by_person[person]) > 1 and units[area] != units[home] and (person, programme) in ours:
            told = f"{paid.month:%Y-%m} 另有其他县区也在发放，本地不是此人现在所属的县区"
            yield Suspect(
                CaseKind.TWO_COUNTIES, person, programme, tuple(sorted(by_person[person])), told, paid.month, paid.month
            )


def _twins(paid: PaidMonth, rows: list, units: dict, ours: set) -> Iterator[Suspect]:
    alike: dict[tuple, dict[int, str]] = defaultdict(dict)
    for person, programme, area, _, name, born in rows:
        alike[name, born, programme][person] = units[area]
    for (_, _, programme), people in alike.items():
        if len(people) > 1 and len(set(people.values())) > 1:
            told = f"{paid.month:%Y-%m} 有一份同名同生日的档案在其他县区领取同一项补贴，请核对是否同一人"
            for person in sorted(people):
                if (person, programme) in ours:
                    yield Suspect(
                        CaseKind.TWO_COUNTIES, person, programme, tuple(sorted(people)), told, paid.month, paid.month,
                        asks=True,
                    )  # fmt: skip


CHECKS = (gone, certificates, expiring, ages, shared_accounts, other_holders, two_counties)
