"""Which tallies are stale once records belong to another person: told by the metrics, which name what they count."""

from django.conf import settings
from django.utils.module_loading import import_string

from lianyungang_cdpf.metrics.models import ChangeStamp


def stamp_moved(model, rows) -> None:
    """Say that these records changed, for every metric that counts the model; call it before they move.

    All kinds of the years concerned are touched: who is counted once too often may be any of them.
    """
    sources = {}
    for metric in (one for name in settings.METRIC_SOURCES for one in import_string(f"{name}.METRICS")):
        if metric.subject and metric.counts("", 2000).model is model:
            sources[metric.source] = metric.month
    for source, month in sources.items():
        years = {day.year for day in rows.order_by().values_list(month, flat=True).distinct() if day}
        if years:
            ChangeStamp.objects.touch_years(source=source, years=years)
