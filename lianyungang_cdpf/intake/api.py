"""Files in, by programs: sent, watched, looked through and posted by the same deeds as in the wizard.

Whose an import is, who may do what with it, what is refused and what is written down: intake/actions.py and
intake/views/access.py. What headings mean and the correction of rows stay with the pages.
"""

from django.core.exceptions import PermissionDenied
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from lianyungang_cdpf.api.access import PerAccount, UploadsPerAccount
from lianyungang_cdpf.api.bodies import Body, SmallJson, checked
from lianyungang_cdpf.api.errors import Conflict, NotAccepted, TooLarge
from lianyungang_cdpf.api.records import PAGING, Asked, Records
from lianyungang_cdpf.api.shown import Flag, Named, Text, Whole, Words
from lianyungang_cdpf.intake.actions import (
    ImportConflict,
    confirm_import,
    discard_import,
    post_import,
    retry_import,
)
from lianyungang_cdpf.intake.forms import ImportForm, UploadQuota
from lianyungang_cdpf.intake.kinds import all_kinds, kinds_for
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.intake.periods import MONTH
from lianyungang_cdpf.intake.presentation import FINDINGS, shown
from lianyungang_cdpf.intake.reading import REGISTER_LIMITS, Refused
from lianyungang_cdpf.intake.views.access import (
    NOT_YOURS,
    job_or_404,
    may_import,
    may_post,
    may_retry,
    visible_jobs,
    visible_kinds,
)
from lianyungang_cdpf.intake.views.deeds import NOT_IMPORTING, NOT_POSTING
from lianyungang_cdpf.intake.views.findings import finding_of, found_rows, left_out_rows
from lianyungang_cdpf.intake.views.front import started
from lianyungang_cdpf.intake.views.progress import progress_of

State = ImportJob.State
WHAT = ("errors", "warnings", "left_out")
SENT = ("kind", "month", "term", "paid_on", "file")
# The pages' token against forged requests may stand among the fields.
ALSO_SENT = {"csrfmiddlewaretoken"}


class ImportShown(Named):
    """导入批次：上传的一个文件。"""

    kind_name = serializers.SerializerMethodField(label="种类的名称")
    period = serializers.SerializerMethodField(label="月份、年度或学年；没有为空")
    file_name = Text("文件名", lambda job: shown(job.file_name))
    state_name = Text("状态", lambda job: job.get_state_display())
    staff = Text("上传人", lambda job: shown(job.staff))
    place = Text("填报地区", lambda job: str(job.zone or job.area))

    class Meta:
        model = ImportJob
        fields = (
            "uid", "kind", "kind_name", "month", "period", "file_name", "size", "state", "state_name", "rows_total",
            "applied_rows", "staff", "place", "created_at", "finished_at",
        )  # fmt: skip

    def get_kind_name(self, job) -> str:
        return self._kind(job).label if self._kind(job) else job.kind

    def get_period(self, job) -> str:
        period = self._kind(job).period if self._kind(job) else MONTH
        return period.shown(job.month) if job.month else ""

    def _kind(self, job):
        return self.context["kinds"].get(job.kind)


def questions_of(job) -> list[str]:
    """What the clerk is asked before posting, one sentence each, in order."""
    return [shown(question.get("sentence")) for question in job.summary.get("questions") or []]


