"""Pages of deeds: who may open one, doing the deed with what the form says, and saying that it was done."""

from functools import wraps

from django.contrib import admin, messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

# What a page with a form answers to, for `require_http_methods`.
FORM_METHODS = ("GET", "HEAD", "POST")


def deed_page(permission: str):
    """Sends strangers to the sign-in page; 403 for roles that don't do this deed."""

    def decorate(view):
        @wraps(view)
        def page(request, *args, **kwargs):
            if not admin.site.has_permission(request):
                return redirect_to_login(request.get_full_path(), reverse("admin:login"))
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return page

    return decorate


def done_by(request, form, deed, **told) -> bool:
    """Do a deed with what the form says; what it refuses stands above the form and in the log. Whether it was done."""
    try:
        deed(by=request.user, **told)
    except ValidationError as error:
        form.add_error(None, error)
        # Written once the answer is made, outside of any transaction (audit/middleware.py).
        request.deed_refused = True
        return False
    return True


def say(request, sentence: str) -> None:
    """A message on the next page."""
    messages.success(request, sentence)
