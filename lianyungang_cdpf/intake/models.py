"""An import is a record with a state, not an event; every row of it keeps its outcome."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from lianyungang_cdpf.accounts.scoping import ScopedQuerySet
from lianyungang_cdpf.fields import EncryptedTextField, SealField, digest_field
from lianyungang_cdpf.purposes import Purpose, Uses


class ImportJobQuerySet(ScopedQuerySet):
    """Imports belong to the place of who uploaded them."""

    def visible_to(self, staff):
        """Imports made within the staff member's area, or by their zone."""
        if getattr(staff, "zone_id", None) and staff.is_active:
            return self.filter(zone=staff.zone_id)
        return super().visible_to(staff)


class ImportJob(models.Model):
    """One uploaded file on its way: 排队 → 读取 → 待核对 → 入账中 → 已入账, or 退回 / 失败 / 放弃."""

    class State(models.TextChoices):
        QUEUED = "queued", "排队中"
        READING = "reading", "正在核验"
        MAPPING = "mapping", "待对应列名"
        READY = "ready", "待核对"
        POSTING = "posting", "正在入账"
        POSTED = "posted", "已入账"
        REFUSED = "refused", "已退回"
        FAILED = "failed", "处理失败"
        DISCARDED = "discarded", "已放弃"
        UNDONE = "undone", "已撤销"

    uid = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("种类", max_length=40)
    month = models.DateField("月份", null=True, blank=True)
    paid_on = models.DateField("发放日期", null=True, blank=True)
    staff = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="+", verbose_name="上传人")
    area = models.ForeignKey("accounts.Area", models.PROTECT, related_name="+", verbose_name="填报地区")
    zone = models.ForeignKey("accounts.Zone", models.PROTECT, null=True, blank=True, verbose_name="功能板块")
    file_name = models.CharField("文件名", max_length=255)
    sha256 = models.CharField("文件指纹", max_length=64, db_index=True)
    size = models.PositiveBigIntegerField("大小（字节）")
    # Digest of the cleaned rows, whatever their order: the same rows in other bytes (saved again by Excel or WPS).
    # Taken once another import of the month looks alike (intake/recognition.py).
    rows_digest = digest_field("内容指纹", blank=True, db_index=True)
    # The import that a refused file had become already.
    same_as = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="已有批次"
    )
    # Name below UPLOAD_ROOT, generated; blank once the file has been removed.
    stored_name = models.CharField(max_length=80, blank=True, editable=False)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.QUEUED, db_index=True)
    phase = models.CharField("进展", max_length=40, blank=True)
    rows_done = models.PositiveIntegerField("已处理行数", default=0)
    rows_total = models.PositiveIntegerField("总行数", default=0)
    # Rows that the file seems to hold, while nobody knows; an estimate, never shown as a count.
    rows_expected = models.PositiveIntegerField("估计行数", default=0)
    phase_started_at = models.DateTimeField("本阶段开始", null=True, blank=True)
    heartbeat_at = models.DateTimeField("最近活动", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    sentence = models.TextField("说明", blank=True)
    # The preview: counts, sheets, file warnings, questions, totals as strings. No personal data.
    summary = models.JSONField("核验结果", default=dict, blank=True)
    needs_confirmation = models.BooleanField("需要确认", default=False)
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    all_or_nothing = models.BooleanField("全部正确才入账", default=False)
    applied_rows = models.PositiveIntegerField("入账行数", default=0)
    created_at = models.DateTimeField("上传时间", auto_now_add=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)
    # When the file was removed by the policy of intake/keeping.py; name, fingerprint and rows stay.
    purged_at = models.DateTimeField("原文件删除时间", null=True, blank=True)

    objects = ImportJobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "导入批次"
        ordering = ["-id"]
        permissions = [("download_upload", "下载上传的原文件"), ("accept_row", "接受有例外的行")]
        constraints = [
            models.CheckConstraint(
                condition=Q(purged_at__isnull=True) | Q(stored_name=""), name="a_purged_import_has_no_file"
            ),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="import_has_its_sha256"),
            models.UniqueConstraint(
                fields=["stored_name"], condition=~Q(stored_name=""), name="an_upload_belongs_to_one_import"
            ),
        ]

    def __str__(self):
        sent = f" {timezone.localtime(self.created_at):%Y-%m-%d %H:%M}" if self.created_at else ""
        return f"{self.file_name}{sent}"


