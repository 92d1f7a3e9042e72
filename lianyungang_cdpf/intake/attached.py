"""A file that hangs off a record: what is known of it once it lies sealed, and who removed it and why."""

from django.db import models
from django.db.models import Q

from lianyungang_cdpf.accounts.scoping import ScopedQuerySet

# Of a record that has its file: all that is known of the file is known.
HAS_ITS_FILE = ~Q(stored_name="") & Q(size__gt=0, sha256__regex=r"^[0-9a-f]{64}$") & ~Q(media_type="")
REMOVED_WITH_A_REASON = Q(removed_at__isnull=True, removed_by__isnull=True, removed_why="") | (
    Q(removed_at__isnull=False, removed_by__isnull=False, stored_name="") & ~Q(removed_why="")
)


class AttachedQuerySet(ScopedQuerySet):
    """Files of records, seen with the record."""

    def kept(self):
        """Those that were not removed."""
        return self.filter(removed_at=None)


class AttachedFile(models.Model):
    """A record with a sealed file. One that was removed keeps its line, with the reason and without its file.

    NOUN   what the audit trail calls it
    owner  the record that it hangs off, on which the audit lines stand
    """

    NOUN: str

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

    class Meta:
        abstract = True

    @property
    def owner(self) -> models.Model:
        """The record that the file hangs off."""
        raise NotImplementedError

    @property
    def caption(self) -> str:
        """What it shows, where it stands away from its record."""
        return f"{self._meta.verbose_name}：{self}"

    @property
    def is_image(self) -> bool:
        """Whether there is a picture to show."""
        return self.media_type.startswith("image/") and bool(self.stored_name)
