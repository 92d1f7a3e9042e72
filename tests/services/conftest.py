"""Records of services for tests.

make_service(person, kind="culture_sport", **fields)   recorded by the deed, as the admin does it; the model is that of
                                                       the kind's form, the day 2019-03-04 unless given
cancelled(service, reason=)                            taken back by the city's clerk
make_home(name="新海街道残疾人之家", area=, **fields)     a 残疾人之家 in operation since 2019-01-20, with 20 places
make_stay(person, home, admitted_on=2019-03-04, months={month: days}, **fields)   recorded by the deed
counted(metric, kind, year=2019)                       what the metric makes of it in the whole city
"""

from datetime import date

import pytest

from tests.fixtures_city import HAIZHOU_TOWN


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


@pytest.fixture
def make_home(city):
    from facilities.models import Facility, FacilityKind
    from lianyungang_cdpf.accounts.models import Area
    from lianyungang_cdpf.intake.tables import name_key

    def make(name="新海街道残疾人之家", area=HAIZHOU_TOWN, kind="disabled_persons_home", capacity=20, **fields):
        days = {"approved_on": date(2018, 3, 1), "accepted_on": date(2019, 1, 10), "operating_on": date(2019, 1, 20)}
        return Facility.objects.create(
            kind=FacilityKind.objects.get(code=kind), name=name, name_key=name_key(name), capacity=capacity,
            area=Area.objects.get(code=area), **{"stage": "operating", **days, **fields},
        )  # fmt: skip

    return make


@pytest.fixture
def make_stay(city_clerk):
    from services.models import FacilityStay, MonthlyAttendance
    from services.stay_actions import save_stay

    def make(person, home, admitted_on=date(2019, 3, 4), months=None, by=city_clerk, **fields):
        stay = FacilityStay(person=person, facility=home, admitted_on=admitted_on, **fields)
        attendance = [
            MonthlyAttendance(month=date(2019, month, 1), days=days) for month, days in (months or {}).items()
        ]
        return save_stay(by=by, stay=stay, months=attendance)

    return make
