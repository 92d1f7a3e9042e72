"""Fields of answers that are computed as the pages compute them."""

from collections.abc import Callable

from django.core.exceptions import ImproperlyConfigured
from rest_framework import serializers

from lianyungang_cdpf.fields import EncryptedTextField


class _Computed:
    """`compute` takes the record; the value is None where there is none."""

    def __init__(self, label: str, compute: Callable, **kwargs):
        self.compute = compute
        super().__init__(source="*", label=label, read_only=True, **kwargs)

    def to_representation(self, value):
        shown = self.compute(value)
        return None if shown is None else super().to_representation(shown)


class Text(_Computed, serializers.CharField):
    """Text("身份证号（已遮盖）", lambda person: mask_id_number(person.id_number))."""


class Whole(_Computed, serializers.IntegerField):
    """A whole number."""


class Flag(_Computed, serializers.BooleanField):
    """Yes or no."""


class Words(_Computed, serializers.ListField):
    """A list of texts."""

    child = serializers.CharField()


class Named(serializers.ModelSerializer):
    """The base of a record in an answer: fields are those named, and none can be written."""

    def get_extra_kwargs(self):
        return {name: self._read_only(name) for name in self.Meta.fields if name not in self._declared_fields}

    def build_standard_field(self, field_name, model_field):
        """A secret is told by a field that says how; named alone it would leave as it is stored."""
        if isinstance(model_field, EncryptedTextField):
            raise ImproperlyConfigured(f"{type(self).__name__}.{field_name} is secret: say how it is masked.")
        return super().build_standard_field(field_name, model_field)

    def _read_only(self, name: str) -> dict:
        """A choice that may be blank says so: its empty text is none of the choices."""
        field = self.Meta.model._meta.get_field(name)
        return {"read_only": True, "allow_blank": True} if field.choices and field.blank else {"read_only": True}
