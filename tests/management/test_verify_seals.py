"""verify_seals finds every secret that is not the one its row was written with, and nothing else."""

import random
import secrets
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from beneficiaries.actions import prepare_guardian, save_person
from beneficiaries.merging import merge_people
from beneficiaries.models import Guardian, Person
from beneficiaries.putting_on_file import NewPerson, put_on_file
from lianyungang_cdpf.accounts.models import TotpDevice
from lianyungang_cdpf.encryption.columns import secret_tables
from lianyungang_cdpf.management.seals import DIGESTS, Looked, breaches, seal_of
from tests.fixtures_city import make_id
from tests.isolation.world import HAIZHOU, build

ACCOUNTS = ("6299999630040357070", "6299999630040357088")


def found() -> list[str]:
    return list(breaches(Looked()))


def sql(statement: str, *parameters) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


@pytest.fixture
def two(make_person):
    """Two people with everything."""
    return [
        make_person(name, phone=f"1380000123{at}", account_no=ACCOUNTS[at], category=4, grade=1)
        for at, name in enumerate("甲乙")
    ]


def test_every_digest_beside_a_secret_is_compared():
    """A digest column of a model with secrets that this table forgets fails here."""
    for table in secret_tables():
        beside = {one.name for one in table.model._meta.get_fields() if one.name.endswith("_digest")}
        compared = {name for found in DIGESTS.get(table.model, {}).values() for name in found}
        assert beside == compared, table.model._meta.label


def guardian_of(row: dict, phone: str) -> dict:
    guardian = {"监护人姓名": "李四", "与被监护人关系": "父亲", "监护人身份证号": make_id(301), "监护人电话": phone}
    return {"姓名": row["姓名"], "身份证号": row["身份证号"], **guardian}


def test_imports_and_their_undoing_leave_rows_that_fit(take_in, take_back):
    row = {"姓名": "张三", "身份证号": make_id(300), "县区": "海州区", "联系电话": "13800001234"}
    take_in("register", row)
    assert found() == []
    job = take_in(
        "register", {**row, "姓名": "张山", "联系电话": "13900005678", "银行账号": ACCOUNTS[0]}, name="改.csv"
    )
    assert job.state == "posted" and found() == []
    take_back(job)
    assert found() == [] and Person.objects.get().phone == "13800001234"
    take_in("guardians", guardian_of(row, "13700000001"))
    take_in("guardians", guardian_of(row, "13700000002"), name="改.csv")
    assert found() == [] and Guardian.objects.get().phone == "13700000002"


@pytest.mark.parametrize(
    ("table", "column", "said"),
    [
        ("beneficiaries_person", "phone", "联系电话"),
        ("beneficiaries_person", "account_no", "银行账号"),
        ("beneficiaries_person", "id_number", "身份证号"),
        ("beneficiaries_certificate", "number", "残疾人证号"),
    ],
)
def test_a_cell_copied_from_another_row_of_its_column_is_named(two, table, column, said, capsys):
    one, other = two
    record = one.certificates.get().pk if "certificate" in table else one.pk
    key = "person_id" if "certificate" in table else "id"
    sql(
        f"UPDATE {table} SET {column} = (SELECT {column} FROM {table} WHERE {key} = %s) WHERE {key} = %s",
        other.pk,
        one.pk,
    )
    with pytest.raises(CommandError, match="处不符"):
        call_command("verify_seals")
    told = capsys.readouterr().out
    assert said in told and f" {record}：" in told and one.id_number not in told and ACCOUNTS[1] not in told
    assert f"档案 {other.pk}：" not in told


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("phone, phone_digest", "封签"),
        ("account_no, account_digest", "封签"),
        ("phone, phone_digest, account_no, account_digest", "封签"),
        ("name_key", "封签"),
        ("seal", "封签"),
        ("account_no, account_digest, seal", "封签"),
    ],
)
def test_cells_copied_with_their_digests_do_not_fit_the_seal(two, columns, said):
    one, other = two
    sql(
        f"UPDATE beneficiaries_person SET ({columns}) = "
        f"(SELECT {columns} FROM beneficiaries_person WHERE id = %s) WHERE id = %s",
        other.pk, one.pk,
    )  # fmt: skip
    assert found() == [f"残疾人档案 {one.pk}：{said}与姓名、号码、电话、账号不符，其中有被调换或改动的。"]


def test_a_row_that_was_added_from_outside_has_no_seal(two):
    Person.objects.filter(pk=two[0].pk).update(seal="")
    assert len(found()) == 1


def test_what_the_pages_write_is_sealed(two, haizhou_clerk):
    person = two[0]
    person.phone, person.name = "13700009999", "甲山"
    save_person(by=haizhou_clerk, person=person)
    keys = put_on_file([NewPerson("丙", make_id(400), person.area_id, "holder", phone="13700008888")])
    merge_people(by=haizhou_clerk, kept=person, gone=two[1], reason="同一人重复建档")
    assert found() == [] and Person.objects.filter(pk__in=[person.pk, *keys.values()]).count() == 2


