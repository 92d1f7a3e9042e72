"""A bulletin, its sections and the figures that its tables print, as they stood when it was drafted.

An issued bulletin is never changed or deleted, nor is anything that hangs off it: triggers.py.
"""

from django.db import models
from django.db.models import F, Q

from lianyungang_cdpf.accounts.scoping import CityWideQuerySet

MOST_TEXT = 8_000


class BulletinQuerySet(CityWideQuerySet):
    """What is issued goes out to every office; drafts are the city's own."""

    def visible_to(self, staff):
        """All for staff of the city, what is issued for everybody else in service."""
        seen = super().visible_to(staff)
        return seen if getattr(staff, "is_city_wide", False) else seen.filter(issued_at__isnull=False)


class OfBulletinQuerySet(CityWideQuerySet):
    """What hangs off a bulletin is seen with it."""

    def visible_to(self, staff):
        """What belongs to the bulletins that the staff member sees."""
        return self.filter(bulletin__in=Bulletin.objects.visible_to(staff).order_by().values("pk"))


class Bulletin(models.Model):
    """通报 of a month: one version. A corrected one is a version of its own and says which one it replaces."""

    year = models.PositiveSmallIntegerField("年度")
    month = models.PositiveSmallIntegerField("月份")
    # The day that its figures are told as of: the month's last, or an earlier one while the month runs.
    as_of = models.DateField("截至日期")
    version = models.PositiveSmallIntegerField("版次", default=1)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="替代"
    )
    title = models.CharField("标题", max_length=100)
    recipients = models.CharField("主送", max_length=200)
    unit = models.CharField("落款单位", max_length=60)
    drafted_by = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="+", verbose_name="起草人")
    drafted_at = models.DateTimeField("起草时间", auto_now_add=True)
    edited_by = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="+", verbose_name="最后修改人")
    edited_at = models.DateTimeField("最后修改时间")
    # Grows with each change: who saved an older page is told so.
    revision = models.PositiveIntegerField("修改次数", default=0)
    number = models.PositiveSmallIntegerField("期号", null=True, blank=True)
    issued_on = models.DateField("成文日期", null=True, blank=True)
    issued_by = models.ForeignKey(
        "accounts.Staff", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签发人"
    )
    issued_at = models.DateTimeField("签发时间", null=True, blank=True)

    objects = BulletinQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通报"
        ordering = ["-year", "-month", "-version"]
        permissions = [("draft_bulletin", "起草、修改通报"), ("issue_bulletin", "签发通报")]
        constraints = [
            models.CheckConstraint(
                condition=Q(month__gte=1, month__lte=12),
                name="bulletin_month_is_a_month",
                violation_error_message="月份应在 1 到 12 之间。",
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=True, issued_on__isnull=True, issued_by__isnull=True, issued_at__isnull=True)
                | Q(number__isnull=False, issued_on__isnull=False, issued_by__isnull=False, issued_at__isnull=False),
                name="issued_bulletin_has_number_day_and_issuer",
                violation_error_message="签发的通报要有期号、成文日期和签发人。",
            ),
            models.CheckConstraint(
                condition=Q(issued_by__isnull=True) | (~Q(issued_by=F("drafted_by")) & ~Q(issued_by=F("edited_by"))),
                name="bulletin_issued_by_another_than_wrote_it",
                violation_error_message="起草或最后修改通报的人不能签发它，请由另一人签发。",
            ),
            models.CheckConstraint(
                condition=Q(version=1, replaces__isnull=True) | Q(version__gt=1, replaces__isnull=False),
                name="later_version_of_a_bulletin_says_what_it_replaces",
                violation_error_message="更正的通报要写明替代哪一期。",
            ),
            models.UniqueConstraint(
                fields=["year", "month", "version"],
                name="one_bulletin_per_month_and_version",
                violation_error_message="这个月已有这一版通报。",
            ),
            models.UniqueConstraint(
                fields=["year", "number"],
                name="one_bulletin_per_number",
                violation_error_message="这个期号已经用过。",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def is_issued(self) -> bool:
        return self.issued_at is not None

    @property
    def reference(self) -> str:
        """2019年第9期; of a draft what it is."""
        return f"{self.year}年第{self.number}期" if self.number else f"{self.year}年{self.month}月通报草稿"

    @property
    def standing(self) -> str:
        """How far it is."""
        if not self.is_issued:
            return "草稿"
        successor = getattr(self, "replaced_by", None)
        return "已被替代" if successor and successor.is_issued else "已签发"


class SectionKind(models.TextChoices):
    OVERVIEW = "overview", "总体情况"
    GROUP = "group", "各项目标进展"
    RANKING = "ranking", "各地排名"
    LAGGARDS = "laggards", "进度滞后的目标"
    REASONS = "reasons", "各地说明的原因"
    NEXT_STEPS = "next_steps", "下一步工作"
    CLOSING = "closing", "结语"


# What the records say; the rest is what people say.
FROM_RECORDS = (SectionKind.OVERVIEW, SectionKind.GROUP, SectionKind.RANKING, SectionKind.LAGGARDS)


class BulletinSection(models.Model):
    """One part of the text: a line is a paragraph. `heading` is the work group of a group's part."""

    bulletin = models.ForeignKey(Bulletin, models.CASCADE, related_name="sections", verbose_name="通报")
    position = models.PositiveSmallIntegerField("序号")
    kind = models.CharField("部分", max_length=10, choices=SectionKind.choices)
    heading = models.CharField("小标题", max_length=30, blank=True)
    text = models.TextField("正文", max_length=MOST_TEXT, blank=True)

    objects = OfBulletinQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通报正文"
        ordering = ["bulletin", "position"]
        constraints = [
            models.UniqueConstraint(fields=["bulletin", "position"], name="one_section_of_a_bulletin_per_position"),
        ]

    def __str__(self):
        return self.label

    @property
    def label(self) -> str:
        """What an editor calls it: 各项目标进展：生活保障."""
        return f"{self.get_kind_display()}：{self.heading}" if self.heading else self.get_kind_display()

    @property
    def paragraphs(self) -> list[str]:
        return [line.strip() for line in self.text.splitlines() if line.strip()]

    @property
    def is_from_records(self) -> bool:
        """Whether its numbers are the records' and can be compared with them."""
        return self.kind in FROM_RECORDS


class BulletinFigure(models.Model):
    """One target at one place as the tables print it; the city's own rows have no place name.

    Empty numbers: no goal there, records not held (尚未接入), or no rate. The state is the light's word.
    """

    bulletin = models.ForeignKey(Bulletin, models.CASCADE, related_name="figures", verbose_name="通报")
    place = models.CharField("地区代码", max_length=70)
    place_name = models.CharField("地区", max_length=60, blank=True)
    number = models.PositiveSmallIntegerField("序号")
    name = models.CharField("目标", max_length=60)
    unit = models.CharField("单位", max_length=8)
    goal = models.PositiveIntegerField("目标数", null=True, blank=True)
    value = models.PositiveIntegerField("完成数", null=True, blank=True)
    denominator = models.PositiveIntegerField("应统计数", null=True, blank=True)
    percent = models.CharField("完成率", max_length=12, blank=True)
    lacking = models.PositiveIntegerField("还差", null=True, blank=True)
    state = models.CharField("状态", max_length=12)
    lead_department = models.CharField("牵头部门", max_length=60, blank=True)

    objects = OfBulletinQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通报数字"
        ordering = ["bulletin", "id"]
        constraints = [
            models.UniqueConstraint(fields=["bulletin", "place", "number"], name="one_figure_of_a_bulletin_per_target"),
        ]

    def __str__(self):
        return f"{self.place_name or '全市'} {self.name}"


class BulletinStanding(models.Model):
    """One unit in the bulletin's ranking; equal ones share a rank."""

    bulletin = models.ForeignKey(Bulletin, models.CASCADE, related_name="standings", verbose_name="通报")
    position = models.PositiveSmallIntegerField("序号")
    rank = models.PositiveSmallIntegerField("名次")
    place_name = models.CharField("地区", max_length=60)
    assessed = models.PositiveSmallIntegerField("到期目标")
    good = models.PositiveSmallIntegerField("达到序时")
    behind = models.PositiveSmallIntegerField("略低")
    lagging = models.PositiveSmallIntegerField("滞后")

    objects = OfBulletinQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通报排名"
        ordering = ["bulletin", "position"]
        constraints = [
            models.UniqueConstraint(fields=["bulletin", "position"], name="one_standing_of_a_bulletin_per_position"),
        ]

    def __str__(self):
        return f"{self.rank} {self.place_name}"
