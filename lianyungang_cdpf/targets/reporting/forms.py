"""The boxes of a report: a note for each target, required where it is behind; why it is sent back."""

from django import forms

from lianyungang_cdpf.accounts.form_fields import text_field
from lianyungang_cdpf.targets.reporting.models import REASON_LENGTH, MonthlyReport
from lianyungang_cdpf.targets.reporting.page import ReportLine

HINT = "写原因和下一步做什么、何时完成；不写个人姓名、身份证号和电话。"


def _box(key: int) -> str:
    return f"note-{key}"


class NotesForm(forms.Form):
    """原因和下一步 of each target. What a note may say is for the deed to judge, which judges all at once."""

    round = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, *, lines: list[ReportLine], report: MonthlyReport | None):
        kept = dict(report.notes.values_list("target_id", "text")) if report else {}
        super().__init__(data, initial={"round": report.round if report else 0})
        self.lines = lines
        for line in lines:
            self.fields[_box(line.target.pk)] = forms.CharField(
                label=line.line.name, required=False, initial=kept.get(line.target.pk, ""),
                widget=forms.Textarea(attrs={"rows": 2, "aria-required": "true" if line.is_behind else "false"}),
            )  # fmt: skip

    @property
    def asked(self) -> list:
        """(line, box) of the targets that must be explained."""
        return [(line, self[_box(line.target.pk)]) for line in self.lines if line.is_behind]

    @property
    def others(self) -> list:
        """(line, box) of those that may be."""
        return [(line, self[_box(line.target.pk)]) for line in self.lines if not line.is_behind]

    @property
    def others_are_open(self) -> bool:
        return any(box.value() or box.errors for _, box in self.others)

    def notes(self) -> dict[int, str]:
        """The texts by target id, blanks at their ends cut; line breaks are kept as one blank."""
        return {
            line.target.pk: " ".join((self.cleaned_data.get(_box(line.target.pk)) or "").split()) for line in self.lines
        }

    def refuse(self, problems: dict[int, str]) -> None:
        """Say what is wrong beside each box."""
        for key, sentence in problems.items():
            self.add_error(_box(key) if _box(key) in self.fields else None, sentence)


class ReturnForm(forms.Form):
    """Why a month is sent back."""

    reason = text_field("退回原因", length=REASON_LENGTH, help_text="至少五个字，写明哪一项、要改什么；区县会看到。")
    round = forms.IntegerField(widget=forms.HiddenInput, required=False)


class PlainForm(forms.Form):
    """A deed that asks nothing."""

    round = forms.IntegerField(widget=forms.HiddenInput, required=False)
