"""残疾人之家: the ledger, the facility's page and the person's page, in a browser and by hand-made requests."""

import re
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import expect

from lianyungang_cdpf.accounts.lost_updates import LostUpdates
from services.exports import StaysFile
from services.models import FacilityStay, MonthlyAttendance
from services.stay_actions import cancel_stay, save_stay
from tests.fixtures_city import DONGHAI_TOWN

LEDGER = reverse("admin:services_facilitystay_changelist")
ADD = reverse("admin:services_facilitystay_add")


def page_of(facility):
    return reverse("facility:page", args=[facility.pk])


def change_page(stay):
    return reverse("admin:services_facilitystay_change", args=[stay.pk])


def rows_of(*months, kept=()):
    """What a browser sends of the months: (month, days), those on file with their key as a third."""
    data = {"attendance-TOTAL_FORMS": len(months), "attendance-INITIAL_FORMS": len(kept)}
    for place, (month, days) in enumerate(months):
        data |= {f"attendance-{place}-month": month, f"attendance-{place}-days": days}
    return data | {f"attendance-{place}-id": one.pk for place, one in enumerate(kept)}


def errors_of(response) -> str:
    forms = [response.context["adminform"].form, *response.context["inline_admin_formsets"][0].formset.forms]
    return "".join(text for form in forms for said in form.errors.values() for text in said)


@pytest.fixture
def client(haizhou_clerk, sign_in):
    return sign_in(haizhou_clerk)


@pytest.fixture
def home(make_home):
    return make_home(capacity=2)


# -- the ledger --------------------------------------------------------------------------------------------------------


def test_a_stay_is_entered_with_its_months(client, make_person, home):
    person = make_person()
    sent = {"name": person.name, "id_number": person.id_number, "facility": home.pk, "admitted_on": "2019-03-04"}
    wrong = client.post(ADD, sent | rows_of(("2019-02", 3), ("2019-04", 31), ("2019年5月", 20), ("2019-05", 20)))
    said = errors_of(wrong)
    assert "2019-02 不在在册期间之内" in said and "2019-04 出勤最多 30 天" in said and "2019-05 填写了不止一次" in said
    assert client.post(ADD, sent | rows_of(("2019-03", 20), ("2019年4月", 0))).status_code == 302
    stay = FacilityStay.objects.get()
    assert (stay.person, stay.area, stay.facility) == (person, person.area, home)
    assert dict(stay.attendance.values_list("month", "days")) == {date(2019, 3, 1): 20, date(2019, 4, 1): 0}


def test_leaving_asks_for_a_reason_and_keeps_the_months(client, make_person, make_stay, home):
    stay = make_stay(make_person(), home, months={3: 20})
    march = stay.attendance.get()
    kept = rows_of(("2019-03", 21), kept=[march])
    sent = {"admitted_on": "2019-03-04", "left_on": "2019-05-31"}
    answer = client.post(change_page(stay), sent | kept)
    assert "退出日期和退出原因要一起填写" in errors_of(answer)
    early = client.post(change_page(stay), {**sent, "left_on": "2019-03-10", "leaving_reason": "就业"} | kept)
    assert "2019-03 出勤最多 7 天" in errors_of(early)
    assert client.post(change_page(stay), {**sent, "leaving_reason": "就业"} | kept).status_code == 302
    stay.refresh_from_db()
    march.refresh_from_db()
    assert (stay.left_on, stay.leaving_reason, march.days) == (date(2019, 5, 31), "就业", 21)


@pytest.fixture
def overtaken(monkeypatch):
    """overtaken(deed): another clerk does the deed after the form was checked and before it is written, once."""

    def by_another(deed):
        asked = LostUpdates.changeform_view

        def late(**told):
            monkeypatch.setattr("services.admin.stays.save_stay", save_stay)
            deed()
            return save_stay(**told)

        def asked_by_the_slower(*told):
            try:
                return asked(*told)
            except (IntegrityError, ValidationError):
                # With the slower clerk's transaction went what is the other's own, and stands.
                deed()
                raise

        monkeypatch.setattr("services.admin.stays.save_stay", late)
        monkeypatch.setattr(LostUpdates, "changeform_view", asked_by_the_slower)

    return by_another


def test_a_month_that_another_clerk_was_faster_to_enter_is_said_in_the_form(
    client, make_person, make_stay, home, overtaken, haizhou_clerk
):
    stay = make_stay(make_person(), home, months={3: 20})
    april = {"stay": stay, "month": date(2019, 4, 1), "days": 9}
    overtaken(lambda: save_stay(by=haizhou_clerk, stay=stay, months=[MonthlyAttendance(**april)]))
    kept = rows_of(("2019-03", 20), ("2019-04", 11), kept=[stay.attendance.get()])
    answer = client.post(change_page(stay), {"admitted_on": "2019-03-04"} | kept)
    assert answer.status_code == 409 and "2019-04 的出勤已经登记：请刷新页面" in errors_of(answer)
    assert stay.attendance.get(month=date(2019, 4, 1)).days == 9


