"""Deeds on services: what they write, whom they refuse, what they say has changed."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.metrics.models import ChangeStamp
from services.actions import amend_service, cancel_service
from services.models import Service
from tests.fixtures_city import DONGHAI_TOWN, HAIZHOU_TOWN


def version(kind, year):
    return ChangeStamp.objects.version_of(source="services.service", kind=kind, year=year)


def test_a_record_keeps_where_the_person_lived(make_service, make_person):
    person = make_person()
    service = make_service(person)
    person.area = type(person.area).objects.get(code=DONGHAI_TOWN)
    person.save()
    service.refresh_from_db()
    assert service.area.code == HAIZHOU_TOWN
    assert AuditLine.objects.filter(deed="登记服务记录", object_id=str(service.pk)).count() == 1


def test_a_correction_says_that_both_years_changed(make_service, make_person, city_clerk):
    service = make_service(make_person(), "child_rehab_training", date(2018, 3, 1))
    before = version("child_rehab_training", 2018), version("child_rehab_training", 2019)
    service.served_on, service.area_id = date(2019, 3, 1), None
    amend_service(by=city_clerk, service=service)
    after = version("child_rehab_training", 2018), version("child_rehab_training", 2019)
    assert after[0] > before[0] and after[1] > before[1]
    service.refresh_from_db()
    assert (service.counted_on, service.area.code) == (date(2019, 3, 1), HAIZHOU_TOWN)


def test_a_lasting_service_changes_every_year_that_it_touches(make_service, make_person):
    make_service(make_person(), "child_rehab_training", date(2017, 12, 1), ended_on=date(2019, 1, 31))
    assert all(version("child_rehab_training", year) for year in (2017, 2018, 2019))


def test_taking_back_needs_a_reason_sight_and_the_permission(
    make_service, make_person, haizhou_clerk, donghai_clerk, make_staff
):
    service = make_service(make_person())
    reviewer = make_staff("reviewer", role="district_reviewer")
    for by, reason in ((haizhou_clerk, " "), (donghai_clerk, "错"), (reviewer, "错")):
        with pytest.raises(ValidationError):
            cancel_service(by=by, service=service, reason=reason)
    assert Service.objects.standing().count() == 1
    cancel_service(by=haizhou_clerk, service=service, reason="重复登记")
    service.refresh_from_db()
    assert (service.cancelled_by, service.cancel_reason) == (haizhou_clerk, "重复登记")
    with pytest.raises(ValidationError):
        amend_service(by=haizhou_clerk, service=service)
