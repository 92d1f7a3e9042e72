"""Is this person to be paid this? Every row of a roll against the register, the standards and what was paid.

Source of the rules: the reading rules of the project (standards.json `rules`), city rule, unverified. All look-ups
are a fixed number of statements whatever the rows; nothing is written.
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice

from django.db.models import QuerySet

from beneficiaries.former import former_owners
from beneficiaries.identity import account_digests, certificate_digests, id_digests
from beneficiaries.models import Certificate, HardshipStatus, Person
from beneficiaries.places import CountyNames, area_facts
from lianyungang_cdpf.intake.bulk import fetched
from lianyungang_cdpf.intake.kinds import Context, Outcome
from lianyungang_cdpf.intake.tables import name_key
from lianyungang_cdpf.masking import masked
from subsidies.checks import FIXED, FROM_REGISTER, PRIMARY_ORDER, say
from subsidies.models import Payment, Programme, Severity
from subsidies.standards import StandardBook

NOTHING: frozenset[str] = frozenset()
UNDATED = (None, None)
NO_STANDARDS = [None]
# What is read of a person; their key is the third.
PERSON_FIELDS = (
    "id_digest", "area_id", "id", "name_key", "hukou_type", "account_digest", "account_holder", "died_on",
    "moved_out_on",
)  # fmt: skip
# With a kept row: the key of the person whom its number was found to be, where the next search begins.
PERSON_FOUND = "person_found"


@dataclass(slots=True, frozen=True)
class Place:
    """Where people live, as a judge sees it: every area is looked at once, not every person."""

    path: str
    # Codes of the county-level units that a roll may call it by: its county, its zone, the statutory county.
    units: frozenset
    zone_id: int | None
    is_ours: bool


@dataclass(slots=True)
class Known:
    """What the register knows of a person that a roll may name."""

    pk: int
    name_key: str
    area_id: int
    place: Place
    hukou_type: str
    account_digest: str
    account_holder: str
    died_on: date | None
    moved_out_on: date | None
    certificates: list
    hardships: list
    # What of these is in force in the roll's month: the certificate that counts, all numbers, all statuses.
    certificate: tuple | None = None
    numbers: frozenset | tuple = ()
    statuses: frozenset = NOTHING
    classes: tuple[str, ...] = ()


@dataclass(slots=True)
class Facts:
    """What a valid row needs to become payments."""

    person: Known | None
    id_number: str
    months: list[date]
    standards: list
    values: dict
    problems: list
    account_digest: str = ""
    certificate_digest: str = ""


@dataclass(slots=True, frozen=True)
class Standing:
    """What the register alone says against paying somebody in the roll's month, whatever the row says."""

    findings: tuple[tuple[str, str], ...]
    # Whether the person has no claim at all, so that no amount could be right.
    hinders: bool


BAD_ID = {"ID_FORMAT", "ID_CHECKSUM", "ID_PRECISION_LOST"}
BAD_AMOUNT = {"AMOUNT_FORMAT", "AMOUNT_NEGATIVE"}
# More months in one row are a slip of the pen (city rule, unverified).
MOST_MONTHS = 120
TAKEN_TOGETHER = 500
CENT, MOST_YUAN = Decimal("0.01"), Decimal("99999999.99")


