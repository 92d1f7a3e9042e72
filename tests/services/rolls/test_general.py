"""The roll that any kind of service has, those that an administrator adds too."""

from datetime import date

from beneficiaries.models import Household, HouseholdMember
from lianyungang_cdpf.intake.kinds import kind_named
from services.models import Service, ServiceKind
from tests.beneficiaries.samples import gbk, workbook
from tests.fixtures_city import DONGHAI_TOWN

ACTIVITY = [("", ["姓名", "身份证号"]), ("活动情况", ["活动名称", "活动日期", "举办单位"]), ("", ["备注"])]


def test_a_kind_that_the_city_has_just_added_takes_a_roll(take_in, told, make_person):
    ServiceKind.objects.create(code="chess", name="象棋进社区", unit="人次", words=["象棋"])
    person, foreign = make_person("甲"), make_person("乙", area=DONGHAI_TOWN)
    rows = [
        ["甲", person.id_number, "象棋比赛", "2019-05-18", "海州区残联", ""],
        ["甲", person.id_number, "象棋培训", "2019-05-18", "海州区残联", "下午"],
        ["甲", person.id_number, "象棋比赛", "2019.5.18", "区体育局", ""],
        ["乙", foreign.id_number, "象棋比赛", "2019-05-18", "海州区残联", ""],
        ["甲", person.id_number, "象棋比赛", "", "海州区残联", ""],
    ]
    job = take_in("chess", workbook("海州区象棋进社区活动签到册", ACTIVITY, rows), name="象棋.xlsx")
    assert told(job) == {7: "DUPLICATE_IN_FILE", 8: "WRONG_DISTRICT", 9: "MISSING_REQUIRED"}
    assert set(Service.objects.values_list("kind__code", "content", "served_on", "remarks")) == {
        ("chess", "象棋比赛", date(2019, 5, 18), ""), ("chess", "象棋培训", date(2019, 5, 18), "下午"),
    }  # fmt: skip


def test_a_kind_by_household_asks_for_one(take_in, told, make_person):
    person, alone = (make_person(name, category=4, grade=1) for name in ("甲", "乙"))
    household = Household.objects.create(area=person.area)
    HouseholdMember.objects.create(household=household, person=person, relation="head")
    headings = ["姓名", "身份证号", "救助日期", "救助金额"]
    rows = [["甲", person.id_number, "2019-05-18", "20000"], ["乙", alone.id_number, "2019-05-18", "20000"]]
    job = take_in("housing_aid", gbk("危房改造救助名册", headings, rows), name="危房改造.csv")
    assert told(job) == {4: "HOUSEHOLD_MISSING"}
    assert Service.objects.get().household == household


def test_a_kind_without_a_record_form_takes_no_roll(city):
    ServiceKind.objects.create(code="later", name="以后再说", unit="人", record_form="")
    assert kind_named("later") is None and kind_named("culture_sport").group == "其他救助和活动"
