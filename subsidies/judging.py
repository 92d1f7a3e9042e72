"""Is this person to be paid this? Every row of a roll against the register, the standards and what was paid.

Source of the rules: the reading rules of the project (standards.json `rules`), city rule, unverified. All look-ups
are a fixed number of statements whatever the rows; nothing is written.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from beneficiaries.identity import account_digest, certificate_digest, id_digest
from beneficiaries.models import Certificate, HardshipStatus, Person
from beneficiaries.places import CountyNames, area_facts
from lianyungang_cdpf.intake.kinds import Context, Outcome
from lianyungang_cdpf.intake.tables import name_key
from lianyungang_cdpf.masking import masked
from subsidies.checks import FIXED, FROM_REGISTER, PRIMARY_ORDER, say
from subsidies.models import Payment, Programme, Severity
from subsidies.standards import StandardBook


@dataclass(slots=True)
class Known:
    """What the register knows of a person that a roll may name."""

    pk: int
    name_key: str
    area_id: int
    path: str
    unit_key: str
    statutory_county: str | None
    zone_id: int | None
    hukou_type: str
    account_digest: str
    account_holder: str
    died_on: date | None
    moved_out_on: date | None
    certificates: list
    hardships: list
    # What of these is in force in the roll's month: the certificate that counts, all numbers, all statuses.
    certificate: list | None = None
    numbers: frozenset = frozenset()
    statuses: frozenset = frozenset()


@dataclass(slots=True)
class Facts:
    """What a valid row needs to become payments."""

    person: Known | None
    id_number: str
    months: list[date]
    standards: list
    values: dict
    problems: list


BAD_ID = {"ID_FORMAT", "ID_CHECKSUM", "ID_PRECISION_LOST"}
# More months in one row are a slip of the pen (city rule, unverified).
MOST_MONTHS = 120
CENT, MOST_YUAN = Decimal("0.01"), Decimal("99999999.99")


def months_ending(month: date, count: int) -> list[date]:
    """The first days of `count` months, the last of them `month`."""
    last = month.year * 12 + month.month - 1
    return [date(index // 12, index % 12 + 1, 1) for index in range(last - count + 1, last + 1)]


def in_force(records: list, month: date) -> list:
    """Records (valid_from, valid_to, ...) that cover any day of the month; undated ones cover all months."""
    if all(record[0] is None and record[1] is None for record in records):
        return records
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return [
        record
        for record in records
        if (record[0] is None or record[0] < following) and (record[1] is None or record[1] >= month)
    ]


def certificate_that_counts(certificates: list, month: date) -> list | None:
    """The one in force in the month, of several the one that holds longest; else the last that ran out, as expired."""
    current = in_force(certificates, month)
    if current:
        return max(reversed(current), key=lambda record: record[1] or date.max)
    lapsed = [record for record in certificates if record[1] is not None and record[1] < month]
    if not lapsed:
        return None
    *known, status = max(lapsed, key=lambda record: record[1])
    return [*known, "expired" if status == "valid" else status]


def is_payable(amount: Decimal, months: int) -> bool:
    """Whether every month's payment can be at least a cent, in whole cents, and fits its column."""
    return CENT * months <= amount <= MOST_YUAN and amount == amount.quantize(CENT)


