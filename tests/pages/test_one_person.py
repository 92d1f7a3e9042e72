"""一人一档: what the page tells of a person, to whom, and at what cost."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from beneficiaries.models import Certificate, Departure, Guardian, HardshipStatus, Household, HouseholdMember
from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.audit.models import AuditLine
from subsidies.models import EducationGrant, InsurancePolicy, Payment, PensionPremium
from tests.fixtures_city import DONGHAI_TOWN, HAIZHOU_TOWN, make_id

TODAY = date.today()


def address(person, **query):
    return reverse("one_person", args=[person.pk], query=query)


@pytest.fixture
def haizhou(haizhou_clerk, sign_in):
    return sign_in(haizhou_clerk)


@pytest.fixture
def opened(haizhou):
    """opened(person, **query): what the template was given, as the county's clerk opens the page."""

    def page_of(person, client=haizhou, **query):
        answer = client.get(address(person, **query))
        assert answer.status_code == 200
        return answer.context["page"]

    return page_of


@pytest.fixture
def pay_months(make_roll):
    """pay_months(person, programme, year, months, **of the roll): a live payment for each month."""

    def pay(person, programme="hardship_subsidy", year=2019, months=range(1, 10), **fields):
        for month in months:
            reference = f"{programme}-{year}-{month}-{person.pk}"
            make_roll(person, programme=programme, month=date(year, month, 1), reference=reference, **fields)

    return pay


def lines(page, group=None):
    """(day, title, detail) of the timeline, in its order."""
    entries = [entry for _, entries in page.timeline.years for entry in entries]
    return [(str(e.day), e.title, e.detail) for e in entries if group in (None, e.group)]


def titles(page, group=None):
    return [title for _, title, _ in lines(page, group)]


def words(page):
    return {check.word for check in page.checks}


# -- who may see it --------------------------------------------------------------------------------------------------


def test_a_foreign_person_is_answered_like_nobody(haizhou, make_person):
    foreign = make_person("赵六", area=DONGHAI_TOWN)
    answers = [haizhou.get(address(foreign)), haizhou.get(reverse("one_person", args=[987654321]))]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert "赵六" not in answers[0].content.decode()


def test_who_keeps_accounts_sees_nobodys_page(make_staff, sign_in, make_person):
    client = sign_in(make_staff("root", role="system_admin", area="320700"))
    assert client.get(address(make_person("张三"))).status_code == 403


def test_what_another_county_paid_and_did_stays_with_it(
    opened, city_clerk, sign_in, make_person, make_service, pay_months
):
    person = make_person("张三", area=DONGHAI_TOWN, category=4, grade=2)
    pay_months(person, year=2018, months=[1, 2], area="320722", amount="987.65")
    make_service(person, content="东海的演出")
    person.area = Area.objects.get(code=HAIZHOU_TOWN)
    person.save()
    assert titles(opened(person)) == ["残疾人证：肢体二级"]
    assert {"按月补贴 1,975.30 元", "残疾人文化体育活动 东海的演出"} <= set(titles(opened(person, sign_in(city_clerk))))


def test_the_leader_who_sees_no_payments_sees_none_here(make_staff, sign_in, opened, make_person, pay_months):
    person = make_person("张三")
    pay_months(person)
    client = sign_in(make_staff("leader", role="leader", area="320700"))
    page = opened(person, client)
    assert page.year is None and lines(page, "payments") == []
    assert "发放" not in client.get(address(person)).content.decode().split("<main")[1]


def test_numbers_are_masked_and_opening_reveals_none(haizhou, make_person):
    person = make_person("张三", phone="19000001111", account_no="6299999630040357070", category=4, grade=2)
    Guardian.objects.create(person=person, name="李四", relation="parent", id_number=make_id(90), phone="19000005555")
    text = haizhou.get(address(person)).content.decode()
    number = person.id_number
    for secret in (number, f"{number}42", "19000001111", "6299999630040357070", make_id(90), "19000005555"):
        assert secret not in text
    masked = f"{number[:6]}********{number[-4:]}"
    assert f"{masked}**" in text and "****7070" in text and "190****5555" in text
    assert not AuditLine.objects.filter(deed="查看完整银行账号").exists()


