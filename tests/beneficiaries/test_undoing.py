"""撤销导入 of the register and of every roll about people: all is as it was, or nothing has changed and it says why."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from beneficiaries.actions import save_person
from beneficiaries.disability_parts import set_parts
from beneficiaries.merging import merge_people
from beneficiaries.models import (
    Certificate,
    DisabilityPart,
    Guardian,
    HardshipStatus,
    Household,
    HouseholdMember,
    Person,
    Transfer,
)
from beneficiaries.moving import agree_to_transfer, offer_person
from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.intake.models import ImportJob, ImportTrace
from lianyungang_cdpf.intake.undoing import UndoRefused
from lianyungang_cdpf.metrics.models import ChangeStamp
from tests.fixtures_city import DONGHAI_TOWN, HAIZHOU_TOWN, make_id

ACCOUNT, OTHER_ACCOUNT = "6299999630040357070", "6299993156827197436"
OLD, YOUNG = date(1950, 5, 5), date(2018, 6, 1)
NEW = make_id(300)


@pytest.fixture
def town(city):
    from lianyungang_cdpf.accounts.models import Area

    return Area.objects.get(code=HAIZHOU_TOWN).common_name


def new_row(number=NEW, **more):
    return {"姓名": "张三", "身份证号": number, "县区": "海州区", **more}


def full_row(person):
    """A row that changes whatever a register may change of somebody."""
    return {
        "姓名": "单小云", "身份证号": person.id_number, "县区": "海州区", "联系电话": "13900005678",
        "银行账号": OTHER_ACCOUNT, "家庭住址": "新路2号", "村（社区）": "新村", "家庭困难情况": "特困",
        "残疾人证号": f"{person.id_number}43", "户口性质": "农村", "死亡日期": "2020-05-06",
    }  # fmt: skip


def owners(refused) -> set:
    return set(refused.value.obstacles.found)


def words(refused, person) -> dict:
    return dict(refused.value.obstacles.found[person.pk])


# -- the register ------------------------------------------------------------------------------------------------------


def test_people_whom_a_register_put_on_file_are_gone_with_all_that_came_with_them(take_in, take_back, snapshot):
    before = snapshot()
    job = take_in("register", new_row(残疾人证号=f"{NEW}42", 家庭困难情况="低保"), new_row(make_id(301)))
    assert (Person.objects.count(), Certificate.objects.count(), HardshipStatus.objects.count()) == (2, 1, 1)
    take_back(job)
    assert snapshot() == before
    assert job.state == ImportJob.State.UNDONE and "传错了文件" in job.sentence
    line = AuditLine.objects.get(deed="撤销导入")
    assert line.username == "haizhou_clerk" and "传错了文件" in line.summary


def test_every_value_that_a_register_replaced_is_back(take_in, take_back, snapshot, make_person):
    person = make_person(
        "张三", phone="13800001234", account_no=ACCOUNT, category=7, grade=1, hardship="低保", address="旧路1号"
    )
    for category, grade in ((1, 1), (4, 3)):
        DisabilityPart.objects.create(certificate=person.certificates.get(), category=category, grade=grade)
    before, changed_at = snapshot(), person.updated_at
    job = take_in("register", full_row(person))
    after = snapshot()
    assert {label for label in before if before[label] != after[label]} == {
        "beneficiaries.Person", "beneficiaries.Certificate", "beneficiaries.DisabilityPart",
        "beneficiaries.HardshipStatus",
    }  # fmt: skip
    take_back(job)
    assert snapshot() == before
    person.refresh_from_db()
    assert (person.phone, person.account_no, person.updated_at) == ("13800001234", ACCOUNT, changed_at)


def test_dated_certificates_and_statuses_stand_again_as_they_stood(take_in, take_back, snapshot, make_person):
    person = make_person("甲", category=4, grade=1, hardship="低保")
    Certificate.objects.update(valid_from=date(2015, 1, 1))
    HardshipStatus.objects.update(valid_from=date(2016, 1, 1))
    before = snapshot()
    job = take_in("register", {"姓名": "甲", "身份证号": person.id_number, "残疾人证号": f"{person.id_number}42",
                               "家庭困难情况": "特困"})  # fmt: skip
    assert Certificate.objects.count() == HardshipStatus.objects.count() == 2
    take_back(job)
    assert snapshot() == before


def test_who_was_moved_by_a_register_lives_where_they_lived(take_in, take_back, snapshot, make_person, city_clerk):
    person = make_person("甲", village="新东村", address="3组12号")
    before = snapshot()
    job = take_in("register", {"姓名": "甲", "身份证号": person.id_number, "县区": "东海县"}, staff=city_clerk)
    assert person.residences.count() == 1
    take_back(job)
    assert snapshot() == before


def test_the_same_file_can_be_imported_again_after_it_was_undone(take_in, take_back, snapshot, make_person):
    person = make_person("甲", phone="13800001234")
    rows = [full_row(person), new_row()]
    job = take_in("register", *rows)
    after = snapshot()
    take_back(job)
    again = take_in("register", *rows)
    assert again.state == "posted" and again.pk != job.pk and again.sentence == ""
    assert again.summary["result"] == job.summary["result"]

    def plain(held):
        return [[{**row, "id": 0, "person_id": 0, "created_at": 0} for row in rows] for rows in held.values()]

    assert plain(snapshot()) == plain(after)


def test_imports_are_undone_the_last_first(take_in, take_back, snapshot, make_person):
    person = make_person("甲", phone="13800001234")
    before = snapshot()
    first = take_in("register", {**full_row(person)}, name="一.csv")
    between = snapshot()
    second = take_in("register", {**full_row(person), "联系电话": "19000001234"}, name="二.csv")
    with pytest.raises(UndoRefused) as refused:
        take_back(first)
    assert words(refused, person) == {"残疾人档案在导入以后又改过": 1}
    take_back(second)
    assert snapshot() == between
    take_back(first)
    assert snapshot() == before


def test_figures_are_counted_anew(take_in, take_back):
    job = take_in("register", new_row())
    version = ChangeStamp.objects.get(source="beneficiaries.person").version
    take_back(job)
    assert ChangeStamp.objects.get(source="beneficiaries.person").version == version + 1


def test_an_import_is_undone_once(take_in, take_back):
    job = take_back(take_in("register", new_row()))
    with pytest.raises(UndoRefused, match="已撤销"):
        take_back(job)


def test_an_import_without_a_trace_is_not_undone(take_in, take_back, snapshot):
    job = take_in("register", new_row())
    ImportTrace.objects.all().delete()
    before = snapshot()
    with pytest.raises(UndoRefused, match="原值"):
        take_back(job)
    assert snapshot() == before


def test_nothing_secret_stands_in_the_clear_in_what_is_kept(take_in, make_person):
    person = make_person(phone="13800001234", address="旧路1号")
    take_in("register", full_row(person))
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload FROM intake_importtrace")
        stored = b"".join(bytes(cell) for (cell,) in cursor.fetchall())
    assert stored and b"13800001234" not in stored and "旧路".encode() not in stored


# -- what stands in the way ------------------------------------------------------------------------------------------


def refused_whole(take_back, job, snapshot):
    """The refusal, and that it changed nothing."""
    before = snapshot()
    with pytest.raises(UndoRefused) as refused:
        take_back(job)
    assert snapshot() == before
    assert ImportJob.objects.get(pk=job.pk).state == "posted"
    return refused


def test_a_payment_to_somebody_new_stands_in_the_way(take_in, take_back, snapshot, make_roll, standards):
    job = take_in("register", new_row(), new_row(make_id(301)))
    paid = Person.objects.numbered(NEW).get()
    make_roll(paid)
    refused = refused_whole(take_back, job, snapshot)
    assert owners(refused) == {paid.pk} and words(refused, paid) == {"补贴发放": 1}
    assert "1 人" in refused.value.sentence


def test_a_payment_from_before_does_not_stand_in_the_way_and_one_from_after_does(
    take_in, take_back, snapshot, make_person, make_roll, standards
):
    person = make_person("甲", category=4, grade=1)
    make_roll(person)
    before = snapshot()
    row = {"姓名": "甲", "身份证号": person.id_number, "残疾人证号": f"{person.id_number}43"}
    take_back(take_in("register", row))
    assert snapshot() == before
    job = take_in("register", row)
    payment = make_roll(person, reference="R-2", month=date(2019, 4, 1)).payments.get()
    refused = refused_whole(take_back, job, snapshot)
    assert words(refused, person) == {"补贴发放": 1}
    payment.live = False
    payment.save()
    take_back(job)
    assert Certificate.objects.get().grade == 1


def edit(person, by):
    person.address = "手工改的地址"
    save_person(by=by, person=person)


def part(person, by):
    set_parts(by=by, certificate=person.certificates.get(), parts={1: 2, 4: 3})


def guard(person, by):
    ward = Person.objects.get(name="乙")
    Guardian.objects.create(person=ward, name="甲", relation="parent", on_file=person)


def join(person, by):
    household = Household.objects.create(area=person.area)
    HouseholdMember.objects.create(household=household, person=person, relation="head")


def offer(person, by):
    offer_person(by=by, person=person, receiving_unit="320722", reason="随子女居住")


def merge(person, by):
    merge_people(by=by, kept=Person.objects.get(name="乙"), gone=person, reason="同一人")


def absorb(person, by):
    merge_people(by=by, kept=person, gone=Person.objects.get(name="乙"), reason="同一人")


@pytest.mark.parametrize("deed", [edit, part, guard, join, offer, merge, absorb], ids=lambda deed: deed.__name__)
def test_whatever_was_built_on_somebody_stands_in_the_way(take_in, take_back, snapshot, make_person, make_staff, deed):
    make_person("乙")
    clerk = make_staff("clerk_of_haizhou")
    job = take_in("register", {**new_row(), "姓名": "甲", "残疾人证号": f"{NEW}72"})
    person = Person.objects.get(name="甲")
    # Some of these deeds are the reviewer's: who may, is not the question here.
    clerk.is_superuser = True
    clerk.save()
    deed(person, clerk)
    refused = refused_whole(take_back, job, snapshot)
    assert owners(refused) == {person.pk}


def test_a_request_that_was_withdrawn_does_not_stand_in_the_way_of_a_change(
    take_in, take_back, snapshot, make_person, haizhou_clerk
):
    from beneficiaries.moving import withdraw_transfer

    person = make_person("甲", phone="13800001234")
    job = take_in("register", {"姓名": "甲", "身份证号": person.id_number, "联系电话": "13900005678"})
    transfer = offer_person(by=haizhou_clerk, person=person, receiving_unit="320722", reason="随子女居住")
    refused_whole(take_back, job, snapshot)
    withdraw_transfer(by=haizhou_clerk, transfer=transfer)
    take_back(job)
    person.refresh_from_db()
    assert person.phone == "13800001234"


# -- every roll about people -------------------------------------------------------------------------------------------


@pytest.fixture
def world(make_person, town):
    """People whom the rolls of `rolls_of` change: by the names in them."""
    head = make_person("孙一", id_number=make_id(7, OLD), category=7, grade=2)
    child = make_person("孙二", id_number=make_id(8, YOUNG), basis="family_member")
    lived = Household.objects.create(area=head.area)
    HouseholdMember.objects.create(household=lived, person=child, relation="head")
    HouseholdMember.objects.create(household=lived, person=make_person("孙四"), relation="child")
    Guardian.objects.create(person=child, name="李刚", relation="parent")
    for category, grade in ((1, 2), (4, 3)):
        DisabilityPart.objects.create(certificate=head.certificates.get(), category=category, grade=grade)
    return {"head": head, "child": child, "town": town}


def rolls_of(world) -> dict[str, list[dict]]:
    head, child, town = world["head"], world["child"], world["town"]
    one, other = {"姓名": "孙一", "身份证号": head.id_number}, {"姓名": "孙二", "身份证号": child.id_number}
    house = {"户主身份证号": head.id_number, "乡镇": town, "入户日期": "2020-03-01"}
    return {
        "households": [
            {**house, **one, "与户主关系": "户主"}, {**house, **other, "与户主关系": "女"},
            {**house, "姓名": "孙三", "身份证号": make_id(9), "与户主关系": "子"},
        ],
        "guardians": [
            {**other, "监护人姓名": "李刚", "监护关系": "其他亲属", "监护人电话": "19000001234"},
            {**other, "监护人姓名": "孙一", "监护人身份证号": head.id_number, "监护关系": "祖父"},
        ],
        "uncertified_children": [
            {**other, "乡镇": town, "疑似残疾类别": "智力", "诊断内容": "发育迟缓"},
            {"姓名": "小新", "身份证号": make_id(30, YOUNG), "乡镇": town, "疑似残疾类别": "智力", "诊断内容": "迟缓"},
        ],
        "departures": [{**other, "死亡日期": "2021-03-04", "原因": "病故"}, {**one, "迁出日期": "2022-05-06"}],
        "disability_parts": [{**one, "视力": "二级", "听力": "四级", "肢体": "三级"}],
        "register": [full_row(head), new_row()],
    }  # fmt: skip


KINDS = ["households", "guardians", "uncertified_children", "departures", "disability_parts", "register"]


@pytest.mark.parametrize("kind", KINDS)
def test_all_is_as_it_was_after_a_roll_is_undone(world, take_in, take_back, snapshot, kind):
    rows, before = rolls_of(world)[kind], snapshot()
    job = take_in(kind, *rows, name=f"{kind}.csv")
    assert job.summary["bad_rows"] == 0 and snapshot() != before
    take_back(job)
    assert snapshot() == before
    assert take_in(kind, *rows, name=f"{kind}.csv").summary["result"] == job.summary["result"]


def test_a_household_that_others_joined_stands(world, take_in, take_back, snapshot, make_person):
    job = take_in("households", *rolls_of(world)["households"])
    joined = Household.objects.latest("id")
    HouseholdMember.objects.create(household=joined, person=make_person("孙五"), relation="sibling")
    refused = refused_whole(take_back, job, snapshot)
    assert sum(sum(found.values()) for found in refused.value.obstacles.found.values()) >= 1


def test_who_lives_elsewhere_by_now_is_no_reason_to_break_a_constraint(world, take_in, take_back, snapshot):
    """The roll ended a membership; another was begun by hand, so that the ended one can't be opened again."""
    child = world["child"]
    ended = {**rolls_of(world)["households"][1], "户主身份证号": child.id_number, "与户主关系": "户主",
             "迁出日期": "2021-01-01"}  # fmt: skip
    job = take_in("households", ended)
    assert job.summary["result"]["changed"] == 1
    household = Household.objects.create(area=child.area)
    HouseholdMember.objects.create(household=household, person=child, relation="head")
    refused = refused_whole(take_back, job, snapshot)
    assert "冲突" in refused.value.sentence