def test_two_months_are_not_exchanged_line_for_line(client, make_person, make_stay, home):
    stay = make_stay(make_person(), home, months={3: 20, 4: 10})
    march, april = stay.attendance.order_by("month")
    sent = {"admitted_on": "2019-03-04"} | rows_of(("2019-04", 20), ("2019-03", 10), kept=[march, april])
    assert "2019-04 的出勤已经登记" in errors_of(client.post(change_page(stay), sent))
    assert sorted(stay.attendance.values_list("month__month", "days")) == [(3, 20), (4, 10)]


def test_who_was_admitted_by_another_clerk_a_moment_before_is_said_in_the_form(
    client, make_person, make_stay, make_home, home, overtaken
):
    person, other = make_person(), make_home("朐阳街道残疾人之家", area="320706001")
    overtaken(lambda: make_stay(person, other))
    sent = {"name": person.name, "id_number": person.id_number, "facility": home.pk, "admitted_on": "2019-03-04"}
    answer = client.post(ADD, sent | rows_of())
    assert answer.status_code == 200 and "此人在“朐阳街道残疾人之家”还有时间重叠的在册登记" in errors_of(answer)
    assert FacilityStay.objects.get().facility == other


@pytest.mark.parametrize("kind", ["home_rehab_point", "rehab_station"])
def test_only_a_home_can_be_chosen_and_only_ones_own(kind, client, make_person, make_home):
    person = make_person()
    sent = {"name": person.name, "id_number": person.id_number, "admitted_on": "2019-03-04"} | rows_of()
    for facility in (make_home("康复点", kind=kind), make_home("东海之家", area=DONGHAI_TOWN)):
        answer = client.post(ADD, sent | {"facility": facility.pk})
        assert "所选残疾人之家不存在或不在您的辖区内" in errors_of(answer)
        found = client.get(
            reverse("admin:autocomplete"),
            {"term": facility.name, "app_label": "services", "model_name": "facilitystay", "field_name": "facility"},
        )
        assert found.json()["results"] == []
    assert not FacilityStay.objects.exists()


def test_somebody_of_another_county_is_not_admitted(client, make_person, home):
    foreign = make_person("乙", area=DONGHAI_TOWN)
    sent = {"name": "乙", "id_number": foreign.id_number, "facility": home.pk, "admitted_on": "2019-03-04"}
    assert "您的辖区内没有这个身份证号的档案" in errors_of(client.post(ADD, sent | rows_of()))


def test_the_ledger_is_narrowed_by_home_month_and_state(client, make_person, make_stay, make_home, home, city_clerk):
    first, second, third = (make_person(name) for name in "甲乙丙")
    other = make_home("朐阳街道残疾人之家", area="320706001")
    make_stay(first, home, months={3: 20, 4: 10})
    make_stay(second, other, months={4: 0}, left_on=date(2019, 4, 30), leaving_reason="就业")
    cancel_stay(by=city_clerk, stay=make_stay(third, other, months={5: 3}), reason="登记错人")

    def found(**query):
        return {one.person.name for one in client.get(LEDGER, query).context["cl"].result_list}

    assert found() == {"甲", "乙", "丙"}
    assert found(facility=home.pk) == {"甲"} and found(facility=987654) == set()
    assert found(month="2019-04") == {"甲", "乙"} and found(month="2019-03") == {"甲"}
    assert found(month="2019-05") == set() == found(month="x")
    assert [found(state=one) for one in ("current", "left", "cancelled")] == [{"甲"}, {"乙"}, {"丙"}]
    shown = {one.person.name: one.days_attended for one in client.get(LEDGER).context["cl"].result_list}
    assert shown == {"甲": 30, "乙": 0, "丙": 0}


def test_a_file_of_the_ledger_has_the_days_of_each_month(make_person, make_stay, home):
    make_stay(make_person("甲"), home, months={4: 10, 3: 20}, left_on=date(2019, 4, 30), leaving_reason="就业")
    stay = FacilityStay.objects.with_days().get()
    told = {word: read(stay) for word, read in StaysFile.columns.items()}
    assert told["每月出勤"] == "2019-03 20 天；2019-04 10 天" and told["累计出勤（天）"] == 30
    assert (told["残疾人之家"], told["退出原因"], told["状态"]) == (home.name, "就业", "已退出")
    assert "*" in told["身份证号"]


