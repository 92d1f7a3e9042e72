"""The planned points of a target as the city types them: a day, and a share or a number by its end."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet

from lianyungang_cdpf.targets.planned_points import PlannedPoint, faults, share_of

MOST_POINTS = 24


class PlannedPointForm(forms.ModelForm):
    """One point. A number is turned into its share of the goal, cut: districts are measured by the share."""

    share = forms.DecimalField(
        label="累计应完成（%）", required=False, min_value=0, max_value=100, max_digits=7, decimal_places=4
    )
    count = forms.IntegerField(label="或填累计数量", required=False, min_value=0)

    class Meta:
        model = PlannedPoint
        fields = ("day", "share")

    def __init__(self, *args, goal: int, **kwargs):
        super().__init__(*args, **kwargs)
        self._goal = goal
        if self.instance.pk:
            self.initial["share"] = f"{self.instance.share.normalize():f}"

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        share, count = cleaned.get("share"), cleaned.get("count")
        if count is not None:
            if "share" in self.changed_data and share is not None:
                raise ValidationError("百分比和数量只填一个。")
            cleaned["share"] = self._share_of(count)
        elif share is None:
            raise ValidationError("请填累计应完成的百分比或数量。")
        return cleaned

    def _share_of(self, count: int) -> Decimal:
        if not self._goal:
            raise ValidationError({"count": "全年目标为 0，不能按数量折算，请填百分比。"})
        if count > self._goal:
            raise ValidationError({"count": f"累计数量不能超过全年目标 {self._goal:,}。"})
        return share_of(count, self._goal)


class PlannedPoints(BaseInlineFormSet):
    """All points of a target, judged together: they rise, lie in the plan's year and end with the whole goal."""

    def get_form_kwargs(self, index):
        return {**super().get_form_kwargs(index), "goal": self.instance.goal or 0}

    def get_unique_error_message(self, unique_check):
        return "同一天只能有一个计划节点。"

    def clean(self):
        super().clean()
        if any(self.errors):
            return
        kept = [form for form in self.forms if form.cleaned_data and form not in self.deleted_forms]
        points = [(form.cleaned_data["day"], form.cleaned_data["share"]) for form in kept]
        together = []
        for at, sentence in faults(points, year=self.instance.plan.year, mode=self.instance.progress_mode):
            if at is None:
                together.append(sentence)
            else:
                kept[at].add_error("share" if "累计" in sentence else "day", sentence)
        if together:
            raise ValidationError(together)
