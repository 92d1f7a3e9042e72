"""Boxes that forms of deeds share, with their sentences."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate

NOT_A_DAY = "日期应写成 2019-03-28 的样子。"


def day_field(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    """A box for a day."""
    return forms.DateField(
        label=label, required=required, help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": f"请填写{label}。", "invalid": NOT_A_DAY},
    )  # fmt: skip


def text_field(label: str, *, required: bool = True, length: int = 100, help_text: str = "") -> forms.CharField:
    """A box for a line of text."""
    return forms.CharField(
        label=label, required=required, max_length=length, help_text=help_text,
        error_messages={"required": f"请填写{label}。"},
    )  # fmt: skip


def come(day):
    """The day, or None; raises ValidationError for one that has not come."""
    if day is not None and day > localdate():
        raise ValidationError("日期不能晚于今天。")
    return day
