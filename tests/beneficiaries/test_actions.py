"""Saving one person: keys in step, the number known city-wide, nothing else touched."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from beneficiaries.actions import KNOWN_ELSEWHERE, KNOWN_HERE, save_person
from beneficiaries.identity import account_digest, id_digest
from beneficiaries.models import Certificate, HardshipStatus, Person
from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.audit.models import AuditLine
from tests.fixtures_city import DONGHAI_TOWN, HAIZHOU_TOWN, make_id


def new(name="单小云", number=None, **fields):
    number = number or make_id(9, date(1970, 5, 5), male=False)
    return Person(name=name, id_number=number, area=Area.objects.get(code=HAIZHOU_TOWN), **fields)


def test_everything_derived_comes_from_name_and_numbers(haizhou_clerk):
    person = save_person(by=haizhou_clerk, person=new(account_no="6299990000000000"))
    stored = Person.objects.get(pk=person.pk)
    assert (stored.sex, stored.birth_date, stored.initials) == ("F", date(1970, 5, 5), "sxy")
    assert stored.id_digest == id_digest(person.id_number)
    assert stored.account_digest == account_digest("6299990000000000")


def test_a_changed_name_and_account_are_found_at_once(haizhou_clerk, make_person):
    person = make_person("张三", account_no="6299990000000000")
    person.name, person.account_no = "李四", ""
    save_person(by=haizhou_clerk, person=person)
    assert list(Person.objects.matching("ls")) == [person]
    assert not Person.objects.matching("zs").exists()
    assert Person.objects.get(pk=person.pk).account_digest == ""


def test_certificates_and_hardships_are_saved_with_their_person(haizhou_clerk):
    person = new()
    certificate = Certificate(person=person, number=f"{person.id_number}42B1")
    save_person(by=haizhou_clerk, person=person, certificates=[certificate], hardships=[HardshipStatus(status="低保")])
    stored = person.certificates.get()
    assert (stored.category, stored.grade) == (4, 2)
    assert list(Person.objects.matching(f"{person.id_number}42")) == [person]
    assert person.hardships.get().status == "低保"


def test_a_number_on_file_is_refused_and_a_foreign_one_reveals_nothing(haizhou_clerk, make_person):
    here, there = make_person(), make_person("赵六", area=DONGHAI_TOWN)
    for known, sentence in ((here, KNOWN_HERE), (there, KNOWN_ELSEWHERE)):
        with pytest.raises(ValidationError) as refused:
            save_person(by=haizhou_clerk, person=new(number=known.id_number))
        assert refused.value.messages == [sentence]
    assert "赵六" not in KNOWN_ELSEWHERE and "东海" not in KNOWN_ELSEWHERE
    assert Person.objects.count() == 2


def test_the_audit_line_names_fields_and_shows_numbers_masked(haizhou_clerk, make_person):
    person = make_person(phone="19000001234")
    person.phone, person.died_on = "19000005678", date(2019, 5, 1)
    save_person(by=haizhou_clerk, person=person)
    line = AuditLine.objects.get(deed="修改残疾人档案")
    assert (line.staff, line.object_id) == (haizhou_clerk, str(person.pk))
    assert line.summary == "联系电话 190****1234→190****5678、死亡日期"


def test_nothing_is_kept_when_a_certificate_fails(haizhou_clerk):
    person = new()
    with pytest.raises(IndexError):
        save_person(by=haizhou_clerk, person=person, certificates=[Certificate(number="短")])
    assert not Person.objects.exists() and not AuditLine.objects.exists()
