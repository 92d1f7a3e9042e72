"""The kinds of service that the plan names, as data."""

import json

from django.conf import settings

from services.models import ServiceKind

SOURCE = settings.BASE_DIR / "fixtures" / "service-kinds.json"


def load_kinds() -> int:
    """Add the kinds that are missing and say how many; a kind that is there may have been edited and is left alone."""
    listed = json.loads(SOURCE.read_text(encoding="utf-8"))
    known = set(ServiceKind.objects.values_list("code", flat=True))
    return len(ServiceKind.objects.bulk_create(ServiceKind(**kind) for kind in listed if kind["code"] not in known))
