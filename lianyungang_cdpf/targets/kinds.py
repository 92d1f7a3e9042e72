"""The kinds that a target may be about: programmes, kinds of service and of facility; rows that the city keeps."""

from facilities.models import FacilityKind
from lianyungang_cdpf.metrics.metric import Metric
from services.models import ServiceKind
from subsidies.models import Programme

KINDS = (Programme, ServiceKind, FacilityKind)


def by_register() -> list[tuple[str, list[tuple[str, str]]]]:
    """(register's name, [(code, name of the kind)]): the choices of a select, grouped."""
    return [(model._meta.verbose_name, list(model.objects.values_list("code", "name"))) for model in KINDS]


def mismatch(metric: Metric, kind: str) -> str:
    """What is wrong with counting this kind by this metric, in a sentence; empty when nothing is."""
    counted = metric.kinds_counted()
    if metric.kinds is None or kind in counted:
        return ""
    if not counted:
        return f"“{metric.label}”目前没有可以统计的种类：请先登记种类，或改选统计方法。"
    return f"“{metric.label}”不统计这个种类：请在{'、'.join(counted.values())}中选一个，或改选统计方法。"
