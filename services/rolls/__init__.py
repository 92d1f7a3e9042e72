"""The rolls of services: one for each kind that has a record form; kinds are rows, so an administrator may add one.

Beside them the register of those whom the 残疾人之家 serve, which is about facilities and no kind of service.
"""

from lianyungang_cdpf.intake.kinds import Kind
from services.models import RecordForm, ServiceKind
from services.rolls.base import ServiceRollKind
from services.rolls.care import RespiteKind
from services.rolls.employment import CourseKind, NewEmploymentKind, SupportedEmploymentKind
from services.rolls.general import GeneralKind
from services.rolls.homes import HomeModificationKind
from services.rolls.medical import ContractKind, HealthCheckKind, PsychiatricAidKind
from services.rolls.needs import NeedsKind, PrecisionKind
from services.rolls.rehabilitation import CataractKind, ChildTrainingKind, DeviceKind
from services.rolls.schooling import EnrolmentKind
from services.rolls.stays import StayKind

ROLL_OF: dict[str, type[ServiceRollKind]] = {
    RecordForm.GENERAL: GeneralKind,
    RecordForm.CHILD_TRAINING: ChildTrainingKind,
    RecordForm.CATARACT_SURGERY: CataractKind,
    RecordForm.DEVICE_ISSUE: DeviceKind,
    RecordForm.PSYCHIATRIC_AID: PsychiatricAidKind,
    RecordForm.HEALTH_CHECK: HealthCheckKind,
    RecordForm.HOME_MODIFICATION: HomeModificationKind,
    RecordForm.FAMILY_DOCTOR_CONTRACT: ContractKind,
    RecordForm.REHABILITATION_NEED: NeedsKind,
    RecordForm.PRECISION_SERVICE: PrecisionKind,
    RecordForm.RESPITE_PLACEMENT: RespiteKind,
    RecordForm.SCHOOL_ENROLMENT: EnrolmentKind,
    RecordForm.COURSE_ATTENDANCE: CourseKind,
    RecordForm.NEW_EMPLOYMENT: NewEmploymentKind,
    RecordForm.SUPPORTED_EMPLOYMENT: SupportedEmploymentKind,
}


def kinds() -> list[Kind]:
    """Every kind of service that records are kept of, in the order of the Federation's work; then the registers."""
    groups = {group: place for place, group in enumerate(("rehabilitation", "care", "education", "employment", "aid"))}
    known = [kind for kind in ServiceKind.objects.all() if kind.record_form in ROLL_OF]
    known.sort(key=lambda kind: (groups[kind.group], kind.code))
    services = [ROLL_OF[one.record_form](one, [other for other in known if other.pk != one.pk]) for one in known]
    return [*services, StayKind()]
