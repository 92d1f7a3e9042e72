"""Is this person to be paid this? Every row of a roll against the register, the standards and what was paid.

Source of the rules: the reading rules of the project (standards.json `rules`), city rule, unverified. All look-ups
are a fixed number of statements whatever the rows; nothing is written.
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import islice

from django.db.models import QuerySet

from beneficiaries.identity import account_digests, certificate_digests, id_digests
from beneficiaries.places import CountyNames
from lianyungang_cdpf.intake.bulk import fetched
from lianyungang_cdpf.intake.kinds import Context, Outcome
from lianyungang_cdpf.intake.tables import name_key
from lianyungang_cdpf.masking import masked
from subsidies import back_pay
from subsidies.checks import FIXED, FROM_REGISTER, PRIMARY_ORDER, say
from subsidies.known import NOTHING, Known, KnownPeople, certificate_that_counts, in_force
from subsidies.models import Payment, Programme, Severity
from subsidies.standards import StandardBook

NO_STANDARDS = [None]
# With a kept row: the key of the person whom its number was found to be, where the next search begins.
PERSON_FOUND = "person_found"


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
    # Of a row that names its months (补发): the ways to read it, and what it then pays in all.
    back: back_pay.BackPay | None = None
    total: Decimal | None = None

    @property
    def amount(self) -> Decimal | None:
        """What the row pays, as far as it can be read."""
        return self.values.get("amount") if self.total is None else self.total


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


def is_payable(amount: Decimal, months: int) -> bool:
    """Whether every month's payment can be at least a cent, in whole cents, and fits its column."""
    return CENT * months <= amount <= MOST_YUAN and amount == amount.quantize(CENT)


@dataclass(frozen=True)
class Rules:
    """Rules that are only in hand, in place of those on file: the standards of a programme, the severity of checks."""

    standards: list | None = None
    severities: dict[str, str] | None = None


