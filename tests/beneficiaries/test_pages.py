"""Pages of deeds on people, used in a browser and by hand-made requests: what they do, refuse and never tell."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from beneficiaries.models import Departure, DisabilityPart, Guardian, Household, Person, Transfer
from beneficiaries.moving import ask_for_person, offer_person
from lianyungang_cdpf.accounts.models import Area
from tests.fixtures_city import DONGHAI, DONGHAI_TOWN, HAIZHOU_TOWN, make_id

LIST = reverse("admin:beneficiaries_transfer_changelist")


def person_page(person):
    return reverse("admin:beneficiaries_person_change", args=[person.pk])


@pytest.fixture
def haizhou(haizhou_clerk, sign_in):
    return sign_in(haizhou_clerk)


@pytest.fixture
def donghai(donghai_clerk, sign_in):
    return sign_in(donghai_clerk)


# -- in a browser ----------------------------------------------------------------------------------------------------


def test_a_death_is_recorded_and_corrected_from_the_page(haizhou_clerk, make_person, see, sound):
    person = make_person("郑志", category=4, grade=2, village="西李村")
    page = see(haizhou_clerk)
    sound(person_page(person))
    page.get_by_role("link", name="登记去世").click()
    sound.here()
    page.get_by_role("button", name="登记去世").click()
    expect(page).to_have_title(re.compile("^错误："))
    sound.here()
    page.get_by_label("死亡日期").fill("2021-03-04")
    page.get_by_label("信息来源").fill("村里上报")
    page.get_by_role("button", name="登记去世").click()
    expect(page.get_by_text("已登记去世")).to_be_visible()
    expect(page.get_by_text("村里上报")).to_be_visible()
    sound.here()
    page.get_by_role("link", name="更正去世").click()
    sound.here()
    page.get_by_label("更正原因").fill("误报")
    page.get_by_role("button", name="更正").click()
    expect(page.get_by_text("已更正去世记录")).to_be_visible()
    assert Person.objects.get(pk=person.pk).died_on is None
    assert Departure.objects.get().correction == "误报"


def test_two_records_are_compared_and_merged(haizhou_clerk, make_person, see, sound):
    kept = make_person("郑志", category=4, grade=2, account_no="6299999630040357070", phone="19000001111")
    gone = make_person("郑志强", category=4, grade=1, hardship="低保", phone="19000002222")
    page = see(haizhou_clerk)
    page.goto(person_page(kept))
    page.get_by_role("link", name="合并重复档案").click()
    sound.here()
    page.get_by_label("另一份档案的身份证号").fill(gone.id_number)
    page.get_by_role("button", name="查找并比较").click()
    expect(page.get_by_role("table")).to_be_visible()
    sound.here()
    assert gone.id_number not in page.content() and "19000002222" not in page.content()
    page.get_by_label("姓名取郑志强").check()
    page.get_by_label("合并原因").fill("重复建档")
    page.get_by_role("button", name="合并，停用右边的档案").click()
    expect(page.get_by_text("已合并")).to_be_visible()
    expect(page.get_by_text("曾用身份证号")).to_be_visible()
    sound.here()
    kept.refresh_from_db()
    assert (kept.name, kept.phone, Person.objects.count()) == ("郑志强", "19000001111", 1)


def test_a_transfer_goes_from_county_to_county(haizhou_clerk, donghai_clerk, make_person, see, sound):
    person = make_person("郑志", category=4, grade=2)
    page = see(haizhou_clerk)
    page.goto(person_page(person))
    page.get_by_role("link", name="迁往其他县区").click()
    sound.here()
    page.get_by_label("迁入单位").select_option(DONGHAI)
    page.get_by_label("迁移原因").fill("随子女居住")
    page.get_by_role("button", name="提出迁出申请").click()
    expect(page.get_by_text("已提出迁出申请")).to_be_visible()
    page = see(donghai_clerk)
    page.goto(f"{LIST}?todo=receive")
    sound.here()
    page.get_by_role("link", name=re.compile("办理.*郑志的申请")).click()
    sound.here()
    page.get_by_label("同意迁入").check()
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_text("请选择迁入的乡镇")).to_be_visible()
    sound.here()
    page.get_by_label("迁入的乡镇（街道）").select_option(label="白塔埠镇")
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_text("档案已转到迁入地")).to_be_visible()
    person.refresh_from_db()
    assert person.area.code == DONGHAI_TOWN
    sound(reverse("people:ask"))


def test_a_household_is_entered_by_hand(haizhou_clerk, make_person, see, sound):
    person = make_person("郑志", category=4, grade=2)
    area = Area.objects.get(code=HAIZHOU_TOWN)
    page = see(haizhou_clerk)
    page.goto(reverse("admin:beneficiaries_household_add"))
    page.evaluate(
        "([pk, name]) => { const box = document.querySelector('#id_area');"
        " box.append(new Option(name, pk, true, true)); }",
        [area.pk, str(area)],
    )
    page.locator("#id_address").fill("朝阳路 1 号")
    for row, (name, number, relation) in enumerate(
        (("郑志", person.id_number, "head"), ("李梅", make_id(70, male=False), "spouse"))
    ):
        page.locator(f"#id_members-{row}-name").fill(name)
        page.locator(f"#id_members-{row}-id_number").fill(number)
        page.locator(f"#id_members-{row}-relation").select_option(relation)
    page.locator("input[name=_save]").click()
    page.wait_for_url("**/household/")
    household = Household.objects.get()
    assert set(household.members.values_list("person__name", "person__basis")) == {
        ("郑志", "holder"), ("李梅", "family_member")
    }  # fmt: skip
    sound(reverse("admin:beneficiaries_household_change", args=[household.pk]))
    sound(person_page(person))
    assert "李梅" in page.content()


def test_the_parts_of_a_multiple_disability_are_entered(haizhou_clerk, make_person, see, sound):
    person = make_person("郑志", category=7, grade=1)
    page = see(haizhou_clerk)
    page.goto(person_page(person))
    page.get_by_role("link", name="登记明细").click()
    sound.here()
    page.get_by_label("视力").select_option("2")
    page.get_by_label("智力").select_option("3")
    page.get_by_role("button", name="保存明细").click()
    expect(page.get_by_text("取最重的一类")).to_be_visible()
    page.get_by_label("智力").select_option("1")
    page.get_by_role("button", name="保存明细").click()
    expect(page.get_by_text("视力二级、智力一级")).to_be_visible()
    assert DisabilityPart.objects.count() == 2


def test_a_child_without_a_certificate_has_its_page(haizhou_clerk, make_person, see, sound):
    from datetime import date

    child = make_person("小明", id_number=make_id(1, date(2018, 6, 1)), basis="uncertified_child")
    see(haizhou_clerk)
    page = sound(person_page(child))
    assert "还没有登记监护人" in page.content()
    page.locator("#id_diagnosis-0-suspected_category").select_option("5")
    page.locator("#id_diagnosis-0-text").fill("全面发育迟缓")
    page.locator("input[name=_save]").click()
    page.wait_for_url("**/person/")
    child.refresh_from_db()
    assert child.diagnosis.text == "全面发育迟缓"
    sound(reverse("admin:beneficiaries_person_changelist") + "?basis=uncertified_child")
    assert "疑似智力（未持证）" in page.content()


# -- by hand ---------------------------------------------------------------------------------------------------------


def test_a_pair_with_a_foreign_record_is_not_there(haizhou, make_person):
    own, foreign = make_person("甲"), make_person("乙", area=DONGHAI_TOWN)
    for pair in ((own.pk, foreign.pk), (foreign.pk, own.pk), (own.pk, 987654321)):
        assert haizhou.get(reverse("people:merge", args=pair)).status_code == 404
        assert haizhou.post(reverse("people:merge", args=pair), {"reason": "x"}).status_code == 404
    answer = haizhou.post(reverse("people:find_twin", args=[own.pk]), {"number": foreign.id_number})
    unknown = haizhou.post(reverse("people:find_twin", args=[own.pk]), {"number": make_id(88)})
    sentence = "您的辖区内没有这个身份证号的档案。"
    assert sentence in answer.content.decode() and sentence in unknown.content.decode()


def test_asking_for_somebody_answers_alike_whether_or_not_they_are_on_file(haizhou, make_person):
    foreign, town = make_person("赵六", area=DONGHAI_TOWN), Area.objects.get(code=HAIZHOU_TOWN)
    pages = []
    for name, number in (("赵六", foreign.id_number), ("无此人", make_id(89))):
        data = {"name": name, "id_number": number, "town": town.pk, "reason": "购房"}
        listed = haizhou.post(reverse("people:ask"), data, follow=True)
        assert "已发送迁入申请，等待迁出地办理。" in listed.content.decode()
        transfer = Transfer.objects.get(name=name)
        shown = haizhou.get(reverse("people:transfer", args=[transfer.pk])).content.decode().split("<main")[1]
        row = re.search(f"{name}.*?</tr>", listed.content.decode(), re.S)[0]
        assert "东海" not in row + shown
        for own in (name, f"{number[:6]}********{number[-4:]}", f"/{transfer.pk}/"):
            row, shown = row.replace(own, "·"), shown.replace(own, "·")
        # What differs: the form's token, its version (keyed digests, bound to their row) and the clock.
        pages.append(re.sub(r'value="\w{64}"|value="\d+;[^"]+"|\d+:\d\d', "", row + shown))
    assert pages[0] == pages[1]


def test_the_city_sees_all_requests_and_answers_none(city_clerk, haizhou_clerk, make_person, sign_in):
    transfer = offer_person(by=haizhou_clerk, person=make_person("甲"), receiving_unit=DONGHAI, reason="x")
    client = sign_in(city_clerk)
    assert "甲" in client.get(LIST).content.decode()
    assert client.post(reverse("people:transfer", args=[transfer.pk]), {"deed": "agree"}).status_code == 403
    assert client.get(reverse("people:ask")).status_code == 403


def test_the_lists_of_what_waits(haizhou, donghai, haizhou_clerk, donghai_clerk, make_person):
    town = Area.objects.get(code=DONGHAI_TOWN)
    offer_person(by=haizhou_clerk, person=make_person("甲"), receiving_unit=DONGHAI, reason="x")
    wanted = make_person("乙")
    ask_for_person(by=donghai_clerk, id_number=wanted.id_number, name="乙", town=town, reason="x")

    def listed(client, todo):
        return {one.name for one in client.get(LIST, {"todo": todo}).context["cl"].result_list}

    assert (listed(haizhou, "receive"), listed(haizhou, "give"), listed(haizhou, "sent")) == (set(), {"乙"}, {"甲"})
    assert (listed(donghai, "receive"), listed(donghai, "give"), listed(donghai, "sent")) == ({"甲"}, set(), {"乙"})


@pytest.mark.parametrize("role", ["district_reviewer", "finance", "civil_affairs_approver"])
def test_who_only_looks_does_no_deed(make_staff, sign_in, make_person, role):
    person, client = make_person("甲"), sign_in(make_staff("viewer", role=role))
    for name, arguments in (
        ("depart", [person.pk, "death"]), ("correct", [person.pk, "death"]), ("find_twin", [person.pk]),
        ("offer", [person.pk]), ("ask", []),
    ):  # fmt: skip
        assert client.get(reverse(f"people:{name}", args=arguments)).status_code == 403
    text = client.get(person_page(person)).content.decode()
    assert "登记去世" not in text and "合并重复档案" not in text


def test_a_guardians_numbers_are_masked_and_kept(haizhou, make_person, make_staff, sign_in):
    person, number = make_person("甲"), make_id(90)
    Guardian.objects.create(person=person, name="李四", relation="parent", id_number=number, phone="19000005555")
    for client in (haizhou, sign_in(make_staff("viewer", role="district_reviewer"))):
        text = client.get(person_page(person)).content.decode()
        assert "李四" in text and number not in text and "19000005555" not in text


@pytest.mark.parametrize("label", ["household", "transfer", "merge"])
def test_the_lists_cost_as_many_queries_with_thirty_rows(label, haizhou, make_person, haizhou_clerk, request):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from beneficiaries.models import HouseholdMember, Merge

    def add(number):
        person = make_person(f"人{number}", category=4, grade=1)
        home = Household.objects.create(area=person.area)
        HouseholdMember.objects.create(household=home, person=person, relation="head")
        Merge.objects.create(kept=person, gone_id=9000 + number, reason="x", values="{}", merged_by=haizhou_clerk)
        offer_person(by=haizhou_clerk, person=person, receiving_unit=DONGHAI, reason="x")

    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert haizhou.get(reverse(f"admin:beneficiaries_{label}_changelist")).status_code == 200
        return len(asked)

    add(0)
    queries()
    few = queries()
    for number in range(1, 31):
        add(number)
    assert queries() == few