# -- the timeline ----------------------------------------------------------------------------------------------------


def test_certificates_are_issued_regraded_and_expired(opened, make_person):
    person = make_person("张三")
    for grade, begin, end in ((3, date(2009, 11, 3), date(2016, 6, 13)), (2, date(2016, 6, 14), date(2018, 6, 13))):
        Certificate.objects.create(
            person=person, number=f"{person.id_number}4{grade}", number_digest=f"d{grade}", category=4, grade=grade,
            valid_from=begin, valid_to=end,
        )  # fmt: skip
    page = opened(person)
    assert [(day, title) for day, title, _ in lines(page)] == [
        ("2018-06-13", "残疾人证到期：肢体二级"),
        ("2016-06-14", "残疾人证等级变更：肢体三级变为肢体二级"),
        ("2009-11-03", "残疾人证：肢体三级"),
    ]
    assert [heading for heading, _ in page.timeline.years] == ["2018 年", "2016 年", "2009 年"]
    assert ("证件状态", "过期（至 2018-06-13）", "b", "") in page.about and "残疾人证已过期" in words(page)


def test_hardship_guardian_and_household_have_their_days(opened, make_person):
    person = make_person("张三")
    HardshipStatus.objects.create(
        person=person, status="低保", valid_from=date(2017, 1, 1), valid_to=date(2018, 12, 31)
    )
    Guardian.objects.create(person=person, name="李四", relation="parent", valid_from=date(2015, 1, 1))
    household = Household.objects.create(area=person.area)
    mother = make_person("王梅")
    HouseholdMember.objects.create(household=household, person=person, relation="child", valid_from=date(2016, 2, 3))
    HouseholdMember.objects.create(household=household, person=mother, relation="head")
    page = opened(person)
    assert [(day, title) for day, title, _ in lines(page)] == [
        ("2018-12-31", "困难情况终止：低保"), ("2017-01-01", "困难情况：低保"),
        ("2016-02-03", "登记到家庭户，与户主关系：子女"), ("2015-01-01", "监护人：李四（父母）"),
    ]  # fmt: skip
    assert [member["person"].name for member in page.facts.members] == ["张三", "王梅"]


def test_what_is_on_file_without_a_date_stands_last(opened, make_person):
    page = opened(make_person("张三", category=4, grade=2, hardship="低保"))
    assert [heading for heading, _ in page.timeline.years] == ["未注明日期"]
    assert titles(page) == ["残疾人证：肢体二级", "困难情况：低保"]


def test_a_death_recorded_in_error_is_struck_and_its_correction_told(haizhou, opened, haizhou_clerk, make_person):
    person = make_person("张三")
    Departure.objects.create(
        person=person, kind="death", day=date(2018, 5, 1), reason="村里上报", recorded_by=haizhou_clerk,
        corrected_by=haizhou_clerk, corrected_at=timezone.now(), correction="误报",
    )  # fmt: skip
    assert titles(opened(person)) == ["更正去世记录", "去世"]
    text = haizhou.get(address(person)).content.decode()
    assert "<s>去世</s>" in text and "已更正" in text and "误报" in text


def test_a_death_that_only_the_register_told_of_is_on_the_timeline(opened, make_person):
    page = opened(make_person("张三", died_on=date(2018, 5, 1)))
    assert lines(page) == [("2018-05-01", "去世", "按残疾人档案")]


def test_ten_years_of_months_are_ten_lines_that_open(opened, haizhou, make_person, pay_months):
    person = make_person("张三")
    for year in (2017, 2018):
        pay_months(person, year=year, months=range(1, 13), amount="300.00")
    pay_months(person, "nursing_subsidy", 2018, [11, 12], amount="80.00")
    pay_months(person, year=2019, months=[1, 3], amount="320.50")
    page = opened(person)
    assert titles(page, "payments") == ["按月补贴 641.00 元", "按月补贴 3,760.00 元", "按月补贴 3,600.00 元"]
    entry = page.timeline.years[1][1][0]
    assert entry.detail == "困难残疾人生活补贴 12 个月 3,600.00 元；重度残疾人护理补贴 2 个月 160.00 元"
    assert [cell and cell.amount for cell in entry.months.lines[1].cells] == [*[None] * 10, "80", "80"]
    # The last year stands open above; its months are not told twice.
    assert page.year.year == 2019 and [cell and cell.amount for cell in page.year.lines[0].cells][:4] == [
        "320.50", None, "320.50", None
    ]  # fmt: skip
    text = haizhou.get(address(person)).content.decode()
    assert text.count('<details class="sm">') == 2 and text.count("待发放") == 28


