"""The register in the admin: who sees and changes what, and that no number leaves it whole."""

from datetime import date

import pytest
from django.urls import reverse

from beneficiaries.models import Person
from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.audit.models import AuditLine
from tests.fixtures_city import DONGHAI_TOWN, HAIZHOU, HAIZHOU_TOWN, make_id

LIST, ADD = reverse("admin:beneficiaries_person_changelist"), reverse("admin:beneficiaries_person_add")
CERTIFICATES = reverse("admin:beneficiaries_certificate_changelist")
ACCOUNT, PHONE = "6299999630040357070", "19000006430"
NEW_ID = make_id(33, date(1975, 3, 3))
VIEWERS = ("district_reviewer", "civil_affairs_approver", "finance")


def page(person):
    return reverse("admin:beneficiaries_person_change", args=[person.pk])


def body(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def entry(person=None, certificates=(), hardships=(), guardians=(), diagnosis=(), **fields):
    """What the browser sends for a person's page."""
    area = person.area_id if person else Area.objects.get(code=HAIZHOU_TOWN).pk
    data = {"name": person.name if person else "钱七", "area": area, "id_number": "", "phone": "", "account_no": ""}
    given = {"certificates": certificates, "hardships": hardships, "guardians": guardians, "diagnosis": diagnosis}
    for prefix, rows in given.items():
        kept = sum("id" in row for row in rows)
        data |= {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": kept}
        for number, row in enumerate(rows):
            data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data | fields


@pytest.fixture
def person(make_person):
    return make_person("郑志", account_no=ACCOUNT, phone=PHONE, category=4, grade=2, hardship="低保", village="西李村")


@pytest.fixture
def haizhou(haizhou_clerk, sign_in):
    return sign_in(haizhou_clerk)


def test_the_list_shows_who_where_and_what_with_numbers_masked(haizhou, person):
    text = body(haizhou.get(LIST))
    for shown in ("郑志", "肢体二级", "低保", "西李村", "海州区", "在册", f"320701********{person.id_number[-4:]}"):
        assert shown in text
    assert person.id_number not in text and ACCOUNT not in text and PHONE not in text


@pytest.mark.parametrize("words", ["郑志", "zhengzhi", "zz"])
def test_the_list_is_searched_by_name_pinyin_and_initials(haizhou, person, make_person, words):
    make_person("王五")
    assert [row.pk for row in haizhou.get(LIST, {"q": words}, follow=True).context["cl"].result_list] == [person.pk]


def test_the_list_is_searched_by_numbers(haizhou, person, make_person):
    make_person("王五")
    for words in (person.id_number, f"{person.id_number}42", person.id_number[-4:]):
        assert [row.pk for row in haizhou.get(LIST, {"q": words}, follow=True).context["cl"].result_list] == [person.pk]


def test_search_never_crosses_districts(haizhou, make_person):
    foreign = make_person("赵六", area=DONGHAI_TOWN, category=4, grade=2)
    for words in ("赵六", "zl", foreign.id_number, f"{foreign.id_number}42", foreign.id_number[-4:]):
        for address in (LIST, CERTIFICATES):
            assert list(haizhou.get(address, {"q": words}, follow=True).context["cl"].result_list) == []


def test_haizhou_clerk_cannot_open_a_donghai_record(haizhou, make_person):
    foreign = make_person("赵六", area=DONGHAI_TOWN, category=4, grade=2)
    assert haizhou.get(page(foreign)).status_code == 404
    assert haizhou.post(page(foreign), entry(foreign, name="改名")).status_code == 404
    certificate = reverse("admin:beneficiaries_certificate_change", args=[foreign.certificates.get().pk])
    assert haizhou.get(certificate).status_code == 404
    assert Person.objects.get(pk=foreign.pk).name == "赵六"


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        ({"category": "4"}, {"甲"}),
        ({"grade": "1"}, {"乙"}),
        ({"hardship": "低保"}, {"甲"}),
        ({"state": "deceased"}, {"丙"}),
        ({"state": "on_register"}, {"甲", "乙"}),
        ({"place": HAIZHOU_TOWN}, {"甲", "乙", "丙"}),
        ({"category": "4", "grade": "1"}, set()),
    ],
)
def test_the_list_is_filtered(haizhou, make_person, parameters, names):
    make_person("甲", category=4, grade=2, hardship="低保")
    make_person("乙", category=1, grade=1)
    make_person("丙", died_on=date(2019, 1, 1))
    assert {row.name for row in haizhou.get(LIST, parameters).context["cl"].result_list} == names


