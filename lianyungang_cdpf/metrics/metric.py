"""What a metric is: what is counted is data, how it is counted is a queryset method in the trade's words."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet


@dataclass(frozen=True)
class Metric:
    """A way of counting records.

    code      unique name, "app.word"
    label     what the office calls it, with what makes two records one
    unit      人, 件, 户 ...
    source    the ChangeStamp source of the records it counts
    counts    (kind code, year) -> queryset of the records that count in the year
    subject   foreign key whose distinct values are counted; "" when each record counts by itself
    total     field that is summed where there is no subject; "" counts records
    area      foreign key of the record's area, as of when it was recorded
    month     field of the date (first day of the month or any day) by which it counts
    """

    code: str
    label: str
    unit: str
    source: str
    counts: Callable[[str, int], QuerySet]
    subject: str = ""
    total: str = ""
    area: str = "area"
    month: str = "month"
