"""Rows written and looked up in one statement are what was given, whatever they hold, on both databases."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.safestring import SafeString
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from beneficiaries.models import HardshipStatus, Person
from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.fields import encrypt
from lianyungang_cdpf.intake import bulk
from lianyungang_cdpf.intake.bulk import insert_rows, update_rows
from lianyungang_cdpf.intake.models import ImportJob, ImportRow
from subsidies.models import Payment
from tests.intake.made_imports import made_import

COLUMNS = ("job_id", "sheet", "row", "verdict", "codes", "payload", "before")
PLACE = "intake_importrow.payload"
ODD = [
    "", " ", "\t", "\n", "\r\n", "\\", "\\N", "\\.", "\\x41", "NULL", "\\n", "a\tb", "行\n列", "\x0b", "\x7f", "'", '"',
    "%s", "{}", "😀👨‍👩‍👧", "𠮷", "\u200b\u202e", "\ufeff", "á", "; DROP TABLE x; --", "\\\\N", "\\\t", "0", "t",
]  # fmt: skip
# PostgreSQL keeps no NUL, and no encoding has lone surrogates: the reader takes both out.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=64)


@pytest.fixture
def job(haizhou_clerk):
    return made_import(haizhou_clerk)


def written(job, texts) -> list[tuple[str, str]]:
    ImportRow.objects.all().delete()
    rows = [(job.pk, text, row, "valid", text, encrypt(text, PLACE), b"") for row, text in enumerate(texts)]
    insert_rows(ImportRow, COLUMNS, rows)
    return list(ImportRow.objects.order_by("row").values_list("sheet", "codes", "payload"))


def test_odd_texts_come_back_as_they_were(job):
    assert written(job, ODD) == [(text, text, text) for text in ODD]


@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TEXTS, max_size=8))
def test_any_texts_come_back_as_they_were(job, texts):
    assert written(job, texts) == [(text, text, text) for text in texts]


def test_texts_of_other_classes_come_back_whole(job):
    text = SafeString("a\tb\nc\\N")
    insert_rows(ImportRow, COLUMNS, [(job.pk, text, 1, ImportRow.Verdict.BAD, "", memoryview(b""), b"")])
    row = ImportRow.objects.get()
    assert (row.sheet, row.verdict, row.payload) == (str(text), "bad", "")


def test_many_rows_are_one_statement(job):
    with CaptureQueriesContext(connection) as queries:
        insert_rows(ImportRow, COLUMNS, [(job.pk, "表", row, "valid", "", b"", b"") for row in range(3000)])
    assert len(queries) <= 1 and ImportRow.objects.count() == 3000


@pytest.mark.parametrize("count", range(8))
def test_every_row_comes_in_however_many_go_into_one_statement(job, count, monkeypatch):
    monkeypatch.setattr(bulk, "ROWS_OF_AN_INSERT", 3)
    assert written(job, [f"第{row}行" for row in range(count)]) == [(f"第{row}行",) * 3 for row in range(count)]


def test_of_rows_one_of_which_is_wrong_none_comes_in(job, monkeypatch):
    monkeypatch.setattr(bulk, "ROWS_OF_AN_INSERT", 3)
    for wrong in (1, 6):
        rows = [(job.pk, "表", row, "valid" if row != wrong else None, "", b"", b"") for row in range(7)]
        with pytest.raises(IntegrityError), transaction.atomic():
            insert_rows(ImportRow, COLUMNS, rows)
        assert not ImportRow.objects.exists()


def test_no_rows_are_no_rows(job):
    insert_rows(ImportRow, COLUMNS, [])
    update_rows(ImportRow, "id", ("codes",), [])
    assert not ImportRow.objects.exists()


def test_days_moments_numbers_and_nulls_keep_their_types(job):
    moment = datetime(2019, 12, 31, 23, 59, 59, 123456, tzinfo=UTC)
    rows = [(job.pk, date(2019, 2, 28), moment, True, 7), (made_import(job.staff).pk, None, None, False, 0)]
    update_rows(ImportJob, "id", ("month", "finished_at", "needs_confirmation", "rows_done"), rows)
    kept = ImportJob.objects.order_by("pk").values_list("month", "finished_at", "needs_confirmation", "rows_done")
    assert list(kept) == [row[1:] for row in rows]


@pytest.mark.parametrize("amount", ["0.01", "370.00", "370", "99999999.99", "1E+2"])
def test_amounts_keep_their_cents(make_roll, make_person, amount):
    payment = make_roll(make_person()).payments.get()
    update_rows(Payment, "id", ("amount",), [(payment.pk, Decimal(amount))])
    payment.refresh_from_db()
    assert payment.amount == Decimal(amount)


def test_an_update_changes_the_rows_named_and_the_columns_named_alone(make_person):
    people = [make_person(name, address="旧", village="村") for name in ("甲", "乙", "丙")]
    secret = encrypt("13800001234", "beneficiaries_person.phone")
    rows = [(people[0].pk, "新\t一", secret), (people[2].pk, "新\\N", b""), (10**9, "无", b"")]
    update_rows(Person, "id", ("address", "phone"), rows)
    kept = Person.objects.order_by("pk").values_list("name", "address", "phone", "village")
    assert list(kept) == [("甲", "新\t一", "13800001234", "村"), ("乙", "旧", "", "村"), ("丙", "新\\N", "", "村")]
    update_rows(Person, "id", ("address",), [(people[1].pk, "再来一次")])
    assert Person.objects.get(pk=people[1].pk).address == "再来一次"


def test_a_constraint_refuses_all_rows_of_the_statement(make_roll, make_person):
    first, second = (make_roll(make_person(name), reference=name).payments.get() for name in ("甲", "乙"))
    with pytest.raises(IntegrityError), transaction.atomic():
        update_rows(Payment, "id", ("amount",), [(first.pk, Decimal(1)), (second.pk, Decimal(-1))])
    assert set(Payment.objects.values_list("amount", flat=True)) == {Decimal("370.00")}
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(HardshipStatus, ("person_id", "status"), [(first.person_id, "低保"), (None, "低保")])
    assert not HardshipStatus.objects.exists()


def test_many_values_are_looked_up_by_one_parameter(city):
    codes = list(Area.objects.values_list("code", flat=True))
    with CaptureQueriesContext(connection) as queries:
        found = set(Area.objects.filter(code__any_of=[*codes, "nowhere", "'", "\\"]).values_list("code", flat=True))
    assert found == set(codes) and len(codes) > 1000 and len(queries) == 1


def test_nothing_is_any_of_nothing(city):
    assert not Area.objects.filter(code__any_of=[]).exists()
    assert Area.objects.exclude(code__any_of=[]).exists()


def test_keys_days_and_related_rows_are_looked_up_too(make_person):
    people = [
        make_person("甲", died_on=date(2019, 1, 1)),
        make_person("乙", died_on=date(2019, 2, 1)),
        make_person("丙"),
    ]
    HardshipStatus.objects.create(person=people[2], status="低保")
    assert list(Person.objects.filter(died_on__any_of=[date(2019, 2, 1)])) == [people[1]]
    assert set(Person.objects.filter(pk__any_of=[people[0].pk, people[1].pk])) == set(people[:2])
    assert HardshipStatus.objects.filter(person__any_of=[person.pk for person in people]).count() == 1


@pytest.mark.parametrize("text", ODD)
def test_any_of_finds_odd_texts_and_nothing_else(job, text):
    written(job, ["别的", text])
    assert list(ImportRow.objects.filter(codes__any_of=[text]).values_list("row", flat=True)) == [1]


def test_a_table_is_analysed_once_however_many_batches_a_transaction_writes(
    job, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr("lianyungang_cdpf.intake.bulk.MANY_ROWS", 2)
    batches = [[(job.pk, "", row, "valid", "", b"", b"") for row in range(first, first + 2)] for first in (1, 3, 5)]
    counted = CaptureQueriesContext(connection)
    with counted as queries, django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        for batch in batches:
            insert_rows(ImportRow, COLUMNS, batch)
        insert_rows(ImportRow, COLUMNS, [(job.pk, "", 7, "valid", "", b"", b"")], matched=False)
    said = [query["sql"] for query in queries if query["sql"].startswith("ANALYZE")]
    assert said == (['ANALYZE "intake_importrow"'] if connection.vendor == "postgresql" else [])
