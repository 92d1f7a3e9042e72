"""What lies across tables: found when somebody changes records past the deeds."""

from datetime import date

from beneficiaries.models import Household
from services.invariants import breaches
from services.models import CataractSurgery, DeviceIssue, DeviceType, Service, ServiceKind


def test_sound_records_have_no_breach(make_service, make_person, cancelled):
    person, device = make_person(), DeviceType.objects.get(code="wheelchair")
    make_service(person)
    make_service(person, "cataract_surgery", eye="left")
    make_service(person, "assistive_devices", device=device)
    make_service(person, "assistive_devices", device=device, nature="repair", signed_on=date(2019, 3, 5))
    cancelled(make_service(person, "health_check"))
    assert list(breaches()) == []


def test_a_device_that_counts_without_a_signature_is_found(make_service, make_person):
    issue = make_service(make_person(), "assistive_devices", device=DeviceType.objects.get(code="wheelchair"))
    DeviceIssue.objects.update(counted_on=date(2019, 3, 5))
    assert list(breaches()) == [f"服务记录 {issue.pk} 的计入日期与登记内容不符。"]


def test_a_record_of_a_kind_of_another_form_is_found(make_service, make_person):
    surgery = make_service(make_person(), "cataract_surgery", eye="left")
    Service.objects.update(kind=ServiceKind.objects.get(code="health_check"))
    assert f"服务记录 {surgery.pk} 的登记方式与服务种类不符。" in list(breaches())


def test_a_record_without_what_its_sort_says_is_found(make_service, make_person):
    service = make_service(make_person())
    Service.objects.update(kind=ServiceKind.objects.get(code="cataract_surgery"))
    assert list(breaches()) == [f"服务记录 {service.pk} 缺少“白内障手术”的内容。"]


def test_a_record_that_says_another_thing_than_its_occasion_is_found(make_service, make_person, cancelled):
    surgery = make_service(make_person(), "cataract_surgery", eye="left")
    CataractSurgery.objects.update(eye="right")
    assert list(breaches()) == [f"服务记录 {surgery.pk} 的“同一事项”与登记内容不符，可能重复登记。"]
    cancelled(surgery)
    assert list(breaches()) == []


def test_a_record_counted_by_household_without_one_and_the_reverse_are_found(make_service, make_person):
    person = make_person()
    home = Household.objects.create(area=person.area)
    repaired = make_service(person, "housing_aid", household=home)
    chess = make_service(person)
    assert list(breaches()) == []
    Service.objects.filter(pk=repaired.pk).update(household=None)
    Service.objects.filter(pk=chess.pk).update(household=home)
    assert list(breaches()) == [
        f"服务记录 {repaired.pk} 的种类按户统计，记录却没有家庭户。",
        f"服务记录 {chess.pk} 的种类不按户统计，记录却登记了家庭户。",
    ]


def test_a_record_that_outlives_its_roll_is_found(take_in, make_person):
    person = make_person(category=4, grade=2)
    job = take_in("culture_sport", {"姓名": person.name, "身份证号": person.id_number, "活动日期": "2019-05-18"})
    job.state = "undone"
    job.save()
    assert list(breaches()) == [f"服务记录 {Service.objects.get().pk} 的导入批次已撤销，记录却仍然有效。"]
