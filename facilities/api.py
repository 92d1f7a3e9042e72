"""Facilities and their kinds for programs: of one of them what its page shows, the phone masked as there."""

from django.db.models import Prefetch
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404

from facilities.exports import ACCESSIBILITY, PLACE, place_name
from facilities.models import Facility, FacilityDocument, FacilityKind, Funding, Inspection, Stage, StageEntry
from facilities.money import sums_of
from facilities.stages import DAYS
from facilities.views.access import VIEW
from facilities.views.page import line_of
from lianyungang_cdpf.accounts.api import PlaceFilter
from lianyungang_cdpf.api.records import Records
from lianyungang_cdpf.api.shown import Flag, Named, Text
from lianyungang_cdpf.audit.api import PersonalRecords
from lianyungang_cdpf.intake.attaching import EXTENSIONS
from lianyungang_cdpf.intake.views.attached import taken_out
from lianyungang_cdpf.masking import mask_phone


class FacilityKindShown(Named):
    """设施种类。"""

    class Meta:
        model = FacilityKind
        fields = ("id", "code", "name", "unit", "counting_rule", "evidence", "lead_department")


class FacilityKinds(Records):
    """设施种类."""

    route, noun, permission = "facility-kinds", "设施种类", "facilities.view_facilitykind"
    city_wide = True
    queryset = FacilityKind.objects.all()
    serializer_class = FacilityKindShown
    ordering_fields = ("code", "id")
    newest_first = False


class FacilityShown(Named):
    """设施。"""

    kind = Text("设施种类代码", lambda facility: facility.kind.code)
    kind_name = Text("设施种类", lambda facility: facility.kind.name)
    area = Text("所属地区的代码", lambda facility: facility.area.code)
    place = Text("所属地区：县区（功能板块）、乡镇街道、村（社区）", place_name)
    stage_name = Text("阶段", lambda facility: facility.get_stage_display())

    class Meta:
        model = Facility
        fields = ("id", "kind", "kind_name", "name", "area", "place", "stage", "stage_name", *DAYS)


class StageEntryShown(Named):
    """设施的一个阶段。"""

    stage_name = Text("阶段", lambda entry: entry.get_stage_display())
    imported = Flag("是否名册导入的", lambda entry: entry.job_id is not None)
    recorded_by = Text("办理人；系统登记的为空", lambda entry: short_name(entry.recorded_by), allow_null=True)
    taken_back_by = Text("撤回人；没有撤回的为空", lambda entry: short_name(entry.taken_back_by), allow_null=True)

    class Meta:
        model = StageEntry
        fields = (
            "id", "stage", "stage_name", "on", "document_no", "document_title", "note", "imported", "recorded_by",
            "recorded_at", "taken_back_at", "taken_back_by", "taken_back_why",
        )  # fmt: skip


class FundingShown(Named):
    """一个来源、一个年度的资金。"""

    source_name = Text("资金来源", lambda funding: funding.get_source_display())

    class Meta:
        model = Funding
        fields = ("id", "source", "source_name", "year", "planned", "granted", "spent", "document_no")


class FundingSums(serializers.Serializer):
    """各来源、各年度资金的合计，元。"""

    planned = serializers.DecimalField(max_digits=16, decimal_places=2, label="计划合计（元）")
    granted = serializers.DecimalField(max_digits=16, decimal_places=2, label="拨付合计（元）")
    spent = serializers.DecimalField(max_digits=16, decimal_places=2, label="支出合计（元）")

    def to_representation(self, facility):
        return super().to_representation(sums_of(facility.funding.all()))


class InspectionShown(Named):
    """一次检查。"""

    follow_up_state = Text("整改情况", lambda inspection: line_of(inspection).state)

    class Meta:
        model = Inspection
        fields = (
            "id", "inspected_on", "inspector", "score", "findings", "follow_up", "due_on", "done_on", "follow_up_state",
        )  # fmt: skip


class DocumentShown(Named):
    """设施的一份材料或一张照片；文件另外下载。"""

    kind_name = Text("种类", lambda document: document.get_kind_display())
    has_file = Flag("有没有可以下载的文件：只登记了文号的没有", lambda document: bool(document.stored_name))
    added_by = Text("登记人", lambda document: short_name(document.added_by))

    class Meta:
        model = FacilityDocument
        fields = (
            "id", "kind", "kind_name", "title", "number", "dated", "has_file", "media_type", "size", "sha256",
            "added_by", "added_at",
        )  # fmt: skip


