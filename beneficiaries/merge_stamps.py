"""Which tallies are stale once records belong to another person: told by the metrics, which name what they count."""

from django.conf import settings
from django.utils.module_loading import import_string

from lianyungang_cdpf.metrics.models import ChangeStamp


def stamp_moved(model, rows) -> None:
    """Say that these records changed, for every metric that counts the model; call it before they move.

    All kinds and years of the source are touched: in which of them somebody was counted once too often depends on
    what each metric counts, and merges are rare.
    """
    metrics = [one for name in settings.METRIC_SOURCES for one in import_string(f"{name}.METRICS")]
    sources = {one.source for one in metrics if one.subject and one.model is model}
    if sources and rows.exists():
        for source in sorted(sources):
            ChangeStamp.objects.touch_all(source=source)
