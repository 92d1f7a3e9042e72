"""Finding the place and the role that a command or a form names, whether they fit, and what a place is called."""

from django.core.exceptions import ValidationError
from django.db.models import Q

from lianyungang_cdpf.accounts.models import Area, Level, Role, Zone

# Where a county's tile stands on a schematic map: by the compass, not to scale (facts.md 0, point 6). Zones follow in a
# column of their own.
TILES = {
    "320707": "r0c1", "320722": "r1c0", "320706": "r1c1", "320703": "r1c2", "320723": "r2c1", "320724": "r3c2",
}  # fmt: skip


def place_named(key: str) -> dict[str, Area | Zone | None]:
    """{"area": ..., "zone": ...} of an area code or a zone's key; exactly one of them is set.

    Raises ValidationError when there is no such place.
    """
    key = key.strip()
    area = Area.objects.filter(code=key).first()
    zone = None if area else Zone.objects.filter(key=key).first()
    if area is None and zone is None:
        raise ValidationError(
            f"没有代码为“{key}”的地区或功能板块：请填地区代码（如 320706）或功能板块代码（{_zone_keys()}）。"
        )
    return {"area": area, "zone": zone}


def _zone_keys() -> str:
    return "、".join(Zone.objects.values_list("key", flat=True)) or "尚未载入"


def role_named(word: str) -> Role:
    """The role of this code or Chinese name. Raises ValidationError when there is none."""
    role = Role.objects.filter(Q(code=word.strip()) | Q(name=word.strip())).first()
    if role is None:
        names = "、".join(f"{name}（{code}）" for name, code in Role.objects.values_list("name", "code"))
        raise ValidationError(f"没有角色“{word}”：可用的角色有 {names or '（尚未载入，请先运行 prepare）'}。")
    return role


def check_fit(*, role: Role, area: Area | None, zone: Zone | None) -> None:
    """Raises ValidationError when staff of this place may not hold the role."""
    if role.fits(area=area, zone=zone):
        return
    levels = "、".join(Level(level).label for level in role.levels.split(","))
    place = f"{zone}（功能板块）" if zone else f"{area}（{area.get_level_display()}）"
    raise ValidationError(f"角色“{role.name}”只适用于{levels}一级，不能用于{place}：请换一个角色或地区。")


def town_of(area):
    """The town of an area that is a town or a village, else None; read its parents along with it."""
    if area.level == Level.VILLAGE:
        return area.parent
    return area if area.level == Level.TOWN else None


def county_name(area) -> str:
    """The county-level name above a town or village; empty for the city."""
    town = town_of(area)
    county = town.parent if town else area
    return "" if county is None or county.level == Level.CITY else str(county)


def town_name(area) -> str:
    """The name of the town, empty above it."""
    return str(town_of(area) or "")
