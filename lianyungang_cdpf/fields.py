"""Encrypted text and its searchable digest. Knows no model and no app.

Stored form: format version (1 byte) | key id (1 byte) | nonce (12) | SM4-GCM ciphertext | tag (16). The associated
data is "table.column", so a cell copied elsewhere does not decrypt. Equality search goes through HMAC-SM3 digests
with one derived key per purpose. Source of the algorithms: GB/T 32907 (SM4), GB/T 32905 (SM3), GB/T 39786.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.db import models
from django.db.models.functions import Cast
from django.utils.module_loading import import_string

FORMAT_VERSION = 1
NONCE_BYTES, TAG_BYTES = 12, 16
HEADER_BYTES = 2 + NONCE_BYTES
NONCES_AT_ONCE = 256
# Rows that are sealed as they stand: how many are read together, and how many written by one statement.
SEALED, SEALED_TOGETHER = 2_000, 200
_CHOSEN: ContextVar[bytes | None] = ContextVar("digest_key", default=None)


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
    cipher = None
    for text, nonce in zip(texts, _nonces(), strict=False):
        if not text:
            yield b""
            continue
        mode = modes.GCM(nonce)
        if cipher is None:
            cipher = Cipher(algorithm, mode)
        # That mode and algorithm fit each other is looked at once, not for each of 36,000 cells.
        cipher.mode = mode
        encryptor = cipher.encryptor()
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


def key_id_of(stored: bytes | memoryview | None) -> int | None:
    """The id of the key under which a stored value lies; None for an empty one, and a damaged one that names none."""
    return stored[1] if stored and len(stored) > 1 else None


def renewed(stored: bytes | memoryview | None, place: str) -> bytes | memoryview | None:
    """A stored value with the same text under the key that writes now; itself where it is. Raises UnreadableSecret."""
    if not stored or key_id_of(stored) == settings.FIELD_KEY_ID:
        return stored
    return encrypt(decrypt(stored, place), place)


def check_value(key: bytes) -> str:
    """What may be kept of a key, to know it again: HMAC-SM3 of a fixed text, 64 hex digits."""
    return _derived(key, "key-check").hex()


def file_algorithm(key_id: int, salt: bytes) -> algorithms.SM4:
    """The key of one sealed file: derived from a field key, for that file's random salt alone.

    Raises UnreadableSecret when no key of this id is configured.
    """
    if key_id not in settings.FIELD_KEYS:
        raise UnreadableSecret(f"没有编号为 {key_id} 的密钥")
    mac = hmac.HMAC(_derived(settings.FIELD_KEYS[key_id], "encrypt-file"), hashes.SM3())
    mac.update(salt)
    return algorithms.SM4(mac.finalize()[:16])


def digest_keys() -> list[bytes]:
    """The configured digest keys: one, or two while everything goes over from one to the other."""
    return [key for key in (settings.DIGEST_KEY, settings.DIGEST_KEY_NEXT) if key]


def _digest_key() -> bytes:
    """The key of which the database's digests are now; asked of the database only while there are two."""
    if settings.DIGEST_KEY_NEXT is None:
        return settings.DIGEST_KEY
    return _CHOSEN.get() or import_string(settings.DIGEST_KEY_IN_FORCE)()


@contextmanager
def digests_under(key: bytes) -> Iterator[None]:
    """While two keys are configured, make digests in the block with this one of them."""
    token = _CHOSEN.set(key)
    try:
        yield
    finally:
        _CHOSEN.reset(token)


@lru_cache(maxsize=64)
def _digest_base(master: bytes, purpose: str) -> hmac.HMAC:
    return hmac.HMAC(_derived(master, f"digest:{purpose}"), hashes.SM3())


def digest(text: str, purpose: str) -> str:
    """HMAC-SM3 of a normalised text as 64 hex digits, keyed apart by purpose; empty for an empty text."""
    return digest_all([text], purpose)[0]


def digests_of(text: str, purpose: str) -> list[str]:
    """The digests of a text under each configured key, for what is known by its digest alone."""
    keys = digest_keys()
    if len(keys) == 1:
        return [digest(text, purpose)]
    found = []
    for key in keys:
        with digests_under(key):
            found.append(digest(text, purpose))
    return found


def digest_begun(purpose: str) -> hmac.HMAC:
    """The keyed digest of a purpose before its first byte, for what is too long to be one text."""
    return _digest_base(_digest_key(), purpose).copy()


