"""Photos of a home before and after the works: what an acceptance is judged by."""

from django.db import models
from django.db.models import Q

from lianyungang_cdpf.intake.attached import HAS_ITS_FILE, REMOVED_WITH_A_REASON, AttachedFile, AttachedQuerySet
from services.models.homes import HomeModification


class HomePhotoQuerySet(AttachedQuerySet):
    """Seen with the works that they show."""

    area_path = "home__area"


class HomePhoto(AttachedFile):
    """改造前后照片. The numbers of photos on the works themselves are what rolls bring; a file can't carry photos."""

    NOUN = "改造照片"

    class Moment(models.TextChoices):
        BEFORE = "before", "改造前"
        AFTER = "after", "改造后"

    home = models.ForeignKey(HomeModification, models.CASCADE, related_name="photos", verbose_name="改造记录")
    moment = models.CharField("改造前后", max_length=6, choices=Moment.choices)
    title = models.CharField("拍摄内容", max_length=60, help_text="如：入户坡道、卫生间扶手。")
    taken_on = models.DateField("拍摄日期")

    objects = HomePhotoQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "改造前后照片"
        ordering = ["-moment", "taken_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_at__isnull=False) | (HAS_ITS_FILE & Q(media_type__startswith="image/")),
                name="a_home_photo_has_its_picture",
                violation_error_message="请选择要上传的照片。",
            ),
            models.CheckConstraint(
                condition=REMOVED_WITH_A_REASON,
                name="a_home_photo_is_removed_with_a_reason",
                violation_error_message="删除照片要写明原因。",
            ),
            models.CheckConstraint(
                condition=~Q(title=""), name="a_home_photo_has_a_title", violation_error_message="请填写拍摄内容。"
            ),
            models.UniqueConstraint(
                fields=["stored_name"], condition=~Q(stored_name=""), name="a_file_belongs_to_one_home_photo"
            ),
            models.UniqueConstraint(
                fields=["home", "sha256"],
                condition=Q(removed_at__isnull=True),
                name="a_home_has_each_photo_once",
                violation_error_message="这张照片已经上传过：改造前、改造后要用不同的照片。",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def caption(self) -> str:
        """Both sides of the works are taken from one place, and called the same."""
        return f"{self.home}，{self.get_moment_display()}：{self.title}，{self.taken_on:%Y-%m-%d}"

    @property
    def owner(self) -> HomeModification:
        """The works, on which the audit lines stand."""
        return self.home
