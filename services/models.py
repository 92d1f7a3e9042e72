"""What is done for disabled people. In this release the kinds of service; their records come with their own work."""

from django.db import models

from lianyungang_cdpf.accounts.scoping import CityWideQuerySet


class ServiceKind(models.Model):
    """A kind of service as the plan names it: 托养, 康复训练, 辅具 ..."""

    code = models.SlugField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=60)
    unit = models.CharField("计量单位", max_length=8)
    counting_rule = models.TextField("统计口径", blank=True)
    evidence = models.CharField("佐证材料", max_length=200, blank=True)
    lead_department = models.CharField("牵头部门", max_length=60, blank=True)

    objects = CityWideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "服务种类"
        ordering = ["code"]

    def __str__(self):
        return self.name