def test_parts_said_again_since_stand(world, take_in, take_back, snapshot, haizhou_clerk):
    job = take_in("disability_parts", *rolls_of(world)["disability_parts"])
    set_parts(by=haizhou_clerk, certificate=world["head"].certificates.get(), parts={1: 2, 5: 4})
    refused = refused_whole(take_back, job, snapshot)
    assert words(refused, world["head"]) == {"多重残疾明细在导入以后已删除或合并": 3}


# -- merges and transfers ----------------------------------------------------------------------------------------------


def test_an_undone_list_of_doubles_gives_everything_back_to_the_record_given_up(
    take_in, take_back, snapshot, make_person, make_roll, standards
):
    kept, gone = make_person("甲", category=4, grade=2), make_person("甲", phone="19000001234", category=5, grade=3)
    for person in (kept, gone):
        household = Household.objects.create(area=person.area)
        HouseholdMember.objects.create(household=household, person=person, relation="head")
    Guardian.objects.create(person=make_person("乙"), name="甲", relation="parent", on_file=gone)
    make_roll(gone)
    ChangeStamp.objects.touch(source="subsidies.payment", kind="hardship_subsidy", year=2019)
    before = snapshot()
    job = take_in("merges", {"姓名": "甲", "保留身份证号": kept.id_number, "停用身份证号": gone.id_number,
                             "合并原因": "同一人有新旧两个号码"})  # fmt: skip
    assert job.summary["result"]["changed"] == 1 and not Person.objects.filter(pk=gone.pk).exists()
    version = ChangeStamp.objects.get(source="subsidies.payment").version
    take_back(job)
    assert snapshot() == before
    assert ChangeStamp.objects.get(source="subsidies.payment").version == version + 1


