"""Members of disabled people's families who are on file because something is paid to them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from beneficiaries.identity import id_digest, id_tail_digest, pinyin_of
from beneficiaries.models import Basis, Person
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.fields import encrypt
from lianyungang_cdpf.intake.bulk import insert_rows
from lianyungang_cdpf.intake.tables import birth_date_of, name_key, sex_of

COLUMNS = (
    "basis", "name", "name_key", "pinyin", "initials", "id_number", "id_digest", "id_tail_digest", "sex", "birth_date",
    "area_id", "village", "address", "hukou_type", "phone", "phone_digest", "bank_name", "account_no", "account_digest",
    "account_holder", "created_at", "updated_at",
)  # fmt: skip
PLACE = f"{Person._meta.db_table}.id_number"


@dataclass(frozen=True)
class NewMember:
    """Somebody to be put on file: the ID number is normalised and right, the area that of the disabled relative."""

    name: str
    id_number: str
    area_id: int


def add_family_members(*, by, members: Iterable[NewMember], on=None) -> dict[str, int]:
    """Put people on file as 残疾人家庭成员, in one statement; returns their keys by ID number.

    Call inside a transaction; `on` is the record for whose sake. Raises IntegrityError when one is on file already.
    """
    members = list(members)
    now = timezone.now()
    insert_rows(Person, COLUMNS, [_row(one, now) for one in members])
    digests = {id_digest(one.id_number): one.id_number for one in members}
    rows = Person.objects.filter(id_digest__any_of=list(digests)).order_by().values_list("id_digest", "pk")
    record(by=by, deed="登记残疾人家庭成员", on=on, summary=f"{len(members)} 人")
    return {digests[digest]: pk for digest, pk in rows}


def _row(one: NewMember, now) -> tuple:
    number = one.id_number
    return (
        Basis.FAMILY_MEMBER.value, one.name[:60], name_key(one.name)[:60], *pinyin_of(one.name),
        encrypt(number, PLACE), id_digest(number), id_tail_digest(number), "M" if sex_of(number) == "男" else "F",
        birth_date_of(number), one.area_id, "", "", "", b"", "", "", b"", "", "", now, now,
    )  # fmt: skip