class WholeImportShown(ImportShown):
    """一个导入批次：进展、核验的行数和待确认的疑问。"""

    working = Flag("后台是否正在处理；正在处理时请过几秒再查", lambda job: progress_of(job)["working"])
    phase = Text("进展", lambda job: shown(job.phase))
    progress = Text("进展的一句话", lambda job: progress_of(job)["sentence"])
    sentence = Text("退回或失败的原因；没有为空", lambda job: shown(job.sentence))
    data_rows = Whole("数据行数", lambda job: job.summary.get("data_rows", 0))
    valid_rows = Whole("可入账的行数", lambda job: job.summary.get("valid_rows", 0))
    bad_rows = Whole("有错误的行数", lambda job: job.summary.get("bad_rows", 0))
    left_out_rows = Whole("删去的行数", lambda job: job.summary.get("left_out", 0))
    valid_amount = Text("可入账的金额（元）；与金额无关的为空", lambda job: job.summary.get("total_valid_amount") or "")
    questions = Words("需要确认的疑问，从 0 起编号", questions_of)
    may_post = serializers.SerializerMethodField(label="您的账号能否将它入账")

    class Meta(ImportShown.Meta):
        fields = (
            *ImportShown.Meta.fields, "working", "phase", "progress", "sentence", "rows_done", "data_rows",
            "valid_rows", "bad_rows", "left_out_rows", "valid_amount", "needs_confirmation", "questions",
            "all_or_nothing", "may_post",
        )  # fmt: skip

    def get_may_post(self, job) -> bool:
        return may_post(self.context["request"].user, job)


class FindingShown(serializers.Serializer):
    """文件中的一行和它的问题。号码已遮盖。"""

    sheet = serializers.CharField(label="工作表")
    row = serializers.IntegerField(label="Excel 行号")
    name = serializers.CharField(label="姓名")
    id_number = serializers.CharField(label="身份证号（已遮盖）")
    amount = serializers.CharField(label="金额（元）")
    codes = serializers.ListField(child=serializers.CharField(), label="问题代码，第一个是主要问题")
    label = serializers.CharField(label="主要问题")
    message = serializers.CharField(source="sentence", label="说明")
    fix = serializers.CharField(label="怎么改")


class Upload(Body):
    """要导入的文件。所属地区就是账号的地区，不用填写。"""

    kind = serializers.CharField(label="导入种类的代码，见“导入种类”")
    month = serializers.CharField(required=False, label="月份，如 2019-03；文件的标题里写明的可以不填")
    term = serializers.CharField(required=False, label="年度或学年，如 2019 或 2019-2020；按月导入的不填")
    paid_on = serializers.DateField(required=False, label="发放日期；只有补录历史发放的市级账号可填")
    file = serializers.FileField(label="文件：.xlsx、.xls、.ods、.csv 等")


class Posting(Body):
    """怎样入账。"""

    mode = serializers.ChoiceField(choices=[("valid", "只入账正确的行"), ("all", "全部正确才入账")], label="怎样入账")


class Confirmation(Body):
    """已核对的疑问。"""

    confirmed = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=999), max_length=999,
        label="已核对并确认的疑问的编号；要全部确认才能入账",
    )  # fmt: skip


class ImportFilters(filters.FilterSet):
    kind = filters.CharFilter(max_length=40, help_text="导入种类的代码。")
    state = filters.ChoiceFilter(choices=State.choices, help_text="状态。")
    month = filters.DateFilter(help_text="月份的第一天。")

    class Meta:
        model = ImportJob
        fields = ("kind", "state", "month")


ERRORS_ASKED = [
    OpenApiParameter("what", enum=WHAT, description="errors 错误（默认），warnings 提醒，left_out 已删去的行。"),
    OpenApiParameter("code", enum=list(FINDINGS), description="只列主要问题是这一种的行。"),
]


