"""How services are counted for targets. A target on a kind that an administrator added takes one of the plain ways."""

from functools import partial

from beneficiaries.register_stamp import SOURCE as REGISTER
from facilities.models import FacilityKind
from lianyungang_cdpf.metrics.metric import Metric
from services.models import SERVING_KINDS, FacilityStay, RehabilitationNeed, Service, ServiceKind
from services.needs import people_in_need
from services.schooling import enrolled_children, school_age_children

SOURCE = "services.service"
STAYS = "services.stay"


def kinds_with(form: str):
    """The kinds that are kept on this form."""
    return lambda: ServiceKind.objects.filter(record_form=form)


_counted = partial(Metric, source=SOURCE, kinds=ServiceKind, month="counted_on")
# Of what lasts: by its first day in the year.
_lasting = partial(_counted, month="day")
_rate = partial(Metric, unit="人", source=SOURCE, other_sources=(REGISTER,))

METRICS = (
    _counted(
        code="services.persons",
        label="服务人数（同一人一年只计一次）",
        unit="人",
        counts=Service.objects.done_in,
        subject="person",
    ),
    _counted(
        code="services.person_times",
        label="服务人次（每次服务计一次）",
        unit="人次",
        counts=Service.objects.done_in,
    ),
    _counted(
        code="services.cases",
        label="例数（双眼手术计两例）",
        unit="例",
        counts=Service.objects.done_in,
    ),
    _counted(
        code="services.pieces",
        label="件数（数量合计）",
        unit="件",
        counts=Service.objects.done_in,
        total="quantity",
    ),
    _counted(
        code="services.households",
        label="户数（同一户一年只计一次）",
        unit="户",
        kinds=lambda: ServiceKind.objects.filter(is_per_household=True),
        counts=Service.objects.households_in,
        subject="household",
    ),
    _lasting(
        code="services.persons_receiving",
        label="当年接受服务的人数（同一人一年只计一次）",
        unit="人",
        counts=Service.objects.received_in,
        subject="person",
    ),
    _lasting(
        code="services.persons_going_on",
        other_sources=(REGISTER,),
        label="当年在托、在岗人数（未结束的视为仍在）",
        unit="人",
        counts=Service.objects.going_on_in,
        subject="person",
    ),
    Metric(
        code="services.persons_in_facilities",
        label="当年在残疾人之家在册的人数（同一人一年只计一次）",
        unit="人",
        source=STAYS,
        other_sources=(REGISTER,),
        kinds=lambda: FacilityKind.objects.filter(code__in=SERVING_KINDS),
        counts=FacilityStay.objects.served_in,
        subject="person",
        month="day",
    ),
    _counted(
        code="services.newly_employed",
        label="新就业人数（上年末已就业的不计）",
        unit="人",
        counts=Service.objects.newly_employed_in,
        subject="person",
        kinds=kinds_with("new_employment"),
    ),
    _rate(
        code="services.enrolment_rate",
        label="入学率（已入学的适龄残疾儿童 ÷ 适龄残疾儿童）",
        counts=lambda kind, day: enrolled_children(day),
        kinds=kinds_with("school_enrolment"),
        subject="pk",
        out_of=lambda kind, day: school_age_children(day),
    ),
    _rate(
        code="services.signed_rate",
        label="签约率（已签约家庭医生的人 ÷ 有康复需求的人）",
        counts=lambda kind, day: RehabilitationNeed.objects.signed_on(day),
        kinds=kinds_with("family_doctor_contract"),
        subject="person",
        out_of=lambda kind, day: people_in_need(day),
    ),
    _rate(
        code="services.served_rate",
        label="服务率（年内得到基本康复服务的人 ÷ 有康复需求的人）",
        counts=lambda kind, day: RehabilitationNeed.objects.served_by(day),
        kinds=kinds_with("precision_service"),
        subject="person",
        out_of=lambda kind, day: people_in_need(day),
    ),
)
