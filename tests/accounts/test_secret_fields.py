"""A form for secrets never sends them back, and a blank never erases."""

import pytest
from django import forms

from beneficiaries.models import Person
from lianyungang_cdpf.accounts.secret_fields import SecretField, SecretsForm, masked
from lianyungang_cdpf.masking import mask_phone


class PhoneForm(SecretsForm):
    phone = SecretField(mask=mask_phone, label="联系电话", needed=True)

    class Meta:
        model = Person
        fields = ["name", "phone"]


class FreeForm(SecretsForm):
    phone = SecretField(mask=mask_phone, label="联系电话")

    class Meta:
        model = Person
        fields = ["phone"]


@pytest.fixture
def person(make_person):
    return make_person(phone="19000001234")


def _sent(person, phone, form=PhoneForm):
    return form({"name": "张三", "phone": phone}, instance=Person.objects.get(pk=person.pk))


def test_page_shows_the_secret_masked_only(person):
    text = PhoneForm(instance=person).as_p()
    assert "19000001234" not in text
    assert "190****1234" in text and "留空则保持不变" in text


@pytest.mark.parametrize("entered", ["", "  ", "190****1234"])
def test_a_blank_or_the_mask_itself_keeps_it(person, entered):
    form = _sent(person, entered)
    assert form.is_valid(), form.errors
    assert form.save().phone == "19000001234"
    assert Person.objects.get(pk=person.pk).phone == "19000001234"


def test_a_blank_is_no_change_and_an_entry_is_one(person):
    assert "phone" not in _sent(person, "").changed_data
    assert "phone" in _sent(person, "19000005678").changed_data


def test_an_entry_replaces_it(person):
    form = _sent(person, "19000005678")
    assert form.is_valid()
    form.save()
    assert Person.objects.get(pk=person.pk).phone == "19000005678"


def test_another_mask_is_refused_with_a_sentence(person):
    form = _sent(person, "190****5678")
    assert not form.is_valid()
    assert "里有星号" in form.errors["phone"][0]


def test_what_a_new_record_needs_must_be_entered(person):
    assert "phone" in PhoneForm({"name": "李四", "phone": ""}).errors
    form = FreeForm({"phone": ""})
    assert "phone" not in form.errors


def test_a_refused_form_does_not_show_the_stored_secret(person):
    form = PhoneForm({"name": "", "phone": ""}, instance=person)
    assert not form.is_valid()
    assert "19000001234" not in form.as_p()


def test_column_shows_the_mask_and_nothing_for_nothing(person, make_person):
    shown = masked("phone", mask_phone, "联系电话")
    assert (shown.short_description, shown(None, person)) == ("联系电话", "190****1234")
    assert shown(None, make_person("李四")) is None
    assert issubclass(SecretField, forms.CharField)
