"""设施名册: known files give exactly their known findings; what a roll writes, updates, leaves alone and takes back."""

import json
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse

from facilities.actions import advance_stage, save_facility, take_back_stage
from facilities.models import Facility, FacilityKind, StageEntry
from facilities.roll_apply import undo_import
from facilities.rolls import kinds
from lianyungang_cdpf.intake.kinds import kind_named
from tests.facilities import samples

TRUTHS = {
    one.file: json.loads((samples.FOLDER / f"{one.file}.truth.json").read_text(encoding="utf-8"))
    for one in samples.SAMPLES
}
every_file = pytest.mark.parametrize("truth", TRUTHS.values(), ids=lambda truth: truth["file"][:2])
HEADINGS = ["设施名称", "乡镇", "立项日期", "验收日期", "阶段", "建筑面积", "服务人数", "负责人"]


@pytest.fixture
def ganyu(make_staff):
    return make_staff("ganyu_clerk", area="320707")


@pytest.fixture
def town(city):
    from lianyungang_cdpf.accounts.models import Area

    return Area.objects.get(code="320706006").common_name


@pytest.fixture
def roll(take_in, town):  # noqa: F811
    """roll(*rows, kind="rehab_station"): 海州's roll of rows {heading: text}, posted, in one town."""

    def send(*rows, kind="rehab_station", **more):
        return take_in(kind, *({"设施名称": "甲室", "乡镇": town} | row for row in rows), **more)

    return send


# -- the samples -----------------------------------------------------------------------------------------------------


def test_the_files_are_what_the_script_says():
    assert [sample.truth() for sample in samples.SAMPLES] == list(TRUTHS.values())


@every_file
def test_a_file_gives_exactly_its_truth_by_the_command(ganyu, truth):
    out = StringIO()
    path = str(samples.FOLDER / truth["file"])
    call_command("intake", truth["kind"], path, "--as", ganyu.username, "--json", stdout=out)
    said = json.loads(out.getvalue())
    assert {str(one["row"]): one["codes"] for one in said["errors"]} == {
        row: codes for row, codes in truth["findings"].items() if any(code[:2] != "W_" for code in codes)
    }
    assert {name: said[name] for name in ("data_rows", "bad_rows")} == {
        name: truth[name] for name in ("data_rows", "bad_rows")
    }
    assert all(message for error in said["errors"] for message in error["messages"])
    assert not said["needs_confirmation"], said["questions"]


@every_file
def test_the_wizard_says_the_same_and_writes_the_right_rows(ganyu, truth, take_in, told, done):  # noqa: F811
    content = (samples.FOLDER / truth["file"]).read_bytes()
    job = take_in(truth["kind"], content, staff=ganyu, name=truth["file"])
    assert {str(row): codes.split(",") for row, codes in told(job).items()} == truth["findings"]
    right = truth["data_rows"] - truth["bad_rows"]
    assert (job.state, job.applied_rows, Facility.objects.count()) == ("posted", right, right)
    accepted = {"disabled_persons_home": 2, "device_station": 2}[truth["kind"]]
    assert done("unit:320707", kind=truth["kind"]) == accepted


def test_the_first_home_is_as_its_row_says(ganyu, take_in, history):  # noqa: F811
    take_in("disabled_persons_home", samples.HOMES.content, staff=ganyu, name=samples.HOMES.file)
    one = Facility.objects.get(name="青口镇第一残疾人之家")
    assert (one.area.common_name, one.area.level, one.stage, one.run_mode) == (
        "黄海社区", "village", "accepted", "public_private"
    )  # fmt: skip
    assert (str(one.area_m2), one.rooms, one.capacity, one.phone) == ("260.50", 5, 20, "19000000001")
    assert history(one) == [
        ("approved", date(2019, 1, 15)), ("building", date(2019, 2, 20)), ("completed", date(2019, 5, 10)),
        ("accepted", date(2019, 5, 28)),
    ]  # fmt: skip
    assert one.history.get(stage="accepted").document_no == "赣残验〔2019〕1号"
    assert "第 5 行" in one.history.get(stage="completed").document_title


# -- what a roll does ------------------------------------------------------------------------------------------------


