"""One-time codes and what stands beside them: keys, the picture that an app reads, recovery codes. Writes nothing."""

import base64
import re
import secrets
import unicodedata
from datetime import datetime
from urllib.parse import quote, urlencode

import segno
from django.utils.safestring import SafeString, mark_safe
from django_otp.oath import TOTP

ISSUER = "智慧残联"
KEY_BYTES = 20  # RFC 4226, section 4: 160 bits
STEP_SECONDS, DIGITS = 30, 6  # what every app shows unless it is told otherwise
DRIFT_STEPS = 1  # a phone may be half a minute fast or slow
RECOVERY_CODES = 10
# Without letters and digits that are mistaken for each other on paper: 31 of them, 10 to a code, some 49 bits.
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
RECOVERY_LENGTH = 10


def new_key() -> str:
    """A key as apps take it, in base32."""
    return base64.b32encode(secrets.token_bytes(KEY_BYTES)).decode()


def plain(typed: str) -> str:
    """A code as it is compared: full-width digits of a Chinese keyboard, blanks and hyphens make no difference."""
    return re.sub(r"[\s\-‐-―－]", "", unicodedata.normalize("NFKC", typed)).lower()


def matching_step(key: str, code: str, moment: datetime, after: int | None = None) -> int | None:
    """The time step whose code this is, one step early or late included; None when it is wrong.

    `after` is the step of the last code that was taken: that one and earlier ones count no more.
    """
    clock = TOTP(base64.b32decode(key), step=STEP_SECONDS, digits=DIGITS)
    clock.time = moment.timestamp()
    least = None if after is None else after + 1
    return clock.t() if clock.verify(int(code), tolerance=DRIFT_STEPS, min_t=least) else None


def new_recovery_codes() -> list[str]:
    """Ten codes as they are shown: ab3de-fgh45."""
    drawn = ("".join(secrets.choice(LETTERS) for _ in range(RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES))
    return [f"{code[:5]}-{code[5:]}" for code in drawn]


def in_fours(key: str) -> str:
    """The key for typing: ABCD EFGH …"""
    return " ".join(key[at : at + 4] for at in range(0, len(key), 4))


def address_of(key: str, username: str) -> str:
    """What an app reads out of the picture (the otpauth scheme of Google's Key URI Format)."""
    label = quote(f"{ISSUER}:{username}")
    return f"otpauth://totp/{label}?{urlencode({'secret': key, 'issuer': ISSUER}, quote_via=quote)}"


def picture_of(address: str) -> SafeString:
    """The QR code as inline SVG, by attributes alone: the content security policy allows no style."""
    return mark_safe(segno.make(address, error="m", micro=False).svg_inline(border=4, omitsize=True))
