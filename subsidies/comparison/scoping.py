"""Whose lists and cases somebody sees, and the states of a case by name."""

from datetime import date

from lianyungang_cdpf.accounts.scoping import ScopedQuerySet
from subsidies.payments import RollQuerySet


class CaseQuerySet(ScopedQuerySet):
    """A case belongs to the place where the person was paid last."""

    def open(self):
        """Cases that nobody has settled."""
        return self.filter(outcome="open")

    def overdue(self, today: date):
        """Open cases whose deadline has passed."""
        return self.open().filter(due_on__lt=today)


class ListQuerySet(RollQuerySet):
    """A list belongs to the place that imported it, as a roll does."""


class EntryQuerySet(ScopedQuerySet):
    """The lines of a list are seen with the list."""

    area_path = "listed_in__area"

    def visible_to(self, staff):
        """The lines of the lists that were imported in the staff member's place."""
        if getattr(staff, "zone_id", None) and staff.is_active:
            return self.filter(listed_in__zone=staff.zone_id)
        return super().visible_to(staff)
