"""How facilities are counted for targets."""

from facilities.models import Facility
from lianyungang_cdpf.metrics.metric import Metric

METRICS = (
    Metric(
        code="facilities.accepted",
        label="当年首次通过验收的设施数（整改后再次验收不重复计，撤销的不计）",
        unit="个",
        source="facilities.facility",
        counts=Facility.objects.accepted_of,
        area="area",
        month="accepted_on",
    ),
)