def test_requests_of_an_undone_list_are_withdrawn_and_never_deleted(take_in, take_back, make_person, town):
    own, foreign = make_person("甲"), make_person("赵六", area=DONGHAI_TOWN)
    rows = [
        {"姓名": "甲", "身份证号": own.id_number, "迁入县区": "东海县", "迁入乡镇": ""},
        {"姓名": "赵六", "身份证号": foreign.id_number, "迁入县区": "海州区", "迁入乡镇": town},
    ]
    job = take_in("transfers", *rows)
    take_back(job)
    assert list(Transfer.objects.values_list("state", "answer")) == [("withdrawn", "传错了文件")] * 2
    assert take_in("transfers", *rows).summary["result"]["new"] == 2


def test_a_request_that_was_agreed_to_stands_in_the_way(take_in, take_back, snapshot, make_person, donghai_clerk):
    from lianyungang_cdpf.accounts.models import Area

    own, other = make_person("甲"), make_person("乙")
    rows = [{"姓名": one.name, "身份证号": one.id_number, "迁入县区": "东海县"} for one in (own, other)]
    job = take_in("transfers", *rows)
    request = Transfer.objects.get(person=own)
    agree_to_transfer(by=donghai_clerk, transfer=request, town=Area.objects.get(code=DONGHAI_TOWN))
    refused = refused_whole(take_back, job, snapshot)
    assert owners(refused) == {request.pk}


# -- cost --------------------------------------------------------------------------------------------------------------


def test_an_undo_takes_as_many_statements_for_500_rows_as_for_10(take_in, take_back, make_person):
    asked = {}
    for count, first in ((10, 0), (500, 100)):
        known = [make_person(f"甲{number}", id_number=make_id(number % 500, date(1960 + number // 500, 1, 1)))
                 for number in range(first, first + count // 2)]  # fmt: skip
        born = date(1970, 1, 1) if count == 10 else date(1971, 1, 1)
        rows = [full_row(one) | {"姓名": one.name} for one in known]
        rows += [new_row(make_id(number, born), 家庭困难情况="低保") for number in range(count // 2)]
        job = take_in("register", *rows, name=f"{count}.csv")
        assert job.summary["result"]["new"] == job.summary["result"]["changed"] == count // 2
        with CaptureQueriesContext(connection) as queries:
            take_back(job)
        asked[count] = len(queries)
    assert asked[500] == asked[10] and asked[10] < 120
