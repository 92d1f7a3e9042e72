"""The register as a file: upsert by ID number, nothing erased by a blank, everything replaced is kept."""

import json
from datetime import date, timedelta

import pytest
from django.utils import timezone

from beneficiaries.models import Certificate, HardshipStatus, Person
from beneficiaries.register import phone_in
from beneficiaries.register_apply import RegisterWriter
from lianyungang_cdpf.accounts.models import Zone
from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.intake import work
from tests.fixtures_city import DONGHAI_TOWN, HAIZHOU_TOWN, make_id

ACCOUNT, OTHER_ACCOUNT = "6299999630040357070", "6299993156827197436"
NEW = make_id(300)


@pytest.fixture
def bring_in(send, run_import, post, haizhou_clerk):
    """The import of one register file, its valid rows posted; rows as {heading: text}."""

    def brought(*rows, staff=haizhou_clerk):
        headings = list(dict.fromkeys(heading for row in rows for heading in row))
        lines = [headings, *([row.get(heading, "") for heading in headings] for row in rows)]
        job = run_import(send(staff, "register", lines, name="档案.csv"))
        return post(job) if job.state == "ready" and job.summary["valid_rows"] else job

    return brought


def row(name="张三", id_number=NEW, county="海州区", town="", **more):
    return {"姓名": name, "身份证号": id_number, "县区": county, "乡镇": town, **more}


def of(person, **more):
    return {"姓名": person.name, "身份证号": person.id_number, **more}


def told(job) -> list[str]:
    found = job.rows.exclude(codes="").order_by("row").values_list("codes", flat=True)
    return list(found)


def counts(job) -> tuple:
    return tuple(job.summary["result"][name] for name in ("new", "changed", "unchanged"))


@pytest.fixture
def town_name(city):
    from lianyungang_cdpf.accounts.models import Area

    return lambda code: Area.objects.get(code=code).common_name


# -- new people ------------------------------------------------------------------------------------------------------


def test_a_new_person_has_all_that_the_row_says(bring_in, town_name):
    said = {
        "村（社区）": "朝阳社区", "家庭住址": "朝阳路1号", "户口性质": "农村", "联系电话": "13800001234",
        "开户银行": "农商行", "银行账号": ACCOUNT, "户名": "监护人", "家庭困难情况": "低保", "残疾人证号": f"{NEW}42",
        "残疾类别": "肢体", "残疾等级": "二级",
    }  # fmt: skip
    job = bring_in(row("欧阳 娜", town=town_name(HAIZHOU_TOWN), **said))
    person = Person.objects.get()
    assert (person.name, person.pinyin, person.initials) == ("欧阳娜", "ouyangna", "oyn")
    assert (person.id_number, person.birth_date, person.sex) == (NEW, date(1980, 1, 1), "M")
    assert (person.area.code, person.village, person.address) == (HAIZHOU_TOWN, "朝阳社区", "朝阳路1号")
    assert (person.hukou_type, person.phone, person.bank_name) == ("rural", "13800001234", "农商行")
    assert (person.account_no, person.account_holder) == (ACCOUNT, "监护人")
    certificate = person.certificates.get()
    assert (certificate.number, certificate.category, certificate.grade) == (f"{NEW}42", 4, 2)
    assert (certificate.status, certificate.valid_from, certificate.valid_to) == ("valid", None, None)
    assert person.hardships.get().status == "低保"
    assert counts(job) == (1, 0, 0) and told(job) == []
    assert AuditLine.objects.filter(deed="导入残疾人档案", username="haizhou_clerk").exists()


def test_the_same_file_twice_changes_nothing_the_second_time(bring_in, town_name):
    rows = [
        row("甲", make_id(301), town=town_name(HAIZHOU_TOWN), 残疾人证号=f"{make_id(301)}42B1", 家庭困难情况="低保"),
        row("乙", make_id(302), 联系电话="0518-85555555", 银行账号=ACCOUNT, 死亡日期="2019-05-06"),
    ]
    assert counts(bring_in(*rows)) == (2, 0, 0)
    assert counts(bring_in(*rows)) == (0, 0, 2)
    assert (Certificate.objects.count(), HardshipStatus.objects.count()) == (1, 1)


# -- known people ----------------------------------------------------------------------------------------------------


