"""Somebody with a second factor, and the code that their phone shows."""

import pytest
from django.utils import timezone

from lianyungang_cdpf.accounts.factor.actions import begin_set_up, confirm_set_up
from lianyungang_cdpf.accounts.factor.codes import STEP_SECONDS
from lianyungang_cdpf.accounts.factor.models import TotpDevice
from tests.accounts.factor.phone import shown


@pytest.fixture
def required(settings):
    """The portal as it is in production."""
    settings.SECOND_FACTOR = "required"


@pytest.fixture
def reviewer(make_staff):
    return make_staff("reviewer", role="district_reviewer", name="王审核")


@pytest.fixture
def clerk(make_staff):
    """Who needs none: town clerks neither approve nor export."""
    return make_staff("clerk", area="320706006", role="town_clerk", name="周明")


@pytest.fixture
def equipped(reviewer):
    """equipped: the reviewer with a phone that was set up a minute ago; their recovery codes in `codes`."""
    device = begin_set_up(by=reviewer)
    reviewer.codes = confirm_set_up(by=reviewer, code=shown(device.key))
    TotpDevice.objects.filter(pk=device.pk).update(last_step=timezone.now().timestamp() // STEP_SECONDS - 2)
    return reviewer


@pytest.fixture
def code_of():
    """code_of(staff, steps=0): what the phone of the account shows now, or some steps of half a minute later."""
    return lambda staff, steps=0: shown(TotpDevice.objects.in_use().get(staff=staff).key, steps)
