"""Services of people who turn out to be one person."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from beneficiaries.merging import merge_people
from lianyungang_cdpf.metrics.models import ChangeStamp
from services.models import CataractSurgery


def test_services_go_with_the_person_and_the_tallies_grow_stale(make_service, make_person, haizhou_clerk, counted):
    kept, gone = make_person("甲"), make_person("甲")
    for person in (kept, gone):
        make_service(person, "health_check", date(2019, 3 if person is kept else 5, 1))
    before = ChangeStamp.objects.version_of(source="services.service", kind="health_check", year=2019)
    assert counted("services.persons", "health_check") == 2
    merge_people(by=haizhou_clerk, kept=kept, gone=gone, reason="重复建档")
    assert kept.services.count() == 2 and counted("services.persons", "health_check") == 1
    assert ChangeStamp.objects.version_of(source="services.service", kind="health_check", year=2019) > before


def test_people_with_the_same_eye_operated_are_not_merged(make_service, make_person, haizhou_clerk, cancelled):
    kept, gone = make_person("甲"), make_person("甲")
    first = make_service(kept, "cataract_surgery", eye="left")
    make_service(gone, "cataract_surgery", date(2019, 5, 1), eye="left")
    with pytest.raises(ValidationError, match="左眼"):
        merge_people(by=haizhou_clerk, kept=kept, gone=gone, reason="重复建档")
    cancelled(first)
    merge_people(by=haizhou_clerk, kept=kept, gone=gone, reason="重复建档")
    assert CataractSurgery.objects.filter(person=kept).count() == 2