def test_an_undone_payment_is_not_told(opened, make_person, pay_months):
    person = make_person("张三")
    pay_months(person, months=[1, 2], amount="100.00")
    Payment.objects.filter(month=date(2019, 2, 1)).update(live=False)
    assert titles(opened(person)) == ["按月补贴 100.00 元"]


def test_premium_policy_and_grant_say_what_their_lists_say(opened, make_person, make_roll):
    person, paid = make_person("张三"), {"state": "paid", "paid_on": date(2019, 6, 5)}
    make_roll(person, programme="pension_premium", month=date(2019, 1, 1), amount="100.00", reference="P", **paid)
    PensionPremium.objects.create(payment=Payment.objects.get(roll__reference="P"), year=2019, tier="100元档")
    make_roll(person, programme="education_grant", month=date(2018, 9, 1), amount="1500.00", reference="E")
    grant = Payment.objects.get(roll__reference="E")
    EducationGrant.objects.create(
        payment=grant, school_year=2018, school="市一中", stage="高中", kind="disabled_student", student_no="G1"
    )
    make_roll(person, programme="commercial_insurance", month=date(2019, 5, 1), amount="60.00", reference="I", **paid)
    policy = InsurancePolicy.objects.create(
        number="B-1", product="意外险", starts_on=date(2019, 5, 15), ends_on=date(2020, 5, 14), premium=Decimal(60),
        area=person.area,
    )  # fmt: skip
    Payment.objects.filter(roll__reference="I").update(policy=policy)
    assert lines(opened(person)) == [
        ("2019-06-05", "城乡居民养老保险费代缴 2019年度", "100.00 元；100元档"),
        ("2019-05-15", "残疾人商业保险 2019-05", "60.00 元；意外险；2019-05-15 至 2020-05-14"),
        ("2018-09-01", "教育专项补贴 2018-2019学年", "1,500.00 元；市一中；高中（含中职）；待发放"),
    ]


def test_services_of_any_kind_appear_and_cancelled_ones_stay_struck(
    opened, haizhou, make_person, make_service, cancelled
):
    person = make_person("张三", category=1, grade=1)
    make_service(person, "cataract_surgery", eye="left", institution="县人民医院", amount=Decimal(800))
    make_service(person, content="演出", quantity=2, served_on=date(2018, 5, 20))
    cancelled(make_service(person, content="读书会", served_on=date(2018, 1, 1)))
    assert lines(opened(person), "services") == [
        ("2019-03-04", "贫困白内障患者复明手术 左眼", "县人民医院；800.00 元"),
        ("2018-05-20", "残疾人文化体育活动 演出 2 人次", ""),
        ("2018-01-01", "残疾人文化体育活动 读书会", "撤销原因：登记错人"),
    ]
    text = haizhou.get(address(person)).content.decode()
    assert "<s>残疾人文化体育活动 读书会</s>" in text and "已撤销" in text


def test_a_service_that_does_not_count_yet_says_so(opened, make_person, make_service):
    from services.models import DeviceType

    person = make_person("张三", category=4, grade=1)
    make_service(person, "assistive_devices", device=DeviceType.objects.first())
    assert lines(opened(person), "services")[0][2] == "暂不计入年度任务"


def test_a_surveyed_need_stands_as_unmet_until_its_own_sort_of_service_is_given(opened, make_person, make_service):
    from services.models import DeviceType

    person = make_person("张三", category=4, grade=2)
    for need in ("device", "training"):
        make_service(person, "rehab_need", date(2019, 2, 1), need=need)
    assert [need.need for need in opened(person).needs] == ["device", "training"]
    assert [entry[0] for entry in lines(opened(person), "needs")] == ["2019-02-01", "2019-02-01"]
    make_service(person, "assistive_devices", device=DeviceType.objects.first(), signed_on=date(2019, 3, 5))
    assert [need.need for need in opened(person).needs] == ["training"]


