"""From services to the timeline: every kind through its base record, so that a new kind appears by itself."""

from collections.abc import Iterator

from django.urls import reverse

from lianyungang_cdpf.pages.one_person.entries import Entry, Group, Subject, sentence, yuan
from services.filters import state_key, state_of, stay_state_of
from services.models import FacilityStay, RecordForm, Service


def services(subject: Subject) -> Iterator[Entry]:
    """The services in the reader's sight; taken-back ones stay, marked and with the reason."""
    if not subject.staff.has_perm("services.view_service"):
        return
    rows = Service.objects.visible_to(subject.staff).filter(person=subject.person).select_related("kind").with_newness()
    for one in rows.order_by("served_on", "pk"):
        is_need = one.kind.record_form == RecordForm.REHABILITATION_NEED
        yield Entry(
            Group.NEEDS if is_need else Group.SERVICES,
            "需求" if is_need else one.kind.get_group_display(),
            f"{one.kind.name} {_what(one)}".strip(),
            one.served_on,
            _told_of(one),
            void=state_of(one) if one.cancelled_at else "",
            url=reverse("admin:services_service_change", args=[one.pk]),
        )


def _what(one: Service) -> str:
    """What was done, without the day that the line has anyway; how much where that says something."""
    what = one.occasion.removeprefix(f"{one.served_on:%Y-%m-%d}").strip()
    return f"{what} {one.quantity} {one.kind.unit}".strip() if one.quantity > 1 else what


def _told_of(one: Service) -> str:
    until = f"至 {one.ended_on:%Y-%m-%d}" if one.ended_on else ""
    amount = yuan(one.amount) if one.amount else ""
    return sentence(one.institution, until, amount, one.remarks, _state(one))


def _state(one: Service) -> str:
    if one.cancelled_at:
        return f"撤销原因：{one.cancel_reason}"
    return {"counting": "", "not_new": "上年末已就业，不计入新增就业"}.get(state_key(one), "暂不计入年度任务")


def stays(subject: Subject) -> Iterator[Entry]:
    """On the register of a 残疾人之家: from when until when, and how many days were attended."""
    if not subject.staff.has_perm("services.view_facilitystay"):
        return
    rows = FacilityStay.objects.visible_to(subject.staff).filter(person=subject.person).with_days()
    for one in rows.select_related("facility__kind").order_by("admitted_on", "pk"):
        yield Entry(
            Group.SERVICES, "托养", f"入家：{one.facility}", one.admitted_on, _stayed(one),
            void=stay_state_of(one) if one.cancelled_at else "",
            url=reverse("admin:services_facilitystay_change", args=[one.pk]),
        )  # fmt: skip


def _stayed(one: FacilityStay) -> str:
    if one.cancelled_at:
        return f"撤销原因：{one.cancel_reason}"
    until = f"{one.left_on:%Y-%m-%d} 退出（{one.leaving_reason}）" if one.left_on else "在册"
    return sentence(until, f"累计出勤 {one.days_attended} 天", one.remarks)
