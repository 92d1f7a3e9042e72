"""Deeds on the year's plan."""

from django.db import transaction

from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.targets.models import Plan, Target


@transaction.atomic
def copy_plan(*, plan: Plan, year: int, by) -> Plan | None:
    """A plan for the year with the same targets; None when that year has a plan.

    The split is not copied: counties are bound by the document of their year, and a copied split would show as issued.
    """
    if Plan.objects.filter(year=year).exists():
        return None
    made = Plan.objects.create(
        year=year,
        title=plan.title.replace(str(plan.year), str(year)),
        source=f"以{plan.year}年年度计划为底本",
    )
    fields = [field.attname for field in Target._meta.concrete_fields if field.name not in ("id", "plan")]
    copies = [{name: getattr(target, name) for name in fields} for target in plan.targets.all()]
    Target.objects.bulk_create(Target(plan=made, **values) for values in copies)
    record(by=by, deed="新建年度计划", on=made, summary=f"{made.year}年，{len(copies)}项目标，以{plan.year}年为底本")
    return made
