"""迁移申请 and 合并记录 in the admin: lists to look through; what is done with them has pages of its own."""

import json

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from beneficiaries.filters import TransferTodoFilter
from beneficiaries.models import Merge, Person, Transfer
from beneficiaries.moving import may_answer, may_withdraw, tells_giving_unit
from lianyungang_cdpf.accounts.area_filter import AreaFilter
from lianyungang_cdpf.accounts.scoped_admin import ReadOnly, ScopedAdmin
from lianyungang_cdpf.accounts.secret_fields import masked
from lianyungang_cdpf.masking import mask_account_no, mask_id_number, mask_phone


@admin.register(Transfer)
class TransferAdmin(ReadOnly, ScopedAdmin):
    """迁移申请 of one's own place; the city sees all."""

    list_display = (
        "name",
        "id_number_shown",
        "requested_from",
        "from_unit",
        "to_unit",
        "state",
        "requested_at",
        "todo",
    )
    list_filter = (TransferTodoFilter, "state", "requested_from")
    search_fields = ("name",)
    search_help_text = "姓名"
    fields = (
        "name", "id_number_shown", "requested_from", "from_unit", "to_unit", "receiving_area", "reason", "state",
        "requested_at", "decided_at", "answer", "todo",
    )  # fmt: skip
    list_select_related = ("receiving_area",)
    id_number_shown = masked("id_number", mask_id_number, "身份证号")

    def get_queryset(self, request):
        return super().get_queryset(request).seen_by(request.user)

    @admin.display(description="迁出单位")
    def from_unit(self, transfer):
        if not tells_giving_unit(transfer.viewer_unit, transfer, to_city=transfer.viewer_is_city):
            return "办结后显示"
        return transfer.giving_name or "未找到档案"

    @admin.display(description="迁入单位")
    def to_unit(self, transfer):
        return transfer.receiving_name

    @admin.display(description="办理", empty_value="—")
    def todo(self, transfer):
        answers = may_answer(transfer.viewer_unit, transfer)
        if not answers and not may_withdraw(transfer.viewer_unit, transfer):
            return None
        word = "办理" if answers else "查看、撤回"
        address = reverse("people:transfer", args=[transfer.pk])
        return format_html('<a href="{}">{}<span class="vh">{}的申请</span></a>', address, word, transfer.name)


GIVEN_UP = {
    "姓名": lambda values: values.get("name"),
    "身份证号": lambda values: mask_id_number(values.get("id_number") or ""),
    "联系电话": lambda values: mask_phone(values.get("phone") or ""),
    "银行账号": lambda values: mask_account_no(values.get("account_no") or ""),
    "村（社区）": lambda values: values.get("village"),
    "地址": lambda values: values.get("address"),
    "死亡日期": lambda values: values.get("died_on"),
    "迁出日期": lambda values: values.get("moved_out_on"),
}


@admin.register(Merge)
class MergeAdmin(ReadOnly, ScopedAdmin):
    """档案合并记录: who merged what, when and why; the record given up shows masked."""

    list_display = ("person", "reason", "moved", "merged_by_name", "merged_at")
    list_filter = (AreaFilter,)
    list_select_related = ("kept", "merged_by")
    search_fields = ("kept__name",)
    search_help_text = "姓名、拼音、身份证号（含曾用号码）"
    fields = ("person", "gone_id", "given_up", "taken", "moved", "reason", "merged_by_name", "merged_at")

    def get_queryset(self, request):
        return super().get_queryset(request).defer("values")

    def get_search_results(self, request, queryset, search_term):
        queryset, _ = super().get_search_results(request, queryset, "")
        if search_term.strip():
            queryset = queryset.filter(kept__in=Person.objects.matching(search_term).values("pk"))
        return queryset, False

    @admin.display(description="保留的档案", ordering="kept__name_key")
    def person(self, merge):
        return merge.kept.name

    @admin.display(description="合并人")
    def merged_by_name(self, merge):
        return str(merge.merged_by)

    @admin.display(description="停用档案的内容")
    def given_up(self, merge):
        if not merge.values:
            return "已到保存期限，内容已清除。"
        values = json.loads(merge.values)
        told = ((label, read(values)) for label, read in GIVEN_UP.items())
        return "\n".join(f"{label}：{text}" for label, text in told if text)