def test_a_blank_never_erases(bring_in, make_person):
    person = make_person(
        phone="13800001234", account_no=ACCOUNT, category=4, grade=1, hardship="低保", address="某路1号",
        village="某村", bank_name="农商行", account_holder="监护人", hukou_type="rural", died_on=date(2020, 1, 1),
        moved_out_on=date(2019, 12, 1),
    )  # fmt: skip
    blank = dict.fromkeys(
        ["联系电话", "银行账号", "残疾人证号", "家庭困难情况", "家庭住址", "村（社区）", "开户银行", "户名", "户口性质",
         "死亡日期", "迁出日期", "县区", "乡镇", "残疾证状态"], ""
    )  # fmt: skip
    assert counts(bring_in(of(person, **blank))) == (0, 0, 1)
    after = Person.objects.get()
    names = [field.attname for field in Person._meta.concrete_fields]
    assert [getattr(after, name) for name in names] == [getattr(person, name) for name in names]
    assert (after.certificates.get().status, after.hardships.get().status) == ("valid", "低保")


def test_a_row_changes_whatever_it_says(bring_in, make_person):
    person = make_person("张三", phone="13800001234", account_no=ACCOUNT, category=4, grade=1, hardship="低保")
    bring_in(
        of(
            person,
            联系电话="13900005678",
            银行账号=OTHER_ACCOUNT,
            家庭住址="新路2号",
            家庭困难情况="特困",
            残疾人证号=f"{person.id_number}43",
        )  # fmt: skip
    )
    person.refresh_from_db()
    assert (person.phone, person.account_no, person.address) == ("13900005678", OTHER_ACCOUNT, "新路2号")
    assert (person.certificates.get().grade, person.hardships.get().status) == (3, "特困")


def test_a_changed_name_is_found_under_its_new_reading(bring_in, make_person):
    person = make_person("张三")
    bring_in({**of(person), "姓名": "单小云"})
    person.refresh_from_db()
    assert (person.name, person.name_key, person.pinyin) == ("单小云", "单小云", "shanxiaoyun")


