"""康复需求 as surveyed each year, and the 精准康复服务 that meet them."""

from django.db import models

from services.counting import ServiceQuerySet
from services.models.kinds import Need
from services.models.records import Service
from services.needs import NeedQuerySet


class RehabilitationNeed(Service):
    """康复需求调查: one need of one person in one year. The survey itself is what counts as done."""

    WORDS = {"served_on": "调查日期", "institution": "调查单位"}

    need = models.CharField("康复需求", max_length=10, choices=Need.choices)

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "康复需求"

    def what_it_is(self) -> str:
        """A need once a year, however often somebody asks."""
        return f"{self.served_on:%Y} 年 {Need(self.need).label}"


class PrecisionService(Service):
    """精准康复服务: one entry of the person's 服务手册, of the sort by which needs are surveyed.

    meets  the surveyed need of the same person, sort and year that it meets; entries of rolls don't say it
    """

    WORDS = {"institution": "服务机构"}

    need = models.CharField("服务类别", max_length=10, choices=Need.choices)
    meets = models.ForeignKey(
        RehabilitationNeed, models.PROTECT, null=True, blank=True, related_name="met_by", verbose_name="满足的康复需求"
    )

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "精准康复服务"

    def what_it_is(self) -> str:
        """One line of the handbook: a day, a sort, and what was done."""
        return f"{self.served_on:%Y-%m-%d} {Need(self.need).label} {self.content}".strip()
