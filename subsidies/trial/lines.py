"""A trial as people read it: by county and town, person by person, and as a file."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from beneficiaries.exports import place_name
from beneficiaries.models import Person
from lianyungang_cdpf.accounts.models import Area, Staff
from lianyungang_cdpf.accounts.places import town_of
from lianyungang_cdpf.audit.exports import ListResource
from lianyungang_cdpf.masking import mask_id_number
from subsidies.owed.lines import certificate_in_words
from subsidies.trial.moves import Kind, Move, Trial


@dataclass
class Sum:
    """How many are moved one way, and by how much in yuan."""

    people: int = 0
    yuan: Decimal = Decimal(0)

    @property
    def money(self) -> str:
        return f"{self.yuan:,.2f}"


@dataclass
class Tally:
    """What the change does in a county or one of its towns."""

    name: str
    is_county: bool = False
    kinds: dict[str, Sum] = field(default_factory=lambda: {kind: Sum() for kind in Kind})

    def add(self, move: Move) -> None:
        """Count a person."""
        counted = self.kinds[move.kind]
        counted.people += 1
        counted.yuan += move.change

    @property
    def sums(self) -> list[Sum]:
        """In the order of the columns."""
        return [self.kinds[kind] for kind in Kind]

    @property
    def change(self) -> str:
        """All of them together."""
        return f"{sum(one.yuan for one in self.sums):,.2f}"


@dataclass(frozen=True)
class MovedLine:
    """A person whom the change moves, as shown."""

    person: Person
    certificate: str
    hardship: str
    kind: str
    before: Decimal | None
    after: Decimal | None
    change: Decimal

    @property
    def masked_id(self) -> str:
        return mask_id_number(self.person.id_number)

    @property
    def place(self) -> str:
        return place_name(self.person)


class MovesFile(ListResource):
    """The people whom a change moves, as a file."""

    class Meta:
        model = Person

    columns = {
        "姓名": lambda line: line.person.name,
        "身份证号": lambda line: line.masked_id,
        "地址": lambda line: line.place,
        "残疾类别等级": lambda line: line.certificate,
        "困难情况": lambda line: line.hardship,
        "变化": lambda line: line.kind,
        "现在（元）": lambda line: line.before,
        "修改后（元）": lambda line: line.after,
        "增减（元）": lambda line: line.change,
    }


def by_place(trial: Trial) -> list[Tally]:
    """Counties that have any, each before its towns; one statement."""
    areas = Area.objects.select_related("parent__parent").filter(pk__any_of={one.person.area_id for one in trial.moves})
    areas = {area.pk: area for area in areas}
    counties: dict[int, Tally] = {}
    towns: dict[tuple[int, int], Tally] = {}
    for move in trial.moves:
        area = areas[move.person.area_id]
        town = town_of(area) or area
        county = town.parent if town_of(area) else area
        counties.setdefault(county.pk, Tally(str(county), is_county=True)).add(move)
        name = town.common_name if town_of(area) else "未写明乡镇街道"
        towns.setdefault((county.pk, town.pk), Tally(name)).add(move)
    ordered = []
    for county, tally in counties.items():
        ordered += [tally, *(one for (of, _), one in towns.items() if of == county)]
    return ordered


def total_of(trial: Trial) -> Tally:
    """All places together."""
    tally = Tally("合计")
    for move in trial.moves:
        tally.add(move)
    return tally


def lines(moves: Iterable[Move], staff: Staff) -> list[MovedLine]:
    """The moves with names and places; one statement."""
    moves = list(moves)
    people = Person.objects.visible_to(staff).filter(pk__any_of=[move.person.pk for move in moves])
    people = {person.pk: person for person in people.select_related("area__parent__parent")}
    # Between the judging and here a record may have been moved or merged away: it is not shown then.
    return [_line(people[move.person.pk], move) for move in moves if move.person.pk in people]


def _line(person: Person, move: Move) -> MovedLine:
    known = move.person
    hardship = "、".join(known.classes)
    return MovedLine(
        person, certificate_in_words(known), hardship, move.kind.label, move.before, move.after, move.change
    )
