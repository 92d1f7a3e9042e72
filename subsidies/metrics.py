"""How payments are counted for targets."""

from functools import partial

from lianyungang_cdpf.metrics.metric import Metric
from subsidies.models import Payment, Programme, RollType

METRICS = (
    Metric(
        code="subsidies.persons_paid",
        label="发放人数（同一人一年只计一次）",
        unit="人",
        source="subsidies.payment",
        counts=Payment.objects.of_programme,
        kinds=partial(Programme.objects.filter, roll_type=RollType.MONTHLY),
        subject="person",
        area="area",
        month="month",
    ),
    Metric(
        code="subsidies.premiums_confirmed",
        label="当年保费已缴费到账的人数（同一人一年只计一次）",
        unit="人",
        source="subsidies.payment",
        counts=Payment.objects.premiums_of,
        kinds=partial(Programme.objects.filter, roll_type=RollType.PENSION),
        subject="person",
        area="area",
        month="counted_on",
    ),
    Metric(
        code="subsidies.persons_insured",
        label="当年生效保单的被保险人数（同一人一年只计一次）",
        unit="人",
        source="subsidies.payment",
        counts=Payment.objects.insured_of,
        kinds=partial(Programme.objects.filter, roll_type=RollType.INSURANCE),
        subject="person",
        area="area",
        month="counted_on",
    ),
    Metric(
        code="subsidies.students_granted",
        label="当年已发放补贴的学生人数（同一人一年只计一次）",
        unit="人",
        source="subsidies.payment",
        counts=Payment.objects.grants_of,
        kinds=partial(Programme.objects.filter, roll_type=RollType.EDUCATION),
        subject="person",
        area="area",
        month="counted_on",
    ),
)
