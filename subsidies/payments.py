"""Rolls and payments by state and place: each state that the office names is one queryset method."""

from datetime import date

from lianyungang_cdpf.accounts.scoping import ScopedQuerySet


class RollQuerySet(ScopedQuerySet):
    """Rolls belong to the place that imported them."""

    def visible_to(self, staff):
        """Rolls imported within the staff member's area, or by their zone."""
        if getattr(staff, "zone_id", None) and staff.is_active:
            return self.filter(zone=staff.zone_id)
        return super().visible_to(staff)

    def standing(self):
        """Rolls that have been posted and not undone."""
        return self.exclude(state="undone")

    def with_exceptions(self):
        """Rolls on which a payment was made against a check, with a reviewer's reason."""
        return self.filter(payments__acceptance__isnull=False).distinct()


class PaymentQuerySet(ScopedQuerySet):
    """Payments are seen by the place where the person lived when it was posted."""

    def live(self):
        """Payments that have not been undone, on rolls that stand."""
        return self.filter(live=True)

    def with_exceptions(self):
        """Payments that a reviewer let through against a check, each with a written reason."""
        return self.filter(acceptance__isnull=False)

    def in_year(self, year: int):
        """Payments whose month lies in the year."""
        return self.filter(month__gte=date(year, 1, 1), month__lte=date(year, 12, 31))

    def of_programme(self, code: str, year: int):
        """What counts for a coverage target: live payments of the programme in the year."""
        return self.live().in_year(year).filter(programme__code=code)


class PaymentAcceptanceQuerySet(ScopedQuerySet):
    """Seen with the payment."""

    area_path = "payment__area"
