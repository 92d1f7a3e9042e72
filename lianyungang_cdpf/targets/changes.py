"""这个数字为什么变了: what was done between two days that could change a figure, from the records as they are.

No earlier state of a figure is kept, so nothing is told of how it stood: each line says who did what when, and how
many records of this target at this place it touched. Those numbers don't add up to the difference: whoever is counted
twice counts once, and a record may be touched and count as before.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.db.models import Count, F, Max, Q
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone

from beneficiaries.register_stamp import SOURCE as REGISTER
from beneficiaries.rolls import kinds as register_kinds
from facilities.models import Facility, Stage, StageEntry
from lianyungang_cdpf.accounts.models import Staff
from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.targets.catalogue import metric_of
from lianyungang_cdpf.targets.models import Target
from lianyungang_cdpf.targets.scopes import Scope
from services.models import FacilityStay, RecordForm, RehabilitationNeed, Service
from services.rolls import ROLL_OF
from subsidies.bank.models import BankReturn
from subsidies.models import Approval, Payment, Roll

JOB = ImportJob._meta.verbose_name
# Of the stages of a facility those that decide whether and when it counts.
COUNTING_STAGES = (Stage.ACCEPTED, Stage.REVOKED)
UNDOING = Q(deed__startswith="撤销")


@dataclass(frozen=True)
class Change:
    """One thing that was done. `at` is a moment, or a day for what is put together by day; `staff` is a key."""

    at: datetime | date
    staff: int | None
    deed: str
    told: str
    number: int | None = None
    unit: str = ""
    url: str = ""
    who: str = ""

    @property
    def day(self) -> date:
        return timezone.localdate(self.at) if isinstance(self.at, datetime) else self.at


@dataclass(frozen=True)
class Asked:
    """Whose figure, from which day to which (both count), and who asks."""

    target: Target
    scope: Scope
    since: date
    until: date
    staff: Staff

    @property
    def window(self) -> tuple[datetime, datetime]:
        """From the first day's first moment to before the moment after the last."""
        after = self.until + timedelta(days=1)
        return tuple(timezone.make_aware(datetime.combine(day, time.min)) for day in (self.since, after))

    def during(self, field: str) -> dict:
        """The condition that the field's moment lies in the window."""
        begin, end = self.window
        return {f"{field}__gte": begin, f"{field}__lt": end}

    def job_url(self, uid) -> str:
        """An import's page, where the reader may open it."""
        return reverse("intake:job", args=[uid]) if self.staff.has_perm("intake.view_importjob") else ""


def changes_of(asked: Asked) -> list[Change]:
    """What was done, the latest first; a fixed number of statements for each source."""
    metric = metric_of(asked.target)
    if metric is None:
        return []
    tellers = {
        "subsidies.payment": (_paid, _posted_as_paid, _sent_back, _payments_undone),
        "services.service": (_services,), "services.stay": (_stays,), "facilities.facility": (_stages,),
    }.get(metric.source, ())  # fmt: skip
    if REGISTER in metric.other_sources:
        tellers = (*tellers, _register)
    found = [change for tell in tellers for change in tell(asked)]
    names = {one.pk: str(one) for one in Staff.objects.filter(pk__in={one.staff for one in found})}
    found.sort(key=lambda change: (change.day, _moment(change.at)), reverse=True)
    return [replace(one, who=names.get(one.staff, "系统")) for one in found]


def _moment(at: datetime | date) -> float:
    return at.timestamp() if isinstance(at, datetime) else 0.0


# -- payments ----------------------------------------------------------------------------------------------------


def _payments(asked: Asked):
    payments = Payment.objects.visible_to(asked.staff).filter(asked.scope.holds("area")).order_by()
    return payments.filter(programme__code=asked.target.kind)


def _of_rolls(asked: Asked, rolls) -> dict[int, int]:
    """How many payments of each roll are in the scope; rolls without one are left out."""
    return dict(_payments(asked).filter(roll__in=rolls).values_list("roll").annotate(Count("pk")))


