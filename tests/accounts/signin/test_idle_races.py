"""Two unused administrators are disabled at the same moment: one of them stays in office."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lianyungang_cdpf.accounts.models import Staff
from lianyungang_cdpf.accounts.signin.idle import disable_idle_accounts, idle_accounts
from tests.threads import raced

pytestmark = pytest.mark.django_db(transaction=True)
REPEATS = 8


def test_two_workers_at_once_leave_one_security_administrator(production, make_staff, monkeypatch):
    long_ago = timezone.now() - timedelta(days=400)
    for name in ("keeper_1", "keeper_2"):
        make_staff(name, area="320700", role="security_admin", date_joined=long_ago)
    # Each worker has read both, and begins with another one.
    found = list(idle_accounts())
    for _ in range(REPEATS):
        Staff.objects.update(is_active=True)
        orders = iter([found, found[::-1]])
        monkeypatch.setattr("lianyungang_cdpf.accounts.signin.idle.idle_accounts", lambda orders=orders: next(orders))
        said = raced([None], [lambda _: disable_idle_accounts(), lambda _: disable_idle_accounts()])
        assert said == [["done", "done"]]
        assert Staff.objects.filter(is_active=True).count() == 1
