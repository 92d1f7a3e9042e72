"""康复医疗 in the admin."""

from django.contrib import admin

from lianyungang_cdpf.accounts.area_filter import AreaFilter
from services.admin.records import RecordAdmin, dated
from services.exports import ContractsFile, HealthChecksFile, PsychiatricAidFile
from services.filters import ServiceStateFilter, ServiceYearFilter
from services.models import FamilyDoctorContract, HealthCheck, PsychiatricAid, RecordForm


@admin.register(PsychiatricAid)
class PsychiatricAidAdmin(RecordAdmin):
    """精神病人救助."""

    record_form = RecordForm.PSYCHIATRIC_AID
    told = ("mode", "served_on", "ended_on", "months", "institution", "amount", "remarks")
    resource_classes = [PsychiatricAidFile]
    list_display = ("name_shown", "id_number_shown", "town", "mode", "begun", "months", "institution", "state")
    list_filter = (ServiceYearFilter, "mode", AreaFilter, ServiceStateFilter)
    begun = dated("served_on", "救助起始日期")


@admin.register(HealthCheck)
class HealthCheckAdmin(RecordAdmin):
    """健康体检."""

    record_form = RecordForm.HEALTH_CHECK
    told = ("served_on", "institution", "report_no", "conclusion", "amount", "remarks")
    resource_classes = [HealthChecksFile]
    list_display = ("name_shown", "id_number_shown", "town", "examined", "institution", "report_no", "state")
    examined = dated("served_on", "体检日期")


@admin.register(FamilyDoctorContract)
class FamilyDoctorContractAdmin(RecordAdmin):
    """家庭医生签约."""

    record_form = RecordForm.FAMILY_DOCTOR_CONTRACT
    told = ("served_on", "ended_on", "institution", "doctor", "contract_no", "remarks")
    resource_classes = [ContractsFile]
    list_display = ("name_shown", "id_number_shown", "town", "begun", "ends", "doctor", "institution", "state")
    begun = dated("served_on", "签约起始日期")
    ends = dated("ended_on", "签约到期日期")
