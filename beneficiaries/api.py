"""People on file for programs: numbers masked as on the pages; the whole account for finance, one by one, audited."""

from django.utils.timezone import localdate
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from beneficiaries.admin import WHOLE_ACCOUNT
from beneficiaries.exports import disability_name, hardship_names, place_name, register_state
from beneficiaries.filters import REGISTER_STATES
from beneficiaries.models import Basis, Category, Certificate, Grade, Hardship, HardshipStatus, Person
from lianyungang_cdpf.accounts.api import PlaceFilter
from lianyungang_cdpf.api.bodies import Body, checked
from lianyungang_cdpf.api.records import PAGING
from lianyungang_cdpf.api.shown import Named, Text
from lianyungang_cdpf.audit.actions import record, record_view
from lianyungang_cdpf.audit.api import PersonalRecords
from lianyungang_cdpf.masking import mask_account_no, mask_certificate_no, mask_id_number, mask_phone


class CertificateShown(Named):
    """残疾人证。"""

    number = Text("残疾人证号（已遮盖）", lambda certificate: mask_certificate_no(certificate.number))
    category_name = Text("残疾类别", lambda certificate: certificate.get_category_display())
    grade_name = Text("残疾等级", lambda certificate: certificate.get_grade_display())
    status_name = Text("状态", lambda certificate: certificate.get_status_display())

    class Meta:
        model = Certificate
        fields = (
            "id", "number", "category", "category_name", "grade", "grade_name", "status", "status_name", "valid_from",
            "valid_to",
        )  # fmt: skip


class HardshipShown(Named):
    """家庭困难情况。"""

    class Meta:
        model = HardshipStatus
        fields = ("id", "status", "valid_from", "valid_to")


class PersonShown(Named):
    """残疾人档案。"""

    id_number = Text("身份证号（已遮盖）", lambda person: mask_id_number(person.id_number))
    area = Text("所属地区的代码", lambda person: person.area.code)
    place = Text("所属地区：县区、乡镇街道、村（社区）", place_name)
    disability = Text("今天有效的残疾类别等级", disability_name)
    hardship = Text("今天的家庭困难情况", hardship_names)
    state = Text("档案状态：在册、已故或迁出", register_state)
    certificates = CertificateShown(many=True, read_only=True, label="残疾人证")

    class Meta:
        model = Person
        fields = (
            "id", "name", "id_number", "sex", "birth_date", "basis", "area", "place", "disability", "hardship", "state",
            "certificates",
        )  # fmt: skip


class WholePersonShown(PersonShown):
    """一份残疾人档案。"""

    phone = Text("联系电话（已遮盖）", lambda person: mask_phone(person.phone))
    account_no = serializers.SerializerMethodField(
        label="银行账号：只显示后四位；有“查看完整银行账号”权限的显示全部，并记入操作日志"
    )
    hardships = HardshipShown(many=True, read_only=True, label="家庭困难情况的记录")

    class Meta(PersonShown.Meta):
        fields = (
            *PersonShown.Meta.fields, "village", "address", "hukou_type", "phone", "bank_name", "account_no",
            "account_holder", "died_on", "moved_out_on", "hardships", "created_at", "updated_at",
        )  # fmt: skip

    def get_account_no(self, person) -> str:
        return account_shown(self.context["request"].user, person)


def account_shown(staff, holder) -> str:
    """The account of a person or payment as the staff member's role may see it."""
    return holder.account_no if staff.has_perm(WHOLE_ACCOUNT) else mask_account_no(holder.account_no or "")


def record_whole_account(staff, holder) -> None:
    """The audit line of who has seen a whole account."""
    if holder.account_no and staff.has_perm(WHOLE_ACCOUNT):
        record(by=staff, deed="查看完整银行账号", on=holder)


class PersonFilters(filters.FilterSet):
    place = PlaceFilter()
    basis = filters.ChoiceFilter(choices=Basis.choices, method="by_basis", help_text="建档类别。")
    category = filters.ChoiceFilter(
        choices=Category.choices, method="by_certificate", help_text="今天有效的残疾人证的类别。"
    )
    grade = filters.ChoiceFilter(choices=Grade.choices, method="by_certificate", help_text="今天有效的残疾人证的等级。")
    hardship = filters.ChoiceFilter(choices=Hardship.choices, method="by_hardship", help_text="今天的家庭困难情况。")
    state = filters.ChoiceFilter(choices=REGISTER_STATES, method="by_state", help_text="档案状态。")

    class Meta:
        model = Person
        fields = ("place", "basis", "category", "grade", "hardship", "state")

    def by_basis(self, people, name, value):
        return people.on_file_as(value, localdate())

    def by_certificate(self, people, name, value):
        return people.certified_on(localdate(), **{name: value})

    def by_hardship(self, people, name, value):
        return people.in_hardship_on(localdate(), value)

    def by_state(self, people, name, value):
        return getattr(people, value)()


class Search(Body):
    """要找的人。号码只放在请求内容里，不放在地址里：地址会留在日志中。"""

    words = serializers.CharField(max_length=60, label="姓名、拼音、首字母、身份证号、残疾人证号或身份证后四位")


class People(PersonalRecords):
    """残疾人档案."""

    route, noun, permission = "people", "残疾人档案", "beneficiaries.view_person"
    queryset = Person.objects.select_related("area__parent__parent", "diagnosis").prefetch_related(
        "certificates", "hardships"
    )
    serializer_class = PersonShown
    detail_class = WholePersonShown
    filterset_class = PersonFilters
    ordering_fields = ("id", "birth_date")
    says = {
        "search": (
            "残疾人档案：按姓名或号码查找",
            "辖区内与所填内容相符的人，分页。号码要写全。",
        )
    }

    def looked_at(self, person):
        record_view(by=self.request.user, on=person)
        record_whole_account(self.request.user, person)

    @extend_schema(request=Search, responses={200: PersonShown(many=True)}, filters=False)
    @action(detail=False, methods=["post"])
    def search(self, request):
        """Who is meant, by name or number."""
        words = checked(Search, request)["words"]
        return self.page_of(self.get_queryset().matching(words).order_by("-id"))

    def conditions(self) -> list[str]:
        return ["姓名或号码"] if self.action == "search" else super().conditions()

    def parameters(self) -> set[str]:
        return PAGING if self.action == "search" else super().parameters()


RESOURCES = (People,)
