"""Changing one's own password, what the warning before a session's end asks, and leaving a session to a wall screen."""

from django.conf import settings
from django.contrib.auth.views import PasswordChangeView
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.views.decorators.http import require_http_methods, require_POST

from lianyungang_cdpf.accounts.deed_pages import FORM_METHODS
from lianyungang_cdpf.accounts.recording import record
from lianyungang_cdpf.accounts.signin import sessions
from lianyungang_cdpf.accounts.signin.forms import OwnPasswordForm


class OwnPassword(PasswordChangeView):
    """The page on which everybody changes their own password, and where some are led first."""

    form_class = OwnPasswordForm
    template_name = "registration/password_change_form.html"
    success_url = reverse_lazy("admin:password_change_done")

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "request": self.request}

    def form_valid(self, form):
        done = super().form_valid(form)
        sessions.password_was_changed(self.request)
        return done


@require_http_methods(FORM_METHODS)
def state(request):
    """How many seconds are left, and whether staying on gives more; a POST stays on."""
    session = request.sign_in
    if request.method == "POST":
        sessions.touch(request)
        session = sessions.Session(request.session[sessions.FACTS], request.user)
    last = session.whole_seconds_left <= session.idle_seconds_left
    return JsonResponse({"left": session.seconds_left, "last": last})


@require_POST
def wall(request):
    """Leave this session to the wall screen; the audit log says so."""
    if not request.sign_in.may_stay_on_wall:
        return redirect(settings.WALL_VIEW)
    sessions.leave_to_wall(request)
    record(by=request.user, deed="保持大屏登录", summary=f"{settings.WALL_DAYS} 天")
    return redirect(settings.WALL_VIEW)
