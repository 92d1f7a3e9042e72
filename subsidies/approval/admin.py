"""The chain of steps to edit, and what the roll's own page says of its approval."""

from django.contrib import admin

from lianyungang_cdpf.accounts.scoped_admin import ScopedAdmin
from subsidies.approval.chain import chain, standing_of
from subsidies.approval.models import Approval, ApprovalStep
from subsidies.approval.views import offers
from subsidies.models import Roll
from subsidies.monthly.actions import may_carry
from subsidies.monthly.differences import Differences


@admin.register(ApprovalStep)
class ApprovalStepAdmin(ScopedAdmin):
    """审批环节: an office that approves in more steps, or in fewer, adds or drops them here."""

    list_display = ("name", "office", "deed", "right", "place", "position", "active")
    fields = ("code", "name", "office", "deed", "right", "place", "position", "active")

    def get_readonly_fields(self, request, obj=None):
        """What was approved by a step is known by its code and its deed."""
        return ("code", "deed") if obj else ()


def told_of(roll: Roll, staff) -> dict:
    """For the roll's page: where it stands, why it came back, what the reader may do, and all that was done."""
    taken = list(roll.steps_taken)
    last = taken[-1] if taken else None
    came_back = roll.state == Roll.State.POSTED and last and last.outcome != Approval.Outcome.PASSED
    found, refusal = offers(roll, staff) if roll.state != Roll.State.UNDONE else ([], "")
    return {
        "chain": standing_of(roll, chain(), taken), "taken": taken, "offers": found, "refusal": refusal,
        "sent_back": last if came_back else None, "compared": Differences(roll),
        "may_carry": may_carry(roll, staff),
    }  # fmt: skip
