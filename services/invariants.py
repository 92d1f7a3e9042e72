"""What must never be false of services and lies across tables, looked up in the records themselves."""

from collections.abc import Iterator

from lianyungang_cdpf.fields import secrets_of
from lianyungang_cdpf.intake.models import ImportJob
from services.models import SERVING_KINDS, CourseAttendance, FacilityStay, MonthlyAttendance, Service
from services.rolls import ROLL_OF
from services.stays import is_within

BATCH = 2_000


def breaches() -> Iterator[str]:
    """A Chinese sentence for every service that is kept or counted as it should not be."""
    undone = Service.objects.standing().filter(job__state=ImportJob.State.UNDONE).order_by("pk")
    for pk in undone.values_list("pk", flat=True):
        yield f"服务记录 {pk} 的导入批次已撤销，记录却仍然有效。"
    for pk in CourseAttendance.objects.apart_from_course().order_by("pk").values_list("pk", flat=True):
        yield f"服务记录 {pk} 与它的培训班不一致。"
    yield from _housed_otherwise()
    for form, roll in ROLL_OF.items():
        records = roll.record.objects.order_by("pk")
        if roll.record is not Service:
            for pk in records.exclude(kind__record_form=form).values_list("pk", flat=True):
                yield f"服务记录 {pk} 的登记方式与服务种类不符。"
            bare = Service.objects.filter(kind__record_form=form, **{f"{roll.record._meta.model_name}__isnull": True})
            for pk in bare.order_by("pk").values_list("pk", flat=True):
                yield f"服务记录 {pk} 缺少“{roll.record._meta.verbose_name}”的内容。"
        standing = records.standing().filter(kind__record_form=form)
        # Without a name select_related would follow every key, to the person and their secrets.
        named = standing.select_related(*(_named(roll) or [None])).defer(*_unneeded(roll))
        yield from _settled_otherwise(named)
    yield from _stays()


def _housed_otherwise() -> Iterator[str]:
    """Records without the household by which their kind is counted, and with one that nobody counts."""
    standing = Service.objects.standing().order_by("pk")
    homeless = standing.filter(kind__is_per_household=True, household__isnull=True)
    for pk in homeless.values_list("pk", flat=True):
        yield f"服务记录 {pk} 的种类按户统计，记录却没有家庭户。"
    housed = standing.filter(kind__is_per_household=False, household__isnull=False)
    for pk in housed.values_list("pk", flat=True):
        yield f"服务记录 {pk} 的种类不按户统计，记录却登记了家庭户。"


def _named(roll) -> tuple[str, ...]:
    """The relations of its own that a record's occasion names."""
    return tuple(field.name for field in roll.record._meta.local_fields if field.is_relation and not field.primary_key)


def _unneeded(roll) -> list[str]:
    """The secrets of what these name: no occasion asks for one, and one that does not open would end the check."""
    named = ((name, roll.record._meta.get_field(name).related_model) for name in _named(roll))
    return [f"{name}__{secret.attname}" for name, model in named for secret in secrets_of(model)]


def _settled_otherwise(records) -> Iterator[str]:
    """Records whose day of counting, or what they are once, is not what the rest of them says."""
    for service in records.iterator(BATCH):
        counted_on, occasion = service.counted_on, service.occasion
        service.settle()
        if service.counted_on != counted_on:
            yield f"服务记录 {service.pk} 的计入日期与登记内容不符。"
        if service.occasion != occasion:
            yield f"服务记录 {service.pk} 的“同一事项”与登记内容不符，可能重复登记。"


def _stays() -> Iterator[str]:
    """Lines of the registers that outlive their roll or their stay, and days on which somebody can't have been there.

    Facilities of kinds that keep no register have none, whatever was done past the deeds.
    """
    for model, word in ((FacilityStay, "在册登记"), (MonthlyAttendance, "出勤记录")):
        undone = model.objects.standing().filter(job__state=ImportJob.State.UNDONE).order_by("pk")
        for pk in undone.values_list("pk", flat=True):
            yield f"{word} {pk} 的导入批次已撤销，记录却仍然有效。"
    strangers = FacilityStay.objects.exclude(facility__kind__code__in=SERVING_KINDS).order_by("pk")
    for pk in strangers.values_list("pk", flat=True):
        yield f"在册登记 {pk} 的设施不是残疾人之家。"
    columns = ("pk", "stay__admitted_on", "stay__left_on", "month", "days")
    for pk, *told in MonthlyAttendance.objects.standing().order_by("pk").values_list(*columns):
        if not is_within(*told):
            yield f"出勤记录 {pk} 超出在册期间。"
