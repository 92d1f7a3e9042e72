"""Two records of one person, of whose payments one holds an account that opens no more."""

from django.db import connection

from beneficiaries.merging import merge_people
from beneficiaries.models import Certificate
from lianyungang_cdpf.fields import seal_rows
from lianyungang_cdpf.management.seals import Looked, breaches
from subsidies.models import Payment


def damage(table, column, pk) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE id = %s", [pk])
        cell = bytearray(cursor.fetchone()[0])
        cell[-1] ^= 1
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [bytes(cell), pk])


def test_people_are_merged_though_an_account_does_not_open_and_the_payment_is_named(
    make_person, make_roll, haizhou_clerk, standards
):
    kept = make_person("甲", category=4, grade=1, account_no="6299999630040357070")
    gone = make_person("甲", category=3, grade=1, account_no="6299993156827197436")
    make_roll(gone)
    payment = Payment._base_manager.values_list("pk", flat=True).get()
    seal = Payment._base_manager.values_list("seal", flat=True).get()
    damage("subsidies_payment", "account_no", payment)
    merge_people(by=haizhou_clerk, kept=kept, gone=gone, reason="同一人重复建档")
    assert Payment._base_manager.values_list("person_id", "seal").get() == (kept.pk, seal)
    assert [one for one in breaches(Looked()) if f"{Payment._meta.verbose_name} {payment}：" in one]


def test_a_damaged_cell_keeps_no_other_row_from_its_seal(make_person):
    for _ in range(3):
        make_person("甲", category=4, grade=1)
    rows = Certificate._base_manager.order_by("pk")
    before = list(rows.values_list("pk", "seal"))
    damage("beneficiaries_certificate", "number", before[1][0])
    rows.update(seal=None)
    seal_rows(Certificate.objects.all(), Certificate._meta.get_field("seal").of)
    assert list(rows.values_list("pk", "seal")) == [before[0], (before[1][0], None), before[2]]