@pytest.mark.parametrize("parameters", [{"id_digest": "x"}, {"account_digest__startswith": "0"}, {"name__regex": "."}])
def test_nothing_secret_can_be_guessed_through_the_address(haizhou, person, parameters):
    assert haizhou.get(LIST, parameters).status_code == 400


def test_a_long_list_costs_no_more_queries_than_a_short_one(haizhou, make_person, django_assert_max_num_queries):
    for number in range(30):
        make_person(f"人{number}", category=4, grade=2, hardship="低保")
    haizhou.get(LIST)
    with django_assert_max_num_queries(12):
        haizhou.get(LIST)


def test_a_clerk_sees_boxes_but_no_stored_number(haizhou, person):
    text = body(haizhou.get(page(person)))
    for shown in ("****7070", "190****6430", f"320701********{person.id_number[-4:]}"):
        assert shown in text
    for secret in (person.id_number, ACCOUNT, PHONE):
        assert secret not in text


@pytest.mark.parametrize("role", [*VIEWERS, "leader", "auditor"])
def test_who_only_looks_sees_the_person_masked_and_changes_nothing(make_staff, sign_in, person, role):
    client = sign_in(make_staff("viewer", role=role, area="320700" if role in ("leader", "auditor") else HAIZHOU))
    text = body(client.get(page(person)))
    assert person.id_number not in text and PHONE not in text and 'name="name"' not in text
    assert (ACCOUNT in text) == (role == "finance")
    assert client.post(page(person), entry(person, name="改名")).status_code == 403
    assert client.get(ADD).status_code == 403
    assert Person.objects.get(pk=person.pk).name == "郑志"
    assert person.id_number not in body(client.get(LIST)) and ACCOUNT not in body(client.get(LIST))


def test_seeing_a_whole_account_is_written_down(make_staff, sign_in, person):
    finance = make_staff("cw", role="finance")
    sign_in(finance).get(page(person))
    assert AuditLine.objects.get(deed="查看完整银行账号").staff == finance


def test_the_system_administrator_sees_no_people(make_staff, sign_in, person):
    client = sign_in(make_staff("root", role="system_admin", area="320700"))
    assert client.get(LIST).status_code == 403 and client.get(page(person)).status_code == 403


def test_a_town_clerk_works_in_the_own_town(make_staff, sign_in, make_person):
    other_town = Area.objects.filter(level="town", parent__code=HAIZHOU, zone=None).exclude(code=HAIZHOU_TOWN).first()
    here, there = make_person("甲"), make_person("乙", area=other_town.code)
    client = sign_in(make_staff("town", role="town_clerk", area=HAIZHOU_TOWN))
    assert client.get(page(here)).status_code == 200
    assert client.get(page(there)).status_code == 404
    response = client.post(page(here), entry(here, area=other_town.pk))
    assert "所选所属地区不存在或不在您的辖区内" in body(response)


def test_a_blank_never_erases_a_number(haizhou, person):
    assert haizhou.post(page(person), entry(person, village="新建村")).status_code == 302
    stored = Person.objects.get(pk=person.pk)
    assert (stored.id_number, stored.phone, stored.account_no) == (person.id_number, PHONE, ACCOUNT)
    assert (stored.village, stored.account_digest) == ("新建村", person.account_digest)


def test_a_new_number_replaces_the_old_one(haizhou, person):
    data = entry(person, phone="0518-8588 1234", account_no="6299 9937 1884 6631 049")
    assert haizhou.post(page(person), data).status_code == 302
    stored = Person.objects.get(pk=person.pk)
    assert (stored.phone, stored.account_no) == ("051885881234", "6299993718846631049")


