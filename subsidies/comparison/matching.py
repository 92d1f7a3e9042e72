"""Who is on a list of another office and was paid all the same: by the digest of the ID number, in bulk.

The list may have 100,000 lines and the rolls 36,000 payments a month: people are found inside the database, and only
lines about people on file are read.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from beneficiaries.models import FormerNumber, Person
from lianyungang_cdpf.intake.bulk import fetched
from subsidies.comparison.checks import first_after
from subsidies.comparison.findings import Suspect
from subsidies.comparison.models import CaseKind, ComparisonEntry, ComparisonList, Effect, ListType
from subsidies.models import Programme

# The two allowances, by the keys of the year's targets (targets-2019.json).
LIVING, NURSING = "hardship_subsidy", "nursing_subsidy"
CONCERNS = {
    Effect.BLOCK_LIVING: (LIVING,), Effect.BLOCK_NURSING: (NURSING,), Effect.BOTH: (LIVING, NURSING),
    Effect.WARN: (LIVING, NURSING),
}  # fmt: skip


@dataclass(slots=True, frozen=True)
class Line:
    """A line of a list, as far as matching reads it."""

    since: date | None
    until: date | None
    row: int
    listed_in: int
    month: date

    @property
    def begins(self) -> date:
        """From when on it says something: without a day from the month of its list."""
        return self.since or self.month


COLUMNS = ("since", "until", "row", "listed_in_id", "listed_in__month")


def listed_suspects(sort: ListType, lists: QuerySet[ComparisonList]) -> Iterator[Suspect]:
    """Whoever on file is on one of the lists of a sort, for each programme that it concerns.

    Of several lines about a person the one that begins first counts. A fixed number of statements, whatever the number
    of lines and lists.
    """
    programmes = Programme.objects.filter(code__in=CONCERNS[sort.effect])
    programmes = list(programmes.order_by("pk").values_list("pk", flat=True))
    entries = ComparisonEntry.objects.filter(listed_in__in=lists.filter(list_type=sort).order_by().values("pk"))
    by_number, by_name = _by_number(entries.order_by()), _by_name(entries.order_by())
    for kind, lines in ((CaseKind.ON_LIST, by_number), (CaseKind.NAME_ON_LIST, by_name)):
        for person, line in sorted(lines.items()):
            for programme in programmes:
                yield _suspect(sort, kind, person, programme, line)


def _suspect(sort: ListType, kind: CaseKind, person: int, programme: int, line: Line) -> Suspect:
    first = first_after(line.since, sort.months_after) if line.since else line.month
    told = f"{sort} {line.month:%Y-%m}，第 {line.row} 行" + (f"，自 {line.since} 起" if line.since else "")
    told += f"至 {line.until}" if line.until else ""
    told += "，无身份证号，按姓名和出生日期比对" if kind == CaseKind.NAME_ON_LIST else ""
    return Suspect(
        kind, person, programme, (sort.code, line.since), told, first, line.until or date.max, line.since,
        asks=sort.effect == Effect.WARN, list_type=sort.pk, source=line.listed_in,
    )  # fmt: skip


def _by_number(entries: QuerySet[ComparisonEntry]) -> dict[int, Line]:
    """By person the line that names them, by their number or a former one."""
    entries = entries.exclude(id_digest="")
    digests = entries.values("id_digest")
    owners = dict(fetched(Person.objects.filter(id_digest__in=digests).order_by().values_list("id_digest", "pk")))
    former = FormerNumber.objects.filter(id_digest__in=digests).order_by().values_list("id_digest", "person_id")
    owners = dict(fetched(former)) | owners
    lines: dict[int, Line] = {}
    rows = entries.filter(id_digest__any_of=list(owners)).values_list("id_digest", *COLUMNS)
    for digest, *line in fetched(rows):
        _take(lines, owners[digest], Line(*line))
    return lines


def _by_name(entries: QuerySet[ComparisonEntry]) -> dict[int, Line]:
    """By person the line without a number that has their name and birthday."""
    lines: dict[tuple, Line] = {}
    for name, born, *line in fetched(entries.filter(id_digest="").values_list("name_key", "birth_date", *COLUMNS)):
        _take(lines, (name, born), Line(*line))
    people: dict[tuple, list[int]] = defaultdict(list)
    born_then = Person.objects.filter(birth_date__any_of=list({born for _, born in lines})).order_by()
    for pk, name, born in fetched(born_then.values_list("pk", "name_key", "birth_date")):
        people[name, born].append(pk)
    return {pk: line for key, line in lines.items() for pk in people[key]}


def _take(lines: dict, key, line: Line) -> None:
    """Keep of several lines the one that begins first."""
    kept = lines.get(key)
    if kept is None or line.begins < kept.begins:
        lines[key] = line
