"""Deletion on request: what nobody needs goes in two steps, what the law keeps stays and says why."""

from datetime import date

import pytest

from beneficiaries.models import Certificate, Guardian, Household, HouseholdMember, Person, Residence
from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.pages.processing.erasing import why_kept
from subsidies.models import Payment
from tests.fixtures_city import DONGHAI_TOWN
from tests.isolation.pages import same_answer

PHONE, ACCOUNT = "19000004321", "6222600000000004321"
SAID = {"asked_by": "本人", "shown": "身份证原件", "reason": "本人申请删除，已不再接受服务"}


@pytest.fixture
def reviewer(make_staff, sign_in):
    return sign_in(make_staff("haizhou_reviewer", role="district_reviewer"))


@pytest.fixture
def person(make_person):
    """Somebody without a certificate, with a household of their own."""
    person = make_person("周小云", phone=PHONE, account_no=ACCOUNT, address="幸福路 1 号")
    household = Household.objects.create(area=person.area, address="幸福路 1 号")
    HouseholdMember.objects.create(household=household, person=person, relation="head")
    Guardian.objects.create(person=person, name="周大山", relation="parent", phone=PHONE)
    return person


def page_of(person) -> str:
    return f"/admin/processing/people/{person.pk}/erase/"


def version_in(answer) -> str:
    return answer.context["version"]


def send(client, person, what, *, confirmed=True, **changed):
    """Open the page, send the form, and confirm what it shows."""
    said = SAID | {"what": what, "_version": version_in(client.get(page_of(person)))} | changed
    asked = client.post(page_of(person), said)
    if not confirmed:
        return asked
    return client.post(page_of(person), said | {"confirmed": "1"})


def test_a_file_that_nothing_keeps_goes_with_what_is_its_own(reviewer, person):
    asked = send(reviewer, person, "whole", confirmed=False)
    words = asked.content.decode()
    assert "监护人 1 条" in words and "家庭成员 1 条" in words and "不能恢复" in words
    assert Person.objects.filter(pk=person.pk).exists()
    assert send(reviewer, person, "whole").status_code == 302
    assert not any(model.objects.exists() for model in (Person, Guardian, HouseholdMember, Household))
    line = AuditLine.objects.get(deed="删除个人信息")
    assert line.object_id == str(person.pk) and line.username == "haizhou_reviewer"
    assert line.summary == "整份档案；申请人：本人，查验：身份证原件，事由：本人申请删除，已不再接受服务"


def test_a_household_with_others_in_it_stays(reviewer, person, make_person):
    household = Household.objects.get()
    HouseholdMember.objects.create(household=household, person=make_person("周大山"), relation="parent")
    assert send(reviewer, person, "whole").status_code == 302
    assert household.members.count() == 1


def test_payments_keep_the_file_and_the_page_says_which_law(reviewer, person, make_roll):
    make_roll(person)
    words = reviewer.get(page_of(person)).content.decode()
    assert "有“补贴发放”记录" in words and "《会计档案管理办法》第十四条" in words and "整份档案</option>" not in words
    assert send(reviewer, person, "whole").status_code == 422
    assert Payment.objects.filter(person=person).exists() and not AuditLine.objects.filter(deed="删除个人信息").exists()


def test_who_holds_a_certificate_is_kept_until_it_is_cancelled(reviewer, make_person):
    person = make_person("周小云", phone=PHONE, category=4, grade=1)
    page = reviewer.get(page_of(person)).content.decode()
    assert "残疾人证管理办法" in page and '<form method="post" class="panel' not in page
    Certificate.objects.update(status="cancelled")
    assert not why_kept(Person.objects.get(pk=person.pk)).whole


def test_of_somebody_who_was_paid_and_died_the_contacts_go_and_the_payment_stays(reviewer, person, make_roll, walk):
    roll = make_roll(person)
    assert "有一笔补贴还没有发放，办结后可以再申请。" in why_kept(person).contacts
    walk(roll, "paid")
    Person.objects.filter(pk=person.pk).update(died_on=date(2019, 6, 1))
    paid = Payment.objects.get(person=person).account_no
    assert send(reviewer, person, "contacts").status_code == 302
    held = Person.objects.get(pk=person.pk)
    assert (held.phone, held.phone_digest, held.account_no, held.account_digest, held.address) == ("",) * 5
    assert held.name == "周小云" and held.id_number == person.id_number and Payment.objects.get().account_no == paid
    assert Guardian.objects.get().phone == ""
    assert AuditLine.objects.filter(deed="清除联系方式和账户", object_id=str(person.pk)).count() == 1
    assert "没有可以清除的内容" in why_kept(held).contacts[0]


@pytest.fixture
def dead(person):
    """The person, who has died and had lived elsewhere before."""
    Person.objects.filter(pk=person.pk).update(died_on=date(2019, 6, 1))
    before = {"address": "解放路 9 号", "village": "新庄", "valid_to": date(2018, 1, 1)}
    Residence.objects.create(person=person, area=person.area, **before)
    return person


def test_with_the_contacts_go_the_addresses_of_former_homes_and_of_the_household(reviewer, dead):
    assert send(reviewer, dead, "contacts").status_code == 302
    home, household = Residence.objects.get(), Household.objects.get()
    assert (home.address, household.address) == ("", "") and home.village == "新庄"
    assert household.members.count() == 1
    assert "没有可以清除的内容" in why_kept(Person.objects.get(pk=dead.pk)).contacts[0]


def test_an_address_that_only_the_household_has_can_be_emptied_too(reviewer, dead):
    Person.objects.filter(pk=dead.pk).update(phone="", phone_digest="", account_no="", account_digest="", address="")
    Guardian.objects.all().delete()
    Residence.objects.all().delete()
    assert not why_kept(Person.objects.get(pk=dead.pk)).contacts


def test_a_household_in_which_others_live_keeps_its_address_until_they_have_left(reviewer, dead, make_person):
    other = HouseholdMember.objects.create(
        household=Household.objects.get(), person=make_person("周大山"), relation="parent"
    )
    assert send(reviewer, dead, "contacts").status_code == 302
    assert Household.objects.get().address == "幸福路 1 号" and Residence.objects.get().address == ""
    assert "没有可以清除的内容" in why_kept(Person.objects.get(pk=dead.pk)).contacts[0]
    HouseholdMember.objects.filter(pk=other.pk).update(valid_to=date(2019, 7, 1))
    assert not why_kept(Person.objects.get(pk=dead.pk)).contacts


def test_what_has_changed_since_the_page_was_opened_is_not_deleted(reviewer, person):
    said = SAID | {"what": "whole", "_version": version_in(reviewer.get(page_of(person))), "confirmed": "1"}
    Person.objects.filter(pk=person.pk).update(village="新庄")
    assert reviewer.post(page_of(person), said).status_code == 409
    assert Person.objects.filter(pk=person.pk).exists()


def test_the_clerk_who_keeps_the_files_does_not_delete_them(sign_in, haizhou_clerk, person, reviewer, make_person):
    assert sign_in(haizhou_clerk).post(page_of(person), SAID).status_code == 403
    foreign = make_person("东海人", area=DONGHAI_TOWN)
    unknown = reviewer.get("/admin/processing/people/99/erase/")
    assert same_answer(reviewer.get(page_of(foreign)), unknown) and unknown.status_code == 404