def mac_begun(purpose: str, key_id: int) -> hmac.HMAC:
    """A mac that vouches for stored records: its key is of a field key, whose id is stored beside it.

    Raises UnreadableSecret when no key of this id is configured.
    """
    if key_id not in settings.FIELD_KEYS:
        raise UnreadableSecret(f"没有编号为 {key_id} 的密钥")
    return _mac_base(settings.FIELD_KEYS[key_id], purpose).copy()


@lru_cache(maxsize=16)
def _mac_base(master: bytes, purpose: str) -> hmac.HMAC:
    return hmac.HMAC(_derived(master, f"mac:{purpose}"), hashes.SM3())


def digest_all(texts: Iterable[str | None], purpose: str) -> list[str]:
    """The digests of many texts, in their order; "" for an empty one."""
    copy, digests = _digest_base(_digest_key(), purpose).copy, []
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


def secrets_of(model: type[models.Model]) -> tuple[EncryptedTextField, ...]:
    """The encrypted columns of a model's own table, in their order."""
    return tuple(one for one in model._meta.local_concrete_fields if isinstance(one, EncryptedTextField))


class SealField(models.CharField):
    """A keyed digest of several columns of its row; blank in rows that nobody has sealed. Says nothing of its own.

    With `of`, plain columns that say which row it is (none that the database numbers), it covers these and all secrets
    of the row in the clear, and is made whenever the row is saved; where a statement writes rows, `row_seal` and
    `row_seals` make it. A row without secrets has none.
    """

    def __init__(self, *args, of: tuple[str, ...] = (), **kwargs):
        self.of = of
        kwargs |= {"max_length": 64, "editable": False, "blank": True}
        nothing = {"null": True, "default": None} if of or kwargs.get("null") else {"default": "", "db_default": ""}
        super().__init__(*args, **(kwargs | nothing))

    @property
    def covers(self) -> tuple[str, ...]:
        """What it is made of, in this order."""
        return (*self.of, *(field.attname for field in secrets_of(self.model)))

    def made(self, row: models.Model) -> str | None:
        """The seal that a row should have."""
        values = [getattr(row, name) for name in self.covers]
        return row_seal(self.model._meta.db_table, values[: len(self.of)], values[len(self.of) :])

    def pre_save(self, model_instance, add):
        if self.of:
            setattr(model_instance, self.attname, self.made(model_instance))
        return super().pre_save(model_instance, add)


def row_seal(table: str, key: Iterable, secrets: Iterable[str | None]) -> str | None:
    """The seal of a row of a table whose SealField says `of`: over what says which row it is and its secrets."""
    secrets = [text or "" for text in secrets]
    return digest("\x1f".join([table, *map(str, key), *secrets]), "seal of a row") if any(secrets) else None


def row_seals(table: str, rows: Iterable[tuple[str, str]]) -> list[str]:
    """The seals of many rows, each told by its key, joined as `row_seal` does, and the one secret that it has."""
    return digest_all([secret and f"{table}\x1f{key}\x1f{secret}" for key, secret in rows], "seal of a row")


def seal_rows(rows: models.QuerySet, of: tuple[str, ...]) -> None:
    """Seal rows as they stand: for the migration that brings the seal, and where a statement changed what it covers.

    A row in which a secret does not open keeps the seal that it has, or none: verify_seals names it.
    """
    model, last = rows.model, None
    names = ("pk", "seal", *of, *(Cast(one.attname, models.BinaryField()) for one in secrets_of(model)))
    while True:
        found = list((rows if last is None else rows.filter(pk__gt=last)).order_by("pk").values_list(*names)[:SEALED])
        made = [model(pk=pk, seal=seal) for pk, seal in _seals_anew(model, found, len(of))]
        model._base_manager.bulk_update(made, ["seal"], batch_size=SEALED_TOGETHER)
        if len(found) < SEALED:
            return
        last = found[-1][0]


def _seals_anew(model: type[models.Model], rows: list[tuple], own: int) -> Iterator[tuple[int, str | None]]:
    places = [one.place for one in secrets_of(model)]
    for pk, was, *values in rows:
        try:
            clear = [decrypt(stored, place) for stored, place in zip(values[own:], places, strict=True)]
        except UnreadableSecret:
            continue
        seal = row_seal(model._meta.db_table, values[:own], clear)
        if seal != was:
            yield pk, seal


def digest_field(verbose_name: str, **kwargs) -> models.CharField:
    """A column for the digest of an encrypted value."""
    return models.CharField(verbose_name, max_length=64, editable=False, **kwargs)
