"""Who sees a transfer between two units and who may answer it."""

from django.db import models
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from lianyungang_cdpf.accounts import scoping
from lianyungang_cdpf.accounts.models import Area, Zone
from lianyungang_cdpf.accounts.scoping import PersonScopedQuerySet


class MergeQuerySet(PersonScopedQuerySet):
    """Merges are seen with the record that was kept."""

    area_path = "kept__area"


def unit_of(staff) -> str:
    """The county-level unit that the staff member works for: a zone's key or a county's code; "" for other staff."""
    if getattr(staff, "zone_id", None):
        return staff.zone.key
    if getattr(staff, "area_id", None) and staff.area.level == "county":
        return staff.area.code
    return ""


def _unit_name(key: str):
    zones = Zone.objects.order_by().filter(key=OuterRef(key)).values("short_name")[:1]
    counties = Area.objects.order_by().filter(code=OuterRef(key)).values("common_name")[:1]
    return Coalesce(Subquery(zones), Subquery(counties), Value(""))


class TransferQuerySet(models.QuerySet):
    """Requests are seen by both sides, and by the city."""

    area_path = "receiving_area"

    def visible_to(self, staff):
        """Requests from or to the staff member's place; all for the city."""
        giving, receiving = (scoping.in_scope(staff, area) for area in ("giving_area", "receiving_area"))
        if giving is None:
            return self.none()
        # An empty condition holds for everything; joined by "or" to others, Django would forget it.
        if staff.is_city_wide or not giving or not receiving:
            return self.all()
        condition = giving | receiving
        if unit := unit_of(staff):
            condition |= Q(giving_unit=unit) | Q(receiving_unit=unit)
        return self.filter(condition)

    def choosable_by(self, staff):
        """What a form or a filter may offer: what the staff member sees."""
        return self.visible_to(staff)

    def seen_by(self, staff):
        """Adds the viewer's unit and whether they work for the city, and what both units are called."""
        return self.annotate(
            viewer_unit=Value(unit_of(staff)), viewer_is_city=Value(staff.is_city_wide),
            giving_name=_unit_name("giving_unit"), receiving_name=_unit_name("receiving_unit"),
        )  # fmt: skip

    def pending(self):
        """待对方同意."""
        return self.filter(state="pending")

    def to_receive(self, unit: str):
        """迁入待办 of a unit: others ask it to take somebody in."""
        return self.pending().filter(receiving_unit=unit, requested_from="giving")

    def to_give(self, unit: str):
        """迁出待办 of a unit: others ask it to let somebody go."""
        return self.pending().filter(giving_unit=unit, requested_from="receiving")

    def sent_by(self, unit: str):
        """What a unit has asked for and nobody has answered."""
        asked = Q(giving_unit=unit, requested_from="giving") | Q(receiving_unit=unit, requested_from="receiving")
        return self.pending().filter(asked)
