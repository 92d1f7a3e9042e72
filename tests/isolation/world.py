"""One record of every scoped model in two counties, each with marks that must never be seen in the other."""

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from unittest import mock

from django.apps import apps
from django.core.files.base import ContentFile
from django.utils import timezone

from beneficiaries.models import (
    ChildDiagnosis,
    Departure,
    DisabilityPart,
    FormerNumber,
    Guardian,
    Household,
    HouseholdMember,
    Merge,
    Person,
    Residence,
    Transfer,
)
from facilities.documents import add_document
from facilities.models import Facility, FacilityDocument, FacilityKind, Funding, Inspection, StageEntry
from lianyungang_cdpf.accounts.duties.actions import note_first_role
from lianyungang_cdpf.accounts.models import ApiToken, Area, RecoveryCode, TotpDevice
from lianyungang_cdpf.intake.models import ImportJob, ImportRow, ImportTrace, KeptRows, LearnedHeading, RowDecision
from lianyungang_cdpf.pages.models import UnmaskedExport
from lianyungang_cdpf.targets.models import (
    Allocation,
    AllocationChange,
    SupervisionMessage,
    SupervisionOrder,
    Target,
)
from lianyungang_cdpf.targets.reporting.counting import basis
from lianyungang_cdpf.targets.reporting.models import (
    MonthlyReport,
    ReportedSet,
    ReportFigure,
    ReportNote,
    ReportVersion,
)
from lianyungang_cdpf.targets.reporting.packed import pack
from lianyungang_cdpf.targets.supervision.actions import attach
from services.models import (
    CataractSurgery,
    ChildTraining,
    CourseAttendance,
    DeviceIssue,
    DeviceType,
    FacilityStay,
    FamilyDoctorContract,
    HealthCheck,
    HomeModification,
    HomePhoto,
    MonthlyAttendance,
    NewEmployment,
    PrecisionService,
    PsychiatricAid,
    RehabilitationNeed,
    RespitePlacement,
    SchoolEnrolment,
    Service,
    ServiceKind,
    SupportedEmployment,
    TrainingCourse,
)
from services.photos import add_photo
from subsidies.models import (
    Approval,
    ApprovalStep,
    BankFile,
    BankLayout,
    BankLine,
    BankReturn,
    ComparisonCase,
    ComparisonEntry,
    ComparisonList,
    DifferenceReason,
    EducationGrant,
    InsurancePolicy,
    ListType,
    Notice,
    NoticeLine,
    Objection,
    Payment,
    PaymentAcceptance,
    PensionPremium,
    Programme,
    RecoveryCase,
    RecoveryEntry,
    RecoveryLine,
    Roll,
    WriteOffProposal,
)
from tests.isolation.tables import CITY_WIDE, NOT_OURS


@dataclass
class County:
    """A county of the test: its records by model label, and the texts that only its own staff may see."""

    code: str
    town: str
    letters: str
    name: str
    amount: Decimal
    records: dict[str, object] = field(default_factory=dict)

    @property
    def marks(self) -> set[str]:
        """Texts of these records: names, numbers whole and masked, file, batch, amount, account."""
        tail = {"甲": "4321", "乙": "8765"}[self.name[-1]]
        return {
            self.name, f"{self.name}户", f"{self.letters}-REF", f"{self.letters}-roll", f"{self.letters}_keeper",
            f"190****{tail}", f"****{tail}", str(self.amount), self.id_number,
            str(self.records["intake.ImportJob"].uid),
        }  # fmt: skip

    @property
    def searches(self) -> list[str]:
        """What somebody who knows of these records would type into a search box."""
        return [self.name, self.id_number, self.id_number[-4:], f"{self.letters}-REF", f"{self.letters}_keeper"]

    def pk_of(self, label: str):
        """The key of the county's record of a model, or of nothing for reference data."""
        return self.records[label].pk if label in self.records else 0

    @property
    def id_number(self) -> str:
        return self.records["beneficiaries.Person"].id_number


