"""托养, 就业 and 入学 in the admin: what the forms ask, refuse and settle."""

from datetime import date

import pytest
from django.urls import reverse

from services.models import CourseAttendance, NewEmployment, RespitePlacement, SchoolEnrolment, ServiceKind
from tests.fixtures_city import make_id


def address(model, page="changelist", *args):
    return reverse(f"admin:services_{model}_{page}", args=args)


def entry(person, kind, **values):
    kind = ServiceKind.objects.get(code=kind).pk
    return {"name": person.name, "id_number": person.id_number, "kind": kind, **values}


def errors_of(response) -> str:
    return "".join(text for said in response.context["adminform"].form.errors.values() for text in said)


@pytest.fixture
def client(haizhou_clerk, sign_in):
    return sign_in(haizhou_clerk)


def test_a_placement_is_entered_for_who_is_severely_disabled(client, make_person):
    severe, light = make_person(category=5, grade=2), make_person("李四", category=5, grade=3)
    told = {"served_on": "2019-03-01", "mode": "day", "months": 3, "institution": "某托养中心"}
    assert "等级不在本项服务的范围之内" in errors_of(
        client.post(address("respiteplacement", "add"), entry(light, "respite_care", **told))
    )
    sent = entry(severe, "respite_care", **told)
    assert "托养月数至少为 1" in errors_of(client.post(address("respiteplacement", "add"), {**sent, "months": 0}))
    assert client.post(address("respiteplacement", "add"), sent).status_code == 302
    assert RespitePlacement.objects.get().counted_on == date(2019, 3, 1)


def test_finishing_a_course_makes_it_count(client, make_person):
    sent = entry(make_person(category=1, grade=1), "real_name_training", served_on="2019-03-01", content="盲人按摩")
    assert client.post(address("courseattendance", "add"), sent).status_code == 302
    attendance = CourseAttendance.objects.get()
    assert attendance.counted_on is None
    page = address("courseattendance", "change", attendance.pk)
    response = client.post(page, {**sent, "certificate_no": "PX1"})
    assert "填写了证书编号的，请填写结业日期" in errors_of(response)
    assert client.post(page, {**sent, "certificate_no": "PX1", "completed_on": "2019-03-20"}).status_code == 302
    attendance.refresh_from_db()
    assert attendance.counted_on == date(2019, 3, 20)


def test_who_is_above_working_age_is_refused(client, make_person):
    old = make_person(id_number=make_id(1, date(1959, 2, 1)), category=4, grade=2)
    sent = entry(old, "new_employment", served_on="2019-03-01", institution="某公司", form="other")
    assert "年龄不在本项服务的范围之内" in errors_of(client.post(address("newemployment", "add"), sent))
    assert not NewEmployment.objects.exists()


def test_a_child_stands_once_in_a_school_year_with_a_school_or_a_reason(client, make_person):
    child = make_person("小甲", id_number=make_id(1, date(2010, 5, 1)), category=5, grade=2)
    sent = entry(child, "compulsory_enrolment_rate", served_on="2019-09-10", school_year=2019)
    page = address("schoolenrolment", "add")
    assert "已入学的请填写学校" in errors_of(client.post(page, {**sent, "schooling": "inclusive_class"}))
    assert "没有入学的请填写原因" in errors_of(client.post(page, {**sent, "schooling": "not_enrolled"}))
    assert client.post(page, {**sent, "schooling": "inclusive_class", "school": "实验小学"}).status_code == 302
    again = client.post(page, {**sent, "schooling": "home_teaching", "school": "市特校", "served_on": "2019-10-10"})
    assert "同一项服务已经登记" in errors_of(again)
    assert SchoolEnrolment.objects.get().school == "实验小学"


def test_rosters_are_narrowed_by_school_year(client, make_person, make_service):
    child = make_person("小甲", id_number=make_id(1, date(2010, 5, 1)), category=5, grade=2)
    for year in (2018, 2019):
        told = {"school_year": year, "schooling": "inclusive_class", "school": "实验小学"}
        make_service(child, "compulsory_enrolment_rate", date(year, 9, 10), **told)
    found = client.get(address("schoolenrolment"), {"school_year": "2018"}).context["cl"].result_list
    assert [one.school_year for one in found] == [2018]
    assert not client.get(address("schoolenrolment"), {"school_year": "1999"}).context["cl"].result_list
