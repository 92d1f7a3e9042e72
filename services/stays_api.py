"""The registers of 残疾人之家 for programs: who is on which, and of one stay the months."""

from django.db.models import Prefetch
from django_filters import rest_framework as filters
from rest_framework import serializers

from lianyungang_cdpf.accounts.api import PlaceFilter
from lianyungang_cdpf.accounts.places import county_name, town_name
from lianyungang_cdpf.api.filters import RecordFilter
from lianyungang_cdpf.api.shown import Named, Text, Whole
from lianyungang_cdpf.audit.api import PersonalRecords
from lianyungang_cdpf.masking import mask_id_number
from services.filters import STAY_STATES, stay_state_key, stay_state_of
from services.models import FacilityStay, MonthlyAttendance


class AttendanceShown(Named):
    """一个月的出勤。"""

    class Meta:
        model = MonthlyAttendance
        fields = ("month", "days")


class StayShown(Named):
    """残疾人之家的一条在册登记。"""

    facility = serializers.IntegerField(source="facility_id", read_only=True, label="残疾人之家的记录编号")
    facility_name = Text("残疾人之家", lambda stay: stay.facility.name)
    person = serializers.IntegerField(source="person_id", read_only=True, label="残疾人档案的记录编号")
    name = Text("姓名", lambda stay: stay.person.name)
    id_number = Text("身份证号（已遮盖）", lambda stay: mask_id_number(stay.person.id_number))
    area = Text("登记时所属地区的代码", lambda stay: stay.area.code)
    place = Text(
        "登记时所属地区：县区、乡镇街道",
        lambda stay: " ".join(filter(None, (county_name(stay.area), town_name(stay.area)))),
    )
    days_attended = Whole("累计出勤天数", lambda stay: stay.days_attended)
    state = Text("状态代码", stay_state_key)
    state_name = Text("状态：在册、已退出或已撤销", stay_state_of)

    class Meta:
        model = FacilityStay
        fields = (
            "id", "facility", "facility_name", "person", "name", "id_number", "area", "place", "admitted_on", "left_on",
            "leaving_reason", "days_attended", "state", "state_name",
        )  # fmt: skip


class WholeStayShown(StayShown):
    """残疾人之家的一条在册登记和每月出勤。"""

    attendance = AttendanceShown(many=True, read_only=True, label="每月出勤，近的在前；月份写为当月 1 日")
    recorded_by = Text("登记人", lambda stay: str(stay.recorded_by))
    cancelled_by = Text(
        "撤销人；没有撤销的为空", lambda stay: stay.cancelled_by and str(stay.cancelled_by), allow_null=True
    )

    class Meta(StayShown.Meta):
        fields = (
            *StayShown.Meta.fields, "remarks", "attendance", "recorded_at", "recorded_by", "cancelled_at",
            "cancelled_by", "cancel_reason",
        )  # fmt: skip


class StayFilters(filters.FilterSet):
    place = PlaceFilter()
    facility = RecordFilter(field_name="facility_id", help_text="残疾人之家的记录编号。")
    person = RecordFilter(field_name="person_id", help_text="残疾人档案的记录编号。")
    state = filters.ChoiceFilter(choices=list(STAY_STATES.items()), method="by_state", help_text="状态。")
    admitted_from = filters.DateFilter(field_name="admitted_on", lookup_expr="gte", help_text="入家日期不早于这一天。")
    admitted_to = filters.DateFilter(field_name="admitted_on", lookup_expr="lte", help_text="入家日期不晚于这一天。")

    class Meta:
        model = FacilityStay
        fields = ("place", "facility", "person", "state", "admitted_from", "admitted_to")

    def by_state(self, stays, name, value):
        return getattr(stays, value)()


class FacilityStays(PersonalRecords):
    """残疾人之家在册登记."""

    route, noun, permission = "facility-stays", "残疾人之家在册登记", "services.view_facilitystay"
    queryset = FacilityStay.objects.with_days().select_related("person", "facility", "area__parent__parent")
    serializer_class = StayShown
    detail_class = WholeStayShown
    filterset_class = StayFilters
    ordering_fields = ("id", "admitted_on")

    def get_queryset(self):
        """One stay comes with its months, those that were taken back alone left out."""
        stays = super().get_queryset()
        if not self.detail:
            return stays
        months = MonthlyAttendance.objects.filter(cancelled_at__isnull=True).order_by("-month")
        return stays.select_related("recorded_by", "cancelled_by").prefetch_related(Prefetch("attendance", months))
