"""Files of records: of a few known forms and never longer than the limit, sealed on disk, removed with a reason."""

import posixpath
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.intake.attached import AttachedFile
from lianyungang_cdpf.intake.pictures.cleaning import cleaned
from lianyungang_cdpf.intake.reading import Limits
from lianyungang_cdpf.intake.uploads import UnreadableUpload, Upload, contents, sha256_of, shown_name, stored_path

MEBIBYTE = 1024 * 1024
# City rule, unverified: a phone's photo has 3 to 8 MB, a scanned document of some pages as much.
LIMITS = Limits(max_upload_bytes=10 * MEBIBYTE, allowed_extensions=(".jpg", ".jpeg", ".png", ".pdf"))
# Drawn anew, a photo may be larger than it came; nothing that is drawn from ten megabytes fills this.
KEPT = Limits(max_upload_bytes=200 * MEBIBYTE)
# How a file begins, by what it is; a name proves nothing.
FORMS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"%PDF-": "application/pdf"}
EXTENSIONS = {"image/jpeg": ".jpg", "image/png": ".png", "application/pdf": ".pdf"}
WRONG_FORM = "只能上传 JPG、PNG 照片或 PDF 文件，且文件内容要与扩展名一致：请另存为这几种格式后重新上传。"
NO_PHOTO = "只能上传 JPG、PNG 照片，且文件内容要与扩展名一致：请另存为这两种格式后重新上传。"
TOO_LARGE = f"文件超过 {LIMITS.max_upload_bytes // MEBIBYTE} MB：请压缩后重新上传。"


def media_type_of(head: bytes) -> str:
    """What a file is, by its first bytes; empty for anything that is not taken."""
    return next((form for start, form in FORMS.items() if head.startswith(start)), "")


@contextmanager
def sealed_for(attached: AttachedFile, upload, *, is_photo: bool) -> Iterator[None]:
    """Within the block the upload (anything with `name` and `chunks()`, or None) lies sealed and `attached` knows it.

    A photo is drawn anew first: where and by whom it was taken is never kept. Raises ValidationError for a file that
    is too large, of another form, damaged, or that does something. Nothing of it is left when that, or anything in
    the block, fails.
    """
    file = _harmless(attached, upload, is_photo) if upload else None
    try:
        yield
    except BaseException:
        if file:
            file.discard()
        raise
    finally:
        if file:
            file.forget()


def _harmless(attached: AttachedFile, upload, is_photo: bool) -> Upload:
    """The upload as it may be kept; what came is held in memory only, up to the limit."""
    content = bytearray()
    for chunk in upload.chunks():
        content += chunk
        if len(content) > LIMITS.max_upload_bytes:
            raise ValidationError(TOO_LARGE)
    form = media_type_of(bytes(content[:8]))
    extension = posixpath.splitext(shown_name(upload.name))[1].lower().replace(".jpeg", ".jpg")
    if not form or extension != EXTENSIONS[form] or (is_photo and not form.startswith("image/")):
        raise ValidationError(NO_PHOTO if is_photo else WRONG_FORM)
    clean = ContentFile(cleaned(bytes(content), form))
    file = Upload(clean, upload.name, KEPT)
    attached.stored_name, attached.media_type = file.stored_name, form
    attached.size, attached.sha256 = file.size, file.sha256
    return file


def remove_file(*, by, attached: AttachedFile, why: str) -> AttachedFile:
    """Remove what should not be there; its line stays, its file is gone. Raises ValidationError."""
    if not why.strip():
        raise ValidationError("请填写删除原因。")
    with transaction.atomic():
        attached = type(attached).objects.select_for_update(of=("self",)).get(pk=attached.pk)
        if attached.removed_at:
            raise ValidationError(f"这份{attached.NOUN}已经删除。")
        stored_name, attached.stored_name = attached.stored_name, ""
        attached.removed_at, attached.removed_by, attached.removed_why = timezone.now(), by, why.strip()
        attached.save()
        record(by=by, deed=f"删除{attached.NOUN}", on=attached.owner, summary=f"编号 {attached.pk}")
    # Only now that the deed stands: a transaction that fails brings no file back.
    if stored_name:
        stored_path(stored_name).unlink(missing_ok=True)
    return attached


def content_of(attached: AttachedFile) -> Iterator[bytes]:
    """The file, checked as a whole before its first byte. Raises UnreadableUpload for a lost or altered one."""
    if sha256_of(attached.stored_name) != attached.sha256:
        raise UnreadableUpload("保存的文件已损坏或被改动，请重新上传，并告知系统管理员。")
    return contents(attached.stored_name)
