"""Areas and zones for programs: the tree of places, which every member of staff may see."""

from django_filters import rest_framework as filters

from lianyungang_cdpf.accounts.area_filter import within
from lianyungang_cdpf.accounts.models import Area, Level, Zone
from lianyungang_cdpf.api.records import Records
from lianyungang_cdpf.api.shown import Named, Text


class PlaceFilter(filters.CharFilter):
    """Records at a place: an area's code with everything below it, or a row of the board."""

    def __init__(self, **kwargs):
        said = "地区代码（含其全部下级；县区按统计单位）或功能板块代码。不在辖区内的与不存在的一样，查不到记录。"
        super().__init__(help_text=said, max_length=32, **kwargs)

    def filter(self, queryset, value):
        return within(queryset, value) if value else queryset


class OfficePlaceFilter(PlaceFilter):
    """Records of an office at a place; those of a zone stand at its towns' common ancestor with the zone beside it."""

    def filter(self, queryset, value):
        zone = Zone.objects.filter(key=value or "").first()
        return queryset.filter(zone=zone) if zone else super().filter(queryset, value)


class AreaShown(Named):
    """地区。"""

    level = Text("层级：city 市，county 县区，town 乡镇街道，village 村（社区）", lambda area: area.level)
    parent = Text("上级的地区代码", lambda area: area.parent and area.parent.code, allow_null=True)
    zone = Text("功能板块代码（没有为空）", lambda area: area.zone and area.zone.key, allow_null=True)
    unit = Text("统计单位：看板上的一行", lambda area: area.unit_key)

    class Meta:
        model = Area
        fields = ("id", "code", "name", "common_name", "level", "parent", "zone", "unit", "is_virtual")


class AreaFilters(filters.FilterSet):
    level = filters.ChoiceFilter(choices=Level.choices, help_text="层级。")
    parent = filters.CharFilter(field_name="parent__code", max_length=12, help_text="上级的地区代码。")
    zone = filters.CharFilter(field_name="zone__key", max_length=32, help_text="功能板块代码。")
    code = filters.CharFilter(max_length=12, help_text="地区代码。")

    class Meta:
        model = Area
        fields = ("level", "parent", "zone", "code")


class Areas(Records):
    """地区."""

    route, noun = "areas", "地区"
    city_wide = True
    queryset = Area.objects.select_related("parent", "zone")
    serializer_class = AreaShown
    filterset_class = AreaFilters
    ordering_fields = ("code", "id")
    newest_first = False


class ZoneShown(Named):
    """功能板块：由几个县区的乡镇街道组成，按县区一级统计。"""

    class Meta:
        model = Zone
        fields = ("id", "key", "name", "short_name", "position")


class Zones(Records):
    """功能板块."""

    route, noun = "zones", "功能板块"
    city_wide = True
    queryset = Zone.objects.all()
    serializer_class = ZoneShown
    ordering_fields = ("position", "id")
    newest_first = False


RESOURCES = (Areas, Zones)
