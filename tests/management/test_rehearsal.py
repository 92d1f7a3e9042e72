"""A year of payments in two counties: what is planted is found in its month, nothing else is, and the money adds up."""

import pytest
from django.core.management import call_command

from lianyungang_cdpf.management.rehearsal.people import COUNTIES
from lianyungang_cdpf.management.rehearsal.year import STANDARDS, Rehearsal

pytestmark = pytest.mark.django_db


@pytest.fixture
def rehearsal(city):
    call_command("load_standards", str(STANDARDS), verbosity=0)
    return Rehearsal(people=190, each=1, counties=COUNTIES[:2])


def test_a_year_of_payments_finds_what_was_planted_and_nothing_else(rehearsal):
    months = rehearsal.run()
    assert [problem for month in months for problem in month.problems] == []
    assert len(months) == 12