class LearnedHeadingQuerySet(ImportJobQuerySet):
    """Headings that an office has explained, of its own place."""

    def known_at(self, area, zone, kind: str):
        """What a county, the city or a zone has explained of the files of a kind."""
        return self.filter(kind=kind, zone=zone) if zone else self.filter(kind=kind, area=area, zone=None)


class LearnedHeading(models.Model):
    """A heading that no alias covers and what it stands for in the files of one office."""

    kind = models.CharField("种类", max_length=40)
    area = models.ForeignKey("accounts.Area", models.PROTECT, related_name="+", verbose_name="填报地区")
    zone = models.ForeignKey(
        "accounts.Zone", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="功能板块"
    )
    # As headings are compared (tables/headings.py), and as the file has it.
    heading = models.CharField("列名（比较用）", max_length=120)
    text = models.CharField("文件中的列名", max_length=120)
    field = models.CharField("对应的内容", max_length=40)
    by = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="+", verbose_name="对应人")
    at = models.DateTimeField("对应时间", auto_now=True)

    objects = LearnedHeadingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "已记住的列名"
        ordering = ["kind", "heading"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "kind", "heading"], condition=Q(zone=None), name="a_heading_means_one_field_in_a_county"
            ),
            models.UniqueConstraint(
                fields=["zone", "kind", "heading"],
                condition=Q(zone__isnull=False),
                name="a_heading_means_one_field_in_a_zone",
            ),
            models.CheckConstraint(
                condition=~Q(heading="") & ~Q(field=""), name="a_learned_heading_says_what_it_means"
            ),
        ]

    def __str__(self):
        return self.text


class ImportRowQuerySet(ScopedQuerySet):
    """What hangs off an import."""

    area_path = "job__area"

    def visible_to(self, staff):
        """Rows of the imports that the staff member may see."""
        return self.filter(job__in=ImportJob.objects.visible_to(staff))


class ImportRow(models.Model):
    """The outcome of one data row. `codes` are the findings, first the primary one.

    The payload is there where something was found: what of the row is shown with it, and the sentences.
    """

    class Verdict(models.TextChoices):
        VALID = "valid", "可入账"
        WARNED = "warned", "可入账（有提醒）"
        BAD = "bad", "有错误"
        LEFT_OUT = "left_out", "已删去，不入账"
        APPLIED = "applied", "已入账"

    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="rows", verbose_name="导入批次")
    sheet = models.CharField("工作表", max_length=64, blank=True)
    row = models.PositiveIntegerField("行号")
    verdict = models.CharField("结论", max_length=8, choices=Verdict.choices)
    codes = models.CharField("问题", max_length=300, blank=True)
    # JSON of the cleaned values and offending texts, encrypted: it holds names, ID and account numbers.
    payload = EncryptedTextField("内容")
    # JSON of the values that applying the row replaced, encrypted; blank where it replaced none.
    before = EncryptedTextField("原值")
    seal = SealField("封签", of=("job_id", "sheet", "row", "verdict"))

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "导入行"
        ordering = ["id"]
        indexes = [models.Index(fields=["job", "verdict"], name="import_row_verdict")]

    def __str__(self):
        return f"第 {self.row} 行"


class KeptRows(models.Model):
    """A run of data rows as they were read, for judging them again: JSON, encrypted in one piece.

    One by one they would cost more to encrypt than to judge; nobody asks for a single one of them.
    """

    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="kept_rows", verbose_name="导入批次")
    position = models.PositiveIntegerField("次序")
    payload = EncryptedTextField("内容")
    seal = SealField("封签", of=("job_id", "position"))

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "导入原始行"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["job", "position"], name="one_run_of_rows_per_position")]

    def __str__(self):
        return f"第 {self.position} 段"


class ImportTrace(models.Model):
    """A run of what an import wrote (intake/tracing.py): JSON, encrypted in one piece, as it holds replaced values."""

    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="traces", verbose_name="导入批次")
    position = models.PositiveIntegerField("次序")
    payload = EncryptedTextField("写入和替换的内容")
    seal = SealField("封签", of=("job_id", "position"))

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "导入留痕"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["job", "position"], name="one_trace_per_position")]

    def __str__(self):
        return f"第 {self.position} 段"


