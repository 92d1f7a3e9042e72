"""What must never be false of stored uploads (test-cases.md I6)."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.intake.uploads import stored_path


def breaches() -> Iterator[str]:
    """A Chinese sentence for every upload that is lost, altered or nobody's."""
    jobs = ImportJob.objects.exclude(stored_name="").values_list("pk", "stored_name", "sha256")
    owned = set()
    for pk, stored_name, sha256 in jobs.iterator(2000):
        owned.add(stored_name)
        path = stored_path(stored_name)
        if not path.is_file():
            yield f"I6：导入批次 {pk} 的文件不见了。"
        elif _sha256(path) != sha256:
            yield f"I6：导入批次 {pk} 的文件与登记的指纹不符。"
    root = Path(settings.UPLOAD_ROOT)
    for path in sorted(root.iterdir()) if root.is_dir() else []:
        if path.name not in owned:
            yield f"I6：文件 {path.name} 不属于任何导入批次。"


def _sha256(path: Path) -> str:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
