"""Why somebody asks for whole numbers: written in words, and without numbers of anybody."""

import re

from django import forms
from django.core.exceptions import ValidationError

SHORTEST, LONGEST = 5, 100
# A year, a document's number and a day of the month are words of a reason; longer runs are numbers of people.
NUMBERS_OF_PEOPLE = re.compile(r"\d(?:[\s-]?\d){5,}")
HOLDS_A_NUMBER = "不要写身份证号、电话、账号等号码：所写内容会留在操作日志里。"


def without_numbers(text: str) -> None:
    """Raises ValidationError for a text that holds a number of six digits or more: what is kept names nobody."""
    if NUMBERS_OF_PEOPLE.search(text):
        raise ValidationError(HOLDS_A_NUMBER, code="number")


class Suggestions(forms.TextInput):
    """A line of text with suggestions below it."""

    template_name = "audit/suggestions.html"

    def __init__(self, suggestions=(), attrs=None):
        self.suggestions = suggestions
        super().__init__({"autocomplete": "off", **(attrs or {})})

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["list"] = f"{context['widget']['attrs']['id']}_list"
        return {**context, "suggestions": self.suggestions}


def reason_field(label: str, *, suggestions=(), shortest: int = SHORTEST, help_text: str = "") -> forms.CharField:
    """A box for why: needed, in words, without numbers of people."""
    too_short = f"{label}至少写 {shortest} 个字，说清办什么事。" if shortest == SHORTEST else f"请写全{label}。"
    return forms.CharField(
        label=label, min_length=shortest, max_length=LONGEST, help_text=help_text, validators=[without_numbers],
        widget=Suggestions(suggestions),
        error_messages={"required": f"请填写{label}。", "min_length": too_short},
    )  # fmt: skip
