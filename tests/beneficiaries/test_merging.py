"""Two records of one person become one; everything of every app stays, and the old number still finds the person."""

import json
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from beneficiaries.merging import merge_people, pointing_fields
from beneficiaries.models import (
    Certificate,
    ChildDiagnosis,
    FormerNumber,
    Guardian,
    HardshipStatus,
    Household,
    HouseholdMember,
    Merge,
    Person,
)
from lianyungang_cdpf.metrics.models import ChangeStamp
from subsidies.models import Payment
from tests.fixtures_city import DONGHAI_TOWN, make_id

ACCOUNT, OTHER_ACCOUNT = "6299999630040357070", "6299993156827197436"


@pytest.fixture
def twins(make_person):
    return (
        make_person("张三", category=4, grade=2, account_no=ACCOUNT, hardship="低保"),
        make_person("张三丰", category=4, grade=1, account_no=OTHER_ACCOUNT, phone="19000001234", hardship="特困"),
    )


def test_everything_moves_to_the_kept_record(haizhou_clerk, twins, make_roll):
    kept, gone = twins
    make_roll(gone, month=date(2019, 4, 1), reference="R-2")
    make_roll(kept, month=date(2019, 5, 1), reference="R-3")
    gone_pk = gone.pk
    log = merge_people(by=haizhou_clerk, kept=kept, gone=gone, reason="换发号码", taken=["name"])
    kept.refresh_from_db()
    assert Person.objects.get() == kept
    assert (kept.name, kept.name_key, kept.account_no, kept.phone) == ("张三丰", "张三丰", ACCOUNT, "19000001234")
    assert set(Payment.objects.values_list("person", "month")) == {
        (kept.pk, date(2019, 4, 1)), (kept.pk, date(2019, 5, 1))
    }  # fmt: skip
    assert (log.gone_id, log.reason, log.taken, log.merged_by) == (gone_pk, "换发号码", "姓名", haizhou_clerk)
    assert "补贴发放 1 条" in log.moved
    values = json.loads(Merge.objects.get().values)
    assert (values["id_number"], values["account_no"]) == (gone.id_number, OTHER_ACCOUNT)


def test_one_certificate_and_one_hardship_stand_afterwards(haizhou_clerk, twins):
    kept, gone = twins
    merge_people(by=haizhou_clerk, kept=kept, gone=gone, reason="重复", taken=["certificate"])
    assert Certificate.objects.filter(person=kept).count() == 2
    assert Certificate.objects.get(valid_to=None).grade == 1
    assert HardshipStatus.objects.get(valid_to=None).status == "低保"


def test_the_old_number_still_finds_the_person(haizhou_clerk, twins, send, run_import, standards):
    kept, gone = twins
    number = gone.id_number
    merge_people(by=haizhou_clerk, kept=kept, gone=gone, reason="重复")
    assert list(Person.objects.matching(number)) == [kept]
    assert FormerNumber.objects.get().id_number == number
    roll = [["姓名", "身份证号", "金额", "银行账号"], ["张三", number, "370", ACCOUNT]]
    job = run_import(send(haizhou_clerk, "hardship_subsidy", roll))
    codes = job.rows.get().codes
    assert "W_FORMER_ID" in codes and "UNKNOWN_PERSON" not in codes


def test_present_and_former_number_in_one_roll_are_one_person(haizhou_clerk, twins, send, run_import, standards):
    kept, gone = twins
    number = gone.id_number
    merge_people(by=haizhou_clerk, kept=kept, gone=gone, reason="重复")
    rows = [
        ["姓名", "身份证号", "金额", "银行账号"],
        *(["张三", one, "370", ACCOUNT] for one in (kept.id_number, number)),
    ]
    job = run_import(send(haizhou_clerk, "hardship_subsidy", rows))
    assert "DUPLICATE_IN_FILE" in job.rows.get(row=3).codes


def test_a_register_row_with_the_old_number_makes_no_double(haizhou_clerk, twins, take_in, told):
    kept, gone = twins
    number = gone.id_number
    merge_people(by=haizhou_clerk, kept=kept, gone=gone, reason="重复")
    row = {"姓名": "张三", "身份证号": number, "残疾人证号": f"{number}43", "家庭住址": "新路1号"}
    job = take_in("register", row)
    assert told(job) == {2: "W_FORMER_ID"}
    kept.refresh_from_db()
    assert (Person.objects.count(), kept.address, kept.id_number != number) == (1, "新路1号", True)
    assert not Certificate.objects.filter(grade=3).exists()
    both = [row, {**row, "身份证号": kept.id_number, "残疾人证号": ""}]
    assert "DUPLICATE_IN_FILE" in told(take_in("register", *both, name="两行.csv"))[3]


def test_nobody_is_put_on_file_under_a_former_number(haizhou_clerk, twins):
    from beneficiaries.actions import save_person

    kept, gone = twins
    number, area = gone.id_number, gone.area
    merge_people(by=haizhou_clerk, kept=kept, gone=gone, reason="重复")
    with pytest.raises(ValidationError, match="已经建档"):
        save_person(by=haizhou_clerk, person=Person(name="张三", id_number=number, area=area))


