"""A phone, written from RFC 6238 and not with the portal's own code."""

import base64
import hashlib
import hmac
import struct

from django.utils import timezone


def shown(key: str, steps: int = 0) -> str:
    """The six digits that an authenticator shows for a base32 key now, or some steps of half a minute later."""
    counter = struct.pack(">Q", int(timezone.now().timestamp()) // 30 + steps)
    mac = hmac.new(base64.b32decode(key), counter, hashlib.sha1).digest()
    at = mac[-1] & 15
    number = struct.unpack(">I", mac[at : at + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"
