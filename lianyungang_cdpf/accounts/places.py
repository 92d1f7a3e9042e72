"""Finding the place and the role that a command or a form names, and whether they fit."""

from django.core.exceptions import ValidationError
from django.db.models import Q

from lianyungang_cdpf.accounts.models import Area, Level, Role, Zone


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
