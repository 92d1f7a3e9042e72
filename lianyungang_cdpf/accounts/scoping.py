"""Who sees whose records: one method, called everywhere, defaulting to nothing.

A record is in sight when its area lies in the subtree of the staff member's area (by path), or, for staff of a
functional zone, when its area is one of the zone's towns. Rules of roles are permissions; this is only about place.
"""

from django.db import models
from django.db.models import Case, Q, Value, When
from django.db.models.functions import Concat


def in_scope(staff, area_path: str = "area") -> Q | None:
    """The condition that a record's area is in the staff member's scope; None when they have no scope at all.

    `area_path` is the way from the record to its area, "" when the record is an area itself.
    """
    if not getattr(staff, "is_active", False):
        return None
    prefix = f"{area_path}__" if area_path else ""
    if getattr(staff, "area_id", None):
        return Q(**{f"{prefix}path__startswith": staff.area.path})
    if getattr(staff, "zone_id", None):
        return Q(**{f"{prefix}zone": staff.zone_id})
    return None


def lock_rows(model: type[models.Model], *keys: int) -> None:
    """Lock rows until the transaction ends; they are read afterwards, with whatever is joined to them.

    Read and locked in one statement, a row for which one had to wait stands beside what it pointed at before somebody
    changed it, so its relations are missing, or the whole row where the join is an inner one (PostgreSQL).
    """
    list(model._base_manager.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))


class ScopedQuerySet(models.QuerySet):
    """A queryset of records that belong to an area; `area_path` says how to reach it."""

    area_path = "area"

    def visible_to(self, staff):
        """The records in the staff member's scope; none for staff without a scope."""
        condition = in_scope(staff, self.area_path)
        return self.none() if condition is None else self.filter(condition)

    def choosable_by(self, staff):
        """What a form or a filter may offer: what the staff member sees."""
        return self.visible_to(staff)


class PersonScopedQuerySet(ScopedQuerySet):
    """Records that hang off a person and are seen with the person."""

    area_path = "person__area"


class CityWideQuerySet(models.QuerySet):
    """Reference data (areas, programmes, standards, targets): every signed-in member of staff may see it."""

    def visible_to(self, staff):
        """All rows for active staff, none for anybody else."""
        return self.all() if getattr(staff, "is_active", False) else self.none()

    def choosable_by(self, staff):
        """What a form or a filter may offer: what the staff member sees."""
        return self.visible_to(staff)


class AreaQuerySet(CityWideQuerySet):
    """The tree is known to everybody; what a record may be put under is only one's own part of it."""

    def choosable_by(self, staff):
        """The areas in the staff member's scope, their own included, each with the names above it."""
        condition = in_scope(staff, "")
        return self.none() if condition is None else self.filter(condition).with_line()

    def with_line(self):
        """Adds `line`, by which an area then calls itself: 海州区 / 新海街道. Five villages are called 新庄."""
        town = Concat("parent__common_name", Value(" / "), "common_name")
        village = Concat("parent__parent__common_name", Value(" / "), town)
        return self.annotate(
            line=Case(When(level="village", then=village), When(level="town", then=town), default="common_name")
        )


class ZoneQuerySet(CityWideQuerySet):
    """Zones span counties, so only the whole city may choose among them; a zone's staff have their own."""

    def choosable_by(self, staff):
        """All zones for staff of the city, their own for staff of a zone."""
        visible = self.visible_to(staff)
        if getattr(staff, "zone_id", None):
            return visible.filter(pk=staff.zone_id)
        return visible if getattr(staff, "is_city_wide", False) else visible.none()


class StaffQuerySet(models.QuerySet):
    """Accounts are seen by place too; which of them may see accounts at all is a permission."""

    def visible_to(self, staff):
        """Everybody for staff of the city, else those who work within the staff member's area or zone."""
        condition = in_scope(staff)
        if condition is None:
            return self.none()
        if staff.is_city_wide:
            return self.all()
        return self.filter(condition | Q(zone=staff.zone_id) if staff.zone_id else condition)

    def choosable_by(self, staff):
        """What a form or a filter may offer: what the staff member sees."""
        return self.visible_to(staff)
