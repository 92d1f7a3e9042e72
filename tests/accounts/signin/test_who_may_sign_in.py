"""An account that may not sign in is refused alike by password, identity service, token and a session of before."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from lianyungang_cdpf.accounts.factor.identity import check_may_enter
from lianyungang_cdpf.accounts.models import ApiToken, Staff
from lianyungang_cdpf.accounts.signin.idle import disable_idle_accounts
from lianyungang_cdpf.accounts.tokens import issue_token
from tests.fixtures_city import PASSWORD


def _unused(account):
    ApiToken.objects.update(last_used_at=None)
    Staff.objects.filter(pk=account.pk).update(date_joined=timezone.now() - timedelta(days=91), last_login=None)
    assert [one.pk for one in disable_idle_accounts()] == [account.pk]


def _put(**values):
    return lambda account: Staff.objects.filter(pk=account.pk).update(**values)


STATES = {
    "disabled": _put(is_active=False), "unused": _unused, "without a role": _put(role=None),
    "no staff": _put(is_staff=False), "above the roles": _put(is_superuser=True),
}  # fmt: skip


def _by_password(account, _):
    return Client().login(username=account.username, password=PASSWORD)


def _by_identity(account, _):
    try:
        check_may_enter(Staff.objects.get(pk=account.pk))
    except ValidationError:
        return False
    return True


def _by_token(account, token):
    return Client().get("/api/v1/zones", headers={"authorization": f"Bearer {token}"}).status_code == 200


WAYS = (_by_password, _by_identity, _by_token)


@pytest.mark.parametrize("state", STATES)
def test_every_way_in_refuses_what_the_others_refuse(state, production, haizhou_clerk, sign_in):
    production.SUPERUSERS_ALLOWED = False
    _, token = issue_token(by=None, staff=haizhou_clerk, name="报表系统")
    session = sign_in(haizhou_clerk)
    assert [way(haizhou_clerk, token) for way in WAYS] == [True] * 3
    # A session of one's own is ended by another sign-in.
    production.ONE_SESSION = False
    STATES[state](haizhou_clerk)
    assert [way(haizhou_clerk, token) for way in WAYS] == [False] * 3
    assert session.get("/admin/work/").status_code == 302
    with pytest.raises(ValidationError, match="不能签发令牌"):
        issue_token(by=None, staff=Staff.objects.get(pk=haizhou_clerk.pk), name="报表")
