"""What must never be false of public notices: no list outlasts its period, none stands for a roll that came back."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, F, Q
from django.utils.timezone import localdate

from subsidies.models import Notice, NoticeLine


def breaches() -> Iterator[str]:
    """A Chinese sentence for every notice that breaks it. The worker has a day to delete what has ended."""
    over = Notice.objects.over(localdate() - timedelta(days=1)).order_by("pk")
    for pk, title in over.values_list("pk", "title"):
        yield f"公示 {pk}“{title}”已结束或花名册已退回，名单却还没有删除：请检查后台作业是否在运行。"
    stray = NoticeLine.objects.filter(notice__lines_removed_on__isnull=False)
    for pk in stray.order_by("notice").values_list("notice", flat=True).distinct():
        yield f"公示 {pk} 登记为名单已删除，却还有名单。"
    kept = Notice.objects.filter(lines_removed_on__isnull=True).annotate(lines_kept=Count("lines"))
    for pk in kept.filter(~Q(lines_kept=F("line_count"))).order_by("pk").values_list("pk", flat=True):
        yield f"公示 {pk} 的名单行数与登记的人数不符。"
