"""Forms of the plan: a target with its way of counting out of the catalogue and its kind out of the kinds' rows."""

from django import forms
from django.core.exceptions import ValidationError

from lianyungang_cdpf.metrics.metric import Metric
from lianyungang_cdpf.targets import kinds
from lianyungang_cdpf.targets.catalogue import catalogue
from lianyungang_cdpf.targets.models import ProgressMode, Target
from lianyungang_cdpf.targets.pace import DUE_MONTHS
from lianyungang_cdpf.targets.splits import MOST_PER_CENT

PER_CENT = "%"


class TargetForm(forms.ModelForm):
    """A target of the plan. Whatever next year asks for is chosen here; nothing about it is code."""

    metric = forms.ChoiceField(label="统计方法", required=False, help_text="系统还没有台账的工作选“尚未接入”。")
    kind = forms.ChoiceField(
        label="种类",
        help_text="补贴项目、服务种类或设施种类。没有所要的种类时，先在业务台账的“服务种类”或“设施种类”中新增。",
    )

    class Meta:
        model = Target
        fields = (
            "plan", "number", "key", "name", "group", "goal", "unit", "metric", "kind", "progress_mode", "due_month",
            "phrase", "report_phrase", "counting_rule", "evidence", "lead_department", "partner_departments",
            "open_question",
        )  # fmt: skip
        help_texts = {
            "key": "网页地址和接口用它指这项目标，各年度相同；不填就用种类的代码。",
            "goal": "比率填百分数，如 98。",
            "unit": "人、人次、户、件……；比率填 %。",
            "report_phrase": "数字的位置写花括号和量词，如 已发放残疾人辅助器具{件}；比率只写名称；不填用名称和单位。",
            "due_month": "年度集中办理默认 10 月，建设节点默认 12 月；其他序时方式不用填。填了计划节点的，以节点为准。",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "key" in self.fields:
            self.fields["key"].required = False
        if "metric" in self.fields:
            offered = [(metric.code, _in_words(metric)) for metric in catalogue().values()]
            self.fields["metric"].choices = [("", "尚未接入"), *offered]
        if "kind" in self.fields:
            self.fields["kind"].choices = [("", "请选择"), *kinds.by_register()]

    def clean(self):
        cleaned = super().clean()
        for check in (self._check_kind, self._check_unit, self._check_rate, self._check_month):
            for field, sentence in check(cleaned):
                self.add_error(field, ValidationError(sentence))
        if "key" in self.fields and cleaned.get("kind") and not cleaned.get("key"):
            cleaned["key"] = self._free_key(cleaned.get("plan"), cleaned["kind"])
        return cleaned

    def _free_key(self, plan, kind: str) -> str:
        """The kind's code, with a number behind it where the plan has a target of that code already."""
        taken = set(Target.objects.filter(plan=plan).exclude(pk=self.instance.pk).values_list("key", flat=True))
        numbered = (f"{kind[:36]}-{number}" for number in range(2, len(taken) + 3))
        return next(key for key in (kind, *numbered) if key not in taken)

    def _check_kind(self, cleaned):
        metric, kind = catalogue().get(cleaned.get("metric")), cleaned.get("kind")
        if metric and kind and (sentence := kinds.mismatch(metric, kind)):
            yield "kind", sentence

    def _check_unit(self, cleaned):
        """人次 counted as distinct people would be a wrong figure: a unit that another metric counts in is refused."""
        metric, unit = catalogue().get(cleaned.get("metric")), cleaned.get("unit")
        others = {one.unit for one in catalogue().values() if not one.is_rate}
        if metric and unit and not metric.is_rate and unit != metric.unit and unit in others:
            yield "unit", f"所选统计方法按“{metric.unit}”计，单位不能填“{unit}”：请改单位，或改选按“{unit}”计的方法。"

    def _check_rate(self, cleaned):
        metric, mode = catalogue().get(cleaned.get("metric")), cleaned.get("progress_mode")
        is_rate = mode == ProgressMode.RATE_SNAPSHOT
        if metric and mode and metric.is_rate != is_rate:
            yield "progress_mode", (
                "所选统计方法是比率，序时方式请选“时点比率”。" if metric.is_rate
                else "“时点比率”只用于统计比率的方法：请改选序时方式或统计方法。"
            )  # fmt: skip
        if is_rate and (cleaned.get("goal") or 0) > MOST_PER_CENT:
            yield "goal", "比率的目标是百分数，不能超过 100。"
        if is_rate and cleaned.get("unit") not in (None, "", PER_CENT):
            yield "unit", "比率的单位请填 %。"

    def _check_month(self, cleaned):
        mode = cleaned.get("progress_mode")
        if cleaned.get("due_month") and mode and mode not in DUE_MONTHS:
            yield "due_month", "只有年度集中办理和建设节点才有计划月份，请清空。"


def _in_words(metric: Metric) -> str:
    return f"{metric.label}（{'比率' if metric.is_rate else metric.unit}）"
