"""Which of two digest keys the database's digests are of, while they go over from one to the other.

One is configured: nobody asks. Two: the database says, the first of its register that has not been retired; the switch
writes that in the transaction in which it exchanges the digests. The answer is believed for a tenth of a second, so
that an import of 36,000 rows does not ask for each.
"""

import time

from django.conf import settings

from lianyungang_cdpf.encryption.models import KeyCheck
from lianyungang_cdpf.fields import check_value, digest_keys

BELIEVED_SECONDS = 0.1
_asked: dict[tuple[bytes, ...], tuple[float, bytes]] = {}


def in_force() -> bytes:
    """The key of the digests as they stand; the first configured one in a database that knows none."""
    keys, now = tuple(digest_keys()), time.monotonic()
    at, key = _asked.get(keys, (-BELIEVED_SECONDS, b""))
    if now - at >= BELIEVED_SECONDS:
        registered = {one.value: one for one in KeyCheck.objects.filter(purpose=KeyCheck.Purpose.DIGEST)}
        standing = sorted((one for one in registered.values() if not one.retired_at), key=lambda one: one.key_id)
        value = standing[0].value if standing else ""
        key = next((one for one in keys if check_value(one) == value), settings.DIGEST_KEY)
        _asked.clear()
        _asked[keys] = now, key
    return key


def forget() -> None:
    """Ask again next time."""
    _asked.clear()


def number_of(key: bytes) -> int | None:
    """The number under which a digest key is registered; None for one that is not."""
    of_digests = KeyCheck.objects.filter(purpose=KeyCheck.Purpose.DIGEST, value=check_value(key))
    return of_digests.values_list("key_id", flat=True).first()


def becoming() -> bytes | None:
    """The configured key to which the digests have still to go; None where there is one key, or they are there."""
    retired = KeyCheck.objects.filter(purpose=KeyCheck.Purpose.DIGEST, retired_at__isnull=False)
    gone = set(retired.values_list("value", flat=True))
    forget()
    now = in_force()
    return next((key for key in digest_keys() if key != now and check_value(key) not in gone), None)
