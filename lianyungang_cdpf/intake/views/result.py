"""What an import has changed: rows, amount, the rolls it made, and what to do next."""

from django.urls import reverse

from lianyungang_cdpf.intake.kinds import kind_named
from lianyungang_cdpf.intake.periods import PERIODS
from lianyungang_cdpf.intake.views.preview import changes_of, has_money
from lianyungang_cdpf.intake.views.wording import count_of, money_of, month_of

ROLLS_SHOWN = 10


def result_of(job, staff) -> dict:
    """Everything that the result page shows, for the template."""
    summary = job.summary
    return {
        "applied": count_of(job.applied_rows),
        "amount": money_of(summary["total_valid_amount"]) if has_money(summary) else "",
        "facts": changes_of(summary),
        "bad_rows": summary.get("bad_rows", 0),
        "bad_shown": count_of(summary.get("bad_rows")),
        "rolls": rolls_of(job, staff),
        "undo": undo_address(job, staff),
        "waits_for": waits_for(job),
        "sees_board": staff.has_perm("targets.view_target"),
    }


def waits_for(job) -> str:
    """What comes next of a roll that is not paid yet; empty where the import counts already."""
    kind = kind_named(job.kind)
    return kind.waits_for if kind and job.paid_on is None else ""


def undo_address(job, staff) -> str:
    """Where the import may be undone by this member of staff; empty where the kind offers no such page."""
    return undo_page(job, kind_named(job.kind), staff)


def undo_page(job, kind, staff) -> str:
    """The same where the kind is known."""
    if kind is None or not kind.undo_page or not staff.has_perm(kind.post_permission or kind.permission):
        return ""
    return reverse(kind.undo_page, args=[job.uid])


def rolls_of(job, staff) -> dict:
    """The rolls that the import made, for those who may see rolls; a payment history makes one per batch."""
    if not staff.has_perm("subsidies.view_roll"):
        return {"count": "0", "first": []}
    rolls = job.roll_set.visible_to(staff).select_related("programme").order_by("-id")
    first = [
        {
            "pk": roll.pk,
            "reference": roll.reference,
            "programme": roll.programme.name,
            "month": month_of(roll.month, PERIODS[roll.programme.period]),
            "payments": count_of(roll.payment_count),
            "total": money_of(roll.total),
        }
        for roll in rolls[:ROLLS_SHOWN]
    ]
    return {"count": count_of(rolls.count()), "first": first}
