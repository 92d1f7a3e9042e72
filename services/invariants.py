"""What must never be false of services and lies across tables, looked up in the records themselves."""

from collections.abc import Iterator

from lianyungang_cdpf.intake.models import ImportJob
from services.models import CourseAttendance, Service
from services.rolls import ROLL_OF

BATCH = 2_000


def breaches() -> Iterator[str]:
    """A Chinese sentence for every service that is kept or counted as it should not be."""
    undone = Service.objects.standing().filter(job__state=ImportJob.State.UNDONE).order_by("pk")
    for pk in undone.values_list("pk", flat=True):
        yield f"服务记录 {pk} 的导入批次已撤销，记录却仍然有效。"
    for pk in CourseAttendance.objects.apart_from_course().order_by("pk").values_list("pk", flat=True):
        yield f"服务记录 {pk} 与它的培训班不一致。"
    for form, roll in ROLL_OF.items():
        records = roll.record.objects.order_by("pk")
        if roll.record is not Service:
            for pk in records.exclude(kind__record_form=form).values_list("pk", flat=True):
                yield f"服务记录 {pk} 的登记方式与服务种类不符。"
        yield from _counted_otherwise(records.standing().filter(kind__record_form=form))


def _counted_otherwise(records) -> Iterator[str]:
    """Records whose day of counting is not the one that the rest of them says."""
    for service in records.iterator(BATCH):
        if service.counted_on != service.day_it_counts():
            yield f"服务记录 {service.pk} 的计入日期与登记内容不符。"