def test_who_was_on_file_before_there_were_seals_is_sealed_by_the_migration(two):
    Person.objects.update(seal="")
    import_module("beneficiaries.migrations.0006_seal_of_a_person").seal(apps, None)
    assert found() == []


def test_a_cell_of_another_column_or_altered_is_named(two):
    sql("UPDATE beneficiaries_person SET account_no = phone WHERE id = %s", two[0].pk)
    assert found() == [f"残疾人档案 {two[0].pk}：“银行账号”打不开，被移动或改动过。"]


def test_a_cell_that_was_emptied_is_named(two):
    sql("UPDATE beneficiaries_person SET account_no = %s WHERE id = %s", b"", two[1].pk)
    assert found() == [f"残疾人档案 {two[1].pk}：“银行账号”与“银行账号摘要”不符。"]


def test_random_exchanges_between_rows_are_all_found(make_person):
    people = [make_person(f"人{at}", phone=f"138{at:08}", account_no=ACCOUNTS[at % 2]) for at in range(12)]
    keys, seed = [one.pk for one in people], secrets.randbits(32)
    chance = random.Random(seed)
    for _ in range(40):
        column, (one, other) = chance.choice(("id_number", "phone")), chance.sample(keys, 2)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id, {column} FROM beneficiaries_person WHERE id IN (%s, %s)", [one, other])
            cells = dict(cursor.fetchall())
        exchange(column, {one: cells[other], other: cells[one]})
        named = {int(sentence.split("：")[0].split()[-1]) for sentence in found()}
        assert named == {one, other}, f"seed {seed}"
        exchange(column, cells)
    assert found() == [] and Person.objects.count() == 12


def exchange(column: str, cells: dict) -> None:
    for key, cell in cells.items():
        sql(f"UPDATE beneficiaries_person SET {column} = %s WHERE id = %s", cell, key)


# -- the other tables --------------------------------------------------------------------------------------------------


def test_what_every_maker_of_records_writes_is_sealed(make_staff, make_person):
    build(HAIZHOU, make_staff, make_person)
    told = [sentence for sentence in found() if "封签" in sentence]
    sealed = [table.model for table in secret_tables() if seal_of(table.model)[0] and table.model is not Person]
    rows = {model: list(model._base_manager.values_list("seal", flat=True)) for model in sealed}
    assert told == [] and sum(bool(values) and all(values) for values in rows.values()) >= 6


def test_the_app_of_one_account_does_not_open_another(haizhou_clerk, donghai_clerk):
    one, other = haizhou_clerk, donghai_clerk
    mine, theirs = (
        TotpDevice.objects.create(staff=staff, key=key) for staff, key in ((one, "A" * 32), (other, "B" * 32))
    )
    assert theirs.is_sealed
    columns = "key, seal"
    sql(
        f"UPDATE accounts_totpdevice SET ({columns}) = (SELECT {columns} FROM accounts_totpdevice WHERE id = %s) "
        "WHERE id = %s", mine.pk, theirs.pk,
    )  # fmt: skip
    theirs.refresh_from_db()
    assert not theirs.is_sealed
    assert found() == [f"验证器 {theirs.pk}：封签与所属记录和加密内容不符，其中有被调换或改动的。"]


def test_guardians_exchanged_with_digests_and_seals_are_found_and_survive_a_merge(two, haizhou_clerk):
    one, other = two
    for person, at in ((one, 1), (other, 2)):
        guardian = Guardian(person=person, name=f"监{at}", relation="parent", id_number=make_id(310 + at))
        prepare_guardian(guardian).save()
    columns = "id_number, id_digest, phone, phone_digest, seal"
    sql(
        f"UPDATE beneficiaries_guardian SET ({columns}) = "
        f"(SELECT {columns} FROM beneficiaries_guardian WHERE person_id = %s) WHERE person_id = %s", one.pk, other.pk
    )  # fmt: skip
    wrong = Guardian.objects.get(person=other)
    assert found() == [f"监护人 {wrong.pk}：封签与所属记录和加密内容不符，其中有被调换或改动的。"]
    wrong.id_number = make_id(312)
    prepare_guardian(wrong).save()
    merge_people(by=haizhou_clerk, kept=one, gone=other, reason="同一人重复建档")
    assert found() == [] and {one.pk} == set(Guardian.objects.values_list("person_id", flat=True))


def test_rows_from_before_there_were_seals_are_sealed_by_the_migration(two):
    prepare_guardian(Guardian(person=two[0], name="监", relation="parent", id_number=make_id(310))).save()
    Guardian.objects.update(seal=None)
    assert len(found()) == 1
    import_module("beneficiaries.migrations.0007_seals_of_rows_with_secrets").seal(apps, None)
    assert found() == []