def test_seven_kinds_share_one_class_and_a_new_kind_needs_no_code(city, roll, told):  # noqa: F811
    FacilityKind.objects.create(code="reading_room", name="盲人阅览室", unit="个")
    assert len(kinds()) == 8 and len({type(kind) for kind in kinds()}) == 1
    assert kind_named("reading_room").label == "盲人阅览室名册"
    job = roll({"验收日期": "2019-06-01"}, kind="reading_room")
    assert job.state == "posted" and Facility.objects.get().kind.code == "reading_room"


def test_a_title_that_names_another_kind_is_asked_about(send, run_import, ganyu):
    content = [["赣榆区残疾人居家康复点名册"], HEADINGS, ["一室", "青口镇", "", "2019-06-01", "", "", "", ""]]
    job = run_import(send(ganyu, "rehab_station", content))
    assert job.needs_confirmation and "居家康复点" in job.summary["questions"][0]["sentence"]


def test_a_known_facility_is_updated_and_a_blank_erases_nothing(roll, accepted, history):
    accepted(name="甲室", kind="rehab_station", responsible="张三", address="老地址")
    job = roll({"建筑面积": "88", "服务人数": "30", "负责人": "", "运行日期": "2019-07-01"})
    one = Facility.objects.get()
    assert (job.summary["changed"], one.responsible, one.address) == (1, "张三", "老地址")
    assert (str(one.area_m2), one.capacity, one.stage, one.operating_on) == ("88.00", 30, "operating", date(2019, 7, 1))
    assert history(one)[-1] == ("operating", date(2019, 7, 1))
    again = roll({"建筑面积": "88", "服务人数": "30", "运行日期": "2019-07-01"}, name="又.csv")
    assert (again.summary["unchanged"], StageEntry.objects.count()) == (1, 3)


def test_a_roll_changes_no_day_and_no_stage_on_record(roll, accepted, told):  # noqa: F811
    accepted(name="甲室", kind="rehab_station")
    accepted(name="乙室", kind="rehab_station", revoked_on=date(2019, 9, 1))
    accepted(name="丙室", kind="rehab_station", stage="rectifying")
    job = roll(
        {"验收日期": "2019-06-02"}, {"设施名称": "乙室", "阶段": "运行", "运行日期": "2019-07-01"},
        {"设施名称": "丙室", "阶段": "验收"},
    )  # fmt: skip
    assert told(job) == {2: "FACILITY_KNOWN_DAY", 3: "FACILITY_STAGE", 4: "FACILITY_STAGE"}
    back = roll({"阶段": "立项"}, name="旧.csv")
    assert told(back) == {2: "FACILITY_BACK"}


def test_a_facility_beside_the_chain_keeps_its_stage_when_facts_come(roll, accepted):
    accepted(name="甲室", kind="rehab_station", stage="rectifying")
    roll({"服务人数": "40"})
    one = Facility.objects.get()
    assert (one.stage, one.capacity) == ("rectifying", 40)


def test_of_two_of_a_name_in_a_town_the_village_says_which(roll, make_facility, told):  # noqa: F811
    from lianyungang_cdpf.accounts.models import Area

    one, two = Area.objects.filter(parent__code="320706006").order_by("code")[:2]
    make_facility("甲室", kind="rehab_station", area=one.code, approved_on=date(2019, 1, 1))
    make_facility("甲室", kind="rehab_station", area=two.code, approved_on=date(2019, 1, 1))
    assert told(roll({"服务人数": "1"})) == {2: "FACILITY_AMBIGUOUS"}
    roll({"服务人数": "2", "村（社区）": two.common_name}, name="村.csv")
    assert set(Facility.objects.values_list("area__code", "capacity")) == {(one.code, None), (two.code, 2)}


@pytest.fixture
def villages(city):
    from lianyungang_cdpf.accounts.models import Area

    return [one.common_name for one in Area.objects.filter(parent__code="320706006").order_by("code")[:3]]


def test_one_name_in_two_villages_is_two_facilities_the_same_place_twice_is_not(roll, villages, told):  # noqa: F811
    one, two, _ = villages
    day = {"验收日期": "2019-06-01"}
    job = roll(day | {"村（社区）": one}, day | {"村（社区）": two}, day | {"村（社区）": one}, day)
    assert told(job) == {4: "FACILITY_DUPLICATE", 5: "FACILITY_DUPLICATE"}
    places = Facility.objects.order_by("area__code").values_list("name", "area__common_name")
    assert list(places) == [("甲室", one), ("甲室", two)]


