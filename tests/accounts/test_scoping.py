"""Who sees which place."""

import pytest
from django.contrib.auth.models import AnonymousUser

from beneficiaries.models import Certificate, Person
from lianyungang_cdpf.accounts.models import Area, Staff, Zone
from tests.fixtures_city import DONGHAI_TOWN, HAIZHOU_TOWN

XUWEI_TOWN, XUWEI_VILLAGE = "320703007", "320703007400"


def test_haizhou_clerk_does_not_see_a_donghai_person(haizhou_clerk, make_person):
    mine, theirs = (
        make_person(area=HAIZHOU_TOWN, category=1, grade=1),
        make_person(area=DONGHAI_TOWN, category=1, grade=1),
    )
    assert list(Person.objects.visible_to(haizhou_clerk)) == [mine]
    assert [certificate.person for certificate in Certificate.objects.visible_to(haizhou_clerk)] == [mine]
    assert theirs not in Person.objects.visible_to(haizhou_clerk)


def test_zone_staff_see_the_zones_towns_and_no_other_of_the_county(make_staff, make_person):
    zone_clerk = make_staff("xuwei", area="xuwei")
    county_clerk = make_staff("lianyun", area="320703")
    inside, outside = make_person(area=XUWEI_TOWN), make_person(area="320703001")
    assert list(Person.objects.visible_to(zone_clerk)) == [inside]
    assert set(Person.objects.visible_to(county_clerk)) == {inside, outside}


def test_staff_of_the_code_320771_and_of_its_zone_see_the_same(make_staff, make_person):
    person = make_person(area="320771001")
    for name, place in (("by_code", "320771"), ("by_zone", "lyg_etdz")):
        assert list(Person.objects.visible_to(make_staff(name, area=place))) == [person]


@pytest.mark.parametrize("who", ["nobody", "disabled"])
def test_nobody_without_an_active_account_sees_anything(make_staff, make_person, who):
    make_person()
    staff = AnonymousUser() if who == "nobody" else make_staff("gone", is_active=False)
    for model in (Person, Area, Zone, Staff):
        assert not model.objects.visible_to(staff).exists()
        assert not model.objects.choosable_by(staff).exists()


def test_a_code_that_begins_like_anothers_is_another_place(make_staff, make_person, city):
    town = Area.objects.get(code=HAIZHOU_TOWN)
    near = Area.objects.create(
        code="3207060061", path=f"{town.parent.path}3207060061/", level="town", parent=town.parent
    )
    make_person(area=near.code)
    assert not Person.objects.visible_to(make_staff("town", area=HAIZHOU_TOWN, role="town_clerk")).exists()


def test_forms_offer_only_areas_of_ones_own_place(haizhou_clerk, city_clerk):
    offered = Area.objects.choosable_by(haizhou_clerk)
    assert set(offered.values_list("unit_key", flat=True)) == {"320706", "yuntaishan"}
    assert Area.objects.choosable_by(city_clerk).count() == 1864


def test_an_offered_area_says_where_it_lies(haizhou_clerk):
    lines = {area.code: str(area) for area in Area.objects.choosable_by(haizhou_clerk)}
    county, town = Area.objects.get(code="320706"), Area.objects.get(code=HAIZHOU_TOWN)
    assert lines["320706"] == "海州区"
    assert lines[HAIZHOU_TOWN] == f"海州区 / {town.common_name}"
    village = town.children.first()
    assert lines[village.code] == f"海州区 / {town.common_name} / {village.common_name}"
    assert str(county) == "海州区"


def test_zones_are_chosen_by_the_city_and_by_their_own(make_staff, haizhou_clerk, city_clerk):
    assert not Zone.objects.choosable_by(haizhou_clerk).exists()
    assert Zone.objects.choosable_by(city_clerk).count() == 4
    assert [zone.key for zone in Zone.objects.choosable_by(make_staff("xuwei", area="xuwei"))] == ["xuwei"]


def test_accounts_are_seen_by_place(make_staff, haizhou_clerk, donghai_clerk, city_clerk):
    zone_clerk, town_clerk = make_staff("zone", area="xuwei"), make_staff("town", area=HAIZHOU_TOWN, role="town_clerk")
    assert set(Staff.objects.visible_to(haizhou_clerk)) == {haizhou_clerk, town_clerk}
    assert set(Staff.objects.visible_to(zone_clerk)) == {zone_clerk}
    assert set(Staff.objects.visible_to(city_clerk)) == {
        haizhou_clerk,
        donghai_clerk,
        city_clerk,
        zone_clerk,
        town_clerk,
    }