def test_nothing_secret_stands_in_the_clear_in_what_is_kept(bring_in, make_person):
    from django.db import connection

    person = make_person(phone="13800001234")
    bring_in(of(person, 联系电话="13900005678", 银行账号="12"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload FROM intake_importrow")
        stored = b"".join(bytes(cell) for (cell,) in cursor.fetchall())
    assert b"13800001234" not in stored and person.id_number.encode() not in stored


# -- places ----------------------------------------------------------------------------------------------------------


def test_somebody_known_elsewhere_is_never_doubled(bring_in, make_person):
    person = make_person("张三", area=DONGHAI_TOWN)
    job = bring_in(of(person, 县区="海州区"))
    assert told(job) == ["WRONG_DISTRICT"]
    assert Person.objects.get().area.code == DONGHAI_TOWN
    row = json.loads(job.rows.get().payload)
    assert "不在本辖区" in row["messages"][0]["sentence"]


def test_a_new_person_of_another_county_is_not_taken_in(bring_in):
    assert told(bring_in(row(county="东海县"))) == ["WRONG_DISTRICT"]
    assert not Person.objects.exists()


def test_the_city_moves_people_between_counties(bring_in, make_person, city_clerk, town_name):
    person = make_person()
    bring_in(of(person, 县区="东海县", 乡镇=town_name(DONGHAI_TOWN)), staff=city_clerk)
    person.refresh_from_db()
    assert person.area.code == DONGHAI_TOWN


@pytest.mark.parametrize("county", ["海州区", "海州", "320706", "连云港市海州区"])
def test_counties_go_by_name_or_code(bring_in, town_name, county):
    bring_in(row(county=county, town=town_name(HAIZHOU_TOWN)))
    assert Person.objects.get().area.code == HAIZHOU_TOWN


def test_a_town_needs_no_ending_and_an_unknown_one_is_told(bring_in, town_name):
    short = town_name(HAIZHOU_TOWN).removesuffix("街道").removesuffix("镇")
    job = bring_in(row("甲", make_id(301), town=short), row("乙", make_id(302), town="没有的镇"))
    assert told(job) == ["W_TOWN_UNKNOWN"]
    areas = dict(Person.objects.values_list("name", "area__code"))
    assert areas == {"甲": HAIZHOU_TOWN, "乙": "320706"}


@pytest.mark.parametrize("county", ["", "某某区", "320700", "320799"])
def test_a_new_person_without_a_county_that_is_known_is_told_so(bring_in, city_clerk, county):
    assert told(bring_in(row(county=county), staff=city_clerk)) == ["AREA_UNKNOWN"]


def test_a_coarser_place_does_not_erase_a_finer_one(bring_in, make_person, city_clerk, town_name):
    from lianyungang_cdpf.accounts.models import Area

    village = Area.objects.filter(level="village", parent__code=HAIZHOU_TOWN).first()
    person = make_person(area=village.code)
    for place in (
        {"县区": "海州区"},
        {"县区": "海州区", "乡镇": town_name(HAIZHOU_TOWN)},
        {"县区": "海州区", "乡镇": "无此镇"},
    ):
        assert counts(bring_in(of(person, **place), staff=city_clerk)) == (0, 0, 1)
    zoned = make_person(area=Zone.objects.get(key="xuwei").areas.filter(level="town").first().code)
    assert counts(bring_in(of(zoned, 县区="徐圩新区"), staff=city_clerk)) == (0, 0, 1)


def test_a_zones_staff_bring_in_its_towns_and_no_others(bring_in, make_staff, make_person):
    zone = Zone.objects.get(key="yuntaishan")
    clerk = make_staff("zoned", zone.key)
    town = zone.areas.filter(level="town", path__contains="/320706/").get()
    job = bring_in(
        row("甲", make_id(301), county="云台山景区", town=town.common_name),
        row("乙", make_id(302), county="", town=town.common_name),
        row("丙", make_id(303), county="海州区", town=""),
        staff=clerk,
    )
    assert told(job) == ["WRONG_DISTRICT"]
    assert set(Person.objects.values_list("name", "area__code")) == {("甲", town.code), ("乙", town.code)}
    stranger = make_person("丁")
    assert told(bring_in(of(stranger, 家庭住址="新路"), staff=clerk)) == ["WRONG_DISTRICT"]


def test_a_county_clerk_keeps_the_zone_towns_that_lie_below_the_county(bring_in, make_person):
    town = Zone.objects.get(key="yuntaishan").areas.filter(level="town", path__contains="/320706/").get()
    assert told(bring_in(of(make_person(area=town.code), 家庭住址="新路"))) == []


def test_a_townships_own_file_need_not_name_the_township(bring_in, make_staff, town_name):
    clerk = make_staff("town", HAIZHOU_TOWN, "town_clerk")
    bring_in(row("甲", make_id(301), county=""), row("乙", make_id(302)), staff=clerk)
    assert list(Person.objects.values_list("area__code", flat=True)) == [HAIZHOU_TOWN] * 2
    other = town_name("320706001")
    assert told(bring_in(row("丙", make_id(303), town=other), staff=clerk)) == ["WRONG_DISTRICT"]


# -- certificates ----------------------------------------------------------------------------------------------------


def dated(person, grade, valid_from=None, valid_to=None, status="valid"):
    from beneficiaries.identity import certificate_digest

    number = f"{person.id_number}4{grade}"
    return Certificate.objects.create(
        person=person, number=number, number_digest=certificate_digest(number), category=4, grade=grade,
        valid_from=valid_from, valid_to=valid_to, status=status,
    )  # fmt: skip


def records(person):
    return list(person.certificates.order_by("pk").values_list("grade", "valid_from", "valid_to"))


def test_a_new_number_replaces_an_undated_certificate(bring_in, make_person):
    person = make_person(category=4, grade=1)
    bring_in(of(person, 残疾人证号=f"{person.id_number}42"))
    assert records(person) == [(2, None, None)]


def test_a_new_number_ends_a_dated_certificate_and_begins_today(bring_in, make_person):
    person, today = make_person(), timezone.localdate()
    dated(person, 1, date(2015, 1, 1))
    bring_in(of(person, 残疾人证号=f"{person.id_number}42"))
    assert records(person) == [(1, date(2015, 1, 1), today - timedelta(days=1)), (2, today, None)]


def test_an_earlier_number_stands_again_once(bring_in, make_person):
    person = make_person()
    dated(person, 1, date(2015, 1, 1), date(2018, 12, 31))
    dated(person, 2, date(2019, 1, 1))
    regraded = of(person, 残疾人证号=f"{person.id_number}41")
    assert counts(bring_in(regraded)) == (0, 1, 0)
    yesterday = timezone.localdate() - timedelta(days=1)
    assert records(person) == [(1, date(2015, 1, 1), None), (2, date(2019, 1, 1), yesterday)]
    assert counts(bring_in(regraded, {**of(make_person("乙"))})) == (0, 0, 2)


@pytest.mark.parametrize(
    ("said", "status"),
    [("注销", "cancelled"), ("过期", "expired"), ("冻结", "frozen"), ("迁出", "transferred_out"), ("有效", "valid")],
)
def test_the_status_of_a_certificate_follows_the_file(bring_in, make_person, said, status):
    person = make_person(category=4, grade=1)
    bring_in(of(person, 残疾人证号=f"{person.id_number}41", 残疾证状态=said))
    assert person.certificates.get().status == status


def test_a_status_without_a_number_is_that_of_the_certificate_on_record(bring_in, make_person):
    person = make_person(category=4, grade=1)
    bring_in(of(person, 残疾证状态="注销"))
    assert person.certificates.get().status == "cancelled"
    assert counts(bring_in(of(person, 残疾证状态="注销"))) == (0, 0, 1)


def test_a_regrading_without_a_status_does_not_revive_a_cancelled_certificate(bring_in, make_person):
    person = make_person(category=4, grade=1)
    person.certificates.update(status="cancelled")
    bring_in(of(person, 残疾人证号=f"{person.id_number}42"))
    assert records(person) == [(2, None, None)] and person.certificates.get().status == "cancelled"


@pytest.mark.parametrize(
    "wrong",
    [
        {"残疾人证号": make_id(9) + "41"},
        {"残疾人证号": NEW},
        {"残疾人证号": f"{NEW}81"},
        {"残疾人证号": f"{NEW}41", "残疾等级": "二级"},
        {"残疾人证号": f"{NEW}41", "残疾类别": "视力"},
    ],
)
def test_a_certificate_number_must_agree_with_id_category_and_grade(bring_in, wrong):
    assert told(bring_in(row(**wrong))) == ["CERT_MISMATCH"]


# -- hardship --------------------------------------------------------------------------------------------------------


def statuses(person):
    return list(person.hardships.order_by("pk").values_list("status", "valid_from", "valid_to"))


def test_an_undated_status_replaces_an_undated_one(bring_in, make_person):
    person = make_person(hardship="低保")
    bring_in(of(person, 家庭困难情况="特困"))
    assert statuses(person) == [("特困", None, None)]


def test_a_dated_status_ends_the_day_before_its_successor(bring_in, make_person):
    person, today = make_person(), timezone.localdate()
    HardshipStatus.objects.create(person=person, status="低保", valid_from=date(2018, 1, 1))
    changed = of(person, 家庭困难情况="特困")
    bring_in(changed)
    assert statuses(person) == [("低保", date(2018, 1, 1), today - timedelta(days=1)), ("特困", today, None)]
    assert counts(bring_in(changed)) == (0, 0, 1)


def test_the_status_that_stands_already_is_no_change_whenever_it_ends(bring_in, make_person):
    person = make_person()
    until = timezone.localdate() + timedelta(days=99)
    HardshipStatus.objects.create(person=person, status="低保", valid_from=date(2018, 1, 1), valid_to=until)
    assert counts(bring_in(of(person, 家庭困难情况="低保户"))) == (0, 0, 1)


def test_an_unknown_status_is_refused_with_the_words_there_are(bring_in):
    job = bring_in(row(家庭困难情况="很困难"))
    assert told(job) == ["STATUS_UNKNOWN"] and "一户多残" in job.rows.get().payload


# -- numbers and days ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("13800001234", "13800001234"),
        ("138 0000 1234", "13800001234"),
        ("１３８００００１２３４", "13800001234"),
        ("+86 138-0000-1234", "13800001234"),
        ("0518-85555555", "051885555555"),
        ("13800001234、85555555", "13800001234"),
        ("13800001234/13900005678", "13800001234"),
        ("无", ""),
        ("12345", ""),
        ("1234567890123", ""),
        ("٠١٢٣٤٥٦٧٨", ""),
    ],
)
def test_a_phone_number_is_the_digits_of_the_first_one_written(written, digits):
    assert phone_in(written) == digits


