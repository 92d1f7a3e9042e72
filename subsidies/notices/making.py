"""The lines of a notice, made from a roll's live payments in two statements, whatever the payments."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from lianyungang_cdpf.accounts.models import Area, Level
from lianyungang_cdpf.accounts.places import town_of
from subsidies.models import Payment, Programme, Roll
from subsidies.notices.masking import shown_name, shown_village


@dataclass
class Line:
    """A person's line before it is numbered."""

    area: Area
    village: str
    name: str
    months: set[date] = field(default_factory=set)
    amount: Decimal = Decimal(0)


def lines_of(roll: Roll, starts_on: date, names: str) -> list[Line]:
    """The roll's people, several months of one in one line; by town and village, then in the order of the roll."""
    payments = list(
        Payment.objects.live().filter(roll=roll).order_by("month", "pk").values_list(
            "person_id", "month", "amount", "area_id", "person__name", "person__birth_date", "person__area_id",
            "person__village",
        )
    )  # fmt: skip
    areas = Area.objects.select_related("parent").filter(pk__any_of={row[3] for row in payments})
    areas = {area.pk: area for area in areas}
    lines: dict[int, Line] = {}
    for person, month, amount, area_id, name, born, lives_in, village in payments:
        if (line := lines.get(person)) is None:
            area = areas[area_id]
            # Who has moved since would be named with a village of another town.
            where = shown_village(village, name) if lives_in == area_id else ""
            where = area.common_name if area.level == Level.VILLAGE else where
            line = lines[person] = Line(town_of(area) or area, where, shown_name(name, born, starts_on, names))
        line.months.add(month)
        line.amount += amount
    return sorted(lines.values(), key=lambda line: (line.area.path, line.village))


def rows_of(notice_id: int, lines: list[Line], programme: Programme) -> Iterator[tuple]:
    """The lines as the table keeps them."""
    for position, line in enumerate(lines, start=1):
        months = months_in_words(line.months, programme)
        yield notice_id, position, line.area.pk, line.village, line.name, months, line.amount


def months_in_words(months: set[date], programme: Programme) -> str:
    """2019-03; of several 2019-01至2019-03（3个月）, of a year or a school year that."""
    first, last = programme.period_shown(min(months)), programme.period_shown(max(months))
    return first if len(months) == 1 else f"{first}至{last}（{len(months)}个月）"