HAIZHOU = ("320706", "320706006", "hz", "查海州甲", Decimal("123.45"))
DONGHAI = ("320722", "320722101", "dh", "查东海乙", Decimal("987.65"))


def _staff(county, made, make_staff, make_person):
    return make_staff(f"{county.letters}_keeper", area=county.code, name=f"{county.letters}_keeper")


def _person(county, made, make_staff, make_person):
    tail = {"甲": "4321", "乙": "8765"}[county.name[-1]]
    return make_person(
        county.name, area=county.town, phone=f"1900000{tail}", account_no=f"622260000000000{tail}",
        account_holder=f"{county.name}户", category=4, grade=1, hardship="低保",
    )  # fmt: skip


def _household(county, made, make_staff, make_person):
    person = made["beneficiaries.Person"]
    household = Household.objects.create(area=person.area, address=f"{county.letters}-REF")
    HouseholdMember.objects.create(household=household, person=person, relation="head")
    return household


def _guardian(county, made, make_staff, make_person):
    tail = {"甲": "4321", "乙": "8765"}[county.name[-1]]
    return Guardian.objects.create(
        person=made["beneficiaries.Person"], name=f"{county.name}户", relation="parent", phone=f"1900000{tail}"
    )


def _departure(county, made, make_staff, make_person):
    return Departure.objects.create(
        person=made["beneficiaries.Person"], kind="moving_out", day=date(2019, 1, 1), reason=f"{county.letters}-REF",
        recorded_by=made["accounts.Staff"],
    )  # fmt: skip


def _merge(county, made, make_staff, make_person):
    values = json.dumps({"name": county.name}, ensure_ascii=False)
    return Merge.objects.create(
        kept=made["beneficiaries.Person"], gone_id=int(county.code), reason=f"{county.letters}-REF", values=values,
        merged_by=made["accounts.Staff"],
    )  # fmt: skip


def _transfer(county, made, make_staff, make_person):
    person = made["beneficiaries.Person"]
    return Transfer.objects.create(
        person=person, name=person.name, id_number=person.id_number, id_digest=person.id_digest,
        giving_area=person.area, giving_unit=county.code, receiving_unit="320723", requested_from="giving",
        reason=f"{county.letters}-REF", requested_by=made["accounts.Staff"],
    )  # fmt: skip


