"""What the public is told of facilities: those that are open, near a town first, and nobody's home."""

from datetime import date

import pytest
from django.urls import reverse

from facilities.models import FacilityKind
from tests.fixtures_city import DONGHAI_TOWN, HAIZHOU_TOWN

HAIZHOU_OTHER = "320706010"
PAGE = reverse("public:facilities")
OPEN = {
    "applied_on": date(2018, 1, 1), "approved_on": date(2018, 2, 1), "started_on": date(2018, 3, 1),
    "completed_on": date(2018, 9, 1), "accepted_on": date(2018, 10, 1), "operating_on": date(2018, 11, 1),
}  # fmt: skip


@pytest.fixture
def make_open(make_facility):
    def make(name, **fields):
        return make_facility(name, **{**OPEN, **fields})

    return make


def shown(client, **query) -> str:
    response = client.get(PAGE, query)
    assert response.status_code == 200
    return response.content.decode()


def test_a_facility_is_told_with_what_a_visitor_needs(make_open, client):
    make_open(
        "新海残疾人之家", address="朝阳路 1 号", opening_hours="周一至周五 9:00—16:00",
        services_offered="日间照料、手工劳动",
        public_phone="0518-85000000", has_ramp=True, has_toilet=True, phone="13800001234", responsible="王芳",
        operator="某中心",
    )  # fmt: skip
    page = shown(client)
    for words in ("新海残疾人之家", "朝阳路 1 号", "周一至周五 9:00—16:00", "日间照料、手工劳动", "0518-85000000",
                  "坡道、无障碍卫生间"):  # fmt: skip
        assert words in page
    # Who is in charge and their phone are the office's alone.
    assert "王芳" not in page and "13800001234" not in page


@pytest.mark.parametrize("stage", ["accepted", "rectifying", "suspended", "building"])
def test_what_is_not_in_operation_is_not_told(make_facility, client, stage):
    gone = ("accepted_on", "operating_on") if stage == "building" else ()
    days = {name: day for name, day in OPEN.items() if name not in gone}
    make_facility("某某之家", stage=stage, **days)
    assert "某某之家" not in shown(client)


def test_a_point_in_somebodys_home_is_never_told(make_open, client):
    make_open("李某居家康复点", kind="home_rehab_point")
    assert "李某" not in shown(client)
    assert client.get(PAGE, {"kind": "home_rehab_point"}).status_code == 400
    assert FacilityKind(code="new", name="新种类").is_public is False


def test_those_of_the_town_come_first_and_those_of_other_counties_not_at_all(make_open, client):
    make_open("乙之家", area=HAIZHOU_OTHER)
    make_open("甲之家", area=HAIZHOU_TOWN)
    make_open("丙之家", area=DONGHAI_TOWN)
    page = shown(client, town=HAIZHOU_TOWN)
    assert -1 < page.index("甲之家") < page.index("乙之家") and "丙之家" not in page
    page = shown(client, town=HAIZHOU_OTHER)
    assert page.index("乙之家") < page.index("甲之家")


def test_kinds_are_chosen_and_unknown_towns_refused(make_open, client):
    make_open("甲之家")
    make_open("乙站", kind="device_station")
    page = shown(client, kind="device_station")
    assert "乙站" in page and "甲之家" not in page
    response = client.get(PAGE, {"town": "999"})
    assert response.status_code == 400 and "没有这个乡镇（街道）" in response.content.decode()
