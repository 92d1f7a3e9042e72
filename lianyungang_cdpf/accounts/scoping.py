"""Who sees whose records: one method, called everywhere, defaulting to nothing.

A record is in sight when its area lies in the subtree of the staff member's area (by path), or, for staff of a
functional zone, when its area is one of the zone's towns. Rules of roles are permissions; this is only about place.
"""

from django.db import models
from django.db.models import Q


def in_scope(staff, area_path: str = "area") -> Q | None:
    """The condition that a record's area is in the staff member's scope; None when they have no scope at all."""
    if not getattr(staff, "is_active", False):
        return None
    if getattr(staff, "area_id", None):
        return Q(**{f"{area_path}__path__startswith": staff.area.path})
    if getattr(staff, "zone_id", None):
        return Q(**{f"{area_path}__zone": staff.zone_id})
    return None


class ScopedQuerySet(models.QuerySet):
    """A queryset of records that belong to an area; `area_path` says how to reach it."""

    area_path = "area"

    def visible_to(self, staff):
        """The records in the staff member's scope; none for staff without a scope."""
        condition = in_scope(staff, self.area_path)
        return self.none() if condition is None else self.filter(condition)


class PersonScopedQuerySet(ScopedQuerySet):
    """Records that hang off a person and are seen with the person."""

    area_path = "person__area"


class CityWideQuerySet(models.QuerySet):
    """Reference data (areas, programmes, standards, targets): every signed-in member of staff may see it."""

    def visible_to(self, staff):
        """All rows for active staff, none for anybody else."""
        return self.all() if getattr(staff, "is_active", False) else self.none()
