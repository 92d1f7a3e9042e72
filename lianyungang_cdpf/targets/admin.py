"""The year's plan in the admin: goals, ways of counting and their split to counties, zones and towns.

Next year's plan needs no developer: it is copied from this year's and its goals are edited. Tallies are not here; they
are computed and never edited.
"""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse

from lianyungang_cdpf.accounts.scoped_admin import ReadOnly, ScopedAdmin, ScopedTabularInline
from lianyungang_cdpf.audit.exports import AuditedExport, ListResource
from lianyungang_cdpf.targets.actions import copy_plan
from lianyungang_cdpf.targets.catalogue import metric_of
from lianyungang_cdpf.targets.edit_forms import TargetForm
from lianyungang_cdpf.targets.models import Allocation, AllocationChange, Plan, PlannedPoint, Target
from lianyungang_cdpf.targets.planned_forms import MOST_POINTS, PlannedPointForm, PlannedPoints


class TargetsFile(ListResource):
    """目标."""

    class Meta:
        model = Target

    columns = {
        "年度": lambda target: target.plan.year,
        "序号": lambda target: target.number,
        "名称": lambda target: target.name,
        "工作分组": lambda target: target.group,
        "全年目标": lambda target: target.goal,
        "单位": lambda target: target.unit,
        "序时方式": lambda target: target.get_progress_mode_display(),
        "计划月份": lambda target: target.due_month,
        "统计方法": lambda target: counted_how(target),
        "牵头部门": lambda target: target.lead_department,
    }


class AllocationsFile(ListResource):
    """任务分解."""

    class Meta:
        model = Allocation

    columns = {
        "年度": lambda allocation: allocation.target.plan.year,
        "目标": lambda allocation: allocation.target.name,
        "地区": lambda allocation: str(allocation.area or allocation.zone),
        "分解目标": lambda allocation: allocation.goal,
        "单位": lambda allocation: allocation.target.unit,
        "文号": lambda allocation: allocation.document_no,
    }


class AllocationChangesFile(ListResource):
    """分解调整记录."""

    class Meta:
        model = AllocationChange

    columns = {
        "年度": lambda change: change.target.plan.year,
        "目标": lambda change: change.target.name,
        "地区": lambda change: str(change.area or change.zone),
        "原分解目标": lambda change: change.old_goal,
        "新分解目标": lambda change: change.new_goal,
        "文号": lambda change: change.document_no,
        "原因": lambda change: change.reason,
        "生效日期": lambda change: f"{change.effective_on:%Y-%m-%d}",
        "撤销时间": lambda change: f"{change.undone_at:%Y-%m-%d %H:%M}" if change.undone_at else "",
    }


def counted_how(target) -> str:
    """How the target is counted, in words; 尚未接入 where the portal does not hold its records."""
    metric = metric_of(target)
    return metric.label if metric else "尚未接入"


@admin.register(Plan)
class PlanAdmin(ScopedAdmin):
    """年度计划."""

    list_display = ("year", "title", "source")
    fieldsets = (
        (None, {"fields": ("year", "title", "source", "report_day", "report_from")}),
        (
            "状态的界限",
            {
                "fields": ("on_track_from", "behind_from"),
                "description": "完成数与当天应完成数相比：默认 100% 起为达到序时，80% 起为略低，再少为滞后。",
            },
        ),
    )
    actions = ("copy_to_next_year",)

    @admin.action(description="以所选计划为底本新建下一年度计划", permissions=["add"])
    def copy_to_next_year(self, request, queryset):
        """A plan for the year after, with the same targets; its goals are then edited."""
        if not request.user.has_perm("targets.add_target"):
            raise PermissionDenied
        made = None
        for plan in queryset:
            made = copy_plan(plan=plan, year=plan.year + 1, by=request.user)
            if made is None:
                messages.error(request, f"{plan.year + 1}年已经有年度计划，没有新建：请直接修改那一份。")
            else:
                count = made.targets.count()
                messages.success(request, f"已新建{made.year}年年度计划，共{count}项目标；请逐项核对全年目标。")
        if made:
            return redirect(f"{reverse('admin:targets_target_changelist')}?plan__id__exact={made.pk}")
        return None


class AllocationInline(ReadOnly, ScopedTabularInline):
    """The target's split; it is set on the pages of 任务分解, which keep what it was before."""

    model = Allocation
    fields = ("area", "zone", "goal", "document_no")


class PlannedPointInline(ScopedTabularInline):
    """The target's planned points, edited beside its goal."""

    model = PlannedPoint
    form, formset = PlannedPointForm, PlannedPoints
    fields = ("day", "share", "count")
    can_delete = True
    extra = 1
    max_num = MOST_POINTS
    verbose_name_plural = "计划节点（到哪天累计应完成多少；不填的按序时方式）"


@admin.register(Target)
class TargetAdmin(AuditedExport, ScopedAdmin):
    """目标; its code is what other years' plans and the command know it by, so it stays as first given."""

    form = TargetForm
    inlines = (PlannedPointInline, AllocationInline)
    resource_classes = [TargetsFile]
    list_display = ("number", "name", "plan", "goal", "unit", "how")
    list_display_links = ("name",)
    list_filter = ("plan", "group", "progress_mode")
    list_select_related = ("plan",)
    search_fields = ("name", "key")
    fieldsets = (
        (None, {"fields": ("plan", "number", "key", "name", "group", "goal", "unit")}),
        ("统计与序时", {"fields": ("metric", "kind", "progress_mode", "due_month")}),
        ("口径", {"fields": ("phrase", "report_phrase", "counting_rule", "evidence", "lead_department",
                           "partner_departments", "open_question")}),
    )  # fmt: skip

    def get_readonly_fields(self, request, obj=None):
        return ("plan", "key") if obj else ()

    def get_inlines(self, request, obj):
        """A new target has no split yet."""
        return self.inlines if obj else ()

    @admin.display(description="统计方法")
    def how(self, target):
        return counted_how(target)


@admin.register(Allocation)
class AllocationAdmin(ReadOnly, AuditedExport, ScopedAdmin):
    """任务分解: the goals in force, to look at and to take along."""

    resource_classes = [AllocationsFile]
    list_display = ("target", "year", "place", "goal", "document_no")
    list_filter = ("target__plan", "zone")
    list_select_related = ("target__plan", "area", "zone")
    search_fields = ("target__name", "document_no")
    fields = ("target", "area", "zone", "goal", "document_no")

    @admin.display(description="年度", ordering="target__plan__year")
    def year(self, allocation):
        return allocation.target.plan.year

    @admin.display(description="地区或功能板块")
    def place(self, allocation):
        return str(allocation.area or allocation.zone)


@admin.register(AllocationChange)
class AllocationChangeAdmin(ReadOnly, AuditedExport, ScopedAdmin):
    """分解调整记录: every goal that was issued, changed or withdrawn."""

    resource_classes = [AllocationChangesFile]
    list_display = ("target", "place", "old_goal", "new_goal", "document_no", "effective_on", "undone_at")
    list_filter = ("target__plan", "zone")
    list_select_related = ("target__plan", "area", "zone")
    search_fields = ("target__name", "document_no", "reason")
    fields = ("target", "area", "zone", "old_goal", "new_goal", "document_no", "reason", "effective_on", "by", "at",
              "undone_at")  # fmt: skip

    @admin.display(description="地区或功能板块")
    def place(self, change):
        return str(change.area or change.zone)
