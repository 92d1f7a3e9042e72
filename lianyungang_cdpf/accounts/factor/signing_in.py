"""Signing in by steps: who has shown a password waits in the session, signed in as nobody, until the code is given."""

import time
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import load_backend, login, logout
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from lianyungang_cdpf.accounts.factor.actions import begin_set_up
from lianyungang_cdpf.accounts.factor.required import has_factor, must_have_factor
from lianyungang_cdpf.accounts.models import Staff

WAITING, MARK, GIVEN = "second_step", "second_factor", "given"
BACKEND = "lianyungang_cdpf.accounts.backends.RoleBackend"
CODE, SET_UP = "code", "set_up"
# Seconds between the password and the last step; an app may have to be installed first.
SECONDS = {CODE: 5 * 60, SET_UP: 20 * 60}


@dataclass(frozen=True)
class Waiting:
    """Somebody who has taken the first step, what they have to do next, and where they wanted to go."""

    staff: Staff
    step: str
    wanted: str
    by_password: bool


class PasswordStep(LoginView):
    """The sign-in page: a right password signs in, or leads on to the second step."""

    def form_valid(self, form):
        return after_first_step(self.request, form.get_user(), self.get_success_url())


def after_first_step(
    request: HttpRequest, staff: Staff, wanted: str, *, given: bool = False, by_password: bool = True
) -> HttpResponseRedirect:
    """Where somebody goes whose password is right, or, not `by_password`, whom the identity service vouches for.

    `given` says that this service has asked for a second factor itself.
    """
    step = None if given else CODE if has_factor(staff) else SET_UP if must_have_factor(staff) else None
    if step is None:
        return finish(request, Waiting(staff, "", wanted, by_password), given=given)
    if step == SET_UP:
        begin_set_up(by=staff)
    if request.user.is_authenticated:
        logout(request)  # whoever was signed in here before; what their session holds is kept for nobody else
    request.session.cycle_key()
    request.session[WAITING] = {
        "staff": staff.pk, "backend": getattr(staff, "backend", BACKEND), "password": staff.get_session_auth_hash(),
        "step": step, "until": int(time.time()) + SECONDS[step], "wanted": wanted, "by_password": by_password,
    }  # fmt: skip
    return HttpResponseRedirect(reverse(f"factor:sign_in_{step}"))


def waiting_in(request: HttpRequest) -> Waiting | None:
    """Who waits in this session; None when nobody does, when time is up, or when the account has changed since."""
    told = request.session.get(WAITING)
    if not told or time.time() >= told["until"]:
        return None
    staff = load_backend(told["backend"]).get_user(told["staff"])
    if staff is None or not constant_time_compare(told["password"], staff.get_session_auth_hash()):
        return None
    staff.backend = told["backend"]
    return Waiting(staff, told["step"], told["wanted"], told.get("by_password", True))


def finish(request: HttpRequest, waiting: Waiting, *, given: bool) -> HttpResponseRedirect:
    """Sign in, in a session with a new key, and go where one wanted to. `given`: a second factor was shown."""
    staff = waiting.staff
    request.session.pop(WAITING, None)
    # Signing in writes the new one over it; before the last step was taken nobody had signed in.
    staff.signed_in_before, staff.by_password = staff.last_login, waiting.by_password
    login(request, staff, backend=getattr(staff, "backend", BACKEND))
    if given:
        request.session[MARK] = GIVEN
    return HttpResponseRedirect(waiting.wanted)


def is_complete(request: HttpRequest) -> bool:
    """Whether the session of a signed-in account may go on. Asks the database once a session and role, at most."""
    if settings.SECOND_FACTOR != "required" or request.session.get(MARK) in {GIVEN, request.user.role_id}:
        return True
    if must_have_factor(request.user):
        return False
    request.session[MARK] = request.user.role_id
    return True
