"""Encrypted text and its searchable digest. Knows no model and no app.

Stored form: format version (1 byte) | key id (1 byte) | nonce (12) | SM4-GCM ciphertext | tag (16). The associated
data is "table.column", so a cell copied elsewhere does not decrypt. Equality search goes through HMAC-SM3 digests
with one derived key per purpose. Source of the algorithms: GB/T 32907 (SM4), GB/T 32905 (SM3), GB/T 39786.
"""

import os
from collections.abc import Iterable, Iterator
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.db import models

FORMAT_VERSION = 1
NONCE_BYTES, TAG_BYTES = 12, 16
HEADER_BYTES = 2 + NONCE_BYTES
NONCES_AT_ONCE = 256


class UnreadableSecret(ValueError):
    """A stored value that no configured key decrypts: wrong key, or a cell copied from another column."""


@lru_cache(maxsize=64)
def _derived(master: bytes, purpose: str) -> bytes:
    mac = hmac.HMAC(master, hashes.SM3())
    mac.update(purpose.encode())
    return mac.finalize()


@lru_cache(maxsize=256)
def _algorithm(master: bytes) -> algorithms.SM4:
    return algorithms.SM4(_derived(master, "encrypt")[:16])


def encrypt(text: str, place: str) -> bytes:
    """Encrypt text for `place` ("table.column"); an empty text stays empty, as it tells nothing."""
    return next(encrypt_all([text], place))


def encrypt_all(texts: Iterable[str], place: str) -> Iterator[bytes]:
    """The stored forms of many texts of one column, one by one as they are asked for."""
    key_id = settings.FIELD_KEY_ID
    algorithm, head, bound = _algorithm(settings.FIELD_KEYS[key_id]), bytes((FORMAT_VERSION, key_id)), place.encode()
    for text, nonce in zip(texts, _nonces(), strict=False):
        if not text:
            yield b""
            continue
        encryptor = Cipher(algorithm, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(bound)
        body = encryptor.update(text.encode()) + encryptor.finalize()
        yield b"".join((head, nonce, body, encryptor.tag))


def _nonces() -> Iterator[bytes]:
    """Random nonces without end; the first alone, since most callers encrypt one text."""
    yield os.urandom(NONCE_BYTES)
    while True:
        drawn = os.urandom(NONCE_BYTES * NONCES_AT_ONCE)
        yield from (drawn[at : at + NONCE_BYTES] for at in range(0, len(drawn), NONCE_BYTES))


def decrypt(stored: bytes | memoryview | None, place: str) -> str:
    """The text behind a stored value. Raises UnreadableSecret when no configured key opens it at this place."""
    if not stored:
        return ""
    raw = bytes(stored)
    if raw[0] != FORMAT_VERSION or len(raw) <= HEADER_BYTES + TAG_BYTES:
        raise UnreadableSecret(f"{place}：存储格式不是第 {FORMAT_VERSION} 版，或数据不完整")
    if raw[1] not in settings.FIELD_KEYS:
        raise UnreadableSecret(f"{place}：没有编号为 {raw[1]} 的密钥")
    mode = modes.GCM(raw[2:HEADER_BYTES], raw[-TAG_BYTES:])
    decryptor = Cipher(_algorithm(settings.FIELD_KEYS[raw[1]]), mode).decryptor()
    decryptor.authenticate_additional_data(place.encode())
    try:
        return (decryptor.update(raw[HEADER_BYTES:-TAG_BYTES]) + decryptor.finalize()).decode()
    except InvalidTag as error:
        raise UnreadableSecret(f"{place}：密钥不对，或数据被移动、改动") from error


def file_algorithm(key_id: int, salt: bytes) -> algorithms.SM4:
    """The key of one sealed file: derived from a field key, for that file's random salt alone.

    Raises UnreadableSecret when no key of this id is configured.
    """
    if key_id not in settings.FIELD_KEYS:
        raise UnreadableSecret(f"没有编号为 {key_id} 的密钥")
    mac = hmac.HMAC(_derived(settings.FIELD_KEYS[key_id], "encrypt-file"), hashes.SM3())
    mac.update(salt)
    return algorithms.SM4(mac.finalize()[:16])


@lru_cache(maxsize=16)
def _digest_base(master: bytes, purpose: str) -> hmac.HMAC:
    return hmac.HMAC(_derived(master, f"digest:{purpose}"), hashes.SM3())


def digest(text: str, purpose: str) -> str:
    """HMAC-SM3 of a normalised text as 64 hex digits, keyed apart by purpose; empty for an empty text."""
    return digest_all([text], purpose)[0]


def digest_begun(purpose: str) -> hmac.HMAC:
    """The keyed digest of a purpose before its first byte, for what is too long to be one text."""
    return _digest_base(settings.DIGEST_KEY, purpose).copy()


def digest_all(texts: Iterable[str | None], purpose: str) -> list[str]:
    """The digests of many texts, in their order; "" for an empty one."""
    copy, digests = _digest_base(settings.DIGEST_KEY, purpose).copy, []
    for text in texts:
        if not text:
            digests.append("")
            continue
        mac = copy()
        mac.update(text.encode())
        digests.append(mac.finalize().hex())
    return digests


class EncryptedTextField(models.BinaryField):
    """Text that is encrypted at rest; reads and writes str. Can't be filtered: filter its digest column."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("editable", True)
        kwargs.setdefault("default", b"")
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    @property
    def place(self) -> str:
        """The associated data of this column's values."""
        return f"{self.model._meta.db_table}.{self.column}"

    def from_db_value(self, value, expression, connection):
        return None if value is None else decrypt(value, self.place)

    def get_prep_value(self, value):
        """The stored form of a text. Raises TypeError for bytes that are not one: they would be kept in the clear."""
        if value is None or (isinstance(value, bytes) and not value):
            return value
        if not isinstance(value, bytes):
            return encrypt(str(value), self.place)
        if value[0] != FORMAT_VERSION or len(value) <= HEADER_BYTES + TAG_BYTES:
            raise TypeError(f"{self.place} takes str, or what encrypt() gave.")
        return value

    def get_db_prep_value(self, value, connection, prepared=False):
        return super().get_db_prep_value(self.get_prep_value(value), connection, prepared=True)

    def get_default(self):
        """Empty text; the column's default is the empty bytes that stand for it."""
        return ""

    def to_python(self, value):
        return value

    def value_to_string(self, obj):
        raise TypeError("An encrypted field is never serialised.")

    def get_lookup(self, lookup_name):
        """Only null checks: equality of ciphertexts means nothing, digests are for that."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def formfield(self, **kwargs):
        """No form shows a stored secret; forms that take one declare their own field."""
        return None


def digest_field(verbose_name: str, **kwargs) -> models.CharField:
    """A column for the digest of an encrypted value."""
    return models.CharField(verbose_name, max_length=64, editable=False, **kwargs)