class RowDecisionQuerySet(ScopedQuerySet):
    """Decisions are seen with their import."""

    area_path = "job__area"

    def visible_to(self, staff):
        """Decisions about rows of the imports that the staff member may see."""
        return self.filter(job__in=ImportJob.objects.visible_to(staff))


# At least five characters, blanks at the ends not counted.
A_REASON = r"^\s*\S.{3,}\S"
NOT_ACCEPTED = Q(accepted_by__isnull=True, accepted_at__isnull=True, accepted_codes="", reason="")
ACCEPTED = Q(accepted_by__isnull=False, accepted_at__isnull=False, reason__regex=A_REASON) & ~Q(accepted_codes="")


class RowDecision(models.Model):
    """What staff decided about one row of an import: cells corrected, the row left out, its findings accepted.

    Keyed by sheet and row, not by the ImportRow: those are written anew whenever the import is judged again.
    """

    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="decisions", verbose_name="导入批次")
    sheet = models.CharField("工作表", max_length=64, blank=True)
    row = models.PositiveIntegerField("行号")
    # Raised by every change, so that of two people at one row the second one is told.
    version = models.PositiveIntegerField("版本", default=0)
    # JSON of the row as the file has it: {"read": {field: text}, "problems": [[code, field, text], ...]}.
    original = EncryptedTextField("文件原文")
    # JSON of the cells corrected: {field: text as typed}.
    values = EncryptedTextField("改正内容")
    left_out = models.BooleanField("已删去", default=False)
    corrected_by = models.ForeignKey(
        "accounts.Staff", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="改正人"
    )
    corrected_at = models.DateTimeField("改正时间", null=True, blank=True)
    accepted_codes = models.CharField("接受的问题", max_length=300, blank=True)
    reason = models.CharField("接受理由", max_length=300, blank=True)
    accepted_by = models.ForeignKey(
        "accounts.Staff", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="接受人"
    )
    accepted_at = models.DateTimeField("接受时间", null=True, blank=True)
    # The import's `staff`, copied so that the database can hold the two apart.
    uploaded_by = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="+", verbose_name="上传人")
    seal = SealField("封签", of=("job_id", "sheet", "row"))

    objects = RowDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "导入行的处理"
        ordering = ["job", "sheet", "row"]
        constraints = [
            models.UniqueConstraint(fields=["job", "sheet", "row"], name="one_decision_per_row_of_an_import"),
            models.CheckConstraint(condition=NOT_ACCEPTED | ACCEPTED, name="accepted_row_has_its_reason"),
            models.CheckConstraint(
                condition=Q(accepted_by__isnull=True) | ~Q(accepted_by=models.F("uploaded_by")),
                name="nobody_accepts_a_row_they_uploaded",
            ),
            models.CheckConstraint(
                condition=Q(accepted_by__isnull=True)
                | Q(corrected_by__isnull=True)
                | ~Q(accepted_by=models.F("corrected_by")),
                name="nobody_accepts_a_row_they_corrected",
            ),
        ]

    def __str__(self):
        return f"第 {self.row} 行"


PERSONAL_DATA = {
    ImportRow: {
        "id": "record", "job": "record", "sheet": "record", "row": "record", "verdict": "record", "codes": "sensitive",
        "payload": "secret", "before": "secret", "seal": "derived",
    },
    KeptRows: {"id": "record", "job": "record", "position": "record", "payload": "secret", "seal": "derived"},
    ImportTrace: {"id": "record", "job": "record", "position": "record", "payload": "secret", "seal": "derived"},
    RowDecision: {
        "id": "record", "job": "record", "sheet": "record", "row": "record", "version": "record",
        "original": "secret", "values": "secret", "left_out": "record", "corrected_by": "record",
        "corrected_at": "record", "accepted_codes": "sensitive", "reason": "personal", "accepted_by": "record",
        "accepted_at": "record", "uploaded_by": "record", "seal": "derived",
    },
}  # fmt: skip

JUDGE = Purpose("核对上传的花名册，说明每行的问题，入账前重新核对")
UNDO = Purpose("撤销导入时恢复原值")

USES = {
    ImportRow: Uses("import_rows", {JUDGE: "codes payload", UNDO: "before"}),
    KeptRows: Uses("import_rows", {JUDGE: "payload"}),
    ImportTrace: Uses("import_rows", {UNDO: "payload"}),
    RowDecision: Uses("import_rows", {JUDGE: "original values accepted_codes reason"}),
}
