"""Places of people, for bulk work; names as files write them stand in intake.places."""

from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.intake.places import CountyNames, TownNames

__all__ = ["CountyNames", "TownNames", "area_facts"]


def area_facts() -> dict[int, tuple[str, str, str | None, int | None]]:
    """Every area's path, unit key, statutory county's code and zone, by its key.

    Areas are few: joined to people instead, they tempt PostgreSQL, on a table it has no figures of yet, to go through
    all the people once for every area.
    """
    fields = ("pk", "path", "unit_key", "statutory_county__code", "zone_id")
    return {pk: tuple(place) for pk, *place in Area.objects.order_by().values_list(*fields)}
