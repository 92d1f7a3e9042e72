"""The plan of 2019 as the portal ships it; later plans are entered in the admin."""

import json
from pathlib import Path

from django.conf import settings
from django.db import transaction

from lianyungang_cdpf.targets.models import Plan, Target

SOURCE = settings.BASE_DIR / "fixtures" / "plan-2019.json"


@transaction.atomic
def load_plan(source: Path = SOURCE) -> int:
    """Add the plan and those of its targets that are missing; return how many targets were added.

    What is there may have been edited in the admin and is left alone. Two things are filled in where they are empty,
    for a release of the portal that has come to hold them: the way of counting, and what bulletins say.
    """
    document = json.loads(source.read_text(encoding="utf-8"))
    listed = document.pop("targets")
    plan, _ = Plan.objects.get_or_create(year=document["year"], defaults=document)
    known = set(plan.targets.values_list("key", flat=True))
    added = Target.objects.bulk_create(Target(plan=plan, **entry) for entry in listed if entry["key"] not in known)
    for entry in listed:
        mine = plan.targets.filter(key=entry["key"], kind=entry["kind"])
        if entry["metric"]:
            mine.filter(metric="").update(metric=entry["metric"])
        mine.filter(report_phrase="", progress_mode=entry["progress_mode"]).update(report_phrase=entry["report_phrase"])
    return len(added)
