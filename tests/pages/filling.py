"""A row of every model in the admin, so that each page there can be looked at with something on it."""

import io
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image


def fill(staff, make_person):
    """People, a posted roll with a payment, an import, an allocation, an audit line; the rest is reference data."""
    from lianyungang_cdpf.accounts.models import Area
    from lianyungang_cdpf.audit.actions import record
    from lianyungang_cdpf.intake.models import ImportJob, LearnedHeading
    from lianyungang_cdpf.targets.models import Allocation, AllocationChange, PlannedPoint, Target
    from subsidies.models import Payment, Programme, Roll, Standard

    person = make_person("欧阳慧敏", phone="13800000000", category=4, grade=2, hardship="低保", village="新东村")
    other = make_person("李四", area="320722101", category=1, grade=1)
    fill_families(staff, person, other)
    fill_news()
    programme, city = Programme.objects.first(), Area.objects.get(level="city")
    standard = Standard.objects.create(programme=programme, effective_from=date(2019, 1, 1), amount=Decimal("320.00"))
    job = ImportJob.objects.create(
        kind=programme.code, month=date(2019, 9, 1), staff=staff, area=city, file_name="九月名册.xlsx", sha256="0" * 64,
        size=1024, state=ImportJob.State.POSTED, applied_rows=1,
    )  # fmt: skip
    roll = Roll.objects.create(
        programme=programme, month=date(2019, 9, 1), area=city, reference="2019-09-001", row_count=1, payment_count=1,
        total=Decimal("320.00"), job=job, posted_by=staff,
    )  # fmt: skip
    Payment.objects.create(
        roll=roll, person=person, programme=programme, month=roll.month, amount=Decimal("320.00"), area=person.area,
        standard=standard, standard_amount=standard.amount,
    )  # fmt: skip
    fill_recovery(staff, person, programme)
    fill_yearly(roll, person)
    fill_comparison(staff, roll, person)
    fill_notices(staff, roll, person)
    fill_services(staff, person)
    fill_stays(staff, person, fill_facilities(staff, person.area))
    LearnedHeading.objects.create(
        kind=programme.code, area=city, heading="九月实际到手", text="九月实际到手", field="amount", by=staff
    )
    haizhou, target = Area.objects.get(code="320706"), Target.objects.first()
    Allocation.objects.create(target=target, area=haizhou, goal=100, document_no="连残发〔2019〕12号")
    AllocationChange.objects.create(
        target=target, area=haizhou, old_goal=90, new_goal=100, document_no="连残发〔2019〕12号", reason="追加任务",
        effective_on=date(2019, 6, 1), by=staff,
    )  # fmt: skip
    homes = Target.objects.get(key="disabled_persons_home")
    PlannedPoint.objects.create(target=homes, day=date(2019, 6, 30), share=40)
    PlannedPoint.objects.create(target=homes, day=date(2019, 11, 30), share=100)
    record(by=staff, deed="花名册入账", on=roll, summary="1 行")


def fill_comparison(staff, roll, person):
    """A list of another office and the case that it gave."""
    from subsidies.models import ComparisonCase, ComparisonList, ListType

    deaths = ListType.objects.get(code="deaths")
    listed = ComparisonList.objects.create(
        list_type=deaths, month=roll.month, area=roll.area, entry_count=1, job=roll.job, posted_by=staff
    )
    ComparisonCase.objects.create(
        kind="on_list", person=person, programme=roll.programme, area=person.area, list_type=deaths, source=listed,
        since=date(2019, 8, 3), first_month=roll.month, last_month=roll.month, months=1,
        wrong_amount=Decimal("320.00"), finding="死亡名单 2019-09，第 2 行，自 2019-08-03 起", facts="0" * 64,
        found_on=date(2019, 9, 20), seen_on=date(2019, 9, 20), due_on=date(2019, 10, 20),
    )  # fmt: skip