def test_an_account_that_fails_its_check_digit_is_only_a_warning(haizhou, person):
    response = haizhou.post(page(person), entry(person, account_no="12345678901234567890123"), follow=True)
    assert "银行账号不符合银行卡校验规则" in body(response)
    assert Person.objects.get(pk=person.pk).account_no == "12345678901234567890123"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("id_number", "3207011980", "身份证号应为 18 位"),
        ("id_number", "32070119800101001X", "校验位不对"),
        ("id_number", "3.20701E+17", "已被表格软件改成数值"),
        ("id_number", "320701********0018", "有星号"),
        ("phone", "1900000", None),
        ("phone", "190000", "联系电话应为 7 到 12 位数字"),
        ("account_no", "存折12345678", "银行账号应为 8 到 32 位数字"),
        ("name", "  ", "请填写姓名。"),
    ],
)
def test_wrong_entries_get_a_sentence(haizhou, person, field, value, sentence):
    response = haizhou.post(page(person), entry(person, **{field: value}))
    if sentence is None:
        assert response.status_code == 302
    else:
        assert sentence in body(response)
        assert Person.objects.get(pk=person.pk).id_number == person.id_number


def test_a_county_is_no_place_to_live(haizhou, person):
    response = haizhou.post(page(person), entry(person, area=Area.objects.get(code=HAIZHOU).pk))
    assert "下面的乡镇街道或村（社区）" in body(response)


def test_a_person_is_added_with_certificate_and_hardship(haizhou):
    certificates = [{"number": f"{NEW_ID}13B1", "status": "valid"}]
    data = entry(id_number=NEW_ID.lower(), certificates=certificates, hardships=[{"status": "低保"}])
    assert haizhou.post(ADD, data).status_code == 302
    person = Person.objects.get()
    assert (person.sex, person.birth_date, person.initials) == ("M", date(1975, 3, 3), "qq")
    assert (person.certificates.get().category, person.certificates.get().grade) == (1, 3)
    assert person.hardships.get().status == "低保"
    assert AuditLine.objects.filter(deed="新增残疾人档案").count() == 1


def test_a_child_is_added_with_guardian_and_diagnosis(haizhou):
    number, mother = make_id(35, date(2018, 6, 1)), make_id(36, date(1990, 1, 1))
    guardians = [{"name": "李梅", "relation": "parent", "id_number": mother, "phone": "19000001234"}]
    diagnosis = [{"suspected_category": 5, "text": "全面发育迟缓", "diagnosed_on": "2024-05-06"}]
    told = {"basis": "uncertified_child", "guardians": guardians, "diagnosis": diagnosis}
    assert haizhou.post(ADD, entry(id_number=number, **told)).status_code == 302
    child = Person.objects.get()
    assert (child.basis, child.diagnosis.get_suspected_category_display()) == ("uncertified_child", "智力")
    guardian = child.guardians.get()
    assert (guardian.id_number, guardian.phone, guardian.on_file) == (mother, "19000001234", None)
    rows = [{"number": f"{number}53", "status": "valid"}]
    assert haizhou.post(page(child), entry(child, certificates=rows, basis="holder")).status_code == 302
    child.refresh_from_db()
    assert (child.basis, child.certificates.count()) == ("holder", 1)


def test_who_is_no_child_or_is_the_guardian_gets_a_sentence(haizhou):
    wrong = {"basis": "uncertified_child", "guardians": [{"name": "钱七", "relation": "other", "id_number": NEW_ID}]}
    text = body(haizhou.post(ADD, entry(id_number=NEW_ID, **wrong)))
    assert "已满 18 周岁，不能登记为非持证残疾儿童" in text and "监护人不能是本人" in text
    assert not Person.objects.exists()


