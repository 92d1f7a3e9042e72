"""The places that progress is told for: the city, its ten units (a row of the board), counties, towns and villages.

A scope's `place` is the key of its tallies. An area means its whole subtree by path; a unit ("unit:KEY") means the
areas that count under the zone, or under the county without the towns that belong to a zone.
"""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import Min, Q

from lianyungang_cdpf.accounts.models import Area, Level, Zone
from lianyungang_cdpf.accounts.places import place_named


class UnknownPlace(Exception):
    """A code that names no area and no zone; the text is the Chinese sentence for the reader."""


@dataclass(frozen=True)
class Scope:
    """A place whose progress is told. `code` is how --area and the pages' addresses write it."""

    place: str
    code: str
    name: str
    area: Area | None = None
    zone: Zone | None = None

    @property
    def is_city(self) -> bool:
        return self.area is not None and self.area.level == Level.CITY

    @property
    def is_unit(self) -> bool:
        return self.place.startswith(UNIT)

    def holds(self, area_path: str = "area") -> Q:
        """The condition that a record's area lies in the scope."""
        if self.is_unit:
            return Q(**{f"{area_path}__unit_key": self.place.removeprefix(UNIT)})
        return Q(**{f"{area_path}__path__startswith": self.place})


UNIT = "unit:"


def places_of(path: str, unit_key: str) -> list[str]:
    """Every place under which a record of the area counts: the area itself, all areas above it, and its unit."""
    codes = path.rstrip("/").split("/")
    places = ["/".join(codes[: depth + 1]) + "/" for depth in range(len(codes))]
    return [*places, UNIT + unit_key] if unit_key else places


def of_area(area: Area) -> Scope:
    """The area's whole subtree. The goal of a county-level zone of the statistics bureau is its zone's."""
    zone = area.zone if area.level == Level.COUNTY else None
    return Scope(area.path, area.code, area.common_name, area=area, zone=zone)


def of_zone(zone: Zone) -> Scope:
    """The zone's towns."""
    return Scope(UNIT + zone.key, zone.key, zone.short_name, zone=zone)


def of_county_unit(county: Area) -> Scope:
    """The county's row of the board: its zone for a county-level zone, else the county without zone towns."""
    if county.zone_id:
        return of_zone(county.zone)
    return Scope(UNIT + county.code, county.code, county.common_name, area=county)


def unit_of(area: Area) -> Scope:
    """The row of the board under which a town or village counts."""
    if area.zone_id:
        return of_zone(area.zone)
    return of_county_unit(Area.objects.select_related("zone").get(code=area.county_code))


def city() -> Scope:
    """The whole city. Raises UnknownPlace when no areas are loaded."""
    area = Area.objects.filter(level=Level.CITY).first()
    if area is None:
        raise UnknownPlace("还没有地区数据，请先运行 prepare。")
    return of_area(area)


def units() -> list[Scope]:
    """The rows of the board in their fixed order: counties by code, then zones, which are those that have any area."""
    heads = Area.objects.filter(zone__isnull=False).order_by().values("zone").annotate(first=Min("pk")).values("first")
    rows = Area.objects.filter(Q(level=Level.COUNTY, zone__isnull=True) | Q(pk__in=heads)).select_related("zone")
    rows = list(rows.order_by("code"))
    zones = sorted((row.zone for row in rows if row.zone_id), key=lambda zone: (zone.position, zone.key))
    return [*(of_county_unit(row) for row in rows if not row.zone_id), *map(of_zone, zones)]


def named(code: str) -> Scope:
    """The area (whole subtree) or zone of this code. Raises UnknownPlace."""
    try:
        place = place_named(code)
    except ValidationError as error:
        raise UnknownPlace(error.messages[0]) from None
    return of_area(place["area"]) if place["area"] else of_zone(place["zone"])


def on_the_board(code: str) -> Scope:
    """As `named`, but a county is its row of the board, so that drilling down keeps the row's figure."""
    scope = named(code)
    if scope.area is not None and scope.area.level == Level.COUNTY:
        return of_county_unit(scope.area)
    return scope


def reaches_into_zones(scope: Scope) -> bool:
    """Whether it is a county's whole subtree with towns that count under a zone, whose goals are the zone's."""
    if scope.is_unit or scope.area is None or scope.area.level != Level.COUNTY or scope.zone:
        return False
    return Area.objects.filter(path__startswith=scope.place).exclude(unit_key=scope.area.unit_key).exists()


def of_staff(staff) -> Scope | None:
    """What the board shows a member of staff: the city, their own row of the board, or their town; None without one."""
    if staff.zone_id:
        return of_zone(staff.zone)
    if not staff.area_id:
        return None
    return of_county_unit(staff.area) if staff.area.level == Level.COUNTY else of_area(staff.area)


def is_open_to(staff, scope: Scope) -> bool:
    """Whether the place belongs to the staff member's own: the city's staff see all, others what is theirs."""
    own = of_staff(staff)
    if own is None:
        return False
    if own.is_city or scope == own:
        return True
    if scope.area is None or scope.is_unit:
        return False
    if staff.zone_id:
        return scope.area.zone_id == staff.zone_id
    return scope.area.path.startswith(staff.area.path)


def children(scope: Scope) -> list[Scope]:
    """The places next below: the units of the city, the towns of a unit or county, the villages of a town."""
    if scope.is_city:
        return units()
    if scope.area is not None and scope.area.level == Level.VILLAGE:
        return []
    level = Level.VILLAGE if scope.area is not None and scope.area.level == Level.TOWN else Level.TOWN
    below = Area.objects.filter(level=level)
    inside = Q(unit_key=scope.place.removeprefix(UNIT)) if scope.is_unit else Q(path__startswith=scope.place)
    return [of_area(area) for area in below.filter(inside).order_by("code")]


def initials(scopes: list[Scope]) -> list[str]:
    """One character per scope for the heads of narrow columns: the first of its name that means no other."""
    firsts = [scope.name[0] for scope in scopes]
    taken = []
    for scope in scopes:
        free = [letter for letter in scope.name if firsts.count(letter) < 2 and letter not in taken]
        taken.append(free[0] if free else scope.name[0])
    return taken
