"""How a notice ends: its period is over, somebody takes it down, or its roll comes back. Its lines go with it."""

from datetime import date

from django.db import transaction
from django.utils.timezone import localdate

from lianyungang_cdpf.audit.actions import record
from subsidies.notices.models import Notice, NoticeLine

CAME_BACK = "花名册已退回编制，公示随之撤下。"


def end(notice: Notice, *, by, why: str) -> None:
    """Take the notice down and delete its lines; called inside the transaction of a deed."""
    notice.taken_down_on = notice.lines_removed_on = localdate()
    notice.taken_down_why, notice.taken_down_by = why, by
    notice.save(update_fields=["taken_down_on", "taken_down_why", "taken_down_by", "lines_removed_on"])
    NoticeLine.objects.filter(notice=notice).delete()
    record(by=by, deed="撤下公示", on=notice, summary=f"{notice.line_count:,} 人的名单已删除")


def withdraw_with(roll, *, by) -> None:
    """The roll comes back: a notice of it that runs, or is yet to begin, must not stay up."""
    standing = Notice.objects.filter(roll=roll, taken_down_on__isnull=True, lines_removed_on__isnull=True)
    for notice in standing.select_for_update(of=("self",)).order_by("pk"):
        end(notice, by=by, why=CAME_BACK)


def remove_ended(day: date | None = None) -> int:
    """Delete the lines of every notice that is over; of how many. Safe to run at any time, by any number of workers."""
    day = day or localdate()
    return sum(_remove(pk, day) for pk in list(Notice.objects.over(day).order_by("pk").values_list("pk", flat=True)))


def _remove(pk: int, day: date) -> bool:
    with transaction.atomic():
        notice = Notice.objects.select_for_update(of=("self",)).select_related("roll").filter(pk=pk).first()
        if notice is None or notice.lines_removed_on:
            return False
        if notice.ends_on >= day:
            end(notice, by=None, why=CAME_BACK)
            return True
        notice.lines_removed_on = day
        notice.save(update_fields=["lines_removed_on"])
        NoticeLine.objects.filter(notice=notice).delete()
        record(by=None, deed="公示期满删除名单", on=notice, summary=f"{notice.line_count:,} 人")
    return True
