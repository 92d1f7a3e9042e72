"""Facilities in the admin: what is entered, refused, kept secret, and taken out as a file."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from facilities.credit import is_right_code
from facilities.models import Facility, FacilityKind
from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.audit.models import AuditLine
from tests.fixtures_city import HAIZHOU_TOWN

ADD = reverse("admin:facilities_facility_add")
LIST = reverse("admin:facilities_facility_changelist")


@pytest.fixture
def client(haizhou_clerk, sign_in):
    return sign_in(haizhou_clerk)


def entered(**more) -> dict:
    """What a clerk sends for a new home, with one line of money and one inspection."""
    kind, area = FacilityKind.objects.get(code="disabled_persons_home"), Area.objects.get(code=HAIZHOU_TOWN)
    return {
        "kind": kind.pk, "name": " 新海街道残疾人之家 ", "area": area.pk, "applied": "2019-01-08",
        "phone": "190-0000-1234", "credit_code": "52320707mj00000011", "area_m2": "260.5", "capacity": "20",
        "longitude": "119.18", "latitude": "34.6", "has_ramp": "on",
        "funding-TOTAL_FORMS": 1, "funding-INITIAL_FORMS": 0, "funding-0-source": "city", "funding-0-year": 2019,
        "funding-0-planned": "100", "funding-0-granted": "80", "funding-0-spent": "60",
        "inspections-TOTAL_FORMS": 1, "inspections-INITIAL_FORMS": 0, "inspections-0-inspected_on": "2019-05-01",
        "inspections-0-inspector": "王五", "inspections-0-score": "86.5", **more,
    }  # fmt: skip


def test_a_facility_is_entered_with_money_and_inspection_in_one_deed(client, haizhou_clerk):
    answer = client.post(ADD, entered())
    assert answer.status_code == 302, answer.context["errors"]
    one = Facility.objects.get()
    assert (one.name, one.phone, one.credit_code, one.stage) == (
        "新海街道残疾人之家", "19000001234", "52320707MJ00000011", "applied"
    )  # fmt: skip
    assert (one.applied_on, one.history.get().recorded_by) == (date(2019, 1, 8), haizhou_clerk)
    assert (one.funding.get().spent, one.inspections.get().score) == (60, Decimal("86.5"))
    line = AuditLine.objects.get(deed="登记设施")
    assert "1234" not in line.summary and AuditLine.objects.filter(object_id=str(one.pk)).count() == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"credit_code": "52320707MJ00000012"}, "统一社会信用代码的位数或校验位不对"),
        ({"phone": "12"}, "联系电话应为 7 到 12 位数字"),
        ({"longitude": ""}, "经纬度要一起填写"),
        ({"applied": "2099-01-01"}, "日期不能晚于今天"),
        ({"applied": ""}, "请填写申报日期"),
        ({"area_m2": "0"}, "建筑面积应大于零"),
        ({"funding-0-spent": "90"}, "支出不能大于拨付"),
        ({"inspections-0-score": "101"}, "得分应在 0 到 100 之间"),
        ({"inspections-0-follow_up": "补扶手"}, "整改要求和整改期限要一起填写"),
        ({"inspections-0-inspected_on": "2099-01-01"}, "日期不能晚于今天"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_a_sentence(client, wrong, sentence):
    answer = client.post(ADD, entered(**wrong))
    assert answer.status_code == 200 and sentence in answer.content.decode()
    assert not Facility.objects.exists()


def test_a_county_is_no_place_for_a_facility(client):
    county = Area.objects.get(code="320706")
    assert "下面的乡镇街道" in client.post(ADD, entered(area=county.pk)).content.decode()


def test_a_second_of_the_name_is_refused(client):
    client.post(ADD, entered())
    answer = client.post(ADD, entered(name="新海街道 残疾人之家"), follow=True)
    assert "不要重复登记" in answer.content.decode() and Facility.objects.count() == 1


def test_a_blank_phone_keeps_the_stored_one_and_no_page_shows_it(client, make_facility):
    facility = make_facility("旧之家", phone="19000001234", applied_on=date(2019, 1, 1))
    change = reverse("admin:facilities_facility_change", args=[facility.pk])
    page = client.get(change).content.decode()
    assert "190****1234" in page and "19000001234" not in page
    data = entered(name="旧之家", phone="", credit_code="")
    assert client.post(change, data | {"funding-TOTAL_FORMS": 0, "inspections-TOTAL_FORMS": 0}).status_code == 302
    facility.refresh_from_db()
    assert (facility.phone, facility.area_m2) == ("19000001234", Decimal("260.50"))


def test_no_stage_and_no_day_is_changed_by_the_form(client, accepted):
    facility = accepted(name="旧之家")
    change = reverse("admin:facilities_facility_change", args=[facility.pk])
    client.post(change, entered(name="旧之家", stage="revoked", accepted_on="2018-01-01", applied_on="2018-01-01"))
    facility.refresh_from_db()
    assert (facility.stage, facility.accepted_on, facility.applied_on) == ("accepted", date(2019, 5, 20), None)


def test_the_list_is_filtered_as_the_targets_count(client, accepted, make_facility):
    accepted(name="甲")
    accepted(name="乙", revoked_on=date(2019, 9, 1))
    make_facility("丙", applied_on=date(2019, 1, 1))
    text = client.get(f"{LIST}?accepted=2019").content.decode()
    assert ">甲<" in text and ">乙<" not in text and ">丙<" not in text


def test_the_export_masks_the_phone_and_is_written_down(client, accepted):
    accepted(name="甲之家", phone="19000001234", has_ramp=True, has_lift=True)
    answer = client.post(reverse("admin:facilities_facility_export"), {"format": "1"})
    text = answer.content.decode()
    assert "甲之家" in text and "190****1234" in text and "19000001234" not in text
    assert "坡道、电梯或升降台" in text and "2019-05-20" in text
    assert AuditLine.objects.filter(deed="导出设施", summary="1 行，csv").exists()


def test_the_check_character_of_a_credit_code():
    # The example of GB 32100-2015.
    assert is_right_code("91350100M000100Y43")
    assert not is_right_code("91350100M000100Y44") and not is_right_code("91350100M000100Y4")
