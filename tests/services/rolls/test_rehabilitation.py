"""康复 rolls as offices write them: known wrong rows are found and only they; what each row writes; undoing it all."""

from datetime import date

import pytest

from beneficiaries.models import ChildDiagnosis, Person
from lianyungang_cdpf.accounts.models import Area
from services.actions import undo_import
from services.models import CataractSurgery, ChildTraining, DeviceIssue, Service
from tests.beneficiaries.samples import gbk, workbook
from tests.fixtures_city import DONGHAI_TOWN, HAIZHOU_TOWN, make_id

CHILD, TEEN = date(2012, 6, 1), date(2004, 5, 1)

# -- 儿童康复训练 ----------------------------------------------------------------------------------------------------

TRAINING = [
    ("", ["儿童姓名", "身份证号", "乡镇（街道）"]),
    ("训练情况", ["康复机构", "训练项目", "入训日期", "结训日期", "训练次数"]),
    ("评估", ["初评", "末评"]),
    ("", ["救助金额（元）"]),
]


def training_row(name, number, begun="2019-03-01", ended="2019-06-30"):
    return [name, number, "", "市儿童康复中心", "运动功能训练", begun, ended, 40, "45 分", "58 分", 8000]


def test_a_training_roll_finds_its_wrong_rows_and_only_them(take_in, told, make_person):
    children = [
        make_person(f"小{word}", id_number=make_id(number, CHILD), category=5, grade=2)
        for number, word in enumerate("甲乙丙丁")
    ]
    teen = make_person("小戊", id_number=make_id(9, TEEN), category=4, grade=1)
    suspected = make_person("小己", id_number=make_id(10, CHILD), basis="uncertified_child")
    ChildDiagnosis.objects.create(person=suspected, suspected_category=6, text="孤独症谱系障碍")
    unproven = make_person("小庚", id_number=make_id(11, CHILD), basis="uncertified_child")
    foreign = make_person("小辛", id_number=make_id(12, CHILD), area=DONGHAI_TOWN)
    rows = [
        training_row("小甲", children[0].id_number),
        training_row("小乙", children[1].id_number, ended="2019-02-01"),
        training_row("小丙", children[2].id_number, begun="2999-01-01"),
        training_row("小戊", teen.id_number, begun="2019-05-01"),
        training_row("小戊", teen.id_number, begun="2019-04-30"),
        training_row("小己", suspected.id_number),
        training_row("小庚", unproven.id_number),
        training_row("小辛", foreign.id_number),
        training_row("小甲", children[0].id_number),
        training_row("小生", make_id(13, CHILD)),
        training_row("别名", children[3].id_number),
    ]
    content = workbook("海州区2019年残疾儿童基本康复训练花名册", TRAINING, rows)
    job = take_in("child_rehab_training", content, name="儿童康复.xlsx")
    assert told(job) == {
        6: "SERVICE_DATES", 7: "SERVICE_DATES", 8: "SERVICE_AGE", 11: "SERVICE_DIAGNOSIS", 12: "WRONG_DISTRICT",
        13: "DUPLICATE_IN_FILE", 14: "UNKNOWN_PERSON", 15: "NAME_MISMATCH",
    }  # fmt: skip
    assert set(ChildTraining.objects.values_list("person__name", "served_on")) == {
        ("小甲", date(2019, 3, 1)), ("小戊", date(2019, 4, 30)), ("小己", date(2019, 3, 1)),
    }  # fmt: skip
    training = ChildTraining.objects.get(person=children[0])
    assert (training.institution, training.sessions, training.assessment_after) == ("市儿童康复中心", 40, "58 分")
    assert (training.amount, training.ended_on, training.job, training.row) == (8000, date(2019, 6, 30), job, 5)
    assert job.summary["total_valid_amount"] == "24000.00"


def test_a_plain_training_list_of_an_old_system(take_in, told, make_person):
    child = make_person("小甲", id_number=make_id(1, CHILD), category=4, grade=2)
    headings = ["姓名", "证件号", "康复机构", "开始日期", "训练次数", "补贴金额"]
    rows = [
        ["小甲", child.id_number, "市儿童康复中心", "20190301", "40次", ""],
        ["小甲", child.id_number, "", "20190901", "40", "100.00"],
        ["小甲", child.id_number, "市儿童康复中心", "2019年9月1日", "40", "12.345"],
        ["小甲", child.id_number, "市儿童康复中心", "2019.10.1", "40", "1,200元"],
    ]
    job = take_in("child_rehab_training", gbk("残疾儿童康复训练名单", headings, rows), name="康复.csv")
    assert told(job) == {3: "NUMBER_FORMAT", 4: "MISSING_REQUIRED", 5: "AMOUNT_FORMAT"}
    assert ChildTraining.objects.get().amount == 1200


# -- 白内障手术 ------------------------------------------------------------------------------------------------------

