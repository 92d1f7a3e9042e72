"""How services are counted for targets. A target on a kind that an administrator added takes one of the plain ways."""

from lianyungang_cdpf.metrics.metric import Metric
from services.models import Service

SOURCE = "services.service"

METRICS = (
    Metric(
        code="services.persons",
        label="服务人数（同一人一年只计一次）",
        unit="人",
        source=SOURCE,
        counts=Service.objects.done_in,
        subject="person",
        month="counted_on",
    ),
    Metric(
        code="services.person_times",
        label="服务人次（每次服务计一次）",
        unit="人次",
        source=SOURCE,
        counts=Service.objects.done_in,
        month="counted_on",
    ),
    Metric(
        code="services.cases",
        label="例数（双眼手术计两例）",
        unit="例",
        source=SOURCE,
        counts=Service.objects.done_in,
        month="counted_on",
    ),
    Metric(
        code="services.pieces",
        label="件数（数量合计）",
        unit="件",
        source=SOURCE,
        counts=Service.objects.done_in,
        total="quantity",
        month="counted_on",
    ),
    Metric(
        code="services.households",
        label="户数（同一户一年只计一次）",
        unit="户",
        source=SOURCE,
        counts=Service.objects.households_in,
        subject="household",
        month="counted_on",
    ),
    Metric(
        code="services.persons_receiving",
        label="当年接受服务的人数（同一人一年只计一次）",
        unit="人",
        source=SOURCE,
        counts=Service.objects.received_in,
        subject="person",
        month="day",
    ),
    Metric(
        code="services.persons_going_on",
        label="当年在托、在岗人数（未结束的视为仍在）",
        unit="人",
        source=SOURCE,
        counts=Service.objects.going_on_in,
        subject="person",
        month="day",
    ),
    Metric(
        code="services.newly_employed",
        label="新就业人数（上年末已就业的不计）",
        unit="人",
        source=SOURCE,
        counts=Service.objects.newly_employed_in,
        subject="person",
        month="counted_on",
    ),
)