def test_what_is_no_phone_number_is_told_and_erases_nothing(bring_in, make_person):
    person = make_person(phone="13800001234")
    job = bring_in(of(person, 联系电话="没有", 家庭住址="新路"))
    person.refresh_from_db()
    assert told(job) == ["W_PHONE_FORMAT"] and (person.phone, person.address) == ("13800001234", "新路")


def test_an_account_that_fails_its_check_digit_is_told_and_kept(bring_in):
    job = bring_in(row(银行账号="6222 0000 0000 0000 001"))
    assert told(job) == ["BANK_LUHN"] and Person.objects.get().account_no == "6222000000000000001"


@pytest.mark.parametrize("day", ["1979-12-31", "2999-01-01"])
def test_nobody_dies_before_birth_or_after_today(bring_in, day):
    assert told(bring_in(row(死亡日期=day))) == ["DATE_ORDER"]


def test_birth_and_sex_come_from_the_id_number_and_a_difference_is_told(bring_in):
    job = bring_in(row(性别="女", 出生日期="1980-01-02"))
    assert told(job) == ["W_BIRTH_DIFFERS"]
    assert (Person.objects.get().sex, Person.objects.get().birth_date) == ("M", date(1980, 1, 1))


def test_a_second_row_of_an_id_is_a_duplicate(bring_in):
    assert told(bring_in(row(), row("李四"))) == ["DUPLICATE_IN_FILE"]
    assert Person.objects.get().name == "张三"


