"""What every public page has in common: how it is shown, how long it may be kept, what is said where none is."""

from dataclasses import dataclass
from functools import wraps

from django.conf import settings
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

# Figures are brought up to date when somebody asks; a proxy may answer for five minutes.
KEPT = "public, max-age=300"
NOT_KEPT = "no-store, private"


@dataclass(frozen=True)
class Display:
    """How somebody wants to read: kept in their browser as two words that say nothing else of them."""

    is_large: bool = False
    is_contrast: bool = False
    # Where the reader is, to come back to after a change.
    back: str = "/"

    @classmethod
    def asked_by(cls, request):
        """What the browser remembers. A page that asks about the reader is come back to without what was asked."""
        match = request.resolver_match
        is_told = match is not None and match.view_name == "public:self_check"
        back = request.path if is_told else request.get_full_path()
        return cls(request.COOKIES.get("text") == "large", request.COOKIES.get("contrast") == "high", back)


def public_page(view):
    """Only looked at; the same for everybody who reads in the same way, so caches may keep it for a while."""

    @wraps(view)
    def page(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", KEPT if response.status_code == 200 else NOT_KEPT)
        patch_vary_headers(response, ["Cookie"])
        return response

    return require_safe(page)


def gone(request, what: str):
    """A page that is not there, within the public frame."""
    return render(request, "public/gone.html", {"title": "没有这个页面", "what": what}, status=404)


def apply_at() -> str:
    """Where people apply, as the office says it."""
    return settings.PUBLIC_SITE["apply_at"]