def fill_recovery(staff, person, programme):
    """A case that is overdue: part refunded, part reversed, a write-off asked for."""
    from lianyungang_cdpf.accounts.models import Area
    from subsidies.models import Payment, RecoveryCase, RecoveryEntry, RecoveryLine, Roll, WriteOffProposal

    month, city = date(2019, 7, 1), Area.objects.get(level="city")
    roll = Roll.objects.create(
        programme=programme, month=month, area=city, reference="2019-07-001", row_count=1, payment_count=1,
        total=Decimal("320.00"), posted_by=staff, state=Roll.State.PAID, paid_on=date(2019, 7, 28),
    )  # fmt: skip
    payment = Payment.objects.create(
        roll=roll, person=person, programme=programme, month=month, amount=Decimal("320.00"), area=person.area
    )
    case = RecoveryCase.objects.create(
        person=person, programme=programme, area=person.area, reason="left_dibao", note="六月起退出低保",
        opened_by=staff, due_on=date(2019, 9, 30), claimed=Decimal("320.00"), refunded=Decimal("100.00"),
        balance=Decimal("220.00"),
    )  # fmt: skip
    RecoveryLine.objects.create(
        case=case, payment=payment, month=month, paid=payment.amount, amount=payment.amount, recovered=Decimal("100.00")
    )
    told = {"case": case, "day": date(2019, 9, 2), "entered_by": staff}
    entry = RecoveryEntry.objects.create(kind="refund", amount=Decimal("90.00"), receipt_no="0001", **told)
    RecoveryEntry.objects.create(kind="reversal", amount=Decimal("90.00"), reverses=entry, reason="收据号写错", **told)
    RecoveryEntry.objects.create(kind="refund", amount=Decimal("100.00"), receipt_no="0002", **told)
    WriteOffProposal.objects.create(case=case, amount=Decimal("220.00"), reason="家庭确有困难", proposed_by=staff)


def fill_news():
    """A policy that is out."""
    from lianyungang_cdpf.pages.models import News

    News.objects.create(
        kind="policy", title="残疾人两项补贴政策问答", source="连残发〔2019〕1号", text="# 谁可以申请\n持证残疾人。",
        state="published", published_from=date(2019, 3, 1),
    )  # fmt: skip


def fill_notices(staff, roll, person):
    """A notice that ran, its list and an objection."""
    from subsidies.models import Notice, NoticeLine, Objection

    notice = Notice.objects.create(
        roll=roll, round=1, title="海州区九月生活补贴发放名单公示", place="海州区", issuer="海州区残联",
        starts_on=date(2019, 9, 2), ends_on=date(2019, 9, 8), phone="0518-00000000", contact="王芳",
        posted_at="各村公示栏", names="masked", line_count=1, total=Decimal("320.00"), made_by=staff,
    )  # fmt: skip
    NoticeLine.objects.create(
        notice=notice, position=1, area=person.area, village="新东村", name="欧**敏", months="2019-09",
        amount=Decimal("320.00"),
    )  # fmt: skip
    Objection.objects.create(
        notice=notice, received_on=date(2019, 9, 4), content="名单中有人已经去世", result="已核实，停发"
    )


def fill_yearly(roll, person):
    """A premium, a policy with somebody insured on it, and a grant, each on a payment of its own."""
    from subsidies.models import EducationGrant, InsurancePolicy, Payment, PensionPremium, Programme

    def paid(code, month, **more):
        programme = Programme.objects.get(code=code)
        return Payment.objects.create(
            roll=roll, person=person, programme=programme, month=month, amount=Decimal("100.00"), area=person.area,
            live=False, **more,
        )  # fmt: skip

    PensionPremium.objects.create(
        payment=paid("pension_premium", date(2019, 1, 1)), year=2019, tier="100元", insured_place="海州区",
        receipt_no="20190001", confirmed_on=date(2019, 9, 20),
    )  # fmt: skip
    policy = InsurancePolicy.objects.create(
        number="20190000000001", product="残疾人意外伤害保险", insurer="某保险公司", starts_on=date(2019, 5, 1),
        ends_on=date(2020, 4, 30), premium=Decimal("100.00"), area=person.area,
    )  # fmt: skip
    paid("commercial_insurance", date(2019, 5, 1), policy=policy)
    EducationGrant.objects.create(
        payment=paid("education_grant", date(2019, 9, 1)), school_year=2019, school="海州区第一中学", stage="高中",
        student_no="320706201900001", kind="disabled_student",
    )  # fmt: skip


