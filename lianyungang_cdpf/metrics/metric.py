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
    subject   field whose distinct values are counted; "" when every record counts (then `total` sums)
    total     field that is summed where there is no subject
    area      field path of the record's area
    month     field path of the date (first day of the month or any day) by which it counts
    records   name of the URL that lists the records of a scope, or ""
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
