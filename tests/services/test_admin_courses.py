"""Courses in the admin, who is on them, and the forms that tie a record to its course or to the need it meets."""

from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import expect

from services.courses import record_course
from services.filters import state_of
from services.models import CourseAttendance, NewEmployment, PrecisionService, ServiceKind, TrainingCourse
from tests.isolation.pages import form_data

BEGUN, OVER = date(2019, 3, 4), date(2019, 3, 15)


def address(model, page="changelist", *args):
    return reverse(f"admin:services_{model}_{page}", args=args)


def entry(person, kind, **values):
    kind = ServiceKind.objects.get(code=kind).pk
    return {"name": person.name, "id_number": person.id_number, "kind": kind, **values}


def errors_of(response) -> dict:
    return {name: "".join(said) for name, said in response.context["adminform"].form.errors.items()}


def said(response) -> str:
    return "".join(map(str, get_messages(response.wsgi_request)))


@pytest.fixture
def client(haizhou_clerk, sign_in):
    return sign_in(haizhou_clerk)


@pytest.fixture
def course(haizhou_clerk):
    told = {"name": "盲人按摩", "institution": "市一校", "starts_on": BEGUN, "ends_on": OVER, "hours": 80}
    return record_course(by=haizhou_clerk, course=TrainingCourse(**told))


@pytest.fixture
def attend(make_service, make_person, course):
    def attending(name="甲", **fields):
        person = make_person(name, category=4, grade=3)
        return make_service(person, "real_name_training", BEGUN, course=course, **fields)

    return attending


# -- courses ---------------------------------------------------------------------------------------------------------


def test_a_clerk_records_a_course_of_the_own_county_once(client, haizhou_clerk):
    sent = {"name": "电商", "institution": "市一校", "starts_on": "2019-03-04", "area": haizhou_clerk.area_id}
    assert client.post(address("trainingcourse", "add"), sent).status_code == 302
    made = TrainingCourse.objects.get()
    assert (made.area, made.recorded_by, made.job) == (haizhou_clerk.area, haizhou_clerk, None)
    again = client.post(address("trainingcourse", "add"), sent)
    assert "已经登记" in errors_of(again)["__all__"] and TrainingCourse.objects.count() == 1


def test_a_correction_that_can_not_be_is_said_in_the_form(client, course, attend):
    attend(completed_on=OVER)
    page = address("trainingcourse", "change", course.pk)
    sent = form_data(client.get(page))
    response = client.post(page, sent | {"ends_on": "2019-03-20"})
    assert "已有学员在新的日期之前结业" in errors_of(response)["__all__"]
    assert client.post(page, sent | {"ends_on": "2019-03-14"}).status_code == 302
    assert CourseAttendance.objects.get().ended_on == date(2019, 3, 14)


def test_the_course_of_an_office_above_is_only_looked_at(client, city_clerk, attend, course):
    above = record_course(
        by=city_clerk, course=TrainingCourse(name="电商", institution="市一校", starts_on=BEGUN, ends_on=OVER)
    )
    page = client.get(address("trainingcourse", "change", above.pk))
    assert page.status_code == 200 and 'name="_save"' not in page.content.decode()
    assert client.post(address("trainingcourse", "change", above.pk), {"name": "别的"}).status_code == 403


def test_the_page_and_the_list_ask_no_more_for_many_people(client, course, attend):
    def statements(page):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page).status_code == 200
        return len(asked)

    pages = address("trainingcourse"), address("trainingcourse", "change", course.pk)
    attend("甲", completed_on=OVER)
    few = [statements(page) for page in pages]
    for name in "乙丙丁戊己":
        attend(name)
    assert all(many <= before for many, before in zip(map(statements, pages), few, strict=True))
    text = client.get(pages[1]).content.decode()
    assert all(name in text for name in "甲乙丙丁戊己") and text.count("未结业") == 5


def test_courses_are_narrowed_by_stage_and_year(client, course):
    for query, found in (("stage=over", 1), ("stage=going_on", 0), ("year=2019", 1), ("year=1999", 0)):
        rows = client.get(f"{address('trainingcourse')}?{query}").context["cl"].result_list
        assert len(rows) == found, query


def test_a_roll_that_no_database_can_number_is_no_error_of_the_portal(client):
    answer = client.get(f"{address('trainingcourse')}?job={'9' * 20}", follow=True)
    assert answer.status_code == 200 and answer.redirect_chain[-1][0] == f"{address('trainingcourse')}?e=1"


# -- who is on them --------------------------------------------------------------------------------------------------


