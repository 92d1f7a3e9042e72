"""Lines of the two lists as people read them: who, where, by which rule or against which, how much."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from beneficiaries.exports import place_name
from beneficiaries.models import Category, CertificateStatus, Grade, Person
from lianyungang_cdpf.accounts.models import Area, Level, Staff
from lianyungang_cdpf.accounts.places import county_name, town_name, town_of
from lianyungang_cdpf.audit.exports import ListResource
from lianyungang_cdpf.intake.presentation import label
from lianyungang_cdpf.masking import mask_id_number
from subsidies.known import Known
from subsidies.models import Programme
from subsidies.owed.claims import Claim, Claims
from subsidies.standards import eligibility_in_words, met_in_words


@dataclass(frozen=True)
class Line:
    """A claim as it is shown."""

    person: Person
    place: str
    certificate: str
    hardship: str
    why: str
    amount: Decimal

    @property
    def masked_id(self) -> str:
        return mask_id_number(self.person.id_number)

    @property
    def money(self) -> str:
        return f"{self.amount:,.2f}"


@dataclass
class Town:
    """What is owed, and what was paid without a claim, in one town."""

    area: Area
    # Whether the county stands before it: for who sees several.
    in_full: bool = True
    owed: int = 0
    owed_total: Decimal = Decimal(0)
    undue: int = 0
    undue_total: Decimal = Decimal(0)

    @property
    def name(self) -> str:
        if town_of(self.area) is None:
            return f"{self.area}（未写明乡镇街道）"
        return f"{county_name(self.area)} {self.area.common_name}" if self.in_full else self.area.common_name

    @property
    def owed_money(self) -> str:
        return f"{self.owed_total:,.2f}"

    @property
    def undue_money(self) -> str:
        return f"{self.undue_total:,.2f}"


class ClaimsFile(ListResource):
    """A list of claims as a file."""

    class Meta:
        model = Person

    columns = {
        "姓名": lambda line: line.person.name,
        "身份证号": lambda line: line.masked_id,
        "地址": lambda line: line.place,
        "残疾类别等级": lambda line: line.certificate,
        "困难情况": lambda line: line.hardship,
        "依据": lambda line: line.why,
        "金额（元）": lambda line: line.amount,
    }


def by_town(owed: Claims, undue: Claims, staff: Staff) -> list[Town]:
    """The towns that have any, in the order of the places, as the staff member calls them; one statement."""
    in_full = staff.area is None or staff.area.level == Level.CITY
    keys = {line.area_id for claims in (owed, undue) for line in claims.lines}
    towns: dict[int, Town] = {}
    of_area = {}
    for area in Area.objects.select_related("parent__parent").filter(pk__in=keys).order_by("path"):
        town = town_of(area) or area
        of_area[area.pk] = towns.setdefault(town.pk, Town(town, in_full))
    for line in owed.lines:
        town = of_area[line.area_id]
        town.owed, town.owed_total = town.owed + 1, town.owed_total + line.amount
    for line in undue.lines:
        town = of_area[line.area_id]
        town.undue, town.undue_total = town.undue + 1, town.undue_total + line.amount
    return list(towns.values())


def lines(claims: Iterable[Claim], programme: Programme, staff: Staff) -> list[Line]:
    """The claims with the names of people and places; two statements."""
    claims = list(claims)
    people = Person.objects.visible_to(staff).filter(pk__any_of=[claim.person.pk for claim in claims])
    people = {person.pk: person for person in people.select_related("area__parent__parent")}
    areas = Area.objects.select_related("parent__parent").filter(pk__in={claim.area_id for claim in claims})
    areas = {area.pk: area for area in areas}
    # Between the judging and here a record may have been moved or merged away: it is not shown then.
    return [
        _line(claim, people[claim.person.pk], areas[claim.area_id], programme)
        for claim in claims
        if claim.person.pk in people
    ]


def _line(claim: Claim, person: Person, area: Area, programme: Programme) -> Line:
    place = place_name(person) if person.area_id == area.pk else f"{county_name(area)} {town_name(area)}".strip()
    why = rule_met(claim, programme) if claim.standard else rules_missed(claim, programme)
    hardship = "、".join(claim.person.classes)
    return Line(person, place, certificate_in_words(claim.person), hardship, why, claim.amount)


def certificate_in_words(known: Known) -> str:
    """Category and grade of the certificate that counts in the month."""
    if known.certificate is None:
        return ""
    return f"{Category(known.certificate[3]).label}{Grade(known.certificate[4]).label}"


def rule_met(claim: Claim, programme: Programme) -> str:
    """The conditions that who is owed meets, and the standard with its source."""
    known, standard = claim.person, claim.standard
    met = met_in_words(programme.eligibility, known.certificate[3], known.certificate[4], known.statuses)
    source = f"，依据{standard.source_document}" if standard.source_document else ""
    return f"{met}标准：{standard.amount:,.2f} 元，{standard.effective_from:%Y-%m} 起执行{source}。"


def rules_missed(claim: Claim, programme: Programme) -> str:
    """Why who was paid had no claim, each reason with its day or with what the rule asks for."""
    return "".join(f"{_reason(code, claim.person)}。" for code in claim.codes) + (
        f"享受条件：{eligibility_in_words(programme.eligibility)}"
        if any(code.startswith("INELIGIBLE") for code in claim.codes)
        else ""
    )


def _reason(code: str, known: Known) -> str:
    certificate = known.certificate
    if code == "PERSON_DEAD":
        return f"已于 {_day(known.died_on)} 死亡"
    if code == "WRONG_DISTRICT":
        return f"已于 {_day(known.moved_out_on)} 迁出本市"
    if code == "CERT_EXPIRED" and certificate[1]:
        return f"残疾人证已于 {_day(certificate[1])} 到期"
    if code == "CERT_CANCELLED":
        return f"残疾人证状态为“{CertificateStatus(certificate[5]).label}”"
    if code == "INELIGIBLE_GRADE" and certificate is None:
        return "该月没有残疾人证"
    if code == "INELIGIBLE_HOUSEHOLD":
        return f"困难情况为“{'、'.join(known.classes)}”，不符合" if known.classes else "该月没有登记困难情况"
    return label(code)


def _day(day: date) -> str:
    return f"{day:%Y-%m-%d}"