def test_the_timeline_is_narrowed_by_plain_links(opened, make_person, make_service, pay_months):
    person = make_person("张三", category=4, grade=2)
    pay_months(person, months=[1])
    make_service(person, content="演出")
    page = opened(person)
    counts = [(choice.value, choice.count) for choice in page.timeline.choices]
    assert counts == [("", 3), ("records", 1), ("payments", 1), ("services", 1)]
    assert titles(opened(person, show="services")) == ["残疾人文化体育活动 演出"]
    assert titles(opened(person, show="payments")) == ["按月补贴 370.00 元"]
    assert len(lines(opened(person, show="nothing"))) == 3


def test_nothing_empty_is_shown(haizhou, opened, make_person):
    person = make_person("张三")
    assert opened(person).timeline.years == []
    text = haizhou.get(address(person)).content.decode()
    for heading in ("经历", "家庭户", "未满足", "年补贴", "监护人", "残疾人证号", "联系电话"):
        assert f">{heading}<" not in text and f"{heading}（元）" not in text


# -- what somebody must look at --------------------------------------------------------------------------------------


def test_nothing_to_look_at_is_said_with_what_was_looked_at(opened, make_person, pay_months):
    person = make_person("张三", category=4, grade=2)
    pay_months(person)
    assert [(check.word, "去世和迁出后的发放" in check.sentence) for check in opened(person).checks] == [
        ("无冲突", True)
    ]


def test_payments_after_death_are_told_and_the_month_of_death_is_due(opened, make_person, pay_months):
    person = make_person("张三", died_on=date(2019, 3, 1))
    pay_months(person, months=[1, 2, 3])
    assert words(opened(person)) == {"无冲突"}
    pay_months(person, months=[4, 5])
    check = opened(person).checks[0]
    assert check.word == "去世后仍有发放" and check.sentence.startswith("2 笔（2019-04、2019-05）")


@pytest.mark.parametrize(
    ("days", "word"), [(0, "残疾人证快到期"), (90, "残疾人证快到期"), (91, "无冲突"), (-1, "残疾人证已过期")]
)
def test_a_certificate_is_watched_for_ninety_days(days, word, opened, make_person):
    person = make_person("张三", category=4, grade=2)
    Certificate.objects.update(valid_to=TODAY + timedelta(days=days))
    assert words(opened(person)) == {word}


def test_a_frozen_certificate_is_told(opened, make_person):
    person = make_person("张三", category=4, grade=2)
    Certificate.objects.update(status="frozen")
    page = opened(person)
    assert words(page) == {"残疾人证冻结"} and ("证件状态", "冻结", "b", "") in page.about


def test_two_counties_in_one_month_are_told_to_who_sees_both(city_clerk, sign_in, opened, make_person, pay_months):
    person = make_person("张三", category=4, grade=2)
    pay_months(person, months=[1, 2])
    pay_months(person, "nursing_subsidy", months=[2, 3])
    Payment.objects.filter(programme__code="nursing_subsidy").update(area=Area.objects.get(code=DONGHAI_TOWN))
    checks = opened(person, sign_in(city_clerk)).checks
    assert [check.word for check in checks] == ["两地同月发放"] and "2019-02 起 1 个月" in checks[0].sentence
    assert words(opened(person)) == {"无冲突"}


def test_accounts_that_differ_or_are_shared_are_told(opened, make_person, pay_months):
    person = make_person("张三", account_no="6299999630040357070", category=4, grade=2)
    make_person("李四", account_no="6299999630040357070")
    make_person("赵六", account_no="6299999630040357070", area=DONGHAI_TOWN)
    pay_months(person, months=[1])
    Payment.objects.update(account_digest="another")
    sentences = {check.word: check.sentence for check in opened(person).checks}
    assert sentences.keys() == {"账号不一致", "账号多人共用"} and "另有 1 人" in sentences["账号多人共用"]


def test_a_minor_without_a_guardian_is_told(opened, make_person):
    child = make_person("小明", id_number=make_id(1, TODAY - timedelta(days=3650)), category=4, grade=2)
    assert words(opened(child)) == {"待补充"}


# -- its cost, its neighbours and its looks --------------------------------------------------------------------------


