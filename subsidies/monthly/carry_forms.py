"""结转下月: which rolls, the changes as a workbook, or line by line on the page."""

from django import forms
from django.core.exceptions import ValidationError

from lianyungang_cdpf.accounts.form_fields import text_field
from subsidies.models import Roll
from subsidies.monthly.changes import LABELS, Change, refuse_all, typed

LINES = 6


class RollChoices(forms.ModelMultipleChoiceField):
    """Rolls by what tells them apart within their month."""

    def label_from_instance(self, roll):
        return f"{roll.reference}（{roll.payment_count:,} 笔，{roll.money} 元）"


class CarryForm(forms.Form):
    """Which of the month's rolls, and the workbook of changes where there is one."""

    rolls = RollChoices(
        Roll.objects.none(), label="结转哪些花名册", widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请选择要结转的花名册。", "invalid_choice": "请重新选择要结转的花名册。",
                        "invalid_pk_value": "请重新选择要结转的花名册。"},
    )  # fmt: skip
    by_standard = forms.BooleanField(label="上月按标准发放的，金额改为下月的标准", required=False, initial=True)
    file = forms.FileField(
        label="变动表", required=False, widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
        help_text="列：变动类型（新增、停发、变更）、姓名、身份证号、金额、账号、户名、原因。没有变动的可以不传。",
        error_messages={"invalid": "没有收到文件，请重新选择。", "empty": "文件是空的，请重新选择。"},
    )  # fmt: skip

    def __init__(self, *args, rolls, **kwargs):
        super().__init__(*args, initial={"rolls": rolls, "by_standard": True}, **kwargs)
        self.fields["rolls"].queryset = rolls


class LineForm(forms.Form):
    """One change."""

    kind = forms.ChoiceField(label="变动类型", choices=[("", "—"), *((label, label) for label in LABELS.values())])
    name = text_field("姓名", required=False, length=60)
    id_number = text_field("身份证号", required=False, length=40)
    amount = text_field("金额（元）", required=False, length=20)
    account_no = text_field("账号", required=False, length=60)
    account_holder = text_field("户名", required=False, length=60)
    reason = text_field("原因", required=False, length=200)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].required = False


class Lines(forms.BaseFormSet):
    """The lines of the page, numbered from the first."""

    def changes(self) -> list[Change]:
        """The lines that hold something. Raises ValidationError with the sentences of all that are wrong."""
        found, wrong = [], []
        for number, form in enumerate(self.forms, start=1):
            texts = {name: text for name, text in form.cleaned_data.items() if text}
            try:
                found += [typed(number, texts)] if texts else []
            except ValidationError as error:
                wrong += error.messages
        refuse_all(wrong)
        return found


LineFormSet = forms.formset_factory(LineForm, formset=Lines, extra=LINES, max_num=LINES, absolute_max=LINES)