class RollJudge:
    """Judges the rows of one roll. `judge` yields an Outcome per row in order.

    Eligibility is asked of `programme` as it is handed in, saved or not; `rules` replace what else is on file.
    """

    def __init__(self, programme: Programme, context: Context, rules: Rules | None = None):
        self.programme = programme
        self.context = context
        self.month = context.month
        self.this_month = [context.month]
        rules = rules or Rules()
        self.book = StandardBook(programme, rules.standards)
        severities = rules.severities
        if severities is None:
            severities = dict(programme.checks.values_list("code", "severity"))
        self.severity = {code: severity for code, severity in severities.items() if code not in FIXED}
        self.counties = CountyNames()
        self.seen: set[str | int] = set()
        self.register = KnownPeople(context.staff)
        # Most people share what is said of them: these are worked out once.
        self._standings: dict[tuple, Standing] = {}
        self._standards: dict[tuple, list] = {}
        self._earlier: dict[tuple[int, date], str] | None = None

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
        if back := back_pay.back_pay_of(row, self.month):
            months = max((one.months for one in back.readings(values, self.month)), key=len)
            number = values.get("id_number") or ""
            return Facts(None, number, months, [None] * len(months), values, row.problems, back=back)
        if (count := values.get("months") or 1) == 1:
            months, standards = self.this_month, NO_STANDARDS
        else:
            months = months_ending(self.month, count if count <= MOST_MONTHS else 1)
            standards = [None] * len(months)
        return Facts(None, values.get("id_number") or "", months, standards, values, row.problems)

    def _look_up(self, facts: list[Facts], digests: dict[str, str]) -> None:
        found = [pk for one in facts if (pk := one.values.get(PERSON_FOUND))]
        people = self.register.numbered(digests, found, self.month)
        for one in facts:
            one.person = people.get(one.id_number)
        self.paid = self._paid(people, {month for one in facts for month in one.months})

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
        if wrong := self._wrong_months(facts, row):
            findings = [*findings, wrong]
        if findings:
            bad = {code for code, *_ in findings}
        if facts.id_number and BAD_ID.isdisjoint(bad) and (told := self._person_findings(facts, bad)):
            findings = [*findings, *((code, column, "") for code, column in told)]
        outcome = Outcome(row.sheet, row.row, amount=facts.amount, data=facts)
        return self._told(outcome, list(findings)) if findings else outcome

    def _wrong_months(self, facts: Facts, row) -> tuple[str, str, str] | None:
        """What is wrong with the months that the row is for, whoever it is about."""
        if facts.months is not self.this_month and (count := facts.values.get("months") or 1) > MOST_MONTHS:
            return "MONTH_INVALID", "months", str(count)
        if facts.back or facts.values.get("back_amount"):
            return back_pay.problem_of(row, facts.back, self.month)
        return None

    def _person_findings(self, facts: Facts, bad: Set[str]) -> list[tuple[str, str]]:
        found, person = [], facts.person
        # By person, where known: a file may name somebody under the present number and a former one.
        who = person.pk if person else facts.id_number
        if who in self.seen:
            found.append(("DUPLICATE_IN_FILE", "id_number"))
        self.seen.add(who)
        if facts.id_number in self.register.former:
            found.append(("W_FORMER_ID", "id_number"))
        if person is None:
            return [*found, ("UNKNOWN_PERSON", "id_number")]
        if facts.back:
            self._read_back_pay(facts, found)
        standing = self._standing_of_all(person, facts)
        self._row_findings(facts, found)
        if standing.findings:
            found += standing.findings
        if self.paid and not self.paid.isdisjoint([(person.pk, month) for month in facts.months]):
            found.append(("ALREADY_PAID", "id_number"))
        readable = not (standing.hinders or bad & BAD_AMOUNT) and facts.amount is not None
        if readable and not self._amount_is_standard(facts):
            found.append(("AMOUNT_NOT_STANDARD", "amount"))
        if person.account_digest != facts.account_digest and person.account_digest and facts.account_digest:
            is_right = "BANK_LUHN" not in bad or not self._is_error("BANK_LUHN")
            found += [("W_BANK_DIFFERS", "account_no")] if is_right else []
        return found

    def _read_back_pay(self, facts: Facts, found: list[tuple[str, str]]) -> None:
        """Settle which months the row pays: the reading that its standards bear out, else the likeliest one."""
        readings = list(facts.back.readings(facts.values, self.month))
        right = (one for one in readings if one.amount is not None and one.amount == self._sum_of(facts, one.months))
        chosen = next(right, readings[0])
        facts.months, facts.total = chosen.months, chosen.amount
        facts.standards = [None] * len(chosen.months)
        if facts.total is not None and chosen.months != self.this_month:
            found.append(("W_BACK_PAY", "back_months" if facts.values.get("back_months") else "month"))
        if (count := facts.values.get("months")) and count != len(chosen.months):
            found.append(("MONTH_INVALID", "months"))

    def _sum_of(self, facts: Facts, months: list[date]) -> Decimal | None:
        standards = [self._standard(facts.person, month) for month in months]
        return None if None in standards else sum(one.amount for one in standards)

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

    def _has_moved_out(self, person: Known, month: date) -> bool:
        return person.moved_out_on is not None and person.moved_out_on < month

    def _standing_of_all(self, person: Known, facts: Facts) -> Standing:
        """What the register says against any of the months, of each by what was in force then."""
        if len(facts.months) == 1 and facts.back is None:
            return self._standing(person, facts.months[-1])
        standings = [self._standing(self._as_of(person, month), month) for month in facts.months]
        found = dict.fromkeys(finding for one in standings for finding in one.findings)
        return Standing(tuple(found), any(one.hinders for one in standings))

    def _as_of(self, person: Known, month: date) -> Known:
        """The person with the certificate and the household's statuses of the month."""
        if month == self.month:
            return person
        words = {record[2] for record in in_force(person.hardships, month)}
        certificate = certificate_that_counts(person.certificates, month)
        return replace(person, certificate=certificate, statuses=frozenset(words), classes=tuple(sorted(words)))

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
        if not person.place.is_ours or self._has_moved_out(person, month):
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
        if facts.months is self.this_month and facts.back is None:
            grade = person.certificate[4] if person.certificate else None
            key = (grade, person.area_id, person.hukou_type, person.classes)
            if key not in self._standards:
                self._standards[key] = [self._standard(person, self.month)]
            (standard,) = facts.standards = self._standards[key]
            return standard is not None and facts.values["amount"] == standard.amount
        facts.standards = [self._standard(person, month) for month in facts.months]
        return None not in facts.standards and facts.amount == sum(one.amount for one in facts.standards)

    def standard_for(self, facts: Facts):
        """The standard of the row's last month, whatever amount the row has; None where no standard fits."""
        return self._standard(facts.person, facts.months[-1])

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
                said = self._said(code, facts) or say(code, heading, masked(column, text), facts.standards, column)
                outcome.messages.append((code, column, said))
        return outcome

    def _said(self, code: str, facts: Facts) -> str:
        """The sentence of a finding that names months or rolls; "" for all others."""
        if code == "W_BACK_PAY":
            return back_pay.told(facts.months, self.month, facts.total)
        return self._paid_by(facts) if code == "ALREADY_PAID" else ""

    def _paid_by(self, facts: Facts) -> str:
        """Which month was paid by which roll; of a roll out of sight only that there is one. Read once for all rows."""
        if not self.paid or facts.person is None:
            return ""
        if self._earlier is None:
            people, months = ({key[place] for key in self.paid} for place in (0, 1))
            rows = self._payments(list(people), months)
            columns = ("person_id", "month", "area_id", "roll__reference")
            self._earlier = {
                (person, month): f"批次 {roll} " if self.register.places[area].is_ours else "其他县区"
                for person, month, area, roll in fetched(rows.values_list(*columns))
            }
        paid = [month for month in facts.months if (facts.person.pk, month) in self._earlier]
        if not paid:
            return ""
        rolls = "、".join(dict.fromkeys(self._earlier[facts.person.pk, month] for month in paid))
        months = "、".join(self.programme.period_shown(month) for month in paid)
        return f"此人本项目 {months} 已由{rolls}发放过：请删除此行或这些月份，避免重复发放。"

    def _severity(self, code: str, facts: Facts) -> str:
        """What the programme says of the check; no programme lets an amount through that nobody can be paid."""
        if code == "AMOUNT_NOT_STANDARD" and not is_payable(facts.amount, len(facts.months)):
            return Severity.ERROR
        return self.severity.get(code, Severity.WARNING if code.startswith("W_") else Severity.ERROR)
