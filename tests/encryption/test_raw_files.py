"""The files as they lie on disk, with the logs, hold no ID, phone or account number in the clear (T6, issue 7).

The deeds below touch numbers in every way that the portal knows; then SQLite's file and write-ahead log, PostgreSQL's
data directory with its own, what was uploaded and written, and every line of the logs are searched for them.
"""

import io
import logging
import zlib
from base64 import b64encode
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings as portal
from django.db import connection
from django.urls import reverse

from beneficiaries.identity import id_digest, phone_digest
from beneficiaries.models import FormerNumber, Guardian, Person
from lianyungang_cdpf.accounts.tokens import issue_token
from lianyungang_cdpf.arrival import OneLine, WithoutNumbers
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.pages.exports.actions import request_export
from subsidies.bank.actions import make_bank_file
from subsidies.bank.models import BankLayout
from subsidies.models import Roll
from tests.beneficiaries.test_admin import entry
from tests.fixtures_city import PASSWORD, make_id
from tests.house.plaintext import found_in, numbers_in
from tests.isolation.world import HAIZHOU, build
from tests.subsidies.samples import account

BORN = date(1931, 7, 19)
# Of the register, of a file that is taken in, and of what is only typed or wrong; no other test has them.
PERSON, GUARDIAN, FORMER, PAYEE, TYPED, UNKNOWN = (make_id(number, BORN) for number in range(61, 67))
WRONG = PAYEE[:-1] + ("5" if PAYEE[-1] != "5" else "6")
ACCOUNT, PAYEES_ACCOUNT, WRONG_ACCOUNT, TYPED_ACCOUNT = (account(731_900 + number) for number in range(4))
PHONE, GUARDIANS_PHONE, NEW_PHONE = "16671931071", "16671931072", "16671931073"
NUMBERS = {
    PERSON, GUARDIAN, FORMER, PAYEE, TYPED, UNKNOWN, WRONG, ACCOUNT, PAYEES_ACCOUNT, WRONG_ACCOUNT, TYPED_ACCOUNT,
    PHONE, GUARDIANS_PHONE, NEW_PHONE,
}  # fmt: skip


@pytest.fixture
def log(tmp_path):
    """A file with every line that any logger writes, in the portal's own form, from DEBUG on."""
    path, root = tmp_path / "logs" / "portal.log", logging.getLogger()
    path.parent.mkdir()
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.addFilter(OneLine())
    handler.setFormatter(WithoutNumbers(portal.LOGGING["formatters"]["line"]["format"]))
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield path
    root.setLevel(level)
    root.removeHandler(handler)
    handler.close()


@pytest.fixture
def places(settings, tmp_path):
    """What the portal writes beside its database."""
    settings.UPLOAD_ROOT = tmp_path / "uploads"
    settings.UPLOAD_ROOT.mkdir()
    settings.AUDIT_HEAD, settings.AUDIT_ARCHIVE = tmp_path / "audit" / "heads.jsonl", tmp_path / "audit" / "archive"
    return tmp_path


@pytest.fixture
def everything(db, places, make_staff, make_person):
    """A record of every model, with the person's numbers wherever a model has one."""

    def person(name, **fields):
        return make_person(name, **fields | {"id_number": PERSON, "phone": PHONE, "account_no": ACCOUNT})

    county = build(HAIZHOU, make_staff, person)
    Guardian.objects.filter(pk=county.pk_of("beneficiaries.Guardian")).update(
        id_number=GUARDIAN, id_digest=id_digest(GUARDIAN), phone=GUARDIANS_PHONE
    )
    FormerNumber.objects.filter(pk=county.pk_of("beneficiaries.FormerNumber")).update(
        id_number=FORMER, id_digest=id_digest(FORMER)
    )
    return county


@pytest.mark.django_db(transaction=True)
def test_no_file_and_no_log_holds_a_number_in_the_clear(everything, standards, places, log, request):
    begun = Database()
    for deed in (sign_ins_fail, numbers_are_searched, a_record_is_changed, a_file_is_taken_in, something_breaks):
        deed(request.getfixturevalue, everything)
    assert Person.objects.filter(phone_digest=phone_digest(NEW_PHONE)).exists()
    assert Roll.objects.filter(job__state="posted", payments__person__id_digest=id_digest(PAYEE)).exists()
    assert "Traceback" in log.read_text(encoding="utf-8"), "nothing broke"

    files = [*begun.files(), places]
    assert sum(path.stat().st_size for path in files if path.is_file()) > 1_000_000
    assert len([path for path in portal.UPLOAD_ROOT.rglob("*") if path.is_file()]) >= 4
    assert found_in(files, NUMBERS) == {}

    # The same search finds a number that somebody writes in the clear.
    staff = everything.records["accounts.Staff"]
    type(staff).objects.filter(pk=staff.pk).update(name=f"电话{PHONE}")
    assert {one for hits in found_in(begun.files(), NUMBERS).values() for one in hits} == {PHONE}


