"""Deeds on documents and photos: files are sealed on disk, of a few known forms, and never longer than the limit."""

import posixpath
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from facilities.models import Facility, FacilityDocument
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.intake.reading import Limits
from lianyungang_cdpf.intake.uploads import UnreadableUpload, Upload, contents, sha256_of, stored_path

MEBIBYTE = 1024 * 1024
# City rule, unverified: a phone's photo has 3 to 8 MB, a scanned document of some pages as much.
LIMITS = Limits(max_upload_bytes=10 * MEBIBYTE, allowed_extensions=(".jpg", ".jpeg", ".png", ".pdf"))
# How a file begins, by what it is; a name proves nothing.
FORMS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"%PDF-": "application/pdf"}
EXTENSIONS = {"image/jpeg": ".jpg", "image/png": ".png", "application/pdf": ".pdf"}
WRONG_FORM = "只能上传 JPG、PNG 照片或 PDF 文件，且文件内容要与扩展名一致：请另存为这几种格式后重新上传。"
TOO_LARGE = f"文件超过 {LIMITS.max_upload_bytes // MEBIBYTE} MB：请压缩后重新上传。"


def media_type_of(head: bytes) -> str:
    """What a file is, by its first bytes; empty for anything that is not taken."""
    return next((form for start, form in FORMS.items() if head.startswith(start)), "")


def add_document(*, by, facility: Facility, document: FacilityDocument, upload=None) -> FacilityDocument:
    """Put a document on record, with its file if there is one (anything with `name` and `chunks()`).

    Raises ValidationError for a file that is too large or of another form; nothing of it is left then.
    """
    document.facility, document.added_by = facility, by
    file = _taken(upload, document) if upload else None
    try:
        with transaction.atomic():
            document.validate_constraints()
            document.save()
            # An import is not undone over what was added since.
            Facility.objects.filter(pk=facility.pk).update(updated_at=timezone.now())
            record(
                by=by, deed="登记设施材料", on=facility, summary=f"{document.get_kind_display()}，{document.size} 字节"
            )
    except BaseException:
        if file:
            file.discard()
        raise
    return document


def _taken(upload, document: FacilityDocument) -> Upload:
    """The upload, sealed and checked; its facts stand on the document."""
    file = Upload(upload, upload.name, LIMITS)
    try:
        if file.too_large:
            raise ValidationError(TOO_LARGE)
        form = media_type_of(next(contents(file.stored_name), b""))
        extension = posixpath.splitext(file.name)[1].lower().replace(".jpeg", ".jpg")
        is_photo = document.kind == FacilityDocument.Kind.PHOTO
        if not form or extension != EXTENSIONS[form] or (is_photo and not form.startswith("image/")):
            raise ValidationError(WRONG_FORM)
    except BaseException:
        file.discard()
        raise
    document.stored_name, document.media_type = file.stored_name, form
    document.size, document.sha256 = file.size, file.sha256
    return file


def remove_document(*, by, document: FacilityDocument, why: str) -> FacilityDocument:
    """Remove a document or photo that should not be there; its line stays, its file is gone."""
    if not why.strip():
        raise ValidationError("请填写删除原因。")
    with transaction.atomic():
        document = FacilityDocument.objects.select_for_update(of=("self",)).get(pk=document.pk)
        if document.removed_at:
            raise ValidationError("这份材料已经删除。")
        stored_name, document.stored_name = document.stored_name, ""
        document.removed_at, document.removed_by, document.removed_why = timezone.now(), by, why.strip()
        document.save()
        record(by=by, deed="删除设施材料", on=document.facility, summary=document.get_kind_display())
    # Only now that the deed stands: a transaction that fails brings no file back.
    if stored_name:
        stored_path(stored_name).unlink(missing_ok=True)
    return document


def content_of(document: FacilityDocument) -> Iterator[bytes]:
    """The file, checked as a whole before its first byte. Raises UnreadableUpload for a lost or altered one."""
    if sha256_of(document.stored_name) != document.sha256:
        raise UnreadableUpload("保存的文件已损坏或被改动，请重新上传，并告知系统管理员。")
    return contents(document.stored_name)
