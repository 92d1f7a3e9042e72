"""Uploaded files on disk: sealed, under a generated name, hashed while they arrive, removed when refused."""

import contextlib
import hashlib
import os
import unicodedata
import uuid
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from django.conf import settings

from lianyungang_cdpf.intake.reading import Limits, Refused, check_upload
from lianyungang_cdpf.intake.sealing import BrokenSeal, Sealer, unsealed

NAME_LENGTH = 200
LOST = "系统里保存的原文件不见了，没有读取，也没有写入任何数据。请重新上传原文件，并告知系统管理员。"
BROKEN = "系统里保存的原文件已损坏或被改动，没有读取，也没有写入任何数据。请重新上传原文件，并告知系统管理员。"


class UnreadableUpload(Exception):
    """A stored upload that is lost, or that is no longer what was uploaded; `sentence` says so in Chinese."""

    def __init__(self, sentence: str):
        super().__init__(sentence)
        self.sentence = sentence


def shown_name(name: str) -> str:
    """A file's name fit to keep and show: no folders, no control or direction characters, not too long."""
    base = PurePosixPath(name.replace("\\", "/")).name
    clean = "".join(
        one for one in base if unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    ).strip()
    stem, dot, ending = clean.rpartition(".")
    if len(clean) > NAME_LENGTH and dot and len(ending) < 10:
        clean = f"{stem[: NAME_LENGTH - len(ending) - 2]}….{ending}"
    return clean[: NAME_LENGTH + 10] or "未命名文件"


class Upload:
    """A file that has arrived: its path, shown name, SHA-256 and size in bytes."""

    def __init__(self, source, name: str, limits: Limits):
        """Write the chunks of `source` (anything with `chunks()`) below UPLOAD_ROOT; stops beyond the size limit."""
        self.name = shown_name(name)
        self.stored_name = f"{uuid.uuid4().hex}.upload"
        self.path = stored_path(self.stored_name)
        self.size, self.too_large = 0, False
        self._clear = _memory()
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            self.sha256 = self._store(source, limits.max_upload_bytes)
        except BaseException:
            self.discard()
            raise
        self.too_large = self.size > limits.max_upload_bytes

    def _store(self, source, most: int) -> str:
        """Seal what arrives, up to `most` bytes; the SHA-256 of all of it in the clear."""
        digest = hashlib.sha256()
        with open(self.path, "xb") as stream:
            self.path.chmod(0o600)
            sealer = Sealer(stream, self.stored_name)
            for chunk in source.chunks():
                self.size += len(chunk)
                digest.update(chunk)
                if self.size <= most:
                    sealer.write(chunk)
                    self._clear.write(chunk)
            sealer.close()
        self._clear.flush()
        return digest.hexdigest()

    def check(self, limits: Limits) -> None:
        """The checks that answer at once; of what arrived, which is in memory until then. Raises Refused."""
        with self._clear as memory:
            if self.too_large:
                limit = limits.max_upload_bytes // (1024 * 1024)
                raise Refused(f"文件“{self.name}”超过 {limit} MB：请删除多余的工作表和图片，或按乡镇拆分后分别上传。")
            check_upload(_path_of(memory), self.name, limits)

    def forget(self) -> None:
        """Let go of what is held in the clear, where nothing is checked any more."""
        self._clear.close()

    def discard(self) -> None:
        """Remove the file."""
        self.forget()
        self.path.unlink(missing_ok=True)


def stored_path(stored_name: str) -> Path:
    """Where a stored upload lies; stored names are generated, never typed."""
    return Path(settings.UPLOAD_ROOT) / stored_name


def contents(stored_name: str) -> Iterator[bytes]:
    """The content of a stored upload, piece by piece. Raises UnreadableUpload."""
    try:
        with open(stored_path(stored_name), "rb") as stream:
            yield from unsealed(stream, stored_name)
    except FileNotFoundError as error:
        raise UnreadableUpload(LOST) from error
    except BrokenSeal as error:
        raise UnreadableUpload(BROKEN) from error


def sha256_of(stored_name: str) -> str:
    """The SHA-256 of a stored upload's content, as 64 hex digits. Raises UnreadableUpload."""
    digest = hashlib.sha256()
    for piece in contents(stored_name):
        digest.update(piece)
    return digest.hexdigest()


@contextlib.contextmanager
def readable(stored_name: str) -> Iterator[Path]:
    """A file that a reader can open, for as long as the block lasts: every reader of uploads comes through here.

    The file is memory with a path (memfd), which the reading child opens through /proc: nothing lies on disk in the
    clear, and nothing is left behind. Raises UnreadableUpload.
    """
    with _memory() as memory:
        for piece in contents(stored_name):
            memory.write(piece)
        memory.flush()
        yield _path_of(memory)


def _memory() -> BinaryIO:
    return open(os.memfd_create("upload"), "wb")


def _path_of(memory: BinaryIO) -> Path:
    return Path(f"/proc/{os.getpid()}/fd/{memory.fileno()}")
