"""Which field keys the operation log names: without one of them nobody can check what it vouches for.

The mac of a line, of its seal in the chain and of an archive's record is each made with the field key of its day, and
an archived month is sealed with it (audit/chain.py, audit/archiving.py). The triggers let none of them be changed, so a
key is needed for as long as anything that names it is kept, whatever rotate_keys has moved. The kept heads are compared
letter by letter with the seals and need no key. The digest key signs nothing of the log.
"""

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from django.conf import settings
from django.db.models import Count, Value
from django.db.models.functions import Left, StrIndex

from lianyungang_cdpf.audit.archiving import lines_of_file, path_of
from lianyungang_cdpf.audit.chain import key_id_of_mac
from lianyungang_cdpf.audit.models import AuditArchive, AuditLine, AuditSeal
from lianyungang_cdpf.encryption.models import KeyCheck
from lianyungang_cdpf.fields import UnreadableSecret
from lianyungang_cdpf.intake.sealing import key_id_of_file, unsealed


@dataclass
class NamedByLog:
    """By key id, how many lines, seals and archived months name it. Ids that never were a key's are left out.

    `unread` are the months whose file can't be read here: what it names nobody knows, so no configured key may go.
    """

    lines: Counter[int] = field(default_factory=Counter)
    seals: Counter[int] = field(default_factory=Counter)
    months: Counter[int] = field(default_factory=Counter)
    unread: list[str] = field(default_factory=list)

    @cached_property
    def key_ids(self) -> frozenset[int]:
        """The keys that have to stay."""
        known = set(KeyCheck.objects.filter(purpose=KeyCheck.Purpose.FIELD).values_list("key_id", flat=True))
        known |= settings.FIELD_KEYS.keys()
        named = known & (self.lines + self.seals + self.months).keys()
        return frozenset(named | settings.FIELD_KEYS.keys() if self.unread else named)


def named_by_log() -> NamedByLog:
    """Counted in the whole log and in every archived file, which is read to its end: as long as verify_audit takes."""
    found = NamedByLog(_counted(AuditLine), _counted(AuditSeal))
    for archive in AuditArchive.objects.all():
        named = set(_ids([archive.mac]))
        try:
            named |= _in_file(archive)
        except (OSError, ValueError):
            found.unread.append(f"{archive.month:%Y-%m}")
        found.months.update(named)
    return found


def _counted(model: type[AuditLine] | type[AuditSeal]) -> Counter[int]:
    """How many macs name each key, told by the database: there are millions."""
    found: Counter[int] = Counter()
    begun = model._base_manager.order_by().annotate(begun=Left("mac", StrIndex("mac", Value(".")))).values("begun")
    for begin, count in begun.annotate(count=Count("pk")).values_list("begun", "count"):
        for key_id in _ids([begin]):
            found[key_id] += count
    return found


def _in_file(archive: AuditArchive) -> set[int]:
    """Raises OSError or ValueError for a file that is not there or does not open."""
    with path_of(archive).open("rb") as stream:
        sealed_with = key_id_of_file(stream)
    if sealed_with is None:
        raise UnreadableSecret(f"{archive.file_name} is not sealed")
    named = {sealed_with}
    for _, mac, line in lines_of_file(archive, unsealed):
        named.update(_ids([mac, line[-1]]))
    return named


def _ids(macs: list[str]) -> list[int]:
    """The keys that macs name; nothing of what is no mac."""
    found = []
    for mac in macs:
        try:
            found.append(key_id_of_mac(mac))
        except UnreadableSecret:
            continue
    return found
