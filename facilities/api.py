"""Kinds of facility for programs: what targets and plans name by code."""

from facilities.models import FacilityKind
from lianyungang_cdpf.api.records import Records
from lianyungang_cdpf.api.shown import Named


class FacilityKindShown(Named):
    """设施种类。"""

    class Meta:
        model = FacilityKind
        fields = ("id", "code", "name", "unit", "counting_rule", "evidence", "lead_department")


class FacilityKinds(Records):
    """设施种类."""

    route, noun, permission = "facility-kinds", "设施种类", "facilities.view_facilitykind"
    city_wide = True
    queryset = FacilityKind.objects.all()
    serializer_class = FacilityKindShown
    ordering_fields = ("code", "id")
    newest_first = False


RESOURCES = (FacilityKinds,)
