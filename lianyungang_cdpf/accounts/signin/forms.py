"""The forms of signing in and of changing one's own password."""

from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.contrib.auth import authenticate
from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import ValidationError
from django.utils.timezone import localtime

from lianyungang_cdpf.accounts.signin.actions import change_own_password

WRONG = "用户名或密码不正确。请检查大小写和输入法后再试。"


class SignInForm(AdminAuthenticationForm):
    """One sentence for every refusal: who exists, is disabled or locked out is not told apart."""

    error_messages = {**AdminAuthenticationForm.error_messages, "invalid_login": WRONG, "inactive": WRONG}

    def get_invalid_login_error(self):
        if again := when_again(self.request):
            return ValidationError(f"用户名或密码不正确。{again}", code="invalid_login")
        return super().get_invalid_login_error()


def when_again(request) -> str:
    """When passwords of the account are looked at again, as a sentence; "" where they are now."""
    until = getattr(request, "sign_in_locked_until", None)
    return f"连续输错次数较多，已暂停登录，请在 {localtime(until):%H:%M} 以后再试。" if until else ""


def is_own_password(request, password: str) -> bool:
    """Whether it is the password of whoever is signed in; asked as at sign-in, so that guesses meet the same lock."""
    staff = request.user
    return authenticate(request, username=staff.get_username(), password=password) == staff


class OwnPasswordForm(PasswordChangeForm):
    """Changing one's own: the old password, the new one twice."""

    required_css_class = AdminPasswordChangeForm.required_css_class

    def __init__(self, *args, request, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_old_password(self):
        """As Django's, but that a wrong one is a failed sign-in."""
        password = self.cleaned_data["old_password"]
        if not is_own_password(self.request, password):
            wrong = f"{self.error_messages['password_incorrect']}{when_again(self.request)}"
            raise ValidationError(wrong, code="password_incorrect")
        return password

    def validate_password_for_user(self, user, password_field_name="password2"):
        """Only once the old one is right: whether the new one was used lately would else answer guesses uncounted."""
        if "old_password" in self.cleaned_data:
            super().validate_password_for_user(user, password_field_name)

    def save(self, commit=True):
        return change_own_password(by=self.user, password=self.cleaned_data["new_password1"])