SURGERY = [
    ("", ["姓名", "性别"]), ("手术情况", ["手术眼", "术前视力", "术后视力", "手术日期", "手术机构"]),
    ("", ["身份证号", "家庭住址", "联系电话", "救助金额"]),
]  # fmt: skip


def surgery_row(name, number, eye, day="2019-04-08"):
    return [name, "女", eye, "0.05", "0.6", day, "市第一人民医院", number, "新东村", "", 2000]


def test_a_surgery_roll_counts_eyes(take_in, told, make_person):
    poor, both, other = (make_person(name, hardship="低保") for name in ("甲", "乙", "丙"))
    richer = make_person("丁", hardship="普通")
    dead = make_person("戊", hardship="特困", died_on=date(2019, 4, 1))
    rows = [
        surgery_row("甲", poor.id_number, "左眼"),
        surgery_row("甲", poor.id_number, "右", "2019-05-09"),
        surgery_row("乙", both.id_number, "双眼"),
        surgery_row("乙", both.id_number, "OD"),
        surgery_row("丙", other.id_number, "第三只"),
        surgery_row("丁", richer.id_number, "左"),
        surgery_row("戊", dead.id_number, "左"),
    ]
    content = workbook("“复明6号”手术车贫困白内障复明救助项目手术患者汇总表", SURGERY, rows)
    job = take_in("cataract_surgery", content, name="白内障.xlsx")
    found = {8: "DUPLICATE_IN_FILE", 9: "CHOICE_FORMAT", 10: "W_NO_HARDSHIP", 11: "SERVED_AFTER_DEATH"}
    assert told(job) == found
    eyes = CataractSurgery.objects.order_by("pk").values_list("person__name", "eye", "sight_after")
    assert list(eyes) == [
        ("甲", "left", "0.6"), ("甲", "right", "0.6"), ("乙", "left", "0.6"), ("乙", "right", "0.6"),
        ("丁", "left", "0.6"),
    ]  # fmt: skip


def test_an_eye_on_record_is_not_recorded_again(take_in, told, make_person, make_service, cancelled):
    patient = make_person("甲", hardship="低保")
    first = make_service(patient, "cataract_surgery", eye="left")
    headings = ["患者姓名", "身份证号", "眼别", "手术时间", "手术医院"]
    rows = [["甲", patient.id_number, "左眼", "2019-09-09", "县医院"]]
    job = take_in("cataract_surgery", gbk("白内障手术登记表", headings, rows), name="复明.csv")
    assert told(job) == {3: "ALREADY_SERVED"}
    cancelled(first)
    again = take_in("cataract_surgery", gbk("白内障手术登记表（二）", headings, rows), name="复明二.csv")
    assert told(again) == {} and again.applied_rows == 1


def test_a_patient_without_a_certificate_is_put_on_file(take_in, told, make_person, haizhou_clerk):
    headings = ["姓名", "身份证号", "乡镇", "手术眼", "手术日期", "手术医院"]
    old, town = make_id(40, date(1950, 1, 1)), Area.objects.get(code=HAIZHOU_TOWN).common_name
    rows = [
        ["孙老汉", old, town, "左眼", "2019-04-08", "县医院"],
        ["孙老汉", old, town, "右眼", "2019-05-08", "县医院"],
        ["孙老汉", old, town, "右", "2019-06-08", "县医院"],
        ["钱老太", make_id(41, date(1951, 1, 1)), "没有的镇", "左眼", "2019-04-08", "县医院"],
    ]
    job = take_in("cataract_surgery", gbk("白内障复明手术登记表", headings, rows), name="复明.csv")
    assert told(job) == {
        3: "W_NO_HARDSHIP", 4: "W_NO_HARDSHIP", 5: "DUPLICATE_IN_FILE,W_NO_HARDSHIP", 6: "AREA_UNKNOWN,W_NO_HARDSHIP",
    }  # fmt: skip
    patient = Person.objects.get()
    assert (patient.name, patient.basis, patient.area.code) == ("孙老汉", "patient", HAIZHOU_TOWN)
    assert set(CataractSurgery.objects.values_list("person", "eye")) == {(patient.pk, "left"), (patient.pk, "right")}
    assert not Person.objects.disabled().exists() and not Person.objects.holders().exists()


# -- 辅具发放 --------------------------------------------------------------------------------------------------------

DEVICES = [
    ("", ["乡镇", "村", "姓名", "身份证号"]), ("残疾情况", ["类别", "等级"]),
    ("", ["辅具名称", "规格型号", "数量", "领取日期", "领取人签字", "联系电话"]),
]  # fmt: skip


def device_row(person, device, quantity=1, day="2019-06-18", number=None):
    return ["", "", person.name, number or person.id_number, "肢体", "二级", device, "折叠式", quantity, day, "", ""]


