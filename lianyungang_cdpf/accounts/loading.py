"""Loading the tree of areas, the zones and the roles from fixtures/; doing it again changes nothing."""

import csv
import json
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from lianyungang_cdpf.accounts.models import Area, Level, Role, Zone

AREA_FIELDS = [
    "name", "common_name", "level", "kind", "parent", "path", "is_virtual", "statutory_county", "zone", "unit_key",
]  # fmt: skip


def fixture(name: str) -> Path:
    """A file of fixtures/."""
    return Path(settings.FIXTURE_DIRS[0]) / name


def _rows(name: str) -> list[dict[str, str]]:
    with fixture(name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@transaction.atomic
def load_areas() -> int:
    """Load zones.csv and areas.csv (NBS 2020 and functional_zones.csv); the number of areas. Extra rows stay."""
    zone_of_code = _load_zones()
    rows = _rows("areas.csv")
    places = _Places(rows, zone_of_code)
    ids: dict[str, int] = {}
    for level in Level.values:
        areas = [places.area(row, ids) for row in rows if row["level"] == level]
        Area.objects.bulk_create(areas, update_conflicts=True, unique_fields=["code"], update_fields=AREA_FIELDS)
        ids.update(Area.objects.filter(level=level).values_list("code", "id"))
    _mark_counties_as_their_own(rows, ids)
    return len(rows)


def _load_zones() -> dict[str, Zone]:
    """Load the zones; the zone of each county-level area and town that is named as one of a zone's."""
    rows = _rows("zones.csv")
    Zone.objects.bulk_create(
        [
            Zone(key=row["zone_key"], name=row["name"], short_name=row["short_name"], position=position)
            for position, row in enumerate(rows, start=1)
        ],
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["name", "short_name", "position"],
    )
    zones = {zone.key: zone for zone in Zone.objects.all()}
    return {
        code: zones[row["zone_key"]]
        for row in rows
        for code in [row["nbs_county_code"], *row["managed_towns_nbs2020"].split(";")]
        if code
    }


class _Places:
    """The tree as the file has it: path, zone and board unit of every code follow its parents."""

    def __init__(self, rows, zone_of_code):
        self.parents = {row["code"]: row["parent_code"] for row in rows}
        self.zone_of_code = zone_of_code

    def area(self, row, ids) -> Area:
        """The area of a row, with its parent and statutory county among those already stored."""
        line = self._line(row["code"])
        zone = next((self.zone_of_code[code] for code in reversed(line) if code in self.zone_of_code), None)
        return Area(
            code=row["code"],
            name=row["name"],
            common_name=row["common_name"],
            level=row["level"],
            kind=row["kind"],
            parent_id=ids.get(row["parent_code"]),
            path="".join(f"{code}/" for code in line),
            is_virtual=row["is_virtual"] == "1",
            statutory_county_id=ids.get(row["statutory_county_code"]),
            zone=zone,
            unit_key=zone.key if zone else "".join(line[1:2]),
        )

    def _line(self, code: str) -> list[str]:
        """The codes from the city down to this one."""
        line = [code]
        while parent := self.parents[line[0]]:
            line.insert(0, parent)
        return line


def _mark_counties_as_their_own(rows, ids):
    """A statutory county names itself in the file; it has an id only now. The city has no county."""
    counties = [row["code"] for row in rows if row["level"] == Level.COUNTY and row["statutory_county_code"]]
    Area.objects.bulk_update(
        [Area(id=ids[code], statutory_county_id=ids[code]) for code in counties], ["statutory_county"]
    )


@lru_cache(maxsize=1)
def role_plan() -> dict:
    """fixtures/roles.json: the deeds with their permissions, and the roles with the deeds they may do."""
    return json.loads(fixture("roles.json").read_text(encoding="utf-8"))


def permissions_of(role: dict) -> set[str]:
    """The permissions ("app.codename") that a role of roles.json has by its deeds."""
    deeds = role_plan()["deeds"]
    return {permission for deed in role["deeds"] for permission in deeds[deed]["permissions"]}


@transaction.atomic
def load_roles() -> int:
    """Make each role of roles.json hold exactly its permissions; the number of roles.

    Raises ImproperlyConfigured when the file names a permission that no model has.
    """
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    roles = role_plan()["roles"]
    for position, entry in enumerate(roles, start=1):
        wanted = permissions_of(entry)
        if missing := sorted(wanted - known.keys()):
            raise ImproperlyConfigured(
                f"fixtures/roles.json 中角色“{entry['name']}”的权限不存在：{'、'.join(missing)}。"
            )
        values = {
            "name": entry["name"], "levels": ",".join(entry["levels"]), "position": position,
            "apart": entry.get("apart"),
        }  # fmt: skip
        role, _ = Role.objects.update_or_create(code=entry["code"], defaults=values)
        role.permissions.set([known[name] for name in wanted])
    return len(roles)
