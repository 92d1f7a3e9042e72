"""Where it is done. In this release the kinds of facility; the facilities themselves come with their own work."""

from django.db import models

from lianyungang_cdpf.accounts.scoping import CityWideQuerySet


class FacilityKind(models.Model):
    """A kind of facility as the plan names it: 残疾人之家, 康复室（站）, 辅具服务站（点） ..."""

    code = models.SlugField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=60)
    unit = models.CharField("计量单位", max_length=8)
    counting_rule = models.TextField("统计口径", blank=True)
    evidence = models.CharField("佐证材料", max_length=200, blank=True)
    lead_department = models.CharField("牵头部门", max_length=60, blank=True)

    objects = CityWideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "设施种类"
        ordering = ["code"]

    def __str__(self):
        return self.name