def test_who_is_put_on_a_course_needs_nothing_typed_that_the_course_says(client, course, make_person):
    sent = entry(make_person(category=1, grade=1), "real_name_training", course=course.pk)
    assert client.post(address("courseattendance", "add"), sent).status_code == 302
    one = CourseAttendance.objects.get()
    assert (one.content, one.institution, one.served_on, one.ended_on, one.hours) == (
        "盲人按摩", "市一校", BEGUN, OVER, 80,
    )  # fmt: skip


def test_what_is_typed_otherwise_than_the_course_is_refused(client, course, make_person):
    sent = entry(make_person(category=1, grade=1), "real_name_training", course=course.pk, served_on="2019-03-05")
    response = client.post(address("courseattendance", "add"), sent)
    assert "与所选的培训班不一致" in errors_of(response)["served_on"]
    sent = sent | {"served_on": "", "completed_on": "2019-03-14"}
    response = client.post(address("courseattendance", "add"), sent)
    assert "不能早于培训的结束日期" in errors_of(response)["completed_on"]
    response = client.post(address("courseattendance", "add"), sent | {"course": ""})
    assert "请选择培训班，或填写开班日期" in errors_of(response)["served_on"]
    assert not CourseAttendance.objects.exists()


def test_courses_are_offered_from_the_own_place_and_above(client, course, city_clerk, donghai_clerk):
    for by in (city_clerk, donghai_clerk):
        record_course(by=by, course=TrainingCourse(name=by.username, institution="市一校", starts_on=BEGUN))
    asked = {"app_label": "services", "model_name": "courseattendance", "field_name": "course"}
    found = client.get(reverse("admin:autocomplete"), asked).json()["results"]
    assert {one["text"].split()[0] for one in found} == {"盲人按摩", city_clerk.username}


def test_a_selection_is_marked_as_finished(client, course, attend):
    rows = [attend(name) for name in "甲乙丙"]
    sent = {"action": "finish", "_selected_action": [one.pk for one in rows[:2]]}
    page = address("courseattendance")
    asked = client.post(page, sent)
    assert asked.status_code == 200 and "2</strong> 人登记为结业" in asked.content.decode()
    early = client.post(page, sent | {"confirmed": "yes", "completed_on": "2019-03-10"})
    assert early.status_code == 422 and "还没有结束" in early.content.decode()
    done = client.post(page, sent | {"confirmed": "yes", "completed_on": "2019-03-15"})
    assert done.status_code == 302 and "已登记 2 人结业" in said(done)
    assert set(CourseAttendance.objects.unfinished()) == {rows[2]}
    again = client.post(page, sent)
    assert again.status_code == 302 and "都已经结业或已撤销" in said(again), "no page that asks a day for nobody"
    narrowed = client.get(page, {"course__id__exact": course.pk}).context["cl"].result_list
    assert len(narrowed) == 3


def test_the_page_of_finishing_has_nothing_wrong_on_a_desk_and_on_a_phone(haizhou_clerk, see, sound, course, attend):
    first, second = attend("甲"), attend("乙")
    page = see(haizhou_clerk)
    page.goto(f"{address('courseattendance')}?course__id__exact={course.pk}")
    for one in (first, second):
        page.locator(f'input[name="_selected_action"][value="{one.pk}"]').check()
    page.get_by_label("操作").select_option(label="登记结业")
    page.get_by_role("button", name="执行").click()
    expect(page.get_by_text("下列 2 人登记为结业")).to_be_visible()
    sound.here()
    page.get_by_role("button", name="登记结业").click()
    expect(page.get_by_text("请填写结业日期。")).to_be_visible()
    sound.here()
    page.get_by_label("结业日期").fill("2019-03-15")
    page.get_by_role("button", name="登记结业").click()
    expect(page.get_by_text("已登记 2 人结业")).to_be_visible()
    assert not CourseAttendance.objects.unfinished().exists()


# -- new employment: what is said is what is counted -----------------------------------------------------------------


def test_somebody_who_was_employed_before_is_not_said_to_count(client, make_person, make_service, counted):
    person, fresh = make_person(category=4, grade=3), make_person("李四", category=4, grade=3)
    make_service(person, "new_employment", date(2017, 5, 1), institution="旧单位")
    sent = {"served_on": "2019-02-01", "institution": "新单位", "form": "other"}
    response = client.post(address("newemployment", "add"), entry(person, "new_employment", **sent))
    assert "不计入新增就业" in said(response)
    response = client.post(address("newemployment", "add"), entry(fresh, "new_employment", **sent))
    assert said(response).count("不计入新增就业") == 1, "that of the first is still to be shown"
    assert counted("services.newly_employed", "new_employment") == 1
    states = {one.person.name: state_of(one) for one in NewEmployment.objects.filter(served_on__year=2019)}
    assert states == {person.name: "上年末已就业，不计入", "李四": "已计入"}
    listed = client.get(address("newemployment"), {"year": "2019", "state": "counting"}).context["cl"].result_list
    assert [one.person for one in listed] == [fresh]
    newest = NewEmployment.objects.get(person=person, served_on__year=2019)
    page = client.get(address("newemployment", "change", newest.pk))
    assert "上年末已就业，不计入" in page.content.decode() and "已计入" not in page.content.decode()


