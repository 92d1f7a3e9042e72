"""Asking the API as each role, from a county and beside another one (tests/isolation)."""

import pytest
from django.core.cache import cache

from tests.facilities.conftest import make_facility  # noqa: F401 - fixtures
from tests.isolation.conftest import donghai, haizhou, outsiders  # noqa: F401
from tests.isolation.world import DONGHAI, HAIZHOU, build
from tests.services.conftest import cancelled, make_service  # noqa: F401


@pytest.fixture
def two_counties(make_staff, make_person):
    """Of each test's own: in the others of its module nobody else's records may stand."""
    return build(HAIZHOU, make_staff, make_person), build(DONGHAI, make_staff, make_person)


@pytest.fixture(autouse=True)
def fresh_counts(db):
    """The number of requests of other tests' accounts is none of this test's business."""
    cache.clear()


@pytest.fixture
def ask(sign_in):
    """ask(staff)(path, **parameters): the answer's JSON, which has to be a 200."""

    def of(staff):
        client = sign_in(staff)

        def get(path, **parameters):
            answer = client.get(f"/api/v1/{path}", parameters)
            assert answer.status_code == 200, answer.content.decode()
            return answer.json()

        return get

    return of


@pytest.fixture
def refused(sign_in):
    """refused(staff, path, **parameters): status and JSON of an answer that is none."""

    def of(staff, path, **parameters):
        answer = sign_in(staff).get(f"/api/v1/{path}", parameters)
        assert answer.status_code >= 400, answer.content.decode()
        return answer.status_code, answer.json()

    return of