def test_a_long_history_costs_no_query_more(
    haizhou, haizhou_clerk, make_person, make_service, pay_months, no_n_plus_one
):
    person = make_person("张三", category=7, grade=1, hardship="低保", account_no="6299999630040357070")

    def live_on(year):
        pay_months(person, year=year, months=range(1, 13))
        pay_months(person, "nursing_subsidy", year, range(1, 13))
        make_service(person, content=f"演出{year}", served_on=date(year, 5, 1))
        make_service(person, "rehab_need", date(year, 2, 1), need="training")
        make_service(person, "cataract_surgery", eye="left" if year % 2 else "right") if year < 2012 else None
        Certificate.objects.create(
            person=person, number=f"{person.id_number}71B{year % 9 + 1}", number_digest=f"d{year}", category=7, grade=1
        )
        Guardian.objects.create(person=person, name=f"监{year}", relation="parent")
        Departure.objects.create(
            person=person, kind="death", day=date(year, 1, 1), reason="误", recorded_by=haizhou_clerk,
            corrected_by=haizhou_clerk, corrected_at=timezone.now(), correction="误报",
        )  # fmt: skip

    def queries():
        with CaptureQueriesContext(connection) as asked, no_n_plus_one():
            assert haizhou.get(address(person)).status_code == 200
        return len(asked)

    live_on(2010)
    queries()
    few = queries()
    for year in range(2011, 2015):
        live_on(year)
    assert queries() == few <= 31


def test_the_list_the_form_and_the_payments_lead_here(haizhou, make_person, pay_months):
    person, gone = make_person("张三"), make_person("李四")
    pay_months(person, months=[1])
    pay_months(gone, months=[1])
    gone.area = Area.objects.get(code=DONGHAI_TOWN)
    gone.save()
    link = f'href="{address(person)}'
    form = reverse("admin:beneficiaries_person_change", args=[person.pk])
    payments = haizhou.get(reverse("admin:subsidies_payment_changelist")).content.decode()
    assert link in haizhou.get(reverse("admin:beneficiaries_person_changelist"), {"q": "张三"}).content.decode()
    assert link in haizhou.get(form).content.decode() and link in payments
    assert "李四" in payments and address(gone) not in payments


def test_the_page_is_sound_works_without_javascript_and_opens_its_years(
    haizhou_clerk, make_person, make_service, pay_months, cancelled, see, sound, browser, live_portal
):
    person = make_person("张三", category=4, grade=2, hardship="低保", account_no="6299999630040357070")
    for year in (2018, 2019):
        pay_months(person, year=year)
    make_service(person, content="演出")
    cancelled(make_service(person, content="读书会"))
    page = see(haizhou_clerk)
    sound(address(person))
    page.get_by_text("逐月查看").click()
    expect(page.get_by_role("region", name="2018 年各月补贴")).to_be_visible()
    sound.here()
    expect(page.get_by_role("button", name="打印档案")).to_be_visible()
    plain = browser.new_context(java_script_enabled=False, base_url=live_portal.url)
    plain.add_cookies(page.context.cookies())
    without = plain.new_page()
    without.goto(address(person))
    expect(without.get_by_role("button", name="打印档案")).to_be_hidden()
    without.get_by_role("link", name=re.compile("^服务 2")).click()
    expect(without.get_by_text("演出")).to_be_visible()
    expect(without.get_by_text("按月补贴")).to_have_count(0)
    plain.close()


def test_ten_years_print_on_one_page_with_three_signatures(haizhou_clerk, make_person, make_service, pay_months, see):
    person = make_person("张三", category=4, grade=2, hardship="低保", account_no="6299999630040357070")
    for year in range(2010, 2020):
        for programme in ("hardship_subsidy", "nursing_subsidy"):
            pay_months(person, programme, year, range(1, 13))
        make_service(person, content="演出", served_on=date(year, 5, 1))
        make_service(person, "rehab_need", date(year, 2, 1), need="training")
    page = see(haizhou_clerk)
    page.goto(address(person))
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    page.emulate_media(media="print")
    for word in ("经办人", "审核人", "负责人"):
        expect(page.get_by_text(f"{word}：")).to_be_visible()
    expect(page.get_by_role("link", name="修改档案")).to_be_hidden()
