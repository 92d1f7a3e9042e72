"""The boxes of the recovery's deeds."""

from decimal import Decimal

from django import forms

from lianyungang_cdpf.accounts.form_fields import come, day_field, text_field
from subsidies.models import Payment, WriteOffProposal
from subsidies.recovery.models import NOTE_LENGTH
from subsidies.stop_reasons import StopReason

CENT = Decimal("0.01")
WHY = "至少五个字。"


def money_field(label: str, *, required: bool = True, help_text: str = "") -> forms.DecimalField:
    """A box for yuan, to the cent."""
    sentence = f"{label}应是大于零的数，最多两位小数，如 370.50。"
    wrong = ("invalid", "min_value", "max_digits", "max_decimal_places", "max_whole_digits")
    return forms.DecimalField(
        label=label, required=required, help_text=help_text, min_value=CENT, max_digits=12, decimal_places=2,
        error_messages={"required": f"请填写{label}。", **dict.fromkeys(wrong, sentence)},
    )  # fmt: skip


class FromForm(forms.Form):
    """Which programme, and from which month on the payments were wrong."""

    programme = forms.ChoiceField(
        label="补贴项目", required=False, error_messages={"invalid_choice": "请重新选择补贴项目。"}
    )
    month = forms.ChoiceField(label="从哪个月起", required=False, error_messages={"invalid_choice": "请重新选择月份。"})

    def __init__(self, data, *, payments: list[Payment]):
        programmes = {one.programme.code: one.programme for one in payments}
        chosen = data.get("programme") or next(iter(programmes), "")
        self.payments = [one for one in payments if one.programme.code == chosen]
        self.chosen = programmes.get(chosen)
        months = [f"{one.month:%Y-%m}" for one in self.payments]
        first = next((month for month in months if month >= data.get("month", "")), "")
        super().__init__({"programme": chosen, "month": data.get("month", "") and first})
        self.since = first
        self.fields["programme"].choices = [(code, one.name) for code, one in programmes.items()]
        self.fields["month"].choices = [("", "全部月份"), *((month, month) for month in months)]


class OpenForm(forms.Form):
    """What is claimed, why and until when."""

    payments = forms.MultipleChoiceField(
        label="错发的月份", widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选择一个月。", "invalid_choice": "所选月份已有变化，请刷新后重新选择。"},
    )  # fmt: skip
    each = money_field(
        "每月追缴（元）", required=False, help_text="留空为该月的全部金额；只追回一部分的，填每月要追回多少。"
    )
    reason = forms.ChoiceField(
        label="错发原因", choices=[("", "请选择"), *StopReason.choices],
        error_messages={"required": "请选择错发原因。", "invalid_choice": "请重新选择错发原因。"},
    )  # fmt: skip
    note = text_field("情况说明", required=False, length=NOTE_LENGTH, help_text="如死亡日期、发现的途径。")
    due_on = day_field("追缴期限", required=False, help_text="留空为 30 天以内。")

    def __init__(self, *args, payments: list[Payment], **kwargs):
        super().__init__(*args, **kwargs)
        self.by_key = {str(one.pk): one for one in payments}
        self.fields["payments"].choices = [(key, told_of(one)) for key, one in self.by_key.items()]

    def clean_payments(self) -> list[Payment]:
        """The payments themselves."""
        return [self.by_key[key] for key in self.cleaned_data["payments"]]

    def told(self) -> dict:
        """What the deed is told."""
        said = dict(self.cleaned_data)
        each = said.pop("each")
        amounts = {one.pk: each for one in said["payments"]} if each else None
        return said | {"amounts": amounts}


def told_of(payment: Payment) -> str:
    """A payment as a choice."""
    return f"{payment.programme.period_shown(payment.month)}　{payment.amount:,.2f} 元　批次 {payment.roll.reference}"


class RefundForm(forms.Form):
    """Money that was paid back."""

    amount = money_field("退缴金额（元）")
    day = day_field("退缴日期")
    receipt_no = text_field("收据号", length=60)

    def clean_day(self):
        """A day that has come."""
        return come(self.cleaned_data["day"])


class OffsetForm(forms.Form):
    """What was held back, and from which later payment."""

    payment = forms.TypedChoiceField(
        label="抵扣的发放",
        help_text="只列出此人本项目以后月份、已经发放的补贴。花名册和银行文件上的金额不变，抵扣的部分由财务扣下。",
        error_messages={"required": "请选择抵扣的发放。", "invalid_choice": "请重新选择抵扣的发放。"},
    )
    amount = money_field("抵扣金额（元）")

    def __init__(self, *args, payments: list[tuple[Payment, Decimal]], **kwargs):
        super().__init__(*args, **kwargs)
        by_key = {str(payment.pk): payment for payment, _ in payments}
        field = self.fields["payment"]
        field.coerce = by_key.__getitem__
        listed = [(str(one.pk), f"{told_of(one)}　可抵扣 {left:,.2f} 元") for one, left in payments]
        field.choices = [("", "请选择" if listed else "没有可以抵扣的发放"), *listed]


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = text_field("原因", length=NOTE_LENGTH, help_text=WHY)


class WriteOffForm(forms.Form):
    """How much can't be got back, and why."""

    amount = money_field("核销金额（元）")
    reason = text_field("核销理由", length=NOTE_LENGTH, help_text=f"{WHY}审批人会看到。")


class DecisionForm(forms.Form):
    """Whether a write-off is approved."""

    decision = forms.ChoiceField(
        label="审批结果", widget=forms.RadioSelect,
        choices=[(WriteOffProposal.State.APPROVED.value, "批准核销"), (WriteOffProposal.State.REFUSED.value, "不批准")],
        error_messages={"required": "请选择审批结果。", "invalid_choice": "请选择审批结果。"},
    )  # fmt: skip
    answer = text_field("审批意见", required=False, length=NOTE_LENGTH, help_text="不批准时必须说明原因，至少五个字。")
