"""托养 in the admin."""

from django.contrib import admin

from lianyungang_cdpf.accounts.area_filter import AreaFilter
from services.admin.records import RecordAdmin, dated
from services.exports import PlacementsFile
from services.filters import ServiceStateFilter, ServiceYearFilter
from services.models import RecordForm, RespitePlacement


@admin.register(RespitePlacement)
class RespitePlacementAdmin(RecordAdmin):
    """托养服务."""

    record_form = RecordForm.RESPITE_PLACEMENT
    told = ("mode", "served_on", "ended_on", "months", "institution", "leaving_reason", "amount", "remarks")
    resource_classes = [PlacementsFile]
    list_display = (
        "name_shown", "id_number_shown", "town", "mode", "institution", "begun", "ended", "months", "state",
    )  # fmt: skip
    list_filter = (ServiceYearFilter, "mode", AreaFilter, ServiceStateFilter)
    begun = dated("served_on", "托养开始日期")
    ended = dated("ended_on", "托养结束日期", "托养中")
