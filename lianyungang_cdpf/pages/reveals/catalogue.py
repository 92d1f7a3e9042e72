"""The numbers that can be shown whole, and those of one person."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import Model
from django.http import Http404
from django.urls import reverse
from django.utils.timezone import localdate

from beneficiaries.models import Certificate, Guardian, Person
from beneficiaries.people import records_in_force
from lianyungang_cdpf.accounts.lost_updates import NOT_HERE
from lianyungang_cdpf.masking import mask_account_no, mask_certificate_no, mask_id_number, mask_phone
from subsidies.models import Payment

RIGHT = "pages.reveal_number"


@dataclass(frozen=True)
class Number:
    """A kind of number: in the address `code`, on pages `label`; whose records hold it, and who sees these at all."""

    code: str
    label: str
    model: type[Model]
    column: str
    mask: Callable[[str], str]
    right: str = "beneficiaries.view_person"

    def of(self, record) -> str:
        """The number itself."""
        return getattr(record, self.column)

    def named(self, record) -> str:
        """What the log calls it, so that the record is found again: 监护人电话（监护人 12）."""
        if self.model is Person:
            return self.label
        return f"{self.label}（{self.model._meta.verbose_name} {record.pk}）"


NUMBERS = {
    one.code: one
    for one in (
        Number("id-number", "身份证号", Person, "id_number", mask_id_number),
        Number("certificate", "残疾人证号", Certificate, "number", mask_certificate_no),
        Number("phone", "联系电话", Person, "phone", mask_phone),
        Number("account", "银行账号", Person, "account_no", mask_account_no),
        Number("guardian-id", "监护人身份证号", Guardian, "id_number", mask_id_number),
        Number("guardian-phone", "监护人电话", Guardian, "phone", mask_phone),
        Number("payment", "发放时的银行账号", Payment, "account_no", mask_account_no, "subsidies.view_payment"),
    )
}


@dataclass(frozen=True)
class Masked:
    """A number as a page shows it, with the way to the whole one."""

    number: Number
    record: Model

    @property
    def label(self) -> str:
        """With the guardian's name, since a person may have two."""
        return f"{self.number.label}（{self.record.name}）" if isinstance(self.record, Guardian) else self.number.label

    @property
    def shown(self) -> str:
        return self.number.mask(self.number.of(self.record))

    @property
    def address(self) -> str:
        return reverse("reveal", args=[self.number.code, self.record.pk])

    @property
    def person(self) -> Person:
        return self.record if isinstance(self.record, Person) else self.record.person


def number_or_404(staff, code: str, pk: int) -> Masked:
    """The number in the staff member's sight; one that is another place's, unknown or empty raises the same Http404."""
    number = NUMBERS.get(code)
    if number is None or not staff.has_perm(number.right):
        raise Http404(NOT_HERE)
    rows = number.model.objects.visible_to(staff).filter(pk=pk)
    record = (rows if number.model is Person else rows.select_related("person")).first()
    if record is None or not number.of(record):
        raise Http404(NOT_HERE)
    return Masked(number, record)


def numbers_of(person: Person) -> Iterator[Masked]:
    """The numbers on file of a person: their own, of every certificate, and of who is their guardian today."""
    guardians = records_in_force(person.guardians.all(), localdate())
    of_model = {Person: [person], Certificate: person.certificates.all(), Guardian: guardians}
    for number in NUMBERS.values():
        for record in of_model.get(number.model, ()):
            if number.of(record):
                yield Masked(number, record)
