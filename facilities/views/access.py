"""Which facility a page is about; a foreign one is answered like one that does not exist."""

from django.http import Http404

from facilities.exports import PLACE
from facilities.models import Facility
from lianyungang_cdpf.accounts.scoped_admin import NOT_HERE

VIEW = "facilities.view_facility"


def facility_or_404(staff, pk: int) -> Facility:
    """The facility in the staff member's scope, with its kind and place."""
    facilities = Facility.objects.visible_to(staff).select_related("kind", *PLACE)
    facility = facilities.filter(pk=pk).first()
    if facility is None:
        raise Http404(NOT_HERE)
    return facility
