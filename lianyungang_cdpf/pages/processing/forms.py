"""What is asked of whoever applies for a copy, or for deletion: who they are, what they showed, and why."""

from django import forms
from django.core.exceptions import ValidationError

from lianyungang_cdpf.audit.reasons import reason_field
from lianyungang_cdpf.pages.processing.erasing import Reasons
from lianyungang_cdpf.pages.processing.own_data import Application

WHO = ("本人", "监护人", "受本人委托的人", "近亲属（本人已去世）")
SHOWN = ("身份证原件", "残疾人证原件", "户口簿和监护关系证明", "授权委托书和双方身份证", "死亡证明和亲属关系证明")
COPY_REASONS = ("本人申请查阅复制个人信息", "监护人代未成年人申请查阅")
ERASE_REASONS = ("本人申请删除，已不再接受服务", "本人已去世，近亲属申请删除", "重复或误建的档案，本人申请删除")
SHORTEST = 8


def _chosen(label: str, words) -> forms.ChoiceField:
    missing = {"required": f"请选择{label}。", "invalid_choice": f"请从列表中选择{label}。"}
    return forms.ChoiceField(
        label=label, choices=[("", "请选择"), *((one, one) for one in words)], error_messages=missing
    )


class ApplicationForm(forms.Form):
    """Who applies and why."""

    asked_by = _chosen("申请人", WHO)
    shown = _chosen("查验的证件", SHOWN)

    @property
    def application(self) -> Application:
        """What was written, for the deed."""
        return Application(*(self.cleaned_data[name] for name in ("asked_by", "shown", "reason")))


def _password(label: str, help_text: str = "") -> forms.CharField:
    box = forms.PasswordInput({"autocomplete": "new-password"})
    return forms.CharField(
        label=label, widget=box, max_length=64, strip=False, help_text=help_text,
        error_messages={"required": f"请填写{label}。"},
    )  # fmt: skip


class CopyForm(ApplicationForm):
    """Besides, the password with which the applicant opens the file."""

    reason = reason_field("申请事由", suggestions=COPY_REASONS, help_text="会记入操作日志，请不要写姓名和号码。")
    password = _password("打开密码", "由申请人自定，至少 8 位，字母和数字都要有；系统不保存，忘记了请重新申请。")
    again = _password("再输一次打开密码")

    def clean_password(self):
        """Long enough, of two kinds."""
        password = self.cleaned_data["password"]
        kinds = any(one.isdigit() for one in password) and any(one.isalpha() for one in password)
        if len(password) < SHORTEST or not kinds:
            raise ValidationError("打开密码至少 8 位，字母和数字都要有。", code="weak")
        return password

    def clean(self):
        """Typed twice alike."""
        told = super().clean()
        if "password" in told and told["password"] != told.get("again"):
            self.add_error("again", "两次输入的打开密码不同。")
        return told


class EraseForm(ApplicationForm):
    """Besides, how much is to go: what nothing keeps."""

    what = forms.ChoiceField(label="删除的内容", error_messages={"required": "请选择删除的内容。"})
    reason = reason_field("申请事由", suggestions=ERASE_REASONS, help_text="会记入操作日志，请不要写姓名和号码。")

    def __init__(self, *args, reasons: Reasons, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [("whole", "整份档案")] * (not reasons.whole)
        choices += [("contacts", "地址、电话和银行账户（其余保留）")] * (not reasons.contacts)
        self.fields["what"].choices = choices
        self.order_fields(["what", "asked_by", "shown", "reason"])

    def hidden(self) -> "EraseForm":
        """The same form, to be sent once more as it was filled in."""
        for field in self.fields.values():
            field.widget = field.hidden_widget()
        return self
