"""The forms of signing in and of changing one's own password."""

from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import ValidationError
from django.utils.timezone import localtime

from lianyungang_cdpf.accounts.signin.actions import change_own_password

WRONG = "用户名或密码不正确。请检查大小写和输入法后再试。"


class SignInForm(AdminAuthenticationForm):
    """One sentence for every refusal: who exists, is disabled or locked out is not told apart."""

    error_messages = {**AdminAuthenticationForm.error_messages, "invalid_login": WRONG, "inactive": WRONG}

    def confirm_login_allowed(self, user):
        super().confirm_login_allowed(user)
        # Signing in writes the new one over it.
        user.signed_in_before = user.last_login

    def get_invalid_login_error(self):
        until = getattr(self.request, "sign_in_locked_until", None)
        if until is None:
            return super().get_invalid_login_error()
        again = f"连续输错次数较多，已暂停登录，请在 {localtime(until):%H:%M} 以后再试。"
        return ValidationError(f"用户名或密码不正确。{again}", code="invalid_login")


class OwnPasswordForm(PasswordChangeForm):
    """Changing one's own: the old password, the new one twice."""

    required_css_class = AdminPasswordChangeForm.required_css_class

    def save(self, commit=True):
        return change_own_password(by=self.user, password=self.cleaned_data["new_password1"])
