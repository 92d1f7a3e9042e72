"""The background job. Only the export's number goes to the queue: its tables keep arguments and tracebacks."""

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from lianyungang_cdpf.pages.exports.making import make_file
from lianyungang_cdpf.pages.exports.models import UnmaskedExport

# A file takes seconds; one that is not made by then lost its worker.
LOST_AFTER = timedelta(minutes=10)


@task()
def make_export(export_id: int) -> None:
    """Make the file of an approved export."""
    make_file(export_id)


def make_lost() -> int:
    """Make the files whose worker died; how many were waiting."""
    lost = UnmaskedExport.objects.filter(state="approved", decided_at__lte=timezone.now() - LOST_AFTER)
    keys = list(lost.order_by("pk").values_list("pk", flat=True))
    for key in keys:
        make_file(key)
    return len(keys)
