"""Every model is scoped by area, or stands on the city-wide list."""

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser

from lianyungang_cdpf.accounts.models import Staff
from tests.isolation.tables import CITY_WIDE, NOT_OURS
from tests.isolation.world import MAKERS, scoped_models

OURS = [model for model in apps.get_models() if model._meta.label not in NOT_OURS]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_manager_says_who_sees_its_records(model):
    for manager in {model._default_manager, *model._meta.managers}:
        rows = manager.all()
        assert callable(getattr(rows, "visible_to", None)), f"{model._meta.label} has no visible_to"
        assert callable(getattr(rows, "choosable_by", None)), f"{model._meta.label} has no choosable_by"


def test_every_scoped_model_is_tried_here():
    assert scoped_models().keys() == MAKERS.keys()


def test_the_lists_name_no_model_that_is_gone():
    labels = {model._meta.label for model in apps.get_models()}
    assert CITY_WIDE.keys() | NOT_OURS.keys() <= labels


@pytest.mark.parametrize("label", MAKERS)
def test_own_staff_and_the_city_see_the_record_and_nobody_else(label, haizhou, donghai, city_clerk, make_staff):
    model = apps.get_model(label)
    theirs = donghai.records[label]
    keepers = [county.records["accounts.Staff"] for county in (haizhou, donghai)]
    assert [theirs in model.objects.visible_to(keeper) for keeper in keepers] == [False, True]
    assert [theirs in model.objects.choosable_by(keeper) for keeper in keepers] == [False, True]
    assert theirs in model.objects.visible_to(city_clerk)
    for stranger in (make_staff("zone", area="xuwei"), AnonymousUser(), _disabled(donghai)):
        assert theirs not in model.objects.visible_to(stranger)
        assert theirs not in model.objects.choosable_by(stranger)


def _disabled(county) -> Staff:
    keeper = Staff.objects.get(pk=county.records["accounts.Staff"].pk)
    keeper.is_active = False
    return keeper


@pytest.mark.parametrize("label", MAKERS)
def test_a_place_that_is_none_sees_nothing(label, haizhou):
    """No area, no records: an account half made must not see everything."""
    assert not apps.get_model(label).objects.visible_to(Staff(username="nowhere")).exists()
