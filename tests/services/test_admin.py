"""Services in the admin: entered by hand, corrected, found, taken back."""

from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from services.models import CataractSurgery, ChildTraining, DeviceIssue, DeviceType, Service, ServiceKind
from tests.fixtures_city import DONGHAI_TOWN, make_id


def address(model, page="changelist", *args):
    return reverse(f"admin:services_{model}_{page}", args=args)


def entry(person, kind, **values):
    kind = ServiceKind.objects.get(code=kind).pk
    return {"name": person.name, "id_number": person.id_number, "kind": kind, "quantity": 1, **values}


def errors_of(response) -> dict:
    return {name: "".join(said) for name, said in response.context["adminform"].form.errors.items()}


def test_a_clerk_enters_a_record_of_a_kind_that_needs_no_code(haizhou_clerk, sign_in, make_person):
    ServiceKind.objects.create(code="chess", name="象棋进社区", unit="人次")
    person = make_person()
    sent = entry(person, "chess", served_on="2019-05-18", content="象棋比赛")
    assert sign_in(haizhou_clerk).post(address("service", "add"), sent).status_code == 302
    service = Service.objects.get()
    assert (service.person, service.area, service.counted_on) == (person, person.area, date(2019, 5, 18))
    assert service.recorded_by == haizhou_clerk


def test_the_form_says_what_speaks_against_a_service(haizhou_clerk, sign_in, make_person):
    client = sign_in(haizhou_clerk)
    adult = make_person(category=5, grade=2)
    response = client.post(
        address("childtraining", "add"), entry(adult, "child_rehab_training", served_on="2019-05-18")
    )
    assert "年龄不在本项服务的范围之内" in errors_of(response)["served_on"]
    foreign = make_person("李四", area=DONGHAI_TOWN)
    response = client.post(address("service", "add"), entry(foreign, "culture_sport", served_on="2019-05-18"))
    assert "您的辖区内没有" in errors_of(response)["id_number"]
    response = client.post(
        address("service", "add"), {**entry(adult, "culture_sport", served_on="2019-05-18"), "name": "王五"}
    )
    assert "姓名与残疾人档案不一致" in errors_of(response)["name"]
    assert not Service.objects.exists()


def test_the_second_surgery_of_an_eye_is_refused_with_a_sentence(haizhou_clerk, sign_in, make_person):
    client, patient = sign_in(haizhou_clerk), make_person()
    sent = entry(patient, "cataract_surgery", served_on="2019-05-18", eye="left")
    assert client.post(address("cataractsurgery", "add"), sent).status_code == 302
    response = client.post(address("cataractsurgery", "add"), {**sent, "served_on": "2019-06-18"})
    assert "同一项服务已经登记" in errors_of(response)["__all__"]
    assert client.post(address("cataractsurgery", "add"), {**sent, "eye": "right"}).status_code == 302
    assert set(CataractSurgery.objects.values_list("eye", flat=True)) == {"left", "right"}


def test_signing_for_a_device_makes_it_count(haizhou_clerk, sign_in, make_person):
    client, person = sign_in(haizhou_clerk), make_person(category=4, grade=2)
    device = DeviceType.objects.get(code="wheelchair")
    sent = entry(person, "assistive_devices", served_on="2019-05-18", device=device.pk, nature="issue")
    assert client.post(address("deviceissue", "add"), sent).status_code == 302
    issue = DeviceIssue.objects.get()
    assert issue.counted_on is None
    page = address("deviceissue", "change", issue.pk)
    early = client.post(page, {**sent, "signed_on": "2019-05-17"})
    assert "签收" in errors_of(early)["served_on"]
    assert client.post(page, {**sent, "signed_on": "2019-05-19"}).status_code == 302
    issue.refresh_from_db()
    assert issue.counted_on == date(2019, 5, 19)


def test_a_record_is_found_by_the_persons_number(haizhou_clerk, sign_in, make_person, make_service):
    person, other = make_person("甲"), make_person("乙")
    for one in (person, other):
        make_service(one)
    for words in (person.id_number, person.id_number[-4:], "甲"):
        found = sign_in(haizhou_clerk).get(address("service"), {"q": words}, follow=True).context["cl"].result_list
        assert person in {service.person for service in found}
        assert len(words) < 18 or len(found) == 1
    assert person.id_number not in sign_in(haizhou_clerk).get(address("service")).content.decode()


def test_lists_are_narrowed_by_state_and_year(haizhou_clerk, sign_in, make_person, make_service, cancelled):
    person, device = make_person(), DeviceType.objects.get(code="wheelchair")
    waiting = make_service(person, "assistive_devices", device=device)
    taken_back = cancelled(make_service(person, "assistive_devices", date(2018, 3, 1), device=device))
    client = sign_in(haizhou_clerk)

    def listed(**query):
        return {one.pk for one in client.get(address("deviceissue"), query).context["cl"].result_list}

    assert listed(state="waiting") == listed(year="2019") == {waiting.pk}
    assert listed(state="cancelled") == listed(year="2018") == {taken_back.pk}
    assert listed(state="counting") == set()


@pytest.fixture
def training(make_service, make_person):
    child = make_person("小甲", id_number=make_id(1, date(2012, 6, 1)), category=5, grade=2)
    return make_service(child, "child_rehab_training")


def test_taking_back_needs_a_reason_and_leaves_the_record(haizhou_clerk, sign_in, training):
    client = sign_in(haizhou_clerk)
    page = reverse("services:cancel", args=[training.pk])
    assert page in client.get(address("childtraining", "change", training.pk)).content.decode()
    assert client.post(page, {"reason": ""}).status_code == 422
    response = client.post(page, {"reason": "登记错人"})
    assert response.status_code == 302
    assert "已撤销" in "".join(str(one) for one in get_messages(response.wsgi_request))
    training.refresh_from_db()
    assert training.cancel_reason == "登记错人"
    shown = client.get(address("childtraining", "change", training.pk)).content.decode()
    assert "登记错人" in shown and page not in shown and 'name="_save"' not in shown
    assert "现在没有需要您办理的事项" in client.get(page).content.decode()


