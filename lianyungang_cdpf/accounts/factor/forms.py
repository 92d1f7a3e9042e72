"""The boxes of the second factor. Codes are pasted, typed or filled in by the browser; there is no puzzle."""

from django import forms

from lianyungang_cdpf.accounts.factor.codes import DIGITS, RECOVERY_LENGTH, plain
from lianyungang_cdpf.accounts.signin.forms import is_own_password, when_again

NOT_DIGITS = "请填写验证器显示的 6 位数字。"
NOT_RECOVERY = "恢复码是 10 个字母和数字，形如 ab3de-fgh45。请照保存时的样子填写。"
WRONG_PASSWORD = "密码不对，请重新输入。"
LONGEST_ENTRY = 40


class CodeForm(forms.Form):
    """The code that the app shows."""

    code = forms.CharField(
        label="6 位验证码", max_length=LONGEST_ENTRY,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}),
        error_messages={"required": NOT_DIGITS, "max_length": NOT_DIGITS},
    )  # fmt: skip

    def clean_code(self):
        code = plain(self.cleaned_data["code"])
        if len(code) != DIGITS or not (code.isascii() and code.isdecimal()):
            raise forms.ValidationError(NOT_DIGITS)
        return code


class RecoveryForm(forms.Form):
    """One of the codes that were kept for a lost phone."""

    code = forms.CharField(
        label="恢复码", max_length=LONGEST_ENTRY,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        ),
        error_messages={"required": NOT_RECOVERY, "max_length": NOT_RECOVERY},
    )  # fmt: skip

    def clean_code(self):
        code = plain(self.cleaned_data["code"])
        if len(code) != RECOVERY_LENGTH:
            raise forms.ValidationError(NOT_RECOVERY)
        return code


class PasswordAgain(forms.Form):
    """The password once more, before something is changed that protects the account."""

    password = forms.CharField(
        label="当前密码", strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
        error_messages={"required": "请输入当前密码。"},
    )  # fmt: skip

    def __init__(self, request, *args):
        super().__init__(*args)
        self.request = request

    def clean_password(self):
        password = self.cleaned_data["password"]
        if not is_own_password(self.request, password):
            raise forms.ValidationError(WRONG_PASSWORD + when_again(self.request))
        return password
