"""No answer holds a whole number, whoever asks, but those of the list below; nor does a table, a task or the log.

Every address of urls.py is asked by an account that holds every permission there is, for the whole city: what it does
not get nobody gets. Beside whole numbers it may not see the end of a certificate number, which tells category and
grade (facts.md 6.5).
"""

import logging
import re

import pytest
from django.contrib.auth.models import Permission
from django.db import connection

from beneficiaries.identity import id_digest
from beneficiaries.models import FormerNumber, Guardian
from lianyungang_cdpf.accounts.models import Role
from lianyungang_cdpf.masking import mask_id_number, masked
from lianyungang_cdpf.pages.exports.actions import request_export
from tests.fixtures_city import make_id
from tests.isolation.pages import ADMINS
from tests.isolation.test_urls import address_of
from tests.isolation.urls import ROUTES

GUARDIAN, FORMER = make_id(301), make_id(302)
# Where numbers are shown whole, beside the answer to a reason: which, and why. Accounts are finance's (facts.md 6.5)
# and leave a line in the audit log each time; a file's own cells are seen by who may import it, to put them right.
WHOLE = {
    "admin/beneficiaries/person/<path:object_id>/change/": ("account_no", "finance checks an account"),
    "admin/subsidies/payment/<path:object_id>/change/": ("account_no", "finance looks into a return of the bank"),
    "api/v1/people/<int:pk>": ("account_no", "finance's program, one person at a time"),
    "api/v1/payments/<int:pk>": ("account_no", "finance's program, one payment at a time"),
    "admin/rolls/<int:pk>/print/": ("account_no", "finance signs the printed roll"),
    "admin/intake/<uuid:uid>/grid/": ("id_number", "who imported a file corrects its cells"),
}
# Addresses that change who is signed in or how.
NOT_ASKED = {"admin/logout/", "admin/password_change/", "display/"}


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("32070619900101001X", "320706********001X"), ("320706900101001", "320706********1001"),
        ("32070690010100", "*" * 14), ("1", "*"), ("", ""), ("中" * 16, f"{'中' * 6}{'*' * 8}{'中' * 4}"),
    ],
)  # fmt: skip
def test_of_an_id_number_the_ends_are_shown_and_of_what_is_shorter_the_length(number, shown):
    assert mask_id_number(number) == shown


@pytest.fixture
def everything(make_staff, sign_in):
    """The client of an account that may do everything everywhere."""
    role = Role.objects.get(code="city_operator")
    role.permissions.set(Permission.objects.all())
    return sign_in(make_staff("everything", area="320700", role=role.code))


@pytest.fixture
def secrets(haizhou):
    """The whole numbers of the county's records, by the column that holds them."""
    person, guardian = haizhou.records["beneficiaries.Person"], haizhou.records["beneficiaries.Guardian"]
    Guardian.objects.filter(pk=guardian.pk).update(id_number=GUARDIAN, id_digest=id_digest(GUARDIAN))
    former = haizhou.records["beneficiaries.FormerNumber"]
    FormerNumber.objects.filter(pk=former.pk).update(id_number=FORMER, id_digest=id_digest(FORMER))
    certificate = haizhou.records["beneficiaries.Certificate"]
    return {
        "id_number": person.id_number, "phone": person.phone, "account_no": person.account_no, "guardian": GUARDIAN,
        "former": FORMER, "certificate_end": mask_id_number(person.id_number) + certificate.number[-2:],
    }  # fmt: skip


def asked_of(route: str, county) -> list[str]:
    """The addresses of a row: of the county's record where it names one, of each record of its kind in an admin."""
    row = ROUTES[route]
    names = dict(row.unknown) | row.names(county)
    if "object_id" in names and route.startswith("admin/") and "content_type_id" not in names:
        opened = [label for label in county.records if route.startswith(f"admin/{label.lower().replace('.', '/')}/")]
        return [address_of(route, {"object_id": county.records[label].pk}) for label in opened if label in ADMINS]
    return [address_of(route, names)]


def found(response, secrets) -> set[str]:
    body = response.getvalue() if response.streaming else response.content
    return {name for name, secret in secrets.items() if secret.encode() in body}


def test_no_address_answers_with_a_whole_number_but_those_of_the_list(everything, haizhou, secrets, caplog):
    caplog.set_level(logging.INFO)
    shown, opened = {}, 0
    for route in sorted(ROUTES.keys() - NOT_ASKED):
        for address in asked_of(route, haizhou):
            response = everything.get(address)
            opened += response.status_code == 200
            if names := found(response, secrets):
                shown[route] = names
    assert shown == {route: {column} for route, (column, _) in WHOLE.items()}
    assert opened > 150, "the account was turned away"
    assert not [secret for secret in secrets.values() if secret in caplog.text]


def test_no_file_of_a_list_holds_a_whole_number(everything, haizhou, secrets):
    files = 0
    for route in (one for one in ROUTES if re.fullmatch(r"admin/\w+/\w+/export/", one)):
        # As .csv: the cells stand there as they are.
        response = everything.post(f"/{route}", {"format": 1, "resource": "", "export_items": []})
        files += response.headers["Content-Type"].startswith("text/csv")
        assert not found(response, secrets), route
    assert files > 20


def test_no_table_holds_a_whole_number_in_the_clear(everything, haizhou, secrets):
    """What was done before is in them too: a number revealed, a list asked for, records opened, a search."""
    person = haizhou.records["beneficiaries.Person"]
    everything.post(f"/admin/reveal/id-number/{person.pk}/", {"reason": "与身份证原件核对"})
    everything.get("/admin/beneficiaries/person/", {"q": person.id_number})
    everything.post("/api/v1/people/search", {"id_number": person.id_number}, content_type="application/json")
    staff = haizhou.records["accounts.Staff"]
    said = {"narrowed": "", "purpose": "入户走访发放辅具", "recipient": "本科室"}
    request_export(by=staff, code="people", keys=[person.pk], **said)
    texts = [cell for table in connection.introspection.table_names() for cell in _cells_of(table)]
    assert len(texts) > 1000
    whole = {name: secret for name, secret in secrets.items() if name != "certificate_end"}
    assert not {name for name, secret in whole.items() for text in texts if secret in text}


def _cells_of(table: str):
    """Every cell of a table as it is stored, as text."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        for row in cursor.fetchall():
            for cell in row:
                if isinstance(cell, (bytes, memoryview)):
                    yield bytes(cell).decode("latin-1")
                elif isinstance(cell, str):
                    yield cell


@pytest.mark.parametrize(
    ("column", "text", "shown"),
    [
        ("id_number", "320701198001010019", "3207****19"),
        ("certificate_no", "32070119800101001941", "3207****"),
        ("parent_certificate_no", "32070119800101001X41", "3207****"),
        ("name", "320701198001010019", "3207****"),
        ("amount", "金额32070119800101001X元", "金额3207****元"),
        ("amount", "1234567.89", "1234567.89"),
    ],
)
def test_a_message_about_a_cell_cuts_what_may_be_a_number(column, text, shown):
    assert masked(column, text) == shown
