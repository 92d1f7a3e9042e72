"""Documents and photos of a facility: what was issued or photographed when, and the sealed file where there is one."""

from django.db import models
from django.db.models import Q

from facilities.models.facility import Facility
from facilities.queries import FacilityDocumentQuerySet
from lianyungang_cdpf.intake.attached import HAS_ITS_FILE, REMOVED_WITH_A_REASON, AttachedFile


class FacilityDocument(AttachedFile):
    """A document or photo; a document need not have a file."""

    NOUN = "设施材料"

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
                | HAS_ITS_FILE,
                name="facility_document_knows_its_file",
                violation_error_message="材料的文件不完整，请重新上传。",
            ),
            models.CheckConstraint(
                condition=~Q(kind="photo") | ~Q(stored_name="") | Q(removed_at__isnull=False),
                name="a_photo_has_its_file", violation_error_message="照片要上传文件。",
            ),
            models.CheckConstraint(
                condition=REMOVED_WITH_A_REASON, name="a_document_is_removed_with_a_reason",
                violation_error_message="删除材料要写明原因。",
            ),
            models.UniqueConstraint(
                fields=["stored_name"], condition=~Q(stored_name=""), name="a_file_belongs_to_one_document"
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.title

    @property
    def owner(self) -> Facility:
        """The facility, on which the audit lines stand."""
        return self.facility
