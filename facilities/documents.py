"""Deeds on documents and photos of facilities."""

from django.db import transaction
from django.utils import timezone

from facilities.models import Facility, FacilityDocument
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.intake.attaching import sealed_for


def add_document(*, by, facility: Facility, document: FacilityDocument, upload=None) -> FacilityDocument:
    """Put a document on record, with its file if there is one (anything with `name` and `chunks()`).

    Raises ValidationError for a file that is too large or of another form; nothing of it is left then.
    """
    document.facility, document.added_by = facility, by
    is_photo = document.kind == FacilityDocument.Kind.PHOTO
    with sealed_for(document, upload, is_photo=is_photo), transaction.atomic():
        document.validate_constraints()
        document.save()
        # An import is not undone over what was added since.
        Facility.objects.filter(pk=facility.pk).update(updated_at=timezone.now())
        summary = f"{document.get_kind_display()}，{document.size} 字节"
        record(by=by, deed=f"登记{document.NOUN}", on=facility, summary=summary)
    return document
