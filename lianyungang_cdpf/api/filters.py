"""Filters that several apps' lists have."""

from django import forms
from django_filters import rest_framework as filters

LARGEST_ID = 2**63 - 1


class RecordFilter(filters.NumberFilter):
    """By the number of a record beside it; a number out of sight finds as little as one that does not exist."""

    field_class = forms.IntegerField

    def __init__(self, **kwargs):
        super().__init__(min_value=1, max_value=LARGEST_ID, **kwargs)

    def get_max_validator(self):
        """The field has its own."""
        return None
