"""Rolls about people, as offices write them: what each writes, what it refuses, and what it never tells."""

import json
from datetime import date, timedelta

import pytest
from django.utils import timezone

from beneficiaries.models import (
    Basis,
    Departure,
    DisabilityPart,
    FormerNumber,
    Guardian,
    Household,
    HouseholdMember,
    Merge,
    Person,
    Transfer,
)
from beneficiaries.rolls import kinds
from tests.beneficiaries.samples import gbk, workbook
from tests.fixtures_city import DONGHAI_TOWN, HAIZHOU_TOWN, make_id

OLD, YOUNG = date(1950, 5, 5), date(2018, 6, 1)
WRONG = "320701198001010018X"


@pytest.fixture
def town(city):
    from lianyungang_cdpf.accounts.models import Area

    return Area.objects.get(code=HAIZHOU_TOWN).common_name


def result(job) -> tuple:
    return tuple(job.summary["result"][name] for name in ("new", "changed", "unchanged"))


# -- households ------------------------------------------------------------------------------------------------------


HOUSEHOLD = [
    ("", ["户主身份证号", "姓名", "身份证号", "与户主关系"]),
    ("住址", ["乡镇（街道）", "村（社区）", "详细地址"]),
]


def test_a_household_roll_makes_households_and_puts_family_on_file(take_in, told, make_person, town):
    son = make_person("张小海", id_number=make_id(1, date(1990, 1, 1)), category=5, grade=2)
    foreign = make_person("赵六", area=DONGHAI_TOWN, id_number=make_id(2))
    father, mother = make_id(3, OLD), make_id(4, OLD, male=False)
    rows = [
        [father, "张大海", father, "户主", town, "新东村", "3组12号"],
        [father, "张小海", son.id_number, "长子", "", "", ""],
        [father, "王秀英", mother, "妻", "", "", ""],
        [father, "赵六", foreign.id_number, "其他", "", "", ""],
        [father, "张小海", son.id_number, "子", "", "", ""],
        [make_id(5, OLD), "周无户", make_id(6, OLD), "子", town, "", ""],
    ]
    job = take_in("households", workbook("海州区残疾人家庭户籍成员名册", HOUSEHOLD, rows), name="户籍成员.xlsx")
    assert told(job) == {8: "WRONG_DISTRICT", 9: "DUPLICATE_IN_FILE", 10: "HOUSEHOLD_HEAD"}
    household = Household.objects.get()
    assert (household.village, household.address, household.area.code) == ("新东村", "3组12号", HAIZHOU_TOWN)
    lines = household.members.order_by("id").values_list("person__name", "relation", "valid_to")
    assert list(lines) == [("张大海", "head", None), ("张小海", "child", None), ("王秀英", "spouse", None)]
    assert set(Person.objects.family_members().values_list("name", flat=True)) == {"张大海", "王秀英"}
    assert list(Household.objects.supported_by_elders(timezone.localdate())) == [household]
    assert result(job) == (2, 1, 0)


def test_an_old_systems_household_file_moves_who_lived_elsewhere(take_in, told, make_person, town):
    head, child = make_person("孙一", id_number=make_id(7, OLD)), make_person("孙二", id_number=make_id(8))
    before = Household.objects.create(area=child.area)
    HouseholdMember.objects.create(household=before, person=child, relation="head")
    headings = ["户主身份证号", "成员姓名", "成员身份证号", "与户主关系", "乡镇", "入户日期"]
    rows = [
        [head.id_number, "孙一", head.id_number, "户主", town, ""],
        [head.id_number, "孙二", child.id_number, "女", town, "2020-03-01"],
        [head.id_number, "孙三", make_id(9), "亲家", town, ""],
    ]
    job = take_in("households", gbk("户籍成员名册", headings, rows), name="户籍.csv")
    assert told(job) == {5: "CHOICE_FORMAT"}
    assert HouseholdMember.objects.get(household=before).valid_to == date(2020, 3, 1)
    now = child.memberships.get(valid_to=None)
    assert (now.relation, now.valid_from, now.household.members.count()) == ("child", date(2020, 3, 1), 2)
    again = take_in("households", gbk("户籍成员名册（二）", headings, rows[:2]), name="户籍.csv")
    assert again.summary["unchanged"] == 2 and HouseholdMember.objects.count() == 3


