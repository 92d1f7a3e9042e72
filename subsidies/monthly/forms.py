"""What the differences page asks: which to list, and why those that were chosen differ."""

from django import forms

from lianyungang_cdpf.accounts.form_fields import text_field
from subsidies.monthly.models import NOTE_LENGTH, REASONS_OF, Difference

OPEN, SETTLED = "open", "settled"


class ListForm(forms.Form):
    """Which differences to list."""

    kind = forms.ChoiceField(
        label="变动", required=False, choices=[("", "全部"), *Difference.choices],
        error_messages={"invalid_choice": "请重新选择变动的种类。"},
    )  # fmt: skip
    state = forms.ChoiceField(
        label="原因", required=False, choices=[("", "全部"), (OPEN, "未写明"), (SETTLED, "已有原因")],
        error_messages={"invalid_choice": "请重新选择有无原因。"},
    )  # fmt: skip

    def takes(self, found) -> bool:
        """Whether a difference is listed."""
        kind, state = self.cleaned_data["kind"], self.cleaned_data["state"]
        return kind in ("", found.kind) and (not state or found.is_open == (state == OPEN))


class ReasonForm(forms.Form):
    """Why the chosen ones differ; a reason is of one kind of difference."""

    reason = forms.ChoiceField(
        label="原因", error_messages={"required": "请选择原因。", "invalid_choice": "请重新选择原因。"}
    )
    note = text_field("说明", required=False, length=NOTE_LENGTH, help_text="原因选“其他”的必填，至少五个字。")
    every = forms.BooleanField(label="用于全部未写原因的同类变动（不只是勾选的）", required=False)

    def __init__(self, *args, kind: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [
            ("", "请选择"),
            *(
                (of.label, [(f"{of.value}:{code}", label) for code, label in reasons.choices])
                for of, reasons in REASONS_OF.items()
                if kind in ("", of)
            ),
        ]

    def chosen(self, boxes: list[str]) -> dict:
        """The deed's arguments, with the boxes of the page that are ticked."""
        kind, code = self.cleaned_data["reason"].split(":")
        told = {"code": code, "note": self.cleaned_data["note"], "kind": kind}
        if self.cleaned_data["every"]:
            return {**told, "every_open": True}
        pairs = [box.partition(":")[::2] for box in boxes]
        return {**told, "keys": [(int(person), of) for of, person in pairs if person.isdecimal() and len(person) < 19]}
