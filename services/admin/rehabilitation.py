"""康复 in the admin."""

from django.contrib import admin

from lianyungang_cdpf.accounts.area_filter import AreaFilter
from services.admin.records import RecordAdmin, dated
from services.exports import DevicesFile, SurgeriesFile, TrainingsFile
from services.filters import ServiceStateFilter, ServiceYearFilter
from services.models import CataractSurgery, ChildTraining, DeviceIssue, RecordForm


@admin.register(ChildTraining)
class ChildTrainingAdmin(RecordAdmin):
    """儿童康复训练."""

    record_form = RecordForm.CHILD_TRAINING
    told = (
        "served_on", "ended_on", "institution", "content", "plan", "sessions", "assessment_before",
        "assessment_after", "amount", "remarks",
    )  # fmt: skip
    resource_classes = [TrainingsFile]
    list_display = ("name_shown", "id_number_shown", "town", "admitted", "ended", "institution", "sessions", "state")
    admitted = dated("served_on", "入训日期")
    ended = dated("ended_on", "结训日期", "训练中")


@admin.register(CataractSurgery)
class CataractSurgeryAdmin(RecordAdmin):
    """白内障手术."""

    record_form = RecordForm.CATARACT_SURGERY
    told = ("served_on", "eye", "institution", "sight_before", "sight_after", "amount", "remarks")
    resource_classes = [SurgeriesFile]
    list_display = (
        "name_shown", "id_number_shown", "town", "operated", "eye", "institution", "sight_before", "sight_after",
        "state",
    )  # fmt: skip
    list_filter = (ServiceYearFilter, "eye", AreaFilter, ServiceStateFilter)
    operated = dated("served_on", "手术日期")


@admin.register(DeviceIssue)
class DeviceIssueAdmin(RecordAdmin):
    """辅具发放."""

    record_form = RecordForm.DEVICE_ISSUE
    told = (
        "nature", "device", "device_model", "quantity", "served_on", "fitted_on", "signed_on", "institution", "amount",
        "remarks",
    )  # fmt: skip
    resource_classes = [DevicesFile]
    list_display = ("name_shown", "id_number_shown", "town", "device", "quantity", "nature", "signed_on", "state")
    list_filter = (ServiceYearFilter, "nature", "device", AreaFilter, ServiceStateFilter)
    list_select_related = (*RecordAdmin.list_select_related, "device")
