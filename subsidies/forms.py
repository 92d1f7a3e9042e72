"""Forms of the subsidies: programmes and their checks, standards, and the day on which a roll was paid."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.timezone import localdate

from beneficiaries.models import Hardship
from subsidies.checks import FIXED
from subsidies.models import (
    ACCEPTABLE,
    PERIOD_OF_ROLL,
    Payment,
    Programme,
    ProgrammeCheck,
    RollType,
    Standard,
)
from subsidies.standards import validate_eligibility


class WordsField(forms.CharField):
    """A list of words, typed with any comma or blank between them."""

    def prepare_value(self, value):
        return "，".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        for separator in "，、,;；":
            value = (value or "").replace(separator, " ")
        return value.split()

    def has_changed(self, initial, data):
        return (initial or []) != self.to_python(data)


class ProgrammeForm(forms.ModelForm):
    """A programme; who qualifies is data in the form of the standards file."""

    words = WordsField(label="简称", required=False, help_text="标题和文件名中的叫法，用逗号分开。")

    class Meta:
        model = Programme
        fields = ("code", "name", "words", "roll_type", "age_from", "age_to", "age_on", "eligibility", "position")
        help_texts = {
            "eligibility": "certificate 列出证件条件，符合其一即可；household_status 列出困难情况；null 表示不限。"
        }

    def clean(self):
        """The period is the one of the programme's lists."""
        cleaned = super().clean()
        roll = cleaned.get("roll_type")
        if roll in RollType.values:
            self.instance.period = PERIOD_OF_ROLL[RollType(roll)]
        return cleaned

    def clean_roll_type(self):
        """What money was paid by keeps its form: its payments are read by it."""
        roll = self.cleaned_data["roll_type"]
        if self.instance.pk and roll != self.initial.get("roll_type") and self.instance.rolls.exists():
            raise ValidationError("本项目已有花名册，不能再改名册形式；请另建一个项目。")
        return roll

    def clean_eligibility(self):
        """Conditions in the form of the standards file, with words that the register knows."""
        conditions = self.cleaned_data["eligibility"]
        validate_eligibility(conditions, Hardship.values)
        return conditions


class CheckForm(forms.ModelForm):
    """The severity of one check and whether reviewers may accept it; what would let wrong money out is no choice."""

    class Meta:
        model = ProgrammeCheck
        fields = ("severity", "acceptable")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.code in FIXED and "severity" in self.fields:
            self.fields["severity"].disabled = True
        if self.instance.code not in ACCEPTABLE and "acceptable" in self.fields:
            self.fields["acceptable"].disabled = True

    def clean_acceptable(self):
        """Only what costs nobody anything when it is wrong may be accepted row by row."""
        acceptable = self.cleaned_data["acceptable"]
        if acceptable and self.instance.code not in ACCEPTABLE:
            raise ValidationError("这一项关系到发给谁、发多少，不能由审核人员接受。")
        return acceptable


class StandardForm(forms.ModelForm):
    """A standard, in whole months, that no other standard for the same people and months contradicts.

    A new amount may end the standard that it follows: `ended` is that one, changed and not saved.
    """

    ends_former = forms.BooleanField(
        label="同时截止前一条标准", required=False,
        help_text="调整金额时勾选：对象相同的前一条标准，在本条起始月份的上一个月截止。",
    )  # fmt: skip
    ended: Standard | None = None

    class Meta:
        model = Standard
        fields = ("programme", "effective_from", "effective_to", "grade", "area", "hukou_type", "household_class",
                  "amount", "source_document")  # fmt: skip

    def clean_effective_from(self):
        """The first day of a month."""
        return _first_of_month(self.cleaned_data["effective_from"], "起始月份")

    def clean_effective_to(self):
        """The first day of the last month, or none."""
        day = self.cleaned_data["effective_to"]
        return _first_of_month(day, "截止月份") if day else None

    def clean(self):
        cleaned = super().clean()
        if self.instance.pk and set(self.changed_data) - {"effective_to", "source_document"} and self._is_paid_by():
            raise ValidationError("已按此标准发放过补贴，只能填截止月份；调整金额请新增一条从新月份起的标准。")
        return cleaned

    def _is_paid_by(self) -> bool:
        return Payment.objects.filter(standard=self.instance.pk).exists()

    def _post_clean(self):
        super()._post_clean()
        if self.errors:
            return
        rival = rival_of(self.instance)
        if rival and self.cleaned_data.get("ends_former") and rival.effective_from < self.instance.effective_from:
            rival.effective_to = (self.instance.effective_from - timedelta(days=1)).replace(day=1)
            self.ended, rival = rival, rival_of(self.instance, besides=rival)
        if rival:
            said = f"与已有标准“{rival}”的对象相同、月份重叠，请先填写前一条的截止月份，或勾选“同时截止前一条标准”。"
            self.add_error(None, said)


def _first_of_month(day, label: str):
    if day.day != 1:
        raise ValidationError(f"{label}请填该月1日，例如 {day:%Y-%m}-01。")
    return day


def rival_of(standard: Standard, besides: Standard | None = None) -> Standard | None:
    """Another saved standard for the same people that holds in one of the months of this one, the latest first."""
    mine = [one.pk for one in (standard, besides) if one and one.pk]
    others = Standard.objects.exclude(pk__in=mine).filter(
        programme=standard.programme_id,
        hukou_type=standard.hukou_type,
        household_class=standard.household_class,
        **_equal_or_null("grade", standard.grade),
        **_equal_or_null("area", standard.area_id),
    )
    others = others.filter(Q(effective_to__isnull=True) | Q(effective_to__gte=standard.effective_from))
    return (others.filter(effective_from__lte=standard.effective_to) if standard.effective_to else others).first()


def _equal_or_null(name: str, value) -> dict:
    return {f"{name}__isnull": True} if value is None else {name: value}


class PaidOnForm(forms.Form):
    """The day on which the bank paid."""

    paid_on = forms.DateField(
        label="发放日期",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请填写发放日期。", "invalid": "发放日期应写成 2019-03-28 的样子。"},
    )

    def clean_paid_on(self):
        """A day that has come."""
        day = self.cleaned_data["paid_on"]
        if day > localdate():
            raise ValidationError("发放日期不能晚于今天。")
        return day