class WholeFacilityShown(FacilityShown):
    """一个设施。"""

    run_mode_name = Text("运行方式", lambda facility: facility.get_run_mode_display())
    phone = Text("联系电话（已遮盖）", lambda facility: mask_phone(facility.phone or ""))
    history = StageEntryShown(many=True, read_only=True, label="经过的阶段，按日期；撤回的也列出，附撤回原因")
    funding = FundingShown(many=True, read_only=True, label="资金，按年度")
    funding_sums = FundingSums(source="*", read_only=True, label="资金合计")
    inspections = InspectionShown(many=True, read_only=True, label="检查记录，近的在前")
    documents = DocumentShown(many=True, read_only=True, label="材料和照片，近的在前；删除的不列出")

    class Meta(FacilityShown.Meta):
        fields = (
            *FacilityShown.Meta.fields, "address", "longitude", "latitude", "run_mode", "run_mode_name", "operator",
            "credit_code", "responsible", "phone", "opening_hours", "services_offered", "public_phone", "area_m2",
            "rooms", "capacity", "staff_full", "staff_part", *ACCESSIBILITY, "history", "funding", "funding_sums",
            "inspections", "documents", "created_at", "updated_at",
        )  # fmt: skip


def short_name(staff) -> str | None:
    """Who did it, as the facility's page names them."""
    return staff and staff.get_short_name()


class FacilityFilters(filters.FilterSet):
    place = PlaceFilter()
    kind = filters.CharFilter(field_name="kind__code", max_length=40, help_text="设施种类代码。")
    stage = filters.ChoiceFilter(choices=Stage.choices, help_text="阶段；revoked 为已撤销的设施。")
    approved_from = filters.DateFilter(field_name="approved_on", lookup_expr="gte", help_text="立项日期不早于这一天。")
    approved_to = filters.DateFilter(field_name="approved_on", lookup_expr="lte", help_text="立项日期不晚于这一天。")
    accepted_from = filters.DateFilter(field_name="accepted_on", lookup_expr="gte", help_text="验收日期不早于这一天。")
    accepted_to = filters.DateFilter(field_name="accepted_on", lookup_expr="lte", help_text="验收日期不晚于这一天。")

    class Meta:
        model = Facility
        fields = ("place", "kind", "stage", "approved_from", "approved_to", "accepted_from", "accepted_to")


class Facilities(PersonalRecords):
    """设施."""

    route, noun, permission = "facilities", "设施", VIEW
    says = {
        "document_file": (
            "设施材料：下载文件",
            "材料或照片的文件，编号见设施的 documents；下载记入操作日志。没有文件的、已删除的回答 404。",
        )
    }
    queryset = Facility.objects.select_related("kind", *PLACE)
    serializer_class = FacilityShown
    detail_class = WholeFacilityShown
    filterset_class = FacilityFilters
    ordering_fields = ("id", "approved_on", "accepted_on")

    def get_queryset(self):
        """One facility comes with its history, money and inspections, each in one statement."""
        facilities = super().get_queryset()
        if not self.detail:
            return facilities
        history = StageEntry.objects.select_related("recorded_by", "taken_back_by").order_by("on", "id")
        documents = FacilityDocument.objects.kept().select_related("added_by").order_by("-dated", "-id")
        several = (Prefetch("history", history), Prefetch("documents", documents))
        return facilities.prefetch_related(*several, "funding", "inspections")

    @extend_schema(responses={(200, *EXTENSIONS): OpenApiResponse(OpenApiTypes.BINARY, description="文件本身")})
    @action(detail=True, url_path="documents/<int:document>/file")
    def document_file(self, request, pk, document):
        """The file of a document, with a line in the audit log, as on the facility's page."""
        documents = FacilityDocument.objects.visible_to(request.user).kept().select_related("facility")
        found = get_object_or_404(documents, facility=pk, pk=document)
        return taken_out(request.user, found)


RESOURCES = (FacilityKinds, Facilities)