@pytest.mark.parametrize(
    ("begun", "ended", "told"),
    [
        (date(2017, 5, 1), None, "not_new"), (date(2017, 5, 1), date(2018, 12, 31), "not_new"),
        (date(2017, 5, 1), date(2018, 12, 30), "counting"), (date(2018, 12, 31), date(2019, 1, 2), "not_new"),
        (date(2019, 1, 1), date(2019, 1, 2), "counting"),
    ],
)  # fmt: skip
def test_what_is_said_and_what_is_counted_agree_to_the_day(begun, ended, told, make_person, make_service):
    person = make_person(category=4, grade=3)
    make_service(person, "new_employment", begun, institution="旧单位", ended_on=ended)
    one = make_service(person, "new_employment", date(2019, 2, 1), institution="新单位")
    counts = NewEmployment.objects.filter(pk__in=_newly_employed(2019)).filter(pk=one.pk).exists()
    found = getattr(NewEmployment.objects, told)().filter(pk=one.pk).exists()
    assert (found, counts) == (True, told == "counting")


def _newly_employed(year):
    from services.models import Service

    return Service.objects.newly_employed_in("new_employment", year).values("pk")


def test_the_list_of_all_services_asks_no_more_for_many_employments(client, make_person, make_service):
    def statements():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address("service")).status_code == 200
        return len(asked)

    make_service(make_person(category=4, grade=3), "new_employment", date(2019, 2, 1))
    few = statements()
    for name in "乙丙丁":
        make_service(make_person(name, category=4, grade=3), "new_employment", date(2019, 2, 1))
    assert statements() == few


# -- the need that a precision service meets -------------------------------------------------------------------------


@pytest.fixture
def in_need(make_person, make_service):
    def make(name="甲", *needs):
        person = make_person(name, category=4, grade=2)
        return person, [make_service(person, "rehab_need", date(2019, 2, 1), need=need) for need in needs]

    return make


def test_who_has_open_needs_is_asked_which_one_is_met(client, in_need, make_service):
    person, (training, device) = in_need("甲", "training", "device")
    make_service(person, "assistive_devices", date(2019, 3, 1), device=_wheelchair(), signed_on=date(2019, 3, 1))
    _, (foreign,) = in_need("乙", "training")
    sent = entry(person, "precision_rehab_rate", served_on="2019-05-06", need="training", content="步行训练")
    page = address("precisionservice", "add")
    asked = client.post(page, sent)
    assert "请选择本次服务满足哪一项" in errors_of(asked)["meets"]
    offered = [key for key, _ in asked.context["adminform"].form.fields["meets"].choices]
    assert offered == ["", str(training.pk), "none"], "the device was handed out, the other is somebody else's"
    for wrong in (foreign.pk, device.pk, 987654321):
        assert "没有这项未满足的康复需求" in errors_of(client.post(page, sent | {"meets": wrong}))["meets"]
    other = client.post(page, sent | {"meets": training.pk, "need": "support"})
    assert "服务类别应与它相同" in errors_of(other)["need"]
    assert client.post(page, sent | {"meets": training.pk}).status_code == 302
    service = PrecisionService.objects.get()
    assert service.meets == training
    text = client.get(address("precisionservice", "change", service.pk)).content.decode()
    assert f'<option value="{training.pk}" selected>' in text


def test_who_has_no_open_need_is_not_asked_and_none_may_be_meant(client, in_need):
    person, _ = in_need("甲")
    sent = entry(person, "precision_rehab_rate", served_on="2019-05-06", need="training", content="步行训练")
    assert client.post(address("precisionservice", "add"), sent).status_code == 302
    other, _ = in_need("乙", "device")
    sent = entry(other, "precision_rehab_rate", served_on="2019-05-06", need="training", meets="none")
    assert client.post(address("precisionservice", "add"), sent).status_code == 302
    assert set(PrecisionService.objects.values_list("meets", flat=True)) == {None}


def test_a_new_kind_of_service_says_which_need_it_meets(city_clerk, sign_in):
    sent = {"name": "盲人定向行走", "code": "orientation", "unit": "人", "group": "rehabilitation",
            "record_form": "general", "proof": "none", "meets_need": "training"}  # fmt: skip
    assert sign_in(city_clerk).post(address("servicekind", "add"), sent).status_code == 302
    assert ServiceKind.objects.get(code="orientation").meets_need == "training"


def _wheelchair():
    from services.models import DeviceType

    return DeviceType.objects.get(code="wheelchair")
