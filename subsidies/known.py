"""What the register knows of people whom a roll may name, as of a month; read in a fixed number of statements."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from django.db.models import QuerySet

from beneficiaries.former import former_owners
from beneficiaries.models import Certificate, HardshipStatus, Person
from beneficiaries.places import area_facts
from lianyungang_cdpf.intake.bulk import fetched

NOTHING: frozenset[str] = frozenset()
UNDATED = (None, None)
# What is read of a person; their key is the third.
PERSON_FIELDS = (
    "id_digest", "area_id", "id", "name_key", "hukou_type", "account_digest", "account_holder", "died_on",
    "moved_out_on",
)  # fmt: skip


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


class KnownPeople:
    """Reads people of the register as a judge sees them; `staff` says which places are one's own."""

    def __init__(self, staff):
        self.staff = staff
        # Numbers that belonged to somebody before records were merged.
        self.former: set[str] = set()
        # Most people share what is said of them: it is worked out once.
        self._statuses: dict[tuple, tuple[frozenset, tuple[str, ...]]] = {}

    @cached_property
    def places(self) -> dict[int, Place]:
        """Every area, by key."""
        places = {}
        for pk, (path, unit_key, statutory, zone_id) in area_facts().items():
            units = frozenset({*path.split("/")[1:2], unit_key, statutory})
            places[pk] = Place(path, units, zone_id, self._is_ours(path, zone_id))
        return places

    def _is_ours(self, path: str, zone_id: int | None) -> bool:
        return path.startswith(self.staff.area.path) if self.staff.area_id else zone_id == self.staff.zone_id

    def numbered(self, digests: dict[str, str], found: list[int], month: date) -> dict[str, Known]:
        """The people whom the digests are of, by number; `found` are keys of some, true when the rows were kept."""
        people, by_pk, places = {}, {}, self.places
        for digest, area_id, pk, key, hukou, account, holder, died, moved in self._rows_of(digests, found):
            people[digests[digest]] = by_pk[pk] = Known(
                pk, key, area_id, places[area_id], hukou, account, holder, died, moved, [], []
            )
        if len(people) < len(digests):
            self._add_former(digests, people, by_pk)
        self._add_records(by_pk)
        self._know_the_month(by_pk.values(), month)
        return people

    def all_of(self, people: QuerySet[Person], month: date) -> dict[int, Known]:
        """The people of the queryset, by key."""
        by_pk = {one.pk: one for one in self._known(people)}
        self._add_records(by_pk)
        self._know_the_month(by_pk.values(), month)
        return by_pk

    def as_of(self, people: Iterable[Known], month: date) -> dict[int, Known]:
        """The same people with what was in force in another month, by key; nothing is read again."""
        then = {one.pk: replace(one, certificate=None, numbers=(), statuses=NOTHING, classes=()) for one in people}
        self._know_the_month(then.values(), month)
        return then

    def _known(self, people: QuerySet[Person]) -> Iterator[Known]:
        for _, area_id, pk, key, *rest in fetched(people.order_by().values_list(*PERSON_FIELDS)):
            yield Known(pk, key, area_id, self.places[area_id], *rest, [], [])

    def _rows_of(self, digests: dict[str, str], found: list[int]) -> Iterator[tuple]:
        """The register's rows of the digests, each once: by key, in half the time, who still has the same number."""
        wanted = digests.keys()
        if found:
            rows = fetched(Person.objects.filter(pk__any_of=set(found)).order_by().values_list(*PERSON_FIELDS))
            same = [row for row in rows if row[0] in digests]
            yield from same
            wanted = wanted - {row[0] for row in same}
        if wanted:
            yield from fetched(Person.objects.filter(id_digest__any_of=wanted).order_by().values_list(*PERSON_FIELDS))

    def _add_former(self, digests: dict[str, str], people: dict[str, Known], by_pk: dict[int, Known]) -> None:
        """Find whom numbers that nobody has belonged to before records were merged; asked only when there are such."""
        owners = former_owners(digest for digest, number in digests.items() if number not in people)
        if missing := set(owners.values()) - by_pk.keys():
            by_pk |= {one.pk: one for one in self._known(Person.objects.filter(pk__any_of=list(missing)))}
        for digest, owner in owners.items():
            people[digests[digest]] = by_pk[owner]
        self.former = {digests[digest] for digest in owners}

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

    def _know_the_month(self, people: Iterable[Known], month: date) -> None:
        """What of their records is in force in the month."""
        for known in people:
            certificates, hardships = known.certificates, known.hardships
            if len(certificates) == 1 and certificates[0][:2] == UNDATED:
                known.certificate, known.numbers = certificates[0], (certificates[0][2],)
            elif certificates:
                known.certificate = certificate_that_counts(certificates, month)
                current = in_force(certificates, month) or [known.certificate] * bool(known.certificate)
                known.numbers = tuple(record[2] for record in current)
            if hardships:
                words = tuple([record[2] for record in in_force(hardships, month)])
                if words not in self._statuses:
                    self._statuses[words] = frozenset(words), tuple(sorted(set(words)))
                known.statuses, known.classes = self._statuses[words]