def test_a_namesake_in_another_village_is_not_taken_for_the_one_on_record(roll, villages, make_facility):
    from lianyungang_cdpf.accounts.models import Area

    one, two, _ = villages
    on_record = Area.objects.get(parent__code="320706006", common_name=one)
    make_facility("甲室", kind="rehab_station", area=on_record.code, approved_on=date(2019, 1, 1), capacity=7)
    roll({"验收日期": "2019-06-01", "村（社区）": two, "服务人数": "30"})
    assert set(Facility.objects.values_list("area__common_name", "capacity")) == {(one, 7), (two, 30)}


def test_one_on_record_with_its_town_alone_becomes_one_village_of_a_file_and_not_two(
    roll, villages, make_facility, told  # noqa: F811
):  # fmt: skip
    make_facility("甲室", kind="rehab_station", approved_on=date(2019, 1, 1))
    one, two, _ = villages
    job = roll({"服务人数": "8", "村（社区）": one}, {"验收日期": "2019-06-01", "村（社区）": two})
    assert told(job) == {3: "FACILITY_DUPLICATE"}
    assert Facility.objects.values_list("area__common_name", "capacity").get() == (one, 8)


@pytest.mark.parametrize(
    "more",
    [
        {"建筑面积": "1000000"}, {"功能室数": "40000"}, {"服务人数": "1000001"}, {"专职人员": "40000"},
        {"经度": "34.6", "纬度": "119.2"},
    ],
)  # fmt: skip
def test_a_number_that_no_column_holds_is_told_and_nothing_breaks(roll, told, more):  # noqa: F811
    job = roll({"验收日期": "2019-06-01", **more}, {"设施名称": "乙室", "验收日期": "2019-06-01"})
    assert told(job) == {2: "FACILITY_NUMBER"} and job.state == "posted"
    assert list(Facility.objects.values_list("name", flat=True)) == ["乙室"]


def test_coordinates_go_in_together_or_not_at_all(roll):
    day = {"验收日期": "2019-06-01"}
    roll(day | {"经度": "119.2", "纬度": "34.6"}, day | {"设施名称": "乙室", "经度": "119.2"})
    assert set(Facility.objects.values_list("name", "longitude")) == {("甲室", Decimal("119.2")), ("乙室", None)}


def test_nothing_is_told_of_another_districts_facility(roll, accepted, told):  # noqa: F811
    accepted(name="牛山室", kind="rehab_station", area="320722101", responsible="查东海乙")
    job = roll({"设施名称": "牛山室", "县区": "东海县", "乡镇": "白塔埠镇", "验收日期": "2018-01-01"})
    assert told(job) == {2: "WRONG_DISTRICT"}
    assert "查东海乙" not in str([row.payload for row in job.rows.all()])


def test_many_rows_are_judged_and_written_with_few_statements(roll, django_assert_max_num_queries):
    rows = [{"设施名称": f"第{number}室", "验收日期": "2019-06-01"} for number in range(300)]
    with django_assert_max_num_queries(110):
        job = roll(*rows)
    assert (job.applied_rows, Facility.objects.count(), StageEntry.objects.count()) == (300, 300, 300)


# -- taking an import back -------------------------------------------------------------------------------------------


def test_undoing_removes_what_was_added_and_restores_what_was_changed(
    roll, accepted, haizhou_clerk, done, sign_in
):  # fmt: skip
    accepted(name="甲室", kind="rehab_station", phone="19000000009", area_m2=50)
    job = roll({"建筑面积": "88", "联系电话": "19000000001", "运行日期": "2019-07-01"},
               {"设施名称": "乙室", "验收日期": "2019-06-01"})  # fmt: skip
    assert done(kind="rehab_station") == 2
    client, address = sign_in(haizhou_clerk), reverse("facility:undo", args=[job.uid])
    assert address in client.get(reverse("intake:job", args=[job.uid])).content.decode()
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": "传错了"}, follow=True).status_code == 200
    job.refresh_from_db()
    one = Facility.objects.get()
    assert (job.state, one.name, str(one.area_m2), one.phone) == ("undone", "甲室", "50.00", "19000000009")
    assert (one.stage, one.operating_on, one.history.count()) == ("accepted", None, 2)
    assert done(kind="rehab_station") == 1
    with pytest.raises(ValidationError, match="不能撤销"):
        undo_import(by=haizhou_clerk, job=job, reason="传错了")


