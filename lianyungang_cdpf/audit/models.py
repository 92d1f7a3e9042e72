"""Who did what: one line per deed, written in the transaction of the deed. Holds no personal data.

Lines, seals and archives are only added to (triggers.py); how they vouch for each other: chain.py.
"""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from lianyungang_cdpf.accounts.scoping import CityWideQuerySet
from lianyungang_cdpf.purposes import DUTY, SECURITY, Purpose, Uses

# Key id, nonce and HMAC-SM3 in hex, with two dots: "255." + 16 + "." + 64.
MAC_LENGTH = 90


class AuditLine(models.Model):
    """One deed. `place` is the path of the area (or zone key) of the person who did it, `role` their role, as of then.

    `mac` vouches for the line from the moment it is written, before the worker has sealed it.
    """

    class Result(models.TextChoices):
        DONE = "done", "成功"
        REFUSED = "refused", "拒绝"
        FAILED = "failed", "失败"

    at = models.DateTimeField("时间", default=timezone.now, db_index=True)
    staff = models.ForeignKey("accounts.Staff", models.PROTECT, null=True, verbose_name="操作人", related_name="+")
    username = models.CharField("用户名", max_length=64, blank=True)
    place = models.CharField("所属", max_length=60, blank=True)
    role = models.CharField("当时的角色", max_length=60, blank=True)
    deed = models.CharField("操作", max_length=60, db_index=True)
    object_type = models.CharField("对象类型", max_length=60, blank=True)
    object_id = models.CharField("对象编号", max_length=60, blank=True)
    summary = models.CharField("说明", max_length=300, blank=True)
    result = models.CharField("结果", max_length=8, choices=Result, default=Result.DONE)
    address = models.CharField("来源地址", max_length=45, blank=True)
    request_id = models.CharField("请求编号", max_length=32, blank=True)
    mac = models.CharField("校验码", max_length=MAC_LENGTH, unique=True, editable=False)

    objects = CityWideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "操作日志"
        ordering = ["-id"]
        indexes = [models.Index(fields=["object_type", "object_id"], name="audit_object")]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.username} {self.deed}"


class AuditSeal(models.Model):
    """封印: a line's place in the chain. Written by the worker alone, in the order in which lines were found committed.

    The line is named by its number and no foreign key: the seal is there to tell that the line is gone.
    """

    number = models.BigIntegerField("序号", primary_key=True)
    line_id = models.BigIntegerField("日志编号", unique=True)
    mac = models.CharField("链上校验码", max_length=MAC_LENGTH)

    objects = CityWideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "日志封印"
        ordering = ["number"]

    def __str__(self):
        return f"序号 {self.number}"


class AuditArchive(models.Model):
    """日志归档: a month's part of the chain that went into a file. Without this record its lines can't be deleted."""

    month = models.DateField("月份", unique=True)
    first_number = models.BigIntegerField("首个序号")
    last_number = models.BigIntegerField("末个序号")
    line_count = models.BigIntegerField("条数")
    mac_before = models.CharField("之前的链上校验码", max_length=MAC_LENGTH, blank=True)
    last_mac = models.CharField("末个链上校验码", max_length=MAC_LENGTH)
    file_name = models.CharField("文件名", max_length=60)
    file_sha256 = models.CharField("文件指纹", max_length=64)
    archived_at = models.DateTimeField("归档时间", default=timezone.now)
    mac = models.CharField("校验码", max_length=MAC_LENGTH)

    objects = CityWideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "日志归档"
        ordering = ["first_number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(line_count=models.F("last_number") - models.F("first_number") + 1, line_count__gt=0),
                name="audit_archive_counts_its_lines",
                violation_error_message="归档的条数与序号不符。",
            ),
        ]

    def __str__(self):
        return f"{self.month:%Y-%m}"


class AuditCheck(models.Model):
    """日志核对: what a verification of the chain found; the log's page shows the latest."""

    at = models.DateTimeField("时间", default=timezone.now)
    line_count = models.BigIntegerField("核对条数")
    breach_count = models.BigIntegerField("不符处数")
    first_breach = models.CharField("第一处不符", max_length=300, blank=True)

    objects = CityWideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "日志核对"
        ordering = ["-id"]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M}"


PERSONAL_DATA = {
    AuditLine: {
        **dict.fromkeys(
            ("id", "at", "staff", "place", "role", "deed", "object_type", "object_id", "summary", "result",
             "request_id"),
            "record",
        ),
        "username": "personal", "address": "personal", "mac": "derived",
    },
}  # fmt: skip

WHO_DID = Purpose("记明谁在什么时候从哪里做了什么，供审计和追责", (DUTY, SECURITY))

USES = {AuditLine: Uses("audit", {WHO_DID: "username address"}, of_people=False)}
