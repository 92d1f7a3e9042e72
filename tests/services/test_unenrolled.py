"""The work list of children who do not go to school: of one's own place, by town, as of a day."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate
from playwright.sync_api import expect

from services.models import school_year_of
from tests.fixtures_city import DONGHAI_TOWN, make_id

PAGE = "/admin/records/unenrolled/"
DAY = {"day": "2019-10-01"}


@pytest.fixture
def make_child(make_person):
    numbers = iter(range(100))

    def make(name, **fields):
        return make_person(name, id_number=make_id(next(numbers), date(2010, 5, 1)), category=5, grade=2, **fields)

    return make


@pytest.fixture
def enrol(make_service):
    def written(child, schooling, **fields):
        return make_service(
            child, "compulsory_enrolment_rate", date(2019, 9, 10), school_year=2019, schooling=schooling, **fields
        )

    return written


def names(response):
    return [one.person.name for one in response.context["children"]]


def test_the_list_names_who_does_not_go_to_school_with_the_reason(haizhou_clerk, sign_in, make_child, enrol):
    enrol(make_child("在校"), "inclusive_class", school="实验小学")
    enrol(make_child("延缓"), "deferred", reason="12号批准")
    enrol(make_child("未入"), "not_enrolled", reason="长期住院")
    child = make_child("没有登记")
    answer = sign_in(haizhou_clerk).get(PAGE, DAY)
    assert {one.person.name: (one.why, one.age) for one in answer.context["children"]} == {
        "未入": ("长期住院", 9), "没有登记": ("名册中没有登记", 9),
    }  # fmt: skip
    text = answer.content.decode()
    assert "2 名适龄残疾儿童在 2019—2020 学年 名册中没有入学" in text
    assert child.id_number not in text and reverse("one_person", args=[child.pk]) in text


def test_each_town_has_its_number_and_is_chosen_alone(haizhou_clerk, sign_in, make_child):
    make_child("甲"), make_child("乙"), make_child("丙", area="320706100")
    client = sign_in(haizhou_clerk)
    answer = client.get(PAGE, DAY)
    assert sorted(number for _, number in answer.context["towns"]) == [1, 2]
    assert names(client.get(PAGE, {**DAY, "town": "320706100"})) == ["丙"]
    assert client.get(PAGE, {**DAY, "town": DONGHAI_TOWN}).status_code == 400


def test_children_of_another_county_are_not_listed(haizhou_clerk, donghai_clerk, city_clerk, sign_in, make_child):
    make_child("甲"), make_child("乙", area=DONGHAI_TOWN)
    listed = [names(sign_in(one).get(PAGE, DAY)) for one in (haizhou_clerk, donghai_clerk, city_clerk)]
    assert [sorted(one) for one in listed] == [["甲"], ["乙"], ["乙", "甲"]]


def test_before_a_school_year_has_its_roster_the_list_is_as_of_the_last_one(haizhou_clerk, sign_in, make_child, enrol):
    enrol(make_child("在校"), "inclusive_class", school="实验小学")
    make_child("没有登记")
    answer = sign_in(haizhou_clerk).get(PAGE)
    assert (answer.context["day"], names(answer)) == (date(2019, 9, 10), ["没有登记"])


def test_once_the_school_year_has_a_roster_the_list_is_as_of_today(haizhou_clerk, sign_in, make_child, make_service):
    today = localdate()
    fields = {"school_year": school_year_of(today), "schooling": "inclusive_class", "school": "实验小学"}
    make_service(make_child("在校"), "compulsory_enrolment_rate", today, **fields)
    assert sign_in(haizhou_clerk).get(PAGE).context["day"] == today


def test_roles_that_see_no_roster_are_refused(make_staff, sign_in):
    assert sign_in(make_staff("admin", area="320700", role="system_admin")).get(PAGE).status_code == 403


def test_the_day_that_can_not_be_read_is_said(haizhou_clerk, sign_in):
    answer = sign_in(haizhou_clerk).get(PAGE, {"day": "去年"})
    assert answer.status_code == 400 and "日期应写成" in answer.content.decode()


@pytest.mark.parametrize("day", ["0001-01-01", "0016-09-01", "1986-06-30"])
def test_a_day_before_there_was_a_school_age_is_refused_with_a_sentence(haizhou_clerk, sign_in, day):
    answer = sign_in(haizhou_clerk).get(PAGE, {"day": day})
    assert answer.status_code == 400 and "截至日期不能早于 1986-07-01" in answer.content.decode()


def test_the_list_of_many_asks_no_more_and_is_reached_from_the_roster(haizhou_clerk, sign_in, make_child):
    client = sign_in(haizhou_clerk)
    assert PAGE in client.get(reverse("admin:services_schoolenrolment_changelist")).content.decode()

    def statements():
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE, DAY)
        return len(asked)

    make_child("甲")
    few = statements()
    for name in "乙丙丁戊己":
        make_child(name)
    assert statements() <= few < 15


def test_the_list_has_nothing_wrong_on_a_desk_and_on_a_phone(haizhou_clerk, see, sound, make_child, enrol):
    enrol(make_child("欧阳慧敏"), "not_enrolled", reason="长期住院，家长要求明年再入学")
    page = see(haizhou_clerk)
    sound(f"{PAGE}?day=2019-10-01")
    row = page.get_by_role("row", name=re.compile("^欧阳慧敏")).bounding_box()
    assert row["height"] < 80, "a name stands on one line on a phone, and the table is scrolled"
    page.get_by_label("截至日期").fill("0016-09-01")
    page.get_by_role("button", name="筛选").click()
    expect(page.get_by_text("截至日期不能早于 1986-07-01")).to_be_visible()
    sound.here()
