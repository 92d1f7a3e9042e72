"""States of facilities, each a named method, defined once."""

from datetime import date

from facilities.stages import Stage
from lianyungang_cdpf.accounts.scoping import ScopedQuerySet
from lianyungang_cdpf.intake.attached import AttachedQuerySet


class FacilityQuerySet(ScopedQuerySet):
    """Facilities belong to the place where they stand."""

    def of_kind(self, code: str):
        """The facilities of the kind with this code."""
        return self.filter(kind__code=code)

    def not_revoked(self):
        """The facilities that were not 撤销."""
        return self.exclude(stage=Stage.REVOKED)

    def open_to_the_public(self):
        """What the public may be told of: in operation, of a kind that is nobody's home."""
        return self.filter(stage=Stage.OPERATING, kind__is_public=True)

    def accepted_in(self, year: int):
        """当年通过验收: by the day of the first acceptance, so once and in one year only; not when revoked since."""
        return self.not_revoked().filter(accepted_on__gte=date(year, 1, 1), accepted_on__lt=date(year + 1, 1, 1))

    def accepted_of(self, kind: str, year: int):
        """What the targets count: accepted in the year, of the kind with this code."""
        return self.of_kind(kind).accepted_in(year)


class OfFacilityQuerySet(ScopedQuerySet):
    """Records that hang off a facility and are seen with it."""

    area_path = "facility__area"


class StageEntryQuerySet(OfFacilityQuerySet):
    """The history of facilities."""

    def standing(self):
        """Entries that were not taken back."""
        return self.filter(taken_back_at=None)


class FacilityDocumentQuerySet(AttachedQuerySet):
    """Documents and photos of facilities."""

    area_path = "facility__area"
