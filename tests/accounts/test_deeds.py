"""The table of deeds by role, as the work order has it, cell by cell."""

import pytest
from django.contrib.auth.models import Permission

from beneficiaries.models import Person
from lianyungang_cdpf.accounts.models import Role
from tests.fixtures_city import DONGHAI_TOWN, HAIZHOU, HAIZHOU_TOWN

TABLE = """
deed                | 市级业务 | 县区经办 | 县区审核 | 民政审定 | 财务 | 乡镇录入 | 领导 | 审计 | 系统管理员 | 安全管理员 | 审计管理员
see the board       | city | own | own | own | own | own | city | city | – | – | –
see people          | city | own | own | own | own | own | city | city | – | – | –
edit people         | city | own | –   | –   | –   | own | –    | –    | – | – | –
import the register | city | own | –   | –   | –   | own | –    | –    | – | – | –
see services        | city | own | own | own | own | own | city | city | – | – | –
edit services       | city | own | –   | –   | –   | own | –    | –    | – | – | –
import history      | city | own | –   | –   | –   | own | –    | –    | – | – | –
see rolls           | city | own | own | own | own | –   | –    | city | – | – | –
import rolls        | city | own | –   | –   | –   | –   | –    | –    | – | – | –
post rolls          | city | own | –   | –   | –   | –   | –    | –    | – | – | –
accept rows         | –    | –   | own | –   | –   | –   | –    | –    | – | – | –
submit rolls        | city | own | –   | –   | –   | –   | –    | –    | – | – | –
review rolls        | –    | –   | own | –   | –   | –   | –    | –    | – | – | –
confirm rolls       | –    | –   | –   | own | –   | –   | –    | –    | – | – | –
call rolls back     | city | –   | –   | –   | –   | –   | –    | –    | – | – | –
archive rolls       | city | own | –   | –   | –   | –   | –    | –    | – | – | –
post paid rolls     | city | –   | –   | –   | –   | –   | –    | –    | – | – | –
mark as paid        | –    | –   | –   | –   | own | –   | –    | –    | – | – | –
recover payments    | city | own | –   | –   | –   | –   | –    | –    | – | – | –
enter refunds       | city | own | –   | –   | own | –   | –    | –    | – | – | –
approve write-offs  | –    | –   | own | own | –   | –   | –    | –    | – | – | –
see whole accounts  | –    | –   | –   | –   | own | –   | –    | –    | – | – | –
make bank files     | –    | –   | –   | –   | own | –   | –    | –    | – | – | –
keep accounts       | –    | –   | –   | –   | –   | –   | –    | –    | city | – | –
see accounts        | –    | –   | –   | –   | –   | –   | –    | –    | city | city | –
propose roles       | –    | –   | –   | –   | –   | –   | –    | –    | –    | city | –
decide on roles     | –    | –   | –   | –   | –   | –   | –    | –    | city | city | –
read the audit log  | –    | –   | –   | –   | –   | –   | –    | – | – | – | city
see reports         | city | own | own | –   | –   | –   | city | city | – | – | –
send reports in     | –    | own | –   | –   | –   | –   | –    | –    | – | – | –
check reports       | city | –   | –   | –   | –   | –   | –    | –    | – | – | –
close the year      | city | –   | –   | –   | –   | –   | –    | –    | – | – | –
edit the plan       | city | –   | –   | –   | –   | –   | –    | –    | – | – | –
see bulletins       | city | own | own | own | own | –   | city | city | – | – | –
draft bulletins     | city | –   | –   | –   | –   | –   | –    | –    | – | – | –
issue bulletins     | –    | –   | own | –   | –   | –   | city | –    | – | – | –
reveal numbers      | city | own | own | own | –   | –   | –    | –    | – | – | –
ask for exports     | city | own | –   | –   | own | –   | –    | –    | – | – | –
approve exports     | –    | –   | own | –   | –   | –   | city | –    | – | – | –
"""  # noqa: E501
PERSONAL = ("person", "certificate", "hardshipstatus")
SERVICES = (
    "service", "childtraining", "cataractsurgery", "deviceissue", "psychiatricaid", "healthcheck", "respiteplacement",
    "schoolenrolment", "courseattendance", "trainingcourse", "newemployment", "supportedemployment", "facilitystay",
    "monthlyattendance", "homephoto",
)  # fmt: skip
PERMISSIONS = {
    "see the board": ["targets.view_target"],
    "see people": [f"beneficiaries.view_{model}" for model in PERSONAL],
    "edit people": [f"beneficiaries.{deed}_{model}" for deed in ("add", "change") for model in PERSONAL],
    "import the register": ["beneficiaries.import_register"],
    "import history": ["subsidies.import_history"],
    "see services": [f"services.view_{model}" for model in SERVICES],
    "edit services": [
        "services.import_services",
        "services.cancel_service",
        *(f"services.{deed}_{model}" for deed in ("add", "change") for model in SERVICES),
    ],
    "see rolls": ["subsidies.view_roll", "subsidies.view_payment", "subsidies.view_recoverycase"],
    "import rolls": ["subsidies.import_roll"],
    "post rolls": ["subsidies.post_roll"],
    "accept rows": ["intake.accept_row"],
    "submit rolls": ["subsidies.submit_roll"],
    "review rolls": ["subsidies.review_roll"],
    "confirm rolls": ["subsidies.confirm_roll"],
    "call rolls back": ["subsidies.call_back_roll"],
    "archive rolls": ["subsidies.archive_roll"],
    "post paid rolls": ["subsidies.post_paid_roll"],
    "mark as paid": ["subsidies.mark_roll_paid"],
    "recover payments": ["subsidies.recover_payment"],
    "enter refunds": ["subsidies.enter_refund"],
    "approve write-offs": ["subsidies.approve_write_off"],
    "see whole accounts": ["beneficiaries.view_whole_account"],
    "make bank files": ["subsidies.make_bank_file"],
    "see reports": ["targets.view_monthlyreport"],
    "send reports in": ["targets.submit_report"],
    "check reports": ["targets.check_report"],
    "close the year": ["targets.close_year"],
    "keep accounts": ["accounts.add_staff", "accounts.change_staff"],
    "see accounts": ["accounts.view_staff", "accounts.view_role", "accounts.view_rolechange"],
    "propose roles": ["accounts.propose_role_change"],
    "decide on roles": ["accounts.decide_role_change"],
    "read the audit log": ["audit.view_auditline"],
    "see bulletins": ["targets.view_bulletin"],
    "draft bulletins": ["targets.draft_bulletin"],
    "issue bulletins": ["targets.issue_bulletin"],
    "reveal numbers": ["pages.reveal_number"],
    "ask for exports": ["pages.request_export"],
    "approve exports": ["pages.approve_export"],
    "edit the plan": [
        *(f"targets.change_{model}" for model in ("plan", "target", "allocation")),
        *(f"subsidies.change_{model}" for model in ("programme", "programmecheck", "standard", "approvalstep")),
        "subsidies.change_banklayout",
    ],
}
PLACE_OF_LEVEL = {"city": "320700", "county": HAIZHOU, "town": HAIZHOU_TOWN}
# Permissions that nobody has: what is deleted, or made, by no person in the admin.
NOBODYS = {
    "delete_person", "delete_roll", "add_roll", "change_payment", "delete_staff", "delete_service", "add_auditline",
    "add_tally", "add_rolechange", "change_rolechange", "delete_rolechange", "change_role",
}  # fmt: skip


