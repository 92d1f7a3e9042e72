"""Transfers: both sides must consent, nothing is told of others, and what was paid stays where it was."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from beneficiaries.models import Household, HouseholdMember, Person, Transfer
from beneficiaries.moving import (
    agree_to_transfer,
    ask_for_person,
    offer_person,
    refuse_transfer,
    withdraw_transfer,
)
from lianyungang_cdpf.accounts.models import Area
from tests.fixtures_city import DONGHAI, DONGHAI_TOWN, HAIZHOU, HAIZHOU_TOWN, make_id


@pytest.fixture
def town(city):
    return Area.objects.get(code=DONGHAI_TOWN)


def ask(clerk, person, town, name=None):
    number = person if isinstance(person, str) else person.id_number
    return ask_for_person(by=clerk, id_number=number, name=name or person.name, town=town, reason="购房落户")


def test_one_side_asks_the_other_consents_and_the_person_moves(
    haizhou_clerk, donghai_clerk, make_person, make_roll, town
):
    person = make_person("甲", village="新东村", address="3组")
    household = Household.objects.create(area=person.area)
    HouseholdMember.objects.create(household=household, person=person, relation="head")
    roll = make_roll(person)
    transfer = offer_person(by=haizhou_clerk, person=person, receiving_unit=DONGHAI, reason="随子女居住")
    assert list(Transfer.objects.to_receive(DONGHAI)) == [transfer]
    agree_to_transfer(by=donghai_clerk, transfer=transfer, town=town)
    person.refresh_from_db()
    assert (person.area.code, person.village, person.address) == (DONGHAI_TOWN, "", "")
    residence = person.residences.get()
    assert (residence.area.code, residence.village, residence.address) == (HAIZHOU_TOWN, "新东村", "3组")
    assert roll.payments.get().area.code == HAIZHOU_TOWN
    assert household.members.get().valid_to is not None
    assert Transfer.objects.get().state == "agreed"
    assert not Person.objects.visible_to(haizhou_clerk).filter(pk=person.pk).exists()


def test_the_receiving_side_asks_and_the_giving_side_consents(haizhou_clerk, donghai_clerk, make_person, town):
    person = make_person("甲")
    transfer = ask(donghai_clerk, person, town)
    assert list(Transfer.objects.to_give(HAIZHOU)) == [transfer] and list(Transfer.objects.sent_by(DONGHAI)) == [
        transfer
    ]
    agree_to_transfer(by=haizhou_clerk, transfer=transfer)
    person.refresh_from_db()
    assert person.area.code == DONGHAI_TOWN


def test_nobody_consents_to_their_own_request(haizhou_clerk, make_person, city_clerk, town):
    transfer = offer_person(by=haizhou_clerk, person=make_person("甲"), receiving_unit=DONGHAI, reason="x")
    for clerk in (haizhou_clerk, city_clerk):
        with pytest.raises(ValidationError, match="对方单位"):
            agree_to_transfer(by=clerk, transfer=transfer, town=town)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Transfer.objects.filter(pk=transfer.pk).update(
            state="refused", decided_by=haizhou_clerk, decided_at=transfer.requested_at
        )
    assert "nobody_consents_to_their_own_request" in str(error.value)


def test_asking_for_somebody_unknown_looks_the_same(haizhou_clerk, make_person, make_staff):
    known, named_wrong = make_person("赵六", area=DONGHAI_TOWN), make_person("冯七", area=DONGHAI_TOWN)
    here = Area.objects.get(code=HAIZHOU_TOWN)
    found = ask(haizhou_clerk, known, here)
    unknown = ask(haizhou_clerk, make_id(77), here, "无此人")
    other_name = ask(haizhou_clerk, named_wrong, here, "别名")
    assert [one.person for one in (found, unknown, other_name)] == [known, None, None]
    assert {one.state for one in (found, unknown, other_name)} == {"pending"}
    for number, name in ((known.id_number, "赵六"), (unknown.id_number, "无此人")):
        with pytest.raises(ValidationError, match="已提出过同样的申请"):
            ask(haizhou_clerk, number, here, name)


def test_what_another_county_asks_for_is_not_told(haizhou_clerk, donghai_clerk, make_person, make_staff):
    """Two counties may ask for the same person at the same time."""
    guanyun = make_staff("guanyun", area="320723")
    person = make_person("甲")
    ask(donghai_clerk, person, Area.objects.get(code=DONGHAI_TOWN))
    there = Area.objects.filter(unit_key="320723", level="town").first()
    second = ask(guanyun, person, there)
    assert Transfer.objects.visible_to(guanyun).get() == second
    agree_to_transfer(by=haizhou_clerk, transfer=second)
    first = Transfer.objects.exclude(pk=second.pk).get()
    assert (first.state, first.giving_unit) == ("pending", "320723")


def test_a_request_is_refused_with_a_reason_or_withdrawn_by_who_sent_it(
    haizhou_clerk, donghai_clerk, make_person, town
):
    person = make_person("甲")
    transfer = offer_person(by=haizhou_clerk, person=person, receiving_unit=DONGHAI, reason="x")
    with pytest.raises(ValidationError, match="请填写退回原因"):
        refuse_transfer(by=donghai_clerk, transfer=transfer, answer="")
    with pytest.raises(ValidationError, match="只有提出申请的单位"):
        withdraw_transfer(by=donghai_clerk, transfer=transfer)
    refuse_transfer(by=donghai_clerk, transfer=transfer, answer="人不在本县")
    with pytest.raises(ValidationError, match="对方单位"):
        agree_to_transfer(by=donghai_clerk, transfer=transfer, town=town)
    again = offer_person(by=haizhou_clerk, person=person, receiving_unit=DONGHAI, reason="x")
    assert withdraw_transfer(by=haizhou_clerk, transfer=again).state == "withdrawn"
    person.refresh_from_db()
    assert person.area.code == HAIZHOU_TOWN


def test_who_has_died_meanwhile_does_not_move(haizhou_clerk, donghai_clerk, make_person, town):
    person = make_person("甲")
    transfer = offer_person(by=haizhou_clerk, person=person, receiving_unit=DONGHAI, reason="x")
    Person.objects.filter(pk=person.pk).update(died_on="2020-01-01")
    with pytest.raises(ValidationError, match="已有变动"):
        agree_to_transfer(by=donghai_clerk, transfer=transfer, town=town)


def test_the_town_is_one_of_the_receiving_side(haizhou_clerk, donghai_clerk, make_person):
    here = Area.objects.get(code=HAIZHOU_TOWN)
    transfer = offer_person(by=haizhou_clerk, person=make_person("甲"), receiving_unit=DONGHAI, reason="x")
    for town, sentence in ((here, "本单位的乡镇"), (None, "请选择迁入的乡镇")):
        with pytest.raises(ValidationError, match=sentence):
            agree_to_transfer(by=donghai_clerk, transfer=transfer, town=town)
    with pytest.raises(ValidationError, match="本单位的乡镇"):
        ask(donghai_clerk, make_person("乙"), here)


def test_a_zone_is_a_side_of_its_own(haizhou_clerk, make_staff, make_person):
    zone = make_staff("zone", area="lyg_htz")
    home = Area.objects.filter(unit_key="lyg_htz", level="town").first()
    person = make_person("甲", area=home.code)
    transfer = offer_person(by=zone, person=person, receiving_unit=HAIZHOU, reason="x")
    agree_to_transfer(by=haizhou_clerk, transfer=transfer, town=Area.objects.get(code=HAIZHOU_TOWN))
    person.refresh_from_db()
    assert person.area.unit_key == HAIZHOU


def test_a_town_clerk_is_no_side(make_staff, make_person):
    clerk = make_staff("town", area=HAIZHOU_TOWN, role="town_clerk")
    with pytest.raises(ValidationError, match="只有县区或功能板块"):
        offer_person(by=clerk, person=make_person("甲"), receiving_unit=DONGHAI, reason="x")
