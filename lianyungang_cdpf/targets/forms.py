"""Which year and which day the pages are told as of."""

from datetime import date

from django import forms
from django.forms.widgets import DateInput

from lianyungang_cdpf.targets.models import Plan
from lianyungang_cdpf.targets.progress import default_day, demonstration


class WhenForm(forms.Form):
    """Year and day from the address. What is blank takes the default, as does a day outside the year: then the year
    was changed and the day forgotten.
    """

    year = forms.ChoiceField(
        label="年度", error_messages={"invalid_choice": "没有这一年的年度计划，请在列表中选一个年度。"}
    )
    as_of = forms.DateField(
        label="截止日期",
        input_formats=["%Y-%m-%d"],
        widget=DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "截止日期不是有效的日期，请写成 2019-09-30 的样子。"},
    )

    def __init__(self, asked):
        self.years = list(Plan.objects.values_list("year", flat=True))
        self.demonstration = demonstration()
        self.asked = {name: asked[name] for name in ("year", "as_of") if asked.get(name)}
        super().__init__(self._with_defaults(), auto_id="when-%s", label_suffix="")
        self.fields["year"].choices = [(str(year), f"{year} 年") for year in self.years]

    def _with_defaults(self) -> dict:
        if not self.years:
            return self.asked
        return {"year": self.years[0], "as_of": default_day(self._year(), self.demonstration), **self.asked}

    def _year(self) -> int:
        asked = str(self.asked.get("year"))
        return int(asked) if asked in map(str, self.years) else self.years[0]

    def chosen(self) -> tuple[int, date]:
        """Year and day to show; what is wrong falls back to the default. Needs at least one plan."""
        self.is_valid()
        year, day = self._year(), self.cleaned_data.get("as_of")
        return year, day if day and day.year == year else default_day(year, self.demonstration)
