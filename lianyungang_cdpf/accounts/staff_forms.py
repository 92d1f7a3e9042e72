"""The form by which the system administrator makes accounts, changes, disables them and sets their passwords anew."""

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError

from lianyungang_cdpf.accounts.duties.actions import check_somebody_is_left
from lianyungang_cdpf.accounts.duties.persons import check_one_hand, keeps_own_password
from lianyungang_cdpf.accounts.models import Staff
from lianyungang_cdpf.accounts.signin.passwords import rules_for_others


def password_box(label: str) -> forms.CharField:
    """A box for a new password; blanks at its ends are part of it."""
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, strip=False, widget=widget, required=False)


class StaffForm(forms.ModelForm):
    """An account and its password, which is only ever set anew. A role it gets by two other people (duties/)."""

    password1 = password_box("密码")
    password2 = password_box("再输入一次密码")
    # Who has the form before them; the admin makes a form class for every request.
    by: Staff | None = None

    class Meta:
        model = Staff
        fields = ["username", "name", "employee_no", "area", "zone", "email", "is_active", "identity"]
        help_texts = {"employee_no": "同一人的几个账号填同一工号，据此核对不能兼任的角色。"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_new = self.instance.pk is None
        # The own is changed with the old one (修改密码): a screen left open is no way to take an account over.
        if keeps_own_password(self.instance) or self.instance == self.by:
            del self.fields["password1"], self.fields["password2"]
        if "password1" in self.fields:
            rules = "".join(password_validators_help_texts(rules_for_others()))
            self.fields["password1"].help_text = rules if self.is_new else f"留空则不修改。{rules}"
            self.fields["password1"].required = self.fields["password2"].required = self.is_new

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("password1", "") != cleaned.get("password2", ""):
            self.add_error("password2", "两次输入的密码不一样，请重新输入。")
        return cleaned

    def _post_clean(self):
        super()._post_clean()
        if not self.is_new:
            self._check_role()
        # The names that a password must not resemble are on the instance only now.
        if password := self.cleaned_data.get("password2"):
            try:
                # Sent with something wrong beside it, or on an old page, the form saves nothing: it must not tell
                # either whether this is, or was, the password of the account.
                validate_password(password, self.instance, rules_for_others())
            except ValidationError as weak:
                self.add_error("password1", weak)

    def _check_role(self):
        """What the account holds must still go together with whose it is and whether it is in force."""
        try:
            check_one_hand(staff=self.instance, role=self.instance.role)
        except ValidationError as second:
            self.add_error("employee_no", second)
        if "is_active" in self.changed_data and not self.cleaned_data.get("is_active"):
            try:
                check_somebody_is_left(self.instance)
            except ValidationError as last:
                self.add_error("is_active", last)

    def save(self, commit=True):
        if password := self.cleaned_data.get("password2"):
            self.instance.set_password(password)
        if self.is_new:
            self.instance.is_staff = True
        return super().save(commit)
