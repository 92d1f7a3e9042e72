"""Files while they arrive: what Django would put into TMPDIR in the clear lies sealed in an unnamed file of ours.

Small files stay in memory (Django's MemoryFileUploadHandler); a large one would cost each web worker up to 100 MB
there, so it is sealed chunk by chunk as it comes. The file has no name: nothing is left after a crash.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from lianyungang_cdpf.intake.sealing import Sealer, unsealed

# Bound into the seal in place of a stored name: what arrives is nobody's yet.
ARRIVING = "arriving"


def scratch_folder() -> Path:
    """The folder of unnamed files, made on first use; nobody else may look into it."""
    folder = Path(settings.DATA_DIR) / "tmp"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


class ArrivedFile(UploadedFile):
    """A large upload that has arrived; read by `chunks`, as often as needed."""

    def chunks(self, chunk_size=None) -> Iterator[bytes]:
        """The content in pieces of the seal's size, whatever size is asked for."""
        self.file.seek(0)
        yield from unsealed(self.file, ARRIVING)

    def multiple_chunks(self, chunk_size=None) -> bool:
        return True

    def read(self, size=-1) -> bytes:
        """The whole content; pieces are what `chunks` is for."""
        if size is not None and size >= 0:
            raise ValueError("An arrived file is read whole, or by chunks().")
        return b"".join(self.chunks())


class SealedUploadHandler(FileUploadHandler):
    """Takes what is too large for memory, in place of Django's TemporaryFileUploadHandler."""

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.file = tempfile.TemporaryFile(dir=scratch_folder())  # noqa: SIM115 - the upload closes it
        self._sealer = Sealer(self.file, ARRIVING)

    def receive_data_chunk(self, raw_data, start):
        self._sealer.write(raw_data)

    def file_complete(self, file_size):
        self._sealer.close()
        return ArrivedFile(self.file, self.file_name, self.content_type, file_size, self.charset)
