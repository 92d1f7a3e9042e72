"""Services, their kinds and courses for programs: one list of all services, and of one what its own ledger shows."""

from django.contrib import admin
from django_filters import rest_framework as filters
from rest_framework import serializers

from lianyungang_cdpf.accounts.api import OfficePlaceFilter, PlaceFilter
from lianyungang_cdpf.accounts.places import county_name, town_name
from lianyungang_cdpf.api.filters import RecordFilter
from lianyungang_cdpf.api.records import Records
from lianyungang_cdpf.api.shown import Named, Text, Whole
from lianyungang_cdpf.audit.api import PersonalRecords
from lianyungang_cdpf.masking import hidden, mask_account_no, mask_id_number
from services.filters import STATES, state_key, state_of
from services.models import PERSONAL_DATA, Group, RehabilitationNeed, Service, ServiceKind, TrainingCourse
from services.rolls import ROLL_OF
from services.stays_api import FacilityStays

# The models that say more than a service, by the form of their kinds.
TYPED = {form: roll.record for form, roll in ROLL_OF.items() if roll.record is not Service}
# Numbers by which a person is known elsewhere: a student's is often G and the ID number. What is told of a secret; one
# that is not named here is hidden whole, and so is a field that nobody has classed.
MASKED = {"student_no": mask_account_no}
# What the types' own tables point at, by the way from a service.
BESIDE = ("deviceissue__device", "courseattendance__course", "precisionservice__meets__kind")


class ServiceKindShown(Named):
    """服务种类。"""

    class Meta:
        model = ServiceKind
        fields = ("id", "code", "name", "unit", "counting_rule", "evidence", "lead_department")


class ServiceKinds(Records):
    """服务种类."""

    route, noun, permission = "service-kinds", "服务种类", "services.view_servicekind"
    city_wide = True
    queryset = ServiceKind.objects.all()
    serializer_class = ServiceKindShown
    ordering_fields = ("code", "id")
    newest_first = False


class ServiceShown(Named):
    """服务记录。"""

    kind = Text("服务种类代码", lambda service: service.kind.code)
    kind_name = Text("服务种类", lambda service: service.kind.name)
    record_form = Text(
        "登记方式：单条记录里与它同名的一项是这类服务特有的内容；general 没有",
        lambda service: service.kind.record_form,
    )
    person = serializers.IntegerField(source="person_id", read_only=True, label="残疾人档案的记录编号")
    name = Text("姓名", lambda service: service.person.name)
    id_number = Text("身份证号（已遮盖）", lambda service: mask_id_number(service.person.id_number))
    area = Text("服务时所属地区的代码", lambda service: service.area.code)
    place = Text(
        "服务时所属地区：县区、乡镇街道",
        lambda service: " ".join(filter(None, (county_name(service.area), town_name(service.area)))),
    )
    served_on = serializers.DateField(read_only=True, label="服务日期：入训、手术、发放、体检等的日期")
    state = Text("状态代码", state_key)
    state_name = Text("状态：已计入、暂不计入、上年末已就业不计入或已撤销", state_of)

    class Meta:
        model = Service
        fields = (
            "id", "kind", "kind_name", "record_form", "person", "name", "id_number", "area", "place", "served_on",
            "ended_on", "counted_on", "content", "institution", "quantity", "amount", "state", "state_name",
        )  # fmt: skip


class Own(Named):
    """What only one sort of service says, for roles that see its ledger; null for the others."""

    def to_representation(self, service):
        opts = self.Meta.model._meta
        may_see = self.context["request"].user.has_perm(f"{opts.app_label}.view_{opts.model_name}")
        return super().to_representation(service) if may_see else None


def own_fields_of(model) -> type[Own]:
    """The serializer of what the model's ledger shows and a service in general has not."""
    own = {field.name: field for field in model._meta.local_fields}
    told = {}
    for name in admin.site.get_model_admin(model).told:
        told |= _told(model, own[name]) if name in own else {}
    declared = {name: field for name, field in told.items() if field}
    meta = type("Meta", (), {"model": model, "fields": tuple(told)})
    doc = f"{model._meta.verbose_name}特有的内容。"
    return type(f"{model.__name__}Shown", (Own,), {"__doc__": doc, "Meta": meta, **declared})


def _told(model, field) -> dict[str, Text | None]:
    """How a field is told: masked, by code and in words, or (None) as it is."""
    name, label = field.name, str(field.verbose_name)
    if PERSONAL_DATA[model].get(name, "secret") == "secret":
        mask = MASKED.get(name, hidden)
        return {name: Text(f"{label}（已遮盖）", lambda service: mask(str(getattr(service, name) or "")))}
    if field.related_model in (TrainingCourse, RehabilitationNeed):
        key = Whole(f"{label}的记录编号（没有为空）", lambda service: getattr(service, field.attname), allow_null=True)
        words = Text(f"{label}（没有为空）", lambda service: _words(getattr(service, name)), allow_null=True)
        return {name: key, f"{name}_name": words}
    if field.is_relation:
        code = Text(f"{label}的代码", lambda service: getattr(service, name).code)
        return {name: code, f"{name}_name": Text(label, lambda service: str(getattr(service, name)))}
    if field.choices:
        return {name: None, f"{name}_name": Text(label, lambda service: getattr(service, f"get_{name}_display")())}
    return {name: None}


