"""Forms of the plan: a target with its way of counting out of the catalogue, and the split of its goal."""

from django import forms
from django.core.exceptions import ValidationError

from lianyungang_cdpf.targets.catalogue import catalogue
from lianyungang_cdpf.targets.models import Allocation, Target
from lianyungang_cdpf.targets.pace import DUE_MONTHS

MOST_PER_CENT = 100


class TargetForm(forms.ModelForm):
    """A target of the plan."""

    metric = forms.ChoiceField(label="统计方法", required=False, help_text="系统还没有台账的工作选“尚未接入”。")

    class Meta:
        model = Target
        fields = (
            "plan", "number", "key", "name", "group", "goal", "unit", "metric", "kind", "progress_mode", "due_month",
            "phrase", "counting_rule", "evidence", "lead_department", "partner_departments", "open_question",
        )  # fmt: skip
        help_texts = {
            "goal": "比率填百分数，如 98。",
            "kind": "补贴项目、服务种类或设施种类的代码。",
            "due_month": "年度集中办理默认 10 月，建设节点默认 12 月；其他序时方式不用填。",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "metric" in self.fields:
            offered = [(metric.code, f"{metric.label}（{metric.unit}）") for metric in catalogue().values()]
            self.fields["metric"].choices = [("", "尚未接入"), *offered]

    def clean(self):
        cleaned = super().clean()
        mode = cleaned.get("progress_mode")
        if cleaned.get("due_month") and mode and mode not in DUE_MONTHS:
            raise ValidationError({"due_month": "只有年度集中办理和建设节点才有计划月份，请清空。"})
        if mode == "rate_snapshot" and (cleaned.get("goal") or 0) > MOST_PER_CENT:
            raise ValidationError({"goal": "比率的目标是百分数，不能超过 100。"})
        return cleaned


class AllocationForm(forms.ModelForm):
    """One county's, zone's or town's share of a target; the model says which places there may be."""

    class Meta:
        model = Allocation
        fields = ("target", "area", "zone", "goal", "document_no")
        help_texts = {"area": "县区或乡镇街道；功能板块在下一栏选。", "document_no": "年中调整的填调整文件的文号。"}