class Database:
    """The database under test as files: what it consists of once everything of now is written out."""

    def __init__(self):
        self.segment = self._told("SELECT pg_walfile_name(pg_current_wal_lsn())") if self._on_server else ""

    @property
    def _on_server(self) -> bool:
        return connection.vendor == "postgresql"

    def _told(self, statement: str) -> str:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return str(cursor.fetchone()[0]) if cursor.description else ""

    def files(self) -> list[Path]:
        """SQLite: the file and what lies beside it. PostgreSQL: the tables' files, those that all databases share,
        the server's log, and of its write-ahead log what was written since the beginning."""
        if not self._on_server:
            path = Path(connection.settings_dict["NAME"])
            return sorted(path.parent.glob(f"{path.name}*"))
        self._told("CHECKPOINT")
        data = Path(self._told("SHOW data_directory"))
        own = data / "base" / self._told("SELECT oid FROM pg_database WHERE datname = current_database()")
        last = self._told("SELECT pg_walfile_name(pg_current_wal_lsn())")
        written = [path for path in (data / "pg_wal").iterdir() if self.segment <= path.name <= last]
        assert written, "no write-ahead log"
        folders = (own, data / "global", data / "pg_xact", data / "log")
        return [*(path for folder in folders for path in folder.rglob("*") if path.is_file()), *written,
                *data.parent.glob("log*")]  # fmt: skip


# -- the deeds; each is given the test's fixtures by name and the county of records ------------------------------------


def sign_ins_fail(fixture, county):
    """With a number where the name or the password belongs; and with the account of somebody who signs in."""
    client = fixture("client")
    for name, password in ((TYPED, "whatever-9-it-is"), (county.letters, TYPED_ACCOUNT), (PHONE, PASSWORD)):
        answer = client.post(reverse("admin:login"), {"username": name, "password": password})
        assert answer.status_code == 200
    client.get(f"/{TYPED}/", {"q": TYPED})


def numbers_are_searched(fixture, county):
    """In the search box, in an address, through the API; one is revealed, and a list with whole numbers asked for."""
    clerk, person = fixture("city_clerk"), county.records["beneficiaries.Person"]
    client = fixture("sign_in")(clerk)
    people = reverse("admin:beneficiaries_person_changelist")
    for number in (PERSON, UNKNOWN, PHONE, ACCOUNT):
        assert client.get(people, {"q": number}).status_code == 302
        client.post(reverse("admin:find"), {"list": people, "q": number})
    client.post(reverse("public:self_check"), {"id_number": UNKNOWN, "name": "查无此人"})
    client.post(f"/admin/reveal/id-number/{person.pk}/", {"reason": "与身份证原件核对"})
    _, token = issue_token(by=None, staff=clerk, name="查询")
    for asked in ({"id_number": PERSON}, {"id_number": UNKNOWN}, {"account_no": ACCOUNT}):
        client.post("/api/v1/people/search", asked, "application/json", headers={"Authorization": f"Bearer {token}"})
    said = {"narrowed": "", "purpose": "入户走访发放辅具", "recipient": "本科室"}
    request_export(by=county.records["accounts.Staff"], code="people", keys=[person.pk], **said)


def a_record_is_changed(fixture, county):
    """Another phone; then a form that is refused and shown again with what was typed."""
    person, client = county.records["beneficiaries.Person"], fixture("sign_in")(fixture("haizhou_clerk"))
    page = reverse("admin:beneficiaries_person_change", args=[person.pk])
    assert client.post(page, entry(person, phone=NEW_PHONE)).status_code == 302
    assert client.post(page, entry(person, id_number=WRONG, phone="1")).status_code == 200


