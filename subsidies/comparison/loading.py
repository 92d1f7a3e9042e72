"""The sorts of list as the portal ships them (facts.md 2.1 and 2.3; city rule, unverified)."""

import json

from django.conf import settings

from subsidies.comparison.models import ListType

SOURCE = settings.BASE_DIR / "fixtures" / "list-types.json"


def load_list_types() -> int:
    """Load fixtures/list-types.json where there are no types yet; those that are there may have been edited.

    Returns how many types were added.
    """
    if ListType.objects.exists():
        return 0
    types = [ListType(**entry) for entry in json.loads(SOURCE.read_text(encoding="utf-8"))]
    return len(ListType.objects.bulk_create(types))