def _token(county, made, make_staff, make_person):
    """A token of the county's keeper; its digest and purpose are marks that no list may show."""
    return ApiToken.objects.create(
        staff=made["accounts.Staff"], name=f"{county.letters}-REF", digest=county.code[-1] * 64,
        expires_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip


def _job(county, made, make_staff, make_person):
    return ImportJob.objects.create(
        kind="hardship_subsidy", month=date(2019, 3, 1), staff=made["accounts.Staff"], sha256=county.code[-1] * 64,
        area=Area.objects.get(code=county.code), file_name=f"{county.letters}-roll.xlsx", size=1, state="posted",
    )  # fmt: skip


def _row(county, made, make_staff, make_person):
    return ImportRow.objects.create(job=made["intake.ImportJob"], row=4, verdict="applied", payload="{}")


def _kept(county, made, make_staff, make_person):
    return KeptRows.objects.create(job=made["intake.ImportJob"], position=0, payload="[]")


def _trace(county, made, make_staff, make_person):
    return ImportTrace.objects.create(job=made["intake.ImportJob"], position=0, payload='{"marks": {}}')


def _decision(county, made, make_staff, make_person):
    """Corrected and accepted; row and reason hold the county's marks."""
    staff = made["accounts.Staff"]
    reviewer = make_staff(f"{county.letters}_reviewer", area=county.code, role="district_reviewer")
    original = json.dumps({"read": {"name": county.name, "id_number": county.id_number}, "problems": []})
    ImportRow.objects.create(
        job=made["intake.ImportJob"], row=5, verdict="warned", codes="W_ACCEPTED,NAME_MISMATCH", payload=original
    )
    return RowDecision.objects.create(
        job=made["intake.ImportJob"], row=5, version=1, original=original, values='{"name": "改"}', uploaded_by=staff,
        corrected_by=staff, corrected_at=timezone.now(), accepted_codes="NAME_MISMATCH",
        reason=f"{county.name}的户口本", accepted_by=reviewer, accepted_at=timezone.now(),
    )  # fmt: skip


def _roll(county, made, make_staff, make_person):
    return Roll.objects.create(
        programme=Programme.objects.get(code="hardship_subsidy"), month=date(2019, 3, 1), row_count=1,
        area=Area.objects.get(code=county.code), reference=f"{county.letters}-REF", payment_count=1,
        total=county.amount, job=made["intake.ImportJob"], posted_by=made["accounts.Staff"],
    )  # fmt: skip


def _payment(county, made, make_staff, make_person):
    roll, person = made["subsidies.Roll"], made["beneficiaries.Person"]
    return Payment.objects.create(
        roll=roll, programme=roll.programme, month=roll.month, person=person, area=person.area, amount=county.amount,
        account_no=person.account_no, account_holder=person.account_holder,
    )  # fmt: skip


def _approval(county, made, make_staff, make_person):
    """Sent back once; the reason holds the county's mark."""
    staff = made["accounts.Staff"]
    return Approval.objects.create(
        roll=made["subsidies.Roll"], step=ApprovalStep.objects.get(code="review"), deed="approve", round=1,
        outcome="returned", reason=f"{county.name}的名册要改", prepared_by=staff, uploaded_by=staff,
        taken_by=made["intake.RowDecision"].accepted_by,
    )  # fmt: skip


def _bank_file(county, made, make_staff, make_person):
    """Withdrawn: such a file lies on no disk."""
    staff = made["accounts.Staff"]
    return BankFile.objects.create(
        roll=made["subsidies.Roll"], layout=BankLayout.objects.get(code="one_card_text"), number=1, line_count=1,
        total=county.amount, added_by=staff, removed_by=staff, removed_at=timezone.now(),
        removed_why=f"{county.name}的格式选错了",
    )  # fmt: skip


def _bank_line(county, made, make_staff, make_person):
    payment = made["subsidies.Payment"]
    return BankLine.objects.create(
        file=made["subsidies.BankFile"], payment=payment, number=1, amount=payment.amount,
        account_no=payment.account_no, account_digest=county.letters, holder=county.name, outcome="withdrawn",
        outcome_on=date(2019, 3, 28), reason=f"{county.letters}-REF",
    )  # fmt: skip


def _bank_return(county, made, make_staff, make_person):
    return BankReturn.objects.create(
        file=made["subsidies.BankFile"], name=f"{county.letters}-REF.txt", day=date(2019, 3, 29), size=1,
        stored_name=f"{county.code}.upload", sha256="0" * 64, media_type="bank/return",
        added_by=made["accounts.Staff"],
    )  # fmt: skip


def _difference_reason(county, made, make_staff, make_person):
    roll = made["subsidies.Roll"]
    return DifferenceReason.objects.create(
        programme=roll.programme, month=roll.month, area=roll.area, person=made["beneficiaries.Person"], kind="new",
        code="other", note=f"{county.name}镇里补报", by=made["accounts.Staff"],
    )  # fmt: skip


def _acceptance(county, made, make_staff, make_person):
    decision = made["intake.RowDecision"]
    return PaymentAcceptance.objects.create(
        payment=made["subsidies.Payment"], codes=decision.accepted_codes, reason=decision.reason,
        accepted_by=decision.accepted_by, accepted_at=decision.accepted_at, uploaded_by=decision.uploaded_by,
    )  # fmt: skip


def _recovery(county, made, make_staff, make_person):
    person, payment = made["beneficiaries.Person"], made["subsidies.Payment"]
    return RecoveryCase.objects.create(
        person=person, programme=payment.programme, area=payment.area, reason="death", note=f"{county.name}的家属",
        opened_by=made["accounts.Staff"], due_on=date(2019, 5, 1), claimed=county.amount, balance=county.amount,
    )  # fmt: skip


def _claim(county, made, make_staff, make_person):
    payment = made["subsidies.Payment"]
    return RecoveryLine.objects.create(
        case=made["subsidies.RecoveryCase"], payment=payment, month=payment.month, paid=payment.amount,
        amount=payment.amount,
    )  # fmt: skip


def _write_off(county, made, make_staff, make_person):
    return WriteOffProposal.objects.create(
        case=made["subsidies.RecoveryCase"],
        amount=1,
        reason=f"{county.name}家没有钱",
        proposed_by=made["accounts.Staff"],
    )


def _refund(county, made, make_staff, make_person):
    return RecoveryEntry.objects.create(
        case=made["subsidies.RecoveryCase"], kind="refund", amount=1, day=date(2019, 4, 1),
        receipt_no=f"{county.letters}-REF-1", entered_by=made["accounts.Staff"],
    )  # fmt: skip


def _premium(county, made, make_staff, make_person):
    return PensionPremium.objects.create(
        payment=made["subsidies.Payment"], year=2019, insured_place=county.name, receipt_no=f"{county.letters}-REF-1"
    )


def _policy(county, made, make_staff, make_person):
    return InsurancePolicy.objects.create(
        number=f"{county.letters}-REF-2", product=county.name, starts_on=date(2019, 1, 1), ends_on=date(2019, 12, 31),
        premium=county.amount, area=Area.objects.get(code=county.code),
    )  # fmt: skip


def _grant(county, made, make_staff, make_person):
    return EducationGrant.objects.create(
        payment=made["subsidies.Payment"], school_year=2019, school=county.name, stage="高中", kind="disabled_student",
        student_no=county.id_number,
    )  # fmt: skip


def _list(county, made, make_staff, make_person):
    return ComparisonList.objects.create(
        list_type=ListType.objects.get(code="deaths"), month=date(2019, 3, 1), area=Area.objects.get(code=county.code),
        entry_count=1, posted_by=made["accounts.Staff"],
    )  # fmt: skip


def _list_entry(county, made, make_staff, make_person):
    person = made["beneficiaries.Person"]
    return ComparisonEntry.objects.create(
        listed_in=made["subsidies.ComparisonList"], row=2, name=person.name, name_key=person.name_key,
        id_number=person.id_number, id_digest=person.id_digest, since=date(2019, 2, 1), place=county.name,
    )  # fmt: skip


def _case(county, made, make_staff, make_person):
    """Settled, as an open one would be in the way of what is recorded of the same person; the words hold the marks."""
    payment = made["subsidies.Payment"]
    return ComparisonCase.objects.create(
        kind="on_list", person=payment.person, programme=payment.programme, area=payment.area,
        list_type=made["subsidies.ComparisonList"].list_type, source=made["subsidies.ComparisonList"],
        since=date(2019, 2, 1), first_month=payment.month, last_month=payment.month, months=1,
        wrong_amount=county.amount, finding=f"{county.name}的名单", facts="0" * 64, found_on=date(2019, 3, 20),
        seen_on=date(2019, 3, 20), due_on=date(2019, 4, 20), outcome="stop", reason=f"{county.name}已核实死亡",
        settled_by=made["accounts.Staff"], settled_at=timezone.now(), owner=made["accounts.Staff"],
    )  # fmt: skip


def _notice(county, made, make_staff, make_person):
    """A notice whose period is over and whose list has not gone yet."""
    return Notice.objects.create(
        roll=made["subsidies.Roll"], round=1, title=f"{county.letters}-REF", place=county.name, issuer=county.name,
        starts_on=date(2019, 3, 1), ends_on=date(2019, 3, 7), phone=county.letters, names="full", line_count=1,
        total=county.amount, made_by=made["accounts.Staff"],
    )  # fmt: skip


def _notice_line(county, made, make_staff, make_person):
    return NoticeLine.objects.create(
        notice=made["subsidies.Notice"], position=1, area=made["beneficiaries.Person"].area, name=county.name,
        months="2019-03", amount=county.amount,
    )  # fmt: skip


def _objection(county, made, make_staff, make_person):
    return Objection.objects.create(
        notice=made["subsidies.Notice"], received_on=date(2019, 3, 2), content=f"{county.name}有车"
    )


def _service_of(model, kind: str, **fields):
    """A maker of a record of services, of a kind of its form; institution and remarks hold the county's marks."""

    def make(county, made, make_staff, make_person):
        person = made["beneficiaries.Person"]
        values = {name: value() if callable(value) else value for name, value in fields.items()}
        return model(
            kind=ServiceKind.objects.get(code=kind), person=person, area=person.area, served_on=date(2019, 3, 4),
            institution=county.name, remarks=f"{county.letters}-REF-3", amount=county.amount,
            recorded_by=made["accounts.Staff"], recorded_at=timezone.now(), job=made["intake.ImportJob"], **values,
        ).settle()  # fmt: skip

    def saved(*arguments):
        service = make(*arguments)
        service.save()
        return service

    return saved


def _course(county, made, make_staff, make_person):
    return TrainingCourse.objects.create(
        name="盲人按摩", institution=county.name, document_no=f"{county.letters}-REF", starts_on=date(2019, 3, 4),
        ends_on=date(2019, 3, 5), area=Area.objects.get(code=county.code), recorded_by=made["accounts.Staff"],
        recorded_at=timezone.now(), job=made["intake.ImportJob"],
    )  # fmt: skip


def _attendance(county, made, *makers):
    fields = {"course": made["services.TrainingCourse"], "completed_on": date(2019, 3, 5)}
    return _service_of(CourseAttendance, "real_name_training", **fields)(county, made, *makers)


def _heading(county, made, make_staff, make_person):
    return LearnedHeading.objects.create(
        kind="hardship_subsidy", area=Area.objects.get(code=county.code), heading=f"{county.letters}-roll-head",
        text=f"{county.letters}-roll-head", field="amount", by=made["accounts.Staff"],
    )  # fmt: skip


def _facility(county, made, make_staff, make_person):
    tail = {"甲": "4321", "乙": "8765"}[county.name[-1]]
    return Facility.objects.create(
        kind=FacilityKind.objects.get(code="disabled_persons_home"), name=f"{county.name}之家", name_key=county.name,
        area=Area.objects.get(code=county.town), address=f"{county.letters}-REF", responsible=f"{county.name}户",
        phone=f"1900000{tail}", applied_on=date(2019, 1, 1), approved_on=date(2019, 2, 1), stage="approved",
    )  # fmt: skip


def _stage(county, made, make_staff, make_person):
    facility, staff = made["facilities.Facility"], made["accounts.Staff"]
    StageEntry.objects.create(facility=facility, stage="applied", on=date(2019, 1, 1), recorded_by=staff)
    return StageEntry.objects.create(
        facility=facility, stage="approved", on=date(2019, 2, 1), document_no=f"{county.letters}-REF", recorded_by=staff
    )


def _funding(county, made, make_staff, make_person):
    return Funding.objects.create(
        facility=made["facilities.Facility"], source="city", year=2019, planned=county.amount, granted=county.amount,
        document_no=f"{county.letters}-REF",
    )  # fmt: skip


# Drawn anew, a photo would hold no name that an answer could be searched for.
as_it_came = mock.patch("lianyungang_cdpf.intake.attaching.cleaned", lambda content, form: content)


def _document(county, made, make_staff, make_person):
    """A photo with its sealed file, in which the county's name can be read."""
    file = ContentFile(b"\xff\xd8\xff" + county.name.encode(), name="photo.jpg")
    told = FacilityDocument(kind="photo", title=f"{county.name}户", dated=date(2019, 5, 1))
    with as_it_came:
        return add_document(
            by=made["accounts.Staff"], facility=made["facilities.Facility"], document=told, upload=file
        )  # fmt: skip


def _home_photo(county, made, make_staff, make_person):
    """A photo of the home, in which the county's name can be read."""
    file = ContentFile(b"\xff\xd8\xff" + county.name.encode(), name="home.jpg")
    told = HomePhoto(moment="before", title=f"{county.letters}-REF", taken_on=date(2019, 3, 1))
    with as_it_came:
        return add_photo(by=made["accounts.Staff"], home=made["services.HomeModification"], photo=told, upload=file)


def _inspection(county, made, make_staff, make_person):
    return Inspection.objects.create(
        facility=made["facilities.Facility"], inspected_on=date(2019, 5, 1), inspector=county.name,
        findings=f"{county.letters}-REF",
    )  # fmt: skip


def _stay(county, made, make_staff, make_person):
    person = made["beneficiaries.Person"]
    return FacilityStay.objects.create(
        facility=made["facilities.Facility"], person=person, area=person.area, admitted_on=date(2019, 3, 4),
        remarks=f"{county.letters}-REF-3", recorded_by=made["accounts.Staff"], recorded_at=timezone.now(),
        job=made["intake.ImportJob"],
    )  # fmt: skip


def _days_attended(county, made, make_staff, make_person):
    return MonthlyAttendance.objects.create(
        stay=made["services.FacilityStay"], month=date(2019, 4, 1), days=20, recorded_by=made["accounts.Staff"],
        recorded_at=timezone.now(), job=made["intake.ImportJob"],
    )  # fmt: skip


def _allocation(county, made, make_staff, make_person):
    return Allocation.objects.create(
        target=Target.objects.get(key="hardship_subsidy"), area=Area.objects.get(code=county.code), goal=7,
        document_no=f"{county.letters}-REF-3",
    )  # fmt: skip


def _allocation_change(county, made, make_staff, make_person):
    allocation = made["targets.Allocation"]
    return AllocationChange.objects.create(
        target=allocation.target, area=allocation.area, new_goal=7, document_no=f"{county.letters}-REF-3",
        reason=county.name, effective_on=date(2019, 3, 1), by=made["accounts.Staff"], job=made["intake.ImportJob"],
    )  # fmt: skip


def _report(county, made, make_staff, make_person):
    """March as reported by the county's keeper."""
    plan = made["targets.Allocation"].target.plan
    area = Area.objects.get(code=county.code)
    return MonthlyReport.objects.create(plan=plan, month=3, area=area, state="submitted", round=1)


def _report_version(county, made, make_staff, make_person):
    return ReportVersion.objects.create(
        report=made["targets.MonthlyReport"], number=1, submitted_by=made["accounts.Staff"], due_on=date(2019, 4, 5)
    )  # fmt: skip


def _report_figure(county, made, make_staff, make_person):
    target = made["targets.Allocation"].target
    return ReportFigure.objects.create(
        version=made["targets.ReportVersion"], target=target, goal=7, value=1, light="lagging",
        note=f"{county.name}，{county.letters}-REF",
    )  # fmt: skip


def _report_note(county, made, make_staff, make_person):
    figure = made["targets.ReportFigure"]
    return ReportNote.objects.create(report=figure.version.report, target=figure.target, text=figure.note)


def _reported_set(county, made, make_staff, make_person):
    key, target = made["beneficiaries.Person"].pk, made["targets.Allocation"].target
    return ReportedSet.objects.create(figure=made["targets.ReportFigure"], packed=pack({key: 1}), basis=basis(target))


def _supervision_order(county, made, make_staff, make_person):
    allocation = made["targets.Allocation"]
    return SupervisionOrder.objects.create(
        year=2019, sequence=int(county.code) % 100, target=allocation.target, area=allocation.area,
        due_on=date(2019, 10, 20), issued_by=made["accounts.Staff"],
    )  # fmt: skip


def _supervision_message(county, made, make_staff, make_person):
    return SupervisionMessage.objects.create(
        order=made["targets.SupervisionOrder"], kind="issue", text=f"{county.letters}-REF-请说明原因",
        by=made["accounts.Staff"], due_on=date(2019, 10, 20), as_of=date(2019, 9, 30), goal=7, done=1, due=6,
        light="lagging",
    )  # fmt: skip


def _supervision_attachment(county, made, make_staff, make_person):
    """A file in which the county's name can be read."""
    return attach(
        order=made["targets.SupervisionOrder"], title=f"{county.letters}-REF", by=made["accounts.Staff"],
        upload=ContentFile(b"%PDF-1.4\n%" + county.name.encode() + b"\n%%EOF", name="plan.pdf"),
    )  # fmt: skip


def _unmasked_export(county, made, make_staff, make_person):
    return UnmaskedExport.objects.create(
        ledger="people", narrowed=f"{county.letters}-REF", purpose=f"{county.letters}-REF", recipient=county.name,
        row_count=1, chosen=pack({made["beneficiaries.Person"].pk: 1}), area=Area.objects.get(code=county.code),
        requested_by=made["accounts.Staff"],
    )  # fmt: skip


# Who makes one record of each scoped model; a later model gets its line here.
MAKERS = {
    "accounts.Staff": _staff,
    "accounts.ApiToken": _token,
    "accounts.RoleChange": lambda county, made, *_: note_first_role(made["accounts.Staff"]),
    "accounts.TotpDevice": lambda county, made, *_: TotpDevice.objects.create(
        staff=made["accounts.Staff"], key=f"{county.letters}-REF"
    ),
    "accounts.RecoveryCode": lambda county, made, *_: RecoveryCode.objects.create(
        staff=made["accounts.Staff"], digest=f"{county.letters}-REF"
    ),
    "beneficiaries.Person": _person,
    "beneficiaries.Certificate": lambda county, made, *_: made["beneficiaries.Person"].certificates.get(),
    "beneficiaries.HardshipStatus": lambda county, made, *_: made["beneficiaries.Person"].hardships.get(),
    "beneficiaries.DisabilityPart": lambda county, made, *_: DisabilityPart.objects.create(
        certificate=made["beneficiaries.Certificate"], category=1, grade=1
    ),
    "beneficiaries.Household": _household,
    "beneficiaries.HouseholdMember": lambda county, made, *_: made["beneficiaries.Person"].memberships.get(),
    "beneficiaries.Guardian": _guardian,
    "beneficiaries.ChildDiagnosis": lambda county, made, *_: ChildDiagnosis.objects.create(
        person=made["beneficiaries.Person"], suspected_category=5, text=f"{county.letters}-REF"
    ),
    "beneficiaries.Residence": lambda county, made, *_: Residence.objects.create(
        person=made["beneficiaries.Person"], area=made["beneficiaries.Person"].area, valid_to=date(2019, 1, 1)
    ),
    "beneficiaries.Departure": _departure,
    "beneficiaries.FormerNumber": lambda county, made, *_: FormerNumber.objects.create(
        person=made["beneficiaries.Person"], id_number=county.letters, id_digest=county.letters
    ),
    "beneficiaries.Merge": _merge,
    "beneficiaries.Transfer": _transfer,
    "intake.ImportJob": _job,
    "intake.ImportRow": _row,
    "intake.KeptRows": _kept,
    "intake.ImportTrace": _trace,
    "intake.RowDecision": _decision,
    "intake.LearnedHeading": _heading,
    "services.Service": _service_of(Service, "culture_sport"),
    "services.ChildTraining": _service_of(ChildTraining, "child_rehab_training"),
    "services.CataractSurgery": _service_of(CataractSurgery, "cataract_surgery", eye="left"),
    "services.DeviceIssue": _service_of(
        DeviceIssue, "assistive_devices", device=DeviceType.objects.first, signed_on=date(2019, 3, 5)
    ),
    "services.PsychiatricAid": _service_of(PsychiatricAid, "psychiatric_aid", mode="inpatient"),
    "services.HealthCheck": _service_of(HealthCheck, "health_check"),
    "services.FamilyDoctorContract": _service_of(FamilyDoctorContract, "family_doctor_rate"),
    "services.HomeModification": _service_of(
        HomeModification,
        "home_accessibility",
        household=Household.objects.last,
        acceptance="passed",
        accepted_on=date(2019, 3, 9),
    ),
    "services.HomePhoto": _home_photo,
    "services.RehabilitationNeed": _service_of(RehabilitationNeed, "rehab_need", need="device"),
    "services.PrecisionService": _service_of(PrecisionService, "precision_rehab_rate", need="device"),
    "services.RespitePlacement": _service_of(RespitePlacement, "respite_care", mode="day"),
    "services.SchoolEnrolment": _service_of(
        SchoolEnrolment, "compulsory_enrolment_rate", school_year=2018, schooling="home_teaching", school="实验小学"
    ),
    "services.TrainingCourse": _course,
    "services.CourseAttendance": _attendance,
    "services.NewEmployment": _service_of(NewEmployment, "new_employment"),
    "services.SupportedEmployment": _service_of(SupportedEmployment, "supported_employment"),
    "subsidies.Roll": _roll,
    "subsidies.Payment": _payment,
    "subsidies.Approval": _approval,
    "subsidies.BankFile": _bank_file,
    "subsidies.BankLine": _bank_line,
    "subsidies.BankReturn": _bank_return,
    "subsidies.PaymentAcceptance": _acceptance,
    "subsidies.DifferenceReason": _difference_reason,
    "subsidies.PensionPremium": _premium,
    "subsidies.InsurancePolicy": _policy,
    "subsidies.EducationGrant": _grant,
    "subsidies.ComparisonList": _list,
    "subsidies.ComparisonEntry": _list_entry,
    "subsidies.ComparisonCase": _case,
    "subsidies.RecoveryCase": _recovery,
    "subsidies.RecoveryLine": _claim,
    "subsidies.WriteOffProposal": _write_off,
    "subsidies.RecoveryEntry": _refund,
    "subsidies.Notice": _notice,
    "subsidies.NoticeLine": _notice_line,
    "subsidies.Objection": _objection,
    "facilities.Facility": _facility,
    "facilities.StageEntry": _stage,
    "facilities.Funding": _funding,
    "facilities.Inspection": _inspection,
    "facilities.FacilityDocument": _document,
    "services.FacilityStay": _stay,
    "services.MonthlyAttendance": _days_attended,
    "targets.Allocation": _allocation,
    "targets.AllocationChange": _allocation_change,
    "targets.MonthlyReport": _report,
    "targets.ReportVersion": _report_version,
    "targets.ReportFigure": _report_figure,
    "targets.ReportNote": _report_note,
    "targets.ReportedSet": _reported_set,
    "targets.SupervisionOrder": _supervision_order,
    "targets.SupervisionMessage": _supervision_message,
    "targets.SupervisionAttachment": _supervision_attachment,
    "pages.UnmaskedExport": _unmasked_export,
}


def build(place, make_staff, make_person) -> County:
    """The county with a record of every scoped model."""
    county = County(*place)
    for label, make in MAKERS.items():
        county.records[label] = make(county, county.records, make_staff, make_person)
    return county


def contents(county: County) -> dict[str, dict]:
    """Every stored value of the county's records, to compare before and after."""
    return {
        label: type(record)._base_manager.filter(pk=record.pk).values().get()
        for label, record in county.records.items()
    } | {"people": set(Person.objects.filter(area__path__contains=county.code).values_list("pk", "name"))}


def scoped_models():
    """The registered models that are on no list of tables.py, by label."""
    return {
        model._meta.label: model
        for model in apps.get_models()
        if model._meta.label not in CITY_WIDE.keys() | NOT_OURS.keys()
    }
