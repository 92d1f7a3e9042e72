"""Forms of the bank's pages, and of the layouts: a column is a line of words, no code."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate

from lianyungang_cdpf.accounts.form_fields import come, day_field, text_field
from lianyungang_cdpf.intake.forms import AttachedFileField
from lianyungang_cdpf.intake.tables import BankAccount
from subsidies.bank.columns import (
    PAYMENT_NEEDS,
    RETURN_NEEDS,
    Returned,
    Sent,
    lacking,
    validate_returned,
    validate_sent,
)
from subsidies.bank.models import BankLayout
from subsidies.forms import WordsField


class ColumnsField(forms.CharField):
    """An ordered list of columns, typed a line each: 银行账号：一卡通账号 (what it holds, then its heading)."""

    def __init__(self, *, fields, **kwargs):
        self.labels = {field.label: field.value for field in fields}
        self.words = dict(fields.choices)
        super().__init__(widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}), **kwargs)

    def prepare_value(self, value):
        if not isinstance(value, list):
            return value
        return "\n".join(f"{self.words.get(one['field'], one['field'])}：{one['heading']}" for one in value)

    def to_python(self, value):
        columns = []
        for at, line in enumerate((value or "").splitlines(), start=1):
            word, _, heading = line.replace(":", "：", 1).partition("：")
            if not line.strip():
                continue
            if word.strip() not in self.labels:
                raise ValidationError(f"第 {at} 行“{word.strip()}”不是可选的内容：{'、'.join(self.labels)}。")
            columns.append({"field": self.labels[word.strip()], "heading": heading.strip()})
        return columns

    def has_changed(self, initial, data):
        return (initial or []) != self.to_python(data)


class LayoutForm(forms.ModelForm):
    """A layout, whose columns hold what a bank needs to pay by it."""

    columns = ColumnsField(
        label="报盘各列", fields=Sent, validators=[validate_sent],
        help_text=f"每列一行，写成“内容：表头”。内容可选：{'、'.join(Sent.labels)}。",
    )  # fmt: skip
    return_columns = ColumnsField(
        label="回盘各列", fields=Returned, required=False, validators=[validate_returned],
        help_text=f"每列一行，写成“内容：表头”。没有表头行的按次序读。内容可选：{'、'.join(Returned.labels)}。",
    )  # fmt: skip
    paid_words = WordsField(
        label="表示已付的结果", required=False, help_text="用逗号分开，如“成功，已付”；其他结果都算退回。"
    )

    class Meta:
        model = BankLayout
        fields = (
            "code", "name", "purpose", "form", "delimiter", "encoding", "has_heading", "columns", "return_has_heading",
            "return_columns", "paid_words", "source", "active", "position",
        )  # fmt: skip

    def clean(self):
        """What a file for payment must say, and what its return must."""
        cleaned = super().clean()
        if cleaned.get("purpose") != BankLayout.Purpose.PAYMENT:
            return cleaned
        for name, needs in (("columns", PAYMENT_NEEDS), ("return_columns", RETURN_NEEDS)):
            if name in cleaned and (missing := lacking(cleaned[name], needs)):
                self.add_error(name, f"银行报盘格式必须有{missing}列。")
        return cleaned


class MakeForm(forms.Form):
    """In which layout."""

    layout = forms.ModelChoiceField(
        BankLayout.objects.none(), label="报盘格式", empty_label=None,
        error_messages={"required": "请选择报盘格式。", "invalid_choice": "请重新选择报盘格式。"},
    )  # fmt: skip

    def __init__(self, *args, staff, **kwargs):
        super().__init__(*args, **kwargs)
        layouts = BankLayout.objects.choosable_by(staff)
        self.fields["layout"].queryset = layouts.filter(active=True, purpose=BankLayout.Purpose.PAYMENT)


class WithdrawForm(forms.Form):
    """Why a file is not to be paid by."""

    reason = text_field("作废原因", length=100, help_text="至少五个字，如：格式选错了，没有送银行。")


class ReturnForm(forms.Form):
    """The bank's return, and its day for rows that name none."""

    upload = AttachedFileField(accept=".xlsx,.xls,.ods,.csv,.tsv,.txt", help_text="银行发回的原文件，不要改动。")
    day = day_field("银行处理日期", help_text="回盘里没有写日期的，按这一天记。")

    def clean_day(self):
        """A day that has come."""
        return come(self.cleaned_data["day"])


class ReissueForm(MakeForm):
    """A corrected account and holder for each payment that came back; a blank account leaves its payment for later."""

    def __init__(self, *args, payments, **kwargs):
        super().__init__(*args, **kwargs)
        self.payments = payments
        for payment in payments:
            who = payment.person.name
            self.fields[f"account_{payment.pk}"] = text_field(f"{who}：新账号", required=False, length=40)
            self.fields[f"holder_{payment.pk}"] = text_field(f"{who}：户名", required=False, length=60)

    def rows(self):
        """(payment, box of the account, box of the holder) in their order."""
        return [(one, self[f"account_{one.pk}"], self[f"holder_{one.pk}"]) for one in self.payments]

    def clean(self):
        """Accounts as the rolls take them."""
        cleaned = super().clean()
        self.corrected = {}
        for payment in self.payments:
            name = f"account_{payment.pk}"
            typed, holder = cleaned.get(name, ""), cleaned.get(f"holder_{payment.pk}", "")
            if not typed:
                continue
            account, code = BankAccount().clean(typed)
            if code or not account:
                self.add_error(name, "账号有误：应为 8 至 32 位数字且校验位相符，请对照银行卡或存折更正。")
            else:
                self.corrected[payment.pk] = (account, holder.strip())
        if not self.corrected and not self.errors:
            raise ValidationError("请至少为一笔退回款填写新账号。")
        return cleaned


def today() -> dict:
    """What a form of the bank's day begins with."""
    return {"day": localdate()}
