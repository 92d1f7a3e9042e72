"""The kinds of service that the plan and the report name, and the first catalogue of devices, as data."""

import json

from django.conf import settings
from django.db import transaction

from services.models import DeviceType, ServiceKind

KINDS = settings.BASE_DIR / "fixtures" / "service-kinds.json"
DEVICES = settings.BASE_DIR / "fixtures" / "device-types.json"
# What a release brings to a kind that was there before its records were: how they are kept, and for whom it is.
LIMITS = (
    "group", "record_form", "words", "min_age", "max_age", "proof", "categories", "max_grade", "asks_hardship",
    "is_per_household", "meets_need", "severe_categories", "older_from", "older_categories",
)  # fmt: skip


@transaction.atomic
def load_kinds() -> int:
    """Add the kinds and devices that are missing; how many kinds. What is there may have been edited and is left alone.

    One thing is filled in: the record form and the limits of a kind that no records were kept of, for a release of
    the portal that has come to hold them.
    """
    listed = json.loads(KINDS.read_text(encoding="utf-8"))
    known = set(ServiceKind.objects.values_list("code", flat=True))
    added = ServiceKind.objects.bulk_create(ServiceKind(**kind) for kind in listed if kind["code"] not in known)
    for kind in listed:
        if kind.get("record_form"):
            limits = {name: kind[name] for name in LIMITS if name in kind}
            ServiceKind.objects.filter(code=kind["code"], record_form="").update(**limits)
    devices = json.loads(DEVICES.read_text(encoding="utf-8"))
    held = set(DeviceType.objects.values_list("code", flat=True)) | set(
        DeviceType.objects.values_list("name", flat=True)
    )
    DeviceType.objects.bulk_create(
        DeviceType(**one) for one in devices if one["code"] not in held and one["name"] not in held
    )
    return len(added)