class Imports(Records):
    """导入批次."""

    route, noun = "imports", "导入批次"
    queryset = ImportJob.objects.all()
    serializer_class = ImportShown
    detail_class = WholeImportShown
    filterset_class = ImportFilters
    ordering_fields = ("created_at", "month")
    lookup_field, lookup_value_converter = "uid", "uuid"
    parser_classes = (MultiPartParser,)
    says = {
        "create": (
            "导入批次：上传文件",
            "与网页“花名册导入”第一步相同：排队读取并核验，不写入任何发放。当场没有收下的，原因见 message；"
            "以后读不了的，state 为 refused，原因见 sentence。",
        ),
        "errors": ("导入批次：逐行的问题", "错误、提醒或已删去的行，逐行说明问题和改法，号码已遮盖。"),
        "confirm": ("导入批次：确认疑问", "文件内容与所选的月份、项目或地区有出入时，逐项核对后确认。"),
        "enter": ("导入批次：入账", "将核验过的行入账；在后台进行，请查询状态。重复请求不会重复入账。"),
        "discard": ("导入批次：放弃", "放弃没有入账的批次，文件和行随之删除。"),
        "retry": ("导入批次：重新处理", "失败的批次从保存的文件重新处理。"),
    }  # fmt: skip

    def is_open_to(self, staff) -> bool:
        return bool(visible_kinds(staff))

    def get_queryset(self):
        jobs = visible_jobs(self.request.user)
        return jobs.defer("summary") if self.action == "list" else jobs

    def get_serializer_context(self):
        context = super().get_serializer_context()
        return context if getattr(self, "swagger_fake_view", False) else {**context, "kinds": self._kinds()}

    def _kinds(self) -> dict:
        return {kind.code: kind for kind in all_kinds()}

    def get_throttles(self):
        return [PerAccount(), UploadsPerAccount()] if self.action == "create" else super().get_throttles()

    def initialize_request(self, request, *args, **kwargs):
        """The quota must stand before the body is read, and the check against forged requests reads it."""
        self.quota = UploadQuota(request, REGISTER_LIMITS.max_upload_bytes)
        if request.method == "POST":
            request.upload_handlers.insert(0, self.quota)
        return super().initialize_request(request, *args, **kwargs)

    def parameters(self) -> set[str]:
        if self.action == "errors":
            return {"what", "code", *PAGING}
        return super().parameters() if self.action == "list" else set()

    @extend_schema(request={"multipart/form-data": Upload}, responses={202: WholeImportShown})
    def create(self, request):
        """A file, as in the first step of the wizard."""
        if not kinds_for(request.user):
            raise PermissionDenied(NOT_YOURS)
        form = ImportForm(request.data, request.FILES, staff=request.user, quota=self.quota)
        self._refuse_what_is_not_asked(request, form)
        job = started(request.user, form) if form.is_valid() else None
        if job is None:
            raise self._refusal_of(form)
        return self._told(job.uid, status.HTTP_202_ACCEPTED)

    def _refuse_what_is_not_asked(self, request, form) -> None:
        names = {*request.data, *request.FILES} - ALSO_SENT
        unknown = {name: ["这里不收这一项，请对照接口说明。"] for name in sorted(names - set(SENT))}
        closed = {name: ["您的账号不填这一项，请去掉。"] for name in sorted(names & set(SENT) - set(form.fields))}
        if unknown or closed:
            raise NotAccepted({**unknown, **closed}, "unknown_parameter")

    def _refusal_of(self, form):
        said = {name: [str(sentence) for sentence in form.errors[name]] for name in form.errors}
        if self.quota.exceeded:
            return TooLarge("".join(said.get("file", ())) or None)
        if form.earlier is not None:
            return Conflict(said["file"][0], "already_posted")
        return NotAccepted(said, "refused" if form.is_bound and set(said) == {"file"} else "invalid")

    def _told(self, uid, code=status.HTTP_200_OK):
        """The import as it now stands."""
        job = job_or_404(self.request.user, uid)
        return Response(WholeImportShown(job, context=self.get_serializer_context()).data, status=code)

    @extend_schema(parameters=ERRORS_ASKED, responses={200: FindingShown(many=True)}, filters=False)
    @action(detail=True, methods=["get"])
    def errors(self, request, uid):
        """Row by row what was found."""
        job = job_or_404(request.user, uid)
        what, code = _one_of(request, "what", WHAT), _one_of(request, "code", FINDINGS)
        rows = left_out_rows(job) if what == "left_out" else found_rows(job, errors=what != "warnings", code=code)
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(FindingShown(map(finding_of, page), many=True).data)

    @extend_schema(request=Confirmation, responses={200: WholeImportShown})
    @action(detail=True, methods=["post"], parser_classes=[SmallJson])
    def confirm(self, request, uid):
        """Every question has to be named, as it has to be ticked on the page."""
        job = self._job(uid, may_import, NOT_IMPORTING)
        confirmed = set(checked(Confirmation, request)["confirmed"])
        if missing := sorted(set(range(len(questions_of(job)))) - confirmed):
            raise NotAccepted({"confirmed": [f"第 {'、'.join(map(str, missing))} 项疑问还没有确认。"]})
        return self._done(job, confirm_import, set() if job.confirmed_at is None else {job.state})

    @extend_schema(request=Posting, responses={202: WholeImportShown})
    @action(detail=True, methods=["post"], parser_classes=[SmallJson], url_path="post", url_name="post")
    def enter(self, request, uid):
        """Enter the valid rows, or all rows if all are right."""
        job = self._job(uid, may_post, NOT_POSTING)
        whole = checked(Posting, request)["mode"] == "all"
        reached = {State.POSTING, State.POSTED}
        return self._done(job, post_import, reached, status.HTTP_202_ACCEPTED, all_or_nothing=whole)

    @extend_schema(request=None, responses={200: WholeImportShown})
    @action(detail=True, methods=["post"], parser_classes=[SmallJson])
    def discard(self, request, uid):
        """Nothing of the file enters the records."""
        return self._done(self._job(uid, may_import, NOT_IMPORTING), discard_import, {State.DISCARDED})

    @extend_schema(request=None, responses={202: WholeImportShown})
    @action(detail=True, methods=["post"], parser_classes=[SmallJson])
    def retry(self, request, uid):
        """Start a failed import again."""
        reached = {State.QUEUED, State.READING, State.POSTING}
        return self._done(self._job(uid, may_retry, NOT_IMPORTING), retry_import, reached, status.HTTP_202_ACCEPTED)

    def _job(self, uid, allowed, refusal: str):
        job = job_or_404(self.request.user, uid)
        if not allowed(self.request.user, job):
            raise PermissionDenied(refusal)
        return job

    def _done(self, job, deed, reached: set, code=status.HTTP_200_OK, **told):
        """Do the deed unless it is done already; the import as it then stands."""
        if job.state not in reached:
            try:
                deed(job=job, by=self.request.user, **told)
            except (Refused, ImportConflict) as hindrance:
                raise Conflict(shown(hindrance.sentence)) from hindrance
        return self._told(job.uid, code)


def _one_of(request, name: str, choices) -> str:
    """A parameter of a fixed choice; "" when it is not given."""
    value = request.query_params.get(name, "")
    if value and value not in choices:
        raise ValidationError({name: [ErrorDetail("没有这个选项，请对照接口说明。", "invalid")]})
    return value


class KindShown(serializers.Serializer):
    """导入种类。"""

    code = serializers.CharField(label="代码")
    label = serializers.CharField(label="名称")
    group = serializers.CharField(label="分组")
    needs_month = serializers.BooleanField(label="一个文件是否只能是一个月份、年度或学年的")
    period = serializers.CharField(source="period.asked", label="按什么导入：月份、年度或学年")
    like = serializers.CharField(source="period.like", label="月份、年度或学年的写法举例")


class ImportKinds(Asked, GenericViewSet):
    """导入种类."""

    route, noun = "import-kinds", "导入种类"
    serializer_class, pagination_class, filter_backends = KindShown, None, ()
    says = {"list": ("导入种类：列表", "您的账号可以导入的文件种类。")}

    def is_open_to(self, staff) -> bool:
        return bool(visible_kinds(staff))

    def list(self, request):
        return Response(KindShown(kinds_for(request.user), many=True).data)


RESOURCES = (Imports, ImportKinds)
