"""教育专项补贴: students, themselves disabled or children of a disabled parent, and writing their grants."""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

from beneficiaries.family import NewMember, add_family_members
from beneficiaries.identity import certificate_digest, id_digests
from lianyungang_cdpf.fields import encrypt_all, row_seals
from lianyungang_cdpf.intake.bulk import insert_rows
from lianyungang_cdpf.intake.kinds import Outcome
from lianyungang_cdpf.intake.tables import name_key
from subsidies.counting import years_counted
from subsidies.judging import BAD_AMOUNT, Facts
from subsidies.known import Known
from subsidies.models import EducationGrant, Roll, StudentKind
from subsidies.posting import COLUMNS, PLACE, Account, accounts_on_file, close_roll, payment_seals
from subsidies.yearly.posting import beside_payments, payment_row, write_rows
from subsidies.yearly.terms import TermJudge

COLUMNS_BESIDE = ("payment_id", "school_year", "school", "stage", "kind", "parent_id", "student_no", "seal")
NO_ACCOUNT = ("", "", "")
ID_CHARACTERS, LONGEST_SCHOOL, LONGEST_HOLDER = 18, 80, 60
TABLE = EducationGrant._meta.db_table
NUMBER_PLACE = f"{TABLE}.student_no"


@dataclass(slots=True)
class GrantFacts(Facts):
    """A student's row; `person` is the student where the register knows them, `parent` who is judged in their stead."""

    parent: Known | None = None

    @property
    def parent_number(self) -> str:
        """The ID number of the parent whom the row names, which is also what a certificate number begins with."""
        return self.values.get("parent_id_number") or (self.values.get("parent_certificate_no") or "")[:ID_CHARACTERS]

    @property
    def is_holder(self) -> bool:
        """Whether the student holds a certificate, and so is judged by it."""
        return self.person is not None and self.person.certificate is not None


class GrantJudge(TermJudge):
    """Judges the grants of one school year, each by the certificate of the student or else of the parent."""

    facts_class = GrantFacts

    def _problems(self, values: dict) -> Iterator[tuple[str, str, str]]:
        year = values.get("school_year")
        if year and year != self.term.year:
            yield "PERIOD_MISMATCH", "school_year", f"{year}-{year + 1}"

    def _look_up(self, facts: list[GrantFacts], digests: dict[str, str]) -> None:
        """Parents are looked up with the students, in the same statements."""
        numbers = list({one.parent_number for one in facts})
        parents = {number: Facts(None, number, [self.term], [None], {}, []) for number in numbers}
        known = zip(id_digests(numbers), numbers, strict=True)
        super()._look_up([*facts, *parents.values()], digests | {digest: number for digest, number in known if number})
        for one in facts:
            one.parent = parents[one.parent_number].person

    def _person_findings(self, facts: GrantFacts, bad: Set[str]) -> list[tuple[str, str]]:
        if facts.is_holder:
            facts.parent = None
            found = super()._person_findings(facts, bad)
        else:
            found = list(self._findings_by_parent(facts, bad))
        told = facts.values.get("kind")
        if told and told != kind_of(facts) and (facts.is_holder or facts.parent) and not self._is_foreign(facts):
            found.append(("W_STUDENT_KIND", "kind"))
        return found

    def _findings_by_parent(self, facts: GrantFacts, bad: Set[str]) -> Iterator[tuple[str, str]]:
        """A child who is not disabled: everything that the certificate decides, the parent's decides."""
        is_repeated = facts.id_number in self.seen
        self.seen.add(facts.id_number)
        if self._is_foreign(facts):
            yield "WRONG_DISTRICT", "parent_certificate_no"
            return
        if is_repeated:
            yield "DUPLICATE_IN_FILE", "id_number"
        if not facts.parent_number:
            yield "PARENT_MISSING", "parent_certificate_no"
        elif facts.parent is None:
            yield "PARENT_UNKNOWN", "parent_certificate_no"
        else:
            yield from self._student_findings(facts)
            yield from self._parent_findings(facts)
            yield from self._with_conditions(facts, list(self._money_findings(facts, bad)))

    def _student_findings(self, facts: GrantFacts) -> Iterator[tuple[str, str]]:
        student, values = facts.person, facts.values
        if student is None:
            return
        if values.get("name") and name_key(values["name"])[:60] != student.name_key:
            yield "NAME_MISMATCH", "name"
        if student.died_on and student.died_on < self.term:
            yield "PERSON_DEAD", "id_number"
        if (student.pk, self.term) in self.paid:
            yield "ALREADY_PAID", "id_number"

    def _parent_findings(self, facts: GrantFacts) -> Iterator[tuple[str, str]]:
        parent, values = facts.parent, facts.values
        if values.get("parent_name") and name_key(values["parent_name"])[:60] != parent.name_key:
            yield "PARENT_NAME_MISMATCH", "parent_name"
        given, certificate = values.get("parent_certificate_no"), parent.certificate
        is_another = bool(given) and len(given) > ID_CHARACTERS and certificate_digest(given) not in parent.numbers
        is_dead = parent.died_on is not None and parent.died_on < self.term
        if is_another or is_dead or (certificate and certificate[5] != "valid"):
            yield "PARENT_CERT_INVALID", "parent_certificate_no"
        if self._has_moved_out(parent, self.month) or self._names_another(parent, values):
            yield "WRONG_DISTRICT", "county"

    def _money_findings(self, facts: GrantFacts, bad: Set[str]) -> Iterator[tuple[str, str]]:
        ineligible = self._eligibility_findings(facts.parent)
        yield from ineligible
        hindered = any(self._is_error(code) for code, _ in ineligible) or "STAGE_UNKNOWN" in bad
        readable = facts.values.get("amount") is not None and not bad & BAD_AMOUNT
        if readable and not hindered and not self._amount_is_standard(facts):
            yield "AMOUNT_NOT_STANDARD", "amount"

    def _is_foreign(self, facts: GrantFacts) -> bool:
        """Whether the parent, or the student on file, is somebody of another place."""
        return any(one is not None and not one.place.is_ours for one in (facts.person, facts.parent))

    def _told(self, outcome: Outcome, findings: list) -> Outcome:
        outcome = super()._told(outcome, findings)
        outcome.is_foreign |= self._is_foreign(outcome.data)
        return outcome

    def _judged(self, facts: GrantFacts) -> Known:
        return facts.person if facts.is_holder else facts.parent

    def _classes(self, facts: GrantFacts) -> tuple[str, ...]:
        stage = facts.values.get("stage")
        return (stage,) if stage else ()


