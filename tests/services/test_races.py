"""A record is corrected and taken back at the same moment: it stays taken back."""

from datetime import date

import pytest

from lianyungang_cdpf.audit.models import AuditLine
from services.actions import amend_service, cancel_service
from services.models import Service
from tests.fixtures_city import make_id
from tests.threads import raced

pytestmark = pytest.mark.django_db(transaction=True)
REPEATS = 15


def test_a_correction_at_the_same_moment_does_not_bring_a_cancelled_record_back(
    make_service, make_person, city_clerk, make_staff
):
    made = [make_service(make_person(f"人{number}", id_number=make_id(number))) for number in range(REPEATS)]
    sort, other = type(made[0]), make_staff("other_clerk", "320700", "city_operator")

    def amend(pk):
        service = sort.objects.select_related("kind", "person").get(pk=pk)
        service.served_on = date(2019, 3, 5)
        amend_service(by=city_clerk, service=service)

    def cancel(pk):
        cancel_service(by=other, service=Service(pk=pk), reason="登记错人")

    said = raced([service.pk for service in made], [amend, cancel])
    assert [both[1] for both in said] == ["done"] * REPEATS
    assert not Service.objects.filter(cancelled_at=None).exists()
    corrected = Service.objects.filter(served_on=date(2019, 3, 5)).count()
    assert (
        corrected
        == [both[0] for both in said].count("done")
        == AuditLine.objects.filter(deed__startswith="修改").count()
    )