def sorts_of_services(course):
    """(model, code of a kind, what the record says besides) of each sort."""
    from services import models
    from services.models import CataractSurgery, ChildTraining, DeviceIssue, DeviceType, Service

    accepted = {"acceptance": "passed", "accepted_on": date(2019, 6, 20), "content": "坡道、卫生间扶手"}
    return (
        (Service, "culture_sport", {"content": "象棋比赛"}),
        (ChildTraining, "child_rehab_training", {"sessions": 40, "assessment_before": "粗大运动 45 分"}),
        (CataractSurgery, "cataract_surgery", {"eye": "left", "sight_before": "0.05", "sight_after": "0.6"}),
        (
            DeviceIssue,
            "assistive_devices",
            {"device": DeviceType.objects.get(code="wheelchair"), "quantity": 2, "signed_on": date(2019, 5, 7)},
        ),
        (models.PsychiatricAid, "psychiatric_aid", {"mode": "medication", "months": 6}),
        (models.HealthCheck, "health_check", {"report_no": "20190506012", "conclusion": "血压偏高"}),
        (models.FamilyDoctorContract, "family_doctor_rate", {"doctor": "王医生"}),
        (models.HomeModification, "home_accessibility", accepted),
        (models.RehabilitationNeed, "rehab_need", {"need": "device"}),
        (models.PrecisionService, "precision_rehab_rate", {"need": "device", "content": "轮椅适配"}),
        (models.RespitePlacement, "respite_care", {"mode": "residential", "months": 6}),
        (
            models.SchoolEnrolment,
            "compulsory_enrolment_rate",
            {"school_year": 2018, "schooling": "inclusive_class", "school": "海州区实验小学", "school_grade": "三年级"},
        ),
        (
            models.CourseAttendance,
            "real_name_training",
            {"course": course, "attended_hours": 76, "completed_on": date(2019, 6, 6), "certificate_no": "20190001"},
        ),
        (models.NewEmployment, "new_employment", {"form": "quota", "contract_no": "HT20190001", "is_insured": True}),
        (models.SupportedEmployment, "supported_employment", {"monthly_hours": 80, "monthly_pay": 600}),
    )


def fill_services(staff, person):
    """A record of each sort of service."""
    from services.models import ServiceKind, TrainingCourse

    course = TrainingCourse.objects.create(
        name="盲人按摩", institution="海州区残疾人康复中心", venue="朝阳路 1 号", level="初级", hours=80, places=30,
        starts_on=date(2019, 5, 6), ends_on=date(2019, 6, 5), document_no="海残〔2019〕8号", area=person.area.parent,
        recorded_by=staff, recorded_at=timezone.now(),
    )  # fmt: skip
    for model, kind, fields in sorts_of_services(course):
        model(
            kind=ServiceKind.objects.get(code=kind), person=person, area=person.area, served_on=date(2019, 5, 6),
            institution="海州区残疾人康复中心", recorded_by=staff, recorded_at=timezone.now(), **fields,
        ).settle().save()  # fmt: skip
    photograph_the_home(staff)


