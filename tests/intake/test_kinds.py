"""What the front of the intake offers."""

import pytest
from django.conf import settings

pytestmark = pytest.mark.django_db


def test_every_kind_asks_for_a_permission_that_the_menu_knows(city):
    from lianyungang_cdpf.intake.kinds import all_kinds

    assert {kind.permission for kind in all_kinds()} == set(settings.INTAKE_PERMISSIONS)


def test_the_menu_asks_nothing_of_programmes(haizhou_clerk, django_assert_num_queries):
    from lianyungang_cdpf.intake.kinds import may_import

    haizhou_clerk.has_perm("subsidies.import_roll")
    with django_assert_num_queries(0):
        assert may_import(haizhou_clerk)
