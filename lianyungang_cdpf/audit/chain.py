"""What vouches for the audit log: a mac of each line by itself, and the chain of seals over all lines.

A line's mac is made when it is written, over everything but its number (which the database gives), with a nonce: a
forged or copied line has none that fits. A seal's mac is HMAC-SM3 over the seal before it, its own number and the
canonical bytes of the whole line with number and mac. Both are keyed by a field key, whose id begins the mac; a key
that ever wrote here has to be kept for as long as its lines are.
"""

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives import constant_time
from django.conf import settings

from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.fields import UnreadableSecret, mac_begun

LINE, CHAIN, ARCHIVE = "audit-line", "audit-chain", "audit-archive"
NONCE_BYTES = 8
# Of a key's id (1-255).
MOST_DIGITS = 3
# What a line says, in the order of its canonical bytes; the number is put before it, the mac after it.
SAID = (
    "at", "staff_id", "username", "place", "role", "deed", "object_type", "object_id", "summary", "result", "address",
    "request_id",
)  # fmt: skip
COLUMNS = ("pk", *SAID, "mac")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_canonical = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def said_by(line: AuditLine) -> tuple:
    """What a line says, in the order of SAID."""
    return tuple(getattr(line, name) for name in SAID)


def _bytes(said: tuple, *around) -> bytes:
    """The canonical bytes of a line; moments in microseconds since 1970, the same on both databases."""
    at, *rest = said
    return _canonical([*around, (at - _EPOCH) // _MICROSECOND, *rest]).encode()


def packed(line: tuple) -> list:
    """A row of COLUMNS as JSON has it."""
    pk, at, *rest = line
    return [pk, (at - _EPOCH) // _MICROSECOND, *rest]


def unpacked(said: list) -> tuple:
    """The row of COLUMNS that was packed."""
    pk, at, *rest = said
    return pk, _EPOCH + at * _MICROSECOND, *rest


def mac_of_line(said: tuple, *, key_id: int | None = None, nonce: str = "") -> str:
    """The mac of a line by itself; with a fresh nonce where none is given."""
    nonce = nonce or os.urandom(NONCE_BYTES).hex()
    return _mac(LINE, settings.FIELD_KEY_ID if key_id is None else key_id, nonce.encode() + _bytes(said), nonce)


def vouches(mac: str, said: tuple) -> bool:
    """Whether a line's mac is of what the line says. Raises UnreadableSecret for a key that is not configured."""
    key_id, nonce = _taken_apart(mac)
    return bool(nonce) and _same(mac, mac_of_line(said, key_id=key_id, nonce=nonce))


def seal_of(number: int, line: tuple, before: str, *, key_id: int | None = None) -> str:
    """The mac of a seal: `line` is a row of COLUMNS, `before` the mac of the seal before it, "" for the first."""
    pk, *said, mac = line
    content = _bytes(tuple(said), before, number, pk, mac)
    return _mac(CHAIN, settings.FIELD_KEY_ID if key_id is None else key_id, content)


def is_seal_of(mac: str, number: int, line: tuple, before: str) -> bool:
    """Whether a seal stands where it was put. Raises UnreadableSecret for a key that is not configured."""
    return _same(mac, seal_of(number, line, before, key_id=_taken_apart(mac)[0]))


def mac_of_archive(facts: Iterable, *, key_id: int | None = None) -> str:
    """The mac of an archive's record."""
    content = _canonical([str(fact) for fact in facts]).encode()
    return _mac(ARCHIVE, settings.FIELD_KEY_ID if key_id is None else key_id, content)


def vouches_for_archive(mac: str, facts: Iterable) -> bool:
    """Whether an archive's mac is of its facts. Raises UnreadableSecret for a key that is not configured."""
    return _same(mac, mac_of_archive(facts, key_id=_taken_apart(mac)[0]))


def key_id_of_mac(mac: str) -> int:
    """The id of the field key that a mac names. Raises UnreadableSecret for what is none."""
    return _taken_apart(mac)[0]


def _mac(purpose: str, key_id: int, content: bytes, nonce: str = "") -> str:
    mac = mac_begun(purpose, key_id)
    mac.update(content)
    return f"{key_id}.{nonce}.{mac.finalize().hex()}"


def _taken_apart(mac: str) -> tuple[int, str]:
    """Key id and nonce of a mac. Raises UnreadableSecret for what is none."""
    key_id, _, rest = mac.partition(".")
    if not (key_id.isascii() and key_id.isdecimal() and len(key_id) <= MOST_DIGITS):
        raise UnreadableSecret("校验码不是本系统写的")
    return int(key_id), rest.partition(".")[0]


def _same(one: str, other: str) -> bool:
    return constant_time.bytes_eq(one.encode(), other.encode())
