"""How facilities are counted for targets."""

from facilities.models import Facility, FacilityKind
from lianyungang_cdpf.metrics.metric import Metric

METRICS = (
    Metric(
        code="facilities.accepted",
        label="当年通过验收的设施数（一处只计一次）",
        unit="个",
        source="facilities.facility",
        kinds=FacilityKind,
        counts=Facility.objects.accepted_of,
        area="area",
        month="accepted_on",
    ),
)
