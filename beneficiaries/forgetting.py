"""What the register keeps of people whom it does not serve, or twice; removed when its time is over."""

from django.db.models.functions import Length

from beneficiaries.models import Merge, Transfer
from lianyungang_cdpf.audit.purging import InBatches, deleted


def of_nobody(before):
    """Requests for people who are not on file here: name and number of somebody whom nobody serves."""
    return Transfer.objects.filter(person__isnull=True, requested_at__lt=before)


def given_up(before):
    """Merges that still hold the record given up."""
    return Merge.objects.alias(length=Length("values")).filter(length__gt=0, merged_at__lt=before)


PURGES = (
    InBatches("transfers", of_nobody, deleted),
    InBatches("merged_records", given_up, lambda merges: merges.update(values="", seal=None)),
)
