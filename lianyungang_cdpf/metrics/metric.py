"""What a metric is: what is counted is data, how it is counted is a queryset method in the trade's words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Model, QuerySet


@dataclass(frozen=True)
class Metric:
    """A way of counting records.

    code      unique name, "app.word"
    label     what the office calls it, with what makes two records one
    unit      人, 件, 户 ...; of a rate what its two numbers count, not %
    source    the ChangeStamp source of the records it counts
    counts    (kind code, year) -> queryset of the records that count in the year; a rate's takes a day for the year
    kinds     the kinds that it can count: their model, or a callable that gives a queryset of rows with code and name
    subject   foreign key whose distinct values are counted; "" when each record counts by itself
    total     field that is summed where there is no subject; "" counts records
    area      foreign key of the record's area, as of when it was recorded
    month     field of the date (first day of the month or any day) by which it counts; a rate has none
    other_sources   the ChangeStamp sources of whatever else decides what counts; of a rate also who is in the whole

    A rate is what stands on a day. It has a second set, its denominator, and counts those of it that `counts` has too:

    out_of          (kind code, day) -> queryset with one row for each subject that should be reached on the day
    out_of_subject  what of such a row is the subject of `counts`: "pk" when the rows are the subjects themselves
    out_of_area     foreign key of its area; numerator and denominator are both told for this place
    """

    code: str
    label: str
    unit: str
    source: str
    counts: Callable[[str, int | date], QuerySet]
    kinds: type[Model] | Callable[[], QuerySet] | None = None
    subject: str = ""
    total: str = ""
    area: str = "area"
    month: str = "month"
    other_sources: tuple[str, ...] = ()
    out_of: Callable[[str, date], QuerySet] | None = None
    out_of_subject: str = "pk"
    out_of_area: str = "area"

    def __post_init__(self):
        if self.out_of is not None and not self.subject:
            raise ValueError(f"比率“{self.code}”必须写明 subject：分子按它与分母对应。")

    @property
    def is_rate(self) -> bool:
        """Whether it is told as a share of a whole, as of a day."""
        return self.out_of is not None

    @property
    def model(self) -> type[Model]:
        """Whose records it counts."""
        return self.counts("", date(2000, 1, 1) if self.is_rate else 2000).model

    def kinds_counted(self) -> dict[str, str]:
        """Names by code of the kinds that it can count; none while its app does not say."""
        if self.kinds is None:
            return {}
        rows = self.kinds._default_manager.all() if isinstance(self.kinds, type) else self.kinds()
        return dict(rows.values_list("code", "name"))
