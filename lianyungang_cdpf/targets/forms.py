"""Which year and which day the pages are told as of."""

from datetime import date, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.forms.widgets import DateInput
from django.utils import timezone
from django.utils.timezone import localdate

from lianyungang_cdpf.accounts.form_fields import day_field
from lianyungang_cdpf.targets.progress import default_day, planned_years


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
        self.years, self.demonstration = planned_years()
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

    def is_now(self) -> bool:
        """Whether the day to show is today's, or the demonstration's own: only then can now be compared with before."""
        _, day = self.chosen()
        mark = self.demonstration
        return day == (mark.as_of if mark and mark.as_of.year == day.year else timezone.localdate())


class BetweenForm(forms.Form):
    """Between which days something was done; without an answer the last month until today."""

    MOST_DAYS = 366
    LAST_DAYS = 30

    since = day_field("从")
    until = day_field("到")

    def __init__(self, asked):
        today = localdate()
        defaults = {"since": f"{today - timedelta(days=self.LAST_DAYS)}", "until": f"{today}"}
        super().__init__({name: asked.get(name) or day for name, day in defaults.items()})

    def clean(self):
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            raise ValidationError("开始日期不能晚于结束日期。")
        if since and until and (until - since).days >= self.MOST_DAYS:
            raise ValidationError("一次最多查看一年，请缩短起止日期。")
        return cleaned
