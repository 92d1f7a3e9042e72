"""康复需求 and 精准康复服务 in the admin."""

from django.contrib import admin

from lianyungang_cdpf.accounts.area_filter import AreaFilter
from services.admin.records import RecordAdmin, dated
from services.exports import NeedsFile, PrecisionFile
from services.filters import ServiceStateFilter, ServiceYearFilter
from services.forms import PrecisionForm
from services.models import PrecisionService, RecordForm, RehabilitationNeed


@admin.register(RehabilitationNeed)
class RehabilitationNeedAdmin(RecordAdmin):
    """康复需求."""

    record_form = RecordForm.REHABILITATION_NEED
    told = ("served_on", "need", "institution", "remarks")
    resource_classes = [NeedsFile]
    list_display = ("name_shown", "id_number_shown", "town", "need", "surveyed", "institution", "state")
    list_filter = (ServiceYearFilter, "need", AreaFilter, ServiceStateFilter)
    surveyed = dated("served_on", "调查日期")


@admin.register(PrecisionService)
class PrecisionServiceAdmin(RecordAdmin):
    """精准康复服务."""

    record_form = RecordForm.PRECISION_SERVICE
    form = PrecisionForm
    told = ("served_on", "meets", "need", "content", "institution", "amount", "remarks")
    resource_classes = [PrecisionFile]
    list_display = ("name_shown", "id_number_shown", "town", "need", "content", "served_on", "institution", "state")
    list_filter = (ServiceYearFilter, "need", AreaFilter, ServiceStateFilter)
