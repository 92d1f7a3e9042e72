"""The list filter by place: the staff member's own units, and below the chosen one its towns."""

from django.contrib.admin import SimpleListFilter

from lianyungang_cdpf.accounts.models import Area, Level, Zone


class AreaFilter(SimpleListFilter):
    """For lists of records with an area; the queryset's `area_path` says how it is reached."""

    title = "地区"
    parameter_name = "place"

    def lookups(self, request, model_admin):
        chosen = self.value()
        opened = _unit_of(chosen) if request.user.is_city_wide and chosen else None
        choices = []
        for key, name in _places_below(request.user):
            choices.append((key, name))
            if key == opened:
                choices += [(code, f"　{town}") for code, town in _towns_of(key)]
        return choices

    def queryset(self, request, queryset):
        chosen = self.value()
        if chosen is None:
            return queryset
        return within(queryset, chosen) if chosen in dict(self.lookup_choices) else queryset.none()


class OfficeFilter(AreaFilter):
    """For records of an office; those of a zone stand at its towns' common ancestor with the zone beside it."""

    def queryset(self, request, queryset):
        zone = Zone.objects.filter(key=self.value() or "").first()
        return queryset.filter(zone=zone) if zone else super().queryset(request, queryset)


def within(queryset, code: str):
    """Records at the place of this code: a row of the board for counties and zones, else an area and all below it."""
    way, area = queryset.area_path, Area.objects.filter(code=code).first()
    if area is None or area.level == Level.COUNTY:
        return queryset.filter(**{f"{way}__unit_key": code})
    return queryset.filter(**{f"{way}__path__startswith": area.path})


def _places_below(staff) -> list[tuple[str, str]]:
    """Key and name of the places one step below the staff member's own: ten units, or towns, or villages."""
    if staff.is_city_wide:
        counties = Area.objects.filter(level=Level.COUNTY, zone=None).values_list("code", "common_name")
        return [*counties, *Zone.objects.values_list("key", "short_name")]
    if staff.zone_id:
        return list(Area.objects.filter(zone=staff.zone_id, level=Level.TOWN).values_list("code", "common_name"))
    return list(Area.objects.filter(parent=staff.area_id).values_list("code", "common_name"))


def _unit_of(place: str) -> str:
    """The row of the board that a town belongs to; a unit's own key otherwise."""
    town = Area.objects.filter(code=place, level=Level.TOWN).values_list("unit_key", flat=True).first()
    return town or place


def _towns_of(unit_key: str):
    return Area.objects.filter(level=Level.TOWN, unit_key=unit_key).values_list("code", "common_name")
