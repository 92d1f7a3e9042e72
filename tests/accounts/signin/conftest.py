"""Signing in as a browser does: the form, with an address of one's own."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from tests.fixtures_city import PASSWORD

NEW = "Another-horse-10"


@pytest.fixture
def at_the_gate(city):
    """at_the_gate(username, password=PASSWORD, address="10.1.1.1", client=None, path=…, **more): the form's answer."""

    def send(username, password=PASSWORD, address="10.1.1.1", client=None, path="/admin/login/", **more):
        client = client or Client(REMOTE_ADDR=address)
        return client.post(path, {"username": username, "password": password, **more})

    return send


@pytest.fixture
def production(settings):
    """What the production profile asks for."""
    settings.PASSWORD_MAX_AGE_DAYS, settings.ONE_SESSION, settings.IDLE_ACCOUNT_DAYS = 90, True, 90
    return settings


@pytest.fixture
def noon(time_machine):
    """noon(minutes): the clock stands still so many minutes after noon of a day."""

    def move(minutes=0, seconds=0):
        at = datetime(2026, 12, 1, 4, tzinfo=UTC) + timedelta(minutes=minutes, seconds=seconds)
        time_machine.move_to(at, tick=False)

    move()
    return move


@pytest.fixture
def account_form():
    """account_form(staff, **more): what the administrator's form sends of an account."""

    def form(staff, **more):
        kept = {"username": staff.username, "role": staff.role_id, "area": staff.area_id, "is_active": "on"}
        return kept | more

    return form
