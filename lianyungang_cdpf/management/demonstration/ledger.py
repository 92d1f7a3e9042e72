"""The invented city's services, collected kind by kind and written in bulk as a posted roll is."""

import random
from collections import defaultdict
from datetime import date, timedelta

from django.utils import timezone

from lianyungang_cdpf.accounts.models import Staff
from lianyungang_cdpf.management.demonstration.clients import Client
from services.models import Service, ServiceKind, TrainingCourse
from services.posting import write_services


class Ledger:
    """What was done for whom, recorded by the clerk of the unit that did it."""

    def __init__(self, clerks: dict[str, Staff], dice: random.Random, as_of: date):
        self.clerks, self.dice, self.as_of = clerks, dice, as_of
        self.kinds = {kind.code: kind for kind in ServiceKind.objects.all()}
        self._now = timezone.now()
        self._services: dict[str, list[Service]] = defaultdict(list)
        # The latest course of each unit, and how many places it has left.
        self.courses: dict[str, tuple[TrainingCourse, int]] = {}
        # The kinds of service that count as basic rehabilitation and that somebody had this year.
        self.given: dict[int, str] = {}

    def day(self, since: date, until: date) -> date:
        """Any day between two, both included, and none after the day on which the demonstration stands."""
        return since + timedelta(days=self.dice.randint(0, (min(until, self.as_of) - since).days))

    def add(self, code: str, client: Client, service: Service) -> Service:
        """Settle a new service of the kind and take it down."""
        kind = self.kinds[code]
        service.kind_id, service.person_id, service.area_id = kind.pk, client.person, client.area.pk
        service.household_id = client.household if kind.is_per_household else None
        service.recorded_by_id, service.recorded_at = self.clerks[client.unit].pk, self._now
        self._services[code].append(service.settle())
        if kind.meets_need and service.counted_on and service.counted_on.year == self.as_of.year:
            self.given[client.person] = kind.meets_need
        return service

    def write(self) -> None:
        """Everything in two statements a kind, with the stamps."""
        for code, services in self._services.items():
            kind = self.kinds[code]
            write_services(kind, services, among=Service.objects.filter(kind=kind))
