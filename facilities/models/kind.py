"""Kinds of facility: what the plan names, as data."""

from django.db import models
from django.db.models import Q

from lianyungang_cdpf.accounts.scoping import CityWideQuerySet


class FacilityKind(models.Model):
    """A kind of facility as the plan names it: 残疾人之家, 康复室（站）, 辅具服务站（点） ...

    What a facility must have to be accepted is asked only where a number stands (city rule, unverified).
    """

    code = models.SlugField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=60)
    unit = models.CharField("计量单位", max_length=8)
    counting_rule = models.TextField("统计口径", blank=True)
    evidence = models.CharField("佐证材料", max_length=200, blank=True)
    lead_department = models.CharField("牵头部门", max_length=60, blank=True)
    minimum_area = models.DecimalField(
        "验收最小面积（平方米）", max_digits=8, decimal_places=2, null=True, blank=True,
        help_text="市内掌握的条件，待核实；留空表示不作要求。",
    )  # fmt: skip
    minimum_capacity = models.PositiveIntegerField(
        "验收最少服务人数", null=True, blank=True, help_text="市内掌握的条件，待核实；留空表示不作要求。"
    )
    # A 居家康复点 is somebody's home: such kinds are never told to the public.
    is_public = models.BooleanField(
        "对外公布", default=False, help_text="勾选的，运行中的设施列在公众网站上；设在残疾人家中的种类不要勾选。"
    )

    objects = CityWideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "设施种类"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minimum_area__isnull=True) | Q(minimum_area__gt=0),
                name="facility_kind_minimum_area_is_positive",
                violation_error_message="最小面积应大于零；不作要求的请留空。",
            ),
        ]

    def __str__(self):
        return self.name
