"""Exports with whole numbers: who asked for what and why, who allowed it, and what became of the file."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from lianyungang_cdpf.accounts.duties.persons import accounts_of
from lianyungang_cdpf.fields import EncryptedTextField, SealField
from subsidies.payments import OfficeQuerySet

REQUEST, APPROVE, VIEW = "pages.request_export", "pages.approve_export", "pages.view_unmaskedexport"


class UnmaskedExportQuerySet(OfficeQuerySet):
    """Exports belong to the place of who asked for them."""

    def open_to(self, staff):
        """Those that a page shows: one's own, and for who may approve all of their place."""
        seen = self.visible_to(staff)
        return seen if staff.has_perm(APPROVE) else seen.filter(requested_by=staff)

    def waiting_for(self, staff):
        """Those that the staff member may approve or refuse now."""
        if not staff.has_perm(APPROVE):
            return self.none()
        waiting = self.visible_to(staff).filter(state="requested").exclude(requested_by__in=accounts_of(staff))
        # One of the same place, or of the city: nobody in between.
        if staff.is_city_wide:
            return waiting
        own = {"zone": staff.zone_id} if staff.zone_id else {"area": staff.area_id, "zone": None}
        return waiting.filter(**own)


class UnmaskedExport(models.Model):
    """One list with whole numbers: 待审批 → 待制作 → 可下载 → 已失效, or 未批准.

    Which rows it has is settled when it is asked for (`chosen`), out of what the asker sees; the worker looks again.
    """

    class Ledger(models.TextChoices):
        PEOPLE = "people", "残疾人档案"
        CERTIFICATES = "certificates", "残疾人证"
        PAYMENTS = "payments", "补贴发放"

    class State(models.TextChoices):
        REQUESTED = "requested", "待审批"
        APPROVED = "approved", "待制作"
        REFUSED = "refused", "未批准"
        MADE = "made", "可下载"
        EXPIRED = "expired", "已失效"

    ledger = models.CharField("清单", max_length=12, choices=Ledger.choices)
    # The filters in words, never what was searched for.
    narrowed = models.CharField("筛选条件", max_length=300, blank=True)
    purpose = models.CharField("用途", max_length=100)
    recipient = models.CharField("接收人", max_length=100)
    row_count = models.PositiveIntegerField("行数")
    # The keys of the rows, packed; nothing once the file is made or will not be.
    chosen = models.BinaryField(default=b"")
    # The place of who asked; for a zone that spans counties the city's node, with the zone beside it.
    area = models.ForeignKey("accounts.Area", models.PROTECT, verbose_name="申请单位", related_name="+")
    zone = models.ForeignKey("accounts.Zone", models.PROTECT, null=True, blank=True, verbose_name="功能板块")
    requested_by = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="+", verbose_name="申请人")
    requested_at = models.DateTimeField("申请时间", auto_now_add=True)
    state = models.CharField("状态", max_length=9, choices=State.choices, default=State.REQUESTED)
    decided_by = models.ForeignKey(
        "accounts.Staff", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审批人"
    )
    decided_at = models.DateTimeField("审批时间", null=True, blank=True)
    # Why it was refused, or why it is no longer to be had.
    answer = models.CharField("答复", max_length=200, blank=True)
    made_at = models.DateTimeField("制作时间", null=True, blank=True)
    made_rows = models.PositiveIntegerField("文件行数", null=True, blank=True)
    expires_at = models.DateTimeField("失效时间", null=True, blank=True)
    # Name below UPLOAD_ROOT; sealed there as uploads are, around the workbook's own encryption.
    stored_name = models.CharField(max_length=80, blank=True, editable=False)
    size = models.PositiveIntegerField("大小（字节）", default=0, editable=False)
    sha256 = models.CharField("文件指纹", max_length=64, blank=True, editable=False)
    # What opens the workbook, until it has been shown.
    password = EncryptedTextField("打开密码")
    password_shown_at = models.DateTimeField("密码显示时间", null=True, blank=True)
    downloads = models.PositiveSmallIntegerField("下载次数", default=0)
    downloaded_at = models.DateTimeField("最近下载", null=True, blank=True)
    seal = SealField("封签", of=("requested_by_id", "sha256"))

    objects = UnmaskedExportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "完整号码导出"
        ordering = ["-id"]
        permissions = [
            # Of no model of its own: a number that is shown whole leaves nothing behind but its line in the log.
            ("reveal_number", "查看完整号码"),
            ("request_export", "申请导出完整号码"),
            ("approve_export", "审批导出完整号码"),
            # Neither have these: what is held and why (pages/processing), and what a person may ask for.
            ("view_processing", "查看个人信息处理清单"),
            ("give_own_data", "办理本人查阅、复制个人信息"),
            ("erase_person", "办理删除个人信息"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(purpose="") & ~Q(recipient=""),
                name="unmasked_export_says_for_what_and_whom",
                violation_error_message="请写明用途和接收人。",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")),
                name="unmasked_export_decided_by_another",
                violation_error_message="不能审批自己提出的申请，请由另一位有权限的人员审批。",
            ),
            models.CheckConstraint(
                condition=Q(state="requested", decided_by__isnull=True, decided_at__isnull=True)
                | Q(state__in=["approved", "refused", "made"], decided_by__isnull=False, decided_at__isnull=False)
                | Q(state="expired"),
                name="unmasked_export_is_decided_by_somebody",
                violation_error_message="没有审批人的申请不能制作文件。",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["refused", "expired"]) | ~Q(answer=""),
                name="unmasked_export_says_why_not",
                violation_error_message="请填写不批准或失效的原因。",
            ),
            models.CheckConstraint(
                condition=Q(state="made", made_at__isnull=False, made_rows__isnull=False, expires_at__isnull=False)
                & ~Q(stored_name="")
                & Q(size__gt=0, sha256__regex=r"^[0-9a-f]{64}$")
                | ~Q(state="made") & Q(stored_name=""),
                name="unmasked_export_has_its_file_while_made",
                violation_error_message="只有制作好、没有失效的导出才有文件。",
            ),
        ]

    def __str__(self):
        return f"{self.get_ledger_display()}（{self.row_count:,} 行）"

    @property
    def is_to_be_had(self) -> bool:
        """Whether the file may be taken out now; the worker removes it a little later than it expires."""
        return self.state == self.State.MADE and self.expires_at > timezone.now()

    @property
    def place(self):
        """The place of who asked."""
        return self.zone or self.area