def test_a_device_roll_finds_its_wrong_rows_and_only_them(take_in, told, make_person):
    holder, other = (make_person(name, category=4, grade=2) for name in ("甲", "乙"))
    bare = make_person("丙")
    rows = [
        device_row(holder, "轮椅"),
        device_row(holder, "腋拐", "2件"),
        device_row(other, "飞毯"),
        device_row(other, "盲杖", 0),
        device_row(other, "盲杖", day="六月"),
        device_row(bare, "盲杖"),
        device_row(holder, "轮椅"),
        device_row(holder, "盲杖", number="320701198001010010"),
    ]
    content = workbook("海州区残疾人辅助器具发放（签收）表", DEVICES, rows, total="合计：8 件")
    job = take_in("assistive_devices", content, name="辅具.xlsx")
    assert told(job) == {
        7: "DEVICE_UNKNOWN", 8: "NUMBER_FORMAT", 9: "DATE_FORMAT", 10: "SERVICE_DIAGNOSIS", 11: "DUPLICATE_IN_FILE",
        12: "ID_CHECKSUM",
    }  # fmt: skip
    issued = DeviceIssue.objects.order_by("pk").values_list("device__name", "quantity", "counted_on", "device_model")
    assert list(issued) == [("轮椅", 1, date(2019, 6, 18), "折叠式"), ("拐杖", 2, date(2019, 6, 18), "折叠式")]


def test_a_device_register_with_loans_and_repairs(take_in, told, make_person):
    holder = make_person("甲", category=4, grade=2)
    headings = ["姓名", "身份证号", "品名", "件数", "发放日期", "业务类型"]
    rows = [
        ["甲", holder.id_number, "轮椅", "1", "2019-06-18", "适配"],
        ["甲", holder.id_number, "护理床", "1", "2019-06-18", "租借"],
        ["甲", holder.id_number, "轮椅", "1", "2019-08-18", "维修"],
        ["甲", holder.id_number, "轮椅", "1", "2019-08-19", "抽奖"],
    ]
    job = take_in("assistive_devices", gbk("辅具服务台账", headings, rows), name="辅具.csv")
    assert told(job) == {6: "CHOICE_FORMAT"}
    natures = DeviceIssue.objects.order_by("pk").values_list("nature", "counted_on")
    assert list(natures) == [("issue", date(2019, 6, 18)), ("loan", None), ("repair", None)]


# -- undoing ---------------------------------------------------------------------------------------------------------


def test_a_posted_roll_is_undone_whole_and_can_be_taken_in_again(take_in, told, make_person, haizhou_clerk, counted):
    people = [make_person(name, category=4, grade=2) for name in ("甲", "乙")]
    content = workbook("辅具发放表", DEVICES, [device_row(person, "轮椅", 2) for person in people])
    job = take_in("assistive_devices", content, name="辅具.xlsx")
    assert counted("services.pieces", "assistive_devices") == 4
    assert undo_import(by=haizhou_clerk, job=job, reason="发放日期全部填错") == 2
    job.refresh_from_db()
    assert job.state == "undone" and counted("services.pieces", "assistive_devices") == 0
    again = take_in("assistive_devices", content, name="辅具.xlsx")
    assert told(again) == {} and Service.objects.standing().count() == 2


@pytest.mark.parametrize("rows", [1, 60])
def test_any_number_of_rows_is_judged_in_as_many_statements(
    rows, make_person, haizhou_clerk, django_assert_max_num_queries
):
    from lianyungang_cdpf.intake.kinds import Context, kind_named
    from lianyungang_cdpf.intake.tables import DataRow

    people = [make_person(f"人{number}", category=4, grade=2) for number in range(rows)]
    told = {"device": "轮椅", "quantity": 1, "signed_on": date(2019, 6, 18)}
    data = [DataRow("", n, {"name": one.name, "id_number": one.id_number, **told}, []) for n, one in enumerate(people)]
    kind = kind_named("assistive_devices")
    with django_assert_max_num_queries(16):
        outcomes = list(kind.judge(data, Context(haizhou_clerk)))
    assert len(outcomes) == rows and not any(one.codes for one in outcomes)


def test_the_money_of_a_row_is_kept_once_though_it_makes_two_records(take_in, make_person):
    person = make_person("甲", hardship="低保")
    take_in(
        "cataract_surgery",
        workbook("手术患者汇总表", SURGERY, [surgery_row("甲", person.id_number, "双眼")]),
        name="甲.xlsx",
    )
    amounts = CataractSurgery.objects.order_by("pk").values_list("eye", "amount")
    assert list(amounts) == [("left", 2000), ("right", None)]


def test_a_patient_in_two_batches_of_one_file_is_put_on_file_once(take_in, city, monkeypatch):
    from services.rolls.base import ServiceJudge

    monkeypatch.setattr(ServiceJudge, "batch", 1)
    number = make_id(77)
    plain = {"姓名": "甲", "身份证号": number, "乡镇": "板浦镇", "手术日期": "2019-04-08", "手术机构": "市第一人民医院"}
    job = take_in("cataract_surgery", *({**plain, "手术眼": eye} for eye in ("左眼", "右眼")))
    assert (job.state, CataractSurgery.objects.count()) == ("posted", 2)
    assert Person.objects.numbered(number).count() == 1