def test_a_household_without_a_right_row_of_its_head_is_refused_whole(take_in, told, town):
    head = make_id(10, OLD)
    rows = [
        {"户主身份证号": head, "姓名": "钱一", "身份证号": head, "与户主关系": "户主", "乡镇": "没有的镇"},
        {"户主身份证号": head, "姓名": "钱二", "身份证号": make_id(11), "与户主关系": "子", "乡镇": town},
    ]
    assert told(take_in("households", *rows)) == {2: "AREA_UNKNOWN", 3: "HOUSEHOLD_HEAD"}
    assert not Household.objects.exists() and not Person.objects.exists()


# -- guardians -------------------------------------------------------------------------------------------------------


GUARDIANS = [("被监护人", ["姓名", "身份证号"]), ("监护人", ["姓名", "身份证号", "关系", "联系电话"])]


def test_a_guardian_roll_with_grouped_headings(take_in, told, make_person):
    child = make_person("小明", id_number=make_id(20, YOUNG))
    foreign = make_person("赵六", area=DONGHAI_TOWN)
    mother = make_id(21, date(1990, 2, 2), male=False)
    rows = [
        ["小明", child.id_number, "李梅", mother, "母亲", "19000001234"],
        ["小红", child.id_number, "李刚", "", "父亲", ""],
        ["赵六", foreign.id_number, "赵一", "", "父亲", ""],
        ["生人", make_id(22, YOUNG), "李四", "", "父亲", ""],
    ]
    job = take_in("guardians", workbook("海州区残疾儿童监护人名册", GUARDIANS, rows), name="监护人.xlsx")
    assert told(job) == {6: "NAME_MISMATCH", 7: "WRONG_DISTRICT", 8: "UNKNOWN_PERSON"}
    guardian = Guardian.objects.get()
    assert (guardian.person, guardian.name, guardian.relation) == (child, "李梅", "parent")
    assert (guardian.id_number, guardian.phone, guardian.on_file) == (mother, "19000001234", None)


def test_a_blank_of_a_guardian_roll_erases_nothing(take_in, told, make_person):
    child, father = make_person("小明", id_number=make_id(20, YOUNG)), make_person("李刚", id_number=make_id(23))
    row = {"姓名": "小明", "身份证号": child.id_number, "监护人姓名": "李刚", "监护人身份证号": father.id_number,
           "监护关系": "父亲", "监护人电话": "19000001234"}  # fmt: skip
    assert result(take_in("guardians", row)) == (0, 1, 0)
    assert Guardian.objects.get().on_file == father
    take_in("guardians", {**row, "监护人电话": "", "监护人身份证号": "", "监护关系": "其他亲属"})
    guardian = Guardian.objects.get()
    assert (guardian.phone, guardian.id_number, guardian.relation) == ("19000001234", father.id_number, "kin")
    headings = ["姓名", "身份证号", "监护人姓名", "监护人身份证号", "监护关系"]
    own = [["小明", child.id_number, "小明", child.id_number, "父亲"]]
    assert told(take_in("guardians", gbk("监护人名册", headings, own))) == {3: "GUARDIAN_SELF"}


# -- children --------------------------------------------------------------------------------------------------------


CHILDREN = [
    ("", ["儿童姓名", "身份证号", "乡镇（街道）"]), ("诊断情况", ["疑似残疾类别", "诊断内容", "诊断日期", "诊断机构"]),
]  # fmt: skip


def test_a_childrens_roll_puts_children_on_file(take_in, told, make_person, town):
    relative = make_person("小华", id_number=make_id(31, YOUNG), basis=Basis.FAMILY_MEMBER)
    holder = make_person("小证", id_number=make_id(32, YOUNG), category=5, grade=1)
    rows = [
        ["小新", make_id(30, YOUNG), town, "智力", "全面发育迟缓", "2024-05-06", "市妇幼保健院"],
        ["小华", relative.id_number, town, "听力", "双耳重度听力损失", "2023.4.1", ""],
        ["小证", holder.id_number, town, "智力", "发育迟缓", "", ""],
        ["大人", make_id(33), town, "肢体", "脑瘫", "", ""],
        ["小错", make_id(34, YOUNG), "没有的镇", "肢体", "脑瘫", "2999-01-01", ""],
    ]
    job = take_in("uncertified_children", workbook("海州区非持证残疾儿童名册", CHILDREN, rows), name="儿童.xlsx")
    assert told(job) == {7: "CHILD_CERTIFIED", 8: "CHILD_AGE", 9: "AREA_UNKNOWN,DATE_ORDER"}
    new = Person.objects.get(name="小新")
    assert (new.basis, new.area.code, new.diagnosis.suspected_category) == ("uncertified_child", HAIZHOU_TOWN, 5)
    assert (new.diagnosis.text, new.diagnosis.diagnosed_on) == ("全面发育迟缓", date(2024, 5, 6))
    relative.refresh_from_db()
    assert (relative.basis, relative.diagnosis.get_suspected_category_display()) == ("uncertified_child", "听力")
    assert set(Person.objects.uncertified_children(timezone.localdate())) == {new, relative}