def test_a_holder_stays_a_holder(haizhou, person):
    rows = [{"id": person.certificates.get().pk, "person": person.pk, "number": "", "status": "valid"}]
    text = body(haizhou.post(page(person), entry(person, certificates=rows, basis="family_member")))
    assert "只能是“持证残疾人”" in text


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        ({"basis": "holder"}, {"甲"}),
        ({"basis": "uncertified_child"}, {"乙"}),
        ({"basis": "family_member"}, {"丁"}),
        ({"family": "no_guardian"}, {"乙"}),
        ({"category": "4"}, {"甲"}),
    ],
)
def test_the_list_tells_the_three_kinds_of_people_apart(haizhou, make_person, parameters, names):
    make_person("甲", category=4, grade=2)
    make_person("乙", id_number=make_id(37, date(2018, 6, 1)), basis="uncertified_child")
    make_person("丙", id_number=make_id(38, date(2000, 6, 1)), basis="uncertified_child")
    make_person("丁", basis="family_member")
    assert {row.name for row in haizhou.get(LIST, parameters).context["cl"].result_list} == names


def test_a_new_person_needs_an_id_number(haizhou):
    assert "请填写身份证号。" in body(haizhou.post(ADD, entry()))
    assert not Person.objects.exists()


def test_a_person_of_another_district_is_not_filed_twice_nor_told_of(haizhou, make_person):
    foreign = make_person("赵六", area=DONGHAI_TOWN)
    text = body(haizhou.post(ADD, entry(id_number=foreign.id_number)))
    assert "该身份证号已建档，请与市残联联系办理迁移。" in text
    assert "赵六" not in text and "东海" not in text
    assert Person.objects.count() == 1


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (make_id(34, date(1975, 3, 3)) + "42", "前 18 位与本人身份证号不一致"),
        (NEW_ID + "82", "共 20 位"),
        (NEW_ID, "共 20 位"),
    ],
)
def test_a_certificate_agrees_with_its_person(haizhou, number, sentence):
    data = entry(id_number=NEW_ID, certificates=[{"number": number, "status": "valid"}])
    assert sentence in body(haizhou.post(ADD, data))
    assert not Person.objects.exists()


def test_one_certificate_is_entered_once(haizhou):
    rows = [{"number": f"{NEW_ID}42{reissue}", "status": "valid"} for reissue in ("", "B1")]
    assert "同一本残疾人证只登记一次" in body(haizhou.post(ADD, entry(id_number=NEW_ID, certificates=rows)))


def test_a_regraded_certificate_changes_category_and_grade(haizhou, person):
    old = person.certificates.get()
    rows = [{"id": old.pk, "person": person.pk, "number": f"{person.id_number}41", "status": "valid"}]
    assert haizhou.post(page(person), entry(person, certificates=rows)).status_code == 302
    assert person.certificates.get().grade == 1
    assert person.certificates.get().pk == old.pk


def test_a_blank_certificate_number_keeps_the_stored_one(haizhou, person):
    old = person.certificates.get()
    rows = [{"id": old.pk, "person": person.pk, "number": "", "status": "frozen"}]
    assert haizhou.post(page(person), entry(person, certificates=rows)).status_code == 302
    stored = person.certificates.get()
    assert (stored.number, stored.status, stored.number_digest) == (old.number, "frozen", old.number_digest)


def test_a_changed_id_number_must_fit_the_certificates(haizhou, person):
    old = person.certificates.get()
    rows = [{"id": old.pk, "person": person.pk, "number": "", "status": "valid"}]
    text = body(haizhou.post(page(person), entry(person, id_number=NEW_ID, certificates=rows)))
    assert "前 18 位与本人身份证号不一致" in text
    rows[0]["number"] = f"{NEW_ID}42"
    assert haizhou.post(page(person), entry(person, id_number=NEW_ID, certificates=rows)).status_code == 302
    assert list(Person.objects.matching(NEW_ID)) == [person]


def test_logs_of_a_change_hold_no_personal_data(haizhou, person):
    haizhou.post(page(person), entry(person, phone="19000009999", name="郑志强"))
    history = body(haizhou.get(reverse("admin:beneficiaries_person_history", args=[person.pk])))
    texts = [*AuditLine.objects.values_list("summary", flat=True), history.split("<main")[1].split("<table")[-1]]
    assert not any(secret in text for text in texts for secret in ("19000009999", person.id_number))
    assert AuditLine.objects.filter(deed="修改残疾人档案").count() == 1


def test_nobody_deletes_people(haizhou, person):
    assert haizhou.post(reverse("admin:beneficiaries_person_delete", args=[person.pk])).status_code == 403
    assert Person.objects.exists()
