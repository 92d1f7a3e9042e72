"""What the columns of a bank's file are filled with: a payment, its person and its roll, as texts."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from beneficiaries.exports import village_name
from beneficiaries.models import Certificate, HardshipStatus
from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.accounts.places import county_name, town_name
from subsidies.bank.columns import Sent
from subsidies.exports import roll_place
from subsidies.known import certificate_that_counts, in_force
from subsidies.models import Payment, Roll

PAYMENTS_AT_ONCE = 2_000
OF_CERTIFICATES = {Sent.CERTIFICATE_NO, Sent.CATEGORY, Sent.GRADE}
OF_PLACES = {Sent.COUNTY, Sent.TOWN, Sent.VILLAGE}
# What is encrypted costs time to read: only where a column asks for it. The account comes from the payment.
SECRETS = {Sent.ID_NUMBER: "person__id_number", Sent.PHONE: "person__phone"}
NEVER_READ = "person__account_no"


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


# How a field is read off a line alone.
OF_LINE: dict[str, Callable[[Line], str]] = {
    Sent.LINE_NUMBER: lambda line: str(line.number),
    Sent.NAME: lambda line: line.payment.person.name,
    Sent.SEX: lambda line: line.payment.person.get_sex_display(),
    Sent.BORN: lambda line: f"{line.payment.person.birth_date:%Y-%m-%d}",
    Sent.ID_NUMBER: lambda line: line.payment.person.id_number,
    Sent.HUKOU: lambda line: line.payment.person.get_hukou_type_display(),
    Sent.ADDRESS: lambda line: line.payment.person.address,
    Sent.PHONE: lambda line: line.payment.person.phone,
    Sent.BANK_NAME: lambda line: line.payment.person.bank_name,
    Sent.ACCOUNT_NO: lambda line: line.account_no,
    Sent.HOLDER: lambda line: line.holder,
    Sent.AMOUNT: lambda line: f"{line.amount:.2f}",
}


class Facts:
    """The texts of a roll's lines, field by field; at most three statements, whatever the number of lines."""

    def __init__(self, roll: Roll, fields: Iterable[str], file_number: int = 0):
        self._roll, fields = roll, list(fields)
        month, asked = roll.month, set(fields)
        same = {
            Sent.PROGRAMME: roll.programme.name, Sent.UNIT: roll_place(roll), Sent.YEAR: str(month.year),
            Sent.MONTH: f"{month.month:02d}", Sent.PERIOD: roll.period, Sent.REFERENCE: roll.reference,
            Sent.FILE_NUMBER: str(file_number) if file_number else "", Sent.BLANK: "",
        }  # fmt: skip
        self._areas = Area.objects.select_related("parent__parent").in_bulk() if asked & OF_PLACES else {}
        self._certificates = self._records(Certificate) if asked & OF_CERTIFICATES else {}
        self._hardships = self._records(HardshipStatus) if Sent.HARDSHIP in asked else {}
        found = {
            Sent.COUNTY: lambda line: county_name(self._areas[line.payment.area_id]),
            Sent.TOWN: lambda line: town_name(self._areas[line.payment.area_id]),
            Sent.VILLAGE: self._village, Sent.HARDSHIP: self._hardship,
            Sent.CERTIFICATE_NO: lambda line: getattr(self._certificate(line), "number", ""),
            Sent.CATEGORY: lambda line: _shown(self._certificate(line), "category"),
            Sent.GRADE: lambda line: _shown(self._certificate(line), "grade"),
        }  # fmt: skip
        readers = OF_LINE | found | {field: _always(text) for field, text in same.items()}
        self._readers = [readers[field] for field in fields]

    def row(self, line: Line) -> list[str]:
        """The cells of one line, in the order of the fields."""
        return [read(line) for read in self._readers]

    def _records(self, model) -> dict[int, list]:
        """The dated records of the roll's people, by person, in the order recorded."""
        found: dict[int, list] = {}
        # Distinct: who is paid for several months would have theirs once for each payment.
        for one in model.objects.filter(person__payments__roll=self._roll).distinct().order_by("pk"):
            more = (one, one.status) if model is Certificate else (one.status,)
            found.setdefault(one.person_id, []).append((one.valid_from, one.valid_to, *more))
        return found

    def _certificate(self, line: Line) -> Certificate | None:
        """The certificate that counts in the payment's month."""
        held = self._certificates.get(line.payment.person_id, [])
        counts = certificate_that_counts(held, line.payment.month)
        return counts[2] if counts else None

    def _hardship(self, line: Line) -> str:
        held = in_force(self._hardships.get(line.payment.person_id, []), line.payment.month)
        return "、".join(sorted({status for *_, status in held}))

    def _village(self, line: Line) -> str:
        person = line.payment.person
        person.area = self._areas[person.area_id]
        return village_name(person)


def _always(text: str) -> Callable[[Line], str]:
    return lambda line: text


def _shown(certificate: Certificate | None, field: str) -> str:
    return getattr(certificate, f"get_{field}_display")() if certificate else ""


def lines_of(payments, fields: Iterable[str], corrected: dict[int, tuple[str, str]] | None = None) -> Iterator[Line]:
    """The payments as lines in the order of their keys; `corrected` gives account and holder by payment."""
    unread = [path for field, path in SECRETS.items() if field not in fields]
    ordered = payments.select_related("person").defer(NEVER_READ, *unread).order_by("pk")
    for number, payment in enumerate(ordered.iterator(PAYMENTS_AT_ONCE), start=1):
        account, holder = (corrected or {}).get(payment.pk) or (payment.account_no, payment.account_holder)
        yield Line(number, payment, account, holder or payment.person.name)
