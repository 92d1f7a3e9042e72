"""Nothing is held of anybody without a purpose, a ground and a period."""

import re

import pytest
from django.apps import apps

from beneficiaries.models import Person
from lianyungang_cdpf.audit.retention import rules
from lianyungang_cdpf.fields import EncryptedTextField
from lianyungang_cdpf.pages.processing.catalogue import CLASSES, KINDS, USES, held_fields, ledgers, name_of
from lianyungang_cdpf.purposes import CHILDREN, SENSITIVE, TRACE, Purpose, Uses

CHINESE = re.compile("[\u4e00-\u9fff]")
# Secrets that are nobody's data: what opens an export, and what makes the codes of a second factor.
NOT_OF_PEOPLE = {"pages.UnmaskedExport", "accounts.TotpDevice", "accounts.RecoveryCode"}


def test_every_classified_field_has_purpose_ground_and_period():
    told = list(held_fields())
    assert len(told) == sum(len(fields) for fields in CLASSES.values()) > 900
    for one in told:
        assert one.purpose.words and one.grounds and one.rule.period, one
        assert CHINESE.search(one.name) and one.code in KINDS, one


@pytest.mark.parametrize("model", CLASSES, ids=lambda model: model._meta.label)
def test_every_column_is_classified_and_no_purpose_names_one_that_is_not(model):
    classes, uses = CLASSES[model], USES[model]
    assert classes.keys() == {field.name for field in model._meta.concrete_fields}
    named = [name for names in uses.why.values() for name in names.split()]
    assert len(named) == len(set(named))
    assert set(named) == {name for name, kind in classes.items() if kind not in {"record", "derived"}}
    assert uses.kept in rules()


def test_every_model_with_a_secret_or_a_person_is_classified():
    for model in apps.get_models():
        fields = model._meta.concrete_fields
        if any(isinstance(field, EncryptedTextField) or field.related_model is Person for field in fields):
            assert model in CLASSES or model._meta.label in NOT_OF_PEOPLE, model


def test_a_field_without_a_purpose_is_refused(monkeypatch):
    monkeypatch.setitem(USES, Person, Uses("people", {Purpose("联系"): "phone"}))
    with pytest.raises(ValueError, match="beneficiaries.Person.basis has no purpose"):
        list(held_fields())


def test_sensitive_fields_and_those_of_children_name_their_articles():
    uses = USES[Person]
    assert {SENSITIVE, CHILDREN} <= set(uses.grounds_of("id_number", "secret"))
    assert SENSITIVE not in uses.grounds_of("village", "personal") and CHILDREN in uses.grounds_of(
        "village", "personal"
    )
    assert uses.purpose_of("created_at", "record") is TRACE


def test_a_ground_that_nobody_has_read_says_so():
    assert str(SENSITIVE).startswith("《个人信息保护法》第二十八条") and "待核实" not in str(SENSITIVE)
    assert str(CHILDREN).endswith("（待核实）")


def test_the_page_groups_what_is_held_about_people_only():
    person = next(one for one in ledgers() if one.name == "残疾人档案")
    names = "、".join(group.names for group in person.groups)
    assert "身份证号" in names and "银行账号" in names and "更新时间" not in names and "摘要" not in names
    assert name_of(Person._meta.get_field("pinyin")) == "姓名拼音"
