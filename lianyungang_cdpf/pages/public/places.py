"""Towns to choose from, under the counties and zones that people know them by."""

from collections import defaultdict

from lianyungang_cdpf.accounts.models import Area, Level
from lianyungang_cdpf.targets import scopes


def towns_by_unit() -> list[tuple[str, list[tuple[str, str]]]]:
    """(unit, [(code, name) of its towns]) in the order of the board; three statements."""
    towns = defaultdict(list)
    rows = Area.objects.filter(level=Level.TOWN, is_virtual=False).order_by("code")
    for key, code, name in rows.values_list("unit_key", "code", "common_name"):
        towns[key].append((code, name))
    units = ((unit.name, towns.get(unit.place.removeprefix(scopes.UNIT), [])) for unit in scopes.units())
    return [(name, listed) for name, listed in units if listed]
