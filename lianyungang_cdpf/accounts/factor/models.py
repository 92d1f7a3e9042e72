"""What the portal keeps of a second factor: the key of the authenticator app, and digests of recovery codes."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from lianyungang_cdpf.fields import EncryptedTextField, SealField


class OfAccountQuerySet(models.QuerySet):
    """Seen with the account that they belong to; no page lists them."""

    def visible_to(self, staff):
        """Those of the accounts that the staff member sees."""
        accounts = self.model._meta.get_field("staff").related_model
        return self.filter(staff__in=accounts.objects.visible_to(staff))

    def choosable_by(self, staff):
        """What a form or a filter may offer: what the staff member sees."""
        return self.visible_to(staff)


class TotpDeviceQuerySet(OfAccountQuerySet):
    """Authenticator apps."""

    def in_use(self):
        """Those that have shown a right code; the others wait for their first one."""
        return self.filter(confirmed_at__isnull=False)

    def waiting(self):
        """Those whose set-up has begun."""
        return self.filter(confirmed_at=None)


class TotpDevice(models.Model):
    """验证器: an app that shares a key with the portal. While another is set up, the one in use goes on."""

    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="totp_devices", verbose_name="账号"
    )
    key = EncryptedTextField("密钥")
    begun_at = models.DateTimeField("开始设置", default=timezone.now)
    confirmed_at = models.DateTimeField("启用时间", null=True, blank=True)
    # The time step (30 s since 1970) of the last code that was taken: no code counts twice, nor an earlier one.
    last_step = models.BigIntegerField("最近时间步", null=True, blank=True)
    # Since the last right code; recovery codes count with them.
    wrong_codes = models.PositiveIntegerField("连续输错", default=0)
    closed_until = models.DateTimeField("暂停至", null=True, blank=True)
    # Whoever can write the database can't give one account the app of another.
    seal = SealField("封签", of=("staff_id",))

    objects = TotpDeviceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "验证器"
        constraints = [
            models.UniqueConstraint(
                fields=["staff"],
                condition=Q(confirmed_at__isnull=False),
                name="totp_one_device_in_use",
                violation_error_message="这个账号已有一个启用的验证器。",
            ),
            models.UniqueConstraint(
                fields=["staff"],
                condition=Q(confirmed_at__isnull=True),
                name="totp_one_device_waiting",
                violation_error_message="这个账号已有一个正在设置的验证器。",
            ),
        ]

    def __str__(self):
        return f"验证器 {self.pk}"

    @property
    def is_sealed(self) -> bool:
        """Whether the key is the one that was made for this account."""
        return self.seal == self._meta.get_field("seal").made(self)

    @property
    def closed_now(self) -> bool:
        """Whether so many codes were wrong that none is looked at for the time being."""
        return self.closed_until is not None and timezone.now() < self.closed_until


class RecoveryCodeQuerySet(OfAccountQuerySet):
    """Recovery codes."""

    def unused(self):
        """Those that still open the account, once each."""
        return self.filter(used_at=None)


class RecoveryCode(models.Model):
    """恢复码: stands in for a code of the app once. Kept as a password is, so no key of the portal opens it."""

    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="recovery_codes", verbose_name="账号"
    )
    digest = models.CharField("摘要", max_length=128, editable=False)
    made_at = models.DateTimeField("生成时间", default=timezone.now)
    used_at = models.DateTimeField("使用时间", null=True, blank=True)

    objects = RecoveryCodeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "恢复码"
        constraints = [models.CheckConstraint(condition=~Q(digest=""), name="recovery_code_has_its_digest")]

    def __str__(self):
        return f"恢复码 {self.pk}"
