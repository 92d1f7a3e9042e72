"""追缴 in the admin: the list with its sums, and the page of a case with its months and ledger."""

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import Count, Sum
from django.template.loader import render_to_string

from beneficiaries.admin import SEARCH_HELP
from beneficiaries.admin.files import WhoAndWhere, with_sight
from beneficiaries.models import Person
from lianyungang_cdpf.accounts.area_filter import AreaFilter
from lianyungang_cdpf.accounts.scoped_admin import ReadOnly, ScopedAdmin
from lianyungang_cdpf.audit.exports import AuditedExport
from subsidies.models import RecoveryCase
from subsidies.recovery.exports import RecoveriesFile, standing_of
from subsidies.recovery.filters import DueFilter
from subsidies.recovery.pages import may_decide, may_reverse, offers

SUMS = ("claimed", "refunded", "offset", "written_off", "balance")


@admin.register(RecoveryCase)
class RecoveryCaseAdmin(WhoAndWhere, ReadOnly, AuditedExport, ScopedAdmin):
    """追缴: what was paid wrongly and how much of it has come back."""

    resource_classes = [RecoveriesFile]
    change_form_template = "subsidies/recovery/case.html"
    import_export_change_list_template = "subsidies/recovery/list.html"
    list_display = (
        "name",
        "id_number_shown",
        "town",
        "programme",
        "claimed_shown",
        "balance_shown",
        "standing",
        "due_on",
    )
    list_filter = ("programme", AreaFilter, "state", DueFilter)
    list_select_related = ("person", "programme", "area__parent__parent")
    linked_lookups = ("person",)
    search_fields = ("person__name",)
    search_help_text = SEARCH_HELP
    fields = (
        "name", "id_number_shown", "county", "town", "programme", "reason", "note", "due_on", "opened_by", "opened_at",
        "cancel_reason", "cancelled_by", "cancelled_at",
    )  # fmt: skip

    def get_queryset(self, request):
        return with_sight(super().get_queryset(request), request.user)

    def get_fields(self, request, obj=None):
        return self.fields if obj is None or obj.cancelled_at else self.fields[:-3]

    def get_search_results(self, request, queryset, search_term):
        queryset, _ = super().get_search_results(request, queryset, "")
        if search_term.strip():
            queryset = queryset.filter(person__in=Person.objects.matching(search_term).values("pk"))
        return queryset, False

    def changelist_view(self, request, extra_context=None):
        """With the sums of what is listed at its foot; those of cases taken back are nought."""
        response = super().changelist_view(request, extra_context)
        listed = getattr(response, "context_data", {}).get("cl")
        if listed is not None:
            sums = {name: Sum(name) for name in SUMS}
            response.context_data["sums"] = listed.queryset.order_by().aggregate(cases=Count("pk"), **sums)
        return response

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """With the months, the ledger, the write-offs asked for, and what the reader may do now."""
        case = self.get_object(request, unquote(object_id)) if self.has_view_permission(request) else None
        told = told_of(case, request.user) if case else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **told})

    @admin.display(description="应追缴（元）", ordering="claimed")
    def claimed_shown(self, case):
        return f"{case.claimed:,.2f}"

    @admin.display(description="未追回（元）", ordering="balance")
    def balance_shown(self, case):
        return f"{case.balance:,.2f}"

    @admin.display(description="状态", ordering="state")
    def standing(self, case):
        sign, word = standing_of(case)
        return render_to_string("facilities/sign.html", {"sign": sign, "word": word})


def told_of(case: RecoveryCase, staff) -> dict:
    """What the page of a case says beside its fields; a fixed number of statements."""
    entries = case.entries.select_related(
        "payment__roll", "payment__programme", "reversal", "reverses", "entered_by", "proposed_by"
    )
    proposals = list(case.proposals.select_related("proposed_by", "decided_by"))
    return {
        "standing": standing_of(case),
        "offers": offers(case, staff),
        "lines": list(case.lines.select_related("payment__roll", "payment__programme")),
        "ledger": [(entry, may_reverse(entry, staff)) for entry in entries],
        "proposals": [(one, may_decide(one, staff)) for one in proposals],
    }
