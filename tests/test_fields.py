"""Encrypted columns: what stands in the database, whom it opens to, and what its digests tell."""

import secrets

import pytest
from django.core.exceptions import FieldError
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from beneficiaries.models import Person
from lianyungang_cdpf.fields import FORMAT_VERSION, UnreadableSecret, decrypt, digest, encrypt

PLACE = "beneficiaries_person.phone"
OLD, NEW = secrets.token_bytes(32), secrets.token_bytes(32)


@pytest.fixture
def two_keys(settings):
    """Key 1 has written so far, key 2 writes from now on."""
    settings.FIELD_KEYS, settings.FIELD_KEY_ID = {1: OLD}, 1
    before = encrypt("13800001234", PLACE)
    settings.FIELD_KEYS, settings.FIELD_KEY_ID = {1: OLD, 2: NEW}, 2
    return before


def raw(column: str, table: str = "beneficiaries_person") -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")
        return bytes(cursor.fetchone()[0])


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_was_encrypted_is_read_again(text):
    assert decrypt(encrypt(text, PLACE), PLACE) == text


def test_a_value_carries_its_format_and_the_id_of_its_key(settings, two_keys):
    assert (two_keys[0], two_keys[1]) == (FORMAT_VERSION, 1)
    assert encrypt("x", PLACE)[:2] == bytes((FORMAT_VERSION, 2))


def test_the_same_text_is_never_stored_alike():
    assert encrypt("13800001234", PLACE) != encrypt("13800001234", PLACE)


def test_an_empty_text_stays_empty():
    assert encrypt("", PLACE) == b"" and decrypt(b"", PLACE) == "" and decrypt(None, PLACE) == ""


def test_old_keys_read_after_the_keys_were_changed(two_keys):
    assert decrypt(two_keys, PLACE) == "13800001234"
    assert decrypt(encrypt("13900005678", PLACE), PLACE) == "13900005678"


def test_a_key_that_is_gone_is_named(settings, two_keys):
    settings.FIELD_KEYS = {2: NEW}
    with pytest.raises(UnreadableSecret, match="编号为 1"):
        decrypt(two_keys, PLACE)


def test_a_wrong_key_of_the_same_number_opens_nothing(settings, two_keys):
    settings.FIELD_KEYS = {1: NEW, 2: NEW}
    with pytest.raises(UnreadableSecret):
        decrypt(two_keys, PLACE)


def test_a_cell_moved_to_another_column_does_not_open():
    with pytest.raises(UnreadableSecret):
        decrypt(encrypt("13800001234", PLACE), "beneficiaries_person.account_no")


def test_a_value_changed_in_any_byte_does_not_open():
    stored = encrypt("13800001234", PLACE)
    for place in range(len(stored)):
        changed = stored[:place] + bytes((stored[place] ^ 1,)) + stored[place + 1 :]
        with pytest.raises(UnreadableSecret):
            decrypt(changed, PLACE)


@pytest.mark.parametrize("length", range(1, 32))
def test_a_value_cut_short_does_not_open(length):
    with pytest.raises(UnreadableSecret):
        decrypt(encrypt("13", PLACE)[:length], PLACE)


def test_an_error_tells_the_column_and_nothing_of_the_value():
    with pytest.raises(UnreadableSecret) as error:
        decrypt(b"\x01\x01" + b"320701198001010015" * 3, PLACE)
    assert PLACE in str(error.value) and "320701" not in str(error.value)


def test_the_columns_hold_no_plaintext(make_person):
    person = make_person(phone="13800001234", account_no="6299999630040357070", category=4, grade=1)
    cells = [raw(column) for column in ("id_number", "phone", "account_no")]
    cells.append(raw("number", "beneficiaries_certificate"))
    texts = [person.id_number, "13800001234", "6299999630040357070", person.certificates.get().number]
    for cell, text in zip(cells, texts, strict=True):
        assert text.encode() not in cell and text[-8:].encode() not in cell and cell[0] == FORMAT_VERSION
    digests = "".join(raw_text(column) for column in ("id_digest", "phone_digest", "account_digest"))
    assert not [text for text in texts if text in digests]


def raw_text(column: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM beneficiaries_person")
        return cursor.fetchone()[0]


def test_a_cell_copied_between_rows_columns_is_noticed_when_read(make_person):
    person = make_person(phone="13800001234")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE beneficiaries_person SET account_no = phone")
    with pytest.raises(UnreadableSecret):
        Person.objects.get(pk=person.pk)


def test_bytes_that_are_no_stored_value_never_reach_the_column(make_person):
    person = make_person()
    with pytest.raises(TypeError), transaction.atomic():
        Person.objects.filter(pk=person.pk).update(phone=b"13800001234")
    Person.objects.filter(pk=person.pk).update(phone=encrypt("13800001234", PLACE))
    assert Person.objects.get().phone == "13800001234"


@pytest.mark.parametrize("lookup", ["phone", "phone__startswith", "phone__in", "phone__regex", "phone__any_of"])
def test_ciphertext_is_never_searched(db, lookup):
    with pytest.raises(FieldError):
        list(Person.objects.filter(**{lookup: ["1"]}))


def test_digests_are_keyed_and_apart_by_purpose(settings):
    one, other = digest("1234", "id_tail"), digest("1234", "phone")
    assert one != other and len(one) == 64 and digest("1234", "id_tail") == one and digest("", "phone") == ""
    settings.DIGEST_KEY = NEW
    assert digest("1234", "id_tail") != one


def test_the_digest_is_no_plain_hash():
    from cryptography.hazmat.primitives import hashes

    plain = hashes.Hash(hashes.SM3())
    plain.update(b"1234")
    assert digest("1234", "id_tail") != plain.finalize().hex()
