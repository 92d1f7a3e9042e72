"""新闻和政策: what the city publishes on the public's pages, drafted and published in the admin."""

from django.db import models
from django.db.models import F, Q

from lianyungang_cdpf.accounts.scoping import CityWideQuerySet


class NewsQuerySet(CityWideQuerySet):
    """What is written, for every member of staff; what is out, for everybody."""

    def out_on(self, day):
        """What the public reads on the day: published, begun and not over."""
        open_ended = Q(published_until__isnull=True) | Q(published_until__gte=day)
        return self.filter(open_ended, state=News.State.PUBLISHED, published_from__lte=day)


class News(models.Model):
    """One piece of news or one policy. `text` is plain text with a few marks (markup.py), never HTML."""

    class Kind(models.TextChoices):
        NEWS = "news", "新闻"
        POLICY = "policy", "政策"

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        PUBLISHED = "published", "已发布"

    kind = models.CharField("种类", max_length=6, choices=Kind.choices)
    title = models.CharField("标题", max_length=100)
    source = models.CharField("来源或文号", max_length=100, blank=True)
    text = models.TextField(
        "正文", help_text="空一行分段；行首写“# ”是小标题，写“- ”是列表。不能写网页代码。"
    )  # fmt: skip
    state = models.CharField("状态", max_length=9, choices=State.choices, default=State.DRAFT)
    published_from = models.DateField("发布日期", null=True, blank=True, help_text="从这一天起公开；已发布的必须填写。")
    published_until = models.DateField("公开截止", null=True, blank=True, help_text="最后一天，含；留空表示一直公开。")
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = NewsQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "新闻和政策"
        ordering = ["-published_from", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(text=""), name="news_has_title_and_text",
                violation_error_message="请填写标题和正文。",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_from__isnull=False), name="published_news_has_its_day",
                violation_error_message="已发布的要填写发布日期。",
            ),
            models.CheckConstraint(
                condition=Q(published_until__isnull=True) | Q(published_until__gte=F("published_from")),
                name="news_days_in_order", violation_error_message="公开截止日期不能早于发布日期。",
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.title