def test_a_child_that_gets_a_certificate_becomes_a_holder(take_in, town):
    number = make_id(30, YOUNG)
    headings = ["姓名", "身份证号", "乡镇", "疑似残疾类别", "诊断内容"]
    take_in("uncertified_children", gbk("非持证残疾儿童", headings, [["小新", number, town, "智力", "发育迟缓"]]))
    register = {"姓名": "小新", "身份证号": number, "县区": "海州区", "残疾人证号": f"{number}53"}
    take_in("register", register)
    child = Person.objects.get()
    assert (child.basis, child.certificates.get().grade) == ("holder", 3)
    assert take_in("register", {**register, "联系电话": ""}, name="档案2.csv").summary["unchanged"] == 1
    assert not Person.objects.uncertified_children(timezone.localdate()).exists()


# -- deaths and moving out -------------------------------------------------------------------------------------------


def test_a_departures_roll(take_in, told, make_person):
    dead, gone, known = make_person("甲"), make_person("乙"), make_person("丙", died_on=date(2020, 1, 1))
    household = Household.objects.create(area=dead.area)
    HouseholdMember.objects.create(household=household, person=dead, relation="head")
    foreign = make_person("赵六", area=DONGHAI_TOWN)
    tomorrow = f"{timezone.localdate() + timedelta(days=1):%Y-%m-%d}"
    groups = [("", ["姓名", "身份证号"]), ("变动情况", ["死亡日期", "迁出日期", "原因"])]
    rows = [
        ["甲", dead.id_number, "2021-03-04", "", "病故"],
        ["乙", gone.id_number, "", "2022/5/6", "迁往徐州"],
        ["丙", known.id_number, "2020-02-02", "", ""],
        ["赵六", foreign.id_number, "2021-03-04", "", ""],
        ["丁", make_person("丁").id_number, tomorrow, "", ""],
        ["戊", make_person("戊").id_number, "", "", "不详"],
    ]
    job = take_in("departures", workbook("死亡、迁出人员名单", groups, rows), name="死亡名单.xlsx")
    assert told(job) == {7: "DEPARTURE_KNOWN", 8: "WRONG_DISTRICT", 9: "DATE_ORDER", 10: "MISSING_REQUIRED"}
    dead.refresh_from_db(), gone.refresh_from_db()
    assert (dead.died_on, gone.moved_out_on) == (date(2021, 3, 4), date(2022, 5, 6))
    assert set(Departure.objects.values_list("kind", "reason")) == {("death", "病故"), ("moving_out", "迁往徐州")}
    assert household.members.get().valid_to == date(2021, 3, 4)
    assert foreign.died_on is None and "2020" not in str(job.rows.get(row=8).payload)


def test_the_same_death_twice_is_no_change(take_in, make_person):
    person = make_person("甲")
    rows = [["甲", person.id_number, "20210304"]]
    for expected in ((0, 1, 0), None):
        job = take_in("departures", gbk("死亡名单", ["姓名", "身份证号", "死亡时间"], rows), name="死亡.csv")
        assert expected is None or result(job) == expected
    assert Departure.objects.count() == 1


# -- transfers -------------------------------------------------------------------------------------------------------


