"""Finding people, each way, and only in one's own place; and what is current of their records."""

from datetime import date, timedelta

import pytest
from django.utils.timezone import localdate

from beneficiaries.identity import certificate_digest, pinyin_of
from beneficiaries.models import Certificate, HardshipStatus, Person
from beneficiaries.people import age_on, current_certificate
from tests.fixtures_city import DONGHAI_TOWN, make_id


@pytest.fixture
def shan(make_person):
    return make_person("单小云", category=4, grade=2, id_number=make_id(7, date(1970, 5, 5), male=False))


def found(words):
    return list(Person.objects.matching(words))


@pytest.mark.parametrize("words", ["单小云", "小云", "單小雲", " 单 小 云 ", "shanxiaoyun", "ShanXiao", "sxy", "SX"])
def test_a_person_is_found_by_name_pinyin_and_initials(shan, make_person, words):
    make_person("张三")
    assert found(words) == [shan]


def test_a_person_is_found_by_number_whole_or_by_its_last_four(shan, make_person):
    make_person("张三")
    for words in (shan.id_number, shan.id_number.lower(), f"{shan.id_number}42", f"{shan.id_number}42B1",
                  shan.id_number[-4:], f"'{shan.id_number}"):  # fmt: skip
        assert found(words) == [shan]


@pytest.mark.parametrize("words", ["", "  ", "320701", "张三1", "%", "_", "320701197005050"])
def test_parts_of_numbers_and_wildcards_find_nobody(shan, words):
    assert found(words) == []


def test_search_stays_in_ones_own_place(make_person, haizhou_clerk, city_clerk):
    here, there = make_person("王芳"), make_person("王芳", area=DONGHAI_TOWN)
    seen = Person.objects.visible_to(haizhou_clerk)
    for words in ("王芳", "wangfang", "wf"):
        assert list(seen.matching(words)) == [here]
    assert list(seen.matching(there.id_number)) == []
    assert set(Person.objects.visible_to(city_clerk).matching("wf")) == {here, there}


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("单小云", "shanxiaoyun", "sxy"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("曾强", "zengqiang", "zq"),
        ("张伟", "zhangwei", "zw"),
        ("单", "dan", "d"),
        ("John Smith", "johnsmith", "j"),
    ],
)
def test_pinyin_reads_surnames_as_surnames(name, pinyin, initials):
    assert pinyin_of(name) == (pinyin, initials)


def test_the_longest_name_has_keys_that_fit_their_columns():
    pinyin, initials = pinyin_of("单" + "双" * 59)
    assert len(pinyin) == 120 and len(initials) == 40


def certificate(person, grade, **fields):
    number = f"{person.id_number}4{grade}"
    return Certificate.objects.create(
        person=person, number=number, number_digest=certificate_digest(number), category=4, grade=grade, **fields
    )


def test_of_several_certificates_the_one_in_force_counts(make_person):
    person = make_person()
    certificate(person, 1, valid_to=date(2018, 12, 31))
    now = certificate(person, 2, valid_from=date(2019, 1, 1), valid_to=date(2019, 12, 31))
    certificate(person, 3, valid_from=date(2020, 1, 1))
    assert current_certificate(person, date(2019, 6, 1)) == now


def test_of_two_in_force_the_one_recorded_last_counts(make_person):
    person = make_person()
    certificate(person, 1)
    assert current_certificate(person, localdate()).grade == 1
    later = certificate(person, 2)
    assert current_certificate(person, localdate()) == later


def test_a_state_is_one_of_three(make_person):
    here, dead = make_person(), make_person(died_on=date(2019, 1, 1))
    gone = make_person(moved_out_on=date(2019, 1, 1))
    both = make_person(died_on=date(2019, 1, 1), moved_out_on=date(2018, 1, 1))
    assert set(Person.objects.on_register()) == {here}
    assert set(Person.objects.deceased()) == {dead, both}
    assert set(Person.objects.moved_out()) == {gone}


def test_hardship_ends_with_its_last_day(make_person):
    person, today = make_person(), localdate()
    HardshipStatus.objects.create(person=person, status="低保", valid_to=today)
    assert person in Person.objects.in_hardship_on(today, "低保")
    assert person not in Person.objects.in_hardship_on(today + timedelta(days=1), "低保")
    assert person not in Person.objects.in_hardship_on(today, "特困")


def test_a_cancelled_certificate_certifies_nobody(make_person):
    person = make_person()
    certificate(person, 2, status="cancelled")
    assert person not in Person.objects.certified_on(localdate(), grade=2)


def test_age_counts_birthdays():
    assert age_on(date(2000, 2, 29), date(2019, 2, 28)) == 18
    assert age_on(date(2000, 2, 29), date(2019, 3, 1)) == 19
    assert age_on(date(1950, 6, 1), date(2019, 6, 1)) == 69