def test_looking_for_former_numbers_costs_nothing_when_all_are_known(twins, django_assert_num_queries):
    from beneficiaries.register import known_people

    numbers = {person.id_number for person in twins}
    with django_assert_num_queries(3):
        assert len(known_people(numbers)) == 2
    with django_assert_num_queries(4):
        assert len(known_people({*numbers, make_id(99)})) == 2


def test_both_paid_for_the_same_month_is_refused_with_the_month(haizhou_clerk, twins, make_roll):
    kept, gone = twins
    make_roll(kept, reference="R-1"), make_roll(gone, reference="R-2")
    with pytest.raises(ValidationError) as error:
        merge_people(by=haizhou_clerk, kept=kept, gone=gone, reason="重复")
    said = "".join(error.value.messages)
    assert "困难残疾人生活补贴" in said and "2019-03" in said and "请先" in said
    assert Person.objects.count() == 2 and Certificate.objects.filter(valid_to=None).count() == 2
    Payment.objects.filter(person=gone).update(live=False)
    merge_people(by=haizhou_clerk, kept=kept, gone=gone, reason="重复")
    assert Payment.objects.filter(person=kept).count() == 2


def test_families_are_settled(haizhou_clerk, twins):
    kept, gone = twins
    for person in twins:
        household = Household.objects.create(area=person.area)
        HouseholdMember.objects.create(household=household, person=person, relation="head")
        Guardian.objects.create(person=person, name="李四", relation="parent", id_digest="d")
        ChildDiagnosis.objects.create(person=person, suspected_category=5, text=f"诊断{person.pk}")
    gone_pk = gone.pk
    log = merge_people(by=haizhou_clerk, kept=kept, gone=gone, reason="重复")
    assert HouseholdMember.objects.filter(person=kept, valid_to=None).count() == 1
    assert Guardian.objects.filter(person=kept, valid_to=None).count() == 1
    assert kept.diagnosis.text == f"诊断{kept.pk}"
    assert [one["text"] for one in json.loads(log.values)["dropped"]] == [f"诊断{gone_pk}"]


def test_a_guardian_and_their_ward_are_not_one_person(haizhou_clerk, twins):
    kept, gone = twins
    Guardian.objects.create(person=kept, name="张三丰", relation="parent", on_file=gone)
    with pytest.raises(ValidationError, match="不会是同一人"):
        merge_people(by=haizhou_clerk, kept=kept, gone=gone, reason="重复")


def test_records_of_two_counties_are_merged_by_the_city_only(haizhou_clerk, city_clerk, make_person):
    kept, gone = make_person("甲"), make_person("甲", area=DONGHAI_TOWN)
    with pytest.raises(ValidationError, match="本辖区内"):
        merge_people(by=haizhou_clerk, kept=kept, gone=gone, reason="重复")
    merge_people(by=city_clerk, kept=kept, gone=gone, reason="重复")
    assert Person.objects.count() == 1


def test_a_merge_needs_a_reason_and_the_permission(haizhou_clerk, make_staff, twins):
    reviewer = make_staff("reviewer", role="district_reviewer")
    for by, reason in ((haizhou_clerk, " "), (reviewer, "重复")):
        with pytest.raises(ValidationError):
            merge_people(by=by, kept=twins[0], gone=twins[1], reason=reason)
    assert Person.objects.count() == 2


def test_the_number_of_the_other_record_may_be_the_right_one(haizhou_clerk, twins):
    kept, gone = twins
    old, right = kept.id_number, gone.id_number
    merge_people(by=haizhou_clerk, kept=kept, gone=gone, reason="换发", taken=["id_number"])
    kept.refresh_from_db()
    assert (kept.id_number, FormerNumber.objects.get().id_number) == (right, old)
    assert list(Person.objects.matching(right)) == list(Person.objects.matching(old)) == [kept]


@pytest.mark.parametrize(("paid", "version"), [(True, 2), (False, 1)])
def test_tallies_of_what_moved_are_stale_afterwards(haizhou_clerk, twins, make_roll, paid, version):
    kept, gone = twins
    make_roll(gone if paid else kept)
    ChangeStamp.objects.touch(source="subsidies.payment", kind="hardship_subsidy", year=2019)
    ChangeStamp.objects.touch(source="services.device", kind="devices", year=2019)
    merge_people(by=haizhou_clerk, kept=kept, gone=gone, reason="重复")
    found = dict(ChangeStamp.objects.exclude(source="targets.plan").values_list("source", "version"))
    assert found == {"beneficiaries.person": 1, "subsidies.payment": version, "services.device": 1}


def test_every_reference_to_a_person_is_found():
    found = {f"{field.model._meta.label}.{field.name}" for field in pointing_fields()}
    assert {"subsidies.Payment.person", "beneficiaries.Guardian.on_file", "beneficiaries.Merge.kept"} <= found
