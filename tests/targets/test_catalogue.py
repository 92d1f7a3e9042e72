"""Claims about the catalogue of metrics."""

import pytest
from django.core.checks import run_checks

from lianyungang_cdpf.targets import catalogue
from lianyungang_cdpf.targets.models import Target
from subsidies.metrics import METRICS


def test_two_metrics_of_one_code_are_refused():
    with pytest.raises(ValueError, match="subsidies.persons_paid"):
        catalogue.compose([*METRICS, *METRICS])


def test_a_repeated_code_stops_the_portal_at_start_up(settings):
    settings.METRIC_SOURCES = [*settings.METRIC_SOURCES, "subsidies.metrics"]
    assert [error.id for error in run_checks() if error.id == "targets.E001"] == ["targets.E001"]


def test_the_shipped_catalogue_passes_its_check():
    assert not [error for error in run_checks() if error.id == "targets.E001"]


def test_only_targets_whose_records_the_portal_holds_are_connected(city):
    connected = {target.key for target in Target.objects.all() if catalogue.is_connected(target)}
    assert connected == {
        "hardship_subsidy", "nursing_subsidy", "pension_premium", "commercial_insurance", "education_grant",
        "disabled_persons_home", "rehab_station", "home_rehab_point", "device_station", "spinal_hope_home",
        "rehab_education_pilot", "training_base",
    }  # fmt: skip


def test_a_metric_that_no_app_offers_leaves_the_target_unconnected():
    assert not catalogue.is_connected(Target(metric="services.unheard_of"))