class RollJudge:
    """Judges the rows of one roll. `judge` yields an Outcome per row in order."""

    def __init__(self, programme: Programme, context: Context):
        self.programme = programme
        self.context = context
        self.month = context.month
        self.book = StandardBook(programme)
        relaxed = programme.checks.exclude(code__in=FIXED).values_list("code", "severity")
        self.severity = dict(relaxed)
        self.counties = CountyNames()
        self.seen: Counter = Counter()

    def judge(self, rows) -> Iterator[Outcome]:
        """Outcomes of the rows; reads the register for all of them at once."""
        facts = [self._facts(row) for row in rows]
        self._look_up([one for one, _ in facts])
        for one, row in facts:
            yield self._outcome(one, row)

    # -- reading ---------------------------------------------------------------------------------------------------

    def _facts(self, row):
        values = row.values
        count = values.get("months") or 1
        months = months_ending(self.month, count if count <= MOST_MONTHS else 1)
        return Facts(None, values.get("id_number") or "", months, [None] * len(months), values, row.problems), row

    def _look_up(self, facts: list[Facts]) -> None:
        numbers = {one.id_number for one in facts if one.id_number}
        digests = {id_digest(number): number for number in numbers}
        people = self._people(digests)
        for known in people.values():
            known.certificate = certificate_that_counts(known.certificates, self.month)
            current = in_force(known.certificates, self.month) or [known.certificate] * bool(known.certificate)
            known.numbers = frozenset(record[2] for record in current)
            known.statuses = frozenset(record[2] for record in in_force(known.hardships, self.month))
        for one in facts:
            one.person = people.get(one.id_number)
        self.paid = self._paid(people, {month for one in facts for month in one.months})

    def _people(self, digests: dict[str, str]) -> dict[str, Known]:
        fields = (
            "id_digest", "area_id", "id", "name_key", "hukou_type", "account_digest", "account_holder", "died_on",
            "moved_out_on",
        )  # fmt: skip
        areas = area_facts()
        rows = Person.objects.filter(id_digest__any_of=list(digests)).order_by().values_list(*fields)
        people = {digests[row[0]]: Known(row[2], row[3], row[1], *areas[row[1]], *row[4:], [], []) for row in rows}
        by_pk = {known.pk: known for known in people.values()}
        keys = list(by_pk)
        columns = ("person_id", "valid_from", "valid_to", "number_digest", "category", "grade", "status")
        for person_id, *record in Certificate.objects.filter(person__any_of=keys).order_by("id").values_list(*columns):
            by_pk[person_id].certificates.append(record)
        columns = ("person_id", "valid_from", "valid_to", "status")
        for person_id, *record in (
            HardshipStatus.objects.filter(person__any_of=keys).order_by("id").values_list(*columns)
        ):
            by_pk[person_id].hardships.append(record)
        return people

    def _paid(self, people: dict[str, Known], months: set[date]) -> set[tuple[int, date]]:
        if not people:
            return set()
        payments = Payment.objects.live().filter(programme=self.programme, month__in=sorted(months)).order_by()
        if len(people) < 5000:
            payments = payments.filter(person__any_of=[known.pk for known in people.values()])
        return set(payments.values_list("person_id", "month"))

    # -- judging ---------------------------------------------------------------------------------------------------

    def _outcome(self, facts: Facts, row) -> Outcome:
        findings = list(row.problems)
        if (facts.values.get("months") or 1) > MOST_MONTHS:
            findings.append(("MONTH_INVALID", "months", str(facts.values["months"])))
        bad = {code for code, *_ in findings}
        if facts.id_number and not bad & BAD_ID:
            findings += [(code, column, "") for code, column in self._person_findings(facts, bad)]
        return self._sorted(facts, row, findings)

    def _person_findings(self, facts: Facts, bad: set[str]) -> Iterator[tuple[str, str]]:
        self.seen[facts.id_number] += 1
        if self.seen[facts.id_number] > 1:
            yield "DUPLICATE_IN_FILE", "id_number"
        if facts.person is None:
            yield "UNKNOWN_PERSON", "id_number"
            return
        yield from self._register_findings(facts)
        if any((facts.person.pk, month) in self.paid for month in facts.months):
            yield "ALREADY_PAID", "id_number"
        ineligible = list(self._eligibility_findings(facts))
        yield from ineligible
        # A check that the programme has relaxed holds nothing up, so the amount must still be right.
        hindered = any(self._is_error(code) for code, _ in ineligible)
        readable = facts.values.get("amount") is not None and not bad & {"AMOUNT_FORMAT", "AMOUNT_NEGATIVE"}
        if not hindered and readable and not self._amount_is_standard(facts):
            yield "AMOUNT_NOT_STANDARD", "amount"
        account = facts.values.get("account_no")
        is_right = "BANK_LUHN" not in bad or not self._is_error("BANK_LUHN")
        if account and is_right and facts.person.account_digest not in ("", account_digest(account)):
            yield "W_BANK_DIFFERS", "account_no"

    def _is_error(self, code: str) -> bool:
        return self.severity.get(code, Severity.ERROR) == Severity.ERROR

    def _register_findings(self, facts: Facts) -> Iterator[tuple[str, str]]:
        person, values = facts.person, facts.values
        if values.get("name") and name_key(values["name"])[:60] != person.name_key:
            yield "NAME_MISMATCH", "name"
        if person.died_on and person.died_on < facts.months[-1].replace(day=1):
            yield "PERSON_DEAD", "id_number"
        certificate = person.certificate
        if certificate and certificate[5] != "valid":
            yield ("CERT_EXPIRED" if certificate[5] == "expired" else "CERT_CANCELLED"), "certificate_no"
        given = values.get("certificate_no")
        if given and certificate_digest(given) not in person.numbers:
            yield "CERT_MISMATCH", "certificate_no"
        if self._is_out_of_scope(person) or self._is_elsewhere(person, values):
            yield "WRONG_DISTRICT", "county"

    def _is_out_of_scope(self, person: Known) -> bool:
        staff = self.context.staff
        if staff.area_id:
            return not person.path.startswith(staff.area.path)
        return person.zone_id != staff.zone_id

    def _is_elsewhere(self, person: Known, values: dict) -> bool:
        if person.moved_out_on and person.moved_out_on < self.month:
            return True
        named = self.counties.named_by(values.get("county"))
        own = {*person.path.split("/")[1:2], person.unit_key, person.statutory_county}
        return bool(named) and not named & own

    def _eligibility_findings(self, facts: Facts) -> Iterator[tuple[str, str]]:
        certificate = facts.person.certificate
        category, grade = (certificate[3], certificate[4]) if certificate else (None, None)
        if not self.book.is_eligible_grade(category, grade):
            yield "INELIGIBLE_GRADE", "certificate_no"
        if not self.book.is_eligible_household(facts.person.statuses):
            yield "INELIGIBLE_HOUSEHOLD", "id_number"

    def _amount_is_standard(self, facts: Facts) -> bool:
        person = facts.person
        facts.standards = [self._standard(person, month) for month in facts.months]
        if None in facts.standards:
            return False
        return facts.values["amount"] == sum((standard.amount for standard in facts.standards), Decimal(0))

    def _standard(self, person: Known, month: date):
        """The standard of the month, by the certificate and the household's statuses as they were then."""
        certificate, statuses = person.certificate, person.statuses
        if month != self.month:
            certificate = certificate_that_counts(person.certificates, month) or certificate
            statuses = {record[2] for record in in_force(person.hardships, month)}
        grade = certificate[4] if certificate else None
        return self.book.amount_for(month, grade, person.path, person.hukou_type, tuple(sorted(statuses)))

    # -- outcome ---------------------------------------------------------------------------------------------------

    def _sorted(self, facts: Facts, row, findings) -> Outcome:
        outcome = Outcome(row.sheet, row.row, amount=facts.values.get("amount"), data=facts)
        outcome.is_foreign = facts.person is not None and self._is_out_of_scope(facts.person)
        findings.sort(key=lambda finding: PRIMARY_ORDER.get(finding[0], len(PRIMARY_ORDER)))
        for code, column, text in findings:
            severity = self._severity(code, facts)
            codes = outcome.codes if severity == Severity.ERROR else outcome.warnings
            of_register = outcome.is_foreign and code in FROM_REGISTER
            if severity == Severity.IGNORE or code in codes or (of_register and severity == Severity.WARNING):
                continue
            codes.append(code)
            if not of_register:
                heading = self.context.heading(row.sheet, column)
                said = say(code, heading, masked(column, text), facts.standards, column)
                outcome.messages.append((code, column, said))
        return outcome

    def _severity(self, code: str, facts: Facts) -> str:
        """What the programme says of the check; no programme lets an amount through that nobody can be paid."""
        if code == "AMOUNT_NOT_STANDARD" and not is_payable(facts.values["amount"], len(facts.months)):
            return Severity.ERROR
        return self.severity.get(code, Severity.WARNING if code.startswith("W_") else Severity.ERROR)
