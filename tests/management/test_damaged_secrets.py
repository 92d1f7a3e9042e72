"""With every encrypted cell of every model damaged, each command that meets them names them and none breaks off."""

import io
import secrets

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from lianyungang_cdpf.encryption.checking import register_keys
from lianyungang_cdpf.encryption.columns import secret_tables
from lianyungang_cdpf.encryption.digest_keys import forget, in_force
from lianyungang_cdpf.management.digests import DigestRotation
from lianyungang_cdpf.management.rotation import Rotation
from lianyungang_cdpf.management.seals import DIGESTS
from tests.isolation.world import HAIZHOU, build


@pytest.fixture
def damaged(make_staff, make_person, settings, tmp_path) -> list[tuple[type, int, str]]:
    """(model, key, column) of every cell that opens no more: another key's id and another tag."""
    settings.UPLOAD_ROOT = tmp_path / "uploads"
    build(HAIZHOU, make_staff, make_person)
    register_keys()
    cells = []
    for table in secret_tables():
        for field, column in zip(table.fields, table.columns, strict=True):
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT {table.key}, {column} FROM {table.quoted} WHERE length({column}) > 0")
                for key, stored in cursor.fetchall():
                    cell = bytearray(stored)
                    cell[1], cell[-1] = 99, cell[-1] ^ 1
                    cursor.execute(
                        f"UPDATE {table.quoted} SET {column} = %s WHERE {table.key} = %s", [bytes(cell), key]
                    )
                    cells.append((table.model, key, field.attname))
    assert len(cells) > 15
    return cells


def named(cells) -> set[str]:
    return {f"{model._meta.verbose_name} {key}：" for model, key, _ in cells}


def missed(cells, said) -> set[str]:
    told = "\n".join(said)
    return {beginning for beginning in named(cells) if beginning not in told}


def digests_beside(model, key, column) -> set[str]:
    names = DIGESTS.get(model, {}).get(column, ())
    return {one for name in names for one in model._base_manager.filter(pk=key).values_list(name, flat=True) if one}


def test_verify_seals_names_each_and_check_invariants_goes_through(damaged):
    said = io.StringIO()
    with pytest.raises(CommandError, match="处不符"):
        call_command("verify_seals", stdout=said)
    assert missed(damaged, [said.getvalue()]) == set()
    said = io.StringIO()
    with pytest.raises(CommandError, match="处不符"):
        call_command("check_invariants", stdout=said)


def test_the_rotation_of_the_field_key_names_each_and_goes_through(damaged, settings):
    settings.FIELD_KEYS, settings.FIELD_KEY_ID = settings.FIELD_KEYS | {9: secrets.token_bytes(32)}, 9
    run = Rotation()
    assert run.run().values[99] == len(damaged)
    assert missed(damaged, run.unreadable) == set()


def test_the_change_of_the_digest_key_names_each_that_has_a_digest_and_switches_nothing(damaged, settings):
    settings.DIGEST_KEY_NEXT = secrets.token_bytes(32)
    forget()
    run = DigestRotation()
    run.run()
    with_digests = [one for one in damaged if digests_beside(*one)]
    assert missed(with_digests, run.unfit) == set() and len(with_digests) > 4
    assert in_force() == settings.DIGEST_KEY and not run.switched