def drawn() -> bytes:
    """Another picture than photo.png."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (90, 140, 90)).save(out, "PNG")
    return out.getvalue()


def photograph_the_home(staff):
    """A photo before the works and one after them."""
    from services.models import HomeModification, HomePhoto
    from services.photos import add_photo

    home = HomeModification.objects.last()
    picture = {"before": (Path(__file__).parent / "photo.png").read_bytes(), "after": drawn()}
    for moment, day in (("before", date(2019, 5, 1)), ("after", date(2019, 6, 20))):
        photo = HomePhoto(moment=moment, title="入户坡道", taken_on=day)
        file = ContentFile(picture[moment], name="坡道.png")
        add_photo(by=staff, home=home, photo=photo, upload=file)


def fill_facilities(staff, area):
    """A facility with a stage taken back, money, and an inspection whose follow-up is overdue."""
    from django.utils import timezone

    from facilities.documents import add_document
    from facilities.models import Facility, FacilityDocument, FacilityKind, Funding, Inspection, StageEntry

    facility = Facility.objects.create(
        kind=FacilityKind.objects.get(code="disabled_persons_home"), name="新海街道残疾人之家",
        name_key="新海街道残疾人之家", area=area, address="朝阳路 1 号", longitude=Decimal("119.179"),
        latitude=Decimal("34.601"), run_mode="public_private", operator="海州区示例社会服务中心", responsible="王芳",
        phone="19000001234", area_m2=Decimal("320.50"), rooms=6, capacity=30, staff_full=3, staff_part=2,
        opening_hours="周一至周五 8:30—17:00", has_ramp=True, has_toilet=True, stage="operating",
        applied_on=date(2019, 1, 8), approved_on=date(2019, 2, 1), started_on=date(2019, 2, 20),
        completed_on=date(2019, 5, 10), accepted_on=date(2019, 5, 20), operating_on=date(2019, 6, 1),
    )  # fmt: skip
    days = {"applied": date(2019, 1, 8), "approved": date(2019, 2, 1), "building": date(2019, 2, 20),
            "completed": date(2019, 5, 10), "accepted": date(2019, 5, 20), "operating": date(2019, 6, 1)}  # fmt: skip
    for stage, day in days.items():
        StageEntry.objects.create(
            facility=facility,
            stage=stage,
            on=day,
            document_no="海残〔2019〕3号",
            document_title="批复",
            recorded_by=staff,
        )
    StageEntry.objects.create(
        facility=facility, stage="suspended", on=date(2019, 8, 1), recorded_by=staff, taken_back_at=timezone.now(),
        taken_back_by=staff, taken_back_why="录错了设施",
    )  # fmt: skip
    Funding.objects.create(
        facility=facility, source="city", year=2019, planned=Decimal("200000"), granted=Decimal("150000"),
        spent=Decimal("149999.99"), document_no="连财社〔2019〕15号",
    )  # fmt: skip
    photo = ContentFile((Path(__file__).parent / "photo.png").read_bytes(), name="大厅.png")
    for kind, title, file in (("photo", "服务大厅", photo), ("approval", "立项批复", None)):
        document = FacilityDocument(kind=kind, title=title, dated=date(2019, 5, 20), number="海残〔2019〕3号")
        add_document(by=staff, facility=facility, document=document, upload=file)
    Inspection.objects.create(
        facility=facility, inspected_on=date(2019, 7, 2), inspector="王五", score=Decimal("86.5"),
        findings="台账齐全。", follow_up="补装扶手", due_on=date(2019, 7, 31),
    )  # fmt: skip
    return facility


def fill_stays(staff, person, home):
    """Somebody on the register of a home, with the days of two months, and somebody who was taken back."""
    from services.models import FacilityStay, MonthlyAttendance

    told = {"recorded_by": staff, "recorded_at": timezone.now()}
    FacilityStay.objects.create(
        facility=home, person=person, area=person.area, admitted_on=date(2019, 6, 3), cancelled_at=timezone.now(),
        cancelled_by=staff, cancel_reason="登记错人", **told,
    )  # fmt: skip
    stay = FacilityStay.objects.create(
        facility=home, person=person, area=person.area, admitted_on=date(2019, 7, 1), remarks="上午到家", **told
    )
    for month, days in ((7, 20), (8, 0)):
        MonthlyAttendance.objects.create(stay=stay, month=date(2019, month, 1), days=days, **told)
    return stay


def fill_families(staff, person, other):
    """A household with a guardian, a merged record and a transfer."""
    from beneficiaries.models import Guardian, Household, HouseholdMember, Merge, Transfer

    household = Household.objects.create(area=person.area, village="新东村", address="新东村 3 组 12 号")
    HouseholdMember.objects.create(household=household, person=person, relation="head", valid_from=date(2018, 5, 1))
    Guardian.objects.create(person=person, name="欧阳建国", relation="parent", phone="19000000001")
    Merge.objects.create(
        kept=person, gone_id=900, reason="身份证号换发", values='{"name": "欧阳慧敏"}', merged_by=staff,
        moved="补贴发放 3 条、残疾人证 1 条",
    )  # fmt: skip
    Transfer.objects.create(
        person=other, name=other.name, id_number=other.id_number, id_digest=other.id_digest, giving_area=other.area,
        giving_unit="320722", receiving_unit="320706", requested_from="giving", reason="随子女居住", requested_by=staff,
    )  # fmt: skip


def remember_a_change(staff, record):
    """A line in the record's history."""
    LogEntry.objects.create(
        user=staff, content_type=ContentType.objects.get_for_model(record), object_id=str(record.pk),
        object_repr="…", action_flag=CHANGE, change_message='[{"changed": {"fields": ["名称"]}}]',
    )  # fmt: skip


def codes():
    """Every code and user name of Latin letters in the database: they may stand on a page as they are."""
    from django.apps import apps
    from django.db.models import JSONField

    fields = {"code", "key", "username", "kind", "metric", "unit_key"}
    known = set()
    for model in apps.get_models():
        if model._meta.app_label in {"auth", "contenttypes", "django_tasks_database"}:
            continue
        for field in model._meta.concrete_fields:
            if field.name in fields or isinstance(field, JSONField):
                for value in model._base_manager.values_list(field.name, flat=True).distinct():
                    known.update(keys_of(value))
    return {code for code in known if any(letter.isalpha() for letter in code)}


def keys_of(value):
    """A text itself; the keys of a JSON value."""
    if isinstance(value, str):
        yield value
    for key, part in value.items() if isinstance(value, dict) else ():
        yield key
        yield from keys_of(part) if not isinstance(part, str) else ()
    for part in value if isinstance(value, list) else ():
        yield from keys_of(part) if not isinstance(part, str) else ()
