"""What must never be false of stored uploads (test-cases.md I6) and of scratch files (I7)."""

import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from lianyungang_cdpf.intake.resealing import models_with_files
from lianyungang_cdpf.intake.uploads import UnreadableUpload, sha256_of, stored_path

SCRATCH_SECONDS = 3600


def breaches() -> Iterator[str]:
    """A Chinese sentence for every upload that is lost, altered or nobody's, and for what was left behind."""
    owned: set[str] = set()
    for model in models_with_files():
        noun = str(model._meta.verbose_name)
        files = model.objects.exclude(stored_name="").order_by("pk").values_list("pk", "stored_name", "sha256")
        for pk, stored_name, sha256 in files.iterator(2000):
            owned.add(stored_name)
            if not stored_path(stored_name).is_file():
                yield f"I6：{noun} {pk} 的文件不见了。"
            elif _sha256(stored_name) != sha256:
                yield f"I6：{noun} {pk} 的文件与登记的指纹不符。"
    root = Path(settings.UPLOAD_ROOT)
    for path in sorted(root.iterdir()) if root.is_dir() else []:
        if path.name not in owned:
            yield f"I6：文件 {path.name} 不属于任何记录。"
    yield from _old_scratch_files()


def _sha256(stored_name: str) -> str:
    """Of the content in the clear; empty where the seal is broken."""
    try:
        return sha256_of(stored_name)
    except UnreadableUpload:
        return ""


def _old_scratch_files() -> Iterator[str]:
    folder = Path(settings.DATA_DIR) / "tmp"
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        if path.is_file() and path.stat().st_mtime < time.time() - SCRATCH_SECONDS:
            yield f"I7：临时文件 {path.name} 已超过一小时。"