def test_what_was_changed_since_is_not_undone(roll, haizhou_clerk, done):
    job = roll({"验收日期": "2019-06-01"}, {"设施名称": "乙室", "验收日期": "2019-06-01"})
    advance_stage(by=haizhou_clerk, facility=Facility.objects.get(name="乙室"), to="operating", on=date(2019, 7, 1))
    with pytest.raises(ValidationError, match="又改过“乙室”"):
        undo_import(by=haizhou_clerk, job=job, reason="传错了")
    assert (Facility.objects.count(), done(kind="rehab_station")) == (2, 2)


def test_imports_of_the_same_facilities_are_undone_one_after_the_other_the_latest_first(roll, haizhou_clerk, history):
    first = roll({"立项日期": "2019-01-10", "服务人数": "10"})
    second = roll({"验收日期": "2019-06-01", "服务人数": "20"}, name="二.csv")
    with pytest.raises(ValidationError, match="又改过“甲室”"):
        undo_import(by=haizhou_clerk, job=first, reason="传错了")
    undo_import(by=haizhou_clerk, job=second, reason="传错了")
    one = Facility.objects.get()
    assert (one.capacity, one.stage, history(one)) == (10, "approved", [("approved", date(2019, 1, 10))])
    undo_import(by=haizhou_clerk, job=first, reason="传错了")
    assert not Facility.objects.exists()


def test_what_was_changed_by_hand_between_two_imports_still_keeps_the_first(roll, haizhou_clerk):
    first = roll({"立项日期": "2019-01-10"})
    one = Facility.objects.get()
    one.responsible = "李四"
    save_facility(by=haizhou_clerk, facility=one)
    undo_import(by=haizhou_clerk, job=roll({"验收日期": "2019-06-01"}, name="二.csv"), reason="传错了")
    with pytest.raises(ValidationError, match="又改过“甲室”"):
        undo_import(by=haizhou_clerk, job=first, reason="传错了")
    one.refresh_from_db()
    assert (one.responsible, one.stage) == ("李四", "approved")


def test_the_first_step_of_one_that_a_roll_brought_without_a_day_can_be_taken_back(
    roll, haizhou_clerk, sign_in, history
):  # fmt: skip
    roll({"阶段": "申报"})
    one = Facility.objects.get()
    client, page = sign_in(haizhou_clerk), reverse("facility:page", args=[one.pk])
    button = reverse("facility:take_back", args=[one.pk])
    assert button not in client.get(page).content.decode()
    advance_stage(by=haizhou_clerk, facility=one, to="approved", on=date(2019, 2, 1), document_no="1号")
    assert button in client.get(page).content.decode()
    assert client.post(button, {"why": "录错了设施"}, follow=True).status_code == 200
    one.refresh_from_db()
    assert (one.stage, one.approved_on, history(one)) == ("applied", None, [])


def test_the_stage_with_which_a_roll_brought_a_facility_stays(roll, haizhou_clerk):
    roll({"立项日期": "2019-01-10"})
    with pytest.raises(ValidationError, match="最早的阶段"):
        take_back_stage(by=haizhou_clerk, facility=Facility.objects.get(), why="录错")


def test_only_ones_own_import_of_facilities_is_undone(roll, donghai_clerk, sign_in, make_staff):
    job = roll({"验收日期": "2019-06-01"})
    address = reverse("facility:undo", args=[job.uid])
    unknown = reverse("facility:undo", args=["00000000-0000-4000-8000-000000000000"])
    client = sign_in(donghai_clerk)
    assert [client.post(one).status_code for one in (address, unknown)] == [404, 404]
    reviewer = sign_in(make_staff("reviewer", role="district_reviewer"))
    assert reviewer.post(address).status_code == 403
    assert Facility.objects.count() == 1


def test_a_name_entered_while_the_preview_waits_is_found_at_posting(send, run_import, post, town, haizhou_clerk):
    job = run_import(send(haizhou_clerk, "rehab_station", [HEADINGS[:4], ["甲室", town, "", "2019-06-01"]]))
    kind = FacilityKind.objects.get(code="rehab_station")
    from lianyungang_cdpf.accounts.models import Area

    area = Area.objects.get(code="320706006")
    one = Facility(kind=kind, name="甲室", area=area)
    save_facility(by=haizhou_clerk, facility=one, applied_on=date(2019, 1, 1))
    job = post(job)
    one.refresh_from_db()
    assert (job.state, Facility.objects.count(), one.stage) == ("posted", 1, "accepted")
