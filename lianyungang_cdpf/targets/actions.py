"""Deeds on the year's plan: copying it, giving places their goals, taking an imported split back."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.intake.undoing import close
from lianyungang_cdpf.targets.models import Allocation, AllocationChange, Plan, PlannedPoint, Target
from lianyungang_cdpf.targets.planned_points import same_day
from lianyungang_cdpf.targets.splits import Place, Standing, Wanted, place_of_change


@transaction.atomic
def copy_plan(*, plan: Plan, year: int, by) -> Plan | None:
    """A plan for the year with the same targets, thresholds and planned points; None when that year has a plan.

    The split is not copied: counties are bound by the document of their year, and a copied split would show as issued.
    """
    if Plan.objects.filter(year=year).exists():
        return None
    made = Plan.objects.create(
        year=year,
        title=plan.title.replace(str(plan.year), str(year)),
        source=f"以{plan.year}年年度计划为底本",
        on_track_from=plan.on_track_from,
        behind_from=plan.behind_from,
        report_day=plan.report_day,
    )
    fields = [field.attname for field in Target._meta.concrete_fields if field.name not in ("id", "plan")]
    copies = [{name: getattr(target, name) for name in fields} for target in plan.targets.all()]
    targets = {target.key: target for target in Target.objects.bulk_create(Target(plan=made, **one) for one in copies)}
    points = PlannedPoint.objects.filter(target__plan=plan).select_related("target")
    PlannedPoint.objects.bulk_create(
        PlannedPoint(target=targets[point.target.key], day=same_day(point.day, year), share=point.share)
        for point in points
    )
    record(by=by, deed="新建年度计划", on=made, summary=f"{made.year}年，{len(copies)}项目标，以{plan.year}年为底本")
    return made


class SplitRefused(Exception):
    """Goals can't be set as asked; `problems` are (what was wanted, field, sentence), all of them."""

    def __init__(self, problems: list[tuple[Wanted, str, str]]):
        super().__init__("；".join(sentence for *_, sentence in problems))
        self.problems = problems


@transaction.atomic
def split_goals(*, wanted: Iterable[Wanted], by, job=None) -> int:
    """Give places their goals, all of them or none, and keep what they were; returns how many changed.

    The plan's targets are locked first, so that of two who change the same goal the second is judged by the first's.
    Raises SplitRefused.
    """
    wanted = list(wanted)
    keys = sorted({one.target.pk for one in wanted})
    targets = list(Target.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    standing = Standing(targets, lock=True)
    problems = [(one, *standing.problem(one)) for one in wanted]
    if any(sentence for *_, sentence in problems):
        raise SplitRefused([problem for problem in problems if problem[2]])
    changed = [one for one in wanted if standing.changes(one)]
    AllocationChange.objects.bulk_create(
        AllocationChange(
            target=one.target, **{f"{one.place[0]}_id": one.place[1]}, old_goal=standing.goal(one.target, one.place),
            new_goal=one.goal, document_no=one.document_no, reason=one.reason, effective_on=one.effective_on, by=by,
            job=job,
        )
        for one in changed
    )  # fmt: skip
    _put_in_force([(one.target, one.place, one.goal, one.document_no) for one in changed])
    if changed:
        plan = changed[0].target.plan
        summary = f"{plan.year}年，{len({one.target.pk for one in changed})}项目标，{len(changed)}处"
        record(by=by, deed="下达分解目标", on=plan, summary=summary)
    return len(changed)


def _put_in_force(goals: list[tuple[Target, Place, int | None, str]]) -> None:
    """Write what holds from now on; a place without a goal has no allocation."""
    for field in ("area", "zone"):
        Allocation.objects.bulk_create(
            [
                Allocation(target=target, **{f"{field}_id": place[1]}, goal=goal, document_no=document_no)
                for target, place, goal, document_no in goals
                if place[0] == field and goal is not None
            ],
            update_conflicts=True,
            unique_fields=["target", field],
            update_fields=["goal", "document_no"],
        )
    for target, place, goal, _ in goals:
        if goal is None:
            Allocation.objects.filter(target=target, **{place[0]: place[1]}).delete()


@transaction.atomic
def undo_split(*, job: ImportJob, by, reason: str) -> int:
    """Put the goals back as they were before an import, with a reason, all of them or none; returns how many.

    Raises ValidationError when the import is not posted, or when one of its goals has been changed since.
    """
    job = ImportJob.objects.select_for_update(of=("self",)).get(pk=job.pk)
    if job.state != ImportJob.State.POSTED:
        raise ValidationError(f"这个批次现在是“{job.get_state_display()}”，不能撤销。")
    changes = AllocationChange.objects.filter(job=job, undone_at=None)
    targets = list(Target.objects.select_for_update().filter(pk__in=changes.values("target")).order_by("pk"))
    if not targets:
        raise ValidationError("这次导入没有改动任何分解目标，不需要撤销。")
    back = []
    for history in _histories(targets):
        at = next((at for at, change in enumerate(history) if change.job_id == job.pk), None)
        if at is None:
            continue
        change, later = history[at], history[at + 1 :]
        if later:
            raise ValidationError(f"{change.area or change.zone}的“{change.target}”在导入以后又调整过，不能整批撤销。")
        document_no = history[at - 1].document_no if at else ""
        back.append((change.target, place_of_change(change), change.old_goal, document_no))
    _put_in_force(back)
    changes.update(undone_at=timezone.now())
    close(by=by, job=job, told=f"分解目标 {len(back)} 处", reason=reason)
    record(by=by, deed="撤销分解目标导入", on=job, summary=f"{len(back)} 处。原因：{reason}")
    return len(back)


def _histories(targets: list[Target]) -> list[list[AllocationChange]]:
    """The changes that hold of each target and place, the first one first."""
    rows = AllocationChange.objects.filter(target__in=targets, undone_at=None).order_by("id")
    histories = {}
    for change in rows.select_related("target", "area", "zone"):
        histories.setdefault((change.target_id, place_of_change(change)), []).append(change)
    return list(histories.values())
