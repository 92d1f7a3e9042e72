"""The API asked by schemathesis with what its own description allows, and with what it does not, as each role.

No answer is a 5xx, and none is outside its schema. Few examples for each operation, so that all roles take a minute.
"""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rest_framework.throttling import SimpleRateThrottle
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from lianyungang_cdpf.accounts.models import Role
from lianyungang_cdpf.accounts.tokens import issue_token

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 3
CALM = settings(
    max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate], derandomize=True,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
PLACES = {"city": "320700", "county": "320706", "town": "320706006"}
ROLES = (
    "city_operator", "district_clerk", "district_reviewer", "civil_affairs_approver", "finance", "town_clerk", "leader",
    "auditor", "system_admin", "security_admin", "audit_admin",
)  # fmt: skip


@pytest.fixture
def without_limits(monkeypatch, settings, tmp_path):
    """As many requests as it takes; what is uploaded goes to a folder of this test."""
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {"account": None, "uploads": None})
    settings.UPLOAD_ROOT = tmp_path / "uploads"


@pytest.fixture
def application(monkeypatch, settings, tmp_path):
    """The portal as its server runs it, within the test's transaction; as many requests as it takes.

    As in Django's own test client, a request's end must not close the connection of the test.
    """
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {"account": None, "uploads": None})
    settings.UPLOAD_ROOT = tmp_path / "uploads"
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("code", ROLES)
def test_no_answer_is_a_failure_of_ours_or_outside_its_schema(code, haizhou, make_staff, application):
    staff = make_staff(f"asks_as_{code}", area=PLACES[Role.objects.get(code=code).levels.split(",")[0]], role=code)
    _, token = issue_token(by=None, staff=staff, name="试探")
    headers = {"Authorization": f"Bearer {token}"}
    api = schemathesis.openapi.from_wsgi("/api/schema", application, headers=headers)
    statuses = {status for found in api.get_all_operations() for status in asked(found.ok(), headers, haizhou)}
    assert 200 in statuses and statuses & {400, 404, 422}


def asked(operation, headers, county) -> list[int]:
    """The statuses of the operation's answers; each answer is checked."""
    allowed = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    others = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    statuses = []

    @CALM
    @given(case=st.one_of(allowed, others), known=st.booleans())
    def ask(case, known):
        if known and case.path_parameters:
            case.path_parameters = known_arguments(case, county)
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=CHECKS)
        statuses.append(answer.status_code)

    ask()
    return statuses


def known_arguments(case, county) -> dict:
    """The number of a record of the county, so that there is something to answer."""
    records = {
        "people": "beneficiaries.Person", "rolls": "subsidies.Roll", "payments": "subsidies.Payment",
        "services": "services.DeviceIssue", "facilities": "facilities.Facility",
    }  # fmt: skip
    if "uid" in case.path_parameters:
        return {"uid": str(county.records["intake.ImportJob"].uid)}
    label = records.get(case.path.split("/")[3])
    known = {"id": county.pk_of(label) if label else 1}
    if "document" in case.path_parameters:
        known["document"] = county.pk_of("facilities.FacilityDocument")
    return known