def test_a_transfer_list_sends_requests_and_tells_nothing_of_others(take_in, told, make_person, town):
    own, dead = make_person("甲"), make_person("亡", died_on=date(2020, 1, 1))
    foreign, stranger = make_person("赵六", area=DONGHAI_TOWN), make_id(41)
    groups = [("", ["姓名", "身份证号"]), ("迁移", ["迁入县区", "迁入乡镇", "迁移原因"])]
    rows = [
        ["甲", own.id_number, "东海县", "", "随子女居住"],
        ["赵六", foreign.id_number, "海州区", town, "购房落户"],
        ["无此人", stranger, "海州区", town, "购房落户"],
        ["张冠李戴", make_person("冯七", area=DONGHAI_TOWN).id_number, "", town, ""],
        ["亡", dead.id_number, "东海县", "", ""],
        ["乙", make_person("乙").id_number, "不知何处", "", ""],
        ["丁", make_id(42), "海州区", "没有的镇", ""],
    ]
    job = take_in("transfers", workbook("户籍迁移名单", groups, rows), name="迁移.xlsx")
    assert told(job) == {9: "TRANSFER_STATE", 10: "TRANSFER_UNIT", 11: "TRANSFER_TOWN"}
    by_name = {one.name: one for one in Transfer.objects.all()}
    assert {name: one.person for name, one in by_name.items()} == {
        "甲": own, "赵六": foreign, "无此人": None, "张冠李戴": None
    }  # fmt: skip
    assert (by_name["甲"].giving_unit, by_name["甲"].receiving_unit) == ("320706", "320722")
    # Somebody who is on file elsewhere and somebody who is not: both are sent, nothing else is said.
    assert result(job) == (4, 0, 0) and not job.rows.filter(row__in=(6, 7, 8)).exclude(codes="").exists()
    again = take_in("transfers", gbk("迁移名单", ["姓名", "身份证号", "迁入乡镇"], [["无此人", stranger, town]]))
    assert again.summary["unchanged"] == 1 and Transfer.objects.count() == 4


# -- merges ----------------------------------------------------------------------------------------------------------


def test_a_list_of_doubles_merges_them(take_in, told, make_person, make_roll, standards):
    kept_one, gone = make_person("甲", category=4, grade=2), make_person("甲", phone="19000001234")
    paid, twice = make_person("乙"), make_person("乙")
    make_roll(gone)
    make_roll(paid, reference="R-2"), make_roll(twice, reference="R-3")
    foreign = make_person("赵六", area=DONGHAI_TOWN)
    groups = [("", ["姓名", "保留身份证号"]), ("重复档案", ["停用身份证号", "合并原因"])]
    rows = [
        ["甲", kept_one.id_number, gone.id_number, "换发号码"],
        ["乙", paid.id_number, twice.id_number, "重复建档"],
        ["丙", make_person("丙").id_number, foreign.id_number, "重复建档"],
        ["丁", make_person("丁").id_number, make_id(51), "重复建档"],
    ]
    job = take_in("merges", workbook("重复档案合并清单", groups, rows), name="重复档案.xlsx")
    assert told(job) == {6: "MERGE_CONFLICT", 7: "WRONG_DISTRICT", 8: "UNKNOWN_PERSON"}
    said = json.loads(job.rows.get(row=6).payload)["messages"][0]["sentence"]
    assert "困难残疾人生活补贴" in said and "2019-03" in said
    assert not Person.objects.filter(pk=gone.pk).exists()
    kept_one.refresh_from_db()
    assert (kept_one.phone, kept_one.payments.count()) == ("19000001234", 1)
    assert FormerNumber.objects.get().id_number == gone.id_number and Merge.objects.get().gone_id == gone.pk


def test_a_record_given_up_is_in_no_other_pair(take_in, told, make_person):
    one, two, three = (make_person("甲") for _ in range(3))
    headings = ["姓名", "身份证号", "重复身份证号", "原因"]
    rows = [["甲", one.id_number, two.id_number, "重复"], ["甲", two.id_number, three.id_number, "重复"]]
    assert told(take_in("merges", gbk("重复档案", headings, rows))) == {4: "DUPLICATE_IN_FILE"}
    assert set(Person.objects.all()) == {one, three}


# -- parts -----------------------------------------------------------------------------------------------------------


