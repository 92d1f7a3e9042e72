"""The form by which the system administrator makes and changes accounts."""

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError

from lianyungang_cdpf.accounts.models import Staff
from lianyungang_cdpf.accounts.places import check_fit


def password_box(label: str) -> forms.CharField:
    """A box for a new password; blanks at its ends are part of it."""
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, strip=False, widget=widget, required=False)


class StaffForm(forms.ModelForm):
    """An account: one place, a role that fits it, and a password, which is only ever set anew."""

    password1 = password_box("密码")
    password2 = password_box("再输入一次密码")

    class Meta:
        model = Staff
        fields = ["username", "name", "role", "area", "zone", "email", "is_active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_new = self.instance.pk is None
        if "role" in self.fields:
            self.fields["role"].required = True
        if "password1" in self.fields:
            rules = "".join(password_validators_help_texts())
            self.fields["password1"].help_text = rules if self.is_new else f"留空则不修改。{rules}"
            self.fields["password1"].required = self.fields["password2"].required = self.is_new

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("password1", "") != cleaned.get("password2", ""):
            self.add_error("password2", "两次输入的密码不一样，请重新输入。")
        role, area, zone = (cleaned.get(name) for name in ("role", "area", "zone"))
        # That exactly one place is given is the database's constraint, which the form checks after this.
        if role and bool(area) != bool(zone):
            try:
                check_fit(role=role, area=area, zone=zone)
            except ValidationError as misfit:
                self.add_error("role", misfit)
        return cleaned

    def _post_clean(self):
        super()._post_clean()
        # The names that a password must not resemble are on the instance only now.
        if password := self.cleaned_data.get("password2"):
            try:
                validate_password(password, self.instance)
            except ValidationError as weak:
                self.add_error("password1", weak)

    def save(self, commit=True):
        if password := self.cleaned_data.get("password2"):
            self.instance.set_password(password)
        if self.is_new:
            self.instance.is_staff = True
        return super().save(commit)
