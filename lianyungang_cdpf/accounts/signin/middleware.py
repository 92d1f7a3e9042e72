"""Ends sessions whose time is over, and leads whoever must change the password to the page where that is done."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from lianyungang_cdpf.accounts.signin import sessions

# The public's pages are for everybody, signed in or not.
GUARDED = ("/admin/", "/api/")
NOT_SAVED = "刚才提交的内容没有保存。"
CHANGE_FIRST = "请先在网页上修改密码，再使用接口。"


class SessionLimits:
    """After the session, the account and the messages, before every page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path_info.startswith(GUARDED):
            return self.get_response(request)
        sentence = self._look_at(request)
        if sentence:
            return self._end(request, sentence)
        session = getattr(request, "sign_in", None)
        if session is None:
            return self.get_response(request)
        if session.must_change and request.path_info not in _always_open():
            return self._change_first(request)
        if session.is_due_to_be_written() and not _asked_by_a_timer(request):
            sessions.touch(request)
        return self.get_response(request)

    def _look_at(self, request) -> str:
        """Put the session on the request; the sentence with which it ends, if it does."""
        facts, staff = request.session.get(sessions.FACTS), request.user
        if not staff.is_authenticated:
            # Disabled, or the password changed: Django has let go of the account.
            return sessions.CHANGED if facts else ""
        if not facts:
            return sessions.IDLE
        session = sessions.Session(facts, staff)
        if session.wall and request.path_info not in (reverse(settings.WALL_VIEW), *_always_open()):
            return sessions.WALL_ONLY
        if sentence := session.why_ended():
            return sentence
        request.sign_in = session
        return ""

    def _end(self, request, sentence):
        """At the sign-in page with the sentence; from there back to where one was."""
        if _asked_by_a_timer(request):
            # Left for the next page that a person opens, which can say it.
            return _in_json(sentence, 401)
        logout(request)
        if request.path_info.startswith("/api/"):
            return _in_json(sentence, 401)
        if request.method not in ("GET", "HEAD"):
            sentence = NOT_SAVED + sentence
        messages.warning(request, sentence)
        if request.path_info in (reverse("admin:login"), reverse("admin:logout")):
            return redirect("admin:login")
        return redirect_to_login(_where_one_was(request), reverse("admin:login"))

    def _change_first(self, request):
        if request.path_info.startswith("/api/") or _asked_by_a_timer(request):
            return _in_json(CHANGE_FIRST, 403)
        return redirect("admin:password_change")


def _always_open() -> tuple[str, ...]:
    """What is needed to change the password, to stay and to leave."""
    return tuple(map(reverse, ("admin:password_change", "admin:login", "admin:logout", "session:state")))


def _asked_by_a_timer(request) -> bool:
    return sessions.TIMER_HEADER in request.headers


def _where_one_was(request) -> str:
    """The page itself; after a form the page that it stood on, as far as it is ours."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    came_from = request.headers.get("referer", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(came_from)
        return parts.path + (f"?{parts.query}" if parts.query else "")
    return reverse("admin:index")


def _in_json(sentence: str, status: int) -> JsonResponse:
    """As the API refuses (api/errors.py)."""
    code = {401: "not_signed_in", 403: "forbidden"}[status]
    return JsonResponse({"code": code, "message": sentence, "where": ""}, status=status)
