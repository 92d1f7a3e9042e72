"""Forms of stays: whom and where, and the months below them."""

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet
from django.utils.timezone import localdate

from lianyungang_cdpf.intake.forms import MonthField
from services.forms import ForSomebodyForm
from services.models import FacilityStay, MonthlyAttendance
from services.stay_actions import refuse_unfit, wrong_month


class StayForm(ForSomebodyForm):
    """One stay; the months stand below it in rows of their own."""

    class Meta:
        model = FacilityStay
        fields: tuple[str, ...] = ()
        error_messages = {
            "facility": {"required": "请选择残疾人之家。"},
            "admitted_on": {"required": "请填写入家日期。"},
        }

    def _post_clean(self):
        super()._post_clean()
        if self.errors or self.person is None:
            return
        if not self.instance.pk:
            self.instance.person, self.instance.area_id = self.person, self.person.area_id
        try:
            refuse_unfit(self.instance, self.person, self.staff)
        except ValidationError as error:
            self.add_error("admitted_on", error)


class TypedMonth(MonthField):
    """As typed and as shown: 2019-09."""

    def prepare_value(self, value):
        return f"{value:%Y-%m}" if hasattr(value, "year") else value

    def has_changed(self, initial, data):
        return self.prepare_value(initial) != (data or None)


class AttendanceForm(forms.ModelForm):
    """A month's days."""

    month = TypedMonth(
        label="月份", help_text="如 2019-09", error_messages={"required": "请填写月份。"},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip

    class Meta:
        model = MonthlyAttendance
        fields = ("month", "days")
        error_messages = {"days": {"required": "请填写出勤天数，没有出勤的填 0。"}}


class AttendanceFormSet(BaseInlineFormSet):
    """The months of one stay: each once, and all within it."""

    def clean(self):
        super().clean()
        stay, seen = self.instance, set()
        standing = MonthlyAttendance.objects.filter(stay=stay.pk, cancelled_at__isnull=True)
        on_file = dict(standing.values_list("month", "pk"))
        for form in self.forms:
            told = getattr(form, "cleaned_data", {})
            month, days = told.get("month"), told.get("days")
            if month is None or days is None:
                continue
            if month in seen:
                form.add_error("month", f"{month:%Y-%m} 填写了不止一次：每月只填一行。")
            elif on_file.get(month, form.instance.pk) != form.instance.pk:
                # Also where that line is moved to another month at once: lines are written one by one.
                form.add_error("month", f"{month:%Y-%m} 的出勤已经登记：请刷新页面，直接修改那一行的天数。")
            seen.add(month)
            if stay.admitted_on and (wrong := wrong_month(stay, month, days, localdate())):
                form.add_error("days", wrong)