def _rows():
    return [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]


def _cells():
    (_, *roles), *rows = _rows()
    return [(deed, role, cell) for deed, *cells in rows for role, cell in zip(roles, cells, strict=True)]


@pytest.fixture
def one_of(make_staff):
    """one_of("县区经办"): an account with the role, in the first place that the role fits."""

    def make(role_name):
        role = Role.objects.get(name=role_name)
        return make_staff(f"of_{role.code}", area=PLACE_OF_LEVEL[role.levels.split(",")[0]], role=role.code)

    return make


@pytest.mark.parametrize(("deed", "role", "cell"), _cells())
def test_role_may_do_what_its_cell_says(one_of, deed, role, cell):
    staff = one_of(role)
    assert [staff.has_perm(permission) for permission in PERMISSIONS[deed]] == [cell != "–"] * len(PERMISSIONS[deed])


@pytest.mark.parametrize(("role", "reach"), [(role, cell) for deed, role, cell in _cells() if deed == "see people"])
def test_role_reaches_its_place(one_of, make_person, role, reach):
    staff = one_of(role)
    here, there = make_person(area=HAIZHOU_TOWN), make_person(area=DONGHAI_TOWN)
    seen = set(Person.objects.visible_to(staff)) if staff.has_perm("beneficiaries.view_person") else set()
    assert seen == {"city": {here, there}, "own": {here}, "–": set()}[reach]


def test_every_permission_of_a_role_is_known(city):
    held = set(Role.objects.values_list("permissions__codename", flat=True))
    assert held <= set(Permission.objects.values_list("codename", flat=True))
    assert not held & NOBODYS


def test_finance_may_sit_in_the_city_or_in_a_county(city):
    assert set(Role.objects.get(code="finance").levels.split(",")) == {"city", "county"}
