"""Claims about why a figure changed: what was done to its own records between the days, and nothing else."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone
from django.utils.timezone import localdate

from facilities.models import Facility, FacilityKind, StageEntry
from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.changes import Asked, changes_of
from lianyungang_cdpf.targets.models import Demonstration, Target
from services.actions import amend_service, cancel_service
from services.models import Service, ServiceKind
from subsidies.models import Approval, ApprovalStep, Roll

TOWN = "320706006"
WHY = "/admin/board/assistive_devices/320706/why/"


@pytest.fixture
def told(city_clerk):
    """told(key, code="320706", days=30): (deed, number) of each change of the last days, the latest first."""

    def of(key, code="320706", days=30, staff=city_clerk, until=None):
        until = until or localdate()
        asked = Asked(
            Target.objects.get(key=key), scopes.on_the_board(code), until - timedelta(days=days), until, staff
        )
        return changes_of(asked)

    return of


@pytest.fixture
def serve(city_clerk):
    def make(person, at=None, **fields):
        kind = ServiceKind.objects.get(code="assistive_devices")
        return Service.objects.create(
            kind=kind, person=person, area=person.area, served_on=date(2019, 3, 4), counted_on=date(2019, 3, 4),
            recorded_by=city_clerk, recorded_at=at or timezone.now(), occasion=f"{Service.objects.count()}", **fields,
        )  # fmt: skip

    return make


def short(changes):
    return [(one.deed, one.number) for one in changes]


def test_imported_and_single_records_and_what_was_taken_back_are_told_apart(told, serve, make_person, city_clerk):
    job = ImportJob.objects.create(
        kind="assistive_devices", staff=city_clerk, area=city_clerk.area, file_name="三月辅具.xlsx", sha256="0" * 64,
        size=9, state="posted",
    )  # fmt: skip
    for row in (2, 3):
        serve(make_person(area=TOWN), job=job, sheet="一", row=row)
    single = serve(make_person(area=TOWN))
    serve(make_person(area="320722101"), job=job, sheet="一", row=4)
    cancel_service(by=city_clerk, service=single, reason="登记错人")
    changes = told("assistive_devices")
    assert sorted(short(changes)) == [("导入入账", 2), ("撤销记录", 1), ("登记记录", 1)]
    imported = next(one for one in changes if one.deed == "导入入账")
    assert (imported.told, imported.who, imported.day) == ("三月辅具.xlsx", "市级业务员", localdate())
    assert str(job.uid) in imported.url


def test_only_the_days_asked_for_are_told(told, serve, make_person):
    serve(make_person(area=TOWN), at=timezone.make_aware(datetime(2019, 3, 31, 23, 59)))
    assert short(told("assistive_devices", until=date(2019, 3, 31))) == [("登记记录", 1)]
    assert told("assistive_devices", until=date(2019, 3, 30)) == []
    assert told("assistive_devices", days=0, until=date(2019, 4, 1)) == []


def test_a_corrected_record_is_told_where_it_belongs(told, serve, make_person, city_clerk):
    one = serve(make_person(area=TOWN), at=timezone.make_aware(datetime(2019, 3, 1)))
    other = serve(make_person(area="320722101"), at=timezone.make_aware(datetime(2019, 3, 1)))
    for service in (one, other):
        service.quantity = 4
        amend_service(by=city_clerk, service=service)
    (change,) = told("assistive_devices")
    assert (change.deed, change.number) == ("修改记录", 1)
    assert change.url.endswith(f"/{one.pk}/change/")


def test_a_roll_changes_the_figure_when_it_is_paid(told, pay, make_person, city_clerk, haizhou_clerk):
    payment = pay(make_person(area=TOWN), 3)
    pay(make_person(area="320722101"), 3)
    roll = payment.roll
    assert short(told("hardship_subsidy")) == [("补录已发放", 1)]
    step = ApprovalStep.objects.get(deed="pay")
    Roll.objects.filter(pk=roll.pk).update(posted_by=haizhou_clerk)
    paid_at = timezone.make_aware(datetime(2019, 4, 2, 10))
    Approval.objects.create(
        roll=roll, step=step, deed="pay", round=1, taken_by=city_clerk, taken_at=paid_at,
        prepared_by=haizhou_clerk, uploaded_by=haizhou_clerk,
    )  # fmt: skip
    assert told("hardship_subsidy") == []
    (change,) = told("hardship_subsidy", until=date(2019, 4, 2))
    assert (change.deed, change.number, change.who) == ("花名册发放", 1, "市级业务员")
    assert roll.reference in change.told


def test_undone_history_is_told_from_the_log(told, pay, void, make_person, city_clerk):
    payment = pay(make_person(area=TOWN), 3)
    job = ImportJob.objects.create(
        kind="payment_history", staff=city_clerk, area=city_clerk.area, file_name="历史发放.xlsx", sha256="0" * 64,
        size=9, state="undone",
    )  # fmt: skip
    Roll.objects.filter(pk=payment.roll_id).update(job=job)
    void(payment)
    record(by=city_clerk, deed="撤销导入", on=job, summary="停止计入 1 笔发放")
    assert ("撤销导入", 1) in short(told("hardship_subsidy"))
    assert "撤销导入" not in dict(short(told("hardship_subsidy", "320722")))


def test_of_a_facility_only_what_decides_whether_it_counts_is_told(told, city_clerk):
    days = dict.fromkeys(("applied_on", "approved_on", "started_on", "completed_on"), date(2019, 4, 1))
    facility = Facility.objects.create(
        kind=FacilityKind.objects.get(code="rehab_station"), name="新海康复站", name_key="新海康复站",
        area=Area.objects.get(code=TOWN), stage="accepted", accepted_on=date(2019, 5, 2), **days,
    )  # fmt: skip
    for stage, day in (("approved", date(2019, 4, 1)), ("accepted", date(2019, 5, 2))):
        StageEntry.objects.create(
            facility=facility, stage=stage, on=day, recorded_by=city_clerk, document_no="连残〔2019〕3号"
        )
    (change,) = told("rehab_station")
    assert (change.deed, change.told) == ("办理设施阶段", "新海康复站：验收（2019-05-02）")
    assert told("rehab_station", "320722") == []


def test_the_cost_does_not_grow_with_the_records(told, serve, make_person, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    serve(make_person(area=TOWN))
    with CaptureQueriesContext(connection) as few:
        told("assistive_devices")
    for _ in range(4):
        serve(make_person(area=TOWN))
    with django_assert_num_queries(len(few)):
        told("assistive_devices")


def test_the_page_says_what_it_is_and_refuses_days_in_the_wrong_order(city_clerk, sign_in, serve, make_person):
    Demonstration.objects.create(as_of=date(2019, 9, 30), people=1, seed=1)
    serve(make_person(area=TOWN))
    client = sign_in(city_clerk)
    page = client.get(WHY).content.decode()
    assert "系统不保存这个数字过去的值" in page and "1 条" in page
    refused = client.get(WHY, {"since": "2019-05-01", "until": "2019-04-01"})
    assert refused.status_code == 400 and "开始日期不能晚于结束日期" in refused.content.decode()
    assert "请缩短起止日期" in client.get(WHY, {"since": "2017-05-01", "until": "2019-04-01"}).content.decode()
    assert client.get(WHY, {"since": "某天"}).status_code == 400


def test_the_lists_behind_a_figure_are_sound(city_clerk, see, sound, serve, make_person):
    Demonstration.objects.create(as_of=date(2019, 9, 30), people=1, seed=1)
    serve(make_person(area=TOWN), quantity=2)
    see(city_clerk)
    for path in (WHY, f"{WHY}?since=x", "/admin/board/assistive_devices/320706/records/"):
        sound(path)
