"""Kinds of facility, the facilities, and what hangs off them."""

from facilities.models.documents import FacilityDocument
from facilities.models.facility import Facility, RunMode
from facilities.models.kind import FacilityKind
from facilities.models.records import Funding, Inspection, StageEntry
from facilities.stages import Stage

__all__ = ["Facility", "FacilityDocument", "FacilityKind", "Funding", "Inspection", "RunMode", "Stage", "StageEntry"]
