"""Claims about the catalogue of metrics."""

import pytest
from django.core.checks import run_checks

from lianyungang_cdpf.metrics.metric import Metric
from lianyungang_cdpf.targets import catalogue
from lianyungang_cdpf.targets.models import Target
from subsidies.metrics import METRICS


def test_two_metrics_of_one_code_are_refused():
    with pytest.raises(ValueError, match="subsidies.persons_paid"):
        catalogue.compose([*METRICS, *METRICS])


def test_a_repeated_code_stops_the_portal_at_start_up(settings, db):
    settings.METRIC_SOURCES = [*settings.METRIC_SOURCES, "subsidies.metrics"]
    assert [error.id for error in run_checks() if error.id == "targets.E001"] == ["targets.E001"]


def test_the_shipped_catalogue_passes_its_check(db):
    assert not [error for error in run_checks() if error.id == "targets.E001"]


def test_every_line_of_the_plan_is_connected_to_records(city):
    waiting = [target.key for target in Target.objects.all() if not catalogue.is_connected(target)]
    assert (Target.objects.count(), waiting) == (25, [])


def test_a_metric_that_no_app_offers_leaves_the_target_unconnected():
    assert not catalogue.is_connected(Target(metric="services.unheard_of"))


def test_every_metric_on_offer_says_which_kinds_it_counts():
    silent = [metric.code for metric in catalogue.offered() if metric.kinds is None]
    assert silent == [], "a target of it could name a kind that it does not count"


def test_a_rate_names_its_subject():
    with pytest.raises(ValueError, match="必须写明 subject"):
        Metric(code="t.rate", label="", unit="人", source="t", counts=print, out_of=print)
