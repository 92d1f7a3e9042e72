"""What stands behind a key that a figure counted: a person, household, service or facility, as far as it is in sight.

A key without a record any more is told too: merged into another record, or deleted.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Model
from django.urls import reverse

from beneficiaries.models import Household, Merge, Person
from facilities.models import Facility
from lianyungang_cdpf.masking import mask_id_number
from lianyungang_cdpf.targets.catalogue import metric_of
from lianyungang_cdpf.targets.models import Target
from services.models import Service

OUT_OF_SIGHT = "现已不在您的辖区内"
DELETED = "记录已删除"


@dataclass(frozen=True)
class Named:
    """One record: `text` is empty for what is not shown, and `remark` says why or what became of it."""

    text: str = ""
    address: str = ""
    number: str = ""
    area: str = ""
    remark: str = ""


def model_of(target: Target) -> type[Model]:
    """Whose keys the target's figures count."""
    metric = metric_of(target)
    if metric.subject in ("", "pk"):
        return metric.model
    return metric.model._meta.get_field(metric.subject).related_model


def named(target: Target, keys: Collection[int], staff) -> dict[int, Named]:
    """By key what it names; at most four statements, whatever the keys."""
    model = model_of(target)
    if not keys:
        return {}
    if not staff.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}"):
        return dict.fromkeys(keys, Named(remark="您的角色不能查看这类记录"))
    read, related = READERS.get(model, (_any, ()))
    seen = model._default_manager.visible_to(staff).select_related(*related).in_bulk(list(keys))
    hidden = [key for key in keys if key not in seen]
    standing = model._default_manager.in_bulk(hidden).keys() if hidden else set()
    gone = [key for key in hidden if key not in standing]
    told = {key: read(record) for key, record in seen.items()}
    told |= dict.fromkeys(standing, Named(remark=OUT_OF_SIGHT)) | dict.fromkeys(gone, Named(remark=DELETED))
    return told | (_merged(gone, staff) if model is Person and gone else {})


def _merged(gone: list[int], staff) -> dict[int, Named]:
    merges = Merge.objects.visible_to(staff).filter(gone_id__in=gone).select_related("kept__area")
    return {merge.gone_id: _person(merge.kept, remark="重复档案已并入本人档案") for merge in merges}


def _person(person: Person, remark: str = "") -> Named:
    address = reverse("one_person", args=[person.pk])
    return Named(person.name, address, mask_id_number(person.id_number), person.area.common_name, remark)


def _service(service: Service) -> Named:
    """A service goes by its person; its own page is the link."""
    person = service.person
    remark = f"已撤销：{service.cancel_reason}" if service.cancelled_at else ""
    address = reverse("admin:services_service_change", args=[service.pk])
    text = f"{person.name} {service.served_on:%Y-%m-%d}"
    return Named(text, address, mask_id_number(person.id_number), service.area.common_name, remark)


def _household(household: Household) -> Named:
    address = reverse("admin:beneficiaries_household_change", args=[household.pk])
    return Named(str(household), address, "", household.area.common_name)


def _facility(facility: Facility) -> Named:
    return Named(facility.name, reverse("facility:page", args=[facility.pk]), "", facility.area.common_name)


def _any(record: Model) -> Named:
    return Named(str(record))


READERS = {
    Person: (_person, ("area",)),
    Service: (_service, ("person", "area")),
    Household: (_household, ("area",)),
    Facility: (_facility, ("area",)),
}