def _words(record) -> str | None:
    return None if record is None else str(record)


OWN = {str(form): own_fields_of(model) for form, model in TYPED.items()}


class WholeServiceShown(ServiceShown):
    """一条服务记录。登记方式特有的内容在与它同名的一项里，其余各项为空。"""

    recorded_by = Text("登记人", lambda service: str(service.recorded_by))
    cancelled_by = Text(
        "撤销人；没有撤销的为空", lambda service: service.cancelled_by and str(service.cancelled_by), allow_null=True
    )

    class Meta(ServiceShown.Meta):
        fields = (
            *ServiceShown.Meta.fields, "occasion", "remarks", "recorded_at", "recorded_by", "cancelled_at",
            "cancelled_by", "cancel_reason",
        )  # fmt: skip

    def get_fields(self):
        return super().get_fields() | {
            form: shown(
                source=shown.Meta.model._meta.model_name, read_only=True, allow_null=True,
                label=f"{shown.Meta.model._meta.verbose_name}：其他登记方式的为空",
            )
            for form, shown in OWN.items()
        }  # fmt: skip


class ServiceFilters(filters.FilterSet):
    place = PlaceFilter()
    kind = filters.CharFilter(field_name="kind__code", max_length=40, help_text="服务种类代码。")
    group = filters.ChoiceFilter(field_name="kind__group", choices=Group.choices, help_text="工作分组。")
    person = RecordFilter(field_name="person_id", help_text="残疾人档案的记录编号。")
    state = filters.ChoiceFilter(choices=list(STATES.items()), method="by_state", help_text="状态。")
    served_from = filters.DateFilter(field_name="served_on", lookup_expr="gte", help_text="服务日期不早于这一天。")
    served_to = filters.DateFilter(field_name="served_on", lookup_expr="lte", help_text="服务日期不晚于这一天。")
    counted_from = filters.DateFilter(field_name="counted_on", lookup_expr="gte", help_text="计入日期不早于这一天。")
    counted_to = filters.DateFilter(field_name="counted_on", lookup_expr="lte", help_text="计入日期不晚于这一天。")

    class Meta:
        model = Service
        fields = (
            "place", "kind", "group", "person", "state", "served_from", "served_to", "counted_from", "counted_to",
        )  # fmt: skip

    def by_state(self, services, name, value):
        return getattr(services, value)()


class Services(PersonalRecords):
    """服务记录."""

    route, noun, permission = "services", "服务记录", "services.view_service"
    queryset = Service.objects.select_related("kind", "person", "area__parent__parent")
    serializer_class = ServiceShown
    detail_class = WholeServiceShown
    filterset_class = ServiceFilters
    ordering_fields = ("id", "served_on", "counted_on")

    def get_queryset(self):
        """One record comes with what its own table says of it, in the same statement."""
        services = super().get_queryset().with_newness()
        if not self.detail:
            return services
        own = (model._meta.model_name for model in TYPED.values())
        return services.select_related("recorded_by", "cancelled_by", *BESIDE, *own)


class CourseShown(Named):
    """培训班。学员是种类为实名制培训的服务记录：它们的 course_attendance 里有培训班的记录编号。"""

    area = Text("举办地区的代码；功能板块举办的为其所在的地区", lambda course: course.area.code)
    zone = Text("举办的功能板块代码（没有为空）", lambda course: course.zone and course.zone.key, allow_null=True)
    office = Text("举办单位所在地区或功能板块", lambda course: str(course.office))
    stage = Text("进度：未开班、培训中或已结束", lambda course: course.stage())
    people = Whole("辖区内的学员人数", lambda course: course.people)
    finished = Whole("其中已结业的人数", lambda course: course.finished)

    class Meta:
        model = TrainingCourse
        fields = (
            "id", "name", "institution", "venue", "level", "starts_on", "ends_on", "hours", "places", "document_no",
            "area", "zone", "office", "stage", "people", "finished",
        )  # fmt: skip


class CourseFilters(filters.FilterSet):
    place = OfficePlaceFilter()
    starts_from = filters.DateFilter(field_name="starts_on", lookup_expr="gte", help_text="开班日期不早于这一天。")
    starts_to = filters.DateFilter(field_name="starts_on", lookup_expr="lte", help_text="开班日期不晚于这一天。")

    class Meta:
        model = TrainingCourse
        fields = ("place", "starts_from", "starts_to")


class Courses(Records):
    """培训班: one's own place's and those of the offices above it, with the people whom one sees."""

    route, noun, permission = "courses", "培训班", "services.view_trainingcourse"
    queryset = TrainingCourse.objects.select_related("area", "zone")
    serializer_class = CourseShown
    filterset_class = CourseFilters
    ordering_fields = ("id", "starts_on")

    def get_queryset(self):
        return super().get_queryset().with_people(self.request.user)


RESOURCES = (ServiceKinds, Services, Courses, FacilityStays)
