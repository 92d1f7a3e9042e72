"""家庭无障碍改造 in the admin."""

from django.contrib import admin

from lianyungang_cdpf.accounts.area_filter import AreaFilter
from services.admin.records import RecordAdmin, dated
from services.exports import HomesFile
from services.filters import ServiceStateFilter, ServiceYearFilter
from services.models import HomeModification, RecordForm


@admin.register(HomeModification)
class HomeModificationAdmin(RecordAdmin):
    """家庭无障碍改造, of the household in which the person lives on the day the works begin."""

    record_form = RecordForm.HOME_MODIFICATION
    told = (
        "surveyed_on", "plan", "content", "devices_only", "served_on", "ended_on", "institution", "cost", "amount",
        "acceptance", "accepted_on", "photos_before", "photos_after", "remarks",
    )  # fmt: skip
    resource_classes = [HomesFile]
    list_display = ("name_shown", "id_number_shown", "town", "content", "begun", "acceptance", "accepted_on", "state")
    list_filter = (ServiceYearFilter, "acceptance", AreaFilter, ServiceStateFilter)
    begun = dated("served_on", "开工日期")
