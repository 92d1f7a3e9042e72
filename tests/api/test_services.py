"""What programs are told of services is what the ledgers show; one record says also what only its sort says."""

from datetime import date

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services.exports import ServicesFile, SurgeriesFile
from services.models import DeviceType, RecordForm, Service
from services.rolls import ROLL_OF
from tests.isolation.world import MAKERS

TYPED = {str(form): roll.record for form, roll in ROLL_OF.items() if roll.record is not Service}


@pytest.fixture
def surgery(make_service, make_person):
    return make_service(
        make_person("欧阳慧敏"), "cataract_surgery", date(2019, 5, 6), eye="left", sight_before="0.1",
        sight_after="0.6", institution="市一院", amount="800.00", remarks="自费部分另付",
    )  # fmt: skip


def test_a_service_is_told_as_the_pages_and_files_show_it(ask, haizhou_clerk, surgery):
    shown = {
        "name": "姓名", "id_number": "身份证号", "kind_name": "服务种类", "content": "服务内容",
        "institution": "服务机构", "quantity": "数量", "state_name": "状态",
    }  # fmt: skip
    listed = ask(haizhou_clerk)("services")["results"][0]
    told = ask(haizhou_clerk)(f"services/{surgery.pk}")
    for name, column in shown.items():
        assert listed[name] == told[name] == ServicesFile.columns[column](surgery), name
    assert (listed["served_on"], listed["counted_on"], listed["amount"]) == ("2019-05-06", "2019-05-06", "800.00")
    assert listed["place"] == " ".join(SurgeriesFile.columns[one](surgery) for one in ("县区", "乡镇街道"))
    assert told["remarks"] == "自费部分另付" and "remarks" not in listed


def test_one_record_says_what_only_its_sort_says(ask, haizhou_clerk, surgery):
    told = ask(haizhou_clerk)(f"services/{surgery.pk}")
    assert told["record_form"] == "cataract_surgery"
    assert told["cataract_surgery"] == {
        "eye": "left", "eye_name": "左眼", "sight_before": "0.1", "sight_after": "0.6",
    }  # fmt: skip
    assert [form for form in TYPED if told[form] is not None] == ["cataract_surgery"]


def test_every_sort_says_what_its_ledger_shows(ask, haizhou_clerk, haizhou):
    """Every record form has its part of the answer, with each field of its page that is not in all services."""
    assert set(TYPED) == set(RecordForm.values) - {RecordForm.GENERAL}
    for form, model in TYPED.items():
        service = haizhou.records[model._meta.label]
        told = ask(haizhou_clerk)(f"services/{service.pk}")
        own = {field.name for field in model._meta.local_fields}
        on_page = [name for name in admin.site.get_model_admin(model).told if name in own]
        assert told["record_form"] == form
        assert set(on_page) <= set(told[form]) and on_page, form
        assert [other for other in TYPED if told[other] is not None] == [form]


def test_a_device_is_told_by_code_and_name(ask, haizhou_clerk, make_service, make_person):
    cane = DeviceType.objects.get(code="white_cane")
    service = make_service(make_person("张三"), "assistive_devices", device=cane, nature="loan")
    told = ask(haizhou_clerk)(f"services/{service.pk}")
    own = told["device_issue"]
    assert (own["device"], own["device_name"], own["nature_name"]) == ("white_cane", cane.name, "租借")
    assert (told["counted_on"], told["state_name"]) == (None, "暂不计入")


def test_no_number_of_a_student_leaves_whole(ask, haizhou_clerk, haizhou):
    """The number of a student in the country's register is G and the ID number."""
    enrolment = haizhou.records["services.SchoolEnrolment"]
    enrolment.student_no = f"G{haizhou.id_number}"
    enrolment.save()
    told = ask(haizhou_clerk)(f"services/{enrolment.pk}")
    assert told["school_enrolment"]["student_no"] == f"****{haizhou.id_number[-4:]}"
    assert haizhou.id_number not in str(told)


def test_a_role_without_the_ledger_is_not_told_what_it_says(ask, haizhou_clerk, surgery):
    permission = Permission.objects.get(codename="view_cataractsurgery")
    haizhou_clerk.role.permissions.remove(permission)
    told = ask(haizhou_clerk)(f"services/{surgery.pk}")
    assert told["cataract_surgery"] is None and told["kind"] == "cataract_surgery"


def test_a_role_without_services_is_refused(refused, make_staff, surgery):
    administrator = make_staff("administrator", area="320700", role="system_admin")
    for path in ("services", f"services/{surgery.pk}"):
        assert refused(administrator, path)[0] == 403


def test_filters_find_by_kind_day_state_and_person(ask, haizhou_clerk, make_service, make_person, cancelled):
    first, second = make_person("张三"), make_person("李四")
    cane = DeviceType.objects.get(code="white_cane")
    make_service(first, served_on=date(2018, 12, 31))
    make_service(first, "assistive_devices", date(2019, 3, 1), device=cane, signed_on=date(2019, 4, 1))
    make_service(second, "assistive_devices", date(2019, 3, 2), device=cane)
    cancelled(make_service(second, "cataract_surgery", date(2019, 5, 1), eye="left"), reason="重复登记")

    def days(**asked):
        told = ask(haizhou_clerk)("services", ordering="served_on", **asked)
        return [one["served_on"][2:] for one in told["results"]]

    assert days() == ["18-12-31", "19-03-01", "19-03-02", "19-05-01"]
    assert days(kind="assistive_devices") == ["19-03-01", "19-03-02"] and days(kind="nothing") == []
    assert days(group="rehabilitation") == ["19-03-01", "19-03-02", "19-05-01"]
    assert days(state="counting") == ["18-12-31", "19-03-01"]
    assert days(state="waiting") == ["19-03-02"] and days(state="cancelled") == ["19-05-01"]
    assert days(person=second.pk) == ["19-03-02", "19-05-01"]
    assert days(served_from="2019-03-02") == ["19-03-02", "19-05-01"]
    assert days(served_to="2019-03-01") == ["18-12-31", "19-03-01"]
    assert days(counted_from="2019-03-02", counted_to="2019-04-01") == ["19-03-01"]


def test_a_filter_that_is_none_is_refused(refused, haizhou_clerk):
    for asked in ({"state": "posted"}, {"group": "x"}, {"served_from": "去年"}, {"person": 0}):
        status, problem = refused(haizhou_clerk, "services", **asked)
        assert (status, problem["where"]) == (400, next(iter(asked)))


def test_what_was_taken_back_says_by_whom_and_why(ask, haizhou_clerk, city_clerk, surgery, cancelled):
    cancelled(surgery, reason="登记错人")
    told = ask(haizhou_clerk)(f"services/{surgery.pk}")
    assert (told["state"], told["cancel_reason"]) == ("cancelled", "登记错人")
    assert told["cancelled_by"] == str(city_clerk) and told["cancelled_at"]


def test_one_record_is_read_in_one_statement_whatever_its_sort(sign_in, haizhou_clerk, haizhou):
    client = sign_in(haizhou_clerk)
    asked = set()
    for label in MAKERS:
        if issubclass(apps.get_model(label), Service):
            with CaptureQueriesContext(connection) as statements:
                assert client.get(f"/api/v1/services/{haizhou.pk_of(label)}").status_code == 200
            asked.add(len([one for one in statements if '"services_service"' in one["sql"]]))
    assert asked == {1}