def kind_of(facts: GrantFacts) -> str:
    """残疾学生 or 残疾人家庭子女, by whose certificate was judged."""
    return (StudentKind.DISABLED if facts.is_holder else StudentKind.CHILD).value


def post_grants(*, by, roll: Roll, outcomes: list[Outcome]) -> Roll:
    """Write the grants of valid rows; students whom the register does not know are put on file in the parent's area.

    Call inside a transaction. Raises IntegrityError when a student was put on file, or paid, meanwhile.
    """
    students = _students(by, roll, outcomes)
    known = [one.data.person.pk for one in outcomes if one.data.person and not one.data.values.get("account_no")]
    accounts = accounts_on_file(known) if known else {}
    paid = [students[one.data.id_number] for one in outcomes]
    paid_to = [_account(one.data, accounts.get(pk, NO_ACCOUNT)) for one, (pk, _) in zip(outcomes, paid, strict=True)]
    write_rows(roll, COLUMNS, list(_rows(roll, outcomes, paid, paid_to)))
    write_grants(roll, ((pk, _details(one.data)) for one, (pk, _) in zip(outcomes, paid, strict=True)))
    return close_roll(by=by, roll=roll, years=years_counted(roll))


def _rows(roll: Roll, outcomes: list[Outcome], paid: list[tuple[int, int]], paid_to: list[Account]) -> Iterator[tuple]:
    """The payments; `paid` are key and area of each student."""
    numbers = [number for number, *_ in paid_to]
    told = zip(outcomes, paid, numbers, strict=True)
    seals = payment_seals(roll, ((one.data.months[0], pk, number) for one, (pk, _), number in told))
    rows = zip(outcomes, paid, paid_to, encrypt_all(numbers, PLACE), seals, strict=True)
    for one, (pk, area), (_, *account), secret, seal in rows:
        yield payment_row(roll, one, pk, area, (secret, *account), seal or None)


def write_grants(roll: Roll, details: Iterable[tuple[int, tuple]]) -> None:
    """Insert the grants of a roll's payments: (student, values) in the order of the columns beside, from the school
    year on, with the student's number in the clear and no seal."""
    rows = beside_payments(roll, details)
    numbers = [row[-1] for row in rows]
    seals = row_seals(TABLE, ((f"{row[0]}\x1f{row[1]}", row[-1]) for row in rows))
    sealed = zip(rows, encrypt_all(numbers, NUMBER_PLACE), seals, strict=True)
    insert_rows(
        EducationGrant, COLUMNS_BESIDE, ((*row[:-1], secret, seal or None) for row, secret, seal in sealed),
        matched=False,
    )  # fmt: skip


def _students(by, roll: Roll, outcomes: list[Outcome]) -> dict[str, tuple[int, int]]:
    """Key and area of every student by ID number."""
    facts = [one.data for one in outcomes]
    new = [NewMember(one.values["name"], one.id_number, one.parent.area_id) for one in facts if one.person is None]
    added = add_family_members(by=by, members=new, on=roll) if new else {}
    known = {one.id_number: (one.person.pk, one.person.area_id) for one in facts if one.person is not None}
    return known | {one.id_number: (added[one.id_number], one.area_id) for one in new}


def _account(facts: GrantFacts, on_file: Account) -> Account:
    account, holder = facts.values.get("account_no"), facts.values.get("account_holder") or ""
    number, digest, holder = (account, facts.account_digest, holder) if account else on_file
    return number, digest, holder[:LONGEST_HOLDER]


def _details(facts: GrantFacts) -> tuple:
    values = facts.values
    return (
        facts.months[0].year,
        (values.get("school") or "")[:LONGEST_SCHOOL],
        values["stage"],
        kind_of(facts),
        None if facts.is_holder else facts.parent.pk,
        values.get("student_no") or "",
    )
