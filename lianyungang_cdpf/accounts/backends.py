"""Permissions come from the one role a member of staff holds. A page asks for the account and its rights once each."""

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db.models import Q

from lianyungang_cdpf.accounts.models import Staff


class RoleBackend(ModelBackend):
    """Django's backend, with the role in the place of groups."""

    def get_user(self, user_id):
        """The account with its place and its role, which every page asks for; None when it may not sign in."""
        staff = Staff.objects.select_related("area__zone", "zone", "role").filter(pk=user_id).first()
        return staff if staff and self.user_can_authenticate(staff) else None

    def user_can_authenticate(self, user):
        """As every way in asks."""
        return user.may_sign_in

    def get_all_permissions(self, user_obj, obj=None):
        """Those of the role; in one statement also the account's own, where superusers may be."""
        return self.get_group_permissions(user_obj, obj)

    def _get_group_permissions(self, user_obj):
        of_role = Permission.objects.filter(group__role__staff=user_obj)
        if not settings.SUPERUSERS_ALLOWED:
            return of_role
        return Permission.objects.filter(
            Q(pk__in=of_role.order_by().values("pk")) | Q(pk__in=user_obj.user_permissions.order_by().values("pk"))
        )
