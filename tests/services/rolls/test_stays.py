"""残疾人之家花名册 and 出勤月报 as offices write them: known wrong rows are found and only they; undoing one."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from facilities.models import Facility
from lianyungang_cdpf.intake.kinds import kind_named
from lianyungang_cdpf.intake.work import apply_plan
from lianyungang_cdpf.metrics.models import ChangeStamp
from services.models import FacilityStay, MonthlyAttendance
from services.stay_actions import cancel_stay, save_stay
from services.stay_posting import CODE, undo_stays
from tests.beneficiaries.samples import gbk, workbook
from tests.fixtures_city import DONGHAI_TOWN

REGISTER = [
    ("", ["序号", "姓名", "身份证号", "残疾证号"]), ("残疾情况", ["类别", "等级"]),
    ("在册情况", ["残疾人之家名称", "入家日期", "退出日期", "退出原因"]), ("", ["备注"]),
]  # fmt: skip
MONTHLY = ["序号", "姓名", "身份证号", "之家名称", "入家日期", "月份", "应出勤天数", "实际出勤天数", "备注"]
TOMORROW = date.today() + timedelta(days=1)


def entry(number, person, home, begun, ended="", reason="", name=""):
    return [number, name or person.name, person.id_number, "", "智力", "二级", home, begun, ended, reason, ""]


def months_of(person):
    rows = MonthlyAttendance.objects.standing().filter(stay__person=person)
    return {f"{month:%Y-%m}": days for month, days in rows.values_list("month", "days")}


@pytest.fixture
def homes(make_home):
    """Two of 海州区, one of them with quotation marks in its name, one that is closed, one of 东海县."""
    make_home("新海街道“残疾人之家”")
    make_home("朐阳街道残疾人之家", area="320706001")
    make_home("关停残疾人之家", stage="revoked", revoked_on=date(2019, 2, 1))
    return make_home("白塔埠镇残疾人之家", area=DONGHAI_TOWN)


def test_a_register_finds_its_wrong_rows_and_only_them(take_in, told, make_person, make_stay, make_home, homes):
    names = "甲乙丙丁戊己庚辛壬癸"
    people = dict(zip(names, (make_person(name) for name in names), strict=True))
    foreign = make_person("子", area=DONGHAI_TOWN)
    people["癸"].died_on = date(2019, 1, 31)
    people["癸"].save()
    make_stay(people["辛"], make_home("苍梧残疾人之家"))
    rows = [
        entry(1, people["甲"], "新海街道残疾人之家", "2019年3月4日"),
        entry(2, people["乙"], "新海街道“残疾人之家”", "2019.3.4", "2019.6.30", "就业"),
        entry(3, people["乙"], "朐阳街道残疾人之家", "2019-07-01"),
        entry(4, people["丙"], "新海路残疾人之家", "2019-03-04"),
        entry(5, people["丁"], "新海街道残疾人之家", "2019-03-04", "2019-03-01", "回家"),
        entry(6, people["戊"], "新海街道残疾人之家", "2019-03-04", "2019-06-30"),
        entry(7, people["己"], "新海街道残疾人之家", ""),
        entry(8, people["庚"], "新海街道残疾人之家", str(TOMORROW)),
        entry(9, people["辛"], "新海街道残疾人之家", "2019-05-06"),
        entry(10, people["壬"], "关停残疾人之家", "2019-03-04"),
        entry(11, people["癸"], "新海街道残疾人之家", "2019-03-04"),
        entry(12, foreign, "新海街道残疾人之家", "2019-03-04"),
        entry(13, people["丙"], "白塔埠镇残疾人之家", "2019-03-04"),
        entry(14, people["甲"], "新海街道残疾人之家", "2019-03-04"),
        entry(15, people["丙"], "新海街道残疾人之家", "2019-03-04", name="丙丙"),
        entry(16, people["甲"], "朐阳街道残疾人之家", "2019-05-06"),
    ]
    job = take_in(CODE, workbook("海州区2019年残疾人之家花名册", REGISTER, rows), name="花名册.xlsx")
    assert told(job) == {
        8: "STAY_FACILITY", 9: "STAY_DATES", 10: "STAY_REASON", 11: "STAY_MISSING", 12: "STAY_DATES",
        13: "STAY_ELSEWHERE", 14: "STAY_DATES", 15: "STAY_DATES", 16: "WRONG_DISTRICT", 17: "STAY_FACILITY",
        18: "DUPLICATE_IN_FILE", 19: "NAME_MISMATCH", 20: "STAY_ELSEWHERE",
    }  # fmt: skip
    stays = FacilityStay.objects.filter(job=job)
    assert set(stays.values_list("person__name", "facility__name", "admitted_on", "left_on", "leaving_reason")) == {
        ("甲", "新海街道“残疾人之家”", date(2019, 3, 4), None, ""),
        ("乙", "新海街道“残疾人之家”", date(2019, 3, 4), date(2019, 6, 30), "就业"),
        ("乙", "朐阳街道残疾人之家", date(2019, 7, 1), None, ""),
    }
    assert ChangeStamp.objects.version_of(source="services.stay", kind="disabled_persons_home", year=2019) > 0


def test_a_monthly_report_finds_its_wrong_rows_and_only_them(take_in, told, make_person, make_stay, make_home, homes):
    home = make_home("苍梧残疾人之家")
    old, new, other, short = (make_person(name) for name in ("甲", "乙", "丙", "丁"))
    make_stay(old, home, months={3: 20, 4: 21})
    make_stay(short, home, left_on=date(2019, 8, 10), leaving_reason="就业")

    def line(person, begun, month, days, place="苍梧残疾人之家"):
        return ["1", person.name, person.id_number, place, begun, month, "22", days, ""]

    rows = [
        line(old, "", "2019年8月", "20天"),
        line(old, "2019-03-04", "2019.7", "0"),
        line(new, "2019-08-05", "2019-08", "18"),
        line(new, "", "2019-09", "21"),
        line(old, "", "2019-04", "21"),
        line(old, "", "2019-03", "19"),
        line(old, "", "2019-08", "20"),
        line(old, "", "2019-06", "31"),
        line(old, "", "2019-02", "5"),
        line(old, "", f"{TOMORROW.year + 1}-01", "5"),
        line(old, "", "2019-05", ""),
        line(old, "", "", "20"),
        line(old, "", "2019-05", "半个月"),
        line(old, "2019-03-05", "2019-09", "20"),
        line(other, "", "2019-08", "20"),
        line(short, "", "2019-08", "11"),
        line(short, "", "2019-09", "11"),
        line(short, "", "2019-07", "20", "朐阳街道残疾人之家"),
    ]
    job = take_in(CODE, gbk("苍梧残疾人之家2019年出勤月报", MONTHLY, rows), name="月报.csv")
    assert told(job) == {
        8: "ATTENDANCE_KNOWN", 9: "DUPLICATE_IN_FILE", 10: "ATTENDANCE_DAYS", 11: "ATTENDANCE_DAYS",
        12: "ATTENDANCE_DAYS", 13: "ATTENDANCE_MONTH", 14: "ATTENDANCE_MONTH", 15: "NUMBER_FORMAT",
        16: "STAY_DIFFERS", 17: "STAY_MISSING", 18: "ATTENDANCE_DAYS", 19: "ATTENDANCE_DAYS", 20: "STAY_MISSING",
    }  # fmt: skip
    assert months_of(old) == {"2019-03": 20, "2019-04": 21, "2019-07": 0, "2019-08": 20}
    assert months_of(new) == {"2019-08": 18, "2019-09": 21} and months_of(short) == {}
    assert FacilityStay.objects.filter(job=job).get().person == new


def test_of_two_homes_with_one_name_the_town_says_which(take_in, told, make_person, make_home):
    make_home("幸福残疾人之家")
    second = make_home("幸福残疾人之家", area="320706001")
    town, person = second.area.name, make_person("甲")
    row = {"姓名": "甲", "身份证号": person.id_number, "残疾人之家名称": "幸福残疾人之家", "入家日期": "2019-03-04"}
    assert set(told(take_in(CODE, row, name="一.csv")).values()) == {"STAY_FACILITY"}
    assert not told(take_in(CODE, {**row, "乡镇（街道）": town}, name="二.csv"))
    assert FacilityStay.objects.get().facility == second


def test_the_same_report_again_changes_nothing(take_in, make_person, make_home):
    make_home("苍梧残疾人之家")
    row = {
        "姓名": "甲", "身份证号": make_person("甲").id_number, "残疾人之家": "苍梧残疾人之家", "入家日期": "2019-03-04",
        "出勤月份": "2019-03", "出勤天数": "20",
    }  # fmt: skip
    take_in(CODE, row, name="一.csv")
    again = take_in(CODE, {**row, "备注": "又一次"}, name="二.csv")
    assert again.summary["valid_rows"] == 1 and again.state == "posted"
    assert FacilityStay.objects.count() == MonthlyAttendance.objects.count() == 1


def test_a_roll_is_undone_whole_with_the_days_of_leaving_that_it_wrote(
    take_in, make_person, make_stay, make_home, haizhou_clerk, counted
):
    home, other = make_home("苍梧残疾人之家"), make_home("朐阳街道残疾人之家", area="320706001")
    leaver = make_person("甲")
    stay = make_stay(leaver, home, months={3: 20})
    told = {"身份证号": leaver.id_number, "姓名": "甲"}
    job = take_in(
        CODE,
        {
            **told,
            "残疾人之家": home.name,
            "退出日期": "2019-05-31",
            "退出原因": "转院",
            "月份": "2019-05",
            "出勤天数": "3",
        },
        {**told, "残疾人之家": other.name, "入家日期": "2019-06-01", "月份": "2019-06", "出勤天数": "9"},
    )
    stay.refresh_from_db()
    assert (stay.left_on, stay.leaving_reason) == (date(2019, 5, 31), "转院")
    assert months_of(leaver) == {"2019-03": 20, "2019-05": 3, "2019-06": 9}
    assert undo_stays(by=haizhou_clerk, job=job, reason="导错文件") == 3
    stay.refresh_from_db()
    job.refresh_from_db()
    assert (stay.left_on, stay.leaving_reason, job.state) == (None, "", "undone")
    assert months_of(leaver) == {"2019-03": 20}
    assert set(FacilityStay.objects.cancelled().values_list("cancel_reason", flat=True)) == {"导错文件"}
    assert counted("services.persons_in_facilities", "disabled_persons_home") == 1
    with pytest.raises(ValidationError, match="已入账"):
        undo_stays(by=haizhou_clerk, job=job, reason="再来一次")


def test_a_roll_that_others_have_built_on_is_not_undone(take_in, make_person, make_stay, make_home, haizhou_clerk):
    home, other = make_home("苍梧残疾人之家"), make_home("朐阳街道残疾人之家", area="320706001")
    new, leaver = make_person("甲"), make_person("乙")
    old = make_stay(leaver, home)
    told = {"残疾人之家": home.name}
    job = take_in(
        CODE,
        {**told, "姓名": "甲", "身份证号": new.id_number, "入家日期": "2019-03-04"},
        {**told, "姓名": "乙", "身份证号": leaver.id_number, "退出日期": "2019-05-31", "退出原因": "回家"},
    )
    stay = FacilityStay.objects.get(person=new)
    save_stay(by=haizhou_clerk, stay=stay, months=[MonthlyAttendance(month=date(2019, 3, 1), days=4)])
    with pytest.raises(ValidationError, match="登记了 1 个月的出勤"):
        undo_stays(by=haizhou_clerk, job=job, reason="导错文件")
    cancel_stay(by=haizhou_clerk, stay=stay, reason="登记错人")
    again = make_stay(leaver, other, date(2019, 6, 1))
    with pytest.raises(ValidationError, match="又在别处入家"):
        undo_stays(by=haizhou_clerk, job=job, reason="导错文件")
    job.refresh_from_db()
    old.refresh_from_db()
    assert job.state == "posted" and old.left_on == date(2019, 5, 31)
    cancel_stay(by=haizhou_clerk, stay=again, reason="登记错人")
    undo_stays(by=haizhou_clerk, job=job, reason="导错文件")
    old.refresh_from_db()
    assert old.left_on is None


def test_a_posted_roll_is_undone_from_its_page(take_in, make_person, make_home, haizhou_clerk, sign_in):
    home = make_home()
    person = make_person("甲")
    row = {"姓名": "甲", "身份证号": person.id_number, "残疾人之家": home.name, "入家日期": "2019-03-04"}
    job = take_in(CODE, row)
    client, page = sign_in(haizhou_clerk), reverse("services:undo_stays", args=[job.uid])
    assert page in client.get(reverse("intake:job", args=[job.uid])).content.decode()
    assert "在册登记 1 条，出勤 0 条" in client.get(page).content.decode()
    assert client.post(page, {"reason": ""}).status_code == 422
    assert client.post(page, {"reason": "导错文件"}).status_code == 302
    assert not FacilityStay.objects.standing().exists()


def test_another_countys_roll_is_answered_like_none(take_in, make_person, make_home, donghai_clerk, sign_in):
    home, person = make_home(), make_person("甲")
    job = take_in(CODE, {"姓名": "甲", "身份证号": person.id_number, "残疾人之家": home.name, "入家日期": "2019-03-04"})
    client = sign_in(donghai_clerk)
    assert client.get(reverse("services:undo_stays", args=[job.uid])).status_code == 404
    with pytest.raises(ValidationError):
        undo_stays(by=donghai_clerk, job=job, reason="不是我的")
    assert FacilityStay.objects.standing().exists()


def test_the_blank_form_asks_for_what_a_report_needs(haizhou_clerk):
    columns = kind_named(CODE).roll.columns
    labels = [column.label for column in columns.values() if column.asked]
    for label in ("姓名", "身份证号", "残疾人之家名称", "入家日期", "退出日期", "退出原因", "出勤月份"):
        assert label in labels


@pytest.mark.parametrize(("left_on", "codes"), [("2019-08-10", ["STAY_DATES"]), ("2019-08-20", [])])
def test_nobody_leaves_before_the_days_of_the_month_that_are_on_file(
    left_on, codes, take_in, told, make_person, make_stay, homes
):
    person, home = make_person("甲"), Facility.objects.get(name="朐阳街道残疾人之家")
    stay = make_stay(person, home, months={8: 20})
    row = entry(1, person, home.name, "2019-03-04", left_on, "就业")
    assert list(told(take_in(CODE, workbook("花名册", REGISTER, [row]), name="花名册.xlsx")).values()) == codes
    stay.refresh_from_db()
    assert str(stay.left_on) == ("None" if codes else left_on)


# -- what others write between judging and writing ---------------------------------------------------------------------


@pytest.fixture
def overtaken(monkeypatch):
    """overtaken(deed): somebody does the deed once, after a roll was judged and before it is written."""

    def by_another(deed):
        real = apply_plan

        def late(*told):
            monkeypatch.setattr("lianyungang_cdpf.intake.work.apply_plan", real)
            deed()
            return real(*told)

        monkeypatch.setattr("lianyungang_cdpf.intake.work.apply_plan", late)

    return by_another


def test_who_was_admitted_elsewhere_meanwhile_is_not_admitted_for_the_same_days(
    take_in, told, make_person, make_stay, make_home, homes, overtaken
):
    person, other = make_person("甲"), make_home("苍梧残疾人之家")
    row = entry(1, person, "朐阳街道残疾人之家", "2019-03-04", "2019-06-30", "就业")
    overtaken(lambda: make_stay(person, other, date(2019, 5, 6)))
    job = take_in(CODE, workbook("花名册", REGISTER, [row]), name="花名册.xlsx")
    assert job.state == "ready" and list(told(job).values()) == ["STAY_ELSEWHERE"]
    assert FacilityStay.objects.get().facility == other


def test_days_after_a_leaving_that_was_written_meanwhile_are_not_recorded(
    take_in, told, make_person, make_stay, homes, overtaken, city_clerk
):
    person = make_person("甲")
    stay = make_stay(person, Facility.objects.get(name="朐阳街道残疾人之家"))

    def leave():
        stay.left_on, stay.leaving_reason = date(2019, 3, 31), "就业"
        save_stay(by=city_clerk, stay=stay)

    overtaken(leave)
    row = ["1", "甲", person.id_number, "朐阳街道残疾人之家", "", "2019年4月", "22", "20", ""]
    job = take_in(CODE, gbk("出勤月报", MONTHLY, [row]), name="月报.csv")
    assert job.state == "ready" and list(told(job).values()) == ["ATTENDANCE_DAYS"] and months_of(person) == {}
