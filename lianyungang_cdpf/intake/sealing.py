"""Files sealed at rest: SM4-GCM in chunks, written and read as streams in constant memory.

Stored form: "LYGS" | format version (1 byte) | key id (1) | salt (16), then chunks of 64 KiB, each with its tag (16).
The file's key comes from a field key and the salt. Associated data of a chunk: the head, the file's stored name, the
chunk's number and whether it is the last: chunks that were cut off, swapped or taken from another file do not open.
Source of the algorithms: GB/T 32907 (SM4), GB/T 32905 (SM3).
"""

import os
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from django.conf import settings

from lianyungang_cdpf.fields import UnreadableSecret, file_algorithm

MAGIC, FORMAT_VERSION = b"LYGS", 1
SALT_BYTES, TAG_BYTES = 16, 16
HEAD_BYTES = len(MAGIC) + 2 + SALT_BYTES
CHUNK_BYTES = 64 * 1024


class BrokenSeal(UnreadableSecret):
    """A sealed file that is cut off, altered, another one's, or of a key that is not configured."""


class _Chunks:
    """The cipher of each chunk of one file."""

    def __init__(self, head: bytes, name: str):
        self._algorithm = file_algorithm(head[len(MAGIC) + 1], head[-SALT_BYTES:])
        self._about = head + name.encode()

    def cipher(self, number: int, is_last: bool, tag: bytes | None = None):
        place = number.to_bytes(11) + bytes((is_last,))
        mode = modes.GCM(place, tag)
        cipher = Cipher(self._algorithm, mode)
        context = cipher.encryptor() if tag is None else cipher.decryptor()
        context.authenticate_additional_data(self._about + place)
        return context


class Sealer:
    """Writes a sealed file: `write` what comes, then `close`. Without `close` the file does not open."""

    def __init__(self, stream: BinaryIO, name: str):
        head = MAGIC + bytes((FORMAT_VERSION, settings.FIELD_KEY_ID)) + os.urandom(SALT_BYTES)
        self._stream, self._chunks = stream, _Chunks(head, name)
        self._buffer, self._number = bytearray(), 0
        stream.write(head)

    def write(self, data: bytes) -> None:
        """Take more of the content; a chunk is written once it is known that another follows."""
        self._buffer += data
        while len(self._buffer) > CHUNK_BYTES:
            self._seal(bytes(self._buffer[:CHUNK_BYTES]), is_last=False)
            del self._buffer[:CHUNK_BYTES]

    def close(self) -> None:
        """Write the last chunk."""
        self._seal(bytes(self._buffer), is_last=True)
        self._stream.flush()

    def _seal(self, content: bytes, is_last: bool) -> None:
        cipher = self._chunks.cipher(self._number, is_last)
        self._stream.write(cipher.update(content) + cipher.finalize() + cipher.tag)
        self._number += 1


def key_id_of_file(stream: BinaryIO) -> int | None:
    """The id of the key under which a file is sealed, by its head; None for what is no sealed file."""
    head = stream.read(HEAD_BYTES)
    return head[len(MAGIC) + 1] if len(head) == HEAD_BYTES and head.startswith(MAGIC) else None


def unsealed(stream: BinaryIO, name: str) -> Iterator[bytes]:
    """The content of a sealed file, chunk by chunk. Raises BrokenSeal at the first chunk that does not open."""
    head = stream.read(HEAD_BYTES)
    if len(head) < HEAD_BYTES or head[: len(MAGIC) + 1] != MAGIC + bytes((FORMAT_VERSION,)):
        raise BrokenSeal("not a sealed file of a known format")
    try:
        chunks = _Chunks(head, name)
    except UnreadableSecret as error:
        raise BrokenSeal(str(error)) from error
    number, sealed, is_last = 0, stream.read(CHUNK_BYTES + TAG_BYTES), False
    while not is_last:
        following = stream.read(CHUNK_BYTES + TAG_BYTES)
        is_last = not following
        yield _opened(chunks, number, is_last, sealed)
        number, sealed = number + 1, following


def _opened(chunks: _Chunks, number: int, is_last: bool, sealed: bytes) -> bytes:
    if len(sealed) < TAG_BYTES:
        raise BrokenSeal(f"chunk {number} is cut off")
    cipher = chunks.cipher(number, is_last, sealed[-TAG_BYTES:])
    try:
        return cipher.update(sealed[:-TAG_BYTES]) + cipher.finalize()
    except InvalidTag as error:
        raise BrokenSeal(f"chunk {number} was cut off, altered or moved") from error