def _paid(asked: Asked) -> Iterator[Change]:
    steps = Approval.objects.filter(
        deed="pay", outcome=Approval.Outcome.PASSED, roll__programme__code=asked.target.kind, **asked.during("taken_at")
    )
    counts = _of_rolls(asked, steps.order_by().values("roll"))
    for one in steps.filter(roll__in=counts).select_related("roll__programme"):
        told = f"{one.roll.programme} {one.roll.programme.period_shown(one.roll.month)}，批次 {one.roll.reference}"
        yield Change(one.taken_at, one.taken_by_id, "花名册发放", told, counts[one.roll_id], "笔")


def _posted_as_paid(asked: Asked) -> Iterator[Change]:
    """历史发放 and what was paid before the portal was used: it counts from its posting on."""
    rolls = Roll.objects.filter(programme__code=asked.target.kind, paid_on__isnull=False, **asked.during("posted_at"))
    rolls = rolls.exclude(approvals__deed="pay")
    counts = _of_rolls(asked, rolls.order_by().values("pk"))
    for roll in rolls.filter(pk__in=counts).select_related("programme", "job"):
        told = f"{roll.programme} {roll.programme.period_shown(roll.month)}，批次 {roll.reference}"
        yield Change(roll.posted_at, roll.posted_by_id, "补录已发放", told, counts[roll.pk], "笔")


def _sent_back(asked: Asked) -> Iterator[Change]:
    returns = BankReturn.objects.filter(
        file__roll__programme__code=asked.target.kind, returned_count__gt=0, **asked.during("applied_at")
    )
    counts = _of_rolls(asked, returns.order_by().values("file__roll"))
    for one in returns.filter(file__roll__in=counts).select_related("file__roll__programme"):
        told = f"批次 {one.file.roll.reference}，整个回盘文件退回 {one.returned_count:,} 笔"
        yield Change(one.applied_at, one.applied_by_id, "银行退回", told)


def _payments_undone(asked: Asked) -> Iterator[Change]:
    """Payments that were taken back after they counted: by undoing the import of what had been paid already."""
    closed = _payments(asked).filter(live=False, roll__paid_on__isnull=False, roll__job__isnull=False)
    jobs = dict(closed.values_list("roll__job").annotate(Count("pk")))
    yield from _undone(asked, jobs, "笔")


def _undone(asked: Asked, jobs: dict[int, int], unit: str) -> Iterator[Change]:
    """The undoing of these imports, from the audit log."""
    lines = AuditLine.objects.filter(UNDOING, object_type=JOB, **asked.during("at"))
    found = {int(line.object_id): line for line in lines if line.object_id.isdecimal() and int(line.object_id) in jobs}
    for job in ImportJob.objects.filter(pk__in=found).defer("summary"):
        line = found[job.pk]
        yield Change(line.at, line.staff_id, line.deed, job.file_name, jobs[job.pk], unit, asked.job_url(job.uid))


# -- services and stays ------------------------------------------------------------------------------------------


def _services(asked: Asked) -> Iterator[Change]:
    kinds = Q(kind__code=asked.target.kind)
    if metric_of(asked.target).model is RehabilitationNeed:
        # Whom a rate should reach is said by the needs.
        kinds |= Q(kind__record_form=RecordForm.REHABILITATION_NEED)
    services = Service.objects.visible_to(asked.staff).filter(asked.scope.holds("area"), kinds)
    yield from _recorded(asked, services.order_by())
    sorts = {roll.record._meta.verbose_name for roll in ROLL_OF.values()}
    lines = AuditLine.objects.filter(object_type__in=sorts, deed__startswith="修改", **asked.during("at"))
    lines = [line for line in lines if line.object_id.isdecimal()]
    mine = set(services.filter(pk__in={int(line.object_id) for line in lines}).values_list("pk", flat=True))
    for line in lines:
        if int(line.object_id) in mine:
            url = _service_url(asked, line.object_id)
            yield Change(line.at, line.staff_id, "修改记录", line.summary, 1, "条", url)