def a_file_is_taken_in(fixture, county):
    """Through the upload form, with wrong rows; posted, approved, and written into the bank's file."""
    from tests.fixtures_imports import csv_of

    clerk, run_import = fixture("haizhou_clerk"), fixture("run_import")
    payee = {"id_number": PAYEE, "account_no": PAYEES_ACCOUNT, "category": 4, "grade": 1, "hardship": "低保"}
    fixture("make_person")("周全", **payee)
    head = ["姓名", "身份证号", "银行账号", "发放金额", "备注"]
    rows = [
        ["周全", PAYEE, PAYEES_ACCOUNT, "370", f"身份证 {TYPED}"], ["周全", WRONG, PAYEES_ACCOUNT, "370", ""],
        ["没有", UNKNOWN, WRONG_ACCOUNT, "370", PHONE], [TYPED, "周全", TYPED_ACCOUNT, GUARDIAN, ""],
    ]  # fmt: skip
    upload = io.BytesIO(csv_of([head, *rows]))
    upload.name = "名册.csv"
    client = fixture("sign_in")(clerk)
    sent = {"kind": "hardship_subsidy", "month": "2019-09", "file": upload}
    assert client.post("/admin/intake/", sent).status_code == 302
    job = run_import(ImportJob.objects.filter(staff=clerk).latest("pk"))
    assert (job.summary["valid_rows"], job.summary["bad_rows"]) == (1, 3), job.summary
    for page in ("job", "grid"):
        assert client.get(reverse(f"intake:{page}", args=[job.uid])).status_code == 200
    fixture("post")(job)
    roll = Roll.objects.get(job=job)
    fixture("explain")(roll, new="application", stopped="voluntary")
    roll = fixture("walk")(roll, to="approved")
    layout = BankLayout.objects.get(code="one_card_text")
    make_bank_file(roll=roll, layout=layout, by=fixture("taker")("pay"))


def something_breaks(fixture, county):
    """A fault that nobody foresaw, whose words tell what it stumbled over."""
    monkeypatch, client = fixture("monkeypatch"), fixture("client")
    client.raise_request_exception = False

    def broken(day):
        raise ValueError(f"invalid literal for int(): '{TYPED}', account {TYPED_ACCOUNT}, phone:{PHONE}")

    monkeypatch.setattr("lianyungang_cdpf.pages.public.views.aid_there_is.subsidies", broken)
    assert client.get("/aid/").status_code == 500


# -- whether a number would be found -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lies",
    [
        lambda number: number, lambda number: number.decode().encode("utf-16-le"),
        lambda number: number.decode().encode("utf-16-be"), lambda number: number.hex().encode(),
        lambda number: b"x" + b64encode(b"ab" + number), lambda number: b"1" + zlib.compress(b"a" * 40 + number),
        lambda number: b"." + b64encode(zlib.compress(b'{"q": "' + number + b'"}')),
    ],
    ids=["plain", "utf-16-le", "utf-16-be", "hex", "base64", "zlib", "as in a session"],
)  # fmt: skip
@pytest.mark.parametrize("number", [PERSON, TYPED, make_id(1, date(1990, 1, 1)), PHONE, ACCOUNT])
def test_a_number_is_found_in_whatever_form_it_lies(tmp_path, lies, number):
    file = tmp_path / "some.file"
    file.write_bytes(bytes(range(256)) + b"\0" + lies(number.encode()) + b"\0" + bytes(range(256)))
    assert found_in([tmp_path], {number, "16671931079"}) == {str(file): {number}}


def test_a_log_line_and_its_traceback_are_cut_where_a_number_stands():
    try:
        raise ValueError(f"{PERSON}、{ACCOUNT}，{PHONE}")
    except ValueError as error:
        told = logging.LogRecord("a", 40, "", 1, f"号码{TYPED}", (), (type(error), error, error.__traceback__))
    OneLine().filter(told)
    line = WithoutNumbers("%(asctime)s [%(request_id)s] %(message)s").format(told)
    assert not numbers_in(line.encode())
    assert "号码3207****" in line and "ValueError: 3207****、6299****，1667****" in line


def test_the_portals_logs_are_written_in_that_form():
    (handler,) = portal.LOGGING["root"]["handlers"]
    line = portal.LOGGING["handlers"][handler]["formatter"]
    assert portal.LOGGING["formatters"][line]["class"] == f"{WithoutNumbers.__module__}.{WithoutNumbers.__name__}"
    assert all("handlers" not in one for one in portal.LOGGING["loggers"].values())
