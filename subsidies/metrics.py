"""How payments are counted for targets."""

from lianyungang_cdpf.metrics.metric import Metric
from subsidies.models import Payment

METRICS = (
    Metric(
        code="subsidies.persons_paid",
        label="发放人数（同一人一年只计一次）",
        unit="人",
        source="subsidies.payment",
        counts=Payment.objects.of_programme,
        subject="person",
        area="area",
        month="month",
    ),
)
