"""What is kept of earlier passwords."""

from django.conf import settings
from django.db import models


class PasswordHistoryQuerySet(models.QuerySet):
    """Hashes are compared and never shown."""

    def visible_to(self, staff):
        """Nobody sees any."""
        return self.none()

    def choosable_by(self, staff):
        """Nothing to choose."""
        return self.none()


class PasswordHistory(models.Model):
    """A password that an account had, as its hash; the last few of each account are kept."""

    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="账号")
    hash = models.CharField("密码摘要", max_length=128, editable=False)
    set_at = models.DateTimeField("设置时间", auto_now_add=True)

    objects = PasswordHistoryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "历史密码"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(hash=""), name="password_history_has_its_hash"),
        ]

    def __str__(self):
        return f"历史密码 {self.pk}"
