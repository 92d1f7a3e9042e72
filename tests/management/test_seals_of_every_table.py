"""Every table with secrets has a seal: what was exchanged or copied between its rows is found, digests and seal with
it, and nothing that the portal itself does is taken for it."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from beneficiaries.merging import merge_people
from beneficiaries.models import Certificate, Person
from lianyungang_cdpf.encryption.columns import SecretTable, secret_tables
from lianyungang_cdpf.fields import SealField
from lianyungang_cdpf.intake.correcting import correct_row
from lianyungang_cdpf.intake.models import ImportTrace, KeptRows, RowDecision
from lianyungang_cdpf.management.seals import DIGESTS, Looked, breaches, seal_of
from services.models import SchoolEnrolment
from subsidies.actions import undo_roll
from subsidies.models import EducationGrant, Payment, Roll
from tests.fixtures_city import make_id
from tests.isolation.world import DONGHAI, HAIZHOU, build

ACCOUNT, OTHER_ACCOUNT = "6299999630040357070", "6299993156827197436"
SEALED = [table for table in secret_tables() if table.model is not Person and seal_of(table.model)[0]]


def found() -> list[str]:
    return list(breaches(Looked()))


def sql(statement: str, *parameters) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def counties(make_staff, make_person):
    """A record of every model in two counties."""
    for county in (HAIZHOU, DONGHAI):
        build(county, make_staff, make_person)


def two_of(table: SecretTable) -> tuple[int, int]:
    """Two rows with secrets that are not the same."""
    one, other = table.model._base_manager.order_by("pk")[:2]
    name = table.fields[0].attname
    if getattr(one, name) == getattr(other, name):
        for row in (one, other):
            setattr(row, name, f"[{row.pk}]")
            row.save()
    return one.pk, other.pk


def movable(table: SecretTable) -> list[str]:
    """The secrets, the digests beside them as far as two people may have the same, and the seal."""
    meta = table.model._meta
    alone = [names for one in meta.constraints if "person" not in (names := getattr(one, "fields", ()))]
    beside = [name for digests in DIGESTS.get(table.model, {}).values() for name in digests]
    free = [name for name in beside if not meta.get_field(name).unique and not any(name in names for names in alone)]
    return [*table.columns, *free, "seal"]


def copy(table: SecretTable, names: list[str], one: int, other: int) -> None:
    told = ", ".join(names)
    sql(
        f"UPDATE {table.quoted} SET ({told}) = (SELECT {told} FROM {table.quoted} WHERE {table.key} = %s) "
        f"WHERE {table.key} = %s", one, other,
    )  # fmt: skip


def exchange(table: SecretTable, names: list[str], one: int, other: int) -> None:
    where, sets = f"FROM {table.quoted} WHERE {table.key} = %s", ", ".join(f"{name} = %s" for name in names)
    cells = {key: sql(f"SELECT {', '.join(names)} {where}", key)[0] for key in (one, other)}
    for key, values in ((one, cells[other]), (other, cells[one])):
        sql(f"UPDATE {table.quoted} SET {sets} WHERE {table.key} = %s", *values, key)


def without_a_fitting_seal(table: SecretTable, deed, *arguments) -> set[int]:
    """Which rows of the table are named after a deed, which is then undone."""
    words = table.model._meta.verbose_name
    with transaction.atomic():
        deed(table, *arguments)
        told = [sentence for sentence in found() if sentence.startswith(f"{words} ") and "封签" in sentence]
        transaction.set_rollback(True)
    return {int(sentence.removeprefix(f"{words} ").split("：")[0]) for sentence in told}


def test_cells_that_were_copied_or_exchanged_with_all_that_tells_of_them_are_found(counties):
    assert len(SEALED) == 17
    for table in SEALED:
        one, other = two_of(table)
        names, label = movable(table), table.model._meta.label
        assert without_a_fitting_seal(table, lambda table: None) == set(), label
        assert without_a_fitting_seal(table, copy, names, one, other) == {other}, label
        assert without_a_fitting_seal(table, copy, names[:-1], one, other) == {other}, label
        assert without_a_fitting_seal(table, exchange, names, one, other) == {one, other}, label


def test_every_model_with_a_secret_has_a_seal():
    assert [table.model._meta.label for table in secret_tables() if seal_of(table.model)[0] is None] == []


def test_a_seal_covers_no_column_that_the_database_numbers():
    for table in SEALED:
        seal = next(one for one in table.model._meta.local_concrete_fields if isinstance(one, SealField))
        numbered = table.model._meta.auto_field
        assert seal.of and (numbered is None or numbered.attname not in seal.of), table.model._meta.label


MIGRATIONS = (
    "beneficiaries.migrations.0007_seals_of_rows_with_secrets", "beneficiaries.migrations.0008_seals_of_the_rest",
    "lianyungang_cdpf.intake.migrations.0007_seals_of_the_rest", "services.migrations.0008_seals_of_the_rest",
    "subsidies.migrations.0012_seals_of_rows_with_secrets", "subsidies.migrations.0013_seals_of_the_rest",
    "facilities.migrations.0004_seals_of_rows_with_secrets",
    "lianyungang_cdpf.pages.migrations.0003_seals_of_rows_with_secrets",
    "lianyungang_cdpf.accounts.migrations.0006_seals_of_rows_with_secrets",
)  # fmt: skip


def seals_by_key() -> dict:
    return {
        table.model._meta.label: dict(table.model._base_manager.values_list("pk", "seal")) for table in SEALED
    }  # fmt: skip


def test_rows_from_before_there_were_seals_are_sealed_by_the_migrations(counties):
    for table in SEALED:
        two_of(table)
    before = seals_by_key()
    for table in SEALED:
        table.model._base_manager.update(seal=None)
    assert sum("封签" in sentence for sentence in found()) >= 2 * len(SEALED)
    for name in MIGRATIONS:
        import_module(name).seal(apps, None)
    assert seals_by_key() == before


# -- what the portal does ----------------------------------------------------------------------------------------------


@pytest.fixture
def people(standards, make_person):
    """Three people who are paid 370 yuan."""
    return [
        make_person(name, category=4, grade=1, hardship="低保", account_no=number)
        for name, number in zip("甲乙丙", (ACCOUNT, OTHER_ACCOUNT, ACCOUNT), strict=True)
    ]


def all_sealed(*models) -> bool:
    """Whether each has rows, and every one of them its seal."""
    held = [list(model._base_manager.values_list("seal", flat=True)) for model in models]
    return all(held) and all(seal for seals in held for seal in seals)


def test_a_roll_is_sealed_posted_and_undone(people, send, run_import, post, haizhou_clerk):
    rows = [["姓名", "身份证号", "金额"], *([one.name, one.id_number, "370"] for one in people), ["丁", "1", "370"]]
    job = run_import(send(haizhou_clerk, "hardship_subsidy", rows))
    assert found() == [] and all_sealed(KeptRows)
    assert job.rows.exclude(seal=None).get().row == 5
    correct_row(job=job, sheet="", row=5, texts={"amount": "380"}, version=0, by=haizhou_clerk)
    assert found() == [] and all_sealed(RowDecision)
    post(job)
    assert all_sealed(Payment) and Payment.objects.count() == 3 and found() == []
    undo_roll(by=haizhou_clerk, roll=Roll.objects.get(job=job))
    assert found() == []


def test_back_pay_is_sealed_month_by_month(people, send, run_import, post, haizhou_clerk):
    headings = ["姓名", "身份证号", "补贴金额", "补发月份", "补发金额"]
    rows = [headings, [people[0].name, people[0].id_number, "370", "2月", "370"]]
    post(run_import(send(haizhou_clerk, "hardship_subsidy", rows)))
    assert Payment.objects.count() == 2 and all_sealed(Payment) and found() == []


def test_the_history_is_sealed(people, take_in, take_back, city_clerk):
    told = {"身份证号": people[0].id_number, "补贴项目": "hardship_subsidy", "发放月份": "2018-12",
            "发放金额": "370.00", "批次": "HIST-1", "发放日期": "2018-12-28"}  # fmt: skip
    job = take_in("payment_history", told, staff=city_clerk)
    assert job.state == "posted" and all_sealed(Payment, ImportTrace) and found() == []
    take_back(job)
    assert found() == []


def test_a_certificate_that_an_import_replaced_comes_back_sealed(take_in, take_back):
    number = make_id(300)
    row = {"姓名": "张三", "身份证号": number, "县区": "海州区", "残疾证号": f"{number}43"}
    take_in("register", row)
    assert all_sealed(Certificate) and found() == []
    job = take_in("register", {**row, "残疾证号": f"{number}42"}, name="改.csv")
    assert Certificate.objects.get().grade == 2 and all_sealed(Certificate, ImportTrace) and found() == []
    take_back(job)
    assert Certificate.objects.get().grade == 3 and all_sealed(Certificate) and found() == []


def test_a_roster_of_schools_is_sealed(take_in, make_person):
    child = make_person("甲", id_number=make_id(0, date(2010, 5, 1)), category=5, grade=2)
    row = {"姓名": "甲", "身份证号": child.id_number, "学年": "2019-2020学年", "就读方式": "随班就读",
           "就读学校": "海州区实验小学", "学籍号": "G3207012010"}  # fmt: skip
    take_in("compulsory_enrolment_rate", row)
    assert all_sealed(SchoolEnrolment) and found() == []
    one = SchoolEnrolment.objects.get()
    one.student_no = "G3207012011"
    one.save()
    assert found() == []


def test_who_is_merged_takes_frozen_payments_and_certificates_along_sealed(
    people, make_roll, walk, make_person, haizhou_clerk
):
    twin = make_person("甲", category=3, grade=2, account_no=OTHER_ACCOUNT)
    roll = walk(make_roll(twin), to="paid")
    EducationGrant.objects.create(
        payment=roll.payments.get(), school_year=2019, stage="高中", kind="disabled_student", student_no="G1"
    )
    merge_people(by=haizhou_clerk, kept=people[0], gone=twin, reason="同一人重复建档")
    payment = Payment.objects.get()
    assert (payment.person, payment.payee) == (people[0], twin.pk) and Certificate.objects.count() == 4
    assert all_sealed(Payment, Certificate, EducationGrant) and found() == []


def test_the_seal_of_a_frozen_payment_changes_only_with_the_record_that_stands_for_the_person(people, make_roll, walk):
    roll = make_roll(*people[:2])
    Payment.objects.filter(person=people[0]).update(seal="1" * 64)
    walk(roll, to="submitted")
    one = Payment.objects.get(person=people[1])
    for seal in ("0" * 64, None):
        with pytest.raises(IntegrityError, match="已锁定"), transaction.atomic():
            Payment.objects.filter(pk=one.pk).update(seal=seal)
    Payment.objects.filter(pk=one.pk).update(person=people[2], seal="0" * 64)
    assert Payment.objects.get(pk=one.pk).seal == "0" * 64
