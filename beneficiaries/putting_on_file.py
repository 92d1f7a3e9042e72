"""People put on file by a roll, in one statement."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from beneficiaries.identity import id_digest, id_tail_digest, person_seal, phone_digest, pinyin_of
from beneficiaries.models import Person
from beneficiaries.register_apply import place
from lianyungang_cdpf.fields import encrypt
from lianyungang_cdpf.intake.bulk import insert_rows
from lianyungang_cdpf.intake.tables import birth_date_of, name_key, sex_of

COLUMNS = (
    "basis", "name", "name_key", "pinyin", "initials", "id_number", "id_digest", "id_tail_digest", "sex", "birth_date",
    "area_id", "village", "address", "hukou_type", "phone", "phone_digest", "bank_name", "account_no", "account_digest",
    "account_holder", "seal", "created_at", "updated_at",
)  # fmt: skip


@dataclass(slots=True)
class NewPerson:
    """Somebody who is not on file yet; the ID number is right and normalised."""

    name: str
    id_number: str
    area_id: int
    basis: str
    village: str = ""
    address: str = ""
    phone: str = ""


def put_on_file(people: Iterable[NewPerson]) -> dict[str, int]:
    """Insert the people; returns their keys by ID number. Raises IntegrityError when one is on file already."""
    people = list(people)
    if not people:
        return {}
    now = timezone.now()
    insert_rows(Person, COLUMNS, [_row(one, now) for one in people])
    digests = {id_digest(one.id_number): one.id_number for one in people}
    found = Person.objects.filter(id_digest__any_of=list(digests)).order_by().values_list("id_digest", "pk")
    return {digests[digest]: pk for digest, pk in found}


def _row(one: NewPerson, now) -> tuple:
    key, number, phone = name_key(one.name)[:60], id_digest(one.id_number), phone_digest(one.phone)
    return (
        one.basis, one.name[:60], key, *pinyin_of(one.name),
        encrypt(one.id_number, place(Person, "id_number")), number, id_tail_digest(one.id_number),
        "M" if sex_of(one.id_number) == "男" else "F", birth_date_of(one.id_number), one.area_id, one.village[:60],
        one.address[:200], "", encrypt(one.phone, place(Person, "phone")), phone, "", b"", "", "",
        person_seal(key, number, phone, ""), now, now,
    )  # fmt: skip
