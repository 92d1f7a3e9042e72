"""The work list 未入学残疾儿童: of school age, and neither in the roster of the school year nor excused, by town."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from beneficiaries.exports import disability_name
from beneficiaries.models import Person
from beneficiaries.people import age_on
from lianyungang_cdpf.accounts.area_filter import within
from lianyungang_cdpf.accounts.deed_pages import deed_page
from lianyungang_cdpf.accounts.form_fields import day_field
from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.accounts.places import county_name, town_name, town_of
from lianyungang_cdpf.masking import mask_id_number
from services.models import SchoolEnrolment, school_year_of
from services.schooling import unenrolled_children

# Who sees the roster, and whom the list names.
VIEW, SEE_PEOPLE = "services.view_schoolenrolment", "beneficiaries.view_person"
PER_PAGE = 50
NOT_IN_ROSTER = "名册中没有登记"
# Nobody of school age on a day before it can be on file: 义务教育 is of 1986.
EARLIEST = date(1986, 7, 1)


class FindForm(forms.Form):
    """Of which town, and as of which day."""

    town = forms.ChoiceField(
        label="乡镇街道", required=False, error_messages={"invalid_choice": "请重新选择乡镇街道。"}
    )
    day = day_field("截至日期", required=False, help_text="不填为今天；本学年还没有名册的，为最近一次登记的日期。")

    def __init__(self, *args, towns: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["town"].choices = [("", "全部"), *towns]

    def clean_day(self):
        """A day on which there was a school age."""
        day = self.cleaned_data["day"]
        if day is not None and day < EARLIEST:
            raise ValidationError(f"截至日期不能早于 {EARLIEST:%Y-%m-%d}（义务教育法施行）：请核对。")
        return day


@dataclass(frozen=True)
class Child:
    """A line of the list."""

    person: Person
    town: str
    age: int
    disability: str
    why: str

    @property
    def masked_id(self) -> str:
        return mask_id_number(self.person.id_number)


@deed_page(VIEW)
@deed_page(SEE_PEOPLE)
@require_safe
def unenrolled(request):
    """The list of one's own place, with a number for each town; a fixed number of statements."""
    day = day_asked(request) or last_day_told(request.user)
    children = unenrolled_children(day).visible_to(request.user)
    towns = by_town(children)
    form = FindForm(request.GET, towns=[(town.code, _label(town)) for town in towns])
    town = form.cleaned_data["town"] if form.is_valid() else ""
    listed = within(children, town) if town else children
    people = listed.select_related("area__parent__parent").prefetch_related("certificates").order_by("area__path", "pk")
    page = Paginator(people, PER_PAGE).get_page(request.GET.get("page"))
    year = school_year_of(day)
    context = {
        "title": "未入学残疾儿童", "form": form, "page": page, "children": lines(list(page), day), "day": day,
        "school_year": f"{year}—{year + 1} 学年", "number": sum(towns.values()),
        "towns": [(_label(one), number) for one, number in towns.items()],
    }  # fmt: skip
    return render(request, "services/unenrolled.html", context, status=200 if form.is_valid() else 400)


def day_asked(request) -> date | None:
    """The day that the address names, if it names one that can be read."""
    form = FindForm(request.GET, towns=[])
    form.full_clean()
    return form.cleaned_data.get("day")


def last_day_told(staff) -> date:
    """Today, once the school year has a roster; before, every child would be missing from it: the last day of the one
    that there is."""
    today = localdate()
    rosters = SchoolEnrolment.objects.visible_to(staff).standing().filter(served_on__lte=today)
    last = rosters.order_by("-school_year", "-served_on").values_list("school_year", "served_on").first()
    return today if last is None or last[0] >= school_year_of(today) else last[1]


def by_town(children) -> Counter:
    """How many children of each town, in the order of the places; two statements."""
    numbers = dict(children.order_by().values_list("area").annotate(Count("pk")))
    areas = Area.objects.select_related("parent__parent").filter(pk__in=numbers).order_by("path")
    towns = Counter()
    for area in areas:
        towns[town_of(area) or area] += numbers[area.pk]
    return towns


def _label(town: Area) -> str:
    return f"{county_name(town)} {town.common_name}".strip()


def lines(people: list[Person], day: date) -> list[Child]:
    """The page's children, with what the roster of the school year says of why they do not go to school."""
    roster = SchoolEnrolment.objects.standing().filter(
        school_year=school_year_of(day), served_on__lte=day, person__in=people
    )
    reasons = dict(roster.order_by("pk").values_list("person", "reason"))
    return [
        Child(
            one, f"{county_name(one.area)} {town_name(one.area)}", age_on(one.birth_date, day),
            disability_name(one) or "未持证", reasons.get(one.pk) or NOT_IN_ROSTER,
        )
        for one in people
    ]  # fmt: skip