def months_ending(month: date, count: int) -> list[date]:
    """The first days of `count` months, the last of them `month`."""
    last = month.year * 12 + month.month - 1
    return [date(index // 12, index % 12 + 1, 1) for index in range(last - count + 1, last + 1)]


def in_force(records: list, month: date) -> list:
    """Records (valid_from, valid_to, ...) that cover any day of the month; undated ones cover all months."""
    if len(records) == 1 and records[0][0] is None and records[0][1] is None:
        return records
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return [
        record
        for record in records
        if (record[0] is None or record[0] < following) and (record[1] is None or record[1] >= month)
    ]


def certificate_that_counts(certificates: list, month: date) -> tuple | None:
    """The one in force in the month, of several the one that holds longest; else the last that ran out, as expired."""
    current = in_force(certificates, month)
    if len(current) == 1:
        return current[0]
    if current:
        return max(reversed(current), key=lambda record: record[1] or date.max)
    lapsed = [record for record in certificates if record[1] is not None and record[1] < month]
    if not lapsed:
        return None
    *known, status = max(lapsed, key=lambda record: record[1])
    return *known, "expired" if status == "valid" else status


def is_payable(amount: Decimal, months: int) -> bool:
    """Whether every month's payment can be at least a cent, in whole cents, and fits its column."""
    return CENT * months <= amount <= MOST_YUAN and amount == amount.quantize(CENT)


class RollJudge:
    """Judges the rows of one roll. `judge` yields an Outcome per row in order."""

    def __init__(self, programme: Programme, context: Context):
        self.programme = programme
        self.context = context
        self.month = context.month
        self.this_month = [context.month]
        self.book = StandardBook(programme)
        relaxed = programme.checks.exclude(code__in=FIXED).values_list("code", "severity")
        self.severity = dict(relaxed)
        self.counties = CountyNames()
        self.seen: set[str | int] = set()
        self.former: set[str] = set()
        # Most people share what is said of them: these are worked out once.
        self._statuses: dict[tuple, tuple[frozenset, tuple[str, ...]]] = {}
        self._standings: dict[tuple, Standing] = {}
        self._standards: dict[tuple, list] = {}

    def judge(self, rows) -> Iterator[Outcome]:
        """Outcomes of the rows; reads the register for all of them at once.

        What needs the row alone is done as rows come: whoever reads them is then at work in a process of its own.
        """
        arriving, taken, facts, digests = iter(rows), [], [], {}
        while batch := list(islice(arriving, TAKEN_TOGETHER)):
            taken += batch
            facts += self._facts_of(batch, digests)
        self._look_up(facts, digests)
        for one, row in zip(facts, taken, strict=True):
            yield self._outcome(one, row)

    # -- reading ---------------------------------------------------------------------------------------------------

    def _facts_of(self, rows: list, digests: dict[str, str]) -> list:
        """What the rows alone say, with the digests of their numbers; those of ID numbers go into `digests`."""
        facts = [self._facts(row) for row in rows]
        numbers = list({one.id_number for one in facts if one.id_number})
        digests.update(zip(id_digests(numbers), numbers, strict=True))
        accounts = account_digests([one.values.get("account_no") for one in facts])
        certificates = certificate_digests([one.values.get("certificate_no") for one in facts])
        for one, account, certificate in zip(facts, accounts, certificates, strict=True):
            one.account_digest, one.certificate_digest = account, certificate
        return facts

    def _facts(self, row):
        values = row.values
        if (count := values.get("months") or 1) == 1:
            months, standards = self.this_month, NO_STANDARDS
        else:
            months = months_ending(self.month, count if count <= MOST_MONTHS else 1)
            standards = [None] * len(months)
        return Facts(None, values.get("id_number") or "", months, standards, values, row.problems)

    def _look_up(self, facts: list[Facts], digests: dict[str, str]) -> None:
        found = [pk for one in facts if (pk := one.values.get(PERSON_FOUND))]
        people = self._people(digests, found)
        for known in people.values():
            self._know_the_month(known)
        for one in facts:
            one.person = people.get(one.id_number)
        self.paid = self._paid(people, {month for one in facts for month in one.months})

    def _know_the_month(self, known: Known) -> None:
        """What of a person's records is in force in the roll's month."""
        certificates, hardships = known.certificates, known.hardships
        if len(certificates) == 1 and certificates[0][:2] == UNDATED:
            known.certificate, known.numbers = certificates[0], (certificates[0][2],)
        elif certificates:
            known.certificate = certificate_that_counts(certificates, self.month)
            current = in_force(certificates, self.month) or [known.certificate] * bool(known.certificate)
            known.numbers = tuple(record[2] for record in current)
        if hardships:
            words = tuple([record[2] for record in in_force(hardships, self.month)])
            if words not in self._statuses:
                self._statuses[words] = frozenset(words), tuple(sorted(set(words)))
            known.statuses, known.classes = self._statuses[words]

    def _places(self) -> dict[int, Place]:
        places = {}
        for pk, (path, unit_key, statutory, zone_id) in area_facts().items():
            units = frozenset({*path.split("/")[1:2], unit_key, statutory})
            places[pk] = Place(path, units, zone_id, self._is_ours(path, zone_id))
        return places

    def _is_ours(self, path: str, zone_id: int | None) -> bool:
        staff = self.context.staff
        return path.startswith(staff.area.path) if staff.area_id else zone_id == staff.zone_id

    def _people(self, digests: dict[str, str], found: list[int]) -> dict[str, Known]:
        """The people whom the digests are of, by number; `found` are keys of some, true when the rows were kept."""
        places = self._places()
        people, by_pk = {}, {}
        for digest, area_id, pk, key, hukou, account, holder, died, moved in self._rows_of(digests, found):
            people[digests[digest]] = by_pk[pk] = Known(
                pk, key, area_id, places[area_id], hukou, account, holder, died, moved, [], []
            )
        if len(people) < len(digests):
            self._add_former(digests, people, by_pk, places)
        self._add_records(by_pk)
        return people

    def _add_records(self, by_pk: dict[int, Known]) -> None:
        """Give each their certificates and hardships, in the order recorded; two statements."""
        keys = by_pk.keys()
        columns = ("person_id", "valid_from", "valid_to", "number_digest", "category", "grade", "status")
        certificates = Certificate.objects.filter(person__any_of=keys).order_by("id").values_list(*columns)
        for record in fetched(certificates):
            by_pk[record[0]].certificates.append(record[1:])
        columns = ("person_id", "valid_from", "valid_to", "status")
        hardships = HardshipStatus.objects.filter(person__any_of=keys).order_by("id").values_list(*columns)
        for record in fetched(hardships):
            by_pk[record[0]].hardships.append(record[1:])

    def _rows_of(self, digests: dict[str, str], found: list[int]) -> Iterator[tuple]:
        """The register's rows of the digests, each once: by key, in half the time, who still has the same number."""
        wanted = digests.keys()
        if found:
            rows = fetched(Person.objects.filter(pk__any_of=found).order_by().values_list(*PERSON_FIELDS))
            same = [row for row in rows if row[0] in digests]
            yield from same
            wanted = wanted - {row[0] for row in same}
        if wanted:
            yield from fetched(Person.objects.filter(id_digest__any_of=wanted).order_by().values_list(*PERSON_FIELDS))

    def _add_former(self, digests: dict, people: dict, by_pk: dict, places: dict) -> None:
        """Find whom numbers that nobody has belonged to before records were merged; asked only when there are such."""
        owners = former_owners(digest for digest, number in digests.items() if number not in people)
        if missing := set(owners.values()) - by_pk.keys():
            rows = fetched(Person.objects.filter(pk__any_of=list(missing)).order_by().values_list(*PERSON_FIELDS))
            for _, area_id, pk, key, *rest in rows:
                by_pk[pk] = Known(pk, key, area_id, places[area_id], *rest, [], [])
        for digest, owner in owners.items():
            people[digests[digest]] = by_pk[owner]
        self.former = {digests[digest] for digest in owners}

    def _paid(self, people: dict[str, Known], months: set[date]) -> set[tuple[int, date]]:
        if not people:
            return set()
        payments = self._payments([known.pk for known in people.values()], months)
        return set(fetched(payments.values_list("person_id", "month")))

    def _payments(self, keys: list[int], months: set[date]) -> QuerySet[Payment]:
        """The live payments of the months, whoever made them, of at least these people."""
        payments = Payment.objects.live().filter(programme=self.programme, month__in=sorted(months)).order_by()
        return payments.filter(person__any_of=keys) if len(keys) < 5000 else payments

    # -- judging ---------------------------------------------------------------------------------------------------

    def _outcome(self, facts: Facts, row) -> Outcome:
        findings, bad = row.problems, NOTHING
        if facts.months is not self.this_month and (count := facts.values.get("months") or 1) > MOST_MONTHS:
            findings = [*findings, ("MONTH_INVALID", "months", str(count))]
        if findings:
            bad = {code for code, *_ in findings}
        if facts.id_number and BAD_ID.isdisjoint(bad) and (told := self._person_findings(facts, bad)):
            findings = [*findings, *((code, column, "") for code, column in told)]
        outcome = Outcome(row.sheet, row.row, amount=facts.values.get("amount"), data=facts)
        return self._told(outcome, list(findings)) if findings else outcome

    def _person_findings(self, facts: Facts, bad: Set[str]) -> list[tuple[str, str]]:
        found, person = [], facts.person
        # By person, where known: a file may name somebody under the present number and a former one.
        who = person.pk if person else facts.id_number
        if who in self.seen:
            found.append(("DUPLICATE_IN_FILE", "id_number"))
        self.seen.add(who)
        if facts.id_number in self.former:
            found.append(("W_FORMER_ID", "id_number"))
        if person is None:
            return [*found, ("UNKNOWN_PERSON", "id_number")]
        standing = self._standing(person, facts.months[-1])
        self._row_findings(facts, found)
        if standing.findings:
            found += standing.findings
        if self.paid and not self.paid.isdisjoint([(person.pk, month) for month in facts.months]):
            found.append(("ALREADY_PAID", "id_number"))
        readable = facts.values.get("amount") is not None and not bad & BAD_AMOUNT
        if readable and not standing.hinders and not self._amount_is_standard(facts):
            found.append(("AMOUNT_NOT_STANDARD", "amount"))
        if person.account_digest != facts.account_digest and person.account_digest and facts.account_digest:
            is_right = "BANK_LUHN" not in bad or not self._is_error("BANK_LUHN")
            found += [("W_BANK_DIFFERS", "account_no")] if is_right else []
        return found

    def _is_error(self, code: str) -> bool:
        return self.severity.get(code, Severity.ERROR) == Severity.ERROR

    def _row_findings(self, facts: Facts, found: list[tuple[str, str]]) -> None:
        """Where the row and the register contradict each other."""
        person, values = facts.person, facts.values
        if (name := values.get("name")) and name != person.name_key and name_key(name)[:60] != person.name_key:
            found.append(("NAME_MISMATCH", "name"))
        if facts.certificate_digest and facts.certificate_digest not in person.numbers:
            found.append(("CERT_MISMATCH", "certificate_no"))
        if values.get("county") and self._names_another(person, values):
            found.append(("WRONG_DISTRICT", "county"))

    def _names_another(self, person: Known, values: dict) -> bool:
        named = self.counties.named_by(county) if (county := values.get("county")) else NOTHING
        return bool(named) and named.isdisjoint(person.place.units)

    def _has_moved_out(self, person: Known) -> bool:
        return person.moved_out_on is not None and person.moved_out_on < self.month

    def _standing(self, person: Known, month: date) -> Standing:
        certificate = person.certificate
        key = (
            certificate and certificate[3:], person.statuses, person.place.is_ours, person.died_on,
            person.moved_out_on, month,
        )  # fmt: skip
        if key not in self._standings:
            self._standings[key] = self._standing_of(person, month)
        return self._standings[key]

    def _standing_of(self, person: Known, month: date) -> Standing:
        found, certificate = [], person.certificate
        if person.died_on and person.died_on < month.replace(day=1):
            found.append(("PERSON_DEAD", "id_number"))
        if certificate and certificate[5] != "valid":
            found.append(("CERT_EXPIRED" if certificate[5] == "expired" else "CERT_CANCELLED", "certificate_no"))
        if not person.place.is_ours or self._has_moved_out(person):
            found.append(("WRONG_DISTRICT", "county"))
        ineligible = self._eligibility_findings(person)
        # A check that the programme has relaxed holds nothing up, so the amount must still be right.
        hinders = any(self._is_error(code) for code, _ in ineligible)
        return Standing((*found, *ineligible), hinders)

    def _eligibility_findings(self, person: Known) -> list[tuple[str, str]]:
        certificate, found = person.certificate, []
        category, grade = (certificate[3], certificate[4]) if certificate else (None, None)
        if not self.book.is_eligible_grade(category, grade):
            found.append(("INELIGIBLE_GRADE", "certificate_no"))
        if not self.book.is_eligible_household(person.statuses):
            found.append(("INELIGIBLE_HOUSEHOLD", "id_number"))
        return found

    def _amount_is_standard(self, facts: Facts) -> bool:
        person = facts.person
        if facts.months is self.this_month:
            grade = person.certificate[4] if person.certificate else None
            key = (grade, person.area_id, person.hukou_type, person.classes)
            if key not in self._standards:
                self._standards[key] = [self._standard(person, self.month)]
            (standard,) = facts.standards = self._standards[key]
            return standard is not None and facts.values["amount"] == standard.amount
        facts.standards = [self._standard(person, month) for month in facts.months]
        return None not in facts.standards and facts.values["amount"] == sum(one.amount for one in facts.standards)

    def _standard(self, person: Known, month: date):
        """The standard of the month, by the certificate and the household's statuses as they were then."""
        certificate, classes = person.certificate, person.classes
        if month != self.month:
            certificate = certificate_that_counts(person.certificates, month) or certificate
            classes = tuple(sorted({record[2] for record in in_force(person.hardships, month)}))
        grade = certificate[4] if certificate else None
        return self.book.amount_for(month, grade, person.place.path, person.hukou_type, classes)

    # -- outcome ---------------------------------------------------------------------------------------------------

    def _told(self, outcome: Outcome, findings: list) -> Outcome:
        """The outcome with its findings, the gravest first."""
        facts = outcome.data
        outcome.is_foreign = facts.person is not None and not facts.person.place.is_ours
        findings.sort(key=lambda finding: PRIMARY_ORDER.get(finding[0], len(PRIMARY_ORDER)))
        for code, column, text in findings:
            severity = self._severity(code, facts)
            codes = outcome.codes if severity == Severity.ERROR else outcome.warnings
            of_register = outcome.is_foreign and code in FROM_REGISTER
            if severity == Severity.IGNORE or code in codes or (of_register and severity == Severity.WARNING):
                continue
            codes.append(code)
            if not of_register:
                heading = self.context.heading(outcome.sheet, column)
                said = say(code, heading, masked(column, text), facts.standards, column)
                outcome.messages.append((code, column, said))
        return outcome

    def _severity(self, code: str, facts: Facts) -> str:
        """What the programme says of the check; no programme lets an amount through that nobody can be paid."""
        if code == "AMOUNT_NOT_STANDARD" and not is_payable(facts.values["amount"], len(facts.months)):
            return Severity.ERROR
        return self.severity.get(code, Severity.WARNING if code.startswith("W_") else Severity.ERROR)
