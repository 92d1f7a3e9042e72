"""Who did what: one line per deed, written in the transaction of the deed. Holds no personal data."""

from django.db import models

from lianyungang_cdpf.accounts.scoping import CityWideQuerySet


class AuditLine(models.Model):
    """One deed. `place` is the path of the area (or zone key) of the person who did it, as of then."""

    at = models.DateTimeField("时间", auto_now_add=True, db_index=True)
    staff = models.ForeignKey("accounts.Staff", models.PROTECT, null=True, verbose_name="操作人", related_name="+")
    username = models.CharField("用户名", max_length=64, blank=True)
    place = models.CharField("所属", max_length=60, blank=True)
    deed = models.CharField("操作", max_length=60, db_index=True)
    object_type = models.CharField("对象类型", max_length=60, blank=True)
    object_id = models.CharField("对象编号", max_length=60, blank=True)
    summary = models.CharField("说明", max_length=300, blank=True)

    objects = CityWideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "操作日志"
        ordering = ["-id"]
        indexes = [models.Index(fields=["object_type", "object_id"], name="audit_object")]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.username} {self.deed}"
