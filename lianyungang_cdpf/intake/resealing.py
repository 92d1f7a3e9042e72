"""Sealed files under another key: each is written anew beside itself and takes its place at once.

Who is reading the old one goes on reading it. A process that is killed leaves a sealed copy (`.resealed`) behind, which
the next one removes.
"""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import models

from lianyungang_cdpf.audit.archiving import sync_folder
from lianyungang_cdpf.intake.sealing import Sealer, key_id_of_file, unsealed
from lianyungang_cdpf.intake.uploads import stored_path

ENDING = ".resealed"
FILE_COLUMN = "stored_name"


def models_with_files() -> list[type[models.Model]]:
    """The models whose records have a sealed file, told by the column that names it: higher apps this layer can't name.

    Each has its fingerprint in `sha256`.
    """
    return [model for model in apps.get_models() if any(one.name == FILE_COLUMN for one in model._meta.local_fields)]


def stored_files() -> Iterator[tuple[type[models.Model], str, int]]:
    """(model, stored name, id of its key) of every file that a record has and that is there."""
    for model in models_with_files():
        names = model._base_manager.exclude(stored_name="").order_by("pk").values_list("stored_name", flat=True)
        for name in names.iterator(2_000):
            key_id = _key_id(name)
            if key_id is not None:
                yield model, name, key_id


def _key_id(stored_name: str) -> int | None:
    try:
        with open(stored_path(stored_name), "rb") as stream:
            return key_id_of_file(stream)
    except FileNotFoundError:
        return None


def reseal(model: type[models.Model], stored_name: str) -> None:
    """Write a record's file anew under the key that writes now; the old one stays until the new one is on the disk.

    Raises BrokenSeal for one that does not open, and leaves it as it is.
    """
    path, beside = stored_path(stored_name), stored_path(f"{stored_name}.{uuid.uuid4().hex}{ENDING}")
    try:
        with open(path, "rb") as old, open(beside, "xb", opener=_only_ours) as new:
            sealer = Sealer(new, stored_name)
            for piece in unsealed(old, stored_name):
                sealer.write(piece)
            sealer.close()
            os.fsync(new.fileno())
        os.replace(beside, path)
        sync_folder(path.parent)
    except FileNotFoundError:
        # Removed meanwhile, with its record's leave.
        beside.unlink(missing_ok=True)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    if not model._base_manager.filter(stored_name=stored_name).exists():
        # Whoever gave it up has removed the old one only.
        path.unlink(missing_ok=True)


def remove_leftovers() -> None:
    """Remove what a killed process left beside the files."""
    root = Path(settings.UPLOAD_ROOT)
    for path in root.glob(f"*{ENDING}") if root.is_dir() else ():
        path.unlink(missing_ok=True)


def _only_ours(path, flags) -> int:
    return os.open(path, flags, 0o600)
