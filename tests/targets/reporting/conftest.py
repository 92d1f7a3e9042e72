"""Haizhou reports; it is 20 October 2019, so that September can be reported, and is late."""

from datetime import date

import pytest
from django.utils import timezone

from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.metrics.models import ChangeStamp
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.models import Allocation, Demonstration, Plan, Target
from lianyungang_cdpf.targets.reporting.actions import submit_report
from lianyungang_cdpf.targets.reporting.differences import difference_of
from lianyungang_cdpf.targets.reporting.models import ReportFigure
from services.models import Service, ServiceKind

KEY = "hardship_subsidy"


@pytest.fixture
def plan(city):
    Demonstration.objects.create(as_of=date(2019, 10, 20), people=1, seed=1)
    return Plan.objects.get(year=2019)


@pytest.fixture
def haizhou(plan):
    return scopes.on_the_board("320706")


@pytest.fixture
def goal(haizhou):
    """goal(5, key=KEY): so much of the target is asked of Haizhou."""

    def make(number, key=KEY):
        target = Target.objects.get(key=key)
        return Allocation.objects.create(target=target, area=haizhou.area, goal=number)

    return make


@pytest.fixture
def send_in(plan, haizhou, haizhou_clerk):
    """send_in(month=9, notes={key: text}) -> the version. Without goals nothing is behind."""

    def make(month=9, notes=(), **told):
        keys = dict(Target.objects.values_list("key", "pk"))
        texts = {keys[key]: text for key, text in dict(notes).items()}
        return submit_report(
            **{"plan": plan, "month": month, "unit": haizhou, "notes": texts, "by": haizhou_clerk} | told
        )

    return make


@pytest.fixture
def figure():
    """figure(version, key=KEY)"""

    def find(version, key=KEY):
        figures = ReportFigure.objects.select_related("target__plan", "version__report__plan", "counted")
        return figures.get(version=version, target__key=key)

    return find


@pytest.fixture
def differ(figure, haizhou):
    """differ(version, key=KEY) -> the difference as it is now."""
    return lambda version, key=KEY: difference_of(figure(version, key), haizhou)


@pytest.fixture
def serve(haizhou_clerk):
    """serve(person, key, day, quantity=1) -> a service that counts on the day at the person's area."""

    def make(person, key, day, quantity=1):
        kind = ServiceKind.objects.get(code=key)
        service = Service.objects.create(
            kind=kind, person=person, area=person.area, served_on=day, counted_on=day, quantity=quantity,
            occasion=f"{key} {Service.objects.count()}", recorded_by=haizhou_clerk, recorded_at=timezone.now(),
        )  # fmt: skip
        ChangeStamp.objects.touch(source="services.service", kind=key, year=day.year)
        return service

    return make


@pytest.fixture
def move():
    """move(person, "320722101"): the person's record, as a transfer leaves it."""

    def make(person, code):
        person.area = Area.objects.get(code=code)
        person.save()

    return make
