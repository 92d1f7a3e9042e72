"""家庭无障碍改造 in the admin."""

from django.contrib import admin

from lianyungang_cdpf.accounts.area_filter import AreaFilter
from services.admin.records import RecordAdmin, dated
from services.exports import HomesFile
from services.filters import ServiceStateFilter, ServiceYearFilter
from services.models import HomeModification, HomePhoto, RecordForm


@admin.register(HomeModification)
class HomeModificationAdmin(RecordAdmin):
    """家庭无障碍改造, of the household in which the person lives on the day the works begin."""

    change_form_template = "admin/services/home_form.html"
    record_form = RecordForm.HOME_MODIFICATION
    told = (
        "surveyed_on", "plan", "content", "devices_only", "served_on", "ended_on", "institution", "cost", "amount",
        "acceptance", "accepted_on", "photos_before", "photos_after", "remarks",
    )  # fmt: skip
    resource_classes = [HomesFile]
    list_display = ("name_shown", "id_number_shown", "town", "content", "begun", "acceptance", "accepted_on", "state")
    list_filter = (ServiceYearFilter, "acceptance", AreaFilter, ServiceStateFilter)
    begun = dated("served_on", "开工日期")

    def render_change_form(self, request, context, *args, **kwargs):
        """The photos stand below the form: they are added, taken out and removed by deeds of their own."""
        home = kwargs.get("obj")
        if home is not None:
            photos = list(HomePhoto.objects.visible_to(request.user).kept().filter(home=home))
            context["photos_by_moment"] = [
                (moment.label, [one for one in photos if one.moment == moment]) for moment in HomePhoto.Moment
            ]
        return super().render_change_form(request, context, *args, **kwargs)