# -- between preview and posting -------------------------------------------------------------------------------------


def test_somebody_edited_after_the_preview_is_pointed_out_before_anything_is_overwritten(
    send, run_import, post, take_back, make_person, haizhou_clerk
):
    person = make_person("张三", address="旧路")
    lines = [["姓名", "身份证号", "家庭住址"], [person.name, person.id_number, "文件里的路"]]
    job = run_import(send(haizhou_clerk, "register", lines))
    person.address = "刚改的路"
    person.save()
    post(job)
    person.refresh_from_db()
    assert (job.state, person.address) == ("ready", "刚改的路")
    assert job.summary["changed_since"] == [{"sheet": "", "row": 2, "was": "", "now": "W_CHANGED_SINCE"}]
    assert post(job).state == "posted"
    person.refresh_from_db()
    assert person.address == "文件里的路"
    take_back(job)
    person.refresh_from_db()
    assert person.address == "刚改的路"


@pytest.fixture
def edited_at_the_last_moment(send, run_import, post, make_person, haizhou_clerk, monkeypatch):
    """A register (import, person) whose person is edited after it was judged again for posting, before it writes."""
    person, edits = make_person("张三", address="旧路"), ["刚改的路"]
    lines = [["姓名", "身份证号", "家庭住址"], [person.name, person.id_number, "文件里的路"]]
    job, apply = run_import(send(haizhou_clerk, "register", lines)), work.apply_plan

    def late(claim, plan):
        if edits:
            person.address = edits.pop()
            person.save()
        apply(claim, plan)

    monkeypatch.setattr(work, "apply_plan", late)
    return job, person


def test_an_edit_in_the_moment_of_posting_leads_back_to_the_preview(edited_at_the_last_moment, post):
    """C4: what is written rests on what was judged, or nothing is."""
    job, person = edited_at_the_last_moment
    post(job)
    person.refresh_from_db()
    assert (job.state, person.address) == ("ready", "刚改的路")
    assert [one["now"] for one in job.summary["changed_since"]] == ["W_CHANGED_SINCE"]
    assert post(job).state == "posted"
    person.refresh_from_db()
    assert person.address == "文件里的路"


def test_without_the_look_at_what_was_judged_that_edit_is_lost(edited_at_the_last_moment, post, monkeypatch):
    job, person = edited_at_the_last_moment
    before = RegisterWriter._before

    def blind(self, judged):
        now = Person.objects.in_bulk(judged)
        return before(self, {pk: now[pk].updated_at for pk in judged})

    monkeypatch.setattr(RegisterWriter, "_before", blind)
    assert post(job).state == "posted"
    person.refresh_from_db()
    assert person.address == "文件里的路"


def test_somebody_recorded_after_the_preview_is_pointed_out_and_not_doubled(
    send, run_import, post, make_person, haizhou_clerk
):
    lines = [["姓名", "身份证号", "县区", "家庭住址"], ["张三", NEW, "海州区", "文件里的路"]]
    job = run_import(send(haizhou_clerk, "register", lines))
    assert job.summary["new"] == 1
    make_person("张三", id_number=NEW, address="旧路")
    assert post(job).state == "ready"
    assert (job.summary["new"], job.summary["changed"]) == (0, 1)
    assert post(job).state == "posted" and Person.objects.get().address == "文件里的路"
