"""All facilities of one's place: how many stand where and in which stage, drawn and in a table, and each in a list."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.shortcuts import render
from django.views.decorators.http import require_safe

from facilities.exports import PLACE, place_name
from facilities.filters import years
from facilities.models import Facility, FacilityKind, Stage
from facilities.views.access import VIEW
from facilities.views.page import SIGNS
from lianyungang_cdpf.accounts.deed_pages import deed_page
from lianyungang_cdpf.accounts.kept_words import as_typed
from lianyungang_cdpf.accounts.models import Area, Level, Zone
from lianyungang_cdpf.accounts.places import TILES

PER_PAGE = 50


class FindForm(forms.Form):
    """What the page shows. A choice that is not on offer is said, and shows everything."""

    kind = forms.ChoiceField(label="设施种类", required=False)
    place = forms.ChoiceField(label="地区", required=False)
    stage = forms.ChoiceField(label="阶段", required=False, choices=[("", "全部"), *Stage.choices])
    year = forms.TypedChoiceField(label="验收年度", required=False, coerce=int, empty_value=None)
    q = forms.CharField(label="名称", required=False, max_length=60)

    def __init__(self, *args, kinds, places, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "全部"), *((one.code, one.name) for one in kinds)]
        self.fields["place"].choices = [("", "全部"), *((one.key, one.name) for one in places)]
        self.fields["year"].choices = [("", "全部"), *((year, f"{year} 年") for year in years())]
        for field in self.fields.values():
            field.error_messages["invalid_choice"] = f"没有这个{field.label}，请重新选择。"

    @property
    def asked(self) -> dict:
        """What was chosen, as far as it can be."""
        return self.cleaned_data if self.is_valid() else {}


@dataclass(frozen=True)
class Place:
    """A row of the table: a unit of the city, a town of a unit, or a village of a town. `tile` is its place drawn."""

    key: str
    name: str
    tile: str = ""


@dataclass(frozen=True)
class Counted:
    """How many facilities of a place are in each stage."""

    place: Place
    stages: Counter

    @property
    def numbers(self) -> list[int]:
        return [self.stages[stage] for stage in Stage.values]

    @property
    def total(self) -> int:
        return sum(self.stages.values())

    @property
    def accepted(self) -> int:
        return self.stages[Stage.ACCEPTED] + self.stages[Stage.OPERATING]

    @property
    def on_the_way(self) -> int:
        return sum(self.stages[stage] for stage in (Stage.APPLIED, Stage.APPROVED, Stage.BUILDING, Stage.COMPLETED))

    @property
    def attention(self) -> int:
        return self.stages[Stage.RECTIFYING] + self.stages[Stage.SUSPENDED]


@deed_page(VIEW)
@require_safe
def index(request):
    """The map, its table and the list, all of what the form asks for; a fixed number of statements."""
    staff = request.user
    places, key = places_of(staff)
    kinds = list(FacilityKind.objects.visible_to(staff))
    form = FindForm(as_typed(request), kinds=kinds, places=places)
    found = asked_for(Facility.objects.visible_to(staff), form.asked, key)
    rows = counted(found, places, key)
    whole = Counted(Place("", staff.place_name), sum((row.stages for row in rows), Counter()))
    listed = found.select_related("kind", *PLACE).order_by("-id")
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": "设施", "form": form, "rows": rows, "whole": whole, "stages": Stage.labels, "page": page,
        "finding": finding(whole), "is_city": staff.is_city_wide, "is_filtered": any(form.asked.values()),
        "facilities": [(one, place_name(one), SIGNS.get(one.stage, "n")) for one in page],
        "kind": next((one for one in kinds if one.code == form.asked.get("kind")), None),
    }  # fmt: skip
    return render(request, "facilities/overview.html", context, status=200 if form.is_valid() else 400)


def places_of(staff) -> tuple[list[Place], str]:
    """The places below one's own, and the way from a facility to the key of its place."""
    if staff.is_city_wide:
        counties = Area.objects.filter(level=Level.COUNTY, zone=None).order_by("code")
        zones = Zone.objects.all()
        units = [Place(one.code, one.common_name, TILES.get(one.code, "")) for one in counties]
        return [*units, *(Place(one.key, one.short_name, f"z{at}") for at, one in enumerate(zones))], "area__unit_key"
    if staff.area_id and staff.area.level == Level.TOWN:
        villages = Area.objects.filter(parent=staff.area_id).order_by("code")
        own = [Place(staff.area.code, f"{staff.area.common_name}本级"), *_places(villages)]
        return own, "area__code"
    towns = Area.objects.filter(level=Level.TOWN).order_by("code")
    towns = towns.filter(zone=staff.zone_id) if staff.zone_id else towns.filter(path__startswith=staff.area.path)
    return list(_places(towns)), "town"


def _places(areas):
    return (Place(code, name) for code, name in areas.values_list("code", "common_name"))


def asked_for(facilities, asked: dict, key: str):
    """The facilities that the form asks for."""
    if asked.get("kind"):
        facilities = facilities.of_kind(asked["kind"])
    if asked.get("stage"):
        facilities = facilities.filter(stage=asked["stage"])
    if asked.get("year"):
        facilities = facilities.accepted_in(asked["year"])
    if asked.get("q"):
        facilities = facilities.filter(name__icontains=asked["q"])
    if asked.get("place") and key == "town":
        place = asked["place"]
        return facilities.filter(Q(area__code=place) | Q(area__parent__code=place))
    return facilities.filter(**{key: asked["place"]}) if asked.get("place") else facilities


def counted(facilities, places: list[Place], key: str) -> list[Counted]:
    """The stages of each place's facilities, in the order of the places; one statement."""
    numbers: dict[str, Counter] = defaultdict(Counter)
    if key == "town":
        rows = facilities.order_by().values_list("area__level", "area__code", "area__parent__code", "stage")
        for level, code, parent, stage, number in rows.annotate(Count("pk")):
            numbers[code if level == Level.TOWN else parent][stage] += number
    else:
        for code, stage, number in facilities.order_by().values_list(key, "stage").annotate(Count("pk")):
            numbers[code][stage] += number
    return [Counted(place, numbers[place.key]) for place in places]


def finding(whole: Counted) -> str:
    """The page's first sentence."""
    if not whole.total:
        return "没有符合条件的设施。"
    parts = [f"共 {whole.total:,} 处设施，{whole.accepted:,} 处验收或运行", f"{whole.on_the_way:,} 处在建设过程中"]
    if whole.attention:
        parts.append(f"{whole.attention:,} 处在整改或停运")
    if whole.stages[Stage.REVOKED]:
        parts.append(f"{whole.stages[Stage.REVOKED]:,} 处已撤销")
    return "，".join(parts) + "。"
