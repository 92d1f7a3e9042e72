"""What must never be false of services."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from services.models import DeviceType, Service


def refused(constraint, change):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        change()
    assert constraint in str(error.value)


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("service_quantity_positive", {"quantity": 0}),
        ("service_amount_not_negative", {"amount": -1}),
        ("service_dates_in_order", {"ended_on": date(2019, 3, 3)}),
        ("service_counts_once_it_began", {"counted_on": date(2019, 3, 3)}),
        ("service_says_its_occasion", {"occasion": ""}),
        ("service_cancelled_by_whom_and_why", {"cancel_reason": "没有时间和人"}),
    ],
)
def test_the_database_refuses(constraint, values, make_service, make_person):
    service = make_service(make_person())
    refused(constraint, lambda: Service.objects.filter(pk=service.pk).update(**values))


def test_each_eye_is_operated_once_unless_the_first_was_taken_back(make_service, make_person, cancelled):
    patient = make_person()
    first = make_service(patient, "cataract_surgery", eye="left")
    again = {"served_on": date(2019, 8, 1), "eye": "left"}
    with pytest.raises(IntegrityError), transaction.atomic():
        make_service(patient, "cataract_surgery", **again)
    cancelled(first)
    make_service(patient, "cataract_surgery", **again)
    assert Service.objects.standing().count() == 1 and Service.objects.cancelled().get() == first.service_ptr


def test_the_same_device_twice_on_a_day_is_a_quantity(make_service, make_person):
    person, cane = make_person(), DeviceType.objects.get(code="white_cane")
    make_service(person, "assistive_devices", device=cane)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_service(person, "assistive_devices", device=cane)
    make_service(person, "assistive_devices", device=cane, device_model="加长")
    assert Service.objects.count() == 2
