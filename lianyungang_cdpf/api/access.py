"""Who may ask: members of staff with an account in force, by session or by token, as far as their role allows."""

from django.core.exceptions import PermissionDenied
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import SessionAuthentication
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import BasePermission
from rest_framework.throttling import UserRateThrottle


class SessionOfStaff(SessionAuthentication):
    """The session of the pages; whatever changes something needs the token against forged requests, as there."""

    def enforce_csrf(self, request):
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as forged:
            raise PermissionDenied("缺少防伪造令牌（X-CSRFToken），或它已失效：请刷新页面后重试。") from forged


class SessionOfStaffScheme(OpenApiAuthenticationExtension):
    """How the description of the API names the session."""

    target_class = SessionOfStaff
    name = "session"

    def get_security_definition(self, auto_schema):
        return {
            "type": "apiKey", "in": "cookie", "name": "sessionid",
            "description": "登录网页后的会话；提交类请求还要带 X-CSRFToken。",
        }  # fmt: skip


class StaffOnly(BasePermission):
    """As on the pages: an account of staff in force, and the permission of the deed that the view names."""

    def has_permission(self, request, view):
        staff = request.user
        if not (staff and staff.is_active and getattr(staff, "is_staff", False)):
            return False
        return view.is_open_to(staff) if hasattr(view, "is_open_to") else True


class JsonOnly(BaseContentNegotiation):
    """There is one form of answer, whatever is asked for; request bodies are told by their content type."""

    def select_parser(self, request, parsers):
        main = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == main), None)

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type


class PerAccount(UserRateThrottle):
    """So many requests a minute for each account, over all its tokens (settings)."""

    scope = "account"


class UploadsPerAccount(UserRateThrottle):
    """Files cost more than questions."""

    scope = "uploads"
