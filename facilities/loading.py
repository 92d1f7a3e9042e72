"""The kinds of facility that the plan names, as data."""

import json

from django.conf import settings

from facilities.models import FacilityKind

SOURCE = settings.BASE_DIR / "fixtures" / "facility-kinds.json"


def load_kinds() -> int:
    """Add the kinds that are missing and say how many; a kind that is there may have been edited and is left alone."""
    listed = json.loads(SOURCE.read_text(encoding="utf-8"))
    known = set(FacilityKind.objects.values_list("code", flat=True))
    return len(FacilityKind.objects.bulk_create(FacilityKind(**kind) for kind in listed if kind["code"] not in known))