def test_a_stay_is_taken_back_from_its_page(client, make_person, make_stay, home):
    stay = make_stay(make_person(), home, months={3: 20})
    cancel = reverse("services:cancel_stay", args=[stay.pk])
    assert cancel in client.get(change_page(stay)).content.decode()
    assert "1 个月，一并撤销" in client.get(cancel).content.decode()
    assert client.post(cancel, {"reason": "登记错人"}).status_code == 302
    assert not FacilityStay.objects.standing().exists()
    assert client.post(change_page(stay), {"remarks": "改"} | rows_of()).status_code == 403


def test_the_reviewer_looks_and_changes_nothing(make_staff, make_person, make_stay, home, sign_in):
    stay = make_stay(make_person("甲"), home, months={3: 20})
    client = sign_in(make_staff("reviewer", role="district_reviewer"))
    assert "2019年3月" in client.get(change_page(stay)).content.decode()
    assert client.post(change_page(stay), rows_of(("2019-03", 1))).status_code == 403
    assert client.get(ADD).status_code == client.get(reverse("services:cancel_stay", args=[stay.pk])).status_code == 403
    assert "登记入家" not in client.get(page_of(home)).content.decode()


# -- the facility's page -----------------------------------------------------------------------------------------------


def test_the_facility_shows_who_is_served_of_how_many_places(
    haizhou_clerk, make_person, make_stay, make_home, home, see, sound
):
    for name in "甲乙丙":
        make_stay(make_person(name), home, months={3: 20, 4: 0 if name == "甲" else 11})
    page = see(haizhou_clerk)
    sound(page_of(home))
    panel = page.get_by_role("region", name="服务对象")
    month = panel.get_by_role("rowheader", name="2019-03").bounding_box()
    assert month["height"] < 40, "a month stands on one line on a phone"
    expect(panel).to_contain_text("超员：在册 3 人，可服务 2 人，超出 1 人。")
    expect(panel.get_by_role("row", name=re.compile("^2019-03"))).to_contain_text("2019-03336020.0")
    expect(panel.get_by_role("row", name=re.compile("^2019-04"))).to_contain_text("2019-04322211.0")
    expect(panel.get_by_role("row", name=re.compile("^甲"))).to_contain_text("甲2019-03-0420")
    panel.get_by_role("link", name="完整名单和已退出的人员").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(3)
    sound.here()
    page.goto(page_of(home))
    page.get_by_role("link", name="登记入家").click()
    expect(page.locator("#id_facility")).to_have_value(str(home.pk))
    sound.here()
    page.goto(page_of(home))
    page.get_by_role("link", name=re.compile("^出勤.*乙$")).click()
    expect(page.locator("#id_attendance-0-month")).to_have_value("2019-04")
    sound.here()
    days = page.locator("#id_attendance-0-days").bounding_box()
    assert days["x"] + days["width"] < 390, "what is typed into stands on a phone without scrolling"
    page.get_by_role("link", name="撤销", exact=True).click()
    expect(page.get_by_text("2 个月，一并撤销")).to_be_visible()
    sound.here()


@pytest.mark.parametrize(
    ("capacity", "said"),
    [(None, "在册 1 人；没有登记可服务人数。"), (1, "在册 1 人，可服务 1 人，还可接收 0 人。"),
     (20, "在册 1 人，可服务 20 人，还可接收 19 人。")],
)  # fmt: skip
def test_places_left_are_said(capacity, said, client, make_person, make_stay, make_home):
    home = make_home(capacity=capacity)
    make_stay(make_person("甲"), home)
    make_stay(make_person("乙"), home, left_on=date(2019, 5, 1), leaving_reason="就业")
    text = client.get(page_of(home)).content.decode()
    assert said in text and "超员" not in text and "乙</a>" not in text


def test_who_is_registered_elsewhere_is_counted_and_not_named(
    make_person, make_stay, make_home, make_staff, city_clerk, sign_in
):
    home = make_home(capacity=20)
    make_stay(make_person("欧阳甲"), home)
    make_stay(make_person("司马乙", area=DONGHAI_TOWN), home)
    text = sign_in(make_staff("clerk")).get(page_of(home)).content.decode()
    assert "在册 2 人" in text and "其中 1 人由其他地区登记" in text
    assert "欧阳甲" in text and "司马乙" not in text
    assert "司马乙" in sign_in(city_clerk).get(page_of(home)).content.decode()


