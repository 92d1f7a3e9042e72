"""What is kept of the keys, so that another one in their place is noticed before anything is written with it."""

from django.db import models
from django.db.models import Q

from lianyungang_cdpf.accounts.scoping import CityWideQuerySet


class KeyCheckQuerySet(CityWideQuerySet):
    """Of no use to anybody at a screen."""

    def visible_to(self, staff):
        """None: commands read it, pages do not."""
        return self.none()


class KeyCheck(models.Model):
    """A key that has been in use: which, and a keyed digest by which it is known again. The key itself is not here."""

    class Purpose(models.TextChoices):
        FIELD = "field", "字段密钥"
        DIGEST = "digest", "摘要密钥"

    purpose = models.CharField("用途", max_length=6, choices=Purpose.choices)
    # Digest keys are configured without an id and numbered here as they come, from 0. In force is the first that has
    # not been retired.
    key_id = models.PositiveSmallIntegerField("密钥编号")
    value = models.CharField("校验值", max_length=64, editable=False)
    registered_at = models.DateTimeField("登记时间", auto_now_add=True)
    # When nothing was left on it; from then on it may be missing.
    retired_at = models.DateTimeField("停用时间", null=True, blank=True)

    objects = KeyCheckQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "密钥登记"
        ordering = ["purpose", "key_id"]
        constraints = [
            models.UniqueConstraint(fields=["purpose", "key_id"], name="a_key_is_registered_once"),
            models.CheckConstraint(
                condition=Q(purpose="digest") | Q(purpose="field", key_id__range=(1, 255)),
                name="a_field_key_has_an_id",
            ),
            models.CheckConstraint(condition=Q(value__regex=r"^[0-9a-f]{64}$"), name="a_key_check_has_its_value"),
        ]

    def __str__(self):
        return f"{self.get_purpose_display()} {self.key_id or ''}".strip()


class StagedDigest(models.Model):
    """What a digest will be, or has become, under another key; rows are here only while the digest key is changed.

    This is the second digest column of every table, kept beside them all: what is not being changed carries no column,
    no index and no write more.
    """

    place = models.CharField("列", max_length=100)
    row = models.BigIntegerField("行号")
    # For which digest key of the register (KeyCheck.key_id): whoever goes over to another one stages anew.
    key_id = models.PositiveSmallIntegerField("目标密钥编号")
    # Of which value it was made: where another stands now, it is made anew. Blank where that was never kept.
    old = models.CharField("原摘要", max_length=64, blank=True, editable=False)
    new = models.CharField("新摘要", max_length=64, editable=False)

    objects = KeyCheckQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "换密钥中的摘要"
        ordering = ["place", "row"]
        constraints = [models.UniqueConstraint(fields=["place", "row"], name="a_digest_is_staged_once")]

    def __str__(self):
        return f"{self.place} {self.row}"
