"""Deeds on facilities: what each step asks, what it writes, and what stands against it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from facilities.actions import advance_stage, save_facility, take_back_stage
from facilities.models import Facility, FacilityKind, Funding, StageEntry
from facilities.stages import FOLLOWING, Stage
from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.audit.models import AuditLine
from tests.fixtures_city import HAIZHOU_TOWN


@pytest.fixture
def step(haizhou_clerk):
    """step(facility, stage, day of 2019 as "MM-DD", **more) advances it by the clerk of 海州."""

    def advance(facility, to, day, **more):
        return advance_stage(
            by=haizhou_clerk, facility=facility, to=to, on=date.fromisoformat(f"2019-{day}"), **more
        )  # fmt: skip

    return advance


def new(name="新之家", kind="disabled_persons_home", **fields):
    kind, area = FacilityKind.objects.get(code=kind), Area.objects.get(code=HAIZHOU_TOWN)
    return Facility(kind=kind, name=name, area=area, **fields)


def test_a_facility_goes_from_application_to_operation_with_its_history(haizhou_clerk, step, history):
    facility = save_facility(by=haizhou_clerk, facility=new(area_m2=260, capacity=12), applied_on=date(2019, 1, 8))
    step(facility, "approved", "02-01", document_no="海残〔2019〕3号")
    step(facility, "building", "02-20")
    step(facility, "completed", "05-10")
    step(facility, "accepted", "05-20", document_no="海残验〔2019〕1号")
    step(facility, "operating", "06-01", note="每周开放五天")
    facility.refresh_from_db()
    assert [stage for stage, _ in history(facility)] == [
        "applied", "approved", "building", "completed", "accepted", "operating",
    ]  # fmt: skip
    days = (facility.applied_on, facility.approved_on, facility.started_on, facility.completed_on)
    assert days == (date(2019, 1, 8), date(2019, 2, 1), date(2019, 2, 20), date(2019, 5, 10))
    assert (facility.accepted_on, facility.operating_on) == (date(2019, 5, 20), date(2019, 6, 1))
    lines = AuditLine.objects.filter(object_id=str(facility.pk), deed="办理设施阶段")
    assert lines.count() == 5 and lines.filter(summary__contains="竣工→验收").exists()
    assert set(StageEntry.objects.values_list("recorded_by", flat=True)) == {haizhou_clerk.pk}


@pytest.mark.parametrize("stage", [Stage.APPLIED, Stage.APPROVED, Stage.OPERATING, Stage.REVOKED])
def test_only_what_may_follow_follows(stage, make_facility, step):
    days = {"approved_on": date(2019, 1, 2), "accepted_on": date(2019, 1, 3), "operating_on": date(2019, 1, 4),
            "revoked_on": date(2019, 1, 5)}  # fmt: skip
    wanted = {Stage.APPLIED: 0, Stage.APPROVED: 1, Stage.OPERATING: 3, Stage.REVOKED: 4}[stage]
    facility = make_facility(applied_on=date(2019, 1, 1), stage=stage, **dict(list(days.items())[:wanted]))
    for to in set(Stage) - set(FOLLOWING[stage]):
        with pytest.raises(ValidationError, match="之后不能直接进入"):
            step(facility, to, "06-01", document_no="1号")
    facility.refresh_from_db()
    assert facility.stage == stage


def test_approval_acceptance_and_revocation_are_decided_in_writing(make_facility, step):
    facility = make_facility(applied_on=date(2019, 1, 1))
    with pytest.raises(ValidationError, match="文号或文件名称"):
        step(facility, "approved", "02-01")
    step(facility, "approved", "02-01", document_title="关于新建残疾人之家的批复")
    assert facility.history.get(stage="approved").document_title == "关于新建残疾人之家的批复"


def test_a_day_before_the_last_stage_or_after_today_is_refused(make_facility, haizhou_clerk, step):
    facility = make_facility(applied_on=date(2019, 3, 1))
    with pytest.raises(ValidationError, match="不能早于上一阶段“申报”的 2019-03-01"):
        step(facility, "approved", "02-28", document_no="1号")
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(ValidationError, match="不能晚于今天"):
        advance_stage(by=haizhou_clerk, facility=facility, to="approved", on=tomorrow, document_no="1号")


def test_what_the_kind_asks_for_at_acceptance_is_data(make_facility, step):
    facility = make_facility(approved_on=date(2019, 1, 2), area_m2=150)
    with pytest.raises(ValidationError, match="不少于 200 平方米，现为 150.00；.*不少于 10 人，现在没有登记"):
        step(facility, "accepted", "05-01", document_no="1号")
    FacilityKind.objects.filter(code="disabled_persons_home").update(minimum_area=150, minimum_capacity=None)
    step(facility, "accepted", "05-01", document_no="1号")
    facility.refresh_from_db()
    assert facility.stage == "accepted"


def test_who_failed_the_first_acceptance_operates_only_once_accepted(make_facility, step):
    days = {"approved_on": date(2019, 1, 2), "started_on": date(2019, 1, 3), "completed_on": date(2019, 2, 1)}
    facility = make_facility("康复点", kind="home_rehab_point", **days)
    step(facility, "rectifying", "02-10")
    with pytest.raises(ValidationError, match="还没有通过验收"):
        step(facility, "operating", "02-20")
    with pytest.raises(ValidationError, match="还没有投入运行"):
        step(facility, "suspended", "02-20")
    step(facility, "accepted", "03-01", document_no="2号")
    facility.refresh_from_db()
    assert facility.accepted_on == date(2019, 3, 1)


def test_the_first_stage_stays_and_a_reason_is_asked_for(make_facility, haizhou_clerk, step):
    facility = make_facility(applied_on=date(2019, 1, 1))
    with pytest.raises(ValidationError, match="最早的阶段"):
        take_back_stage(by=haizhou_clerk, facility=facility, why="错了")
    step(facility, "approved", "02-01", document_no="1号")
    with pytest.raises(ValidationError, match="撤回原因"):
        take_back_stage(by=haizhou_clerk, facility=facility, why=" ")
    take_back_stage(by=haizhou_clerk, facility=facility, why="录错了设施")
    entry = facility.history.get(stage="approved")
    assert (entry.taken_back_why, entry.taken_back_by) == ("录错了设施", haizhou_clerk)
    step(facility, "approved", "02-01", document_no="1号")
    facility.refresh_from_db()
    assert facility.approved_on == date(2019, 2, 1)


def test_a_second_of_the_name_in_the_place_is_refused(haizhou_clerk, make_facility):
    make_facility("新 之家")
    with pytest.raises(ValidationError, match="不要重复登记"):
        save_facility(by=haizhou_clerk, facility=new("新之家"))
    save_facility(by=haizhou_clerk, facility=new("新之家", kind="training_base"))
    assert Facility.objects.count() == 2


def test_saving_writes_the_records_with_one_line_and_no_value(haizhou_clerk, make_facility):
    facility = make_facility()
    facility.responsible, facility.phone = "李四", "19000001234"
    money = Funding(source="city", year=2019, planned=100, granted=80, spent=60)
    save_facility(by=haizhou_clerk, facility=facility, records=[money])
    assert facility.funding.get().spent == 60
    line = AuditLine.objects.get(deed="修改设施")
    assert line.summary == "负责人、联系电话、建设和运行资金"
    assert "李四" not in line.summary and "1234" not in line.summary


def test_the_same_stage_twice_on_one_day_is_refused_with_a_sentence(make_facility, step):
    facility = make_facility(applied_on=date(2019, 1, 1), accepted_on=date(2019, 2, 1), operating_on=date(2019, 3, 1))
    step(facility, "suspended", "05-10")
    step(facility, "operating", "05-10")
    with pytest.raises(ValidationError):
        step(facility, "suspended", "05-10")


def test_a_stage_recorded_while_somebody_edited_stands(haizhou_clerk, make_facility, step):
    facility = make_facility(applied_on=date(2019, 1, 1))
    read_before = Facility.objects.get(pk=facility.pk)
    step(facility, "approved", "02-01", document_no="海残〔2019〕3号")
    read_before.rooms = 7
    save_facility(by=haizhou_clerk, facility=read_before)
    facility.refresh_from_db()
    assert (facility.rooms, facility.stage, facility.approved_on) == (7, "approved", date(2019, 2, 1))


def test_a_facility_keeps_its_acceptance_only_under_a_kind_whose_conditions_it_meets(haizhou_clerk, accepted):
    FacilityKind.objects.filter(code="disabled_persons_home").update(minimum_area=200)
    facility = accepted(kind="rehab_station", area_m2=50)
    facility.kind = FacilityKind.objects.get(code="disabled_persons_home")
    with pytest.raises(ValidationError):
        save_facility(by=haizhou_clerk, facility=facility)
