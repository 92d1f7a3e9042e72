"""Secrets on admin pages: shown masked, entered anew, never sent back to the browser, and a blank never erases."""

from collections.abc import Callable

from django import forms
from django.contrib import admin


def masked(field: str, mask: Callable[[str], str], description: str):
    """A column or read-only field of an admin that shows a secret masked:

    phone_shown = masked("phone", mask_phone, "联系电话")      # then "phone_shown" in list_display
    """

    @admin.display(description=description, empty_value="—")
    def shown(model_admin, obj):
        return mask(getattr(obj, field) or "") or None

    return shown


class SecretField(forms.CharField):
    """A box for a secret. `mask` shows what is stored; `needed` says that a new record must have it."""

    def __init__(self, *, mask: Callable[[str], str], needed: bool = False, **kwargs):
        self.mask, self.needed = mask, needed
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}))
        super().__init__(required=False, **kwargs)

    def has_changed(self, initial, data):
        """Only an entry is a change: the stored value is not in the form to compare with."""
        return bool(self.to_python(data))


class SecretsForm(forms.ModelForm):
    """A model form whose SecretFields are named as the model's encrypted fields."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self._secrets():
            # Django has put the stored value into `initial`; it must not reach the page.
            self.initial[name] = ""
            stored = getattr(self.instance, name) if self.instance.pk else ""
            field.required = field.needed and not stored
            if stored:
                field.help_text = f"现为 {field.mask(stored)}。填写新内容则替换，留空则保持不变。"

    def _secrets(self):
        return [(name, field) for name, field in self.fields.items() if isinstance(field, SecretField)]

    def _clean_fields(self):
        super()._clean_fields()
        for name, field in self._secrets():
            self._keep_or_check(name, field)

    def _keep_or_check(self, name, field):
        entered = self.cleaned_data.get(name, "")
        stored = getattr(self.instance, name) if self.instance.pk else ""
        if "*" in entered and entered != field.mask(stored or ""):
            self.add_error(name, f"“{field.label}”里有星号，像是遮盖后的内容：请填写完整内容，不修改则留空。")
        elif "*" in entered or not entered:
            self.cleaned_data[name] = stored or ""
