"""Documents and photos of a facility: what was issued or photographed when, and the sealed file where there is one."""

from django.db import models
from django.db.models import Q

from facilities.models.facility import Facility
from facilities.queries import FacilityDocumentQuerySet


class FacilityDocument(models.Model):
    """A document or photo. One that was removed keeps its line, with the reason and without its file."""

    class Kind(models.TextChoices):
        PHOTO = "photo", "照片"
        APPROVAL = "approval", "申报、立项材料"
        ACCEPTANCE = "acceptance", "验收材料"
        AGREEMENT = "agreement", "协议"
        OTHER = "other", "其他材料"

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="documents", verbose_name="设施")
    kind = models.CharField("种类", max_length=10, choices=Kind.choices)
    title = models.CharField("名称", max_length=120)
    number = models.CharField("文号", max_length=60, blank=True)
    # Of a photo the day on which it was taken.
    dated = models.DateField("日期")
    # Name below UPLOAD_ROOT, generated; blank without a file. It is sealed as uploads of rolls are (intake/sealing.py).
    stored_name = models.CharField(max_length=80, blank=True, editable=False)
    media_type = models.CharField("文件类型", max_length=20, blank=True, editable=False)
    size = models.PositiveIntegerField("大小（字节）", default=0, editable=False)
    sha256 = models.CharField("文件指纹", max_length=64, blank=True, editable=False)
    added_by = models.ForeignKey(
        "accounts.Staff", models.PROTECT, related_name="+", editable=False, verbose_name="登记人"
    )
    added_at = models.DateTimeField("登记时间", auto_now_add=True)
    removed_at = models.DateTimeField("删除时间", null=True, blank=True, editable=False)
    removed_by = models.ForeignKey(
        "accounts.Staff", models.PROTECT, null=True, blank=True, related_name="+", editable=False,
        verbose_name="删除人",
    )  # fmt: skip
    removed_why = models.CharField("删除原因", max_length=200, blank=True, editable=False)

    objects = FacilityDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "设施材料"
        ordering = ["-dated", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title=""), name="facility_document_has_a_title",
                violation_error_message="请填写材料名称。",
            ),
            models.CheckConstraint(
                condition=Q(stored_name="", removed_at__isnull=True, size=0, sha256="", media_type="")
                | Q(stored_name="", removed_at__isnull=False)
                | (~Q(stored_name="") & Q(size__gt=0, sha256__regex=r"^[0-9a-f]{64}$") & ~Q(media_type="")),
                name="facility_document_knows_its_file",
                violation_error_message="材料的文件不完整，请重新上传。",
            ),
            models.CheckConstraint(
                condition=~Q(kind="photo") | ~Q(stored_name="") | Q(removed_at__isnull=False),
                name="a_photo_has_its_file", violation_error_message="照片要上传文件。",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True, removed_why="")
                | (Q(removed_at__isnull=False, removed_by__isnull=False, stored_name="") & ~Q(removed_why="")),
                name="a_document_is_removed_with_a_reason", violation_error_message="删除材料要写明原因。",
            ),
            models.UniqueConstraint(
                fields=["stored_name"], condition=~Q(stored_name=""), name="a_file_belongs_to_one_document"
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.title