def _service_url(asked: Asked, key: str) -> str:
    if not asked.staff.has_perm("services.view_service"):
        return ""
    return reverse("admin:services_service_change", args=[key])


def _stays(asked: Asked) -> Iterator[Change]:
    stays = FacilityStay.objects.visible_to(asked.staff).filter(asked.scope.holds("area"))
    yield from _recorded(asked, stays.filter(facility__kind__code=asked.target.kind).order_by())


def _recorded(asked: Asked, records) -> Iterator[Change]:
    """Records by import, single ones by day and clerk, and what was taken back, from the records themselves."""
    new, gone = records.filter(**asked.during("recorded_at")), records.filter(**asked.during("cancelled_at"))
    posted = (
        new.filter(job__isnull=False).values("job", "recorded_by").annotate(number=Count("pk"), at=Max("recorded_at"))
    )
    posted = list(posted)
    jobs = ImportJob.objects.defer("summary").in_bulk([one["job"] for one in posted])
    for one in posted:
        job = jobs[one["job"]]
        told, url = job.file_name, asked.job_url(job.uid)
        yield Change(one["at"], one["recorded_by"], "导入入账", told, one["number"], "条", url)
    for one in _by_day(new.filter(job__isnull=True), "recorded"):
        yield Change(one["day"], one["by"], "登记记录", "逐条登记，不是导入", one["number"], "条")
    for one in _by_day(gone, "cancelled"):
        yield Change(one["day"], one["by"], "撤销记录", "撤销的记录留在台账里，不再计入", one["number"], "条")


def _by_day(records, deed: str):
    days = records.annotate(day=TruncDate(f"{deed}_at"), by=F(f"{deed}_by"))
    return days.values("day", "by").annotate(number=Count("pk")).order_by("day", "by")


# -- facilities and the register ---------------------------------------------------------------------------------


def _stages(asked: Asked) -> Iterator[Change]:
    mine = Facility.objects.visible_to(asked.staff).filter(asked.scope.holds("area"), kind__code=asked.target.kind)
    entries = StageEntry.objects.filter(facility__in=mine.order_by().values("pk"), stage__in=COUNTING_STAGES)
    entries = entries.select_related("facility")
    opens = asked.staff.has_perm("facilities.view_facility")
    for one in entries.filter(**asked.during("recorded_at")):
        url = reverse("facility:page", args=[one.facility_id]) if opens else ""
        told = f"{one.facility.name}：{one.get_stage_display()}（{one.on:%Y-%m-%d}）"
        yield Change(one.recorded_at, one.recorded_by_id, "办理设施阶段", told, 1, "处", url)
    for one in entries.filter(**asked.during("taken_back_at")):
        url = reverse("facility:page", args=[one.facility_id]) if opens else ""
        told = f"{one.facility.name}：{one.get_stage_display()}"
        yield Change(one.taken_back_at, one.taken_back_by_id, "撤回设施阶段", told, 1, "处", url)


def _register(asked: Asked) -> Iterator[Change]:
    """Imports of the register in the reader's sight: of whom they told something, no list says any more."""
    codes = [kind.code for kind in register_kinds()]
    jobs = ImportJob.objects.visible_to(asked.staff).filter(kind__in=codes).defer("summary")
    posted = jobs.filter(state__in=(ImportJob.State.POSTED, ImportJob.State.UNDONE), **asked.during("finished_at"))
    for job in posted:
        told = f"{job.file_name}，整个文件入账 {job.applied_rows:,} 行"
        yield Change(job.finished_at, job.staff_id, "导入档案", told, url=asked.job_url(job.uid))
    lines = AuditLine.objects.filter(UNDOING, object_type=JOB, **asked.during("at"))
    keys = [int(line.object_id) for line in lines if line.object_id.isdecimal()]
    yield from (
        replace(one, deed="撤销档案导入", number=None)
        for one in _undone(asked, dict.fromkeys(jobs.filter(pk__in=keys).values_list("pk", flat=True), 0), "")
    )