def test_a_roll_of_parts(take_in, told, make_person):
    person, single = make_person("甲", category=7, grade=1), make_person("乙", category=4, grade=1)
    mild = make_person("丙", category=7, grade=3)
    groups = [("", ["姓名", "身份证号"]), ("各类残疾等级", ["视力", "听力", "言语", "肢体", "智力", "精神"])]
    rows = [
        ["甲", person.id_number, "", "", "", "一级", "二级", ""],
        ["乙", single.id_number, "", "", "", "一级", "二级", ""],
        ["丙", mild.id_number, "二级", "", "", "三级", "", ""],
    ]
    job = take_in("disability_parts", workbook("多重残疾明细表", groups, rows), name="多重.xlsx")
    assert told(job) == {6: "PARTS_MISMATCH", 7: "PARTS_MISMATCH"}
    assert list(DisabilityPart.objects.values_list("category", "grade")) == [(4, 1), (5, 2)]
    more = gbk("多重残疾", ["姓名", "身份证号", "听力等级"], [["甲", person.id_number, "3"]])
    assert result(take_in("disability_parts", more)) == (0, 1, 0)
    assert list(DisabilityPart.objects.values_list("category", "grade")) == [(2, 3), (4, 1), (5, 2)]


# -- all of them -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [kind.code for kind in kinds() if kind.code != "register"])
def test_every_kind_reads_any_number_of_rows_in_as_many_statements(
    kind, make_person, haizhou_clerk, django_assert_max_num_queries
):
    """Judged alone: 60 rows of one batch cost what one row does."""
    from lianyungang_cdpf.intake.kinds import Context, kind_named
    from lianyungang_cdpf.intake.tables import DataRow

    people = [make_person(f"人{number}") for number in range(60)]
    rows = [DataRow("", row, _values(one, people[row - 1]), []) for row, one in enumerate(people)]
    haizhou_clerk.has_perm("x")
    with django_assert_max_num_queries(20):
        outcomes = list(kind_named(kind).judge(rows, Context(haizhou_clerk, month=date(2020, 1, 1))))
    assert len(outcomes) == 60


def _values(person, other) -> dict:
    return {
        "name": person.name, "id_number": person.id_number, "head_id": person.id_number, "relation": "head",
        "guardian_name": "李四", "guardian_id": other.id_number, "gone_number": other.id_number, "reason": "重复",
        "died_on": date(2020, 1, 1), "suspected_category": 4, "text": "脑瘫", "receiving": "东海县",
    }  # fmt: skip


def test_nothing_of_a_foreign_person_is_told_by_any_kind(take_in, make_person):
    foreign = make_person("赵六", area=DONGHAI_TOWN, died_on=date(2020, 1, 1), category=7, grade=1)
    row = {
        "姓名": "别名", "身份证号": foreign.id_number, "户主身份证号": foreign.id_number, "与户主关系": "户主",
        "监护人姓名": "李四", "监护关系": "父亲", "死亡日期": "2021-01-01", "疑似残疾类别": "肢体", "诊断内容": "脑瘫",
        "停用身份证号": make_id(61), "合并原因": "重复", "视力": "一级", "听力": "二级",
    }  # fmt: skip
    for kind in ("households", "guardians", "departures", "uncertified_children", "disability_parts", "merges"):
        job = take_in(kind, row, name=f"{kind}.csv")
        found = job.rows.get()
        assert found.codes == "WRONG_DISTRICT", kind
        assert "赵六" not in found.payload and "2020" not in found.payload


# -- the register ----------------------------------------------------------------------------------------------------


def test_a_register_that_moves_somebody_keeps_where_they_lived(take_in, make_person, city_clerk):
    person = make_person("甲", village="新东村")
    take_in(
        "register", {"姓名": "甲", "身份证号": person.id_number, "县区": "东海县", "乡镇": "白塔埠镇"}, staff=city_clerk
    )
    residence = person.residences.get()
    assert (residence.area.code, residence.village, residence.valid_to) == (
        HAIZHOU_TOWN,
        "新东村",
        timezone.localdate(),
    )


def test_a_register_that_only_says_more_of_the_place_is_no_move(take_in, make_person, town):
    person = make_person("甲", area="320706")
    take_in("register", {"姓名": "甲", "身份证号": person.id_number, "县区": "海州区", "乡镇": town})
    person.refresh_from_db()
    assert person.area.code == HAIZHOU_TOWN and not person.residences.exists()


def test_a_regraded_certificate_has_no_parts_until_they_are_said(take_in, make_person):
    person = make_person("甲", category=7, grade=2)
    certificate = person.certificates.get()
    for category, grade in ((1, 2), (4, 3)):
        DisabilityPart.objects.create(certificate=certificate, category=category, grade=grade)
    take_in("register", {"姓名": "甲", "身份证号": person.id_number, "残疾人证号": f"{person.id_number}71"})
    assert not DisabilityPart.objects.exists()
