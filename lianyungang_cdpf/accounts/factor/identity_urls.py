"""Addresses of the identity service; none where none is configured."""

from django.urls import include, path
from django.views.decorators.cache import never_cache

from lianyungang_cdpf.accounts.factor.identity import Callback, begin, is_offered

PAGES = [
    path("", never_cache(begin), name="begin"),
    path("callback/", never_cache(Callback.as_view()), name="callback"),
]


def identity_routes() -> list:
    """The addresses, for urls.py."""
    return [path("admin/sign-in/identity/", include((PAGES, "identity")))] if is_offered() else []
