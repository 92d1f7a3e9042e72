"""Records of services for tests.

make_service(person, kind="culture_sport", **fields)   recorded by the deed, as the admin does it; the model is that of
                                                       the kind's form, the day 2019-03-04 unless given
cancelled(service, reason=)                            taken back by the city's clerk
counted(metric, kind, year=2019)                       what the metric makes of it in the whole city
"""

from datetime import date

import pytest


@pytest.fixture
def make_service(city, city_clerk):
    from services.actions import record_service
    from services.models import ServiceKind
    from services.rolls import ROLL_OF

    def make(person, kind="culture_sport", served_on=date(2019, 3, 4), **fields):
        kind = ServiceKind.objects.get(code=kind)
        model = ROLL_OF[kind.record_form].record
        service = model(kind=kind, person=person, served_on=served_on, **fields)
        return record_service(by=city_clerk, service=service)

    return make


@pytest.fixture
def cancelled(city_clerk):
    from services.actions import cancel_service

    def cancel(service, reason="登记错人"):
        return cancel_service(by=city_clerk, service=service, reason=reason)

    return cancel


@pytest.fixture
def counted(city):
    from lianyungang_cdpf.accounts.models import Area
    from lianyungang_cdpf.targets.catalogue import catalogue
    from lianyungang_cdpf.targets.tallies import newly_counted, of_place

    def count(metric, kind, year=2019, area="320700"):
        path = Area.objects.get(code=area).path
        return of_place(newly_counted(catalogue()[metric], kind, year), path)[-1]

    return count
