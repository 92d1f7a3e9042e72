"""Members of disabled people's families who are on file because something is paid to them."""

from collections.abc import Iterable
from dataclasses import dataclass

from beneficiaries.models import Basis
from beneficiaries.putting_on_file import NewPerson, put_on_file
from lianyungang_cdpf.audit.actions import record


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
    keys = put_on_file(NewPerson(one.name, one.id_number, one.area_id, Basis.FAMILY_MEMBER.value) for one in members)
    record(by=by, deed="登记残疾人家庭成员", on=on, summary=f"{len(members)} 人")
    return keys
