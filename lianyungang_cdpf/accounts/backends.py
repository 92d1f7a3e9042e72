"""Permissions come from the one role a member of staff holds."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission


class RoleBackend(ModelBackend):
    """Django's backend, with the role in the place of groups."""

    def _get_group_permissions(self, user_obj):
        return Permission.objects.filter(group__role__staff=user_obj)
