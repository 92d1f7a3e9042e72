"""The chain of steps as the portal ships it."""

import json

from django.conf import settings

from subsidies.models import ApprovalStep

SOURCE = settings.BASE_DIR / "fixtures" / "approval-steps.json"


def load_steps() -> int:
    """Load fixtures/approval-steps.json where there is no chain yet; one that is there may have been edited.

    Returns how many steps were added.
    """
    if ApprovalStep.objects.exists():
        return 0
    steps = [ApprovalStep(**entry) for entry in json.loads(SOURCE.read_text(encoding="utf-8"))]
    return len(ApprovalStep.objects.bulk_create(steps))