def test_a_whole_roll_is_taken_back_from_any_of_its_records(take_in, haizhou_clerk, sign_in, make_person):
    rows = [
        {"姓名": one.name, "身份证号": one.id_number, "活动日期": "2019-05-18"}
        for one in (make_person(name, category=4, grade=2) for name in "甲乙")
    ]
    job = take_in("culture_sport", *rows)
    client, page = sign_in(haizhou_clerk), reverse("services:undo", args=[job.uid])
    assert page in client.get(address("service", "change", Service.objects.first().pk)).content.decode()
    assert client.post(page, {"reason": "日期填错"}).status_code == 302
    assert Service.objects.cancelled().count() == 2


def test_nobody_deletes_a_record(city_clerk, sign_in, training):
    client = sign_in(city_clerk)
    assert client.post(address("childtraining", "delete", training.pk), {"post": "yes"}).status_code == 403
    assert ChildTraining.objects.count() == 1


def test_a_typed_record_is_corrected_in_its_own_ledger(haizhou_clerk, sign_in, training):
    client = sign_in(haizhou_clerk)
    assert 'name="_save"' not in client.get(address("service", "change", training.pk)).content.decode()
    assert 'name="_save"' in client.get(address("childtraining", "change", training.pk)).content.decode()


def test_a_kind_with_records_keeps_its_form(city_clerk, sign_in, training):
    kind = training.kind
    data = {"name": kind.name, "unit": "人", "group": "rehabilitation", "record_form": "general", "proof": "none"}
    response = sign_in(city_clerk).post(address("servicekind", "change", kind.pk), data)
    assert "已有服务记录" in errors_of(response)["record_form"]


@pytest.mark.parametrize(("before", "after"), [(False, "on"), (True, "")])
def test_a_kind_with_records_keeps_how_they_are_counted(city_clerk, sign_in, make_person, make_service, before, after):
    kind = ServiceKind.objects.create(code="visit", name="走访慰问", unit="户", is_per_household=before)
    page = address("servicekind", "change", kind.pk)
    data = {"name": kind.name, "unit": "户", "group": "aid", "record_form": "general", "proof": "none"}
    data |= {"is_per_household": after} if after else {}
    service, client = make_service(make_person(), "visit"), sign_in(city_clerk)
    assert "不能再改“记录到户”" in errors_of(client.post(page, data))["is_per_household"]
    Service.objects.filter(pk=service.pk).delete()
    assert client.post(page, data).status_code == 302
    kind.refresh_from_db()
    assert kind.is_per_household is not before


def test_a_device_that_was_handed_out_keeps_its_name(city_clerk, sign_in, make_person, make_service):
    device, client = DeviceType.objects.get(code="wheelchair"), sign_in(city_clerk)
    page = address("devicetype", "change", device.pk)
    data = {"name": "轮椅车", "unit": "辆", "words": "手动轮椅", "is_offered": "on"}
    issue = make_service(make_person(), "assistive_devices", device=device)
    assert "已有发放记录" in errors_of(client.post(page, data))["name"]
    assert client.post(page, data | {"name": device.name}).status_code == 302
    issue.delete()
    assert client.post(page, data).status_code == 302
    device.refresh_from_db()
    assert device.name == "轮椅车"


def test_the_two_halves_of_a_limit_by_age_are_filled_in_together(city_clerk, sign_in):
    kind = ServiceKind.objects.get(code="child_rehab_training")
    data = {"name": kind.name, "unit": "人", "group": "rehabilitation", "record_form": "child_training",
            "proof": "certificate_or_diagnosis", "older_from": 7}  # fmt: skip
    client, page = sign_in(city_clerk), address("servicekind", "change", kind.pk)
    assert "一起填写" in errors_of(client.post(page, data))["older_from"]
    assert client.post(page, data | {"older_categories": ["4", "5"]}).status_code == 302
    kind.refresh_from_db()
    assert (kind.older_from, kind.older_categories) == (7, [4, 5])


def test_what_only_warns_is_said_once_the_record_is_saved(haizhou_clerk, sign_in, make_person):
    def said_of(person):
        sent = entry(person, "cataract_surgery", served_on="2019-05-18", eye="left")
        response = sign_in(haizhou_clerk).post(address("cataractsurgery", "add"), sent)
        assert response.status_code == 302
        return [str(one) for one in get_messages(response.wsgi_request) if one.level_tag == "warning"]

    assert said_of(make_person(hardship="低保")) == []
    assert ["没有困难情况" in sentence for sentence in said_of(make_person("李四"))] == [True]
    assert CataractSurgery.objects.count() == 2


def test_a_certificate_cancelled_since_does_not_keep_a_record_from_being_closed(
    haizhou_clerk, sign_in, make_person, make_service
):
    person = make_person(category=4, grade=1)
    service = make_service(person, "respite_care", date(2019, 3, 1), mode="residential")
    person.certificates.update(status="cancelled")
    page = address("respiteplacement", "change", service.pk)
    sent = {"quantity": 1, "mode": "residential", "served_on": "2019-03-01", "ended_on": "2019-06-01"}
    assert sign_in(haizhou_clerk).post(page, sent).status_code == 302
    service.refresh_from_db()
    assert service.ended_on == date(2019, 6, 1)
    moved = sign_in(haizhou_clerk).post(page, sent | {"served_on": "2019-03-02"})
    assert "served_on" in errors_of(moved)
