"""From recoveries to the timeline: what was claimed back from the person and how far that is."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.timezone import localtime

from lianyungang_cdpf.pages.one_person.entries import Entry, Group, Subject, sentence, yuan
from subsidies.models import RecoveryCase


def recoveries(subject: Subject) -> Iterator[Entry]:
    """The cases in the reader's sight; those taken back stay, marked."""
    if not subject.staff.has_perm("subsidies.view_recoverycase"):
        return
    cases = RecoveryCase.objects.visible_to(subject.staff).filter(person=subject.person).select_related("programme")
    for one in cases.order_by("pk"):
        is_gone = one.state == RecoveryCase.State.CANCELLED
        yield Entry(
            Group.PAYMENTS, "追缴", f"{one.programme}追缴 {yuan(one.claimed)}", localtime(one.opened_at).date(),
            sentence(one.get_reason_display(), *([] if is_gone else [f"未追回 {yuan(one.balance)}"])),
            void=one.get_state_display() if is_gone else "",
            url=reverse("admin:subsidies_recoverycase_change", args=[one.pk]),
        )  # fmt: skip
