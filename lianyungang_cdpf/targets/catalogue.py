"""The catalogue of metrics: what the apps offer, composed by name and refused when two have one code."""

from functools import cache
from importlib import import_module

from django.conf import settings
from django.core.checks import Error, register

from lianyungang_cdpf.metrics.metric import Metric


def offered() -> list[Metric]:
    """Every metric of the modules named in settings.METRIC_SOURCES, in that order."""
    return [metric for source in settings.METRIC_SOURCES for metric in import_module(source).METRICS]


def compose(metrics: list[Metric]) -> dict[str, Metric]:
    """The metrics by code. Raises ValueError when a code is used twice."""
    catalogue = {}
    for metric in metrics:
        if metric.code in catalogue:
            raise ValueError(f"统计方法代码“{metric.code}”重复：每个统计方法的代码只能用一次。")
        catalogue[metric.code] = metric
    return catalogue


@cache
def catalogue() -> dict[str, Metric]:
    """The metrics of the apps by code."""
    return compose(offered())


def metric_of(target) -> Metric | None:
    """How the target is counted; None while no app holds its records (尚未接入)."""
    return catalogue().get(target.metric)


def is_connected(target) -> bool:
    """Whether the portal holds the records that the target counts."""
    return metric_of(target) is not None


@register
def codes_are_unique(app_configs, **kwargs):
    """Refuse at start-up what `compose` refuses."""
    try:
        compose(offered())
    except ValueError as error:
        return [Error(str(error), hint="检查 settings.METRIC_SOURCES 所列各应用的 METRICS。", id="targets.E001")]
    return []
