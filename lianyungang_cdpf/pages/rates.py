"""How often a minute the expensive pages answer one account, and one address: against a script that runs wild.

Counted by each process of the server for itself (a cache in its memory), as the API counts: with two workers at most
twice as much passes. Sign-in has limits of its own.
"""

import time

from django.conf import settings
from django.core.cache import caches
from django.http import HttpResponse
from django.template.loader import render_to_string

from lianyungang_cdpf.accounts.client_address import counted_address

MINUTE = 60
FILES = (".xlsx", ".csv", ".pdf", ".docx", ".ods")


class NotTooOften:
    """429 with a page and Retry-After for what is asked more often than settings.PAGE_RATES allows."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        kind = kind_of(request)
        if kind is None:
            return None
        of_account, of_address = settings.PAGE_RATES[kind]
        account = request.user.pk if request.user.is_authenticated else None
        too_often = [
            _is_over(f"{kind}:{whose}", most)
            for whose, most in ((account and f"account:{account}", of_account), (_address(request), of_address))
            if whose and most
        ]
        return refused() if any(too_often) else None


def kind_of(request) -> str | None:
    """Which of the rates a request is counted for; most are counted for none."""
    name = request.resolver_match.url_name or ""
    if request.path.startswith("/api/"):
        return None
    if request.method == "POST":
        if name == "self_check":
            return "self_check"
        if name.endswith("_export"):
            return "exports"
        if request.content_type == "multipart/form-data":
            return "uploads"
        return None
    if request.path.endswith(FILES):
        return "exports"
    if name == "autocomplete":
        return "suggestions"
    return "searches" if request.GET.get("q") else None


def refused() -> HttpResponse:
    """The page that says to wait, and for how long."""
    wait = MINUTE - int(time.time()) % MINUTE
    page = render_to_string("429.html", {"wait": wait})
    return HttpResponse(page, status=429, headers={"Retry-After": str(wait), "Cache-Control": "no-store"})


def _is_over(whose: str, most: int) -> bool:
    """Counts once more; whether that is once too often in this minute."""
    counted, key = caches["rates"], f"{whose}:{int(time.time()) // MINUTE}"
    counted.add(key, 0, timeout=2 * MINUTE)
    try:
        return counted.incr(key) > most
    except ValueError:
        # Dropped between the two, to make room: counted anew.
        return False


def _address(request) -> str | None:
    address = counted_address(request)
    return address and f"address:{address}"
