"""What the columns of a bank's file are filled with: a payment, its person and its roll, as texts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from beneficiaries.exports import village_name
from beneficiaries.models import Certificate, HardshipStatus
from lianyungang_cdpf.accounts.places import county_name, town_name
from subsidies.bank.columns import Sent
from subsidies.exports import roll_place
from subsidies.known import certificate_that_counts, in_force
from subsidies.models import Payment, Roll

PAYMENTS_AT_ONCE = 2_000
OF_CERTIFICATES = {Sent.CERTIFICATE_NO, Sent.CATEGORY, Sent.GRADE}
# The places of a certificate's columns behind the days between which it holds.
CATEGORY, GRADE, CERTIFICATE = 2, 3, 4


@dataclass(frozen=True)
class Line:
    """A payment as it goes to the bank: its number in the file, and the account and holder to be sent."""

    number: int
    payment: Payment
    account_no: str
    holder: str

    @property
    def amount(self) -> Decimal:
        return self.payment.amount


class Facts:
    """The texts of a roll's lines, field by field; at most two statements, whatever the number of lines."""

    def __init__(self, roll: Roll, fields: Iterable[str], file_number: int = 0):
        self._roll, self._fields, fields = roll, list(fields), set(fields)
        month = roll.month
        self._of_roll = {
            Sent.PROGRAMME: roll.programme.name, Sent.UNIT: roll_place(roll), Sent.YEAR: str(month.year),
            Sent.MONTH: f"{month.month:02d}", Sent.PERIOD: roll.period, Sent.REFERENCE: roll.reference,
            Sent.FILE_NUMBER: str(file_number) if file_number else "", Sent.BLANK: "",
        }  # fmt: skip
        self._certificates = self._records(Certificate) if fields & OF_CERTIFICATES else {}
        self._hardships = self._records(HardshipStatus) if Sent.HARDSHIP in fields else {}

    def _records(self, model) -> dict[int, list]:
        """The dated records of the roll's people, by person."""
        more = ("category", "grade", "number", "status") if model is Certificate else ("status",)
        rows = model.objects.filter(person__payments__roll=self._roll).distinct().order_by("pk")
        found: dict[int, list] = {}
        # Distinct by key: people of several months would have their records once for each payment.
        for person, _, *record in rows.values_list("person_id", "pk", "valid_from", "valid_to", *more):
            found.setdefault(person, []).append(tuple(record))
        return found

    def row(self, line: Line) -> list[str]:
        """The cells of one line, in the order of the fields."""
        told = self._of_roll | self._told_of(line)
        return [told[field] for field in self._fields]

    def _told_of(self, line: Line) -> dict[str, str]:
        payment, person = line.payment, line.payment.person
        certificate = certificate_that_counts(self._certificates.get(person.pk, []), payment.month)
        hardships = in_force(self._hardships.get(person.pk, []), payment.month)
        grade = Certificate(category=certificate[CATEGORY], grade=certificate[GRADE]) if certificate else None
        return {
            Sent.LINE_NUMBER: str(line.number), Sent.COUNTY: county_name(payment.area),
            Sent.TOWN: town_name(payment.area), Sent.VILLAGE: village_name(person), Sent.NAME: person.name,
            Sent.SEX: person.get_sex_display(), Sent.BORN: f"{person.birth_date:%Y-%m-%d}",
            Sent.ID_NUMBER: person.id_number,
            Sent.CERTIFICATE_NO: certificate[CERTIFICATE] if certificate else "",
            Sent.CATEGORY: grade.get_category_display() if grade else "",
            Sent.GRADE: grade.get_grade_display() if grade else "", Sent.HUKOU: person.get_hukou_type_display(),
            Sent.HARDSHIP: "、".join(sorted({record[2] for record in hardships})), Sent.ADDRESS: person.address,
            Sent.PHONE: person.phone, Sent.BANK_NAME: person.bank_name, Sent.ACCOUNT_NO: line.account_no,
            Sent.HOLDER: line.holder, Sent.AMOUNT: f"{line.amount:.2f}",
        }  # fmt: skip


def lines_of(payments, corrected: dict[int, tuple[str, str]] | None = None) -> Iterator[Line]:
    """The payments as lines in the order of their keys; `corrected` gives account and holder by payment."""
    related = ("person__area", "area__parent__parent")
    ordered = payments.select_related(*related).order_by("pk")
    for number, payment in enumerate(ordered.iterator(PAYMENTS_AT_ONCE), start=1):
        account, holder = (corrected or {}).get(payment.pk) or (payment.account_no, payment.account_holder)
        yield Line(number, payment, account, holder or payment.person.name)
