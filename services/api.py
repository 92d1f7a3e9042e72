"""Kinds of service for programs: what targets and plans name by code."""

from lianyungang_cdpf.api.records import Records
from lianyungang_cdpf.api.shown import Named
from services.models import ServiceKind


class ServiceKindShown(Named):
    """服务种类。"""

    class Meta:
        model = ServiceKind
        fields = ("id", "code", "name", "unit", "counting_rule", "evidence", "lead_department")


class ServiceKinds(Records):
    """服务种类."""

    route, noun, permission = "service-kinds", "服务种类", "services.view_servicekind"
    city_wide = True
    queryset = ServiceKind.objects.all()
    serializer_class = ServiceKindShown
    ordering_fields = ("code", "id")
    newest_first = False


RESOURCES = (ServiceKinds,)
