"""Wrong API tokens from one address, counted by each process of the server for itself, as requests are.

A token has 256 bits, so nobody guesses one; what is slowed down is a program that tries for ever, and its noise.
"""

from django.conf import settings
from django.core.cache import cache
from rest_framework.exceptions import Throttled

from lianyungang_cdpf.accounts.client_address import counted_address


def _key(request) -> str | None:
    address = counted_address(request)
    return address and f"wrong-token:{address}"


def refuse_after_many(request) -> None:
    """Raises Throttled when too many wrong tokens came from the address; right ones are refused then, too."""
    key = _key(request)
    if key and cache.get(key, 0) >= settings.SIGN_IN_FAILURES["token"]:
        raise Throttled(wait=settings.AXES_COOLOFF_TIME.total_seconds())


def note_wrong(request) -> None:
    """Count one."""
    if key := _key(request):
        cache.add(key, 0, settings.AXES_COOLOFF_TIME.total_seconds())
        cache.incr(key)