def test_a_home_says_who_should_have_been_struck_from_its_register(client, make_person, make_stay, make_home):
    home = make_home(capacity=20)
    dead = make_person("甲")
    make_stay(dead, home)
    make_stay(make_person("乙"), home)
    type(dead).objects.filter(pk=dead.pk).update(died_on=date(2019, 6, 1))
    type(home).objects.filter(pk=home.pk).update(stage="revoked", revoked_on=date(2019, 9, 1))
    text = client.get(page_of(home)).content.decode()
    assert "另有 1 人档案已登记去世或迁出" in text
    assert "已于 2019-09-01 撤销，仍有 1 人没有登记退出" in text and "登记入家" not in text
    assert "在册 1 人；设施已撤销，不再接收。" in text and "还可接收" not in text


def test_a_closed_home_that_everybody_left_has_no_place_to_offer(client, make_person, make_stay, make_home):
    home = make_home(capacity=20)
    make_stay(make_person("甲"), home, left_on=date(2019, 8, 31), leaving_reason="所在残疾人之家撤销")
    type(home).objects.filter(pk=home.pk).update(stage="revoked", revoked_on=date(2019, 9, 1))
    text = client.get(page_of(home)).content.decode()
    assert "在册 0 人；设施已撤销，不再接收。" in text and "现在没有在册人员。" in text


def test_a_facility_of_another_kind_has_no_register(client, make_home):
    assert "服务对象" not in client.get(page_of(make_home("康复点", kind="home_rehab_point"))).content.decode()


def test_the_page_costs_the_same_whatever_the_length_of_the_register(client, make_person, make_stay, home):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(page_of(home)).status_code == 200
        return len(captured)

    make_stay(make_person("甲"), home, months={3: 20})
    client.get(page_of(home))
    few = cost()
    for number in range(8):
        make_stay(make_person(f"人{number}"), home, months={month: 9 for month in range(4, 10)})
    assert cost() == few


def test_a_long_register_is_cut_and_says_so(client, make_person, make_stay, home, monkeypatch):
    monkeypatch.setattr("services.facility_panel.LISTED", 2)
    for name in "甲乙丙":
        make_stay(make_person(name), home)
    assert "另有 1 人，见完整名单" in client.get(page_of(home)).content.decode()


# -- the person's page -------------------------------------------------------------------------------------------------


def test_the_stay_stands_on_the_persons_timeline(client, make_person, make_stay, make_home, home, city_clerk):
    person = make_person()
    make_stay(person, home, months={3: 20, 4: 11}, left_on=date(2019, 5, 31), leaving_reason="转到其他机构")
    wrong = make_stay(person, make_home("朐阳街道残疾人之家", area="320706001"), date(2019, 6, 1))
    cancel_stay(by=city_clerk, stay=wrong, reason="登记错人")
    page = client.get(reverse("one_person", args=[person.pk])).context["page"]
    entries = [one for _, lines in page.timeline.years for one in lines if one.title.startswith("入家")]
    assert [(str(one.day), one.title, one.detail, one.void) for one in entries] == [
        ("2019-06-01", "入家：朐阳街道残疾人之家", "撤销原因：登记错人", "已撤销"),
        ("2019-03-04", "入家：新海街道残疾人之家", "2019-05-31 退出（转到其他机构）；累计出勤 31 天", ""),
    ]
    assert client.get(entries[1].url).status_code == 200


def test_stays_of_another_county_are_not_on_the_timeline(
    make_person, make_stay, make_home, donghai_clerk, city_clerk, sign_in
):
    person = make_person("甲", area=DONGHAI_TOWN)
    make_stay(person, make_home())
    FacilityStay.objects.update(area=make_home("另一之家").area)
    address = reverse("one_person", args=[person.pk])
    assert "入家" not in sign_in(donghai_clerk).get(address).content.decode()
    assert "入家：新海街道残疾人之家" in sign_in(city_clerk).get(address).content.decode()


# -- programs ----------------------------------------------------------------------------------------------------------


def test_a_program_is_told_of_a_stay_and_its_months(client, make_person, make_stay, home):
    person = make_person("欧阳慧敏")
    stay = make_stay(person, home, months={3: 20, 4: 11})
    MonthlyAttendance.objects.filter(days=11).update(
        cancelled_at=stay.recorded_at, cancelled_by=stay.recorded_by, cancel_reason="录错"
    )
    listed = client.get("/api/v1/facility-stays", {"facility": home.pk, "state": "current"}).json()["results"]
    assert [(one["name"], one["facility_name"], one["days_attended"]) for one in listed] == [
        ("欧阳慧敏", home.name, 20)
    ]
    told = client.get(f"/api/v1/facility-stays/{stay.pk}").json()
    assert told["attendance"] == [{"month": "2019-03-01", "days": 20}]
    assert (told["state_name"], told["left_on"]) == ("在册", None) and person.id_number not in str(told)
    assert client.get("/api/v1/facility-stays", {"state": "left"}).json()["count"] == 0
