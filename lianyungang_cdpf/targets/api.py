"""The year's targets for programs: the figures of the board, and of `manage.py progress`, for the asker's own place."""

from datetime import date

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from lianyungang_cdpf.api.records import Asked
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.forms import WhenForm
from lianyungang_cdpf.targets.progress import Row, progress
from lianyungang_cdpf.targets.views import NO_PLACE

NO_PLAN = "还没有年度计划。"


class PlaceShown(serializers.Serializer):
    """地方。"""

    code = serializers.CharField(label="地区代码或功能板块代码")
    name = serializers.CharField(label="名称")
    board_row = serializers.BooleanField(label="是否看板上的一行：县区不含划归功能板块的乡镇街道")


class Number(serializers.FloatField):
    """A figure as it stands: whole where it counts something, with decimals where it is a rate."""

    def to_representation(self, value):
        return value


class ForecastShown(serializers.Serializer):
    """年底预测：按当年进度推算，算法待市里确认。"""

    low = serializers.IntegerField(allow_null=True, label="年底完成数，按最慢的月份；不推算的为空")
    expected = serializers.IntegerField(allow_null=True, label="年底完成数，按近几个完整月；不推算的为空")
    high = serializers.IntegerField(allow_null=True, label="年底完成数，按最快的月份；不推算的为空")
    needed_per_month = serializers.IntegerField(
        allow_null=True, label="要完成全年目标，以后每月需完成数；已完成的为 0，不按月计算的为空"
    )
    sentence = serializers.CharField(label="文字说明")


class FigureShown(serializers.Serializer):
    """一项目标在一个地方的进度。"""

    goal = serializers.IntegerField(allow_null=True, label="目标；没有分解到这个地方的为空")
    value = Number(
        allow_null=True, label="截至当日完成数；比率为百分比，截去两位小数以后；尚未接入的、没有应覆盖对象的为空"
    )
    numerator = serializers.IntegerField(allow_null=True, label="比率的分子；不是比率的为空")
    denominator = serializers.IntegerField(allow_null=True, label="比率的分母；不是比率的为空")
    percent = serializers.CharField(allow_null=True, label="完成百分比，截去两位小数以后")
    expected_percent = serializers.CharField(allow_null=True, label="序时百分比：到当日应完成多少")
    due = serializers.IntegerField(allow_null=True, label="到当日应完成数")
    light = serializers.CharField(allow_null=True, label="状态代码")
    light_name = serializers.CharField(
        label="状态：提前完成、达到序时、略低、滞后、未到期、尚未接入、未分解或无应统计对象"
    )
    connected = serializers.BooleanField(label="是否已接入：系统里有这项目标的记录")
    forecast = ForecastShown(label="年底预测")


class DistrictShown(FigureShown):
    """一项目标在看板的一行上的进度。"""

    place = PlaceShown(label="看板上的一行")


class TargetShown(FigureShown):
    """一项目标的进度。"""

    number = serializers.IntegerField(label="序号")
    key = serializers.CharField(label="目标代码")
    name = serializers.CharField(label="目标")
    group = serializers.CharField(label="工作分组")
    unit = serializers.CharField(label="单位")
    districts = DistrictShown(many=True, label="全市时：各县区和功能板块的进度；其他地方为空")


@extend_schema_serializer(many=False)
class ProgressShown(serializers.Serializer):
    """一个地方的年度目标进度。"""

    year = serializers.IntegerField(label="年度")
    as_of = serializers.DateField(label="截止日期")
    place = PlaceShown(label="哪个地方的进度")
    targets = TargetShown(many=True, label="各项目标，按计划中的序号")


ASKED = [
    OpenApiParameter("year", int, description="年度；不写为最近一个有计划的年度。"),
    OpenApiParameter("as_of", date, description="截止日期，须在该年度之内；不写为今天，往年为年末。"),
    OpenApiParameter(
        "place", str,
        description="地区代码（含其全部下级）或功能板块代码，与 manage.py progress --area 相同；"
        "不写为看板上您本单位的一行，市级为全市。",
    ),
]  # fmt: skip


class Progress(Asked, GenericViewSet):
    """目标进度."""

    route, noun = "progress", "目标进度"
    serializer_class, pagination_class, filter_backends = ProgressShown, None, ()
    says = {"list": ("目标进度", "年度目标的完成数、应完成数和状态，与看板相同；市级另附各县区和功能板块的数。")}

    def is_open_to(self, staff) -> bool:
        return staff.has_perm("targets.view_target")

    def parameters(self) -> set[str]:
        return {"year", "as_of", "place"}

    @extend_schema(parameters=ASKED, responses={200: ProgressShown})
    def list(self, request):
        scope = self._scope(request)
        year, as_of = _when(request.query_params)
        units = scopes.units() if scope.is_city else []
        rows = progress(year=year, scopes=[scope, *units], as_of=as_of)
        beside = zip(*(rows[unit.place] for unit in units), strict=True) if units else ()
        beside = list(beside) or [()] * len(rows[scope.place])
        targets = [_target(row, others) for row, others in zip(rows[scope.place], beside, strict=True)]
        told = {"year": year, "as_of": as_of, "place": _place(scope), "targets": targets}
        return Response(ProgressShown(told).data)

    def _scope(self, request) -> scopes.Scope:
        """The place asked for, if it is the asker's; a foreign and an unknown one are answered alike."""
        staff, code = request.user, request.query_params.get("place")
        try:
            scope = scopes.of_staff(staff) if code is None else scopes.on_the_board(_plain(code))
        except scopes.UnknownPlace:
            scope = None
        if scope is None or not scopes.is_open_to(staff, scope):
            raise Http404(NO_PLACE)
        return scope


def _plain(code: str) -> str:
    """A code that a database can be asked for."""
    return code if code.isascii() and code.isprintable() else ""


def _when(asked) -> tuple[int, date]:
    """Year and day as on the board, but what is wrong is refused. Raises Http404 without any plan."""
    form = WhenForm(asked)
    if not form.years:
        raise Http404(NO_PLAN)
    if not form.is_valid():
        raise ValidationError({name: [str(said) for said in form.errors[name]] for name in form.errors})
    year, day = form.chosen()
    if "as_of" in form.asked and form.cleaned_data["as_of"] != day:
        raise ValidationError({"as_of": [ErrorDetail("截止日期不在该年度之内。", "invalid")]})
    return year, day


def _place(scope) -> dict:
    return {"code": scope.code, "name": scope.name, "board_row": scope.is_unit}


def _figure(row: Row) -> dict:
    return {**row.as_dict(), "due": row.due, "light_name": row.word, "forecast": row.forecast}


def _target(row: Row, beside) -> dict:
    districts = [{**_figure(other), "place": _place(other.scope)} for other in beside]
    return {**_figure(row), "number": row.target.number, "group": row.target.group, "districts": districts}


RESOURCES = (Progress,)
